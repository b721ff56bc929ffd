-- name: versions
-- grain: one row a subject
-- params: none
select subject, version from visible_version

-- name: counts
-- grain: one row: how much of everything the actor sees
-- params: none
select
    (select count(*) from visible_area) as areas,
    (select count(*) from visible_case) as cases,
    (select count(*) from visible_service_point) as points,
    (select count(*) from visible_compound) as compounds,
    (select count(*) from visible_line) as lines,
    (select count(*) from visible_duty) as duty,
    (select count(*) from visible_assessment) as assessments

-- name: batches
-- grain: one row an import, newest first
-- params: none
select batch_id, kind, file_name, started_at, actor, read, accepted, rejected, inserted, updated, unchanged,
    undone_at
from visible_batch order by batch_id desc

-- name: cases_to_relocate
-- grain: one value: cases located with boundaries older than the present ones
-- params: none
select count(*) from visible_case
where boundary_version < (select max(boundary_version) from visible_area)

-- name: preview_cases
-- grain: one row: what undoing the batch would delete and put back
select
    (select count(*) from cases where batch_id = $batch_id)
        - (select count(*) from case_history where replaced_by_batch = $batch_id) as removed,
    (select count(*) from case_history where replaced_by_batch = $batch_id) as restored

-- name: later_cases
-- grain: one row a later batch that has changed rows of this one
select distinct replaced_by_batch from case_history where batch_id = $batch_id order by 1

-- name: undo_cases_events
delete from case_event where batch_id = $batch_id

-- name: undo_cases_persons
delete from case_person where case_id in (select case_id from cases where batch_id = $batch_id)

-- name: undo_cases_rows
delete from cases where batch_id = $batch_id

-- name: undo_cases_restore_persons
insert into case_person by name
select * exclude (replaced_by_batch) from case_person_history where replaced_by_batch = $batch_id

-- name: undo_cases_restore
insert into cases by name
select * exclude (replaced_by_batch) from case_history where replaced_by_batch = $batch_id

-- name: undo_cases_note
insert into case_event by name
select nextval('event_id_seq') as event_id, case_id, $now as happened_at, 'import_undone' as kind,
    $batch_id as batch_id, $actor as actor
from case_history where replaced_by_batch = $batch_id

-- name: undo_cases_forget
delete from case_history where replaced_by_batch = $batch_id

-- name: undo_cases_forget_persons
delete from case_person_history where replaced_by_batch = $batch_id

-- name: undo_cases_findings
-- findings of other batches lose the cases that are gone
delete from finding_case where batch_id = $batch_id or case_id not in (select case_id from cases)

-- name: preview_areas
select
    (select count(*) from area where batch_id = $batch_id)
        - (select count(*) from area where closed_by_batch = $batch_id) as removed,
    (select count(*) from area where closed_by_batch = $batch_id) as restored

-- name: later_areas
select distinct closed_by_batch from area
where batch_id = $batch_id and closed_by_batch is not null and closed_by_batch <> $batch_id order by 1

-- name: undo_areas_rows
delete from area where batch_id = $batch_id

-- name: undo_areas_restore
update area set valid_to = null, closed_by_batch = null where closed_by_batch = $batch_id

-- name: undo_areas_orphans
update area set parent_id = null
where valid_to is null and parent_id is not null
    and parent_id not in (select area_id from area where valid_to is null)

-- name: preview_points
select
    (select count(*) from service_point where batch_id = $batch_id)
        - (select count(*) from service_point where closed_by_batch = $batch_id) as removed,
    (select count(*) from service_point where closed_by_batch = $batch_id) as restored

-- name: later_points
select distinct closed_by_batch from service_point where batch_id = $batch_id and closed_by_batch is not null
order by 1

-- name: undo_points_rows
delete from service_point where batch_id = $batch_id

-- name: undo_points_restore
update service_point set valid_to = null, closed_by_batch = null where closed_by_batch = $batch_id

-- name: preview_compounds
select
    (select count(*) from compound where batch_id = $batch_id)
        - (select count(*) from compound where closed_by_batch = $batch_id) as removed,
    (select count(*) from compound where closed_by_batch = $batch_id) as restored

-- name: later_compounds
select distinct closed_by_batch from compound where batch_id = $batch_id and closed_by_batch is not null
order by 1

-- name: undo_compounds_rows
delete from compound where batch_id = $batch_id

-- name: undo_compounds_restore
update compound set valid_to = null, closed_by_batch = null where closed_by_batch = $batch_id

-- name: preview_lines
select
    (select count(*) from line where batch_id = $batch_id)
        - (select count(*) from line where closed_by_batch = $batch_id) as removed,
    (select count(*) from line where closed_by_batch = $batch_id) as restored

-- name: later_lines
select distinct closed_by_batch from line where batch_id = $batch_id and closed_by_batch is not null
order by 1

-- name: undo_lines_rows
delete from line where batch_id = $batch_id

-- name: undo_lines_restore
update line set valid_to = null, closed_by_batch = null where closed_by_batch = $batch_id

-- name: preview_duty
select
    (select count(*) from duty where batch_id = $batch_id)
        - (select count(*) from duty where closed_by_batch = $batch_id) as removed,
    (select count(*) from duty where closed_by_batch = $batch_id) as restored

-- name: later_duty
select distinct closed_by_batch from duty where batch_id = $batch_id and closed_by_batch is not null
order by 1

-- name: undo_duty_rows
delete from duty where batch_id = $batch_id

-- name: undo_duty_restore
update duty set valid_to = null, closed_by_batch = null where closed_by_batch = $batch_id

-- name: preview_assessments
select
    (select count(*) from assessment where batch_id = $batch_id)
        - (select count(*) from assessment where closed_by_batch = $batch_id) as removed,
    (select count(*) from assessment where closed_by_batch = $batch_id) as restored

-- name: later_assessments
select distinct closed_by_batch from assessment where batch_id = $batch_id and closed_by_batch is not null
order by 1

-- name: undo_assessments_rows
delete from assessment where batch_id = $batch_id

-- name: undo_assessments_restore
update assessment set valid_to = null, closed_by_batch = null where closed_by_batch = $batch_id

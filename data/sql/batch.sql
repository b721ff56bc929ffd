-- name: next_batch
select nextval('batch_id_seq')

-- name: insert_rejects
insert into reject
select $batch_id, row_number, rule, field, value, raw, raw_private from new_reject order by row_number

-- name: insert_finding
insert into finding values ($batch_id, $rule, $rows, $detail)

-- name: insert_batch
insert into import_batch values (
    $batch_id, $kind, $file_name, $file_sha256, $started_at, $finished_at, $actor,
    $read, $accepted, $rejected, $inserted, $updated, $unchanged, $report, null, null
)

-- name: batch
-- grain: the one batch
select batch_id, kind, file_name, started_at, actor, read, accepted, rejected, inserted, updated, unchanged,
    undone_at, undone_by
from import_batch where batch_id = $batch_id

-- name: batches
-- grain: one row an import, newest first
select batch_id, kind, file_name, started_at, actor, read, accepted, rejected, inserted, updated, unchanged,
    undone_at
from import_batch order by batch_id desc

-- name: mark_undone
update import_batch set undone_at = $now, undone_by = $login where batch_id = $batch_id

-- name: rejects
-- grain: one row a rejected row and rule, personal fields included: for the operator's correction file
select row_number, rule, field, value, raw, raw_private from reject
where batch_id = $batch_id order by row_number, rule

-- name: subject_counts
-- grain: one row a subject: how many current rows it has
select 'areas' as subject, count(*) as n from area where valid_to is null
union all select 'cases', count(*) from cases
union all select 'points', count(*) from service_point where valid_to is null
union all select 'compounds', count(*) from compound where valid_to is null
union all select 'lines', count(*) from line where valid_to is null
union all select 'duty', count(*) from duty where valid_to is null
union all select 'assessments', count(*) from assessment where valid_to is null

-- name: sources_of_batch
-- grain: one row a source of the batch
select source, rows from batch_source where batch_id = $batch_id order by source

-- name: known_sources
-- grain: one row a source that has cases or a promise
select source from source_end union select source from source_promise order by source

-- name: promise
-- grain: at most one row: what the source promises
select every_hours, note from source_promise where source = $source

-- name: forget_promise
delete from source_promise where source = $source

-- name: insert_promise
insert into source_promise values ($source, $every_hours, $note)

-- name: clear_source_ends
delete from source_end

-- name: insert_source_ends
-- $now keeps typing errors in the far future from making a source look fresh
insert into source_end
with told as (
    select source, greatest(
        max(reported_at) filter (where reported_at <= $now),
        max(registered_at) filter (where registered_at <= $now),
        max(dispatched_at) filter (where dispatched_at <= $now),
        max(contacted_at) filter (where contacted_at <= $now),
        max(handled_at) filter (where handled_at <= $now),
        max(closed_at) filter (where closed_at <= $now),
        max(updated_at) filter (where updated_at <= $now)
    ) as data_end
    from cases
    group by source
), delivered as (
    select s.source, max(b.finished_at) as delivered_at
    from batch_source as s join import_batch as b using (batch_id)
    where b.undone_at is null
    group by s.source
)
select source, told.data_end, delivered.delivered_at
from told full join delivered using (source)
order by source

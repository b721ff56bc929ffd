-- name: sources
-- grain: one row a source that has cases or has promised some; counts are of the cases that the actor sees
-- params: none
with held as (
    select source,
        count(*) as cases,
        count(*) filter (where area_source = 'point') as by_point,
        count(*) filter (where area_source = 'code') as by_code,
        count(*) filter (where area_source = 'name') as by_name,
        count(*) filter (where area_source = 'none') as unplaced,
        count(*) filter (where location_status = 'inside') as inside,
        count(*) filter (where location_status = 'on_edge') as on_edge,
        count(*) filter (where location_status = 'ambiguous') as ambiguous,
        count(*) filter (where location_status = 'outside') as outside,
        count(*) filter (where location_status = 'no_location') as no_location,
        count(*) filter (where location_status = 'invalid') as invalid,
        count(*) filter (where at_placeholder) as at_placeholder,
        min(reported_at) as first_reported_at,
        max(reported_at) as last_reported_at,
        max(updated_at) as last_updated_at
    from visible_case
    group by source
), known as (
    select source, e.data_end, e.delivered_at, p.every_hours, p.note
    from visible_source_end as e full join visible_source_promise as p using (source)
)
select source, coalesce(cases, 0) as cases,
    coalesce(by_point, 0) as by_point, coalesce(by_code, 0) as by_code, coalesce(by_name, 0) as by_name,
    coalesce(unplaced, 0) as unplaced,
    coalesce(inside, 0) as inside, coalesce(on_edge, 0) as on_edge, coalesce(ambiguous, 0) as ambiguous,
    coalesce(outside, 0) as outside, coalesce(no_location, 0) as no_location, coalesce(invalid, 0) as invalid,
    coalesce(at_placeholder, 0) as at_placeholder,
    first_reported_at, last_reported_at, last_updated_at, data_end, delivered_at, every_hours, note
from held full join known using (source)
order by cases desc, source

-- name: volumes
-- grain: one row a source and local month that has cases; month is its first day
-- params: timezone
with quarters as (
    -- every zone's midnight is a quarter of an hour of UTC, and there are far fewer of them than cases
    select source, time_bucket(interval '15 minutes', reported_at) as quarter, count(*) as cases
    from visible_case
    group by source, quarter
)
select source, cast(date_trunc('month', timezone($timezone, timezone('UTC', quarter))) as date) as month,
    cast(sum(cases) as bigint) as cases
from quarters
group by source, month
order by month, source

-- name: batches
-- grain: one row an import, newest first
-- params: none
with found as (
    select batch_id, count(distinct rule) as rules, cast(sum(rows) as bigint) as rows
    from visible_finding
    group by batch_id
), named as (
    select batch_id, list(source order by source) as sources from visible_batch_source group by batch_id
)
select b.batch_id, b.kind, b.file_name, b.started_at, b.finished_at, b.actor, b.read, b.accepted, b.rejected,
    b.inserted, b.updated, b.unchanged, b.undone_at, b.undone_by,
    coalesce(found.rules, 0) as finding_rules, coalesce(found.rows, 0) as finding_rows,
    coalesce(named.sources, []) as sources
from visible_batch as b
left join found using (batch_id)
left join named using (batch_id)
order by b.batch_id desc

-- name: batch_report
-- grain: the one batch: what its import printed
-- params: batch_id
select report from visible_batch where batch_id = $batch_id

-- name: findings
-- grain: one row a finding of the batch; `cases` are those that it opens for the actor, by rule
-- params: batch_id
with opened as (
    select rule, count(*) as cases from visible_finding_case where batch_id = $batch_id group by rule
)
select f.rule, f.rows, f.detail, coalesce(o.cases, 0) as cases
from visible_finding as f left join opened as o using (rule)
where f.batch_id = $batch_id
order by f.rows desc, f.rule, f.detail

-- name: rejects_by_rule
-- grain: one row a rule that kept rows of the batch out
-- params: batch_id
select rule, count(*) as rows from visible_reject where batch_id = $batch_id group by rule order by rows desc, rule

-- name: rejects
-- grain: one row a rejected row of the batch; personal values are not in the view
-- params: batch_id, rule (null: every rule), most, first
select row_number, rule, field, value, raw from visible_reject
where batch_id = $batch_id and ($rule is null or rule = $rule)
order by row_number, rule
limit $most offset $first

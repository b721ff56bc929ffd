-- name: page
-- grain: one row a case of one page under the filter; texts cut to what a table shows; times are local
-- params: timezone, as_of, most, skipped and those of the filter
with kept as (
    select case_id, source_case_id, left(title, 200) as title, category, channel, state, reported_at, due_at,
        closed_at, department, left(place, 200) as place, community_id,
        coalesce(state = 'closed' and closed_at > due_at, false)
            or coalesce(state not in ('closed', 'void') and due_at < $as_of, false) as overdue
    from visible_case
    where @where
    order by @order, case_id
    limit $most offset $skipped
)
select kept.case_id, kept.source_case_id, kept.title, kept.category, kept.channel, kept.state,
    timezone($timezone, timezone('UTC', kept.reported_at)) as reported_at,
    timezone($timezone, timezone('UTC', kept.due_at)) as due_at,
    timezone($timezone, timezone('UTC', kept.closed_at)) as closed_at,
    kept.overdue, kept.department, kept.place, community.name as community
from kept left join visible_area as community on community.area_id = kept.community_id
order by @order, case_id

-- name: stages
-- grain: one row: when the case reached each stage, its limit and its state (naive UTC)
-- params: case_id
select reported_at, registered_at, dispatched_at, contacted_at, handled_at, closed_at, due_at, state
from visible_case where case_id = $case_id

-- name: events
-- grain: one row an event of the case, the oldest first
-- params: case_id
select happened_at, kind, batch_id from visible_case_event where case_id = $case_id order by happened_at, event_id

-- name: same_point
-- grain: one row another case at exactly the point of the case, the newest first
-- params: case_id, timezone, most
with here as (
    select lon, lat from visible_case where case_id = $case_id and lon is not null
)
select c.case_id, c.source_case_id, left(coalesce(c.title, c.category), 200) as title, c.state,
    timezone($timezone, timezone('UTC', c.reported_at)) as reported_at, count(*) over () as total
from visible_case as c join here on c.lon = here.lon and c.lat = here.lat
where c.case_id <> $case_id
order by c.reported_at desc, c.case_id
limit $most

-- name: masked
-- grain: one value: a text without the numbers of persons, as the texts of cases are shown
-- params: free_text
select masked($free_text::varchar)

-- name: how_many
-- grain: one value: cases under the filter
-- params: those of the filter
select count(*) from visible_case where @where

-- name: earliest
-- grain: one value: when the first case was reported; null without cases
-- params: none
select min(reported_at) from visible_case

-- name: hourly
-- grain: one row a local hour that has cases under the filter
-- params: timezone and those of the filter
select date_trunc('hour', timezone($timezone, timezone('UTC', reported_at))) as hour, count(*) as cases
from visible_case
where @where
group by hour order by hour

-- name: daily
-- grain: one row a local day that has cases under the filter
-- params: timezone and those of the filter
select cast(timezone($timezone, timezone('UTC', reported_at)) as date) as day, count(*) as cases
from visible_case
where @where
group by day order by day

-- name: hours_of_week
-- grain: one row a local weekday (1 = Monday) and hour that has cases under the filter
-- params: timezone and those of the filter
select isodow(local) as weekday, hour(local) as hour, count(*) as cases
from (
    select timezone($timezone, timezone('UTC', reported_at)) as local from visible_case where @where
)
group by all order by weekday, hour

-- name: choices
-- grain: one row a value that cases carry in a column
-- params: none
select 'category' as field, category as value, count(*) as cases from visible_case group by category
union all
select 'channel', channel, count(*) from visible_case group by channel
union all
select 'state', state, count(*) from visible_case group by state
order by field, cases desc, value

-- name: points
-- grain: one row a case with a usable point under the filter
-- params: most, those of the filter and of what counts as overdue
select case_id, lon, lat, category, state, source_case_id, title, place, reported_at,
    due_at, closed_at, department, @facts as overdue
from visible_case
where lon is not null and location_status not in ('invalid', 'no_location') and @where
order by reported_at desc, case_id
limit $most

-- name: export
-- grain: one row a case under the filter, in the order of the ledger (of each area of a level, if asked)
-- params: timezone and those of the filter; times are local
select source, source_case_id, channel, category, title, description, state, outcome, timeliness, rating,
    rework_count,
    timezone($timezone, timezone('UTC', kept.reported_at)) as reported_at,
    timezone($timezone, timezone('UTC', kept.registered_at)) as registered_at,
    timezone($timezone, timezone('UTC', kept.dispatched_at)) as dispatched_at,
    timezone($timezone, timezone('UTC', kept.contacted_at)) as contacted_at,
    timezone($timezone, timezone('UTC', kept.handled_at)) as handled_at,
    timezone($timezone, timezone('UTC', kept.closed_at)) as closed_at,
    timezone($timezone, timezone('UTC', kept.due_at)) as due_at,
    department, place,
    lon, lat, location_status, area_source, at_placeholder,
    city.code as city_code, city.name as city, district.code as district_code, district.name as district,
    street.code as street_code, street.name as street, community.code as community_code,
    community.name as community, grid.code as grid_code, grid.name as grid
from (select * from visible_case where @where) as kept
left join visible_area as city on city.area_id = kept.city_id
left join visible_area as district on district.area_id = kept.district_id
left join visible_area as street on street.area_id = kept.street_id
left join visible_area as community on community.area_id = kept.community_id
left join visible_area as grid on grid.area_id = kept.grid_id
order by @first kept.reported_at, kept.case_id

-- name: span
-- grain: one row: when the first and the last case under the filter were reported (naive UTC); null without cases
-- params: those of the filter
select min(reported_at) as first_at, max(reported_at) as last_at from visible_case where @where

-- name: bins
-- grain: one row a part and local time frame, and for usable points also a bin of step degrees that holds cases
-- params: unit (of date_trunc), timezone, step and those of the filter
with placed as (
    select
        case
            when lon is null or location_status in ('invalid', 'no_location') then 'without_point'
            when at_placeholder then 'at_placeholder'
            else 'usable'
        end as part,
        date_trunc($unit, timezone($timezone, timezone('UTC', reported_at))) as frame,
        lon, lat
    from visible_case
    where @where
)
select part, frame, round(avg(lon), 6) as lon, round(avg(lat), 6) as lat, count(*) as cases
from placed
group by part, frame,
    case when part = 'usable' then floor(lon / $step) end, case when part = 'usable' then floor(lat / $step) end
order by part, frame, lon, lat

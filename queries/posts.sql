-- name: points
-- grain: one row a service point inside an area with the finest area it lies in and its roster, by code
-- params: inside (null: everywhere)
with roster as (
    select point_code, count(*) as posts, sum(headcount) as people
    from visible_duty
    where point_code is not null
    group by point_code
)
select p.code, p.kind, p.name, p.address, p.lon, p.lat, p.level, p.opening_hours, p.area_id, a.code as area_code,
    a.name as area_name, coalesce(r.posts, 0) as posts, r.people,
    case when p.lon is null then 1 else count(*) over (partition by p.lon, p.lat) end as at_place
from visible_service_point as p
left join visible_area as a on a.area_id = coalesce(p.area_id, p.grid_id)
left join roster as r on r.point_code = p.code
where $inside is null
    or p.city_id = $inside or p.district_id = $inside or p.street_id = $inside or p.community_id = $inside
    or p.grid_id = $inside
order by p.code

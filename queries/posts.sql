-- name: points
-- grain: one row a service point with the finest area it lies in, its roster and all areas that hold it, by code
-- params: none
with roster as (
    select point_code, count(*) as posts, sum(headcount) as people
    from visible_duty
    where point_code is not null
    group by point_code
)
select p.code, p.kind, p.name, p.address, p.lon, p.lat, p.level, p.opening_hours, p.area_id, a.code as area_code,
    a.name as area_name, coalesce(r.posts, 0) as posts, r.people,
    p.lon is not null and p.location_status not in ('invalid', 'no_location') as usable,
    p.city_id, p.district_id, p.street_id, p.community_id, p.grid_id
from visible_service_point as p
left join visible_area as a on a.area_id = coalesce(p.area_id, p.grid_id)
left join roster as r on r.point_code = p.code
order by p.code

-- name: roster
-- grain: one row a post stationed at the point, tier by tier
-- params: point_code
select d.code, d.post, d.tier, d.unit, d.headcount, d.shift, d.contact, d.embedded_as, d.area_code,
    a.name as area_name, d.area_level
from visible_duty as d
left join visible_area as a on a.area_id = d.area_id
where d.point_code = $point_code
order by case d.tier when 'station_chief' then 0 when 'community_police' then 1 when 'auxiliary' then 2 else 3 end,
    d.post, d.code

-- name: at_same_place
-- grain: one row a service point that stands exactly where the point stands, itself left out
-- params: point_code
select other.code, other.kind, other.name
from visible_service_point as p
join visible_service_point as other on other.lon = p.lon and other.lat = p.lat and other.code <> p.code
where p.code = $point_code
order by other.code

-- name: embedding
-- grain: one row an area of the level that the actor answers for, with its posts of the tier and all that hold it, by
--   code
-- params: level, tier
select a.area_id, a.code, a.name, above.name as above_name, count(d.duty_id) as posts,
    coalesce(sum(d.headcount), 0) as people, count(d.embedded_as) as embedded,
    string_agg(distinct d.embedded_as, '、' order by d.embedded_as) as offices,
    a.city_id, a.district_id, a.street_id, a.community_id, a.grid_id
from visible_own_area as a
left join visible_area as above on above.area_id = a.parent_id
left join visible_duty as d on d.@level_id = a.area_id and d.tier = $tier
where a.level = $level
group by a.area_id, a.code, a.name, above.name, a.city_id, a.district_id, a.street_id, a.community_id, a.grid_id
order by a.code

-- name: tier_posts
-- grain: one row: the posts of the tier that the actor sees, those that answer for no area of the level, and all posts
-- params: tier
select count(*) filter (where tier = $tier) as posts,
    count(*) filter (where tier = $tier and @level_id is null) as coarser,
    count(*) as all_posts
from visible_duty

-- name: case_minutes
-- grain: one row an area of the level (null: none), all areas that hold it, and local minute of the week (0: Monday
--   00:00) with cases of the filter; doubtful: placed by a placeholder point, so that their area says nothing
-- params: timezone and those of the filter
select area_id, doubtful, (isodow(local) - 1) * 1440 + hour(local) * 60 + minute(local) as minute, count(*) as cases,
    city_id, district_id, street_id, community_id, grid_id
from (
    select @level_id as area_id, city_id, district_id, street_id, community_id, grid_id,
        at_placeholder and area_source = 'point' as doubtful,
        timezone($timezone, timezone('UTC', reported_at)) as local
    from visible_case
    where @where
)
group by all
order by area_id nulls last, doubtful, minute, city_id, district_id, street_id, community_id, grid_id

-- name: on_duty
-- grain: one row a post on duty inside an area, from the top down, with all areas that hold it
-- params: inside (null: everywhere)
select d.code, d.post, d.unit, d.headcount, d.shift, d.contact, d.area_code, a.name as area_name, d.area_level,
    d.city_id, d.district_id, d.street_id, d.community_id, d.grid_id
from visible_duty as d
left join visible_area as a on a.area_id = d.area_id
where $inside is null
    or d.city_id = $inside or d.district_id = $inside or d.street_id = $inside or d.community_id = $inside
    or d.grid_id = $inside
order by case d.area_level when 'city' then 0 when 'district' then 1 when 'street' then 2 when 'community' then 3
    else 4 end, d.area_code, d.post, d.code

-- name: areas_without_duty
-- grain: one row an area of the levels, inside an area, that the actor answers for and that has no post of its own;
-- with all areas that hold it
-- params: levels, inside (null: everywhere)
select a.level, a.area_id, a.code, a.name, a.city_id, a.district_id, a.street_id, a.community_id, a.grid_id
from visible_own_area as a
where list_contains($levels::varchar[], a.level)
    and ($inside is null
        or a.city_id = $inside or a.district_id = $inside or a.street_id = $inside or a.community_id = $inside
        or a.grid_id = $inside)
    and not exists (select 1 from visible_duty as d where d.area_id = a.area_id)
order by a.code

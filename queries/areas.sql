-- name: roots
-- grain: one row an area without a parent
-- params: none
select area_id, code, level, name, parent_id, kind, households, population, area_m2
from visible_area where parent_id is null order by level, code

-- name: by_code
-- grain: the area of the code, the finest first where levels share one
-- params: code
select area_id, code, level, name, parent_id, kind, households, population, area_m2
from visible_area where code = $code
order by case level when 'grid' then 0 when 'community' then 1 when 'street' then 2 when 'district' then 3 else 4 end

-- name: by_id
-- grain: the one area
-- params: area_id
select area_id, code, level, name, parent_id, kind, households, population, area_m2
from visible_area where area_id = $area_id

-- name: path
-- grain: one row an area from the top down to the area of the code
-- params: code
with chosen as (
    select * from visible_area where code = $code
    order by case level when 'grid' then 0 when 'community' then 1 when 'street' then 2 when 'district' then 3 else 4 end
    limit 1
)
select above.area_id, above.code, above.level, above.name, above.parent_id, above.kind, above.households,
    above.population, above.area_m2
from chosen join visible_area as above
    on above.area_id in (chosen.city_id, chosen.district_id, chosen.street_id, chosen.community_id, chosen.grid_id)
order by case above.level when 'grid' then 4 when 'community' then 3 when 'street' then 2 when 'district' then 1 else 0 end

-- name: own
-- grain: one row an area that the actor answers for
-- params: none
select area_id, code, level, name, parent_id, kind, households, population, area_m2
from visible_own_area order by level, code

-- name: levels
-- grain: one row a level that has areas
-- params: none
select level, count(*) as areas from visible_area group by level

-- name: within
-- grain: one row an area of the level inside an area; ordered as in the geometry layer
-- params: level, inside (null: everywhere)
select area_id, code, name, level, households, area_m2
from visible_area
where level = $level and ($inside is null
    or city_id = $inside or district_id = $inside or street_id = $inside or community_id = $inside
    or grid_id = $inside)
order by code

-- name: shapes
-- grain: one row an area of the level inside an area, with its boundary (EPSG:4326 as WKB) and all areas that hold it
-- params: level, inside (null: everywhere)
select area_id, code, name, level, households, area_m2, ST_AsWKB(geom) as wkb, city_id, district_id, street_id,
    community_id, grid_id
from visible_area
where level = $level and ($inside is null
    or city_id = $inside or district_id = $inside or street_id = $inside or community_id = $inside
    or grid_id = $inside)
order by code

-- name: lines
-- grain: one row a line of the base map, least important first
-- params: none
select code, kind, name, rank, ST_AsWKB(geom) as wkb from visible_line order by rank desc, code

-- name: summary
-- grain: one row an area of the level, areas without cases included
-- params: level
select a.code, a.name, count(c.case_id) as cases, count(*) filter (where c.at_placeholder) as at_point
from visible_area as a left join visible_case as c on c.@level_id = a.area_id
where a.level = $level
group by a.code, a.name
order by cases desc, a.code

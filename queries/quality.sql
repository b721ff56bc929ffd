-- name: areas
-- grain: one row an area of the level, with its parent and its boundary (EPSG:4326 as WKB); an area without an
-- urban-rural class of its own has that of the community or street above it
-- params: level
select a.code, a.name, a.kind = 'dedicated' as dedicated, a.households,
    coalesce(a.urban_class, community.urban_class, street.urban_class) as urban_class,
    parent.code as parent_code, parent.name as parent_name, parent.level as parent_level,
    ST_AsWKB(a.geom) as wkb
from visible_area as a
left join visible_area as parent on parent.area_id = a.parent_id
left join visible_area as community on community.area_id = a.community_id
left join visible_area as street on street.area_id = a.street_id
where a.level = $level
order by a.code

-- name: parents
-- grain: one row an area of the levels just above those of the level, with or without parts (EPSG:4326 as WKB)
-- params: level
with parts as (
    select parent_id, count(*) as parts from visible_area where level = $level and parent_id is not null group by parent_id
), above as (
    select distinct p.level from visible_area as p join parts on parts.parent_id = p.area_id
)
select p.code, p.name, coalesce(parts.parts, 0) as parts, ST_AsWKB(p.geom) as wkb
from visible_area as p
join above on above.level = p.level
left join parts on parts.parent_id = p.area_id
order by p.code

-- name: inside
-- grain: one row an area of the level inside an area: its code
-- params: level, inside
select code from visible_area
where level = $level
    and (city_id = $inside or district_id = $inside or street_id = $inside or community_id = $inside
        or grid_id = $inside)
order by code

-- name: places
-- grain: one row an area of the level, with its boundary (EPSG:4326 as WKB)
-- params: level
select area_id, ST_AsWKB(geom) as wkb from visible_area where level = $level order by code, area_id

-- name: roads
-- grain: one row a road, with its line (EPSG:4326 as WKB)
-- params: kind
select ST_AsWKB(geom) as wkb from visible_line where kind = $kind order by code

-- name: posts
-- grain: one row a service point of the kinds that has a coordinate, in the order in which equal distances are decided
-- params: kinds
select point_id, kind, lon, lat from visible_service_point
where list_contains($kinds::varchar[], kind) and lon is not null and location_status not in ('invalid', 'no_location')
order by code, point_id

-- name: own_posts
-- grain: one row a service point of the kinds that the actor may see; usable: it has a coordinate
-- params: kinds
select point_id, code, name, kind, lon, lat,
    lon is not null and location_status not in ('invalid', 'no_location') as usable
from visible_service_point
where list_contains($kinds::varchar[], kind)
order by code, point_id

-- name: own_places
-- grain: one row an area of the level that the actor answers for, with its community and street and all that hold it
-- params: level
select a.area_id, a.code, a.name, a.households, community.code as community_code, community.name as community,
    street.code as street_code, street.name as street, a.city_id, a.district_id, a.street_id, a.community_id, a.grid_id
from visible_own_area as a
left join visible_area as community on community.area_id = a.community_id
left join visible_area as street on street.area_id = a.street_id
where a.level = $level
order by a.code

-- name: stands
-- grain: one row an area of the list, with its boundary (EPSG:4326 as WKB), its community and its street, by code
-- params: ids
select a.code, a.name, community.name as community, street.name as street, ST_AsWKB(a.geom) as wkb
from visible_area as a
left join visible_area as community on community.area_id = a.community_id
left join visible_area as street on street.area_id = a.street_id
where list_contains($ids::integer[], a.area_id)
order by a.code

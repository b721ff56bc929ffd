-- name: service_points
-- grain: one row a service point inside an area, with all areas that hold it
-- params: inside (null: everywhere)
select code, kind, name, address, level, opening_hours, lon, lat, city_id, district_id, street_id, community_id,
    grid_id
from visible_service_point
where lon is not null and ($inside is null
    or city_id = $inside or district_id = $inside or street_id = $inside or community_id = $inside
    or grid_id = $inside)
order by code

-- name: compounds
-- grain: one row a compound inside an area, with its shape (EPSG:4326 as WKB) and all areas that hold it
-- params: inside (null: everywhere)
select code, name, address, households, company, unmanaged_since, ST_AsWKB(geom) as wkb, city_id, district_id,
    street_id, community_id, grid_id
from visible_compound
where $inside is null
    or city_id = $inside or district_id = $inside or street_id = $inside or community_id = $inside
    or grid_id = $inside
order by code

-- name: compound_names
-- grain: one row a compound of some codes
-- params: codes
select code, name from visible_compound where list_contains($codes::varchar[], code) order by code

-- name: compounds_to_choose
-- grain: one row a compound inside an area
-- params: inside (null: everywhere)
select code, name, company from visible_compound
where $inside is null
    or city_id = $inside or district_id = $inside or street_id = $inside or community_id = $inside
    or grid_id = $inside
order by name, code

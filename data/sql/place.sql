-- name: areas
-- grain: one row a current area
select area_id::bigint as area_id, code, level, city_id, district_id, street_id, community_id, grid_id,
    ST_AsWKB(geom) as wkb
from area where valid_to is null order by level, code

-- name: names
-- grain: one row a current area
select area_id::bigint as area_id, code, level, parent_id, name_key from area where valid_to is null order by code

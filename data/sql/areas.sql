-- name: current
-- grain: one row a current area
select area_id, code, level, parent_id, given_parent_code, name, name_key, kind, urban_class, households, population,
    ST_AsWKB(geom) as wkb, generated_code, dissolved
from area where valid_to is null order by level, code

-- name: next_ids
-- grain: one row a new id
select nextval('area_id_seq')::integer as area_id from range($n)

-- name: close
update area set valid_to = $now, closed_by_batch = $batch_id
where valid_to is null and list_contains($ids::integer[], area_id)

-- name: insert
insert into area by name
select area_id, code, level, parent_id, given_parent_code, name, name_key, kind, urban_class, households, population,
    ST_GeomFromWKB(wkb)::geometry('OGC:CRS84') as geom, area_m2, generated_code, dissolved,
    $boundary_version as boundary_version, $now as valid_from, $batch_id as batch_id
from new_area order by level, code

-- name: set_parent
-- an orphan found its parent: a link, not a new version of the area
update area set parent_id = link.parent_id
from new_link as link
where area.valid_to is null and area.area_id = link.area_id

-- name: refresh_area_paths
with recursive tree as (
    select area_id,
        case when level = 'city' then area_id end as city_id,
        case when level = 'district' then area_id end as district_id,
        case when level = 'street' then area_id end as street_id,
        case when level = 'community' then area_id end as community_id,
        case when level = 'grid' then area_id end as grid_id
    from area where valid_to is null and parent_id is null
    union all
    select a.area_id,
        tree.city_id,
        case when a.level = 'district' then a.area_id else tree.district_id end,
        case when a.level = 'street' then a.area_id else tree.street_id end,
        case when a.level = 'community' then a.area_id else tree.community_id end,
        case when a.level = 'grid' then a.area_id else tree.grid_id end
    from area as a join tree on a.parent_id = tree.area_id
    where a.valid_to is null
)
update area set city_id = tree.city_id, district_id = tree.district_id, street_id = tree.street_id,
    community_id = tree.community_id, grid_id = tree.grid_id
from tree
where area.valid_to is null and area.area_id = tree.area_id
    and (area.city_id, area.district_id, area.street_id, area.community_id, area.grid_id)
        is distinct from (tree.city_id, tree.district_id, tree.street_id, tree.community_id, tree.grid_id)

-- name: refresh_case_paths
update cases set city_id = a.city_id, district_id = a.district_id, street_id = a.street_id,
    community_id = a.community_id, grid_id = a.grid_id
from area as a
where a.valid_to is null and cases.area_id = a.area_id
    and (cases.city_id, cases.district_id, cases.street_id, cases.community_id, cases.grid_id)
        is distinct from (a.city_id, a.district_id, a.street_id, a.community_id, a.grid_id)

-- name: refresh_point_paths
update service_point as p set city_id = a.city_id, district_id = a.district_id, street_id = a.street_id,
    community_id = a.community_id, grid_id = a.grid_id
from area as a
where a.valid_to is null and p.area_id = a.area_id
    and (p.city_id, p.district_id, p.street_id, p.community_id, p.grid_id)
        is distinct from (a.city_id, a.district_id, a.street_id, a.community_id, a.grid_id)

-- name: refresh_compound_paths
update compound as p set city_id = a.city_id, district_id = a.district_id, street_id = a.street_id,
    community_id = a.community_id, grid_id = a.grid_id
from area as a
where a.valid_to is null and p.area_id = a.area_id
    and (p.city_id, p.district_id, p.street_id, p.community_id, p.grid_id)
        is distinct from (a.city_id, a.district_id, a.street_id, a.community_id, a.grid_id)

-- name: refresh_duty_paths
update duty as p set city_id = a.city_id, district_id = a.district_id, street_id = a.street_id,
    community_id = a.community_id, grid_id = a.grid_id
from area as a
where a.valid_to is null and p.area_id = a.area_id
    and (p.city_id, p.district_id, p.street_id, p.community_id, p.grid_id)
        is distinct from (a.city_id, a.district_id, a.street_id, a.community_id, a.grid_id)

-- name: stale_cases
-- grain: one value: cases located with boundaries older than the present ones
select count(*) from cases where boundary_version < (select max(boundary_version) from area where valid_to is null)

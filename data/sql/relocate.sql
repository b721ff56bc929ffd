-- name: case_points
-- grain: one row a case
select case_id, lon, lat from cases

-- name: given_codes
select distinct given_area_code as given from cases where given_area_code is not null

-- name: given_names
select distinct given_area_name as given, given_area_level as level from cases where given_area_name is not null

-- name: create_relocated
-- grain: one row a case with the area that holds it under the present boundaries
create or replace temp table relocated as
with chosen as (
    select k.case_id, m.location_status, m.point_area_id, c.area_id as code_area_id, n.area_id as name_area_id,
        chosen_area_source(k.prefer, m.point_area_id, c.area_id, n.area_id) as area_source
    from cases as k
    join moved as m using (case_id)
    left join given_code as c on c.given = k.given_area_code
    left join given_name as n on n.given = k.given_area_name and n.level is not distinct from k.given_area_level
), held as (
    select case_id, location_status, area_source, case area_source
        when 'point' then point_area_id when 'code' then code_area_id when 'name' then name_area_id
    end as area_id
    from chosen
)
select h.*, a.city_id, a.district_id, a.street_id, a.community_id, a.grid_id
from held as h left join area as a on a.valid_to is null and a.area_id = h.area_id

-- name: count_moved
select count(*) from cases as k join relocated as r using (case_id)
where (k.area_id, k.area_source, k.location_status) is distinct from (r.area_id, r.area_source, r.location_status)

-- name: move_cases
update cases set location_status = r.location_status, area_source = r.area_source, area_id = r.area_id,
    city_id = r.city_id, district_id = r.district_id, street_id = r.street_id,
    community_id = r.community_id, grid_id = r.grid_id
from relocated as r
where cases.case_id = r.case_id
    and (cases.area_id, cases.area_source, cases.location_status, cases.city_id, cases.district_id,
        cases.street_id, cases.community_id, cases.grid_id)
        is distinct from (r.area_id, r.area_source, r.location_status, r.city_id, r.district_id,
        r.street_id, r.community_id, r.grid_id)

-- name: stamp_version
update cases set boundary_version = $version where boundary_version <> $version

-- name: drop_relocated
drop table if exists relocated

-- name: area_source_counts
select area_source, count(*) from cases group by all

-- name: location_counts
select location_status, count(*) from cases group by all

-- name: service_points
select point_id as id, lon, lat from service_point where valid_to is null

-- name: move_points
update service_point set location_status = m.location_status, area_id = m.area_id, city_id = m.city_id,
    district_id = m.district_id, street_id = m.street_id, community_id = m.community_id, grid_id = m.grid_id
from moved as m where service_point.valid_to is null and service_point.point_id = m.id
    and (service_point.area_id, service_point.location_status) is distinct from (m.area_id, m.location_status)

-- name: compounds
select compound_id as id, lon, lat from compound where valid_to is null

-- name: move_compounds
update compound set location_status = m.location_status, area_id = m.area_id, city_id = m.city_id,
    district_id = m.district_id, street_id = m.street_id, community_id = m.community_id, grid_id = m.grid_id
from moved as m where compound.valid_to is null and compound.compound_id = m.id
    and (compound.area_id, compound.location_status) is distinct from (m.area_id, m.location_status)

-- name: move_duty
-- a post follows its area's code: it loses its place with the area, and finds it again when the area returns
update duty set area_id = f.area_id, city_id = f.city_id, district_id = f.district_id, street_id = f.street_id,
    community_id = f.community_id, grid_id = f.grid_id,
    area_source = case when f.area_id is null then 'none' when duty.area_source = 'none' then 'code'
        else duty.area_source end
from (
    select d.duty_id, a.area_id, a.city_id, a.district_id, a.street_id, a.community_id, a.grid_id
    from duty as d
    left join area as a on a.valid_to is null and a.code = d.area_code and a.level = d.area_level
    where d.valid_to is null
) as f
where duty.valid_to is null and duty.duty_id = f.duty_id and duty.area_id is distinct from f.area_id

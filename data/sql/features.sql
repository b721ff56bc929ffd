-- name: next_ids
-- grain: one row a new id
select nextval('feature_id_seq') as id from range($n)

-- name: current_points
-- grain: one row a current service point
select point_id as id, code, kind, name, address, level, opening_hours, lon, lat
from service_point where valid_to is null

-- name: point_codes
-- grain: one row a current service point
select code from service_point where valid_to is null order by code

-- name: close_points
update service_point set valid_to = $now, closed_by_batch = $batch_id
where valid_to is null and list_contains($ids::bigint[], point_id)

-- name: insert_points
insert into service_point by name
select id as point_id, code, kind, name, address, level, opening_hours, lon, lat, location_status, area_id,
    city_id, district_id, street_id, community_id, grid_id, $now as valid_from, $batch_id as batch_id
from new_feature

-- name: current_compounds
-- grain: one row a current compound
select compound_id as id, code, name, address, households, buildings, built_year, company, unmanaged_since,
    unmanaged_until, takeover, takeover_due, owners_committee, party_branch, cross_serving, has_place, has_funds,
    has_volunteers, has_consultation, demonstration, ST_AsWKB(geom) as wkb
from compound where valid_to is null

-- name: close_compounds
update compound set valid_to = $now, closed_by_batch = $batch_id
where valid_to is null and list_contains($ids::bigint[], compound_id)

-- name: insert_compounds
insert into compound by name
select id as compound_id, code, name, address, households, buildings, built_year, company, unmanaged_since,
    unmanaged_until, takeover, takeover_due, owners_committee, party_branch, cross_serving, has_place, has_funds,
    has_volunteers, has_consultation, demonstration,
    ST_GeomFromWKB(wkb)::geometry('OGC:CRS84') as geom, lon, lat, location_status, area_id,
    city_id, district_id, street_id, community_id, grid_id, $now as valid_from, $batch_id as batch_id
from new_feature

-- name: current_duty
-- grain: one row a current post that answers for an area
select duty_id as id, code, post, unit, headcount, shift, contact, area_code, area_level, area_id,
    point_code, tier, embedded_as
from duty where valid_to is null

-- name: close_duty
update duty set valid_to = $now, closed_by_batch = $batch_id
where valid_to is null and list_contains($ids::bigint[], duty_id)

-- name: insert_duty
insert into duty by name
select f.id as duty_id, f.code, f.post, f.unit, f.headcount, f.shift, f.contact, f.area_code, f.area_level,
    f.area_source, f.area_id, f.point_code, f.tier, f.embedded_as, a.city_id, a.district_id, a.street_id, a.community_id, a.grid_id,
    $now as valid_from, $batch_id as batch_id
from new_feature as f
join area as a on a.valid_to is null and a.area_id = f.area_id

-- name: known_compounds
-- grain: one row a current compound
select code, company from compound where valid_to is null order by code

-- name: current_assessments
-- grain: one row a current assessment
select assessment_id as id, code, indicator, compound_code, company, period_start, period_end, value, evidence
from assessment where valid_to is null

-- name: close_assessments
update assessment set valid_to = $now, closed_by_batch = $batch_id
where valid_to is null and list_contains($ids::bigint[], assessment_id)

-- name: insert_assessments
insert into assessment by name
select id as assessment_id, code, indicator, compound_code, company, period_start, period_end, value, evidence,
    $now as valid_from, $batch_id as batch_id
from new_feature

-- name: current_lines
-- grain: one row a current line
select line_id as id, code, kind, name, rank, ST_AsWKB(geom) as wkb from line where valid_to is null

-- name: close_lines
update line set valid_to = $now, closed_by_batch = $batch_id
where valid_to is null and list_contains($ids::bigint[], line_id)

-- name: insert_lines
insert into line by name
select id as line_id, code, kind, name, rank, ST_GeomFromWKB(wkb)::geometry('OGC:CRS84') as geom,
    $now as valid_from, $batch_id as batch_id
from new_feature

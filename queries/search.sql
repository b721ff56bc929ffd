-- name: areas
-- grain: one row a current area
-- params: none
select area_id, parent_id, level, code, name from visible_area order by code, level

-- name: compounds
-- grain: one row a compound that the actor may see
-- params: none
select code, name, address, area_id from visible_compound order by code

-- name: service_points
-- grain: one row a service point that the actor may see
-- params: none
select code, name, address, area_id from visible_service_point order by code

-- name: cases_by_number
-- grain: one row a case whose number begins with what was typed, whole numbers and then the newest first
-- params: number (upper case), most
select case_id, source, source_case_id, title, place, area_id, upper(source_case_id) = $number as exact
from visible_case
where starts_with(upper(source_case_id), $number)
order by exact desc, reported_at desc, case_id
limit $most

-- name: how_many_by_number
-- grain: one value: all of them
-- params: number (upper case)
select count(*) from visible_case where starts_with(upper(source_case_id), $number)

-- name: cases_by_place
-- grain: one row a case whose place holds what was typed, the newest first
-- params: place (lower case), most
select case_id, source, source_case_id, title, place, area_id
from visible_cases_at($place)
order by reported_at desc, case_id
limit $most

-- name: how_many_by_place
-- grain: one value: all of them
-- params: place (lower case)
select count(*) from visible_cases_at($place)

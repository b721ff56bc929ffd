-- name: compounds
-- grain: one row a compound inside an area, with the names of the areas around it, by code
-- params: inside (null: everywhere)
select c.compound_id, c.code, c.name, c.address, c.households, c.buildings, c.built_year, c.company,
    d.code as district_code, d.name as district, s.code as street_code, s.name as street,
    m.code as community_code, m.name as community, c.lon, c.lat,
    c.owners_committee, c.party_branch, c.cross_serving,
    c.has_place, c.has_funds, c.has_volunteers, c.has_consultation,
    c.unmanaged_since, c.unmanaged_until, c.takeover, c.takeover_due, c.demonstration
from visible_compound as c
left join visible_area as d on d.area_id = c.district_id
left join visible_area as s on s.area_id = c.street_id
left join visible_area as m on m.area_id = c.community_id
where $inside is null
    or c.city_id = $inside or c.district_id = $inside or c.street_id = $inside or c.community_id = $inside
    or c.grid_id = $inside
order by c.code

-- name: compounds
-- grain: one row a compound, with the areas around it, by code
select c.compound_id, c.city_id, c.district_id, c.street_id, c.community_id, c.grid_id, c.code, c.name, c.address,
    c.households, c.buildings, c.built_year, c.company,
    octet_length(ST_AsWKB(c.geom)) > 21 as outlined,  -- 21 bytes are a point
    d.code as district_code, d.name as district, s.code as street_code, s.name as street,
    m.code as community_code, m.name as community, c.lon, c.lat,
    c.owners_committee, c.party_branch, c.cross_serving,
    c.has_place, c.has_funds, c.has_volunteers, c.has_consultation,
    c.unmanaged_since, c.unmanaged_until, c.takeover, c.takeover_due, c.demonstration
from visible_compound as c
left join visible_area as d on d.area_id = c.district_id
left join visible_area as s on s.area_id = c.street_id
left join visible_area as m on m.area_id = c.community_id
order by c.code

-- Looking for a place goes through every case, and masking each place to look at it takes ten times as long as
-- looking. So the place is looked at as it stands, and what fits is looked at again as it is shown: digits that
-- are masked find nothing. The predicate of the scope is that of visible_case.
create macro visible_cases_at(looked_for) as table
select case_id, source, source_case_id, masked(title) as title, masked(place) as place, reported_at, area_id
from cases
where contains(lower(place), looked_for) and contains(lower(masked(place)), looked_for)
    and (
        coalesce(getvariable('sees_everything'), false)
        or list_contains(getvariable('scope_areas'), city_id)
        or list_contains(getvariable('scope_areas'), district_id)
        or list_contains(getvariable('scope_areas'), street_id)
        or list_contains(getvariable('scope_areas'), community_id)
        or list_contains(getvariable('scope_areas'), grid_id)
        or list_contains(getvariable('scope_departments'), department)
    );

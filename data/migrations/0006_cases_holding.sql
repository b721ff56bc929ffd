-- Looking for a text in all cases: masking every text to look at it takes ten times as long as looking. So texts
-- are looked at as they stand first, and only where that can differ from what is shown, as they are shown.
--
-- What masking does to a text: it replaces runs of digits, blanks, hyphens and X, three and more, by stars, and
-- keeps what stands between. So a text without a star that is shown also stands in the text itself, and what has
-- none of those characters is shown wherever it stands.

-- `looked_for` is lower case, and so is the text that it is compared with; digits and ideographs have no case
create macro text_holds(free_text, looked_for) as
    case when regexp_full_match(looked_for, '[0-9*\x{3400}-\x{9FFF}]*') then contains(free_text, looked_for)
        else contains(lower(free_text), looked_for) end;

-- whether the text as it is shown holds what is looked for; false for a text that is null
create macro shown_text_holds(free_text, looked_for) as
    case when text_holds(free_text, split_part(looked_for, '*', 1)) then
        case when regexp_matches(looked_for, '[0-9０-９XxＸｘ* -]') then text_holds(masked(free_text), looked_for)
            else true end
    else false end;

-- which cases hold a text in their number, title or place, and what else a filter restricts: no text of theirs,
-- so that nothing is told that is not shown. The predicate of the scope is that of visible_case.
create macro visible_cases_holding(looked_for) as table
select case_id, reported_at, category, channel, state, city_id, district_id, street_id, community_id, grid_id
from cases
where (
        text_holds(source_case_id, looked_for)
        or shown_text_holds(title, looked_for)
        or shown_text_holds(place, looked_for)
    )
    and (
        coalesce(getvariable('sees_everything'), false)
        or list_contains(getvariable('scope_areas'), city_id)
        or list_contains(getvariable('scope_areas'), district_id)
        or list_contains(getvariable('scope_areas'), street_id)
        or list_contains(getvariable('scope_areas'), community_id)
        or list_contains(getvariable('scope_areas'), grid_id)
        or list_contains(getvariable('scope_departments'), department)
    );

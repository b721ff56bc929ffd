-- What a reader sees of a case: its free texts without telephone and identity numbers, and its events.

-- Numbers of persons in a free text, with most of their digits starred: identity numbers (17 digits and a digit
-- or X), mobiles (11 digits from 13 to 19, a country code in front or not, in one piece or 3-4-4) and landlines
-- (area code and 7 or 8 digits). Numbers of other lengths are left alone. A number is one where no digit touches
-- it; the pattern takes the neighbours along, so two numbers with one character between them need two rounds.
create macro masked_once(free_text) as
    regexp_replace(regexp_replace(regexp_replace(regexp_replace(free_text,
        '(^|[^0-9０-９])([0-9０-９]{6})[ -]?[0-9０-９]{8}[ -]?[0-9０-９]{3}[0-9０-９XxＸｘ]($|[^0-9０-９])',
        '\1\2************\3', 'g'),
        '(^|[^0-9０-９])((?:(?:[+＋]|00)?86[ -]?)?[1１][3-9３-９][0-9０-９])([ -]?)[0-9０-９]{4}([ -]?)([0-9０-９]{4})($|[^0-9０-９])',
        '\1\2\3****\4\5\6', 'g'),
        '(^|[^0-9０-９])([0０](?:[1１][0０]|[2２][0-9０-９]|[3-9３-９][0-9０-９]{2})[)）]?[ -]?)[0-9０-９]{4}[ -]?([0-9０-９]{4})($|[^0-9０-９])',
        '\1\2****\3\4', 'g'),
        '(^|[^0-9０-９])([0０][3-9３-９][0-9０-９]{2}[)）]?[ -]?)[0-9０-９]{3}[ -]?([0-9０-９]{4})($|[^0-9０-９])',
        '\1\2***\3\4', 'g');

-- few texts hold four digits in a row, which each pattern needs: the others are not searched four times
create macro masked(free_text) as
    case when regexp_matches(free_text, '[0-9０-９]{4}') then masked_once(masked_once(free_text)) else free_text end;

drop view visible_case;

create view visible_case as
select * replace (masked(title) as title, masked(description) as description, masked(place) as place)
from cases
where coalesce(getvariable('sees_everything'), false)
    or list_contains(getvariable('scope_areas'), city_id)
    or list_contains(getvariable('scope_areas'), district_id)
    or list_contains(getvariable('scope_areas'), street_id)
    or list_contains(getvariable('scope_areas'), community_id)
    or list_contains(getvariable('scope_areas'), grid_id)
    or list_contains(getvariable('scope_departments'), department);

-- an event reaches only who may see its case; `actor` is a login of the staff and stays out
create view visible_case_event as
select e.event_id, e.case_id, e.happened_at, e.kind, e.batch_id, e.fields
from case_event as e
where e.case_id in (select c.case_id from visible_case as c);

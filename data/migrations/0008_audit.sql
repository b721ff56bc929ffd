-- Who reads the audit, what was erased past its term, and free texts that still reached a reader with numbers of
-- persons in them.

-- the audit is for auditors alone, however much else an actor sees
create view visible_audit as
select seq, happened_at, actor, action, subject, detail, previous_hash, hash
from audit where list_contains(getvariable('actor_roles'), 'auditor');

-- one row a run of the retention, field and batch that lost values: how many cells, never what stood in them
create table erasure (
    erased_at timestamp not null,
    field varchar not null,
    batch_id bigint not null,
    cells bigint not null
);

create view visible_erasure as
select * from erasure where coalesce(getvariable('sees_everything'), false);

-- mobiles and identity numbers only: the office telephone of a post is there to be called
create macro masked_mobiles(free_text) as
    regexp_replace(regexp_replace(free_text,
        '(^|[^0-9０-９])([0-9０-９]{6})[ -]?[0-9０-９]{8}[ -]?[0-9０-９]{3}[0-9０-９XxＸｘ]($|[^0-9０-９])',
        '\1\2************\3', 'g'),
        '(^|[^0-9０-９])((?:(?:[+＋]|00)?86[ -]?)?[1１][3-9３-９][0-9０-９])([ -]?)[0-9０-９]{4}([ -]?)([0-9０-９]{4})($|[^0-9０-９])',
        '\1\2\3****\4\5\6', 'g');

drop view visible_case;

create view visible_case as
select * replace (masked(title) as title, masked(description) as description, masked(place) as place,
    masked(given_area_name) as given_area_name)
from cases
where coalesce(getvariable('sees_everything'), false)
    or list_contains(getvariable('scope_areas'), city_id)
    or list_contains(getvariable('scope_areas'), district_id)
    or list_contains(getvariable('scope_areas'), street_id)
    or list_contains(getvariable('scope_areas'), community_id)
    or list_contains(getvariable('scope_areas'), grid_id)
    or list_contains(getvariable('scope_departments'), department);

drop view visible_duty;

create view visible_duty as
select * replace (masked_mobiles(masked_mobiles(contact)) as contact)
from duty
where valid_to is null and (
    coalesce(getvariable('sees_everything'), false)
    or list_contains(getvariable('scope_areas'), city_id)
    or list_contains(getvariable('scope_areas'), district_id)
    or list_contains(getvariable('scope_areas'), street_id)
    or list_contains(getvariable('scope_areas'), community_id)
    or list_contains(getvariable('scope_areas'), grid_id)
);

drop view visible_batch;

create view visible_batch as
select * replace (masked(file_name) as file_name)
from import_batch where coalesce(getvariable('sees_everything'), false);

drop view visible_reject;

create view visible_reject as
select batch_id, row_number, rule, field, masked(value) as value, masked(raw) as raw
from reject where coalesce(getvariable('sees_everything'), false);

drop view visible_source_promise;

create view visible_source_promise as
select source, every_hours, masked(note) as note
from source_promise where getvariable('actor_login') is not null;

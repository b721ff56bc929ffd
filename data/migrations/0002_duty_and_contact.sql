-- Who answers for an area, by post and never by name; and when the handling unit first spoke with the resident.

-- one row a post that answers for an area, and version of it. area_code and area_level say which area the file
-- named; area_source how (code, name), or none where no current area carries that code any more. contact is the
-- office telephone of the post: not personal.
create table duty (
    duty_id bigint not null,
    code varchar not null,
    post varchar not null,
    unit varchar,
    headcount integer not null,
    shift varchar,
    contact varchar,
    area_code varchar not null,
    area_level varchar not null,
    area_source varchar not null,
    area_id integer,
    city_id integer,
    district_id integer,
    street_id integer,
    community_id integer,
    grid_id integer,
    valid_from timestamp not null,
    valid_to timestamp,
    batch_id bigint not null,
    closed_by_batch bigint
);
insert into subject_version values ('duty', 0);

create view visible_duty as
select * from duty
where valid_to is null and (
    coalesce(getvariable('sees_everything'), false)
    or list_contains(getvariable('scope_areas'), city_id)
    or list_contains(getvariable('scope_areas'), district_id)
    or list_contains(getvariable('scope_areas'), street_id)
    or list_contains(getvariable('scope_areas'), community_id)
    or list_contains(getvariable('scope_areas'), grid_id)
);

-- Areas that the actor answers for. Boundaries are for everybody, but "nobody is on duty here" may only be said
-- of an area whose duty the actor would see.
create view visible_own_area as
select * from area
where valid_to is null and (
    coalesce(getvariable('sees_everything'), false)
    or list_contains(getvariable('scope_areas'), city_id)
    or list_contains(getvariable('scope_areas'), district_id)
    or list_contains(getvariable('scope_areas'), street_id)
    or list_contains(getvariable('scope_areas'), community_id)
    or list_contains(getvariable('scope_areas'), grid_id)
);

-- DuckDB refuses a view over a table that has changed since, so it goes first and comes back as it was.
drop view visible_case;

-- The response rate counts contacted_at: when the handling unit first spoke with the resident.
alter table cases add column contacted_at timestamp;
alter table case_history add column contacted_at timestamp;

create view visible_case as
select * from cases
where coalesce(getvariable('sees_everything'), false)
    or list_contains(getvariable('scope_areas'), city_id)
    or list_contains(getvariable('scope_areas'), district_id)
    or list_contains(getvariable('scope_areas'), street_id)
    or list_contains(getvariable('scope_areas'), community_id)
    or list_contains(getvariable('scope_areas'), grid_id)
    or list_contains(getvariable('scope_departments'), department);

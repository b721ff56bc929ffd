-- The store of one city. Times are naive UTC. There are no primary keys on the large tables: one writer
-- merges under one lock, and the tests hold the invariants that a key would (docs/adr/0004-store.md).

create sequence area_id_seq;
create sequence case_id_seq;
create sequence event_id_seq;
create sequence feature_id_seq;
create sequence batch_id_seq;

-- one row: the installation. as_of_fixed pins the as-of time of a demo or a historical data set; data_end is
-- the latest timestamp of any case that is not in the future, kept by every import and undo of cases.
create table city (
    name varchar not null,
    timezone varchar not null,
    as_of_mode varchar not null,
    as_of_fixed timestamp,
    data_end timestamp,
    demo boolean not null
);
insert into city values ('', 'Asia/Shanghai', 'live', null, null, false);

-- one row a subject: what a cache key names.
create table subject_version (
    subject varchar not null,
    version bigint not null
);
insert into subject_version values
    ('areas', 0), ('cases', 0), ('points', 0), ('compounds', 0), ('lines', 0), ('city', 0);

-- one row an area and version of it; current rows have no valid_to; name_key is the name as it is compared
-- (domain.codes.normalise_name). area_id stays over all versions of one
-- area, so that cases keep their place when a boundary is corrected.
create table area (
    area_id integer not null,
    code varchar not null,
    level varchar not null,
    parent_id integer,
    given_parent_code varchar,
    city_id integer,
    district_id integer,
    street_id integer,
    community_id integer,
    grid_id integer,
    name varchar not null,
    name_key varchar not null,
    kind varchar not null,
    urban_class varchar,
    households bigint,
    population bigint,
    geom geometry('OGC:CRS84') not null,
    area_m2 double not null,
    generated_code boolean not null,
    dissolved boolean not null,
    boundary_version bigint not null,
    valid_from timestamp not null,
    valid_to timestamp,
    batch_id bigint not null,
    closed_by_batch bigint
);

-- one row a case as it stands; superseded rows go to case_history. area_id is the finest area that holds it.
create table cases (
    case_id bigint not null,
    source varchar not null,
    source_case_id varchar not null,
    channel varchar,
    category varchar,
    title varchar,
    description varchar,
    state varchar not null,
    outcome varchar,
    timeliness varchar,
    rating varchar,
    rework_count integer,
    reported_at timestamp not null,
    registered_at timestamp,
    dispatched_at timestamp,
    handled_at timestamp,
    closed_at timestamp,
    due_at timestamp,
    updated_at timestamp,
    department varchar,
    place varchar,
    lon double,
    lat double,
    given_area_code varchar,
    given_area_name varchar,
    given_area_level varchar,
    prefer varchar not null,
    location_status varchar not null,
    area_source varchar not null,
    area_id integer,
    city_id integer,
    district_id integer,
    street_id integer,
    community_id integer,
    grid_id integer,
    boundary_version bigint not null,
    at_placeholder boolean not null,
    managed_by varchar not null,
    batch_id bigint not null,
    row_version integer not null
);

-- one row a superseded state of a case: what undoing the batch that replaced it puts back.
create table case_history as select *, 0::bigint as replaced_by_batch from cases limit 0;

-- one row a case with personal fields: never joined by a screen without unmasking.
create table case_person (
    case_id bigint not null,
    reporter_name varchar,
    phone varchar,
    id_number varchar,
    address varchar,
    batch_id bigint not null
);

create table case_person_history as select *, 0::bigint as replaced_by_batch from case_person limit 0;

-- one row an event of a case; `fields` names what an import set, never the values.
create table case_event (
    event_id bigint not null,
    case_id bigint not null,
    happened_at timestamp not null,
    kind varchar not null,
    batch_id bigint,
    actor varchar not null,
    fields varchar
);

-- one row a service point and version of it.
create table service_point (
    point_id bigint not null,
    code varchar not null,
    kind varchar not null,
    name varchar not null,
    address varchar,
    lon double,
    lat double,
    location_status varchar not null,
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

-- one row a residential compound and version of it; lon and lat are a point inside it.
create table compound (
    compound_id bigint not null,
    code varchar not null,
    name varchar not null,
    address varchar,
    households bigint,
    buildings bigint,
    built_year bigint,
    company varchar,
    unmanaged_since date,
    geom geometry('OGC:CRS84') not null,
    lon double not null,
    lat double not null,
    location_status varchar not null,
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

-- one row a road, river or railway and version of it; rank 1 is drawn first.
create table line (
    line_id bigint not null,
    code varchar not null,
    kind varchar not null,
    name varchar,
    rank integer not null,
    geom geometry('OGC:CRS84') not null,
    valid_from timestamp not null,
    valid_to timestamp,
    batch_id bigint not null,
    closed_by_batch bigint
);

-- one row an import; report is the JSON that the import printed.
create table import_batch (
    batch_id bigint not null,
    kind varchar not null,
    file_name varchar not null,
    file_sha256 varchar not null,
    started_at timestamp not null,
    finished_at timestamp not null,
    actor varchar not null,
    read bigint not null,
    accepted bigint not null,
    rejected bigint not null,
    inserted bigint not null,
    updated bigint not null,
    unchanged bigint not null,
    report varchar not null,
    undone_at timestamp,
    undone_by varchar
);

-- one row a rejected row and rule; raw is the row without, raw_private with its personal fields (JSON).
create table reject (
    batch_id bigint not null,
    row_number bigint not null,
    rule varchar not null,
    field varchar,
    value varchar,
    raw varchar,
    raw_private varchar
);

-- one row a finding of a batch; detail is JSON (areas in m2, points, sample row numbers).
create table finding (
    batch_id bigint not null,
    rule varchar not null,
    rows bigint not null,
    detail varchar not null
);

-- append-only and hash-chained: hash = sha256(previous hash + the row's own text).
create table audit (
    seq bigint not null,
    happened_at timestamp not null,
    actor varchar not null,
    action varchar not null,
    subject varchar not null,
    detail varchar not null,
    previous_hash varchar not null,
    hash varchar not null
);

-- Everything that is read goes through these views. Their predicates are positive: where a session has set
-- no actor, every one of them is empty.

create view visible_city as
select * from city where getvariable('actor_login') is not null;

create view visible_version as
select * from subject_version where getvariable('actor_login') is not null;

-- boundaries are visible to any signed-in actor
create view visible_area as
select * from area where valid_to is null and getvariable('actor_login') is not null;

create view visible_line as
select * from line where valid_to is null and getvariable('actor_login') is not null;

create view visible_case as
select * from cases
where coalesce(getvariable('sees_everything'), false)
    or list_contains(getvariable('scope_areas'), city_id)
    or list_contains(getvariable('scope_areas'), district_id)
    or list_contains(getvariable('scope_areas'), street_id)
    or list_contains(getvariable('scope_areas'), community_id)
    or list_contains(getvariable('scope_areas'), grid_id)
    or list_contains(getvariable('scope_departments'), department);

create view visible_service_point as
select * from service_point
where valid_to is null and (
    coalesce(getvariable('sees_everything'), false)
    or list_contains(getvariable('scope_areas'), city_id)
    or list_contains(getvariable('scope_areas'), district_id)
    or list_contains(getvariable('scope_areas'), street_id)
    or list_contains(getvariable('scope_areas'), community_id)
    or list_contains(getvariable('scope_areas'), grid_id)
);

create view visible_compound as
select * from compound
where valid_to is null and (
    coalesce(getvariable('sees_everything'), false)
    or list_contains(getvariable('scope_areas'), city_id)
    or list_contains(getvariable('scope_areas'), district_id)
    or list_contains(getvariable('scope_areas'), street_id)
    or list_contains(getvariable('scope_areas'), community_id)
    or list_contains(getvariable('scope_areas'), grid_id)
);

create view visible_batch as
select * from import_batch where coalesce(getvariable('sees_everything'), false);

create view visible_finding as
select * from finding where coalesce(getvariable('sees_everything'), false);

-- raw_private stays out: a correction file is written by the operator's own verb
create view visible_reject as
select batch_id, row_number, rule, field, value, raw
from reject where coalesce(getvariable('sees_everything'), false);

-- What places a case: its point, unless the mapping prefers the row's own code or name, which also serve
-- where there is no usable point.
create macro chosen_area_source(prefer, point_area_id, code_area_id, name_area_id) as case
    when prefer = 'code' and code_area_id is not null then 'code'
    when prefer = 'name' and name_area_id is not null then 'name'
    when point_area_id is not null then 'point'
    when code_area_id is not null then 'code'
    when name_area_id is not null then 'name'
    else 'none'
end;

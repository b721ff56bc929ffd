-- Police posts inside communities and party-led property: who stands at a service point and holds which office
-- beside the grid, what is known of a compound's self-government, assessments from elsewhere, and which compound a
-- case lies in. DuckDB refuses a view over a table that has changed since, so views go first and come back.

drop view visible_service_point;
drop view visible_duty;
drop view visible_compound;
drop view visible_saved_view;

-- level: of the areas that the point serves (a party centre of a street, of a district …), null = not said.
-- opening_hours: as domain.opening_hours writes them, in local time; null = not known.
alter table service_point add column level varchar;
alter table service_point add column opening_hours varchar;

-- point_code: the service point at which the post is stationed. tier: of the three tiers of embedding, the one that
-- the post belongs to (station_chief, community_police, auxiliary), null = none. embedded_as: the office that the
-- post holds in the organisation of its area (街道党工委委员, 社区党委副书记 …), null = none: a blank.
alter table duty add column point_code varchar;
alter table duty add column tier varchar;
alter table duty add column embedded_as varchar;

-- Checklists are null where nobody has said. cross_serving: 双向交叉任职. The five haves (五有) are party_branch,
-- has_place, has_funds, has_volunteers, has_consultation. unmanaged_until: the last day of an earlier time without a
-- manager; where unmanaged_since lies after it the compound has relapsed. takeover: the measure chosen
-- (state_company, street_trust, self_management); takeover_due: by when. demonstration: 示范小区.
alter table compound add column owners_committee boolean;
alter table compound add column party_branch boolean;
alter table compound add column cross_serving boolean;
alter table compound add column has_place boolean;
alter table compound add column has_funds boolean;
alter table compound add column has_volunteers boolean;
alter table compound add column has_consultation boolean;
alter table compound add column unmanaged_until date;
alter table compound add column takeover varchar;
alter table compound add column takeover_due date;
alter table compound add column demonstration boolean;

-- The page that a view is of.
alter table saved_view add column screen varchar default 'analysis';
update saved_view set screen = 'analysis';

-- one row an assessment of a compound or of a company for a period (local days, both included), and version of it.
-- indicator is the assessment's own name in a rating profile; evidence says where it comes from.
create table assessment (
    assessment_id bigint not null,
    code varchar not null,
    indicator varchar not null,
    compound_code varchar,
    company varchar,
    period_start date not null,
    period_end date not null,
    value double not null,
    evidence varchar,
    valid_from timestamp not null,
    valid_to timestamp,
    batch_id bigint not null,
    closed_by_batch bigint
);
insert into subject_version values ('assessments', 0);

-- one row a case that lies in a current compound: matched_by point (its own point lies in the outline) or name (its
-- place is the name of one compound of its community). Derived; every import, undo and relocation keeps it.
create table case_compound (
    case_id bigint not null,
    compound_id bigint not null,
    matched_by varchar not null
);

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

create view visible_duty as
select * replace (masked_mobiles(masked_mobiles(contact)) as contact, masked(embedded_as) as embedded_as)
from duty
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

create view visible_saved_view as
select view_id, owner, name, shared_role, screen, query, created_at, changed_at
from saved_view
where owner = getvariable('actor_login') or list_contains(getvariable('actor_roles'), shared_role);

-- an assessment is its compound's; one of a company belongs to whoever sees a compound of that company
create view visible_assessment as
select * replace (masked(evidence) as evidence)
from assessment
where valid_to is null and (
    coalesce(getvariable('sees_everything'), false)
    or compound_code in (select code from visible_compound)
    or company in (select company from visible_compound)
);

-- whoever sees the compound; its cases are seen by joining visible_case
create view visible_case_compound as
select * from case_compound where compound_id in (select compound_id from visible_compound);

-- name: create_staged
-- grain: one row an accepted row of the file
create or replace temp table staged (
    row_number bigint, source varchar, source_case_id varchar, channel varchar, category varchar, title varchar,
    description varchar, state varchar, outcome varchar, timeliness varchar, rating varchar, rework_count integer,
    reported_at timestamp, registered_at timestamp, dispatched_at timestamp, contacted_at timestamp,
    handled_at timestamp,
    closed_at timestamp, due_at timestamp, updated_at timestamp, department varchar, place varchar,
    lon double, lat double, given_area_code varchar, given_area_name varchar, given_area_level varchar,
    reporter_name varchar, phone varchar, id_number varchar, address varchar,
    at_placeholder boolean, superseded boolean, location_status varchar, point_area_id bigint, prefer varchar
)

-- name: stage
insert into staged by name
select * exclude (area_code, area_name), area_code as given_area_code, area_name as given_area_name,
    if(area_code is null and area_name is null, null, $area_level) as given_area_level, $prefer as prefer
from chunk

-- name: complete_staged
-- what a file does not say of the place of a stored case stays as it is stored
update staged set
    lon = if($sets_point, staged.lon, c.lon), lat = if($sets_point, staged.lat, c.lat),
    at_placeholder = if($sets_point, staged.at_placeholder, c.at_placeholder),
    given_area_code = if($sets_code, staged.given_area_code, c.given_area_code),
    given_area_name = if($sets_name, staged.given_area_name, c.given_area_name),
    given_area_level = if($sets_name or c.given_area_name is null, staged.given_area_level, c.given_area_level),
    prefer = if($sets_point or $sets_code or $sets_name, $prefer, c.prefer)
from cases as c
where c.source = staged.source and c.source_case_id = staged.source_case_id

-- name: stored_points
-- grain: one row a staged row whose point is the stored one
select row_number, lon, lat from staged where lon is not null order by row_number

-- name: place_stored_points
update staged set location_status = p.location_status, point_area_id = p.point_area_id
from placed_point as p where staged.row_number = p.row_number

-- name: given_codes
-- grain: one row a different area code of the file
select distinct given_area_code as given from staged where given_area_code is not null

-- name: given_names
-- grain: one row a different area name and level of the file
select distinct given_area_name as given, given_area_level as level from staged where given_area_name is not null

-- name: sort_staged
-- a ledger in the order of time answers a period without reading the rest
create or replace temp table staged as select * from staged order by reported_at, row_number

-- name: create_placed
-- grain: one row an accepted row with the area that holds it; narrow, so that a wide row is copied only once
create or replace temp table placed as
with chosen as (
    select s.row_number, s.point_area_id, s.location_status, s.superseded,
        s.given_area_code is not null as gives_code, s.given_area_name is not null as gives_name,
        c.area_id as code_area_id, n.area_id as name_area_id, n.matches as name_matches,
        chosen_area_source(s.prefer, s.point_area_id, c.area_id, n.area_id) as area_source
    from staged as s
    left join given_code as c on c.given = s.given_area_code
    left join given_name as n on n.given = s.given_area_name and n.level is not distinct from s.given_area_level
), held as (
    select *, case area_source
        when 'point' then point_area_id when 'code' then code_area_id when 'name' then name_area_id
    end as area_id
    from chosen
)
select h.*, a.city_id, a.district_id, a.street_id, a.community_id, a.grid_id
from held as h
left join area as a on a.valid_to is null and a.area_id = h.area_id

-- name: create_placing_finding
-- grain: one row a rule and row of the file: what the row says of its area against what its point says
create or replace temp table placing_finding as
with said as (
    select p.row_number, p.code_area_id, p.name_area_id,
        [a.city_id, a.district_id, a.street_id, a.community_id, a.grid_id] as path
    from placed as p join area as a on a.valid_to is null and a.area_id = p.point_area_id
    where p.code_area_id is not null or p.name_area_id is not null
)
select 'code_mismatch' as rule, row_number from said
where code_area_id is not null and not coalesce(list_contains(path, code_area_id), false)
union all
select 'name_mismatch', row_number from said
where name_area_id is not null and not coalesce(list_contains(path, name_area_id), false)
union all
select 'unknown_code', row_number from placed where gives_code and code_area_id is null
union all
select 'unknown_name', row_number from placed where gives_name and coalesce(name_matches, 0) = 0
union all
select 'ambiguous_name', row_number from placed where name_matches > 1

-- name: placing_findings
-- grain: one row a rule that any row breaks
select rule, count(*) as rows, min(row_number, 20) as sample from placing_finding group by rule order by rule

-- name: strange_names
-- grain: one row a name that no area carries, the most frequent first
select s.given_area_name as value, count(*) as rows
from staged as s join placed as p using (row_number)
where p.gives_name and coalesce(p.name_matches, 0) = 0
group by value order by rows desc, value limit $most

-- name: strange_codes
-- grain: one row a code that no area carries, the most frequent first
select s.given_area_code as value, count(*) as rows
from staged as s join placed as p using (row_number)
where p.gives_code and p.code_area_id is null
group by value order by rows desc, value limit $most

-- name: area_source_counts
select area_source, count(*) from placed group by all

-- name: location_counts
select location_status, count(*) from placed group by all

-- name: create_verdict
-- grain: one row an accepted row that no other row of the file stands for: insert, update, same, older or
-- conflict; `changed` names what differs of what the file sets
create or replace temp table verdict as
with compared as (
    select s.row_number, c.case_id, c.managed_by, c.updated_at as stored_updated_at, s.updated_at as given_updated_at,
        list_filter([
            if(list_contains($fields, 'channel') and s.channel is distinct from c.channel, 'channel', null),
            if(list_contains($fields, 'category') and s.category is distinct from c.category, 'category', null),
            if(list_contains($fields, 'title') and s.title is distinct from c.title, 'title', null),
            if(list_contains($fields, 'description') and s.description is distinct from c.description, 'description', null),
            if(list_contains($fields, 'state') and s.state is distinct from c.state, 'state', null),
            if(list_contains($fields, 'outcome') and s.outcome is distinct from c.outcome, 'outcome', null),
            if(list_contains($fields, 'timeliness') and s.timeliness is distinct from c.timeliness, 'timeliness', null),
            if(list_contains($fields, 'rating') and s.rating is distinct from c.rating, 'rating', null),
            if(list_contains($fields, 'rework_count') and s.rework_count is distinct from c.rework_count, 'rework_count', null),
            if(s.reported_at is distinct from c.reported_at, 'reported_at', null),
            if(list_contains($fields, 'registered_at') and s.registered_at is distinct from c.registered_at, 'registered_at', null),
            if(list_contains($fields, 'dispatched_at') and s.dispatched_at is distinct from c.dispatched_at, 'dispatched_at', null),
            if(list_contains($fields, 'contacted_at') and s.contacted_at is distinct from c.contacted_at, 'contacted_at', null),
            if(list_contains($fields, 'handled_at') and s.handled_at is distinct from c.handled_at, 'handled_at', null),
            if(list_contains($fields, 'closed_at') and s.closed_at is distinct from c.closed_at, 'closed_at', null),
            if(list_contains($fields, 'due_at') and s.due_at is distinct from c.due_at, 'due_at', null),
            if(list_contains($fields, 'updated_at') and s.updated_at is distinct from c.updated_at, 'updated_at', null),
            if(list_contains($fields, 'department') and s.department is distinct from c.department, 'department', null),
            if(list_contains($fields, 'place') and s.place is distinct from c.place, 'place', null),
            if(s.lon is distinct from c.lon, 'lon', null),
            if(s.lat is distinct from c.lat, 'lat', null),
            if(s.given_area_code is distinct from c.given_area_code, 'area_code', null),
            if(s.given_area_name is distinct from c.given_area_name, 'area_name', null),
            if(list_contains($fields, 'reporter_name') and s.reporter_name is distinct from v.reporter_name, 'reporter_name', null),
            if(list_contains($fields, 'phone') and s.phone is distinct from v.phone, 'phone', null),
            if(list_contains($fields, 'id_number') and s.id_number is distinct from v.id_number, 'id_number', null),
            if(list_contains($fields, 'address') and s.address is distinct from v.address, 'address', null)
        ], lambda x: x is not null) as changed
    from staged as s
    join cases as c on c.source = s.source and c.source_case_id = s.source_case_id
    left join case_person as v on v.case_id = c.case_id
    where not s.superseded
)
select row_number, case_id, changed,
    case
        when len(changed) = 0 then 'same'
        when given_updated_at < stored_updated_at then 'older'
        when managed_by = 'ledger' then 'conflict'
        else 'update'
    end as verdict
from compared
union all
select row_number, nextval('case_id_seq'), null, 'insert'
from staged as s
where not superseded and not exists (
    select 1 from cases as c where c.source = s.source and c.source_case_id = s.source_case_id
)

-- name: create_updated
-- grain: one row a case that changes, as it will stand: what the file does not set keeps its stored value
create or replace temp table updated as
select c.case_id, c.source, c.source_case_id, s.reported_at,
    if(list_contains($fields, 'channel'), s.channel, c.channel) as channel,
    if(list_contains($fields, 'category'), s.category, c.category) as category,
    if(list_contains($fields, 'title'), s.title, c.title) as title,
    if(list_contains($fields, 'description'), s.description, c.description) as description,
    if(list_contains($fields, 'state'), s.state, c.state) as state,
    if(list_contains($fields, 'outcome'), s.outcome, c.outcome) as outcome,
    if(list_contains($fields, 'timeliness'), s.timeliness, c.timeliness) as timeliness,
    if(list_contains($fields, 'rating'), s.rating, c.rating) as rating,
    if(list_contains($fields, 'rework_count'), s.rework_count, c.rework_count) as rework_count,
    if(list_contains($fields, 'registered_at'), s.registered_at, c.registered_at) as registered_at,
    if(list_contains($fields, 'dispatched_at'), s.dispatched_at, c.dispatched_at) as dispatched_at,
    if(list_contains($fields, 'contacted_at'), s.contacted_at, c.contacted_at) as contacted_at,
    if(list_contains($fields, 'handled_at'), s.handled_at, c.handled_at) as handled_at,
    if(list_contains($fields, 'closed_at'), s.closed_at, c.closed_at) as closed_at,
    if(list_contains($fields, 'due_at'), s.due_at, c.due_at) as due_at,
    if(list_contains($fields, 'updated_at'), s.updated_at, c.updated_at) as updated_at,
    if(list_contains($fields, 'department'), s.department, c.department) as department,
    if(list_contains($fields, 'place'), s.place, c.place) as place,
    s.lon, s.lat, s.given_area_code, s.given_area_name, s.given_area_level,
    s.prefer, s.location_status, s.at_placeholder, p.area_source,
    p.area_id, p.city_id, p.district_id, p.street_id, p.community_id, p.grid_id,
    c.row_version + 1 as row_version,
    if(list_contains($fields, 'reporter_name'), s.reporter_name, v.reporter_name) as reporter_name,
    if(list_contains($fields, 'phone'), s.phone, v.phone) as phone,
    if(list_contains($fields, 'id_number'), s.id_number, v.id_number) as id_number,
    if(list_contains($fields, 'address'), s.address, v.address) as address
from verdict as k
join staged as s using (row_number)
join placed as p using (row_number)
join cases as c on c.case_id = k.case_id
left join case_person as v on v.case_id = k.case_id
where k.verdict = 'update'

-- name: verdict_counts
select verdict, count(*) from verdict group by all

-- name: count_superseded
select count(*) from placed where superseded

-- name: keep_history
insert into case_history by name
select c.*, $batch_id as replaced_by_batch
from cases as c join updated as u using (case_id)

-- name: keep_person_history
insert into case_person_history by name
select p.*, $batch_id as replaced_by_batch
from case_person as p join updated as u using (case_id)

-- name: delete_updated
delete from cases where case_id in (select case_id from updated)

-- name: delete_updated_persons
delete from case_person where case_id in (select case_id from updated)

-- name: insert_updated
insert into cases by name
select * exclude (reporter_name, phone, id_number, address),
    $boundary_version as boundary_version, 'source' as managed_by, $batch_id as batch_id
from updated order by reported_at, case_id

-- name: insert_new
insert into cases by name
select v.case_id, s.* exclude (row_number, superseded, point_area_id, reporter_name, phone, id_number, address),
    p.area_source, p.area_id, p.city_id, p.district_id, p.street_id, p.community_id, p.grid_id,
    $boundary_version as boundary_version, 'source' as managed_by, $batch_id as batch_id, 1 as row_version
from staged as s
join placed as p using (row_number)
join verdict as v using (row_number)
where v.verdict = 'insert'

-- name: insert_persons
-- one statement for both: see _UPDATE in data/load/cases.py
insert into case_person by name
select case_id, reporter_name, phone, id_number, address, $batch_id as batch_id
from updated where coalesce(reporter_name, phone, id_number, address) is not null
union all
select v.case_id, s.reporter_name, s.phone, s.id_number, s.address, $batch_id
from staged as s join verdict as v using (row_number)
where v.verdict = 'insert' and coalesce(s.reporter_name, s.phone, s.id_number, s.address) is not null

-- name: insert_events
insert into case_event by name
select nextval('event_id_seq') as event_id, v.case_id, $now as happened_at, 'imported' as kind,
    $batch_id as batch_id, $actor as actor,
    if(v.verdict = 'insert', $all_fields, array_to_string(v.changed, ',')) as fields
from verdict as v where v.verdict in ('insert', 'update')

-- name: insert_finding_cases
-- which cases a finding is about: the first $most rows of each rule; a row that another row of the file stands
-- for (superseded) leads to the case of that other row
insert into finding_case
with told as (
    select rule, row_number from finding_row
    union all select rule, row_number from placing_finding
    union all select 'placeholder_point', row_number from staged where at_placeholder and $has_placeholder
    union all select 'older_than_stored', row_number from verdict where verdict = 'older'
    union all select 'state_conflict', row_number from verdict where verdict = 'conflict'
), kept as (
    select rule, unnest(min(row_number, $most)) as row_number from told group by rule
), behind as (
    select source, source_case_id, row_number from staged
    where superseded and row_number in (select row_number from kept)
), owner as (
    select row_number, case_id from verdict
    union all
    select b.row_number, v.case_id
    from behind as b
    join staged as s on s.source = b.source and s.source_case_id = b.source_case_id and not s.superseded
    join verdict as v on v.row_number = s.row_number
)
select distinct $batch_id, k.rule, o.case_id
from kept as k join owner as o using (row_number)
order by k.rule, o.case_id

-- name: insert_batch_sources
insert into batch_source
select $batch_id, source, count(*) from staged group by source order by source

-- name: drop_staging
drop table if exists staged; drop table if exists placed; drop table if exists updated;
drop table if exists verdict; drop table if exists placing_finding

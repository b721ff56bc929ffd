-- name: create_migration_table
create table if not exists schema_migration (
    number integer not null, name varchar not null, checksum varchar not null, applied_at timestamp not null
)

-- name: applied_migrations
-- grain: one row a migration
select number, checksum from schema_migration order by number

-- name: record_migration
insert into schema_migration values ($number, $name, $checksum, $applied_at)

-- name: table_names
-- grain: one row a base table
select table_name from duckdb_tables() order by table_name

-- name: read_whole_table
-- grain: one value that every cell of the table takes part in: a block that is missing or damaged shows
select bit_xor(hash(t)) from query_table($name) as t

-- name: city
-- grain: the one row of the installation
select name, timezone, as_of_mode, as_of_fixed, data_end, demo from city

-- name: last_report
-- grain: one value: when the last case was reported that is not of the future; null without one
select max(reported_at) from cases where reported_at <= (select data_end from city)

-- name: first_report
-- grain: one value: when the first case was reported; null without one
select min(reported_at) from cases

-- name: set_city
update city set
    name = $name, timezone = $timezone, as_of_mode = $as_of_mode, as_of_fixed = $as_of_fixed, demo = $demo

-- name: refresh_data_end
-- $now keeps typing errors in the far future from becoming the end of the data
update city set data_end = (
    select max(t) from (
        select max(reported_at) filter (where reported_at <= $now) as t from cases
        union all select max(dispatched_at) filter (where dispatched_at <= $now) from cases
        union all select max(contacted_at) filter (where contacted_at <= $now) from cases
        union all select max(handled_at) filter (where handled_at <= $now) from cases
        union all select max(closed_at) filter (where closed_at <= $now) from cases
    )
)

-- name: area_ids_of_codes
-- grain: one row an area, old versions included
select distinct area_id from area where list_contains($codes, code) order by area_id

-- name: bind_login
set variable actor_login = $login

-- name: bind_roles
set variable actor_roles = $roles::varchar[]

-- name: bind_sees_everything
set variable sees_everything = $sees_everything

-- name: bind_areas
set variable scope_areas = $ids::integer[]

-- name: bind_departments
set variable scope_departments = $names::varchar[]

-- name: bump_versions
update subject_version set version = version + 1 where list_contains($subjects, subject)

-- name: bump_all_versions
update subject_version set version = greatest(version, $least) + 1

-- name: highest_version
-- grain: one value
select max(version) from subject_version

-- name: version
select version from subject_version where subject = $subject

-- name: last_audit
select seq, hash from audit order by seq desc limit 1

-- name: append_audit
insert into audit values ($seq, $happened_at, $actor, $action, $subject, $detail, $previous_hash, $hash)

-- name: lock_outside
set enable_external_access = false

-- name: lock_configuration
set lock_configuration = true

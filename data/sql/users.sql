-- name: account
-- grain: one row a user
select login, roles, areas, departments, kiosk_address, active, note, signed_out_at
from app_user where login_key = $login_key

-- name: standing
-- grain: one row a sign-in
select first_seen_at, ended_at, end_reason from sign_in where sign_in_key = $sign_in_key

-- name: insert_user
insert into app_user values (
    $login_key, $login, $roles::varchar[], $areas::varchar[], $departments::varchar[], $kiosk_address, $active,
    $note, null, $now, $actor, $now, $actor
)

-- name: update_user
update app_user set
    login = $login, roles = $roles::varchar[], areas = $areas::varchar[],
    departments = $departments::varchar[], kiosk_address = $kiosk_address, active = $active, note = $note,
    changed_at = $now, changed_by = $actor
where login_key = $login_key

-- name: delete_user
delete from app_user where login_key = $login_key

-- name: sign_out
update app_user set signed_out_at = $now where login_key = $login_key

-- name: sign_out_all
update app_user set signed_out_at = $now

-- name: other_administrators
-- grain: one value: active administrators but this one
select count(*) from app_user
where active and login_key <> $login_key and list_contains(roles, 'administrator')

-- name: known_areas
-- grain: one row a code of a current area
select distinct code from area where valid_to is null order by code

-- name: known_departments
-- grain: one row a department
select distinct department from cases where department is not null order by department

-- name: insert_sign_in
insert into sign_in values ($sign_in_key, $login_key, $now, null, null)

-- name: end_sign_in
update sign_in set ended_at = $now, end_reason = $reason where sign_in_key = $sign_in_key and ended_at is null

-- name: end_sign_ins_of
update sign_in set ended_at = $now, end_reason = $reason where login_key = $login_key and ended_at is null

-- name: forget_sign_ins
-- a cookie lives for a month at most: what is older can be presented no more
delete from sign_in where first_seen_at < $before

-- Who may come in, and as what. login_key is the login in lower case: two logins that differ in case only are
-- one. kiosk_address makes it a wall screen: read-only, never idle, from that address alone. Sign-ins up to
-- signed_out_at hold no longer.
create table app_user (
    login_key varchar not null primary key,
    login varchar not null,
    roles varchar[] not null,
    areas varchar[] not null,
    departments varchar[] not null,
    kiosk_address varchar,
    active boolean not null,
    note varchar not null,
    signed_out_at timestamp,
    created_at timestamp not null,
    created_by varchar not null,
    changed_at timestamp not null,
    changed_by varchar not null
);

-- one row a sign-in through the identity provider; sign_in_key is a hash that names it, so that a cookie which
-- is presented again after its sign-in was ended is known for what it is. end_reason: signed_out, idle.
create table sign_in (
    sign_in_key varchar not null primary key,
    login_key varchar not null,
    first_seen_at timestamp not null,
    ended_at timestamp,
    end_reason varchar
);

create view visible_user as
select * from app_user where list_contains(getvariable('actor_roles'), 'administrator');

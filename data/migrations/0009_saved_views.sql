-- Conditions of a screen under a name: what was asked for and never a case. `query` is the page's state in its
-- canonical form, the address without its beginning; whoever opens it sees their own rows. `view_id` cannot be
-- guessed. shared_role lets all actors of a role open it; null = its owner alone.
create table saved_view (
    view_id varchar not null primary key,
    owner varchar not null,
    name varchar not null,
    shared_role varchar,
    query varchar not null,
    created_at timestamp not null,
    changed_at timestamp not null
);

create view visible_saved_view as
select view_id, owner, name, shared_role, query, created_at, changed_at
from saved_view
where owner = getvariable('actor_login') or list_contains(getvariable('actor_roles'), shared_role);

-- name: all
-- grain: one row a view that the actor owns or that is shared with a role of the actor, own ones first
-- params: login
select view_id, owner, name, shared_role, query, changed_at, owner = $login as own
from visible_saved_view
order by owner <> $login, name, owner

-- name: by_name
-- grain: one row a view of this name that the actor may open, own ones first
-- params: login, name
select view_id, owner, name, shared_role, query, changed_at, owner = $login as own
from visible_saved_view
where name = $name
order by owner <> $login, owner

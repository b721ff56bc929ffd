-- name: all
-- grain: one row a view of a screen that the actor owns or that is shared with a role of the actor, own ones first
-- params: login, screen
select view_id, owner, name, shared_role, screen, query, changed_at, owner = $login as own
from visible_saved_view
where screen = $screen
order by owner <> $login, name, owner

-- name: by_name
-- grain: one row a view of this name and screen that the actor may open, own ones first
-- params: login, name, screen
select view_id, owner, name, shared_role, screen, query, changed_at, owner = $login as own
from visible_saved_view
where name = $name and screen = $screen
order by owner <> $login, owner

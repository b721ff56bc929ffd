-- name: owned
-- grain: the one view of an owner by its id; none where it is somebody else's
select view_id, name, shared_role, query, screen from saved_view where view_id = $view_id and owner = $owner

-- name: same_name
-- grain: one value: how many other views of the owner's on the screen have this name
select count(*) from saved_view
where owner = $owner and screen = $screen and name = $name and view_id <> $view_id

-- name: how_many
-- grain: one value: the owner's views
select count(*) from saved_view where owner = $owner

-- name: insert
insert into saved_view by name
select $view_id as view_id, $owner as owner, $name as name, $screen as screen, $query as query,
    $now as created_at, $now as changed_at

-- name: set_query
update saved_view set query = $query, changed_at = $now where view_id = $view_id and owner = $owner

-- name: set_name
update saved_view set name = $name, changed_at = $now where view_id = $view_id and owner = $owner

-- name: set_role
update saved_view set shared_role = $role, changed_at = $now where view_id = $view_id and owner = $owner

-- name: delete
delete from saved_view where view_id = $view_id and owner = $owner

-- name: masked
-- grain: one value: a text without the numbers of persons
select masked($free_text::varchar)

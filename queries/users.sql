-- name: users
-- grain: one row a user, by login
select login, roles, areas, departments, kiosk_address, active, note, signed_out_at, changed_at, changed_by
from visible_user
order by login_key

-- name: busiest_department
-- grain: at most one row: the department with most cases, the first by name among equals
select department from visible_case
where department is not null
group by department
order by count(*) desc, department
limit 1

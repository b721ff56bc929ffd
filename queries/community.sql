-- name: days
-- grain: one row a local day that has cases under the filter, ascending; after their number what indicators count
-- params: timezone, and those of the facts and the filter
select day, count(*) as cases, @measures
from (
    select cast(timezone($timezone, timezone('UTC', reported_at)) as date) as day, @facts
    from visible_case where @where
)
group by day
order by day

-- name: categories
-- grain: one row a category (null: none given) of the cases under the filter, most first
-- params: those of the filter
select category, count(*) as cases
from visible_case
where @where
group by category
order by cases desc, category

-- name: latest
-- grain: one row a case under the filter, the newest first, times local; total counts them all
-- params: most, timezone and those of the filter
with newest as (
    select case_id, count(*) over () as total
    from visible_case
    where @where
    order by reported_at desc, case_id desc
    limit $most
)
select c.case_id, c.source_case_id, c.title, c.category, c.state, c.department,
    timezone($timezone, timezone('UTC', c.reported_at)) as reported_at,
    timezone($timezone, timezone('UTC', c.due_at)) as due_at,
    timezone($timezone, timezone('UTC', c.closed_at)) as closed_at,
    n.total
from newest as n join visible_case as c using (case_id)
order by c.reported_at desc, c.case_id desc

-- name: cases_in_compounds
-- grain: one row a compound that holds cases under the filter: how many, and how many of them by its name alone
-- params: those of the filter
select compound_id, count(*) as cases, count(*) filter (where matched_by = 'name') as by_name
from visible_case_compound
where case_id in (select case_id from visible_case where @where)
group by compound_id
order by compound_id

-- name: compounds
-- grain: one row a compound, with the areas around it and what a rating asks of it, by code; countable: it has an
-- outline or a case that gives its name, so that no cases means none
-- params: code (null: any)
with matched as (
    select distinct compound_id from visible_case_compound
)
select c.compound_id, c.code, c.name, c.city_id, c.district_id, c.street_id, c.community_id, c.grid_id,
    d.code as district_code, d.name as district, s.code as street_code, s.name as street,
    m.code as community_code, m.name as community, c.company, c.households,
    c.unmanaged_since, c.owners_committee, c.party_branch, c.cross_serving,
    c.has_place, c.has_funds, c.has_volunteers, c.has_consultation,
    octet_length(ST_AsWKB(c.geom)) > 21 or matched.compound_id is not null as countable  -- 21 bytes are a point
from visible_compound as c
left join visible_area as d on d.area_id = c.district_id
left join visible_area as s on s.area_id = c.street_id
left join visible_area as m on m.area_id = c.community_id
left join matched on matched.compound_id = c.compound_id
where $code is null or c.code = $code
order by c.code

-- name: measures
-- grain: one row a compound and period (its place in the list of periods) that has cases under the
-- filter; after their number what indicators count of them
-- params: code (null: any), and those of the periods, the facts and the filter
with wanted as (
    select compound_id from visible_compound where $code is null or code = $code
),
placed as (
    select case_id, compound_id from visible_case_compound join wanted using (compound_id)
)
select compound_id, period, count(*) as cases, @measures
from (
    select compound_id, @period as period, @facts
    from visible_case join placed using (case_id)
    where @where
)
group by compound_id, period
order by compound_id, period

-- name: assessments
-- grain: one row a compound or company, assessment and period (its place in the list of periods): the sum and the
-- number of the assessments within the period, else the shortest one that covers it
-- params: names, first_days, last_days (of the periods), code (null: any), company (of that compound)
with period as (
    select unnest(range(len($first_days::date[]))) as period,
        unnest($first_days::date[]) as first_day, unnest($last_days::date[]) as last_day
),
judged as (
    select a.indicator, a.compound_code, a.company, p.period, a.value,
        a.period_start >= p.first_day and a.period_end <= p.last_day as within,
        (a.period_end - a.period_start, -epoch(a.period_start), a.code) as shortest
    from visible_assessment as a
    join period as p on a.period_start <= p.last_day and a.period_end >= p.first_day
    where list_contains($names::varchar[], a.indicator)
        and ($code is null or a.compound_code = $code or a.company = $company)
        and ((a.period_start >= p.first_day and a.period_end <= p.last_day)
            or (a.period_start <= p.first_day and a.period_end >= p.last_day))
)
select indicator, compound_code, company, period,
    coalesce(sum(value order by value) filter (within), arg_min(value, shortest)) as total,
    greatest(count(*) filter (within), 1) as assessments
from judged
group by indicator, compound_code, company, period
order by indicator, compound_code, company, period

-- name: assessments_of
-- grain: one row an assessment of a compound or of its company that touches the periods, the newest first
-- params: names, code, company, first_day, last_day
select indicator, company is not null as of_company, period_start, period_end, value, evidence
from visible_assessment
where list_contains($names::varchar[], indicator) and (compound_code = $code or company = $company)
    and period_end >= $first_day and period_start <= $last_day
order by period_end desc, period_start desc, indicator, code

-- name: compounds
-- grain: one row a current compound
select compound_id, code, name, community_id, ST_AsWKB(geom) as wkb
from compound where valid_to is null order by code, compound_id

-- name: points
-- grain: one row a case of the batch, of all batches where it is null, whose point says where it happened
select case_id, lon, lat from cases
where ($batch_id::bigint is null or batch_id = $batch_id) and lon is not null and lat is not null and not at_placeholder

-- name: places
-- grain: one row a place and community of cases, of the batch where it is not null, that no outline holds
select distinct c.place, c.community_id
from cases as c
where ($batch_id::bigint is null or c.batch_id = $batch_id)
    and c.place is not null and c.community_id in (select community_id from named_compound)
    and not exists (select 1 from in_outline as o where o.case_id = c.case_id)

-- name: forget_batch
delete from case_compound where case_id in (select case_id from cases where batch_id = $batch_id)

-- name: forget_all
delete from case_compound

-- name: matched
-- grain: one value: how many cases lie in a compound
select (select count(*) from in_outline) + (
    select count(*)
    from cases as c join named_place as n on n.place = c.place and n.community_id = c.community_id
    where ($batch_id::bigint is null or c.batch_id = $batch_id)
        and not exists (select 1 from in_outline as o where o.case_id = c.case_id)
)

-- name: insert
-- one statement for both: see _UPDATE in data/load/cases.py
insert into case_compound
select case_id, compound_id, 'point' from in_outline
union all
select c.case_id, n.compound_id, 'name'
from cases as c join named_place as n on n.place = c.place and n.community_id = c.community_id
where ($batch_id::bigint is null or c.batch_id = $batch_id)
    and not exists (select 1 from in_outline as o where o.case_id = c.case_id)
order by 1

-- name: how_many_by_area
-- grain: one row a current area of the level that has cases under the filter, by code; nulls last = in no such area
-- params: those of the filter
select area.code, area.name, count(*) as cases
from (select * from visible_case where @where) as kept
left join visible_area as area on area.area_id = kept.@level_id
group by area.code, area.name
order by area.code nulls last

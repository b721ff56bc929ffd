-- name: measures
-- grain: one row: what indicators count of the cases under the filter, after the number of all of them
-- params: those of the facts, the filter and the window
select count(*) as cases, @measures
from (select @facts from visible_case where @where)

-- name: measures_by_area
-- grain: one row an area of the level that has cases, those on a placeholder point apart; area_id null = placed at
-- no such area
-- params: those of the facts, the filter and the window
select area_id, at_point, count(*) as cases, @measures
from (select @level_id as area_id, at_placeholder as at_point, @facts from visible_case where @where)
group by area_id, at_point
order by area_id, at_point

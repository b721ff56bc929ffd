-- name: cells
-- grain: one row a pair of row and column key that has cases under the filter; null = the case has none
-- params: timezone, those of the facts and of the filter
select cast(row_key as varchar) as row_key, cast(column_key as varchar) as column_key,
    * exclude (row_key, column_key)
from (
    select row_key, column_key, count(*) as cases, @measures
    from (select @row_key as row_key, @column_key as column_key, @facts from visible_case where @where)
    group by row_key, column_key
)
order by row_key, column_key

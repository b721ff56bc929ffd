-- name: past_term
-- grain: one row a case whose end lies before $before: closed, or void, which may have no time of closing
create or replace temp table past_term as
select case_id from cases
where state in ('closed', 'void') and coalesce(closed_at, updated_at, handled_at, reported_at) < $before

-- name: drop_past_term
drop table past_term

-- name: held_reporter_name
-- grain: one row a batch: values past their term, superseded ones too
select batch_id, count(*) from (
    select batch_id, case_id, reporter_name as told from case_person
    union all select batch_id, case_id, reporter_name from case_person_history
) where told is not null and case_id in (select case_id from past_term) group by batch_id order by batch_id

-- name: erase_reporter_name
update case_person set reporter_name = null
where reporter_name is not null and case_id in (select case_id from past_term)

-- name: erase_reporter_name_history
update case_person_history set reporter_name = null
where reporter_name is not null and case_id in (select case_id from past_term)

-- name: held_phone
-- grain: one row a batch: values past their term, superseded ones too
select batch_id, count(*) from (
    select batch_id, case_id, phone as told from case_person
    union all select batch_id, case_id, phone from case_person_history
) where told is not null and case_id in (select case_id from past_term) group by batch_id order by batch_id

-- name: erase_phone
update case_person set phone = null where phone is not null and case_id in (select case_id from past_term)

-- name: erase_phone_history
update case_person_history set phone = null
where phone is not null and case_id in (select case_id from past_term)

-- name: held_id_number
-- grain: one row a batch: values past their term, superseded ones too
select batch_id, count(*) from (
    select batch_id, case_id, id_number as told from case_person
    union all select batch_id, case_id, id_number from case_person_history
) where told is not null and case_id in (select case_id from past_term) group by batch_id order by batch_id

-- name: erase_id_number
update case_person set id_number = null where id_number is not null and case_id in (select case_id from past_term)

-- name: erase_id_number_history
update case_person_history set id_number = null
where id_number is not null and case_id in (select case_id from past_term)

-- name: held_address
-- grain: one row a batch: values past their term, superseded ones too
select batch_id, count(*) from (
    select batch_id, case_id, address as told from case_person
    union all select batch_id, case_id, address from case_person_history
) where told is not null and case_id in (select case_id from past_term) group by batch_id order by batch_id

-- name: erase_address
update case_person set address = null where address is not null and case_id in (select case_id from past_term)

-- name: erase_address_history
update case_person_history set address = null
where address is not null and case_id in (select case_id from past_term)

-- name: held_texts
-- grain: one row a batch: texts of cases with a person's number in them, superseded ones too
select batch_id, count(*) from (
    select batch_id, case_id, unnest([title, description, place, given_area_name]) as told from cases
    union all
    select batch_id, case_id, unnest([title, description, place, given_area_name]) from case_history
) where masked(told) <> told and case_id in (select case_id from past_term) group by batch_id order by batch_id

-- name: erase_texts
update cases set title = masked(title), description = masked(description), place = masked(place),
    given_area_name = masked(given_area_name)
where case_id in (select case_id from past_term) and (
    masked(title) <> title or masked(description) <> description or masked(place) <> place
    or masked(given_area_name) <> given_area_name
)

-- name: erase_texts_history
update case_history set title = masked(title), description = masked(description), place = masked(place),
    given_area_name = masked(given_area_name)
where case_id in (select case_id from past_term) and (
    masked(title) <> title or masked(description) <> description or masked(place) <> place
    or masked(given_area_name) <> given_area_name
)

-- name: held_rejects
-- grain: one row a batch: rejected rows of imports from before $before that still hold what they came with
select r.batch_id, count(*)
from reject as r join import_batch as b using (batch_id)
where b.finished_at < $before and coalesce(r.raw, r.raw_private, r.value) is not null
group by r.batch_id order by r.batch_id

-- name: erase_rejects
update reject set value = null, raw = null, raw_private = null
where coalesce(raw, raw_private, value) is not null
    and batch_id in (select batch_id from import_batch where finished_at < $before)

-- name: note_erasure
insert into erasure values ($erased_at, $field, $batch_id, $cells)

-- name: erased_so_far
-- grain: one row a field: how many values were erased in all
select field, sum(cells)::bigint from visible_erasure group by field order by field

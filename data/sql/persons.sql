-- name: person
-- grain: one row where the actor of the cursor sees the case; its personal fields, null where there are none
select p.reporter_name, p.phone, p.id_number, p.address
from visible_case as c left join case_person as p using (case_id)
where c.case_id = $case_id

-- name: masked
select masked($text)

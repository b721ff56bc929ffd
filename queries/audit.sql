-- name: rows
-- grain: one row an event, newest first
-- params: start_utc, end_utc, actor, actions, subject, most, first
select seq, happened_at, actor, action, subject, detail
from visible_audit
where ($start_utc::timestamp is null or happened_at >= $start_utc::timestamp)
    and ($end_utc::timestamp is null or happened_at < $end_utc::timestamp)
    and contains(lower(actor), lower($actor))
    and (len($actions::varchar[]) = 0 or list_contains($actions::varchar[], action))
    and contains(lower(subject), lower($subject))
order by seq desc
limit $most offset $first

-- name: total
-- grain: one row: how many events a filter keeps
-- params: start_utc, end_utc, actor, actions, subject
select count(*)
from visible_audit
where ($start_utc::timestamp is null or happened_at >= $start_utc::timestamp)
    and ($end_utc::timestamp is null or happened_at < $end_utc::timestamp)
    and contains(lower(actor), lower($actor))
    and (len($actions::varchar[]) = 0 or list_contains($actions::varchar[], action))
    and contains(lower(subject), lower($subject))

-- name: whole
-- grain: one row an event with its hashes, oldest first: what a file takes out
-- params: start_utc, end_utc, actor, actions, subject
select seq, happened_at, actor, action, subject, detail, previous_hash, hash
from visible_audit
where ($start_utc::timestamp is null or happened_at >= $start_utc::timestamp)
    and ($end_utc::timestamp is null or happened_at < $end_utc::timestamp)
    and contains(lower(actor), lower($actor))
    and (len($actions::varchar[]) = 0 or list_contains($actions::varchar[], action))
    and contains(lower(subject), lower($subject))
order by seq

-- name: row
-- grain: the rows of one number; more than one where somebody tampered with the table
-- params: seq
select seq, happened_at, actor, action, subject, detail, previous_hash, hash
from visible_audit where seq = $seq
order by hash

-- name: extent
-- grain: one row: the first and the last time of an event
select min(happened_at), max(happened_at) from visible_audit

-- name: audit_extent
-- grain: one row: how many rows there are, the first and last number, the first and last time
select count(*), coalesce(min(seq), 0), coalesce(max(seq), 0), min(happened_at), max(happened_at) from visible_audit

-- name: chain_faults
-- grain: one row an audit row that is not itself, or does not follow the one before it
-- the hash is computed anew, by another program than the one that wrote it (data/ledger.py, audit_hash)
with chain as (
    select seq, previous_hash, hash,
        hash = sha256(concat_ws(chr(31), seq::varchar, strftime(happened_at, '%Y-%m-%dT%H:%M:%S.%f'), actor, action,
            subject, detail, previous_hash)) as is_itself,
        lag(seq) over (order by seq, hash) as seq_before,
        lag(hash) over (order by seq, hash) as hash_before
    from visible_audit
)
select seq, coalesce(is_itself, false) as is_itself, seq_before,
    previous_hash is not distinct from coalesce(hash_before, $genesis) as follows
from chain
where is_itself is not true
    or previous_hash is distinct from coalesce(hash_before, $genesis)
    or seq is distinct from coalesce(seq_before, 0) + 1
order by seq, hash
limit $most

-- name: off_anchor
-- grain: one row an audit row whose hash is another than the anchor noted
select v.seq
from anchored as a join visible_audit as v using (seq)
where v.hash is distinct from a.hash
order by v.seq
limit $most

-- name: audit_row
-- grain: the rows of one number
select seq, happened_at, actor, action, subject, detail, previous_hash, hash from visible_audit where seq = $seq

-- name: audit_marks
-- grain: one row a restore, or an anchor begun anew
select seq, happened_at, actor, action, detail from visible_audit
where list_contains($actions, action) order by seq

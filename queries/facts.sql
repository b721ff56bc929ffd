-- What can be said of one case at the as-of time (domain/indicators/facts.py), each as an expression over
-- visible_case that is true or false and never null.
--
-- Nothing after the as-of time is known. A time after it counts as missing. What a case says without a time
-- (outcome, rating, rework, the source's label) came with its closing: of a case that is closed after the as-of
-- time it is not known yet.

-- name: closed
-- grain: a predicate of one case
-- params: as_of
(state = 'closed' and coalesce(closed_at <= $as_of, true))

-- name: void
-- grain: a predicate of one case
-- params: as_of
(state = 'void' and coalesce(closed_at <= $as_of, true))

-- name: open
-- grain: a predicate of one case
-- params: as_of
(state not in ('closed', 'void') or coalesce(closed_at > $as_of, false))

-- name: handled
-- grain: a predicate of one case
-- params: as_of
(coalesce(handled_at <= $as_of, false) or (state = 'closed' and coalesce(closed_at <= $as_of, true)))

-- name: registered
-- grain: a predicate of one case
-- params: as_of
coalesce(registered_at <= $as_of, false)

-- name: dispatched
-- grain: a predicate of one case
-- params: as_of
coalesce(dispatched_at <= $as_of, false)

-- name: contacted
-- grain: a predicate of one case
-- params: as_of
coalesce(contacted_at <= $as_of, false)

-- name: has_limit
-- grain: a predicate of one case
-- params: none
(due_at is not null)

-- name: due
-- grain: a predicate of one case
-- params: as_of
coalesce(due_at < $as_of, false)

-- name: closed_in_time
-- grain: a predicate of one case
-- params: as_of
(state = 'closed' and coalesce(closed_at <= $as_of and closed_at <= due_at, false))

-- name: closed_late
-- grain: a predicate of one case
-- params: as_of
(state = 'closed' and coalesce(closed_at <= $as_of and closed_at > due_at, false))

-- name: closing_time_known
-- grain: a predicate of one case
-- params: as_of
coalesce(closed_at <= $as_of, false)

-- name: handled_in_time
-- grain: a predicate of one case
-- params: as_of
coalesce(
    case when handled_at <= $as_of then handled_at when state = 'closed' and closed_at <= $as_of then closed_at end
    <= due_at, false)

-- name: handling_time_known
-- grain: a predicate of one case
-- params: as_of
(coalesce(handled_at <= $as_of, false) or (state = 'closed' and coalesce(closed_at <= $as_of, false)))

-- name: dispatched_in_time
-- grain: a predicate of one case
-- params: as_of, dispatch_limit_minutes
coalesce(dispatched_at <= $as_of
    and dispatched_at <= case when registered_at <= $as_of then registered_at else reported_at end
        + to_minutes($dispatch_limit_minutes), false)

-- name: dispatch_due
-- grain: a predicate of one case
-- params: as_of, dispatch_limit_minutes
(case when registered_at <= $as_of then registered_at else reported_at end
    + to_minutes($dispatch_limit_minutes) < $as_of)

-- name: solved
-- grain: a predicate of one case
-- params: as_of
(coalesce(outcome = 'solved', false) and coalesce(closed_at <= $as_of, true))

-- name: partly_solved
-- grain: a predicate of one case
-- params: as_of
(coalesce(outcome = 'partly_solved', false) and coalesce(closed_at <= $as_of, true))

-- name: explained_cannot_do
-- grain: a predicate of one case
-- params: as_of
(coalesce(outcome = 'explained_cannot_do', false) and coalesce(closed_at <= $as_of, true))

-- name: duplicate
-- grain: a predicate of one case
-- params: as_of
(coalesce(outcome = 'duplicate', false) and coalesce(closed_at <= $as_of, true))

-- name: invalid
-- grain: a predicate of one case
-- params: as_of
(coalesce(outcome = 'void', false) and coalesce(closed_at <= $as_of, true))

-- name: rated
-- grain: a predicate of one case
-- params: as_of
(rating is not null and coalesce(closed_at <= $as_of, true))

-- name: rated_good
-- grain: a predicate of one case
-- params: as_of
(coalesce(rating = 'good', false) and coalesce(closed_at <= $as_of, true))

-- name: rated_fair
-- grain: a predicate of one case
-- params: as_of
(coalesce(rating = 'fair', false) and coalesce(closed_at <= $as_of, true))

-- name: reworked
-- grain: a predicate of one case
-- params: as_of
(coalesce(rework_count > 0, false) and coalesce(closed_at <= $as_of, true))

-- name: rework_known
-- grain: a predicate of one case
-- params: as_of
(rework_count is not null and coalesce(closed_at <= $as_of, true))

-- name: returned
-- grain: a predicate of one case
-- params: none
(state = 'returned')

-- name: extended
-- grain: a predicate of one case
-- params: none
(state = 'extended')

-- name: deferred
-- grain: a predicate of one case
-- params: none
(state = 'deferred')

-- name: suspended
-- grain: a predicate of one case
-- params: none
(state = 'suspended')

-- name: labelled
-- grain: a predicate of one case
-- params: as_of
(timeliness is not null and coalesce(closed_at <= $as_of, true))

-- name: labelled_overdue
-- grain: a predicate of one case
-- params: as_of
(coalesce(timeliness = 'overdue', false) and coalesce(closed_at <= $as_of, true))

-- name: unplaced
-- grain: a predicate of one case
-- params: none
(area_source = 'none')

-- name: has_point
-- grain: a predicate of one case
-- params: none
(lon is not null and location_status not in ('invalid', 'no_location'))

-- name: at_placeholder
-- grain: a predicate of one case
-- params: none
at_placeholder

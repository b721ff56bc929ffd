"""What becomes of a case: registration, dispatch, handling, closing, deadlines, outcome and rating.

All times are local and vectorised. Nothing after the as-of time is known: a case that would be closed later
is open, in the state that its last known step says.
"""

from dataclasses import dataclass

import numpy as np

from data.demo import steady
from data.demo.categories import CATEGORIES, CHANNELS
from data.demo.draw import Drawn
from data.demo.frames import Floats
from data.demo.planting import BURST_SHARE
from data.demo.scale import AS_OF

AS_OF_LOCAL = np.datetime64(AS_OF.replace(tzinfo=None), "s")
NEVER = np.datetime64("NaT", "s")

OUTCOMES = np.array(["solved", "partly_solved", "explained_cannot_do", "duplicate", "void"])
VOID = 4
STATES = np.array(
    [
        "reported",
        "registered",
        "dispatched",
        "handling",
        "feedback",
        "closed",
        "void",
        "returned",
        "rework",
        "deferred",
        "extended",
        "suspended",
        "supervised",
    ]
)
_STATE = {name: index for index, name in enumerate(STATES)}
RATINGS = np.array(["good", "fair", "bad"])

VOID_SHARE = 0.016
REWORK_SHARE = 0.045
STUCK_SHARE = 0.006
MEDIAN_REGISTER_MINUTES = np.array([38.0, 6.0, 55.0, 12.0, 3.0, 180.0])
RATED_SHARE = np.array([0.55, 0.0, 0.42, 0.0, 0.0, 0.2])


@dataclass(frozen=True)
class Lives:
    """Parallel arrays.

    Times are local (datetime64[s], NaT = not yet or never); state, outcome and rating are indices into
    STATES, OUTCOMES and RATINGS (-1 = none).
    """

    registered: np.ndarray
    dispatched: np.ndarray
    handled: np.ndarray
    closed: np.ndarray
    due: np.ndarray
    updated: np.ndarray
    state: np.ndarray
    outcome: np.ndarray
    rating: np.ndarray
    rework: np.ndarray


def live(
    drawn: Drawn,
    channel: np.ndarray,
    slowness: Floats,
    bursting: np.ndarray,
    rng: np.random.Generator,
) -> Lives:
    """Let the drawn cases live until the as-of time.

    Args:
        drawn: the cases.
        channel: index into CHANNELS for each.
        slowness: how many times the usual handling time the case's street takes.
        bursting: True where the street closes at the end of the month.
        rng: random numbers.
    """
    steps, due, rework = _worked(drawn, channel, slowness, bursting, rng)
    outcome = _outcomes(drawn.category, rng)
    steps, void = _voided(steps, rng)
    outcome[void] = VOID
    rework = np.where(void, 0, rework)
    late = steps[3] > due
    steps = [np.where(step <= AS_OF_LOCAL, step, NEVER) for step in steps]
    is_closed = ~np.isnat(steps[3])
    closed_state = np.where(void, _STATE["void"], _STATE["closed"])
    state = np.where(is_closed, closed_state, _open_state(steps, due, rework, rng))
    rating = _ratings(channel, late, outcome, slowness, rng)
    return Lives(
        registered=steps[0],
        dispatched=steps[1],
        handled=steps[2],
        closed=steps[3],
        due=np.where(np.isnat(steps[0]), NEVER, due),
        updated=_latest(np.minimum(drawn.local, AS_OF_LOCAL), *steps),
        state=state,
        outcome=np.where(is_closed, outcome, -1),
        rating=np.where(is_closed & ~void, rating, -1),
        rework=np.where(np.isnat(steps[2]), 0, rework),
    )


def _worked(
    drawn: Drawn, channel: np.ndarray, slowness: Floats, bursting: np.ndarray, rng: np.random.Generator
) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """Times of registration, dispatch, handling and closing; when it is due; how often it was reworked."""
    count = len(channel)
    limit, median, spread = (
        _of(name)[drawn.category] for name in ("limit_hours", "handling_hours", "spread")
    )
    registered = drawn.local + _minutes(MEDIAN_REGISTER_MINUTES[channel] * rng.lognormal(0, 0.6, count))
    dispatched = registered + _minutes(55 * slowness * rng.lognormal(0, 0.8, count))
    rework = (rng.random(count) < REWORK_SHARE) * (1 + (rng.random(count) < 0.2))
    hours = 0.85 * median * slowness * steady.power(rng.lognormal(0, 1, count), spread) * (1 + 0.8 * rework)
    hours = np.where(rng.random(count) < STUCK_SHARE, hours + 24 * rng.uniform(60, 400, count), hours)
    handled = dispatched + _minutes(60 * hours)
    closed = handled + _minutes(240 * rng.lognormal(0, 0.9, count))
    closed = _at_month_end(closed, bursting & (rng.random(count) < BURST_SHARE), rng)
    due = np.where(np.isnan(limit), NEVER, registered + _minutes(60 * np.nan_to_num(limit)))
    return [registered, dispatched, handled, closed], due, rework


def _voided(steps: list[np.ndarray], rng: np.random.Generator) -> tuple[list[np.ndarray], np.ndarray]:
    """The steps once a few cases are voided soon after registration, and which ones."""
    registered, dispatched, handled, closed = steps
    void = rng.random(len(registered)) < VOID_SHARE
    closed = np.where(void, registered + _minutes(30 * rng.lognormal(0, 0.8, len(registered))), closed)
    return [registered, np.where(void, NEVER, dispatched), np.where(void, NEVER, handled), closed], void


def _of(attribute: str) -> Floats:
    return np.array([getattr(category, attribute) for category in CATEGORIES], dtype=np.float64)


def _minutes(minutes: Floats) -> np.ndarray:
    return np.asarray(np.round(minutes * 60).astype(np.int64).astype("timedelta64[s]"))


def _latest(*times: np.ndarray) -> np.ndarray:
    return np.asarray(np.fmax.reduce(np.stack(times)))


def _at_month_end(closed: np.ndarray, moved: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Move closings to the last two days of their month, 15–21 h, never earlier than they were."""
    following = closed.astype("datetime64[M]") + np.timedelta64(1, "M")
    day = following.astype("datetime64[D]") - rng.integers(1, 3, len(closed)).astype("timedelta64[D]")
    burst = day.astype("datetime64[s]") + rng.integers(15 * 3600, 21 * 3600, len(closed)).astype(
        "timedelta64[s]"
    )
    return np.where(moved & (burst > closed), burst, closed)


def _outcomes(category: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    table = np.cumsum(np.array([c.outcomes for c in CATEGORIES], dtype=np.float64) / 100, axis=1)
    drawn = rng.random(len(category))
    return np.asarray(sum((drawn > table[category, column]).astype(np.int64) for column in range(3)))


def _open_state(
    steps: list[np.ndarray], due: np.ndarray, rework: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """The state of a case that is not closed, from its last known step and a few side states."""
    registered, dispatched, handled, _ = (~np.isnat(step) for step in steps)
    drawn = rng.random(len(rework))
    state = np.where(registered, _STATE["registered"], _STATE["reported"])
    at_work = np.where(drawn < 0.35, _STATE["dispatched"], _STATE["handling"])
    at_work = np.where(drawn > 0.975, _STATE["returned"], at_work)
    state = np.where(dispatched, at_work, state)
    late = dispatched & ~handled & (due < AS_OF_LOCAL - np.timedelta64(7, "D"))
    for low, high, name in (
        (0.35, 0.6, "supervised"),
        (0.6, 0.7, "extended"),
        (0.7, 0.8, "suspended"),
        (0.8, 0.86, "deferred"),
    ):
        state = np.where(late & (drawn >= low) & (drawn < high), _STATE[name], state)
    after = np.where((rework > 0) & (drawn < 0.6), _STATE["rework"], _STATE["feedback"])
    return np.where(handled, after, state)


def _ratings(
    channel: np.ndarray,
    late: np.ndarray,
    outcome: np.ndarray,
    slowness: Floats,
    rng: np.random.Generator,
) -> np.ndarray:
    """0 good, 1 fair, 2 bad, -1 not rated; late or unsolved cases and slow streets are rated worse."""
    good = 0.90 - 0.20 * late - 0.30 * (outcome == 2) - 0.10 * (outcome == 1) - 0.18 * (slowness - 1)
    good = np.clip(good, 0.2, 0.97)
    drawn = rng.random(len(channel))
    rating = np.where(drawn < good, 0, np.where(drawn < good + 0.55 * (1 - good), 1, 2))
    return np.where(rng.random(len(channel)) < RATED_SHARE[channel], rating, -1)


def draw_channels(category: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Index into CHANNELS for each case, by its category's weights."""
    weights = np.array([c.channels for c in CATEGORIES], dtype=np.float64)
    table = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
    drawn = rng.random(len(category))
    return np.asarray(sum((drawn > table[category, k]).astype(np.int64) for k in range(len(CHANNELS) - 1)))

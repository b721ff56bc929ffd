"""When the handling unit first spoke with the resident: only where somebody asked for something and can be called.

The response rate of 接诉即办 counts these: of the cases of a resident, how many were contacted.
"""

from typing import Final

import numpy as np

from data.demo.categories import CHANNELS
from data.demo.frames import Floats
from data.demo.lifecycle import AS_OF_LOCAL, NEVER, Lives

CONTACT_SHARE: Final = {"hotline_12345": 0.965, "resident_app": 0.90, "department_transfer": 0.72}
"""Share of a channel's dispatched cases in which the resident is called at all; the other channels have nobody
to call."""

MEDIAN_CONTACT_MINUTES: Final = 105.0
SLOW_STREET_LOSS: Final = 0.12
"""How much of the share a street loses that is as slow again as usual."""


def first_contacts(
    channel: np.ndarray, lives: Lives, slowness: Floats, rng: np.random.Generator
) -> np.ndarray:
    """Local times of the first contact (datetime64[s], NaT = none yet or never): after dispatch, before handling.

    Args:
        channel: index into CHANNELS for each case.
        lives: what became of the cases.
        slowness: how many times the usual time the case's street takes.
        rng: random numbers of its own, so that nothing else in the city depends on this.
    """
    count = len(channel)
    shares = np.array([CONTACT_SHARE.get(name, 0.0) for name in CHANNELS])[channel]
    shares = np.where(shares > 0, np.clip(shares - SLOW_STREET_LOSS * (slowness - 1), 0.5, 0.995), 0.0)
    called = rng.random(count) < shares
    minutes = MEDIAN_CONTACT_MINUTES * slowness * rng.lognormal(0, 0.9, count)
    contacted = lives.dispatched + _seconds(60 * minutes)
    hurried = lives.dispatched + _seconds(
        rng.uniform(0.1, 0.9, count) * _span(lives.dispatched, lives.handled)
    )
    contacted = np.where(contacted > lives.handled, hurried, contacted)
    return np.where(called & (contacted <= AS_OF_LOCAL), contacted, NEVER)


def _span(start: np.ndarray, end: np.ndarray) -> Floats:
    """Seconds from start to end; 0 where either is not known."""
    return np.where(np.isnat(start) | np.isnat(end), 0.0, (end - start).astype(np.float64))


def _seconds(seconds: Floats) -> np.ndarray:
    return np.round(seconds).astype(np.int64).astype("timedelta64[s]")

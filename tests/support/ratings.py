"""What a compound is rated by, made by hand: the worked example of docs/ratings.md is the default."""

from __future__ import annotations

import numpy as np

from domain.ratings.arithmetic import Evidence, Measured
from domain.ratings.model import Profile
from queries.ranking import density_interval, share_interval


def share(numerator: int, denominator: int) -> Measured:
    """A rate with Wilson's interval."""
    low, high = share_interval(np.array([float(numerator)]), np.array([float(denominator)]))
    value = numerator / denominator
    return Measured(value, float(low[0]), float(high[0]), float(numerator), float(denominator))


def density(cases: int, households: int) -> Measured:
    """Cases per 100 households with the exact Poisson interval."""
    base = households / 100
    low, high = density_interval(np.array([float(cases)]), np.array([base]))
    return Measured(cases / base, float(low[0]), float(high[0]), float(cases), base)


def assessed(*values: float) -> Measured:
    """The mean of a period's assessments."""
    mean = sum(values) / len(values)
    return Measured(mean, mean, mean, float(sum(values)), float(len(values)))


def evidence(**items: Measured) -> Evidence:
    """The worked example, with some items replaced; no fact is known."""
    return Evidence(
        {
            "complaints": density(129, 860),
            "on_time": share(108, 118),
            "rework": share(6, 121),
            "satisfaction": share(45, 64),
            "party_building": assessed(96),
            "inspection": assessed(78, 84),
            "credit": assessed(80),
        }
        | items
    )


def weighed(profile: Profile, **weights: float) -> Profile:
    """A profile with other weights."""
    changed = {
        name: profile.items[name].model_copy(update={"weight": weight}) for name, weight in weights.items()
    }
    return profile.model_copy(update={"items": profile.items | changed})

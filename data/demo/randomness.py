"""The streams of random numbers of a demo city: one a step, so that a change in one step leaves the others alone.

A number is never used again for something else: the golden figures of the demo stand on it.
"""

from enum import IntEnum

import numpy as np


class Step(IntEnum):
    """What is drawn from a stream of its own."""

    SITES = 0
    PLAN = 1
    REGISTRY = 2
    LINES = 3
    COMPOUNDS = 4
    POINTS = 5
    DUTY = 6
    PLACES = 10
    PLANTED = 11
    MONTHS = 12
    HOT_SPOTS = 13
    DRAWN = 15
    STREETS = 16
    TOLD = 17
    SERVICE = 20
    POLICE = 21
    PROPERTY = 22
    ASSESSMENTS = 23


def stream(seed: int, step: Step, *part: int) -> np.random.Generator:
    """The stream of a step of the city with this seed, or of one part of it."""
    return np.random.default_rng([seed, int(step), *part])

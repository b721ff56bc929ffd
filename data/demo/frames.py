"""Street frames: the bent, rotated street pattern that one quarter of the city is laid out in.

A frame turns planar metres (x, y) into (u, v); a street is a line of constant u or v. The axes are rotated
and waved, so that streets run parallel, bend gently together and continue from one block into the next.
Rural frames have waves of several lengths, which makes boundaries wander like field tracks and brooks.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from data.demo import steady

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Wave:
    """One sine of the waving of an axis: amplitude and length in metres, phase in radians."""

    amplitude_m: float
    length_m: float
    phase: float


@dataclass(frozen=True)
class Frame:
    """A street pattern. `waves[0]` bend lines of constant u, `waves[1]` lines of constant v."""

    angle: float
    waves: tuple[tuple[Wave, ...], tuple[Wave, ...]]
    step_m: float
    lattice_m: float
    """Streets prefer to lie at multiples of this; 0 where there is no pattern to keep."""

    def rotated(self, xy: Floats) -> Floats:
        """Planar metres (n, 2) → unwaved frame coordinates (n, 2)."""
        cos, sin = steady.cos(self.angle), steady.sin(self.angle)
        return np.column_stack([xy[:, 0] * cos + xy[:, 1] * sin, -xy[:, 0] * sin + xy[:, 1] * cos])

    def unrotated(self, pq: Floats) -> Floats:
        """Unwaved frame coordinates (n, 2) → planar metres (n, 2)."""
        cos, sin = steady.cos(self.angle), steady.sin(self.angle)
        return np.column_stack([pq[:, 0] * cos - pq[:, 1] * sin, pq[:, 0] * sin + pq[:, 1] * cos])

    def coordinate(self, xy: Floats, axis: int) -> Floats:
        """The u (axis 0) or v (axis 1) of planar points (n, 2)."""
        pq = self.rotated(xy)
        return pq[:, axis] + _waving(self.waves[axis], pq[:, 1 - axis])

    def street(self, axis: int, value: float, bounds: tuple[float, float, float, float]) -> Floats:
        """The line where coordinate `axis` equals `value`, long enough to cross `bounds`; (n, 2) metres.

        Vertices lie at multiples of the step, so that neighbours on one street share them.
        """
        left, bottom, right, top = bounds
        corners = np.array([[left, bottom], [left, top], [right, bottom], [right, top]])
        along = self.rotated(corners)[:, 1 - axis]
        first = np.floor(along.min() / self.step_m) - 2
        last = np.ceil(along.max() / self.step_m) + 2
        q = np.arange(first, last + 1) * self.step_m
        p = value - _waving(self.waves[axis], q)
        return self.unrotated(np.column_stack([p, q] if axis == 0 else [q, p]))


def _waving(waves: tuple[Wave, ...], q: Floats) -> Floats:
    total = np.zeros_like(q)
    for wave in waves:
        total += wave.amplitude_m * steady.sin(2 * np.pi * q / wave.length_m + wave.phase)
    return total


def _waves(rng: np.random.Generator, shapes: list[tuple[float, float]]) -> tuple[Wave, ...]:
    return tuple(
        Wave(a * rng.uniform(0.7, 1.3), length * rng.uniform(0.8, 1.25), rng.uniform(0, 2 * np.pi))
        for a, length in shapes
    )


def urban_frame(rng: np.random.Generator, angle: float, scale: float = 1.0) -> Frame:
    """A town's street pattern turned by `angle` (radians): gently bent streets on a lattice."""
    shapes = [(38.0 * scale, 2_100.0 * scale), (9.0, 640.0)]
    lattice = float(rng.choice([90.0, 110.0, 130.0]))
    return Frame(angle, (_waves(rng, shapes), _waves(rng, shapes)), 55.0, lattice)


def rural_frame(rng: np.random.Generator, angle: float, scale: float = 1.0) -> Frame:
    """A countryside pattern turned by `angle` (radians): wandering lines, no lattice."""
    shapes = [(190.0 * scale, 3_300.0 * scale), (80.0 * scale, 1_250.0 * scale), (34.0, 470.0), (16.0, 210.0)]
    return Frame(angle, (_waves(rng, shapes), _waves(rng, shapes)), 70.0, 0.0)


def as_floats(values: Any) -> Floats:
    """Any array as contiguous float64."""
    return np.ascontiguousarray(values, dtype=np.float64)

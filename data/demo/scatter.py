"""Random points inside polygons, drawn for all polygons at once, and totals divided into whole numbers."""

import numpy as np
import shapely

from data.demo.frames import Floats, as_floats

ROUNDS = 12


def inside(polygons: np.ndarray, rng: np.random.Generator) -> Floats:
    """One random point in each polygon (n, 2), in the polygons' own coordinates.

    Drawn in the bounding box until it falls inside; after a few rounds an inner point is taken instead.
    """
    bounds = shapely.bounds(polygons)
    found = shapely.get_coordinates(shapely.point_on_surface(polygons))
    shapely.prepare(polygons)
    waiting = np.arange(len(polygons))
    for _ in range(ROUNDS):
        if not len(waiting):
            break
        xy = rng.uniform(bounds[waiting, :2], bounds[waiting, 2:])
        hit = shapely.contains_xy(polygons[waiting], xy[:, 0], xy[:, 1])
        found[waiting[hit]] = xy[hit]
        waiting = waiting[~hit]
    return as_floats(found)


def shares(total: int, weights: np.ndarray) -> np.ndarray:
    """`total` in whole numbers proportional to the weights (largest remainder, first index on ties)."""
    exact = weights / weights.sum() * total
    counts = np.floor(exact).astype(np.int64)
    counts[np.argsort(counts - exact, kind="stable")[: total - counts.sum()]] += 1
    return np.asarray(counts)


def uneven(total: int, parts: int, spread: float, least: int, rng: np.random.Generator) -> list[int]:
    """`total` in uneven whole numbers, none under `least`; `spread` is the sigma of their logarithm."""
    weights = rng.lognormal(0.0, spread, parts)
    return [int(count) + least for count in shares(total - least * parts, weights)]

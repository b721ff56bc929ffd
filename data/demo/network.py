"""The skeleton of a city: outline, rivers, ring roads, avenues, railway, and where people live.

Planar metres; the origin is the city's centre, x points east, y north. Nothing here knows areas: `layout`
cuts along these lines and `linework` draws them.
"""

from dataclasses import dataclass, replace

import numpy as np
import shapely

from data.demo import steady
from data.demo.frames import Floats, Wave, as_floats
from data.demo.scale import CityPlan


@dataclass(frozen=True)
class Route:
    """One named line of the skeleton: kind `road`, `water` or `rail`, rank 1 = most important."""

    kind: str
    name: str
    rank: int
    line: shapely.LineString
    width_m: float

    def moved(self, x: float, y: float) -> "Route":
        """The route shifted by (x, y) metres."""
        shift = np.array([x, y])
        return replace(self, line=shapely.transform(self.line, lambda xy: xy + shift))


@dataclass(frozen=True)
class Centre:
    """A place that people crowd around: centre and spread in metres, peak in grids per km²."""

    x: float
    y: float
    spread_m: float
    peak: float


@dataclass(frozen=True)
class Skeleton:
    """Outline, routes and settlement of one city."""

    outline: shapely.Polygon
    routes: tuple[Route, ...]
    centres: tuple[Centre, ...]
    urban_radius_m: float
    edge_waves: tuple[Wave, ...]
    """How the edge of the built-up area departs from a circle; `length_m` holds the angular frequency."""

    def urban_share(self, xy: Floats) -> Floats:
        """How urban each point is: 1 in the built-up area, 0 in the fields, smooth between (n,)."""
        radius = np.sqrt(xy[:, 0] ** 2 + xy[:, 1] ** 2)
        theta = steady.arctan2(xy[:, 1], xy[:, 0])
        edge = np.ones_like(theta)
        for wave in self.edge_waves:
            edge += wave.amplitude_m * steady.cos(wave.length_m * theta + wave.phase)
        distance = (edge * self.urban_radius_m - radius) / (0.055 * self.urban_radius_m)
        return as_floats(1 / (1 + steady.exp(-np.clip(distance, -40, 40))))

    def density(self, xy: Floats) -> Floats:
        """Grids per km² at each point (n,), up to one common factor."""
        total = 0.24 + 5.2 * self.urban_share(xy)
        for centre in self.centres:
            distance2 = (xy[:, 0] - centre.x) ** 2 + (xy[:, 1] - centre.y) ** 2
            total = total + centre.peak * steady.exp(-distance2 / (2 * centre.spread_m**2))
        return as_floats(total)


def make_skeleton(plan: CityPlan, rng: np.random.Generator, outline: shapely.Polygon) -> Skeleton:
    """The skeleton of a city within an outline around the origin."""
    edge = tuple(
        Wave(0.28 / k * rng.uniform(0.5, 1.0), float(k), rng.uniform(0, 2 * np.pi)) for k in (2, 3, 5, 7)
    )
    routes = (*_rivers(plan, rng), *_roads(plan, rng), _railway(plan, rng))
    centres = _centres(plan, outline, rng)
    return Skeleton(outline, routes, centres, plan.urban_radius_m, edge)


def make_outline(radius_m: float, rng: np.random.Generator) -> shapely.Polygon:
    """A wandering outline around the origin, wider than high; `radius_m` is its middle radius."""
    theta = np.linspace(0, 2 * np.pi, 1_200, endpoint=False)
    radius = np.ones_like(theta)
    for k in range(2, 240):
        radius += 0.36 / k**1.45 * rng.normal() * steady.cos(k * theta + rng.uniform(0, 2 * np.pi))
    radius = radius_m * np.clip(radius, 0.62, 1.5)
    return shapely.Polygon(
        np.column_stack([1.18 * radius * steady.cos(theta), 0.9 * radius * steady.sin(theta)])
    )


def _meander(
    rng: np.random.Generator,
    angle: float,
    offset_m: float,
    half_length_m: float,
    amplitude_m: float,
) -> shapely.LineString:
    """A line through the plane at an angle, passing the centre at `offset_m`, swinging in three lengths."""
    q = np.arange(-half_length_m, half_length_m + 1, 110.0)
    p = np.full_like(q, offset_m)
    for share, length in ((1.0, 9.5), (0.55, 4.3), (0.16, 1.7)):
        length_m = amplitude_m * length * rng.uniform(0.85, 1.2)
        p += amplitude_m * share * steady.sin(2 * np.pi * q / length_m + rng.uniform(0, 2 * np.pi))
    cos, sin = steady.cos(angle), steady.sin(angle)
    return shapely.LineString(np.column_stack([q * cos - p * sin, q * sin + p * cos]))


def _rivers(plan: CityPlan, rng: np.random.Generator) -> tuple[Route, ...]:
    reach = 2.2 * plan.outer_radius_m
    urban = plan.urban_radius_m
    main = _meander(rng, np.radians(14), -0.34 * urban, reach, 0.17 * urban)
    brook = _meander(rng, np.radians(101), -0.62 * urban, reach, 0.10 * urban)
    reaches = shapely.get_parts(shapely.difference(brook, main))
    north = max(reaches, key=lambda part: float(part.bounds[3]))
    return (
        Route("water", "云水河", 1, main, 60 + urban / 75),
        Route("water", "青溪", 2, north, 18 + urban / 400),
    )


def _roads(plan: CityPlan, rng: np.random.Generator) -> tuple[Route, ...]:
    urban, reach = plan.urban_radius_m, 2.2 * plan.outer_radius_m
    roads = [
        Route("road", "人民大道", 1, _avenue(rng, np.radians(6), 0.06 * urban, reach, urban), 45),
        Route("road", "云州大街", 1, _avenue(rng, np.radians(96), 0.05 * urban, reach, urban), 45),
    ]
    names = ["内环路", "二环路", "三环路"] if len(plan.rings) == 3 else ["环城路", "绕城快速路"]
    rings = [_ring(rng, share * urban) for share in plan.rings]
    roads += [Route("road", name, 1, ring, 40) for name, ring in zip(names, rings, strict=True)]
    for index, (name, degrees) in enumerate(
        [("北岭路", 52), ("西山路", 140), ("南屏路", 229), ("东港路", 318), ("松原路", 27), ("柳泉路", 205)],
    ):
        angle = np.radians(degrees + rng.uniform(-7, 7))
        ring = rings[0 if index < 4 else -1]
        roads.append(Route("road", name, 2, _radial(rng, angle, ring, reach), 30))
    return tuple(roads)


def _avenue(
    rng: np.random.Generator,
    angle: float,
    offset_m: float,
    reach_m: float,
    urban_m: float,
) -> shapely.LineString:
    """A through road: nearly straight in the built-up area, wandering outside it."""
    q = np.arange(-reach_m, reach_m + 1, 160.0)
    outside = np.clip((np.abs(q) - urban_m) / urban_m, 0, 1.6)
    p = offset_m + 18 * steady.sin(q / 900 + rng.uniform(0, 6))
    p += outside * 0.10 * urban_m * steady.sin(2 * np.pi * q / (1.9 * urban_m) + rng.uniform(0, 6))
    cos, sin = steady.cos(angle), steady.sin(angle)
    return shapely.LineString(np.column_stack([q * cos - p * sin, q * sin + p * cos]))


def _radial(
    rng: np.random.Generator,
    angle: float,
    ring: shapely.LineString,
    reach_m: float,
) -> shapely.LineString:
    """A swinging road from a ring outwards."""
    start = float(np.sqrt(shapely.Polygon(ring).area / np.pi))
    radius = np.arange(0.5 * start, reach_m, 150.0)
    swing = 0.10 * steady.sin(radius / (0.55 * start + 1_800) + rng.uniform(0, 6)) + 0.015 * steady.sin(
        radius / 700
    )
    line = shapely.LineString(
        np.column_stack([radius * steady.cos(angle + swing), radius * steady.sin(angle + swing)]),
    )
    outside = shapely.get_parts(shapely.difference(line, shapely.Polygon(ring)))
    return max(outside, key=lambda part: float(part.length))


def _ring(rng: np.random.Generator, radius_m: float) -> shapely.LineString:
    """A closed ring between a circle and a rounded square, slightly turned and pulled."""
    theta = np.linspace(0, 2 * np.pi, max(72, int(radius_m / 14)))
    theta_t = theta - np.radians(6)
    square = steady.power(
        steady.power(np.abs(steady.cos(theta_t)), 3.4) + steady.power(np.abs(steady.sin(theta_t)), 3.4),
        -1 / 3.4,
    )
    radius = radius_m * square * (1 + 0.035 * steady.cos(3 * theta + rng.uniform(0, 6)))
    xy = np.column_stack([1.10 * radius * steady.cos(theta), 0.94 * radius * steady.sin(theta)])
    xy[-1] = xy[0]
    return shapely.LineString(xy)


def _railway(plan: CityPlan, rng: np.random.Generator) -> Route:
    q = np.arange(-2.2 * plan.outer_radius_m, 2.2 * plan.outer_radius_m, 200.0)
    p = 0.66 * plan.urban_radius_m + 0.16 * plan.urban_radius_m * steady.sin(
        q / (0.9 * plan.urban_radius_m) + rng.uniform(0, 6)
    )
    angle = np.radians(-16)
    xy = np.column_stack(
        [q * steady.cos(angle) - p * steady.sin(angle), q * steady.sin(angle) + p * steady.cos(angle)]
    )
    return Route("rail", "云州铁路", 1, shapely.LineString(xy), 12)


def _centres(plan: CityPlan, outline: shapely.Polygon, rng: np.random.Generator) -> tuple[Centre, ...]:
    urban = plan.urban_radius_m
    centres = [
        Centre(0.02 * urban, 0.05 * urban, 0.24 * urban, 17.0),
        Centre(-0.05 * urban, -0.10 * urban, 0.45 * urban, 4.0),
    ]
    for _ in range(plan.subcentres):
        angle, radius = rng.uniform(0, 2 * np.pi), rng.uniform(0.45, 0.8) * urban
        spread = rng.uniform(0.07, 0.12) * urban
        centres.append(Centre(*_polar(radius, angle), spread, rng.uniform(4, 9)))
    inner = shapely.buffer(outline, -0.08 * plan.outer_radius_m)
    for _ in range(60 * plan.townlets):
        if len(centres) == 2 + plan.subcentres + plan.townlets:
            break
        angle, radius = rng.uniform(0, 2 * np.pi), rng.uniform(1.5, 3.2) * urban
        x, y = _polar(radius, angle)
        near = any(
            (x - c.x) ** 2 + (y - c.y) ** 2 < (0.55 * urban) ** 2 for c in centres[2 + plan.subcentres :]
        )
        if not near and shapely.contains_xy(inner, x, y):
            centres.append(Centre(x, y, rng.uniform(380, 620), rng.uniform(5, 9)))
    return tuple(centres)


def _polar(radius: float, angle: float) -> tuple[float, float]:
    """The point at a distance from the origin in a direction (radians)."""
    return float(radius * steady.cos(angle)), float(radius * steady.sin(angle))

"""Building the demo city: skeleton → cuts → coverage → registry → compounds, points, lines and posts on duty.

All shapes are made in planar metres and projected once, vertex by vertex (`coverage`). A province is a
handful of prefecture cities side by side, noded together so that their borders fit as well.
"""

from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.demo import coverage, linework
from data.demo.compounds import make_compounds
from data.demo.duty import make_duty
from data.demo.frames import rural_frame
from data.demo.layout import Layout, make_layout
from data.demo.linework import make_lines
from data.demo.model import DemoCity
from data.demo.names import CITIES
from data.demo.network import Skeleton, make_outline, make_skeleton
from data.demo.points import make_points
from data.demo.police import with_police
from data.demo.property import with_property
from data.demo.randomness import Step, stream
from data.demo.registry import Planar, register
from data.demo.scale import AS_OF, SEED, TIMEZONE, CityPlan, Scale, ScaleSpec, spec_of
from data.demo.scatter import uneven
from data.demo.service import with_service
from data.demo.split import Part, split

PROVINCE_NAME = "云江省"
PROVINCE_RADIUS_M = 150_000.0
BORDER_REACH_M = 2.0


@dataclass(frozen=True)
class _Site:
    """A city before it is noded: where its centre lies in the common plane (metres), and its cut."""

    name: str
    x: float
    y: float
    plan: CityPlan
    skeleton: Skeleton
    layout: Layout


def build(scale: Scale, seed: int = SEED) -> DemoCity:
    """The demo city at a scale; the same scale and seed always give the same frames.

    Raises:
        ValueError: an unknown scale.
    """
    spec = spec_of(scale)
    sites = _province(spec, seed) if spec.prefectures else [_site(spec.plan, CITIES[0], seed)]
    planars = _noded(sites)
    areas, polygons = _registered(sites, planars, seed)
    lines = _lines(planars, spec, seed)
    water = shapely.union_all([planar.water(margin_m=12.0) for planar in planars])
    compounds = make_compounds(areas, polygons, water, spec.compounds, stream(seed, Step.COMPOUNDS))
    if spec.compounds:
        compounds = with_property(compounds, stream(seed, Step.PROPERTY))
    points = make_points(areas, polygons, spec, stream(seed, Step.POINTS))
    points = with_service(points, areas, stream(seed, Step.SERVICE))
    duty = make_duty(areas, spec, stream(seed, Step.DUTY))
    if spec.cases:
        duty = with_police(duty, areas, points, stream(seed, Step.POLICE))
    return DemoCity(
        scale=scale,
        seed=seed,
        name=PROVINCE_NAME if spec.prefectures else CITIES[0],
        timezone=TIMEZONE,
        as_of=AS_OF,
        areas=gpd.GeoDataFrame(areas, geometry=coverage.project(polygons), crs="EPSG:4326"),
        lines=lines,
        compounds=compounds,
        service_points=points,
        duty=duty,
    )


def _site(plan: CityPlan, name: str, seed: int) -> _Site:
    rng = stream(seed, Step.PLAN)
    skeleton = make_skeleton(plan, rng, make_outline(plan.outer_radius_m, rng))
    return _Site(name, 0.0, 0.0, plan, skeleton, make_layout(plan, skeleton, rng))


def _province(spec: ScaleSpec, seed: int) -> list[_Site]:
    """Prefectures side by side in one outline, each with a city of its own around its innermost point."""
    rng = stream(seed, Step.SITES)
    outline = make_outline(PROVINCE_RADIUS_M, rng)
    quotas = uneven(spec.plan.grids * spec.prefectures, spec.prefectures, 0.16, 1_500, rng)
    cells = split(Part(outline, np.empty((0, 2))), quotas, rural_frame(rng, 0.3, 9.0))
    polygons = coverage.coverage([cell.polygon for cell, _ in cells])
    sites = []
    for index, (polygon, (_, grids)) in enumerate(zip(polygons, cells, strict=True)):
        x, y = np.round(shapely.get_coordinates(shapely.maximum_inscribed_circle(polygon))[0])
        plan = replace(
            spec.plan, grids=grids, communities=round(spec.plan.communities * grids / spec.plan.grids)
        )
        own = stream(seed, Step.PLAN, index)
        skeleton = make_skeleton(plan, own, _moved(polygon, -x, -y))
        sites.append(_Site(CITIES[index], x, y, plan, skeleton, make_layout(plan, skeleton, own)))
    return sites


def _noded(sites: list[_Site]) -> list[Planar]:
    """Each site's grids, noded with those across its border, and its levels dissolved from them."""
    parts = [_moved(np.array(site.layout.grids, dtype=object), site.x, site.y) for site in sites]
    planars = []
    for index, site in enumerate(sites):
        layout, plan = site.layout, site.plan
        grids = coverage.coverage(list(parts[index]), _across(parts, index, sites))
        communities = coverage.dissolve(grids, layout.community, plan.communities)
        streets = coverage.dissolve(communities, layout.street_of_community, plan.streets)
        districts = coverage.dissolve(streets, layout.district_of_street, plan.districts)
        routes = tuple(route.moved(site.x, site.y) for route in site.skeleton.routes)
        planars.append(Planar((site.x, site.y), routes, layout, grids, communities, streets, districts))
    return planars


def _across(parts: list[np.ndarray], index: int, sites: list[_Site]) -> list[shapely.Polygon]:
    """The grids of the other sites that touch this site's outline."""
    border = _moved(shapely.boundary(sites[index].skeleton.outline), sites[index].x, sites[index].y)
    shapely.prepare(border)
    others = [cells for number, cells in enumerate(parts) if number != index]
    return [cell for cells in others for cell in cells[shapely.dwithin(border, cells, BORDER_REACH_M)]]


def _moved(geometry: Any, x: float, y: float) -> Any:
    shift = np.array([x, y])
    return shapely.transform(geometry, lambda xy: xy + shift)


def _registered(sites: list[_Site], planars: list[Planar], seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """The registry of all sites and, row by row, the polygons (common plane, metres)."""
    frames: list[pd.DataFrame] = []
    polygons: list[shapely.Geometry] = []
    for index, (site, planar) in enumerate(zip(sites, planars, strict=True)):
        frame = register(planar, index + 1, site.name, stream(seed, Step.REGISTRY, index))
        by_level = {
            "city": np.array([shapely.coverage_union_all(planar.districts)], dtype=object),
            "district": planar.districts,
            "street": planar.streets,
            "community": planar.communities,
            "grid": planar.grids,
        }
        polygons.extend(
            by_level[level][part] for level, part in zip(frame["level"], frame["part"], strict=True)
        )
        frames.append(frame)
    areas = pd.concat(frames, ignore_index=True).drop(columns="part")
    rank = areas["level"].map({"city": 0, "district": 1, "street": 2, "community": 3, "grid": 4})
    order = np.lexsort([areas["code"], rank])
    return areas.iloc[order].reset_index(drop=True), np.array(polygons, dtype=object)[order]


def _lines(planars: list[Planar], spec: ScaleSpec, seed: int) -> gpd.GeoDataFrame:
    frames = [
        make_lines(planar, f"{index + 1:02d}", stream(seed, Step.LINES, index), streets=not spec.prefectures)
        for index, planar in enumerate(planars)
    ]
    return linework.project(pd.concat(frames, ignore_index=True))

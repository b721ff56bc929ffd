"""The places where cases happen: in compounds, along roads and rivers, at markets, sites and villages.

Every place lies inside one grid and knows how far it is from that grid's boundary, so that a case may be
scattered around it without leaving the grid.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.demo import coverage
from data.demo.frames import Floats
from data.demo.model import DemoCity
from data.demo.scatter import inside

PER_COMPOUND = 4
ROAD_SPACING_M = 110.0
WATER_SPACING_M = 200.0
SCATTER_M = {
    "compound": 14.0,
    "road": 30.0,
    "market": 45.0,
    "water": 40.0,
    "industry": 70.0,
    "village": 120.0,
}
"""How far cases lie around a place at most, by its type."""

LEAST_ROOM_M = 3.0


@dataclass(frozen=True)
class Places:
    """Parallel arrays over places.

    Attributes:
        kind: place type: compound, road, market, water, industry or village.
        name: what a report calls the place.
        xy: planar metres (n, 2).
        room_m: how far a case may be scattered without leaving the grid.
        grid: index into `DemoCity.level("grid")`.
        compound: index into `DemoCity.compounds`, -1 for other places.
        weight: how many cases it draws, relative within its kind.
    """

    kind: np.ndarray
    name: np.ndarray
    xy: Floats
    room_m: Floats
    grid: np.ndarray
    compound: np.ndarray
    weight: Floats


def make_places(city: DemoCity, rng: np.random.Generator) -> Places:
    """All places of a city, without those in no grid or too near a boundary to scatter cases around."""
    grids = city.level("grid")
    parts = [
        _compounds(city.compounds, rng),
        _along(city.lines, "road", ROAD_SPACING_M, 14.0, rng),
        _along(city.lines, "water", WATER_SPACING_M, 30.0, rng),
        _in_grids(grids, _markets(grids, rng), "market", rng),
        _in_grids(grids, _works(grids, rng), "industry", rng),
        _in_grids(
            grids, np.repeat(np.flatnonzero(grids["urban_class"].isin(["210", "220"])), 3), "village", rng
        ),
    ]
    frame = pd.concat(parts, ignore_index=True)
    return _located(frame, grids, rng)


def _compounds(compounds: gpd.GeoDataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """A few buildings a compound; all at the gate where there is no outline."""
    index = np.repeat(np.arange(len(compounds)), PER_COMPOUND)
    shapes = compounds.geometry.to_numpy()[index]
    is_area = shapely.get_dimensions(shapes) == 2
    lonlat = shapely.get_coordinates(shapely.centroid(shapes))
    lonlat[is_area] = inside(shapes[is_area], rng)
    households = compounds["households"].to_numpy(dtype=float)[index]
    age = 2026 - compounds["built_year"].to_numpy(dtype=float)[index]
    building = np.minimum(
        rng.integers(1, 40, len(index)), compounds["buildings"].to_numpy(dtype=np.int64)[index]
    )
    names = compounds["name"].to_numpy()[index]
    return pd.DataFrame(
        {
            "kind": "compound",
            "lon": lonlat[:, 0],
            "lat": lonlat[:, 1],
            "compound": index,
            "name": [f"{n}{b}号楼" for n, b in zip(names, building, strict=True)],
            "weight": households * (0.5 + age / 30) * rng.lognormal(0, 0.35, len(index)),
        }
    )


def _along(
    lines: gpd.GeoDataFrame,
    kind: str,
    spacing_m: float,
    aside_m: float,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Spots along named lines (the banks of rivers), a little aside of them."""
    chosen = lines[(lines["kind"] == kind) & lines["name"].notna()]
    shapes = chosen.geometry.to_numpy()
    shapes = np.where(shapely.get_dimensions(shapes) == 2, shapely.boundary(shapes), shapes)
    planar = shapely.transform(shapes, coverage.to_metres)
    count = np.maximum(1, (shapely.length(planar) / spacing_m).astype(np.int64))
    line = np.repeat(np.arange(len(chosen)), count)
    at = shapely.line_interpolate_point(planar[line], rng.random(len(line)), normalized=True)
    xy = shapely.get_coordinates(at) + rng.normal(0, aside_m, (len(line), 2))
    lonlat = coverage.to_degrees(xy)
    return pd.DataFrame(
        {
            "kind": kind,
            "lon": lonlat[:, 0],
            "lat": lonlat[:, 1],
            "compound": -1,
            "name": [
                f"{n}{b}号附近"
                for n, b in zip(chosen["name"].to_numpy()[line], rng.integers(1, 400, len(line)), strict=True)
            ],
            "weight": rng.lognormal(0, 0.7, len(line)) / np.sqrt(chosen["rank"].to_numpy(dtype=float)[line]),
        }
    )


def _in_grids(
    grids: gpd.GeoDataFrame, index: np.ndarray, kind: str, rng: np.random.Generator
) -> pd.DataFrame:
    """Spots inside given grids; a dedicated grid's spot bears its name."""
    lonlat = inside(grids.geometry.to_numpy()[index], rng)
    word = {"market": "便民市场", "industry": "建设工地", "village": "村道"}[kind]
    names = grids["name"].to_numpy()[index]
    dedicated = grids["kind"].to_numpy()[index] == "dedicated"
    spot = [
        n.removesuffix("专属网格") if d else _base(n) + word for n, d in zip(names, dedicated, strict=True)
    ]
    return pd.DataFrame(
        {
            "kind": kind,
            "lon": lonlat[:, 0],
            "lat": lonlat[:, 1],
            "compound": -1,
            "name": spot,
            "weight": rng.lognormal(0, 0.35 if kind == "village" else 0.8, len(index)),
        }
    )


def _base(grid_name: str) -> str:
    """柳岸社区第三网格 → 柳岸; 青石沟村第一网格 → 青石沟村."""
    area = grid_name.split("第", maxsplit=1)[0]
    return area.removesuffix("社区")


def _markets(grids: gpd.GeoDataFrame, rng: np.random.Generator) -> np.ndarray:
    """Malls and markets, and an ordinary grid in five of the built-up ones."""
    named = grids["name"].str.contains("购物中心|市场|站专属")
    town = grids["urban_class"].isin(["111", "112", "121", "122"]) & (grids["kind"] == "general")
    return np.flatnonzero(named | (town & (rng.random(len(grids)) < 0.2)))


def _works(grids: gpd.GeoDataFrame, rng: np.random.Generator) -> np.ndarray:
    """Industrial parks, and building sites at the town's edge more than in its core."""
    chance = (
        grids["urban_class"].map({"111": 0.05, "112": 0.35, "121": 0.2, "122": 0.3}).fillna(0.02).to_numpy()
    )
    parks = grids["name"].str.contains("产业园").to_numpy()
    return np.flatnonzero(
        parks | ((rng.random(len(grids)) < chance) & (grids["kind"] == "general").to_numpy())
    )


def _located(frame: pd.DataFrame, grids: gpd.GeoDataFrame, rng: np.random.Generator) -> Places:
    polygons = shapely.transform(grids.geometry.to_numpy(), coverage.to_metres)
    xy = coverage.to_metres(frame[["lon", "lat"]].to_numpy())
    point, grid = shapely.STRtree(polygons).query(shapely.points(xy), predicate="within")
    order = np.argsort(point, kind="stable")
    point, grid = point[order], grid[order]
    room = shapely.distance(shapely.points(xy[point]), shapely.boundary(polygons[grid]))
    roomy = room > LEAST_ROOM_M
    point, grid, room = point[roomy], grid[roomy], room[roomy]
    busy = _busy(grids)[grid] * rng.uniform(0.8, 1.2, len(point))
    chosen = frame.iloc[point]
    weight = chosen["weight"].to_numpy() * np.where(chosen["kind"] == "compound", 1.0, busy)
    return Places(
        chosen["kind"].to_numpy(dtype=str),
        chosen["name"].to_numpy(dtype=str),
        xy[point],
        np.minimum(room - 1.0, chosen["kind"].map(SCATTER_M).to_numpy(dtype=float)),
        grid,
        chosen["compound"].to_numpy(dtype=np.int64),
        weight,
    )


def _busy(grids: gpd.GeoDataFrame) -> Floats:
    """How lively a grid is: many households on little ground."""
    area_km2 = shapely.area(shapely.transform(grids.geometry.to_numpy(), coverage.to_metres)) / 1e6
    households = grids["households"].to_numpy(dtype=float)
    return np.asarray(np.sqrt((households + 30) / np.maximum(area_km2, 0.01)))

"""Areas as a coverage: repair, overlaps, gaps, duplicates, parents made of their children.

Topology is decided on the coordinates as given (degrees), because a projection moves the middle of a long
edge away from a neighbour's vertex that lay on it and so invents overlaps; only what was found is then
measured, in the local equal-area system of `geo.crs.metre_crs`. All frames need a CRS; areas are in m².

What is smaller than `TOLERANCE_M2`, a square decimetre, is rounding in the coordinates (7 decimals of a
degree are a centimetre) and is not reported.
"""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.crs import metre_crs

TOLERANCE_M2: Final = 0.01
SLIVER_WIDTH_M: Final = 2.0

_INTERIORS_MEET: Final = "T********"
_AREAL: Final = 2
_POLYGONAL: Final = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)

GeometryArray = npt.NDArray[np.object_]


class Fault(StrEnum):
    """What was wrong with a geometry."""

    MISSING = "missing"
    """No geometry at all; rejected."""
    EMPTY = "empty"
    """A geometry without coordinates; rejected."""
    NOT_POLYGONAL = "not_polygonal"
    """Points or lines only; rejected."""
    COLLAPSED = "collapsed"
    """A polygon whose repair leaves no area; rejected."""
    INVALID = "invalid"
    """Self-crossing rings, nested shells and the like; repaired."""
    MIXED = "mixed"
    """A collection with polygons and other parts; the polygons are kept."""

    @property
    def rule(self) -> str:
        """Code of the rule in `domain.rules` under which the row is reported."""
        return _RULE_OF_FAULT[self]


_RULE_OF_FAULT: Final = {
    Fault.MISSING: "empty_geometry",
    Fault.EMPTY: "empty_geometry",
    Fault.NOT_POLYGONAL: "not_polygonal",
    Fault.COLLAPSED: "unrepairable_geometry",
    Fault.INVALID: "repaired_geometry",
    Fault.MIXED: "repaired_geometry",
}


@dataclass(frozen=True)
class Repaired:
    """Frames of one repair: every input row is in `frame` or in `rejected`."""

    frame: gpd.GeoDataFrame
    """The usable rows, valid Polygon or MultiPolygon geometry in two dimensions; index and columns kept."""
    repaired: pd.DataFrame
    """One row a repair, indexed like the input: `fault` (Fault value), `detail` (GEOS: why and where)."""
    rejected: pd.DataFrame
    """One row a rejection, indexed like the input: `fault` (Fault value), `detail` (where GEOS has one)."""


def repair(areas: gpd.GeoDataFrame) -> Repaired:
    """Make every geometry a valid polygon or multipolygon, or say why it cannot be one.

    Invalid polygons go through `make_valid(method="structure")`, which reads shells as area and holes as
    holes: where a ring overlaps itself the area stays covered, while the "linework" method would cut it out.
    """
    before = shapely.force_2d(np.asarray(areas.geometry.to_numpy()))
    valid = shapely.is_valid(before)
    after = before.copy()
    after[~valid] = shapely.make_valid(before[~valid], method="structure", keep_collapsed=False)
    after = _polygonal_parts(after)
    fault = _faults(before, valid, after)
    explained = np.isin(fault, [Fault.INVALID, Fault.COLLAPSED])
    detail = np.where(explained, shapely.is_valid_reason(before), "")
    report = pd.DataFrame({"fault": fault, "detail": detail}, index=areas.index)
    kept = np.isin(fault, ["", Fault.INVALID, Fault.MIXED])
    mended = kept & (fault != "")
    frame = areas.set_geometry(gpd.GeoSeries(after, index=areas.index, crs=areas.crs))[kept]
    return Repaired(frame, report[mended], report[~kept])


def _faults(before: GeometryArray, valid: npt.NDArray[np.bool_], after: GeometryArray) -> GeometryArray:
    """A `Fault` value for each row, "" where nothing was wrong; the later rule wins."""
    kinds = shapely.get_type_id(before)
    fault = np.full(len(before), "", dtype=object)
    fault[~np.isin(kinds, _POLYGONAL)] = Fault.MIXED.value
    fault[~valid] = Fault.INVALID.value
    lost = shapely.area(after) == 0
    fault[lost] = Fault.COLLAPSED.value
    fault[lost & (shapely.get_dimensions(before) < _AREAL)] = Fault.NOT_POLYGONAL.value
    fault[shapely.is_empty(before)] = Fault.EMPTY.value
    fault[shapely.is_missing(before)] = Fault.MISSING.value
    return fault


def _polygonal_parts(shapes: GeometryArray) -> GeometryArray:
    """Keep the polygons of collections (nested too) as one multipolygon; other kinds pass unchanged."""
    out = shapes.copy()
    for row in np.flatnonzero(shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION):
        parts = [shapes[row]]
        while any(part.geom_type == "GeometryCollection" for part in parts):
            parts = [inner for part in parts for inner in shapely.get_parts(part)]
        out[row] = shapely.union_all([part for part in parts if part.area > 0])
    return out


def overlaps(areas: gpd.GeoDataFrame, tolerance_m2: float = TOLERANCE_M2) -> gpd.GeoDataFrame:
    """Pairs of areas whose interiors meet, with what they share.

    Args:
        areas: Frame with `code` and valid polygonal geometry.
        tolerance_m2: Overlaps up to this area are rounding and left out.

    Returns:
        GeoDataFrame in the CRS of `areas`, ordered by the two codes: `code_a`, `code_b` (code_a ≤ code_b),
        `area_m2` (float64), `geometry` (Polygon or MultiPolygon).
    """
    shapes, codes = _shapes_and_codes(areas)
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = left < right
    left, right = left[once], right[once]
    meet = shapely.relate_pattern(shapes[left], shapes[right], _INTERIORS_MEET)
    left, right = left[meet], right[meet]
    shared = _polygonal_parts(shapely.intersection(shapes[left], shapes[right]))
    area_m2 = _areas_m2(shared, areas)
    first, second = codes[left], codes[right]
    exchanged = first > second
    found = gpd.GeoDataFrame(
        {
            "code_a": np.where(exchanged, second, first),
            "code_b": np.where(exchanged, first, second),
            "area_m2": area_m2,
        },
        geometry=shared,
        crs=areas.crs,
    )
    return found[found["area_m2"] > tolerance_m2].sort_values(["code_a", "code_b"], ignore_index=True)


def gaps(areas: gpd.GeoDataFrame, within: Any = None, tolerance_m2: float = TOLERANCE_M2) -> gpd.GeoDataFrame:
    """Ground that no area covers though areas surround it.

    An enclave that belongs to somebody else is a gap too: geometry cannot tell, so it is for a person to
    judge by area and neighbours.

    Args:
        areas: Siblings: frame with `code` and valid polygonal geometry.
        within: Geometry (in the CRS of `areas`) that they ought to fill, such as their parent; then gaps
            along its border are found as well. None looks for enclosed holes only.
        tolerance_m2: Gaps up to this area are rounding and left out.

    Returns:
        GeoDataFrame in the CRS of `areas`, largest first: `area_m2` (float64), `neighbours` (tuple of the
        codes that touch the gap, ascending), `geometry` (Polygon).
    """
    shapes, codes = _shapes_and_codes(areas)
    union = shapely.union_all(shapes)
    holes = _holes(union) if within is None else shapely.get_parts(shapely.difference(within, union))
    holes = np.asarray(holes, dtype=object)[shapely.get_dimensions(holes) == _AREAL]
    found = gpd.GeoDataFrame(
        {
            "area_m2": _areas_m2(holes, areas),
            "neighbours": _touching(holes, shapely.STRtree(shapes), codes),
        },
        geometry=holes,
        crs=areas.crs,
    )
    kept = found["area_m2"] > tolerance_m2
    return found[kept].sort_values("area_m2", ascending=False, ignore_index=True)


def uncovered(
    parents: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, tolerance_m2: float = TOLERANCE_M2
) -> gpd.GeoDataFrame:
    """Ground of parents that no area covers, whosever the area is.

    Args:
        parents: Frame with `code` and valid polygonal geometry.
        areas: The same, in the CRS of `parents`.
        tolerance_m2: Ground up to this area is rounding and left out.

    Returns:
        GeoDataFrame in the CRS of `areas`, largest first: `parent` (code), `area_m2` (float64), `neighbours`
        (tuple of the codes of the areas that touch it, ascending), `geometry` (Polygon).
    """
    shapes, codes = _shapes_and_codes(areas)
    grounds, names = _shapes_and_codes(parents)
    tree = shapely.STRtree(shapes)
    parent, area = tree.query(grounds, predicate="intersects")
    covers = [shapely.union_all(shapes[area[parent == row]]) for row in range(len(grounds))]
    bare = shapely.difference(grounds, np.asarray(covers, dtype=object))
    parts, owner = shapely.get_parts(_polygonal_parts(bare), return_index=True)
    polygons = shapely.get_dimensions(parts) == _AREAL
    parts, owner = parts[polygons], owner[polygons]
    found = gpd.GeoDataFrame(
        {
            "parent": names[owner],
            "area_m2": _areas_m2(parts, areas),
            "neighbours": _touching(parts, tree, codes),
        },
        geometry=parts,
        crs=areas.crs,
    )
    kept = found["area_m2"] > tolerance_m2
    return found[kept].sort_values(["area_m2", "parent"], ascending=[False, True], ignore_index=True)


def _touching(holes: GeometryArray, tree: shapely.STRtree, codes: GeometryArray) -> list[tuple[str, ...]]:
    """For each hole the codes of the areas in the tree that touch it, ascending."""
    touching: list[list[str]] = [[] for _hole in holes]
    hole, area = tree.query(holes, predicate="intersects")
    for row, code in zip(hole, codes[area], strict=True):
        touching[row].append(code)
    return [tuple(sorted(found)) for found in touching]


def duplicates(areas: gpd.GeoDataFrame) -> pd.DataFrame:
    """Rows with the same geometry under another code.

    Returns:
        Frame `code_a`, `code_b` (code_a ≤ code_b): each duplicate with the lowest code of its group.
    """
    keys = geometry_keys(areas)
    ordered = pd.DataFrame({"key": keys.to_numpy(), "code": areas["code"].to_numpy()}).sort_values("code")
    first = ordered.groupby("key")["code"].transform("first")
    again = ordered["key"].duplicated()
    return pd.DataFrame({"code_a": first[again].to_numpy(), "code_b": ordered.loc[again, "code"].to_numpy()})


def geometry_keys(areas: gpd.GeoDataFrame) -> pd.Series:
    """A hash of each geometry that does not depend on where its rings start or how its parts are ordered.

    Returns:
        Series of 32 hexadecimal digits indexed like `areas`; equal keys mean equal coordinates.
    """
    forms = shapely.to_wkb(shapely.normalize(shapely.force_2d(areas.geometry.to_numpy())))
    keys = [blake2b(form or b"", digest_size=16).hexdigest() for form in forms]
    return pd.Series(keys, index=areas.index, dtype=object)


def dissolve_parents(children: gpd.GeoDataFrame, sliver_width_m: float = SLIVER_WIDTH_M) -> gpd.GeoDataFrame:
    """Make each parent the union of its children, without the hairline holes between them.

    A hole is a sliver when its mean width (twice its area over its perimeter) is below `sliver_width_m`;
    wider ones stay, they may be enclaves of another parent.

    Args:
        children: Frame with `parent_code` (rows without one are left out) and valid polygonal geometry.
        sliver_width_m: Mean width below which a hole is filled; 0 fills none.

    Returns:
        GeoDataFrame in the CRS of `children`, ordered by code: `code`, `children` (int64, how many),
        `geometry` (valid Polygon or MultiPolygon).
    """
    grouped = children.groupby("parent_code", sort=True, dropna=True)
    unions = [_union(np.asarray(group.geometry.to_numpy())) for _code, group in grouped]
    shapes = _fill_slivers(np.array(unions, dtype=object), children, sliver_width_m)
    sizes = grouped.size()
    return gpd.GeoDataFrame(
        {"code": sizes.index.to_numpy(), "children": sizes.to_numpy()}, geometry=shapes, crs=children.crs
    )


def is_valid_coverage(areas: gpd.GeoDataFrame) -> bool:
    """True where no two areas overlap and shared edges have the same vertices on both sides."""
    shapes = np.asarray(areas.geometry.to_numpy())
    return bool(shapely.is_valid(shapes).all() and shapely.coverage_is_valid(shapes))


def area_m2(areas: Any) -> pd.Series:
    """Area of each geometry in m² (float64, indexed like the GeoDataFrame or GeoSeries given)."""
    shapes = np.asarray(areas.geometry.to_numpy())
    return pd.Series(_areas_m2(shapes, areas), index=areas.index, name="area_m2")


def _union(shapes: GeometryArray) -> Any:
    """The fast union where the edges match exactly, the general one elsewhere."""
    return (
        shapely.coverage_union_all(shapes) if shapely.coverage_is_valid(shapes) else shapely.union_all(shapes)
    )


def _holes(shape: Any) -> GeometryArray:
    """The interior rings of all parts, as polygons."""
    parts = shapely.get_parts(shape)
    rings = [ring for part in parts for ring in part.interiors]
    return np.asarray(shapely.polygons(rings) if rings else [], dtype=object)


def _fill_slivers(shapes: GeometryArray, frame: gpd.GeoDataFrame, width_m: float) -> GeometryArray:
    """Add to each shape those of its holes that are narrower than `width_m` on average."""
    filled = shapes.copy()
    for row, shape in enumerate(shapes):
        holes = _holes(shape)
        if len(holes) == 0:
            continue
        metric = gpd.GeoSeries(holes, crs=frame.crs).to_crs(metre_crs(frame))
        narrow = (2 * metric.area / metric.length < width_m).to_numpy()
        filled[row] = shapely.union_all([shape, *holes[narrow]])
    return filled


def _areas_m2(shapes: GeometryArray, frame: Any) -> npt.NDArray[np.float64]:
    """Areas of geometries that are in the CRS of `frame`, measured in its local system."""
    if len(shapes) == 0:
        return np.zeros(0)
    metric = gpd.GeoSeries(shapes, crs=frame.crs).to_crs(metre_crs(frame))
    measured: npt.NDArray[np.float64] = metric.area.to_numpy()
    return measured


def _shapes_and_codes(areas: gpd.GeoDataFrame) -> tuple[GeometryArray, GeometryArray]:
    return np.asarray(areas.geometry.to_numpy()), areas["code"].to_numpy(dtype=object)

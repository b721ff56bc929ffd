"""How good the areas of a level are: every metre in exactly one, codes that fit, households within the band.

Gaps are ground of an area above that none of its level covers; where nothing lies above, holes that the level
encloses. What is computed of all areas of a level is cut to a place with `within`, so that a click costs nothing.
Areas in m² (measured in a local equal-area system), geometry EPSG:4326.
"""

from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd
import shapely

from data.session import Session
from domain.codes import prefix_matches
from domain.households import Bands, Size
from domain.vocabulary import Level
from geo.coverage import gaps, overlaps, uncovered
from queries.compose import statement

_OUTSIDE = [size.value for size in Size if size.is_outside]


@dataclass(frozen=True)
class Faults:
    """What is wrong with the areas of a level, or with those of them inside a place.

    gaps: area_m2, neighbours (tuple of codes), geometry; largest first.
    overlaps: code_a, code_b, area_m2, geometry; largest first.
    prefixes: code, name, parent_code, parent_name: areas whose code does not start like their parent's.
    sizes: code, name, households (Int64), urban_class, band (text or None), size (value of a Size),
        off (int64, how many beyond the band), lon and lat of a point inside: every area, by code.
    bare_parents: code, name: areas above without any part of the level, by code; empty for a place.
    """

    level: Level
    areas: int
    gaps: gpd.GeoDataFrame
    overlaps: gpd.GeoDataFrame
    prefixes: pd.DataFrame
    sizes: pd.DataFrame
    bare_parents: pd.DataFrame

    @property
    def outside_band(self) -> pd.DataFrame:
        """The grids with too few or too many households, the farthest from their band first; of other levels none."""
        found = self.sizes[self.sizes["size"].isin(_OUTSIDE) & (self.level is Level.GRID)]
        return found.sort_values(["off", "code"], ascending=[False, True], ignore_index=True)

    def within(self, codes: frozenset[str]) -> "Faults":
        """The same for some of the areas: a gap or overlap belongs to every area that it touches."""
        touching = self.gaps["neighbours"].map(lambda found: not codes.isdisjoint(found)).astype(bool)
        pairs = self.overlaps["code_a"].isin(codes) | self.overlaps["code_b"].isin(codes)
        return replace(
            self,
            areas=int(self.sizes["code"].isin(codes).sum()),
            gaps=self.gaps[touching].reset_index(drop=True),
            overlaps=self.overlaps[pairs].reset_index(drop=True),
            prefixes=self.prefixes[self.prefixes["code"].isin(codes)].reset_index(drop=True),
            sizes=self.sizes[self.sizes["code"].isin(codes)].reset_index(drop=True),
            bare_parents=self.bare_parents.iloc[:0],
        )


def faults_of(session: Session, level: Level, bands: Bands) -> Faults:
    """What is wrong with all current areas of a level. Seconds for thousands of areas: keep it."""
    areas = _with_shapes(session.frame(statement("quality", "areas"), {"level": level.value}))
    parents = _with_shapes(session.frame(statement("quality", "parents"), {"level": level.value}))
    shared = overlaps(areas[["code", "geometry"]])
    return Faults(
        level=level,
        areas=len(areas),
        gaps=_gaps(areas, parents),
        overlaps=shared.sort_values("area_m2", ascending=False, ignore_index=True),
        prefixes=_prefixes(areas),
        sizes=_sizes(areas, bands),
        bare_parents=pd.DataFrame(parents.loc[parents["parts"] == 0, ["code", "name"]]).reset_index(
            drop=True
        ),
    )


def codes_inside(session: Session, level: Level, inside: int) -> frozenset[str]:
    """The codes of the areas of a level inside an area."""
    rows = session.rows(statement("quality", "inside"), {"level": level.value, "inside": inside})
    return frozenset(code for (code,) in rows)


def _gaps(areas: gpd.GeoDataFrame, parents: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    shapes = areas[["code", "geometry"]]
    parted = parents.loc[parents["parts"] > 0, ["code", "geometry"]]
    found = uncovered(parted, shapes) if len(parted) else gaps(shapes)
    return found[["area_m2", "neighbours", "geometry"]]


def _prefixes(areas: gpd.GeoDataFrame) -> pd.DataFrame:
    told = areas[areas["parent_code"].notna()]
    wrong = [
        not prefix_matches(code, parent, Level(level))
        for code, parent, level in zip(told["code"], told["parent_code"], told["parent_level"], strict=True)
    ]
    kept = told[pd.Series(wrong, index=told.index, dtype=bool)]
    return pd.DataFrame(kept[["code", "name", "parent_code", "parent_name"]]).reset_index(drop=True)


def _sizes(areas: gpd.GeoDataFrame, bands: Bands) -> pd.DataFrame:
    """See `Faults.sizes`."""
    rows = pd.DataFrame(areas[["code", "name", "households", "urban_class"]])
    inner = areas.geometry.representative_point()
    households = [None if pd.isna(n) else int(n) for n in rows["households"]]
    classes = [None if pd.isna(text) else str(text) for text in rows["urban_class"]]
    found = [bands.of(text) for text in classes]
    sizes = [
        bands.size(n, text, dedicated=bool(dedicated))
        for n, text, dedicated in zip(households, classes, areas["dedicated"], strict=True)
    ]
    off = [
        0 if band is None or n is None else max(band.low - n, n - band.high, 0)
        for n, band in zip(households, found, strict=True)
    ]
    return rows.assign(
        households=pd.array(households, dtype="Int64"),
        urban_class=pd.array(classes, dtype="str"),
        band=pd.array([None if band is None else str(band) for band in found], dtype="str"),
        size=pd.array([size.value for size in sizes], dtype="str"),
        off=pd.array(off, dtype="int64"),
        lon=inner.x.to_numpy(),
        lat=inner.y.to_numpy(),
    ).reset_index(drop=True)


def counts(sizes: pd.DataFrame) -> dict[Size, int]:
    """How many areas have each size; they sum up to all."""
    found = sizes["size"].value_counts()
    return {size: int(found.get(size.value, 0)) for size in Size}


def _with_shapes(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    geometry = shapely.from_wkb(frame["wkb"].map(bytes).to_numpy(object))
    return gpd.GeoDataFrame(frame.drop(columns="wkb"), geometry=geometry, crs="EPSG:4326")

"""What is wrong with areas: ground in none or in two of them, codes that do not fit, grids too large or too small."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from data.ingest.areas import AreaFields, read_areas
from data.load.areas import load_areas
from data.load.batch import SourceFile
from data.store import Store
from domain.actor import OPERATOR
from domain.households import Band, Bands, Size
from domain.settings import Settings
from domain.vocabulary import ImportKind, Level
from geo.coverage import area_m2
from queries import areas, quality
from tests.support.small_city import COMMUNITIES, DISTRICT, actor, cell, import_areas, shapes, write_areas

BANDS = Bands(urban=Band(300, 500), rural=Band(100, 300))
FIRST = COMMUNITIES[0]


def grid(community: str, number: int) -> str:
    return f"{community}{number:03d}"


def faults(store: Store, level: Level = Level.GRID) -> quality.Faults:
    with store.session(OPERATOR) as session:
        return quality.faults_of(session, level, BANDS)


def changed(store: Store, folder: Path, code: str, shape: shapely.Geometry) -> None:
    """One grid of another shape."""
    area = next(area for area in shapes(Level.GRID) if area["code"] == code)
    import_areas(store, write_areas(folder / "changed.geojson", [dict(area, geometry=shape)]), Level.GRID)


def metres2(shape: shapely.Geometry) -> float:
    return float(area_m2(gpd.GeoDataFrame(geometry=[shape], crs=4326))[0])


# --- gaps and overlaps ---------------------------------------------------------------------------------------


def test_a_whole_coverage_has_nothing_wrong(city: Store):
    for level, count in ((Level.GRID, 16), (Level.COMMUNITY, 4), (Level.DISTRICT, 1)):
        found = faults(city, level)
        assert (found.level, found.areas) == (level, count)
        assert [len(part) for part in (found.gaps, found.overlaps, found.prefixes, found.bare_parents)] == [
            0
        ] * 4


def test_a_gap_at_the_rim_and_an_overlap(city: Store, tmp_path: Path):
    # the south-west grid ends 0.002° early in the west (a gap at the rim of everything) and reaches 0.001° too far
    # into its eastern neighbour
    shape = shapely.box(120.002, 30.0, 120.011, 30.01)
    changed(city, tmp_path, grid(FIRST, 1), shape)
    found = faults(city)
    assert found.gaps["neighbours"].tolist() == [(grid(FIRST, 1), grid(FIRST, 3))]
    bare, shared = shapely.box(120.0, 30.0, 120.002, 30.01), shapely.box(120.01, 30.0, 120.011, 30.01)
    assert found.gaps.geometry[0].equals(bare)
    assert found.gaps["area_m2"][0] == pytest.approx(metres2(bare), rel=1e-3)
    assert found.overlaps[["code_a", "code_b"]].values.tolist() == [[grid(FIRST, 1), grid(FIRST, 2)]]
    assert found.overlaps.geometry[0].equals(shared)
    assert found.overlaps["area_m2"][0] == pytest.approx(metres2(shared), rel=1e-3)


def test_where_nothing_lies_above_enclosed_holes_are_gaps(tmp_path: Path):
    ring = [
        {"code": str(n), "name": str(n), "parent": None, "geometry": shape}
        for n, shape in enumerate([cell(0, 0, 3, 1), cell(0, 2, 3, 1), cell(0, 1), cell(2, 1)])
    ]
    with Store.opened(tmp_path / "ring.duckdb", Settings()) as store:
        import_areas(store, write_areas(tmp_path / "ring.geojson", ring), Level.COMMUNITY)
        (hole,) = faults(store, Level.COMMUNITY).gaps.geometry
    assert hole.equals(cell(1, 1))


def test_areas_above_without_any_part_are_told(tmp_path: Path):
    with Store.opened(tmp_path / "part.duckdb", Settings()) as store:
        for level, kept in ((Level.COMMUNITY, 4), (Level.GRID, 4)):
            path = write_areas(tmp_path / f"{level}.geojson", shapes(level)[:kept])
            import_areas(store, path, level, parent=None)
        found = faults(store)
    assert found.bare_parents["code"].tolist() == list(COMMUNITIES[1:])
    assert found.gaps.empty  # what has no part at all is no gap between parts


# --- codes ---------------------------------------------------------------------------------------------------


def test_a_code_that_does_not_start_like_its_parent_s(city: Store, tmp_path: Path):
    odd = {"code": "330102009009001", "name": "外来网格", "parent": FIRST, "geometry": cell(0, 0)}
    import_areas(city, write_areas(tmp_path / "odd.geojson", [odd]), Level.GRID)
    found = faults(city)
    assert found.prefixes.values.tolist() == [["330102009009001", "外来网格", FIRST, "南园社区"]]
    assert len(found.overlaps) == 1  # it lies on the grid that is there


# --- households ----------------------------------------------------------------------------------------------


@pytest.fixture
def with_households(city: Store, tmp_path: Path) -> Store:
    """Grids with households; classes stand at the community, as the statistics give them."""
    communities = [
        dict(area, cls=text)
        for area, text in zip(shapes(Level.COMMUNITY), ["111", "220", None, "121"], strict=True)
    ]
    told = {
        grid(COMMUNITIES[0], 1): (299, None),
        grid(COMMUNITIES[0], 2): (300, None),
        grid(COMMUNITIES[0], 3): (900, None),
        grid(COMMUNITIES[0], 4): (0, "专属"),
        grid(COMMUNITIES[1], 1): (299, None),
        grid(COMMUNITIES[1], 2): (None, None),
        grid(COMMUNITIES[2], 1): (400, None),
    }
    grids = [
        dict(
            area,
            households=told.get(area["code"], (400, None))[0],
            kind=told.get(area["code"], (400, None))[1],
        )
        for area in shapes(Level.GRID)
    ]
    for level, rows in ((Level.COMMUNITY, communities), (Level.GRID, grids)):
        path = write_areas(tmp_path / f"{level}.geojson", rows)
        urban, households, kind = (
            ("cls", None, None) if level is Level.COMMUNITY else (None, "households", "kind")
        )
        fields = AreaFields("name", "code", "parent", kind, urban, households)
        layer = read_areas(path, "name", level=level, fields=fields)
        with city.writing(OPERATOR) as writer:
            load_areas(writer, layer, SourceFile.of(ImportKind.AREAS, path))
    return city


def test_households_outside_the_band_of_their_class(with_households: Store):
    found = faults(with_households)
    assert found.outside_band[["code", "households", "band", "size", "off"]].values.tolist() == [
        [grid(COMMUNITIES[0], 3), 900, "300–500", "many", 400],
        [grid(COMMUNITIES[1], 3), 400, "100–300", "many", 100],
        [grid(COMMUNITIES[1], 4), 400, "100–300", "many", 100],
        [grid(COMMUNITIES[0], 1), 299, "300–500", "few", 1],
    ]
    counted = quality.counts(found.sizes)
    assert counted == {
        Size.FEW: 1,
        Size.FITTING: 6,
        Size.MANY: 3,
        Size.UNKNOWN: 1,
        Size.NO_CLASS: 4,
        Size.DEDICATED: 1,
    }
    assert sum(counted.values()) == found.areas == 16


def test_only_grids_are_held_against_the_band(with_households: Store):
    assert faults(with_households, Level.COMMUNITY).outside_band.empty


# --- a place -------------------------------------------------------------------------------------------------


def test_a_place_has_the_faults_that_touch_it(city: Store, tmp_path: Path):
    changed(city, tmp_path, grid(FIRST, 2), shapely.box(120.01, 30.0, 120.021, 30.009))
    whole = faults(city)
    assert (len(whole.gaps), len(whole.overlaps)) == (1, 1)
    with city.session(actor(FIRST)) as session:
        assert quality.codes_inside(session, Level.GRID, areas.area_by_code(session, DISTRICT).area_id) == {
            area["code"] for area in shapes(Level.GRID)
        }
        inside = {
            code: quality.codes_inside(session, Level.GRID, areas.area_by_code(session, code).area_id)
            for code in COMMUNITIES
        }
    counts = {
        code: (part.areas, len(part.gaps), len(part.overlaps))
        for code, part in ((code, whole.within(codes)) for code, codes in inside.items())
    }
    assert counts == {
        COMMUNITIES[0]: (4, 1, 1),
        COMMUNITIES[1]: (4, 0, 0),
        COMMUNITIES[2]: (4, 1, 1),  # the neighbour in another street: lapped over, and beside the gap
        COMMUNITIES[3]: (4, 0, 0),
    }
    assert whole.within(frozenset()).areas == 0


def test_no_areas_no_faults(tmp_path: Path):
    with Store.opened(tmp_path / "empty.duckdb", Settings()) as store:
        found = faults(store)
    assert (found.areas, len(found.gaps), len(found.overlaps), len(found.outside_band)) == (0, 0, 0, 0)
    assert found.within(frozenset({"x"})).areas == 0

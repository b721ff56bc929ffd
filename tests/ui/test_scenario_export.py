"""A scenario of 选址 as GeoJSON and GeoPackage, read back by another program: its points, and every grid."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
from streamlit.testing.v1 import AppTest

from tests.support.pages import page
from tests.support.small_city import COMMUNITIES, middle
from tests.ui.test_police_what_if import PARAMS, THERE, posted_db, pressed
from ui.exports import DEPOT

assert posted_db  # the fixture: rooms in two corners, few households known

FORMATS = ["GeoJSON", "GeoPackage"]
NEW = f"{COMMUNITIES[0]}003"
"""The grid that the point tried stands in: 300 households."""


def file_of(app: AppTest, key: str, file_format: str) -> Path:
    app.selectbox(key=f"list_{key}_format").select(file_format)
    pressed(app, f"list_{key}_start")
    _login, ready = app.session_state[f"list_{key}_file"]
    found = DEPOT.get(ready.token, ready.name)
    assert found is not None
    return found


@pytest.mark.parametrize("file_format", FORMATS)
def test_points_tried_stand_where_they_were_put(
    opened: pytest.MonkeyPatch,
    posted_db: Path,
    file_format: str,
):
    app = page_with_a_point(opened, posted_db)
    path = file_of(app, "tried", file_format)
    points = gpd.read_file(path)
    assert points.crs == "EPSG:4326"
    assert pyogrio.list_layers(path)[:, 0].tolist() == ["scenario_points"]
    [row] = points.to_dict("records")
    assert (row["number"], row["places"], row["households"], row["gained"]) == (1, 2, 300, 300)
    assert (row["geometry"].x, row["geometry"].y) == pytest.approx(tuple(map(float, THERE.split(","))))


@pytest.mark.parametrize("file_format", FORMATS)
def test_every_grid_has_its_distances_before_and_after(
    opened: pytest.MonkeyPatch,
    posted_db: Path,
    file_format: str,
):
    app = page_with_a_point(opened, posted_db)
    path = file_of(app, "scenario", file_format)
    grids = gpd.read_file(path).set_index("code")
    assert grids.crs == "EPSG:4326"
    assert pyogrio.list_layers(path)[:, 0].tolist() == ["scenario_places"]
    assert len(grids) == 16
    assert grids["households"].sum() == 650
    gained = grids[~grids["within_walk_before"].astype(bool) & grids["within_walk_after"].astype(bool)]
    assert gained.index.tolist() == [NEW]
    assert grids.loc[NEW, "straight_m_before"] == pytest.approx(1108.5, abs=0.5)
    assert grids.loc[NEW, "straight_m_after"] == pytest.approx(0, abs=0.5)
    assert (grids.geometry.x[NEW], grids.geometry.y[NEW]) == pytest.approx(middle(0, 1), abs=1e-5)


def page_with_a_point(opened: pytest.MonkeyPatch, db: Path) -> AppTest:
    return page(opened, db, "police_stations", posts=THERE, **PARAMS)

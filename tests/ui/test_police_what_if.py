"""选址 as Streamlit runs it: points in the URL, before and after, the search, and what a refusal says."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.store import Store
from domain.actor import OPERATOR
from domain.settings import Settings
from domain.vocabulary import PointKind
from queries.spots import Stand
from tests.queries.test_reach import covered, posted
from tests.support.database import copied_db
from tests.support.pages import page
from tests.support.posts import place, point
from tests.support.small_city import COMMUNITIES, middle, rows
from ui import map_layers, siting_jobs
from ui.police import scenario

assert posted  # the fixture: rooms in two grids, households in four

JIA = COMMUNITIES[0]
HOUSEHOLDS = {f"{JIA}001": 100, f"{JIA}002": 200, f"{JIA}003": 300, f"{COMMUNITIES[1]}002": 50}
THERE = "{:.5f},{:.5f}".format(*middle(0, 1))
PARAMS = {"part": "siting", "role": "leader"}


@pytest.fixture(scope="module")
def posted_db(small_city_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small city with one room in the south-west and one in the second community; few households known."""
    path = copied_db(small_city_db, tmp_path_factory.mktemp("sited") / "city.duckdb")
    with Store.opened(path, Settings()) as store:
        place(
            store,
            points=[
                point("P1", f"{JIA}001", *middle(0, 0)),
                point("P2", f"{COMMUNITIES[1]}002", *middle(1, 2)),
            ],
        )
        for code, n in HOUSEHOLDS.items():
            told = {"n": n, "code": code}
            rows(store, "update area set households = $n where code = $code returning 1", told)
    return path


def figures(app: AppTest) -> list[list[str]]:
    """Before, after and change of every figure."""
    shown = app.table[0].value.replace("[\N{ZERO WIDTH SPACE}\\\\]", "", regex=True)
    return [list(row) for row in shown.to_numpy()]


def pressed(app: AppTest, key: str) -> AppTest:
    return app.button(key=key).click().run()


def test_nothing_tried_is_now_twice(opened: pytest.MonkeyPatch, posted_db: Path):
    app = page(opened, posted_db, "police_stations", **PARAMS)
    assert figures(app)[2] == ["步行 15 分钟以内的户数", "23.1 % · 150/650", "23.1 % · 150/650", "±0 户"]
    assert "导出方案" not in [head.value for head in app.subheader]


def test_a_point_of_the_url_changes_the_figures_and_the_streets(opened: pytest.MonkeyPatch, posted_db: Path):
    app = page(opened, posted_db, "police_stations", posts=THERE, **PARAMS)
    assert figures(app)[0] == ["直线 500 米以内的户数", "23.1 % · 150/650", "69.2 % · 450/650", "+300 户"]
    assert figures(app)[2] == ["步行 15 分钟以内的户数", "23.1 % · 150/650", "69.2 % · 450/650", "+300 户"]
    assert figures(app)[5][0] == "步行 15 分钟以外的网格数"
    assert figures(app)[5][3].endswith(" 个")
    english = page(opened, posted_db, "police_stations", lang="en", **PARAMS)
    assert [figures(english)[5][place] for place in (0, 3)] == ["Areas beyond a 15-minute walk (grid)", "±0"]
    streets = app.dataframe[0].value
    assert streets.iloc[0].tolist()[:5] == [
        "望江街道", "650", "23.1 % · 150/650", "69.2 % · 450/650", "+300",
    ]  # fmt: skip
    assert streets.iloc[1, 1:4].tolist() == ["0", "—", "—"]


def test_points_are_typed_and_removed(opened: pytest.MonkeyPatch, posted_db: Path):
    app = page(opened, posted_db, "police_stations", **PARAMS)
    app.text_input(key="spot_typed").input(THERE.replace(",", "， ")).run()
    assert THERE in app.query_params["posts"]
    app.text_input(key="spot_typed").input("不是坐标").run()
    assert any("不是一处坐标" in warning.value for warning in app.warning)
    assert THERE in app.query_params["posts"]
    pressed(app, f"tried_{THERE.replace(',', '_')}")
    assert "posts" not in app.query_params


def test_a_point_far_outside_the_city_is_refused_with_what_would_do(
    opened: pytest.MonkeyPatch, posted_db: Path
):
    app = page(opened, posted_db, "police_stations", posts="121.6,31.2", **PARAMS)
    assert any("已试放 0 处" in caption.value for caption in app.caption)
    assert app.text_input(key="spot_typed").placeholder == "120.02000, 30.02000"
    app.text_input(key="spot_typed").input("121.6, 31.2").run()
    [told] = [str(warning.value).replace("\\", "") for warning in app.warning]
    assert "“121.6, 31.2”离这里的区划太远" in told
    assert "经度 119.95 至 120.09、纬度 29.95 至 30.09 以内" in told
    assert "如 120.02000, 30.02000" in told
    app.text_input(key="spot_typed").input("120.07, 30.01").run()  # outside, within the margin
    assert "120.07000,30.01000" in app.query_params["posts"]


def test_latitude_first_is_said_to_be_swapped(opened: pytest.MonkeyPatch, posted_db: Path):
    app = page(opened, posted_db, "police_stations", **PARAMS)
    app.text_input(key="spot_typed").input("30.01, 120.0212").run()
    [told] = [str(warning.value).replace("\\", "") for warning in app.warning]
    assert told == "“30.01, 120.0212”看来把纬度写在了前面。 请先写经度，再写纬度：120.0212, 30.01。"
    assert "posts" not in app.query_params


def test_points_outside_all_areas_are_warned_of(opened: pytest.MonkeyPatch, posted_db: Path):
    app = page(opened, posted_db, "police_stations", posts=f"{THERE};120.07000,30.01000", **PARAMS)
    [told] = [str(warning.value).replace("\\", "") for warning in app.warning]
    assert told.startswith("不在任何区划内：试放 2。各项变化可能因此是 ±0")
    assert not page(opened, posted_db, "police_stations", posts=THERE, **PARAMS).warning


def test_without_service_points_it_is_told_how_they_come_in(opened: pytest.MonkeyPatch, posted_db: Path):
    app = page(opened, posted_db, "police_stations", kind="canteen", **PARAMS)
    assert any("data import points" in code.value for code in app.code)
    assert app.button(key="siting_start") is not None


def test_what_is_no_point_in_the_url_is_left_out_and_more_than_twenty_too(
    opened: pytest.MonkeyPatch, posted_db: Path
):
    many = ";".join(["x,y", "200,30", THERE, THERE, *(f"120.0{n:02d}0,30.01000" for n in range(30))])
    app = page(opened, posted_db, "police_stations", posts=many, **PARAMS)
    assert not app.exception
    assert any("已试放 20 处，最多 20 处" in caption.value for caption in app.caption)
    assert app.button(key="siting_start").disabled


def test_the_best_place_is_found_and_taken_over(opened: pytest.MonkeyPatch, posted_db: Path):
    app = page(opened, posted_db, "police_stations", k="1", **PARAMS)
    pressed(app, "siting_start")
    [held] = siting_jobs.JOBS._held.values()
    held.future.exception(120)
    app.run()
    told = "\n".join(str(item.value) for item in (*app.markdown, *app.caption)).replace("\\", "")
    assert "最优的 1 处：网格001003" in told
    assert "覆盖户数 150 → 450，多 300 户" in told
    assert "已证明最优（差距 0 %）" in told
    pressed(app, "siting_accept")
    assert THERE in app.query_params["posts"]
    assert "南园社区 网格001003" in app.button(key=f"tried_{THERE.replace(',', '_')}").label
    assert figures(app)[2][3] == "+300 户"
    assert "siting_accept" not in [button.key for button in app.button]  # it belongs to the state before


def test_a_scenario_is_taken_out(opened: pytest.MonkeyPatch, posted_db: Path):
    app = page(opened, posted_db, "police_stations", posts=THERE, **PARAMS)
    pressed(app, "list_tried_start")
    login, ready = app.session_state["list_tried_file"]
    assert (login, ready.rows) == ("demo-leader", 1)
    assert ready.name.startswith("scenario_points")


def test_a_file_says_where_each_point_would_stand(posted: Store):
    tried = (middle(0, 1), (119.97, 30.0))
    before, after = covered(posted, OPERATOR), covered(posted, OPERATOR, extra=tried)
    places = (Stand(f"{JIA}003", "网格001003", "南园社区", "望江街道"), None)
    shown = scenario.points(before, after, places)
    assert shown["area_code"].fillna("").tolist() == [f"{JIA}003", ""]
    assert shown[["area", "community", "street"]].iloc[0].tolist() == ["网格001003", "南园社区", "望江街道"]
    about = scenario.summary(before, after, places)
    assert about[2:4] == ("试放 1 · 南园社区 网格001003", "试放 2 · 不在任何区划内")


def test_a_scenario_is_saved_apart_from_views_of_cases(opened: pytest.MonkeyPatch, posted_db: Path):
    app = page(opened, posted_db, "police_stations", posts=THERE, kind="police_room", **PARAMS)
    app.text_input(key="view_name").input("两处试放")
    pressed(app, "view_save")
    assert any("正在看视图：两处试放" in caption.value for caption in app.caption)
    [button] = [one for one in app.button if str(one.key).startswith("view_open_")]
    pressed(app, "tried_clear")
    assert "posts" not in app.query_params
    app.button(key=str(button.key)).click().run()
    assert THERE in app.query_params["posts"]
    analysis = page(opened, posted_db, "analysis", role="leader")
    assert not [one for one in analysis.button if str(one.key).startswith("view_open_")]


@pytest.mark.parametrize("role", ["secretary", "grid_worker"])
def test_whoever_answers_for_a_part_sees_that_part(opened: pytest.MonkeyPatch, posted_db: Path, role: str):
    app = page(opened, posted_db, "police_stations", part="siting", role=role, posts=THERE)
    assert not app.exception
    assert "P2" not in str(app.main)


def test_the_legend_names_the_kinds_that_count():
    told = [entry.label for entry in map_layers._point_classes(("police_room",)) if not entry.quiet]
    assert told == [PointKind.POLICE_ROOM.label]
    assert not any(entry.quiet for entry in map_layers._point_classes(()))

"""What the first page must not let a reader believe: a place by default points, a remainder of other cases, a fall that
is only the end of the data."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.store import Store
from domain.actor import OPERATOR
from tests.support.pages import page as screen
from tests.support.small_city import COMMUNITIES, SOUTH, WEST, at, case, import_cases, undo_batch, write_cases
from tests.ui.test_one_map_page import captions, maps

DUE = {"due": "2026-03-05 08:00"}


def apart(east: float, n: int) -> dict[str, object]:
    """A point of its own, `east` of the city's corner."""
    return {"lon": f"{WEST + east + n * 3e-5:.6f}", "lat": f"{SOUTH + 0.0011 + n * 2e-4:.6f}"}


def put(db: Path, rows: list[dict[str, object]], as_of: datetime) -> None:
    """The cases in the city, as of a local time."""
    with Store.opened(db) as store:
        import_cases(store, write_cases(db.parent / "cases.csv", rows))
        with store.writing(OPERATOR) as writer:
            writer.set_city(name=None, timezone=None, as_of=as_of)


def plain(app: AppTest) -> str:
    """The captions without the strokes that keep Markdown from reading them."""
    return re.sub(r"\\(.)", r"\1", captions(app)).replace("\u2060", "")


@pytest.fixture
def point_db(city_db: Path) -> Path:
    """Sixty overdue cases on one point of a community and 5 apart, 40 in another; 5 outside, 1 of them overdue."""
    rows = [case(f"point{n}", **at(0, 0), **DUE) for n in range(60)]
    rows += [case(f"first{n}", **apart(0.0055, n), **DUE) for n in range(5)]
    rows += [case(f"third{n}", **apart(0.0255, n), **DUE) for n in range(10)]
    rows += [
        case(f"third-closed{n}", **apart(0.0305, n), **DUE, state="closed", closed="2026-03-04 08:00")
        for n in range(30)
    ]
    rows += [case("outside", lon=121, lat=31, **DUE)]
    rows += [case(f"outside{n}", lon=121.1 + n / 100, lat=31) for n in range(4)]
    put(city_db, rows, datetime(2026, 3, 10, 20))
    return city_db


@pytest.mark.parametrize(
    ("measure", "told"),
    [
        ("cases", "“南园社区”有 60 件落在占位点上（地点其实不明）；不计这些为 5 件，由高到低排第 2。"),
        ("open", "有 60 件落在占位点上（地点其实不明）；不计这些为 5 件，由高到低排第 2。"),
        ("overdue", "有 60 件落在占位点上（地点其实不明）；不计这些为 5 件，由高到低排第 2。"),
        ("overdue_share", "有 60 件落在占位点上（地点其实不明）；不计这些，它件数太少，不排名。"),
        ("per_km2", "有 60 件落在占位点上（地点其实不明）；不计这些，它件数太少，不排名。"),
    ],
)
def test_every_measure_tells_a_place_by_default_points(
    opened: pytest.MonkeyPatch, point_db: Path, measure: str, told: str
) -> None:
    app = screen(opened, point_db, "one_map", period="all", level="community", measure=measure)
    assert not app.exception
    assert told in plain(app)


@pytest.mark.parametrize(
    ("measure", "left_over"),
    [("cases", 5), ("open", 5), ("overdue", 1), ("overdue_share", 1), ("per_km2", 5)],
)
def test_what_lies_in_no_area_is_counted_as_the_areas_are(
    opened: pytest.MonkeyPatch, point_db: Path, measure: str, left_over: int
) -> None:
    app = screen(opened, point_db, "one_map", period="all", level="community", measure=measure)
    [painted] = maps(app)
    assert painted["text"]["note"] == f"另有 {left_over} 件未落到社区"
    whole = {"cases": 110, "open": 80, "overdue": 76}.get(measure)
    if whole is not None:
        assert sum(painted["areas"]["values"]) + left_over == whole


@pytest.mark.parametrize("page", ["indicators", "community"])
def test_figures_by_area_tell_it_too(opened: pytest.MonkeyPatch, point_db: Path, page: str) -> None:
    query = {"indicator": "overdue", "level": "community"} if page == "indicators" else {}
    app = screen(opened, point_db, page, period="all", **query)
    assert not app.exception
    assert "有 60 件落在占位点上（地点其实不明）" in plain(app)


def test_a_figure_that_is_opened_tells_it(opened: pytest.MonkeyPatch, point_db: Path) -> None:
    app = screen(opened, point_db, "one_map", period="all")
    assert "有 60 件落在占位点上" in plain(app)  # the whole district's first street
    opener = next(button for button in app.button if button.key == "open_general_overdue")
    before = plain(app).count("落在占位点上")
    assert plain(opener.click().run()).count("落在占位点上") == before + 1


def daily(first: int, last: int) -> list[dict[str, object]]:
    """A case a day of February 2026, in the middle of a grid."""
    return [
        case(day, **apart(0.0055, day), reported=f"2026-02-{day:02} 09:00:00")
        for day in range(first, last + 1)
    ]


ENDED = "最后一次上报在 2026-02-20：本时段只有 6 天有上报，不和前一时段相比；小图到这一天为止。"


def test_a_period_that_goes_on_after_the_last_report_is_not_held_against_a_whole_one(
    opened: pytest.MonkeyPatch, city_db: Path
) -> None:
    """Reports end on the 20th; a closing on the 24th makes the data's end: of ten days six have reports."""
    rows = daily(1, 20)
    rows[0] |= {"state": "closed", "closed": "2026-02-24 10:00:00"}
    put(city_db, rows, datetime(2026, 2, 25))
    query = {"period": "custom", "from": "2026-02-15", "to": "2026-02-24"}
    app = screen(opened, city_db, "one_map", **query)
    assert not app.exception
    assert app.metric[0].value == "6"
    assert app.metric[0].delta == ""
    assert ENDED in plain(app)
    assert list(app.metric[0].proto.chart_data) == [1] * 6
    changed = screen(opened, city_db, "one_map", measure="change", **query)
    assert set(maps(changed)[0]["areas"]["values"]) == {None}
    beside = screen(opened, city_db, "one_map", compare="before", **query)
    assert len(maps(beside)) == 1
    assert any("没有完整数据" in info.value for info in beside.info)


@pytest.mark.parametrize(
    ("to", "compared"), [("2026-02-20", True), ("2026-02-21", True), ("2026-02-22", False)]
)
def test_a_day_without_a_report_is_no_end(
    opened: pytest.MonkeyPatch, city_db: Path, to: str, compared: bool
) -> None:
    put(city_db, daily(1, 20), datetime(2026, 2, 25))
    app = screen(opened, city_db, "one_map", period="custom", **{"from": "2026-02-15", "to": to})
    assert bool(app.metric[0].delta) is compared
    assert ("最后一次上报在" in plain(app)) is not compared


def test_whoever_sees_few_cases_is_told_when_the_citys_reports_end(
    opened: pytest.MonkeyPatch, city_db: Path
) -> None:
    """Her own last case is of the 10th: that is no end of the data."""
    rows = [
        *daily(1, 10),
        *(case(100 + n, **at(3, 3), reported=f"2026-02-{n} 09:00:00") for n in range(11, 21)),
    ]
    put(city_db, rows, datetime(2026, 2, 21))
    scope = {"role": "secretary", "area": COMMUNITIES[0]}
    query = {"from": "2026-02-08", "to": "2026-02-20"}
    app = screen(opened, city_db, "one_map", period="custom", **scope, **query)
    assert not app.exception
    assert app.metric[0].value == "3"
    assert "最后一次上报在" not in plain(app)


def test_imports_that_were_taken_back_are_told_in_both_places(
    opened: pytest.MonkeyPatch, city_db: Path
) -> None:
    with Store.opened(city_db) as store:
        report = import_cases(store, write_cases(city_db.parent / "cases.csv", daily(1, 3)))
        import_cases(store, write_cases(city_db.parent / "more.csv", daily(4, 6)))
        undo_batch(store, report["batch"])
    app = screen(opened, city_db, "data_cloud", view="batches", role="operator")
    metric = next(metric for metric in app.metric if metric.label == "导入批次")
    assert metric.value == "5"  # four levels of areas, one of cases
    assert "1 批已撤销" in next(line for line in plain(app).splitlines() if line.startswith("最近"))
    assert "显示 6，共 6 · 1 批已撤销" in plain(app)

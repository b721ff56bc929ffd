"""The screen 分析 as Streamlit runs it, without a browser: charts, chips, pivot, two sides, views, orders."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data import views
from domain.actor import Actor, demo_actor
from domain.filters import CaseFilter
from domain.vocabulary import Level, Role
from queries import areas, case_list
from queries.saved_views import saved_views
from tests.support.pages import page
from ui import exports, storage
from ui.analysis import pivot_table
from ui.jobs import Jobs, JobState

COMMUNITY = "470102001001"
ANALYST = demo_actor(Role.ANALYST)
HOSTILE = "<script>alert(1)</script> [x](javascript:1)"


def texts(elements: Iterable[Any]) -> str:
    return "\n".join(str(element.value).replace("\\", "") for element in elements)


def told(app: AppTest) -> str:
    """All that the page says in words."""
    return "\n".join(map(texts, (app.title, app.subheader, app.markdown, app.caption, app.info, app.warning)))


def counted(who: Actor = ANALYST, chosen: CaseFilter = CaseFilter()) -> int:  # noqa: B008
    """How many cases an actor sees under a filter."""
    with storage.store().session(who) as session:
        return case_list.total(session, chosen, None)


def busiest_community() -> str:
    """The community that the demo's secretary answers for."""
    with storage.store().session(ANALYST) as session:
        return str(areas.summary(session, Level.COMMUNITY).rows["code"].iloc[0])


def frame(app: AppTest) -> Any:
    """The first table of the page."""
    return app.dataframe[0].value


def charts(app: AppTest) -> int:
    return len(app.get("plotly_chart"))


def chips(app: AppTest) -> list[str]:
    return [button.label.replace("\\", "") for button in app.button if str(button.key).startswith("chip_")]


@pytest.fixture(scope="module")
def read_db(demo_town_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo town that no test here writes to."""
    return Path(shutil.copy(demo_town_db, tmp_path_factory.mktemp("analysis") / "town.duckdb"))


def test_an_empty_database_says_what_to_do(opened: pytest.MonkeyPatch, tmp_path: Path) -> None:
    app = page(opened, tmp_path / "empty.duckdb", "analysis")
    assert not app.exception
    assert "数据库是空的" in app.info[0].proto.title


def test_charts_tell_the_cases_that_the_command_line_counts(
    opened: pytest.MonkeyPatch, read_db: Path
) -> None:
    app = page(opened, read_db, "analysis", role="analyst", period="all")
    assert not app.exception
    assert charts(app) == 5  # time, category, areas, channel, state
    assert chips(app) == []
    total = counted()
    assert f"导出筛选出的 {total:,} 件" in told(app)


def test_every_condition_is_a_chip_and_goes_when_it_is_dropped(
    opened: pytest.MonkeyPatch, read_db: Path
) -> None:
    query: dict[str, str | list[str]] = {
        "role": "analyst",
        "period": "custom",
        "from": "2026-08-01",
        "to": "2026-08-31",
        "state": ["closed", "handling"],
        "hour": [f"{day}-{hour}" for day in (1, 2) for hour in range(4, 9)],
        "text": "路",
        "area": COMMUNITY,
    }
    app = page(opened, read_db, "analysis", **query)
    assert not app.exception
    shown = chips(app)
    assert len(shown) == 6
    assert {"2026-08-01 – 2026-08-31", "处理中", "已结案", "含有“路”", "一周里的 10 个小时"} < set(shown)
    app.button("chip_state_closed").click().run()
    assert app.query_params["state"] == "handling"
    app.button("chip_period").click().run()
    assert not {"period", "from", "to"} & set(app.query_params)
    app.button("chip_hour").click().run()
    app.button("chip_area").click().run()
    assert chips(app) == ["处理中", "含有“路”"]
    assert not app.exception


def test_a_value_that_no_own_case_carries_gives_nothing_and_says_so(
    opened: pytest.MonkeyPatch, read_db: Path
) -> None:
    app = page(opened, read_db, "analysis", role="secretary", category=HOSTILE)
    assert not app.exception
    assert "没有案件" in " ".join(element.proto.title for element in app.info)
    assert chips(app)[0].startswith("<script>")
    assert charts(app) == 0


@pytest.mark.parametrize(
    ("part", "key", "tables"),
    [
        ("charts", "bars_category", 1),
        ("charts", "days", 1),
        ("charts", "hours", 1),
        ("compare", "compare", 3),
    ],
)
def test_every_chart_has_its_table(
    opened: pytest.MonkeyPatch, read_db: Path, part: str, key: str, tables: int
) -> None:
    app = page(opened, read_db, "analysis", role="analyst", part=part)
    before = len(app.dataframe)
    app.session_state[f"table_{key}"] = True
    app.run()
    assert not app.exception
    assert len(app.dataframe) == before + tables
    shown = frame(app)
    if key != "compare":
        cases = shown.to_numpy().sum() if key == "hours" else shown.iloc[:, 1].sum()
        assert cases == counted(ANALYST, CaseFilter(start=date(2026, 9, 1), end=date(2026, 9, 30)))


@pytest.mark.parametrize("part", ["charts", "pivot"])
def test_an_area_of_somebody_else_gives_nothing_in_words(
    opened: pytest.MonkeyPatch, read_db: Path, part: str
) -> None:
    app = page(opened, read_db, "analysis", role="secretary", area="470103001001", part=part, period="all")
    assert not app.exception
    assert "不在您的范围内" in app.info[0].proto.title
    assert "导出筛选出的 0 件" in told(app)
    assert app.button("start_batch").disabled


@pytest.mark.parametrize("columns", ["none", "channel", "month"])
def test_the_pivot_adds_up_to_the_headline(opened: pytest.MonkeyPatch, read_db: Path, columns: str) -> None:
    app = page(
        opened,
        read_db,
        "analysis",
        role="analyst",
        part="pivot",
        period="all",
        rows="community",
        columns=columns,
    )
    assert not app.exception
    table = frame(app)
    total = counted()
    assert table.iloc[-1, 0] == "合计"
    assert table.iloc[-1]["合计"] == table["合计"].iloc[:-1].sum() == total
    assert table.iloc[:, 0].iloc[-2] == "未落到社区"
    assert f"{total:,} 件案件，与上面的合计一致" in told(app)


def test_the_pivot_of_a_rate_tells_what_it_is_made_of(opened: pytest.MonkeyPatch, read_db: Path) -> None:
    app = page(
        opened,
        read_db,
        "analysis",
        role="analyst",
        part="pivot",
        period="all",
        rows="district",
        columns="weekday",
        measure="general/closing_rate",
    )
    assert not app.exception
    table = frame(app)
    last = table.iloc[-1]
    assert last["合计"] == pytest.approx(100 * last["分子"] / last["分母"])
    assert list(table.columns[1:4]) == ["周一", "周二", "周三"]


def test_a_large_pivot_says_how_much_of_it_is_shown(
    opened: pytest.MonkeyPatch, read_db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pivot_table, "MOST_ROWS", 5)
    monkeypatch.setattr(pivot_table, "MOST_COLUMNS", 3)
    app = page(
        opened,
        read_db,
        "analysis",
        role="analyst",
        part="pivot",
        period="all",
        rows="grid",
        columns="category",
    )
    assert "显示 5 行" in told(app)
    table = frame(app)
    assert table.iloc[-2, 0].startswith("其余")
    assert table["合计"].iloc[:-1].sum() == table["合计"].iloc[-1]


def test_axes_that_do_not_go_together_are_told(opened: pytest.MonkeyPatch, read_db: Path) -> None:
    app = page(opened, read_db, "analysis", role="analyst", part="pivot", rows="community", columns="grid")
    assert not app.exception
    assert "不能都是区划" in app.info[0].proto.title


def test_two_periods_stand_side_by_side(opened: pytest.MonkeyPatch, read_db: Path) -> None:
    app = page(opened, read_db, "analysis", role="analyst", part="compare", period="30d")
    assert not app.exception
    assert charts(app) == 4
    table = frame(app)
    row = table[table.iloc[:, 0] == "结案率"].iloc[0]
    assert " – " in row["差的 95% 区间"]
    assert row["说明"] in {"左边较高", "右边较高", "可能只是偶然"}


def test_two_areas_stand_side_by_side(opened: pytest.MonkeyPatch, read_db: Path) -> None:
    app = page(opened, read_db, "analysis", role="analyst", part="compare", compare="area", area=COMMUNITY)
    assert not app.exception
    assert charts(app) == 4
    assert len(set(frame(app).columns)) == 6


def test_a_secretary_sees_no_figure_of_a_neighbour(opened: pytest.MonkeyPatch, read_db: Path) -> None:
    app = page(opened, read_db, "analysis", role="secretary", part="compare", compare="area", period="all")
    assert not app.exception
    table = frame(app)
    cases = table[table.iloc[:, 0] == "案件数"].iloc[0]
    assert cases.iloc[2].startswith("0 ")
    assert "不在您的范围内" in told(app)


def test_a_view_is_saved_opened_by_its_role_and_keeps_to_the_reader(
    opened: pytest.MonkeyPatch, town_db: Path
) -> None:
    app = page(opened, town_db, "analysis", role="analyst", period="all", state="closed")
    app.text_input("view_name").set_value("<b>closed</b> [x](y)").run()
    app.button("view_save").click().run()
    assert not app.exception
    store = storage.store()
    with store.session(ANALYST) as session:
        (view,) = saved_views(session)
    assert view.query == "period=all&state=closed"
    assert "正在看视图：<b>closed</b> [x](y)" in told(app)

    views.share(store, ANALYST, view.view_id, Role.SECRETARY)
    other = page(opened, town_db, "analysis", role="secretary", period="all", state="closed")
    assert "正在看视图" in told(other)
    secretary = demo_actor(Role.SECRETARY, busiest_community())
    own = counted(secretary, CaseFilter(states=("closed",)))
    assert 0 < own < counted(ANALYST, CaseFilter(states=("closed",)))
    assert f"导出筛选出的 {own:,} 件" in told(other)


def test_a_view_is_managed_by_its_owner(opened: pytest.MonkeyPatch, town_db: Path) -> None:
    app = page(opened, town_db, "analysis", role="analyst", state="closed")
    store = storage.store()
    views.save(store, ANALYST, "first", {"state": ["open"]})
    app.run()
    app.button("view_update").click().run()
    app.text_input("view_new_name").set_value("second").run()
    app.button("view_rename").click().run()
    with store.session(ANALYST) as session:
        (view,) = saved_views(session)
    assert (view.name, view.query) == ("second", "state=closed")
    app.selectbox(f"view_role_{view.view_id}").set_value("secretary").run()
    app.button("view_share").click().run()
    with store.session(ANALYST) as session:
        assert saved_views(session)[0].shared_role is Role.SECRETARY
    app.text_input("view_new_name").set_value("").run()
    app.button("view_rename").click().run()
    assert "视图的名字不能用" in texts(app.warning)
    app.button("view_delete").click().run()
    with store.session(ANALYST) as session:
        assert saved_views(session) == []
    assert not app.exception


def test_batch_and_pivot_are_ordered_and_become_files(
    opened: pytest.MonkeyPatch, town_db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "JOBS", Jobs(most=4, most_each=2))
    app = page(
        opened,
        town_db,
        "analysis",
        role="analyst",
        part="pivot",
        period="30d",
        rows="category",
        columns="state",
    )
    exports.open_depot(storage.store())
    app.button("start_batch").click().run()
    app.button("start_pivot").click().run()
    assert not app.exception
    for job in exports.JOBS.of(ANALYST):
        exports.JOBS._held[job.job_id].future.exception(60)
    pivot_job, batch_job = exports.JOBS.of(ANALYST)
    assert batch_job.state is pivot_job.state is JobState.DONE
    assert batch_job.result is not None
    assert pivot_job.result is not None
    assert batch_job.result.name.startswith("cases_per_community_")
    assert batch_job.result.rows == batch_job.about.rows_on_screen > 0
    assert pivot_job.result.rows == pivot_job.about.rows_on_screen
    app.run()
    assert "每个社区一个文件" in told(app)
    exports.close()


def test_an_english_reader_finds_no_chinese_of_ours(opened: pytest.MonkeyPatch, read_db: Path) -> None:
    for part in ("charts", "pivot", "compare"):
        app = page(opened, read_db, "analysis", role="analyst", lang="en", part=part)
        assert not app.exception
        said = [
            button.label for button in app.button if not str(button.key).startswith(("crumb", "rank", "chip"))
        ]
        said += [box.label for box in app.selectbox]
        assert not [text for text in said if any("\u4e00" <= sign <= "\u9fff" for sign in text)]


def test_cases_of_compounds_and_of_companies_can_be_chosen(opened: pytest.MonkeyPatch, read_db: Path) -> None:
    app = page(opened, read_db, "analysis", role="analyst", period="all")
    assert not app.exception
    choices = {widget.label: widget for widget in app.multiselect}
    name = choices["小区"].options[0]
    with storage.store().session(ANALYST) as session:
        ((code, company),) = session.rows(
            "select code, company from visible_compound where name = $name", {"name": name}
        )
    choices["小区"].select(name).run()
    assert not app.exception
    assert chips(app) == [name]
    assert app.query_params["in_compound"] in (code, [code])
    n = counted(chosen=CaseFilter(compounds=(code,)))
    assert f"{n:,}" in texts(app.markdown) + texts(app.caption) + str([m.value for m in app.metric])
    app = page(opened, read_db, "analysis", role="analyst", period="all", of_company=company or "无此企业")
    assert not app.exception
    assert chips(app) == [company or "无此企业"]


def test_a_compound_that_the_reader_does_not_know_has_no_cases(
    opened: pytest.MonkeyPatch, read_db: Path
) -> None:
    app = page(opened, read_db, "analysis", role="analyst", period="all", in_compound=HOSTILE)
    assert not app.exception
    assert counted(chosen=CaseFilter(compounds=(HOSTILE,))) == 0
    assert [chip.startswith("小区 ") for chip in chips(app)] == [True]

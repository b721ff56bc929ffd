"""The screen of cases as Streamlit runs it, without a browser: what it lists, opens, refuses and exports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.store import Store
from domain.actor import OPERATOR
from domain.case_order import CaseOrder
from domain.filters import CaseFilter
from domain.vocabulary import Role
from queries import case_list
from tests.support.pages import page
from tests.support.small_city import at, case, import_cases, rows, write_cases
from ui import exports, storage
from ui.jobs import Jobs, JobState

HOSTILE = "<img src=x onerror=alert(1)> ${7*7} `x` [a](javascript:alert(1)) **b** \u202e=1"


@pytest.fixture(autouse=True)
def fresh_exports(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No export of another test, and none left behind."""
    monkeypatch.setattr(exports, "JOBS", Jobs(most=4, most_each=2))
    yield
    exports.close()


def cases(patch: pytest.MonkeyPatch, db: Path, **query: str) -> AppTest:
    app = page(patch, db, "cases", **query)
    assert not app.exception
    return app


def told(app: AppTest) -> str:
    """Everything the page says, without the escapes of Markdown."""
    parts = [*app.markdown, *app.caption, *app.subheader, *app.text, *app.info, *app.warning, *app.error]
    return "\n".join(str(part.value) for part in parts).replace("\\", "")


def counted(app: AppTest) -> int:
    match = re.search(r"共 \*\*([\d,]+)\*\* 件", told(app))
    assert match is not None
    return int(match[1].replace(",", ""))


def numbers(app: AppTest) -> list[str]:
    """The case numbers in the table; none where there is no table."""
    return [str(number) for table in app.dataframe for number in table.value["source_case_id"]]


def press(app: AppTest, key: str) -> AppTest:
    return next(button for button in app.button if button.key == key).click().run()


def id_of(number: str) -> int:
    with storage.store().session(OPERATOR) as session:
        found = case_list.page(session, CaseFilter(text=number), None, CaseOrder.NEWEST, 1).rows
    return int(found["case_id"].iloc[0])


# --- states ------------------------------------------------------------------------------------------------


def test_an_empty_database_says_what_to_do(opened: pytest.MonkeyPatch, tmp_path: Path) -> None:
    app = cases(opened, tmp_path / "empty.duckdb")
    assert any("python -m data demo" in block.value for block in app.code)


def test_areas_without_cases_ask_for_cases(opened: pytest.MonkeyPatch, city_db: Path) -> None:
    app = cases(opened, city_db)
    assert any("python -m data import cases" in block.value for block in app.code)
    start = next(button for button in app.button if button.key == "start_export")
    assert start.disabled


def test_a_filter_that_fits_nothing_says_how_to_go_on(opened: pytest.MonkeyPatch, town_db: Path) -> None:
    app = cases(opened, town_db, text="nothing like it")
    assert (counted(app), numbers(app)) == (0, [])
    assert "请改或去掉要找的文字" in told(app)


def test_one_case_is_listed_and_opens(opened: pytest.MonkeyPatch, city_db: Path, tmp_path: Path) -> None:
    with Store.opened(city_db) as store:
        rows_of_file = [case("only", title=HOSTILE, **at(0, 0), due="2026-03-02 08:00")]
        import_cases(store, write_cases(tmp_path / "cases.csv", rows_of_file))
    app = cases(opened, city_db, period="all")
    assert (counted(app), numbers(app)) == (1, ["only"])
    app.query_params["case"] = str(id_of("only"))
    app.run()
    assert not app.exception
    assert HOSTILE in told(app)  # as it was written
    assert "已超期" in told(app)
    press(app, "close_case")
    assert "case" not in app.query_params
    assert HOSTILE not in told(app)


# --- list --------------------------------------------------------------------------------------------------


def test_the_first_fifty_are_shown_of_how_many(opened: pytest.MonkeyPatch, town_db: Path) -> None:
    app = cases(opened, town_db, period="all")
    assert counted(app) == 60_000
    assert len(numbers(app)) == 50
    assert "显示第 1–50 件" in told(app)
    assert "第 1/1,200 页" in told(app)


def test_pages_go_on_and_end(opened: pytest.MonkeyPatch, town_db: Path) -> None:
    app = cases(opened, town_db, period="all")
    first = numbers(app)
    press(app, "to_chevron_right")
    assert app.query_params["page"] in ("2", ["2"])
    assert "显示第 51–100 件" in told(app)
    assert not set(numbers(app)) & set(first)
    press(app, "to_chevron_left")
    assert "page" not in app.query_params
    assert numbers(app) == first
    app.query_params["page"] = "999999"
    app.run()
    assert "第 1,200/1,200 页" in told(app)
    assert len(numbers(app)) == 50


@pytest.mark.parametrize("number", ["0", "-1", "x", "1e5", "99999999999999999999"])
def test_a_page_that_is_none_is_the_first(opened: pytest.MonkeyPatch, town_db: Path, number: str) -> None:
    assert "显示第 1–50 件" in told(cases(opened, town_db, page=number))


def test_another_filter_begins_with_its_first_page(opened: pytest.MonkeyPatch, town_db: Path) -> None:
    app = cases(opened, town_db, period="all", page="3")
    assert "显示第 101–150 件" in told(app)  # a shared link opens where it was made
    app.query_params["state"] = "closed"
    app.run()
    assert "显示第 1–50 件" in told(app)


def test_the_order_is_in_the_url(opened: pytest.MonkeyPatch, town_db: Path) -> None:
    app = cases(opened, town_db, period="all", order="oldest")
    times = app.dataframe[0].value["reported_at"].tolist()
    assert times == sorted(times)


# --- who sees what -----------------------------------------------------------------------------------------


def test_a_case_of_another_community_is_not_found_and_nothing_of_it_shows(
    opened: pytest.MonkeyPatch, town_db: Path
) -> None:
    app = cases(opened, town_db, period="all", role=Role.SECRETARY.value)
    hers = app.title[0].value
    with storage.store().session(OPERATOR) as session:
        listed = case_list.page(session, CaseFilter(), None, CaseOrder.NEWEST, 1).rows
    foreign = listed[listed["community"].notna() & (listed["community"] != hers)].iloc[0]
    app.query_params["case"] = str(foreign["case_id"])
    app.run()
    assert not app.exception
    assert any(info.value == "请回到列表重新选择；链接可能来自别的范围。" for info in app.info)
    for secret in (foreign["title"], foreign["source_case_id"], foreign["place"]):
        assert secret not in told(app)
    for unknown in ("999999999", "x", "-1", "9" * 30):
        app.query_params["case"] = unknown
        app.run()
        assert any(info.value.startswith("请回到列表") for info in app.info), unknown


def test_a_secretary_exports_her_cases_only(opened: pytest.MonkeyPatch, town_db: Path) -> None:
    app = cases(opened, town_db, period="all", role=Role.SECRETARY.value)
    mine = counted(app)
    assert 0 < mine < 60_000
    ready = exported(app)
    assert ready.rows == mine


# --- export ------------------------------------------------------------------------------------------------


def exported(app: AppTest) -> exports.Ready:
    """Order an export and wait for its file."""
    press(app, "start_export")
    assert not app.exception
    (held,) = exports.JOBS._held.values()
    held.future.exception(120)
    job = exports.JOBS.of(held.owner)[0]
    assert job.state is JobState.DONE, job.error
    assert job.result is not None
    app.run()
    return job.result


def test_an_export_holds_what_the_screen_counts_and_offers_its_link(
    opened: pytest.MonkeyPatch, town_db: Path
) -> None:
    app = cases(opened, town_db, state="handling")
    ready = exported(app)
    assert ready.rows == counted(app)
    assert rows(storage.store(), "select action, actor from audit where action = 'export_cases'") == [
        ("export_cases", "demo-leader")
    ]
    links = [element.proto.url for element in app.get("link_button")]
    assert [link.partition("?")[0] for link in links] == [
        f"exports/{ready.token}/{ready.name}",
        f"exports/{ready.token}/{ready.about_name}",
    ]
    assert "状态：处理中" in told(app)


def test_unplaced_cases_are_exported_where_they_are_counted(
    opened: pytest.MonkeyPatch, town_db: Path
) -> None:
    """The whole city counts cases that lie in no area: its file holds them too."""
    app = cases(opened, town_db, period="all")
    assert (counted(app), exported(app).rows) == (60_000, 60_000)


def test_too_many_orders_are_refused_in_words(opened: pytest.MonkeyPatch, town_db: Path) -> None:
    opened.setattr(exports, "JOBS", Jobs(most=4, most_each=0))
    app = press(cases(opened, town_db), "start_export")
    assert not app.exception
    assert [warning.value for warning in app.warning] == ["请等其中一项结束，或取消一项。"]
    assert not app.run().warning  # told once


def test_a_file_whose_time_is_over_is_no_longer_offered(opened: pytest.MonkeyPatch, town_db: Path) -> None:
    app = cases(opened, town_db, state="handling")
    ready = exported(app)
    path = exports.DEPOT.get(ready.token, ready.name)
    assert path is not None
    exports.DEPOT.drop(ready.token, path.parent)
    app.run()
    assert list(app.get("link_button")) == []
    assert "已过期，请重新导出" in told(app)

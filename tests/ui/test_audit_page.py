"""审计 as Streamlit runs it: the auditor reads, verifies and takes out; others are refused, and that is audited."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from data.audit import record
from data.store import Store
from domain.actor import OPERATOR
from domain.audit import Action
from domain.settings import Settings
from tests.support.pages import page
from tests.support.small_city import rows
from ui import exports, storage
from ui.audit.listing import ROWS
from ui.depot import Depot

HOSTILE = "<img src=x onerror=alert(1)> [a](javascript:alert(1)) **b**"


@pytest.fixture
def audited(tmp_path: Path) -> Path:
    """Sixty promises, a hostile one, and an export of cases with its filter."""
    db = tmp_path / "city.duckdb"
    with Store.opened(db, Settings()) as store:
        with store.writing(OPERATOR) as writer:
            for number in range(60):
                writer.audit(Action.PROMISE, f"source:{number}", {"every_hours": number, "note": None})
            writer.audit(Action.PROMISE, f"source:{HOSTILE}", {"note": HOSTILE})
        detail = {"rows": 3, "filter": {"from": "2026-03-01", "to": "2026-03-05", "state": ["closed"]}}
        record(store, OPERATOR, Action.EXPORT_CASES, "cases", detail)
    return db


@pytest.fixture(autouse=True)
def fresh_depot(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    depot = Depot()
    monkeypatch.setattr(exports, "DEPOT", depot)
    yield
    depot.close()


def audit(patch: pytest.MonkeyPatch, db: Path, **query: str | list[str]) -> AppTest:
    app = page(patch, db, "audit", **{"role": "auditor"} | query)
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    parts = [*app.markdown, *app.caption, *app.subheader, *app.info, *app.success, *app.error, *app.warning]
    titles = [str(block.proto.title) for block in (*app.info, *app.error)]
    tables = [table.value.to_csv() for table in app.table]
    return "\n".join([*(str(part.value) for part in parts), *titles, *tables]).replace("\\", "")


def press(app: AppTest, key: str) -> AppTest:
    return next(button for button in app.button if button.key == key).click().run()


def test_events_stand_newest_first_page_by_page(opened: pytest.MonkeyPatch, audited: Path) -> None:
    app = audit(opened, audited)
    assert app.dataframe[0].value["seq"].tolist() == list(range(62, 12, -1))
    assert f"第 1–{ROWS} 条，共 62 条，新的在前" in said(app)
    app = press(app, "audit_to_chevron_right")
    assert app.query_params["audit_page"] == "2"
    assert app.dataframe[0].value["seq"].tolist() == list(range(12, 0, -1))
    assert audit(opened, audited, audit_page="99").dataframe[0].value["seq"].tolist() == list(
        range(12, 0, -1)
    )


def test_filters_come_from_the_url(opened: pytest.MonkeyPatch, audited: Path) -> None:
    app = audit(opened, audited, audit_action="promise", audit_subject="source:5")
    numbers = [*range(59, 49, -1), 5]
    assert app.dataframe[0].value["subject"].tolist() == [f"source:{number}" for number in numbers]
    assert "共 11 条" in said(app)
    nothing = audit(opened, audited, audit_to="2020-01-01")
    assert len(nothing.dataframe) == 0
    assert "没有符合条件的记录" in said(nothing)


def test_an_event_opens_with_its_filter_in_words(opened: pytest.MonkeyPatch, audited: Path) -> None:
    shown = said(audit(opened, audited, event="62"))
    assert "第 62 条 · 导出案件" in shown
    assert "上报日期：2026-03-01 至 2026-03-05（含首尾两天）" in shown
    assert "状态：已结案" in shown
    assert "本行的哈希" in shown
    assert "第 62 条 · " not in said(audit(opened, audited, event="999"))


def test_a_hostile_detail_is_text(opened: pytest.MonkeyPatch, audited: Path) -> None:
    app = audit(opened, audited, event="61")
    cells = [text for table in app.table for text in table.value["value"]]
    assert HOSTILE in [text.replace("\\", "") for text in cells]
    assert "](javascript" not in "".join(cells).replace("\\]", "")


def test_verify_says_that_all_is_there_or_names_the_row(opened: pytest.MonkeyPatch, audited: Path) -> None:
    assert "62 行都在，顺序和内容没有被改过" in said(press(audit(opened, audited), "verify_audit"))
    storage.close_store()
    with duckdb.connect(str(audited)) as con:
        con.execute("delete from audit where seq = 7")
    app = press(audit(opened, audited), "verify_audit")
    assert "第 7 行：中间的行被删" in said(app)


def test_the_file_holds_what_the_filter_keeps(opened: pytest.MonkeyPatch, audited: Path) -> None:
    opened.setenv("ONEGRID_DB", str(audited))
    exports.open_depot(storage.open_store())
    app = press(audit(opened, audited, audit_action="export_cases"), "audit_export_start")
    assert not app.exception
    login, ready = app.session_state["audit_export_file"]
    assert (login, ready.rows, ready.is_there) == ("demo-auditor", 1, True)
    assert rows(storage.store(), "select actor, action from audit order by seq desc limit 1") == [
        ("demo-auditor", "audit_export")
    ]


def test_an_empty_audit_says_what_it_will_hold(opened: pytest.MonkeyPatch, tmp_path: Path) -> None:
    app = audit(opened, tmp_path / "new.duckdb")
    assert "审计里还没有记录" in said(app)


@pytest.mark.parametrize("role", ["leader", "operator", "administrator"])
def test_others_are_refused_and_that_is_audited(opened: pytest.MonkeyPatch, audited: Path, role: str) -> None:
    app = page(opened, audited, "audit", role=role, event="62")
    assert not app.exception
    assert "不在您的权限内" in said(app)
    assert len(app.dataframe) == 0
    assert "导出案件" not in said(app)
    told = rows(storage.store(), "select actor, action, subject from audit order by seq desc limit 1")
    assert told == [(f"demo-{role}", "refusal", "audit")]


def test_english(opened: pytest.MonkeyPatch, audited: Path) -> None:
    shown = said(audit(opened, audited, lang="en", event="62"))
    assert "Export cases" in shown
    assert "of 62" in shown


def test_the_auditor_lands_on_the_audit(opened: pytest.MonkeyPatch, audited: Path) -> None:
    app = page(opened, audited, "one_map", role="auditor")
    assert not app.exception
    assert "共 62 条" in said(app)

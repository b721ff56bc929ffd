"""查看个人信息 as Streamlit runs it: a reason first, then the person, in this window and until the case is closed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.store import Store
from domain.settings import Settings
from tests.support.pages import page
from tests.support.small_city import at, case, import_cases, rows, write_cases
from ui import storage

PHONE, NAME = "13812345678", "赵某某 <b>**x**</b>"


@pytest.fixture
def city_with_a_person(city_db: Path, tmp_path: Path) -> Path:
    cases = [
        case("a", name=NAME, tel=PHONE, **at(0, 0)),
        case("b", name="钱某某", tel="13912345678", **at(0, 1)),
    ]
    with Store.opened(city_db, Settings()) as store:
        import_cases(store, write_cases(tmp_path / "cases.csv", cases))
    return city_db


def opened_case(patch: pytest.MonkeyPatch, db: Path, number: str, role: str) -> AppTest:
    with Store.opened(db, Settings()) as store:
        ((case_id,),) = rows(store, "select case_id from cases where source_case_id = $n", {"n": number})
    return page(patch, db, "cases", case=str(case_id), role=role)


def everything(app: AppTest) -> str:
    tables = "\n".join(table.value.to_csv() for table in app.table)
    parts = [*app.markdown, *app.caption, *app.warning, *app.text]
    return "\n".join([tables, *(str(part.value) for part in parts)]).replace("\\", "")


def give_reason(app: AppTest, reason: str) -> AppTest:
    app.text_input("unmask_reason").set_value(reason)
    return next(button for button in app.button if button.key == "unmask").click().run()


def audited() -> list[tuple[str, dict[str, object]]]:
    found = rows(storage.store(), "select action, detail from audit where actor like 'demo-%' order by seq")
    return [(action, json.loads(detail)) for action, detail in found]


def test_a_reason_shows_the_person_until_the_case_is_closed(
    opened: pytest.MonkeyPatch, city_with_a_person: Path
) -> None:
    app = opened_case(opened, city_with_a_person, "a", "secretary")
    assert not app.exception
    assert PHONE not in everything(app)
    app = give_reason(app, "回访诉求人核实结果")
    assert PHONE in everything(app)
    assert "赵某某 <b>**x**</b>" in everything(app)
    assert audited() == [("unmask", {"fields": ["phone", "reporter_name"], "reason": "回访诉求人核实结果"})]
    assert PHONE not in str(dict(app.query_params))
    again = app.run()  # the same window
    assert PHONE in everything(again)
    number = again.query_params["case"]
    closed = next(button for button in again.button if button.key == "close_case").click().run()
    assert PHONE not in everything(closed)
    closed.query_params["case"] = number
    assert PHONE not in everything(closed.run())


def test_another_case_and_another_window_show_nothing(
    opened: pytest.MonkeyPatch, city_with_a_person: Path
) -> None:
    app = give_reason(opened_case(opened, city_with_a_person, "a", "secretary"), "回访诉求人核实结果")
    storage.close_store()
    other_window = opened_case(opened, city_with_a_person, "a", "secretary")
    assert PHONE not in everything(other_window)
    ((other,),) = rows(storage.store(), "select case_id from cases where source_case_id = 'b'")
    app.query_params["case"] = str(other)
    app.run()
    shown = everything(app)
    assert PHONE not in shown
    assert "13912345678" not in shown


def test_no_reason_no_person(opened: pytest.MonkeyPatch, city_with_a_person: Path) -> None:
    app = give_reason(opened_case(opened, city_with_a_person, "a", "secretary"), "看看")
    assert PHONE not in everything(app)
    assert "至少要 4 个" in everything(app)
    assert audited() == []


def test_a_role_that_calls_nobody_is_told_why(opened: pytest.MonkeyPatch, city_with_a_person: Path) -> None:
    app = opened_case(opened, city_with_a_person, "a", "analyst")
    assert [button.key for button in app.button if button.key == "unmask"] == []
    assert "个人信息只给联系诉求人的角色" in everything(app)

"""The audit and unmasking in a browser: what a secretary looked at, an auditor reads; nothing of it is in a URL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from data.store import Store
from domain.settings import Settings
from tests.support.reader import Reader
from tests.support.server import RunningServer
from tests.support.small_city import at, case, import_cases, rows, write_cases

pytestmark = pytest.mark.browser

PHONE = "13812345678"
REASON = "回访诉求人核实结果"
_FIRST_LOOK = 6
"""Number of the event: four imports of areas and one of cases stand before it."""


@pytest.fixture
def case_url(
    city_db: Path, tmp_path: Path, serve: Callable[..., AbstractContextManager[RunningServer]]
) -> Iterator[str]:
    """A server on a city with one case that somebody has reported; the address of that case for a secretary."""
    with Store.opened(city_db, Settings()) as store:
        import_cases(
            store, write_cases(tmp_path / "cases.csv", [case("a", name="赵某某", tel=PHONE, **at(0, 0))])
        )
        ((case_id,),) = rows(store, "select case_id from cases")
    with serve(city_db) as running:
        yield f"{running.base_url}/cases?role=secretary&case={case_id}"


def test_a_look_for_a_reason_is_shown_once_and_read_by_the_auditor(case_url: str, reader: Reader) -> None:
    page = reader.page
    page.goto(case_url)
    reader.rest()
    person = page.locator(".st-key-person")
    expect(person).not_to_contain_text(PHONE)
    page.get_by_role("button", name="查看个人信息").click()
    page.get_by_label("为什么要查看").fill(REASON)
    page.get_by_role("button", name="查看", exact=True).click()
    expect(person).to_contain_text(PHONE)
    assert PHONE not in page.url
    page.reload()  # another window, as far as the server knows
    reader.rest()
    expect(page.get_by_role("button", name="查看个人信息")).to_be_visible()
    expect(person).not_to_contain_text(PHONE)

    page.goto(f"{case_url.split('/cases', maxsplit=1)[0]}/audit?role=auditor&audit_action=unmask")
    reader.rest()
    expect(page.locator(".st-key-audit_head")).to_contain_text("共 1 条")
    page.get_by_role("button", name="核验").click()
    expect(page.locator(".st-key-audit_chain")).to_contain_text("顺序和内容没有被改过")
    page.goto(f"{page.url}&event={_FIRST_LOOK}")
    reader.rest()
    event = page.locator(".st-key-audit_event")
    expect(event).to_contain_text(REASON)
    expect(event).to_contain_text("demo-secretary")
    expect(event).not_to_contain_text(PHONE)

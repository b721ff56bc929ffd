"""The screen of cases in a browser: filter, open, go back, carry out; and nothing that a text says is run."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import TimeoutError as Waited
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from data.store import Store
from tests.support.reader import Reader
from tests.support.server import RunningServer
from tests.support.small_city import at, case, import_cases, write_cases

pytestmark = pytest.mark.browser

_HEADER, _ROW = 34, 30
"""Pixels of the table's header and of one row (ui/case_table.py)."""


def open_cases(reader: Reader, server: RunningServer, query: str = "") -> None:
    reader.page.goto(f"{server.base_url}/cases?{query}")
    reader.rest()


def click_row(reader: Reader, row: int) -> None:
    """Click a cell of a row of the table; a grid that is still drawing itself takes no click and is asked again."""
    before = reader.page.url
    table = reader.page.get_by_test_id("data-grid-canvas").first

    def clicked() -> bool:
        expect(table).to_be_visible()
        box = table.bounding_box()
        assert box is not None
        reader.page.mouse.click(box["x"] + 300, box["y"] + _HEADER + _ROW * row + _ROW / 2)
        try:
            reader.page.wait_for_url(lambda url: url != before, timeout=5_000)
        except Waited:
            return False
        return True

    assert any(clicked() for _attempt in range(5)), f"no case opened by row {row}"
    reader.settle()


def counted(reader: Reader) -> int:
    """How many cases the list says there are."""
    return int(reader.page.locator(".st-key-case_head strong").inner_text().replace(",", ""))


def title(reader: Reader) -> str:
    """The title of the open case."""
    return reader.page.locator(".st-key-case_detail h3").inner_text()


def download(reader: Reader, link: str) -> bytes:
    """What the newest export's link downloads."""
    anchor = reader.page.locator(".st-key-export").get_by_role("link", name=link).first
    anchor.evaluate(
        "link => link.removeAttribute('target')"
    )  # a window of its own is gone before it can be watched
    with reader.page.expect_download() as begun:
        anchor.click()
    return Path(begun.value.path()).read_bytes()


def test_a_case_opens_and_the_back_button_closes_it(server: RunningServer, reader: Reader) -> None:
    open_cases(reader, server, "period=all")
    total = counted(reader)
    reader.widget("state").get_by_role("combobox").click()
    reader.page.get_by_role("option", name="处理中", exact=True).click()
    reader.page.wait_for_url(lambda url: "state=handling" in url)
    reader.page.keyboard.press("Escape")
    expect(reader.page.locator(".st-key-case_head strong")).not_to_have_text(f"{total:,}")
    reader.page.locator(".st-key-case_head strong").click()
    reader.rest()
    narrowed = counted(reader)
    assert 0 < narrowed < total

    click_row(reader, 0)
    first, first_title = reader.parameter("case"), title(reader)
    click_row(reader, 2)
    assert reader.parameter("case") != first
    assert title(reader) != first_title

    reader.page.go_back()
    expect(reader.page.locator(".st-key-case_detail h3")).to_have_text(first_title)
    assert reader.parameter("case") == first
    reader.page.go_back()
    expect(reader.page.locator(".st-key-case_detail")).to_have_count(0)
    assert counted(reader) == narrowed


def test_a_shared_link_opens_the_same_case_beside_the_same_list(
    server: RunningServer, reader: Reader
) -> None:
    open_cases(reader, server, "period=all&state=handling")
    click_row(reader, 1)
    url, told = reader.page.url, title(reader)
    reader.page.goto("about:blank")
    reader.page.goto(url)
    reader.settle()
    assert title(reader) == told
    click_row(reader, 3)  # the row that was chosen by the link gives way to the next
    assert title(reader) != told


def test_what_is_exported_is_what_the_screen_counts(server: RunningServer, reader: Reader) -> None:
    open_cases(reader, server, "period=all&state=handling")
    shown = counted(reader)
    panel = reader.page.locator(".st-key-export")
    for name in ("XLSX", "CSV"):
        panel.get_by_role("combobox").click()
        reader.page.get_by_role("option", name=name, exact=True).click()
        panel.get_by_role("button", name="开始导出").click()
        expect(panel.get_by_role("link", name="下载").first).to_be_visible()
        expect(panel.locator("p", has_text=f"{name} 状态：处理中 · {shown} 行").first).to_be_visible()
        content = download(reader, "下载")
        if name == "XLSX":
            book = CalamineWorkbook.from_filelike(io.BytesIO(content))
            header, *lines = book.get_sheet_by_name("案件").to_python()
            states = {line[header.index("state")] for line in lines}
            note = {line[0]: line[1] for line in book.get_sheet_by_name("说明").to_python()}
            assert note["行数"] == str(shown)
        else:
            reading = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
            records = list(reading)
            states = {record["state"] for record in records}
            lines = list(map(list, records))
        assert (len(lines), states) == (shown, {"handling"})
    about = json.loads(download(reader, "说明"))
    assert (about["rows"], about["filter"]) == (shown, {"state": ["handling"]})


HOSTILE = (
    "<img src=x onerror=window.__pwned=1>",
    "</script><script>window.__pwned=1</script>",
    "${window.__pwned=1}`;window.__pwned=1;//",
    "[点](javascript:window.__pwned=1) ![](http://192.0.2.1/x.png)",
    "=cmd|' /C calc'!A0",
    "\u202eهذا 🜲𠮷 \x00 \x07 &lt;b&gt;",
    "长" * 350_000,  # a megabyte
)


def test_nothing_that_a_text_says_is_run(
    city_db: Path,
    tmp_path: Path,
    serve: Callable[..., AbstractContextManager[RunningServer]],
    reader: Reader,
) -> None:
    with Store.opened(city_db) as store:
        lines = [
            case(
                f"n{row}",
                reported=f"2026-03-01 08:00:{row:02}",
                title=text,
                category=text[:200],
                channel=text[:200],
                department=text[:200],
                **at(1, 1),
            )
            for row, text in enumerate(HOSTILE)
        ]
        import_cases(store, write_cases(tmp_path / "cases.csv", lines))
    with serve(city_db) as running:
        open_cases(reader, running, "period=all&order=oldest")
        for row, text in enumerate(HOSTILE):
            click_row(reader, row)
            shown = " ".join(text.replace("\x00", "\N{REPLACEMENT CHARACTER}").split())
            assert title(reader)[:20] == shown[:20]
            for frame in reader.page.frames:
                assert frame.evaluate("window.__pwned") is None
                assert frame.locator("img[src=x], a[href^=javascript], img[src*='192.0.2.1']").count() == 0
        panel = reader.page.locator(".st-key-export")
        panel.get_by_role("button", name="开始导出").click()
        expect(panel.get_by_role("link", name="下载").first).to_be_visible()
        book = CalamineWorkbook.from_filelike(io.BytesIO(download(reader, "下载")))
        header, *cells = book.get_sheet_by_name("案件").to_python()
        written = [str(line[header.index("title")]) for line in cells]
        assert written[:5] == list(HOSTILE[:5])
        assert len(written[6]) == 32_767
        reader.page.goto("about:blank")  # before the server goes

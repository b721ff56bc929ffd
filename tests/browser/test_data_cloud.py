"""一朵云 in a browser: a file is uploaded, corrected, tried out, imported, looked into and taken back.

The file is GB18030 with two rows that must be rejected and one state that the mapping does not know yet; its name
and its texts are hostile.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
import shapely
from playwright.sync_api import Browser, Locator, expect

from data.store import Store
from domain.settings import Settings
from domain.vocabulary import Level
from tests.support.reader import PHONE, Reader, reading
from tests.support.server import RunningServer
from tests.support.small_city import COMMUNITIES, at, import_areas, shapes, write_areas

pytestmark = pytest.mark.browser

HEADER = "工单编号,受理时间,办理状态,诉求标题,诉求来源,社区编码,经度,纬度,联系电话"
TITLE = "<img src=x onerror=alert(1)> $x$ [a](b)"
NAME = "热线 <b>3月<b>.csv"
_HEADER_PX, _ROW_PX = 34, 30
_PATIENCE_MS = 30_000  # for jobs, and for what waits for one


@pytest.fixture(scope="module")
def server(
    small_city_db: Path,
    tmp_path_factory: pytest.TempPathFactory,
    serve: Callable[..., AbstractContextManager[RunningServer]],
) -> Iterator[RunningServer]:
    """The small city with a gap: its south-west grid ends early in the west."""
    folder = tmp_path_factory.mktemp("cloud")
    db = folder / "city.duckdb"
    db.write_bytes(small_city_db.read_bytes())
    with Store.opened(db, Settings()) as store:
        first = dict(shapes(Level.GRID)[0], geometry=shapely.box(120.002, 30.0, 120.01, 30.01))
        import_areas(store, write_areas(folder / "grid.geojson", [first]), Level.GRID)
    with serve(db) as running:
        yield running


def rows_of(first: int, count: int) -> list[str]:
    """Cases whose code says another street than their point; every third has a state that nobody knows."""
    place = at(1, 1)
    return [
        f"GD{n},2026-03-{1 + n % 28:02d} 08:00:00,{'在查' if n % 3 == 0 else '已办结'},{TITLE},热线,"
        f"{COMMUNITIES[2]},{place['lon']},{place['lat']},13812345678"
        for n in range(first, first + count)
    ]


def file(name: str, rows: list[str]) -> Any:
    return {"name": name, "mimeType": "text/csv", "buffer": "\n".join([HEADER, *rows]).encode("gb18030")}


def open_cloud(reader: Reader, server: RunningServer, query: str) -> None:
    reader.page.goto(f"{server.base_url}/data_cloud?{query}")
    reader.rest()


def upload(reader: Reader, content: Any) -> None:
    reader.page.locator("input[type=file]").set_input_files(content)


def mapping(reader: Reader) -> Locator:
    return reader.page.locator(".st-key-draft textarea")


def proposal(reader: Reader) -> str:
    """The mapping that is proposed, once it is there."""
    expect(mapping(reader)).to_have_value(re.compile("source_case_id"), timeout=_PATIENCE_MS)
    return mapping(reader).input_value()


def rewrite(reader: Reader, text: str) -> None:
    mapping(reader).fill(text)
    mapping(reader).press("Control+Enter")


def press(reader: Reader, key: str) -> None:
    button = reader.page.locator(f".st-key-{key} button").first
    expect(button).to_be_enabled(timeout=_PATIENCE_MS)
    button.click()


def cases_figure(reader: Reader) -> Locator:
    """The number of cases in the page's head."""
    return reader.page.locator(".st-key-cloud_figure_cases").get_by_test_id("stMetricValue")


def result(reader: Reader, heading: str) -> Locator:
    """The panel that says how a job ended."""
    panel = reader.page.locator(".st-key-data_result")
    expect(panel.locator("h3")).to_contain_text(heading, timeout=_PATIENCE_MS)
    return panel


def test_a_file_from_the_first_look_to_the_undo(server: RunningServer, reader: Reader) -> None:
    open_cloud(reader, server, "view=upload&role=operator&kind=cases")
    rejected = ["GD90,昨天,已办结,坏日期,热线,,,,", ",2026-03-01 08:00:00,已办结,x,热线,,,,"]
    upload(reader, file(NAME, [*rows_of(1, 12), *rejected]))
    look_and_correct(reader)
    try_out_and_import(reader)
    look_into(reader)
    take_back(reader)
    assert reader.complaints == []  # a dialog would be one


def look_and_correct(reader: Reader) -> None:
    draft = reader.page.locator(".st-key-draft")
    expect(draft.locator("h3")).to_have_text("热线_b_3月_b_.csv", timeout=_PATIENCE_MS)
    expect(draft).to_contain_text("编码 gb18030，分隔符 ,")
    proposed = proposal(reader)
    assert 'source_case_id = "工单编号"' in proposed
    assert '# "在查" = ?' in proposed

    # two faults: both are told, and nothing can be started
    rewrite(
        reader, proposed.replace("duplicate_policy", "duplicate_polic").replace('= "closed"', '= "closd"')
    )
    faults = draft.get_by_test_id("stAlert")
    expect(faults).to_contain_text("映射文件有 2 处不对")
    expect(faults).to_contain_text("duplicate_policy？")
    expect(faults).to_contain_text("“closd”不在可用值之内")
    expect(reader.page.locator(".st-key-start_import button")).to_be_disabled()

    # as proposed, four of the first rows would be kept out; with the state they are in
    rewrite(reader, proposed)
    expect(draft).to_contain_text("前 14 行：接受 8，拒绝 6")
    rewrite(reader, proposed.replace('# "在查" = ?', '"在查" = "handling" #'))
    expect(draft).to_contain_text("前 14 行：接受 12，拒绝 2")


def try_out_and_import(reader: Reader) -> None:
    press(reader, "start_check")
    checked = result(reader, "试读")
    expect(checked).to_contain_text("读入 14 = 接受 12 + 拒绝 2")
    expect(checked).to_contain_text("什么都没有写入")
    expect(cases_figure(reader)).to_have_text("0")

    press(reader, "start_import")
    imported = result(reader, "导入")
    expect(imported).to_contain_text("读入 14 = 接受 12 + 拒绝 2")
    expect(imported).to_contain_text("接受 12 = 新增 12 + 更新 0 + 未变 0")
    expect(imported).to_contain_text("日期无法识别 1")
    expect(cases_figure(reader)).to_have_text("12")
    expect(reader.page.locator(".st-key-draft")).to_have_count(0)


def look_into(reader: Reader) -> None:
    press(reader, "open_batch")
    batch = reader.page.locator(".st-key-batch")
    expect(batch).to_contain_text("12 行内编码与坐标所在区域不符")
    expect(reader.page.locator(".st-key-data_result")).to_have_count(0)
    opened = reader.page.url
    with reader.page.expect_download() as begun:
        batch.get_by_test_id("stDownloadButton").get_by_role("button").click()
    corrections = Path(begun.value.path()).read_text(encoding="utf-8-sig")
    assert corrections.count("\n") == 3
    assert "GD90" in corrections

    # the finding opens its cases, and the back button leads to the batch again
    batch.locator("a[href*=code_mismatch]").click()
    reader.page.wait_for_url(re.compile("/cases"))
    expect(reader.page.locator(".st-key-case_head strong")).to_have_text("12")
    reader.page.go_back()
    expect(batch).to_be_visible()
    assert reader.page.url == opened


def take_back(reader: Reader) -> None:
    press(reader, "preview_undo")
    expect(reader.page.locator(".st-key-confirm_undo")).to_contain_text("删除 12、恢复 0")
    press(reader, "undo")
    expect(result(reader, "撤销")).to_contain_text("删除 12，恢复 0")
    expect(cases_figure(reader)).to_have_text("0")
    expect(reader.page.locator(".st-key-batch")).to_contain_text("demo-operator 于")
    press(reader, "forget_result")
    expect(reader.page.locator(".st-key-data_result")).to_have_count(0)


@pytest.mark.parametrize(
    ("kind", "name", "content", "told"),
    [
        ("cases", "空.csv", b"", "没有表头"),
        ("cases", "画.png", b"\x89PNG\r\n\x1a\n" + bytes(200), "认不出“画.png”的格式"),
        ("cases", "坏.zip", b"PK\x03\x04broken", "坏.zip"),
        ("areas", "<script>alert(1)</script>.geojson", b'{"type": "?"}', "打不开"),
    ],
)
def test_a_file_of_no_use_is_refused_and_the_session_goes_on(
    server: RunningServer, reader: Reader, kind: str, name: str, content: bytes, told: str
) -> None:
    open_cloud(reader, server, f"view=upload&role=operator&kind={kind}")
    upload(reader, {"name": name, "mimeType": "application/octet-stream", "buffer": content})
    expect(reader.page.locator(".st-key-draft").get_by_test_id("stAlert")).to_contain_text(told)
    press(reader, "put_away")
    expect(reader.page.locator(".st-key-draft")).to_have_count(0)
    upload(reader, file("下一个.csv", rows_of(1, 1)))
    expect(reader.page.locator(".st-key-draft h3")).to_have_text("下一个.csv")


def test_a_closed_window_leaves_its_import_to_the_server(
    server: RunningServer, browser: Browser, reader: Reader
) -> None:
    with reading(browser) as leaver:
        open_cloud(leaver, server, "view=upload&role=operator&kind=cases")
        upload(leaver, file("weiter.csv", rows_of(1000, 4000)))
        proposed = proposal(leaver)
        rewrite(leaver, proposed.replace('# "在查" = ?', '"在查" = "handling" #'))
        expect(leaver.page.locator(".st-key-draft")).to_contain_text("拒绝 0")
        press(leaver, "start_import")
        leaver.page.locator(".st-key-data_job, .st-key-data_result").first.wait_for()
    open_cloud(reader, server, "view=batches&role=operator")
    expect(result(reader, "导入 weiter.csv")).to_contain_text("读入 4,000 = 接受 4,000 + 拒绝 0")
    press(reader, "open_batch")
    press(reader, "preview_undo")
    press(reader, "undo")
    expect(result(reader, "撤销")).to_contain_text("删除 4,000，恢复 0")


def test_boundaries_are_read_by_their_fields(server: RunningServer, reader: Reader, tmp_path: Path) -> None:
    path = write_areas(tmp_path / "网格.geojson", shapes(Level.GRID)[1:3])
    open_cloud(reader, server, "view=upload&role=operator&kind=areas")
    upload(reader, path)
    draft = reader.page.locator(".st-key-draft")
    expect(draft).to_contain_text("GeoJSON, EPSG:4326")
    expect(draft).to_contain_text("显示 2，共 2")
    press(reader, "start_check")
    expect(result(reader, "试读")).to_contain_text("接受 2 = 新增 0 + 更新 0 + 未变 2")
    press(reader, "put_away")


def test_a_gap_is_on_the_map_and_a_row_leads_there(server: RunningServer, reader: Reader) -> None:
    open_cloud(reader, server, "view=grids&fault=gaps")
    reader.settle()
    expect(reader.page.locator(".st-key-quality_bar")).to_contain_text("16 个网格")
    expect(reader.page.locator(".st-key-quality")).to_contain_text("显示 1，共 1")
    gaps = reader.map.evaluate("() => window.map.oneGridScene.overlays.get('gaps').group.getLayers().length")
    assert gaps == 1
    before = reader.map.evaluate("() => window.map.getBounds().toBBoxString()")
    table = reader.page.locator(".st-key-quality").get_by_test_id("data-grid-canvas").first
    box = table.bounding_box()
    assert box is not None
    reader.page.mouse.click(box["x"] + 200, box["y"] + _HEADER_PX + _ROW_PX / 2)
    reader.map.wait_for_function("before => window.map.getBounds().toBBoxString() !== before", arg=before)
    inside = reader.map.evaluate("() => window.map.getBounds().contains([30.005, 120.001])")
    whole = reader.map.evaluate("() => window.map.getBounds().contains([30.035, 120.035])")
    assert (inside, whole) == (True, False)


@pytest.mark.parametrize("view", ["sources", "batches", "upload", "grids"])
def test_on_a_phone_nothing_is_wider_than_the_screen(
    server: RunningServer, reader: Reader, view: str
) -> None:
    reader.page.set_viewport_size(PHONE)
    open_cloud(reader, server, f"view={view}&role=operator")
    expect(reader.page.locator(".st-key-cloud_head")).to_be_visible()
    if view == "grids":
        reader.settle()
    assert reader.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

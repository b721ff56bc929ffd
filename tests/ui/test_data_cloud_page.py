"""一朵云 as Streamlit runs it, without a browser: each part, each role, and a database with nothing in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data.load.sources import set_promise
from data.store import Store
from domain.actor import OPERATOR, demo_actor
from domain.settings import Settings
from domain.vocabulary import Role
from queries import cloud, meta
from tests.support.pages import page
from tests.support.small_city import COMMUNITIES, at, case, import_cases, write_cases
from ui import storage
from ui.cloud import work


def words(app: AppTest) -> str:
    """All that the page says outside its tables."""
    parts = [item.value for kind in (app.markdown, app.caption, app.subheader, app.info) for item in kind]
    parts += [block.proto.title for block in app.info]
    parts += [f"{metric.label} {metric.value}" for metric in app.metric]
    return "\n".join(str(part).replace("\\", "") for part in parts)


def buttons(app: AppTest) -> set[str]:
    return {str(button.key) for button in app.button}


def button(app: AppTest, key: str):
    return next(item for item in app.button if item.key == key)


def ended() -> None:
    """Wait until the operator's newest job has ended."""
    job = work.newest(demo_actor(Role.OPERATOR))
    assert job is not None
    work.JOBS._held[job.job_id].future.exception(60)


@pytest.fixture
def city_with_findings(city_db: Path, tmp_path: Path) -> Path:
    """One batch of four cases with contradictions and two rejects (batch 5)."""
    rows = [
        case(1, **at(0, 0), code=COMMUNITIES[2]),
        case(2, **at(1, 1), code=COMMUNITIES[2]),
        case(3, code="999"),
        case(4, **at(3, 3)),
        case(5, state="[link](http://x.test) <b>谁</b>", tel="13800000000"),
        case("", tel="13900000000"),
    ]
    with Store.opened(city_db, Settings()) as store:
        import_cases(store, write_cases(tmp_path / "cases.csv", rows))
        with store.writing(OPERATOR) as writer:
            set_promise(writer, "hotline", 24, "每天")
    return city_db


# --- sources -------------------------------------------------------------------------------------------------


def test_sources_of_the_demo_town(opened: pytest.MonkeyPatch, module_town_db: Path) -> None:
    app = page(opened, module_town_db, "data_cloud")
    assert not app.exception
    table = app.dataframe[0].value
    with storage.store().session(OPERATOR) as session:
        found = cloud.sources(session)
        total = meta.contents(session).cases
    assert table["cases"].tolist() == [item.cases for item in found]
    assert int(table["cases"].sum()) == total == 60_000
    assert table["freshness"].tolist() == ["及时", "及时", "及时", "未约定"]
    placed = table[["point", "code", "name", "none"]].sum(axis=1)
    assert placed.tolist() == table["cases"].tolist()
    told = words(app)
    assert "来源数 4" in told
    assert "及时 3 · 迟到 0 · 未约定 1" in told
    assert "显示 4，共 4" in told
    assert "60,000 件 = 全部可见案件 60,000 件" in told
    months = app.dataframe[1].value
    assert int(months["合计"].sum()) == 60_000


def test_a_secretary_sees_own_cases_and_everybody_s_freshness(
    opened: pytest.MonkeyPatch, module_town_db: Path
) -> None:
    app = page(opened, module_town_db, "data_cloud", role="secretary")
    assert not app.exception
    table = app.dataframe[0].value
    assert 0 < int(table["cases"].sum()) < 60_000
    assert dict(zip(table["source"], table["freshness"], strict=True)) == {
        "12345热线": "及时",
        "网格平台": "及时",
        "城管平台": "及时",
        "综治平台": "未约定",
    }
    assert "导入批次" not in words(app)


# --- imports -------------------------------------------------------------------------------------------------


def test_an_import_with_its_findings_and_rejects(
    opened: pytest.MonkeyPatch, city_with_findings: Path
) -> None:
    app = page(opened, city_with_findings, "data_cloud", view="batches", batch="5", role="operator")
    assert not app.exception
    told = words(app)
    assert "读入 **6** = 接受 **4** + 拒绝 **2**" in told
    assert "**2** 行内编码与坐标所在区域不符" in told
    assert "**1** 行内区域编码不存在" in told
    found: list[Any] = list(app.get("page_link"))
    links = {link.label: link.query_string for link in found}
    assert "finding=5%3Acode_mismatch" in links["打开 2 件案件"]
    rejected = app.dataframe[1].value
    assert rejected[["row_number", "rule", "value"]].values.tolist() == [
        [6, "状态没有对应值", "[link](http://x.test) <b>谁</b>"],
        [7, "缺少案件编号", ""],
    ]
    assert "13800000000" not in rejected.to_json(force_ascii=False)
    assert "显示 2，共 2" in told
    assert "preview_undo" in buttons(app)


@pytest.mark.parametrize("role", ["leader", "analyst"])
def test_others_look_and_change_nothing(
    opened: pytest.MonkeyPatch, city_with_findings: Path, role: str
) -> None:
    app = page(opened, city_with_findings, "data_cloud", view="batches", batch="5", role=role)
    assert "读入 **6** = 接受 **4** + 拒绝 **2**" in words(app)
    assert "只由数据管理员办理" in words(app)
    assert "preview_undo" not in buttons(app)
    download: Any = app.get("download_button")[0]
    assert download.disabled
    upload = page(opened, city_with_findings, "data_cloud", view="upload", role=role)
    assert "只由数据管理员办理" in words(upload)
    assert not upload.get("file_uploader")
    assert "请在页首的角色框里改选“数据管理员”" in words(upload)


def test_a_secretary_has_no_imports_to_look_at(opened: pytest.MonkeyPatch, city_with_findings: Path) -> None:
    app = page(opened, city_with_findings, "data_cloud", view="batches", batch="5", role="secretary")
    assert not app.exception
    assert "不在您的范围内" in words(app)
    assert not app.dataframe


@pytest.mark.parametrize("batch", ["99", "x", "", "-1", "9" * 30])
def test_a_batch_that_is_none_opens_nothing(
    opened: pytest.MonkeyPatch, city_with_findings: Path, batch: str
) -> None:
    app = page(opened, city_with_findings, "data_cloud", view="batches", batch=batch)
    assert not app.exception
    assert "选一行" in words(app)


def test_undo_shows_first_and_does_then(opened: pytest.MonkeyPatch, city_with_findings: Path) -> None:
    app = page(opened, city_with_findings, "data_cloud", view="batches", batch="5", role="operator")
    button(app, "preview_undo").click().run()
    ended()
    app.run()
    assert "将**删除 4**、**恢复 0**" in words(app)
    with storage.store().session(OPERATOR) as session:
        assert meta.contents(session).cases == 4
    button(app, "undo").click().run()
    ended()
    app.run()
    told = words(app)
    assert "删除 4，恢复 0" in told
    assert "demo-operator 于" in told
    with storage.store().session(OPERATOR) as session:
        assert meta.contents(session).cases == 0
    assert "preview_undo" not in buttons(app)
    work.put_away(demo_actor(Role.OPERATOR))


# --- quality of grids ----------------------------------------------------------------------------------------


def test_quality_of_the_demo_town_s_grids(opened: pytest.MonkeyPatch, module_town_db: Path) -> None:
    app = page(opened, module_town_db, "data_cloud", view="grids")
    assert not app.exception
    assert "620 个网格" in words(app)
    assert "显示 93，共 93" in words(app)  # households, the first of which there is any
    assert "户数偏少 22 · 户数合适 505 · 户数偏多 71 · 专属网格，不按户数 22 · 合计 620" in words(app)
    assert len(app.dataframe[0].value) == 93
    unowned = page(opened, module_town_db, "data_cloud", view="grids", fault="unowned")
    listed = unowned.dataframe[0].value
    assert len(listed) == 6
    assert f"显示 {len(listed)}，共 {len(listed)}" in words(unowned)
    gaps = page(opened, module_town_db, "data_cloud", view="grids", fault="gaps")
    assert [item.value for item in gaps.success] == ["没有：空隙"]


def test_a_place_has_its_own_grids(opened: pytest.MonkeyPatch, module_town_db: Path) -> None:
    whole = page(opened, module_town_db, "data_cloud", view="grids", fault="sizes").dataframe[0].value
    district = (
        page(opened, module_town_db, "data_cloud", view="grids", fault="sizes", area="470121000000")
        .dataframe[0]
        .value
    )
    assert 0 < len(district) < len(whole)
    assert {code[:6] for code in district["编码"]} == {"470121"}


def test_without_posts_nobody_is_missing(opened: pytest.MonkeyPatch, city_with_findings: Path) -> None:
    app = page(opened, city_with_findings, "data_cloud", view="grids", fault="unowned")
    assert not app.exception
    assert "还没有导入责任岗位" in words(app)


# --- nothing there -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, "数据库是空的"),
        ({"view": "batches"}, "还没有导入过"),
        ({"view": "grids"}, "还没有区划边界"),
        ({"role": "operator"}, "可用："),
    ],
)
def test_an_empty_database(opened: pytest.MonkeyPatch, tmp_path: Path, query: dict, expected: str) -> None:
    app = page(opened, tmp_path / "empty.duckdb", "data_cloud", **query)
    assert not app.exception
    assert expected in words(app)
    assert not app.metric  # a zero would look like a figure
    # whoever may import starts with the upload, and with boundaries
    uploads = app.get("file_uploader")
    assert bool(uploads) == (query.get("role") == "operator")
    if uploads:
        assert next(box.value for box in app.selectbox if box.label == "内容") == "areas"


def test_english(opened: pytest.MonkeyPatch, module_town_db: Path) -> None:
    app = page(opened, module_town_db, "data_cloud", lang="en")
    assert not app.exception
    assert "on time 3 · late 0 · no promise 1" in words(app)

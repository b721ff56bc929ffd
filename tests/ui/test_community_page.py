"""The screen 社区 as Streamlit runs it, without a browser: whose community, which figures, and what is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from data.store import Store
from domain.actor import OPERATOR, demo_actor
from domain.filters import CaseFilter
from domain.vocabulary import Level, Role, Subject
from queries import areas, cases
from tests.support.operator import data
from tests.support.pages import page
from tests.support.small_city import (
    COMMUNITIES,
    WEST_STREET,
    at,
    case,
    import_areas,
    import_cases,
    import_city,
    shapes,
    write_areas,
    write_cases,
)
from ui import storage
from ui.cache import community as cache
from ui.cache import keys

CITY, STREET = "470100000000", "470102001000"
COMMUNITY = "470102001001"
GRID = f"{COMMUNITY}001"
ANY_CHINESE = re.compile("[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]")


def texts(elements: Iterable[Any]) -> str:
    return "\n".join(str(element.value).replace("\\", "") for element in elements)


def told(app: AppTest) -> str:
    """All that the page says in words."""
    return "\n".join(map(texts, (app.title, app.subheader, app.markdown, app.caption, app.info)))


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def links(app: AppTest, screen: str) -> list[dict[str, list[str]]]:
    """Where the links to a screen lead, the menu left out: it keeps the place and changes nothing."""
    found = [element.proto for element in app.main if element.type == "page_link"]
    inside = [proto for proto in found if proto.page.endswith(screen)]
    return [parse_qs(proto.query_string) for proto in inside]


def figures_of(db: Path, code: str, *more: str) -> dict[str, Any]:
    """What the command line counts."""
    return data(db, "figures", "--area", code, *more, "--json").json


def busiest(db: Path) -> str:
    with Store.opened(db) as store, store.session(OPERATOR) as session:
        return str(areas.summary(session, Level.COMMUNITY).rows["code"].iloc[0])


def test_an_empty_database_says_what_to_do(opened: pytest.MonkeyPatch, tmp_path: Path) -> None:
    app = page(opened, tmp_path / "empty.duckdb", "community")
    assert not app.exception
    assert "数据库是空的" in app.info[0].proto.title
    assert not app.metric


def test_areas_without_cases_ask_for_cases(opened: pytest.MonkeyPatch, city_db: Path) -> None:
    app = page(opened, city_db, "community", area=COMMUNITIES[0])
    assert not app.exception
    assert [info.proto.title for info in app.info] == [
        "还没有案件",
        "这里没有登记服务站点",
        "这里没有登记小区",
        "这里没有登记岗位",
    ]
    commands = [line for block in app.code for line in block.value.splitlines()]
    assert [" ".join(line.split()[:5]) for line in commands] == [
        "python -m data map FILE",
        "python -m data import cases",
        "python -m data import points",
        "python -m data import compounds",
        "python -m data import duty",
    ]


@pytest.mark.parametrize("code", [COMMUNITY, GRID])
def test_figures_are_those_of_the_command_line(opened: pytest.MonkeyPatch, town_db: Path, code: str) -> None:
    counted = figures_of(town_db, code, "--from", "2025-10-01", "--to", "2026-09-30")
    app = page(opened, town_db, "community", area=code, period="365d")
    assert not app.exception
    shown = metrics(app)
    assert {name: shown[name] for name in ("案件数（件）", "在办件数（件）", "超期件数（件）")} == {
        "案件数（件）": f"{counted['cases']:,}",
        "在办件数（件）": f"{counted['open']:,}",
        "超期件数（件）": f"{counted['overdue']:,}",
    }
    closed = counted["closed_on_time"] + counted["closed_late"]
    assert shown["按期结案率"] == f"{100 * counted['closed_on_time'] / closed:.1f} %"
    for name, nothing in (("open", "没有在办案件"), ("overdue", "没有超期案件")):
        assert (f"共 {counted[name]:,} 件" if counted[name] else nothing) in told(app)
    assert f"{counted['cases']:,} 件案件中" in told(app)  # compounds name what they are a part of


def test_a_community_tells_every_block_and_what_is_on_no_grid(
    opened: pytest.MonkeyPatch, module_town_db: Path
) -> None:
    app = page(opened, module_town_db, "community", area=COMMUNITY, period="365d")
    assert [heading.value for heading in app.subheader] == [
        "指标，与全市相比",
        "网格地图：案件数",
        "走势",
        "案件",
        "类别占比，与全市相比",
        "时段规律",
        "服务站点",
        "小区",
        "在岗力量",
        "警地融合",
    ]
    with storage.store().session(OPERATOR) as session:
        place = areas.area_by_code(session, COMMUNITY)
        year = CaseFilter(start=date(2025, 10, 1), end=date(2026, 9, 30))
        elsewhere = cases.by_area(session, year, Level.GRID, place).elsewhere
    assert elsewhere
    assert f"{elsewhere} 件落在社区内、但不在任何网格里" in told(app)
    assert not app.info


def test_a_grid_narrows_the_page_and_leads_back_to_its_community(
    opened: pytest.MonkeyPatch, module_town_db: Path
) -> None:
    app = page(opened, module_town_db, "community", area=GRID, period="365d")
    name = app.title[0].value
    assert re.search(f"只看网格“{name}”，属于社区“.+”。", told(app))
    payload = next(json.loads(item.proto.json_args) for item in app.main if item.type == "component_instance")
    assert f'"selected":"{GRID}"' in payload["feature_group"]
    app.button(key="whole_community").click().run()
    assert app.query_params["area"] == COMMUNITY
    assert "只看网格" not in told(app)


def test_cases_link_to_themselves_and_to_the_list_with_the_same_filter(
    opened: pytest.MonkeyPatch, module_town_db: Path
) -> None:
    app = page(
        opened, module_town_db, "community", area=COMMUNITY, period="365d", category="物业管理/物业服务"
    )
    found = links(app, "cases")
    sides = [link["side"] for link in found if "side" in link]
    assert sides == [["general/open/numerator"], ["general/overdue/numerator"]]
    single = [link["case"][0] for link in found if "case" in link]
    assert 0 < len(single) <= 20
    for link in found:
        assert link["area"] == [COMMUNITY]
        assert (link["period"], link["category"]) == (["365d"], ["物业管理/物业服务"])
    with storage.store().session(OPERATOR) as session:
        place = areas.area_by_code(session, COMMUNITY)
        chosen = CaseFilter(categories=("物业管理/物业服务",))
        ids = set(cases.points(session, chosen, place, 10_000).rows["case_id"].astype(str))
        without_point = cases.figures(session, chosen, place).without_point
    assert len(set(single) - ids) <= without_point


@pytest.mark.parametrize(("area", "communities"), [(CITY, 70), (None, 70), (STREET, 6)])
def test_above_the_communities_a_leader_chooses(
    opened: pytest.MonkeyPatch, module_town_db: Path, area: str | None, communities: int
) -> None:
    app = page(opened, module_town_db, "community", **({"area": area} if area else {}))
    assert not app.exception
    assert not app.metric
    shown = min(communities, 20)
    assert f"显示 {shown} 个，共 {communities} 个" in told(app)
    codes = [
        (button.key or "").removeprefix("area_")
        for button in app.button
        if (button.key or "").startswith("area_")
    ]
    assert len(set(codes)) == shown
    with storage.store().session(OPERATOR) as session:
        assert {areas.area_by_code(session, code).level for code in codes} == {Level.COMMUNITY}
    app.button(key=f"area_{codes[0]}").click().run()
    assert app.query_params["area"] == codes[0]
    assert metrics(app)


def test_the_list_grows_and_is_searched(opened: pytest.MonkeyPatch, module_town_db: Path) -> None:
    app = page(opened, module_town_db, "community", area=CITY)
    next(button for button in app.button if button.label == "再显示 20 个").click().run()
    assert "显示 40 个，共 70 个" in told(app)
    field = next(box for box in app.text_input if box.key == "find")
    field.set_value(COMMUNITY).run()
    assert app.query_params["find"] == COMMUNITY
    assert "显示 1 个，共 1 个" in told(app)
    next(box for box in app.text_input if box.key == "find").set_value("没有这个").run()
    assert [info.proto.title for info in app.info] == ["没有名称或编码含有“没有这个”的社区"]


def test_a_secretary_asked_about_the_city_is_shown_her_own(opened: pytest.MonkeyPatch, town_db: Path) -> None:
    hers = busiest(town_db)
    counted = figures_of(town_db, hers)
    app = page(opened, town_db, "community", area=CITY, role="secretary", period="all")
    assert not app.exception
    assert "这里显示您负责的社区“" in told(app)
    assert metrics(app)["案件数（件）"] == f"{counted['cases']:,}"
    share = f"{counted['cases'] / 600:.1f} %"
    assert f"占全市 {share} · {counted['cases']:,}/60,000" in told(app)  # the whole city, not her part of it


def test_a_neighbours_figures_are_refused_with_words(opened: pytest.MonkeyPatch, town_db: Path) -> None:
    hers = busiest(town_db)
    assert hers != COMMUNITY
    app = page(opened, town_db, "community", area=COMMUNITY, role="secretary")
    assert not app.exception
    assert app.info[0].proto.title.endswith("不在您的范围内")
    assert "别处由别人负责" in app.info[0].value
    assert not app.metric
    assert not app.subheader
    assert links(app, "cases") == [{"area": [COMMUNITY], "role": ["secretary"]}]  # the menu's
    next(button for button in app.button if button.label.startswith("回到")).click().run()
    assert app.query_params["area"] == hers
    assert metrics(app)


def test_a_text_takes_the_citys_figures_away_from_a_secretary(
    opened: pytest.MonkeyPatch, module_town_db: Path
) -> None:
    app = page(opened, module_town_db, "community", role="secretary", period="all", text="号楼")
    assert int(metrics(app)["案件数（件）"].replace(",", "")) > 0
    assert "全市" not in "\n".join(heading.value for heading in app.subheader)
    assert "占全市" not in told(app)
    assert "否则能逐字试出别处有没有某件案件" in told(app)
    leader = page(opened, module_town_db, "community", area=COMMUNITY, period="all", text="号楼")
    assert "占全市" in told(leader)


def test_the_eyes_that_are_lent_read_totals_only(opened: pytest.MonkeyPatch, module_town_db: Path) -> None:
    """A secretary's whole is the leader's whole, kept once; everything else stays her own."""
    page(opened, module_town_db, "community", area=COMMUNITY)
    with storage.store().session(OPERATOR) as session:
        mine, theirs = (areas.area_by_code(session, code) for code in (COMMUNITY, "470102001002"))
        as_of = session.city.as_of
    versions = keys.now(OPERATOR).versions
    key = keys.key_of(versions, Subject.CASES, Subject.AREAS, Subject.CITY)
    secretary, leader = demo_actor(Role.SECRETARY, COMMUNITY), demo_actor(Role.LEADER)
    everything = CaseFilter(area=COMMUNITY)
    told_her, her_whole = cache.whole(secretary, key, everything, Level.COMMUNITY, as_of)
    _told, whole = cache.whole(leader, key, everything, Level.COMMUNITY, as_of)
    assert told_her.allowed
    assert her_whole is not None
    assert whole is not None
    assert her_whole.figures == whole.figures
    assert her_whole.figures["cases"].value == 60_000
    assert her_whole.categories["cases"].sum() == 60_000
    assert list(her_whole.categories) == ["category", "cases"]
    hers = cache.cases(secretary, key, CaseFilter(), mine, None, 10, as_of)
    assert int(hers.days["cases"].sum()) == int(hers.categories["cases"].sum()) > 0
    other = cache.cases(secretary, key, CaseFilter(), theirs, None, 10, as_of)
    assert (other.days.empty, other.categories.empty) == (True, True)
    assert (other.open.total, other.overdue.total) == (0, 0)
    local = cache.places(secretary, versions, CaseFilter(), theirs, as_of)
    assert (len(local.points), len(local.compounds.rows), len(local.duty.rows)) == (0, 0, 0)
    assert all(without.empty for without in local.duty.without.values())


@pytest.mark.parametrize("narrowed", ["", "001"])
def test_of_two_communities_the_citys_figures_would_be_the_neighbours(
    opened: pytest.MonkeyPatch, tmp_path: Path, narrowed: str
) -> None:
    """On the page of a grid as well: her own community's figures are known from the page above."""
    db = tmp_path / "two.duckdb"
    with Store.opened(db) as store:
        for level in (Level.COMMUNITY, Level.GRID):
            some = [one for one in shapes(level) if one["code"].startswith(COMMUNITIES[:2])]
            import_areas(store, write_areas(tmp_path / f"{level}.geojson", some), level)
        rows = [case(number, **at(0, 0)) for number in range(3)] + [case(9, **at(0, 2))]
        import_cases(store, write_cases(tmp_path / "cases.csv", rows))
    area = f"{COMMUNITIES[0]}{narrowed}"
    app = page(opened, db, "community", area=area, role="secretary", period="all")
    assert metrics(app)["案件数（件）"] == "3"
    assert "总共只有两个区划" in told(app)
    assert "占全" not in told(app)
    leader = page(opened, db, "community", area=area, period="all")
    assert "占全街道 75.0 % · 3/4" in told(leader)


# ---------- installations of other shapes ----------


def installation(folder: Path, *levels: Level) -> Path:
    """The small city's areas of some levels, and three cases."""
    db = folder / "other.duckdb"
    with Store.opened(db) as store:
        import_city(store, folder, levels)
        rows = [case(1, **at(0, 0)), case(2, **at(0, 1)), case(3, **at(3, 3))]
        import_cases(store, write_cases(folder / "cases.csv", rows))
    return db


def test_without_grids_the_community_is_seen_among_the_others(
    opened: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    app = page(
        opened, installation(tmp_path, Level.COMMUNITY), "community", area=COMMUNITIES[0], period="all"
    )
    assert not app.exception
    assert metrics(app)["案件数（件）"] == "2"
    assert "社区地图：案件数" in told(app)
    assert "没有更细的区划：与其他社区一起显示" in told(app)


def test_an_installation_of_streets_works_on_streets(opened: pytest.MonkeyPatch, tmp_path: Path) -> None:
    db = installation(tmp_path, Level.DISTRICT, Level.STREET)
    app = page(opened, db, "community", period="all")
    assert "选择街道" in told(app)
    app = page(opened, db, "community", area=WEST_STREET, period="all")
    assert not app.exception
    assert metrics(app)["案件数（件）"] == "2"
    assert "占全区县 66.7 % · 2/3" in told(app)


def test_an_installation_of_grids_alone_works_on_grids(opened: pytest.MonkeyPatch, tmp_path: Path) -> None:
    app = page(
        opened, installation(tmp_path, Level.GRID), "community", area=f"{COMMUNITIES[0]}001", period="all"
    )
    assert not app.exception
    assert metrics(app)["案件数（件）"] == "1"


def test_no_case_in_the_period_says_so_in_every_block(opened: pytest.MonkeyPatch, tmp_path: Path) -> None:
    db = installation(tmp_path, Level.COMMUNITY, Level.GRID)
    app = page(opened, db, "community", area=COMMUNITIES[1], period="all")
    assert not app.exception
    assert not app.metric
    assert app.info[0].proto.title == "这个范围内没有案件"
    captions = texts(app.caption)
    for words in ("这段时间没有案件", "所选时段没有案件", "没有在办案件", "没有超期案件"):
        assert words in captions


def test_tables_are_one_click_away(opened: pytest.MonkeyPatch, module_town_db: Path) -> None:
    app = page(opened, module_town_db, "community", area=COMMUNITY, period="365d")
    before = len(app.dataframe)
    for name in ("trend", "categories", "hours"):
        app.session_state[f"table_{name}"] = True
    app.run()
    assert not app.exception
    assert len(app.dataframe) == before + 3
    total = int(metrics(app)["案件数（件）"].replace(",", ""))
    tables = {str(next(iter(frame.value.columns))): frame.value for frame in app.dataframe}
    assert tables["时间"]["其中所选时段"].sum() == total
    shares = [text.rpartition(" · ")[2].split("/") for text in tables["类别"]["本区划"]]
    assert sum(int(part) for part, _whole in shares) == total
    assert int(tables["0"].to_numpy().sum()) == total  # hours of the week


def test_the_screen_is_told_in_english(opened: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Of the data of a city without Chinese names nothing on the page is Chinese."""
    db = installation(tmp_path, Level.COMMUNITY, Level.GRID)
    app = page(opened, db, "community", area=COMMUNITIES[0], period="all", lang="en")
    assert not app.exception
    shown = texts([*app.subheader, *app.caption]) + "\n".join(metrics(app))
    assert ANY_CHINESE.findall(shown) == []

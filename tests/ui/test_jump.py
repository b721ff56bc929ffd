"""The jump box as Streamlit runs it: who finds what, what a line says, and where choosing leads."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest
import streamlit as st
from streamlit.proto.PageLink_pb2 import PageLink
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Button, Node

from data.store import Store
from domain.actor import OPERATOR
from domain.settings import settings
from domain.vocabulary import Level
from queries import areas
from tests.support.repository import ROOT
from tests.support.small_city import (
    COMMUNITIES,
    MAPPING,
    at,
    case,
    import_areas,
    import_cases,
    shapes,
    write_areas,
    write_cases,
)
from ui import storage
from ui.navigation import Screen

HOSTILE = "<b>望*台*</b> [a](http://x) `$x$` :red[!]"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Closes the store and forgets the settings after a test that set ONEGRID_DB.

    Indexes are kept by process and version, and each test's database starts at the same versions.
    """
    settings.cache_clear()
    yield monkeypatch
    storage.close_store()
    settings.cache_clear()
    st.cache_resource.clear()


def page(patch: pytest.MonkeyPatch, db: Path, **query: str) -> AppTest:
    patch.setenv("ONEGRID_DB", str(db))
    storage.open_store()
    app = AppTest.from_file(str(ROOT / "ui" / "router" / "router.py"), default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def search(app: AppTest, typed: str) -> AppTest:
    app.text_input(key="jump_text").set_value(typed).run()
    assert not app.exception
    return app


def lines(app: AppTest) -> list[Button]:
    """The lines that stay on the screen."""
    return [button for button in app.button if re.fullmatch(r"jump_\d", button.key or "")]


def links(app: AppTest) -> list[PageLink]:
    """The lines that lead to another screen."""
    found = [element.proto for element in app.get("page_link")]
    return [link for link in found if isinstance(link, PageLink) and ":gray[" in link.label]


def told(app: AppTest) -> list[str]:
    """What the lines say, as a reader sees it: first those that stay."""
    labels = [*(line.label for line in lines(app)), *(link.label for link in links(app))]
    return [label.replace(":gray[", "").removesuffix("]").replace("\\", "") for label in labels]


def children(node: Node) -> list[Node]:
    return list(node.children.values()) if isinstance(node, Block) else []


def places(app: AppTest) -> list[Node]:
    """What stands in the jump box: the field, and under it the answer or nothing."""
    waiting = children(app.main)
    while waiting:
        below = children(waiting.pop())
        if app.text_input(key="jump_text") in below:
            return below
        waiting += below
    return []


def counts(app: AppTest) -> list[str]:
    return [caption.value for caption in app.caption if caption.value.startswith("显示 ")]


def other_community(code: str) -> str:
    """The code of any community but this one."""
    with storage.store().session(OPERATOR) as session:
        found = session.rows(
            "select code from visible_area where level = 'community' and code <> $code order by code",
            {"code": code},
        )
    return str(found[0][0])


def compound_in(community: str) -> tuple[str, str]:
    """Name and grid code of a compound whose name stands once in the town."""
    with storage.store().session(OPERATOR) as session:
        area = areas.area_by_code(session, community)
        found = session.rows(
            "select home.name, grid.code from visible_compound as home"
            " join visible_area as grid on grid.area_id = home.grid_id"
            " where home.community_id = $id order by home.code",
            {"id": area.area_id},
        )
    return str(found[0][0]), str(found[0][1])


def case_in(community: str) -> tuple[str, str]:
    """Id and number of a case."""
    with storage.store().session(OPERATOR) as session:
        area = areas.area_by_code(session, community)
        found = session.rows(
            "select case_id, source_case_id from visible_case where community_id = $id order by case_id limit 1",
            {"id": area.area_id},
        )
    return str(found[0][0]), str(found[0][1])


@pytest.mark.parametrize(
    "typed", ["望台街道", "wangtaijiedao", "Wang Tai Jie Dao", "wtjd", "wangtjd", "470102003"]
)
def test_a_street_of_the_town_leads_the_list_in_every_way_of_typing(
    opened: pytest.MonkeyPatch, town_db: Path, typed: str
) -> None:
    app = search(page(opened, town_db), typed)
    assert told(app)[0] == "望台街道 街道 · 云州市 › 云溪区"
    assert len(counts(app)) == 1


def test_choosing_an_area_stays_on_the_screen_and_empties_the_box(
    opened: pytest.MonkeyPatch, town_db: Path
) -> None:
    app = search(page(opened, town_db, period="90d", measure="open"), "wtjd")
    lines(app)[0].click().run()
    assert app.title[0].value == "望台街道"
    assert app.query_params["area"] == "470102003000"
    assert (app.query_params["period"], app.query_params["measure"]) == ("90d", "open")
    assert app.text_input(key="jump_text").value == ""
    assert lines(app) == []


def test_the_list_is_gone_once_the_reader_stands_elsewhere(opened: pytest.MonkeyPatch, town_db: Path) -> None:
    app = search(page(opened, town_db), "wangtai")
    assert lines(app)
    app.query_params["area"] = "470102000000"
    app.run()
    assert (app.text_input(key="jump_text").value, lines(app)) == ("", [])


def test_choosing_the_area_one_stands_in_closes_the_list(opened: pytest.MonkeyPatch, town_db: Path) -> None:
    app = search(page(opened, town_db, area="470102003000"), "wtjd")
    lines(app)[0].click().run()
    assert not app.exception
    assert (app.title[0].value, app.text_input(key="jump_text").value) == ("望台街道", "")


def test_a_list_says_how_many_there_are(opened: pytest.MonkeyPatch, town_db: Path) -> None:
    """The town has 70 communities' first grids; the demo names them after their community."""
    app = search(page(opened, town_db), "第一网格")
    [count] = counts(app)
    assert len(lines(app)) == 8
    shown, total = (int(part.split()[0]) for part in count.removeprefix("显示 ").split("共 "))
    assert shown == 8
    assert total >= 70


def test_a_compound_is_shown_on_the_map_of_its_grid(opened: pytest.MonkeyPatch, town_db: Path) -> None:
    app = page(opened, town_db)
    name, grid = compound_in(other_community(""))
    search(app, name)
    assert told(app)[0].startswith(f"{name} 居民小区 ")
    lines(app)[0].click().run()
    assert not app.exception
    assert (app.query_params["area"], app.query_params["layers"]) == (grid, "lines,compounds")


def test_a_service_point_is_shown_on_the_map_of_its_grid(opened: pytest.MonkeyPatch, town_db: Path) -> None:
    app = search(page(opened, town_db), "望台街道党群服务中心")
    assert told(app)[0].startswith("望台街道党群服务中心 服务点位 ")
    lines(app)[0].click().run()
    assert app.query_params["layers"] == "lines,points"
    with storage.store().session(OPERATOR) as session:
        path = [area.name for area in areas.path_to(session, str(app.query_params["area"]))]
    assert path[2] == "望台街道"


def test_a_case_is_opened_by_its_number(opened: pytest.MonkeyPatch, town_db: Path) -> None:
    app = page(opened, town_db, period="90d")
    case_id, number = case_in(other_community(""))
    search(app, number.lower())
    [link] = links(app)
    assert number in told(app)[0]
    assert (link.page, parse_qs(link.query_string)) == ("cases", {"case": [case_id], "period": ["90d"]})
    app.switch_page(str(Screen.CASES.file)).run()
    search(app, number)
    assert links(app) == []
    lines(app)[0].click().run()
    assert app.query_params["case"] == case_id


def test_from_a_screen_without_an_area_the_lines_lead_to_the_map(
    opened: pytest.MonkeyPatch, town_db: Path
) -> None:
    app = page(opened, town_db).switch_page(str(Screen.INDICATORS.file)).run()
    search(app, "wtjd")
    assert lines(app) == []
    street = links(app)[0]
    assert (street.page, parse_qs(street.query_string)) == ("", {"area": ["470102003000"]})
    app.switch_page(str(Screen.COMMUNITY.file)).run()
    search(app, "wtjd")
    lines(app)[0].click().run()
    assert app.query_params["area"] == "470102003000"


def test_a_secretary_finds_every_area_and_only_her_own_compounds_and_cases(
    opened: pytest.MonkeyPatch, town_db: Path
) -> None:
    app = page(opened, town_db, role="secretary")
    with storage.store().session(OPERATOR) as session:
        mine = next(
            code
            for code, name in session.rows("select code, name from visible_area where level = 'community'")
            if name == app.title[0].value
        )
    theirs = other_community(mine)
    for community, found in ((mine, True), (theirs, False)):
        name, _grid = compound_in(community)
        _case_id, number = case_in(community)
        assert any(line.startswith(f"{name} 居民小区") for line in told(search(app, name))) is found
        assert any(number in line for line in told(search(app, number))) is found
    search(app, theirs)
    lines(app)[0].click().run()
    assert app.query_params["area"] == theirs


def test_nothing_found_says_what_was_looked_for_and_what_can_be_typed(
    opened: pytest.MonkeyPatch, town_db: Path
) -> None:
    app = search(page(opened, town_db), "qqqq")
    assert "没有找到“qqqq”" in [text.value for text in app.markdown]
    assert any("首字母" in caption.value for caption in app.caption)
    assert (lines(app), counts(app)) == ([], [])


def test_the_list_is_closed_by_its_button(opened: pytest.MonkeyPatch, town_db: Path) -> None:
    for typed in ("wtjd", "qqqq"):
        app = search(page(opened, town_db), typed)
        app.button(key="jump_close").click().run()
        assert (app.text_input(key="jump_text").value, told(app)) == ("", [])


def test_every_run_fills_the_same_places(opened: pytest.MonkeyPatch, town_db: Path) -> None:
    """The browser may keep what a run does not draw over (see ui/jump.py): a list that never closes, old lines."""
    app = page(opened, town_db)
    for typed, count in (("第一网格", 8), ("wtjd", 2), ("qqqq", 0)):
        answer = places(search(app, typed))[1]
        *lines_, foot = children(answer)
        assert (len(told(app)), len(lines_), len(children(foot))) == (count, 8, 2)
    assert [place.type for place in places(search(app, ""))] == ["text_input", "empty"]


@pytest.mark.parametrize("typed", ["   ", ""])
def test_an_empty_box_lists_nothing(opened: pytest.MonkeyPatch, town_db: Path, typed: str) -> None:
    app = search(search(page(opened, town_db), "wtjd"), typed)
    assert lines(app) == []
    assert all("没有找到" not in text.value for text in app.markdown)


def test_a_megabyte_typed_is_answered_and_told_short(opened: pytest.MonkeyPatch, city_db: Path) -> None:
    app = search(page(opened, city_db), "望" * 1_000_000)
    [text] = [text.value for text in app.markdown if "没有找到" in text.value]
    assert len(text) < 60


def test_hostile_names_and_hostile_typing_are_shown_as_text(
    opened: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    db = tmp_path / "hostile.duckdb"
    [area] = [shape | {"name": HOSTILE} for shape in shapes(Level.DISTRICT)]
    with Store.opened(db) as store:
        import_areas(store, write_areas(tmp_path / "a.geojson", [area]), Level.DISTRICT)
        rows = [case("<i>1</i>", title=HOSTILE, **at(0, 0))]
        import_cases(store, write_cases(tmp_path / "c.csv", rows), MAPPING)
    app = search(page(opened, db), "<b>望")
    assert lines(app)[0].label.startswith("\\<b\\>望\\*台\\*\\</b\\>")
    search(app, "<i>1</i>")
    assert "\\<i\\>1\\</i\\>" in links(app)[0].label
    search(app, "[x](javascript:1)<img src=x>")
    [text] = [text.value for text in app.markdown if "没有找到" in text.value]
    assert text == "没有找到“\\[x\\]\\(javascript\\:1\\)\\<img src=x\\>”"


def test_without_cases_and_compounds_areas_are_found_all_the_same(
    opened: pytest.MonkeyPatch, city_db: Path
) -> None:
    app = search(page(opened, city_db), "nysq")
    assert told(app) == ["南园社区 社区 · 江北区 › 望江街道", "南园社区 社区 · 江北区 › 柳岸街道"]
    lines(app)[1].click().run()
    assert app.query_params["area"] == COMMUNITIES[3]


def test_new_data_are_found_without_a_restart(
    opened: pytest.MonkeyPatch, city_db: Path, tmp_path: Path
) -> None:
    app = search(page(opened, city_db), "RX-77")
    assert lines(app) == []
    path = write_cases(tmp_path / "c.csv", [case("RX-77", **at(0, 0), title="路灯不亮")])
    import_cases(storage.store(), path, MAPPING)
    app.run()
    assert told(app) == ["路灯不亮 案件 hotline RX-77 · 望江街道 › 南园社区 › 网格001001"]

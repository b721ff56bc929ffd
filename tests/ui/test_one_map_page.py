"""The first page as Streamlit runs it, without a browser: what it says with and without data."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from data.store import Store
from domain.actor import OPERATOR
from domain.filters import CaseFilter
from domain.vocabulary import CaseState, Level, Role
from queries import areas, cases
from tests.support.pages import page as screen
from tests.support.small_city import SOUTH, WEST, WEST_STREET, at, case, import_cases, write_cases
from ui import storage
from ui.measures import Measure

FULL_WIDTH = re.compile("[\u3000-\u303f\uff00-\uffef]")


def page(patch: pytest.MonkeyPatch, db: Path, **query: str) -> AppTest:
    return screen(patch, db, "one_map", **query)


def figures(app: AppTest) -> dict[str, int]:
    """The headline counts by the first characters of their labels."""
    return {metric.label[:2]: int(metric.value.replace(",", "")) for metric in app.metric[:3]}


def roles(app: AppTest) -> list[str]:
    return role_box(app).options


def pick_secretary(app: AppTest) -> AppTest:
    return role_box(app).set_value(Role.SECRETARY).run()


def role_box(app: AppTest) -> Selectbox:
    """The role picker; its key goes on with the language."""
    return next(box for box in app.selectbox if (box.key or "").startswith("role_"))


def captions(app: AppTest) -> str:
    return "\n".join(caption.value for caption in app.caption)


def commands(app: AppTest) -> list[str]:
    """What the page tells to type, without the options."""
    lines = [line for block in app.code for line in block.value.splitlines()]
    return [" ".join(line.split()[:5]).partition(" FILE")[0] for line in lines]


def test_an_empty_database_says_what_to_do(opened: pytest.MonkeyPatch, tmp_path: Path) -> None:
    app = page(opened, tmp_path / "empty.duckdb")
    assert not app.exception
    assert commands(app) == [
        "python -m data demo",
        "python -m data import areas",
        "python -m data map",
        "python -m data import cases",
    ]
    assert [title.value for title in app.title] == ["一网一图一云"]
    # without areas and cases nobody answers for one
    assert roles(app) == ["领导", "分析员", "数据管理员", "系统管理员", "审计员"]


def test_areas_without_cases_ask_for_cases(opened: pytest.MonkeyPatch, city_db: Path) -> None:
    app = page(opened, city_db)
    assert not app.exception
    assert commands(app) == ["python -m data map", "python -m data import cases"]
    assert "社区书记 · 南园社区" in roles(app)  # all have none: the lowest code


def test_cases_without_areas_are_counted_and_ask_for_areas(
    opened: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    db = tmp_path / "cases-only.duckdb"
    with Store.opened(db) as store:
        import_cases(store, write_cases(tmp_path / "cases.csv", [case(1, **at(0, 0)), case(2)]))
    app = page(opened, db)
    assert not app.exception
    assert commands(app) == ["python -m data import areas", "python -m data relocate"]
    assert "未定位 2/2" in captions(app)


def test_a_secretary_sees_her_community_and_no_other_case(opened: pytest.MonkeyPatch, town_db: Path) -> None:
    app = pick_secretary(page(opened, town_db, period="all"))
    assert not app.exception
    hers = app.title[0].value
    assert f"社区书记 · {hers}" in roles(app)
    mine = figures(app)["案件"]
    assert 0 < mine < 60_000

    app.query_params["area"] = "470100000000"
    app.run()
    assert (app.title[0].value, figures(app)["案件"]) == ("云州市", mine)  # the city holds her cases only


def test_the_role_is_in_the_url_and_holds_for_another_area(opened: pytest.MonkeyPatch, town_db: Path) -> None:
    app = pick_secretary(page(opened, town_db, period="all"))
    assert app.query_params["role"] == "secretary"
    mine = figures(app)["案件"]
    other = page(opened, town_db, period="all", role="secretary", area="470100000000", lang="en")
    assert (role_box(other).value, figures(other)["Cases,"[:2]]) == (Role.SECRETARY, mine)


def test_a_neighbours_area_gives_a_secretary_nothing_and_says_so(
    opened: pytest.MonkeyPatch, town_db: Path
) -> None:
    app = pick_secretary(page(opened, town_db))
    hers = app.title[0].value
    app.query_params["area"] = neighbour_of(hers)
    app.run()
    assert not app.exception
    assert not app.metric
    assert [info.value for info in app.info] == [f"您可以看这里的边界；案件只看得到{hers}的。"]
    next(button for button in app.button if button.label == f"回到{hers}").click().run()
    assert app.title[0].value == hers


def neighbour_of(name: str) -> str:
    """The code of any other community."""
    with storage.store().session(OPERATOR) as session:
        rows = areas.areas_within(session, Level.COMMUNITY, None)
    return str(rows[rows["name"] != name]["code"].iloc[0])


def test_a_line_of_the_ranking_opens_its_area(opened: pytest.MonkeyPatch, town_db: Path) -> None:
    app = page(opened, town_db)
    first = next(button for button in app.button if button.key == "rank_0")
    name = first.label.partition(" ")[0]
    first.click().run()
    assert app.title[0].value == name
    assert "前 " in captions(app)


def test_what_lies_in_the_area_but_in_none_of_its_parts_is_told(
    opened: pytest.MonkeyPatch, city_db: Path, tmp_path: Path
) -> None:
    """Two cases of the street are known by its code only; one lies in a grid; one nowhere."""
    rows = [case(1, **at(0, 0)), case(2, code=WEST_STREET), case(3, code=WEST_STREET), case(4)]
    with Store.opened(city_db) as store:
        import_cases(store, write_cases(tmp_path / "cases.csv", rows))
    app = page(opened, city_db, area=WEST_STREET, period="all")
    assert figures(app)["案件"] == 3
    assert "未落到社区 2 件" in captions(app)
    assert "未定位 1/4" in captions(app)


def test_a_period_after_historical_data_says_when_they_end(
    opened: pytest.MonkeyPatch, city_db: Path, tmp_path: Path
) -> None:
    with Store.opened(city_db) as store:
        import_cases(store, write_cases(tmp_path / "cases.csv", [case(1, **at(0, 0))]))
    app = page(opened, city_db)
    assert figures(app) == {"案件": 0, "在办": 0, "超期": 0}
    assert app.metric[3].value == "—"  # no case, no rate
    [told] = [info.value for info in app.info]
    assert r"数据止于 2026\-03\-0" in told  # Markdown: shown without the strokes
    assert r"“python \-m data city \-\-as\-of data”" in told


@pytest.mark.parametrize(
    ("period", "compared"),
    [
        ("7d", True),  # the town tells of eighteen months
        ("365d", False),  # not of two years
        ("all", False),
    ],
)
def test_a_comparison_needs_data_of_the_whole_period_before(
    opened: pytest.MonkeyPatch, town_db: Path, period: str, compared: bool
) -> None:
    app = page(opened, town_db, period=period)
    assert bool(app.metric[0].delta) is compared


def test_states_are_offered_in_the_order_of_work(opened: pytest.MonkeyPatch, town_db: Path) -> None:
    app = page(opened, town_db)
    [options] = [box.options for box in app.multiselect if box.label == "状态"]
    assert options == [state.label for state in CaseState if state.label in options]
    assert options.index("已上报") < options.index("已结案")


def test_english_has_no_full_width_punctuation(opened: pytest.MonkeyPatch, town_db: Path) -> None:
    app = page(opened, town_db, lang="en", area="470102000000")
    texts = [item.value for item in (*app.caption, *app.info)] + [item.label for item in app.metric]
    assert len(texts) > 5
    assert [text for text in texts if FULL_WIDTH.search(text)] == []


def test_a_rate_without_a_base_is_no_zero(opened: pytest.MonkeyPatch, city_db: Path, tmp_path: Path) -> None:
    """The small city tells no households."""
    with Store.opened(city_db) as store:
        import_cases(store, write_cases(tmp_path / "cases.csv", [case(1, **at(0, 0))]))
    app = page(opened, city_db, period="all", measure="per_100_households")
    assert "另有 2 个无户数，无法计算" in captions(app)
    component = next(element for element in app.main if getattr(element, "type", "") == "component_instance")
    assert '"values":[null,null]' in json.loads(component.proto.json_args)["feature_group"]


def test_the_demo_town_opens_with_figures_that_add_up(opened: pytest.MonkeyPatch, town_db: Path) -> None:
    app = page(opened, town_db, period="all")
    assert not app.exception
    found = figures(app)
    assert found["案件"] == 60_000
    with storage.store().session(OPERATOR) as session:
        told = cases.figures(session, CaseFilter(), None)
    assert (told.open, told.overdue) == (found["在办"], found["超期"])
    assert not app.error


def test_the_map_of_the_town_asks_for_local_files_only(opened: pytest.MonkeyPatch, town_db: Path) -> None:
    app = page(opened, town_db)
    component = next(element for element in app.main if getattr(element, "type", "") == "component_instance")
    arguments = json.loads(component.proto.json_args)
    assert arguments["js_links"]
    assert all(link.startswith("../../assets/") for link in arguments["js_links"] + arguments["css_links"])
    assert "://" not in arguments["script"]
    assert arguments["returned_objects"] == ["last_active_drawing"]


@pytest.mark.parametrize("measure", list(Measure))
def test_every_measure_paints_a_value_for_every_district(
    opened: pytest.MonkeyPatch, town_db: Path, measure: Measure
) -> None:
    app = page(opened, town_db, measure=measure.value, period="all")
    assert not app.exception
    assert not app.error
    component = next(element for element in app.main if getattr(element, "type", "") == "component_instance")
    values = re.search(r'"values":\[([^\]]+)\]', json.loads(component.proto.json_args)["feature_group"])
    assert values is not None
    painted = values.group(1).split(",")
    assert len(painted) == 4
    if measure.diverges:
        assert painted == ["null"] * 4  # all time has no period before
    else:
        assert [float(value) > 0 for value in painted] == [True] * 4


def test_change_is_told_where_the_period_before_is_known(opened: pytest.MonkeyPatch, town_db: Path) -> None:
    app = page(opened, town_db, measure="change", period="30d")
    assert not app.exception
    assert "比前一时段增减（%）：前 4 个，共 4 个" in captions(app)
    beside = [button.label for button in app.button if (button.key or "").startswith("rank_")]
    signed = r"[+−]\d+\.\d"
    shape = re.compile(rf"{signed}（{signed} 至 {signed}）· 两期共 [\d,]+ 件")
    assert [bool(shape.search(label.replace("\\", ""))) for label in beside] == [True] * 4, beside


def test_two_periods_stand_side_by_side_with_the_same_classes(
    opened: pytest.MonkeyPatch, town_db: Path
) -> None:
    app = page(opened, town_db, period="90d", compare="before")
    assert not app.exception
    now, then = maps(app)
    assert now["scale"]["breaks"] == then["scale"]["breaks"] != []
    assert now["areas"]["digest"] == then["areas"]["digest"]  # the browser fetches the shapes once
    assert now["areas"]["values"] != then["areas"]["values"]
    [table] = [frame.value for frame in app.dataframe if "对比期（件）" in frame.value.columns]
    assert len(table) == 4
    assert sorted(table["本期（件）"]) == sorted(now["areas"]["values"])
    assert sorted(table["对比期（件）"]) == sorted(then["areas"]["values"])


def test_a_period_without_data_cannot_be_compared(opened: pytest.MonkeyPatch, town_db: Path) -> None:
    app = page(opened, town_db, period="365d", compare="year_before")
    assert not app.exception
    assert len(maps(app)) == 1
    assert any("没有完整数据；请缩短时段" in info.value for info in app.info)


def maps(app: AppTest) -> list[dict[str, Any]]:
    """What each map of the page is told to paint."""
    found = [element for element in app.main if getattr(element, "type", "") == "component_instance"]
    scripts = [json.loads(element.proto.json_args)["feature_group"] for element in found]
    return [json.JSONDecoder().raw_decode(text[text.index("L.oneGrid(") + 10 :])[0] for text in scripts]


def test_an_hour_of_the_week_narrows_the_figures_and_not_the_matrix(
    opened: pytest.MonkeyPatch, town_db: Path
) -> None:
    whole = figures(page(opened, town_db, period="all"))["案件"]
    app = page(opened, town_db, period="all", hour="5-19")
    narrowed = figures(app)["案件"]
    assert 0 < narrowed < whole / 50
    with storage.store().session(OPERATOR) as session:
        matrix = cases.hours_of_week(session, CaseFilter(), None)
    cell = matrix[(matrix["weekday"] == 5) & (matrix["hour"] == 19)]
    assert cell["cases"].tolist() == [narrowed]
    next(button for button in app.button if button.label == "周五 19–20 时").click().run()
    assert figures(app)["案件"] == whole


def test_a_cell_of_the_matrix_tells_its_hour_and_how_many(opened: pytest.MonkeyPatch, town_db: Path) -> None:
    """Not the numbers of its row and column: `{b}` is the cell's name, `{@[2]}` its count."""
    app = page(opened, town_db, period="all")
    (matrix,) = app.get("echarts_chart")
    told = json.loads(matrix.proto.spec)
    assert told["tooltip"]["formatter"] == "{b}：{@[2]} 件"
    cells = told["series"][0]["data"]
    assert (cells[0]["name"], cells[115]["name"]) == ("周一 0–1 时", "周五 19–20 时")
    assert cells[115]["value"][:2] == [19, 4]
    assert sum(cell["value"][2] for cell in cells) == figures(app)["案件"]


def test_a_matrix_that_was_clicked_gives_way_to_another(opened: pytest.MonkeyPatch, town_db: Path) -> None:
    """It would still hold the click, and choosing an hour that was let go would be no change."""
    app = page(opened, town_db, period="7d")
    first = app.get("echarts_chart")[0].proto.id
    assert app.run().get("echarts_chart")[0].proto.id == first
    app.session_state["clicks_on_hours"] = 1
    assert app.run().get("echarts_chart")[0].proto.id != first


def test_a_placeholder_point_that_makes_an_area_first_is_told(
    opened: pytest.MonkeyPatch, city_db: Path, tmp_path: Path
) -> None:
    """Sixty cases on one point, and six apart: the area of the point is first by them alone."""
    rows = [case(n, **at(0, 0)) for n in range(60)]
    rows += [
        case(100 + n, lon=f"{WEST + 0.0303 + n * 1e-4:.6f}", lat=f"{SOUTH + 0.0011 + n * 2e-4:.6f}")
        for n in range(6)
    ]
    with Store.opened(city_db) as store:
        import_cases(store, write_cases(tmp_path / "cases.csv", rows))
    app = page(opened, city_db, period="all")
    assert "落在占位点上" in captions(app)
    assert "排第 2" in captions(app)


def test_an_unknown_area_in_the_url_is_answered_with_the_way_out(
    opened: pytest.MonkeyPatch, town_db: Path
) -> None:
    app = page(opened, town_db, area="999999")
    assert not app.exception
    assert [button.label for button in app.button] == ["回到最上级"]
    assert [title.value for title in app.title] == ["云州市"]


def test_nonsense_in_the_url_falls_back_to_the_defaults(opened: pytest.MonkeyPatch, town_db: Path) -> None:
    """Every parameter with a value that is none of its options."""
    names = ("period", "measure", "level", "category", "channel", "state", "lang", "role", "from", "layers")
    wrong = dict.fromkeys(names, "<script>")
    app = page(opened, town_db, **wrong)
    assert not app.exception
    assert {box.label: box.value for box in app.selectbox} == {
        "角色": Role.LEADER,
        "时段": "30d",
        "指标": Measure.REPORTED,
        "划分到": "next",
        "对比": "none",
    }
    assert [box.value for box in app.multiselect] == [[], [], [], []]

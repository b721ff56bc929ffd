"""The screen 警地融合 as Streamlit runs it: its parts, its blanks, and what a link keeps."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data.store import Store
from domain.settings import Settings
from domain.vocabulary import Level, PoliceTier
from tests.support.database import copied_db
from tests.support.pages import page
from tests.support.posts import place, point, post
from tests.support.small_city import COMMUNITIES, WEST_STREET, middle

GRID = f"{COMMUNITIES[0]}001"


@pytest.fixture(scope="module")
def posted_db(small_city_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small city with four points, two of them stacked, and posts of the three tiers."""
    path = copied_db(small_city_db, tmp_path_factory.mktemp("posted") / "city.duckdb")
    chief, policeman, _auxiliary = (tier.value for tier in PoliceTier)
    with Store.opened(path, Settings()) as store:
        place(
            store,
            points=[
                point("P1", GRID, *middle(0, 0), level=Level.COMMUNITY, opening_hours="Mo-Fr 08:30-17:30"),
                point("P2", GRID, *middle(0, 0), name="<b>二号</b>警务室"),
                point("P3", f"{COMMUNITIES[2]}001", *middle(2, 0), kind="police_post", opening_hours="24/7"),
                point("P4", COMMUNITIES[2], kind="canteen"),
            ],
            posts=[
                post("D1", COMMUNITIES[0], point_code="P1", tier=policeman, embedded_as="社区党委副书记"),
                post("D2", GRID, point_code="P1", post="辅警", headcount=2),
                post("D3", WEST_STREET, post="所长", tier=chief),
            ],
        )
    return path


def captions(app: AppTest) -> str:
    """All captions as they read."""
    text = "\n".join(str(caption.value) for caption in app.caption)
    return re.sub(r"\\(\W)", r"\1", text).replace("\N{WORD JOINER}", "")


def clicked(app: AppTest, label: str) -> AppTest:
    """The page after a press of the button that begins with a label."""
    found: list[Any] = [button for button in app.button if label in str(button.label)]
    return found[0].click().run()


def test_the_list_narrows_to_kinds_and_to_what_is_missing(opened: pytest.MonkeyPatch, posted_db: Path):
    app = page(opened, posted_db, "police_stations", part="points")
    rows = app.dataframe[0].value
    assert rows["开放时间"].tolist() == ["周一-周五 08:30-17:30", "—", "全天 24 小时", "—"]
    assert rows["人数"].tolist() == ["3", "—", "—", "—"]
    assert rows["坐标"].tolist() == ["与另外 1 处重合", "与另外 1 处重合", "单独一点", "没有可用坐标"]
    assert "没有班表 3 · 没有开放时间 2 · 没有层级 3 · 坐标重合 2 · 没有可用坐标 1" in captions(app)
    kept = page(opened, posted_db, "police_stations", part="points", kind="police_room", gap="hours")
    assert kept.dataframe[0].value["站点名称"].tolist() == ["<b>二号</b>警务室"]
    assert "显示 1 处，共 4 处" in captions(kept)


def test_an_open_point_tells_its_week_its_roster_and_its_neighbours(
    opened: pytest.MonkeyPatch, posted_db: Path
):
    app = page(opened, posted_db, "police_stations", part="points", point="P1")
    assert [title.value for title in app.subheader][-1] == "警务室P1"
    assert "（每周 45.0 小时）" in captions(app)
    assert "2 个岗位，共 3 人" in captions(app)
    other = clicked(app, "二号")
    assert "P2" in other.query_params["point"]
    assert "没有登记开放时间，不能当作不开放" in captions(other)
    assert "没有登记驻点岗位" in captions(other)
    assert "point" not in clicked(other, "关闭").query_params


def test_embedding_tells_blanks_and_what_was_never_imported(opened: pytest.MonkeyPatch, posted_db: Path):
    app = page(opened, posted_db, "police_stations", part="embedding")
    assert [metric.value for metric in app.metric] == ["0.0 %", "25.0 %", "—"]
    assert "1/4 个社区已嵌入 · 有岗未嵌入 0 · 空缺 3" in captions(app)
    assert "没有导入，不等于空缺" in captions(app)
    assert "柳岸街道" in "".join(str(button.label) for button in app.button)
    gone = clicked(app, "柳岸街道")
    assert "330102002000" in gone.query_params["area"]
    none = page(opened, posted_db, "police_stations", part="embedding", tier="auxiliary")
    assert "没有导入" in "".join(str(box.value) for box in none.info)


def test_without_posts_the_screen_says_how_to_bring_them(opened: pytest.MonkeyPatch, city_db: Path):
    for part in ("coverage", "points", "embedding"):
        app = page(opened, city_db, "police_stations", part=part)
        assert [bool(box.value) for box in app.info] == [True]
        assert app.code[0].value.startswith("python -m data import")
        assert not app.metric


def test_the_list_goes_out_as_a_file(opened: pytest.MonkeyPatch, posted_db: Path):
    app = page(opened, posted_db, "police_stations", part="points")
    started = clicked(app, "导出这 4 行")
    assert [item.value for item in started.warning] == []
    links: list[Any] = list(started.get("link_button"))
    assert any("service_points_" in str(link.proto.url) for link in links)


def test_coverage_tells_shares_with_counts_and_how_it_was_measured(
    opened: pytest.MonkeyPatch, module_town_db: Path
):
    app = page(opened, module_town_db, "police_stations")
    shares = [metric.value for metric in app.metric][:3]
    assert all(share.endswith(" %") for share in shares)
    told = captions(app)
    assert re.search(r"步行距离：\d+/620 个网格沿道路算", told)
    assert re.search(r"[\d,]+/[\d,]+ 户", told)
    worst: list[Any] = [button for button in app.button if str(button.key).startswith("line_shares_")]
    inside = worst[0].click().run()
    assert inside.query_params["area"]
    assert [metric.label for metric in inside.metric] == [metric.label for metric in app.metric]


def test_stacked_points_lead_to_their_list(opened: pytest.MonkeyPatch, posted_db: Path):
    app = page(opened, posted_db, "police_stations")
    assert "没有导入道路：步行距离一律按直线 × 1.3 估算。" in captions(app)
    assert "没有户数，只数得出网格" in captions(app)
    listed = clicked(app, "2/3 处站点的坐标与别的站点重合")
    assert listed.dataframe[0].value["坐标"].tolist() == ["与另外 1 处重合"] * 2


def test_kinds_without_a_point_tell_no_distance(opened: pytest.MonkeyPatch, posted_db: Path):
    none = page(opened, posted_db, "police_stations", kind="courier_station")
    assert not none.metric
    assert none.info
    nowhere = page(opened, posted_db, "police_stations", kind="canteen")
    assert "没有可用坐标" in str(nowhere.info[0].proto.title)


def test_a_department_is_told_no_distance(opened: pytest.MonkeyPatch, module_town_db: Path):
    app = page(opened, module_town_db, "police_stations", role="department_handler")
    assert not app.metric
    assert [bool(box.value) for box in app.info] == [True]


def test_load_counts_police_cases_and_opens_them(opened: pytest.MonkeyPatch, module_town_db: Path):
    app = page(opened, module_town_db, "police_stations", part="load", period="365d")
    told = captions(app)
    assert "涉警：" in told
    assert "平安建设/邻里纠纷" in told
    assert "消防通道占用" not in told.split("口径", maxsplit=1)[0]
    parts, total = re.findall(r"(.*) = 合计 ([\d,]+) 件", told)[0]
    numbers = [int(n.replace(",", "")) for n in re.findall(r"([\d,]+) 件", parts)]
    assert sum(numbers) == int(total.replace(",", "")) > 1000
    assert app.metric[0].value == total
    links: list[Any] = list(app.get("page_link"))
    night = [link for link in links if link.proto.label == "看夜间案件"]
    assert "hour=1-22" in night[0].proto.query_string
    ranks = app.dataframe[0].value["名次"].tolist()
    assert ranks[-1] == "—" or len(ranks) == 1


def test_an_open_point_of_the_load_lists_its_grids(opened: pytest.MonkeyPatch, module_town_db: Path):
    app = page(opened, module_town_db, "police_stations", part="load", point="JS00001")
    assert re.search(r"它最近的 \d+ 个网格", captions(app))


def test_without_police_categories_the_screen_says_which_count(opened: pytest.MonkeyPatch, posted_db: Path):
    app = page(opened, posted_db, "police_stations", part="load")
    assert "平安建设" in str(app.info[0].value)
    assert not app.metric


def test_a_community_tells_its_reach_and_its_seats(opened: pytest.MonkeyPatch, posted_db: Path):
    told = captions(page(opened, posted_db, "community", area=COMMUNITIES[0]))
    assert "户数不明；3 个网格在步行 15 分钟以外。" in told
    assert "社区民警 → 社区两委：1/1 已嵌入，有岗未嵌入 0，空缺 0" in told
    assert "辅警（警务助理）：看得到的岗位里没有这一层，不能当作空缺。" in told
    assert "所长" not in told

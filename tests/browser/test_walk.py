"""One walk: heat, an hour of the week, down to a community, a case, the list, three files; and back again.

Every number on the way is counted again in plain Python from the stored rows. The files are opened with other
programs than those that wrote them. Neither the window nor any that it opens asks anybody but this machine.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import openpyxl  # type: ignore[import-untyped]
import pandas as pd
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, Frame, Locator, expect

from data.store import Store
from tests.support.reader import Reader, reading
from tests.support.server import RunningServer
from tests.support.small_city import rows

pytestmark = pytest.mark.browser

PATIENT_MS = 120_000
"""How long is waited for what must come: a browser and a server share two cores with everybody else."""

ZONE = ZoneInfo("Asia/Shanghai")
PERIOD, FIRST, LAST = "近 365 天", date(2025, 10, 1), date(2026, 9, 30)
"""The 365 days that end with the demo town's as-of time."""

WEEKDAY, HOUR, HOUR_WORDS = 6, 19, "周六 19–20 时"
FORMATS = {"XLSX": "xlsx", "GeoPackage": "gpkg", "Parquet": "parquet"}
KEY = ["source", "source_case_id"]
LEFT_PX, RIGHT_PX, BOTTOM_PX = 72, 56, 41
"""About what the labels and the key of the matrix take."""
WEEKDAYS, CELL_WORDS = "一二三四五六日", re.compile(r"周(.) (\d+)–\d+ 时")

CASES = """
    select c.case_id, c.source, c.source_case_id, c.reported_at, c.lon is not null,
        (select list(a.code) from area as a where a.valid_to is null and a.area_id in
            (c.city_id, c.district_id, c.street_id, c.community_id, c.grid_id))
    from cases as c
"""
AREAS = """
    select a.code, a.name, a.level, p.code from area as a
    left join area as p on p.area_id = a.parent_id and p.valid_to is null
    where a.valid_to is null
"""

PAINTED = """() => {
    const scene = window.map.oneGridScene, values = scene.payload.areas.values;
    return Object.fromEntries(scene.areas.paths.map((path, at) => [path.feature.properties.code, values[at]]));
}"""
PAINTS_SO_MANY = """wanted => {
    const scene = window.map?.oneGridScene;
    return scene?.painted && scene.payload.areas.values.reduce((sum, value) => sum + value, 0) === wanted;
}"""
FREE_PLACE = """code => {
    const paths = window.map.oneGridScene.areas.paths;
    const place = paths.findIndex((path) => path.feature.properties.code === code);
    const at = window.map.latLngToContainerPoint(paths[place].ogCenter);
    return document.elementFromPoint(at.x, at.y)?.tagName === "CANVAS" ? place : -1;
}"""


@dataclass(frozen=True)
class Area:
    """An area as it is stored; `parent` is a code."""

    code: str
    name: str
    level: str
    parent: str | None


@dataclass(frozen=True)
class Case:
    """A case as it is stored: its number in its source, when it was reported (local), and every area that holds it."""

    case_id: int
    number: tuple[str, str]
    reported: datetime
    has_point: bool
    areas: frozenset[str]


class Screen(StrEnum):
    """A screen, by what holds the number of its cases."""

    MAP = ".st-key-panel [data-testid=stMetricValue]"
    COMMUNITY = ".st-key-block_figures [data-testid=stMetricValue]"
    LIST = ".st-key-case_head strong"


@dataclass(frozen=True)
class Station:
    """What stood on the screen when the walk came by: the back button must bring it again."""

    screen: Screen
    url: str
    title: str
    cases: int
    painted: dict[str, int]
    case: str = ""


@dataclass(frozen=True)
class Town:
    """The stored rows, and the counting of them."""

    cases: tuple[Case, ...]
    areas: dict[str, Area]

    @classmethod
    def stored_in(cls, db: Path) -> Town:
        with Store.opened(db) as store:
            cases = [
                Case(case_id, (source, number), local(reported), has_point, frozenset(codes or ()))
                for case_id, source, number, reported, has_point, codes in rows(store, CASES)
            ]
            areas = [Area(*row) for row in rows(store, AREAS)]
        return cls(tuple(cases), {area.code: area for area in areas})

    @property
    def top(self) -> Area:
        """The only area above which there is none."""
        (top,) = (area for area in self.areas.values() if area.parent is None)
        return top

    def within(self, area: Area, *, at_hour: bool) -> list[Case]:
        """The cases of the period in an area, at the top those too that lie nowhere; of the one hour or of all."""
        return [
            case
            for case in self.cases
            if FIRST <= case.reported.date() <= LAST
            and (area == self.top or area.code in case.areas)
            and (not at_hour or is_of_the_hour(case.reported))
        ]

    def by_part(self, area: Area, cases: Iterable[Case]) -> dict[str, int]:
        """Of each area right below this one how many of the cases lie in it."""
        count = Counter(code for case in cases for code in case.areas)
        return {part.code: count[part.code] for part in self.areas.values() if part.parent == area.code}

    def way_to_the_busiest(self) -> list[Area]:
        """From below the top down to the community that has most cases in the hour."""
        count = Counter(code for case in self.within(self.top, at_hour=True) for code in case.areas)
        communities = [area for area in self.areas.values() if area.level == "community"]
        way = [max(communities, key=lambda area: count[area.code])]
        while (parent := way[0].parent) is not None and parent != self.top.code:
            way.insert(0, self.areas[parent])
        return way


def local(moment: datetime) -> datetime:
    """Naive UTC as the city's clocks show it."""
    return moment.replace(tzinfo=UTC).astimezone(ZONE).replace(tzinfo=None)


def is_of_the_hour(moment: datetime) -> bool:
    return (moment.isoweekday(), moment.hour) == (WEEKDAY, HOUR)


class Walk:
    """Somebody on the way, with all stations behind."""

    def __init__(self, reader: Reader, town: Town) -> None:
        reader.page.set_default_timeout(PATIENT_MS)
        self.reader, self.town = reader, town
        self.stations: list[Station] = []

    def arrive(self, screen: Screen, area: Area, *, at_hour: bool = True, case: str = "") -> None:
        """Hold the screen against the stored rows, and remember it."""
        cases = self.town.within(area, at_hour=at_hour)
        painted = self.town.by_part(area, cases)
        here = Station(screen, self.reader.page.url, area.name, len(cases), painted, case)
        self.look(here)
        self.stations.append(here)

    def look(self, station: Station) -> None:
        """Wait until the screen shows a station, all of it."""
        page = self.reader.page
        expect(page.locator("h1")).to_have_text(station.title, timeout=PATIENT_MS)
        number = page.locator(station.screen.value).first
        expect(number).to_have_text(f"{station.cases:,}", timeout=PATIENT_MS)
        chips = page.locator(".st-key-chips").get_by_role("button")
        wanted = [HOUR_WORDS] if "hour=" in station.url else []
        expect(chips).to_have_text([re.compile(f"{words}$") for words in wanted], timeout=PATIENT_MS)
        titles = page.locator(".st-key-case_detail h3")
        expect(titles).to_have_text([station.case] if station.case else [], timeout=PATIENT_MS)
        self.reader.rest()
        assert page.url == station.url
        if station.screen is Screen.MAP:
            self.look_at_map(station)

    def look_at_map(self, station: Station) -> None:
        """The areas are painted with the counts of exactly these cases, the heat tells of the same."""
        frame = self.map()
        frame.wait_for_function(PAINTS_SO_MANY, arg=sum(station.painted.values()))
        assert frame.evaluate(PAINTED) == station.painted
        legend = self.reader.frame.locator(".og-legend")
        if "heat" not in station.url:
            expect(legend).to_contain_text("案件数", timeout=PATIENT_MS)
            return
        expect(legend).to_contain_text("案件热力", timeout=PATIENT_MS)
        told = [number_in(pattern, legend.inner_text()) for pattern in ("\n计入 N 件", "未计入 N 件")]
        assert sum(told) == station.cases

    def map(self) -> Frame:
        """The map's frame, that of this screen and not of the one before."""
        frame = self.reader.page.locator(".st-key-map iframe").element_handle().content_frame()
        assert frame is not None
        return frame

    def click_area(self, area: Area) -> None:
        """Into an area, by a click on the map."""
        place = self.map().evaluate(FREE_PLACE, area.code)
        assert place >= 0, f"the middle of {area} is covered"
        assert self.reader.click_area(place) == area.name
        assert self.reader.parameter("area") == [area.code]

    def point_at_hour(self) -> None:
        """Put the mouse on the hour's cell, and see the number under it; what the matrix tells shows the way."""
        cases = len(self.town.within(self.town.top, at_hour=True))
        chart = self.reader.page.get_by_test_id("stEChartsChart")
        expect(chart).to_have_attribute("aria-busy", "false", timeout=PATIENT_MS)
        weekday, hour = float(WEEKDAY), float(HOUR)
        for _attempt in range(20):
            chart.scroll_into_view_if_needed()
            box = chart.bounding_box()
            assert box is not None
            across = LEFT_PX + (box["width"] - LEFT_PX - RIGHT_PX) * (hour + 0.5) / 24
            down = (box["height"] - BOTTOM_PX) * (weekday - 0.5) / 7
            self.reader.page.mouse.move(box["x"] + across, box["y"] + down, steps=2)
            try:
                expect(chart).to_contain_text(f"{HOUR_WORDS}：{cases} 件")
            except AssertionError:
                seen = CELL_WORDS.search(chart.inner_text())
                if seen:  # labels leave the cells less room than was thought
                    weekday += WEEKDAY - 1 - WEEKDAYS.index(seen[1])
                    hour += HOUR - int(seen[2])
                continue
            return
        pytest.fail(f"no cell tells of {HOUR_WORDS}：{cases} 件; the matrix says {chart.inner_text()!r}")

    def choose_hour(self) -> None:
        """Click the hour's cell, once: a second click would let go of it."""
        self.point_at_hour()
        self.reader.page.mouse.down()
        self.reader.page.mouse.up()
        self.reader.page.wait_for_url(re.compile(rf"[?&]hour={WEEKDAY}-{HOUR}(&|$)"))

    def follow(self, link: Locator, to: str) -> None:
        """Follow a link to another screen."""
        link.click()
        self.reader.page.wait_for_url(re.compile(rf"/{to}\?"))

    def back(self) -> None:
        """One step back shows the station before the last."""
        self.stations.pop()
        self.reader.page.go_back()
        self.reader.page.wait_for_url(self.stations[-1].url)
        self.look(self.stations[-1])


def number_in(pattern: str, text: str) -> int:
    """The number in place of N; 0 where the words are missing."""
    found = re.search(pattern.replace("N", r"([\d,]+)"), text)
    return int(found[1].replace(",", "")) if found else 0


def find_hour(walk: Walk) -> None:
    """From the first screen to the heat of one hour of the week; chosen, let go, and chosen again."""
    reader, top = walk.reader, walk.town.top
    reader.choose("period", PERIOD)
    walk.arrive(Screen.MAP, top, at_hour=False)
    expect(reader.page.locator(".st-key-panel")).to_contain_text(f"{FIRST} – {LAST}")
    reader.switch_on("热力图")
    walk.arrive(Screen.MAP, top, at_hour=False)
    walk.choose_hour()
    walk.arrive(Screen.MAP, top)
    reader.page.locator(".st-key-chips").get_by_role("button", name=HOUR_WORDS).click()
    reader.page.wait_for_url(lambda url: "hour=" not in url)
    walk.arrive(Screen.MAP, top, at_hour=False)
    walk.choose_hour()
    walk.arrive(Screen.MAP, top)


def go_down(walk: Walk) -> Area:
    """By clicks on the map to the community that has most cases in the hour, to its page, into a case, to the list."""
    page = walk.reader.page
    way = walk.town.way_to_the_busiest()
    for area in way:
        walk.click_area(area)
        walk.arrive(Screen.MAP, area)
    community = way[-1]
    walk.follow(page.locator(".st-key-panel_links").get_by_role("link", name="看这个社区"), "community")
    walk.arrive(Screen.COMMUNITY, community)

    line = page.locator(".st-key-lines_overdue").get_by_role("link").first
    title = line.locator("strong").inner_text()
    walk.follow(line, "cases")
    walk.arrive(Screen.LIST, community, case=title)
    (opened,) = walk.reader.parameter("case")
    (case,) = (case for case in walk.town.within(community, at_hour=True) if str(case.case_id) == opened)
    expect(page.locator(".st-key-case_detail")).to_contain_text(case.number[1])

    page.locator(".st-key-close_case button").click()
    page.wait_for_url(lambda url: "case=" not in url)
    walk.arrive(Screen.LIST, community)
    return community


def carry_out(walk: Walk, name: str, folder: Path) -> Path:
    """Order a file, see how many rows it has, and fetch it as a reader does: in a window of its own."""
    page, cases = walk.reader.page, walk.stations[-1].cases
    panel = page.locator(".st-key-export")
    expect(panel.get_by_text(f"导出筛选出的 {cases} 件")).to_be_visible()
    panel.get_by_role("combobox").click()
    page.get_by_role("option", name=name, exact=True).click()
    panel.get_by_role("button", name="开始导出").click()
    ready = panel.locator("[class*=st-key-export_]").filter(
        has=page.get_by_role("link", name="下载"), has_text=re.compile(f"{name}.* · {cases} 行")
    )
    expect(ready).to_have_count(1, timeout=PATIENT_MS)
    expect(ready).to_contain_text(HOUR_WORDS)
    with page.context.expect_event("download", timeout=PATIENT_MS) as begun:
        ready.get_by_role("link", name="下载").click()
    target = folder / begun.value.suggested_filename
    begun.value.save_as(target)
    return target


def opened(file: Path) -> pd.DataFrame:
    """The rows of a file, read by another program than the one that wrote it."""
    if file.suffix == ".xlsx":
        header, *lines = openpyxl.load_workbook(file).worksheets[0].iter_rows(values_only=True)
        return pd.DataFrame(lines, columns=pd.Index(header))
    if file.suffix == ".gpkg":
        return gpd.read_file(file, layer="cases")
    return pq.read_table(file).to_pandas()


def hold_against(file: Path, audit: dict[str, Any], area: Area, expected: list[Case]) -> None:
    """The file has exactly the expected cases, and the audit tells of exactly this file."""
    found = opened(file)
    numbers = list(found[KEY].itertuples(index=False, name=None))
    assert sorted(numbers) == sorted(case.number for case in expected)
    assert all(map(is_of_the_hour, found["reported_at"]))
    assert found["lon"].notna().sum() == sum(case.has_point for case in expected)
    if isinstance(found, gpd.GeoDataFrame):
        assert found.geometry.notna().sum() == found["lon"].notna().sum()
    assert (audit["file"], audit["format"]) == (file.name, file.suffix[1:])
    assert (audit["rows"], audit["sha256"]) == (len(expected), hashlib.sha256(file.read_bytes()).hexdigest())
    assert audit["filter"] == {
        "from": str(FIRST),
        "to": str(LAST),
        "area": area.code,
        "hour": [f"{WEEKDAY}-{HOUR}"],
    }


def audited_exports(db: Path) -> list[dict[str, Any]]:
    """What the audit says of exports, the oldest first."""
    with Store.opened(db) as store:
        found = rows(store, "select actor, detail from audit where action = 'export_cases' order by seq")
    assert {actor for actor, _detail in found} == {"demo-leader"}
    return [json.loads(detail) for _actor, detail in found]


def test_a_leader_walks_from_the_heat_to_three_files_and_back(
    town_db: Path,
    tmp_path: Path,
    serve: Callable[..., AbstractContextManager[RunningServer]],
    browser: Browser,
) -> None:
    town = Town.stored_in(town_db)
    with serve(town_db) as server, reading(browser) as reader:
        walk = Walk(reader, town)
        reader.open(server.base_url)
        find_hour(walk)
        community = go_down(walk)
        files = [carry_out(walk, name, tmp_path) for name in FORMATS]
        while len(walk.stations) > 1:
            walk.back()
        assert any("/exports/" in url for url in reader.requests), "the downloads were not watched"

    expected = town.within(community, at_hour=True)
    assert len(expected) > 1
    assert [file.suffix[1:] for file in files] == list(FORMATS.values())
    for file, audit in zip(files, audited_exports(town_db), strict=True):
        hold_against(file, audit, community, expected)

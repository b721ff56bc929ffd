"""Text from files on every screen but the map: shown as it was written, and nothing that it says is done.

The city is that of tests/support/hostile.py, its indicators too. What stands where is looked at in both languages,
because each has sentences of its own around the texts. The views of a test follow each other in one open page
(Reader.visit): what they show is told by the address.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Locator, expect

from data.store import Store
from domain.i18n import use_language
from tests.support.harmless import assert_harmless, hover, plain
from tests.support.hostile import (
    FILE_NAME,
    FORMULA,
    HOSTILE,
    MARKS,
    MEGABYTE,
    SHORT_CODES,
    STATE_HEADER,
    TAG,
    profiles,
)
from tests.support.reader import Reader
from tests.support.server import RunningServer
from tests.support.small_city import COMMUNITIES, one, rows
from ui.encode import cut
from ui.navigation import Screen

pytestmark = pytest.mark.browser

SCRIPT, TEMPLATE, MARKUP = HOSTILE[1:4]
PICTURE = HOSTILE[6]
TURNED = HOSTILE[15]
LANGUAGES = ("zh", "en")
PARAMETERS = (
    *(
        "area",
        "role",
        "lang",
        "period",
        "from",
        "to",
        "category",
        "channel",
        "state",
        "hour",
        "side",
        "finding",
    ),
    *("text", "measure", "level", "compare", "layers", "bw", "find", "case", "order", "page"),
    *("view", "batch", "kind", "fault", "profile", "indicator"),
    *("part", "gap", "point", "tier", "seat"),
    *("compound", "company", "rated", "grade", "before", "move", "have", "answer", "takeover", "show"),
)
"""Everything that a screen reads from its URL, but the area: tests/browser/test_hostile.py has that."""

TIP = "div[style*='pointer-events: none']"
_AXIS_PX = 44  # below the bars of categories
MOST_BYTES = 600_000
"""What a screen may send; a text of a megabyte is not in it."""


@dataclass(frozen=True)
class Site:
    """A server on the hostile city, and what its database calls things."""

    server: RunningServer
    cases: dict[str, int]
    batch: int
    point: str

    def url(self, screen: str, language: str, **query: str | list[str]) -> str:
        asked = {"lang": language, **query}
        return f"{self.server.base_url}/{screen}?{urlencode(asked, doseq=True)}"


@pytest.fixture(scope="module")
def site(
    hostile_db: Path,
    tmp_path_factory: pytest.TempPathFactory,
    serve: Callable[..., AbstractContextManager[RunningServer]],
) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("everywhere")
    db = Path(shutil.copy(hostile_db, folder / "hostile.duckdb"))
    with Store.opened(db) as store:
        found = rows(store, "select regexp_extract(source_case_id, '^n([0-9]+)', 1)::int, case_id from cases")
        batch = int(one(store, "select batch_id from import_batch where kind = 'cases'"))
        named = "select code from service_point where contains(name, '<img') order by code limit 1"
        point = str(one(store, named))
    texts = (*HOSTILE, MEGABYTE)
    with serve(db, profiles=profiles(folder / "profiles")) as running:
        yield Site(running, {texts[row]: number for row, number in found}, batch, point)


def look(reader: Reader, url: str) -> None:
    """Open a screen and wait until its script has run: the menu marks it, in the language of the address.

    A long message that the browser has from the view before is not sent again; there it was counted.
    """
    reader.bodies.clear()
    reader.visit(url)
    assert reader.page.url == url
    address = urlsplit(url)
    told = parse_qs(address.query).get("lang", [])
    with use_language("en" if told == ["en"] else "zh"):
        label = Screen(address.path.strip("/") or "one_map").label
    expect(reader.page.locator(".st-key-menu strong")).to_have_text(label)


def done(reader: Reader, where: str) -> None:
    """Nothing became more than text, nothing broke, and nothing enormous was sent."""
    reader.rest()
    assert_harmless(reader, where)
    assert (
        reader.page.get_by_text("这个页面出错了").or_(reader.page.get_by_text("This page failed")).count()
        == 0
    )
    assert sum(reader.bodies) < MOST_BYTES, where


def cells(table: Locator) -> Locator:
    """The cells of a drawn table, as a screen reader has them."""
    return table.get_by_test_id("data-grid-canvas").locator("table")


def middle(reader: Reader, chart: Locator) -> tuple[float, float]:
    """The middle of a chart in the window."""
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_community(site: Site, reader: Reader) -> None:
    for language in LANGUAGES:
        look(reader, site.url("community", language, period="all", area=COMMUNITIES[0]))
        block = {
            name: reader.page.locator(f".st-key-block_{name}")
            for name in ("cases", "categories", "points", "compounds", "duty")
        }
        expect(block["duty"]).to_contain_text(TAG[:19])
        for name, texts in {
            "points": (TAG, MARKS),
            "compounds": (SCRIPT, SHORT_CODES),
            "duty": (PICTURE,),
        }.items():
            for text in texts:
                expect(cells(block[name])).to_contain_text(text)
        waiting = plain(block["cases"])
        assert [text for text in (SCRIPT[:35], MARKS[:35], SHORT_CODES[:35]) if text not in waiting] == []
        block["categories"].locator("summary").click()
        expect(cells(block["categories"])).to_contain_text(SHORT_CODES)
        hover_categories(reader, block["categories"])
        done(reader, "community")

        look(reader, site.url("community", language, period="all", find=MARKS[:40]))
        expect(reader.page.locator(".st-key-block_chooser")).to_contain_text(MARKS[:40])
        done(reader, "chooser")


def hover_categories(reader: Reader, block: Locator) -> None:
    """The tooltips of bars say their categories; the table has them in the order of the bars."""
    names = block.get_by_test_id("data-grid-canvas").locator("tbody td:first-child").all_inner_texts()
    assert {TAG, SCRIPT, MARKS, SHORT_CODES} <= set(names)
    chart = block.get_by_test_id("stEChartsChart")
    x, _y = middle(reader, chart)
    box = chart.bounding_box()
    assert box is not None
    bar = (box["height"] - _AXIS_PX) / len(names)
    for at in (names.index(TAG), names.index(MARKS)):
        hover(reader, x + box["width"] / 4, box["y"] + bar * (at + 0.5), chart.locator(TIP), names[at])
    assert_harmless(reader, "tooltips of categories")


def test_a_text_of_a_megabyte_is_not_sent(site: Site, reader: Reader) -> None:
    look(reader, site.url("community", "zh", period="all", area=COMMUNITIES[1]))
    expect(cells(reader.page.locator(".st-key-block_points"))).to_contain_text(MEGABYTE[:100])
    done(reader, "community")


def test_the_list_of_cases(site: Site, reader: Reader) -> None:
    for language in LANGUAGES:
        look(
            reader,
            site.url(
                "cases", language, period="all", category=[TAG, MARKS], side="hostile/closing_rate/numerator"
            ),
        )
        expect(reader.page.locator(".st-key-case_head strong")).to_have_text("2")
        for text in (TAG, MARKS):
            expect(cells(reader.page.get_by_test_id("stDataFrame"))).to_contain_text(text)
        assert MARKS in plain(reader.page.locator(".st-key-chips"))
        chooser = reader.widget("category")
        expect(chooser).to_contain_text(TAG)
        expect(chooser).to_contain_text(MARKS[:39])
        chooser.get_by_role("combobox").click()
        for text in (SCRIPT[:39], SHORT_CODES[:39], PICTURE[:39], FORMULA):
            expect(reader.page.get_by_role("option", name=text)).to_be_visible()
        done(reader, "filters")


CASES = (
    *(
        ("zh", text)
        for text in (TAG, SCRIPT, TEMPLATE, MARKUP, MARKS, SHORT_CODES, PICTURE, FORMULA, TURNED, MEGABYTE)
    ),
    *(("en", text) for text in (MARKS, SHORT_CODES, TURNED)),
)


def test_a_case(site: Site, reader: Reader) -> None:
    for language, text in CASES:
        look(reader, site.url("cases", language, period="all", case=str(site.cases[text])))
        detail = reader.page.locator(".st-key-case_detail")
        expect(detail.locator("table")).to_be_visible()
        shown = one_line(text)
        assert plain(detail.locator("h3")) == cut(shown, 200)
        assert one_line(plain(reader.page.locator(".st-key-case_text"))) == cut(shown, 20_000)
        assert one_line(text[:200]) in one_line(plain(detail.locator("table")))
        done(reader, shown[:40])


def one_line(text: str) -> str:
    """A text as a line of the screen has it."""
    return " ".join(text.replace("\0", "\N{REPLACEMENT CHARACTER}").split())


def test_sources_and_their_chart(site: Site, reader: Reader) -> None:
    for language in LANGUAGES:
        look(reader, site.url("data_cloud", language, view="sources", role="operator"))
        expect(cells(reader.page.get_by_test_id("stDataFrame").first)).to_contain_text(PICTURE[:39])
        chart = reader.page.locator(".st-key-volumes").get_by_test_id("stEChartsChart")
        for text in (TEMPLATE, MARKUP, MARKS[:39], SHORT_CODES[:39]):
            hover(reader, *middle(reader, chart), chart.locator(TIP), text)
        done(reader, "sources")


def test_a_batch_and_its_rejects(site: Site, reader: Reader) -> None:
    for language in LANGUAGES:
        look(reader, site.url("data_cloud", language, view="batches", role="operator", batch=str(site.batch)))
        batch = reader.page.locator(".st-key-batch")
        for text in (STATE_HEADER, MARKS, TAG):
            expect(cells(batch.get_by_test_id("stDataFrame"))).to_contain_text(text)
        assert FILE_NAME in plain(batch.locator("h3"))
        told = plain(batch)
        assert [
            text for text in (SCRIPT, TEMPLATE, MARKUP, MARKS, SHORT_CODES, FORMULA) if text not in told
        ] == []
        done(reader, "batch")


def test_the_quality_of_grids(site: Site, reader: Reader) -> None:
    for language in LANGUAGES:
        look(reader, site.url("data_cloud", language, view="grids", role="operator", fault="unowned"))
        for row in range(1, 5):
            expect(cells(reader.page.locator(".st-key-quality"))).to_contain_text(HOSTILE[row])
        reader.settle()
        done(reader, "grids")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_is_looked_at_before_it_is_imported(site: Site, reader: Reader, language: str) -> None:
    look(reader, site.url("data_cloud", language, view="upload", role="operator", kind="cases"))
    reader.page.locator("input[type=file]").set_input_files(hostile_file())
    draft = reader.page.locator(".st-key-draft")
    mapping = draft.locator("textarea")
    expect(mapping).to_have_value(re.compile("source_case_id"), timeout=30_000)
    draft.get_by_role("tab").last.click()
    for text in (TAG, SCRIPT, STATE_HEADER, SHORT_CODES):
        expect(cells(draft.get_by_test_id("stDataFrame").last)).to_contain_text(text)
    done(reader, "upload")
    mapping.fill(f"[case]\n{json.dumps(TAG)} = 1\n{json.dumps(MARKS)} = {json.dumps(SHORT_CODES)}\n")
    mapping.press("Control+Enter")
    expect(draft.get_by_test_id("stAlert").first).to_contain_text(TAG)
    assert MARKS in plain(draft.get_by_test_id("stAlert").first)
    done(reader, "faults of the mapping")


def hostile_file() -> Any:
    """A file of cases with hostile names of columns and a state that no mapping knows."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow([SHORT_CODES, STATE_HEADER, "工单编号", "受理时间", "办理状态", "诉求标题"])
    for row, text in enumerate((*HOSTILE[:8], MEGABYTE)):
        writer.writerow(
            [text, TAG, f"GD{row}", "2026-03-01 08:00:00", SCRIPT if row == 2 else "已办结", text]
        )
    return {
        "name": "🜲 `$x$` :smile: **名**.csv",
        "mimeType": "text/csv",
        "buffer": stream.getvalue().encode(),
    }


def test_indicators_of_the_citys_own(site: Site, reader: Reader) -> None:
    for language in LANGUAGES:
        look(reader, site.url("indicators", language, period="all", profile="hostile", level="grid"))
        story = reader.page.locator(".st-key-story")
        expect(story).to_contain_text(f"{TEMPLATE} ÷ {MARKUP}")
        told = plain(story)
        assert [text for text in (TAG, SCRIPT, SHORT_CODES) if text not in told] == []
        for text in (TAG, MARKS):  # a heading and an area
            expect(cells(reader.page.get_by_test_id("stDataFrame").first)).to_contain_text(text)
        hover_funnel(reader)
        reader.page.locator(".st-key-catalogue summary").click()
        expect(cells(reader.page.locator(".st-key-catalogue"))).to_be_attached()
        done(reader, "rate")

        look(reader, site.url("indicators", language, profile="hostile", indicator="score"))
        expect(story).to_contain_text(FORMULA)
        assert f"100 × {MARKS}" in plain(story)
        done(reader, "composite")


def hover_funnel(reader: Reader) -> None:
    """The tooltip of a point says the name of its area, as far as it has room."""
    funnel = reader.page.locator(".st-key-funnel")
    point = funnel.locator(".scatterlayer .point").nth(1)
    expect(point).to_be_attached()
    hover(reader, *middle(reader, point), funnel.locator(".hoverlayer"), MARKS[:29])
    assert_harmless(reader, "funnel")


def test_service_points_and_what_is_near_them(site: Site, reader: Reader) -> None:
    for language in LANGUAGES:
        look(reader, site.url("police_stations", language, part="points"))
        for text in (TAG, MARKS):
            expect(cells(reader.page.get_by_test_id("stDataFrame").first)).to_contain_text(text)
        done(reader, "points")
        look(reader, site.url("police_stations", language, part="coverage", kind="canteen"))
        reader.settle()
        done(reader, "coverage")
        look(reader, site.url("police_stations", language, part="points", point=site.point))
        assert TAG in plain(reader.page.locator(".st-key-block_point_detail h3"))
        done(reader, "an open point")


def test_compounds_and_their_ratings(site: Site, reader: Reader) -> None:
    for language in LANGUAGES:
        for part in ("ratings", "lists", "unmanaged", "checklist", "movement"):
            look(reader, site.url("property_ratings", language, part=part))
            done(reader, part)
        look(reader, site.url("property_ratings", language, part="compounds"))
        for text in (TAG, MARKS):
            expect(cells(reader.page.get_by_test_id("stDataFrame").first)).to_contain_text(text)
        done(reader, "compounds")
        look(reader, site.url("property_ratings", language, compound=f"c{HOSTILE.index(TAG)}"))
        assert TAG in plain(reader.page.locator(".st-key-block_arithmetic"))
        assert TAG in plain(reader.page.locator(".st-key-block_compound"))
        done(reader, "an open compound")


def test_the_jump_box(site: Site, reader: Reader) -> None:
    for language in LANGUAGES:
        look(reader, site.url("indicators", language))
        found = reader.page.locator(".st-key-jump_results")
        for typed, text, area in (("<img", TAG, "grid0"), ("www", SHORT_CODES, "grid5")):
            box = reader.page.get_by_role("searchbox")
            box.fill(typed)
            box.press("Enter")
            expect(found).to_contain_text(area, timeout=30_000)
            expect(found.locator(".st-key-jump_close button")).to_be_visible()
            reader.rest()
            assert plain(found).count(text) >= 4, typed  # an area, a compound, a service point, a case
            done(reader, typed)


VIEWS: tuple[tuple[str, dict[str, str]], ...] = (
    ("", {"layers": "heat"}),
    *((screen, {}) for screen in ("community", "cases", "indicators")),
    *(("data_cloud", {"role": "operator", "view": view}) for view in ("", "batches", "upload", "grids")),
    *(("police_stations", {"part": part}) for part in ("coverage", "points", "embedding", "load")),
    *(
        ("property_ratings", {"part": part})
        for part in ("ratings", "lists", "unmanaged", "checklist", "movement", "compounds")
    ),
)


def test_hostile_parameters(site: Site, reader: Reader) -> None:
    attack = f"{TAG} {MARKS} :material/close: :smile: {TURNED}"
    for screen, kept in VIEWS:
        asked = {**dict.fromkeys(PARAMETERS, attack), "area": COMMUNITIES[0], **kept}
        look(reader, f"{site.server.base_url}/{screen}?{urlencode(asked)}")
        expect(reader.page.locator("h1")).to_contain_text(TAG)
        done(reader, f"{screen} {kept}")

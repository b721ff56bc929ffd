"""Every screen on every kind of database, for every role and in both languages, without a browser.

A screen or a role added later is covered without a change here: both come from their enums. The databases of
Boston's shape hold English data only, so that every Chinese character on an English screen is a text of ours.
The whole product of the four is not run: the leader sees all databases in English, and in Chinese the two between
which the others lie, the empty one and the town; all roles see the town.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.text_format import MessageToString
from streamlit.testing.v1 import AppTest

from data.ingest.areas import read_areas
from data.ingest.cases import iter_cases
from data.ingest.mapping import load_mapping
from data.load.areas import load_areas
from data.load.batch import SourceFile
from data.load.cases import load_cases
from data.store import Store
from domain.actor import OPERATOR, demo_actor
from domain.clock import AsOfMode
from domain.i18n import LANGUAGES, use_language
from domain.vocabulary import ImportKind, Level, Role
from tests.support.pages import page
from tests.support.repository import ROOT
from ui.identity import ROLES
from ui.navigation import Screen, may_open

FIXTURES = ROOT / "tests" / "data" / "ingest" / "fixtures"
SCREENS = [screen for screen in Screen if screen.file.exists()]

CHINESE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]|\\u(?:3[0-9a-f]|[4-9][0-9a-f]|ff)[0-9a-f]{2}")
"""A Chinese character or mark, as it is or as JSON escapes it."""

OWN_NAME = "中文"
"""A language is offered under its own name."""

NO_VALUE = re.compile(r"\b(?:nan|NaN|NaT|undefined)\b|\{\w*\}")
"""What a screen says by mistake for "no value", or a placeholder that was never filled."""

BOLD_COUNT = re.compile(r"\*\*([\d,]+)\*\*")
COUNT = re.compile(r"[\d,]*\d")


class Database(StrEnum):
    """What is in the file."""

    EMPTY = "empty"
    AREAS = "areas only"
    CASES = "cases only"
    BOSTON = "Boston's shape: one level of areas, 300 cases"
    TOWN = "demo town"


ENGLISH_DATA = [item for item in Database if item is not Database.TOWN]

SEEN = [
    *((database, "en") for database in Database),
    *(
        (database, language)
        for database in (Database.EMPTY, Database.TOWN)
        for language in LANGUAGES
        if language != "en"
    ),
]
"""What the leader sees, in which language: whatever is asserted in another is asserted in English, and more."""


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory, module_town_db: Path) -> dict[Database, Path]:
    """One file of each kind, made once: screens only read."""
    folder = tmp_path_factory.mktemp("every-page")
    made = {item: make(item, folder) for item in ENGLISH_DATA}
    return made | {Database.TOWN: module_town_db}


def make(database: Database, folder: Path) -> Path:
    path = folder / f"{database.name.lower()}.duckdb"
    with Store.opened(path) as store:
        if database in {Database.AREAS, Database.BOSTON}:
            bring_neighbourhoods(store)
        if database in {Database.CASES, Database.BOSTON}:
            bring_requests(store)
    return path


def bring_neighbourhoods(store: Store) -> None:
    path = FIXTURES / "boston_shape_neighborhoods.geojson"
    with store.writing(OPERATOR) as writer:
        areas = read_areas(path, "Name", level=Level.COMMUNITY)
        load_areas(writer, areas, SourceFile.of(ImportKind.AREAS, path))


def bring_requests(store: Store) -> None:
    with store.writing(OPERATOR) as writer:
        writer.set_city(name="Boston", timezone="America/New_York", as_of=AsOfMode.DATA)
    path = FIXTURES / "boston_shape_300.csv"
    mapping = load_mapping(ROOT / "docs" / "examples" / "boston_311.toml")
    with store.writing(OPERATOR) as writer:
        file = iter_cases(path, mapping, writer.now)
        load_cases(writer, file, SourceFile.of(ImportKind.CASES, path))


@pytest.fixture(scope="module")
def leaders() -> dict[Screen, Counter[str]]:
    """The leader's counts of the town by screen, as far as they have been asked for."""
    return {}


def words(app: AppTest) -> list[str]:
    """Every text outside tables, charts and maps."""
    kinds = (app.title, app.subheader, app.markdown, app.caption, app.info, app.warning)
    found = [str(element.value) for kind in kinds for element in kind]
    found += [f"{metric.label} {metric.value} {metric.delta}" for metric in app.metric]
    return found + [str(box.label) for box in (*app.selectbox, *app.multiselect, *app.button, *app.expander)]


def without_escapes(markdown: str) -> str:
    """A message as it reads, once Markdown has taken its escapes away."""
    return re.sub(r"\\(\W)", r"\1", markdown).replace("\N{WORD JOINER}", "")


def everything(app: AppTest) -> list[str]:
    """All that goes to the browser but the cells of tables: texts, labels, charts, maps, columns."""
    messages = (getattr(element, "proto", None) for element in app.main)
    return [MessageToString(message, as_utf8=True) for message in messages if message is not None]


def counts(app: AppTest) -> Counter[str]:
    """Headline counts by what stands around them: figures, bold counts, and the cases that the header names."""
    found = Counter[str]()
    for metric in app.metric:
        if COUNT.fullmatch(metric.value):
            found[metric.label] += number(metric.value)
    for element in app.markdown:
        for count in BOLD_COUNT.findall(element.value):
            found[COUNT.sub("#", element.value)] += number(count)
    for element in app.caption:
        if told := re.search(r"未定位 [\d,]+/([\d,]+)", element.value):
            found["header"] += number(told[1])
    return found


def number(text: str) -> int:
    return int(text.replace(",", ""))


def right(app: AppTest) -> None:
    """What holds on every screen, whatever is stored."""
    assert [item.value for item in app.exception] == []
    assert [(item.proto.title, item.value) for item in app.error] == []
    assert [bool(title.value.strip()) for title in app.title] == [True]
    assert [text for text in words(app) if NO_VALUE.search(text)] == []


@pytest.mark.parametrize(("database", "language"), SEEN)
@pytest.mark.parametrize("screen", SCREENS)
def test_a_leader_on_any_database(
    opened: pytest.MonkeyPatch,
    databases: Mapping[Database, Path],
    screen: Screen,
    database: Database,
    language: str,
) -> None:
    app = page(opened, databases[database], screen.value, lang=language)
    right(app)
    verdict = may_open(demo_actor(Role.LEADER), screen)
    if not verdict.allowed:
        with use_language(language):
            assert [verdict.words in without_escapes(box.value) for box in app.info] == [True]
        assert not [*app.metric, *app.dataframe]
        return
    if database is Database.EMPTY and screen is not Screen.ACCESS:  # who may what does not hang on data
        tells_what_to_do(app)
        if screen is not Screen.DATA_CLOUD:  # there the switch offers it
            links: list[Any] = list(app.get("page_link"))
            assert "view=upload" in "\n".join(link.query_string for link in links)
    if language != "en":
        return
    if database in ENGLISH_DATA:
        shown = [text.replace(OWN_NAME, "") for text in everything(app)]
        assert [text[:400] for text in shown if CHINESE.search(text)] == []
    else:
        labels = [box.label for box in (*app.selectbox, *app.multiselect, *app.text_input, *app.metric)]
        assert [label for label in labels if CHINESE.search(label)] == []


def tells_what_to_do(app: AppTest) -> None:
    """An empty database: how to get data into it, and no zero that looks like a figure."""
    assert [bool(item.proto.title and item.value) for item in app.info] == [True]
    typed = "\n".join(block.value for block in app.code)
    assert "python -m data demo" in typed
    assert "python -m data import areas" in typed
    assert "python -m data import cases" in typed
    assert not app.metric
    assert not app.dataframe


@pytest.mark.parametrize("role", [role for role in ROLES if role is not Role.LEADER])
@pytest.mark.parametrize("screen", SCREENS)
def test_no_role_counts_more_than_the_leader(
    opened: pytest.MonkeyPatch,
    databases: Mapping[Database, Path],
    leaders: dict[Screen, Counter[str]],
    screen: Screen,
    role: Role,
) -> None:
    town = databases[Database.TOWN]
    if screen not in leaders:
        leaders[screen] = counts(page(opened, town, screen.value))
    app = page(opened, town, screen.value, role=role.value)
    right(app)
    told, most = counts(app), leaders[screen]
    assert most["header"] == 60_000
    assert told.keys() & most.keys() or not told
    more = {name: (count, most[name]) for name, count in told.items() if name in most and count > most[name]}
    assert more == {}

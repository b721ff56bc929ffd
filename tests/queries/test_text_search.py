"""Looking for a text in cases: it finds what the reader sees, and nothing of what is starred."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from data.store import Store
from domain.actor import OPERATOR, Actor, demo_actor
from domain.case_order import CaseOrder
from domain.filters import CaseFilter
from domain.settings import Settings
from domain.vocabulary import Role
from queries import case_list
from tests.support.small_city import WEST_STREET, at, case, import_cases, write_cases

TITLES = (
    "电话13812345678请回电",
    "138-1234-5678",
    "tel 13812345678,13912345679，15012345670",
    "证件110105194912310021。",
    "11010519491231002X号",
    "110105 19491231 0021",
    "0571-87654321",
    "021-1234-5678 转801",
    "１３８１２３４５６７８",
    "路12号 ABC 垃圾",
    "İstanbul Straße ΣΑΣ K",
    "**",
    "",
)
MAPPING = (
    '[case]\nsource = "s"\narea_level = "community"\npersonal = []\n[case.columns]\n'
    'source_case_id = "no"\nreported_at = "reported"\nstate = "state"\ntitle = "title"\n'
    'place = "place"\nlon = "lon"\nlat = "lat"\n'
)

NUMBERS = (
    "138",
    "1234",
    "5678",
    "12345678",
    "110105",
    "19491231",
    "002X",
    "002x",
    "0571",
    "8765",
    "１３８",
    "１２３４",
    "86",
)
AROUND = ("-", " ", "*", "****", "+", "(", ")", "路", "号", "电话", "A", "b", "Ｘ", "，", "İ")
PIECES = st.sampled_from((*NUMBERS, *AROUND))
TEXTS = st.lists(PIECES, min_size=1, max_size=7).map("".join)


@pytest.fixture(scope="module")
def told(small_city_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A city whose cases have numbers of persons in their titles and, in another order, in their places."""
    folder = tmp_path_factory.mktemp("texts")
    path = folder / "city.duckdb"
    path.write_bytes(small_city_db.read_bytes())
    rows = [
        case(f"T{n}", title=title, place=place, **at(n % 4, n % 4))
        for n, (title, place) in enumerate(zip(TITLES, reversed(TITLES), strict=True))
    ]
    columns = ("no", "reported", "state", "title", "place", "lon", "lat")
    with Store.opened(path, Settings()) as store:
        import_cases(store, write_cases(folder / "cases.csv", rows, columns), MAPPING)
        yield store


def found(store: Store, looked_for: str, actor: Actor = OPERATOR) -> set[str]:
    with store.session(actor) as session:
        rows = case_list.page(session, CaseFilter(text=looked_for), None, CaseOrder.NEWEST, 1).rows
        assert case_list.total(session, CaseFilter(text=looked_for), None) == len(rows)
    return set(rows["source_case_id"])


def seen(store: Store, looked_for: str, actor: Actor = OPERATOR) -> set[str]:
    """The same from what is shown: number, title or place hold the text, whatever its case."""
    wanted = looked_for.strip()
    with store.session(actor) as session:
        rows = case_list.page(session, CaseFilter(), None, CaseOrder.NEWEST, 1).rows
        lowered = session.rows(
            "select source_case_id, lower(concat_ws(chr(10), source_case_id, title, place)) from visible_case"
        )
    assert len(rows) == len(lowered)
    return {number for number, text in lowered if wanted.lower() in text}


@given(TEXTS)
@example("1234")
@example("5678")
@example("138****5678")
@example("****5678")
@example("*")
@example("x")
@example("号")
@example("-")
@example("straße")
@example("σας")
@example("i")
def test_a_search_finds_what_is_shown_and_nothing_else(told: Store, looked_for: str) -> None:
    assert found(told, looked_for) == seen(told, looked_for)


def test_every_part_of_a_title_and_of_what_is_shown_of_it(told: Store) -> None:
    """All parts of three to five characters, of the texts as they are stored and as they are shown."""
    with told.session(OPERATOR) as session:
        shown = [case_list.masked(session, title) for title in TITLES]
    parts = {
        text[begin : begin + length]
        for text in (*TITLES[:6], *shown[:6])
        for length in (3, 5)
        for begin in range(len(text) - length + 1)
    }
    wanted = sorted(part for part in parts if part.strip())
    assert len(wanted) > 100
    differing = [part for part in wanted if found(told, part) != seen(told, part)]
    assert differing == []


@given(free_text=TEXTS, looked_for=TEXTS)
def test_the_quick_look_is_the_look_at_the_shown_text(told: Store, free_text: str, looked_for: str) -> None:
    with told.session(OPERATOR) as session:
        quick, slow = session.one(
            "select shown_text_holds($free_text, $looked_for), contains(lower(masked($free_text)), $looked_for)",
            {"free_text": free_text, "looked_for": looked_for.lower()},
        )
    assert quick is slow


def test_a_case_without_texts_is_found_by_its_number_alone(told: Store) -> None:
    assert found(told, "t12") == {"T12"}
    with told.session(OPERATOR) as session:
        assert session.one("select shown_text_holds(null, '路')") == (False,)


def test_a_search_stays_within_the_scope(told: Store) -> None:
    scoped = demo_actor(Role.SECRETARY, WEST_STREET)
    for looked_for in ("5678", "号", "t"):
        mine = found(told, looked_for, scoped)
        assert mine == seen(told, looked_for, scoped)
        assert set() < mine <= found(told, looked_for)
    assert found(told, "t", scoped) < found(told, "t")

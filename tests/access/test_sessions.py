"""Every view of the database for every actor: nobody gets a row of those that another owns, and nobody gets none.

The views are found in the migrations and in the database, so that a new one has to be given an owner here, or a reason
why it is everybody's, before these tests pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from data import imports, persons, users, views
from domain.errors import OneGridError
from queries import audit as audit_queries
from queries import case_list, cloud
from queries.saved_views import view_named
from tests.access import below
from tests.access.below import Way, asks, reads
from tests.access.bench import MARK, Bench
from tests.access.screens import opens
from tests.access.told import told
from tests.support.repository import ROOT

OWNERS = {
    "visible_case": "yi",
    "visible_case_event": "yi",
    "visible_finding_case": "yi",
    "visible_service_point": "yi",
    "visible_compound": "yi",
    "visible_case_compound": "yi",
    "visible_assessment": "yi",
    "visible_duty": "yi",
    "visible_own_area": "yi",
    "visible_saved_view": "yi",
    "visible_batch": "operator1",
    "visible_batch_source": "operator1",
    "visible_finding": "operator1",
    "visible_reject": "operator1",
    "visible_erasure": "operator1",
    "visible_user": "admin",
    "visible_audit": "auditor",
}
"""Whose rows a view shows, and to nobody of `STRANGERS` who is not the owner."""

EVERYBODYS = {
    "visible_city": "the header's: name, time zone, as-of mode",
    "visible_version": "numbers that name what a screen was drawn from",
    "visible_area": "boundaries and names are public",
    "visible_line": "roads, rivers and railways are public; the city of these tests has none",
    "visible_source_promise": "how late a source is, is everybody's; the city of these tests has no promise",
    "visible_source_end": "how far a source reaches is everybody's",
}
"""Views for whoever is signed in, with the reason."""

OF_CASES = {"visible_case", "visible_case_event", "visible_finding_case"}
"""All that a department sees."""

STRANGERS = ("jia", "worker", "analyst", "kiosk", "admin", "auditor", "nobody")
MACROS = {"visible_cases_at": "兰亭巷", "visible_cases_holding": "井盖"}
"""Table macros with what they look for; 乙 owns what they find."""

VIEWS = sorted(
    {
        name
        for path in (ROOT / "data" / "migrations").glob("*.sql")
        for name in re.findall(r"create view (\w+)", path.read_text(encoding="utf-8"))
    }
)


def read(bench: Bench, who: str, source: str) -> set[tuple[Any, ...]]:
    """All rows of a view, or of a macro call."""
    with bench.store.session(bench.actor(who)) as session:
        return set(map(repr, session.rows(f"select * from {source}")))  # type: ignore[arg-type]


@pytest.mark.parametrize("who", STRANGERS)
@pytest.mark.parametrize("view", OWNERS)
def test_a_view_shows_nobody_what_is_the_owners(bench: Bench, view: str, who: str) -> None:
    theirs = read(bench, OWNERS[view], view)
    assert theirs
    if who != OWNERS[view]:
        assert read(bench, who, view) & theirs == set()


@pytest.mark.parametrize("view", OWNERS)
def test_a_department_gets_its_own_cases_wherever_they_are(bench: Bench, view: str) -> None:
    own = read(bench, "handler", view)
    assert not [row for row in own if MARK in row]
    assert bool(own) is (view in OF_CASES)


@pytest.mark.parametrize("who", ["handler", *STRANGERS])
@pytest.mark.parametrize(("macro", "looked_for"), MACROS.items())
def test_a_search_finds_nothing_of_anothers(bench: Bench, macro: str, looked_for: str, who: str) -> None:
    call = f"{macro}('{looked_for}')"
    assert read(bench, "yi", call)
    assert read(bench, who, call) == set()


@pytest.mark.parametrize("view", VIEWS)
def test_without_an_actor_a_view_is_empty(bench: Bench, view: str) -> None:
    with bench.store._cursor() as cursor:  # a cursor that nobody has bound to an actor
        assert cursor.execute(f"select * from {view}").fetchall() == []


@pytest.mark.parametrize("view", EVERYBODYS)
def test_what_is_everybodys_holds_no_word_of_anybody(bench: Bench, view: str) -> None:
    assert read(bench, "nobody", view) == read(bench, "yi", view) == read(bench, "leader", view)
    assert not [row for row in read(bench, "nobody", view) if MARK in row]


def test_every_view_of_the_database_has_an_owner_or_is_everybodys(bench: Bench) -> None:
    with bench.store._cursor() as cursor:
        found = cursor.execute("select view_name from duckdb_views() where not internal").fetchall()
        macros = cursor.execute(
            "select distinct function_name from duckdb_functions() where macro_definition is not null"
        )
        searches = {name for (name,) in macros.fetchall() if name.startswith("visible_")}
    assert {name for (name,) in found} == set(VIEWS) == OWNERS.keys() | EVERYBODYS.keys()
    assert not OWNERS.keys() & EVERYBODYS.keys()
    assert searches == MACROS.keys()


# --- what is not there and what is not theirs sound the same --------------------------------------------------------

NO_CASE = 999_999
SAME_WORDS: dict[str, tuple[str, Callable[[Bench], Way], Callable[[Bench], Way]]] = {
    "a case": (
        "jia",
        lambda b: reads(lambda s: case_list.one(s, b.case_id)),
        lambda _b: reads(lambda s: case_list.one(s, NO_CASE)),
    ),
    "a time line": (
        "jia",
        lambda b: reads(lambda s: case_list.timeline(s, b.case_id)),
        lambda _b: reads(lambda s: case_list.timeline(s, NO_CASE)),
    ),
    "a case to unmask": (
        "jia",
        lambda _b: below.unmasks(),
        lambda _b: asks(lambda b, a: persons.unmask(b.store, a, NO_CASE, below.REASON)),
    ),
    "a view by its name": (
        "jia",
        lambda _b: reads(lambda s: _same(view_named, s, "每周未结")),
        lambda _b: reads(lambda s: _same(view_named, s, "没有这个")),
    ),
    "a view to rename": (
        "jia",
        lambda b: asks(lambda _b, a: views.rename(b.store, a, b.view_id, "新")),
        lambda b: asks(lambda _b, a: views.rename(b.store, a, "no-such-view", "新")),
    ),
    "a view to share": (
        "jia",
        lambda b: asks(lambda _b, a: views.share(b.store, a, b.view_id, None)),
        lambda b: asks(lambda _b, a: views.share(b.store, a, "no-such-view", None)),
    ),
    "a view to delete": (
        "jia",
        lambda b: asks(lambda _b, a: views.delete(b.store, a, b.view_id)),
        lambda b: asks(lambda _b, a: views.delete(b.store, a, "no-such-view")),
    ),
    "an import": (
        "jia",
        lambda b: reads(lambda s: cloud.report_of(s, b.batch_id)),
        lambda _b: reads(lambda s: cloud.report_of(s, NO_CASE)),
    ),
    "the file to correct": (
        "jia",
        lambda _b: below.takes_rejects,
        lambda b: asks(lambda _b, a: imports.write_rejects(b.store, a, NO_CASE, b.file("x.csv"))),
    ),
    "an event of the audit": (
        "jia",
        lambda b: reads(lambda s: audit_queries.one(s, b.event)),
        lambda _b: reads(lambda s: audit_queries.one(s, NO_CASE)),
    ),
    "a user to sign out": (
        "jia",
        lambda b: asks(lambda _b, a: users.sign_out_everywhere(b.store, a, "yi")),
        lambda b: asks(lambda _b, a: users.sign_out_everywhere(b.store, a, "no-such-user")),
    ),
    "a case on its screen": (
        "jia",
        lambda b: opens("cases", case=str(b.case_id), period="all"),
        lambda _b: opens("cases", case=str(NO_CASE), period="all"),
    ),
    "an import on its screen": (
        "jia",
        lambda b: opens("data_cloud", view="batches", batch=str(b.batch_id)),
        lambda _b: opens("data_cloud", view="batches", batch=str(NO_CASE)),
    ),
    "a user on the screen": (
        "leader",
        lambda _b: opens("users", user="yi"),
        lambda _b: opens("users", user="no-such-user"),
    ),
}


def _same(call: Callable[[Any, str], object], session: Any, name: str) -> object:
    """The answer without the name that was asked for, which it repeats."""
    try:
        return call(session, name)
    except OneGridError as refused:
        return str(refused).replace(name, "…")


def words(answer: object) -> list[str]:
    """What a reader reads: of a page its messages, of anything else all of it."""
    if hasattr(answer, "main"):
        page: Any = answer
        kinds = (page.title, page.subheader, page.markdown, page.caption, page.info, page.warning, page.error)
        return [str(element.value) for kind in kinds for element in kind]
    return [told(answer)]


@pytest.mark.parametrize("what", SAME_WORDS)
def test_what_is_not_theirs_sounds_like_what_is_not_there(bench: Bench, what: str) -> None:
    who, theirs, nothing = SAME_WORDS[what]
    assert words(theirs(bench)(bench, who)) == words(nothing(bench)(bench, who))

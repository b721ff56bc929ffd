"""Saved views: who may open, change, share and delete them; what is stored; and what the audit keeps."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from data import views
from data.store import Store
from domain import saved_view
from domain.actor import OPERATOR, Actor, demo_actor
from domain.errors import InputRefused, NotAllowed, NotFound
from domain.vocabulary import Role
from queries.saved_views import SavedView, saved_views, view_named
from tests.support.small_city import COMMUNITIES, rows

ANNA = Actor("anna", frozenset({Role.ANALYST}), frozenset({"*"}))
BO = Actor("bo", frozenset({Role.ANALYST}), frozenset({"*"}))
LI = Actor("li", frozenset({Role.SECRETARY}), frozenset({COMMUNITIES[0]}))
WORKER = Actor("wu", frozenset({Role.GRID_WORKER}), frozenset({COMMUNITIES[0]}))
NOBODY = Actor("nobody", frozenset())

QUERY = {
    "area": [COMMUNITIES[1]],
    "category": ["噪声", "市容"],
    "role": ["leader"],
    "case": ["7"],
    "lang": ["en"],
}


def seen(store: Store, who: Actor) -> list[SavedView]:
    with store.session(who) as session:
        return saved_views(session)


def names(store: Store, who: Actor) -> list[str]:
    return [view.name for view in seen(store, who)]


def audits(store: Store) -> list[tuple[str, str, dict[str, Any]]]:
    found = rows(store, "select actor, action, detail from audit where subject = 'views' order by seq")
    return [(who, action, json.loads(detail)) for who, action, detail in found]


def test_a_view_holds_conditions_in_one_form_and_nothing_of_the_reader(city: Store) -> None:
    views.save(city, ANNA, "  北园 ", QUERY)
    views.save(city, ANNA, "same", {**QUERY, "category": ["市容", "噪声"]})
    first, second = seen(city, ANNA)
    assert {first.name, second.name} == {"北园", "same"}
    assert first.query == second.query
    assert first.state == {"area": [COMMUNITIES[1]], "category": ["噪声", "市容"]}


def test_a_view_is_of_one_screen(city: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another screen keeps views of its own, under the same names, with the parameters that it has."""
    monkeypatch.setitem(saved_view.STATES, "other", ("k", "kind"))
    views.save(city, ANNA, "mine", QUERY)
    other = views.save(city, ANNA, "mine", {**QUERY, "k": ["3"]}, "other")
    assert [view.state for view in seen(city, ANNA)] == [
        {"area": [COMMUNITIES[1]], "category": ["噪声", "市容"]}
    ]
    with city.session(ANNA) as session:
        (found,) = saved_views(session, "other")
        assert view_named(session, "mine").view_id != other
    assert (found.view_id, found.screen, found.state) == (other, "other", {"k": ["3"]})
    views.change(city, ANNA, other, {"kind": ["canteen"], "area": ["1"]})
    with city.session(ANNA) as session:
        assert [view.state for view in saved_views(session, "other")] == [{"kind": ["canteen"]}]


def test_nobody_else_sees_a_private_view(city: Store) -> None:
    view_id = views.save(city, ANNA, "mine", QUERY)
    for who in (BO, LI, OPERATOR, NOBODY, Actor("", frozenset(Role)), demo_actor(Role.AUDITOR)):
        assert seen(city, who) == []
        with city.session(who) as session, pytest.raises(NotFound):
            view_named(session, "mine")
    assert names(city, ANNA) == ["mine"]
    assert len(view_id) >= 20


def test_a_session_without_an_actor_sees_none(city: Store) -> None:
    view_id = views.save(city, ANNA, "mine", QUERY)
    views.share(city, ANNA, view_id, Role.SECRETARY)
    assert rows(city, "select * from visible_saved_view") == []


def test_a_shared_view_is_seen_by_its_role_and_taken_back(city: Store) -> None:
    view_id = views.save(city, ANNA, "for secretaries", QUERY)
    views.share(city, ANNA, view_id, Role.SECRETARY)
    (view,) = seen(city, LI)
    assert (view.name, view.owner, view.own, view.shared_role) == (
        "for secretaries",
        "anna",
        False,
        Role.SECRETARY,
    )
    assert names(city, BO) == names(city, WORKER) == []
    views.share(city, ANNA, view_id, None)
    assert names(city, LI) == []
    assert names(city, ANNA) == ["for secretaries"]


ATTEMPTS: dict[str, Callable[[Store, Actor, str], None]] = {
    "change": lambda store, who, view_id: views.change(store, who, view_id, {"area": ["1"]}),
    "rename": lambda store, who, view_id: views.rename(store, who, view_id, "stolen"),
    "share": lambda store, who, view_id: views.share(store, who, view_id, Role.SECRETARY),
    "delete": views.delete,
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
@pytest.mark.parametrize("who", [BO, LI, OPERATOR], ids=lambda who: who.login)
@pytest.mark.parametrize("shared", [False, True])
def test_only_the_owner_changes_a_view(city: Store, attempt: str, who: Actor, *, shared: bool) -> None:
    view_id = views.save(city, ANNA, "mine", QUERY)
    if shared:
        views.share(city, ANNA, view_id, next(iter(who.roles)))
    before, told = rows(city, "select * from saved_view"), audits(city)
    with pytest.raises(NotFound, match="不是您的"):
        ATTEMPTS[attempt](city, who, view_id)
    assert rows(city, "select * from saved_view") == before
    assert audits(city) == told


def test_sharing_needs_its_deed_and_a_role_that_looks_at_cases(city: Store) -> None:
    own = views.save(city, WORKER, "worker's", QUERY)
    with pytest.raises(NotAllowed):
        views.share(city, WORKER, own, Role.LEADER)
    view_id = views.save(city, ANNA, "mine", QUERY)
    with pytest.raises(InputRefused, match="不看业务数据"):
        views.share(city, ANNA, view_id, Role.AUDITOR)
    with pytest.raises(NotAllowed):
        views.save(city, demo_actor(Role.AUDITOR), "cases", QUERY)


def test_a_view_is_renamed_changed_and_deleted_by_its_owner(city: Store) -> None:
    view_id = views.save(city, ANNA, "first", QUERY)
    views.save(city, ANNA, "second", {})
    views.rename(city, ANNA, view_id, "third")
    views.change(city, ANNA, view_id, {"state": ["closed"], "period": ["7d"]})
    with city.session(ANNA) as session:
        found = view_named(session, "third")
    assert (found.view_id, found.query) == (view_id, "period=7d&state=closed")
    views.delete(city, ANNA, view_id)
    assert names(city, ANNA) == ["second"]
    told = [(action, detail["name"]) for _who, action, detail in audits(city)]
    assert told == [
        ("view_save", "first"),
        ("view_save", "second"),
        ("view_save", "third"),
        ("view_save", "third"),
        ("view_delete", "third"),
    ]


def test_two_views_of_one_owner_have_two_names(city: Store) -> None:
    first = views.save(city, ANNA, "one", QUERY)
    second = views.save(city, ANNA, "two", QUERY)
    views.save(city, BO, "one", QUERY)
    for attempt in (
        lambda: views.save(city, ANNA, " one", QUERY),
        lambda: views.rename(city, ANNA, second, "one"),
    ):
        with pytest.raises(InputRefused, match="同名"):
            attempt()
    views.rename(city, ANNA, first, "one")
    assert names(city, ANNA) == ["one", "two"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\x00b", "\u202efdp.exe", "a\nb", "zero\u200bwidth"])
def test_names_that_hide_something_are_refused(city: Store, name: str) -> None:
    with pytest.raises(InputRefused):
        views.save(city, ANNA, name, QUERY)


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "'; drop table saved_view; --", "=1+1", "[a](b)"]
)
def test_any_other_text_is_a_name(city: Store, name: str) -> None:
    views.save(city, ANNA, name, QUERY)
    with city.session(ANNA) as session:
        assert view_named(session, name).name == name


def test_a_persons_number_is_kept_in_no_view_and_a_text_in_no_name_of_the_audit(city: Store) -> None:
    with pytest.raises(InputRefused, match="电话或证件号"):
        views.save(city, ANNA, "somebody", {"text": ["13812345678"]})
    view_id = views.save(city, ANNA, "place", {"text": ["望江路"]})
    with pytest.raises(InputRefused):
        views.change(city, ANNA, view_id, {"text": ["330102199001011234"]})
    assert "13812345678" not in repr(rows(city, "select * from audit"))
    assert seen(city, ANNA)[0].state == {"text": ["望江路"]}


def test_a_state_that_is_too_long_and_too_many_views_are_refused(
    city: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputRefused, match="太长"):
        views.save(city, ANNA, "long", {"category": [f"类别{n}" for n in range(2_000)]})
    monkeypatch.setattr(views, "MOST_VIEWS", 1)
    views.save(city, ANNA, "one", QUERY)
    with pytest.raises(InputRefused, match="已到上限"):
        views.save(city, ANNA, "two", QUERY)


def test_a_name_shared_by_several_must_be_told_by_owner(city: Store) -> None:
    for who in (ANNA, BO):
        views.share(city, who, views.save(city, who, "weekly", QUERY), Role.SECRETARY)
    with city.session(LI) as session, pytest.raises(InputRefused, match="anna、bo"):
        view_named(session, "weekly")
    views.save(city, LI, "weekly", {})
    with city.session(LI) as session:
        assert view_named(session, "weekly").owner == "li"

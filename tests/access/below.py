"""Ways below the screens: caches, exports, unmasking, users, audit, imports. A refusal is answered as its words."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import streamlit as st

from data import audit, imports, persons, users, views
from data.export import ExportFormat
from domain.actor import Actor
from domain.audit import AuditFilter
from domain.errors import OneGridError
from domain.filters import CaseFilter
from domain.indicators import catalogue
from domain.pivot import Axis, PivotOrder
from domain.progress import no_progress
from domain.users import UserText
from domain.vocabulary import Level, Role, Subject
from queries import audit as audit_queries
from queries import cloud
from queries.batch_export import BatchRequest, export_batch
from queries.case_export import Request, export_cases
from queries.figures import Question
from queries.pivot import Ask
from queries.pivot_export import PivotRequest, export_pivot
from queries.saved_views import saved_views, view_named
from tests.access.bench import MARK, YI, Bench
from ui import exports
from ui.cache import keys
from ui.exports import Order

Way = Callable[[Bench, str], object]
Call = Callable[[Bench, Actor], object]

REASON = "回访诉求人，核实处理结果"


def asks(call: Call) -> Way:
    """One call as the actor; what it refuses with is an answer too."""

    def way(bench: Bench, who: str) -> object:
        try:
            return call(bench, bench.actor(who))
        except OneGridError as refused:
            return refused

    return way


def reads(query: Callable[[Any], object]) -> Way:
    """A query in a session of the actor."""

    def call(bench: Bench, actor: Actor) -> object:
        with bench.store.session(actor) as session:
            return query(session)

    return asks(call)


# --- caches -------------------------------------------------------------------------------------------------------


def shares(call: Call, owner: str = "yi") -> Way:
    """The same cached call by two people: after the owner, before, and both at once, each time on empty caches."""

    def way(bench: Bench, who: str) -> object:
        other = "jia" if who == owner else owner
        orders = ([other, who], [who, other])
        found = [_in_turn(bench, call, order)[who] for order in orders]
        return [*found, _at_once(bench, call, [who, other])[who]]

    return way


def _in_turn(bench: Bench, call: Call, order: list[str]) -> dict[str, object]:
    _empty_caches()
    return {who: _told(bench, call, who) for who in order}


def _at_once(bench: Bench, call: Call, both: list[str]) -> dict[str, object]:
    _empty_caches()
    start = threading.Barrier(len(both))

    def run(who: str) -> object:
        start.wait(30)
        return _told(bench, call, who)

    with ThreadPoolExecutor(len(both)) as threads:
        return dict(zip(both, threads.map(run, both), strict=True))


def _told(bench: Bench, call: Call, who: str) -> object:
    return asks(call)(bench, who)


def _empty_caches() -> None:
    st.cache_data.clear()
    st.cache_resource.clear()


def key(actor: Actor) -> str:
    """The key of every table: two readers of one moment have the same."""
    return keys.key_of(keys.now(actor).versions, *Subject)


def question(bench: Bench) -> Question:
    """乙's figures."""
    return Question(catalogue.DEFAULT, CaseFilter(), bench.area(), bench.store.city().as_of)


# --- files --------------------------------------------------------------------------------------------------------


def takes_cases(file_format: ExportFormat, code: str | None = YI, text: str = "") -> Way:
    """Exports the cases of an area, None everywhere."""

    def call(bench: Bench, actor: Actor) -> object:
        request = Request(CaseFilter(text=text), bench.area(code) if code else None, file_format)
        return export_cases(bench.store, actor, request, bench.file(f"x.{file_format}"), no_progress).path

    return asks(call)


def takes_batch(code: str | None, level: Level = Level.COMMUNITY) -> Way:
    """Exports one file an area."""

    def call(bench: Bench, actor: Actor) -> object:
        request = BatchRequest(CaseFilter(), bench.area(code) if code else None, ExportFormat.CSV, level)
        return export_batch(bench.store, actor, request, bench.file("x.zip"), no_progress).path

    return asks(call)


def takes_pivot(rows: Axis, code: str = YI) -> Way:
    """Exports a pivot of an area's cases."""

    def call(bench: Bench, actor: Actor) -> object:
        asked = Question(catalogue.DEFAULT, CaseFilter(), bench.area(code), bench.store.city().as_of)
        request = PivotRequest(Ask(asked, "cases", rows), PivotOrder.VOLUME, ExportFormat.CSV)
        return export_pivot(bench.store, actor, request, bench.file("x.csv"), no_progress).path

    return asks(call)


def looks_at_orders(bench: Bench, who: str) -> object:
    """Asks for the orders of exports that there are, once 乙's secretary has one."""
    ordered(bench)
    return exports.JOBS.of(bench.actor(who))


def ordered(bench: Bench) -> exports.Ready:
    """An export that 乙's secretary ordered, made and offered."""
    yi = bench.actor("yi")
    request = Request(CaseFilter(text=f"{MARK}标题"), bench.area(), ExportFormat.CSV)
    exports.start(bench.store, yi, Order(request, 5))
    exports.JOBS._held[exports.JOBS.of(yi)[0].job_id].future.exception(60)
    ready = exports.JOBS.of(yi)[0].result
    assert ready is not None
    return ready


# --- views --------------------------------------------------------------------------------------------------------

CHANGED = "somebody else's view was changed"


def changes_view(change: Callable[[Bench, Actor, str], object]) -> Way:
    """Tries a change on a view that 乙's secretary has just saved; tells whether it took place."""

    def way(bench: Bench, who: str) -> object:
        yi = bench.actor("yi")
        view_id = views.save(bench.store, yi, f"试{bench.file('v').name}", {"area": [YI]})
        before = _view(bench, yi, view_id)
        answer = asks(lambda _bench, actor: change(bench, actor, view_id))(bench, who)
        after = _view(bench, yi, view_id)
        if after:
            views.delete(bench.store, yi, view_id)
        return [answer, CHANGED if after != before else None]

    return way


def _view(bench: Bench, actor: Actor, view_id: str) -> object:
    with bench.store.session(actor) as session:
        found = [view for view in saved_views(session) if view.view_id == view_id]
    return [(view.name, view.query, view.shared_role) for view in found]


renames = changes_view(lambda bench, actor, view_id: views.rename(bench.store, actor, view_id, "新名字"))
overwrites = changes_view(lambda bench, actor, view_id: views.change(bench.store, actor, view_id, {}))
shares_on = changes_view(lambda bench, actor, view_id: views.share(bench.store, actor, view_id, Role.LEADER))
deletes = changes_view(lambda bench, actor, view_id: views.delete(bench.store, actor, view_id))


def saves_view(bench: Bench, who: str) -> object:
    """Saves a view of its own."""

    def call(_bench: Bench, actor: Actor) -> object:
        views.delete(bench.store, actor, views.save(bench.store, actor, "试存", {"area": [YI]}))
        return CHANGED

    return asks(call)(bench, who)


def opens_view(name: str) -> Way:
    """Asks for a view by its name, as the command line does."""
    return reads(lambda session: view_named(session, name))


# --- persons, users, audit, imports -------------------------------------------------------------------------------


def unmasks(case: str = "case_id") -> Way:
    """Asks who a case comes from."""
    return asks(lambda bench, actor: persons.unmask(bench.store, actor, getattr(bench, case), REASON))


def adds_user(bench: Bench, who: str) -> object:
    """Tries to give itself everything."""
    wanted = UserText(f"{who}2", ("leader",), ("*",), note=CHANGED)

    def call(_bench: Bench, actor: Actor) -> object:
        added = users.add(bench.store, actor, wanted)
        users.remove(bench.store, actor, wanted.login)
        return added

    return asks(call)(bench, who)


widens_itself = asks(
    lambda bench, actor: users.change(
        bench.store, actor, "jia", UserText("jia", ("secretary",), (YI,), note=CHANGED)
    )
)
verifies_audit = asks(lambda bench, actor: [audit.verify(bench.store, actor), "verified"])
reads_audit = reads(lambda session: audit_queries.page(session, AuditFilter(), most=100))


def takes_audit(bench: Bench, who: str) -> object:
    """Exports the audit."""

    def call(_bench: Bench, actor: Actor) -> object:
        target = bench.file("audit.csv")
        audit_queries.export_audit(bench.store, actor, AuditFilter(), ExportFormat.CSV, target)
        return target

    return asks(call)(bench, who)


def takes_rejects(bench: Bench, who: str) -> object:
    """Writes the rows that an import kept out, as they came."""

    def call(_bench: Bench, actor: Actor) -> object:
        target = bench.file("rejects.csv")
        imports.write_rejects(bench.store, actor, bench.batch_id, target)
        return target

    return asks(call)(bench, who)


def reads_import(what: str) -> Way:
    """A part of what is known of the import that brought 乙's cases."""

    def call(bench: Bench, actor: Actor) -> object:
        with bench.store.session(actor) as session:
            if what == "batches":
                return cloud.batches(session)
            if what == "report":
                return cloud.report_of(session, bench.batch_id)
            if what == "findings":
                return cloud.findings_of(session, bench.batch_id)
            return cloud.rejects_of(session, bench.batch_id, most=50)

    return asks(call)

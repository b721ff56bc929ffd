"""The audit for its readers; never cached: who sees it depends on roles, which no cache key holds."""

from datetime import date

from data.audit import Report, verify
from domain.actor import Actor
from domain.audit import AuditFilter
from queries import audit as queries
from queries.audit import AuditPage, AuditRow
from ui.storage import store


def days(actor: Actor) -> tuple[date, date] | None:
    """The first and the last local day with an event; None where the actor sees none."""
    with store().session(actor) as session:
        return queries.days(session)


def page(actor: Actor, chosen: AuditFilter, most: int, first: int) -> AuditPage:
    """Some events of a filter, newest first."""
    with store().session(actor) as session:
        return queries.page(session, chosen, most=most, first=first)


def one(actor: Actor, seq: int) -> AuditRow | None:
    """The event of a number; None where there is none to see."""
    with store().session(actor) as session:
        return queries.one(session, seq)


def report(actor: Actor) -> Report:
    """The state of the chain. Raises NotAllowed."""
    return verify(store(), actor)

"""Unmasking: the personal fields of one case, for a reason, and never before the audit says so."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn

from data.audit import record
from data.ledger import Writer
from data.session import bind
from data.statements import statements
from data.store import Store
from domain.actor import Actor
from domain.audit import Action
from domain.deeds import Deed, may_do
from domain.errors import InputRefused, NotAllowed, NotFound, OneGridError
from domain.i18n import _

_SQL = statements(Path(__file__).parent / "sql" / "persons.sql")

LEAST_REASON, LONGEST_REASON = 4, 200
"""Characters of a reason; what is longer is cut."""

_STARS = "***"
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


@dataclass(frozen=True)
class Person:
    """Who a case comes from; None where the source did not say, or the value's term is over."""

    reporter_name: str | None
    phone: str | None
    id_number: str | None
    address: str | None


def unmask(store: Store, actor: Actor, case_id: int, reason: str) -> Person:
    """The personal fields of a case that the actor sees; the audit notes who, which case and why.

    Raises NotAllowed, NotFound for a case that is not there or not theirs (the two look the same), both noted in
    the audit as refusals; InputRefused for a reason that is none.
    """
    subject = f"case:{case_id}"
    verdict = may_do(actor, Deed.UNMASK)
    if not verdict.allowed:
        _refuse(
            store, actor, subject, NotAllowed(verdict.words, _("请换成有权限的账号，或请有权限的人办理。"))
        )
    told = checked_reason(reason)
    with store.writing(actor) as writer:
        person = _person(writer, actor, case_id)
        if person is not None:
            held = {name: value for name, value in asdict(person).items() if value}
            words = _without(writer, told, held.values())
            writer.audit(Action.UNMASK, subject, {"reason": words, "fields": sorted(held)})
    if person is None:
        unknown = NotFound(
            _("没有这件案件，或它不在您的范围内。"), _("请回到列表重新选择；链接可能来自别的范围。")
        )
        _refuse(store, actor, subject, unknown)
    return person


def checked_reason(reason: str) -> str:
    """The reason as it is noted. Raises InputRefused where it is too short or holds what cannot be seen."""
    told = reason.strip()
    if _INVISIBLE.search(told):
        raise InputRefused(_("理由里有看不见的控制字符。"), _("请写成一行普通文字。"))
    if len("".join(told.split())) < LEAST_REASON:
        raise InputRefused(
            _("理由只有 {n} 个字，至少要 {least} 个。").format(n=len(told), least=LEAST_REASON),
            _("请写明为什么要查看，例如：回访诉求人核实处理结果。"),
        )
    return told[:LONGEST_REASON]


def _person(writer: Writer, actor: Actor, case_id: int) -> Person | None:
    bind(writer.cursor, actor)
    rows = writer.run(_SQL["person"], {"case_id": case_id}).fetchall()
    return Person(*rows[0]) if rows else None


def _without(writer: Writer, reason: str, values: Iterable[str]) -> str:
    """The reason without what it was written to look up: the case's own values, and numbers of persons."""
    for value in sorted(values, key=len, reverse=True):
        reason = reason.replace(value, _STARS)
    told: str = writer.one(_SQL["masked"], {"text": reason})[0]
    return told


def _refuse(store: Store, actor: Actor, subject: str, error: OneGridError) -> NoReturn:
    record(store, actor, Action.REFUSAL, subject, {"deed": Deed.UNMASK.value, "kind": type(error).__name__})
    raise error

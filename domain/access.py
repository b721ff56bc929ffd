"""Which figures of areas beyond its own an actor may see: one table, each verdict with its reason.

Cases, points and posts are no matter of this policy: the visible_* views keep them to whoever answers for
them, whatever stands here. Decided are counts and rates of areas that the actor does not answer for: those
of the whole installation, and those of a single other area; and how far the nearest service point is where that
is somebody else's. What the table does not name is refused. An actor with several roles may see what any of
them may.
"""

from dataclasses import dataclass
from enum import StrEnum

from domain.actor import EVERYWHERE, Actor
from domain.filters import CaseFilter
from domain.i18n import N_, _
from domain.vocabulary import Role

WHOLE_CITY = Actor("figures-of-the-whole", frozenset(), frozenset({EVERYWHERE}))
"""Reads a figure of the whole installation, or distances in it, for an actor who may see it; nothing else."""

_FEWEST_AREAS = 3
"""With fewer, the whole less one's own part is the figure of one other area."""


class Figures(StrEnum):
    """What figures are of."""

    WHOLE = "whole"
    OTHER_AREA = "other_area"
    NEAREST = "nearest"

    @property
    def label(self) -> str:
        """What the figures are of, in the reader's language."""
        return _(_LABELS[self])


_LABELS = {
    Figures.WHOLE: N_("全市的合计"),
    Figures.OTHER_AREA: N_("别的一个区划的数字"),
    Figures.NEAREST: N_("自己网格到辖区外最近站点的距离"),
}


@dataclass(frozen=True)
class Verdict:
    """An answer with its reason; the reason is a source string, told in the reader's language by `words`."""

    allowed: bool
    reason: str

    @property
    def words(self) -> str:
        """The reason in the reader's language."""
        return _(self.reason)


_REFERENCE = Verdict(
    allowed=True, reason=N_("自己的数字要有全市的作参照才读得懂；合计里没有任何一件案件、名称或名单。")
)
_NOT_THEIRS = Verdict(allowed=False, reason=N_("别处由别人负责：边界人人可看，数字和案件只给负责的人。"))
_DEPARTMENT = Verdict(allowed=False, reason=N_("部门只看派给它或吹哨找它的案件，不看区划的数字。"))
_DISTANCE = Verdict(
    allowed=True,
    reason=N_("最近的站点可能在辖区外：只看自己的会把有人管的网格算成空白。只给距离，不给它的名称和资料。"),
)
_KEEPER = Verdict(allowed=False, reason=N_("系统管理员和审计员不看业务数据：三员分立。"))

_POLICY: dict[tuple[Role, Figures], Verdict] = {
    (Role.LEADER, Figures.WHOLE): _REFERENCE,
    (Role.SECRETARY, Figures.WHOLE): _REFERENCE,
    (Role.ANALYST, Figures.WHOLE): _REFERENCE,
    (Role.GRID_WORKER, Figures.WHOLE): _REFERENCE,
    (Role.DISPATCHER, Figures.WHOLE): _REFERENCE,
    (Role.VERIFIER, Figures.WHOLE): _REFERENCE,
    (Role.CALLBACK_AGENT, Figures.WHOLE): _REFERENCE,
    (Role.OPERATOR, Figures.WHOLE): _REFERENCE,
    (Role.ADMINISTRATOR, Figures.WHOLE): _KEEPER,
    (Role.AUDITOR, Figures.WHOLE): _KEEPER,
    (Role.ADMINISTRATOR, Figures.OTHER_AREA): _KEEPER,
    (Role.AUDITOR, Figures.OTHER_AREA): _KEEPER,
    (Role.DEPARTMENT_HANDLER, Figures.WHOLE): _DEPARTMENT,
    (Role.DEPARTMENT_HANDLER, Figures.OTHER_AREA): _DEPARTMENT,
    (Role.LEADER, Figures.NEAREST): _DISTANCE,
    (Role.SECRETARY, Figures.NEAREST): _DISTANCE,
    (Role.ANALYST, Figures.NEAREST): _DISTANCE,
    (Role.GRID_WORKER, Figures.NEAREST): _DISTANCE,
    (Role.DISPATCHER, Figures.NEAREST): _DISTANCE,
    (Role.VERIFIER, Figures.NEAREST): _DISTANCE,
    (Role.CALLBACK_AGENT, Figures.NEAREST): _DISTANCE,
    (Role.OPERATOR, Figures.NEAREST): _DISTANCE,
    (Role.ADMINISTRATOR, Figures.NEAREST): _KEEPER,
    (Role.AUDITOR, Figures.NEAREST): _KEEPER,
    (Role.DEPARTMENT_HANDLER, Figures.NEAREST): _DEPARTMENT,
}

_EVERYTHING = Verdict(allowed=True, reason=N_("负责全部区划。"))
_ALONE = Verdict(allowed=False, reason=N_("只有这一个区划，没有别处可比。"))
_SUBTRACTION = Verdict(
    allowed=False, reason=N_("总共只有两个区划：全市减去自己就是另一个，所以不给全市的数字。")
)
_PROBING = Verdict(
    allowed=False,
    reason=N_("按文字、小区或导入问题筛选时不给全市的数字：否则能逐字试出别处有没有某件案件。"),
)


def may_see(actor: Actor, figures: Figures) -> Verdict:
    """Whether an actor may see figures of areas that it does not answer for."""
    if actor.sees_everything:
        return _EVERYTHING
    found = [_verdict_of(role, figures) for role in sorted(actor.roles)]
    return next((verdict for verdict in found if verdict.allowed), next(iter(found), _NOT_THEIRS))


def verdicts() -> dict[tuple[Role, Figures], Verdict]:
    """The whole table: what each role alone may see of areas that it does not answer for."""
    return {(role, figures): _verdict_of(role, figures) for role in Role for figures in Figures}


def rules() -> tuple[Verdict, ...]:
    """What goes before the table for every role, in the order in which `may_compare` asks."""
    return (_ALONE, _EVERYTHING, _SUBTRACTION, _PROBING)


def _verdict_of(role: Role, figures: Figures) -> Verdict:
    return _POLICY.get((role, figures), _NOT_THEIRS)


def may_compare(actor: Actor, chosen: CaseFilter, areas: int) -> Verdict:
    """Whether an actor may see the whole installation's figure under a filter beside that of its own area.

    `areas` is how many areas of the same level there are. Whoever sees a part only must not get the figure
    of one other area by subtraction, nor find out by a text or a compound whether a case exists.
    """
    if areas <= 1:
        return _ALONE
    verdict = may_see(actor, Figures.WHOLE)
    if not verdict.allowed or actor.sees_everything:
        return verdict
    if areas < _FEWEST_AREAS:
        return _SUBTRACTION
    probes = chosen.text.strip() or chosen.finding or chosen.compounds or chosen.companies
    return _PROBING if probes else verdict


def reader_of_whole(actor: Actor, verdict: Verdict) -> Actor | None:
    """Whose eyes a figure of the whole or a distance is read with: the actor's own, or lent ones; None if refused."""
    if not verdict.allowed:
        return None
    return actor if actor.sees_everything else WHOLE_CITY

"""What can be said of a compound beside its cases: the words that penalties are made of.

A fact is true, false, or not known. All but `unmanaged` stand as they are now: the store keeps no dates for them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.i18n import N_, _
from domain.profile_faults import closest, joined
from domain.vocabulary import Labelled


class Fact(Labelled):
    """The facts; all but `unmanaged` are columns of a compound under the same name."""

    UNMANAGED = "unmanaged"
    OWNERS_COMMITTEE = "owners_committee"
    PARTY_BRANCH = "party_branch"
    CROSS_SERVING = "cross_serving"
    HAS_PLACE = "has_place"
    HAS_FUNDS = "has_funds"
    HAS_VOLUNTEERS = "has_volunteers"
    HAS_CONSULTATION = "has_consultation"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "unmanaged": N_("周期末无人管理（弃管）"),
            "owners_committee": N_("有业主委员会"),
            "party_branch": N_("有党支部"),
            "cross_serving": N_("双向交叉任职"),
            "has_place": N_("有场所"),
            "has_funds": N_("有经费"),
            "has_volunteers": N_("有志愿者"),
            "has_consultation": N_("有议事协商"),
        }

    @property
    def opposite(self) -> str:
        """That the fact does not hold, in the reader's language."""
        return _(_OPPOSITES[self])


_OPPOSITES = {
    Fact.UNMANAGED: N_("周期末有人管理"),
    Fact.OWNERS_COMMITTEE: N_("没有业主委员会"),
    Fact.PARTY_BRANCH: N_("没有党支部"),
    Fact.CROSS_SERVING: N_("没有双向交叉任职"),
    Fact.HAS_PLACE: N_("没有场所"),
    Fact.HAS_FUNDS: N_("没有经费"),
    Fact.HAS_VOLUNTEERS: N_("没有志愿者"),
    Fact.HAS_CONSULTATION: N_("没有议事协商"),
}


@dataclass(frozen=True)
class Condition:
    """One fact, or its opposite: `unmanaged`, `not party_branch`."""

    fact: Fact
    wanted: bool = True

    @property
    def words(self) -> str:
        """The condition in the reader's language."""
        return self.fact.label if self.wanted else self.fact.opposite

    def holds_in(self, facts: Mapping[Fact, bool | None]) -> bool:
        """Whether it is known to hold."""
        return facts.get(self.fact) is self.wanted

    @classmethod
    def parse(cls, text: str) -> "Condition":
        """The condition that a text says. Raises ValueError that names the word it does not know."""
        name = text.removeprefix("not ").strip()
        if name not in set(Fact):
            raise ValueError(
                _("fact 写的是“{seen}”，没有这个事实；可用：{known}。").format(
                    seen=name, known=joined(closest(name, Fact))
                )
            )
        return cls(Fact(name), not text.startswith("not "))

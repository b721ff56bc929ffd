"""Conditions over facts, as they stand in a profile: `closed and not void or open and due`.

`and` binds closer than `or`, `not` stands before one fact; there are no brackets, so a condition is read at
a glance and printed in words as it stands.
"""

from dataclasses import dataclass

from domain.i18n import _
from domain.indicators.facts import Fact
from domain.profile_faults import closest, joined


@dataclass(frozen=True)
class Term:
    """One fact, or its opposite."""

    fact: Fact
    holds: bool = True

    @property
    def words(self) -> str:
        """The term in the reader's language."""
        return self.fact.label if self.holds else self.fact.opposite


@dataclass(frozen=True)
class Condition:
    """Any of `alternatives`, each a list of terms that all hold. An empty alternative is always true."""

    alternatives: tuple[tuple[Term, ...], ...]

    @property
    def facts(self) -> frozenset[Fact]:
        """Every fact that it asks for."""
        return frozenset(term.fact for terms in self.alternatives for term in terms)

    @property
    def words(self) -> str:
        """The condition in the reader's language."""
        told = [_(" 且 ").join(term.words for term in terms) for terms in self.alternatives]
        return _("；或 ").join(told)

    @classmethod
    def parse(cls, text: str) -> "Condition":
        """The condition that a text says. Raises ValueError that names the word it does not know."""
        parts = [part.split(" and ") for part in " ".join(text.split()).split(" or ")]
        return cls(tuple(tuple(_term(word) for word in words) for words in parts))


def _term(word: str) -> Term:
    name = word.removeprefix("not ").strip()
    if name not in set(Fact):
        raise ValueError(
            _("条件里写的是“{seen}”，应当是用 and、or、not 连接的事实；可用：{known}。").format(
                seen=name, known=joined(closest(name, sorted(Fact)))
            )
        )
    return Term(Fact(name), holds=not word.startswith("not "))

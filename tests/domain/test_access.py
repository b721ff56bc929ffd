"""Which figures of areas beyond its own an actor may see: every role, and the ways round the policy."""

from __future__ import annotations

import pytest

from domain import access
from domain.access import WHOLE_CITY, Figures, may_compare, may_see, reader_of_whole
from domain.actor import EVERYWHERE, KEEPERS, OPERATOR, Actor
from domain.filters import CaseFilter, FindingRows, HourCell, Side
from domain.i18n import use_language
from domain.vocabulary import Role

HERS = "470102001001"
PLAIN = CaseFilter()
SECRETARY = Actor("s", frozenset({Role.SECRETARY}), frozenset({HERS}))
LEADER = Actor("l", frozenset({Role.LEADER}), frozenset({EVERYWHERE}))
HANDLER = Actor("d", frozenset({Role.DEPARTMENT_HANDLER}), departments=frozenset({"城管局"}))


def bound(*roles: Role) -> Actor:
    """Somebody with these roles who answers for one community."""
    return Actor("x", frozenset(roles), frozenset({HERS}))


@pytest.mark.parametrize("role", list(Role))
def test_every_role_bound_to_an_area_sees_the_whole_beside_its_own_but_no_neighbour(role: Role) -> None:
    refused = {Role.DEPARTMENT_HANDLER, *KEEPERS}
    assert may_see(bound(role), Figures.WHOLE).allowed is (role not in refused)
    assert not may_see(bound(role), Figures.OTHER_AREA).allowed


@pytest.mark.parametrize(
    ("actor", "figures", "allowed"),
    [
        (LEADER, Figures.OTHER_AREA, True),  # answers for everything: there is no other area
        (OPERATOR, Figures.OTHER_AREA, True),
        (HANDLER, Figures.WHOLE, False),  # a department sees its cases, not areas
        (bound(Role.DEPARTMENT_HANDLER, Role.SECRETARY), Figures.WHOLE, True),  # any of the roles
        (bound(Role.DEPARTMENT_HANDLER, Role.SECRETARY), Figures.OTHER_AREA, False),
        (bound(), Figures.WHOLE, False),  # no role, nothing
        (bound(), Figures.OTHER_AREA, False),
        (SECRETARY, Figures.NEAREST, True),  # a neighbour's point serves her households too
        (LEADER, Figures.NEAREST, True),
        (HANDLER, Figures.NEAREST, False),
        (Actor("a", frozenset({Role.ADMINISTRATOR})), Figures.NEAREST, False),
        (bound(), Figures.NEAREST, False),
    ],
)
def test_what_an_actor_may_see(actor: Actor, figures: Figures, allowed: bool) -> None:
    verdict = may_see(actor, figures)
    assert verdict.allowed is allowed
    assert verdict.words


@pytest.mark.parametrize(
    ("actor", "chosen", "areas", "allowed"),
    [
        (SECRETARY, PLAIN, 3, True),
        (SECRETARY, PLAIN, 2, False),  # the whole less hers is her one neighbour's
        (SECRETARY, PLAIN, 1, False),  # there is nothing else
        (LEADER, PLAIN, 2, True),
        (LEADER, PLAIN, 1, False),
        (HANDLER, PLAIN, 70, False),
        # coarse filters count, a text or an import's finding would tell whether one case exists
        (SECRETARY, CaseFilter(categories=("噪声",), hours=(HourCell(5, 19),)), 70, True),
        (SECRETARY, CaseFilter(side=Side("general", "overdue", "numerator")), 70, True),
        (SECRETARY, CaseFilter(text="3号楼"), 70, False),
        (SECRETARY, CaseFilter(text="  "), 70, True),
        (SECRETARY, CaseFilter(finding=FindingRows(3, "code_mismatch")), 70, False),
        (SECRETARY, CaseFilter(compounds=("C1",)), 70, False),
        (SECRETARY, CaseFilter(companies=("锦川物业",)), 70, False),
        (LEADER, CaseFilter(text="3号楼"), 70, True),
    ],
)
def test_when_the_whole_stands_beside_an_area(
    actor: Actor, chosen: CaseFilter, areas: int, allowed: bool
) -> None:
    assert may_compare(actor, chosen, areas).allowed is allowed


def test_eyes_are_lent_for_what_is_allowed_only() -> None:
    yes, no = may_compare(SECRETARY, PLAIN, 70), may_compare(SECRETARY, PLAIN, 2)
    assert reader_of_whole(SECRETARY, yes) is WHOLE_CITY
    assert reader_of_whole(SECRETARY, no) is None
    assert reader_of_whole(LEADER, yes) is LEADER
    assert reader_of_whole(LEADER, no) is None


def test_every_reason_is_told_in_both_languages() -> None:
    verdicts = {value for value in vars(access).values() if isinstance(value, access.Verdict)} | set(
        access._POLICY.values()
    )
    assert len(verdicts) == 9
    for verdict in verdicts:
        with use_language("en"):
            assert verdict.words != verdict.reason

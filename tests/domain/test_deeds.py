"""Who may do what: every role and deed stands in one table, each answer has its reason, three duties stay apart."""

from __future__ import annotations

from itertools import combinations

import pytest

from domain.actor import KEEPERS, OPERATOR, Actor, demo_actor
from domain.deeds import Deed, kept_apart, may_do, require
from domain.errors import InputRefused, NotAllowed
from domain.vocabulary import Role

EVERYBODY = set(Role) - KEEPERS
MAY = {
    Deed.LOOK: EVERYBODY,
    Deed.EXPORT: EVERYBODY,
    Deed.SHARE_VIEW: {Role.LEADER, Role.SECRETARY, Role.ANALYST, Role.OPERATOR},
    Deed.UNMASK: {
        Role.SECRETARY,
        Role.GRID_WORKER,
        Role.DISPATCHER,
        Role.DEPARTMENT_HANDLER,
        Role.CALLBACK_AGENT,
    },
    Deed.IMPORT: {Role.OPERATOR},
    Deed.UNDO: {Role.OPERATOR},
    Deed.RELOCATE: {Role.OPERATOR},
    Deed.EXPORT_REJECTS: {Role.OPERATOR},
    Deed.ERASE: {Role.OPERATOR},
    Deed.MANAGE_USERS: {Role.ADMINISTRATOR},
    Deed.READ_AUDIT: {Role.AUDITOR},
}


@pytest.mark.parametrize("deed", Deed)
@pytest.mark.parametrize("role", Role)
def test_who_may(role: Role, deed: Deed):
    verdict = may_do(demo_actor(role), deed)
    assert verdict.allowed == (role in MAY[deed])
    assert verdict.words
    assert deed.label


@pytest.mark.parametrize(
    ("roles", "allowed"),
    [
        ({Role.LEADER, Role.OPERATOR}, True),  # one of several roles suffices
        ({Role.LEADER, Role.ADMINISTRATOR}, False),
        (set(), False),  # nobody in particular
    ],
)
def test_several_roles(roles: set[Role], *, allowed: bool):
    assert may_do(Actor("x", frozenset(roles)), Deed.IMPORT).allowed is allowed


def test_a_refusal_says_why():
    require(OPERATOR, Deed.UNDO)
    with pytest.raises(NotAllowed, match="只由数据管理员办理"):
        require(demo_actor(Role.LEADER), Deed.UNDO)
    with pytest.raises(NotAllowed, match="个人信息"):
        require(demo_actor(Role.ANALYST), Deed.EXPORT_REJECTS)


@pytest.mark.parametrize("pair", list(combinations(Role, 2)), ids="+".join)
def test_users_data_and_audit_are_kept_by_different_people(pair: tuple[Role, Role]):
    roles = frozenset(pair)
    if roles & KEEPERS:
        with pytest.raises(InputRefused, match="三员分立"):
            kept_apart(roles)
    else:
        kept_apart(roles)
    for role in pair:
        kept_apart({role})


@pytest.mark.parametrize("role", sorted(KEEPERS))
def test_whoever_keeps_users_or_audit_answers_for_no_area(role: Role):
    assert not demo_actor(role).areas

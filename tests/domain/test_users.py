"""An entry of a user: what is refused, each with what was seen and what to do."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.deeds import Deed, may_do
from domain.users import Known, User, UserRule, UserText, checked, login_key
from domain.vocabulary import Role

KNOWN = Known(frozenset({"330102001001", "330102001002"}), frozenset({"城管局"}))
AREA = ("330102001001",)


def text(login: str = "zhang", roles: tuple[str, ...] = ("secretary",), **given_: object) -> UserText:
    return UserText(**{"login": login, "roles": roles, "areas": AREA, **given_})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("entry", "rules"),
    [
        (text(), []),
        (text(roles=("社区书记",)), []),  # the Chinese word of a role
        (text(areas=("*",)), []),
        (text(roles=("leader", "operator"), areas=("*",)), []),
        (text(roles=("department_handler",), areas=(), departments=("城管局",)), []),
        (text(roles=("administrator",), areas=()), []),
        (text(kiosk_address="::ffff:10.1.2.3"), []),
        (text(login=""), ["bad_login"]),
        (text(login="a" * 129), ["bad_login"]),
        (text(login="zhang\x1fadmin"), ["bad_login"]),  # a separator of the audit's own
        (text(login="zhang\u200b"), ["bad_login"]),  # nobody sees it
        (text(login="zhang san"), ["bad_login"]),
        (text(login="ｚhang"), ["bad_login"]),  # full-width: looks like another login
        (text(login="\u212aim"), ["bad_login"]),  # KELVIN SIGN, lower case k
        (text(login="=cmd()"), ["bad_login"]),
        (text(login="Operator"), ["bad_login"]),  # the program's own
        (text(login="demo-leader"), ["bad_login"]),
        (text(roles=()), ["unknown_role"]),
        (text(roles=("boss",)), ["unknown_role"]),
        (text(roles=("administrator", "operator"), areas=()), ["kept_apart"]),
        (text(areas=("999",)), ["unknown_area"]),
        (text(departments=("水务局",)), ["unknown_department"]),
        (text(areas=()), ["scope"]),  # would see nothing
        (text(areas=("*", *AREA)), ["scope"]),
        (text(roles=("auditor",)), ["scope"]),  # an auditor has no areas
        (text(roles=("department_handler",), departments=("城管局",)), ["scope"]),  # nor a department's clerk
        (text(kiosk_address="the hall"), ["bad_address"]),
        (text(active="perhaps"), ["bad_value"]),
        (text(note="a\nb"), ["bad_value"]),
        (text(login="", roles=("boss",), areas=("999",)), ["bad_login", "unknown_role", "unknown_area"]),
    ],
)
def test_entries(entry: UserText, rules: list[str]) -> None:
    user, faults = checked(entry, KNOWN)
    assert [fault.rule.value for fault in faults] == rules
    assert (user is None) == bool(rules)
    assert all(fault.message and fault.remedy and fault.rule.label for fault in faults)


def test_what_an_entry_becomes() -> None:
    user, _faults = checked(text("Zhang", kiosk_address="::ffff:10.1.2.3", note=" 大厅 "), KNOWN)
    assert user == User(
        "Zhang", frozenset({Role.SECRETARY}), frozenset(AREA), kiosk_address="10.1.2.3", note="大厅"
    )
    assert user.actor.read_only
    allowed = [deed for deed in Deed if may_do(user.actor, deed).allowed]
    assert allowed == [Deed.LOOK]  # a secretary elsewhere exports, shares and unmasks


def test_every_rule_is_fired_by_some_entry() -> None:
    fired = {rule for entry in test_entries.pytestmark[0].args[1] for rule in entry[1]}  # type: ignore[attr-defined]
    elsewhere = {UserRule.DUPLICATE, UserRule.LAST_ADMINISTRATOR}  # tests/data/test_users.py
    assert fired == {rule.value for rule in set(UserRule) - elsewhere}


@given(st.text(max_size=20), st.text(max_size=20))
def test_two_logins_with_one_key_differ_in_case_only(one: str, other: str) -> None:
    key = login_key(one)
    if key is not None and key == login_key(other):
        assert one.lower() == other.lower()
        assert unicodedata.normalize("NFKC", one) == one
        assert not any(unicodedata.category(letter)[0] in "CZ" for letter in one)

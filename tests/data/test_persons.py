"""Unmasking: only whose work it is, only cases that they see, only with a reason, and always in the audit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from data.persons import LONGEST_REASON, Person, unmask
from data.store import Store
from domain.actor import INSPECTOR, Actor
from domain.errors import InputRefused, NotAllowed, NotFound
from domain.vocabulary import Role
from tests.support.small_city import COMMUNITIES, MAPPING, at, case, import_cases, one, rows, write_cases

NAME, PHONE = "赵某某", "13812345678"
REASON = "回访诉求人，核实处理结果"


def worker(*areas: str, role: Role = Role.SECRETARY) -> Actor:
    return Actor("wang", frozenset({role}), frozenset(areas))


MINE = worker(COMMUNITIES[0])


@pytest.fixture
def told(city: Store, tmp_path: Path) -> Store:
    """One case in the first community with a person, and one without."""
    cases = [case("a", name=NAME, tel=PHONE, **at(0, 0)), case("b", **at(0, 0))]
    import_cases(city, write_cases(tmp_path / "cases.csv", cases), MAPPING)
    return city


def case_id(store: Store, number: str) -> int:
    return int(str(one(store, f"select case_id from cases where source_case_id = '{number}'")))


def audited(store: Store) -> list[tuple[str, str, str, dict[str, object]]]:
    found = rows(
        store,
        "select actor, action, subject, detail from audit where action in ('unmask', 'refusal') order by seq",
    )
    return [(actor, action, subject, json.loads(detail)) for actor, action, subject, detail in found]


def test_a_reason_opens_one_case_and_the_audit_says_so(told: Store):
    number = case_id(told, "a")
    assert unmask(told, MINE, number, f"  {REASON} ") == Person(NAME, PHONE, None, None)
    assert audited(told) == [
        ("wang", "unmask", f"case:{number}", {"fields": ["phone", "reporter_name"], "reason": REASON})
    ]


def test_a_case_of_nobody_says_nothing_and_is_audited_all_the_same(told: Store):
    number = case_id(told, "b")
    assert unmask(told, MINE, number, REASON) == Person(None, None, None, None)
    assert audited(told) == [("wang", "unmask", f"case:{number}", {"fields": [], "reason": REASON})]


@pytest.mark.parametrize("theirs", [True, False])
def test_a_case_of_others_is_as_unknown_as_one_that_is_not_there(told: Store, *, theirs: bool):
    number = case_id(told, "a") if theirs else 999_999
    who = worker(COMMUNITIES[1])
    with pytest.raises(NotFound, match="没有这件案件，或它不在您的范围内") as refused:
        unmask(told, who, number, REASON)
    assert PHONE not in str(refused.value)
    assert audited(told) == [
        ("wang", "refusal", f"case:{number}", {"deed": "unmask", "kind": "NotFound"}),
    ]


@pytest.mark.parametrize("role", [Role.LEADER, Role.ANALYST, Role.OPERATOR, Role.AUDITOR, Role.ADMINISTRATOR])
def test_roles_that_call_nobody_are_refused(told: Store, role: Role):
    number = case_id(told, "a")
    with pytest.raises(NotAllowed):
        unmask(told, worker("*", role=role), number, REASON)
    assert audited(told) == [
        ("wang", "refusal", f"case:{number}", {"deed": "unmask", "kind": "NotAllowed"}),
    ]


@pytest.mark.parametrize(
    "reason", ["", "   ", "回访", "回 访 他", "回访\n诉求人", "回访\x1f诉求人", "回访\u200b诉求人\u202e"]
)
def test_a_reason_that_is_none_opens_nothing(told: Store, reason: str):
    with pytest.raises(InputRefused):
        unmask(told, MINE, case_id(told, "a"), reason)
    assert audited(told) == []


def test_the_audit_holds_no_person_whatever_the_reason_says(told: Store):
    number = case_id(told, "a")
    unmask(told, MINE, number, f"给{NAME}回电{PHONE}，或15012345670，证件11010519491231002X")
    unmask(told, MINE, number, "长" * 300)
    first, second = (detail["reason"] for _actor, _action, _subject, detail in audited(told))
    assert first == "给***回电***，或150****5670，证件110105************"
    assert second == "长" * LONGEST_REASON


def test_nothing_is_returned_where_the_audit_cannot_be_written(told: Store):
    """A login that the audit refuses: the transaction fails, and with it the answer."""
    strange = Actor("wang\x1f", MINE.roles, MINE.areas)
    with pytest.raises(InputRefused, match="控制字符"):
        unmask(told, strange, case_id(told, "a"), REASON)


def test_no_view_that_a_session_reads_has_a_person(told: Store):
    with told.session(INSPECTOR) as session:
        columns = session.rows(
            "select table_name, column_name from duckdb_columns() where table_name like 'visible_%'"
            " and column_name in ('reporter_name', 'phone', 'id_number', 'raw_private')"
        )
    assert columns == []

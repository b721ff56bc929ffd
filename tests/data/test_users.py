"""Users in the store: every change in the audit, duties kept apart, and never without an administrator."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from data import users, views
from data.export import BOM, ExportFormat
from data.store import Store
from data.user_file import import_users, users_csv
from domain.actor import HOUSEKEEPER, OPERATOR, Actor, demo_actor
from domain.deeds import Deed, may_do
from domain.errors import InputRefused, NotAllowed, NotFound
from domain.filters import CaseFilter
from domain.progress import no_progress
from domain.settings import Settings
from domain.sign_in import Refusal, SignIn
from domain.users import User, UserText
from domain.vocabulary import Role
from queries import users as queries
from queries.case_export import Request, export_cases
from server.operator.verbs import note_restore
from tests.support.small_city import COMMUNITIES, at, case, import_cases, rows, write_cases

SOUTH = COMMUNITIES[0]
ROOT = UserText("root", ("administrator",))
ZHANG = UserText("Zhang", ("secretary",), (SOUTH,), note="南园")


def admin(login: str = "root") -> Actor:
    return Actor(login, frozenset({Role.ADMINISTRATOR}))


def listed(store: Store, actor: Actor = HOUSEKEEPER) -> dict[str, User]:
    with store.session(actor) as session:
        return {item.user.login: item.user for item in queries.users(session)}


def audit(store: Store) -> list[tuple[str, str, str]]:
    """Actor, action and subject of all events about users."""
    told = rows(
        store,
        "select actor, action, subject from audit "
        "where action like 'user%' or action like 'log%' order by seq",
    )
    return [(str(actor), str(action), str(subject)) for actor, action, subject in told]


def detail(store: Store, action: str) -> dict[str, Any]:
    found = rows(store, f"select detail from audit where action = '{action}' order by seq desc limit 1")
    told: dict[str, Any] = json.loads(found[0][0])
    return told


def test_a_user_from_first_to_last(city: Store) -> None:
    users.add(city, HOUSEKEEPER, ROOT)
    users.add(city, admin(), ZHANG)
    assert listed(city)["Zhang"] == User(
        "Zhang", frozenset({Role.SECRETARY}), frozenset({SOUTH}), note="南园"
    )
    found = users.account(city, "zHANG")  # case makes no other user
    assert found is not None
    assert (found.user.login, found.signed_out_at) == ("Zhang", None)

    users.change(city, admin(), "ZHANG", UserText("ignored", ("analyst",), ("*",), active="no"))
    assert listed(city)["Zhang"] == User("Zhang", frozenset({Role.ANALYST}), frozenset({"*"}), active=False)
    users.sign_out_everywhere(city, admin(), "zhang")
    users.remove(city, admin(), "zhang")
    assert sorted(listed(city)) == ["root"]
    assert users.account(city, "zhang") is None
    assert audit(city) == [
        ("housekeeper", "user_add", "root"),
        ("root", "user_add", "Zhang"),
        ("root", "user_change", "Zhang"),
        ("root", "user_sign_out", "Zhang"),
        ("root", "user_remove", "Zhang"),
    ]
    assert detail(city, "user_change") == {
        "before": {
            "active": True,
            "areas": [SOUTH],
            "departments": [],
            "kiosk_address": None,
            "roles": ["secretary"],
        },
        "after": {
            "active": False,
            "areas": ["*"],
            "departments": [],
            "kiosk_address": None,
            "roles": ["analyst"],
        },
    }


def test_a_change_that_changes_nothing_leaves_no_trace(city: Store) -> None:
    users.add(city, HOUSEKEEPER, ROOT)
    users.change(city, HOUSEKEEPER, "root", ROOT)
    assert [action for _actor, action, _subject in audit(city)] == ["user_add"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (UserText("ROOT", ("administrator",)), "已有用户“root”"),
        (UserText("li", ("boss",), ("*",)), "没有角色“boss”"),
        (UserText("li", ("leader",), ("999",)), "没有编码是“999”的区划"),
        (UserText("li", ("department_handler",), (), ("水务局",)), "没有案件派给部门“水务局”"),
        (UserText("li", ("administrator", "auditor")), "三员分立"),
        (UserText("a\x1fb", ("auditor",)), "控制字符"),
    ],
)
def test_refused_entries_write_nothing(city: Store, text: UserText, told: str) -> None:
    users.add(city, HOUSEKEEPER, ROOT)
    with pytest.raises(InputRefused, match=told) as refused:
        users.add(city, HOUSEKEEPER, text)
    assert refused.value.remedy
    assert (sorted(listed(city)), len(audit(city))) == (["root"], 1)


def test_departments_are_those_of_the_cases(city: Store, tmp_path: Path) -> None:
    write_cases(tmp_path / "cases.csv", [case(1, **at(0, 0), department="城管局")])
    import_cases(city, tmp_path / "cases.csv")
    known = users.known(city)
    assert known.departments == {"城管局"}
    assert SOUTH in known.areas
    users.add(city, HOUSEKEEPER, UserText("li", ("部门经办人",), (), ("城管局",)))
    assert listed(city)["li"].actor.departments == {"城管局"}


@pytest.mark.parametrize(
    "actor", [OPERATOR, demo_actor(Role.AUDITOR), demo_actor(Role.LEADER), Actor("x", frozenset())]
)
def test_nobody_else_manages_or_sees_users(city: Store, actor: Actor) -> None:
    users.add(city, HOUSEKEEPER, ROOT)
    attempts = [
        lambda: users.add(city, actor, ZHANG),
        lambda: users.change(city, actor, "root", ROOT),
        lambda: users.remove(city, actor, "root"),
        lambda: users.sign_out_everywhere(city, actor, "root"),
        lambda: import_users(city, actor, b"login,roles\n", "x.csv", only_preview=True),
    ]
    for attempt in attempts:
        with pytest.raises(NotAllowed):
            attempt()
    assert listed(city, actor) == {}
    assert len(audit(city)) == 1


def test_the_view_and_the_policy_name_the_same_roles(city: Store) -> None:
    users.add(city, HOUSEKEEPER, ROOT)
    for role in Role:
        sees = bool(listed(city, Actor("x", frozenset({role}), frozenset({"*"}))))
        assert sees == may_do(demo_actor(role), Deed.MANAGE_USERS).allowed, role


def test_an_administrator_always_remains(city: Store) -> None:
    users.add(city, HOUSEKEEPER, ROOT)
    demoted = UserText("root", ("leader",), ("*",))
    suspended = UserText("root", ("administrator",), active="no")
    for actor in (HOUSEKEEPER, admin()):
        for attempt in (
            lambda who: users.remove(city, who, "root"),
            lambda who: users.change(city, who, "root", demoted),
            lambda who: users.change(city, who, "root", suspended),
        ):
            with pytest.raises(InputRefused, match=r"最后一个系统管理员|您不能"):
                attempt(actor)
    users.add(city, admin(), UserText("second", ("administrator",)))
    with pytest.raises(InputRefused, match="您不能删除或停用自己"):
        users.remove(city, admin(), "ROOT")
    users.remove(city, admin("second"), "root")
    assert sorted(listed(city)) == ["second"]


def test_a_suspended_administrator_does_not_count(city: Store) -> None:
    users.add(city, HOUSEKEEPER, ROOT)
    users.add(city, HOUSEKEEPER, UserText("asleep", ("administrator",), active="no"))
    with pytest.raises(InputRefused, match="最后一个"):
        users.remove(city, HOUSEKEEPER, "root")


def test_what_is_not_there_is_said(city: Store) -> None:
    for attempt in (
        lambda: users.remove(city, HOUSEKEEPER, "nobody"),
        lambda: users.change(city, HOUSEKEEPER, "nobody", ROOT),
        lambda: users.sign_out_everywhere(city, HOUSEKEEPER, "no\x1fbody"),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_sign_ins_are_noted_once_and_end_for_good(city_db: Path) -> None:
    clock = [datetime(2026, 3, 5, 8)]
    with closing(Store(city_db, Settings(), lambda: clock[0])) as store:
        users.add(store, HOUSEKEEPER, ZHANG)
        actor, told = listed(store)["Zhang"].actor, SignIn("zhang", "k1", clock[0], clock[0])
        assert users.seen(store, told) == users.Seen(None, None)
        for _window in range(3):
            users.arrive(store, actor, told, "oidc")
            clock[0] += timedelta(minutes=1)
        assert users.seen(store, told) == users.Seen(datetime(2026, 3, 5, 8), None)
        users.leave(store, actor, told, Refusal.IDLE)
        users.leave(store, actor, told, Refusal.SIGNED_OUT)  # the first end counts
        assert users.seen(store, told).ended is Refusal.IDLE
        users.arrive(store, actor, told, "oidc")  # nobody comes in by it again
        assert users.seen(store, told).ended is Refusal.IDLE
        assert audit(store) == [
            ("housekeeper", "user_add", "Zhang"),
            ("Zhang", "login", "Zhang"),
            ("Zhang", "logout", "Zhang"),
        ]
        clock[0] += timedelta(days=60)
        users.arrive(store, actor, SignIn("zhang", "k2", clock[0], clock[0]), "oidc")
        assert rows(store, "select sign_in_key from sign_in") == [("k2",)]  # no cookie lives that long


def test_who_is_removed_and_added_again_signs_in_anew(city: Store) -> None:
    users.add(city, HOUSEKEEPER, ZHANG)
    told = SignIn("zhang", "k1", city.now(), city.now())
    users.arrive(city, listed(city)["Zhang"].actor, told, "oidc")
    users.remove(city, HOUSEKEEPER, "zhang")
    users.add(city, HOUSEKEEPER, ZHANG)
    assert users.seen(city, told).ended is Refusal.SIGNED_OUT


def test_everybody_ends_their_own_sign_ins_but_a_wall_screen(city: Store) -> None:
    users.add(city, HOUSEKEEPER, ZHANG)
    users.add(city, HOUSEKEEPER, UserText("wall", ("leader",), ("*",), kiosk_address="10.1.2.3"))
    users.sign_out_everywhere(city, listed(city)["Zhang"].actor, "zhang")
    found = users.account(city, "zhang")
    assert found is not None
    assert found.signed_out_at is not None
    with pytest.raises(NotAllowed):
        users.sign_out_everywhere(city, listed(city)["wall"].actor, "wall")


FILE = f"""login,roles,areas,departments,kiosk_address,active,note
root,administrator,,,,,
Zhang,社区书记,{SOUTH},,,yes,南园
new,leader;analyst,*,,,,
twice,leader,*,,,,
TWICE,leader,*,,,,
bad login,leader,*,,,,
li,boss,*,,,,
short,leader
self,administrator、auditor,,,,,
"""


def test_every_row_of_a_file_is_accounted_for(city: Store) -> None:
    users.add(city, HOUSEKEEPER, ROOT)
    users.add(city, HOUSEKEEPER, UserText("zhang", ("secretary",), (COMMUNITIES[1],)))
    before = audit(city)
    preview = import_users(city, admin(), FILE.encode(), "users.csv", only_preview=True)
    assert (audit(city), sorted(listed(city))) == (before, ["root", "zhang"])  # nothing was written

    report = import_users(city, admin(), FILE.encode(), "users.csv", only_preview=False)
    assert report == preview
    assert report.sums() == {
        "read": 9,
        "accepted": 3,
        "rejected": 6,
        "added": 1,
        "changed": 1,
        "unchanged": 1,
    }
    assert [
        (row.row_number, row.login, [fault.rule.value for fault in row.faults]) for row in report.rejected
    ] == [
        (5, "twice", ["duplicate"]),
        (6, "TWICE", ["duplicate"]),
        (7, "bad login", ["bad_login"]),
        (8, "li", ["unknown_role"]),
        (9, "", ["bad_value"]),
        (10, "self", ["kept_apart"]),
    ]
    assert sorted(listed(city)) == ["new", "root", "zhang"]  # the login stays as it was written first
    assert listed(city)["zhang"].areas == {SOUTH}
    assert [event for event in audit(city) if event not in before] == [
        ("root", "user_change", "zhang"),
        ("root", "user_add", "new"),
        ("root", "user_import", "users.csv"),
    ]
    assert detail(city, "user_import") == report.sums()


def test_a_file_cannot_take_the_last_administrator_away(city: Store) -> None:
    users.add(city, HOUSEKEEPER, ROOT)
    users.add(city, HOUSEKEEPER, UserText("second", ("administrator",)))
    content = b"login,roles,areas,active\nroot,administrator,,no\nsecond,leader,*,yes\n"
    report = import_users(city, HOUSEKEEPER, content, "users.csv", only_preview=False)
    assert (report.changed, [row.login for row in report.rejected]) == (1, ["second"])
    assert report.rejected[0].faults[0].rule.value == "last_administrator"
    mine = import_users(city, admin("second"), content, "users.csv", only_preview=False)
    assert [row.login for row in mine.rejected] == ["second"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "表头"),
        (b"name,roles\n", "表头"),
        (b"login,roles,login\n", "表头"),
        (b"login\nzhang\n", "表头"),
        (b'login,roles\n"zhang,leader\n', "不是 CSV"),
        (b"\xff\xfe\x81\x00", "GB18030"),
        (b"login,roles\n" + b"a,b\n" * 5001, "5,001"),
        (b"x" * 2_000_001, "字节"),
    ],
)
def test_what_is_no_such_file_is_refused(city: Store, content: bytes, told: str) -> None:
    with pytest.raises(InputRefused, match=told):
        import_users(city, HOUSEKEEPER, content, "users.csv", only_preview=False)


def test_a_file_from_excel_in_gb18030(city: Store) -> None:
    content = "login,roles,areas,note\nzhang,领导,*,城区\n".encode("gb18030")
    assert import_users(city, HOUSEKEEPER, content, "x.csv", only_preview=False).added == 1
    assert listed(city)["zhang"].note == "城区"


def test_what_is_taken_out_can_be_brought_in_and_runs_nowhere(city: Store) -> None:
    users.add(city, HOUSEKEEPER, ROOT)
    users.add(city, HOUSEKEEPER, UserText("zhang", ("leader",), ("*",), note="=cmd|' /C calc'!A0"))
    content = users_csv(listed(city).values())
    assert content.startswith(BOM)
    assert "'=cmd" in content.decode()
    assert ",=cmd" not in content.decode()
    report = import_users(city, HOUSEKEEPER, content, "users.csv", only_preview=True)
    assert (report.unchanged, report.changed, report.rejected) == (
        1,
        1,
        [],
    )  # the note has its apostrophe now


def test_after_a_restore_everybody_signs_in_anew(city: Store) -> None:
    users.add(city, HOUSEKEEPER, ROOT)
    users.add(city, HOUSEKEEPER, ZHANG)
    note_restore(city, {"file": "backup.duckdb"})
    found = [users.account(city, login) for login in ("root", "zhang")]
    assert all(account is not None and account.signed_out_at is not None for account in found)


def test_a_wall_screen_keeps_no_view_and_exports_nothing(city: Store, tmp_path: Path) -> None:
    wall = User("wall", frozenset({Role.LEADER}), frozenset({"*"}), kiosk_address="10.1.2.3").actor
    request = Request(CaseFilter(), None, ExportFormat.CSV)
    with pytest.raises(NotAllowed, match="大屏"):
        views.save(city, wall, "mine", {})
    with pytest.raises(NotAllowed, match="大屏"):
        export_cases(city, wall, request, tmp_path / "out.csv", no_progress)
    assert list(tmp_path.glob("out*")) == []

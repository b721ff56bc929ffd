"""Users in the store: who they are, what ends their sign-ins, and every change of them, each in the audit.

Only an administrator writes here (domain/deeds.py), and everybody the end of their own sign-ins. Whoever is last
to manage users stays, and nobody takes that duty from themselves. What stands here decides who comes in, so it is
read anew at every run of a page and cached nowhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from data.ledger import Writer
from data.statements import statements
from data.store import Store
from domain.actor import DOORKEEPER, Actor
from domain.audit import Action
from domain.deeds import Deed, require
from domain.errors import NotAllowed, NotFound
from domain.i18n import _
from domain.sign_in import Account, Refusal, SignIn
from domain.users import Fault, Known, User, UserRule, UserText, checked, login_key, refuse
from domain.vocabulary import Role

_SQL = statements(Path(__file__).parent / "sql" / "users.sql")

_COOKIE_LIFE = timedelta(days=40)
"""Longer than any cookie of Streamlit can be presented."""


@dataclass(frozen=True)
class Seen:
    """What the store knows of a sign-in: when it was first seen, and why it was ended."""

    first_seen_at: datetime | None
    ended: Refusal | None


def account(store: Store, login: str) -> Account | None:
    """The user that a login stands for; None for a stranger."""
    key = login_key(login)
    if key is None:
        return None
    with store.session(DOORKEEPER) as session:
        rows = session.rows(_SQL["account"], {"login_key": key})
    return _account(rows[0]) if rows else None


def seen(store: Store, sign_in: SignIn) -> Seen:
    """What is known of a sign-in through the identity provider."""
    with store.session(DOORKEEPER) as session:
        rows = session.rows(_SQL["standing"], {"sign_in_key": sign_in.key})
    if not rows:
        return Seen(None, None)
    first, ended_at, reason = rows[0]
    if ended_at is None:
        return Seen(first, None)
    return Seen(first, Refusal.IDLE if reason == Refusal.IDLE else Refusal.SIGNED_OUT)


def arrive(store: Store, actor: Actor, sign_in: SignIn, way: str) -> None:
    """Notes that somebody has signed in: once a sign-in, whatever the number of windows."""
    with store.writing(actor) as writer:
        if sign_in.key:
            known = writer.run(_SQL["standing"], {"sign_in_key": sign_in.key}).fetchall()
            if known:
                return
            row = {"sign_in_key": sign_in.key, "login_key": login_key(sign_in.login), "now": writer.now}
            writer.run(_SQL["forget_sign_ins"], {"before": writer.now - _COOKIE_LIFE})
            writer.run(_SQL["insert_sign_in"], row)
        writer.audit(Action.LOGIN, actor.login, {"way": way, "roles": sorted(actor.roles)})


def leave(store: Store, actor: Actor, sign_in: SignIn, reason: Refusal) -> None:
    """Ends a sign-in for good: its cookie, presented again, opens nothing. One that has ended stays as it is."""
    with store.writing(actor) as writer:
        if sign_in.key:
            known = writer.run(_SQL["standing"], {"sign_in_key": sign_in.key}).fetchall()
            if known and known[0][1] is not None:
                return
            end = {"sign_in_key": sign_in.key, "reason": reason.value, "now": writer.now}
            writer.run(_SQL["end_sign_in"], end)
        writer.audit(Action.LOGOUT, actor.login, {"reason": reason.value})


def sign_out_everywhere(store: Store, actor: Actor, login: str) -> None:
    """Ends every sign-in of a user up to now; everybody may do so for themselves. Raises NotFound."""
    if login_key(login) != login_key(actor.login):
        require(actor, Deed.MANAGE_USERS)
    elif actor.read_only:
        raise NotAllowed(_("大屏账号不能退出全部设备。"), _("请系统管理员办理。"))
    with store.writing(actor) as writer:
        user = _stored(writer, login).user
        writer.run(_SQL["sign_out"], {"login_key": login_key(login), "now": writer.now})
        writer.audit(Action.USER_SIGN_OUT, user.login, {})


def end_all_sign_ins(writer: Writer) -> None:
    """Ends every sign-in of everybody: a restored backup does not know which ones were ended since it was made."""
    writer.run(_SQL["sign_out_all"], {"now": writer.now})


def known(store: Store) -> Known:
    """Which areas and departments a user can answer for."""
    with store.session(DOORKEEPER) as session:
        areas = session.rows(_SQL["known_areas"])
        departments = session.rows(_SQL["known_departments"])
    return Known(frozenset(row[0] for row in areas), frozenset(row[0] for row in departments))


def add(store: Store, actor: Actor, text: UserText) -> User:
    """Adds a user. Raises InputRefused that tells everything that is wrong with it."""
    require(actor, Deed.MANAGE_USERS)
    with store.writing(actor) as writer:
        user, faults = checked(text, _known(writer))
        refuse([*faults, *_taken(writer, text.login)])
        assert user is not None  # noqa: S101  (no fault, so there is one)
        insert(writer, user)
        writer.audit(Action.USER_ADD, user.login, detail(user))
    return user


def change(store: Store, actor: Actor, login: str, text: UserText) -> User:
    """Gives a user other roles, another scope, note, address or state; the login stays. Raises InputRefused."""
    require(actor, Deed.MANAGE_USERS)
    with store.writing(actor) as writer:
        before = _stored(writer, login).user
        user, faults = checked(replace(text, login=before.login), _known(writer))
        refuse([*faults, *(lost_administrator(writer, before, user) if user else [])])
        assert user is not None  # noqa: S101  (no fault, so there is one)
        if user != before:
            update(writer, user)
            writer.audit(Action.USER_CHANGE, user.login, {"before": detail(before), "after": detail(user)})
    return user


def remove(store: Store, actor: Actor, login: str) -> None:
    """Removes a user. Raises NotFound, and InputRefused for the last administrator and for oneself."""
    require(actor, Deed.MANAGE_USERS)
    with store.writing(actor) as writer:
        before = _stored(writer, login).user
        refuse(lost_administrator(writer, before, None))
        ended = {"login_key": login_key(login), "reason": Refusal.SIGNED_OUT.value, "now": writer.now}
        writer.run(_SQL["end_sign_ins_of"], ended)  # else they would hold again once the user is added anew
        writer.run(_SQL["delete_user"], {"login_key": login_key(login)})
        writer.audit(Action.USER_REMOVE, before.login, detail(before))


def text_of(user: User) -> UserText:
    """A user as it would be typed."""
    return UserText(
        login=user.login,
        roles=tuple(sorted(user.roles)),
        areas=tuple(sorted(user.areas)),
        departments=tuple(sorted(user.departments)),
        kiosk_address=user.kiosk_address or "",
        active="yes" if user.active else "no",
        note=user.note,
    )


def detail(user: User) -> dict[str, Any]:
    """A user as the audit tells it; the note is free text and stays out."""
    return {
        "roles": sorted(user.roles),
        "areas": sorted(user.areas),
        "departments": sorted(user.departments),
        "kiosk_address": user.kiosk_address,
        "active": user.active,
    }


def stored_user(writer: Writer, login: str) -> User | None:
    """The user of a login as the open transaction sees it."""
    rows = writer.run(_SQL["account"], {"login_key": login_key(login)}).fetchall()
    return _account(rows[0]).user if rows else None


def insert(writer: Writer, user: User) -> None:
    """Writes a new user; the caller audits."""
    writer.run(_SQL["insert_user"], _row(writer, user))


def update(writer: Writer, user: User) -> None:
    """Writes a changed user; the caller audits."""
    writer.run(_SQL["update_user"], _row(writer, user))


def lost_administrator(writer: Writer, before: User, after: User | None) -> list[Fault]:
    """What a change would take away: the last administrator, or the duty of whoever makes it."""
    if not before.is_administrator or (after is not None and after.is_administrator):
        return []
    if login_key(before.login) == login_key(writer.actor.login):
        message = _("您不能删除或停用自己，也不能取消自己的系统管理员角色。")
        return [Fault(UserRule.LAST_ADMINISTRATOR, message, _("请由另一位系统管理员办理。"))]
    if not writer.count(_SQL["other_administrators"], {"login_key": login_key(before.login)}):
        message = _("“{login}”是最后一个系统管理员，没有了它就没有人能管理用户。").format(login=before.login)
        return [Fault(UserRule.LAST_ADMINISTRATOR, message, _("请先新增另一位系统管理员。"))]
    return []


def _known(writer: Writer) -> Known:
    areas = writer.run(_SQL["known_areas"]).fetchall()
    departments = writer.run(_SQL["known_departments"]).fetchall()
    return Known(frozenset(row[0] for row in areas), frozenset(row[0] for row in departments))


def _taken(writer: Writer, login: str) -> list[Fault]:
    other = stored_user(writer, login) if login_key(login) is not None else None
    if other is None:
        return []
    message = _("已有用户“{login}”；大小写不同算同一个。").format(login=other.login)
    return [Fault(UserRule.DUPLICATE, message, _("请改用修改。"))]


def _stored(writer: Writer, login: str) -> Account:
    rows: list[Any] = []
    if login_key(login) is not None:
        rows = writer.run(_SQL["account"], {"login_key": login_key(login)}).fetchall()
    if not rows:
        raise NotFound(_("没有这个用户。"), _("请核对登录名；users list 列出所有用户。"))
    return _account(rows[0])


def _account(row: Any) -> Account:
    login, roles, areas, departments, address, active, note, signed_out_at = row
    names = {role.value: role for role in Role}
    user = User(
        login=login,
        roles=frozenset(names[role] for role in roles if role in names),
        areas=frozenset(areas),
        departments=frozenset(departments),
        kiosk_address=address,
        active=active,
        note=note,
    )
    return Account(user, signed_out_at)


def _row(writer: Writer, user: User) -> Mapping[str, object]:
    return {
        **detail(user),
        "login_key": login_key(user.login),
        "login": user.login,
        "note": user.note,
        "now": writer.now,
        "actor": writer.actor.login,
    }

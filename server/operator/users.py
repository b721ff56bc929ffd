"""Verbs that manage users: done as the machine's housekeeper, who has an administrator's duty and no other."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from data import users
from data.store import Store
from data.user_file import import_users, users_csv
from domain.actor import HOUSEKEEPER
from domain.errors import InputRefused, NotFound
from domain.i18n import _
from domain.users import User, UserText, login_key
from queries.users import ListedUser
from queries.users import users as all_users
from server.operator.asked import Params, iso

UserVerb = Callable[[Store, Params], dict[str, Any]]


def _add(store: Store, params: Params) -> dict[str, Any]:
    text = UserText(
        login=params["login"],
        roles=tuple(params["roles"]),
        areas=tuple(params["areas"]),
        departments=tuple(params["departments"]),
        kiosk_address=params["kiosk_address"] or "",
        active="yes",
        note=params["note"] or "",
    )
    return {"user": user_row(users.add(store, HOUSEKEEPER, text))}


def _change(store: Store, params: Params) -> dict[str, Any]:
    """What is None stays as it is; an empty list or text takes the value away."""
    before = users.text_of(_found(store, params["login"]))
    asked = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in params.items()
        if name != "login" and value is not None
    }
    after = UserText(**(vars(before) | asked))
    return {"user": user_row(users.change(store, HOUSEKEEPER, before.login, after))}


def _remove(store: Store, params: Params) -> dict[str, Any]:
    users.remove(store, HOUSEKEEPER, params["login"])
    return {"removed_user": params["login"]}


def _sign_out(store: Store, params: Params) -> dict[str, Any]:
    users.sign_out_everywhere(store, HOUSEKEEPER, params["login"])
    return {"signed_out": params["login"]}


def _list(store: Store, params: Params) -> dict[str, Any]:
    with store.session(HOUSEKEEPER) as session:
        found = all_users(session)
    target = Path(params["out"]) if params.get("out") else None
    if target is not None:
        if target.exists():
            raise InputRefused(_("{path} 已存在。").format(path=target), _("请换一个文件名。"))
        target.write_bytes(users_csv(item.user for item in found))
    return {
        "total": len(found),
        "users": [_listed(item) for item in found],
        "file": str(target) if target else None,
    }


def _import(store: Store, params: Params) -> dict[str, Any]:
    path = Path(params["file"])
    if not path.is_file():
        raise InputRefused(_("没有文件 {path}。").format(path=path), _("请检查路径。"))
    report = import_users(store, HOUSEKEEPER, path.read_bytes(), path.name, only_preview=params["preview"])
    return {
        **report.sums(),
        "done": not params["preview"],
        "rejects": [
            {
                "row_number": row.row_number,
                "login": row.login,
                "rules": [fault.rule.value for fault in row.faults],
                "reason": " ".join(fault.message for fault in row.faults),
                "remedy": " ".join(dict.fromkeys(fault.remedy for fault in row.faults)),
            }
            for row in report.rejected
        ],
    }


USER_VERBS: dict[str, UserVerb] = {
    "users_add": _add,
    "users_change": _change,
    "users_remove": _remove,
    "users_sign_out": _sign_out,
    "users_list": _list,
    "users_import": _import,
}


def user_row(user: User) -> dict[str, Any]:
    """A user as JSON."""
    return {"login": user.login, **users.detail(user), "note": user.note}


def _listed(item: ListedUser) -> dict[str, Any]:
    return {
        **user_row(item.user),
        "signed_out_at": iso(item.signed_out_at) if item.signed_out_at else None,
        "changed_at": iso(item.changed_at),
        "changed_by": item.changed_by,
    }


def _found(store: Store, login: str) -> User:
    found = users.account(store, login) if login_key(login) is not None else None
    if found is None:
        raise NotFound(_("没有这个用户。"), _("请核对登录名；users list 列出所有用户。"))
    return found.user

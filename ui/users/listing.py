"""All users with a filter; `?user=LOGIN` says which one is open."""

from typing import Any

import pandas as pd
import streamlit as st

from domain.i18n import _, format_datetime, format_number, ngettext_
from domain.vocabulary import Role
from queries.users import ListedUser
from ui import messages, open_row, urlstate
from ui.cache import users as cache
from ui.encode import cut
from ui.shell import Page

_USER = "user"
_MOST_ROWS = 14
_LONGEST_FILTER = 60
_CELL = 80


def draw(page: Page) -> ListedUser | None:
    """Draw the table; the user that is open."""
    found = cache.listed(page.actor)
    with st.container(key="user_filter", horizontal=True, vertical_alignment="bottom", gap="small"):
        wanted = urlstate.text(
            _("查找用户"),
            key="who",
            placeholder=_("登录名、区划、部门或备注"),
            longest=_LONGEST_FILTER,
            width=280,
        )
        roles = urlstate.multiselect(
            _("角色"),
            list(Role),
            key="user_role",
            names=lambda role: Role(role).label,
            placeholder=_("全部角色"),
            width=320,
        )
    shown = [item for item in found if _fits(item, wanted.lower(), roles)]
    if not found:
        messages.empty(_("还没有用户"), what_next=_("请新增，或从 CSV 文件导入。"))
        return None
    if not shown:
        messages.empty(_("没有符合条件的用户"), what_next=_("请换一个条件。"))
        return None
    open_row.table(
        _rows(shown),
        "user_rows",
        [item.user.login for item in shown],
        _USER,
        alt=_("用户：选一行修改、删除或强制退出"),
        most_rows=_MOST_ROWS,
        columns=_columns(),
    )
    told = ngettext_("显示 {shown} 个，共 {n} 个", "显示 {shown} 个，共 {n} 个", len(found))
    st.caption(told.format(shown=format_number(len(shown)), n=format_number(len(found))))
    return next((item for item in shown if item.user.login == opened()), None)


def opened() -> str:
    """The login in the URL."""
    return str(st.query_params.get(_USER, ""))


def close() -> None:
    """Leave the user that is open. For callbacks."""
    urlstate.put(_USER, "")


def _fits(item: ListedUser, wanted: str, roles: tuple[str, ...]) -> bool:
    user = item.user
    texts = (user.login, user.note, user.kiosk_address or "", *user.areas, *user.departments)
    return (not roles or bool(user.roles & set(roles))) and any(wanted in text.lower() for text in texts)


def _rows(shown: list[ListedUser]) -> pd.DataFrame:
    users = [item.user for item in shown]
    return pd.DataFrame(
        {
            "login": [cut(user.login, _CELL) for user in users],
            "roles": ["、".join(role.label for role in Role if role in user.roles) for user in users],
            "areas": [cut("、".join(sorted(user.areas)), _CELL) for user in users],
            "departments": [cut("、".join(sorted(user.departments)), _CELL) for user in users],
            "kiosk": [user.kiosk_address or "" for user in users],
            "active": [_("是") if user.active else _("否") for user in users],
            "note": [cut(user.note, _CELL) for user in users],
            "changed": [f"{format_datetime(item.changed_at)} {cut(item.changed_by, 40)}" for item in shown],
        }
    )


def _columns() -> dict[str, Any]:
    labels = {
        "login": _("登录名"),
        "roles": _("角色"),
        "areas": _("区划"),
        "departments": _("部门"),
        "kiosk": _("大屏地址"),
        "active": _("启用"),
        "note": _("备注"),
        "changed": _("最近修改"),
    }
    return {name: st.column_config.TextColumn(label) for name, label in labels.items()}

"""Adding a user, and changing, removing or signing out the one that is open."""

import re

import streamlit as st

from data import users
from domain.actor import Actor
from domain.i18n import _, format_datetime
from domain.users import LONGEST_LOGIN, LONGEST_NOTE, User, UserText
from domain.vocabulary import Role
from queries.users import ListedUser
from ui.encode import markdown_text
from ui.shell import Page
from ui.storage import store
from ui.users import listing, said

_PARTED = re.compile(r"[\s,，;；|、]+")
_LONGEST_SCOPE = 4000
_NEW = "new"
_FIELDS = ("login", "roles", "areas", "departments", "kiosk", "active", "note")


def add(page: Page) -> None:
    """Draw the form of a new user."""
    with st.expander(_("新增用户"), icon=":material/person_add:"), st.form(key="add_user", border=False):
        st.text_input(
            _("登录名"),
            key=_key(_NEW, "login"),
            max_chars=LONGEST_LOGIN,
            help=_("照统一身份认证里的登录名填写。"),
        )
        _fields(_NEW, None)
        st.form_submit_button(_("新增"), type="primary", on_click=_add, args=(page.actor,))


def change(page: Page, item: ListedUser) -> None:
    """Draw the user that is open, and what can be done with it."""
    user = item.user
    with st.container(key="user", border=True):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.subheader(markdown_text(user.login, LONGEST_LOGIN), anchor=False, width="stretch")
            st.button(
                _("关闭"), key="close_user", icon=":material/close:", type="tertiary", on_click=listing.close
            )
        _story(item)
        with st.form(key="change_user", border=False):
            _fields(user.login, user)
            st.form_submit_button(_("保存"), type="primary", on_click=_change, args=(page.actor, user.login))
        with st.container(horizontal=True, gap="small"):
            _sign_out(page.actor, user)
            _remove(page.actor, user)


def _story(item: ListedUser) -> None:
    told = [
        _("{who} 于 {time} 修改").format(
            who=markdown_text(item.changed_by), time=format_datetime(item.changed_at)
        )
    ]
    if item.signed_out_at is not None:
        told.append(_("{time} 前的登录已全部退出").format(time=format_datetime(item.signed_out_at)))
    st.caption(" · ".join(told))


def _fields(of: str, user: User | None) -> None:
    """The fields that a new user and a changed one share; a user's own values stand in them at first."""
    st.multiselect(
        _("角色"),
        list(Role),
        default=[role for role in Role if user and role in user.roles],
        format_func=lambda role: role.label,
        key=_key(of, "roles"),
        placeholder=_("选择角色"),
    )
    scope = {"areas": user.areas, "departments": user.departments} if user else {}
    st.text_input(
        _("区划编码（用、分开，全市写 *）"),
        value="、".join(sorted(scope.get("areas", ()))),
        key=_key(of, "areas"),
        max_chars=_LONGEST_SCOPE,
    )
    st.text_input(
        _("部门（用、分开）"),
        value="、".join(sorted(scope.get("departments", ()))),
        key=_key(of, "departments"),
        max_chars=_LONGEST_SCOPE,
    )
    st.text_input(
        _("大屏地址（只看、不超时、只在这个地址）"),
        value=(user.kiosk_address or "") if user else "",
        key=_key(of, "kiosk"),
        max_chars=60,
    )
    st.text_input(_("备注"), value=user.note if user else "", key=_key(of, "note"), max_chars=LONGEST_NOTE)
    st.toggle(_("启用"), value=user.active if user else True, key=_key(of, "active"))


def _sign_out(actor: Actor, user: User) -> None:
    st.button(
        _("强制退出全部设备"),
        key="sign_out_user",
        icon=":material/logout:",
        on_click=_signed_out,
        args=(actor, user.login),
    )


def _signed_out(actor: Actor, login: str) -> None:
    done = _("{login} 的登录已全部退出。").format(login=login)
    said.tried(actor, users.sign_out_everywhere, store(), actor, login, done=done)


def _remove(actor: Actor, user: User) -> None:
    with st.popover(_("删除…"), icon=":material/delete:"):
        st.markdown(
            _("删除后 {login} 不能再登录；审计里的记录保留。").format(login=markdown_text(user.login, 128))
        )
        st.button(
            _("确认删除"), key="remove_user", type="primary", on_click=_removed, args=(actor, user.login)
        )


def _removed(actor: Actor, login: str) -> None:
    done = _("已删除 {login}。").format(login=login)
    if said.tried(actor, users.remove, store(), actor, login, done=done):
        listing.close()


def _add(actor: Actor) -> None:
    text = _typed(_NEW, str(st.session_state[_key(_NEW, "login")]).strip())
    done = _("已新增 {login}。").format(login=text.login)
    if said.tried(actor, users.add, store(), actor, text, done=done):
        for name in _FIELDS:
            st.session_state.pop(_key(_NEW, name), None)


def _change(actor: Actor, login: str) -> None:
    done = _("已保存 {login}。").format(login=login)
    said.tried(actor, users.change, store(), actor, login, _typed(login, login), done=done)


def _typed(of: str, login: str) -> UserText:
    held = {name: st.session_state[_key(of, name)] for name in _FIELDS if name != "login"}
    return UserText(
        login=login,
        roles=tuple(held["roles"]),
        areas=_parts(held["areas"]),
        departments=_parts(held["departments"]),
        kiosk_address=held["kiosk"],
        active="yes" if held["active"] else "no",
        note=held["note"],
    )


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in _PARTED.split(text) if part)


def _key(of: str, name: str) -> str:
    return f"user_{name}_{of.encode().hex()}"

"""Saved views on the screen: the list of those that the reader may open, and what an owner can do with one.

Opening a view writes its conditions into the address, which can be sent as it is. Whoever opens it sees own cases.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial

import streamlit as st

from data import views
from domain.actor import Actor
from domain.deeds import Deed, may_do, verdict_of
from domain.errors import OneGridError
from domain.i18n import _, format_datetime, format_number
from domain.saved_view import ANALYSIS, LONGEST_NAME, STATES, canonical
from domain.vocabulary import Role
from queries.saved_views import SavedView, saved_views
from ui import identity, storage, urlstate
from ui.encode import markdown_text
from ui.shell import Page

_TOLD = "views_told"
_NAME, _CHOSEN, _NEW_NAME, _ROLE = "view_name", "view_chosen", "view_new_name", "view_role"
_PRIVATE = ""
_LONGEST = 300


def draw(page: Page, screen: str = ANALYSIS) -> None:
    """Draw the row of a screen's views: which are there, save this one, change an own one."""
    with storage.store().session(page.actor) as session:
        found = saved_views(session, screen)
    now = _state_now(screen)
    opened = next((view for view in found if view.query == now), None)
    with st.container(
        key="views", horizontal=True, vertical_alignment="center", gap="small", width="content"
    ):
        with st.popover(_("视图（{n}）").format(n=format_number(len(found))), icon=":material/bookmarks:"):
            _list(found)
        with st.popover(_("存为视图"), icon=":material/bookmark_add:"):
            _save(page, screen)
        mine = [view for view in found if view.own]
        if mine:
            with st.popover(_("管理视图"), icon=":material/tune:"):
                _manage(page, mine, opened)
        if opened is not None:
            st.caption(_("正在看视图：{name}").format(name=markdown_text(opened.name)), width="content")


def _state_now(screen: str) -> str:
    """The state in the URL; empty for one that no view could hold."""
    try:
        return canonical(_query_now(), screen)
    except OneGridError:
        return "-"


def _list(found: list[SavedView]) -> None:
    if not found:
        st.caption(_("还没有视图。把筛选调好后，用“存为视图”留下来。"))
        return
    for view in found:
        told = [markdown_text(view.name)]
        if not view.own:
            told.append(_("{owner} 共享").format(owner=markdown_text(view.owner)))
        elif view.shared_role:
            told.append(_("已共享给{role}").format(role=view.shared_role.label))
        st.button(
            " · ".join(told),
            key=f"view_open_{view.view_id}",
            icon=":material/bookmark:",
            type="tertiary",
            help=_("改于 {time}").format(time=format_datetime(_local(view))),
            on_click=_open,
            args=(view,),
        )
    st.caption(_("视图只存条件：打开的人看到的是自己范围内的数据。也可以直接把地址发给别人。"))


def _open(view: SavedView) -> None:
    """Let the URL ask for what the view holds, and for nothing else. A callback."""
    urlstate.change({key: view.state.get(key, ()) for key in STATES[view.screen]})


def _local(view: SavedView) -> datetime:
    return storage.store().city().clock.to_local(view.changed_at)


def _save(page: Page, screen: str) -> None:
    st.text_input(_("名字"), key=_NAME, max_chars=LONGEST_NAME, placeholder=_("如：每周未结"))
    st.button(
        _("保存"),
        key="view_save",
        icon=":material/save:",
        on_click=_done,
        args=(page, partial(_save_now, screen), _("已保存。")),
    )


def _manage(page: Page, mine: list[SavedView], opened: SavedView | None) -> None:
    names = {view.view_id: view.name for view in mine}
    first = list(names).index(opened.view_id) if opened and opened.view_id in names else 0
    chosen = st.selectbox(
        _("我的视图"), list(names), index=first, format_func=lambda view_id: names[view_id], key=_CHOSEN
    )
    st.button(
        _("用现在的条件更新"), key="view_update", on_click=_done, args=(page, _update_now, _("已更新。"))
    )
    st.text_input(_("新名字"), key=_NEW_NAME, max_chars=LONGEST_NAME)
    st.button(_("改名"), key="view_rename", on_click=_done, args=(page, _rename_now, _("已改名。")))
    _sharing(page, next((view for view in mine if view.view_id == chosen), mine[0]))
    st.button(
        _("删除"),
        key="view_delete",
        icon=":material/delete:",
        on_click=_done,
        args=(page, _delete_now, _("已删除。")),
    )


def _sharing(page: Page, view: SavedView) -> None:
    verdict = may_do(page.actor, Deed.SHARE_VIEW)
    if not verdict.allowed:
        st.caption(markdown_text(verdict.words, _LONGEST))
        return
    roles = {role.value: role.label for role in Role if verdict_of({role}, Deed.LOOK).allowed}
    now = view.shared_role.value if view.shared_role else _PRIVATE
    st.selectbox(
        _("共享给"),
        [_PRIVATE, *roles],
        index=[_PRIVATE, *roles].index(now) if now in roles else 0,
        format_func=lambda role: roles.get(role, _("只有自己")),
        key=f"{_ROLE}_{view.view_id}",
    )
    st.button(_("设定共享"), key="view_share", on_click=_done, args=(page, _share_now, _("已设定共享。")))


def _done(page: Page, change: Callable[[Actor], None], told: str) -> None:
    """Do what a button says, as whoever is looking now; what came of it is told below. A callback."""
    try:
        identity.confirm(page.actor)
        change(page.actor)
    except OneGridError as refused:
        st.session_state[_TOLD] = (False, str(refused))
    else:
        st.session_state[_TOLD] = (True, told)


def _save_now(screen: str, actor: Actor) -> None:
    views.save(storage.store(), actor, st.session_state[_NAME] or "", _query_now(), screen)


def _update_now(actor: Actor) -> None:
    views.change(storage.store(), actor, st.session_state[_CHOSEN], _query_now())


def _rename_now(actor: Actor) -> None:
    views.rename(storage.store(), actor, st.session_state[_CHOSEN], st.session_state[_NEW_NAME] or "")


def _share_now(actor: Actor) -> None:
    chosen = st.session_state[_CHOSEN]
    role = st.session_state[f"{_ROLE}_{chosen}"]
    views.share(storage.store(), actor, chosen, Role(role) if role else None)


def _delete_now(actor: Actor) -> None:
    views.delete(storage.store(), actor, st.session_state[_CHOSEN])


def _query_now() -> dict[str, list[str]]:
    return {key: st.query_params.get_all(key) for key in st.query_params}


def outcome() -> None:
    """Draw what came of the last button."""
    done, told = st.session_state.pop(_TOLD, (True, ""))
    if told:
        words = markdown_text(told, _LONGEST)
        if done:
            st.success(words, icon=":material/check:")
        else:
            st.warning(words, icon=":material/error:")

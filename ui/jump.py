"""The jump box in the header: type a name, pinyin, initials, a code, a case number or an address, and go there.

The box is a fragment: searching runs nothing else of the page. What was typed is no part of the URL, and is gone
once the reader stands somewhere else.

Streamlit does not always take away what a fragment has drawn before and draws no more: where another fragment
(ui/watch.py asks every few seconds) starts at once after it, the browser hears that this one was broken off, and
keeps the rest. So every place of the answer is filled in every run, with nothing where there is nothing to show.
"""

from collections.abc import Mapping

import streamlit as st

from domain.actor import DOORKEEPER, Actor
from domain.i18n import N_, _, format_number, ngettext_
from domain.vocabulary import Level, Subject
from queries.search import AreaIndex
from queries.search_index import LONGEST, Entry, Kind, shortlist
from ui import navigation, place
from ui.cache import keys
from ui.cache import search as cache
from ui.encode import markdown_text
from ui.fragments import fragment
from ui.navigation import Change, Screen

SHOWN = 8
_SHORT_WAY = 3

_TEXT, _WHERE, _MOVED = "jump_text", "jump_where", "jump_moved"
"""Session state: what was typed, where the reader stood then, and whether a choice has just moved the reader."""

_ICONS = {
    Kind.COMPOUND: ":material/apartment:",
    Kind.SERVICE_POINT: ":material/home_pin:",
    Kind.CASE: ":material/description:",
}
_AREA_ICON = ":material/map:"
_ABOUT = {
    Kind.COMPOUND: N_("居民小区 {detail}"),
    Kind.SERVICE_POINT: N_("服务点位 {detail}"),
    Kind.CASE: N_("案件 {detail}"),
}
_LAYERS = {Kind.COMPOUND: "lines,compounds", Kind.SERVICE_POINT: "lines,points"}
_WITH_AREA = (Screen.ONE_MAP, Screen.COMMUNITY)
"""The screens that show one area: going to another one stays on them."""


def draw(screen: Screen, actor: Actor, versions: Mapping[Subject, int]) -> None:
    """The box, and under it, over the page, what fits: a fragment."""
    fragment(_draw)(screen, actor, versions)


def _draw(screen: Screen, actor: Actor, versions: Mapping[Subject, int]) -> None:
    if st.session_state.pop(_MOVED, False):
        st.rerun()  # the rest of the page has to follow
    where = (screen, place.code_in_url())
    if st.session_state.get(_WHERE) != where:
        st.session_state[_WHERE] = where
        st.session_state[_TEXT] = ""
    with st.container(key="jump"):
        typed = st.text_input(
            _("跳到区划、小区、服务点或案件"),
            key=_TEXT,
            type="search",
            placeholder=_("名称、拼音、编码、案件号、地址"),
            max_chars=LONGEST,
            label_visibility="collapsed",
        )
        if typed and typed.strip():
            with st.container(key="jump_results", gap=None):
                _results(screen, actor, versions, typed.strip())
        else:
            st.empty()


def _results(screen: Screen, actor: Actor, versions: Mapping[Subject, int], typed: str) -> None:
    areas = cache.areas(DOORKEEPER, keys.key_of(versions, Subject.AREAS))  # the same for everybody
    held = keys.key_of(versions, Subject.COMPOUNDS, Subject.POINTS, Subject.AREAS)
    asked = keys.key_of(versions, Subject.CASES, Subject.AREAS)
    searched = (
        areas.find(typed, SHOWN),
        cache.places(actor, held).find(typed, SHOWN),
        cache.cases(actor, asked, typed[:LONGEST], SHOWN),
    )
    best = shortlist(searched, SHOWN)
    if not best:
        _nothing(typed)
    for number, (_fit, entry) in enumerate(best):
        _result(screen, number, entry, areas)
    for _place in range(max(1, len(best)), SHOWN):
        st.empty()
    total = sum(found.total for found in searched)
    told = ngettext_("显示 {shown} 个，共 {n} 个", "显示 {shown} 个，共 {n} 个", total)
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        if best:
            st.caption(told.format(shown=len(best), n=format_number(total)))
        else:
            st.empty()
        st.button(_("关闭"), key="jump_close", type="tertiary", shortcut="Esc", on_click=_close)


def _result(screen: Screen, number: int, entry: Entry, areas: AreaIndex) -> None:
    """One line: what it is, its name, and where; the whole line a link, or a button that stays on the screen.

    A link adds one step to the browser's history; leaving for a screen out of the script would add two.
    """
    path = areas.path(entry.inside)
    told = " · ".join(markdown_text(part, longest=80) for part in (_about(entry), _way(entry, path)) if part)
    label = f"{markdown_text(entry.name or entry.code)} :gray[{told}]"
    icon = _ICONS.get(entry.kind, _AREA_ICON)
    target, changes = _target(screen, entry, path[-1].code if path else None)
    if target is not screen:
        navigation.link(target, label, icon=icon, **changes)
        return
    key = f"jump_{number}"
    st.button(label, key=key, icon=icon, type="tertiary", width="stretch", on_click=_move, args=(changes,))


def _target(screen: Screen, entry: Entry, inside: str | None) -> tuple[Screen, dict[str, Change]]:
    """The screen that shows a thing and what its URL says; `inside` is the area that the thing lies in."""
    if entry.kind is Kind.CASE:
        return Screen.CASES, {"case": entry.code}
    if entry.kind in _LAYERS:
        return Screen.ONE_MAP, {"area": inside, "layers": _LAYERS[entry.kind]}
    return (screen if screen in _WITH_AREA else Screen.ONE_MAP), {"area": entry.code}


def _about(entry: Entry) -> str:
    """What it is; an address, or a case's number."""
    if entry.kind not in _ABOUT:
        return Level.ordered()[entry.kind].label
    return _(_ABOUT[entry.kind]).format(detail=entry.detail or "").strip()


def _way(entry: Entry, path: tuple[Entry, ...]) -> str:
    """The areas on the way to it; the top, which is on every way, is left out of a long one."""
    if not path and entry.kind in _ABOUT:
        return _("未落区")
    return " › ".join(area.name for area in (path[1:] if len(path) > _SHORT_WAY else path))


def _nothing(typed: str) -> None:
    with st.container(gap=None):
        st.markdown(_("没有找到“{text}”").format(text=markdown_text(typed, longest=40)))
        st.caption(
            _(
                "可以输入区划、小区、服务点的名称、全拼或首字母，区划编码，案件编号的开头，地址或案发地点。"
                "案件、小区和服务点只找您范围内的。"
            )
        )


def _close() -> None:
    st.session_state[_TEXT] = ""


def _move(changes: Mapping[str, Change]) -> None:
    """Change the screen's URL, in one step of the browser's history, and empty the box."""
    _close()
    st.session_state[_MOVED] = True
    for name in (name for name, value in changes.items() if value is None):
        st.query_params.pop(name, None)
    st.query_params.update({name: value for name, value in changes.items() if value is not None})

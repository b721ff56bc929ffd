"""The police beside a community: who has a room or post within reach, who of the police sits in its organisation."""

import streamlit as st

from domain.i18n import _, format_number, format_share
from domain.vocabulary import PoliceTier
from domain.vocabulary import Subject as Tables
from queries.posts import Embedding, Seat
from queries.reach import Coverage, Within
from ui import map_layers, navigation
from ui.cache import posts as cache
from ui.cache import reach
from ui.community.block import block
from ui.community.subject import Subject
from ui.encode import markdown_text
from ui.navigation import Screen

_LONGEST = 200


def draw(about: Subject) -> None:
    """Draw the block: coverage, the tiers, and the way to the screen that tells more."""
    page, area = about.page, about.area
    _verdict, told = reach.coverage(page.actor, page.versions, map_layers.POLICE, area)
    tiers = cache.embedding(page.actor, page.key(Tables.DUTY, Tables.AREAS), area.area_id)
    with block("police", _("警地融合")):
        for line in (*_reach(told), *map(_seat, tiers.values())):
            if line:
                st.caption(markdown_text(line, _LONGEST))
        navigation.link(Screen.POLICE_STATIONS, _("看覆盖、站点和勤务"), icon=":material/local_police:")


def _reach(told: Coverage | None) -> tuple[str, ...]:
    if told is None or told.rows.empty:
        return ()
    if not told.posts and not told.outside:
        return (_("没有登记警务室或警务站。"),)
    walk = told.shares[Within.WALK]
    level = told.level.label.lower()
    grids = _("{n} 个{level}在步行 15 分钟以外").format(n=format_number(len(told.uncovered)), level=level)
    if not walk.known:
        return (_("户数不明；{grids}。").format(grids=grids),)
    share = _("步行 15 分钟内有警务室或警务站的住户：{share}").format(
        share=format_share(walk.households, walk.known)
    )
    return (f"{share} · {grids}",)


def _seat(told: Embedding) -> str:
    """One tier in one line; nothing for a tier of areas above the place."""
    if not told.areas:
        return ""
    tier: PoliceTier = told.tier
    if not told.is_known:
        return _("{tier}：看得到的岗位里没有这一层，不能当作空缺。").format(tier=tier.label)
    return _("{tier} → {seat}：{n}/{total} 已嵌入，有岗未嵌入 {no_office}，空缺 {blank}").format(
        tier=tier.label,
        seat=tier.seat,
        n=format_number(len(told.of(Seat.EMBEDDED))),
        total=format_number(told.areas),
        no_office=format_number(len(told.of(Seat.NO_OFFICE))),
        blank=format_number(len(told.of(Seat.BLANK))),
    )

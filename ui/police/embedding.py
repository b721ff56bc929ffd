"""嵌入: at each of three tiers, which areas have their policeman, which of these hold an office, which are blank."""

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from domain.i18n import NO_VALUE, _, format_number, format_share
from domain.vocabulary import PoliceTier, Subject
from queries.posts import Embedding, Seat
from ui import messages, theme, urlstate
from ui.cache import posts as cache
from ui.community.block import block
from ui.encode import markdown_text
from ui.police import area_lines, export, maps
from ui.police.area_lines import Line
from ui.scale import Scale
from ui.shell import Page

_IMPORT = "python -m data import duty FILE"
_LONGEST = 300
_COLORS = ("#E0A458", "#BDD3EE", theme.ACCENT)
"""Blank, without an office, embedded."""


def draw(page: Page) -> None:
    """Three figures, and of the tier chosen its areas as a list and on the map."""
    scope = page.place.scope
    key = page.key(Subject.DUTY, Subject.AREAS)
    tiers = cache.embedding(page.actor, key, scope.area_id if scope else None)
    if not any(told.all_posts for told in tiers.values()):
        messages.empty(_("还没有导入岗位"), what_next=_("没有岗位文件，说不出哪里空缺。导入后这里自动更新："))
        st.code(_IMPORT, language=None, wrap_lines=True)
        return
    for column, told in zip(st.columns(len(tiers), gap="small"), tiers.values(), strict=True):
        _card(column, told)
    chosen = PoliceTier(
        urlstate.segments(
            _("看哪一层"),
            [tier.value for tier in tiers],
            key="tier",
            default=PoliceTier.STATION_CHIEF.value,
            names=lambda value: PoliceTier(value).label,
        )
    )
    _tier(page, tiers[chosen])


def _card(column: DeltaGenerator, told: Embedding) -> None:
    tier = told.tier
    with column, st.container(key=f"card_{tier.value}"):
        label = _("{tier} → {seat}").format(tier=tier.label, seat=tier.seat)
        share, beside = NO_VALUE, _nothing_said(told)
        if told.is_known and told.areas:
            embedded = len(told.of(Seat.EMBEDDED))
            share, _dot, counts = format_share(embedded, told.areas).partition(" · ")
            beside = _("{counts} 个{level}已嵌入 · 有岗未嵌入 {n} · 空缺 {blank}").format(
                counts=counts,
                level=tier.level.label.lower(),
                n=format_number(len(told.of(Seat.NO_OFFICE))),
                blank=format_number(len(told.of(Seat.BLANK))),
            )
        st.metric(markdown_text(label), share, help=markdown_text(_definition(tier), _LONGEST))
        st.caption(markdown_text(beside, _LONGEST))


def _definition(tier: PoliceTier) -> str:
    return _(
        "分母：本区划内的全部{level}；分子：其中至少有一个“{tier}”岗位登记了兼任职务的。"
        "有岗位而没有登记职务的不算已嵌入；一个岗位也没有的是空缺。"
    ).format(level=tier.level.label.lower(), tier=tier.label)


def _nothing_said(told: Embedding) -> str:
    """Why nothing can be said of a tier."""
    if not told.areas:
        return _("这里面没有{level}一级的区划，请回到上一级。").format(level=told.tier.level.label.lower())
    return _("看得到的岗位里没有这一层：没有导入，不等于空缺。")


def _tier(page: Page, told: Embedding) -> None:
    if not (told.is_known and told.areas):
        messages.empty(told.tier.label, what_next=_nothing_said(told))
        return
    left, right = st.columns([5, 7], gap="small")
    with left, block("police_seats", _("{tier}：逐个{level}").format(**_names(told))):
        seat = Seat(
            urlstate.segments(
                _("看哪些"),
                list(Seat),
                key="seat",
                default=Seat.BLANK,
                names=lambda value: Seat(value).label,
            )
        )
        rows = told.of(seat)
        if rows.empty:
            st.caption(_("没有“{seat}”的{level}。").format(seat=seat.label, level=_names(told)["level"]))
        else:
            area_lines.draw(f"{told.tier.value}_{seat.value}", [_line(row) for row in rows.itertuples()])
        if told.coarser:
            coarser = _("另有 {n} 个岗位登记在更高一级的区划上，不算任何一个{level}的。")
            st.caption(coarser.format(n=format_number(told.coarser), level=_names(told)["level"]))
        export.seats(page, told, seat, rows)
    with right:
        _map(page, told)


def _names(told: Embedding) -> dict[str, str]:
    return {"tier": told.tier.label, "level": told.tier.level.label.lower()}


def _line(row: Any) -> Line:
    told = [str(row.above_name) if isinstance(row.above_name, str) else NO_VALUE]
    if row.posts:
        told.append(_("{n} 人").format(n=format_number(int(row.people))))
    if isinstance(row.offices, str):
        told.append(row.offices)
    return Line(str(row.code), str(row.name), tuple(told))


def _map(page: Page, told: Embedding) -> None:
    level = told.tier.level
    with block("police_areas", _("{tier}的空缺").format(tier=told.tier.label)):
        layer = maps.layer_of(page, level)
        if layer is None:
            st.caption(_("{level}一级没有区划").format(level=level.label.lower()))
            return
        seats = dict(zip(told.rows["area_id"], told.seats, strict=True))
        order = list(Seat)
        values = [
            float(order.index(seats[area])) if area in seats else None for area in layer.areas["area_id"]
        ]
        maps.painted(page, layer, values, _scale(), maps.layers(page, maps.LINES_ON, maps.POLICE))


def _scale() -> Scale:
    return Scale(
        title=_("嵌入"),
        unit="",
        heading=_("嵌入"),
        breaks=(1.0, 2.0),
        colors=_COLORS,
        labels=tuple(seat.label for seat in Seat),
        decimals=0,
        nodata=_("不在您的范围内"),
    )

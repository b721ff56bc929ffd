"""The compounds of a place as a list, narrowed by condition and company; the open one stands in the URL."""

from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

import pandas as pd
import streamlit as st

from domain.i18n import N_, _, current_language, format_number
from domain.vocabulary import Labelled, Level, Subject
from queries.property import companies
from ui import messages, more, open_row, theme, urlstate
from ui.cache import property as cache
from ui.community.block import ROW_HEIGHT, height
from ui.encode import cut, cut_cells
from ui.property import export, words
from ui.shell import Page

OPEN, COMPANY = "compound", "company"
_ANY = ""
_CLOSED = "compound_closed"
_LONGEST_CHOICE = 40
ROWS_SEEN = 16
FIVE_WIDTH = 140
"""Pixels of the column 五有: 0/5 cut off before what is unknown would read as none of five."""

Columns = Mapping[str, list[str] | pd.Series]
"""What a table of compounds shows, by heading."""


class Show(Labelled):
    """Which compounds are listed."""

    ALL = "all"
    UNMANAGED = "unmanaged"
    DEMONSTRATION = "demonstration"
    LACKING = "lacking"
    UNKNOWN = "unknown"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "all": N_("全部小区"),
            "unmanaged": N_("弃管小区"),
            "demonstration": N_("示范小区"),
            "lacking": N_("五有有缺项"),
            "unknown": N_("五有有未填项"),
        }

    def of(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Those of some compounds (`queries.property.compounds`) that are shown."""
        kept = {
            Show.ALL: pd.Series(data=True, index=rows.index),
            Show.UNMANAGED: rows["unmanaged_since"].notna(),
            Show.DEMONSTRATION: rows["demonstration"].fillna(value=False).astype(bool),
            Show.LACKING: rows["haves"] + rows["unknown"] < len(words.HAVES),
            Show.UNKNOWN: rows["unknown"] > 0,
        }
        return rows[kept[self]]


def of(page: Page) -> pd.DataFrame:
    """The compounds of the place that the reader may see."""
    return cache.compounds(page.actor, page.key(Subject.COMPOUNDS, Subject.AREAS), page.place.scope)


def narrowed(rows: pd.DataFrame) -> pd.DataFrame:
    """Draw the conditions, and answer the compounds that meet them."""
    with st.container(key="property_bar", horizontal=True, vertical_alignment="bottom", gap="small"):
        show = urlstate.selectbox(
            _("显示"),
            list(Show),
            key="show",
            default=Show.ALL,
            names=lambda item: item.label,
            width=170,
        )
        names = companies(rows)
        company = urlstate.selectbox(
            _("物业公司"),
            [_ANY, *names],
            key=COMPANY,
            default=_ANY,
            names=lambda name: cut(name, _LONGEST_CHOICE) if name else _("全部公司"),
            width=240,
        )
    found = show.of(rows)
    return found[found["company"] == company] if company else found


def open_one(code: str | None) -> None:
    """Open a compound, None to close. For callbacks."""
    urlstate.put(OPEN, code or "")
    st.session_state[_CLOSED] = code is None


def back_to(block: str) -> None:
    """Bring the list that a compound was chosen from into view, where it has just been closed."""
    if st.session_state.pop(_CLOSED, False):
        theme.reveal(block, 0)


def opened(rows: pd.DataFrame) -> str | None:
    """The code of the compound that is open; None where none is, or none that is among `rows`."""
    return urlstate.option(OPEN, rows["code"].tolist()) if OPEN in st.query_params else None


def draw(page: Page, rows: pd.DataFrame, total: int) -> None:
    """The list: how many of how many, and one line a compound."""
    shown = more.first("compounds", rows)
    told = [
        _("共 {total} 个小区，符合条件 {n} 个").format(total=format_number(total), n=format_number(len(rows)))
    ]
    if len(shown) < len(rows):
        told.append(_("列出前 {n} 个").format(n=format_number(len(shown))))
    st.caption(" · ".join(told))
    if rows.empty:
        messages.empty(_("没有符合条件的小区"), what_next=_("请换一个条件或公司，或回到上一级区划。"))
        return
    table("compounds", shown, _columns(shown), widths={_("五有"): FIVE_WIDTH})
    more.draw("compounds", len(shown), len(rows))
    export.compounds(page, rows, "compounds", _conditions())


def _conditions() -> list[str]:
    """The choices of the list in words."""
    show, company = urlstate.option("show", list(Show)), st.query_params.get(COMPANY)
    told = [Show(show).label] if show else []
    return [*told, _("物业公司：{name}").format(name=company)] if company else told


def table(
    name: str,
    rows: pd.DataFrame,
    columns: Columns,
    *,
    red: Sequence[bool] = (),
    pictures: Mapping[str, list[str]] = MappingProxyType({}),
    widths: Mapping[str, int] = MappingProxyType({}),
    seen: int = ROWS_SEEN,
) -> None:
    """A table of compounds whose rows open them; `columns` are what it shows of `rows`, by heading.

    Where `red` holds the row is in the colour of what is overdue or black-listed. `pictures` are columns of addresses
    of pictures, made by us. `widths` (pixels, by heading) are of columns that must not be cut.
    """
    key = f"{name}_rows_{current_language()}"
    codes = rows["code"].tolist()
    now = opened(rows)
    open_row.follow(key, codes.index(now) if now in codes else None)
    numbers: dict[str, Any] = {
        heading: st.column_config.NumberColumn(format="%,d")
        for heading, values in columns.items()
        if isinstance(values, pd.Series) and pd.api.types.is_integer_dtype(values)
    }
    wide: dict[str, Any] = {name: st.column_config.Column(width=width) for name, width in widths.items()}
    shown = cut_cells(pd.DataFrame({heading: list(values) for heading, values in columns.items()}))
    shown = shown.assign(**pictures)
    colors = [f"color: {theme.ALARM}" if late else "" for late in red]
    st.dataframe(
        shown.style.apply(lambda _column: colors) if any(red) else shown,
        key=key,
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=height(len(rows), seen),
        placeholder="",
        column_config=numbers | wide | {name: st.column_config.ImageColumn(width=150) for name in pictures},
        on_select=partial(_choose, key, codes),
        selection_mode=["single-row", "single-cell"],
        alt=_("小区列表：选一行打开小区"),
    )


def _choose(key: str, codes: list[str]) -> None:
    place = open_row.chosen(key)
    open_one(None if place is None else codes[place])


def _columns(rows: pd.DataFrame) -> Columns:
    return {
        _("小区名称"): rows["name"].tolist(),
        Level.STREET.label: [words.text(value) for value in rows["street"]],
        Level.COMMUNITY.label: [words.text(value) for value in rows["community"]],
        _("户数"): rows["households"],
        _("物业公司"): [words.text(value) for value in rows["company"]],
        _("五有"): [words.five(*pair) for pair in zip(rows["haves"], rows["unknown"], strict=True)],
        _("业委会"): [words.said(value) for value in rows["owners_committee"]],
        _("失管自"): [words.day(value) for value in rows["unmanaged_since"]],
        _("建成年份"): [str(year) if pd.notna(year) else "" for year in rows["built_year"]],
    }

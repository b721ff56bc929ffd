"""Companies: each the mean of its graded compounds, weighed by households; a row narrows the list to its compounds."""

from functools import partial

import pandas as pd
import streamlit as st

from domain.i18n import _, current_language, format_number
from domain.ratings.words import points_words
from ui import messages, more, open_row, urlstate
from ui.community.block import ROW_HEIGHT, height
from ui.encode import cut_cells
from ui.property import grades, register
from ui.property.rated import Rated

_ROWS_SEEN, _STEP = 10, 50


def draw(told: Rated) -> None:
    """The companies of the period, the lowest first."""
    rows = told.ratings.companies(told.period).sort_values(["total", "company"], na_position="last")
    if rows.empty:
        messages.empty(_("这里没有登记物业公司"), what_next=_("导入小区的物业公司后，这里自动更新。"))
        return
    shown = more.first("companies", rows, _STEP)
    seen = "" if told.ratings.whole else _("；只按您看得到的小区算")
    st.caption(
        _("共 {total} 家，列出 {shown} 家；按户数加权，不评级的小区不计入{seen}").format(
            total=format_number(len(rows)), shown=format_number(len(shown)), seen=seen
        )
    )
    key = f"company_rows_{current_language()}"
    names = shown["company"].tolist()
    now = urlstate.option(register.COMPANY, names)
    open_row.follow(key, names.index(now) if now in names else None)
    st.dataframe(
        _frame(told, shown),
        key=key,
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=height(len(shown), _ROWS_SEEN),
        column_config={
            _("计入户数"): st.column_config.NumberColumn(format="%,d"),
            _("0–100 分"): st.column_config.ImageColumn(width=150),
        },
        on_select=partial(_choose, key, names),
        selection_mode=["single-row", "single-cell"],
        alt=_("物业公司列表：选一行只看它的小区"),
    )
    more.draw("companies", len(shown), len(rows), _STEP)


def _choose(key: str, names: list[str]) -> None:
    place = open_row.chosen(key)
    urlstate.put(register.COMPANY, "" if place is None else names[place])


def _frame(told: Rated, rows: pd.DataFrame) -> pd.DataFrame:
    profile = told.profile
    frame = cut_cells(
        pd.DataFrame(
            {
                _("物业公司"): rows["company"].tolist(),
                _("评定等级"): grades.words(profile, rows),
                _("总分"): [points_words(None if pd.isna(total) else total) for total in rows["total"]],
                _("区间"): [grades.interval(*pair) for pair in zip(rows["low"], rows["high"], strict=True)],
                _("小区数"): rows["compounds"].tolist(),
                _("评级的小区"): rows["graded"].tolist(),
                _("计入户数"): rows["households"].tolist(),
            }
        )
    )
    frame[_("0–100 分")] = grades.pictures(profile, rows)
    return frame

"""What a community's cases are about: each category's share of all cases, beside the whole's share."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from domain.i18n import _, format_number, format_share
from queries.comparison import Standing, standings
from queries.ranking import share_interval
from ui import theme
from ui.cache.community import Whole
from ui.community import words
from ui.community.block import ROW_HEIGHT, block, height, table
from ui.community.subject import Subject
from ui.encode import cut_cells

_MOST_BARS = 10
_MOST_ROWS = 12
_NAMES_PX = 170
_NAMES_WIDTH = 24
"""How much of a name fits beside a bar, in Latin letters; a Chinese character is two wide."""
_BAR_PX = 24


@dataclass(frozen=True)
class Category:
    """One category: cases here of all cases here, and in the whole of all in the whole (None: not told)."""

    name: str
    cases: int
    of: int
    whole_cases: int | None
    whole_of: int | None
    standing: Standing


def compared(here: pd.DataFrame, whole: pd.DataFrame | None) -> list[Category]:
    """The categories that occur here, most cases first; `whole` as `here`: category (null: none), cases."""
    counts = here["cases"].to_numpy(float)
    of = int(counts.sum())
    if whole is None:
        around: list[int | None] = [None] * len(here)
        whole_of, told = None, [Standing.UNKNOWN] * len(here)
    else:
        known = dict(zip(map(_key, whole["category"]), whole["cases"].tolist(), strict=True))
        around, whole_of = [known[_key(category)] for category in here["category"]], sum(known.values())
        of_each = np.full(len(here), float(of)), np.full(len(here), float(whole_of))
        told = standings(counts, of_each[0], np.array(around, float), of_each[1], share_interval)
    return [
        Category(_name(category), int(cases), of, others, whole_of, standing)
        for category, cases, others, standing in zip(here["category"], counts, around, told, strict=True)
    ]


def draw(about: Subject, here: pd.DataFrame, whole: Whole | None) -> None:
    """The most frequent categories as bars with the whole's share as a mark, and the table of all."""
    name = words.whole_name(about.page.contents)
    title = _("类别占比，与{whole}相比").format(whole=name) if whole else _("类别占比")
    with block("categories", title):
        if here.empty:
            st.caption(_("所选时段没有案件。请放宽时段，或去掉上面的限制。"))
            return
        told = compared(here, whole.categories if whole else None)
        shown = told[:_MOST_BARS]
        lines = [
            _("最多的 {shown} 类，共 {total} 类").format(shown=len(shown), total=len(told)),
            _("名称前为件数，横条为占比（%）"),
            *([_("竖线为{whole}的占比").format(whole=name)] if whole else []),
        ]
        st.caption(" · ".join(lines))
        st.echarts_chart(
            _option(shown, name),
            height=_BAR_PX * len(shown) + 30,
            key="categories",
            alt=_("各类别占案件的百分比"),
        )
        table("categories", lambda: _table(told, name))


def beside_bar(name: str) -> str:
    """A category's name; of one that is too long its last part, since many begin alike: …/Sidewalk Repair."""
    width = sum(1 if character.isascii() else 2 for character in name)
    above, _slash, last = name.rpartition("/")
    return f"…/{last}" if width > _NAMES_WIDTH and above and last else name


def _key(category: Any) -> str | None:
    return None if pd.isna(category) else str(category)


def _name(category: Any) -> str:
    return _key(category) or _("（未填）")


def _table(told: list[Category], whole: str) -> None:
    rows = pd.DataFrame(
        {
            _("类别"): [one.name for one in told],
            _("本区划"): [format_share(one.cases, one.of) for one in told],
        }
    )
    if told[0].whole_of is not None:
        rows[whole] = [format_share(one.whole_cases or 0, one.whole_of or 0) for one in told]
        rows[_("比较")] = [words.standing(one.standing, whole) for one in told]
    st.dataframe(
        cut_cells(rows), hide_index=True, row_height=ROW_HEIGHT, height=height(len(rows), _MOST_ROWS)
    )
    st.caption(_("共 {n} 类").format(n=format_number(len(told))))


def _option(shown: list[Category], whole: str) -> dict[str, Any]:
    """Horizontal bars, the most frequent on top; the whole's share as a short upright line."""
    here = [round(100 * one.cases / one.of, 1) for one in shown]
    quiet = {"axisLine": {"show": False}, "axisTick": {"show": False}}
    series: list[dict[str, Any]] = [
        {
            "type": "bar",
            "name": _("本区划（%）"),
            "data": here,
            "barWidth": "60%",
            "itemStyle": {"color": theme.ACCENT},
        }
    ]
    if shown[0].whole_of:
        around = [round(100 * (one.whole_cases or 0) / (one.whole_of or 1), 1) for one in shown]
        series.append(
            {
                "type": "scatter",
                "name": _("{whole}（%）").format(whole=whole),
                "data": around,
                "symbol": "rect",
                "symbolSize": [3, 18],
                "itemStyle": {"color": theme.TEXT},
                "z": 5,
            }
        )
    return {
        "animation": False,
        "grid": {"left": 8, "right": 16, "top": 4, "bottom": 22, "containLabel": True},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "xAxis": {"type": "value", "min": 0, "splitLine": {"lineStyle": {"color": theme.LINE}}, **quiet},
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": [f"{format_number(one.cases)}  {beside_bar(one.name)}" for one in shown],
            "axisLabel": {"width": _NAMES_PX, "overflow": "truncate"},
            **quiet,
        },
        "series": series,
    }

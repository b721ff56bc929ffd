"""Before and after: the figures side by side, and street by street what changes."""

import pandas as pd
import streamlit as st

from domain.i18n import NO_VALUE, _, format_number, format_share
from domain.vocabulary import Level
from queries import coverage as groups
from queries.reach import Coverage, Within
from ui.community.block import ROW_HEIGHT, height
from ui.encode import cut_cells, markdown_text

_MOST_ROWS = 14
_LONGEST = 60


def figures(before: Coverage, after: Coverage) -> pd.DataFrame:
    """What is told of an area, one row a figure: its name, before, after, change; texts."""
    names = {
        Within.M500: _("直线 500 米以内的户数"),
        Within.M1000: _("直线 1,000 米以内的户数"),
        Within.WALK: _("步行 15 分钟以内的户数"),
    }
    rows = []
    for within in Within:
        was, now = before.shares[within], after.shares[within]
        change = signed(now.households - was.households, _("户"))
        rows.append(
            (
                names[within],
                format_share(was.households, was.known),
                format_share(now.households, now.known),
                change,
            )
        )
    for label, was_m, now_m in (
        (_("距离中位数（直线）"), before.median_m, after.median_m),
        (_("距离中位数（步行）"), before.median_walk_m, after.median_walk_m),
    ):
        both = was_m is not None and now_m is not None and max(was_m, now_m) != float("inf")
        change = signed(round(now_m) - round(was_m), _("米")) if both and was_m and now_m else NO_VALUE
        rows.append((label, metres(was_m), metres(now_m), change))
    level = before.level.label.lower()
    was_out, now_out = len(before.uncovered), len(after.uncovered)
    rows.append(
        (
            _("步行 15 分钟以外的{level}数").format(level=level),
            _("{n} 个").format(n=format_number(was_out)),
            _("{n} 个").format(n=format_number(now_out)),
            _("{n} 个").format(n=signed(now_out - was_out)),
        )
    )
    return pd.DataFrame(rows, columns=[_("指标"), _("现在"), _("增设后"), _("变化")], dtype=str)


def draw(before: Coverage, after: Coverage) -> None:
    """Draw the figures, as text that breaks where a phone is too narrow for its line."""
    shown = figures(before, after).map(_breakable)
    with st.container(key="before_after"):
        st.table(shown, border="horizontal", hide_index=True)
    unknown = before.shares[Within.WALK].unknown
    if unknown:
        told = _("{n} 个{level}户数不明，不计入户数。")
        st.caption(told.format(n=format_number(unknown), level=before.level.label.lower()))


def _breakable(text: str) -> str:
    """A cell that may break between the two counts of a share, and nowhere inside a number."""
    return markdown_text(text, _LONGEST).replace("/", "/\N{ZERO WIDTH SPACE}")


def by_area(before: Coverage, after: Coverage, level: Level) -> None:
    """Draw what changes in every area of a level: those that gain most first, then the worst covered."""
    rows = changes(before, after, level)
    told = _("{n} 个{level}有变化，共 {total} 个")
    st.caption(
        told.format(
            n=format_number(int((rows["more"] > 0).sum())),
            level=level.label.lower(),
            total=format_number(len(rows)),
        )
    )
    shown = pd.DataFrame(
        {
            level.label: rows["name"],
            _("户数"): [format_number(n) for n in rows["households"]],
            _("现在步行 15 分钟内"): [
                _share(*pair) for pair in zip(rows["was"], rows["households"], strict=True)
            ],
            _("增设后"): [_share(*pair) for pair in zip(rows["now"], rows["households"], strict=True)],
            _("多覆盖户数"): [signed(n) if n else NO_VALUE for n in rows["more"]],
            _("中位距离（直线）"): [
                f"{metres(was)} → {metres(now)}" if metres(was) != metres(now) else metres(was)
                for was, now in zip(rows["was_m"], rows["now_m"], strict=True)
            ],
            _("仍在外的网格"): [format_number(n) for n in rows["uncovered"]],
        }
    )
    held = {level.label: st.column_config.Column(pinned=True)}  # a phone shows few columns at once
    st.dataframe(
        cut_cells(shown),
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=height(len(shown), _MOST_ROWS),
        column_config=held,
    )


def changes(before: Coverage, after: Coverage, level: Level) -> pd.DataFrame:
    """One row an area: area_id, name, households; was, now, more (of them within the walk); was_m, now_m, uncovered."""
    was = groups.by_area(before, level).set_index("area_id")
    now = was if after is before else groups.by_area(after, level).set_index("area_id").reindex(was.index)
    rows = pd.DataFrame(
        {
            "name": was["name"],
            "households": was["households"],
            "was": was["covered"],
            "now": now["covered"],
            "more": now["covered"] - was["covered"],
            "was_m": was["median_m"],
            "now_m": now["median_m"],
            "uncovered": now["uncovered"],
        }
    )
    return rows.sort_values("more", ascending=False, kind="stable").reset_index()


def metres(value: float | None) -> str:
    """Metres, a dash for none."""
    known = value is not None and not pd.isna(value) and value != float("inf")
    return _("{n} 米").format(n=format_number(value)) if known else NO_VALUE


def signed(number: float, unit: str = "") -> str:
    """A change with its sign."""
    sign = "+" if number > 0 else "−" if number < 0 else "±"
    return f"{sign}{format_number(abs(number))} {unit}".strip()


def _share(covered: int, households: int) -> str:
    return format_share(covered, households) if households else NO_VALUE

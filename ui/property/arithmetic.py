"""One compound's rating, step by step: every item's value, counts, score and points, with the cases behind them."""

from typing import Any

import pandas as pd
import streamlit as st

from domain.filters import Side
from domain.i18n import NO_VALUE, _, format_number
from domain.ratings.arithmetic import Contribution, Rating
from domain.ratings.catalogue import indicator_of, item_name
from domain.ratings.words import (
    deduction_words,
    explain,
    grade_words,
    points_words,
    value_words,
    why_not_words,
)
from ui import navigation, theme
from ui.cache import property as cache
from ui.community.block import ROW_HEIGHT, block, height, table
from ui.encode import cut_cells, markdown_text
from ui.navigation import Screen
from ui.property import card, on_list, rated, register, trend, words
from ui.property.rated import Rated
from ui.shell import Page

_LONGEST = 400


def draw(page: Page, told: Rated) -> None:
    """The compound that is open, or what to do to open one."""
    rows = told.rows
    code = register.opened(rows)
    if code is None:
        with block("arithmetic", _("评级依据")):
            st.caption(_("在列表里选一个小区，这里逐项说明它的分数从哪里来。"))
        return
    row = rows[rows["code"] == code].iloc[0]
    number = int(row["compound_id"])
    rating = told.ratings.rating(number, told.period)
    with block("arithmetic", _("评级依据")):
        _head(page, told, row, rating)
        _items(told, rating)
        _cases(told, row, rating)
        _penalties(told, rating)
        _assessments(page, told, row)
        table("steps", lambda: _steps(told, rating))
    with block("rating_trend", _("各期变化")):
        trend.draw(page, told, number, rating)
    card.draw(page, register.of(page), comes_into_view=False)
    theme.reveal("arithmetic", number)


def _head(page: Page, told: Rated, row: "pd.Series[Any]", rating: Rating) -> None:
    profile = told.profile
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{markdown_text(row['name'])}**", width="stretch")
        st.button(
            _("关闭"),
            key="close_rating",
            icon=":material/close:",
            type="tertiary",
            on_click=register.open_one,
            args=(None,),
        )
    on_list.draw(page, told, int(row["compound_id"]))
    st.caption(markdown_text(f"{profile.name} · {rated.period_words(told.period)}", _LONGEST))
    if rating.total is None:
        st.markdown(markdown_text(why_not_words(profile, rating.known_share), _LONGEST))
        return
    total = _("总分 {total}（95% 区间 {low}–{high}）").format(
        total=points_words(rating.total), low=points_words(rating.low), high=points_words(rating.high)
    )
    st.markdown(f"**{markdown_text(total, _LONGEST)}**")
    st.markdown(markdown_text(grade_words(profile, rating), _LONGEST))


def _items(told: Rated, rating: Rating) -> None:
    """The table of the items; points and penalties add up to the total."""
    lines = [_line(told, rating, part) for part in rating.contributions]
    shown = cut_cells(pd.DataFrame(lines))
    st.dataframe(
        shown, hide_index=True, row_height=ROW_HEIGHT, height=height(len(lines), 12), key="rating_items"
    )
    added = sum(part.points or 0.0 for part in rating.contributions)
    if rating.total is not None:
        st.caption(
            _("各项合计 {added} 分 − 扣分 {taken} 分 = {total} 分").format(
                added=points_words(added),
                taken=points_words(rating.deducted),
                total=points_words(rating.total),
            )
        )


def _line(told: Rated, rating: Rating, part: Contribution) -> dict[str, str]:
    scored, measured = part.scored, part.measured
    ends = "" if scored is None else f"{points_words(scored.low)} – {points_words(scored.high)}"
    return {
        _("项目"): item_name(told.profile, part.item),
        _("值"): value_words(told.profile, part.item, measured),
        _("得分"): NO_VALUE if scored is None else points_words(scored.score),
        _("权重"): f"{part.weight:g} / {rating.known_weight:g}" if scored else _("不计入"),
        _("贡献"): NO_VALUE if part.points is None else points_words(part.points),
        _("值的区间"): _ends(told, part),
        _("得分区间"): ends,
    }


def _ends(told: Rated, part: Contribution) -> str:
    """The interval of a value, in its own unit; an assessment has none."""
    measured = part.measured
    found = indicator_of(told.profile, told.profile.items[part.item])
    if measured.low is None or measured.high is None or found is None:
        return ""
    if found.kind == "rate":
        return f"{format_number(100 * measured.low, 1)} – {format_number(100 * measured.high, 1)} %"
    return f"{format_number(measured.low, 2)} – {format_number(measured.high, 2)}"


def _cases(told: Rated, row: "pd.Series[Any]", rating: Rating) -> None:
    """The way to the cases of every item: those counted, and for a rate the others of its denominator."""
    period = {"period": "custom", "from_": str(told.period.start), "to": str(told.period.last_day)}
    with st.container(key="rating_cases", gap="xxsmall"):
        for part in rating.contributions:
            found = indicator_of(told.profile, told.profile.items[part.item])
            counted = part.measured.numerator
            if found is None or counted is None:
                continue
            sides = [("numerator", counted)]
            if found.kind == "rate" and part.measured.denominator is not None:
                sides.append(("rest", part.measured.denominator - counted))
            for side, n in sides:
                if not n:
                    continue
                label = _("{item} · {side} {n} 件").format(
                    item=item_name(told.profile, part.item),
                    side=found.side_label(side),
                    n=format_number(n),
                )
                navigation.link(
                    Screen.CASES,
                    markdown_text(label, _LONGEST),
                    icon=":material/list:",
                    in_compound=str(row["code"]),
                    side=str(
                        Side(told.profile.indicators, str(told.profile.items[part.item].indicator), side)
                    ),
                    **period,
                )


def _penalties(told: Rated, rating: Rating) -> None:
    for deduction in rating.deductions:
        penalty = told.profile.penalties[deduction.penalty]
        because = _("依据：{fact}").format(fact=penalty.fact.words) if penalty.fact else _("依据见考评结果")
        line = f"{deduction_words(told.profile, deduction)} · {because}"
        st.markdown(f"- {markdown_text(line, _LONGEST)}")


def _assessments(page: Page, told: Rated, row: "pd.Series[Any]") -> None:
    """What was assessed elsewhere, with where it comes from."""
    company = None if pd.isna(row["company"]) else str(row["company"])
    found = cache.assessments(
        page.actor, rated.key_of(page), told.ratings.profile, str(row["code"]), company, told.period
    )
    if found.empty:
        return
    names = {item.assessment: item_name(told.profile, key) for key, item in told.profile.items.items()}
    st.caption(_("考评结果"))
    shown = pd.DataFrame(
        {
            _("项目"): [names.get(name, name) for name in found["indicator"]],
            _("对象"): [_("物业公司") if own else _("小区") for own in found["of_company"]],
            _("结果"): [format_number(value, 1) for value in found["value"]],
            _("起止"): [
                f"{words.day(first)} – {words.day(last)}"
                for first, last in zip(found["period_start"], found["period_end"], strict=True)
            ],
            _("依据"): [words.text(text) for text in found["evidence"]],
        }
    )
    st.dataframe(cut_cells(shown), hide_index=True, row_height=ROW_HEIGHT, height=height(len(shown), 6))


def _steps(told: Rated, rating: Rating) -> None:
    for line in explain(told.profile, rating):
        st.markdown(f"- {markdown_text(line, _LONGEST)}")

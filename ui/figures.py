"""Figures that open: every figure leads to its definition, its counts, its cases, and to other profiles.

`metric` draws the figure; its button opens a dialog with `story`, which the page of indicators shows as it is.
"""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from domain.i18n import _, format_datetime, format_number
from domain.indicators import catalogue
from domain.indicators.facts import Unit
from domain.indicators.model import Composite, Indicator
from queries.figures import Evaluation, Question
from ui import figure_text, navigation
from ui.cache import indicators as cache
from ui.encode import markdown_text
from ui.fragments import dialog
from ui.navigation import Screen
from ui.shell import Page

_LONGEST = 600


def _prose(text: str) -> str:
    """A sentence of a definition as Markdown shows it."""
    return markdown_text(text, _LONGEST)


def question(
    page: Page, chosen: Any, profile: str = catalogue.DEFAULT, *, own_window: bool = False
) -> Question:
    """What the page asks of a profile: the filter (a `CaseFilter`) at the page's place and as-of time."""
    return Question(profile, chosen, page.place.scope, page.city.as_of_utc, own_window)


def evaluate(page: Page, asked: Question, names: Sequence[str]) -> dict[str, Evaluation]:
    """Figures of a profile, cached."""
    return cache.evaluate(page.actor, page.case_key, asked, tuple(names))


def metric(page: Page, asked: Question, figure: Evaluation, *, label: str = "", **options: Any) -> None:
    """A figure with its counts beside it, and the button that opens it.

    `options` go to st.metric (a sparkline, a change).
    """
    name = label or str(figure.definition.name)
    shown = figure_text.value(figure)
    if figure.definition.unit is Unit.CASES:  # the unit stands with the name, so that the number stays large
        shown = figure_text.number(figure.value, Unit.CASES)
        name = figure_text.heading(name, Unit.CASES)
    with st.container(key=f"figure_{figure.profile}_{figure.name}", gap=None):
        st.metric(
            markdown_text(name),
            shown,
            help=options.pop("help", None) or _prose(figure.unavailable) or None,
            **options,
        )
        opener(page, asked, figure)


def opener(page: Page, asked: Question, figure: Evaluation) -> None:
    """The button that opens a figure; it tells the counts of a rate."""
    pressed = st.button(
        figure_text.beside(figure) or _("口径"),
        key=f"open_{figure.profile}_{figure.name}",
        type="tertiary",
        icon=":material/functions:",
        help=_("打开：定义、分子分母、每一侧的案件、其他口径"),
    )
    if pressed:
        title = markdown_text(str(figure.definition.name))
        dialog(_opened, title, width="large")(page, asked, figure)


def _opened(page: Page, asked: Question, figure: Evaluation) -> None:
    story(page, asked, figure)
    _first_area(page, asked, figure)
    navigation.link(
        Screen.INDICATORS,
        _("在“指标口径”里看各区划和漏斗图"),
        icon=":material/query_stats:",
        profile=figure.profile,
        indicator=figure.name,
    )


def _first_area(page: Page, asked: Question, figure: Evaluation) -> None:
    """Below a figure: that an area is first in it only by cases on placeholder points."""
    levels = page.place.finer or page.place.levels[-1:]
    if isinstance(figure.definition, Composite) or not levels:
        return
    by_area = cache.by_area(page.actor, page.case_key, asked, figure.name, levels[0])
    if first := figure_text.first_by_placeholder(by_area):
        st.caption(_prose(first))


def story(page: Page, asked: Question, figure: Evaluation) -> None:
    """The whole figure: value, definition, both counts, the cases on each side, other profiles."""
    definition = figure.definition
    profile = catalogue.profile(figure.profile)
    told = [figure_text.value(figure), figure_text.beside(figure), figure_text.interval(figure)]
    st.markdown(f"### {_prose(' · '.join(part for part in told if part))}")
    if figure.unavailable:
        st.warning(_prose(figure.unavailable), icon=":material/info:")
    st.caption(
        _prose(
            _("{profile} · {period} · 数据截至 {as_of}").format(
                profile=profile.name,
                period=figure_text.period(figure.period),
                as_of=format_datetime(figure.as_of),
            )
        )
    )
    if isinstance(definition, Composite):
        _terms(definition, figure)
    else:
        st.markdown(_prose(figure_text.formula(definition)))
        _sides(definition, figure)
    for text in (definition.note, definition.source):
        if text:
            st.caption(_prose(str(text)))
    if definition.target is not None:
        st.caption(_("目标值 {target} %").format(target=format_number(100 * definition.target, 1)))
    _other_profiles(page, asked, figure)


def _sides(definition: Indicator, figure: Evaluation) -> None:
    """One line a side: what it is, how many, and the way to its cases; together they are all cases."""
    st.markdown(f"**{_('每一侧的案件')}**")
    main = [side for side in definition.sides if not side.startswith("part:")]
    for side in definition.sides:
        _side(definition, figure, side, beside=side.startswith("part:"))
    if definition.kind == "rate":
        total = sum(figure.count_of(side) for side in main)
        st.caption(
            _("合计 {total} 件 = 全部案件 {cases} 件").format(
                total=format_number(total), cases=format_number(figure.cases)
            )
        )


def _side(definition: Indicator, figure: Evaluation, side: str, *, beside: bool) -> None:
    count = figure.count_of(side)
    name, words = definition.side_label(side), _words(definition, side)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        mark = "└ " if beside else ""
        told = f" :gray[{_prose(words)}]" if words and words.casefold() not in name.casefold() else ""
        st.markdown(f"{mark}{_prose(name)}{told}", width="stretch")
        st.markdown(f"**{format_number(count)}** {_('件')}", width="content")
        if count:
            period = {"period": "all", "from_": None, "to": None} if figure.own_window else {}
            navigation.link(
                Screen.CASES, _("看案件"), icon=":material/list:", side=str(figure.side(side)), **period
            )


def _words(definition: Indicator, side: str) -> str:
    """The condition of a side in words."""
    kind, _colon, name = side.partition(":")
    if kind == "numerator":
        return definition.numerator_words
    if kind == "part":
        return definition.parts[name].when.words
    if kind == "excluded":
        return next(item.when.words for item in definition.exclude if item.reason == name)
    return ""


def _terms(score: Composite, figure: Evaluation) -> None:
    for term, part in zip(score.terms, figure.terms, strict=True):
        name = str(part.definition.name)
        weighed = _("1 − {name}").format(name=name) if term.complement else name
        line = f"{term.weight:g} × {weighed}: {figure_text.value(part)} · {figure_text.beside(part)}"
        st.markdown(f"- {_prose(line)}")


def _other_profiles(page: Page, asked: Question, figure: Evaluation) -> None:
    others = cache.under_other_profiles(page.actor, page.case_key, asked, figure.name)
    if others:
        st.markdown(f"**{_('同名指标在其他口径下')}**")
    for other in others:
        profile = catalogue.profile(other.profile)
        line = " · ".join(
            part
            for part in (
                str(profile.name),
                figure_text.value(other),
                figure_text.beside(other),
                figure_text.period(other.period),
            )
            if part
        )
        st.markdown(f"- {_prose(line)}")

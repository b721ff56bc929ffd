"""The figures of a community, each beside the whole's, with whether the two can be told apart."""

import streamlit as st

from domain.access import Verdict
from domain.i18n import _, format_date
from domain.indicators import catalogue
from domain.indicators.model import Indicator
from queries.comparison import Compared, Standing, compared
from queries.figures import Evaluation, Question
from ui import figures
from ui.cache.community import FIGURES, Whole
from ui.community import words
from ui.community.block import block
from ui.community.subject import Subject
from ui.encode import markdown_text
from ui.when import Days

_LONGEST = 120


def draw(
    about: Subject,
    asked: Question,
    found: dict[str, Evaluation],
    whole: Whole | None,
    verdict: Verdict,
    days: Days,
) -> None:
    """One card a figure, all of the cases reported on `days`; without the whole's figures it is said why."""
    name = words.whole_name(about.page.contents)
    title = _("指标，与{whole}相比").format(whole=name) if whole else _("指标")
    with block("figures", title):
        st.caption(
            _("{start} 至 {end} 上报的案件，到数据截至时的情况").format(
                start=format_date(days[0][0]), end=format_date(days[-1][0])
            )
        )
        with st.container(key="community_figures"):
            for indicator in FIGURES:
                figure = found[indicator]
                with st.container(key=f"card_{indicator}", gap=None):
                    figures.metric(about.page, asked, figure)
                    _beside(figure, compared(figure, whole.figures[indicator]) if whole else None, name)
        st.caption(_footnote(name) if whole else markdown_text(verdict.words, _LONGEST))


def _beside(figure: Evaluation, told: Compared | None, whole: str) -> None:
    """What stands under a figure: the whole's, the verdict, and whether it stands on few cases."""
    if figure.unavailable:
        st.caption(markdown_text(figure.unavailable, _LONGEST))
        return
    lines = [markdown_text(words.of_whole(figure, told, whole), _LONGEST)] if told else []
    if told and (said := words.verdict(figure, told, whole)):
        lines.append(_marked(markdown_text(said, _LONGEST), told, better=words.is_better(figure, told)))
    if note := _few(figure):
        lines.append(note)
    if lines:
        st.caption("  \n".join(lines))


def _marked(text: str, told: Compared, *, better: bool | None) -> str:
    """Bold where two figures stand apart, with a colour where one side is good; the words say it all."""
    if told.standing is Standing.ALIKE:
        return text
    if better is None:
        return f"**{text}**"
    return f":green[**{text}**]" if better else f":orange[**{text}**]"


def _few(figure: Evaluation) -> str:
    """Says of a rate that it stands on too few cases to be read on its own."""
    definition, least = figure.definition, catalogue.profile(figure.profile).minimum_n
    if not isinstance(definition, Indicator) or definition.kind != "rate":
        return ""
    return _("不足 {n} 件，只作参考").format(n=least) if 0 < (figure.denominator or 0) < least else ""


def _footnote(whole: str) -> str:
    return _(
        "“高于、低于{whole}”指与{whole}其余案件之差的 95% 区间不含 0；“分不出”指差别可能只是偶然。"
    ).format(whole=whole)

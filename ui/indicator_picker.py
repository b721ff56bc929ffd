"""Which figure of which profile the page of indicators shows, and by areas of which level."""

from dataclasses import dataclass

import streamlit as st

from domain.i18n import _
from domain.indicators import catalogue
from domain.indicators.model import Composite
from domain.vocabulary import Level
from queries.figures import ByArea, Question
from ui import messages, urlstate
from ui.cache import indicators as cache
from ui.encode import cut
from ui.shell import Page

_DEFAULT = "on_time_closing_rate"
_LONGEST = 40


@dataclass(frozen=True)
class Choice:
    """The figure that was chosen. `own_window`: the profile's own period instead of the reader's."""

    profile: str
    indicator: str
    level: Level

    @property
    def own_window(self) -> bool:
        """Every profile but the default one has a period of its own."""
        return self.profile != catalogue.DEFAULT

    @property
    def is_rate(self) -> bool:
        """Whether cases stand above and below a line."""
        return catalogue.definition(self.profile, self.indicator).kind == "rate"

    @property
    def minimum_n(self) -> int:
        """Over fewer cases a rate is not ranked."""
        return catalogue.profile(self.profile).minimum_n


def draw(page: Page) -> Choice:
    """Draw profile, indicator and level; all three are in the URL."""
    profiles = catalogue.profiles()
    with st.container(key="picker", horizontal=True, vertical_alignment="bottom", gap="small"):
        profile = urlstate.selectbox(
            _("口径"),
            list(profiles),
            key="profile",
            default=catalogue.DEFAULT,
            names=lambda name: cut(str(profiles[name].name), _LONGEST),
            width=240,
        )
        indicators = profiles[profile].indicators
        indicator = urlstate.selectbox(
            _("指标"),
            list(indicators),
            key="indicator",
            default=_DEFAULT if _DEFAULT in indicators else next(iter(indicators)),
            names=lambda name: cut(str(indicators[name].name), _LONGEST),
            width=240,
            variant=profile,
        )
        level = _level(page)
    if profile != catalogue.DEFAULT:
        st.caption(_("这个口径有自己的统计周期，不看上面的时段；其余条件照样有效。"))
    return Choice(profile, indicator, level)


def _level(page: Page) -> Level:
    levels = page.place.finer or page.place.levels[-1:]
    names = {level.value: level for level in levels}
    chosen = urlstate.selectbox(
        _("划分到"),
        list(names),
        key="level",
        default=next(iter(names)),
        names=lambda value: names[value].label,
        width=110,
        variant=levels[0].value,
    )
    return names[chosen]


def by_area(page: Page, asked: Question, choice: Choice) -> ByArea | None:
    """The figure by area; a composite says that its terms are to be looked at instead."""
    if isinstance(catalogue.definition(choice.profile, choice.indicator), Composite):
        messages.empty(_("综合得分由几个指标合成"), what_next=_("请在上面选择它的组成指标，逐个看各区划。"))
        return None
    return cache.by_area(page.actor, page.case_key, asked, choice.indicator, choice.level)

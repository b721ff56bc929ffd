"""What every part about ratings shares: the profile, the period, and the ratings of the place."""

from dataclasses import dataclass
from datetime import datetime, time
from functools import cached_property
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from domain.i18n import _, format_date
from domain.indicators.facts import Unit
from domain.ratings import catalogue
from domain.ratings.arithmetic import Missing
from domain.ratings.model import Profile
from domain.ratings.periods import PERIODS_TOLD, Period
from domain.vocabulary import Subject
from queries.rating_arrays import MISSING
from queries.ratings import Ratings
from ui import messages, urlstate
from ui.cache import ratings as cache
from ui.encode import cut
from ui.shell import Page
from ui.when import last_day

_LONGEST_NAME = 30


@dataclass(frozen=True)
class Rated:
    """The ratings of the place, and the period that is looked at."""

    ratings: Ratings
    period: Period

    @property
    def profile(self) -> Profile:
        """The profile."""
        return self.ratings.definition

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The compounds with their scores of the period."""
        return self.ratings.of(self.period)

    @property
    def before(self) -> Period | None:
        """The period before; None where it is not among those that are rated."""
        place = self.ratings.periods.index(self.period)
        return self.ratings.periods[place - 1] if place else None

    @property
    def volume_item(self) -> str | None:
        """The item that counts cases against households; None where the profile has none."""
        for name, item in self.profile.items.items():
            found = catalogue.indicator_of(self.profile, item)
            if found is not None and found.unit is Unit.PER_100_HOUSEHOLDS:
                return name
        return None

    def cases(self) -> "pd.Series[Any] | None":
        """How many cases each compound has in the period (Int64, in the order of `rows`; NA where that is not known).

        None where nothing counts them.
        """
        item = self.volume_item
        if item is None:
            return None
        place, step = self.ratings.periods.index(self.period), len(self.ratings.periods)
        found = self.ratings.evidence.iloc[place::step].reset_index(drop=True)
        unknown = found[f"{item}.missing"].isin(
            [MISSING.index(why) for why in (Missing.UNMATCHED, Missing.NO_DATA)]
        )
        return found[f"{item}.numerator"].astype("Int64").mask(unknown)


def period_words(period: Period) -> str:
    """A period with its days: 2026-Q3（2026-07-01 – 2026-09-30）."""
    return _("{period}（{first} – {last}）").format(
        period=period, first=format_date(period.start), last=format_date(period.last_day)
    )


def bar() -> DeltaGenerator:
    """The line of what is chosen, to be used with `with`."""
    return st.container(key="rated_bar", horizontal=True, vertical_alignment="bottom", gap="small")


def choose(page: Page, line: DeltaGenerator | None = None) -> Rated | None:
    """Draw profile and period, in a line of their own (`bar`) or in one that goes on.

    None, with the reason told, where there is nothing to rate.
    """
    profiles = catalogue.profiles()
    with line or bar():
        name = urlstate.selectbox(
            _("评级方案"),
            list(profiles),
            key="profile",
            default=catalogue.DEFAULT,
            names=lambda key: cut(str(profiles[key].name), _LONGEST_NAME),
            width=220,
        )
        found = of(page, name)
        told = {str(period): period for period in reversed(found.periods)}
        chosen = urlstate.selectbox(
            _("评级周期"),
            list(told),
            key="rated",
            default=next(iter(told)),
            names=lambda text: period_words(told[text]),
            width=290,
            variant=name,
        )
    if found.compounds.empty:
        messages.empty(_("这里没有登记小区"), what_next=_("导入后这里自动更新："))
        return None
    return Rated(found, told[chosen])


def latest(page: Page) -> Rated | None:
    """The ratings of the place by the default profile in the last period; None where no compound is graded."""
    found = of(page, catalogue.DEFAULT)
    told = Rated(found, found.periods[-1])
    return told if told.rows["grade"].notna().any() else None


def of(page: Page, profile: str) -> Ratings:
    """The ratings of the compounds of the place."""
    until = datetime.combine(last_day(page.city.as_of), time.max)  # a live city's minutes rate nothing anew
    return cache.rated(page.actor, key_of(page), profile, PERIODS_TOLD, page.place.scope, until)


def key_of(page: Page) -> str:
    """The versions of all that ratings are made of."""
    return page.key(Subject.CASES, Subject.AREAS, Subject.CITY, Subject.COMPOUNDS, Subject.ASSESSMENTS)

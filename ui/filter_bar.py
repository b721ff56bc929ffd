"""The filter bar: period, category, channel, state and what a screen adds, all of it in the URL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from domain.filter_words import finding_words, hour_words
from domain.filters import NO_VALUE, CaseFilter, FindingRows, HourCell, Side
from domain.i18n import N_, _, ngettext_
from domain.indicators import catalogue
from domain.vocabulary import CaseState, Channel, Level, Subject
from queries.meta import CityInfo
from ui import urlstate
from ui.cache import areas_and_cases as cache
from ui.encode import cut, markdown_text
from ui.measures import Measure
from ui.place import Place
from ui.shell import Page
from ui.when import last_day


class Period(StrEnum):
    """The periods offered, all of them ending with the last day covered."""

    WEEK = "7d"
    MONTH = "30d"
    QUARTER = "90d"
    YEAR = "365d"
    ALL = "all"
    CUSTOM = "custom"

    @property
    def label(self) -> str:
        """The period's name in the reader's language."""
        return _(_PERIODS[self])


_PERIODS = {
    Period.WEEK: N_("近 7 天"),
    Period.MONTH: N_("近 30 天"),
    Period.QUARTER: N_("近 90 天"),
    Period.YEAR: N_("近 365 天"),
    Period.ALL: N_("全部时间"),
    Period.CUSTOM: N_("自选日期"),
}


class Comparison(StrEnum):
    """What the period can be set beside."""

    NONE = "none"
    BEFORE = "before"
    YEAR_BEFORE = "year_before"

    @property
    def label(self) -> str:
        """Its name in the reader's language."""
        return _(_COMPARISONS[self])

    def other(self, wanted: CaseFilter) -> CaseFilter | None:
        """The filter of the other period; None without one."""
        if self is Comparison.NONE:
            return None
        return wanted.period_before() if self is Comparison.BEFORE else wanted.year_before()


_COMPARISONS = {
    Comparison.NONE: N_("不对比"),
    Comparison.BEFORE: N_("前一时段"),
    Comparison.YEAR_BEFORE: N_("去年同期"),
}
_NEXT_LEVEL = "next"
_LONGEST_CHOICE = 40
_LONGEST_TEXT = 100
_MOST_HOUR_CHIPS = 6
_MOST_COMPOUNDS = 2_000
"""More names than these are no choice, and would go to the browser with every click."""


@dataclass(frozen=True)
class View:
    """What the reader asked for: which cases, which measure, areas of which level.

    `other` are the cases of another period to set beside them, None for none.
    """

    wanted: CaseFilter
    measure: Measure
    level: Level
    other: CaseFilter | None = None


def draw(page: Page) -> View:
    """Draw the bar of the map: which cases, painted by which measure, areas of which level."""
    with _bar():
        wanted = _cases(page)
        measure = urlstate.selectbox(
            _("指标"),
            list(Measure),
            key="measure",
            default=Measure.REPORTED,
            names=lambda item: item.label,
            width=170,
        )
        level = level_of(page.place)
        comparison = urlstate.selectbox(
            _("对比"),
            list(Comparison),
            key="compare",
            default=Comparison.NONE,
            names=lambda item: item.label,
            width=120,
        )
    _chips(page, wanted)
    return View(wanted, measure, level, comparison.other(wanted))


@dataclass(frozen=True)
class Chip:
    """A condition in words, and the values of the URL that go when it is dropped (none named: all of the key)."""

    name: str
    key: str
    values: tuple[str, ...] = ()


def cases(page: Page, *, every_condition: bool = False) -> CaseFilter:
    """Draw the bar of a screen that shows cases, with a field to search in them.

    With `every_condition` each condition is a chip, and a value that none of the reader's cases carries counts
    too: a view of somebody else then has none of them, instead of all.
    """
    with _bar():
        wanted = _cases(page)
        text = urlstate.text(
            _("编号、标题或地点"), key="text", placeholder=_("包含的文字"), longest=_LONGEST_TEXT, width=200
        )
        if every_condition:
            _property(page)
    wanted = replace(wanted, text=text)
    if every_condition:
        wanted = _exactly(wanted)
        _draw_chips([*_more_chips(page, wanted), *_chips_of(page, wanted)])
    else:
        _chips(page, wanted)
    return wanted


def _property(page: Page) -> None:
    """Draw the choice of compounds, where they are few enough to choose from, and of companies."""
    key = page.key(Subject.COMPOUNDS, Subject.AREAS)
    choices = cache.compound_choices(page.actor, key, page.place.scope)
    if not choices.names:
        return
    is_few = len(choices.names) <= _MOST_COMPOUNDS
    urlstate.multiselect(
        _("小区"),
        list(choices.names) if is_few else [],
        key="in_compound",
        names=lambda code: cut(choices.names[code], _LONGEST_CHOICE),
        placeholder=_("全部") if is_few else _("请先选区划"),
        width=160,
    )
    urlstate.multiselect(
        _("物业公司"),
        choices.companies,
        key="of_company",
        names=lambda name: cut(name, _LONGEST_CHOICE),
        placeholder=_("全部"),
        width=160,
    )


def _exactly(wanted: CaseFilter) -> CaseFilter:
    """The filter with every value that the URL names."""
    category, channel, state = (
        tuple(st.query_params.get_all(key)) for key in ("category", "channel", "state")
    )
    return replace(wanted, categories=category, channels=channel, states=state)


def _more_chips(page: Page, wanted: CaseFilter) -> list[Chip]:
    """The conditions that have a widget too."""
    chips = []
    if page.place.scope and st.query_params.get_all("area"):
        chips.append(Chip(page.place.scope.name, "area"))
    if st.query_params.get("period") == Period.CUSTOM:
        chips.append(Chip(f"{wanted.start} – {wanted.end}", "period"))
    for field, values in (
        ("category", wanted.categories),
        ("channel", wanted.channels),
        ("state", wanted.states),
    ):
        chips += [Chip(_name_of(field, value), field, (value,)) for value in values]
    if wanted.text:
        chips.append(Chip(_("含有“{text}”").format(text=wanted.text), "text"))
    return chips


def _bar() -> DeltaGenerator:
    return st.container(key="filters", horizontal=True, vertical_alignment="bottom", gap="small")


def _cases(page: Page) -> CaseFilter:
    start, end = _period(page.city)
    choices = page.contents.choices
    return CaseFilter(
        start=start,
        end=end,
        area=page.place.code,
        categories=_several("category", _("类别"), choices),
        channels=_several("channel", _("渠道"), choices),
        states=_several("state", _("状态"), {"state": _in_order(choices.get("state", ()))}),
        hours=urlstate.parsed("hour", HourCell.parse),
        side=next((side for side in urlstate.parsed("side", Side.parse) if catalogue.has(side)), None),
        finding=next(iter(urlstate.parsed("finding", FindingRows.parse)), None),
        compounds=urlstate.parsed("in_compound", str),
        companies=urlstate.parsed("of_company", str),
    )


def _chips(page: Page, wanted: CaseFilter) -> None:
    """What else narrows the cases, each with the way to drop it; nothing where nothing does."""
    _draw_chips(_chips_of(page, wanted))


def _chips_of(page: Page, wanted: CaseFilter) -> list[Chip]:
    """The conditions that have no widget in the bar; many hours are one."""
    chips = [Chip(hour_words(cell), "hour", (str(cell),)) for cell in wanted.hours]
    if len(chips) > _MOST_HOUR_CHIPS:
        told = ngettext_("一周里的 {n} 个小时", "一周里的 {n} 个小时", len(chips))
        chips = [Chip(told.format(n=len(chips)), "hour")]
    if wanted.side:
        chips.append(Chip(catalogue.side_name(wanted.side), "side", (str(wanted.side),)))
    if wanted.finding:
        chips.append(Chip(finding_words(wanted.finding), "finding", (str(wanted.finding),)))
    if wanted.compounds:
        names = cache.compound_names(page.actor, page.key(Subject.COMPOUNDS), wanted.compounds)
        named = {code: names.get(code) or _("小区 {code}").format(code=code) for code in wanted.compounds}
        chips += [Chip(name, "in_compound", (code,)) for code, name in named.items()]
    return [*chips, *(Chip(name, "of_company", (name,)) for name in wanted.companies)]


def _draw_chips(chips: Sequence[Chip]) -> None:
    if not chips:
        return
    with st.container(key="chips", horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(_("只看："), width="content")
        for chip in chips:
            st.button(
                markdown_text(chip.name),
                key="_".join(("chip", chip.key, *chip.values)),
                icon=":material/close:",
                help=_("去掉这个条件"),
                on_click=_drop,
                args=(chip,),
            )


def _drop(chip: Chip) -> None:
    if chip.key == "period":
        urlstate.change({"period": (), "from": (), "to": ()})
    elif chip.values:
        urlstate.drop(chip.key, chip.values[0])
    else:
        urlstate.write(chip.key, ())


def _period(city: CityInfo) -> tuple[date | None, date | None]:
    period = urlstate.selectbox(
        _("时段"),
        list(Period),
        key="period",
        default=Period.MONTH,
        names=lambda item: item.label,
        width=120,
    )
    end = last_day(city.as_of)
    if period is Period.ALL:
        return None, None
    if period is Period.CUSTOM:
        return _custom(end)
    return end - timedelta(days=int(period.removesuffix("d")) - 1), end


def _custom(end: date) -> tuple[date, date]:
    first = urlstate.day(_("起"), key="from", default=end - timedelta(days=29), width=130)
    last = urlstate.day(_("止"), key="to", default=end, width=130)
    return min(first, last), max(first, last)


def _several(field: str, label: str, choices: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return urlstate.multiselect(
        label,
        choices.get(field, ()),
        key=field,
        names=lambda value: _name_of(field, value),
        placeholder=_("全部"),
        width=180,
    )


def _in_order(states: tuple[str, ...]) -> tuple[str, ...]:
    """States as the work goes through them, not by how often they occur."""
    return tuple(state.value for state in CaseState if state in states)


def _name_of(field: str, value: str) -> str:
    if value == NO_VALUE:
        return _("（未填）")
    if field == "channel" and value in set(Channel):
        return Channel(value).label
    if field == "state" and value in set(CaseState):
        return CaseState(value).label
    return cut(value, _LONGEST_CHOICE)


def level_of(place: Place) -> Level:
    """Draw which level the place is parted into."""
    names = {level.value: level.label for level in place.levels}
    chosen = urlstate.selectbox(
        _("划分到"),
        [_NEXT_LEVEL, *names],
        key="level",
        default=_NEXT_LEVEL,
        names=lambda value: names.get(value, _("下一级")),
        width=110,
    )
    return place.level(Level(chosen) if chosen in names else None)

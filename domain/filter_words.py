"""A filter of cases in words, one line a condition: on the screen, in an export and in the audit."""

from collections.abc import Iterator, Mapping, Sequence

from domain.actor import Actor
from domain.filters import NO_VALUE, CaseFilter, FindingRows, HourCell, Side
from domain.i18n import N_, _, format_date
from domain.indicators import catalogue
from domain.rules import RULES
from domain.vocabulary import CaseState, Channel

WEEKDAYS = (N_("周一"), N_("周二"), N_("周三"), N_("周四"), N_("周五"), N_("周六"), N_("周日"))
"""Source strings, Monday first."""


def filter_words(
    chosen: CaseFilter, area_name: str | None = None, compound_names: Mapping[str, str] | None = None
) -> list[str]:
    """The conditions of a filter in the reader's language; one line also where there is none.

    `compound_names` are names by code: a compound without one is told by its code.
    """
    told = [*_conditions(chosen, area_name), *_property_conditions(chosen, compound_names or {})]
    return told or [_("没有限制：全部案件")]


def scope_words(actor: Actor) -> str:
    """Whose cases an actor sees at all."""
    if actor.sees_everything:
        return _("全部区划")
    return _("只含导出人有权查看的：{scope}").format(scope=_listed(sorted(actor.areas | actor.departments)))


def side_definition(side: Side) -> list[str]:
    """What the figure is whose side the cases stand on: its name, formula, conditions and source."""
    found = catalogue.indicator(side.profile, side.indicator)
    profile = catalogue.profile(side.profile)
    lines = [
        _("{indicator}（{profile}）").format(indicator=found.name, profile=profile.name),
        _("分子：{name}，{words}").format(name=found.numerator_name, words=found.numerator_words),
    ]
    if found.denominator_name is not None:
        lines.append(_("分母：{name}").format(name=found.denominator_name))
    lines += [
        _("不计：{reason}，{words}").format(reason=item.reason.label, words=item.when.words)
        for item in found.exclude
    ]
    return [*lines, *(str(text) for text in (found.note, found.source) if text)]


def _conditions(chosen: CaseFilter, area_name: str | None) -> Iterator[str]:
    if chosen.start or chosen.end:
        yield _("上报日期：{start} 至 {end}（含首尾两天）").format(
            start=format_date(chosen.start), end=format_date(chosen.end)
        )
    if chosen.area:
        yield _("区划：{name}（{code}）").format(name=area_name or chosen.area, code=chosen.area)
    if chosen.categories:
        yield _("类别：{values}").format(values=_listed([_named(value) for value in chosen.categories]))
    if chosen.channels:
        yield _("渠道：{values}").format(values=_listed([_channel(value) for value in chosen.channels]))
    if chosen.states:
        yield _("状态：{values}").format(values=_listed([_state(value) for value in chosen.states]))
    if chosen.text:
        yield _("编号、标题或地点含有：{text}").format(text=chosen.text)
    yield from _only(chosen)


def _only(chosen: CaseFilter) -> Iterator[str]:
    """The conditions that no widget sets, but for compounds."""
    if chosen.hours:
        yield _("上报时刻：{values}").format(values=_listed([hour_words(cell) for cell in chosen.hours]))
    if chosen.side:
        yield _("指标的一侧：{side}").format(side=catalogue.side_name(chosen.side))
    if chosen.finding:
        yield _("数据问题：{finding}").format(finding=finding_words(chosen.finding))


def _property_conditions(chosen: CaseFilter, names: Mapping[str, str]) -> Iterator[str]:
    if chosen.compounds:
        told = [compound_words(code, names.get(code)) for code in chosen.compounds]
        yield _("小区：{values}").format(values=_listed(told))
    if chosen.companies:
        yield _("物业公司：{values}").format(values=_listed(chosen.companies))


def compound_words(code: str, name: str | None) -> str:
    """A compound by its name and code; by its code where the reader knows no name."""
    return _("{name}（{code}）").format(name=name, code=code) if name else code


def hour_words(cell: HourCell) -> str:
    """An hour of the week in words: 周五 19–20 时."""
    return _("{weekday} {hour}–{next} 时").format(
        weekday=weekday_words(cell.weekday), hour=cell.hour, next=cell.hour + 1
    )


def weekday_words(weekday: int) -> str:
    """The name of a weekday, 1 = Monday … 7 = Sunday."""
    return _(WEEKDAYS[weekday - 1])


def finding_words(finding: FindingRows) -> str:
    """A finding in words: 第 12 批：行内编码与坐标所在区域不符."""
    rule = RULES.get(finding.rule)
    title = rule.title if rule else finding.rule
    return _("第 {batch} 批：{rule}").format(batch=finding.batch_id, rule=title)


def _listed(values: Sequence[str]) -> str:
    return _("、").join(values)


def _named(value: str) -> str:
    return _("（未填）") if value == NO_VALUE else value


def _channel(value: str) -> str:
    return Channel(value).label if value in set(Channel) else _named(value)


def _state(value: str) -> str:
    return CaseState(value).label if value in set(CaseState) else value

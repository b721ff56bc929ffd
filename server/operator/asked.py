"""What the parameters of a verb ask for: the cases of a filter, an area, a local time."""

from datetime import datetime
from typing import Any

from data.session import Session
from domain.clock import AsOfMode
from domain.errors import InputRefused
from domain.filters import NO_VALUE, YEARS, CaseFilter
from domain.i18n import _
from domain.vocabulary import CaseState, Channel
from queries import areas, cases, features
from queries.areas import AreaInfo

Params = dict[str, Any]

VALUES_SHOWN = 40


def chosen_cases(session: Session, query: Params) -> tuple[CaseFilter, AreaInfo | None]:
    """The filter of query parameters, and its area.

    Refuses a filter on a value that is no term and that no case carries: it would answer 0 without a word.
    """
    chosen = CaseFilter.from_query(query)
    carried = cases.choices(session)
    for field, wanted, terms in (
        ("category", chosen.categories, ()),
        ("channel", chosen.channels, tuple(Channel)),
        ("state", chosen.states, tuple(CaseState)),
    ):
        seen = carried.loc[carried["field"] == field, "value"].dropna().tolist()
        strange = sorted(set(wanted) - {NO_VALUE, *seen, *terms})
        if strange:
            known = ", ".join(dict.fromkeys([*seen, *terms][:VALUES_SHOWN]))
            raise InputRefused(
                _("没有案件的 {field} 是 {strange}。").format(field=field, strange=", ".join(strange)),
                _("可用的取值：{known}。").format(known=known),
            )
    _refuse_strange_compounds(session, chosen)
    return chosen, areas.area_by_code(session, chosen.area) if chosen.area else None


def _refuse_strange_compounds(session: Session, chosen: CaseFilter) -> None:
    if not chosen.compounds and not chosen.companies:
        return
    known = features.compounds_to_choose(session, None)
    for wanted, seen in (
        (chosen.compounds, {code for code, _name, _company in known}),
        (chosen.companies, {company for _code, _name, company in known}),
    ):
        strange = sorted(set(wanted) - seen)
        if strange:
            raise InputRefused(
                _("没有这个小区或物业企业：{strange}。").format(strange="、".join(strange)),
                _("小区写编码，企业写全名。"),
            )


def as_of_setting(text: str | None) -> AsOfMode | datetime | None:
    """`live`, `data`, or a local date or time that every figure is computed for."""
    if text is None:
        return None
    if text in set(AsOfMode):
        return AsOfMode(text)
    return local_moment(text, _("请写 live、data，或 2026-03-05 14:20 这样的当地时间。"))


def local_moment(text: str, remedy: str) -> datetime:
    """A date (its first moment) or a time of the city, without an offset. Raises InputRefused otherwise."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is not None or moment.year not in YEARS:
        raise InputRefused(_("“{text}”不是统计时点。").format(text=text), remedy)
    return moment


def iso(moment: datetime) -> str:
    """A time as JSON tells it: 2026-03-05 14:20:00."""
    return moment.isoformat(sep=" ", timespec="seconds")

"""What the parameters of a verb ask for: the cases of a filter, an area, a local time."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from data.session import Session
from domain.clock import AsOfMode
from domain.errors import InputRefused, NotFound
from domain.filters import NO_VALUE, YEARS, CaseFilter
from domain.i18n import _
from domain.profile_faults import closest, joined
from domain.vocabulary import CaseState, Channel
from queries import areas, cases, features
from queries.areas import AreaInfo

Params = dict[str, Any]

VALUES_SHOWN = 40
NEAREST_SHOWN = 5


def chosen_cases(session: Session, query: Params, db: Path) -> tuple[CaseFilter, AreaInfo | None]:
    """The filter of query parameters, and its area; `db` is the database that is told where it has nothing.

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
    _refuse_strange_compounds(session, chosen, db)
    return chosen, areas.area_by_code(session, chosen.area) if chosen.area else None


def _refuse_strange_compounds(session: Session, chosen: CaseFilter, db: Path) -> None:
    if not chosen.compounds and not chosen.companies:
        return
    known = features.compounds_to_choose(session, None)
    codes = {code: name for code, name, _company in known}
    for wanted in chosen.compounds:
        _refuse_strange_compound(wanted, codes, db)
    companies = sorted({company for _code, _name, company in known if company})
    for wanted in sorted(set(chosen.companies) - set(companies)):
        raise NotFound(
            _("没有物业企业“{name}”。").format(name=wanted),
            _remedy(_("企业写全名"), joined(closest(wanted, companies)[:NEAREST_SHOWN]), len(companies), db),
        )


def known_compound(session: Session, code: str, db: Path) -> None:
    """Raises NotFound that tells codes which resemble it, and how to list all, where there is no such compound."""
    known = features.compounds_to_choose(session, None)
    _refuse_strange_compound(code, {code: name for code, name, _company in known}, db)


def _refuse_strange_compound(wanted: str, names: Mapping[str, str], db: Path) -> None:
    """`names` are those of the compounds by code; somebody may have written the name for the code."""
    if wanted in names:
        return
    called = [code for code, name in names.items() if wanted in name]
    near = [*called, *(code for code in closest(wanted, names) if code not in called)][:NEAREST_SHOWN]
    told = joined(f"{code}（{names[code]}）" for code in near)
    raise NotFound(
        _("没有小区“{code}”。").format(code=wanted), _remedy(_("小区写编码"), told, len(names), db)
    )


def _remedy(how: str, near: str, total: int, db: Path) -> str:
    if not total:
        return _(
            "数据库 {path} 里没有登记：请先用 python -m data import compounds 导入小区，或用 --db 指定另一个。"
        ).format(path=db)
    return _("{how}，例如 {near}；共 {total} 个，python -m data rate --each 列出全部小区及其企业。").format(
        how=how, near=near, total=total
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

"""The lists of 红色物业 as files: exactly the compounds that are listed, all of them, with what their columns mean."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from domain.i18n import _
from domain.ratings.lists import ListKind
from queries.list_export import ListRequest
from queries.rating_export import meanings, rating_table
from queries.ratings import Turn
from ui import list_export
from ui.property import rated, words
from ui.property.rated import Rated
from ui.shell import Page


def ratings(page: Page, told: Rated, rows: pd.DataFrame, key: str, conditions: Sequence[str]) -> None:
    """Draw the order of rated compounds (`rows` has their code), in the order of the list."""
    codes = rows["code"].tolist()

    def request() -> ListRequest:
        found = rating_table(told.ratings, told.period, codes)
        title = _("小区评级")
        return ListRequest(
            "property_ratings",
            title,
            found,
            meanings(told.ratings),
            page.place.scope,
            page.city.as_of_utc,
            _about(told, conditions),
        )

    with st.container(key=f"property_export_{key}"):
        list_export.draw(page, key, len(codes), request)


def _about(told: Rated, conditions: Sequence[str]) -> tuple[str, ...]:
    """Profile, period, and the choices of the screen in words."""
    return (
        _("评级方案：{name}").format(name=str(told.profile.name)),
        _("评级周期：{period}").format(period=rated.period_words(told.period)),
        *conditions,
    )


def listed(page: Page, told: Rated, rows: pd.DataFrame, kind: ListKind, conditions: Sequence[str]) -> None:
    """Draw the order of a list: its compounds with their ratings, since when they are on it, and why in words."""

    def request() -> ListRequest:
        turns = [Turn(number, kind, on=True, period=told.period) for number in rows["compound_id"].tolist()]
        table = rating_table(told.ratings, told.period, rows["code"].tolist())
        stays = _stays()
        found = pd.concat([rows[[*stays][:-1]].reset_index(drop=True), table], axis=1).assign(
            reason=told.ratings.why(turns)
        )
        meant = meanings(told.ratings)
        first = {name: meant.pop(name) for name in ("code", "name")}
        return ListRequest(
            f"property_list_{kind.value}",
            kind.label,
            found,
            first | stays | meant,
            page.place.scope,
            page.city.as_of_utc,
            _about(told, conditions),
        )

    with st.container(key=f"property_export_list_{kind.value}"):
        list_export.draw(page, f"list_{kind.value}", len(rows), request)


def _stays() -> dict[str, str]:
    return {
        "since": _("自哪一期符合"),
        "entered": _("哪一期入榜"),
        "perhaps_earlier": _("是否可能更早：从所算的第一期起就符合"),
        "before_total": _("上期总分；空＝不评级"),
        "before_low": _("上期总分 95% 区间下限"),
        "before_high": _("上期总分 95% 区间上限"),
        "reason": _("原因"),
    }


def compounds(page: Page, rows: pd.DataFrame, key: str, conditions: Sequence[str]) -> None:
    """Draw the order of compounds with their checklist and what is done about those that nobody manages."""

    def request() -> ListRequest:
        columns = _compound_columns()
        found = rows[list(columns)].assign(
            **{name: rows[name].dt.date for name in ("unmanaged_since", "unmanaged_until", "takeover_due")}
        )
        title = _("小区清单")
        return ListRequest(
            "compounds", title, found, columns, page.place.scope, page.city.as_of_utc, tuple(conditions)
        )

    with st.container(key=f"property_export_{key}"):
        list_export.draw(page, key, len(rows), request)


def _compound_columns() -> dict[str, str]:
    checklist = {**words.HAVES, **words.SELF_GOVERNMENT}
    return {
        "code": _("小区编码"),
        "name": _("小区名称"),
        "street": _("街道"),
        "community": _("社区"),
        "address": _("地址"),
        "households": _("户数"),
        "company": _("物业公司"),
        **{column: _("{item}；空＝未填").format(item=_(name)) for column, name in checklist.items()},
        "demonstration": _("示范小区；空＝未填"),
        "unmanaged_since": _("失管自；空＝未失管"),
        "unmanaged_until": _("上一段弃管止于"),
        "takeover": _("措施（存储值）"),
        "takeover_due": _("到期日"),
        "lon": _("经度"),
        "lat": _("纬度"),
    }

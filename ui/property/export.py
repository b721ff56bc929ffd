"""The lists of 红色物业 as files: exactly the compounds that are listed, all of them, with what their columns mean."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from domain.i18n import _
from queries.list_export import ListRequest
from queries.rating_export import meanings, rating_table
from ui import list_export
from ui.property import rated, words
from ui.property.rated import Rated
from ui.shell import Page


def ratings(page: Page, told: Rated, rows: pd.DataFrame, key: str, conditions: Sequence[str]) -> None:
    """Draw the order of rated compounds (`rows` has their code), in the order of the list."""
    codes = rows["code"].tolist()

    def request() -> ListRequest:
        named = str(told.profile.name)
        about = (
            _("评级方案：{name}").format(name=named),
            _("评级周期：{period}").format(period=rated.period_words(told.period)),
            *conditions,
        )
        found = rating_table(told.ratings, told.period, codes)
        title = _("小区评级")
        return ListRequest(
            "property_ratings",
            title,
            found,
            meanings(told.ratings),
            page.place.scope,
            page.city.as_of_utc,
            about,
        )

    with st.container(key=f"property_export_{key}"):
        list_export.draw(page, key, len(codes), request)


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

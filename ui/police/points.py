"""站点: every service point of the place, with what is known of it and what is not."""

import pandas as pd
import streamlit as st

from domain.i18n import NO_VALUE, _, format_number
from domain.vocabulary import Level, PointKind, Subject
from ui import messages, urlstate
from ui.cache import posts as cache
from ui.community.block import ROW_HEIGHT, block, height
from ui.encode import cut_cells
from ui.shell import Page

_MOST_ROWS = 18
_IMPORT = "python -m data import points FILE"


def draw(page: Page) -> None:
    """The choice of kinds and the list."""
    scope = page.place.scope
    key = page.key(Subject.POINTS, Subject.AREAS, Subject.DUTY)
    found = cache.points(page.actor, key, scope.area_id if scope else None)
    with block("police_points", _("服务站点")):
        if found.empty:
            messages.empty(_("这里没有登记服务站点"), what_next=_("导入后这里自动更新："))
            st.code(_IMPORT, language=None, wrap_lines=True)
            return
        kinds = urlstate.multiselect(
            _("站点种类"),
            [kind.value for kind in PointKind],
            key="kind",
            names=lambda value: PointKind(value).label,
            placeholder=_("全部种类"),
            width=520,
        )
        rows = found[found["kind"].isin(kinds)] if kinds else found
        told = _("显示 {shown} 处，共 {total} 处")
        st.caption(told.format(shown=format_number(len(rows)), total=format_number(len(found))))
        _table(rows)


def _table(rows: pd.DataFrame) -> None:
    shown = pd.DataFrame(
        {
            _("种类"): [PointKind(kind).label for kind in rows["kind"]],
            _("名称"): rows["name"].astype(str),
            _("层级"): [NO_VALUE if pd.isna(level) else Level(level).label for level in rows["level"]],
            _("所在区划"): _texts(rows["area_name"]),
            _("岗位"): rows["posts"],
            _("人数"): rows["people"],
            _("地址"): _texts(rows["address"]),
        }
    )
    st.dataframe(
        cut_cells(shown), hide_index=True, row_height=ROW_HEIGHT, height=height(len(shown), _MOST_ROWS)
    )


def _texts(column: "pd.Series[str]") -> list[str]:
    return [NO_VALUE if pd.isna(text) else str(text) for text in column]

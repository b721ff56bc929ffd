"""When a community's cases are reported: weekday by hour, the same matrix as on the map."""

import pandas as pd
import streamlit as st

from domain.filter_words import WEEKDAYS
from domain.filters import CaseFilter
from domain.i18n import _
from ui import side_panel
from ui.cache.areas_and_cases import CaseSummary
from ui.community.block import block, table


def draw(wanted: CaseFilter, summary: CaseSummary) -> None:
    """The matrix and its table."""
    with block("hours", _("时段规律")):
        if not summary.by_area.total:
            st.caption(_("所选时段没有案件。请放宽时段，或去掉上面的限制。"))
            return
        side_panel.hours_of_week(wanted, summary.hours)
        table("hours", lambda: _table(summary))


def _table(summary: CaseSummary) -> None:
    st.dataframe(pd.DataFrame(summary.hours, index=[_(day) for day in WEEKDAYS]), height="content")

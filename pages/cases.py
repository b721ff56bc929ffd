"""案件: whoever works with cases asks which ones, opens one, and carries the list out.

Which cases, in which order, which page and which case is open all stand in the URL.
"""

import streamlit as st

from ui import case_detail, case_table, export_panel, filter_bar, person_panel, shell
from ui.navigation import Screen

page = shell.begin(Screen.CASES)
shown = case_table.view(page, filter_bar.cases(page))
opened = case_table.open_case()
person_panel.keep_only(opened)
columns = st.columns([1] if opened is None else [3, 2], gap="small")
with columns[0]:
    case_table.draw(page, shown)
    export_panel.draw(page, shown)
if opened is not None:
    with columns[1]:
        case_detail.draw(page, opened)

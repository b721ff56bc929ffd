"""红色物业: leaders, secretaries and analysts ask how compounds are managed, and which need help."""

import streamlit as st

from domain.i18n import _
from ui import messages, shell
from ui.navigation import Screen
from ui.property import card, checklist, lists, movement, part, register, scorecard, unmanaged
from ui.property.part import Part

page = shell.begin(Screen.PROPERTY_RATINGS)
if page.is_foreign:
    messages.outside_scope(page.own[-1])
    st.stop()
shown = part.choose()
rows = register.of(page)
if rows.empty:
    messages.empty(_("这里没有登记小区"), what_next=_("导入后这里自动更新："))
    st.code("python -m data import compounds FILE", language=None, wrap_lines=True)
    st.stop()
if shown is Part.RATINGS:
    scorecard.draw(page)
elif shown is Part.LISTS:
    lists.draw(page)
elif shown is Part.UNMANAGED:
    unmanaged.draw(page, rows)
elif shown is Part.CHECKLIST:
    checklist.draw(page, rows)
elif shown is Part.MOVEMENT:
    movement.draw(page)
else:
    chosen = register.narrowed(rows)
    left, right = st.columns([8, 4], gap="small")
    with left:
        register.draw(page, chosen, len(rows))
    with right:
        card.draw(page, rows)

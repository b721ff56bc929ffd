"""The script that Streamlit runs: language, who is looking, navigation; then the page, or why there is none.

Alone in its folder, because that folder goes onto the import path and every module in it would shadow a
package of the same name.
"""

import streamlit as st

from domain.i18n import _
from ui import gate, identity, language, navigation, shell, urlstate
from ui.identity import Turned

language.use_readers()
st.set_page_config(layout="wide", initial_sidebar_state="collapsed")
who = identity.enter()
pages = {
    screen: st.Page(
        screen.file,
        title=_("{screen} · 一网一图一云").format(screen=screen.label),
        default=screen is navigation.START,
    )
    for screen in navigation.Screen
}
page = st.navigation(list(pages.values()), position="hidden")
urlstate.enter(page.url_path)
screen = next(screen for screen in pages if pages[screen].url_path == page.url_path)
if isinstance(who, Turned):
    gate.draw(who)
elif screen is navigation.START is not navigation.start_of(who.actor):
    # the screen that opens first has no address of its own: another one as the default would have none either
    navigation.go(navigation.start_of(who.actor))
elif not navigation.may_open(who.actor, screen).allowed:
    shell.refuse(screen)
else:
    page.run()

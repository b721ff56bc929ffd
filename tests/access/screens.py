"""Ways through the screens: addresses, widgets that say what they do not offer, the jump box, buttons.

Each is a function of the city and a login that answers everything the window got. People sign in through the proxy's
header, so that the actor comes from the table of users and a `role` in the address means nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
import streamlit as st
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.testing.v1 import AppTest

from data import views
from domain.actor import Actor
from domain.sign_in import SignIn
from queries.saved_views import saved_views
from tests.access.below import CHANGED
from tests.access.bench import YI, Bench
from tests.support.repository import ROOT
from ui import identity, navigation

Way = Callable[[Bench, str], object]

_LOGIN = "access_login"
FORGED = "试按钮"
"""The name of a view that a window may claim to have been offered."""


def sign_in_by_session(patch: pytest.MonkeyPatch) -> None:
    """What the proxy's header would say is said by the session of each window; the rest is the product's own."""
    patch.setattr(identity, "_told", lambda: SignIn(st.session_state[_LOGIN]))
    patch.setattr(type(st.context), "ip_address", property(lambda _context: "127.0.0.1"))


def window(bench: Bench, who: str, screen: str, query: Mapping[str, Any]) -> AppTest:
    """A window that somebody has just opened on an address."""
    app = AppTest.from_file(str(ROOT / "ui" / "router" / "router.py"), default_timeout=60)
    app.session_state[_LOGIN] = who
    for name, value in query.items():
        app.query_params[name] = value(bench) if callable(value) else value
    if screen != navigation.START:
        app.switch_page(f"../../pages/{screen}.py")
    return _ran(app.run())


def opens(screen: str, **query: Any) -> Way:
    """Opens an address; a value may be a function of the city."""
    return lambda bench, who: window(bench, who, screen, query)


def types(text: str, screen: str = "one_map") -> Way:
    """Types into the jump box."""

    def way(bench: Bench, who: str) -> AppTest:
        return _ran(window(bench, who, screen, {}).text_input(key="jump_text").set_value(text).run())

    return way


def forges(screen: str, key: str, *labels: str, **query: Any) -> Way:
    """Answers for a widget, in the browser's stead, with labels that it does not offer."""

    def way(bench: Bench, who: str) -> AppTest:
        app = window(bench, who, screen, query)
        states = WidgetStates()
        for element in app.multiselect:
            if str(element.key).startswith(key):
                states.widgets.add(id=element.id).string_array_value.data.extend(labels)
        for box in app.selectbox:
            if str(box.key).startswith(key):
                states.widgets.add(id=box.id).string_value = labels[0]
        assert states.widgets, f"no widget {key}"
        return app._run(states)

    return way


def holds(screen: str, state: Mapping[str, Any], **query: Any) -> Way:
    """Puts values into the window's own state and lets the page run again."""

    def way(bench: Bench, who: str) -> AppTest:
        app = window(bench, who, screen, query)
        for name, value in state.items():
            app.session_state[name] = value(bench) if callable(value) else value
        return _ran(app.run())

    return way


def _ran(app: AppTest) -> AppTest:
    """A page that fell over would keep its secrets for the wrong reason."""
    assert [item.value for item in app.exception] == []
    return app


def deletes_view_with_a_forged_label(bench: Bench, who: str) -> object:
    """Presses the button on 分析 while the select box of own views answers with the name of one of yi's."""
    yi = bench.actor("yi")
    view_id = views.save(bench.store, yi, FORGED, {"area": [YI]})
    try:
        app = window(bench, who, "analysis", {})
        states = WidgetStates()
        states.widgets.add(id=app.selectbox(key="view_chosen").id).string_value = FORGED
        states.widgets.add(id=app.button(key="view_delete").id).trigger_value = True
        app._run(states)
        return None if _is_there(bench, yi, view_id) else CHANGED
    finally:
        if _is_there(bench, yi, view_id):
            views.delete(bench.store, yi, view_id)


def _is_there(bench: Bench, actor: Actor, view_id: str) -> bool:
    with bench.store.session(actor) as session:
        return view_id in {view.view_id for view in saved_views(session)}

"""axe-core on every screen: no serious finding in what is ours, and every finding that is not was looked at.

A screen that is added later is covered without a change here. Beside each screen as it opens there are the states
that show more: a case that is open, layers, filters, parts, windows over the page, a phone, English.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.actor import demo_actor
from domain.i18n import use_language
from domain.vocabulary import Role
from tests.support.axe import Reviewed, findings
from tests.support.reader import DESK, PHONE, Reader
from tests.support.server import RunningServer
from tests.support.shared_window import SharedWindow
from ui.identity import ROLES
from ui.navigation import Screen, may_open, start_of

pytestmark = pytest.mark.browser

REVIEWED = (
    Reviewed(
        "svg-img-alt",
        r"^\.metric_chart_\w+_highlighted_points_marks$",
        "Vega's layer for the point under the pointer, empty until then, in Streamlit's sparkline of a metric; the "
        "figures of the line stand in the table below.",
    ),
)


BAD = """<div style="position: fixed; top: 0; left: 0; z-index: 2000000; background: #FFF">
    <p style="color: #CCC; background: #FFF">pale</p><img src="data:,"></div>"""


@dataclass(frozen=True)
class State:
    """A screen as somebody sees it; `before` is what they do first."""

    name: str
    screen: Screen
    query: str = ""
    role: Role = Role.LEADER
    on_phone: bool = False
    before: Callable[[Page], None] | None = None

    @property
    def address(self) -> str:
        """Where the state is, below the server's address; the first screen of a role has no name there."""
        path = "" if start_of(demo_actor(self.role)) is self.screen else self.screen.value
        return f"/{path}?role={self.role.value}&{self.query}"


def opener_of(screen: Screen) -> Role:
    """The first role that may open a screen."""
    return next(role for role in ROLES if may_open(demo_actor(role), screen).allowed)


def press_figure(page: Page) -> None:
    page.locator("[class*=st-key-open_] button").first.click()
    page.get_by_role("dialog").get_by_role("link").first.wait_for()


def show_tables(page: Page) -> None:
    page.locator(".st-key-tables summary").click()
    page.locator(".st-key-tables").get_by_test_id("stDataFrame").first.wait_for()


def follow_overdue(page: Page) -> None:
    page.locator(".st-key-lines_overdue a").first.click()
    page.locator(".st-key-case_detail h3").wait_for()


def search(page: Page) -> None:
    page.get_by_role("searchbox").fill("wt")
    page.keyboard.press("Enter")
    page.locator(".st-key-jump_close button").wait_for()


def unfold_all(page: Page) -> None:
    for summary in page.locator("summary").all():
        summary.click()


STATES = (
    *(State(f"{screen.value} as it opens", screen, role=opener_of(screen)) for screen in Screen),
    State("map with all layers", Screen.ONE_MAP, "layers=lines,cases,compounds,points,heat"),
    State("map with filters", Screen.ONE_MAP, "state=closed&hour=1-9&compare=before", before=show_tables),
    State("a figure that is open", Screen.ONE_MAP, before=press_figure),
    State("the list of the jump box", Screen.INDICATORS, before=search),
    State("community of a secretary", Screen.COMMUNITY, role=Role.SECRETARY),
    State("a case that is open", Screen.COMMUNITY, role=Role.SECRETARY, before=follow_overdue),
    State("analysis: pivot", Screen.ANALYSIS, "part=pivot"),
    State("analysis: two sides", Screen.ANALYSIS, "part=compare"),
    State("police: an open point", Screen.POLICE_STATIONS, "part=points&point=JS00001"),
    State("police: load", Screen.POLICE_STATIONS, "part=load&lang=en"),
    State("cloud: a batch", Screen.DATA_CLOUD, "view=batches&batch=1", role=Role.OPERATOR),
    State("cloud: quality", Screen.DATA_CLOUD, "view=quality", role=Role.OPERATOR),
    State("cloud: upload", Screen.DATA_CLOUD, "view=upload", role=Role.OPERATOR),
    State("audit: a row that is open", Screen.AUDIT, "event=1", role=Role.AUDITOR),
    State("users: the forms", Screen.USERS, role=Role.ADMINISTRATOR, before=unfold_all),
    State("map on a phone", Screen.ONE_MAP, on_phone=True),
    State("cases on a phone, in English", Screen.CASES, "lang=en", on_phone=True),
    State("community in English", Screen.COMMUNITY, "lang=en", role=Role.SECRETARY),
    State("a screen that is not the reader's", Screen.AUDIT),
)


@pytest.fixture(scope="module")
def window(browser: Browser) -> SharedWindow:
    """It lets the tests put their script into the page, and the page stays: states follow each other in it."""
    return SharedWindow(browser, bypass_csp=True, stays=True)


def show(reader: Reader, server: RunningServer, state: State) -> Page:
    """The page in a state, drawn to the end; the menu marks the screen."""
    page = reader.page
    page.set_viewport_size(PHONE if state.on_phone else DESK)
    reader.visit(f"{server.base_url}{state.address}")
    expect(page.locator(".st-key-menu a").first).to_be_visible()
    with use_language("en" if "lang=en" in state.query else "zh"):
        marked = [state.screen.label] if may_open(demo_actor(state.role), state.screen).allowed else []
    expect(page.locator(".st-key-menu strong")).to_have_text(marked)
    if state.before:
        state.before(page)
        reader.socket = None  # what was opened may stay open: the next state is loaded anew
    reader.drawn()
    return page


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_no_serious_finding_is_ours(server: RunningServer, reader: Reader, state: State) -> None:
    page = show(reader, server, state)
    ours = [
        finding for finding in findings(page) if not any(reviewed.covers(finding) for reviewed in REVIEWED)
    ]
    assert ours == [], "\n".join(map(str, ours))
    assert page.locator("html").get_attribute("lang") == ("en" if "lang=en" in state.query else "zh-CN")


@pytest.mark.parametrize("reviewed", REVIEWED, ids=lambda reviewed: reviewed.rule)
def test_what_was_reviewed_is_still_found(server: RunningServer, reader: Reader, reviewed: Reviewed) -> None:
    """An entry that covers nothing any more goes out of the list; each shows on the first screen."""
    page = show(reader, server, State("the map", Screen.ONE_MAP))
    page.locator("[data-testid=stMetricChart] svg, [data-testid=stMetric] svg.marks").first.wait_for()
    assert any(reviewed.covers(finding) for finding in findings(page)), reviewed.why


def test_a_finding_would_be_found(server: RunningServer, reader: Reader) -> None:
    """The frame of the map is looked into, and so is the page."""
    page = show(reader, server, State("the map", Screen.ONE_MAP))
    reader.socket = None  # the page is spoilt now
    for frame in page.frames:
        frame.evaluate(f"document.body.insertAdjacentHTML('beforeend', `{BAD}`)")
    found = {(finding.rule, ">>>" in finding.selector) for finding in findings(page)}
    assert found >= {(rule, framed) for rule in ("color-contrast", "image-alt") for framed in (False, True)}

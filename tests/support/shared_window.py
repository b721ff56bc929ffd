"""One window of the browser for many tests: what it has compiled once it keeps, and each test finds it as if new.

A fresh context fetches, parses and compiles all of Streamlit's scripts again, which takes several times what the screen
itself does. To the server every address that is opened is a session of its own, in this window as in a fresh one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Browser

from tests.support.reader import DESK, Reader, assert_quiet, new_context


@dataclass
class SharedWindow:
    """The window, once a test has been at it; `kept` is None before the first and after one that failed.

    With `stays` the page is not left between two tests, which then go on from view to view (Reader.visit).
    """

    browser: Browser
    bypass_csp: bool = False
    stays: bool = False
    kept: Reader | None = None

    @contextmanager
    def turn(self, spent: Callable[[], bool]) -> Iterator[Reader]:
        """One test at the window. What goes wrong costs the window: the next test gets another one.

        Args:
            spent: Whether the next test must not get the window, asked when this one has ended: it has failed, say.
        """
        reader = self.kept or Reader(new_context(self.browser, bypass_csp=self.bypass_csp).new_page())
        self.kept = None
        try:
            yield reader
            assert_quiet(reader)
            if not spent() and put_in_order(reader, stays=self.stays):
                self.kept = reader
        finally:
            if self.kept is None:
                reader.page.context.close()


def put_in_order(reader: Reader, *, stays: bool = False) -> bool:
    """Make a window as it was: one page on nothing, nothing stored, nothing heard; False where that cannot be.

    With `stays` it is still where it was.

    The nothing is an answer of the same server. For another one, or for about:blank, Chromium begins a new process,
    which compiles all anew.
    """
    page, context = reader.page, reader.page.context
    where = urlsplit(page.url)
    if not where.scheme.startswith("http"):
        return False
    for other in context.pages:
        if other is not page:
            other.close()
    page.unroute_all()
    if not stays:
        page.goto(f"{where.scheme}://{where.netloc}/healthz")
        reader.socket = None
    page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
    context.clear_cookies()
    page.set_viewport_size(DESK)
    page.emulate_media(media="null")
    page.mouse.move(0, 0)
    reader.forget()
    return True

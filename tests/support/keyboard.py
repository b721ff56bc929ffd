"""Walking through a page by the Tab key, into the frames and out again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Page

MOST_STOPS = 250

_HERE = """() => {
    let stop = document.activeElement, framed = false;
    while (stop?.tagName === "IFRAME") {
        const inner = stop.contentDocument.activeElement;
        if (!inner || inner === stop.contentDocument.body) break;
        stop = inner;
        framed = true;
    }
    if (!stop || stop === document.body) return null;
    (window.reachedByTab ??= new Set()).add(stop);
    const key = stop.closest("[class*=st-key-]")?.className.match(/st-key-([\\w-]+)/)?.[1] ?? "";
    const name = stop.getAttribute("aria-label") || stop.innerText || stop.title || stop.value || "";
    return {tag: stop.tagName, role: stop.getAttribute("role") ?? "", name, key, framed, ringed: ringed(stop)};

    // a grid draws the ring of its cells itself
    function ringed(element) {
        const style = getComputedStyle(element);
        const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
        return outlined || style.boxShadow !== "none" || element.closest("canvas") !== null;
    }
}"""

_EXPECTED = """() => {
    const documents = [document];
    document.querySelectorAll("iframe").forEach((frame) => documents.push(frame.contentDocument));
    const wanted = "a[href], button, input, select, textarea, summary, [tabindex='0']";
    window.expectedByTab = documents.flatMap((root) => [...root.querySelectorAll(wanted)]).filter((element) =>
        element.checkVisibility({visibilityProperty: true}) && !element.disabled && element.tabIndex >= 0
        && !element.closest("canvas, [inert], [aria-hidden=true]"));
    return window.expectedByTab.length;
}"""

_MISSED = """() => {
    const reached = (element) => window.reachedByTab.has(element)
        || [...(element.closest("[role=radiogroup]")?.querySelectorAll("[role=radio]") ?? [])]
            .some((radio) => window.reachedByTab.has(radio)); // one stop, then arrows
    return window.expectedByTab.filter((element) => element.isConnected && !reached(element))
        .map((element) => element.outerHTML.slice(0, 200));
}"""


@dataclass(frozen=True)
class Stop:
    """Where the keyboard stands: `key` names the part of the screen, `framed` tells that it is inside the map."""

    tag: str
    role: str
    name: str
    key: str
    framed: bool
    ringed: bool


class TrapError(AssertionError):
    """The keyboard does not come out of the page again."""


def here(page: Page) -> Stop | None:
    """Where the keyboard stands; None for nowhere in the page."""
    found = page.evaluate(_HERE)
    return Stop(**found) if found else None


def walk(page: Page) -> Iterator[Stop]:
    """Every stop of the Tab key through a page in which nothing has the focus yet, until it leaves the page.

    Raises TrapError where it does not leave.
    """
    page.evaluate(_EXPECTED)
    for _number in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = here(page)
        if stop is None:
            return
        yield stop
    message = f"still in the page after {MOST_STOPS} stops, at {here(page)}"
    raise TrapError(message)


def missed(page: Page) -> list[str]:
    """What was there when the walk began, still is, could be used, and was no stop of the walk."""
    found: list[str] = page.evaluate(_MISSED)
    return found

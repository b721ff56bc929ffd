"""What a browser shows of hostile text: text, and nothing else. Asked of every frame of a window."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.support.reader import Reader

_FOUND = """() => {
    const found = window.__pwned === undefined ? [] : ["ran"];
    const never = [
        'img[src="x"]', "svg[onload]", 'a[href^="javascript" i]', '[src*="192.0.2.1"]', '[href*="192.0.2.1"]',
        'a[href*="example.com"]', 'a[href^="mailto"]', ".katex", "[onerror]", "[onload]",
    ];
    found.push(...never.filter((selector) => document.querySelector(selector)));
    const inside = (selector, text) =>
        [...document.querySelectorAll(selector)].some((element) => element.textContent.trim() === text);
    if (inside("strong, b", "粗")) found.push("bold");
    if (inside("code", "码")) found.push("code");
    if (inside("[class*=Colored], span[style*=color]", "红")) found.push("colour");
    if (document.body && document.body.innerText.includes("😄")) found.push("emoji");
    return found;
}"""


def assert_harmless(reader: Reader, where: str) -> None:
    """Nothing ran, and no markup, link, formula or short code of a text has become one."""
    for frame in reader.page.frames:
        assert frame.evaluate(_FOUND) == [], f"{where}: {frame.url}"


def hover(reader: Reader, x: float, y: float, tip: Locator, text: str) -> None:
    """Move the mouse to a point of the window until a tooltip says a text.

    Charts and maps drop moves that follow each other too fast, so the mouse moves again until it has been seen.
    """
    for attempt in range(20):
        reader.page.mouse.move(x + attempt % 2, y)
        try:
            expect(tip).to_contain_text(text, timeout=1_000)
        except AssertionError:
            continue
        return
    message = f"no tooltip at {x}, {y} says {text!r}"
    raise AssertionError(message)


def plain(locator: Locator) -> str:
    """The text of an element without the word joiners that keep Streamlit from rewriting it."""
    return locator.inner_text().replace("\N{WORD JOINER}", "")

"""Texts of unknown origin on their way to a terminal: no control sequence of theirs must reach it."""

import re

from rich.console import Console

from domain.i18n import _

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_CONTROL_IN_LINES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def printable(text: str) -> str:
    """The text with every control character but tab and line end replaced."""
    return _CONTROL_IN_LINES.sub("\N{REPLACEMENT CHARACTER}", text)


def on_one_line(text: str) -> str:
    """The text with every control character replaced, for a cell or a line of its own."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def say(console: Console, text: str) -> None:
    """Prints a text as it is: no markup, no line breaks of our own, no control sequences."""
    console.print(printable(text), markup=False, highlight=False, soft_wrap=True)


def say_line(console: Console, text: str) -> None:
    """The same for a text that is one line, whatever stands in it."""
    say(console, on_one_line(text))


def shown(value: object) -> str:
    """A value of a result for a cell or a line: thousands apart, yes and no in words."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return f"{value:,}" if isinstance(value, int) else printable(str(value))

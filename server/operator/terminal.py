"""Texts of unknown origin on their way to a terminal: no control sequence of theirs must reach it."""

import re

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_CONTROL_IN_LINES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def printable(text: str) -> str:
    """The text with every control character but tab and line end replaced."""
    return _CONTROL_IN_LINES.sub("\N{REPLACEMENT CHARACTER}", text)


def on_one_line(text: str) -> str:
    """The text with every control character replaced, for a cell or a line of its own."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)

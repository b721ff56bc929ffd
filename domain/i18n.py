"""The languages of the product: Chinese source strings, a complete English catalogue.

The text in the code *is* the Chinese interface, so Chinese needs no catalogue; English is read
from `domain/locale/en.po` as it stands, without a compile step. An entry that is missing or marked
fuzzy falls back to the Chinese source (a test fails on it, a screen does not).

The language belongs to the running context (`contextvars`): two people in two threads see two
languages, and a new thread starts in the default one. Nothing here is evaluated at import time;
a module that needs a constant text marks it with `N_` and translates it with `_` where it is shown.
"""

from __future__ import annotations

import functools
import math
from contextvars import ContextVar
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from babel.messages.pofile import read_po

LOCALE_DIR: Final = Path(__file__).parent / "locale"
DEFAULT_LANGUAGE: Final = "zh"
LANGUAGES: Final[dict[str, str]] = {"zh": "中文", "en": "English"}
"""Code of each language and its own name for itself, in the order they are offered."""

NO_VALUE: Final = "—"

_language: ContextVar[str] = ContextVar("onegrid_language", default=DEFAULT_LANGUAGE)


class use_language:  # noqa: N801  (reads as a verb: `with use_language("en"):`)
    """Speak a language from now on, or for the length of a `with` block.

    Args:
        language: A key of `LANGUAGES`.

    Raises:
        ValueError: The language is not one of `LANGUAGES`.
    """

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            message = f"`language` was {language!r} but is expected to be in {list(LANGUAGES)}"
            raise ValueError(message)
        self._before = _language.get()
        _language.set(language)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _language.set(self._before)


def current_language() -> str:
    """Code of the language of the running context."""
    return _language.get()


def _(message: str) -> str:
    """Translate a source string; the caller fills its placeholders: `_("{n} 件").format(n=3)`."""
    texts = _catalogue(_language.get()).get(message)
    return texts[0] if texts else message


def N_(message: str) -> str:  # noqa: N802  (the gettext name, which extractors know)
    """Mark a string for the catalogue without translating it yet."""
    return message


def ngettext_(singular: str, plural: str, n: int) -> str:
    """Translate a string that counts something; Chinese usually gives the same text twice."""
    texts = _catalogue(_language.get()).get(singular)
    one, many = texts if texts and len(texts) > 1 else (singular, plural)
    return one if n == 1 else many


@functools.cache
def _catalogue(language: str) -> dict[str, tuple[str, ...]]:
    """Translations of a language by Chinese source string: one text, or singular and plural."""
    path = LOCALE_DIR / f"{language}.po"
    if language == DEFAULT_LANGUAGE:
        return {}
    with path.open("rb") as stream:
        entries = read_po(stream, locale=language)
    found: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        texts = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
        if entry.id and texts and all(texts) and not entry.fuzzy:
            found[entry.id if isinstance(entry.id, str) else entry.id[0]] = texts
    return found


def format_number(value: float | None, decimals: int = 0) -> str:
    """Group a figure by thousands: 12,345; a missing one is a dash."""
    if value is None or math.isnan(value):
        return NO_VALUE
    text = f"{value:,.{decimals}f}"
    return text.removeprefix("-") if float(text.replace(",", "")) == 0 else text


def format_date(value: date | None) -> str:
    """Write a day as 2026-03-05; a missing one (None, or a frame's NaT) is a dash."""
    return NO_VALUE if _is_missing(value) else f"{value:%Y-%m-%d}"


def format_datetime(value: datetime | None) -> str:
    """Write a moment of the city's own time as 2026-03-05 14:20; a missing one is a dash."""
    return NO_VALUE if _is_missing(value) else f"{value:%Y-%m-%d %H:%M}"


def _is_missing(value: object) -> bool:
    """None, or a value that does not equal itself: what frames hold for no time."""
    return value is None or value != value  # noqa: PLR0124


def format_share(count: float, total: float) -> str:
    """Write a rate with its count beside it: 93.7 % · 911/972.

    Only all of them is 100.0 % and only none of them is 0.0 %: a share that rounding would lift to
    either end keeps a tenth of distance. Nothing out of nothing has no rate. A weighted count keeps a tenth.
    """
    beside = "/".join(format_number(n, 0 if n == int(n) else 1) for n in (count, total))
    if total == 0:
        return f"{NO_VALUE} · {beside}"
    share_pct = 100 * count / total
    if 0 < count < total:
        share_pct = min(max(share_pct, 0.1), 99.9)
    return f"{share_pct:.1f} % · {beside}"

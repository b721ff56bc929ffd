"""What is known of service points and posts in words; what is not known is a dash, never an empty promise."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from domain.i18n import NO_VALUE
from domain.vocabulary import Level, PointKind, PoliceTier
from ui import opening_words


def hours(text: Any) -> str:
    """Opening hours."""
    return NO_VALUE if pd.isna(text) else opening_words.told(str(text))


def level(value: Any) -> str:
    """A level's name."""
    return NO_VALUE if pd.isna(value) else Level(value).label


def kind(value: str) -> str:
    """The name of a kind of service points."""
    return PointKind(value).label


def tier(value: Any) -> str:
    """The name of a tier of embedding."""
    return NO_VALUE if pd.isna(value) else PoliceTier(value).label


def texts(column: Iterable[Any]) -> list[str]:
    """Texts, a dash for each that is missing."""
    return [NO_VALUE if pd.isna(text) else str(text) for text in column]

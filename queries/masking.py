"""Numbers of persons in what is stored as JSON: texts are starred as the views star them, figures are left alone.

A view cannot do it: eleven digits of a coordinate or an area look like a mobile, and a starred figure is no JSON.
"""

import re
from typing import Any

from data.session import Session
from queries.case_list import masked

_MAYBE = re.compile(r"[0-9０-９]{4}")
"""What every pattern of a person's number needs (data/migrations, masked)."""


def masked_json(session: Session, told: Any) -> Any:
    """The value with every text in it masked, names of an object too; counts under names that become one add up."""
    if isinstance(told, str):
        return masked(session, told) if _MAYBE.search(told) else told
    if isinstance(told, list):
        return [masked_json(session, item) for item in told]
    if isinstance(told, dict):
        return _object(session, told)
    return told


def _object(session: Session, told: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for name, value in told.items():
        key, item = masked_json(session, name), masked_json(session, value)
        counts = isinstance(shown.get(key), int) and isinstance(item, int)
        shown[key] = shown[key] + item if counts else item
    return shown

"""The demo's sources: three promise and keep it, one promises nothing."""

from __future__ import annotations

from pathlib import Path

from data.store import Store
from domain.actor import OPERATOR
from domain.settings import Settings
from queries import cloud


def test_three_sources_promise_and_one_does_not(town_db: Path):
    with Store.opened(town_db, Settings()) as store, store.session(OPERATOR) as session:
        found = {item.source: (item.every_hours, item.freshness.value) for item in cloud.sources(session)}
    assert found == {
        "12345热线": (1, "fresh"),
        "网格平台": (1, "fresh"),
        "城管平台": (24, "fresh"),
        "综治平台": (None, "unknown"),
    }

"""Cases written straight into the table, for tests that need many of them and no file: no import, no join.

Times are naive UTC. What a row leaves out is empty, and a case without an area is placed nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from data.load.batch import insert_table
from data.store import Store
from domain.actor import OPERATOR
from domain.vocabulary import Level
from tests.support.small_city import rows

PATH = tuple(level.id_column for level in Level.ordered())
TEXTS = ("channel", "category", "title", "outcome", "timeliness", "rating", "department")
TIMES = (
    "reported_at",
    "registered_at",
    "dispatched_at",
    "contacted_at",
    "handled_at",
    "closed_at",
    "due_at",
)

Areas = dict[str, dict[str, int]]
"""The path of each current area by its code: the id of every level down to its own."""


def paths(store: Store) -> Areas:
    """Every area's path of ids."""
    told = rows(store, f"select code, {', '.join(PATH)} from area where valid_to is null")
    return {
        code: {name: number for name, number in zip(PATH, path, strict=True) if number is not None}
        for code, *path in told
    }


def put_cases(store: Store, cases: Iterable[Mapping[str, Any]]) -> None:
    """Makes these the only cases there are. A row names its area by `path`, the value of `paths`."""
    full = [_row(number, dict(given)) for number, given in enumerate(cases, start=1)]
    with store.writing(OPERATOR) as writer:
        writer.run("delete from cases")
        if full:
            insert_table(writer, "given", _frame(full), "insert into cases by name select * from given", {})
        writer.refresh_data_end()


def _row(number: int, given: dict[str, Any]) -> dict[str, Any]:
    path = given.pop("path", {})
    return {
        "case_id": number,
        "source": "test",
        "source_case_id": f"case-{number}",
        "state": "reported",
        "prefer": "point",
        "location_status": "inside" if path else "no_location",
        "area_source": "code" if path else "none",
        "area_id": list(path.values())[-1] if path else None,
        "boundary_version": 1,
        "at_placeholder": False,
        "managed_by": "source",
        "batch_id": 1,
        "row_version": 1,
        **path,
        **given,
    }


def _frame(full: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(full)
    types: dict[str, str] = dict.fromkeys((*PATH, "area_id", "rework_count"), "Int64")
    types |= dict.fromkeys(TIMES, "datetime64[us]") | dict.fromkeys(TEXTS, "str")
    types |= dict.fromkeys(("lon", "lat"), "float64")
    return frame.astype({name: kind for name, kind in types.items() if name in frame})

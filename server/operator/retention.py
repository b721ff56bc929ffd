"""The verb that erases personal values past their term: done as the operator, told in counts only."""

from typing import Any

from data.retention import erase, erased_so_far
from data.store import Store
from domain.actor import OPERATOR
from domain.settings import read_settings
from server.operator.asked import Params


def retention(store: Store, params: Params) -> dict[str, Any]:
    """What was erased, or would be; `done` is false for a preview."""
    terms, preview = read_settings().terms, bool(params["preview"])
    found = erase(store, OPERATOR, terms, only_preview=preview)
    return {
        "days": {term.kept.value: term.days for term in terms},
        "erased": {one.kept.value: one.cells for one in found},
        "by_batch": [
            {"batch": batch_id, "field": one.kept.value, "cells": cells}
            for one in found
            for batch_id, cells in one.by_batch.items()
        ],
        "erased_so_far": {kept.value: cells for kept, cells in erased_so_far(store, OPERATOR).items()},
        "done": not preview,
    }

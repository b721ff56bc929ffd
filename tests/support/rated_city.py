"""Compounds with cases and assessments in the small city, written as imports leave them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from data.load.batch import insert_table
from data.store import Store
from domain.actor import OPERATOR
from tests.support.case_rows import paths, put_cases
from tests.support.small_city import rows

ASSESSED = ("indicator", "compound_code", "company", "period_start", "period_end", "value", "evidence")


def put_cases_of(store: Store, cases: Iterable[Mapping[str, Any]]) -> None:
    """Makes these the only cases; `compound` is the code of the one that a case lies in, None for no compound.

    Times are naive UTC; a case lies in its compound's community.
    """
    given = [dict(case) for case in cases]
    places = {
        code: (number, community)
        for code, number, community in rows(
            store,
            "select c.code, c.compound_id, a.code from compound as c join area as a on a.area_id = c.community_id"
            " where c.valid_to is null and a.valid_to is null",
        )
    }
    areas = paths(store)
    made, placed = [], []
    for number, case in enumerate(given, start=1):
        compound = case.pop("compound")
        if compound is not None:
            placed.append({"case_id": number, "compound_id": places[compound][0], "matched_by": "point"})
            case = {"path": areas[places[compound][1]], **case}  # noqa: PLW2901
        made.append(case)
    put_cases(store, made)
    with store.writing(OPERATOR) as writer:
        writer.run("delete from case_compound")
        if placed:
            insert_table(
                writer,
                "placed",
                pd.DataFrame(placed),
                "insert into case_compound by name select * from placed",
                {},
            )


def put_assessments(store: Store, assessments: Iterable[Mapping[str, Any]]) -> None:
    """Makes these the only assessments; days as texts."""
    with store.writing(OPERATOR) as writer:
        writer.run("delete from assessment")
        for number, row in enumerate(assessments, start=1):
            told = {name: row.get(name) for name in ASSESSED}
            writer.run(
                f"insert into assessment by name select $number as assessment_id, $code as code,"
                f" {', '.join(f'${name} as {name}' for name in ASSESSED)},"
                " timestamp '2026-01-01' as valid_from, 1 as batch_id",
                told | {"number": number, "code": f"A{number}"},
            )

"""Rows that are known by a code of their own, or by one made of what tells them apart; a code stands once a file."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from data.ingest.places import made_code
from data.ingest.whole_table import WholeTable


def with_made_codes(
    rows: pd.DataFrame, letter: str, told_apart: list[str], more: Sequence[tuple[str, ...]] | None = None
) -> pd.Series:
    """The code of each row (str): its own, else one made of some columns and of what `more` has for the row."""
    columns = rows[told_apart].astype(object)
    plain = columns.where(columns.notna(), None).itertuples(index=False)
    codes = [
        made_code(letter, (*values, *extra))
        for values, extra in zip(plain, more or [()] * len(rows), strict=True)
    ]
    return rows["code"].fillna(pd.Series(codes, index=rows.index, dtype=object))


def reject_doubles(rows: WholeTable, codes: pd.Series, rule: str, column: str) -> None:
    """A code that stands twice: the first row stands. `rule` and `column` tell of one that was made.

    `codes` has one code a row of `rows`, rejected ones included.
    """
    kept = codes[rows.good]
    doubles = np.isin(codes.index, kept.index[kept.duplicated()])
    own = rows.frame(["code"])["code"].notna().to_numpy()
    rows.reject("duplicate_code", "code", doubles & own)
    rows.reject(rule, column, doubles & ~own)

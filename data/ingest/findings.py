"""Rejected rows and findings: their shape, and a counter that adds up over the chunks of a file."""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from domain.rules import RULES

REJECT_SCHEMA: Final = pa.schema(
    [
        ("row_number", pa.int64()),
        ("rule", pa.string()),
        ("field", pa.string()),
        ("value", pa.string()),
        ("raw", pa.string()),
        ("raw_private", pa.string()),
    ]
)
"""One row a rejected row: its number in the file, the first rule it broke, the file's column, the value
(`‹personal›` where the column is personal), the row as JSON without personal columns, and those as JSON."""

PERSONAL_MARK: Final = "‹personal›"
SAMPLE_ROWS: Final = 10
ROWS_KEPT: Final = 10_000
"""Rows of a rule whose numbers are kept, so that a finding can open the cases it is about."""

FINDING_ROW_SCHEMA: Final = pa.schema([("rule", pa.string()), ("row_number", pa.int64())])
"""One row a rule and row of the file that it is about: the first `ROWS_KEPT` of each rule."""

_NO_ROWS: Final = np.array([], dtype=np.int64)


@dataclass(frozen=True)
class Finding:
    """A rule of the catalogue, how many rows it concerns, and details fit for JSON."""

    rule: str
    rows: int
    detail: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.rule not in RULES:
            raise ValueError(f"finding rule {self.rule!r} is not in the catalogue")


class KeptRows:
    """The first `ROWS_KEPT` different row numbers of each rule."""

    def __init__(self) -> None:
        self._kept: dict[str, npt.NDArray[np.int64]] = {}

    def add(self, rule: str, row_numbers: npt.NDArray[np.int64]) -> None:
        """Take the next rows of a rule; what is beyond the limit is passed over."""
        kept = self._kept.get(rule, _NO_ROWS)
        if len(kept) < ROWS_KEPT and len(row_numbers):
            self._kept[rule] = np.union1d(kept, row_numbers)[:ROWS_KEPT]

    def table(self) -> Any:
        """All of them, in `FINDING_ROW_SCHEMA`."""
        return pa.concat_tables(
            [
                FINDING_ROW_SCHEMA.empty_table(),
                *(
                    pa.table([pa.array([rule] * len(rows), pa.string()), rows], schema=FINDING_ROW_SCHEMA)
                    for rule, rows in self._kept.items()
                ),
            ]
        )


class FindingCounter:
    """Counts findings by rule and column (or value), keeping the first row numbers as samples.

    `kept` holds more of them by rule, for the cases that a finding opens.
    """

    def __init__(self) -> None:
        self._rows: dict[tuple[str, tuple[tuple[str, str], ...]], int] = {}
        self._samples: dict[tuple[str, tuple[tuple[str, str], ...]], list[int]] = {}
        self.kept = KeptRows()

    def add(self, rule: str, row_numbers: npt.NDArray[np.int64], **detail: str) -> None:
        """Count `rule` for these rows; nothing is kept for no rows."""
        if len(row_numbers) == 0:
            return
        key = (rule, tuple(sorted(detail.items())))
        self._rows[key] = self._rows.get(key, 0) + len(row_numbers)
        self.kept.add(rule, row_numbers)
        samples = self._samples.setdefault(key, [])
        samples.extend(int(number) for number in row_numbers[: SAMPLE_ROWS - len(samples)])

    def findings(self) -> list[Finding]:
        """All findings, by rule, the most frequent first."""
        return [
            Finding(
                rule, self._rows[rule, detail], {**dict(detail), "sample_rows": self._samples[rule, detail]}
            )
            for rule, detail in sorted(self._rows, key=lambda key: (key[0], -self._rows[key], key[1]))
        ]


def empty_rejects() -> Any:
    """A table of rejects without rows."""
    return REJECT_SCHEMA.empty_table()

"""Rows under one id in one file: repeats are taken once, different rows follow the mapping's declared policy.

Held back while the file is read, decided together at its end, so that the answer does not depend on where
the file was cut into chunks.
"""

from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.ingest.findings import FindingCounter, empty_rejects
from data.ingest.mapping_sections import CaseSection
from data.ingest.raw_rows import reject_table
from data.ingest.survey import KEPT_APART_MARK, Survey, identity

_NOT_CONTENT: Final = ("row_number", "superseded", "at_placeholder")


class HeldRows:
    """Rows whose id stands on more than one row of the file."""

    def __init__(self, section: CaseSection, found: Survey) -> None:
        self._section = section
        self._survey = found
        self._accepted: list[Any] = []
        self._raw: list[Any] = []

    def hold(self, accepted: Any, table: Any, row_numbers: Any) -> Any:
        """Set aside the accepted rows with a repeated id; returns the others.

        Args:
            accepted: Accepted rows of a chunk.
            table: The chunk in the file's columns.
            row_numbers: Of every row of the chunk.
        """
        if len(self._survey.repeated) == 0:
            return accepted
        keys = identity(table, self._section)
        twice = np.asarray(
            pc.is_in(keys, value_set=self._survey.repeated).to_numpy(zero_copy_only=False), dtype=bool
        )
        held = np.isin(accepted.column("row_number").to_numpy(), row_numbers[twice])
        if held.any():
            part = accepted.filter(pa.array(held))
            self._accepted.append(part)
            numbers = part.column("row_number").to_numpy()
            self._raw.append(table.filter(pa.array(np.isin(row_numbers, numbers))))
        return accepted.filter(pa.array(~held)) if held.any() else accepted

    def settle(self, counter: FindingCounter) -> tuple[Any, Any] | None:
        """(accepted, rejects) of all held rows, None if there are none."""
        if not self._accepted:
            return None
        accepted = pa.concat_tables(self._accepted).combine_chunks()
        raw = pa.concat_tables(self._raw).combine_chunks()
        rows = _content(accepted)
        fate = _repeats(rows)
        policy = self._section.duplicate_policy
        rivals = rows[fate == ""].groupby("key", sort=False).filter(lambda group: len(group) > 1)
        if policy == "last":
            order = rivals.sort_values(["updated_at", "row_number"], na_position="first")
            fate[order.index[order.duplicated("key", keep="last")]] = "superseded_row"
        elif policy == "reject":
            fate[rivals.index[rivals.duplicated("key")]] = "duplicate_id"
        else:
            accepted = self._kept_apart(accepted, rows, rivals)
            counter.add("kept_apart", rivals["row_number"].to_numpy())
        for rule in ("repeated_row", "superseded_row"):
            counter.add(rule, rows["row_number"].to_numpy()[(fate == rule).to_numpy()])
        return self._parted(accepted, raw, fate)

    def _parted(self, accepted: Any, raw: Any, fate: "pd.Series[str]") -> tuple[Any, Any]:
        numbers = accepted.column("row_number").to_numpy()
        out = (fate == "duplicate_id").to_numpy()
        behind = fate.isin(["repeated_row", "superseded_row"]).to_numpy()
        at = accepted.schema.get_field_index("superseded")
        accepted = accepted.set_column(at, accepted.schema.field(at), pa.array(behind))
        columns = self._section.columns.source_case_id.columns
        faults = [(int(position), "duplicate_id", columns) for position in np.flatnonzero(out)]
        personal = self._section.personal_columns
        rejects = reject_table(raw, numbers, faults, personal) if faults else empty_rejects()
        return accepted.filter(pa.array(~out)), rejects

    def _kept_apart(self, accepted: Any, rows: pd.DataFrame, rivals: pd.DataFrame) -> Any:
        """Different rows get `#2`, `#3` behind their id, by time of report, not by order in the file."""
        ordered = rivals.sort_values(["key", "reported_at", "content"])
        place = ordered.groupby("key", sort=False).cumcount() + 1
        taken = set(self._survey.marked.to_pylist())
        names = {
            (key, content): _free_id(own, key, at, taken)
            for key, content, own, at in zip(
                ordered["key"].tolist(),
                ordered["content"].tolist(),
                ordered["id"].tolist(),
                place.tolist(),
                strict=True,
            )
        }
        ids = [
            names.get((key, content), own)
            for key, content, own in zip(rows["key"], rows["content"], rows["id"], strict=True)
        ]
        at = accepted.schema.get_field_index("source_case_id")
        return accepted.set_column(at, accepted.schema.field(at), pa.array(ids, pa.string()))


def _content(accepted: Any) -> pd.DataFrame:
    """What rows are compared by: key, id, times, and all they say as one text."""
    columns = [
        pc.fill_null(pc.cast(accepted.column(name), pa.string()), "\x00")
        for name in accepted.column_names
        if name not in _NOT_CONTENT
    ]
    frame = pd.DataFrame(
        {
            "row_number": accepted.column("row_number").to_numpy(),
            "id": accepted.column("source_case_id").to_pylist(),
            "source": accepted.column("source").to_pylist(),
            "reported_at": accepted.column("reported_at").to_numpy(),
            "updated_at": accepted.column("updated_at").to_numpy(),
            "content": pc.binary_join_element_wise(*columns, "\x1f").to_pylist(),
        }
    )
    return frame.assign(key=frame["source"] + "\x1f" + frame["id"])


def _repeats(rows: pd.DataFrame) -> "pd.Series[str]":
    """`repeated_row` for all but the first row of the same content, else empty."""
    fate = pd.Series("", index=rows.index, dtype=object)
    fate[rows.duplicated(["key", "content"])] = "repeated_row"
    return fate


def _free_id(own: str, key: str, place: int, taken: set[str]) -> str:
    """`A#2` for the second row of id A, with more marks where the file itself uses that id."""
    if place == 1:
        return own
    mark = KEPT_APART_MARK
    while f"{own}{mark}{place}" in taken or f"{key}{mark}{place}" in taken:
        mark += KEPT_APART_MARK
    return f"{own}{mark}{place}"

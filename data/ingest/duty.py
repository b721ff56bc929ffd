"""Posts that answer for areas, from tables through a mapping: who is on duty, never by personal name.

Only the mapped columns of a file are kept, and there is no column for a name. A file that already uses our
column names needs no mapping. Which area a row means is known only to the store (data/load/duty.py).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from data.ingest.layers import LayerFile
from data.ingest.mapping import Mapping
from data.ingest.mapping_columns import DutyColumns
from data.ingest.mapping_sections import DutySection
from data.ingest.own_names import own_columns
from data.ingest.values import missing
from data.ingest.whole_table import WholeTable

_MOBILE: Final = r"(?<!\d)(?:86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)"
"""A Chinese mobile number, as a part of a text: most likely a person's and not an office's."""

_TEXTS: Final = (
    "code",
    "area_code",
    "area_name",
    "area_level",
    "post",
    "unit",
    "shift",
    "contact",
    "point_code",
    "tier",
    "embedded_as",
)


@dataclass
class DutyFile:
    """A file of posts as it was read.

    Attributes:
        rows: The file; whoever knows the areas rejects more of its rows, then asks for the `result`.
        frame: One row a row of the file, rejected ones included, in the order of `rows`: row_number int64,
            code, area_code, area_name, area_level, post, unit, shift, contact, point_code, tier, embedded_as
            str|None, headcount Int64.
    """

    rows: WholeTable
    frame: pd.DataFrame

    def result(self, frame: pd.DataFrame) -> LayerFile:
        """`frame`, the rows that nobody rejected, with the rejects and findings of the whole file."""
        mobile = frame["contact"].str.contains(_MOBILE, na=False).to_numpy(bool)
        self.rows.counter.add("mobile_contact", frame["row_number"].to_numpy()[mobile])
        return self.rows.result(frame)


def read_duty(path: Path, mapping: Mapping | None = None) -> DutyFile:
    """Posts on duty.

    Args:
        path: CSV, XLSX, Parquet, or a zip with one of them.
        mapping: With a [duty] section; None for a file in our own column names.

    Raises:
        InputRefused: The file or the mapping cannot be used.
    """
    mapping = mapping or _own_mapping(path)
    section = mapping.required(DutySection)
    rows = WholeTable(path, mapping, section, only_mapped=True)
    rows.require("post")
    for column in _TEXTS:
        rows.words(column)
    if section.area_level is not None:
        rows.fill("area_level", section.area_level.value)
    headcount = rows.counts("headcount").fillna(1)
    rows.reject("no_headcount", "headcount", (headcount < 1).to_numpy(bool))
    nowhere = missing(rows.text("area_code")) & missing(rows.text("area_name"))
    rows.reject("missing_value", "area_code" if "area_code" in rows.targets else "area_name", nowhere)
    return DutyFile(rows, rows.frame(list(_TEXTS)).assign(headcount=headcount))


def _own_mapping(path: Path) -> Mapping:
    columns = own_columns(path, DutyColumns, {"post"}, ({"area_code"}, {"area_name"}))
    return Mapping.model_validate({"duty": {"columns": columns}})

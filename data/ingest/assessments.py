"""Assessments of compounds or of companies for a period, from tables through a mapping.

Only the mapped columns of a file are kept: who assessed is nobody's business here. A file that already uses our
column names needs no mapping. Which compounds and companies there are is known only to the store
(data/load/assessments.py).

A value that cannot be is rejected where the mapping or the file says what can be (`scale`, `maximum`). Where neither
does, nothing is known but what rating profiles score: a value beyond the bands of every one is taken and told, as is an
indicator that none asks for.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from data.ingest.layers import LayerFile
from data.ingest.mapping import Mapping
from data.ingest.mapping_columns import AssessmentColumns
from data.ingest.mapping_sections import AssessmentSection
from data.ingest.own_names import own_columns
from data.ingest.periods import parse_period
from data.ingest.values import FloatArray, missing
from data.ingest.whole_table import WholeTable
from domain.profile_faults import closest, joined
from domain.ratings.catalogue import assessment_bands, assessments_asked
from domain.ratings.model import Of
from domain.ratings.words import bands_words

_NAMES_TOLD: Final = 8
_TEXTS: Final = ("code", "indicator", "compound_code", "company", "evidence")


@dataclass
class AssessmentFile:
    """A file of assessments as it was read.

    Attributes:
        rows: The file; whoever knows the compounds rejects more of its rows, then asks for the `result`.
        frame: One row a row of the file, rejected ones included, in the order of `rows`: row_number int64,
            code, indicator, compound_code, company, evidence str|None, period_start and period_end date|None,
            value float64.
    """

    rows: WholeTable
    frame: pd.DataFrame

    def result(self, frame: pd.DataFrame) -> LayerFile:
        """`frame`, the rows that nobody rejected, with the rejects and findings of the whole file."""
        _tell_profiles(self.rows, frame)
        return self.rows.result(frame)


def read_assessments(path: Path, mapping: Mapping | None = None) -> AssessmentFile:
    """Assessments.

    Args:
        path: CSV, XLSX, Parquet, or a zip with one of them.
        mapping: With an [assessment] section; None for a file in our own column names.

    Raises:
        InputRefused: The file or the mapping cannot be used.
    """
    mapping = mapping or _own_mapping(path)
    section = mapping.required(AssessmentSection)
    rows = WholeTable(path, mapping, section, only_mapped=True)
    for column in _TEXTS:
        rows.words(column)
    if section.indicator is not None:
        rows.fill("indicator", section.indicator)
    else:
        rows.require("indicator")
    rows.require("value")
    value = rows.numbers("value")
    _within_scale(rows, value, section.scale)
    _one_subject(rows)
    start, end = _period(rows)
    return AssessmentFile(
        rows, rows.frame(list(_TEXTS)).assign(period_start=start, period_end=end, value=value)
    )


def _within_scale(rows: WholeTable, value: FloatArray, scale: tuple[float, float] | None) -> None:
    """Rows whose value lies beyond what mapping or file say that there can be are rejected."""
    if scale is not None:
        rows.reject("beyond_scale", "value", (value < scale[0]) | (value > scale[1]))
    if "maximum" in rows.targets:
        maximum = rows.numbers("maximum")
        below = (value < 0) & ~np.isnan(maximum) if scale is None else np.zeros(len(value), dtype=bool)
        rows.reject("beyond_scale", "value", below | (value > maximum))


def _tell_profiles(rows: WholeTable, frame: pd.DataFrame) -> None:
    """What no rating profile asks for, as of a misspelt indicator; and values that the bands of none cover."""
    asked = assessments_asked()
    subjects: dict[Of, str] = {"compound": "compound_code", "company": "company"}
    for of, column in subjects.items():
        for indicator, mine in frame[frame[column].notna()].groupby("indicator", sort=True):
            name, numbers = str(indicator), mine["row_number"].to_numpy(np.int64)
            if (name, of) not in asked:
                known = sorted(one for one, subject in asked if subject == of)
                told = joined(closest(name, known)[:_NAMES_TOLD])
                rows.counter.add("unasked_assessment", numbers, indicator=name, known=told)
            bands = assessment_bands(name, of)
            beyond = [bool(bands) and not any(one.covers(value) for one in bands) for value in mine["value"]]
            told = joined(map(bands_words, bands))
            rows.counter.add("beyond_bands", numbers[beyond], indicator=name, bands=told)


def _one_subject(rows: WholeTable) -> None:
    """A row is of a compound or of a company: of one of them, and not of both."""
    named = {name: ~missing(rows.text(name)) for name in ("compound_code", "company")}
    lost = "compound_code" if "compound_code" in rows.targets else "company"
    rows.reject("missing_value", lost, ~named["compound_code"] & ~named["company"])
    rows.reject("two_subjects", "company", named["compound_code"] & named["company"])


def _period(rows: WholeTable) -> tuple[pd.Series, pd.Series]:
    """First and last day of each row's period (date|None)."""
    if "period" in rows.targets:
        rows.require("period")
        given = rows.text("period").to_pylist()
        read = {text: parse_period(text) for text in set(filter(None, given))}
        found = [read.get(text) or (None, None) for text in given]
        rows.reject("bad_period", "period", np.array([first is None for first, _last in found], dtype=bool))
        start = pd.Series([first for first, _last in found], dtype=object)
        end = pd.Series([last for _first, last in found], dtype=object)
    else:
        rows.require("period_start")
        rows.require("period_end")
        start, end = rows.days("period_start"), rows.days("period_end")
        turned = [bool(first and last and last < first) for first, last in zip(start, end, strict=True)]
        rows.reject("bad_period", "period_end", np.array(turned, dtype=bool))
    return start, end


def _own_mapping(path: Path) -> Mapping:
    days = {"period_start", "period_end"}
    subjects = ({"compound_code"}, {"company"})
    columns = own_columns(path, AssessmentColumns, {"indicator", "value"}, subjects, (days, {"period"}))
    if "period" in columns:
        columns = {name: own for name, own in columns.items() if name not in days}
    return Mapping.model_validate({"assessment": {"columns": columns}})

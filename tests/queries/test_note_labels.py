"""The last sheet of a workbook says what the file is: every fact under a word, none under a key."""

from __future__ import annotations

from pathlib import Path

from python_calamine import CalamineWorkbook

from data.export import ExportFormat
from data.store import Store
from domain.actor import OPERATOR
from domain.filters import CaseFilter
from domain.indicators import catalogue
from domain.pivot import Axis, PivotOrder
from domain.progress import no_progress
from queries.case_export import Request, export_cases
from queries.figures import Question
from queries.pivot import Ask
from queries.pivot_export import PivotRequest, export_pivot


def note(path: Path) -> dict[str, str]:
    """The facts of the sheet 说明, up to the meanings of the columns."""
    lines = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("说明").to_python()
    facts = [(str(what), str(told)) for what, told in lines]
    return dict(facts[: next((at for at, fact in enumerate(facts) if fact == ("列", "含义")), len(facts))])


def test_every_fact_has_a_word(city: Store, tmp_path: Path):
    cases = Request(CaseFilter(), None, ExportFormat.XLSX)
    export_cases(city, OPERATOR, cases, tmp_path / "cases.xlsx", no_progress)
    question = Question(catalogue.DEFAULT, CaseFilter(), None, city.city().as_of)
    asked = Ask(question, "cases", Axis.STATE)
    pivot = PivotRequest(asked, PivotOrder.NAME, ExportFormat.XLSX)
    export_pivot(city, OPERATOR, pivot, tmp_path / "pivot.xlsx", no_progress)
    told = {name: note(tmp_path / f"{name}.xlsx") for name in ("cases", "pivot")}
    assert {what for facts in told.values() for what in facts if what.isascii()} == set()
    assert told["cases"]["数据范围"]
    assert told["pivot"]["行是"] == "state"

"""A pivot as a file, read by other programs: the same figures as on the screen, totals last, nothing executed."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from data.export import ExportFormat
from data.store import Store
from domain.actor import OPERATOR, Actor, demo_actor
from domain.errors import InputRefused, NotAllowed
from domain.filters import CaseFilter
from domain.indicators import catalogue
from domain.pivot import Axis, PivotOrder
from domain.progress import no_progress
from domain.vocabulary import Role
from queries import pivot_export
from queries.case_export import Exported
from queries.figures import Question
from queries.pivot import Ask
from queries.pivot_export import PivotRequest, export_pivot
from tests.support.opened_files import about
from tests.support.small_city import COMMUNITIES, at, case, import_cases, rows, write_cases

CLOSED = {"state": "closed", "closed": "2026-03-02 08:00"}


@pytest.fixture(scope="module")
def filled_db(small_city_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six cases whose limit is past: two categories that mean harm, one that looks like the total, and none."""
    folder = tmp_path_factory.mktemp("pivot-export")
    path = Path(shutil.copy(small_city_db, folder / "city.duckdb"))
    lines = [
        case("a", category="=1+1", **at(0, 0)),
        case("b", category="=1+1", **CLOSED, **at(0, 0)),
        case("c", category="合计", **CLOSED, **at(0, 2)),
        case("d", category="x\x07y", **at(2, 2)),
        case("e", **CLOSED),
        case("f", **at(2, 2)),
    ]
    with Store.opened(path) as store:
        due = [{**line, "due": "2026-03-03 08:00"} for line in lines]
        import_cases(store, write_cases(folder / "cases.csv", due))
        with store.writing(OPERATOR) as writer:
            writer.set_city(name="江北", timezone="Asia/Shanghai", as_of=datetime(2026, 3, 20))
    return path


@pytest.fixture
def city(filled_db: Path, tmp_path: Path) -> Iterator[Store]:
    with Store.opened(Path(shutil.copy(filled_db, tmp_path / "city.duckdb"))) as store:
        yield store


def export(
    store: Store,
    target: Path,
    name: str = "cases",
    rows_of: Axis = Axis.COMMUNITY,
    columns_of: Axis | None = Axis.CATEGORY,
    who: Actor = OPERATOR,
) -> Exported:
    question = Question(catalogue.DEFAULT, CaseFilter(), None, store.city().as_of)
    asked = Ask(question, name, rows_of, columns_of)
    request = PivotRequest(asked, PivotOrder.NAME, ExportFormat(target.suffix[1:]))
    return export_pivot(store, who, request, target, no_progress)


def sheet(path: Path) -> list[list[Any]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return [list(line) for line in csv.reader(lines)]
    return CalamineWorkbook.from_path(path).get_sheet_by_name("透视表").to_python()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_file_is_the_table_with_its_totals(city: Store, tmp_path: Path, ending: str) -> None:
    done = export(city, tmp_path / f"pivot.{ending}")
    header, *lines = sheet(done.path)
    first = "'=1+1" if ending == "csv" else "=1+1"
    assert header == ["编码", "社区", first, "x\N{REPLACEMENT CHARACTER}y", "合计", "（未填）", "合计 (2)"]
    numbers = [[float(cell or 0) for cell in line[2:]] for line in lines]
    assert [line[0] or "" for line in lines] == [COMMUNITIES[1], COMMUNITIES[0], COMMUNITIES[3], "", ""]
    assert numbers == [
        [0, 0, 1, 0, 1],
        [2, 0, 0, 0, 2],
        [0, 1, 0, 1, 2],
        [0, 0, 0, 1, 1],
        [2, 1, 1, 2, 6],
    ]
    assert done.rows == len(lines) == 5


def test_a_rate_comes_with_what_it_is_made_of(city: Store, tmp_path: Path) -> None:
    done = export(city, tmp_path / "rate.csv", "closing_rate", Axis.CATEGORY, None)
    header, *lines = sheet(done.path)
    assert header == ["类别", "合计", "合计 · 分子", "合计 · 分母"]
    total = lines[-1]
    assert (total[0], float(total[1]), float(total[2]), float(total[3])) == ("合计", 50, 3, 6)
    for line in lines:
        assert float(line[1]) == pytest.approx(100 * float(line[2]) / float(line[3]))


def test_description_and_audit_say_what_it_is(city: Store, tmp_path: Path) -> None:
    done = export(city, tmp_path / "pivot.csv")
    told = about(tmp_path / "pivot.csv")
    assert (told["measure"], told["rows_of"], told["columns_of"], told["cases"]) == (
        "general/cases",
        "community",
        "category",
        6,
    )
    assert told["neutralised_cells"] == 0  # names of columns are no cells
    ((who, detail),) = rows(city, "select actor, detail from audit where action = 'pivot_export'")
    told = json.loads(detail)
    assert (who, told["rows"], told["sha256"]) == ("operator", 5, done.sha256)
    assert done.sha256 == hashlib.sha256(done.path.read_bytes()).hexdigest()


def test_whoever_may_not_export_gets_nothing(city: Store, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        export(city, tmp_path / "pivot.csv", who=demo_actor(Role.ADMINISTRATOR))
    assert not (tmp_path / "pivot.csv").exists()


def test_more_columns_than_a_sheet_takes_are_refused(
    city: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pivot_export, "MOST_COLUMNS", 3)
    with pytest.raises(InputRefused, match="4 列"):
        export(city, tmp_path / "pivot.csv")
    assert not (tmp_path / "pivot.csv").exists()

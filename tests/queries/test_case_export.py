"""Exports of cases: rows in the file = rows counted = rows in the audit, whoever asks and whatever happens."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from data.export import ExportFormat
from data.store import Store
from domain.actor import OPERATOR, Actor
from domain.case_fields import CASE_FIELDS
from domain.errors import Cancelled, StoreUnavailable
from domain.filters import CaseFilter, Side
from domain.i18n import use_language
from domain.progress import Progress, no_progress
from queries import case_list
from queries.areas import area_by_code
from queries.case_export import Exported, Request, export_cases
from tests.support.opened_files import about, records
from tests.support.small_city import (
    COMMUNITIES,
    actor,
    at,
    case,
    contents,
    import_cases,
    rows,
    write_cases,
)

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|'/C calc'!A0",
    "＝1+1",
    "\t=1",
    "<script>alert(1)</script>",
    "${7*7}`x`{{7*7}}",
    "\u202e=1 مرحبا",
    "𠮷🜲",
    "\x07bell",
    '"quoted", and\nbroken',
    "长" * 350_000,
)


@pytest.fixture(scope="module")
def hostile_db(small_city_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small city with twelve cases whose texts are meant to do harm."""
    folder = tmp_path_factory.mktemp("hostile")
    path = Path(shutil.copy(small_city_db, folder / "city.duckdb"))
    lines = [
        case(f"n{n}", title=text, category=text[:50], department=text[:50], **at(n % 4, n % 4))
        for n, text in enumerate(HOSTILE)
    ]
    closed = {"state": "closed", "closed": "2026-03-02 08:00", "due": "2026-03-03 08:00"}
    lines.append(case("closed", code=COMMUNITIES[1], **closed))
    with Store.opened(path) as store:
        import_cases(store, write_cases(folder / "cases.csv", lines))
        with store.writing(OPERATOR) as writer:
            writer.set_city(name="江北", timezone="Asia/Shanghai", as_of=datetime(2026, 3, 20))
    return path


@pytest.fixture
def city(hostile_db: Path, tmp_path: Path) -> Iterator[Store]:
    with Store.opened(Path(shutil.copy(hostile_db, tmp_path / "city.duckdb"))) as store:
        yield store


def export(
    store: Store,
    target: Path,
    chosen: CaseFilter = CaseFilter(),  # noqa: B008
    who: Actor = OPERATOR,
    progress: Progress = no_progress,
) -> Exported:
    with store.session(who) as session:
        area = area_by_code(session, chosen.area) if chosen.area else None
    request = Request(chosen, area, ExportFormat(target.suffix[1:]))
    return export_cases(store, who, request, target, progress)


def audits(store: Store) -> list[dict[str, Any]]:
    """The details of exports in the audit, the oldest first."""
    found = rows(store, "select actor, detail from audit where action = 'export_cases' order by seq")
    return [{"actor": who, **json.loads(detail)} for who, detail in found]


@pytest.mark.parametrize("file_format", ExportFormat)
@pytest.mark.parametrize(
    ("chosen", "who", "count"),
    [
        (CaseFilter(), OPERATOR, 12),
        (CaseFilter(states=("closed",)), OPERATOR, 1),
        (CaseFilter(area=COMMUNITIES[0]), OPERATOR, 6),
        (CaseFilter(), actor(COMMUNITIES[0]), 6),
        (CaseFilter(text="nothing like it"), OPERATOR, 0),
    ],
)
def test_rows_in_the_file_are_those_counted_and_audited(
    city: Store, tmp_path: Path, file_format: ExportFormat, chosen: CaseFilter, who: Actor, count: int
) -> None:
    with city.session(who) as session:
        area = area_by_code(session, chosen.area) if chosen.area else None
        assert case_list.total(session, chosen, area) == count
    done = export(city, tmp_path / f"out.{file_format}", chosen, who)
    (audited,) = audits(city)
    assert (done.rows, len(records(done.path)), about(done.path)["rows"], audited["rows"]) == (count,) * 4
    assert done.sha256 == audited["sha256"] == hashlib.sha256(done.path.read_bytes()).hexdigest()
    assert audited["actor"] == about(done.path)["exported_by"] == who.login
    assert (audited["format"], audited["filter"]) == (file_format.value, chosen.to_query())


def test_a_file_says_what_it_holds(city: Store, tmp_path: Path) -> None:
    side = Side("general", "closing_rate", "numerator")
    chosen = CaseFilter(area=COMMUNITIES[1], states=("closed",), side=side)
    export(city, tmp_path / "out.parquet", chosen)
    told = about(tmp_path / "out.parquet")
    assert (told["city"], told["as_of"], told["timezone"]) == ("江北", "2026-03-20 00:00:00", "Asia/Shanghai")
    assert told["filter_words"][:2] == ["区划：北园社区（330102001002）", "状态：已结案"]
    assert told["filter"] == {
        "area": COMMUNITIES[1],
        "state": ["closed"],
        "side": "general/closing_rate/numerator",
    }
    assert (told["scope"], told["rows"]) == ("全部区划", 1)
    assert told["indicator"][0] == "结案率（通用口径）"
    assert told["exported_at"].startswith(city.city().clock.to_local(city.now()).date().isoformat())
    assert list(told["columns"]) == pq.read_table(tmp_path / "out.parquet").column_names == list(CASE_FIELDS)


def test_the_workbook_carries_the_same_in_the_readers_language(city: Store, tmp_path: Path) -> None:
    with use_language("en"):
        export(city, tmp_path / "out.xlsx", CaseFilter(states=("closed",)))
    book = CalamineWorkbook.from_path(tmp_path / "out.xlsx")
    assert book.sheet_names == ["Cases", "Notes"]
    note = {line[0]: line[1] for line in book.get_sheet_by_index(1).to_python()}
    assert (note["Filter"], note["Rows"], note["Exported by"]) == ("State: Closed", "1", "operator")
    assert str(note["due_at"]).startswith("When the case should be closed")


def test_hostile_texts_come_through_as_texts(city: Store, tmp_path: Path) -> None:
    export(city, tmp_path / "out.parquet")
    titles = dict(
        zip(
            *(
                pq.read_table(tmp_path / "out.parquet").column(n).to_pylist()
                for n in ("source_case_id", "title")
            ),
            strict=True,
        )
    )
    stored = dict(rows(city, "select source_case_id, title from cases"))
    assert titles == stored
    export(city, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as lines:
        read = {line["source_case_id"]: line for line in csv.DictReader(lines)}
    for line in read.values():
        for text in line.values():
            assert not text.lstrip("\u202e \t").startswith(("=", "+", "@", "＝", "＋", "＠"))
    assert read["n0"]["title"] == "'=cmd|' /C calc'!A0"
    assert read["n10"]["title"] == stored["n10"]


def test_a_number_in_the_search_reaches_neither_file_nor_audit(city: Store, tmp_path: Path) -> None:
    export(city, tmp_path / "out.csv", CaseFilter(text="13812345678"))
    assert about(tmp_path / "out.csv")["filter"] == {"text": "138****5678"}
    assert "13812345678" not in (tmp_path / "out.csv.about.json").read_text(encoding="utf-8")
    assert "13812345678" not in repr(rows(city, "select detail from audit"))


def test_an_import_meanwhile_changes_nothing(city: Store, tmp_path: Path) -> None:
    more = write_cases(tmp_path / "more.csv", [case(f"x{n}", **at(0, 0)) for n in range(50)])
    told: list[tuple[int, int | None]] = []

    def import_between(stage: str, done: int, total: int | None) -> None:
        if not told:
            import_cases(city, more)
        told.append((done, total))

    done = export(city, tmp_path / "out.csv", progress=import_between)
    assert (done.rows, len(records(done.path)), told) == (12, 12, [(0, 12), (12, 12)])
    with city.session(OPERATOR) as session:
        assert case_list.total(session, CaseFilter(), None) == 62


@pytest.mark.parametrize("file_format", ExportFormat)
def test_a_cancelled_export_leaves_no_file_and_no_audit(
    city: Store, tmp_path: Path, file_format: ExportFormat
) -> None:
    def stop(stage: str, done: int, total: int | None) -> None:
        raise Cancelled("stop")

    folder = tmp_path / "exports"
    before = dict(contents(city))
    with pytest.raises(Cancelled):
        export(city, folder / f"out.{file_format}", progress=stop)
    assert list(folder.iterdir()) == []
    assert dict(contents(city)) == before


def test_what_cannot_be_audited_is_not_kept(city: Store, tmp_path: Path) -> None:
    folder = tmp_path / "exports"

    def refuse() -> None:
        raise StoreUnavailable("full", "")

    city.before_commit = refuse
    with pytest.raises(StoreUnavailable):
        export(city, folder / "out.csv")
    assert list(folder.iterdir()) == []

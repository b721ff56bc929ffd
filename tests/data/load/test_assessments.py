"""Loading assessments: of whom they are, versions by code, and the way back."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from data.ingest.assessments import read_assessments
from data.ingest.places import read_compounds
from data.ingest.raw_rows import export_rejects
from data.load.assessments import load_assessments
from data.load.batch import SourceFile
from data.load.features import load_features
from data.load.undo import batch_rejects
from data.store import Store
from domain.actor import OPERATOR
from domain.errors import InputRefused
from domain.vocabulary import ImportKind, Subject
from tests.support.small_city import COMMUNITIES, actor, contents, middle, rows, undo_batch

COLUMNS = ("code", "indicator", "compound_code", "company", "period", "value", "evidence")
WEST, EAST = "C1", "C2"


def table(folder: Path, name: str, columns: tuple[str, ...], lines: list[dict[str, object]]) -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(lines)
    return path


@pytest.fixture
def store(city: Store, tmp_path: Path) -> Store:
    """Two compounds in two communities, and their companies."""
    lines: list[dict[str, object]] = []
    for code, cell, company in ((WEST, (0, 0), "锦川物业（集团）"), (EAST, (3, 3), "云岸物业")):
        lon, lat = middle(*cell)
        lines.append({"code": code, "name": code, "company": company, "lon": lon, "lat": lat})
    path = table(tmp_path, "compounds.csv", ("code", "name", "company", "lon", "lat"), lines)
    with city.writing(OPERATOR) as writer:
        load_features(writer, read_compounds(path), SourceFile.of(ImportKind.COMPOUNDS, path))
    return city


def load(store: Store, folder: Path, *lines: dict[str, object], **options: Any) -> dict[str, Any]:
    path = table(folder, "scores.csv", COLUMNS, list(lines))
    with store.writing(OPERATOR) as writer:
        source = SourceFile.of(ImportKind.ASSESSMENTS, path)
        return load_assessments(writer, read_assessments(path), source, **options)


def score(compound: str = WEST, **values: object) -> dict[str, object]:
    return {"indicator": "inspection", "compound_code": compound, "period": "2026Q1", "value": 80, **values}


def counted(report: dict[str, Any]) -> tuple[int, ...]:
    return tuple(
        report[name] for name in ("read", "accepted", "rejected", "inserted", "updated", "unchanged")
    )


def version(store: Store) -> int:
    with store.writing(OPERATOR) as writer:
        return writer.version(Subject.ASSESSMENTS)


def current(store: Store) -> list[tuple[Any, ...]]:
    return rows(
        store,
        "select indicator, compound_code, company, value from assessment where valid_to is null"
        " order by indicator, compound_code, company, period_start",
    )


def test_scores_of_compounds_and_of_companies(store: Store, tmp_path: Path):
    # the company is kept as its compounds write it
    company = {"indicator": "credit", "period": "2026", "value": 61.5, "company": "锦川物业(集团) "}
    report = load(store, tmp_path, score(), score(EAST, value=7), company)
    assert counted(report) == (3, 3, 0, 3, 0, 0)
    assert current(store) == [
        ("credit", None, "锦川物业（集团）", 61.5),
        ("inspection", WEST, None, 80.0),
        ("inspection", EAST, None, 7.0),
    ]
    assert version(store) == 1


@pytest.mark.parametrize(
    ("line", "rule", "field", "value"),
    [
        (score("C9"), "unknown_compound", "compound_code", "C9"),
        (score("", company="没有此企业"), "unknown_company", "company", "没有此企业"),
        (score(), "duplicate_assessment", "indicator", "inspection"),
        (score(code="A1", period="2026Q2"), "duplicate_code", "code", "A1"),
    ],
)
def test_a_row_that_counts_nowhere_or_twice_is_kept_out(
    store: Store, tmp_path: Path, line: dict[str, object], rule: str, field: str, value: str
):
    report = load(store, tmp_path, score(), score(code="A1", period="2025Q4"), line)
    assert counted(report) == (3, 2, 1, 2, 0, 0)
    assert rows(store, "select row_number, rule, field, value from reject") == [(4, rule, field, value)]


def test_a_corrected_value_is_a_new_version_and_can_be_taken_back(store: Store, tmp_path: Path):
    load(store, tmp_path, score(), score(EAST))
    before = rows(store, "select * from assessment order by assessment_id")
    again = load(store, tmp_path, score(), score(EAST))
    assert counted(again) == (2, 2, 0, 0, 0, 2)
    assert rows(store, "select * from assessment order by assessment_id") == before
    assert version(store) == 1
    report = load(store, tmp_path, score(value=81), score(EAST, evidence="区住建〔2026〕3号"))
    assert counted(report) == (2, 2, 0, 0, 2, 0)
    assert [value for *_rest, value in current(store)] == [81.0, 80.0]
    with pytest.raises(InputRefused, match="已被批次"):
        undo_batch(store, 6)
    undone = undo_batch(store, report["batch"])
    assert (undone["removed"], undone["restored"]) == (0, 2)
    assert [value for *_rest, value in current(store)] == [80.0, 80.0]
    assert version(store) == 3


def test_corrected_rejects_are_taken_again(store: Store, tmp_path: Path):
    report = load(store, tmp_path, score("C9"), score())
    with store.writing(OPERATOR) as writer:
        rejects = batch_rejects(writer, report["batch"]).to_pylist()
    path = tmp_path / "rejects.csv"
    export_rejects(rejects, path)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        (reject,) = csv.DictReader(stream)
    assert reject["_reject_remedy"] == "小区不存在：先导入小区，或改正小区编码。"
    path.write_text(path.read_text(encoding="utf-8-sig").replace("C9", EAST), encoding="utf-8")
    with store.writing(OPERATOR) as writer:
        source = SourceFile.of(ImportKind.ASSESSMENTS, path)
        again = load_assessments(writer, read_assessments(path), source)
    assert counted(again) == (1, 1, 0, 1, 0, 0)


def test_too_many_rejects_write_nothing(store: Store, tmp_path: Path):
    before = dict(contents(store))
    with pytest.raises(InputRefused, match="2 行里有 1 行被拒"):
        load(store, tmp_path, score("C9"), score(), max_reject_share=0.4)
    assert dict(contents(store)) == before


def test_whoever_sees_the_compound_sees_its_scores(store: Store, tmp_path: Path):
    companies: list[dict[str, object]] = [
        {"indicator": "credit", "period": "2026", "value": 1, "company": name}
        for name in ("云岸物业", "锦川物业（集团）")
    ]
    load(store, tmp_path, score(), score(EAST), *companies)
    told = "select compound_code, company from visible_assessment order by compound_code, company"
    expected = {
        actor(COMMUNITIES[0]): [(WEST, None), (None, "锦川物业（集团）")],
        actor(COMMUNITIES[3]): [(EAST, None), (None, "云岸物业")],
        actor(COMMUNITIES[1]): [],
        actor(): [],
    }
    for who, seen in expected.items():
        with store.session(who) as session:
            assert session.rows(told) == seen, who
    with store.session(OPERATOR) as session:
        assert len(session.rows(told)) == 4
    with store._cursor() as nobody:
        assert nobody.execute("select count(*) from visible_assessment").fetchall() == [(0,)]

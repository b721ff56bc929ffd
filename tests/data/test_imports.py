"""An import as the command line and the browser ask for it: tried out first, done once, by who may, on record."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from data.imports import (
    AreasOrder,
    AssessmentsOrder,
    CasesOrder,
    DutyOrder,
    Importer,
    LinesOrder,
    Order,
    PlacesOrder,
    undo_batch,
    write_rejects,
)
from data.ingest.areas import AreaFields
from data.ingest.mapping import parse_mapping
from data.store import Store
from domain.actor import demo_actor
from domain.errors import Cancelled, InputRefused, NotAllowed, NotFound
from domain.progress import no_progress
from domain.vocabulary import ImportKind, Level, LineKind, Role
from tests.support.small_city import (
    COMMUNITIES,
    MAPPING,
    at,
    case,
    contents,
    one,
    rows,
    shapes,
    write_areas,
    write_cases,
)

WHO = demo_actor(Role.OPERATOR)
BOUNDS = (120.0, 30.0, 120.04, 30.04)
PLACES = "code,name,kind,lon,lat\nA1,甲,police_room,120.005,30.005\nA2,乙,无此类,120.035,30.035\n"
ROSTER = f"area_code,post\n{COMMUNITIES[0]}001,网格长\n42,民警\n"
SCORES = "indicator,compound_code,company,period,value\ncredit,,甲物业,2026,7\ncredit,C9,,2026,7\n"
LINES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"name": "望江路"},
            "geometry": {"type": "LineString", "coordinates": [[120.0, 30.0], [120.03, 30.03]]},
        }
    ],
}


def importer(store: Store) -> Importer:
    return Importer(store, WHO, BOUNDS)


def cases_file(folder: Path) -> Path:
    return write_cases(
        folder / "案件.csv",
        [case(1, **at(0, 0)), case(2, code="999"), case(3, state="?", tel="13800000000")],
    )


def orders(folder: Path) -> dict[ImportKind, tuple[Order, Path]]:
    """One file of each kind, with what it takes to read it."""
    renamed = [dict(area, name="新名") for area in shapes(Level.GRID)[:2]]
    (folder / "points.csv").write_text(PLACES, encoding="utf-8")
    (folder / "compounds.csv").write_text(PLACES.replace("kind", "x"), encoding="utf-8")
    (folder / "scores.csv").write_text(SCORES, encoding="utf-8")
    (folder / "duty.csv").write_text(ROSTER, encoding="utf-8")
    (folder / "lines.geojson").write_text(json.dumps(LINES), encoding="utf-8")
    fields = AreaFields("name", "code", "parent")
    return {
        ImportKind.AREAS: (
            AreasOrder(Level.GRID, fields),
            write_areas(folder / "grids.geojson", renamed),
        ),
        ImportKind.CASES: (CasesOrder(parse_mapping(MAPPING)), cases_file(folder)),
        ImportKind.POINTS: (PlacesOrder(ImportKind.POINTS), folder / "points.csv"),
        ImportKind.COMPOUNDS: (PlacesOrder(ImportKind.COMPOUNDS), folder / "compounds.csv"),
        ImportKind.LINES: (LinesOrder(LineKind.ROAD, "name"), folder / "lines.geojson"),
        ImportKind.DUTY: (DutyOrder(), folder / "duty.csv"),
        ImportKind.ASSESSMENTS: (AssessmentsOrder(), folder / "scores.csv"),
    }


@pytest.mark.parametrize("kind", ImportKind)
def test_a_rehearsal_reports_what_the_import_will_and_writes_nothing(
    city: Store, tmp_path: Path, kind: ImportKind
):
    order, path = orders(tmp_path)[kind]
    if kind is ImportKind.ASSESSMENTS:
        with_company = tmp_path / "with-company.csv"
        with_company.write_text("name,lon,lat,company\n甲,120.005,30.005,甲物业\n", encoding="utf-8")
        importer(city).carry_out(PlacesOrder(ImportKind.COMPOUNDS), with_company, no_progress)
    before = dict(contents(city))
    rehearsed = importer(city).rehearse(order, path, no_progress)
    assert dict(contents(city)) == before
    done = importer(city).carry_out(order, path, no_progress)
    assert {**rehearsed, "batch": done["batch"]} == done
    assert done["read"] == done["accepted"] + done["rejected"] > 0
    assert done["inserted"] + done["updated"] > 0
    written = rows(
        city, "select kind, file_name, actor from import_batch where batch_id = $b", {"b": done["batch"]}
    )
    assert written == [(kind.value, path.name, "demo-operator")]
    assert rows(city, "select actor, action from audit order by seq desc limit 1") == [
        ("demo-operator", f"import_{kind}")
    ]


def test_a_file_into_the_demo_city_is_told(city: Store, tmp_path: Path):
    order, path = orders(tmp_path)[ImportKind.CASES]
    with city.writing(WHO) as writer:
        writer.set_city(name=None, timezone=None, as_of=None, demo=True)
    assert importer(city).carry_out(order, path, no_progress)["into_demo"] is True


def test_another_time_zone_than_the_city_s_is_a_finding(city: Store, tmp_path: Path):
    mapping = parse_mapping(MAPPING.replace("Asia/Shanghai", "America/New_York"))
    report = importer(city).rehearse(CasesOrder(mapping), cases_file(tmp_path), no_progress)
    told = [finding for finding in report["findings"] if finding["rule"] == "timezone_differs"]
    assert told == [
        {
            "rule": "timezone_differs",
            "rows": 0,
            "mapping": "America/New_York",
            "city": "Asia/Shanghai",
        }
    ]


@pytest.mark.parametrize("role", [Role.LEADER, Role.SECRETARY, Role.ANALYST, Role.ADMINISTRATOR])
def test_others_may_not(city: Store, tmp_path: Path, role: Role):
    order, path = orders(tmp_path)[ImportKind.CASES]
    done = importer(city).carry_out(order, path, no_progress)
    before = dict(contents(city))
    other = demo_actor(role)
    for attempt in (
        lambda: Importer(city, other, BOUNDS).carry_out(order, path, no_progress),
        lambda: Importer(city, other, BOUNDS).rehearse(order, path, no_progress),
        lambda: undo_batch(city, other, done["batch"], only_preview=True),
        lambda: write_rejects(city, other, done["batch"], tmp_path / "r.csv"),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert dict(contents(city)) == before
    assert not (tmp_path / "r.csv").exists()


def test_called_off_means_nothing_happened(city: Store, tmp_path: Path):
    before = dict(contents(city))
    order, path = orders(tmp_path)[ImportKind.CASES]
    stages: list[str] = []

    def call_off_at(last: str):
        def progress(stage: str, done: int, total: int | None) -> None:
            stages.append(stage)
            if stage == last:
                raise Cancelled("off")

        return progress

    for stage in ("surveying", "placing", "writing"):
        with pytest.raises(Cancelled):
            importer(city).carry_out(order, path, call_off_at(stage))
        assert stages[-1] == stage
        assert dict(contents(city)) == before
    assert importer(city).carry_out(order, path, no_progress)["inserted"] == 2


def test_too_many_rejects_refuse_the_file(city: Store, tmp_path: Path):
    order, path = orders(tmp_path)[ImportKind.CASES]
    before = dict(contents(city))
    with pytest.raises(InputRefused, match="3 行里有 1 行被拒"):
        importer(city).carry_out(order, path, no_progress, max_reject_share=0.1)
    assert dict(contents(city)) == before


def test_a_file_that_is_gone_is_refused_by_its_name(city: Store, tmp_path: Path):
    order, path = orders(tmp_path)[ImportKind.AREAS]
    path.unlink()
    with pytest.raises(InputRefused, match=r"grids\.geojson"):
        importer(city).carry_out(order, path, no_progress)


def test_undo_is_previewed_done_and_on_record(city: Store, tmp_path: Path):
    order, path = orders(tmp_path)[ImportKind.CASES]
    batch = importer(city).carry_out(order, path, no_progress)["batch"]
    preview = undo_batch(city, WHO, batch, only_preview=True)
    assert (preview["removed"], preview["restored"], preview["done"]) == (2, 0, False)
    assert one(city, "select count(*) from cases") == 2
    assert undo_batch(city, WHO, batch, only_preview=False) == {**preview, "done": True}
    assert rows(city, "select undone_by from import_batch where batch_id = $b", {"b": batch}) == [
        ("demo-operator",)
    ]


def test_rejects_are_written_as_they_came_and_on_record(city: Store, tmp_path: Path):
    order, path = orders(tmp_path)[ImportKind.CASES]
    batch = importer(city).carry_out(order, path, no_progress)["batch"]
    target = tmp_path / "rejects.csv"
    assert write_rejects(city, WHO, batch, target) == 1
    assert "13800000000" in target.read_text(encoding="utf-8-sig")
    (entry,) = rows(city, "select actor, detail from audit where action = 'export_rejects'")
    assert (entry[0], json.loads(entry[1])) == ("demo-operator", {"file": "rejects.csv", "rows": 1})
    with pytest.raises(InputRefused, match="已存在"):
        write_rejects(city, WHO, batch, target)
    with pytest.raises(NotFound):
        write_rejects(city, WHO, 999, tmp_path / "other.csv")

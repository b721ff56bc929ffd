"""Batch exports: the files of a zip, opened by other programs, are the cases of the filter; nothing else gets out."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from data.bundle import bundled
from data.export import ExportFormat
from data.store import Store
from domain.actor import OPERATOR, Actor, demo_actor
from domain.errors import Cancelled, InputRefused, NotAllowed, StoreUnavailable
from domain.filters import CaseFilter
from domain.progress import Progress, no_progress
from domain.vocabulary import Level, Role
from queries.areas import area_by_code
from queries.batch_export import BatchRequest, export_batch
from queries.case_export import Exported
from tests.support.opened_files import about, records
from tests.support.small_city import (
    COMMUNITIES,
    DISTRICT,
    WEST_STREET,
    actor,
    at,
    case,
    contents,
    import_cases,
    rows,
    write_cases,
)

HOSTILE_NAME = "../../etc/=cmd|'/C calc'!A0\u202egnp.exe"


@pytest.fixture(scope="module")
def filled_db(small_city_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six cases in three communities, one in the district alone, two nowhere; one community with a hostile name."""
    folder = tmp_path_factory.mktemp("batch")
    path = Path(shutil.copy(small_city_db, folder / "city.duckdb"))
    lines = [
        *(case(f"s{n}", title="=1+1", **at(0, 0)) for n in range(3)),
        *(case(f"n{n}", **at(0, 2)) for n in range(2)),
        case("e0", state="closed", closed="2026-03-02 08:00", **at(2, 0)),
        case("far", lon=121, lat=31),
        case("nowhere"),
    ]
    with Store.opened(path) as store:
        import_cases(store, write_cases(folder / "cases.csv", lines))
        with store.writing(OPERATOR) as writer:
            writer.set_city(name="江北", timezone="Asia/Shanghai", as_of=datetime(2026, 3, 20))
            named = {"name": HOSTILE_NAME, "code": COMMUNITIES[1]}
            writer.run("update area set name = $name where code = $code", named)
    return path


@pytest.fixture
def city(filled_db: Path, tmp_path: Path) -> Iterator[Store]:
    with Store.opened(Path(shutil.copy(filled_db, tmp_path / "city.duckdb"))) as store:
        yield store


def export(
    store: Store,
    target: Path,
    file_format: ExportFormat = ExportFormat.CSV,
    chosen: CaseFilter = CaseFilter(),  # noqa: B008
    who: Actor = OPERATOR,
    level: Level = Level.COMMUNITY,
    progress: Progress = no_progress,
) -> Exported:
    with store.session(who) as session:
        area = area_by_code(session, chosen.area) if chosen.area else None
    return export_batch(store, who, BatchRequest(chosen, area, file_format, level), target, progress)


def manifest(target: Path) -> dict[str, Any]:
    with zipfile.ZipFile(target) as archive:
        found: dict[str, Any] = json.loads(archive.read("manifest.json"))
    return found


def case_numbers(path: Path) -> list[str]:
    return [str(row["source_case_id"]) for row in records(path)]


@pytest.mark.parametrize("file_format", ExportFormat)
def test_every_file_holds_the_cases_of_its_area_and_all_files_all_cases(
    city: Store, tmp_path: Path, file_format: ExportFormat
) -> None:
    done = export(city, tmp_path / "all.zip", file_format)
    told = manifest(done.path)
    assert done.rows == told["total"] == sum(one["rows"] for one in told["files"]) == 8
    assert [(one["code"], one["rows"]) for one in told["files"]] == [
        (COMMUNITIES[0], 3),
        (COMMUNITIES[1], 2),
        (COMMUNITIES[2], 1),
        (COMMUNITIES[3], 0),
        ("", 2),
    ]
    expected = [["s0", "s1", "s2"], ["n0", "n1"], ["e0"], [], ["far", "nowhere"]]
    with zipfile.ZipFile(done.path) as archive:
        assert archive.testzip() is None
        for one, numbers in zip(told["files"], expected, strict=True):
            content = archive.read(one["file"])
            assert (len(content), hashlib.sha256(content).hexdigest()) == (one["bytes"], one["sha256"])
            assert sorted(case_numbers(Path(archive.extract(one["file"], tmp_path)))) == numbers
        in_order = [*(one["file"] for one in told["files"]), "manifest.json", "manifest.csv"]
        assert archive.namelist() == in_order
        listed = list(csv.DictReader(io.StringIO(archive.read("manifest.csv").decode("utf-8-sig"))))
    assert [(line["file"], int(line["rows"]), line["sha256"]) for line in listed] == [
        (one["file"], one["rows"], one["sha256"]) for one in told["files"]
    ]


def test_the_manifest_says_what_it_is(city: Store, tmp_path: Path) -> None:
    done = export(city, tmp_path / "all.zip", chosen=CaseFilter(states=("reported",)))
    told = manifest(done.path)
    assert (told["per"], told["filter"], told["filter_words"]) == (
        "community",
        {"state": ["reported"]},
        ["状态：已上报"],
    )
    assert (told["as_of"], told["exported_by"], told["scope"]) == (
        "2026-03-20 00:00:00",
        "operator",
        "全部区划",
    )
    assert told["columns"]["due_at"].startswith("应当结案的时间")
    beside = about(tmp_path / "all.zip")
    assert (beside["rows"], beside["files"]) == (7, 5)
    ((who, detail),) = rows(city, "select actor, detail from audit where action = 'batch_export'")
    audited = json.loads(detail)
    assert who == "operator"
    assert audited["sha256"] == done.sha256 == hashlib.sha256(done.path.read_bytes()).hexdigest()
    assert (audited["rows"], audited["files"], audited["per"]) == (7, 5, "community")


def test_names_of_files_are_names_and_nothing_else(city: Store, tmp_path: Path) -> None:
    done = export(city, tmp_path / "all.zip")
    files = [one["file"] for one in manifest(done.path)["files"]]
    assert files[0] == f"{COMMUNITIES[0]}_南园社区.csv"
    assert files[1] == f"{COMMUNITIES[1]}_etc_cmd_C_calc_A0_gnp_exe.csv"
    assert files[-1] == "unplaced_未落到社区.csv"
    for name in files:
        assert PurePosixPath(name).name == name
    with zipfile.ZipFile(done.path) as archive:
        listed = archive.read("manifest.csv").decode("utf-8-sig")
    assert "\u202e" in listed  # a name stays as it is where it is data
    assert not any(cell.startswith("=") for line in csv.reader(io.StringIO(listed)) for cell in line)


def test_equal_names_get_numbers_and_the_manifest_keeps_its_own(tmp_path: Path) -> None:
    with bundled(tmp_path / "out.zip", datetime(1970, 1, 1), ["manifest.csv"]) as (bundle, workshop):
        names = [bundle.free_name(*parts, ".csv") for parts in (("a/b", ""), ("A?B", ""), ("manifest", ""))]
        names.append(bundle.free_name("..", "/", ".csv"))
        for name in names:
            file = workshop / "part.csv"
            file.write_text(name)
            bundle.take(file, name)
    assert names == ["a_b.csv", "A_B_2.csv", "manifest_2.csv", "_.csv"]
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert [archive.read(name).decode() for name in names] == names


def test_the_same_cases_give_the_same_files(city: Store, tmp_path: Path) -> None:
    first, second = (manifest(export(city, tmp_path / f"{n}.zip").path)["files"] for n in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("who", "level", "chosen", "expected"),
    [
        # a secretary: her own community, and nothing of the others
        (actor(COMMUNITIES[0]), Level.COMMUNITY, CaseFilter(), {COMMUNITIES[0]: 3}),
        # its grids, those without cases too
        (
            actor(COMMUNITIES[0]),
            Level.GRID,
            CaseFilter(),
            {f"{COMMUNITIES[0]}00{n}": 3 * (n == 1) for n in (1, 2, 3, 4)},
        ),
        # above her level: the part of it that is hers
        (actor(COMMUNITIES[0]), Level.DISTRICT, CaseFilter(), {DISTRICT: 3}),
        # an area that is not hers
        (actor(COMMUNITIES[0]), Level.COMMUNITY, CaseFilter(area=COMMUNITIES[1]), {}),
        (OPERATOR, Level.COMMUNITY, CaseFilter(area=WEST_STREET), {COMMUNITIES[0]: 3, COMMUNITIES[1]: 2}),
    ],
)
def test_files_are_those_of_the_actor_and_the_filter(
    city: Store, tmp_path: Path, who: Actor, level: Level, chosen: CaseFilter, expected: dict[str, int]
) -> None:
    done = export(city, tmp_path / "out.zip", who=who, level=level, chosen=chosen)
    assert {one["code"]: one["rows"] for one in manifest(done.path)["files"]} == expected


def test_whoever_may_not_export_gets_nothing(city: Store, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        export(city, tmp_path / "out.zip", who=demo_actor(Role.AUDITOR))
    assert not (tmp_path / "out.zip").exists()


@pytest.mark.parametrize("file_format", [ExportFormat.CSV, ExportFormat.GPKG])
def test_a_cancelled_batch_leaves_nothing(city: Store, tmp_path: Path, file_format: ExportFormat) -> None:
    def stop(stage: str, done: int, total: int | None) -> None:
        if done >= 3:
            raise Cancelled("stop")

    folder = tmp_path / "exports"
    before = dict(contents(city))
    with pytest.raises(Cancelled):
        export(city, folder / "out.zip", file_format, progress=stop)
    assert list(folder.iterdir()) == []
    assert dict(contents(city)) == before


def test_what_cannot_be_audited_is_not_kept(city: Store, tmp_path: Path) -> None:
    def refuse() -> None:
        raise StoreUnavailable("full", "")

    city.before_commit = refuse
    with pytest.raises(StoreUnavailable):
        export(city, tmp_path / "exports" / "out.zip")
    assert list((tmp_path / "exports").iterdir()) == []


def test_a_file_that_is_there_is_not_written_over(city: Store, tmp_path: Path) -> None:
    (tmp_path / "out.zip").write_text("mine")
    with pytest.raises(InputRefused):
        export(city, tmp_path / "out.zip")
    assert (tmp_path / "out.zip").read_text() == "mine"


def test_a_level_without_areas_is_refused(city: Store, tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="没有市一级的区划"):
        export(city, tmp_path / "out.zip", level=Level.CITY)


def test_an_import_meanwhile_changes_nothing(city: Store, tmp_path: Path) -> None:
    more = write_cases(tmp_path / "more.csv", [case(f"x{n}", **at(0, 0)) for n in range(50)])
    told: list[tuple[int, int | None]] = []

    def import_between(stage: str, done: int, total: int | None) -> None:
        if not told:
            import_cases(city, more)
        told.append((done, total))

    done = export(city, tmp_path / "out.zip", progress=import_between)
    assert (done.rows, manifest(done.path)["total"]) == (8, 8)
    assert told[-1] == (8, 8)
    assert [count for count, _total in told] == sorted(count for count, _total in told)

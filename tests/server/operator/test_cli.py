"""The command line as a person and a script meet it: one JSON object, exit codes, text as it is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from domain.rules import RULES
from domain.vocabulary import Level
from server.operator.cli import app
from tests.support.operator import Outcome, data, data_here
from tests.support.small_city import (
    COMMUNITIES,
    MAPPING,
    at,
    case,
    shapes,
    write_areas,
    write_cases,
)

POINTS = """
[point]
kind = "police_room"
[point.columns]
code = "code"
name = "name"
lon = "lon"
lat = "lat"
"""
COMPOUNDS = """
[compound]
[compound.columns]
code = "code"
name = "name"
lon = "lon"
lat = "lat"
"""
DUTY = """
[duty]
[duty.columns]
area_code = "网格编码"
post = "岗位"
headcount = "人数"
"""
ROSTER = (
    f"网格编码,岗位,人数,姓名\n{COMMUNITIES[0]}001,网格长,1,张三\n{COMMUNITIES[0]},社区书记,,李四\n"
    "42,民警,1,王五\n"
)
PLACES = "code,name,lon,lat\nA1,甲,120.005,30.005\nA2,乙,120.035,30.035\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, small_city_db: Path) -> Path:
    """A city with three good cases and a bad one, and files to import."""
    made = tmp_path_factory.mktemp("operator")
    shutil.copy(small_city_db, made / "city.duckdb")
    for name, text in (
        ("map.toml", MAPPING),
        ("points.toml", POINTS),
        ("compounds.toml", COMPOUNDS),
        ("places.csv", PLACES),
        ("duty.toml", DUTY),
        ("duty.csv", ROSTER),
        ("scores.csv", "indicator,compound_code,period,value\ninspection,C9,2026Q1,80\n"),
    ):
        (made / name).write_text(text, encoding="utf-8")
    write_cases(
        made / "cases.csv",
        [
            case(1, **at(0, 0), title="[red]fett[/red] <b>x</b>", category="市容"),
            case(2, **at(3, 3), title="zwei\x1b[31mrot"),
            case(3, code=COMMUNITIES[1]),
            case(4, state="[bold]不明[/bold]\x1b[2J"),
        ],
    )
    done = data(made / "city.duckdb", "import", "cases", made / "cases.csv", "--mapping", made / "map.toml")
    assert done.code == 0, done.stderr
    return made


@pytest.fixture
def db(folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(folder / "city.duckdb", tmp_path / "city.duckdb"))


def prepared(folder: Path, tmp_path: Path) -> dict[str, list[object]]:
    """Every verb with arguments that work."""
    grids = write_areas(tmp_path / "g.geojson", shapes(Level.GRID)[:2])
    places = folder / "places.csv"
    return {
        "import areas": [
            "import", "areas", grids, "--level", "grid", "--name", "name", "--code", "code", "--parent", "parent",
        ],
        "import cases": ["import", "cases", folder / "cases.csv", "--mapping", folder / "map.toml"],
        "import points": ["import", "points", places, "--mapping", folder / "points.toml"],
        "import compounds": ["import", "compounds", places, "--mapping", folder / "compounds.toml"],
        "import duty": ["import", "duty", folder / "duty.csv", "--mapping", folder / "duty.toml"],
        "import assessments": ["import", "assessments", folder / "scores.csv"],
        "map": ["map", folder / "cases.csv"],
        "map duty": ["map", folder / "duty.csv", "--kind", "duty"],
        "undo preview": ["undo", "5"],
        "undo": ["undo", "5", "--yes"],
        "rejects": ["rejects", "5", "--out", tmp_path / "rejects.csv"],
        "status": ["status"],
        "summary": ["summary", "--by", "community"],
        "relocate": ["relocate"],
        "export cases": ["export", "cases", "--format", "csv", "--out", tmp_path / "out.csv"],
        "backup": ["backup", tmp_path / "backup.duckdb"],
        "restore": ["restore", folder / "city.duckdb"],
        "city": ["city", "--name", "江北", "--as-of", "data"],
        "source": ["source", "hotline", "--every", "24", "--note", "每天 8 点"],
    }  # fmt: skip


VERBS: dict[str, dict[str, object]] = {
    "import areas": {"read": 2, "unchanged": 2},
    "import cases": {"read": 4, "accepted": 3, "rejected": 1, "unchanged": 3, "batch": 6},
    "import points": {"inserted": 2},
    "import compounds": {"inserted": 2},
    "import duty": {"read": 3, "inserted": 2, "rejected": 1, "rejected_by_rule": {"unknown_area": 1}},
    "import assessments": {
        "read": 1,
        "inserted": 0,
        "rejected": 1,
        "rejected_by_rule": {"unknown_compound": 1},
    },
    "map": {"file": None},
    "map duty": {"file": None},
    "undo preview": {"batch": 5, "removed": 3, "restored": 0, "done": False},
    "undo": {"batch": 5, "removed": 3, "done": True},
    "rejects": {"batch": 5, "rows": 1},
    "status": {"demo": False, "cases_to_relocate": 0},
    "summary": {"total": 3, "unplaced": 0},
    "relocate": {"cases": 3, "moved": 0},
    "export cases": {"format": "csv", "rows": 3},
    "backup": {},
    "restore": {},
    "city": {"city": "江北", "as_of": "2026-03-02 00:00:00", "live": False},
    "source": {},
}


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_prints_one_json_object_and_nothing_else(
    folder: Path, db: Path, tmp_path: Path, verb: str
):
    done = data(db, *prepared(folder, tmp_path)[verb], "--json")
    assert done.code == 0, done.stderr
    assert done.stderr == ""
    told = done.json
    assert {name: told[name] for name in VERBS[verb]} == VERBS[verb]


def test_the_json_of_a_case_import_holds_every_figure(folder: Path, db: Path):
    told = data_here(
        db, "import", "cases", folder / "cases.csv", "--mapping", folder / "map.toml", "--json"
    ).json
    assert list(told) >= ["read", "accepted", "rejected", "inserted", "updated", "unchanged"]
    assert told["area_source"] == {"point": 2, "code": 1, "name": 0, "none": 0}
    assert told["located"] == {
        "inside": 2, "on_edge": 0, "ambiguous": 0, "outside": 0, "no_location": 1, "invalid": 0,
    }  # fmt: skip
    assert told["findings"] == []


def test_a_summary_adds_up(folder: Path):
    told = data_here(folder / "city.duckdb", "summary", "--by", "grid", "--json").json
    assert sum(row["cases"] for row in told["rows"]) + told["unplaced"] == told["total"] == 3
    assert len(told["rows"]) == 16
    assert set(told["rows"][0]) == {"code", "name", "cases"}


def test_people_read_tables_and_labels(folder: Path, db: Path, tmp_path: Path):
    spoken = {
        "status": "批次",
        "summary": "合计: 3",
        "import cases": "读入: 4",
        "import duty": "区域不存在 1",
        "undo preview": "这只是预览",
        "rejects": "不明",
        "source": "每天 8 点",
    }
    for verb, word in spoken.items():
        done = data_here(db, *prepared(folder, tmp_path)[verb])
        assert done.code == 0
        assert word in done.stdout
        assert not done.stdout.startswith("{")


def test_posts_on_duty_are_counted_and_nobody_is_named(folder: Path, db: Path, tmp_path: Path):
    told = data_here(db, *prepared(folder, tmp_path)["import duty"], "--json").json
    assert told["area_source"] == {"code": 2, "name": 0}
    assert data_here(db, "status", "--json").json["contents"]["duty"] == 2
    shown = data_here(db, "rejects", str(told["batch"]), "--out", tmp_path / "r.csv", "--json").json["shown"]
    remedy = RULES["unknown_area"].remedy
    assert shown == [
        {"row_number": 4, "rule": "unknown_area", "field": "网格编码", "value": "42", "remedy": remedy}
    ]
    assert "王五" not in (tmp_path / "r.csv").read_text(encoding="utf-8-sig")
    undone = data_here(db, "undo", str(told["batch"]), "--yes", "--json").json
    assert (undone["kind"], undone["removed"]) == ("duty", 2)
    assert data_here(db, "status", "--json").json["contents"]["duty"] == 0


def test_sources_are_listed_with_what_they_promise(folder: Path, db: Path, tmp_path: Path):
    data_here(db, *prepared(folder, tmp_path)["city"])
    (before,) = data_here(db, "source", "--json").json["sources"]
    assert (before["every_hours"], before["freshness"]) == (None, "unknown")
    data_here(db, *prepared(folder, tmp_path)["source"])
    told = data_here(db, "source", "hotline", "--json").json
    assert told["as_of"] == "2026-03-02 00:00:00"
    delivered = told["sources"][0].pop("delivered_at")
    assert delivered == before["delivered_at"]
    assert told["sources"] == [
        {
            "source": "hotline",
            "cases": 3,
            "every_hours": 24,
            "note": "每天 8 点",
            "data_end": "2026-03-01 08:00:00",
            "lag_hours": 16.0,
            "freshness": "fresh",
        }
    ]
    assert (
        data_here(db, "source", "hotline", "--every", "12", "--json").json["sources"][0]["freshness"]
        == "late"
    )
    taken_back = data_here(db, "source", "hotline", "--every", "0", "--json").json["sources"][0]
    assert (taken_back["every_hours"], taken_back["note"]) == (None, None)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["source", "hotlin"], 1, "没有来源“hotlin”"),
        (["source", "hotlin", "--every", "24"], 1, "已有的来源：hotline"),
        (["source", "hotline", "--note", "x"], 1, "还没有约定"),
        (["source", "--every", "24"], 2, "NAME"),
        (["source", "hotline", "--every", "-1"], 2, "--every"),
    ],
)
def test_a_promise_of_nobody_is_refused(db: Path, arguments: list[str], code: int, told: str):
    done = data_here(db, *arguments)
    assert done.code == code
    assert told in done.stderr


def test_the_language_of_people_is_chosen_that_of_json_is_not(folder: Path):
    english = data_here(folder / "city.duckdb", "--lang", "en", "summary", "--by", "district")
    assert english.code == 0
    assert "合计" not in english.stdout


# --- hostile text ------------------------------------------------------------------------------------------


def test_markup_in_data_is_text_and_control_sequences_reach_no_terminal(folder: Path):
    done = data_here(folder / "city.duckdb", "rejects", "5")
    assert "[bold]不明[/bold]" in done.stdout.replace("\n", "")
    assert "\x1b" not in done.stdout
    raw = data_here(folder / "city.duckdb", "rejects", "5", "--json").json
    assert raw["shown"][0]["remedy"] == RULES[raw["shown"][0]["rule"]].remedy
    assert "怎么办" in done.stdout
    assert raw["shown"][0]["value"] == "[bold]不明[/bold]\x1b[2J"


def test_markup_in_a_file_name_is_text(folder: Path, db: Path, tmp_path: Path):
    strange = tmp_path / "[red]fälle[bold] <i>.csv"
    shutil.copy(folder / "cases.csv", strange)
    data_here(db, "import", "cases", strange, "--mapping", folder / "map.toml")
    batches = data_here(db, "status", "--json").json["batches"]
    assert batches[0]["file_name"] == strange.name
    refused = data_here(db, "import", "cases", tmp_path / "[red]no.csv", "--mapping", folder / "map.toml")
    assert refused.code == 1
    assert "[red]no.csv" in refused.stderr
    written = data_here(db, "map", strange, "--out", tmp_path / "[red]out.toml")
    assert "[red]out.toml" in written.stdout


def test_a_nul_in_a_file_is_stored_and_exported_harmlessly(db: Path, folder: Path, tmp_path: Path):
    path = write_cases(tmp_path / "nul.csv", [case(9, **at(0, 0), title="a\x00b")])
    told = data_here(db, "import", "cases", path, "--mapping", folder / "map.toml", "--json")
    assert told.code in {0, 1}, told.stderr
    if told.code == 0:
        out = tmp_path / "nul.xlsx"
        assert data_here(db, "export", "cases", "--format", "xlsx", "--out", out, "--json").code == 0


# --- refused and misused -----------------------------------------------------------------------------------


def refusals(folder: Path, tmp_path: Path) -> dict[str, tuple[list[object], str]]:
    cases, mapping = folder / "cases.csv", folder / "map.toml"
    (tmp_path / "there.csv").write_text("x")
    return {
        "no such file": (["import", "cases", tmp_path / "no.csv", "--mapping", mapping], "没有"),
        "no such mapping": (["import", "cases", cases, "--mapping", tmp_path / "no.toml"], "映射"),
        "too many rejects": (
            ["import", "cases", cases, "--mapping", mapping, "--max-reject-share", "0.1"],
            "被拒",
        ),
        "unknown batch": (["undo", "77"], "没有编号为 77 的批次"),
        "unknown area": (
            ["export", "cases", "--format", "csv", "--out", tmp_path / "o.csv", "--area", "9"],
            "没有编码为 9 的区域",
        ),
        "file exists": (["export", "cases", "--format", "csv", "--out", tmp_path / "there.csv"], "已存在"),
        "backup exists": (["backup", tmp_path / "there.csv"], "已存在"),
        "not a backup": (["restore", tmp_path / "there.csv"], "不是本产品的备份"),
        "no time zone": (["city", "--timezone", "Mars/Base"], "没有时区"),
        "no point of time": (["city", "--as-of", "gestern"], "不是统计时点"),
        "wrong field": (
            ["import", "areas", write_areas(tmp_path / "a.geojson", shapes(Level.GRID)), "--level", "grid",
             "--name", "NAME"],
            "name",
        ),
        "unwritable": (
            ["export", "cases", "--format", "csv", "--out", tmp_path / "there.csv" / "o.csv"],
            "there.csv",
        ),
    }  # fmt: skip


REFUSALS = (
    "no such file",
    "no such mapping",
    "too many rejects",
    "unknown batch",
    "unknown area",
    "file exists",
    "backup exists",
    "not a backup",
    "no time zone",
    "no point of time",
    "wrong field",
    "unwritable",
)


@pytest.mark.parametrize("what", REFUSALS)
def test_a_refusal_is_exit_1_with_a_message(folder: Path, db: Path, tmp_path: Path, what: str):
    before = db.read_bytes()
    arguments, word = refusals(folder, tmp_path)[what]
    done = data_here(db, *arguments, "--json")
    assert done.code == 1, (done.stdout, done.stderr)
    assert word in done.stderr
    assert "Traceback" not in done.stderr
    assert set(done.json) == {"error"}
    assert done.json["error"]["message"] in done.stderr
    assert db.read_bytes() == before or what == "too many rejects"


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["import", "cases"],
        ["import", "cases", "x.csv"],
        ["import", "areas", "x", "--level", "village", "--name", "n"],
        ["undo", "viele"],
        ["summary", "--by", "galaxy"],
        ["export", "cases", "--format", "pdf", "--out", "x"],
        ["export", "cases", "--format", "csv", "--out", "x", "--from", "gestern"],
        ["import", "cases", "x.csv", "--mapping", "m", "--max-reject-share", "2"],
        ["demo", "--scale", "galaxy"],
        ["--lang", "fr", "status"],
    ],
)
def test_a_misuse_is_exit_2_and_touches_nothing(tmp_path: Path, arguments: list[str]):
    done = data_here(tmp_path / "new.duckdb", *arguments)
    assert done.code == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_looking_at_a_database_that_is_not_there_makes_none(tmp_path: Path):
    done = data_here(tmp_path / "typo.duckdb", "status", "--json")
    assert (done.code, list(tmp_path.iterdir())) == (1, [])


def test_a_process_ends_with_the_same_codes(folder: Path, tmp_path: Path):
    assert data(tmp_path / "new.duckdb", "nonsense").code == 2
    done = data(folder / "city.duckdb", "undo", "77", "--json")
    assert (done.code, done.json["error"]["kind"]) == (1, "NotFound")


# --- round trips -------------------------------------------------------------------------------------------


def test_rejects_are_corrected_and_imported_again(folder: Path, db: Path, tmp_path: Path):
    out = tmp_path / "rejects.csv"
    assert data_here(db, "rejects", "5", "--out", out, "--json").json["rows"] == 1
    corrected = tmp_path / "corrected.csv"
    text = out.read_text(encoding="utf-8-sig")
    corrected.write_text(text.replace("[bold]不明[/bold]\x1b[2J", "handling"), encoding="utf-8")
    told = data_here(db, "import", "cases", corrected, "--mapping", folder / "map.toml", "--json").json
    assert (told["read"], told["inserted"], told["rejected"]) == (1, 1, 0)
    assert data_here(db, "status", "--json").json["contents"]["cases"] == 4


def test_an_export_says_what_it_is(db: Path, tmp_path: Path):
    out = tmp_path / "out.csv"
    data_here(db, "city", "--name", "江北", "--timezone", "Asia/Shanghai")
    told = data_here(
        db,
        "export",
        "cases",
        "--format",
        "csv",
        "--out",
        out,
        "--area",
        COMMUNITIES[0],
        "--from",
        "2026-01-01",
    )
    assert told.code == 0, told.stderr
    about = json.loads((tmp_path / "out.csv.about.json").read_text(encoding="utf-8"))
    expected = {
        "city": "江北",
        "rows": 1,
        "times": "local",
        "timezone": "Asia/Shanghai",
        "coordinates": "WGS-84，小数 7 位",
    }
    assert {name: about[name] for name in expected} == expected
    assert about["filter"] == {"from": "2026-01-01", "area": COMMUNITIES[0]}


def test_the_database_may_come_from_the_environment(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ONEGRID_DB", str(folder / "city.duckdb"))
    done = CliRunner().invoke(app, ["status", "--json"])
    assert Outcome(done.exit_code, done.stdout, done.stderr).json["contents"]["cases"] == 3


# --- what a first-time operator runs into ------------------------------------------------------------------


def test_a_proposed_mapping_overwrites_nothing(folder: Path, db: Path, tmp_path: Path):
    mine = tmp_path / "mine.toml"
    mine.write_text("corrected by hand", encoding="utf-8")
    done = data_here(db, "map", folder / "cases.csv", "--out", mine)
    assert done.code == 1
    assert mine.read_text(encoding="utf-8") == "corrected by hand"


def test_a_proposed_mapping_is_in_the_time_zone_of_the_city(folder: Path, db: Path, tmp_path: Path):
    data_here(db, "city", "--timezone", "America/New_York")
    told = data_here(db, "map", folder / "cases.csv", "--json").json["mapping"]
    assert 'timezone = "America/New_York"' in told
    without = data_here(tmp_path / "none.duckdb", "map", folder / "cases.csv", "--json").json["mapping"]
    assert 'timezone = "Asia/Shanghai"' in without


@pytest.mark.parametrize("option", ["--state", "--category", "--channel"])
def test_a_filter_on_a_value_that_no_case_has_is_refused_with_the_values(folder: Path, db: Path, option: str):
    done = data_here(db, "figures", option, "Open", "--json")
    assert done.code == 1
    assert "Open" in done.json["error"]["message"]
    known = data_here(db, "figures", "--state", "handling", "--json")
    assert known.code == 0


def test_a_refused_first_import_leaves_no_database(folder: Path, tmp_path: Path):
    db = tmp_path / "new.duckdb"
    write_areas(tmp_path / "areas.geojson", shapes(Level.COMMUNITY))
    done = data_here(
        db, "import", "areas", tmp_path / "areas.geojson", "--level", "community", "--name", "nobody"
    )
    assert done.code == 1
    assert list(tmp_path.glob("new*")) == []


def test_rejected_rows_are_named_with_what_to_type(folder: Path, db: Path):
    words = ("import", "cases", folder / "cases.csv", "--mapping", folder / "map.toml")
    told = data_here(db, *words, "--json").json
    assert told["rejected_by_rule"] == {"unknown_state": 1}
    assert f"python -m data rejects {told['batch'] + 1}" in data_here(db, *words).stdout


def test_another_time_zone_in_the_mapping_is_a_finding(folder: Path, db: Path, tmp_path: Path):
    data_here(db, "city", "--timezone", "America/New_York")
    told = data_here(
        db, "import", "cases", folder / "cases.csv", "--mapping", folder / "map.toml", "--json"
    ).json
    found = [finding for finding in told["findings"] if finding["rule"] == "timezone_differs"]
    assert found == [
        {"rule": "timezone_differs", "rows": 0, "mapping": "Asia/Shanghai", "city": "America/New_York"}
    ]


def test_names_that_no_area_carries_are_shown(db: Path, folder: Path, tmp_path: Path):
    mapping = tmp_path / "named.toml"
    mapping.write_text(MAPPING, encoding="utf-8")
    rows = [case(f"n{n}", area="无此社区") for n in range(3)] + [case("m", area="也没有")]
    write_cases(tmp_path / "named.csv", rows)
    told = data_here(db, "import", "cases", tmp_path / "named.csv", "--mapping", mapping, "--json").json
    found = [finding for finding in told["findings"] if finding["rule"] == "unknown_name"]
    assert [(one["rows"], one["values"]) for one in found] == [(4, {"无此社区": 3, "也没有": 1})]


def test_a_setting_that_cannot_be_is_named(monkeypatch: pytest.MonkeyPatch, db: Path):
    monkeypatch.setenv("ONEGRID_LANGUAGE", "fr")
    done = data_here(db, "status")
    assert done.code == 1
    assert "ONEGRID_LANGUAGE='fr'" in done.stderr

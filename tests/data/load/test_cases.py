"""Loading cases: who is new, who is newer, where everybody is, and that every row is accounted for."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.store import Store
from domain.errors import Cancelled, InputRefused
from domain.settings import Settings
from domain.vocabulary import AreaSource, Level, LocationStatus
from tests.support.small_city import (
    COMMUNITIES,
    DISTRICT,
    MAPPING,
    at,
    case,
    contents,
    import_areas,
    import_cases,
    one,
    rows,
    shapes,
    undo_batch,
    without,
    write_areas,
    write_cases,
)

FILE = "cases.csv"


def load(store: Store, folder: Path, *cases: dict, mapping: str = MAPPING, **options) -> dict:
    return import_cases(store, write_cases(folder / FILE, cases), mapping, **options)


def counted(report: dict) -> tuple[int, ...]:
    return tuple(
        report[name] for name in ("read", "accepted", "rejected", "inserted", "updated", "unchanged")
    )


def findings(report: dict) -> dict[str, int]:
    return {finding["rule"]: finding["rows"] for finding in report["findings"]}


def events(store: Store) -> list[tuple]:
    return rows(
        store,
        "select c.source_case_id, e.kind, e.batch_id, e.fields from case_event as e"
        " join cases as c using (case_id) order by e.event_id",
    )


# --- new, newer, same, older ---------------------------------------------------------------------------------


def test_insert_then_the_same_then_one_changed(city: Store, tmp_path: Path):
    first = [case(1, **at(0, 0), title="路灯不亮"), case(2, **at(3, 3), title="占道")]
    assert counted(load(city, tmp_path, *first)) == (2, 2, 0, 2, 0, 0)
    before = dict(contents(city))
    assert counted(load(city, tmp_path, *first)) == (2, 2, 0, 0, 0, 2)
    after = dict(contents(city))
    written = {name for name in before if before[name] != after[name]}
    assert written == {"audit", "batch_source", "import_batch", "source_end", "subject_version"}
    bumped = set(after["subject_version"]) - set(before["subject_version"])
    assert [subject for subject, _version in bumped] == ["imports"]
    changed = [first[0], dict(first[1], title="占道经营", state="handling")]
    assert counted(load(city, tmp_path, *changed)) == (2, 2, 0, 0, 1, 1)
    stored = rows(city, "select source_case_id, title, state, row_version, batch_id from cases order by 1")
    assert stored == [("1", "路灯不亮", "reported", 1, 5), ("2", "占道经营", "handling", 2, 7)]
    assert rows(city, "select source_case_id, title, replaced_by_batch from case_history") == [
        ("2", "占道", 7)
    ]
    assert one(city, "select count(distinct case_id) from cases") == 2


def test_every_import_tells_in_an_event_what_it_set(city: Store, tmp_path: Path):
    load(city, tmp_path, case(1, title="一"), mapping=without(MAPPING, "tel", "name"))
    load(city, tmp_path, case(1, title="二", tel="1"))
    load(city, tmp_path, case(1, title="二", tel="1"))
    told = events(city)
    assert [(number, kind, batch) for number, kind, batch, _fields in told] == [
        ("1", "imported", 5),
        ("1", "imported", 6),
    ]
    assert set(told[0][3].split(",")) >= {"title", "state", "reported_at", "lon", "area_code"}
    assert "phone" not in told[0][3]
    # an update names what it changed, never the values
    assert told[1][3] == "title,phone"


@pytest.mark.parametrize(
    ("stored", "given", "title", "verdict"),
    [
        # the file's own time of change decides, whatever comes later
        ("2026-03-02 10:00", "2026-03-02 09:59", "old", "older"),
        ("2026-03-02 10:00", "2026-03-02 10:01", "new", "update"),
        # the same time and another text: the later batch
        ("2026-03-02 10:00", "2026-03-02 10:00", "new", "update"),
        # without a time of change the later batch is newer
        ("", "", "new", "update"),
        ("2026-03-02 10:00", "", "new", "update"),
        ("", "2026-03-02 10:00", "new", "update"),
    ],
)
def test_which_row_is_newer(city: Store, tmp_path: Path, stored, given, title, verdict):
    load(city, tmp_path, case(1, title="old", updated=stored))
    report = load(city, tmp_path, case(1, title="new", updated=given))
    assert one(city, "select title from cases") == title
    assert report["updated"] == (verdict == "update")
    assert findings(report) == ({"older_than_stored": 1} if verdict == "older" else {})


def test_a_case_of_the_ledger_is_never_overwritten(city: Store, tmp_path: Path):
    load(city, tmp_path, case(1, state="reported"))
    rows(city, "update cases set managed_by = 'ledger', state = 'dispatched' returning 1")
    report = load(city, tmp_path, case(1, state="closed", closed="2026-03-02 08:00"))
    assert findings(report) == {"state_conflict": 1}
    assert (report["unchanged"], one(city, "select state from cases")) == (1, "dispatched")
    # what agrees with the ledger is no conflict
    assert findings(load(city, tmp_path, case(1, state="dispatched"))) == {}


def test_one_number_in_two_sources_is_two_cases(city: Store, tmp_path: Path):
    load(city, tmp_path, case(1))
    other = MAPPING.replace('source = "hotline"', 'source = "patrol"')
    assert load(city, tmp_path, case(1), mapping=other)["inserted"] == 1
    assert one(city, "select count(*) from cases") == 2


# --- rows under one number in one file -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "expected", "stored"),
    [
        # a repeat is taken once; the rival is rejected, the first stays
        ("reject", (4, 3, 1, 2, 0, 1), [("1", "a"), ("2", "c")]),
        # kept apart under a number of its own, in the order of report
        ("keep_apart", (4, 4, 0, 3, 0, 1), [("1", "a"), ("1#2", "b"), ("2", "c")]),
        # the newer one stands for both
        ("last", (4, 4, 0, 2, 0, 2), [("1", "b"), ("2", "c")]),
    ],
)
def test_rivals_follow_the_declared_policy(city: Store, tmp_path: Path, policy, expected, stored):
    file = [
        case(1, title="a", updated="2026-03-01 09:00"),
        case(1, title="b", updated="2026-03-01 10:00", reported="2026-03-01 08:30:00"),
        case(2, title="c"),
        case(2, title="c"),
    ]
    mapping = MAPPING.replace("[case.columns]", f'duplicate_policy = "{policy}"\n\n[case.columns]')
    report = load(city, tmp_path, *file, mapping=mapping)
    assert counted(report) == expected
    assert rows(city, "select source_case_id, title from cases order by 1") == stored
    again = load(city, tmp_path, *file, mapping=mapping)
    assert (again["inserted"], again["updated"]) == (0, 0)


# --- where a case is -----------------------------------------------------------------------------------------


WEST_POINT = at(0, 0)  # in COMMUNITIES[0]
EDGE = {"lon": 120.01, "lat": 30.005}  # between the first two grids


@pytest.mark.parametrize(
    ("row", "prefer", "source", "status", "code", "rules"),
    [
        (WEST_POINT, "point", "point", "inside", f"{COMMUNITIES[0]}001", {}),
        # on an edge: the lower code
        (EDGE, "point", "point", "on_edge", f"{COMMUNITIES[0]}001", {}),
        ({"code": COMMUNITIES[2]}, "point", "code", "no_location", COMMUNITIES[2], {}),
        ({"area": "北园社区"}, "point", "name", "no_location", COMMUNITIES[1], {}),
        # a name that stands twice places nothing, with its street it does
        ({"area": "南园社区"}, "point", "none", "no_location", None, {"ambiguous_name": 1}),
        ({"area": "柳岸街道/南园社区"}, "point", "name", "no_location", COMMUNITIES[3], {}),
        ({"area": "无此社区"}, "point", "none", "no_location", None, {"unknown_name": 1}),
        ({"code": "999"}, "point", "none", "no_location", None, {"unknown_code": 1}),
        ({}, "point", "none", "no_location", None, {}),
        # a point outside everything: the row's own code, else nothing
        ({"lon": 121, "lat": 31, "code": COMMUNITIES[1]}, "point", "code", "outside", COMMUNITIES[1], {}),
        ({"lon": 121, "lat": 31}, "point", "none", "outside", None, {}),
        # point and code contradict each other: the mapping decides, and it is said
        (
            {**WEST_POINT, "code": COMMUNITIES[2]},
            "point",
            "point",
            "inside",
            f"{COMMUNITIES[0]}001",
            {"code_mismatch": 1},
        ),
        (
            {**WEST_POINT, "code": COMMUNITIES[2]},
            "code",
            "code",
            "inside",
            COMMUNITIES[2],
            {"code_mismatch": 1},
        ),
        (
            {**WEST_POINT, "area": "东湖社区"},
            "name",
            "name",
            "inside",
            COMMUNITIES[2],
            {"name_mismatch": 1},
        ),
        # they agree: the community of the code holds the grid of the point
        ({**WEST_POINT, "code": COMMUNITIES[0]}, "point", "point", "inside", f"{COMMUNITIES[0]}001", {}),
        # the preferred one is missing: the next best
        (WEST_POINT, "code", "point", "inside", f"{COMMUNITIES[0]}001", {}),
        (
            {**WEST_POINT, "code": "999"},
            "code",
            "point",
            "inside",
            f"{COMMUNITIES[0]}001",
            {"unknown_code": 1},
        ),
    ],
)
def test_where_a_case_is(city: Store, tmp_path: Path, row, prefer, source, status, code, rules):
    mapping = MAPPING.replace("[case.columns]", f'prefer = "{prefer}"\n\n[case.columns]')
    report = load(city, tmp_path, case(1, **row), mapping=mapping)
    placed = rows(
        city,
        "select area_source, location_status, a.code from cases as c"
        " left join area as a on a.area_id = c.area_id",
    )
    assert placed == [(source, status, code)]
    assert findings(report) == rules
    assert {name: count for name, count in report["area_source"].items() if count} == {source: 1}
    assert {name: count for name, count in report["located"].items() if count} == {status: 1}


def test_an_impossible_coordinate_is_let_in_and_its_code_places_it(city: Store, tmp_path: Path):
    report = load(
        city,
        tmp_path,
        *(case(number, **at(number, number)) for number in range(4)),
        case("wrong", lon=999, lat=31, code=COMMUNITIES[1]),
    )
    assert report["located"]["invalid"] == 1
    assert findings(report) == {"impossible_lonlat": 1}
    placed = rows(
        city,
        "select lon, area_source, a.code from cases join area as a using (area_id)"
        " where source_case_id = 'wrong'",
    )
    assert placed == [(999.0, "code", COMMUNITIES[1])]


def test_a_case_carries_the_whole_path_of_its_area(city: Store, tmp_path: Path):
    load(city, tmp_path, case(1, **WEST_POINT), case(2, code=DISTRICT))
    path = rows(
        city,
        "select (select code from area where area_id = c.district_id),"
        " (select code from area where area_id = c.community_id),"
        " (select code from area where area_id = c.grid_id) from cases as c order by source_case_id",
    )
    assert path == [(DISTRICT, COMMUNITIES[0], f"{COMMUNITIES[0]}001"), (DISTRICT, None, None)]


def test_without_any_area_every_case_is_kept(tmp_path: Path):
    with Store.opened(tmp_path / "bare.duckdb") as store:
        report = load(store, tmp_path, case(1, **WEST_POINT), case(2, code=DISTRICT), case(3))
        assert counted(report) == (3, 3, 0, 3, 0, 0)
        assert report["area_source"] == {"point": 0, "code": 0, "name": 0, "none": 3}
        assert (report["located"]["outside"], report["located"]["no_location"]) == (1, 2)


def test_overlapping_grids_are_ambiguous_and_the_lower_code_has_the_case(city: Store, tmp_path: Path):
    lapping = shapes(Level.GRID)[0]
    lapping |= {"code": f"{COMMUNITIES[0]}009", "name": "重叠网格"}
    import_areas(city, write_areas(tmp_path / "l.geojson", [lapping]), Level.GRID)
    report = load(city, tmp_path, case(1, **WEST_POINT))
    assert report["located"]["ambiguous"] == 1
    assert one(city, "select a.code from cases join area as a using (area_id)") == f"{COMMUNITIES[0]}001"


# --- partial mappings ----------------------------------------------------------------------------------------


FULL = case(
    1,
    **WEST_POINT,
    title="路灯",
    channel="12345",
    category="城管",
    department="城管局",
    due="2026-03-05 08:00",
    code=COMMUNITIES[0],
    name="李四",
    tel="139",
)


@pytest.mark.parametrize(
    ("left_out", "changes", "kept"),
    [
        # only the state comes: place, texts and people stay
        (
            (
                "title",
                "channel",
                "category",
                "department",
                "due",
                "lon",
                "lat",
                "code",
                "area",
                "name",
                "tel",
            ),
            {"state": "closed", "title": "其他"},
            ("closed", "路灯", "城管", "城管局", 120.005, COMMUNITIES[0], "李四", "139"),
        ),
        # the area code comes without a point: the stored point stays and still decides
        (
            ("lon", "lat", "name", "tel"),
            {"state": "handling", "code": COMMUNITIES[2]},
            ("handling", "路灯", "城管", "城管局", 120.005, COMMUNITIES[2], "李四", "139"),
        ),
        # the phone comes without the name
        (
            ("name",),
            {"tel": "137", "name": "不该写入"},
            ("reported", "路灯", "城管", "城管局", 120.005, COMMUNITIES[0], "李四", "137"),
        ),
        # an empty cell of a mapped column empties the stored value
        (
            (),
            {"category": "", "tel": ""},
            ("reported", "路灯", None, "城管局", 120.005, COMMUNITIES[0], "李四", None),
        ),
    ],
)
def test_what_a_mapping_leaves_out_keeps_its_stored_value(
    city: Store, tmp_path: Path, left_out, changes, kept
):
    load(city, tmp_path, FULL)
    report = load(city, tmp_path, {**FULL, **changes}, mapping=without(MAPPING, *left_out))
    assert counted(report) == (1, 1, 0, 0, 1, 0)
    stored = rows(
        city,
        "select state, title, category, department, lon, given_area_code, reporter_name, phone"
        " from cases left join case_person using (case_id)",
    )
    assert stored == [kept]
    # the point still decides where the case is, and the report counts it there
    assert one(city, "select area_source from cases") == "point"
    assert report["area_source"]["point"] == 1
    assert report["located"]["inside"] == 1
    assert one(city, "select count(*) from cases where grid_id is not null") == 1


def test_a_partial_file_leaves_new_rows_without_a_place(city: Store, tmp_path: Path):
    load(city, tmp_path, FULL)
    mapping = without(MAPPING, "lon", "lat", "code", "area")
    report = load(city, tmp_path, FULL, case(2, **WEST_POINT), mapping=mapping)
    assert counted(report) == (2, 2, 0, 1, 0, 1)
    assert report["area_source"] == {"point": 1, "code": 0, "name": 0, "none": 1}


# --- rejects and personal fields -----------------------------------------------------------------------------


def test_rejected_rows_are_kept_with_number_rule_and_value(city: Store, tmp_path: Path):
    report = load(
        city,
        tmp_path,
        case(1),
        case("", title="无编号"),
        case(3, reported="昨天", tel="13900000000"),
        case(4, state="不明"),
        case(5, lon="东经", lat="30"),
    )
    assert counted(report) == (5, 1, 4, 1, 0, 0)
    kept = rows(city, "select row_number, rule, field, value from reject order by row_number")
    assert kept == [
        (3, "missing_id", "no", None),
        (4, "bad_date", "reported", "昨天"),
        (5, "unknown_state", "state", "不明"),
        (6, "bad_number", "lon", "东经"),
    ]
    public = "".join(text for (text,) in rows(city, "select raw from reject"))
    private = "".join(text for (text,) in rows(city, "select raw_private from reject"))
    assert "13900000000" not in public
    assert "13900000000" in private


def test_personal_fields_live_in_case_person_only(city: Store, tmp_path: Path):
    load(city, tmp_path, case(1, name="欧阳某", tel="13712345678"), case(2))
    secrets = ("欧阳某", "13712345678")
    holders = {name for name, table in contents(city) if any(secret in repr(table) for secret in secrets)}
    assert holders == {"case_person"}
    # a case without personal fields has no row there
    assert one(city, "select count(*) from case_person") == 1


def test_too_many_rejects_write_nothing(city: Store, tmp_path: Path):
    before = dict(contents(city))
    file = [case(1), case(2), case(3, reported="?"), case(4)]
    with pytest.raises(InputRefused, match=r"4 行里有 1 行被拒（25.0%），超过允许的 20.0%"):
        load(city, tmp_path, *file, max_reject_share=0.2)
    assert dict(contents(city)) == before
    assert load(city, tmp_path, *file, max_reject_share=0.25)["rejected"] == 1


def test_nothing_of_the_staging_stays(city: Store, tmp_path: Path):
    load(city, tmp_path, case(1, **WEST_POINT, code=COMMUNITIES[0], area="北园社区"))
    assert rows(city, "select table_name from duckdb_tables() where temporary") == []
    assert rows(city, "select view_name from duckdb_views() where not internal and temporary") == []


def test_a_cancelled_import_writes_nothing(city: Store, tmp_path: Path):
    """Called off at its last step, after everything stands in the transaction."""
    steps: list[str] = []

    def stop_at_the_end(stage: str, done: int, total: int | None) -> None:
        steps.append(stage)
        if stage == "writing" and total:
            raise Cancelled("stop")

    before = dict(contents(city))
    with pytest.raises(Cancelled):
        load(city, tmp_path, case(1, **WEST_POINT), progress=stop_at_the_end)
    assert steps[-1] == "writing"
    assert dict(contents(city)) == before


# --- adding up -----------------------------------------------------------------------------------------------


NUMBER = st.sampled_from(["1", "2", "3", "4", ""])
PLACE = st.sampled_from(
    [
        {},
        WEST_POINT,
        EDGE,
        {"lon": "121", "lat": "31"},
        {"lon": "0", "lat": "0"},
        {"lon": "120.005", "lat": ""},
        {"lon": "999", "lat": "31"},
        {"lon": "?", "lat": "30"},
        {"code": COMMUNITIES[1]},
        {"code": "999"},
        {"area": "南园社区"},
        {"area": "北园社区", **WEST_POINT},
    ]
)
ROW = st.builds(
    lambda number, place, state, reported, title, updated: case(
        number,
        **place,
        state=state,
        title=title,
        updated=updated,
        **({"reported": reported} if reported else {}),
    ),
    NUMBER,
    PLACE,
    st.sampled_from(["reported", "closed", "closed", "？"]),
    st.sampled_from(["", "", "2026-02-01 10:00", "never"]),
    st.sampled_from(["a", "b", '路灯,"坏"\n了']),
    st.sampled_from(["", "2026-03-01 10:00", "2026-03-02 10:00"]),
)


FILLING = [case(f"filling-{number}", **at(number, 3 - number)) for number in range(4)]
"""Good rows in every file: one that is wrong as a whole is refused, which is another test."""


@settings(max_examples=15)
@given(
    files=st.lists(st.lists(ROW, max_size=8), min_size=1, max_size=2),
    policy=st.sampled_from(["reject", "keep_apart", "last"]),
    prefer=st.sampled_from(["point", "code", "name"]),
)
def test_every_row_is_accounted_for(
    tmp_path_factory, small_city_db: Path, files: list[list[dict]], policy: str, prefer: str
):
    """read = accepted + rejected; accepted = inserted + updated + unchanged = Σ area_source = Σ located."""
    folder = tmp_path_factory.mktemp("sums")
    mapping = MAPPING.replace(
        "[case.columns]", f'prefer = "{prefer}"\nduplicate_policy = "{policy}"\n\n[case.columns]'
    )
    db = Path(shutil.copy(small_city_db, folder / "x.duckdb"))
    with Store.opened(db, Settings(threads=1)) as store:
        stored = 0
        for number, drawn in enumerate(files):
            file = FILLING + drawn
            path = write_cases(folder / f"{number}.csv", file)
            report = import_cases(store, path, mapping)
            assert report["read"] == len(file) == report["accepted"] + report["rejected"]
            parts = [report[name] for name in ("inserted", "updated", "unchanged")]
            assert sum(parts) == report["accepted"]
            assert set(report["area_source"]) == set(AreaSource)
            assert set(report["located"]) == set(LocationStatus)
            assert sum(report["area_source"].values()) == report["accepted"]
            assert sum(report["located"].values()) == report["accepted"]
            stored += report["inserted"]
            assert one(store, "select count(*) from cases") == stored
            assert one(store, "select count(distinct (source, source_case_id)) from cases") == stored
            again = import_cases(store, path, mapping)
            assert (again["inserted"], again["updated"]) == (0, 0)
        for (batch,) in rows(store, "select batch_id from import_batch where kind = 'cases' order by 1 desc"):
            undo_batch(store, batch)
        for table in ("cases", "case_event", "case_person", "case_history", "case_person_history"):
            kept = one(store, f"select count(*) from {table} where true")
            assert (table, kept) == (table, 0)

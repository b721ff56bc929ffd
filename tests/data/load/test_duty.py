"""Loading posts on duty: which area a row means, versions by code, undo, and what follows when areas change."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.ingest.duty import read_duty
from data.ingest.places import read_points
from data.ingest.raw_rows import export_rejects
from data.load.batch import SourceFile
from data.load.duty import load_duty
from data.load.features import load_features
from data.load.relocate import relocate
from data.load.undo import batch_rejects
from data.store import Store
from domain.actor import OPERATOR
from domain.errors import InputRefused
from domain.settings import Settings
from domain.vocabulary import ImportKind, Level, Subject
from tests.support.small_city import (
    COMMUNITIES,
    EAST_STREET,
    actor,
    contents,
    import_areas,
    one,
    rows,
    shapes,
    undo_batch,
    write_areas,
)

COLUMNS = (
    "code",
    "area_code",
    "area_name",
    "area_level",
    "post",
    "unit",
    "headcount",
    "shift",
    "contact",
    "point_code",
    "tier",
    "embedded_as",
)
GRID = f"{COMMUNITIES[0]}001"


def load(store: Store, folder: Path, *lines: dict[str, object], **options: Any) -> dict[str, Any]:
    path = folder / "duty.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(lines)
    with store.writing(OPERATOR) as writing:
        return load_duty(writing, read_duty(path), SourceFile.of(ImportKind.DUTY, path), **options)


def post(area: str = GRID, **values: object) -> dict[str, object]:
    return {"area_code": area, "post": "网格长", **values}


def counted(report: dict[str, Any]) -> tuple[int, ...]:
    return tuple(
        report[name] for name in ("read", "accepted", "rejected", "inserted", "updated", "unchanged")
    )


def version(store: Store) -> int:
    with store.writing(OPERATOR) as writer:
        return writer.version(Subject.DUTY)


# --- which area a row means ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"area_code": GRID}, ("code", GRID, "grid", True)),
        # as a spreadsheet may have it
        ({"area_code": f" {COMMUNITIES[1]}.0"}, ("code", COMMUNITIES[1], "community", False)),
        ({"area_name": "北园社区"}, ("name", COMMUNITIES[1], "community", False)),
        # a name that stands twice needs those above it
        ({"area_name": "柳岸街道/南园社区"}, ("name", COMMUNITIES[3], "community", False)),
        ({"area_name": "柳岸街道", "area_level": "street"}, ("name", EAST_STREET, "street", False)),
        # the code decides; the name is only asked where there is none
        ({"area_code": GRID, "area_name": "没有此区"}, ("code", GRID, "grid", True)),
    ],
)
def test_a_row_finds_its_area(city: Store, tmp_path: Path, row: dict, expected: tuple):
    report = load(city, tmp_path, {"post": "网格长", **row})
    assert counted(report) == (1, 1, 0, 1, 0, 0)
    assert report["area_source"] == {"code": 0, "name": 0, expected[0]: 1}
    assert rows(
        city,
        "select d.area_source, a.code, d.area_level, d.grid_id is not null from duty as d"
        " join area as a on a.area_id = d.area_id and a.level = d.area_level"
        " and (a.city_id, a.district_id, a.street_id, a.community_id, a.grid_id)"
        " is not distinct from (d.city_id, d.district_id, d.street_id, d.community_id, d.grid_id)",
    ) == [expected]


@pytest.mark.parametrize(
    ("row", "rule", "field", "value"),
    [
        ({"area_code": "330102009001"}, "unknown_area", "area_code", "330102009001"),
        # the code exists, but not at this level
        ({"area_code": GRID, "area_level": "community"}, "unknown_area", "area_code", GRID),
        # an unknown code is not made good by a known name
        ({"area_code": "9", "area_name": "北园社区"}, "unknown_area", "area_code", "9"),
        ({"area_name": "没有此区"}, "unknown_area", "area_name", "没有此区"),
        ({"area_name": "北园社区", "area_level": "street"}, "unknown_area", "area_name", "北园社区"),
        ({"area_name": "南园社区"}, "ambiguous_area", "area_name", "南园社区"),
    ],
)
def test_a_row_without_an_area_is_kept_out(
    city: Store, tmp_path: Path, row: dict, rule: str, field: str, value: str
):
    report = load(city, tmp_path, {"post": "网格长", **row}, post())
    assert counted(report) == (2, 1, 1, 1, 0, 0)
    assert report["rejected_by_rule"] == {rule: 1}
    assert rows(city, "select row_number, rule, field, value from reject") == [(2, rule, field, value)]


def test_corrected_rejects_are_taken_with_the_same_mapping(city: Store, tmp_path: Path):
    report = load(city, tmp_path, post("42", headcount=2), post())
    with city.writing(OPERATOR) as writer:
        rejects = batch_rejects(writer, report["batch"]).to_pylist()
    path = tmp_path / "rejects.csv"
    export_rejects(rejects, path)
    mended = path.read_text(encoding="utf-8-sig").replace(",42,", f",{COMMUNITIES[2]},")
    path.write_text(mended, encoding="utf-8")
    with city.writing(OPERATOR) as writer:
        again = load_duty(writer, read_duty(path), SourceFile.of(ImportKind.DUTY, path))
    assert counted(again) == (1, 1, 0, 1, 0, 0)
    assert rows(city, "select area_code, headcount from duty order by duty_id") == [
        (GRID, 1),
        (COMMUNITIES[2], 2),
    ]


def test_too_many_rejects_write_nothing(city: Store, tmp_path: Path):
    before = dict(contents(city))
    with pytest.raises(InputRefused, match="2 行里有 1 行被拒"):
        load(city, tmp_path, post("42"), post(), max_reject_share=0.4)
    assert dict(contents(city)) == before


# --- codes and versions --------------------------------------------------------------------------------------


def test_the_same_file_twice_changes_nothing(city: Store, tmp_path: Path):
    file = [post(unit="南园居委会", shift="全天", contact="8800", headcount=2), post(COMMUNITIES[0])]
    assert counted(load(city, tmp_path, *file)) == (2, 2, 0, 2, 0, 0)
    before, seen = dict(contents(city)), version(city)
    assert counted(load(city, tmp_path, *file)) == (2, 2, 0, 0, 0, 2)
    after = dict(contents(city))
    assert {name for name in before if before[name] != after[name]} <= {
        "import_batch",
        "audit",
        "subject_version",
    }
    assert version(city) == seen


def test_a_made_code_is_that_of_area_post_unit_and_shift(city: Store, tmp_path: Path):
    load(city, tmp_path, {"area_name": "北园社区", "post": "社区民警", "unit": "城北派出所", "headcount": 1})
    code = one(city, "select code from duty")
    assert code.startswith("D")
    assert len(code) == 13
    # told by code instead of name, written a little differently, with another number of people: the same post
    report = load(
        city, tmp_path, post(COMMUNITIES[1], post="社区 民警", unit="城北派出所 ", headcount=2, contact="8")
    )
    assert counted(report) == (1, 1, 0, 0, 1, 0)
    assert rows(city, "select code, headcount, contact, valid_to is null from duty order by valid_from") == [
        (code, 1, None, False),
        (code, 2, "8", True),
    ]
    # another shift is another post
    assert load(city, tmp_path, post(COMMUNITIES[1], post="社区民警", shift="夜班"))["inserted"] == 1


def test_a_row_keeps_its_versions_by_its_own_code(city: Store, tmp_path: Path):
    load(city, tmp_path, post(code="Z1"), post(COMMUNITIES[0], code="Z2"))
    seen = version(city)
    report = load(city, tmp_path, post(COMMUNITIES[3], code="Z1"), post(COMMUNITIES[1], code="Z3"))
    # Z2 is not in the second file and stays
    assert counted(report) == (2, 2, 0, 1, 1, 0)
    assert version(city) == seen + 1
    history = rows(
        city, "select area_code, valid_to is null, count(distinct duty_id) over () from duty where code = 'Z1'"
        " order by valid_from, valid_to nulls last",
    )  # fmt: skip
    assert history == [(GRID, False, 1), (COMMUNITIES[3], True, 1)]
    assert one(city, "select count(*) from duty where valid_to is null") == 3


@pytest.mark.parametrize(
    ("second", "rule", "field"),
    [
        (post(code="Z1", post="民警"), "duplicate_code", "code"),
        (post(COMMUNITIES[0], headcount=5), "duplicate_duty", "post"),
    ],
)
def test_what_stands_twice_is_taken_once(city: Store, tmp_path: Path, second: dict, rule: str, field: str):
    report = load(city, tmp_path, post(code="Z1"), post(COMMUNITIES[0]), second)
    assert counted(report) == (3, 2, 1, 2, 0, 0)
    assert rows(city, "select row_number, rule, field from reject") == [(4, rule, field)]


def test_a_double_of_a_rejected_row_is_no_double(city: Store, tmp_path: Path):
    report = load(city, tmp_path, post("42", code="Z1"), post(code="Z1"))
    assert report["rejected_by_rule"] == {"unknown_area": 1}
    assert report["inserted"] == 1


# --- undo, and areas that change -----------------------------------------------------------------------------


def test_undo_takes_what_came_and_puts_back_what_was(city: Store, tmp_path: Path):
    first = load(city, tmp_path, post(code="Z1", headcount=1))["batch"]
    second = load(city, tmp_path, post(code="Z1", headcount=3), post(COMMUNITIES[0], code="Z2"))["batch"]
    with pytest.raises(InputRefused, match=f"已被批次 {second} 改过"):
        undo_batch(city, first)
    done = undo_batch(city, second)
    assert (done["kind"], done["removed"], done["restored"]) == ("duty", 1, 1)
    assert rows(city, "select code, headcount, valid_to, closed_by_batch from duty") == [
        ("Z1", 1, None, None)
    ]
    undo_batch(city, first)
    assert one(city, "select count(*) from duty") == 0
    with pytest.raises(InputRefused, match="已经撤销过"):
        undo_batch(city, first)


def placed(store: Store) -> list[tuple[Any, ...]]:
    return rows(
        store,
        "select d.code, d.area_code, d.area_source, a.code, d.grid_id from duty as d"
        " left join area as a on a.area_id = d.area_id and a.valid_to is null"
        " where d.valid_to is null order by 1",
    )


def test_a_post_loses_its_place_with_its_area_and_finds_it_again(city: Store, tmp_path: Path):
    extra = shapes(Level.GRID)[0] | {"code": "330102001001009", "name": "新网格"}
    file = write_areas(tmp_path / "extra.geojson", [extra])
    batch = import_areas(city, file, Level.GRID)["batch"]
    load(city, tmp_path, {"area_name": "新网格", "post": "网格长", "code": "Z1"}, post(code="Z2"))
    seen = version(city)
    undo_batch(city, batch)
    grid = one(city, f"select area_id from area where code = '{GRID}' and valid_to is null")
    assert placed(city) == [
        ("Z1", "330102001001009", "none", None, None),
        ("Z2", GRID, "code", GRID, grid),
    ]
    assert version(city) == seen + 1
    # only who sees everything still sees it
    with city.session(actor(COMMUNITIES[0])) as session:
        assert session.rows("select code from visible_duty") == [("Z2",)]
    import_areas(city, file, Level.GRID)
    with city.writing(OPERATOR) as writer:
        relocate(writer)
    back = one(city, "select area_id from area where code = '330102001001009' and valid_to is null")
    assert placed(city)[0] == ("Z1", "330102001001009", "code", "330102001001009", back)


def test_undoing_a_later_roster_does_not_bring_back_an_area_that_is_gone(city: Store, tmp_path: Path):
    extra = shapes(Level.GRID)[0] | {"code": "330102001001009", "name": "新网格"}
    areas = import_areas(city, write_areas(tmp_path / "extra.geojson", [extra]), Level.GRID)["batch"]
    load(city, tmp_path, post("330102001001009", code="Z1"))
    later = load(city, tmp_path, post(code="Z1"))["batch"]
    undo_batch(city, areas)
    undo_batch(city, later)
    assert placed(city) == [("Z1", "330102001001009", "none", None, None)]


def test_paths_follow_the_parents(city: Store, tmp_path: Path):
    load(city, tmp_path, post(code="Z1"))
    seen = version(city)
    moved = [dict(area, parent=EAST_STREET) for area in shapes(Level.COMMUNITY)[:1]]
    import_areas(city, write_areas(tmp_path / "moved.geojson", moved), Level.COMMUNITY)
    assert rows(
        city, "select a.code from duty as d join area as a on a.area_id = d.street_id and a.valid_to is null"
    ) == [(EAST_STREET,)]
    assert version(city) == seen + 1


@settings(max_examples=40)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "code": st.sampled_from(["", "Z1", "Z2"]),
                "area_code": st.sampled_from(["", GRID, COMMUNITIES[0], "42"]),
                "area_name": st.sampled_from(["", "北园社区", "南园社区", "没有此区"]),
                "area_level": st.sampled_from(["", "grid", "community", "小组"]),
                "post": st.sampled_from(["", "网格长", "民警"]),
                "headcount": st.sampled_from(["", "0", "1", "7", "x"]),
            }
        ),
        max_size=12,
    )
)
def test_every_row_is_accounted_for(
    small_city_db: Path, tmp_path_factory: pytest.TempPathFactory, lines: list[dict[str, object]]
):
    folder = tmp_path_factory.mktemp("duty")
    copy = folder / "city.duckdb"
    copy.write_bytes(small_city_db.read_bytes())
    with Store.opened(copy, Settings()) as store:
        first = load(store, folder, *lines)
        read, accepted, rejected, inserted, updated, unchanged = counted(first)
        assert read == accepted + rejected == len([line for line in lines if any(line.values())])
        assert accepted == inserted == sum(first["area_source"].values())
        assert (updated, unchanged) == (0, 0)
        assert one(store, "select count(*) from duty where headcount < 1 or area_id is null") == 0
        assert counted(load(store, folder, *lines)) == (read, accepted, rejected, 0, 0, accepted)
        undo_batch(store, first["batch"])
        assert one(store, "select count(*) from duty") == 0


# --- where a post is stationed, and which office it holds beside ----------------------------------------------


def test_police_of_a_community_and_its_blank(city: Store, tmp_path: Path):
    officer: dict[str, object] = {"area_code": COMMUNITIES[0], "post": "社区民警", "tier": "社区民警"}
    report = load(
        city,
        tmp_path,
        officer | {"embedded_as": "社区党委副书记"},
        officer | {"area_code": GRID, "post": "辅警", "tier": "警务助理", "embedded_as": "—"},
        officer | {"area_code": EAST_STREET, "post": "派出所所长", "tier": "station_chief"},
        post(tier="志愿者"),
    )
    assert counted(report) == (4, 4, 0, 4, 0, 0)
    assert [(f["rule"], f["rows"], f["field"]) for f in report["findings"]] == [("emptied_value", 1, "tier")]
    assert rows(city, "select post, tier, embedded_as from duty order by duty_id") == [
        ("社区民警", "community_police", "社区党委副书记"),
        ("辅警", "auxiliary", None),
        ("派出所所长", "station_chief", None),
        ("网格长", None, None),
    ]
    again = load(city, tmp_path, officer | {"embedded_as": "社区党委兼职委员"})
    assert counted(again) == (1, 1, 0, 0, 1, 0)


def test_a_point_that_is_not_known_is_reported_and_kept(city: Store, tmp_path: Path):
    path = tmp_path / "points.csv"
    path.write_text("code,name,kind\nP1,甲警务室,police_room\n", encoding="utf-8")
    with city.writing(OPERATOR) as writer:
        load_features(writer, read_points(path), SourceFile.of(ImportKind.POINTS, path))
    report = load(city, tmp_path, post(point_code="P1"), post(point_code="P2"), post())
    # two people of one post at two points are two rows
    assert counted(report) == (3, 3, 0, 3, 0, 0)
    assert report["findings"] == [{"rule": "unknown_point", "rows": 1, "sample_rows": [3]}]
    assert rows(city, "select point_code from duty order by duty_id") == [("P1",), ("P2",), (None,)]
    moved = load(city, tmp_path, post(point_code="P1", code="D1"))
    assert counted(moved) == (1, 1, 0, 1, 0, 0)

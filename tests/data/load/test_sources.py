"""What a source promises, how far its data reach, and when it last delivered."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from data.load.sources import set_promise
from data.store import Store
from domain.actor import OPERATOR
from domain.errors import InputRefused, NotFound
from domain.settings import Settings
from tests.support.small_city import MAPPING, case, import_cases, rows, undo_batch, write_cases

PATROL = MAPPING.replace('source = "hotline"', 'source = "patrol"')


def load(store: Store, folder: Path, *cases: dict, mapping: str = MAPPING) -> int:
    return import_cases(store, write_cases(folder / "cases.csv", cases), mapping)["batch"]


def promising(mapping: str, hours: int) -> str:
    return mapping.replace("[case.columns]", f"every_hours = {hours}\n\n[case.columns]")


def promises(store: Store) -> list[tuple]:
    return rows(store, "select source, every_hours, note from source_promise order by 1")


def ends(store: Store) -> dict[str, str]:
    """Source → the last time in its data (UTC)."""
    found = rows(store, "select source, data_end from source_end order by 1")
    return {source: str(end) for source, end in found}


def change(store: Store, source: str, hours: int | None, note: str | None = None) -> None:
    with store.writing(OPERATOR) as writer:
        set_promise(writer, source, hours, note)


def audited(store: Store) -> list[dict]:
    found = rows(store, "select subject, detail from audit where action = 'promise' order by seq")
    return [{"subject": subject, **json.loads(detail)} for subject, detail in found]


# --- promises ------------------------------------------------------------------------------------------------


def test_a_mapping_states_the_promise(city: Store, tmp_path: Path):
    load(city, tmp_path, case(1), mapping=promising(MAPPING, 24))
    assert promises(city) == [("hotline", 24, None)]
    # the same once more is no news; a mapping that says nothing leaves it
    load(city, tmp_path, case(2), mapping=promising(MAPPING, 24))
    load(city, tmp_path, case(3))
    assert audited(city) == [{"subject": "source:hotline", "every_hours": 24, "note": None}]
    load(city, tmp_path, case(4), mapping=promising(MAPPING, 6))
    assert promises(city) == [("hotline", 6, None)]


def test_a_file_of_several_sources_promises_for_each(city: Store, tmp_path: Path):
    mapping = (
        promising(MAPPING, 48)
        .replace('source = "hotline"', "")
        .replace('state = "state"', 'state = "state"\nsource = "department"')
    )
    load(city, tmp_path, case(1, department="甲"), case(2, department="乙"), mapping=mapping)
    assert promises(city) == [("乙", 48, None), ("甲", 48, None)]


@pytest.mark.parametrize("hours", [0, -1, 87_601])
def test_a_mapping_with_an_impossible_promise_is_refused(city: Store, tmp_path: Path, hours: int):
    with pytest.raises(InputRefused, match="every_hours"):
        load(city, tmp_path, case(1), mapping=promising(MAPPING, hours))


def test_the_operator_changes_keeps_and_takes_back(city: Store, tmp_path: Path):
    load(city, tmp_path, case(1))
    change(city, "hotline", 24, "每天 8 点")
    assert promises(city) == [("hotline", 24, "每天 8 点")]
    change(city, "hotline", 12)
    assert promises(city) == [("hotline", 12, "每天 8 点")]
    change(city, "hotline", None, "每 12 小时")
    assert promises(city) == [("hotline", 12, "每 12 小时")]
    change(city, "hotline", 0)
    assert promises(city) == []
    assert [entry["every_hours"] for entry in audited(city)] == [24, 12, 12, 0]


def test_an_unknown_source_is_refused_with_the_known_ones(city: Store, tmp_path: Path):
    load(city, tmp_path, case(1))
    with pytest.raises(NotFound, match="没有来源“hotlin”") as refused:
        change(city, "hotlin", 24)
    assert "hotline" in refused.value.remedy
    with pytest.raises(NotFound, match="还没有约定"):
        change(city, "hotline", None, "只有备注")
    assert promises(city) == []


# --- how far the data reach ----------------------------------------------------------------------------------


def test_the_latest_time_of_any_kind_counts(city: Store, tmp_path: Path):
    load(city, tmp_path, case(1, reported="2026-03-01 08:00", closed="2026-03-04 08:00"))
    load(city, tmp_path, case(1, updated="2026-03-02 20:00"), mapping=PATROL)
    assert ends(city) == {"hotline": "2026-03-04 00:00:00", "patrol": "2026-03-02 12:00:00"}


def test_a_date_in_the_future_does_not(city: Store, tmp_path: Path):
    load(city, tmp_path, case(1), case(2, reported="2999-01-01 00:00"))
    load(city, tmp_path, case(3, reported="2999-01-01 00:00"), mapping=PATROL)
    assert ends(city) == {"hotline": "2026-03-01 00:00:00", "patrol": "None"}


def test_a_delivery_of_nothing_new_is_one(tmp_path: Path, city_db: Path):
    now = datetime(2026, 3, 10, 8, 0)
    for moment in (now, now + timedelta(days=1)):
        store = Store.open(city_db, Settings(), now=partial(datetime.fromisoformat, moment.isoformat()))
        load(store, tmp_path, case(1))
        delivered = rows(store, "select source, delivered_at from source_end")
        store.close()
        assert delivered == [("hotline", moment)]


def test_undo_goes_back_to_what_stands(city: Store, tmp_path: Path):
    load(city, tmp_path, case(1, reported="2026-03-01 08:00"))
    before = rows(city, "select * from source_end")
    batch = load(city, tmp_path, case(2, reported="2026-03-09 08:00"))
    assert ends(city) == {"hotline": "2026-03-09 00:00:00"}
    assert rows(city, f"select source, rows from batch_source where batch_id = {batch}") == [("hotline", 1)]
    undo_batch(city, batch)
    assert rows(city, "select * from source_end") == before

"""A killed import leaves the old state or the new one, never half: killed for real, all along."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pytest

from data.audit import verify
from data.store import Store
from domain.actor import INSPECTOR
from tests.support.database import copied_db
from tests.support.operator import started
from tests.support.small_city import (
    COLUMNS,
    MAPPING,
    SOUTH,
    WEST,
    case,
    import_cases,
    rows,
    write_cases,
)

pytestmark = pytest.mark.slow

ROWS = 100_000
STORED = 5_000
KILLS = 7
"""One in each part of the time in which an import has its file open. Before that it has touched nothing: of ten moments
between the start of the program and its end, three or more fell there and could show nothing."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, small_city_db: Path) -> Path:
    """A store with 5,000 cases, and a file of 100,000 that changes half of them."""
    made = tmp_path_factory.mktemp("kill")
    copied_db(small_city_db, made / "before.duckdb")
    (made / "map.toml").write_text(MAPPING, encoding="utf-8")
    _write(made / "old.csv", STORED, "alt")
    _write(made / "new.csv", ROWS, "neu")
    with Store.opened(made / "before.duckdb") as store:
        import_cases(store, made / "old.csv")
    return made


def _write(path: Path, count: int, title: str) -> None:
    number = np.arange(count)
    texts: dict[str, Any] = {name: pa.nulls(count, pa.string()) for name in COLUMNS}
    texts |= {
        "no": pa.array(number.astype(str)),
        "reported": pa.array(np.full(count, "2026-03-01 08:00:00")),
        "state": pa.array(np.full(count, "reported")),
        # every second case of the store differs from the file
        "title": pa.array(np.where(number % 2 == 0, title, "gleich")),
        "lon": pa.array(np.round(WEST + number % 397 / 10_000, 6)),
        "lat": pa.array(np.round(SOUTH + number % 389 / 10_000, 6)),
        "tel": pa.array((13800000000 + number).astype(str)),
    }
    pyarrow.csv.write_csv(pa.table(texts), path)


def state(db: Path) -> dict[str, Any]:
    """What an import changes, all of it."""
    with Store.opened(db) as store:
        told = dict(
            rows(
                store,
                "select 'cases', count(*)::varchar from cases"
                " union all select 'titles', count(*) filter (where title = 'neu')::varchar from cases"
                " union all select 'persons', count(*)::varchar from case_person"
                " union all select 'history', count(*)::varchar from case_history"
                " union all select 'events', count(*)::varchar from case_event"
                " union all select 'batches', max(batch_id)::varchar from import_batch"
                " union all select 'audit', max(seq)::varchar from audit"
                " union all select 'rejects', count(*)::varchar from reject"
                " union all select 'version', version::varchar from subject_version where subject = 'cases'"
                " union all select 'end', data_end::varchar from city",
            )
        )
    assert set(told) == {
        "cases", "titles", "persons", "history", "events", "batches", "audit", "rejects", "version", "end",
    }  # fmt: skip
    return told


def arguments(folder: Path) -> list[object]:
    return ["import", "cases", folder / "new.csv", "--mapping", folder / "map.toml", "--json"]


@dataclass(frozen=True)
class Whole:
    """An import that nobody disturbs: how long it has its file open, what it says, the state that it leaves."""

    seconds: float
    told: dict[str, Any]
    state: dict[str, Any]


@pytest.fixture(scope="module")
def whole(folder: Path) -> Whole:
    db = copied_db(folder / "before.duckdb", folder / "whole.duckdb")
    with started(db, *arguments(folder)) as process:
        _wait_until_open(process, db)
        begun = time.monotonic()
        stdout, stderr = process.communicate(timeout=60)
        seconds = time.monotonic() - begun
    assert process.returncode == 0, stderr.decode()
    return Whole(seconds, json.loads(stdout), state(db))


def test_killed_at_any_moment_an_import_is_whole_or_absent(folder: Path, tmp_path: Path, whole: Whole):
    db = tmp_path / "killed.duckdb"
    small = write_cases(tmp_path / "small.csv", [case(f"after-{n}") for n in range(10)])
    old = state(folder / "before.duckdb")
    assert whole.told["inserted"] == ROWS - STORED
    assert whole.told["updated"] == STORED // 2
    assert whole.state != old
    chance = random.Random(20260301)  # noqa: S311 -- moments, not secrets
    seconds, killed = whole.seconds, 0
    while killed < KILLS:
        copied_db(folder / "before.duckdb", db)
        moment = seconds * (killed + chance.random()) / KILLS
        with started(db, *arguments(folder)) as process:
            _wait_until_open(process, db)
            begun = time.monotonic()
            try:
                process.wait(moment)
                # done before its moment: the machine is faster now than when the whole import was watched
                seconds = min(seconds, time.monotonic() - begun)
            except subprocess.TimeoutExpired:
                os.kill(process.pid, signal.SIGKILL)
                killed += 1
        assert state(db) in (old, whole.state), moment
        with Store.opened(db) as store:
            assert import_cases(store, small)["inserted"] == 10
            assert verify(store, INSPECTOR).ok
        db.unlink()


def test_interrupted_an_import_says_so_and_leaves_the_old_state(folder: Path, tmp_path: Path, whole: Whole):
    """Ctrl-C while the file is opened, rows are read, statements run; once sealed, the import is done and says so."""
    db = tmp_path / "interrupted.duckdb"
    old = state(folder / "before.duckdb")
    seconds = whole.seconds
    shares = [0.0, 0.1, 0.4, 0.7]
    for _attempt in range(24):
        copied_db(folder / "before.duckdb", db)
        with started(db, *arguments(folder)) as process:
            _wait_until_open(process, db)
            time.sleep(shares[0] * seconds)
            os.kill(process.pid, signal.SIGINT)
            stdout, stderr = process.communicate(timeout=60)
        assert "Traceback" not in stderr.decode()
        if process.returncode == 0:
            # sealed before its moment: the machine is faster now than when the whole import was watched
            assert state(db) == whole.state
            seconds *= 0.7
            continue
        assert process.returncode == 130, stderr.decode()
        assert "没有留下半截数据" in stderr.decode()
        assert b'"Cancelled"' in stdout
        assert state(db) == old
        del shares[0]
        if not shares:
            break
    assert not shares, "some moments were never reached before the import was sealed"


def _wait_until_open(process: subprocess.Popen[bytes], db: Path) -> None:
    while process.poll() is None and not _holds(process.pid, db):
        time.sleep(0.02)


def _holds(pid: int, db: Path) -> bool:
    links = Path(f"/proc/{pid}/fd")
    try:
        return any(link.readlink() == db for link in links.iterdir())
    except FileNotFoundError:
        return False

"""Files from a browser: in a folder of the owner's alone, under names that are names, and gone in time."""

from __future__ import annotations

import io
import os
import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.uploads import KEPT_FOR, Uploads, safe_name
from domain.clock import machine_now
from domain.errors import InputRefused


def uploads(folder: Path, ahead: timedelta = timedelta(0)) -> Uploads:
    return Uploads(folder / "city.duckdb", lambda: machine_now() + ahead)


def test_only_the_owner_may_read_them(tmp_path: Path):
    path = uploads(tmp_path).keep("案件.csv", io.BytesIO(b"a,b\n"))
    assert path.read_bytes() == b"a,b\n"
    assert path.name == "案件.csv"
    assert [stat.S_IMODE(part.stat().st_mode) for part in (path, path.parent, path.parent.parent)] == [
        0o600,
        0o700,
        0o700,
    ]


def test_two_of_one_name_lie_apart(tmp_path: Path):
    held = uploads(tmp_path)
    first, second = held.keep("a.csv", io.BytesIO(b"1")), held.keep("a.csv", io.BytesIO(b"2"))
    assert (first.read_bytes(), second.read_bytes()) == (b"1", b"2")
    held.drop(first)
    assert (first.parent.exists(), second.exists()) == (False, True)
    held.drop(first)


def test_another_database_beside_it_keeps_its_own(tmp_path: Path):
    mine, other = uploads(tmp_path), Uploads(tmp_path / "other.duckdb", machine_now)
    path = other.keep("a.csv", io.BytesIO(b"1"))
    mine.keep("b.csv", io.BytesIO(b"2"))
    uploads(tmp_path, ahead=timedelta(seconds=5)).sweep()
    mine.drop(path)
    assert path.exists()


def test_what_is_no_upload_is_never_dropped(tmp_path: Path):
    held = uploads(tmp_path)
    held.keep("a.csv", io.BytesIO(b"1"))
    other = tmp_path / "other" / "file.csv"
    other.parent.mkdir()
    other.touch()
    held.drop(other)
    assert other.exists()


def test_what_nobody_imported_goes(tmp_path: Path):
    left = uploads(tmp_path).keep("left.csv", io.BytesIO(b"1"))
    fresh = uploads(tmp_path).keep("fresh.csv", io.BytesIO(b"2"))
    long_ago = (datetime.now() - KEPT_FOR - timedelta(minutes=1)).timestamp()
    os.utime(left.parent, (long_ago, long_ago))
    newest = uploads(tmp_path).keep("new.csv", io.BytesIO(b"3"))
    assert [path.exists() for path in (left, fresh, newest)] == [False, True, True]
    uploads(tmp_path, ahead=timedelta(seconds=5)).sweep()
    assert [path.exists() for path in (fresh, newest)] == [False, False]


def test_a_place_that_cannot_be_written_is_a_refusal(tmp_path: Path):
    (tmp_path / "city.duckdb.uploads").write_text("a file where the folder should be")
    with pytest.raises(InputRefused, match="uploads"):
        uploads(tmp_path).keep("a.csv", io.BytesIO(b"1"))


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [
        ("12345热线 (3月).xlsx", "12345热线_(3月).xlsx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\案件.csv", "案件.csv"),
        ("<img src=x onerror=alert(1)>.csv", "_img_src_x_onerror_alert(1)_.csv"),
        ("a.csv\x00.exe", "a.csv_.exe"),
        (".csv", "csv"),
        ("..", "file"),
        ("", "file"),
        ("无后缀", "无后缀"),
        ("boston.csv.zip", "boston.csv.zip"),
    ],
)
def test_names(given_name: str, expected: str):
    assert safe_name(given_name) == expected


@given(st.text(max_size=300))
def test_any_name_is_one_harmless_part_of_a_path(name: str):
    safe = safe_name(name)
    assert safe not in {"", ".", ".."}
    assert Path(safe).name == safe
    assert len(safe.encode()) < 255
    assert not set(safe) & set("<>&\"'`$\\/:*?|\n\r\x00")
    assert safe_name(safe) == safe

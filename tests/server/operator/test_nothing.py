"""A command that finds nothing says which database file it read; one that finds something does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.operator import data_here

COMMANDS = (
    ("rate",),
    ("rate", "--each"),
    ("rate", "--compare", "hongxin"),
    ("figures",),
    ("summary", "--by", "district"),
    ("indicator", "closing_rate"),
    ("source",),
    ("users", "list"),
    ("relocate",),
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of a city that has a name and nothing else."""
    path = tmp_path_factory.mktemp("empty") / "city.duckdb"
    assert data_here(path, "city", "--name", "空城").code == 0
    return path


@pytest.mark.parametrize("words", COMMANDS)
def test_an_empty_database_is_named(empty: Path, words: tuple[str, ...]):
    done = data_here(empty, *words)
    assert done.code == 0
    assert f"没有找到任何记录。读的是数据库 {empty}；" in done.stdout.splitlines()[-1]
    assert str(empty) not in data_here(empty, *words, "--json").stdout


def test_the_status_of_an_empty_database_says_that_it_is_empty(empty: Path):
    assert f"数据库 {empty} 是空的" in data_here(empty, "status").stdout


def test_an_export_without_rows_names_it(empty: Path, tmp_path: Path):
    done = data_here(empty, "export", "cases", "--out", tmp_path / "none.csv", "--format", "csv")
    assert f"读的是数据库 {empty}；" in done.stdout


@pytest.mark.parametrize("words", [("rate", "--compound", "C1"), ("figures", "--company", "甲")])
def test_where_no_compound_is_registered_that_is_said(empty: Path, words: tuple[str, ...]):
    done = data_here(empty, *words)
    assert done.code == 1
    assert f"数据库 {empty} 里没有登记" in done.stderr


@pytest.mark.parametrize("words", [("status",), ("audit", "list")])
def test_what_finds_something_says_nothing_of_it(city_db: Path, words: tuple[str, ...]):
    done = data_here(city_db, *words)
    assert "没有找到任何记录" not in done.stdout
    assert "是空的" not in done.stdout

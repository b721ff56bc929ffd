"""`python -m data users …`: the first administrator, changes, files; with and without a server the same."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.operator import channel_server, data_here
from tests.support.small_city import COMMUNITIES

SOUTH, NORTH = COMMUNITIES[:2]


def day(db: Path, folder: Path) -> list[tuple[int, object]]:
    """Exit code and what was answered of every command; each verb once."""
    folder.mkdir()
    (folder / "users.csv").write_text("login,roles,areas\nnew,leader,*\nli,boss,*\n", encoding="utf-8")
    commands: list[list[object]] = [
        ["add", "root", "--role", "administrator"],
        ["add", "ROOT", "--role", "auditor"],
        ["add", "zhang", "--role", "secretary", "--area", SOUTH, "--area", NORTH, "--note", "南园"],
        ["add", "both", "--role", "administrator", "--role", "operator"],
        ["add", "wall", "--role", "leader", "--area", "*", "--kiosk", "10.1.2.3"],
        ["change", "zhang", "--area", NORTH, "--inactive"],
        ["change", "wall", "--kiosk", ""],
        ["change", "zhang", "--no-area"],
        ["sign-out", "zhang"],
        ["import", folder / "users.csv"],
        ["import", folder / "users.csv", "--yes"],
        ["import", folder / "none.csv"],
        ["remove", "root"],
        ["remove", "wall"],
        ["remove", "wall"],
    ]
    return [answer(data_here(db, "users", *command, "--json"), folder) for command in commands]


def answer(done: object, folder: Path) -> tuple[int, object]:
    text = str(done.json).replace(str(folder), "FOLDER")  # type: ignore[attr-defined]
    return done.code, text  # type: ignore[attr-defined]


def logins(db: Path) -> dict[str, tuple[list[str], bool]]:
    told = data_here(db, "users", "list", "--json").json
    assert told["total"] == len(told["users"])
    return {user["login"]: (user["areas"], user["active"]) for user in told["users"]}


def test_every_verb_answers_the_same_with_and_without_a_server(small_city_db: Path, tmp_path: Path) -> None:
    alone = Path(shutil.copy(small_city_db, tmp_path / "alone.duckdb"))
    served = Path(shutil.copy(small_city_db, tmp_path / "served.duckdb"))
    expected = day(alone, tmp_path / "a")
    with channel_server(served):
        assert day(served, tmp_path / "b") == expected
        assert logins(served) == {"new": (["*"], True), "root": ([], True), "zhang": ([NORTH], False)}
    assert [code for code, _told in expected] == [0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 1]
    assert "'read': 2, 'accepted': 1, 'rejected': 1, 'added': 1" in str(expected[10][1])
    assert "'done': False" in str(expected[9][1])


def test_the_first_administrator_can_come_before_all_data(tmp_path: Path) -> None:
    db = tmp_path / "new.duckdb"
    assert data_here(db, "users", "list", "--json").code == 1  # to look at what is not there is a mistake
    assert not db.exists()
    assert data_here(db, "users", "add", "root", "--role", "administrator", "--json").code == 0
    assert logins(db) == {"root": ([], True)}


def test_the_list_as_a_file_and_for_people(city_db: Path, tmp_path: Path) -> None:
    data_here(city_db, "users", "add", "root", "--role", "administrator", "--note", "[red]x[/red]")
    shown = data_here(city_db, "users", "list", "--out", tmp_path / "users.csv")
    assert shown.code == 0
    assert "root" in shown.stdout
    assert "[red]x[/red]" in shown.stdout.replace("\n", "")  # text, never markup
    lines = (tmp_path / "users.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines == [
        "login,roles,areas,departments,kiosk_address,active,note",
        "root,administrator,,,,yes,[red]x[/red]",
    ]
    again = data_here(city_db, "users", "list", "--out", tmp_path / "users.csv", "--json")
    assert again.code == 1  # never over a file that is there


@pytest.mark.parametrize("arguments", [["add"], ["change", "zhang", "--active", "maybe"], ["nothing"]])
def test_wrong_usage(city_db: Path, arguments: list[str]) -> None:
    assert data_here(city_db, "users", *arguments).code == 2

"""The operator's local channel: while a server holds the database, the command line works all the same."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import stat
import threading
import time
from multiprocessing.connection import Client
from pathlib import Path

import pytest

from data.store import Store
from domain.errors import Cancelled, InputRefused, OneGridError
from domain.progress import no_progress
from server.operator.channel import Address, ChannelServer, ask, channel_file
from tests.support.operator import channel_server, data, data_here, started
from tests.support.small_city import (
    COMMUNITIES,
    MAPPING,
    at,
    case,
    contents,
    one,
    rows,
    write_cases,
)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    write_cases(
        tmp_path / "cases.csv", [case(1, **at(0, 0)), case(2, code=COMMUNITIES[1]), case(3, state="?")]
    )
    (tmp_path / "map.toml").write_text(MAPPING, encoding="utf-8")
    return tmp_path


def verbs(files: Path, folder: Path) -> list[list[object]]:
    """A day of an operator; each command once."""
    return [
        ["city", "--as-of", "2026-03-05 12:00"],
        ["import", "cases", files / "cases.csv", "--mapping", files / "map.toml"],
        ["import", "cases", files / "cases.csv", "--mapping", files / "map.toml"],
        ["summary", "--by", "community"],
        ["rejects", "5", "--out", folder / "rejects.csv"],
        ["export", "cases", "--format", "csv", "--out", folder / "out.csv"],
        ["relocate"],
        ["undo", "5", "--yes"],
        ["undo", "5", "--yes"],
        ["undo", "99"],
        ["city", "--as-of", "nie"],
        ["import", "cases", files / "none.csv", "--mapping", files / "map.toml"],
    ]


def day(db: Path, files: Path, folder: Path) -> list[tuple[int, object]]:
    """Exit code and JSON of every command, without what names the folder."""
    folder.mkdir()
    told = []
    for arguments in verbs(files, folder):
        done = data_here(db, *arguments, "--json")
        text = json.dumps(done.json, ensure_ascii=False).replace(str(folder), "FOLDER")
        told.append((done.code, json.loads(text)))
    return told


def test_every_verb_answers_the_same_with_and_without_a_server(
    small_city_db: Path, files: Path, tmp_path: Path
):
    alone = Path(shutil.copy(small_city_db, tmp_path / "alone.duckdb"))
    served = Path(shutil.copy(small_city_db, tmp_path / "served.duckdb"))
    expected = day(alone, files, tmp_path / "a")
    with channel_server(served):
        seen = day(served, files, tmp_path / "b")
    assert seen == expected
    assert [code for code, _told in seen] == [0] * 8 + [1] * 4
    exported = [(tmp_path / folder / "out.csv").read_bytes() for folder in ("a", "b")]
    assert exported[0] == exported[1]


def test_a_real_process_is_served_and_the_file_stays_locked(city_db: Path, files: Path):
    with channel_server(city_db):
        done = data(
            city_db, "import", "cases", files / "cases.csv", "--mapping", files / "map.toml", "--json"
        )
        assert (done.code, done.json["inserted"], done.stderr) == (0, 2, "")
        people = data(city_db, "summary", "--by", "district")
        assert "合计: 2" in people.stdout
    with Store.opened(city_db) as store:
        assert one(store, "select count(*) from cases") == 2


def test_backup_and_restore_through_a_running_server(city_db: Path, files: Path, tmp_path: Path):
    with channel_server(city_db):
        backup = data_here(city_db, "backup", tmp_path / "b.duckdb", "--json").json
        data_here(city_db, "import", "cases", files / "cases.csv", "--mapping", files / "map.toml")
        assert data_here(city_db, "status", "--json").json["contents"]["cases"] == 2
        restored = data_here(city_db, "restore", tmp_path / "b.duckdb", "--json").json
        assert restored["rows"] == backup["rows"]
        assert data_here(city_db, "status", "--json").json["contents"]["cases"] == 0
        with Store.opened(Path(restored["kept"])) as kept:
            assert one(kept, "select count(*) from cases") == 2


def test_without_a_channel_a_locked_file_is_said_to_be_locked(city_db: Path):
    with channel_server(city_db):
        channel_file(city_db).unlink()
        done = data_here(city_db, "status", "--json")
    assert done.code == 1
    assert "正被另一个程序占用" in done.stderr
    assert done.json["error"]["kind"] == "StoreLocked"


def test_a_relative_path_and_a_link_find_the_same_server(city_db: Path, tmp_path: Path, monkeypatch):
    link = tmp_path / "elsewhere" / "link.duckdb"
    link.parent.mkdir()
    link.symlink_to(city_db)
    monkeypatch.chdir(tmp_path)
    with channel_server(city_db):
        for path in (Path("city.duckdb"), link):
            assert data_here(path, "status", "--json").json["contents"]["areas"] == 23


# --- who may speak -------------------------------------------------------------------------------------------


def address_of(db: Path) -> Address:
    found = Address.of(db)
    assert found is not None
    return found


@pytest.fixture
def echo(tmp_path: Path):
    """A channel that answers what it was asked."""
    calls: list[str] = []

    def handle(verb: str, params: dict, progress) -> dict:
        calls.append(verb)
        if verb == "fail":
            raise InputRefused("坏", "改")
        if verb == "break":
            raise ZeroDivisionError
        progress("reading", 1, 2)
        return {"verb": verb, **params}

    db = tmp_path / "echo.duckdb"
    server = ChannelServer(db, handle)
    try:
        yield db, calls
    finally:
        server.close()
        assert not channel_file(db).exists()


def test_only_the_owner_can_reach_the_socket(echo):
    db, _calls = echo
    address = address_of(db)
    where = Path(str(address.address))
    assert stat.S_IMODE(channel_file(db).stat().st_mode) == 0o600
    assert stat.S_IMODE(where.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(where.stat().st_mode) == 0o600
    assert stat.S_ISSOCK(where.stat().st_mode)


def test_a_question_is_answered_and_progress_is_told(echo):
    db, _calls = echo
    steps: list[tuple] = []
    told = ask(address_of(db), "say", {"字": "🙂", "n": 1}, lambda *step: steps.append(step))
    assert told == {"verb": "say", "字": "🙂", "n": 1}
    assert steps == [("reading", 1, 2)]


def test_an_error_keeps_its_kind_and_a_defect_is_told_without_its_secrets(echo):
    db, _calls = echo
    with pytest.raises(InputRefused) as refused:
        ask(address_of(db), "fail", {}, no_progress)
    assert (refused.value.message, refused.value.remedy) == ("坏", "改")
    with pytest.raises(OneGridError, match="服务端内部错误：ZeroDivisionError"):
        ask(address_of(db), "break", {}, no_progress)


def test_a_wrong_token_is_refused(echo):
    db, calls = echo
    address = address_of(db)
    with pytest.raises(ConnectionError):
        ask(Address(address.address, b"x" * 32), "say", {}, no_progress)
    # without any handshake the request is not even read
    with Client(address.address) as plain:
        plain.send_bytes(json.dumps({"verb": "say", "params": {}, "language": "zh"}).encode())
        plain.recv_bytes()  # the challenge
        with pytest.raises((EOFError, OSError)):
            _read_all(plain)
    assert calls == []
    assert ask(address, "say", {}, no_progress) == {"verb": "say"}


def _read_all(connection) -> None:
    while True:
        connection.recv_bytes()


def test_a_silent_caller_holds_up_nobody(echo):
    db, _calls = echo
    address = address_of(db)
    with socket.socket(socket.AF_UNIX) as silent:
        silent.connect(str(address.address))
        assert ask(address, "say", {}, no_progress) == {"verb": "say"}


def test_many_callers_at_once(echo):
    db, calls = echo
    address = address_of(db)
    threads = [threading.Thread(target=ask, args=(address, "say", {}, no_progress)) for _n in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert calls == ["say"] * 40


@pytest.mark.parametrize(
    "left", ["", "{", "[]", '{"address": "/nowhere/socket", "token": "00"}', '{"address": 1}']
)
def test_what_a_dead_server_left_is_ignored(city_db: Path, left: str):
    channel_file(city_db).write_text(left)
    assert data_here(city_db, "status", "--json").json["contents"]["areas"] == 23


def test_a_killed_server_leaves_a_stale_file_that_stops_nobody(city_db: Path, files: Path):
    with channel_server(city_db) as process:
        process.kill()
        process.wait(30)
    assert channel_file(city_db).exists()
    done = data_here(
        city_db, "import", "cases", files / "cases.csv", "--mapping", files / "map.toml", "--json"
    )
    assert done.json["inserted"] == 2
    # the next server puts its own file there
    with channel_server(city_db):
        assert data_here(city_db, "status", "--json").json["contents"]["cases"] == 2


# --- going away ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def long_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Enough rows that somebody can change their mind."""
    folder = tmp_path_factory.mktemp("long")
    return write_cases(folder / "long.csv", (case(number, **at(0, 0)) for number in range(120_000)))


@pytest.mark.slow
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_a_client_that_goes_away_cancels_its_job(
    city_db: Path, files: Path, long_file: Path, end: signal.Signals
):
    with Store.opened(city_db) as store:
        before = dict(contents(store))
    with channel_server(city_db) as server:
        with started(city_db, "import", "cases", long_file, "--mapping", files / "map.toml") as client:
            _wait_until_reading(server.pid, long_file)
            os.kill(client.pid, end)
            _out, stderr = client.communicate(timeout=60)
        if end is signal.SIGINT:
            assert client.returncode == 130
            assert "没有留下半截数据" in stderr.decode()
        # the writer lock is free again as soon as the job has been called off
        assert data_here(city_db, "status", "--json").json["contents"]["cases"] == 0
        told = data_here(
            city_db, "import", "cases", files / "cases.csv", "--mapping", files / "map.toml", "--json"
        ).json
        assert (told["inserted"], told["batch"]) == (2, told["batch"])
    with Store.opened(city_db) as store:
        assert one(store, "select count(*) from import_batch where kind = 'cases'") == 1
        after = dict(contents(store))
        assert len(after["audit"]) == len(before["audit"]) + 1


def _wait_until_reading(pid: int, path: Path) -> None:
    """Until the server itself has the client's file open."""
    for _look in range(600):
        for link in Path(f"/proc/{pid}/fd").iterdir():
            try:
                if link.readlink() == path:
                    return
            except FileNotFoundError:
                continue
        time.sleep(0.02)
    pytest.fail("the server never opened the file")


def test_a_server_that_stops_calls_a_running_job_off(tmp_path: Path):
    entered, called_off = threading.Event(), threading.Event()

    def handle(verb: str, params: dict, progress) -> dict:
        entered.set()
        try:
            while True:
                progress("reading", 0, None)
                time.sleep(0.01)
        except Cancelled:
            called_off.set()
            raise

    server = ChannelServer(tmp_path / "x.duckdb", handle)
    address = address_of(tmp_path / "x.duckdb")
    failures: list[BaseException] = []

    def client() -> None:
        try:
            ask(address, "work", {}, no_progress)
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is looked at below
            failures.append(error)

    thread = threading.Thread(target=client)
    thread.start()
    assert entered.wait(10)
    server.close()
    assert called_off.wait(10)
    thread.join(10)
    assert [type(failure).__name__ for failure in failures] == ["Cancelled"]


# --- the real server -----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_real_server_answers_the_command_line(serve, city_db: Path, files: Path):
    with serve(city_db):
        told = data(
            city_db, "import", "cases", files / "cases.csv", "--mapping", files / "map.toml", "--json"
        )
        assert (told.code, told.json["inserted"]) == (0, 2)
        assert data_here(city_db, "undo", "5", "--yes", "--json").json["removed"] == 2
        assert data_here(city_db, "status", "--json").json["contents"]["cases"] == 0
    assert not channel_file(city_db).exists()
    with Store.opened(city_db) as store:
        assert rows(store, "select undone_by from import_batch where kind = 'cases'") == [("operator",)]

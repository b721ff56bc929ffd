"""Files that wait: for whom, how long, and that nothing of them is left."""

import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ui.depot import KEEP, Depot

NOW = datetime(2026, 3, 5, 14, 20)


class Clock:
    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def depot(tmp_path: Path, clock: Clock) -> Depot:
    made = Depot(now=clock)
    made.open(tmp_path / "exports")
    return made


def filled(depot: Depot, folder: Path, *names: str) -> tuple[str, Path]:
    """A token whose files are offered."""
    token, place = depot.new_folder(folder)
    for name in names:
        (place / name).write_text(name)
    depot.offer(token, place)
    return token, place


def test_a_file_is_found_by_token_and_name_and_no_other_way(depot: Depot, tmp_path: Path) -> None:
    one, place = filled(depot, tmp_path, "a.csv", "a.csv.about.json")
    other, _ = filled(depot, tmp_path, "b.csv")
    assert depot.get(one, "a.csv") == place / "a.csv"
    assert depot.get(one, "a.csv.about.json") == place / "a.csv.about.json"
    assert (depot.get(other, "a.csv"), depot.get("", "a.csv"), depot.get(one, "../b.csv")) == (None,) * 3


def test_a_file_that_is_being_written_cannot_be_fetched(depot: Depot, tmp_path: Path) -> None:
    token, place = depot.new_folder(tmp_path)
    (place / "a.csv").write_text("half")
    assert depot.get(token, "a.csv") is None


def test_nobody_else_on_the_machine_can_read_it(depot: Depot, tmp_path: Path) -> None:
    _token, place = filled(depot, tmp_path, "a.csv")
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (place.parent, place, place / "a.csv")]
    assert modes == [0o700, 0o700, 0o600]


def test_after_its_time_a_file_cannot_be_fetched(depot: Depot, tmp_path: Path, clock: Clock) -> None:
    token, _place = filled(depot, tmp_path, "a.csv")
    clock.time = NOW + KEEP - timedelta(seconds=1)
    assert depot.get(token, "a.csv") is not None
    clock.time = NOW + KEEP
    assert depot.get(token, "a.csv") is None


def test_after_its_time_a_file_is_removed_without_anybody_asking(tmp_path: Path) -> None:
    depot = Depot(keep=timedelta(milliseconds=1))
    token, place = depot.new_folder(tmp_path / "exports")
    (place / "a.csv").write_text("x")
    depot.offer(token, place)
    depot_timer_ended(depot, token)
    assert not place.exists()
    assert depot.get(token, "a.csv") is None


def depot_timer_ended(depot: Depot, token: str) -> None:
    """Wait for the timer, unless it has ended already."""
    offer = depot._offers.get(token)
    if offer is not None:
        offer.timer.join(30)


def test_what_another_run_left_is_removed_at_the_start(tmp_path: Path) -> None:
    left = tmp_path / "exports" / "old-token"
    left.mkdir(parents=True)
    (left / "cases.csv").write_text("old")
    Depot().open(tmp_path / "exports")
    assert not left.exists()


def test_at_the_end_everything_is_removed(depot: Depot, tmp_path: Path) -> None:
    token, place = filled(depot, tmp_path, "a.csv")
    timer = depot._offers[token].timer
    depot.close()
    timer.join(30)
    assert (place.parent.exists(), depot.get(token, "a.csv")) == (False, None)


def test_one_can_be_dropped_alone(depot: Depot, tmp_path: Path) -> None:
    one, place = filled(depot, tmp_path, "a.csv")
    other, other_place = filled(depot, tmp_path, "b.csv")
    depot.drop(one, place)
    assert (place.exists(), depot.get(one, "a.csv")) == (False, None)
    assert depot.get(other, "b.csv") == other_place / "b.csv"


def test_tokens_cannot_be_guessed_from_each_other(depot: Depot, tmp_path: Path) -> None:
    tokens = {depot.new_folder(tmp_path)[0] for _number in range(50)}
    assert len(tokens) == 50
    assert {len(token) for token in tokens} == {22}  # 128 bits

"""A reader's export from the order to the link: made beside the screen, and nothing left when it is cancelled."""

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from data.export import ExportFormat
from data.store import Store
from domain.actor import OPERATOR, Actor
from domain.clock import machine_now
from domain.filters import CaseFilter
from domain.progress import Progress
from domain.signing import Signature, export_path
from queries.case_export import Request
from tests.support.small_city import COMMUNITIES, actor, at, case, import_cases, rows, write_cases
from ui import exports
from ui.exports import ExportJob, Order
from ui.jobs import Jobs, JobState
from ui.layers import signer

ORDER = Order(Request(CaseFilter(), None, ExportFormat.CSV), 3)


@pytest.fixture
def city(city: Store, tmp_path: Path) -> Store:
    import_cases(city, write_cases(tmp_path / "cases.csv", [case(n, **at(n, n)) for n in range(3)]))
    return city


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, city: Store) -> Iterator[Path]:
    """The folder of exports of a server that has just started, and stops after the test."""
    monkeypatch.setattr(exports, "JOBS", Jobs(most=4, most_each=2))
    exports.open_depot(city)
    yield city.path.with_name("city.duckdb.exports")
    exports.close()


def ended(who: Actor) -> ExportJob:
    """The newest job once it has ended."""
    newest = exports.JOBS.of(who)[0]
    exports.JOBS._held[newest.job_id].future.exception(60)
    return exports.JOBS.of(who)[0]


def test_an_order_becomes_a_file_behind_a_signed_link(city: Store, made: Path) -> None:
    exports.start(city, OPERATOR, ORDER)
    job = ended(OPERATOR)
    assert (job.state, job.done, job.total) == (JobState.DONE, 3, 3)
    ready = job.result
    assert ready is not None
    assert (ready.rows, ready.is_there) == (3, True)
    assert re.fullmatch(r"cases_\d{8}_\d{6}\.csv", ready.name)
    path = exports.DEPOT.get(ready.token, ready.name)
    assert path is not None
    assert path.parent.parent == made
    assert path.stat().st_size == ready.size_bytes
    assert exports.DEPOT.get(ready.token, ready.about_name) is not None
    for link, name in ((ready.link, ready.name), (ready.about_link, ready.about_name)):
        address, _mark, query = link.partition("?")
        assert f"/{address}" == export_path(ready.token, name)  # relative to a page: no slash in front
        signature = {key: values[0] for key, values in parse_qs(query).items()}
        told = Signature(int(signature["w"]), signature["s"])
        assert signer().accepts(f"/{address}", told, machine_now())
    assert timedelta(minutes=59) < ready.until - machine_now() <= timedelta(hours=1)


def test_the_audit_names_who_it_was(city: Store, made: Path) -> None:
    exports.start(city, actor(COMMUNITIES[0], login="li"), ORDER)
    job = ended(actor(COMMUNITIES[0], login="li"))
    assert job.result is not None
    assert job.result.rows == 2
    assert rows(city, "select actor from audit where action = 'export_cases'") == [("li",)]
    assert exports.JOBS.of(OPERATOR) == []


def test_a_cancelled_order_leaves_no_file_and_no_audit(city: Store, made: Path) -> None:
    class Cancelling:
        """Cancels the job from within, as a click would between two batches."""

        progress: Progress

        def __call__(self, stage: str, done: int, total: int | None) -> None:
            exports.JOBS.cancel(OPERATOR, exports.JOBS.of(OPERATOR)[0].job_id)
            self.progress(stage, done, total)

    watch = Cancelling()

    def work(progress):
        watch.progress = progress
        return exports._make(city, OPERATOR, ORDER, watch)

    exports.JOBS.start(OPERATOR, ORDER, work)
    assert ended(OPERATOR).state is JobState.CANCELLED
    assert list(made.iterdir()) == []
    assert rows(city, "select * from audit where action = 'export_cases'") == []


def test_a_folder_that_cannot_be_written_is_told(city: Store, made: Path) -> None:
    """No folder can be made where a file stands in its place."""
    shutil.rmtree(made, ignore_errors=True)
    made.write_text("in the way")
    exports.start(city, OPERATOR, ORDER)
    job = ended(OPERATOR)
    assert job.state is JobState.FAILED
    assert job.error is not None
    assert job.error.message == "文件没有写成：File exists"
    made.unlink()


def test_the_server_stops_with_nothing_left(city: Store, made: Path) -> None:
    exports.start(city, OPERATOR, ORDER)
    job = ended(OPERATOR)
    exports.close()
    assert not made.exists()
    assert job.result is not None
    assert not job.result.is_there

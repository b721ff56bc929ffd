"""Jobs on the data: they write what they say, are called off without a trace, and outlive whoever started them."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.imports import CasesOrder
from data.ingest.mapping import parse_mapping
from data.store import Store
from domain.actor import demo_actor
from domain.errors import InputRefused
from domain.progress import Progress, no_progress
from domain.vocabulary import ImportKind, Role
from tests.support.small_city import MAPPING, at, case, contents, one, write_cases
from ui.cloud import work
from ui.cloud.work import DataJob, Pace, What
from ui.jobs import Jobs, JobState

WHO = demo_actor(Role.OPERATOR)
ORDER = CasesOrder(parse_mapping(MAPPING))
BOUNDS = (120.0, 30.0, 120.04, 30.04)


@pytest.fixture(autouse=True)
def jobs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Jobs of a server that has just started, and stops after the test."""
    monkeypatch.setattr(work, "JOBS", Jobs(most=4, most_each=1))
    yield
    work.close()


@pytest.fixture
def upload(city: Store, tmp_path: Path) -> Path:
    rows = [case(1, **at(0, 0)), case(2, code="999"), case(3, state="?")]
    content = write_cases(tmp_path / "cases.csv", rows).read_bytes()
    return work.uploads(city).keep("案件.csv", io.BytesIO(content))


def ended() -> DataJob:
    """The newest job once it has ended."""
    newest = work.JOBS.of(WHO)[0]
    work.JOBS._held[newest.job_id].future.exception(60)
    return work.JOBS.of(WHO)[0]


def test_a_check_writes_nothing_and_keeps_the_file(city: Store, upload: Path) -> None:
    before = dict(contents(city))
    work.check(city, WHO, ORDER, upload, BOUNDS)
    job = ended()
    assert (job.state, job.about.what, job.about.kind) == (JobState.DONE, What.CHECK, ImportKind.CASES)
    assert job.result is not None
    assert (job.result["read"], job.result["accepted"], "batch" in job.result) == (3, 2, False)
    assert dict(contents(city)) == before
    assert upload.exists()


def test_an_import_writes_and_takes_the_file_away(city: Store, upload: Path) -> None:
    work.carry_out(city, WHO, ORDER, upload, BOUNDS)
    job = ended()
    assert job.result is not None
    assert (job.result["accepted"], job.result["rejected"]) == (2, 1)
    assert one(city, "select count(*) from cases") == 2
    assert one(city, "select actor from import_batch order by batch_id desc limit 1") == "demo-operator"
    assert not upload.exists()
    assert job.about.name == "案件.csv"


def test_a_refused_import_says_why_and_keeps_the_file(city: Store, upload: Path) -> None:
    other = CasesOrder(parse_mapping(MAPPING.replace('"no"', '"nummer"')))
    work.carry_out(city, WHO, other, upload, BOUNDS)
    job = ended()
    assert job.state is JobState.FAILED
    assert job.error is not None
    assert "columns.source_case_id = “nummer”" in job.error.message
    assert upload.exists()
    work.carry_out(city, WHO, ORDER, upload, BOUNDS)
    assert ended().state is JobState.DONE


def test_more_rejects_than_allowed_import_nothing(city: Store, upload: Path) -> None:
    before = dict(contents(city))
    work.carry_out(city, WHO, ORDER, upload, BOUNDS, most_rejected=0.2)
    job = ended()
    assert job.error is not None
    assert "3 行里有 1 行被拒（33.3%），超过允许的 20.0%" in job.error.message
    assert dict(contents(city)) == before
    work.carry_out(city, WHO, ORDER, upload, BOUNDS, most_rejected=0.5)
    assert ended().state is JobState.DONE


def test_another_role_is_refused_by_the_work_itself(city: Store, upload: Path) -> None:
    leader = demo_actor(Role.LEADER)
    work.carry_out(city, leader, ORDER, upload, BOUNDS)
    newest = work.JOBS.of(leader)[0]
    work.JOBS._held[newest.job_id].future.exception(60)
    error = work.JOBS.of(leader)[0].error
    assert error is not None
    assert "数据管理员" in error.message
    assert one(city, "select count(*) from cases") == 0


def test_called_off_while_another_writes_nothing_was_done(city: Store, upload: Path) -> None:
    before = dict(contents(city))
    holds, may_go = threading.Event(), threading.Event()

    def hold() -> None:
        with city.quiet():
            holds.set()
            may_go.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    assert holds.wait(60)
    work.carry_out(city, WHO, ORDER, upload, BOUNDS)
    running = work.newest(WHO)
    assert running is not None
    assert running.state is JobState.RUNNING  # it waits its turn, and reading goes on meanwhile
    with city.session(WHO) as session:
        assert session.one("select count(*) from visible_case") == (0,)
    with pytest.raises(InputRefused, match="已到上限"):
        work.relocate(city, WHO)
    work.JOBS.cancel(WHO, running.job_id)
    may_go.set()
    holder.join(60)
    assert ended().state is JobState.CANCELLED
    assert dict(contents(city)) == before
    assert upload.exists()


def test_undo_and_relocate(city: Store, upload: Path) -> None:
    work.carry_out(city, WHO, ORDER, upload, BOUNDS)
    report = ended().result
    assert report is not None
    batch = report["batch"]
    for only_preview, left in ((True, 2), (False, 0)):
        work.undo(city, WHO, batch, "案件.csv", only_preview=only_preview)
        job = ended()
        assert job.result is not None
        assert (job.result["removed"], job.about.batch_id) == (2, batch)
        assert one(city, "select count(*) from cases") == left
    work.relocate(city, WHO)
    relocated = ended().result
    assert relocated is not None
    assert (relocated["cases"], relocated["moved"]) == (0, 0)


def test_a_new_job_puts_the_old_result_away(city: Store, upload: Path) -> None:
    work.check(city, WHO, ORDER, upload, BOUNDS)
    ended()
    work.carry_out(city, WHO, ORDER, upload, BOUNDS)
    ended()
    assert [job.about.what for job in work.JOBS.of(WHO)] == [What.IMPORT]
    work.put_away(WHO)
    assert work.newest(WHO) is None


def test_the_pace_is_that_of_the_stage() -> None:
    pace, told = Pace(), []

    def progress(stage: str, done: int, total: int | None) -> None:
        told.append((stage, done, total))

    watching: Progress = pace.watching(progress)
    watching("reading", 0, None)
    assert pace.per_second("reading", 0) is None  # nothing done yet
    assert pace.per_second("writing", 10) is None  # another stage
    pace._began = ("reading", pace._began[1] - 2.0)
    watching("reading", 1000, 2000)
    speed = pace.per_second("reading", 1000)
    assert speed is not None
    assert 100 < speed <= 500
    watching("writing", 5, None)
    assert pace.per_second("reading", 1000) is None
    assert told == [("reading", 0, None), ("reading", 1000, 2000), ("writing", 5, None)]
    assert pace.watching(no_progress)("x", 1, 2) is None

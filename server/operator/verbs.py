"""What the operator can have done: each verb takes plain JSON parameters and returns a plain JSON result.

The same functions run in the command line's own process and, while a server holds the database, inside the
server: file names are absolute, and everything that is written goes through the store's one writer.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from data.backup import backup, restore
from data.export import ExportFormat
from data.imports import os_errors_refused
from data.load.demo import load_demo
from data.load.sources import set_promise, unknown_source
from data.store import City, Store
from data.users import end_all_sign_ins
from domain.actor import OPERATOR
from domain.audit import Action
from domain.errors import InputRefused
from domain.i18n import _
from domain.progress import Progress
from domain.vocabulary import Level
from queries import areas as area_queries
from queries import cases as case_queries
from queries import cloud, meta
from queries.case_export import Request, export_cases
from server.operator.asked import Params, as_of_setting, chosen_cases, iso
from server.operator.audit import AUDIT_VERBS
from server.operator.imports import IMPORT_VERBS
from server.operator.indicator import indicator
from server.operator.job import Job, Verb, file_of
from server.operator.rating import rate
from server.operator.retention import retention
from server.operator.users import USER_VERBS
from server.operator.views import export_view, run_schedule


def run(store: Store, verb: str, params: Params, progress: Progress) -> dict[str, Any]:
    """Does a verb. Raises KeyError for a verb that does not exist: a defect of the caller.

    A file that the system will not read or write is refused in its words.
    """
    with os_errors_refused(verb):
        return VERBS[verb](Job(store, params, progress))


def _status(job: Job) -> dict[str, Any]:
    with job.store.session(OPERATOR) as session:
        info = meta.city(session)
        return {
            "database": str(job.store.path),
            "city": info.name,
            "timezone": info.timezone,
            "as_of": iso(info.as_of),
            "live": info.live,
            "demo": info.demo,
            "contents": vars(meta.contents(session)),
            "areas": {level.value: count for level, count in area_queries.levels(session).items()},
            "cases_to_relocate": meta.cases_to_relocate(session),
            "batches": json.loads(meta.batches(session).to_json(orient="records", date_format="iso")),
        }


def _summary(job: Job) -> dict[str, Any]:
    level = Level(job.params["by"])
    with job.store.session(OPERATOR) as session:
        found = area_queries.summary(session, level)
        return {
            "as_of": iso(meta.city(session).as_of),
            "total": found.total,
            "rows": found.rows[["code", "name", "cases"]].to_dict("records"),
            "unplaced": found.unplaced,
            "first_by_placeholder": vars(found.lifted) if found.lifted else None,
        }


def _figures(job: Job) -> dict[str, Any]:
    with job.store.session(OPERATOR) as session:
        chosen, area = chosen_cases(session, job.params["filter"], job.store.path)
        found = case_queries.figures(session, chosen, area)
        as_of = iso(meta.city(session).as_of)
    return {"as_of": as_of, "filter": chosen.to_query(), **vars(found), "overdue": found.overdue}


def _indicator(job: Job) -> dict[str, Any]:
    return indicator(job.store, job.params, job.progress)


def _export_cases(job: Job) -> dict[str, Any]:
    file_format = ExportFormat(job.params["format"])
    with job.store.session(OPERATOR) as session:
        chosen, area = chosen_cases(session, job.params["filter"], job.store.path)
    request = Request(chosen, area, file_format)
    done = export_cases(job.store, OPERATOR, request, Path(job.params["out"]), job.progress)
    return {
        "file": str(done.path),
        "format": file_format.value,
        "rows": done.rows,
        "sha256": done.sha256,
        "filter": chosen.to_query(),
    }


def _export_view(job: Job) -> dict[str, Any]:
    return export_view(job.store, job.params, job.progress)


def _schedule(job: Job) -> dict[str, Any]:
    return run_schedule(job.store, job.params, job.progress)


def _source(job: Job) -> dict[str, Any]:
    name, every, note = (job.params[key] for key in ("name", "every", "note"))
    if every is not None or note is not None:
        with job.store.writing(OPERATOR) as writer:
            set_promise(writer, name, every, note)
    with job.store.session(OPERATOR) as session:
        found = cloud.sources(session)
        chosen = [item for item in found if name in {None, item.source}]
        if name is not None and not chosen:
            raise unknown_source(name, [item.source for item in found])
        return {
            "as_of": iso(meta.city(session).as_of),
            "sources": [_source_row(item, session.city) for item in chosen],
        }


def _source_row(item: cloud.SourceFacts, city: City) -> dict[str, Any]:
    """A source as JSON; times are local."""
    moments = {"data_end": item.data_end, "delivered_at": item.delivered_at}
    return {
        "source": item.source,
        "cases": item.cases,
        "every_hours": item.every_hours,
        "note": item.note,
        **{key: iso(city.clock.to_local(at)) if at else None for key, at in moments.items()},
        "lag_hours": None if item.judged.lag_hours is None else round(item.judged.lag_hours, 1),
        "freshness": item.freshness.value,
    }


def _backup(job: Job) -> dict[str, Any]:
    return backup(job.store, Path(job.params["file"]), OPERATOR)


def _restore(job: Job) -> dict[str, Any]:
    store, seen = job.store, 0

    @contextmanager
    def closed() -> Iterator[None]:
        nonlocal seen
        with store.quiet():
            with store.writing(OPERATOR) as writer:
                seen = writer.highest_version()
            with store.swapped_out():
                yield

    result = restore(store.path, file_of(job.params), store.now(), closed)
    note_restore(store, result, seen)
    return result


def note_restore(store: Store, result: dict[str, Any], seen: int = 0) -> None:
    """Writes into the restored database that it was restored, makes every cache read anew and everybody sign in anew.

    `seen` is the highest version of any subject before the restore.
    """
    with store.writing(OPERATOR) as writer:
        writer.bump_all(seen)
        end_all_sign_ins(writer)
        writer.audit(Action.RESTORE, Path(result["file"]).name, result)


def _city(job: Job) -> dict[str, Any]:
    params = job.params
    with job.store.writing(OPERATOR) as writer:
        writer.set_city(
            name=params.get("name"),
            timezone=_timezone(params.get("timezone")),
            as_of=as_of_setting(params.get("as_of")),
        )
    with job.store.session(OPERATOR) as session:
        info = meta.city(session)
    # an as-of time that is the end of the data is no time yet where there are none
    waits = not info.live and job.store.city().as_of_fixed is None and info.data_end is None
    return {
        "city": info.name,
        "timezone": info.timezone,
        "as_of": iso(info.as_of),
        "live": info.live,
        "waits_for_data": waits,
    }


def _demo(job: Job) -> dict[str, Any]:
    return load_demo(job.store, job.params["scale"], job.progress)


def _on_store(do: Callable[[Store, Params], dict[str, Any]], job: Job) -> dict[str, Any]:
    """A verb that needs the store and its parameters alone."""
    return do(job.store, job.params)


VERBS: dict[str, Verb] = {
    **IMPORT_VERBS,
    "status": _status,
    "summary": _summary,
    "figures": _figures,
    "indicator": _indicator,
    "export_cases": _export_cases,
    "export_view": _export_view,
    "schedule": _schedule,
    "source": _source,
    "backup": _backup,
    "restore": _restore,
    "city": _city,
    "demo": _demo,
    "retention": lambda job: retention(job.store, job.params),
    "rate": lambda job: rate(job.store, job.params),
    **{name: partial(_on_store, do) for name, do in (USER_VERBS | AUDIT_VERBS).items()},
}


def _timezone(name: str | None) -> str | None:
    if name is not None:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise InputRefused(
                _("没有时区 {name}。").format(name=name), _("请写 IANA 名称，如 Asia/Shanghai。")
            ) from None
    return name

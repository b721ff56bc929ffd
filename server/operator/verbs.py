"""What the operator can have done: each verb takes plain JSON parameters and returns a plain JSON result.

The same functions run in the command line's own process and, while a server holds the database, inside the
server: file names are absolute, and everything that is written goes through the store's one writer.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from data.backup import backup, restore
from data.export import ExportFormat
from data.imports import (
    AreasOrder,
    AssessmentsOrder,
    CasesOrder,
    DutyOrder,
    Importer,
    LinesOrder,
    Order,
    PlacesOrder,
    os_errors_refused,
    relocate_all,
    undo_batch,
    write_rejects,
)
from data.ingest.areas import AreaFields
from data.ingest.mapping import Mapping, load_mapping
from data.load.demo import load_demo
from data.load.sources import set_promise, unknown_source
from data.load.undo import no_batch
from data.store import City, Store
from data.users import end_all_sign_ins
from domain.actor import OPERATOR
from domain.audit import Action
from domain.errors import InputRefused
from domain.i18n import _
from domain.progress import Progress
from domain.vocabulary import ImportKind, Level, LineKind
from queries import areas as area_queries
from queries import cases as case_queries
from queries import cloud, meta
from queries.case_export import Request, export_cases
from server.operator.asked import Params, as_of_setting, chosen_cases, iso
from server.operator.audit import AUDIT_VERBS
from server.operator.indicator import indicator
from server.operator.rating import rate
from server.operator.retention import retention
from server.operator.users import USER_VERBS
from server.operator.views import export_view, run_schedule

REJECTS_SHOWN = 200

Verb = Callable[["Job"], dict[str, Any]]


@dataclass(frozen=True)
class Job:
    """One verb to do: the store, its parameters, and whom to tell the progress."""

    store: Store
    params: Params
    progress: Progress


def run(store: Store, verb: str, params: Params, progress: Progress) -> dict[str, Any]:
    """Does a verb. Raises KeyError for a verb that does not exist: a defect of the caller.

    A file that the system will not read or write is refused in its words.
    """
    with os_errors_refused(verb):
        return VERBS[verb](Job(store, params, progress))


def _import_areas(job: Job) -> dict[str, Any]:
    params = job.params
    fields = AreaFields(
        params["name"],
        params.get("code"),
        params.get("parent"),
        params.get("kind"),
        params.get("urban_class"),
        params.get("households"),
        params.get("population"),
    )
    return _import(job, AreasOrder(Level(params["level"]), fields, params.get("crs")))


def _import_cases(job: Job) -> dict[str, Any]:
    return _import(job, CasesOrder(load_mapping(Path(job.params["mapping"]))))


def _import_points(job: Job) -> dict[str, Any]:
    return _import(job, PlacesOrder(ImportKind.POINTS, _maybe_mapping(job.params)))


def _import_compounds(job: Job) -> dict[str, Any]:
    return _import(job, PlacesOrder(ImportKind.COMPOUNDS, _maybe_mapping(job.params)))


def _import_lines(job: Job) -> dict[str, Any]:
    params = job.params
    order = LinesOrder(LineKind(params["kind"]), params.get("name"), params.get("rank"), params.get("crs"))
    return _import(job, order)


def _import_duty(job: Job) -> dict[str, Any]:
    return _import(job, DutyOrder(_maybe_mapping(job.params)))


def _import_assessments(job: Job) -> dict[str, Any]:
    return _import(job, AssessmentsOrder(_maybe_mapping(job.params)))


def _import(job: Job, order: Order) -> dict[str, Any]:
    path = _file(job.params)
    with job.store.session(OPERATOR) as session:
        known_bounds = area_queries.bounds(session)
    importer = Importer(job.store, OPERATOR, known_bounds)
    return importer.carry_out(order, path, job.progress, job.params.get("max_reject_share"))


def _undo(job: Job) -> dict[str, Any]:
    batch, only_preview = int(job.params["batch"]), bool(job.params["preview"])
    return undo_batch(job.store, OPERATOR, batch, only_preview=only_preview)


def _rejects(job: Job) -> dict[str, Any]:
    batch = int(job.params["batch"])
    with job.store.session(OPERATOR) as session:
        if cloud.report_of(session, batch) is None:
            raise no_batch(batch)
        found = cloud.rejects_of(session, batch, most=REJECTS_SHOWN)
    target = Path(job.params["out"]) if job.params.get("out") else None
    if target is not None:
        write_rejects(job.store, OPERATOR, batch, target)
    shown = found.rows[["row_number", "rule", "field", "value"]]
    return {
        "batch": batch,
        "rows": found.total,
        "file": str(target) if target else None,
        "shown": shown.astype(object).where(shown.notna(), None).to_dict("records"),
    }


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
        chosen, area = chosen_cases(session, job.params["filter"])
        found = case_queries.figures(session, chosen, area)
        as_of = iso(meta.city(session).as_of)
    return {"as_of": as_of, "filter": chosen.to_query(), **vars(found), "overdue": found.overdue}


def _indicator(job: Job) -> dict[str, Any]:
    return indicator(job.store, job.params, job.progress)


def _relocate(job: Job) -> dict[str, Any]:
    return relocate_all(job.store, OPERATOR, job.progress)


def _export_cases(job: Job) -> dict[str, Any]:
    file_format = ExportFormat(job.params["format"])
    with job.store.session(OPERATOR) as session:
        chosen, area = chosen_cases(session, job.params["filter"])
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

    result = restore(store.path, _file(job.params), store.now(), closed)
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
    "import_areas": _import_areas,
    "import_cases": _import_cases,
    "import_points": _import_points,
    "import_compounds": _import_compounds,
    "import_lines": _import_lines,
    "import_duty": _import_duty,
    "import_assessments": _import_assessments,
    "undo": _undo,
    "rejects": _rejects,
    "status": _status,
    "summary": _summary,
    "figures": _figures,
    "indicator": _indicator,
    "relocate": _relocate,
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


def _maybe_mapping(params: Params) -> Mapping | None:
    """The mapping, or None for a file in our own column names."""
    return load_mapping(Path(params["mapping"])) if params.get("mapping") else None


def _file(params: Params) -> Path:
    path = Path(params["file"])
    if not path.is_file():
        raise InputRefused(_("没有文件 {path}。").format(path=path), _("请检查路径。"))
    return path


def _timezone(name: str | None) -> str | None:
    if name is not None:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise InputRefused(
                _("没有时区 {name}。").format(name=name), _("请写 IANA 名称，如 Asia/Shanghai。")
            ) from None
    return name

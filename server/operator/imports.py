"""The operator's verbs that bring data in, and those that see to what came in: undo, rejects, relocate."""

from pathlib import Path
from typing import Any

from data.imports import (
    AreasOrder,
    AssessmentsOrder,
    CasesOrder,
    DutyOrder,
    Importer,
    LinesOrder,
    Order,
    PlacesOrder,
    relocate_all,
    undo_batch,
    write_rejects,
)
from data.ingest.areas import AreaFields
from data.ingest.mapping import Mapping, load_mapping
from data.load.undo import no_batch
from domain.actor import OPERATOR
from domain.rules import RULES
from domain.vocabulary import ImportKind, Level, LineKind
from queries import areas as area_queries
from queries import cloud
from server.operator.asked import Params
from server.operator.job import Job, Verb, file_of

REJECTS_SHOWN = 200


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
    path = file_of(job.params)
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
    shown = found.rows[["row_number", "rule", "field", "value"]].copy()
    shown["remedy"] = [RULES[rule].remedy for rule in shown["rule"]]
    return {
        "batch": batch,
        "rows": found.total,
        "file": str(target) if target else None,
        "shown": shown.astype(object).where(shown.notna(), None).to_dict("records"),
    }


def _relocate(job: Job) -> dict[str, Any]:
    return relocate_all(job.store, OPERATOR, job.progress)


def _maybe_mapping(params: Params) -> Mapping | None:
    """The mapping, or None for a file in our own column names."""
    return load_mapping(Path(params["mapping"])) if params.get("mapping") else None


IMPORT_VERBS: dict[str, Verb] = {
    "import_areas": _import_areas,
    "import_cases": _import_cases,
    "import_points": _import_points,
    "import_compounds": _import_compounds,
    "import_lines": _import_lines,
    "import_duty": _import_duty,
    "import_assessments": _import_assessments,
    "undo": _undo,
    "rejects": _rejects,
    "relocate": _relocate,
}

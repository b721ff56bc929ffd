"""The parts of a mapping: canonical columns, the columns of a file they come from, and value maps."""

import re
import unicodedata
from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from domain.vocabulary import (
    CaseState,
    Labelled,
    Level,
    Outcome,
    PointKind,
    PoliceTier,
    Rating,
    Takeover,
    Timeliness,
)

DATE_COLUMNS: Final = (
    "reported_at",
    "registered_at",
    "dispatched_at",
    "contacted_at",
    "handled_at",
    "closed_at",
    "due_at",
    "updated_at",
)
PERSONAL_COLUMNS: Final = ("reporter_name", "phone", "id_number", "address")
FLAG_COLUMNS: Final = (
    "owners_committee",
    "party_branch",
    "cross_serving",
    "has_place",
    "has_funds",
    "has_volunteers",
    "has_consultation",
    "demonstration",
)
"""Canonical columns that say yes or no; a blank says neither."""

CLOSED_VOCABULARIES: Final[dict[str, tuple[str, ...]]] = {
    "state": tuple(CaseState),
    "outcome": tuple(Outcome),
    "timeliness": tuple(Timeliness),
    "rating": tuple(Rating),
    "kind": tuple(PointKind),
    "area_level": tuple(Level),
    "level": tuple(Level),
    "tier": tuple(PoliceTier),
    "takeover": tuple(Takeover),
    **dict.fromkeys(FLAG_COLUMNS, ("true", "false")),
}
"""Canonical columns whose values must be one of these; the others keep what the file says."""


def _labels(terms: type[Labelled]) -> dict[str, str]:
    return {term.source_label: term.value for term in terms}


_YES: Final = ("是", "有", "已成立", "已建立", "yes", "y", "t", "1", "√", "✓", "✔")
_NO: Final = ("否", "无", "没有", "未成立", "未建立", "no", "n", "f", "0", "×", "✗", "✘")

KNOWN_WORDS: Final[dict[str, dict[str, str]]] = {
    "level": _labels(Level) | {f"{label}级": value for label, value in _labels(Level).items()},
    "tier": _labels(PoliceTier) | dict.fromkeys(("辅警", "警务助理"), PoliceTier.AUXILIARY.value),
    "takeover": _labels(Takeover),
    **dict.fromkeys(FLAG_COLUMNS, dict.fromkeys(_YES, "true") | dict.fromkeys(_NO, "false")),
}
"""Words of a file that need no value map, beside the terms themselves."""

DEFAULT_EMPTY: Final = ("", "NULL", "null", "None", "NaN", "N/A", "无", "—", "-")


class Strict(BaseModel):
    """A table of the mapping: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Joined(Strict):
    """One or several columns of the file as one value; empty parts are left out."""

    columns: tuple[str, ...] = Field(min_length=1)
    separator: str = "/"


def _joined(value: object) -> object:
    if isinstance(value, str):
        return {"columns": (value,)}
    return {"columns": tuple(value)} if isinstance(value, list) else value


Source = Annotated[Joined, BeforeValidator(_joined)]
"""`"column"`, `["first", "second"]` (joined by "/") or `{columns = […], separator = "-"}`."""


class ValueMap(Strict):
    """What the values of a column become.

    `map`: the file's value → ours. `default`: what a value becomes that is not in the map. Without one,
    `unmapped` decides: `reject` the row, `keep` the value as it came (not for closed vocabularies), or
    `empty` it. Comparison ignores surrounding blanks, case, and full or half width.
    """

    map: dict[str, str] = {}
    default: str | None = None
    unmapped: Literal["reject", "keep", "empty"] | None = None


class CaseColumns(Strict):
    """Canonical columns of a case and where they come from in the file."""

    source: Source | None = None
    source_case_id: Source
    channel: Source | None = None
    category: Source | None = None
    title: Source | None = None
    description: Source | None = None
    state: Source | None = None
    outcome: Source | None = None
    timeliness: Source | None = None
    reported_at: Source
    registered_at: Source | None = None
    dispatched_at: Source | None = None
    contacted_at: Source | None = None
    handled_at: Source | None = None
    closed_at: Source | None = None
    due_at: Source | None = None
    updated_at: Source | None = None
    department: Source | None = None
    lon: Source | None = None
    lat: Source | None = None
    area_code: Source | None = None
    area_name: Source | None = None
    place: Source | None = None
    rating: Source | None = None
    rework_count: Source | None = None
    reporter_name: Source | None = None
    phone: Source | None = None
    id_number: Source | None = None
    address: Source | None = None


class PointColumns(Strict):
    """Canonical columns of a service point."""

    code: Source | None = None
    name: Source
    kind: Source | None = None
    address: Source | None = None
    area_code: Source | None = None
    level: Source | None = None
    opening_hours: Source | None = None
    lon: Source | None = None
    lat: Source | None = None


class CompoundColumns(Strict):
    """Canonical columns of a residential compound."""

    code: Source | None = None
    name: Source
    address: Source | None = None
    households: Source | None = None
    buildings: Source | None = None
    built_year: Source | None = None
    company: Source | None = None
    unmanaged_since: Source | None = None
    unmanaged_until: Source | None = None
    takeover: Source | None = None
    takeover_due: Source | None = None
    owners_committee: Source | None = None
    party_branch: Source | None = None
    cross_serving: Source | None = None
    has_place: Source | None = None
    has_funds: Source | None = None
    has_volunteers: Source | None = None
    has_consultation: Source | None = None
    demonstration: Source | None = None
    lon: Source | None = None
    lat: Source | None = None


class DutyColumns(Strict):
    """Canonical columns of a post that answers for an area. There is none for a name, on purpose."""

    code: Source | None = None
    area_code: Source | None = None
    area_name: Source | None = None
    area_level: Source | None = None
    post: Source
    unit: Source | None = None
    headcount: Source | None = None
    shift: Source | None = None
    contact: Source | None = None
    point_code: Source | None = None
    tier: Source | None = None
    embedded_as: Source | None = None


class AssessmentColumns(Strict):
    """Canonical columns of an assessment of a compound or of a company, for a period."""

    code: Source | None = None
    indicator: Source | None = None
    compound_code: Source | None = None
    company: Source | None = None
    period: Source | None = None
    period_start: Source | None = None
    period_end: Source | None = None
    value: Source
    maximum: Source | None = None
    evidence: Source | None = None


_PERSONAL_HEADER: Final = re.compile(
    r"姓名|名字|身份证|证件号|手机|移动电话|(人|员|(?<!时)长|书记|民警|干部)$"
    r"|^(full|first|last|person|staff|officer)?_?names?$|^(mobile|cell)(_?phone)?$"
)
"""Headers of columns that hold persons: a column that is called by a post lists those who hold it."""


def looks_personal(header: str) -> bool:
    """Whether a column of this name most likely holds names or numbers of persons."""
    plain = unicodedata.normalize("NFKC", header).casefold()
    return _PERSONAL_HEADER.search("".join(plain.split())) is not None

"""The sections of a mapping file, one a kind of import: which keys there are, and what cannot work together."""

from collections.abc import Mapping as Table
from datetime import tzinfo
from typing import ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field, FiniteFloat

from data.ingest.chunks import FileOptions
from data.ingest.dates import format_problem
from data.ingest.mapping_columns import (
    CLOSED_VOCABULARIES,
    DATE_COLUMNS,
    DEFAULT_EMPTY,
    PERSONAL_COLUMNS,
    AssessmentColumns,
    CaseColumns,
    CompoundColumns,
    DutyColumns,
    Joined,
    PointColumns,
    Strict,
    ValueMap,
    looks_personal,
)
from data.ingest.mapping_errors import unknown_value
from domain.errors import UnknownCrs
from domain.i18n import _
from domain.vocabulary import Level, PointKind
from geo.crs import normalise_crs


class FileSection(Strict):
    """[file]: how to read the file. Encoding and delimiter are found out where they are not given."""

    encoding: str | None = None
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    header_rows: int = Field(default=1, ge=1, le=5)
    skip_rows: int = Field(default=0, ge=0, le=1000)
    sheet: str | None = None

    def options(self) -> FileOptions:
        """The same as reading options."""
        return FileOptions(**self.model_dump())


class Section(Strict):
    """What every section has: columns, empty values, value maps. `key` is its name in the file."""

    key: ClassVar[str]
    empty: tuple[str, ...] = DEFAULT_EMPTY
    value_maps: dict[str, ValueMap] = Field(default={}, alias="values")

    @property
    def targets(self) -> dict[str, Joined]:
        """Canonical column → its columns in the file, only those that the mapping fills."""
        columns: BaseModel = self.columns  # type: ignore[attr-defined]  # each section has its own kind
        return {name: joined for name, joined in columns if joined is not None}

    def formats(self, column: str) -> tuple[str, ...]:  # noqa: ARG002
        """The date formats of a canonical column; none where the usual ones serve."""
        return ()

    def problems(self) -> list[str]:
        """What cannot work although every single key is right."""
        known = tuple(type(self.columns).model_fields)  # type: ignore[attr-defined]
        return [
            problem
            for column, values in self.value_maps.items()
            for problem in _value_problems(column, values, known)
        ]


class DatedSection(Section):
    """A section of things with dates of their own."""

    date_formats: tuple[str, ...] = ()
    dates: dict[str, tuple[str, ...]] = Field(default={})

    def formats(self, column: str) -> tuple[str, ...]:
        """See `Section.formats`."""
        return self.dates.get(column) or self.date_formats

    def problems(self) -> list[str]:
        """See `Section.problems`."""
        patterns = [*self.date_formats, *(pattern for group in self.dates.values() for pattern in group)]
        return super().problems() + [
            _("日期格式“{seen}”不是 strptime 写法，或没有年月日；例如 %Y-%m-%d %H:%M:%S。").format(
                seen=pattern
            )
            for pattern in patterns
            if format_problem(pattern)
        ]


class LocatedSection(DatedSection):
    """A section of things with coordinates and dates of their own."""

    crs: str | None = None

    def problems(self) -> list[str]:
        """See `Section.problems`."""
        found = super().problems()
        targets = self.targets
        if ("lon" in targets) != ("lat" in targets):
            found.append(_("columns.lon 和 columns.lat 要么都写，要么都不写。"))
        if self.crs is not None:
            try:
                normalise_crs(self.crs)
            except UnknownCrs as error:
                found.append(f"crs: {error}")
        return found


class CaseSection(LocatedSection):
    """[case]: the source, its columns, and how values are read."""

    key: ClassVar[str] = "case"
    source: str | None = Field(default=None, min_length=1)
    columns: CaseColumns
    timezone: str = "Asia/Shanghai"
    state_from: dict[str, str] = Field(default={})
    personal: tuple[str, ...] = ()
    prefer: Literal["point", "code", "name"] = "point"
    area_level: Level | None = None
    duplicate_policy: Literal["reject", "keep_apart", "last"] = "reject"
    every_hours: int | None = Field(default=None, ge=1, le=87_600)
    """How often the source promises to deliver; an import notes it."""

    @property
    def zone(self) -> tzinfo:
        """The time zone of the file's local times."""
        return ZoneInfo(self.timezone)

    @property
    def personal_columns(self) -> frozenset[str]:
        """Columns of the file whose values are never printed."""
        mapped = (self.targets[name].columns for name in PERSONAL_COLUMNS if name in self.targets)
        return frozenset(self.personal).union(*mapped)

    def problems(self) -> list[str]:
        """See `Section.problems`."""
        found = super().problems() + self._state_problems() + self._personal_problems()
        if (self.source is None) == (self.columns.source is None):
            found.append(_("source（固定来源名）和 columns.source（来源列）必须恰好写一个。"))
        if self.duplicate_policy == "last" and self.columns.updated_at is None:
            found.append(_('duplicate_policy = "last" 要靠更新时间分先后：请写 columns.updated_at。'))
        try:
            ZoneInfo(self.timezone)
        except (KeyError, ValueError, OSError):
            found.append(
                _("timezone 写的是“{seen}”，没有这个时区；例如 Asia/Shanghai、UTC。").format(
                    seen=self.timezone
                )
            )
        found += [
            unknown_value("dates", name, DATE_COLUMNS) for name in self.dates if name not in DATE_COLUMNS
        ]
        return found

    def _state_problems(self) -> list[str]:
        if self.columns.state is None and not self.state_from:
            return [_("案件状态没有来处：请写 columns.state，或用 state_from 按时间列推出。")]
        found = []
        for column, state in self.state_from.items():
            if column != "otherwise" and column not in self.targets:
                found.append(_("state_from.{column}：columns 里没有这一列。").format(column=column))
            if state not in CLOSED_VOCABULARIES["state"]:
                found.append(unknown_value(f"state_from.{column}", state, CLOSED_VOCABULARIES["state"]))
        return found

    def _personal_problems(self) -> list[str]:
        """A personal column of the file must not reach a public field."""
        return [
            _("columns.{name} 用到了个人信息列“{column}”，会把它公开；请改用其他列。").format(
                name=name, column=column
            )
            for name, joined in self.targets.items()
            if name not in PERSONAL_COLUMNS
            for column in joined.columns
            if column in self.personal_columns
        ]


class PointSection(LocatedSection):
    """[point]: service points; `kind` is one constant kind for the whole file."""

    key: ClassVar[str] = "point"
    columns: PointColumns
    kind: PointKind | None = None

    def problems(self) -> list[str]:
        """See `Section.problems`."""
        found = super().problems()
        if (self.kind is None) == (self.columns.kind is None):
            found.append(_("kind（固定类别）和 columns.kind（类别列）必须恰好写一个。"))
        return found


class CompoundSection(LocatedSection):
    """[compound]: residential compounds."""

    key: ClassVar[str] = "compound"
    columns: CompoundColumns


class DutySection(Section):
    """[duty]: posts that answer for areas; a post is never a person, so no column of names is taken."""

    key: ClassVar[str] = "duty"
    columns: DutyColumns
    area_level: Level | None = None

    def problems(self) -> list[str]:
        """See `Section.problems`."""
        found = super().problems()
        if self.columns.area_code is None and self.columns.area_name is None:
            found.append(_("岗位负责的区域没有来处：请写 columns.area_code 或 columns.area_name。"))
        if self.area_level is not None and self.columns.area_level is not None:
            found.append(_("area_level（固定层级）和 columns.area_level（层级列）只能写一个。"))
        found += [
            _("columns.{name} 用到了像是个人信息的列“{column}”；只登记岗位，不登记个人。").format(
                name=name, column=column
            )
            for name, joined in self.targets.items()
            for column in joined.columns
            if looks_personal(column)
        ]
        return found


class AssessmentSection(DatedSection):
    """[assessment]: assessments of compounds or companies; `indicator` is one name for the whole file.

    `scale`: the least and the greatest value that there can be; a row beyond is rejected. `columns.maximum` says the
    greatest one row by row, above a least of 0.
    """

    key: ClassVar[str] = "assessment"
    columns: AssessmentColumns
    indicator: str | None = Field(default=None, min_length=1)
    scale: tuple[FiniteFloat, FiniteFloat] | None = None

    def problems(self) -> list[str]:
        """See `Section.problems`."""
        found, columns = super().problems(), self.columns
        if (self.indicator is None) == (columns.indicator is None):
            found.append(_("indicator（固定指标名）和 columns.indicator（指标列）必须恰好写一个。"))
        if self.scale is not None and self.scale[0] >= self.scale[1]:
            found.append(
                _("scale 写的是 {least:g} 到 {greatest:g}，应当先小后大，如 [0, 100]。").format(
                    least=self.scale[0], greatest=self.scale[1]
                )
            )
        if columns.compound_code is None and columns.company is None:
            found.append(_("考核的对象没有来处：请写 columns.compound_code 或 columns.company。"))
        bounds = (columns.period_start, columns.period_end)
        if (columns.period is None) == (bounds == (None, None)) or (None in bounds and any(bounds)):
            found.append(
                _("考核的周期请写 columns.period，或者 columns.period_start 和 columns.period_end。")
            )
        return found


def _value_problems(column: str, values: ValueMap, columns: tuple[str, ...]) -> list[str]:
    if column not in columns:
        return [unknown_value("values", column, columns)]
    closed = CLOSED_VOCABULARIES.get(column)
    if closed is None:
        return []
    targets: Table[str, str] = {f"map.{seen}": target for seen, target in values.map.items()}
    if values.default is not None:
        targets = {**targets, "default": values.default}
    found = [
        unknown_value(f"values.{column}.{key}", target, closed)
        for key, target in targets.items()
        if target not in closed and not (target == "" and column != "state")
    ]
    if values.unmapped == "keep":
        found.append(_("values.{column}.unmapped：这一列只收固定取值，不能 keep。").format(column=column))
    return found

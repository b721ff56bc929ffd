"""A file of exports that come back: which view, as what, into which folder, how often (docs/examples/schedule.toml).

An entry is due while the file of the present day, week or month is not there: nothing has to be remembered, a run
that was missed is made up, and one that is started twice does the work once. Days are those of the city up to its
as-of time.
"""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from domain.errors import InputRefused
from domain.i18n import _
from domain.vocabulary import Level

Every = Literal["day", "week", "month"]

_PATTERN = "{view}_{period}"


class Entry(BaseModel):
    """One export that comes back.

    The view is one of `owner`, else one that the operator may open; there is one file `per` area of a level, or one
    for all; `folder` is relative to the schedule's own. The pattern of the file's name may hold {view}, {date},
    {week}, {month} and {period}, which is the one that `every` names; the ending is added.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    view: str = Field(min_length=1)
    owner: str | None = None
    per: Level | None = None
    format: Literal["csv", "xlsx", "geojson", "gpkg", "parquet"]
    folder: Path
    file: str = _PATTERN
    every: Every = "day"

    @field_validator("file")
    @classmethod
    def _can_be_filled(cls, pattern: str) -> str:
        filled(pattern, "view", "day", date(2026, 1, 1))
        return pattern

    def name(self, view: str, day: date) -> str:
        """The file's name on a day; `view` is what of the view's name may stand in one."""
        ending = "zip" if self.per else self.format
        return f"{filled(self.file, view, self.every, day)}.{ending}"


class Schedule(BaseModel):
    """All entries of a file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    export: tuple[Entry, ...] = Field(min_length=1)


def filled(pattern: str, view: str, every: Every, day: date) -> str:
    """A pattern with its placeholders filled. Raises ValueError for another placeholder, or a name with folders."""
    year, week, _weekday = day.isocalendar()
    told = {
        "view": view,
        "date": day.isoformat(),
        "week": f"{year}-W{week:02}",
        "month": f"{day:%Y-%m}",
    }
    told["period"] = told["date" if every == "day" else every]
    try:
        name = pattern.format_map(told)
    except (KeyError, IndexError, AttributeError) as error:
        raise ValueError(f"unknown placeholder {error} in {pattern!r}; known: {', '.join(told)}") from None
    if not name or name != Path(name).name or set(name) & set('\\/:*?"<>|') or name.startswith("."):
        raise ValueError(f"{pattern!r} is no plain file name")
    return name


def read_schedule(path: Path) -> Schedule:
    """The schedule of a file. Raises InputRefused that names every key that is wrong."""
    if not path.is_file():
        raise InputRefused(_("没有文件 {path}。").format(path=path), _("请检查路径。"))
    try:
        document: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return Schedule.model_validate(document)
    except ValidationError as error:
        lines = [f"- {'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()]
        raise InputRefused(
            _("计划文件 {path} 有 {n} 处不对：").format(path=path.name, n=len(lines))
            + "\n"
            + "\n".join(lines),
            _("写法见 docs/examples/schedule.toml。"),
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputRefused(
            _("计划文件 {path} 不是正确的 TOML：{reason}").format(path=path.name, reason=error),
            _("写法见 docs/examples/schedule.toml。"),
        ) from None

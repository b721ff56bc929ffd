"""The command line: `python -m data VERB …`. Exit codes: 0 done, 1 refused, 2 usage, 130 stopped."""

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from data.export import ExportFormat
from data.ingest.propose import propose
from data.ingest.propose_places import propose_places
from domain.errors import Cancelled, InputRefused, OneGridError
from domain.i18n import DEFAULT_LANGUAGE, LANGUAGES, _, use_language
from domain.indicators import catalogue
from domain.settings import read_settings
from domain.vocabulary import ImportKind, Level, LineKind
from server.operator.audit_cli import audit_app
from server.operator.indicator import profiles_told
from server.operator.rating_cli import add_rate_command
from server.operator.render import render, say, watched
from server.operator.users_cli import users_app
from server.operator.views_cli import add_view_commands
from server.operator.work import do

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Imports, checks, exports and keeps the data of a city. 导入、核对、导出与维护一个城市的数据。",
)
import_app = typer.Typer(no_args_is_help=True, help="Bring a file in; every row is accounted for. 导入文件。")
export_app = typer.Typer(help="Write out exactly what a filter keeps. 导出筛选结果。")
app.add_typer(import_app, name="import")
app.add_typer(export_app, name="export")

JSON_OPTION = typer.Option("--json", help="Print one JSON object on stdout and nothing else.")
Json = Annotated[bool, JSON_OPTION]
File = Annotated[Path, typer.Argument(help="The file.")]
Share = Annotated[
    float | None,
    typer.Option(
        "--max-reject-share", min=0.0, max=1.0, help="Refuse the file where more of its rows are rejected."
    ),
]
MaybeMapping = Annotated[
    Path | None, typer.Option("--mapping", help="The mapping (TOML); not needed for our own column names.")
]
MappingFile = Annotated[Path, typer.Option("--mapping", help="The mapping (TOML); `map FILE` proposes one.")]
Crs = Annotated[
    str | None,
    typer.Option("--crs", help="wgs84, cgcs2000, gcj02, bd09 or EPSG:n; default: what the file says."),
]
Start = Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")]
End = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day.")]
AreaCode = Annotated[str | None, typer.Option("--area", help="Code of an area.")]
Categories = Annotated[list[str] | None, typer.Option("--category", help="A category; may be repeated.")]
Channels = Annotated[list[str] | None, typer.Option("--channel", help="A channel; may be repeated.")]
States = Annotated[list[str] | None, typer.Option("--state", help="A state; may be repeated.")]
SearchText = Annotated[str | None, typer.Option("--text", help="In number, title or place.")]


class _Options:
    """What stands before the verb."""

    db: Path
    language: str


@app.callback()
def options(
    db: Annotated[
        Path | None, typer.Option("--db", help="The database (default: ONEGRID_DB, else var/onegrid.duckdb).")
    ] = None,
    language: Annotated[str | None, typer.Option("--lang", help="zh or en.")] = None,
) -> None:
    """Chooses the database and the language."""
    if language is not None and language not in LANGUAGES:
        raise typer.BadParameter(f"--lang was {language!r}, expected one of {sorted(LANGUAGES)}")
    _Options.language = language or DEFAULT_LANGUAGE
    with _told(as_json=False):
        settings = read_settings()
    _Options.db = db or settings.db
    _Options.language = language or settings.language


@import_app.command("areas")
def import_areas(
    file: File,
    level: Annotated[Level, typer.Option("--level", help="The level that the file's areas have.")],
    name: Annotated[str, typer.Option("--name", help="Field with the name.")],
    code: Annotated[
        str | None, typer.Option("--code", help="Field with the code; none: codes are generated.")
    ] = None,
    parent: Annotated[str | None, typer.Option("--parent", help="Field with the parent's code.")] = None,
    households: Annotated[str | None, typer.Option("--households", help="Field with the households.")] = None,
    population: Annotated[str | None, typer.Option("--population", help="Field with the population.")] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="Field that says 综合 or 专属.")] = None,
    urban_class: Annotated[
        str | None, typer.Option("--urban-class", help="Field with the urban-rural class.")
    ] = None,
    crs: Crs = None,
    max_reject_share: Share = None,
    as_json: Json = False,
) -> None:
    """Boundaries of one level: GeoJSON, GeoPackage, Shapefile (zipped too), FlatGeobuf, GeoParquet."""
    params = {
        "file": _absolute(file),
        "level": level.value,
        "name": name,
        "code": code,
        "parent": parent,
        "households": households,
        "population": population,
        "kind": kind,
        "urban_class": urban_class,
        "crs": crs,
        "max_reject_share": max_reject_share,
    }
    _work("import_areas", params, as_json=as_json)


@import_app.command("cases")
def import_cases(
    file: File, mapping: MappingFile, max_reject_share: Share = None, as_json: Json = False
) -> None:
    """Cases: CSV, XLSX, Parquet, GeoJSON, or a zip of one of them."""
    _work("import_cases", _mapped(file, mapping, max_reject_share), as_json=as_json)


@import_app.command("points")
def import_points(
    file: File, mapping: MaybeMapping = None, max_reject_share: Share = None, as_json: Json = False
) -> None:
    """Service points: police rooms and posts, party centres and stations, courier stations, canteens."""
    _work("import_points", _mapped(file, mapping, max_reject_share), as_json=as_json)


@import_app.command("compounds")
def import_compounds(
    file: File, mapping: MaybeMapping = None, max_reject_share: Share = None, as_json: Json = False
) -> None:
    """Residential compounds, as polygons or points."""
    _work("import_compounds", _mapped(file, mapping, max_reject_share), as_json=as_json)


@import_app.command("lines")
def import_lines(
    file: File,
    kind: Annotated[LineKind, typer.Option("--kind", help="What the lines are.")],
    name: Annotated[str | None, typer.Option("--name", help="Field with the name.")] = None,
    rank: Annotated[
        str | None, typer.Option("--rank", help="Field with the rank, 1 = most important.")
    ] = None,
    crs: Crs = None,
    max_reject_share: Share = None,
    as_json: Json = False,
) -> None:
    """Roads, rivers and railways of the base map."""
    params = {
        "file": _absolute(file),
        "kind": kind.value,
        "name": name,
        "rank": rank,
        "crs": crs,
        "max_reject_share": max_reject_share,
    }
    _work("import_lines", params, as_json=as_json)


@import_app.command("duty")
def import_duty(
    file: File, mapping: MaybeMapping = None, max_reject_share: Share = None, as_json: Json = False
) -> None:
    """Who answers for an area, by post and never by name: grid leads, community police, party workers."""
    _work("import_duty", _mapped(file, mapping, max_reject_share), as_json=as_json)


@import_app.command("assessments")
def import_assessments(
    file: File, mapping: MaybeMapping = None, max_reject_share: Share = None, as_json: Json = False
) -> None:
    """Assessments of compounds or companies for a period: party-building, inspections, credit."""
    _work("import_assessments", _mapped(file, mapping, max_reject_share), as_json=as_json)


@app.command("map")
def map_file(
    file: File,
    kind: Annotated[ImportKind, typer.Option("--kind", help="What the file holds.")] = ImportKind.CASES,
    out: Annotated[
        Path | None, typer.Option("--out", help="Where to write the mapping; default: print it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Propose a mapping from the header and the first rows of a file."""
    with _told(as_json=as_json):
        if out is not None and out.exists():
            raise InputRefused(_("{path} 已存在。").format(path=out), _("请换一个文件名。"))
        path = Path(_absolute(file))
        text = propose(path) if kind is ImportKind.CASES else propose_places(path, kind)
        if out is not None:
            out.write_text(text, encoding="utf-8")
    if as_json:
        _print_json({"file": str(out) if out else None, "mapping": text})
    elif out is None:
        print(text)
    else:
        with use_language(_Options.language):
            say(Console(), _("映射已写入 {path}，请核对标有“不确定”的行。").format(path=out))


@app.command("undo")
def undo(
    batch: Annotated[int, typer.Argument(help="The batch, as the import and `status` name it.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without this only a preview is shown.")] = False,
    as_json: Json = False,
) -> None:
    """Take an import back: first previewed, with --yes done."""
    _work("undo", {"batch": batch, "preview": not yes}, as_json=as_json)


@app.command("rejects")
def rejects(
    batch: Annotated[int, typer.Argument(help="The batch.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the rows as CSV: correct and import again.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Rows of an import that were kept out, with rule and value."""
    _work("rejects", {"batch": batch, "out": _absolute(out) if out else None}, as_json=as_json)


@app.command("status")
def status(as_json: Json = False) -> None:
    """What the database holds, and its imports."""
    _work("status", {}, as_json=as_json)


@app.command("summary")
def summary(
    by: Annotated[Level, typer.Option("--by", help="The level to sum up by.")], as_json: Json = False
) -> None:
    """Cases by area of a level; total = sum of the rows + unplaced."""
    _work("summary", {"by": by.value}, as_json=as_json)


@app.command("relocate")
def relocate(as_json: Json = False) -> None:
    """Join all cases, points and compounds again, after boundaries have changed."""
    _work("relocate", {}, as_json=as_json)


@app.command("figures")
def figures(
    start: Start = None,
    end: End = None,
    area: AreaCode = None,
    category: Categories = None,
    channel: Channels = None,
    state: States = None,
    text: SearchText = None,
    as_json: Json = False,
) -> None:
    """The headline figures of the cases that a filter keeps."""
    wanted = _filter(start, end, area, category, channel, state, text)
    _work("figures", {"filter": wanted}, as_json=as_json)


@app.command("indicator")
def indicator(
    name: Annotated[
        str | None, typer.Argument(help="An indicator of the profile; none: all are listed.")
    ] = None,
    show_all: Annotated[
        bool, typer.Option("--list", help="List profiles and indicators with their definitions.")
    ] = False,
    profile: Annotated[
        str | None, typer.Option("--profile", help=f"The profile; default: {catalogue.DEFAULT}.")
    ] = None,
    by: Annotated[Level | None, typer.Option("--by", help="By area of a level, in honest order.")] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="A local date or time; nothing later is known.")
    ] = None,
    start: Start = None,
    end: End = None,
    area: AreaCode = None,
    category: Categories = None,
    channel: Channels = None,
    state: States = None,
    text: SearchText = None,
    side: Annotated[
        str | None,
        typer.Option(
            "--cases", help="Write the cases of a side: numerator, rest, excluded:REASON or part:NAME."
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="The file to write them to.")] = None,
    file_format: Annotated[ExportFormat | None, typer.Option("--format", help="The file's format.")] = None,
    as_json: Json = False,
) -> None:
    """A figure by its definition. With --from or --to they give the period, else the profile's window does."""
    wanted = _filter(start, end, area, category, channel, state, text)
    if name is None or show_all:
        asked = [
            name,
            by,
            as_of,
            side,
            out,
            file_format,
            *(value for values in wanted.values() for value in values),
        ]
        if any(value is not None for value in asked):
            raise typer.BadParameter("a list takes no option but --profile; a figure needs the NAME")
        _list_profiles(profile, as_json=as_json)
        return
    if (side is None) != (out is None) or (side is None) != (file_format is None):
        raise typer.BadParameter("--cases, --out and --format go together")
    params = {
        "name": name,
        "profile": profile or catalogue.DEFAULT,
        "by": by.value if by else None,
        "as_of": as_of,
        "filter": wanted,
        "side": side,
        "out": _absolute(out) if out else None,
        "format": file_format.value if file_format else None,
    }
    _work("indicator", params, as_json=as_json)


def _list_profiles(only: str | None, *, as_json: bool) -> None:
    """Tells the definitions; no database is needed for it."""
    with _told(as_json=as_json):
        result = profiles_told(only)
        if as_json:
            _print_json(result)
        else:
            render("profiles", result)


@export_app.command("cases")
def export_cases(
    out: Annotated[Path, typer.Option("--out", help="The file to write.")],
    file_format: Annotated[ExportFormat, typer.Option("--format", help="The file's format.")],
    start: Start = None,
    end: End = None,
    area: AreaCode = None,
    category: Categories = None,
    channel: Channels = None,
    state: States = None,
    text: SearchText = None,
    as_json: Json = False,
) -> None:
    """Exactly the cases that a filter keeps, with a description beside the file."""
    wanted = _filter(start, end, area, category, channel, state, text)
    params = {"out": _absolute(out), "format": file_format.value, "filter": wanted}
    _work("export_cases", params, as_json=as_json)


@app.command("backup")
def backup(file: File, as_json: Json = False) -> None:
    """Copy the whole database into a file, while people go on working."""
    _work("backup", {"file": _absolute(file)}, as_json=as_json)


@app.command("restore")
def restore(file: File, as_json: Json = False) -> None:
    """Put a backup in the place of the database; what stood there is kept beside it."""
    _work("restore", {"file": _absolute(file)}, as_json=as_json)


@app.command("city")
def city(
    name: Annotated[str | None, typer.Option("--name", help="The city's name.")] = None,
    timezone: Annotated[str | None, typer.Option("--timezone", help="IANA name, e.g. Asia/Shanghai.")] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="live, data, or a local time to pin it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Name, time zone and as-of time of the city."""
    _work("city", {"name": name, "timezone": timezone, "as_of": as_of}, as_json=as_json)


@app.command("source")
def source(
    name: Annotated[str | None, typer.Argument(help="A source of cases; none: all are listed.")] = None,
    every: Annotated[
        int | None,
        typer.Option(
            "--every", min=0, max=87_600, help="Hours within which it promises to deliver; 0 takes it back."
        ),
    ] = None,
    note: Annotated[str | None, typer.Option("--note", help="A word on the promise.")] = None,
    as_json: Json = False,
) -> None:
    """Sources of cases: how fresh they are, and how often each promises to deliver."""
    if name is None and (every is not None or note is not None):
        raise typer.BadParameter("--every and --note need the NAME of a source")
    _work("source", {"name": name, "every": every, "note": note}, as_json=as_json)


@app.command("demo")
def demo(
    scale: Annotated[str, typer.Option("--scale", help="town, city or province.")] = "town",
    as_json: Json = False,
) -> None:
    """Build the fictional demo city 云州市 in an empty database."""
    if scale not in {"town", "city", "province"}:
        raise typer.BadParameter(f"--scale was {scale!r}, expected town, city or province")
    _work("demo", {"scale": scale}, as_json=as_json)


@app.command("retention")
def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what is past its term.")] = False,
    as_json: Json = False,
) -> None:
    """Erase personal values past their term (ONEGRID_RETENTION_…_DAYS); it cannot be undone."""
    _work("retention", {"preview": dry_run}, as_json=as_json)


app.add_typer(audit_app(lambda verb, params, as_json: _work(verb, params, as_json=as_json)), name="audit")
app.add_typer(users_app(lambda verb, params, as_json: _work(verb, params, as_json=as_json)), name="users")

add_rate_command(app, lambda verb, params, as_json: _work(verb, params, as_json=as_json))
add_view_commands(export_app, lambda verb, params, as_json: _work(verb, params, as_json=as_json))


def _filter(
    start: datetime | None,
    end: datetime | None,
    area: str | None,
    category: list[str] | None,
    channel: list[str] | None,
    state: list[str] | None,
    text: str | None,
) -> dict[str, list[str]]:
    """The options as query parameters, the form that CaseFilter.from_query reads."""
    return {
        "from": [f"{start:%Y-%m-%d}"] if start else [],
        "to": [f"{end:%Y-%m-%d}"] if end else [],
        "area": [area] if area else [],
        "category": category or [],
        "channel": channel or [],
        "state": state or [],
        "text": [text] if text else [],
    }


def _work(verb: str, params: dict[str, Any], *, as_json: bool) -> dict[str, Any]:
    """Has a verb done, tells its result and returns it."""
    with _told(as_json=as_json):
        with watched(quiet=as_json) as progress:
            result = do(_Options.db, verb, params, progress, _seal)
        if as_json:
            _print_json(result)
        else:
            render(verb, result)
    return result


def _seal() -> None:
    """From now on Ctrl-C does nothing: the work is done, and saying "stopped" would be untrue.

    It stays so to the end of the process: an interpreter that is interrupted while it ends looks like a
    program that was stopped, whatever it has said before.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _told(*, as_json: bool) -> Iterator[None]:
    """Speaks the chosen language and turns errors into a message and an exit code."""
    with use_language(_Options.language):
        try:
            yield
        except OneGridError as error:
            _complain(error, as_json=as_json)
            raise typer.Exit(error.exit_code) from error
        except KeyboardInterrupt:
            stopped = Cancelled(_("已停止，没有留下半截数据。"))
            _complain(stopped, as_json=as_json)
            raise typer.Exit(stopped.exit_code) from None


def _complain(error: OneGridError, *, as_json: bool) -> None:
    """Tells people on stderr, and whoever asked for JSON on stdout too."""
    console = Console(stderr=True)
    say(console, _("未完成：{message}").format(message=error.message))
    if error.remedy:
        say(console, error.remedy)
    if as_json:
        kind = type(error).__name__
        _print_json({"error": {"kind": kind, "message": error.message, "remedy": error.remedy}})


def _print_json(result: dict[str, Any]) -> None:
    """One object in UTF-8, as JSON is defined, whatever the terminal speaks."""
    text = json.dumps(result, ensure_ascii=False, default=str)
    sys.stdout.buffer.write(f"{text}\n".encode(errors="replace"))
    sys.stdout.buffer.flush()


def _mapped(file: Path, mapping: Path | None, max_reject_share: float | None) -> dict[str, Any]:
    """The parameters of an import by a mapping."""
    return {
        "file": _absolute(file),
        "mapping": _absolute(mapping) if mapping else None,
        "max_reject_share": max_reject_share,
    }


def _absolute(path: Path) -> str:
    return str(path.resolve())

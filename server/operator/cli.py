"""The command line: `python -m data VERB …`. Exit codes: 0 done, 1 refused, 2 usage, 130 stopped."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from data.export import ExportFormat
from data.ingest.propose import propose
from data.ingest.propose_places import propose_places
from domain.errors import InputRefused
from domain.i18n import DEFAULT_LANGUAGE, LANGUAGES, _, use_language
from domain.settings import read_settings
from domain.vocabulary import ImportKind, Level
from server.operator.audit_cli import audit_app
from server.operator.command import File, Json, Options, absolute, print_json, told, work
from server.operator.filter_options import (
    AreaCode,
    Categories,
    Channels,
    Companies,
    Compounds,
    End,
    SearchText,
    Start,
    States,
    filter_query,
)
from server.operator.import_cli import import_app
from server.operator.indicator_cli import add_indicator_command
from server.operator.progress_bar import watched
from server.operator.rating_cli import add_rate_command
from server.operator.terminal import say
from server.operator.users_cli import users_app
from server.operator.views_cli import add_view_commands
from server.operator.work import do

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Imports, checks, exports and keeps the data of a city. 导入、核对、导出与维护一个城市的数据。",
)
export_app = typer.Typer(help="Write out exactly what a filter keeps. 导出筛选结果。")
app.add_typer(import_app, name="import")
app.add_typer(export_app, name="export")


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
    Options.language = language or DEFAULT_LANGUAGE
    with told(as_json=False):
        settings = read_settings()
    Options.db = db or settings.db
    Options.language = language or settings.language


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
    with told(as_json=as_json):
        if out is not None and out.exists():
            raise InputRefused(_("{path} 已存在。").format(path=out), _("请换一个文件名。"))
        path = Path(absolute(file))
        text = _proposed_cases(path) if kind is ImportKind.CASES else propose_places(path, kind)
        if out is not None:
            out.write_text(text, encoding="utf-8")
    if as_json:
        print_json({"file": str(out) if out else None, "mapping": text})
    elif out is None:
        print(text)
    else:
        with use_language(Options.language):
            say(Console(), _("映射已写入 {path}，请核对标有“不确定”的行。").format(path=out))


def _proposed_cases(path: Path) -> str:
    """A mapping for cases, in the time zone of the city where there is a database."""
    if not Options.db.exists():
        return propose(path)
    with watched(quiet=True) as progress:
        city = do(Options.db, "status", {}, progress, lambda: None)
    return propose(path, city["timezone"])


@app.command("undo")
def undo(
    batch: Annotated[int, typer.Argument(help="The batch, as the import and `status` name it.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without this only a preview is shown.")] = False,
    as_json: Json = False,
) -> None:
    """Take an import back: first previewed, with --yes done."""
    work("undo", {"batch": batch, "preview": not yes}, as_json=as_json)


@app.command("rejects")
def rejects(
    batch: Annotated[int, typer.Argument(help="The batch.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the rows as CSV: correct and import again.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Rows of an import that were kept out, with rule and value."""
    work("rejects", {"batch": batch, "out": absolute(out) if out else None}, as_json=as_json)


@app.command("status")
def status(as_json: Json = False) -> None:
    """What the database holds, and its imports."""
    work("status", {}, as_json=as_json)


@app.command("summary")
def summary(
    by: Annotated[Level, typer.Option("--by", help="The level to sum up by.")], as_json: Json = False
) -> None:
    """Cases by area of a level; total = sum of the rows + unplaced."""
    work("summary", {"by": by.value}, as_json=as_json)


@app.command("relocate")
def relocate(as_json: Json = False) -> None:
    """Join all cases, points and compounds again, after boundaries have changed."""
    work("relocate", {}, as_json=as_json)


@app.command("figures")
def figures(
    start: Start = None,
    end: End = None,
    area: AreaCode = None,
    category: Categories = None,
    channel: Channels = None,
    state: States = None,
    text: SearchText = None,
    compound: Compounds = None,
    company: Companies = None,
    as_json: Json = False,
) -> None:
    """The headline figures of the cases that a filter keeps."""
    wanted = filter_query(
        start,
        end,
        area=area,
        category=category,
        channel=channel,
        state=state,
        text=text,
        in_compound=compound,
        of_company=company,
    )
    work("figures", {"filter": wanted}, as_json=as_json)


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
    compound: Compounds = None,
    company: Companies = None,
    as_json: Json = False,
) -> None:
    """Exactly the cases that a filter keeps, with a description beside the file."""
    wanted = filter_query(
        start,
        end,
        area=area,
        category=category,
        channel=channel,
        state=state,
        text=text,
        in_compound=compound,
        of_company=company,
    )
    params = {"out": absolute(out), "format": file_format.value, "filter": wanted}
    work("export_cases", params, as_json=as_json)


@app.command("backup")
def backup(file: File, as_json: Json = False) -> None:
    """Copy the whole database into a file, while people go on working."""
    work("backup", {"file": absolute(file)}, as_json=as_json)


@app.command("restore")
def restore(file: File, as_json: Json = False) -> None:
    """Put a backup in the place of the database; what stood there is kept beside it."""
    work("restore", {"file": absolute(file)}, as_json=as_json)


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
    work("city", {"name": name, "timezone": timezone, "as_of": as_of}, as_json=as_json)


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
    work("source", {"name": name, "every": every, "note": note}, as_json=as_json)


@app.command("demo")
def demo(
    scale: Annotated[str, typer.Option("--scale", help="town, city or province.")] = "town",
    as_json: Json = False,
) -> None:
    """Build the fictional demo city 云州市 in an empty database."""
    if scale not in {"town", "city", "province"}:
        raise typer.BadParameter(f"--scale was {scale!r}, expected town, city or province")
    work("demo", {"scale": scale}, as_json=as_json)


@app.command("retention")
def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what is past its term.")] = False,
    as_json: Json = False,
) -> None:
    """Erase personal values past their term (ONEGRID_RETENTION_…_DAYS); it cannot be undone."""
    work("retention", {"preview": dry_run}, as_json=as_json)


app.add_typer(audit_app(), name="audit")
app.add_typer(users_app(), name="users")
add_indicator_command(app)
add_rate_command(app)
add_view_commands(export_app)

"""`python -m data export view NAME`, `export schedule FILE`, and the short form `export --view NAME`."""

from pathlib import Path
from typing import Annotated

import typer

from data.bundle import safe_part
from data.export import ExportFormat
from domain.vocabulary import Level
from server.operator.command import Json, absolute, work

Owner = Annotated[
    str | None, typer.Option("--owner", help="Login of whoever owns the view; needed for a private one.")
]
Per = Annotated[
    Level | None, typer.Option("--per", help="One file for each area of this level, all in one zip.")
]
Out = Annotated[
    Path | None, typer.Option("--out", help="The file to write; default: the view's name, in this folder.")
]
Format = Annotated[ExportFormat, typer.Option("--format", help="The format of the file, or of each file.")]


def add_view_commands(app: typer.Typer) -> None:
    """Adds the commands to those that export."""

    def export(
        name: str,
        owner: str | None,
        per: Level | None,
        form: ExportFormat,
        out: Path | None,
        *,
        as_json: bool,
    ) -> None:
        ending = "zip" if per else form.value
        target = out or Path(f"{safe_part(name) or 'view'}.{ending}")
        params = {
            "view": name,
            "owner": owner,
            "per": per.value if per else None,
            "format": form.value,
            "out": absolute(target),
        }
        work("export_view", params, as_json=as_json)

    @app.command("view")
    def view(
        name: Annotated[str, typer.Argument(help="The view's name.")],
        owner: Owner = None,
        per: Per = None,
        file_format: Format = ExportFormat.CSV,
        out: Out = None,
        as_json: Json = False,
    ) -> None:
        """The cases of a saved view."""
        export(name, owner, per, file_format, out, as_json=as_json)

    @app.command("schedule")
    def schedule(
        file: Annotated[Path, typer.Argument(help="The schedule (TOML), see docs/examples/schedule.toml.")],
        as_json: Json = False,
    ) -> None:
        """All exports of a schedule that are due; 1 is the exit code where one failed."""
        if work("schedule", {"file": absolute(file)}, as_json=as_json)["failed"]:
            raise typer.Exit(1)

    @app.callback(invoke_without_command=True)
    def short_form(
        context: typer.Context,
        name: Annotated[str | None, typer.Option("--view", help="As `export view NAME`.")] = None,
        owner: Owner = None,
        per: Per = None,
        file_format: Format = ExportFormat.CSV,
        out: Out = None,
        as_json: Json = False,
    ) -> None:
        """Write out exactly what a filter or a saved view keeps."""
        if context.invoked_subcommand is None and name is not None:
            export(name, owner, per, file_format, out, as_json=as_json)
        elif name is not None:
            raise typer.BadParameter("--view is a command of its own: leave the other one out")
        elif context.invoked_subcommand is None:
            typer.echo(context.get_help())
            raise typer.Exit(2)

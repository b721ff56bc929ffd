"""`python -m data audit …`: whether the audit is whole, what stands in it, and taking it out."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from data.export import ExportFormat
from domain.audit import Action
from server.operator.command import Json, absolute, work

Start = Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First local day.")]
End = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last local day.")]
Who = Annotated[str | None, typer.Option("--actor", help="A login, or part of one.")]
Actions = Annotated[list[Action] | None, typer.Option("--action", help="An action; may be repeated.")]
About = Annotated[str | None, typer.Option("--subject", help="A subject, or part of one: case:12, batch:3.")]


def audit_app() -> typer.Typer:
    """The commands."""
    app = typer.Typer(no_args_is_help=True, help="Who did what, and whether it is all there. 审计。")

    @app.command("verify")
    def verify(as_json: Json = False) -> None:
        """Hold every row against its hash, the row before it and the anchor; exit code 1 where one is wrong."""
        if not work("audit_verify", {}, as_json=as_json)["ok"]:
            raise typer.Exit(1)

    @app.command("list")
    def list_rows(
        start: Start = None,
        end: End = None,
        actor: Who = None,
        action: Actions = None,
        subject: About = None,
        most: Annotated[int, typer.Option("--most", min=1, max=10_000, help="How many at most.")] = 50,
        as_json: Json = False,
    ) -> None:
        """The newest events that a filter keeps."""
        work("audit_list", {**_filter(start, end, actor, action, subject), "most": most}, as_json=as_json)

    @app.command("export")
    def export(
        out: Annotated[Path, typer.Option("--out", help="The file to write.")],
        file_format: Annotated[
            ExportFormat, typer.Option("--format", help="csv or parquet.")
        ] = ExportFormat.CSV,
        start: Start = None,
        end: End = None,
        actor: Who = None,
        action: Actions = None,
        subject: About = None,
        as_json: Json = False,
    ) -> None:
        """Write the events that a filter keeps, with their hashes."""
        params = {"out": absolute(out), "format": file_format.value}
        work("audit_export", {**_filter(start, end, actor, action, subject), **params}, as_json=as_json)

    return app


def _filter(
    start: datetime | None,
    end: datetime | None,
    actor: str | None,
    action: list[Action] | None,
    subject: str | None,
) -> dict[str, Any]:
    return {
        "from": f"{start:%Y-%m-%d}" if start else None,
        "to": f"{end:%Y-%m-%d}" if end else None,
        "actor": actor,
        "actions": [one.value for one in action or ()],
        "subject": subject,
    }

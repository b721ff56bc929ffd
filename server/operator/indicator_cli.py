"""`python -m data indicator`: a figure by its definition, or all definitions."""

from pathlib import Path
from typing import Annotated

import typer

from data.export import ExportFormat
from domain.indicators import catalogue
from domain.vocabulary import Level
from server.operator.command import Json, absolute, print_json, told, work
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
from server.operator.indicator import profiles_told
from server.operator.render import render


def add_indicator_command(app: typer.Typer) -> None:
    """Adds the command."""

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
        compound: Compounds = None,
        company: Companies = None,
        side: Annotated[
            str | None,
            typer.Option(
                "--cases", help="Write the cases of a side: numerator, rest, excluded:REASON or part:NAME."
            ),
        ] = None,
        out: Annotated[Path | None, typer.Option("--out", help="The file to write them to.")] = None,
        file_format: Annotated[
            ExportFormat | None, typer.Option("--format", help="The file's format.")
        ] = None,
        as_json: Json = False,
    ) -> None:
        """A figure by its definition. With --from or --to they give the period, else the profile's window does."""
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
            "out": absolute(out) if out else None,
            "format": file_format.value if file_format else None,
        }
        work("indicator", params, as_json=as_json)


def _list_profiles(only: str | None, *, as_json: bool) -> None:
    """Tells the definitions; no database is needed for it."""
    with told(as_json=as_json):
        result = profiles_told(only)
        if as_json:
            print_json(result)
        else:
            render("profiles", result)

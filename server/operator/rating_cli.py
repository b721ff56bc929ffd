"""`python -m data rate`: grades and lists of compounds, or one compound step by step."""

from pathlib import Path
from typing import Annotated

import typer

from domain.ratings import catalogue
from domain.ratings.periods import PERIODS_TOLD
from server.operator.command import Json, absolute, work

MOST_PERIODS = 40


def add_rate_command(app: typer.Typer) -> None:
    """Adds the command."""

    @app.command("rate")
    def rate(
        profile: Annotated[
            str | None, typer.Option("--profile", help=f"The rating profile; default: {catalogue.DEFAULT}.")
        ] = None,
        periods: Annotated[
            int, typer.Option("--periods", min=1, max=MOST_PERIODS, help="How many periods that are over.")
        ] = PERIODS_TOLD,
        area: Annotated[str | None, typer.Option("--area", help="Only compounds inside this area.")] = None,
        compound: Annotated[
            str | None, typer.Option("--compound", help="One compound by its code, step by step.")
        ] = None,
        compare: Annotated[
            str | None,
            typer.Option(
                "--compare",
                help="Another profile, by its name or as a .toml file: whose grade or list differs, and why.",
            ),
        ] = None,
        each: Annotated[
            bool, typer.Option("--each", help="Every compound too: code, name, company, total, grade.")
        ] = False,
        as_json: Json = False,
    ) -> None:
        """Compounds by a rating profile: grades, companies, the red list and the black list."""
        if area is not None and compound is not None:
            raise typer.BadParameter("--area and --compound do not go together")
        if each and (compound is not None or compare is not None):
            raise typer.BadParameter("--each does not go together with --compound or --compare")
        file = Path(compare) if compare is not None and compare.endswith(".toml") else None
        params = {
            "profile": profile,
            "periods": periods,
            "area": area,
            "compound": compound,
            "compare": file.stem if file else compare,
            "compare_file": absolute(file) if file else None,
            "each": each,
        }
        work("rate", params, as_json=as_json)

"""`python -m data rate`: grades and lists of compounds, or one compound step by step."""

from typing import Annotated

import typer

from domain.ratings import catalogue
from domain.ratings.periods import PERIODS_TOLD
from server.operator.command import Json, work

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
        as_json: Json = False,
    ) -> None:
        """Compounds by a rating profile: grades, companies, the red list and the black list."""
        if area is not None and compound is not None:
            raise typer.BadParameter("--area and --compound do not go together")
        work(
            "rate",
            {"profile": profile, "periods": periods, "area": area, "compound": compound},
            as_json=as_json,
        )

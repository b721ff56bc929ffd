"""`python -m data rate`: grades and lists of compounds, or one compound step by step."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from domain.ratings import catalogue

Work = Callable[[str, dict[str, Any], bool], object]
"""Has a verb done: its name, its parameters, whether JSON is wanted."""

MOST_PERIODS = 40


def add_rate_command(app: typer.Typer, work: Work) -> None:
    """Adds the command, which hands its work to `work`."""

    @app.command("rate")
    def rate(
        profile: Annotated[
            str | None, typer.Option("--profile", help=f"The rating profile; default: {catalogue.DEFAULT}.")
        ] = None,
        periods: Annotated[
            int, typer.Option("--periods", min=1, max=MOST_PERIODS, help="How many periods that are over.")
        ] = 4,
        area: Annotated[str | None, typer.Option("--area", help="Only compounds inside this area.")] = None,
        compound: Annotated[
            str | None, typer.Option("--compound", help="One compound by its code, step by step.")
        ] = None,
        as_json: Annotated[
            bool, typer.Option("--json", help="Print one JSON object on stdout and nothing else.")
        ] = False,
    ) -> None:
        """Compounds by a rating profile: grades, companies, the red list and the black list."""
        if area is not None and compound is not None:
            raise typer.BadParameter("--area and --compound do not go together")
        work("rate", {"profile": profile, "periods": periods, "area": area, "compound": compound}, as_json)

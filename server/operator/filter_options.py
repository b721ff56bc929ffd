"""The options that choose cases, the same for every command that takes a filter."""

from datetime import datetime
from typing import Annotated

import typer

Start = Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")]
End = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day.")]
AreaCode = Annotated[str | None, typer.Option("--area", help="Code of an area.")]
Categories = Annotated[list[str] | None, typer.Option("--category", help="A category; may be repeated.")]
Channels = Annotated[list[str] | None, typer.Option("--channel", help="A channel; may be repeated.")]
States = Annotated[list[str] | None, typer.Option("--state", help="A state; may be repeated.")]
SearchText = Annotated[str | None, typer.Option("--text", help="In number, title or place.")]
Compounds = Annotated[
    list[str] | None, typer.Option("--compound", help="In the compound with this code; may be repeated.")
]
Companies = Annotated[
    list[str] | None, typer.Option("--company", help="In compounds of this company; may be repeated.")
]


def filter_query(
    start: datetime | None, end: datetime | None, **chosen: str | list[str] | None
) -> dict[str, list[str]]:
    """The options as query parameters, the form that CaseFilter.from_query reads; `chosen` has its names."""
    period = {"from": [f"{start:%Y-%m-%d}"] if start else [], "to": [f"{end:%Y-%m-%d}"] if end else []}
    return period | {
        name: value if isinstance(value, list) else [value] if value else [] for name, value in chosen.items()
    }

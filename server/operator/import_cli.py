"""`python -m data import …`: a command a kind of file."""

from pathlib import Path
from typing import Annotated, Any

import typer

from domain.vocabulary import Level, LineKind
from server.operator.command import File, Json, absolute, work

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

import_app = typer.Typer(no_args_is_help=True, help="Bring a file in; every row is accounted for. 导入文件。")


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
        "file": absolute(file),
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
    work("import_areas", params, as_json=as_json)


@import_app.command("cases")
def import_cases(
    file: File, mapping: MappingFile, max_reject_share: Share = None, as_json: Json = False
) -> None:
    """Cases: CSV, XLSX, Parquet, GeoJSON, or a zip of one of them."""
    work("import_cases", _mapped(file, mapping, max_reject_share), as_json=as_json)


@import_app.command("points")
def import_points(
    file: File, mapping: MaybeMapping = None, max_reject_share: Share = None, as_json: Json = False
) -> None:
    """Service points: police rooms and posts, party centres and stations, courier stations, canteens."""
    work("import_points", _mapped(file, mapping, max_reject_share), as_json=as_json)


@import_app.command("compounds")
def import_compounds(
    file: File, mapping: MaybeMapping = None, max_reject_share: Share = None, as_json: Json = False
) -> None:
    """Residential compounds, as polygons or points."""
    work("import_compounds", _mapped(file, mapping, max_reject_share), as_json=as_json)


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
        "file": absolute(file),
        "kind": kind.value,
        "name": name,
        "rank": rank,
        "crs": crs,
        "max_reject_share": max_reject_share,
    }
    work("import_lines", params, as_json=as_json)


@import_app.command("duty")
def import_duty(
    file: File, mapping: MaybeMapping = None, max_reject_share: Share = None, as_json: Json = False
) -> None:
    """Who answers for an area, by post and never by name: grid leads, community police, party workers."""
    work("import_duty", _mapped(file, mapping, max_reject_share), as_json=as_json)


@import_app.command("assessments")
def import_assessments(
    file: File, mapping: MaybeMapping = None, max_reject_share: Share = None, as_json: Json = False
) -> None:
    """Assessments of compounds or companies for a period: party-building, inspections, credit."""
    work("import_assessments", _mapped(file, mapping, max_reject_share), as_json=as_json)


def _mapped(file: Path, mapping: Path | None, max_reject_share: float | None) -> dict[str, Any]:
    """The parameters of an import by a mapping."""
    return {
        "file": absolute(file),
        "mapping": absolute(mapping) if mapping else None,
        "max_reject_share": max_reject_share,
    }

"""A small city in which everything that a file can say is hostile: to a browser, to Markdown, to a spreadsheet.

The places are those of tests/support/small_city.py, without its district, so that the city's own name stands on
the path. Every text of every kind of import carries one of `HOSTILE`; `write_hostile_city` brings them all into
a store, and `profiles` are a city's own indicators with names of the same sort.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd

from data.ingest.duty import read_duty
from data.ingest.layers import LayerFile
from data.ingest.places import read_compounds, read_points
from data.load.batch import SourceFile
from data.load.duty import load_duty
from data.load.features import load_features
from data.store import Store
from domain.actor import OPERATOR
from domain.clock import AsOfMode
from domain.vocabulary import ImportKind, Level
from tests.support.small_city import (
    COLUMNS,
    COMMUNITIES,
    MAPPING,
    at,
    case,
    cell,
    import_areas,
    import_cases,
    middle,
    shapes,
    write_areas,
    write_cases,
)

TAG = "<img src=x onerror=window.__pwned=1>"
MARKS = "**粗** :red[红] $x^2$ `码` [点](javascript:window.__pwned=1)"
SHORT_CODES = ":material/close: :smile: www.example.com a@example.com"
FORMULA = "=cmd|'/c calc'!A1"
HOSTILE = (
    TAG,
    "</script><script>window.__pwned=1</script>",
    "${window.__pwned=1}`;window.__pwned=1;//",
    "'\"><svg onload=window.__pwned=1>{{7*7}}",
    MARKS,
    SHORT_CODES,
    "![图](http://192.0.2.1/x.png) <http://192.0.2.1/> &lt;b&gt; &#60;i&#62;",
    FORMULA,
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "\t=1+1",
    "\r\n=1+1",
    "\N{FULLWIDTH EQUALS SIGN}1+1",
    "\N{ZERO WIDTH SPACE}=1+1",
    "\u202eهذا 🜲𠮷😀 \x00 \x07",
    "长" * 3_400,  # 10 kB
)
MEGABYTE = "大" * 350_000
CASES, REJECTED_CASES = len(HOSTILE) + 1, 3
"""How many cases come in, and how many are kept out."""

STATE_HEADER = "<svg onload=window.__pwned=1> {{7*7}} **state**"
"""What a file calls its column of states; rejects tell it."""

FILE_NAME = "<img src=x onerror=window.__pwned=1> `$x$` **名**.csv"

HOSTILE_MAPPING = (
    MAPPING.replace('source = "hotline"\n', "")
    .replace('state = "state"', f'state = {json.dumps(STATE_HEADER)}\nsource = "src"')
    .replace('title = "title"', 'title = "title"\ndescription = "text"\nplace = "where"\naddress = "home"')
    .replace('personal = ["name", "tel"]', 'personal = ["name", "tel", "home"]\nevery_hours = 24')
) + '\n[case.values.channel]\nunmapped = "keep"\n'

_COLUMNS = tuple(STATE_HEADER if name == "state" else name for name in COLUMNS)


def write_hostile_city(store: Store, folder: Path) -> None:
    """Areas, cases, service points, compounds and posts that carry every hostile text, and rows kept out."""
    with store.writing(OPERATOR) as writer:
        writer.set_city(name=TAG, timezone=None, as_of=AsOfMode.DATA)
    for level in (Level.STREET, Level.COMMUNITY, Level.GRID):
        named = [
            {**area, "name": f"{HOSTILE[row % len(HOSTILE)]} {level}{row}"}
            for row, area in enumerate(shapes(level))
        ]
        path = write_areas(folder / f"{level} {TAG}.geojson", named)
        import_areas(store, path, level, parent=None if level is Level.STREET else "parent")
    path = write_cases(folder / FILE_NAME, _cases(), (*_COLUMNS, "src", "text", "where", "home"))
    import_cases(store, path, HOSTILE_MAPPING)
    _import(store, folder / f"points {TAG}.geojson", ImportKind.POINTS, _points(), read_points)
    _import(store, folder / f"compounds {TAG}.geojson", ImportKind.COMPOUNDS, _compounds(), read_compounds)
    path = write_cases(folder / f"duty {TAG}.csv", _posts(), tuple(_post(TAG, "")))
    with store.writing(OPERATOR) as writer:
        load_duty(writer, read_duty(path), SourceFile.of(ImportKind.DUTY, path))


def _cases() -> Iterator[dict[str, object]]:
    """A case a text in all its fields, one of them enormous: odd ones open past their limit, the others closed;
    then three that are kept out, two by a state that is hostile itself."""
    for row, text in enumerate((*HOSTILE, MEGABYTE)):
        short = text[:200]
        yield {
            **case(f"n{row}{short}", title=text, category=short, channel=short, department=short),
            **at(row % 4, 0 if row < 12 else 2),
            STATE_HEADER: "handling" if row % 2 else "closed",
            "src": short[:60],
            "text": text,
            "where": short,
            "name": short,
            "tel": "13812345678",
            "home": short,
            "reported": f"2026-03-0{1 + row % 9} {row:02}:00:00",
            "due": "2026-03-10 08:00:00",
            **({} if row % 2 else {"closed": f"2026-03-1{row % 5} 08:00:00"}),
        }
    bad = {**case("bad"), "src": TAG, **at(0, 0)}
    yield {**bad, "no": f"x1{MARKS}", STATE_HEADER: MARKS}
    yield {**bad, "no": f"x2{TAG}", STATE_HEADER: TAG}
    yield {**bad, "no": FORMULA, "title": FORMULA, STATE_HEADER: "handling", "reported": TAG}


def _points() -> gpd.GeoDataFrame:
    rows = [
        {"code": f"p{row}", "kind": "canteen", "name": text, "address": text}
        for row, text in enumerate((*HOSTILE, MEGABYTE))
    ]
    places = [middle(row % 4, row % 3) for row in range(len(rows))]
    corners = gpd.points_from_xy([lon for lon, _lat in places], [lat for _lon, lat in places])
    return gpd.GeoDataFrame(rows, geometry=corners, crs=4326)


def _compounds() -> gpd.GeoDataFrame:
    rows = [
        {"code": f"c{row}", "name": text, "address": text, "company": text, "households": 100 + row}
        for row, text in enumerate(HOSTILE[:16])
    ]
    inside = [cell(row % 4, row // 4).buffer(-0.002) for row in range(len(rows))]
    return gpd.GeoDataFrame(rows, geometry=inside, crs=4326)


def _import(
    store: Store, path: Path, kind: ImportKind, frame: gpd.GeoDataFrame, read: Callable[[Path], LayerFile]
) -> None:
    frame.to_file(path, driver="GeoJSON")
    with store.writing(OPERATOR) as writer:
        load_features(writer, read(path), SourceFile.of(kind, path))


def _posts() -> Iterator[dict[str, object]]:
    """Posts of the first community and of its first grid; one for an area that is not there."""
    for row, text in enumerate(HOSTILE):
        yield _post(text, f"{COMMUNITIES[0]}001" if row % 2 else COMMUNITIES[0])
    yield _post(TAG, TAG)


def _post(text: str, area: str) -> dict[str, object]:
    return {"area_code": area, "post": text, "unit": text, "headcount": 1, "shift": text, "contact": text}


def profile() -> str:
    """A city's own profile as TOML; every text in it is hostile."""

    def told(text: str) -> str:
        return f"{{ zh = {json.dumps(text)}, en = {json.dumps(text)} }}"

    lines = [
        f"name = {told(TAG)}",
        f"note = {told(MARKS)}",
        "minimum_n = 1",
        "[indicators.closing_rate]",
        'kind = "rate"',
        f"name = {told(MARKS)}",
        f"note = {told(HOSTILE[1])}",
        'numerator = "closed"',
        f"numerator_name = {told(HOSTILE[2])}",
        f"denominator_name = {told(HOSTILE[3])}",
        f"source = {told(SHORT_CODES)}",
        'exclude = [{ reason = "void", when = "void" }]',
        "[indicators.closing_rate.parts.late]",
        f"name = {told(TAG)}",
        'when = "closed_late"',
        "[indicators.score]",
        'kind = "composite"',
        f"name = {told(HOSTILE[6])}",
        f"source = {told(FORMULA)}",
        'terms = [{ indicator = "closing_rate", weight = 100 }]',
    ]
    return "\n".join(lines)


def profiles(folder: Path) -> Path:
    """A folder of profiles with it alone."""
    folder.mkdir()
    (folder / "hostile.toml").write_text(profile(), encoding="utf-8")
    return folder

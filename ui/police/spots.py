"""The points that a reader tries: in the URL as `posts=lon,lat;lon,lat` (WGS-84 degrees), so that a link shows them.

`home` is the bounds of the reader's areas (west, south, east, north): what is farther from them than `MARGIN_KM` is no
point.
"""

import json
import math
from collections.abc import Sequence

import streamlit as st

from domain.errors import InputRefused
from domain.i18n import N_, _, format_number
from geo.crs import Bounds, widened
from queries.reach import MOST_EXTRA, Spot
from queries.spots import Stand
from ui import urlstate
from ui.encode import cut
from ui.layer_content import PlainLayer

_KEY = "posts"
_DECIMALS = 5
"""Of a degree: a metre."""

_PARTS = 2
_LONGEST = 60
MARGIN_KM = 5
"""How far outside the areas a point may stand."""

NAMED = N_("试放 {n}")
"""What a tried point is called by its number."""


def in_url(home: Bounds) -> tuple[Spot, ...]:
    """The points of the URL, each once; left out are what is no point here, and those beyond the most."""
    texts = (st.query_params.get(_KEY) or "").split(";")
    found: dict[Spot, None] = {}
    for text in texts:
        try:
            found[parsed(text, home)] = None
        except InputRefused:
            continue
    return tuple(found)[:MOST_EXTRA]


def parsed(text: str, home: Bounds) -> Spot:
    """The point that a text names: longitude, latitude. Raises InputRefused for anything else."""
    parts = text.replace("，", ",").replace(" ", ",").split(",")
    numbers = [_number(part) for part in parts if part]
    if len(numbers) != _PARTS or None in numbers:
        raise _no_coordinate(text, home)
    lon, lat = (round(number, _DECIMALS) for number in numbers if number is not None)
    if _is_near(lon, lat, home):
        return lon, lat
    raise _swapped(text, lat, lon) if _is_near(lat, lon, home) else _too_far(text, home)


def _is_near(lon: float, lat: float, home: Bounds) -> bool:
    west, south, east, north = widened(home, MARGIN_KM * 1_000)
    return west <= lon <= east and south <= lat <= north


def example(home: Bounds) -> str:
    """A point of this city, as a reader may type it: the middle of its bounds."""
    west, south, east, north = home
    return f"{(west + east) / 2:.{_DECIMALS}f}, {(south + north) / 2:.{_DECIMALS}f}"


def add(home: Bounds, *spots: Spot) -> int:
    """Put points into the URL; how many were left out because there are as many as can be. For callbacks."""
    wanted = list(dict.fromkeys([*in_url(home), *spots]))
    urlstate.put(_KEY, written(wanted[:MOST_EXTRA]))
    return max(0, len(wanted) - MOST_EXTRA)


def remove(home: Bounds, spot: Spot) -> None:
    """Take a point out of the URL. For callbacks."""
    urlstate.put(_KEY, written([other for other in in_url(home) if other != spot]))


def clear() -> None:
    """Take all out. For callbacks."""
    urlstate.put(_KEY, "")


def written(spots: list[Spot] | tuple[Spot, ...]) -> str:
    """The points as the URL has them."""
    return ";".join(f"{lon:.{_DECIMALS}f},{lat:.{_DECIMALS}f}" for lon, lat in spots)


def name(number: int) -> str:
    """What the point of a number (from 0) is called."""
    return _(NAMED).format(n=format_number(number + 1))


def where(stand: Stand | None) -> str:
    """Where a point would stand, in words: its grid, with the community where the grid's name does not have it."""
    if stand is None:
        return _("不在任何区划内")
    if stand.community is None or stand.community in stand.name:
        return stand.name
    return f"{stand.community} {stand.name}"


def names(stands: Sequence[Stand | None]) -> list[str]:
    """What the points are called, each with where it would stand."""
    told = _("{point} · {place}")
    return [told.format(point=name(number), place=where(stand)) for number, stand in enumerate(stands)]


def layer(spots: tuple[Spot, ...], names: Sequence[str]) -> PlainLayer:
    """The points as a layer of the map."""
    columns = {
        "lon": [lon for lon, _lat in spots],
        "lat": [lat for _lon, lat in spots],
        "name": [cut(name, _LONGEST) for name in names],
        "cls": [0] * len(spots),
        "details": [],
    }
    return PlainLayer(json.dumps(columns, ensure_ascii=False).encode(), len(spots), len(spots))


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _no_coordinate(text: str, home: Bounds) -> InputRefused:
    return InputRefused(
        _("“{text}”不是一处坐标。").format(text=text[:40]),
        _("请写成“经度, 纬度”（WGS-84，度），如 {example}。").format(example=example(home)),
    )


def _swapped(text: str, lon: float, lat: float) -> InputRefused:
    return InputRefused(
        _("“{text}”看来把纬度写在了前面。").format(text=text[:40]),
        _("请先写经度，再写纬度：{lon}, {lat}。").format(lon=lon, lat=lat),
    )


def _too_far(text: str, home: Bounds) -> InputRefused:
    west, south, east, north = (f"{edge:.2f}" for edge in widened(home, MARGIN_KM * 1_000))
    return InputRefused(
        _("“{text}”离这里的区划太远。").format(text=text[:40]),
        _(
            "请放在经度 {west} 至 {east}、纬度 {south} 至 {north} 以内（区划之外最多 {km} 公里），如 {example}。"
        ).format(
            west=west, east=east, south=south, north=north, km=format_number(MARGIN_KM), example=example(home)
        ),
    )

"""Service points and posts of a small city, put straight into the store: what a file may hold has its own tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from data.store import Store
from domain.actor import OPERATOR
from domain.vocabulary import Level

_POINT = """
insert into service_point (point_id, code, kind, name, address, lon, lat, location_status, area_id, city_id,
    district_id, street_id, community_id, grid_id, valid_from, batch_id, level, opening_hours)
select (select coalesce(max(point_id), 0) + 1 from service_point), $code, $kind, $name, $address, $lon, $lat,
    case when $lon is null then 'no_location' else 'inside' end, a.area_id, a.city_id, a.district_id, a.street_id,
    a.community_id, a.grid_id, timestamp '2026-01-01', 1, $level, $opening_hours
from (select 1) left join area as a on a.code = $area and a.valid_to is null
"""

_POST = """
insert into duty (duty_id, code, post, unit, headcount, shift, contact, area_code, area_level, area_source, area_id,
    city_id, district_id, street_id, community_id, grid_id, valid_from, batch_id, point_code, tier, embedded_as)
select (select coalesce(max(duty_id), 0) + 1 from duty), $code, $post, $unit, $headcount, $shift, null, $area,
    a.level, 'code', a.area_id, a.city_id, a.district_id, a.street_id, a.community_id, a.grid_id,
    timestamp '2026-01-01', 1, $point_code, $tier, $embedded_as
from area as a where a.code = $area and a.valid_to is null
"""


def point(
    code: str, area: str, lon: float | None = None, lat: float | None = None, **told: Any
) -> dict[str, Any]:
    """A police room unless told otherwise: kind, name, address, level (a `Level`), opening_hours."""
    blank: dict[str, Any] = {"address": None, "level": None, "opening_hours": None}
    return blank | {"kind": "police_room", "name": f"警务室{code}"} | told | {
        "code": code, "area": area, "lon": lon, "lat": lat,
    }  # fmt: skip


def post(code: str, area: str, **told: Any) -> dict[str, Any]:
    """One community policeman without a point, a tier and an office unless told otherwise."""
    blank: dict[str, Any] = {
        "unit": None,
        "shift": None,
        "point_code": None,
        "tier": None,
        "embedded_as": None,
    }
    return blank | {"post": "社区民警", "headcount": 1} | told | {"code": code, "area": area}


def place(
    store: Store, *, points: Iterable[Mapping[str, Any]] = (), posts: Iterable[Mapping[str, Any]] = ()
) -> None:
    """Put points and posts into the store, and let every cache know."""
    with store.writing(OPERATOR) as writer:
        for row in points:
            writer.run(_POINT, _stored(row))
        for row in posts:
            writer.run(_POST, _stored(row))
        writer.run("update subject_version set version = version + 1 where subject in ('points', 'duty')")


def _stored(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.value if isinstance(value, Level) else value for name, value in row.items()}

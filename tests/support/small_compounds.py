"""Compounds of the small city, one a line of a table that a test can count by hand, written into its store.

They are written as an import leaves them, so that a test says what is stored and nothing of how it came there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from data.store import Store
from domain.actor import OPERATOR
from tests.support.small_city import COMMUNITIES, cell, middle

YES, NO = True, False
ALL_FIVE = dict.fromkeys(
    ("party_branch", "has_place", "has_funds", "has_volunteers", "has_consultation"), YES
)

COMPOUNDS: tuple[Mapping[str, Any], ...] = (
    # everything there, and a demonstration
    {"code": "C1", "name": "梧桐苑", "at": (0, 0), "in": COMMUNITIES[0], "households": 400, "company": "安居物业",
     "owners_committee": YES, "cross_serving": YES, "demonstration": YES, **ALL_FIVE},
    # two of the five, two not, one that nobody has said
    {"code": "C2", "name": "银杏里", "at": (1, 0), "in": COMMUNITIES[0], "households": 100, "company": "德邻物业",
     "owners_committee": NO, "party_branch": YES, "has_place": YES, "has_funds": NO, "has_volunteers": NO},
    # unmanaged, a measure and a date that is over
    {"code": "C3", "name": "老机床厂宿舍", "at": (0, 2), "in": COMMUNITIES[1], "households": 80,
     "unmanaged_since": "2025-06-01", "takeover": "street_trust", "takeover_due": "2026-02-28",
     "owners_committee": NO, "has_place": NO},
    # unmanaged again after it had a manager; no measure
    {"code": "C4", "name": "铁路新村", "at": (2, 0), "in": COMMUNITIES[2], "households": None,
     "unmanaged_until": "2025-03-31", "unmanaged_since": "2026-01-15"},
    # an earlier time without a manager that is over; nothing of its checklist is known
    {"code": "C5", "name": "柳岸花园", "at": (2, 2), "in": COMMUNITIES[3], "households": 50, "company": "安居物业",
     "unmanaged_until": "2025-12-31"},
)  # fmt: skip

_COLUMNS = (
    "code",
    "name",
    "households",
    "company",
    "owners_committee",
    "cross_serving",
    *ALL_FIVE,
    "demonstration",
    "unmanaged_since",
    "unmanaged_until",
    "takeover",
    "takeover_due",
)


def bring_compounds(store: Store, compounds: Iterable[Mapping[str, Any]]) -> None:
    """Current versions of compounds, each a whole cell (`at`) of a community (`in`)."""
    with store.writing(OPERATOR) as writer:
        for number, row in enumerate(compounds, start=1):
            lon, lat = middle(*row["at"])
            writer.run(
                f"""insert into compound by name
                select $number as compound_id, {", ".join(f"${name} as {name}" for name in _COLUMNS)},
                    ST_GeomFromWKB($shape)::geometry('OGC:CRS84') as geom, $lon as lon, $lat as lat,
                    'inside' as location_status, area_id, city_id, district_id, street_id, community_id,
                    timestamp '2026-01-01' as valid_from, 1 as batch_id
                from area where code = $community and valid_to is null""",
                {
                    "number": number,
                    "shape": cell(*row["at"]).wkb,
                    "lon": lon,
                    "lat": lat,
                    "community": row["in"],
                }
                | {name: row.get(name) for name in _COLUMNS},
            )


def bring_points(store: Store, points: Mapping[str, tuple[int, int]]) -> None:
    """Party stations in the middle of cells, by code; they lie in the community of the cell."""
    with store.writing(OPERATOR) as writer:
        for number, (code, (column, row)) in enumerate(points.items(), start=1):
            lon, lat = middle(column, row)
            writer.run(
                """insert into service_point by name
                select $number as point_id, $code as code, 'party_station' as kind, $code as name, $lon as lon,
                    $lat as lat, 'inside' as location_status, area_id, city_id, district_id, street_id, community_id,
                    timestamp '2026-01-01' as valid_from, 1 as batch_id
                from area where code = $community and valid_to is null""",
                {
                    "number": number,
                    "code": code,
                    "lon": lon,
                    "lat": lat,
                    "community": COMMUNITIES[2 * (column // 2) + row // 2],
                },
            )

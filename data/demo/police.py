"""Police embedded in the demo city at three tiers: station chiefs, community police, auxiliaries.

Community police are posts that every community has; here they get their police room and the office that they
hold in the community's party committee. Chiefs and auxiliaries are posts of their own. At each tier some hold no
office, and some grids have no auxiliary: the blanks that are to be found.
"""

from typing import Final

import numpy as np
import pandas as pd

from domain.vocabulary import PoliceTier

AUXILIARY_SHARE: Final = 0.82
"""Share of the manned grids that have an auxiliary."""

CHIEF_OFFICES: Final = (("{party}委员", 0.8), ("{party}副书记", 0.2))
CHIEF_BLANK_SHARE: Final = 0.2
LEAST_BLANK_CHIEFS: Final = 2
OFFICER_OFFICES: Final = (("社区党委副书记", 0.5), ("社区党委兼职委员", 0.3), (None, 0.2))
VILLAGE_OFFICES: Final = (("村党总支副书记", 0.45), ("村党总支兼职委员", 0.25), (None, 0.3))
AUXILIARY_OFFICES: Final = (("兼职网格员", 0.75), ("副网格长", 0.1), (None, 0.15))

_OFFICERS: Final = {"社区民警": OFFICER_OFFICES, "驻村民警": VILLAGE_OFFICES}
_PARTY_WORKERS: Final = "党群工作者"

Offices = tuple[tuple[str | None, float], ...]


def with_police(
    duty: pd.DataFrame, areas: pd.DataFrame, points: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """The posts with point_code, tier and embedded_as (str, None = none), then chiefs and auxiliaries.

    Rows of before keep their place and their values.
    """
    rooms, stations = _by_community(points, "police_room"), _by_community(points, "party_station")
    community = duty["area_code"].str[:12]
    is_officer = duty["post"].isin(_OFFICERS)
    at_room = community.map(rooms).where(is_officer)
    at_station = community.map(stations).where(duty["post"] == _PARTY_WORKERS)
    embedded = np.full(len(duty), None, dtype=object)
    for post, offices in _OFFICERS.items():
        mine = np.flatnonzero(duty["post"] == post)
        embedded[mine] = _drawn(offices, len(mine), rng)
    known = duty.assign(
        point_code=at_room.fillna(at_station),
        tier=is_officer.map({True: PoliceTier.COMMUNITY_POLICE.value}),
        embedded_as=embedded,
    )
    more = [_chiefs(areas, rng), _auxiliaries(areas, duty, points, rooms, rng)]
    whole = pd.concat([known, *more], ignore_index=True)
    numbers = range(1, len(whole) - len(duty) + 1)
    whole.loc[len(duty) :, "code"] = [f"JW{number:06d}" for number in numbers]
    return whole.astype(object).where(whole.notna(), None).astype({"headcount": np.int64})


def _chiefs(areas: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    streets = areas[areas["level"] == "street"]
    offices = _drawn(CHIEF_OFFICES, len(streets), rng)
    blank = max(LEAST_BLANK_CHIEFS, round(CHIEF_BLANK_SHARE * len(streets)))
    offices[rng.choice(len(streets), blank, replace=False)] = None
    party = [name + ("党工委" if name.endswith("街道") else "党委") for name in streets["name"]]
    return pd.DataFrame(
        {
            "post": "派出所所长",
            "unit": [f"{name}派出所" for name in streets["name"]],
            "headcount": 1,
            "shift": "白班",
            "area_code": streets["code"].to_numpy(),
            "area_level": "street",
            "tier": PoliceTier.STATION_CHIEF.value,
            "embedded_as": [
                office and office.format(party=own) for office, own in zip(offices, party, strict=True)
            ],
        }
    )


def _auxiliaries(
    areas: pd.DataFrame,
    duty: pd.DataFrame,
    points: pd.DataFrame,
    rooms: "pd.Series[str]",
    rng: np.random.Generator,
) -> pd.DataFrame:
    """At the grid's own police post, else at the room of its community."""
    grids = areas[(areas["level"] == "grid") & areas["code"].isin(duty["area_code"])]
    grids = grids[rng.random(len(grids)) < AUXILIARY_SHARE]
    posts = (
        points[points["kind"] == "police_post"].drop_duplicates("area_code").set_index("area_code")["code"]
    )
    community = grids["code"].str[:12]
    street = areas.set_index("code")["name"].reindex(community.str[:9] + "000")
    return pd.DataFrame(
        {
            "post": "警务助理",
            "unit": (street + "派出所").to_numpy(),
            "headcount": rng.integers(1, 3, len(grids)),
            "shift": "轮班",
            "area_code": grids["code"].to_numpy(),
            "area_level": "grid",
            "point_code": grids["code"].map(posts).fillna(community.map(rooms)).to_numpy(),
            "tier": PoliceTier.AUXILIARY.value,
            "embedded_as": _drawn(AUXILIARY_OFFICES, len(grids), rng),
        }
    )


def _by_community(points: pd.DataFrame, kind: str) -> "pd.Series[str]":
    """The first point of a kind in each community: its code by the community's."""
    mine = points[points["kind"] == kind]
    mine = mine.assign(community=mine["area_code"].str[:12]).drop_duplicates("community")
    return mine.set_index("community")["code"]


def _drawn(offices: Offices, count: int, rng: np.random.Generator) -> np.ndarray:
    drawn = rng.choice(len(offices), count, p=[share for _office, share in offices])
    return np.array([office for office, _share in offices], dtype=object)[drawn]

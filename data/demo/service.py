"""What the demo city's service points serve, and when they are open: level and opening hours."""

from typing import Final

import numpy as np
import pandas as pd

_WORKING = "Mo-Fr 08:30-17:30"
_LONG = "Mo-Su 08:00-20:00"
_ALWAYS = "24/7"

HOURS: Final[dict[str, tuple[tuple[str | None, float], ...]]] = {
    "police_room": ((_WORKING, 0.55), (_LONG, 0.22), (_ALWAYS, 0.08), (None, 0.15)),
    "police_post": ((_ALWAYS, 0.35), (_LONG, 0.25), ("Mo-Su 20:00-08:00", 0.15), (None, 0.25)),
    "party_centre": (("Mo-Fr 08:30-17:30; Sa 09:00-12:00", 1.0),),
    "party_station": (("Mo-Fr 08:30-12:00,14:00-17:30", 0.6), ("Mo-Su 08:30-20:00", 0.25), (None, 0.15)),
    "courier_station": ((_ALWAYS, 0.4), ("Mo-Su 07:00-22:00", 0.6)),
    "canteen": (("Mo-Su 11:00-13:00,17:00-19:00", 0.8), (None, 0.2)),
}
"""By kind: opening hours and their share; None = not known."""

_LEVELS: Final = {
    "police_room": "community",
    "police_post": "grid",
    "party_centre": "street",
    "courier_station": "grid",
    "canteen": "community",
}


def with_service(points: pd.DataFrame, areas: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The points with level and opening_hours (str, None = not known), in the same order."""
    hours = np.full(len(points), None, dtype=object)
    for kind, choices in HOURS.items():
        mine = np.flatnonzero(points["kind"] == kind)
        drawn = rng.choice(len(choices), len(mine), p=[share for _text, share in choices])
        hours[mine] = np.array([text for text, _share in choices], dtype=object)[drawn]
    return points.assign(level=_levels(points, areas), opening_hours=hours)


def _levels(points: pd.DataFrame, areas: pd.DataFrame) -> list[str]:
    """A station that bears its community's name is the community's, every other one a grid's."""
    names = areas.set_index("code")["name"]
    community = names.reindex(points["area_code"].str[:12]).to_numpy()
    return [
        _LEVELS.get(kind) or ("community" if name.startswith(f"{own}党群") else "grid")
        for kind, name, own in zip(points["kind"], points["name"], community, strict=True)
    ]

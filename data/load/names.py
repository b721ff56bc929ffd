"""Finds the area that a row names by code or by name.

A name may carry its ancestors, top down and separated by "/": "望江街道/柳岸社区". It places a case only
where it is unique.
"""

import pandas as pd

from domain.codes import normalise_code, normalise_name
from domain.vocabulary import Level

_RANK = {level.value: level.rank for level in Level}


def resolve_codes(given: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """The area of each code as it stands in the file; the finest where levels share a code.

    `given`: given str. `areas`: area_id, code, level. Returns given str, area_id Int64 (known codes only).
    """
    ranked = areas.assign(rank=areas["level"].map(_RANK)).sort_values("rank")
    by_code = dict(zip(ranked["code"], ranked["area_id"], strict=True))
    found = given["given"].map(lambda code: by_code.get(normalise_code(code)))
    result = pd.DataFrame({"given": given["given"].astype(str), "area_id": found.astype("Int64")})
    return result.dropna(subset=["area_id"])


def resolve_names(given: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """The area of each name, and how many areas match it.

    `given`: given str, level str|None. `areas`: area_id, code, level, parent_id, name_key.
    Returns given str, level str|None, area_id Int64 (NA unless exactly one matches), matches int64.
    """
    parents = areas["parent_id"].astype("Int64")
    parent = {
        area: above for area, above in zip(areas["area_id"], parents, strict=True) if not pd.isna(above)
    }
    key = dict(zip(areas["area_id"], areas["name_key"], strict=True))
    level_of = dict(zip(areas["area_id"], areas["level"], strict=True))
    by_name: dict[str, list[int]] = {}
    for area_id, name in key.items():
        by_name.setdefault(name, []).append(area_id)

    def ancestors(area_id: int) -> list[str]:
        names = []
        above = parent.get(area_id)
        while above in key:
            names.append(key[above])
            above = parent.get(above)
        return names

    records = []
    for text, level in zip(given["given"], given["level"], strict=True):
        *upper, leaf = [normalise_name(part) for part in text.split("/")]
        wanted = None if pd.isna(level) else level
        matches = [
            area_id
            for area_id in by_name.get(leaf, [])
            if (wanted is None or level_of[area_id] == wanted)
            and set(filter(None, upper)) <= set(ancestors(area_id))
        ]
        records.append((text, wanted, matches[0] if len(matches) == 1 else None, len(matches)))
    result = pd.DataFrame(records, columns=["given", "level", "area_id", "matches"])
    return result.astype({"given": "str", "area_id": "Int64", "matches": "int64"})

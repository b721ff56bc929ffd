"""Posts on duty: who answers for the areas of the demo city, by post.

There are no persons and no telephone numbers: a post has an extension (内线) of a switchboard that does not exist.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from data.demo.scale import ScaleSpec

UNMANNED_SHARE: Final = 0.01
"""Share of the grids that nobody answers for: what a duty roster is looked through for."""

UNMANNED_LEAST: Final = 6
HOUSEHOLDS_PER_WORKER: Final = 350
FIRST_EXTENSION: Final = 600_001


@dataclass(frozen=True)
class Post:
    """A post that areas of a level have; the table below gives the values in this order.

    Attributes:
        level: level of the areas.
        post: name of the post.
        unit: who provides it; `{own}` and `{above}` are the area and its parent, `{party}` and `{above_party}`
            their party organisations.
        least, most: how many people, drawn evenly; 0, 0 = by the households of the grid.
        shift: when they are there; None = not said.
        share: share of the areas that have it.
        extension: whether the post can be telephoned.
        leads: whether it also stands in a city of geometry only.
    """

    level: str
    post: str
    unit: str
    least: int
    most: int
    shift: str | None
    share: float = 1.0
    extension: bool = False
    leads: bool = False


# fmt: off
POSTS: Final = (
    Post("city", "值班长", "{own}网格化服务管理中心", 2, 3, "全天轮班", extension=True, leads=True),
    Post("district", "值班长", "{own}网格化服务管理中心", 1, 2, "全天轮班", extension=True, leads=True),
    Post("street", "包保负责人", "{party}", 1, 1, "白班", extension=True, leads=True),
    Post("street", "综合执法队员", "{own}综合执法队", 6, 18, "两班轮换", extension=True),
    Post("community", "社区书记", "{party}", 1, 1, "白班", extension=True, leads=True),
    Post("community", "社区民警", "{above}派出所", 1, 2, "轮班", extension=True),
    Post("community", "党群工作者", "{own}党群服务站", 3, 8, "白班", extension=True),
    Post("community", "人民调解员", "{above}司法所", 1, 2, None, share=0.8),
    Post("grid", "网格长", "{above}", 1, 1, "白班", extension=True, leads=True),
    Post("grid", "专职网格员", "{above}", 0, 0, "白班"),
    Post("grid", "党小组长", "{above_party}", 1, 2, None, share=0.88),
)
# fmt: on

_PARTY: Final = {"街道": "党工委", "村": "党总支"}
_VILLAGE_POSTS: Final = {"社区书记": "村书记", "社区民警": "驻村民警"}


def make_duty(areas: pd.DataFrame, spec: ScaleSpec, rng: np.random.Generator) -> pd.DataFrame:
    """All posts of a city or province.

    Args:
        areas: the registry of areas, one row an area, parents before children.
        spec: the scale; a scale without cases has only the posts that lead.
        rng: random numbers.

    Returns:
        code, post, unit, shift, contact, area_code, area_level (str), headcount (int64); area by area, in the
        order of the registry.
    """
    known = areas.assign(above=areas["parent_code"].map(areas.set_index("code")["name"]))
    known = known.assign(manned=~known["code"].isin(_unmanned(known, rng)))
    posts = [post for post in POSTS if spec.cases or post.leads]
    parts = [_held(post, known, rng).assign(number=number) for number, post in enumerate(posts)]
    duty = pd.concat(parts).rename_axis("area").sort_values(["area", "number"], kind="stable")
    duty = duty.reset_index(drop=True).drop(columns="number")
    duty["code"] = [f"GW{number:06d}" for number in range(1, len(duty) + 1)]
    rings = duty["contact"].to_numpy(bool)
    numbers = FIRST_EXTENSION + np.cumsum(rings) - 1
    duty["contact"] = [f"内线 {n}" if ring else None for n, ring in zip(numbers, rings, strict=True)]
    order = ["code", "post", "unit", "headcount", "shift", "contact", "area_code", "area_level"]
    return duty[order]


def _unmanned(areas: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Codes of the grids that nobody answers for."""
    grids = areas.loc[areas["level"] == "grid", "code"].to_numpy()
    count = max(UNMANNED_LEAST, round(UNMANNED_SHARE * len(grids)))
    return np.sort(rng.choice(grids, count, replace=False))


def _held(post: Post, areas: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The post in every area that has it; `contact` says whether it can be telephoned."""
    mine = areas[areas["level"] == post.level]
    has = rng.random(len(mine)) < post.share
    people = rng.integers(post.least, post.most + 1, len(mine))
    if not post.most:
        people = np.clip(np.round(mine["households"].to_numpy(float) / HOUSEHOLDS_PER_WORKER), 1, 3)
    kept = has & mine["manned"].to_numpy()
    mine, people = mine[kept], people[kept]
    return pd.DataFrame(
        {
            "post": [_post_name(post.post, name) for name in mine["name"]],
            "unit": [
                post.unit.format(own=own, above=above, party=_party(own), above_party=_party(above))
                for own, above in zip(mine["name"], mine["above"].fillna(""), strict=True)
            ],
            "headcount": people.astype(np.int64),
            "shift": post.shift,
            "contact": post.extension,
            "area_code": mine["code"],
            "area_level": post.level,
        },
        index=mine.index,
    )


def _post_name(post: str, area: str) -> str:
    return _VILLAGE_POSTS.get(post, post) if area.endswith("村") else post


def _party(area: str) -> str:
    """The party organisation of a street, township, community or village."""
    return area + next((name for end, name in _PARTY.items() if area.endswith(end)), "党委")

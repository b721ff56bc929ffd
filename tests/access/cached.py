"""What the screens keep of each other's reads, asked for by two people: each entry is one cached call.

`CACHED` answers texts, which must not say MARK; `COUNTED` answers how many cases 乙 has, as "乙=6.".
"""

from __future__ import annotations

from domain.actor import Actor
from domain.case_order import CaseOrder
from domain.filters import CaseFilter, FindingRows
from domain.pivot import Axis, PivotOrder
from domain.vocabulary import Level, PointKind
from queries.areas import AreaInfo
from queries.pivot import Ask
from tests.access.below import Way, key, question, shares
from tests.access.bench import MARK, YI
from ui.cache import (
    analysis,
    areas_and_cases,
    case_list,
    community,
    indicators,
    keys,
    posts,
    ratings,
    reach,
    search,
)


def distances(actor: Actor, inside: AreaInfo | None) -> object:
    """How far canteens are, also from a point that somebody tries."""
    versions = keys.now(actor).versions
    kinds = (PointKind.CANTEEN,)
    return [reach.coverage(actor, versions, kinds, inside, tried) for tried in ((), ((120.0, 30.0),))]


CACHED: dict[str, Way] = {
    "contents and choices": shares(lambda _b, a: areas_and_cases.contents(a, key(a))),
    "the summary of Yi by category": shares(
        lambda b, a: analysis.counts(a, key(a), question(b), Axis.CATEGORY)
    ),
    "a pivot": shares(
        lambda b, a: analysis.shown_pivot(
            a, key(a), Ask(question(b), "cases", Axis.CATEGORY), PivotOrder.VOLUME, 9, 9, "zh"
        )
    ),
    "the points of cases": shares(
        lambda b, a: areas_and_cases.case_points(a, key(a), CaseFilter(), b.area(), 9, question(b).as_of)
    ),
    "service points": shares(lambda _b, a: areas_and_cases.service_points(a, key(a), None, (), "zh")),
    "distances to canteens": shares(lambda _b, a: distances(a, None)),
    "distances in Yi": shares(lambda b, a: distances(a, b.area())),
    "points with their rosters": shares(lambda _b, a: posts.points(a, key(a), None)),
    "places out of reach": shares(
        lambda _b, a: posts.uncovered(a, keys.now(a).versions, (PointKind.CANTEEN,), None, "zh")
    ),
    "compounds": shares(lambda _b, a: areas_and_cases.compounds(a, key(a), None)),
    "the choice of compounds": shares(lambda _b, a: areas_and_cases.compound_choices(a, key(a), None)),
    "the name of Yi's compound": shares(lambda _b, a: areas_and_cases.compound_names(a, key(a), ("c-yi",))),
    "the cases of Yi's compound": shares(
        lambda b, a: case_list.page(
            a, key(a), CaseFilter(compounds=("c-yi",)), None, CaseOrder.NEWEST, 1, question(b).as_of
        )
    ),
    "the cases of Yi's company": shares(
        lambda b, a: case_list.page(
            a, key(a), CaseFilter(companies=(f"{MARK}兰亭苑",)), None, CaseOrder.NEWEST, 1, question(b).as_of
        )
    ),
    "ratings of compounds": shares(
        lambda b, a: ratings.rated(a, key(a), "hongxin", 2, None, question(b).as_of)
    ),
    "the names of own areas": shares(
        lambda _b, a: [f"{MARK}：{name}" for name in areas_and_cases.own_names(a, key(a)) if name == YI]
    ),
    "a page of cases": shares(
        lambda b, a: case_list.page(a, key(a), CaseFilter(), b.area(), CaseOrder.NEWEST, 1, question(b).as_of)
    ),
    "a page of a text": shares(
        lambda b, a: case_list.page(
            a, key(a), CaseFilter(text=MARK), None, CaseOrder.NEWEST, 1, question(b).as_of
        )
    ),
    "a case": shares(lambda b, a: case_list.detail(a, key(a), b.case_id)),
    "the cases of a finding": shares(
        lambda b, a: case_list.page(
            a,
            key(a),
            CaseFilter(finding=FindingRows(b.batch_id, "code_mismatch")),
            None,
            CaseOrder.NEWEST,
            1,
            question(b).as_of,
        )
    ),
    "what the community's screen says of cases": shares(
        lambda b, a: community.cases(a, key(a), CaseFilter(), b.area(), None, 9, question(b).as_of)
    ),
    "what the community's screen says of places and posts": shares(
        lambda b, a: community.places(a, keys.now(a).versions, CaseFilter(), b.area(), question(b).as_of)
    ),
    "the places of the jump box": shares(lambda _b, a: search.places(a, key(a))),
    "the cases of the jump box": shares(lambda _b, a: search.cases(a, key(a), "yi-", 9)),
}

COUNTED: dict[str, Way] = {
    "how many cases Yi has": shares(
        lambda b, a: f"乙={case_list.total(a, key(a), CaseFilter(), b.area(), question(b).as_of)}."
    ),
    "Yi's indicators": shares(
        lambda b, a: f"乙={indicators.evaluate(a, key(a), question(b), ('cases',))['cases'].cases}."
    ),
    "Yi on the map of areas": shares(
        lambda b, a: [
            f"乙={n}."
            for code, n in areas_and_cases.siblings(
                a, key(a), CaseFilter(), Level.COMMUNITY, None, question(b).as_of
            )
            .rows[["area_id", "cases"]]
            .to_numpy()
            if code == b.area().area_id
        ]
    ),
    "the figures of the community's screen at Yi": shares(
        lambda b, a: [
            f"乙={found.summary.by_area.total}."
            for found in [
                community.figures(
                    a,
                    key(a),
                    CaseFilter(),
                    b.area(),
                    Level.GRID,
                    question(b).as_of,
                    question(b).as_of.date(),
                )
            ]
        ]
    ),
}

BY_A_NAME_WITH_A_COMMA = shares(lambda b, a: case_list.detail(a, key(a), b.case_id), "both")
"""A case, asked for by whoever answers for two departments, and by whose one department is called like both."""

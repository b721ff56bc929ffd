"""Ratings of a period as one flat table: a row a compound, with every item's arithmetic beside its total."""

import pandas as pd

from domain.i18n import _
from domain.ratings.arithmetic import Missing
from domain.ratings.catalogue import item_name
from domain.ratings.periods import Period
from queries.ratings import Ratings

OF_ITEM = ("value", "low", "high", "numerator", "denominator", "score", "weight", "points", "missing")
"""What is told of each item, in `ITEM.WHAT`."""

_OF_COMPOUND = (
    "code",
    "name",
    "district",
    "street",
    "community",
    "company",
    "households",
    "grade",
    "grade_low",
    "grade_high",
    "total",
    "low",
    "high",
    "certain",
    "known_share",
    "deducted",
)


def rating_table(found: Ratings, period: Period, codes: list[str]) -> pd.DataFrame:
    """The compounds of some codes, in that order, with their rating of a period.

    Columns: code, name, district, street, community, company (str), households (Int64), grade, grade_low, grade_high
    (names in the reader's language, None: not graded), total, low, high (float64, points), certain (bool), known_share,
    deducted (float64), and `OF_ITEM` of each item (missing: why, in the reader's language).
    """
    rows = found.of(period).set_index("code", drop=False).loc[codes]
    names = {name: str(grade.name) for name, grade in found.definition.grades.items()}
    for column in ("grade", "grade_low", "grade_high"):
        rows[column] = rows[column].astype(object).map(names)
    told = rows[list(_OF_COMPOUND)]
    parts = found.contributions(period)
    reasons = {reason.value: reason.label for reason in Missing}
    for item in found.definition.items:
        mine = parts[parts["item"] == item].set_index("compound_id").loc[rows["compound_id"]]
        mine = mine.assign(missing=mine["missing"].map(reasons))
        columns = {f"{item}.{what}": mine[what].to_numpy() for what in OF_ITEM}
        told = told.assign(**columns)
    return told.reset_index(drop=True)


def meanings(found: Ratings) -> dict[str, str]:
    """What each column of `rating_table` means, in the reader's language."""
    told = {
        "code": _("小区编码"),
        "name": _("小区名称"),
        "district": _("区县"),
        "street": _("街道"),
        "community": _("社区"),
        "company": _("物业公司"),
        "households": _("户数"),
        "grade": _("等级；空＝不评级"),
        "grade_low": _("区间下限的等级"),
        "grade_high": _("区间上限的等级"),
        "total": _("总分，0–100"),
        "low": _("总分 95% 区间下限"),
        "high": _("总分 95% 区间上限"),
        "certain": _("区间是否在一个等级内"),
        "known_share": _("已知项目占权重的比例"),
        "deducted": _("扣分"),
    }
    of_item = {
        "value": _("{item}：值"),
        "low": _("{item}：值的 95% 区间下限"),
        "high": _("{item}：值的 95% 区间上限"),
        "numerator": _("{item}：分子"),
        "denominator": _("{item}：分母"),
        "score": _("{item}：得分，0–100"),
        "weight": _("{item}：权重"),
        "points": _("{item}：贡献的分数"),
        "missing": _("{item}：为什么没有值"),
    }
    for item in found.definition.items:
        name = item_name(found.definition, item)
        told |= {f"{item}.{what}": of_item[what].format(item=name) for what in OF_ITEM}
    return told

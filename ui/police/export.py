"""The lists of 警地融合 as files: their columns and what they mean."""

from functools import partial

import pandas as pd

from domain.filter_words import filter_words
from domain.filters import CaseFilter
from domain.i18n import _
from queries.list_export import ListRequest
from queries.posts import Embedding, Seat
from queries.reach import Coverage
from ui import list_export
from ui.police import words
from ui.shell import Page


def draw(page: Page, rows: pd.DataFrame, kinds: tuple[str, ...]) -> None:
    """Draw the order of the points that are listed."""
    list_export.draw(page, "points", len(rows), partial(_points, page, rows, kinds))


def _points(page: Page, rows: pd.DataFrame, kinds: tuple[str, ...]) -> ListRequest:
    told = [_("站点种类：{kinds}").format(kinds=_("、").join(map(words.kind, kinds)))] if kinds else []
    columns = {
        "code": _("站点编码"),
        "kind": _("种类"),
        "name": _("名称"),
        "address": _("地址"),
        "level": _("服务哪一级区划；空＝没有登记"),
        "opening_hours": _("开放时间（OpenStreetMap 写法）；空＝不详"),
        "area_code": _("所在的最细区划的编码"),
        "area_name": _("所在的最细区划"),
        "posts": _("驻点岗位数"),
        "people": _("驻点人数；空＝没有班表"),
        "at_place": _("同一坐标上的站点数，含自己；大于 1 说明坐标可疑"),
        "lon": _("经度"),
        "lat": _("纬度"),
    }
    title = _("服务站点")
    return ListRequest(
        "service_points", title, rows, columns, page.place.scope, page.city.as_of_utc, tuple(told)
    )


def seats(page: Page, told: Embedding, seat: Seat, rows: pd.DataFrame) -> None:
    """Draw the order of the areas of one tier that stand so."""
    list_export.draw(page, "seats", len(rows), partial(_seats, page, told, seat, rows))


def _seats(page: Page, told: Embedding, seat: Seat, rows: pd.DataFrame) -> ListRequest:
    columns = {
        "code": _("区划编码"),
        "name": _("区划"),
        "above_name": _("上一级区划"),
        "posts": _("这一层的岗位数"),
        "people": _("这些岗位的人数"),
        "embedded": _("其中登记了兼任职务的岗位数"),
        "offices": _("兼任的职务"),
    }
    conditions = (_("{tier} → {seat}").format(tier=told.tier.label, seat=told.tier.seat), seat.label)
    title = _("警地嵌入")
    return ListRequest("embedding", title, rows, columns, page.place.scope, page.city.as_of_utc, conditions)


def uncovered(page: Page, told: Coverage, rows: pd.DataFrame) -> None:
    """Draw the order of the places beyond the walk."""
    list_export.draw(page, "uncovered", len(rows), partial(_uncovered, page, told, rows))


def _uncovered(page: Page, told: Coverage, rows: pd.DataFrame) -> ListRequest:
    columns = {
        "code": _("区划编码"),
        "name": _("区划"),
        "community": _("社区"),
        "street": _("街道"),
        "households": _("户数；空＝不明"),
        "straight_m": _("到最近站点的直线距离（米）"),
        "walk_m": _("到最近站点的步行距离（米）"),
        "walk_by": _("步行距离怎么算：network＝沿道路，straight＝直线 × 1.3"),
        "point_code": _("直线最近的站点的编码；空＝在导出人的范围之外"),
        "point": _("直线最近的站点"),
        "lon": _("经度"),
        "lat": _("纬度"),
    }
    kinds = _("站点种类：{kinds}").format(kinds=_("、").join(kind.label for kind in told.kinds))
    title = _("步行 15 分钟以外的{level}").format(level=told.level.label.lower())
    return ListRequest("uncovered", title, rows, columns, page.place.scope, page.city.as_of_utc, (kinds,))


def load(page: Page, rows: pd.DataFrame, chosen: CaseFilter) -> None:
    """Draw the order of the points with their load."""
    list_export.draw(page, "load", len(rows), partial(_load, page, rows, chosen))


def _load(page: Page, rows: pd.DataFrame, chosen: CaseFilter) -> ListRequest:
    columns = {
        "code": _("站点编码"),
        "name": _("名称"),
        "kind": _("种类"),
        "opening_hours": _("开放时间（OpenStreetMap 写法）；空＝不详"),
        "people": _("驻点人数；空＝没有班表"),
        "places": _("以它为最近站点的网格数"),
        "cases": _("这些网格的涉警案件"),
        "value": _("件／人；空＝没有班表"),
        "low": _("件／人的 95% 区间下限"),
        "high": _("件／人的 95% 区间上限"),
        "rank": _("名次；空＝不排名"),
        "outside": _("开放时间以外的案件；空＝开放时间不详"),
        "night": _("夜间的案件"),
    }
    scope = page.place.scope
    conditions = tuple(filter_words(chosen, scope.name if scope else None))
    title = _("站点的负担")
    return ListRequest("post_load", title, rows, columns, None, page.city.as_of_utc, conditions)

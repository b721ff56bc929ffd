"""The switchable layers of the map; a layer that is off costs nothing but its name."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from domain.filters import CaseFilter
from domain.i18n import _, current_language, format_number
from domain.vocabulary import CaseState, PointKind, Subject
from ui import place, theme
from ui.cache import areas_and_cases as cache
from ui.cache import posts
from ui.cache import property as property_cache
from ui.cache.heat import heat_of
from ui.heat_key import bandwidth_m, heat_key
from ui.layer_content import PlainLayer
from ui.layers import publish
from ui.map_panel import LegendEntry, SwitchLayer
from ui.property import grades, rated
from ui.shell import Page

DEFAULT_ON = ("lines",)
MAX_CASES = 5_000
POLICE = (PointKind.POLICE_ROOM, PointKind.POLICE_POST)
"""The kinds of points whose reach is told unless the reader chooses others."""

_CLUSTERED_FROM = 30  # fewer points are seen one by one


def switchable(page: Page, wanted: CaseFilter) -> list[SwitchLayer]:
    """All layers, those switched on with their content."""
    on = place.layers_on(DEFAULT_ON)
    actor, area = page.actor, page.place.scope
    as_of = page.city.as_of_utc
    lines = partial(cache.lines, actor, page.key(Subject.LINES))
    cases = partial(cache.case_points, actor, page.case_key, wanted, area, MAX_CASES, as_of)
    return [
        _layer("lines", _("道路与河流"), "lines", on, lines),
        _layer("cases", _("案件"), "points", on, cases, _case_classes(), _case_fields()),
        _heat(page, wanted, on),
        _points(page, on, ()),
        _compounds(page, on),
        uncovered(page, POLICE, on),
    ]


def of_points(page: Page, default: tuple[str, ...], kinds: tuple[str, ...]) -> list[SwitchLayer]:
    """Roads and rivers, and the service points of some kinds (none named: all); `default` are on without a choice."""
    on = place.layers_on(default)
    lines = partial(cache.lines, page.actor, page.key(Subject.LINES))
    return [_layer("lines", _("道路与河流"), "lines", on, lines), _points(page, on, kinds)]


def uncovered(page: Page, kinds: tuple[PointKind, ...], on: tuple[str, ...]) -> SwitchLayer:
    """The places that lie beyond a 15-minute walk of every point of some kinds."""
    content = partial(posts.uncovered, page.actor, page.versions, kinds, page.place.scope, current_language())
    name = _("警务未覆盖") if kinds == POLICE else _("未覆盖")
    classes = (LegendEntry(_("步行 15 分钟以外"), theme.WATCH),)
    return _layer(
        "uncovered", name, "shapes", on, content, classes, (_("户数"), _("步行距离"), _("最近站点"))
    )


def _compounds(page: Page, on: tuple[str, ...]) -> SwitchLayer:
    """Compounds by their grade; by whether anybody manages them where none is graded."""
    area = page.place.scope
    told = rated.latest(page) if "compounds" in on else None
    if told is None:
        key = page.key(Subject.COMPOUNDS, Subject.AREAS)
        content = partial(cache.compounds, page.actor, key, area.area_id if area else None)
        return _layer("compounds", _("小区"), "shapes", on, content, _compound_classes(), _compound_fields())
    graded = partial(
        property_cache.grade_layer,
        page.actor,
        rated.key_of(page),
        told.ratings,
        told.period,
        area,
        current_language(),
        as_shapes=True,
    )
    name = _("小区（{period} 评级）").format(period=told.period)
    layer = _layer("compounds", name, "shapes", on, graded, grades.legend(told.profile), grades.fields())
    return replace(layer, covers=True)


def _points(page: Page, on: tuple[str, ...], kinds: tuple[str, ...]) -> SwitchLayer:
    key, area = page.key(Subject.POINTS, Subject.AREAS), page.place.scope
    inside = area.area_id if area else None
    points = partial(cache.service_points, page.actor, key, inside, kinds, current_language())
    fields = (_("层级"), _("开放时间"), _("地址"))
    return _layer("points", _("服务站点"), "points", on, points, _point_classes(kinds), fields)


def _layer(
    layer_id: str,
    name: str,
    kind: str,
    on: tuple[str, ...],
    content: Callable[[], PlainLayer],
    classes: tuple[LegendEntry, ...] = (),
    fields: tuple[str, ...] = (),
) -> SwitchLayer:
    layer = content() if layer_id in on else None
    return SwitchLayer(
        id=layer_id,
        name=name,
        kind=kind,
        on=layer is not None,
        source=publish(layer.content) if layer else None,
        classes=classes,
        # cases often share one point: together they can be told apart
        cluster=layer_id == "cases"
        or (kind == "points" and layer is not None and layer.shown > _CLUSTERED_FROM),
        fields=fields,
        terms={state.value: state.label for state in CaseState} if layer_id == "cases" else {},
        shown=_shown(layer, newest=layer_id == "cases") if layer and classes else "",
    )


def _heat(page: Page, wanted: CaseFilter, on: tuple[str, ...]) -> SwitchLayer:
    layer, chosen_m = None, bandwidth_m()
    if "heat" in on:
        as_of = page.city.as_of_utc if wanted.side else None
        layer = heat_of(page.actor, page.case_key, wanted, page.place.scope, chosen_m, as_of)
    return SwitchLayer(
        id="heat",
        name=_("热力图"),
        kind="heat",
        on=layer is not None,
        source=publish(layer.content) if layer else None,
        heat=heat_key(layer, chosen_m) if layer else None,
    )


def _shown(layer: PlainLayer, *, newest: bool) -> str:
    shown, total = format_number(layer.shown), format_number(layer.total)
    if newest and layer.shown < layer.total:
        return _("显示最新的 {shown} 件，共 {total} 件").format(shown=shown, total=total)
    return _("显示 {shown}，共 {total}").format(shown=shown, total=total)


def _case_classes() -> tuple[LegendEntry, ...]:
    """In the order of the class numbers: open, open past its limit, closed, closed late."""
    return (
        LegendEntry(_("在办"), theme.ACCENT),
        LegendEntry(_("在办 · 超期"), theme.ALARM),
        LegendEntry(_("已结"), theme.SECONDARY),
        LegendEntry(_("已结 · 超期"), theme.SECONDARY, edge=theme.ALARM),
    )


def _point_classes(kinds: tuple[str, ...]) -> tuple[LegendEntry, ...]:
    """In the order of the class numbers: every kind; those that are not asked for (none named: all are) are quiet."""
    return tuple(
        LegendEntry(kind.label, color, quiet=bool(kinds) and kind not in kinds)
        for kind, color in zip(PointKind, theme.PLACE_COLORS, strict=True)
    )


def _compound_classes() -> tuple[LegendEntry, ...]:
    """In the order of the class numbers: managed, without a company."""
    return (LegendEntry(_("有物业"), theme.MANAGED), LegendEntry(_("无物业"), theme.WATCH))


def _case_fields() -> tuple[str, ...]:
    return (
        _("编号"),
        _("类别"),
        _("状态"),
        _("上报时间"),
        _("办理时限"),
        _("结案时间"),
        _("承办部门"),
        _("地点"),
    )


def _compound_fields() -> tuple[str, ...]:
    return (_("地址"), _("户数"), _("物业公司"), _("失管日期"))

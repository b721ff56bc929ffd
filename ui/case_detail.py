"""One case beside the list: what it is, its time line against its limit, where it lies, and what is near."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from domain.case_fields import CASE_FIELDS
from domain.clock import Clock
from domain.errors import NotFound
from domain.i18n import N_, NO_VALUE, _, current_language, format_datetime, format_number
from domain.settings import settings
from domain.vocabulary import AreaSource, CaseState, Level, Subject
from queries.areas import AreaInfo
from queries.case_list import StageKind, Timeline
from ui import case_table, durations, map_panel, messages, navigation, person_panel, place, theme
from ui.cache import areas_and_cases as area_cache
from ui.cache import case_list as cache
from ui.cache.case_list import CaseDetail
from ui.encode import cut, markdown_text
from ui.layers import publish
from ui.map_panel import BaseMap, LegendEntry, MapEvent, MapView, SwitchLayer
from ui.navigation import Screen
from ui.scale import Scale
from ui.shell import Page

_LONGEST_TITLE, _LONGEST_VALUE, _LONGEST_TEXT = 200, 300, 20_000
_AROUND_DEGREES = 0.001
"""Half the side of what the small map shows around the point at least: about 100 m."""

_STAGES = {
    StageKind.REPORTED: N_("上报"),
    StageKind.REGISTERED: N_("立案"),
    StageKind.DISPATCHED: N_("派遣"),
    StageKind.CONTACTED: N_("联系诉求人"),
    StageKind.HANDLED: N_("处理完毕"),
    StageKind.CLOSED: N_("结案"),
}
_EVENTS = {"imported": N_("导入"), "import_undone": N_("撤销导入")}

_ELSEWHERE = {"title", "description", "state", "lon", "lat", *(f"{kind}" for kind in StageKind), "due_at"}
"""Fields that have a place of their own in the detail."""


def draw(page: Page, case_id: int) -> None:
    """Draw a case, or say that there is none to see."""
    with st.container(key="case_detail"):
        try:
            found = cache.detail(page.actor, page.case_key, case_id)
        except NotFound as unknown:
            messages.empty(unknown.message, what_next=unknown.remedy)
            st.button(_("回到列表"), on_click=case_table.open_one, args=(None,))
            return
        clock = Clock(ZoneInfo(page.city.timezone))
        _title(found, page.city.as_of_utc)
        _time_line(found.timeline, clock, page.city.as_of_utc)
        path = _path(page, found.fields)
        _map(page, found, path)
        _links(path)
        _fields(found.fields)
        person_panel.draw(page.actor, case_id)
        _neighbours(found)


def _title(found: CaseDetail, as_of: datetime) -> None:
    fields = found.fields
    with st.container(horizontal=True, vertical_alignment="top", gap="small"):
        name = fields["title"] or fields["category"] or fields["source_case_id"]
        st.subheader(markdown_text(name, _LONGEST_TITLE), anchor=False, width="stretch")
        st.button(
            _("关闭"),
            key="close_case",
            icon=":material/close:",
            type="tertiary",
            on_click=case_table.open_one,
            args=(None,),
        )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(CaseState(fields["state"]).label, color="gray")
        if found.timeline.is_overdue(as_of):
            st.badge(_("超期"), color="red")
        told = [part for part in (fields["category"], fields["source_case_id"]) if part]
        st.caption(markdown_text(" · ".join(told), _LONGEST_VALUE), width="content")
    _description(fields["description"])


def _description(text: str | None) -> None:
    if not text:
        return
    with st.container(key="case_text"):
        st.text(cut(text, _LONGEST_TEXT))
    if len(text) > _LONGEST_TEXT:
        st.caption(
            _("显示前 {shown} 字，共 {total} 字；全文见导出的文件。").format(
                shown=format_number(_LONGEST_TEXT), total=format_number(len(text))
            )
        )


def _time_line(line: Timeline, clock: Clock, as_of: datetime) -> None:
    st.markdown("\n".join(f"- {told}" for told in time_line(line, clock, as_of)))
    for event in line.events:
        what = _(_EVENTS[event.kind]) if event.kind in _EVENTS else markdown_text(event.kind)
        at = format_datetime(clock.to_local(event.at))
        st.caption(_("数据：{what}，{at}，第 {batch} 批").format(what=what, at=at, batch=event.batch_id))


def time_line(line: Timeline, clock: Clock, as_of: datetime) -> Iterator[str]:
    """The stages with the time since the one before, the limit in its place, and what is owed now; Markdown."""
    before: datetime | None = None
    limit = _limit(line, clock, as_of)
    for stage in line.stages:
        if limit and line.due_at is not None and line.due_at < stage.at:
            yield limit
            limit = ""
        told = f"**{format_datetime(clock.to_local(stage.at))}** {_(_STAGES[stage.kind])}"
        if before is not None and stage.at > before:
            since = _("用时 {time}").format(time=durations.words(stage.at - before))
            told += f" :gray[{since}]"
        yield told
        before = stage.at
    if limit:
        yield limit


def _limit(line: Timeline, clock: Clock, as_of: datetime) -> str:
    """The limit, and by how much it was kept or missed; red where it was missed, and only there."""
    if line.due_at is None:
        words = _("未设时限")
        return f":gray[{words}]"
    told = f"**{format_datetime(clock.to_local(line.due_at))}** {_('办理时限')}"
    if line.state is CaseState.VOID:
        return told
    end = line.closed_at if line.state is CaseState.CLOSED else as_of
    if end is None:
        return told
    length = durations.words(end - line.due_at)
    if line.is_overdue(as_of):
        late = _("超期 {time} 结案") if line.state is CaseState.CLOSED else _("已超期 {time}")
        return f":red[{told} · {late.format(time=length)}]"
    early = _("提前 {time} 结案") if line.state is CaseState.CLOSED else _("还剩 {time}")
    return f"{told} :gray[· {early.format(time=length)}]"


def _path(page: Page, fields: dict[str, Any]) -> tuple[AreaInfo, ...]:
    """The areas that hold the case, from the top down to the finest."""
    codes = [fields[f"{level.value}_code"] for level in Level.ordered() if fields[f"{level.value}_code"]]
    return area_cache.path(page.actor, page.key(Subject.AREAS), codes[-1]) if codes else ()


def _map(page: Page, found: CaseDetail, path: tuple[AreaInfo, ...]) -> None:
    lon, lat = found.fields["lon"], found.fields["lat"]
    if lon is None or lat is None:
        source = AreaSource(found.fields["area_source"])
        told = _("没有坐标，未落到任何区划。") if source is AreaSource.NONE else _("没有坐标，{how}落区。")
        st.caption(told.format(how=source.label))
        return
    level = path[-1].level if path else page.contents.levels[0]
    inside = path[-2].area_id if len(path) > 1 else None
    layer = area_cache.area_layer(page.actor, page.key(Subject.AREAS), level, inside)
    if layer is None:
        return
    map_panel.draw(
        BaseMap(page.contents.home or layer.bounds, settings().tile_url, settings().tile_attribution),
        MapView(
            view_key=f"case {lon} {lat}",
            bounds=_around(lon, lat, layer.bounds_of(path[-1].code) if path else None),
            areas=publish(layer.content),
            values=[None] * len(layer.areas),
            scale=_NO_SCALE,
            layers=[_point(found, lon, lat, page.city.as_of_utc)],
            selected=path[-1].code if path else None,
            opacity=_GROUND_OPACITY,
            language=current_language(),
            plain=True,
        ),
        _on_event,
        key="case_map",
    )


_NO_SCALE = Scale("", "", "", (), (theme.LINE,), (), 0, "")
_GROUND_OPACITY = 0.5


def _around(lon: float, lat: float, area: map_panel.Bounds | None) -> map_panel.Bounds:
    """What the map shows: the point with its surroundings, and its area where that is larger."""
    near = lon - _AROUND_DEGREES, lat - _AROUND_DEGREES, lon + _AROUND_DEGREES, lat + _AROUND_DEGREES
    west, south, east, north = area or near
    return min(west, near[0]), min(south, near[1]), max(east, near[2]), max(north, near[3])


def _point(found: CaseDetail, lon: float, lat: float, as_of: datetime) -> SwitchLayer:
    late = found.timeline.is_overdue(as_of)
    name = found.fields["title"] or found.fields["category"] or ""
    content = {"lon": [lon], "lat": [lat], "name": [cut(name, _LONGEST_TITLE)], "cls": [0], "details": []}
    return SwitchLayer(
        id="case",
        name=_("案件"),
        kind="points",
        on=True,
        source=publish(json.dumps(content, ensure_ascii=False).encode()),
        classes=(
            LegendEntry(_("本案 · 超期"), theme.ACCENT, theme.ALARM)
            if late
            else LegendEntry(_("本案"), theme.ACCENT),
        ),
        radius=8,
    )


def _on_event(event: MapEvent) -> None:
    if event.kind == "area":
        place.go_to(event.code)


def _links(path: tuple[AreaInfo, ...]) -> None:
    if not path:
        return
    community = next((area for area in path if area.level is Level.COMMUNITY), None)
    with st.container(horizontal=True, gap="small"):
        navigation.link(
            Screen.ONE_MAP,
            _("在一张图上看{area}").format(area=markdown_text(path[-1].name, 20)),
            icon=":material/map:",
            area=path[-1].code,
        )
        if community is not None:
            navigation.link(
                Screen.COMMUNITY,
                _("{area}的情况").format(area=markdown_text(community.name, 20)),
                icon=":material/holiday_village:",
                area=community.code,
            )


def _fields(fields: dict[str, Any]) -> None:
    rows = [
        (field.label, _told(name, fields[name]))
        for name, field in CASE_FIELDS.items()
        if _is_listed(name, fields)
    ]
    st.table(
        pd.DataFrame(rows, columns=["field", "value"]), border="horizontal", hide_index=True, hide_header=True
    )


def _is_listed(name: str, fields: dict[str, Any]) -> bool:
    return name not in _ELSEWHERE and fields[name] not in {None, ""} and not name.endswith("_code")


def _told(name: str, value: object) -> str:
    """A field's value as Markdown shows it."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, datetime):
        return format_datetime(value)
    text = CASE_FIELDS[name].shown(str(value))
    return markdown_text(text, _LONGEST_VALUE) or NO_VALUE


def _neighbours(found: CaseDetail) -> None:
    near = found.neighbours
    if not near.total:
        return
    more = _("同一地点另有 {total} 件").format(total=format_number(near.total))
    if found.fields["at_placeholder"]:
        more = _("{told}；这里是占位坐标，不是事发地").format(told=more)
    st.caption(more)
    with st.container(key="neighbours", gap=None):
        for row in near.rows.itertuples():
            title = markdown_text(row.title if isinstance(row.title, str) else row.source_case_id, 40)
            beside = f"{CaseState(str(row.state)).label} · {format_datetime(row.reported_at)}"  # type: ignore[arg-type]
            st.button(
                f"{title} :gray[{beside}]",
                key=f"near_{row.case_id}",
                type="tertiary",
                width="stretch",
                on_click=case_table.open_one,
                args=(int(str(row.case_id)),),
            )
    if near.total > len(near.rows):
        st.caption(_("列出最新的 {n} 件").format(n=len(near.rows)))

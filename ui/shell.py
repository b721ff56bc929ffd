"""What every page has on top: where, as of when, what is not on the map, language, and who is looking."""

from dataclasses import dataclass
from datetime import date

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from domain.actor import Actor
from domain.deeds import Deed, may_do
from domain.errors import NotFound
from domain.filters import CaseFilter
from domain.i18n import _, format_datetime, format_number
from domain.settings import Login, settings
from domain.vocabulary import Role, Subject
from queries.areas import AreaInfo
from queries.meta import CityInfo
from ui import gate, identity, jump, language, messages, navigation, place, theme, watch, watermark
from ui.cache import areas_and_cases as cache
from ui.cache import keys
from ui.cache.areas_and_cases import Contents
from ui.cache.keys import Versions
from ui.encode import markdown_text
from ui.identity import Reader
from ui.navigation import Screen
from ui.place import Place


@dataclass(frozen=True)
class Page:
    """What a page knows once the shell has been drawn; `versions` are those of this run.

    `own` leads from the top to the area that the reader answers for; it is empty for the whole installation.
    """

    actor: Actor
    versions: dict[Subject, int]
    city: CityInfo
    contents: Contents
    place: Place
    own: tuple[AreaInfo, ...]

    def key(self, *subjects: Subject) -> Versions:
        """The cache key of the tables named."""
        return keys.key_of(self.versions, *subjects)

    @property
    def case_key(self) -> Versions:
        """The cache key of figures: cases where they lie, and in which compounds."""
        return self.key(Subject.CASES, Subject.AREAS, Subject.COMPOUNDS, Subject.CITY)

    def lacking(self, *periods: CaseFilter) -> CaseFilter | None:
        """The first of some periods that has an open end, or days that no report could fall on; None for none."""
        return next((period for period in periods if not self._covers(period)), None)

    def _covers(self, period: CaseFilter) -> bool:
        first = self.contents.first_day
        if first is None or period.start is None or period.end is None:
            return False
        return first <= period.start and self.ends_within(period) is None

    def ends_within(self, period: CaseFilter) -> date | None:
        """The day of the last report, where the period goes on for more than a day after it; else None."""
        last = self.contents.last_day
        if last is None or period.end is None or (period.end - last).days <= 1:
            return None
        return last

    @property
    def is_empty(self) -> bool:
        """Whether there is neither an area nor a case that the reader could see."""
        return not self.contents.levels and not self.contents.cases

    @property
    def is_foreign(self) -> bool:
        """Whether the reader answers for nothing here: neither above nor below the place."""
        if not self.own or self.place.area is None:
            return False
        here, mine = self.place.path, self.own
        return here[-1] not in mine and mine[-1] not in here


def begin(screen: Screen, *, needs_areas: bool = True) -> Page:
    """Draw the header of a screen and answer what the page needs.

    Stops the run where there are no boundaries and the screen needs some.
    """
    theme.apply()
    who = identity.decided().actor
    now = keys.now(who)
    watermark.apply(who, now.local)
    with st.container(key="header", gap=None):
        with st.container(key="header_top", horizontal=True, vertical_alignment="center", gap="small"):
            navigation.menu(screen, who)
            box = st.container(key="jump_box")
            language.switch()
            reader = identity.reader(now.versions)
        with st.container(key="header_place", horizontal=True, vertical_alignment="center", gap="small"):
            crumbs = st.container(key="crumbs", horizontal=True, vertical_alignment="center", gap="xxsmall")
            facts = st.container(key="facts", horizontal=True, vertical_alignment="center", width="content")
    looks = may_do(who, Deed.LOOK).allowed
    with box:
        if looks:
            jump.draw(screen, reader.actor, now.versions)
    watch.for_new_data(reader.actor, now.versions)
    subjects = (Subject.CASES, Subject.AREAS, Subject.CITY)
    contents = cache.contents(reader.actor, keys.key_of(now.versions, *subjects))
    with facts:
        _facts(now.city, contents if looks else None)
    if not contents.levels and needs_areas:
        _title_of_city(crumbs, now.city)
        messages.no_boundaries(contents.cases)
        told = _("不用命令行：数据管理员在“一朵云”里上传文件")
        upload = {"view": "upload", "role": Role.OPERATOR}
        navigation.link(Screen.DATA_CLOUD, told, icon=":material/upload:", **upload)
        st.stop()
    try:
        page = _page(reader, now, contents)
    except NotFound as unknown:
        _title_of_city(crumbs, now.city)
        messages.empty(unknown.message, what_next=unknown.remedy)
        st.button(_("回到最上级"), on_click=place.go_to, args=(None,))
        st.stop()
    with crumbs:
        _breadcrumb(page)
    return page


def refuse(screen: Screen) -> None:
    """Draw why a screen is not the reader's, with the way to those that are; the audit notes it."""
    actor = identity.decided().actor
    identity.note_refused_screen(actor, screen.value)
    begin(screen, needs_areas=False)
    verdict = navigation.may_open(actor, screen)
    messages.empty(
        _("“{screen}”不在您的权限内").format(screen=screen.label),
        what_next=_("{reason} 需要时请联系：{contact}").format(reason=verdict.words, contact=gate.contact()),
    )


def _page(reader: Reader, now: keys.Now, contents: Contents) -> Page:
    key = keys.key_of(now.versions, Subject.AREAS)
    own = cache.path(reader.actor, key, reader.area.code) if reader.area else ()
    code = place.code_in_url()
    if code is None:
        path = own or (contents.roots if len(contents.roots) == 1 else ())
        here = Place(path, contents.levels, is_top=not own)
    else:
        path = cache.path(reader.actor, key, code)
        here = Place(path, contents.levels, is_top=path == contents.roots)
    return Page(reader.actor, now.versions, now.city, contents, here, own)


def _title_of_city(crumbs: DeltaGenerator, city: CityInfo) -> None:
    """Where there is no place to tell of."""
    crumbs.title(markdown_text(city.name or _("一网一图一云")), anchor=False)


def _breadcrumb(page: Page) -> None:
    steps: list[tuple[str | None, str]] = [(area.code, area.name) for area in page.place.path]
    if not steps or len(page.contents.roots) > 1:
        everything = _("全部") if page.contents.levels else _("一网一图一云")
        steps.insert(0, (None, page.city.name or everything))
    # a container of its own, so that the title keeps its place and is replaced, never doubled for a moment
    with st.container(horizontal=True, vertical_alignment="center", gap="xxsmall", width="content"):
        for index, (code, name) in enumerate(steps[:-1]):
            st.button(
                f"{markdown_text(name)} ›",
                key=f"crumb_{index}",
                type="tertiary",
                on_click=place.go_to,
                args=(code,),
            )
    st.title(markdown_text(steps[-1][1]), anchor=False, width="content")


def _facts(city: CityInfo, contents: Contents | None) -> None:
    """When the figures are of, and what lies on no map; None for a reader who sees no cases."""
    if city.demo:
        st.badge(_("演示数据"), color="orange")
    if settings().login is Login.DEMO:
        st.badge(_("演示模式"), color="gray", help=_("没有登录：任何能打开本机页面的人都可以选择角色。"))
    stamp = _("实时 {time}") if city.live else _("数据截至 {time}")
    told = [stamp.format(time=format_datetime(city.as_of))]
    if contents is None:
        st.caption(told[0], width="content")
        return
    if not contents.cases:
        told = [_("还没有案件")]
    else:
        share = f"{format_number(contents.unplaced)}/{format_number(contents.cases)}"
        told.append(_("未定位 {share}").format(share=share))
    st.caption(
        " · ".join(told),
        width="content",
        help=_("没有落到任何区划的案件数／全部案件数；它们仍计入合计。"),
    )

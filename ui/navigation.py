"""The screens and the ways between them: a link keeps what the reader has chosen, and changes what it says.

What a screen shows is in its URL. Going to another screen keeps the parameters that mean the same there
(place, period, filters, language, role) and leaves those of one screen behind (a chosen case, map layers).
"""

from enum import StrEnum
from pathlib import Path

import streamlit as st

from domain.access import Verdict
from domain.actor import Actor
from domain.deeds import Deed, may_do
from domain.i18n import N_, _

PAGES = Path(__file__).parents[1] / "pages"

KEPT = (
    "lang",
    "role",
    "area",
    "period",
    "from",
    "to",
    "category",
    "channel",
    "state",
    "text",
    "hour",
)
"""URL parameters that mean the same on every screen."""

Change = str | list[str] | None
"""A parameter's value on the next screen; None leaves it out."""


class Screen(StrEnum):
    """Every screen by the name of its file, which is its address too; in the order of the menu."""

    ONE_MAP = "one_map"
    COMMUNITY = "community"
    CASES = "cases"
    POLICE_STATIONS = "police_stations"
    PROPERTY_RATINGS = "property_ratings"
    ANALYSIS = "analysis"
    DATA_CLOUD = "data_cloud"
    INDICATORS = "indicators"
    USERS = "users"
    AUDIT = "audit"
    ACCESS = "access"

    @property
    def label(self) -> str:
        """The screen's name in the reader's language."""
        return _(_LABELS[self])

    @property
    def file(self) -> Path:
        """The page's file."""
        return PAGES / f"{self.value}.py"

    @property
    def deed(self) -> Deed | None:
        """What one must be allowed to do to open the screen; None for a screen that is everybody's."""
        return _DEEDS.get(self, Deed.LOOK)


START = Screen.ONE_MAP
"""What opens first, unless it is not the reader's."""

_DEEDS: dict[Screen, Deed | None] = {
    Screen.USERS: Deed.MANAGE_USERS,
    Screen.AUDIT: Deed.READ_AUDIT,
    Screen.ACCESS: None,
}
"""The screens that need another deed than looking at cases, or none."""

_EVERYBODYS = Verdict(allowed=True, reason=N_("人人可看。"))


_LABELS = {
    Screen.ONE_MAP: N_("一张图"),
    Screen.COMMUNITY: N_("社区"),
    Screen.CASES: N_("案件"),
    Screen.POLICE_STATIONS: N_("警地融合"),
    Screen.PROPERTY_RATINGS: N_("红色物业"),
    Screen.ANALYSIS: N_("分析"),
    Screen.DATA_CLOUD: N_("一朵云"),
    Screen.INDICATORS: N_("指标口径"),
    Screen.USERS: N_("用户"),
    Screen.AUDIT: N_("审计"),
    Screen.ACCESS: N_("权限说明"),
}


def may_open(actor: Actor, screen: Screen) -> Verdict:
    """Whether an actor may open a screen, with the reason."""
    return _EVERYBODYS if screen.deed is None else may_do(actor, screen.deed)


def start_of(actor: Actor) -> Screen:
    """The screen that an actor lands on: the first of the menu that is theirs."""
    return next((screen for screen in Screen if may_open(actor, screen).allowed), START)


def parameters(**changes: Change) -> dict[str, str | list[str]]:
    """The URL parameters of the next screen: those kept, with `changes` applied. `from_` stands for `from`."""
    present = set(st.query_params)  # asking for each that might be there takes longer than the link itself
    found: dict[str, str | list[str]] = {key: st.query_params.get_all(key) for key in KEPT if key in present}
    for name, value in changes.items():
        key = name.rstrip("_")
        if value:
            found[key] = value
        else:
            found.pop(key, None)
    return found


def link(screen: Screen, label: str, *, icon: str | None = None, **changes: Change) -> None:
    """A link to a screen. `label` is Markdown: text from data passes through `encode.markdown_text` first."""
    st.page_link(screen.file, label=label, icon=icon, query_params=parameters(**changes))


def go(screen: Screen, **changes: Change) -> None:
    """Leave for a screen at once; nothing after it runs. Not for callbacks."""
    st.switch_page(screen.file, query_params=parameters(**changes))


def menu(here: Screen, actor: Actor) -> None:
    """The row of the screens that the reader may open; the one that is open is marked and leads nowhere."""
    with st.container(key="menu", horizontal=True, vertical_alignment="center", gap="xxsmall"):
        for screen in Screen:
            if not may_open(actor, screen).allowed:
                continue
            if screen is here:
                st.markdown(f"**{screen.label}**", width="content")
            else:
                link(screen, screen.label)

"""What has to be said above the figures: whose they are, what narrows them, and why some may not be seen."""

import streamlit as st

from domain.access import Figures, may_see
from domain.i18n import _
from ui import messages, place
from ui.community.subject import Subject
from ui.encode import markdown_text
from ui.shell import Page


def refused(page: Page) -> None:
    """The place belongs to somebody else: why nothing is shown, and the way home."""
    mine = markdown_text(page.own[-1].name)
    verdict = may_see(page.actor, Figures.OTHER_AREA)
    messages.empty(
        _("“{area}”不在您的范围内").format(area=page.place.path[-1].name),
        what_next=verdict.words,
    )
    st.button(_("回到{area}").format(area=mine), on_click=place.go_to, args=(page.own[-1].code,))


def standing(page: Page, about: Subject) -> None:
    """Says where the reader is when that is not the place in the URL, or only a part of a community."""
    lines = []
    if page.place.code != about.page.place.code:
        lines.append(
            _("这里显示您负责的{level}“{area}”。").format(
                level=about.area.level.label.lower(), area=about.area.name
            )
        )
    if about.is_narrowed:
        lines.append(
            _("只看{level}“{area}”，属于{parent}“{community}”。").format(
                level=about.area.level.label.lower(),
                area=about.area.name,
                parent=about.community.level.label.lower(),
                community=about.community.name,
            )
        )
    if not lines:
        return
    with st.container(key="standing", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(markdown_text(" ".join(lines), 200), width="content")
        if about.is_narrowed and page.own[-1:] != (about.area,):
            st.button(
                _("回到整个{community}").format(community=markdown_text(about.community.name)),
                icon=":material/arrow_back:",
                key="whole_community",
                type="tertiary",
                on_click=place.go_to,
                args=(about.community.code,),
            )

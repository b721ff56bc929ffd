"""What stands on paper above a list: city, place, profile, period, as-of time; and how to print it."""

import streamlit as st

from domain.i18n import _, format_datetime
from domain.settings import settings
from ui.encode import markdown_text
from ui.property import rated
from ui.property.rated import Rated
from ui.shell import Page

_LONGEST = 200


def draw(page: Page, told: Rated) -> None:
    """On the screen the way to print; on paper the head."""
    with st.container(key="print_hint"):
        st.caption(
            _("可直接打印：浏览器的“打印”（Ctrl+P）只印榜单，带页首和水印。")
            if settings().has_watermark
            else _("可直接打印：浏览器的“打印”（Ctrl+P）只印榜单，带页首。")
        )
    with st.container(key="print_head"):
        area = page.place.area
        where = area.name if area else (page.city.name or _("全部"))
        st.markdown(f"**{_('红色物业红黑榜')} · {markdown_text(where)}**")
        line = " · ".join(
            [
                *([_("演示数据")] if page.city.demo else []),
                str(told.profile.name),
                rated.period_words(told.period),
                _("数据截至 {time}").format(time=format_datetime(page.city.as_of)),
            ]
        )
        st.markdown(markdown_text(line, _LONGEST))

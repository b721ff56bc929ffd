"""What a page says when there is nothing to show, and when something went wrong."""

import logging

import streamlit as st

from domain.errors import OneGridError
from domain.i18n import _, format_number
from queries.areas import AreaInfo
from ui import place
from ui.encode import markdown_text

log = logging.getLogger(__name__)

_BOUNDARIES = "python -m data import areas FILE --level community --name NAME_FIELD --code CODE_FIELD"
_RELOCATE = "python -m data relocate"
_DEMO = "python -m data demo"
_MAPPING = "python -m data map FILE --out MAP.toml"
_CASES = "python -m data import cases FILE --mapping MAP.toml"
_LONGEST = 600


def empty(title: str, *, what_next: str) -> None:
    """An empty state: what is missing, and what to do about it; both are shown as they are, not as Markdown."""
    st.info(_plain(what_next), title=_plain(title), icon=":material/info:")


def _plain(text: str) -> str:
    """A message as Markdown shows it: it may name what stood in a file or in the URL."""
    return markdown_text(text, _LONGEST)


def no_boundaries(cases: int) -> None:
    """What to do before there is any area; `cases` are stored already."""
    if cases:
        empty(
            _("已有 {n} 件案件，还没有区划边界").format(n=format_number(cases)),
            what_next=_("案件都在，只是还没有地方可落。请导入边界，再把案件重新定位："),
        )
        st.code(f"{_BOUNDARIES}\n{_RELOCATE}", language=None, wrap_lines=True)
        return
    empty(
        _("数据库是空的：还没有区划边界，也没有案件"),
        what_next=_("先看演示城市，或导入自己的边界和案件。命令可以在本程序运行时使用，完成后本页自动更新。"),
    )
    st.caption(_("生成演示城市："))
    st.code(_DEMO, language=None, wrap_lines=True)
    st.caption(_("导入自己的数据（边界、字段对应、案件）："))
    st.code(f"{_BOUNDARIES}\n{_MAPPING}\n{_CASES}", language=None, wrap_lines=True)


def no_cases() -> None:
    """What to do where there are areas and no case at all."""
    empty(_("还没有案件"), what_next=_("边界已经导入。请生成字段对应并导入案件，完成后本页自动更新："))
    st.code(f"{_MAPPING}\n{_CASES}", language=None, wrap_lines=True)


def outside_scope(mine: AreaInfo) -> None:
    """An area that is not the reader's: its cases are not shown, and the way back leads to `mine`."""
    empty(
        _("0 件：这个区划不在您的范围内"),
        what_next=_("您可以看这里的边界；案件只看得到{area}的。").format(area=mine.name),
    )
    back = _("回到{area}").format(area=markdown_text(mine.name))
    st.button(back, on_click=place.go_to, args=(mine.code,))


def on_script_error(error: Exception) -> bool:
    """Shows an uncaught error for people; the technical story goes to the log only."""
    if isinstance(error, OneGridError):
        st.error(_plain(error.remedy) or " ", title=_plain(error.message), icon=":material/error:")
        return True
    log.error("page failed", exc_info=error)
    st.error(
        _("请刷新页面；如仍出现，请联系管理员查看日志。"), title=_("这个页面出错了"), icon=":material/error:"
    )
    return True

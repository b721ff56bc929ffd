"""Who may do and see what, as tables: printed from the policies that decide it, so that no word here can differ.

Plain tables, not grids that scroll: all of it goes onto paper. Read from the data are the names of the reader's own
areas, and nothing else.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

import pandas as pd
import streamlit as st

from domain import access, deeds
from domain.access import Figures, Verdict
from domain.actor import Actor
from domain.deeds import Deed
from domain.i18n import N_, NO_VALUE, _, format_number, ngettext_
from domain.retention import Kept, Term
from domain.settings import settings
from domain.vocabulary import Role, Subject
from ui.cache import areas_and_cases as cache
from ui.encode import markdown_text
from ui.shell import Page

YES, NO = "✓", NO_VALUE
"""A verdict in one character; the reasons stand beside it or in the table below."""

_LONGEST = 300
_MOST_NAMES = 40

_MASKED = {
    Kept.REPORTER_NAME: N_("列表、地图和导出里都没有；查看要有权限、写明理由，记入审计。"),
    Kept.PHONE: N_("列表、地图和导出里都没有；查看要有权限、写明理由，记入审计。"),
    Kept.ID_NUMBER: N_("列表、地图和导出里都没有；查看要有权限、写明理由，记入审计。"),
    Kept.ADDRESS: N_("列表、地图和导出里都没有；查看要有权限、写明理由，记入审计。"),
    Kept.TEXTS: N_("标题、描述、地点等文本里的号码，中间各位以 * 代替；按被遮盖的数字也找不到。"),
    Kept.REJECTS: N_("屏幕上不显示个人信息；改正文件只交给数据管理员。"),
}
"""What a reader sees of each personal value while it is kept."""

Matter = TypeVar("Matter", Deed, Figures)


def draw(page: Page) -> None:
    """Draw one's own rights, then those of all roles with their reasons, then personal values."""
    own = [role for role in Role if role in page.actor.roles]
    _block("own", _("您的权限"), _own(page), [_roles(own), *_scope(page)])
    every = [*own, *(role for role in Role if role not in own)]
    _block("matrix", _("哪个角色可以做什么"), _matrix(deeds.verdicts(), Deed, every, own))
    st.caption(_("{yes} 可以，{no} 不可以；带 ★ 的是您的角色。").format(yes=YES, no=NO))
    _block("deeds", _("为什么"), _reasons(deeds.verdicts(), Deed))
    wall = markdown_text(deeds.WALL_SCREEN.words, _LONGEST)
    st.caption(_("大屏账号：{reason}").format(reason=wall))
    _block("figures", _("别处的数字，哪个角色看得到"), _reasons(access.verdicts(), Figures))
    _block("rules", _("无论什么角色"), _rules())
    _block("personal", _("个人信息：怎样遮盖，保留多久"), _personal(settings().terms))


def _block(key: str, title: str, rows: pd.DataFrame, lines: Iterable[str] = ()) -> None:
    with st.container(key=f"access_{key}"):
        st.subheader(title, anchor=False)
        for line in lines:
            st.markdown(line)
        st.table(rows, border="horizontal", hide_index=True)


def _sign(verdict: Verdict) -> str:
    return YES if verdict.allowed else NO


def _table(rows: Iterable[tuple[str, ...]], *columns: str) -> pd.DataFrame:
    """The rows as cells of Markdown that show them as they are."""
    cells = [[markdown_text(text, _LONGEST) for text in row] for row in rows]
    return pd.DataFrame(cells, columns=list(columns), dtype=str)


def _own(page: Page) -> pd.DataFrame:
    """What the reader may do and see, with all roles taken together."""
    told = [(deed.label, deeds.may_do(page.actor, deed)) for deed in Deed]
    told += [(figures.label, access.may_see(page.actor, figures)) for figures in Figures]
    rows = [(label, _sign(verdict), verdict.words) for label, verdict in told]
    return _table(rows, _("事项"), _("可以"), _("理由"))


def _roles(own: list[Role]) -> str:
    told = _("、").join(role.label for role in own) or _("没有角色")
    return _("您的角色：{roles}。").format(roles=told)


def _scope(page: Page) -> Iterator[str]:
    """Whose rows the reader sees, in words."""
    actor = page.actor
    if actor.sees_everything:
        yield _("案件、服务点、小区和责任岗位：全部区划的，没有落区的案件也在内。")
    elif actor.areas:
        names = _names(actor, cache.own_names(actor, page.key(Subject.AREAS)))
        yield _("案件、服务点、小区和责任岗位：{areas}的，其下各级也在内。").format(areas=names)
    if actor.departments:
        names = _listed(sorted(actor.departments))
        yield _("案件：承办部门是{departments}的，不分区划。").format(departments=names)
    if not actor.areas and not actor.departments:
        yield _("一件案件也看不到：没有负责的区划和部门。")
    yield _("区划的边界和名称：全部的，人人可看。")


def _names(actor: Actor, known: Mapping[str, str]) -> str:
    """The areas by name and code; a code that no area carries any more by itself."""
    return _listed([f"{known[code]} {code}" if code in known else code for code in sorted(actor.areas)])


def _listed(names: list[str]) -> str:
    told = _("、").join(markdown_text(name) for name in names[:_MOST_NAMES])
    left = len(names) - _MOST_NAMES
    if left <= 0:
        return told
    return told + ngettext_("等，另有 {n} 个", "等，另有 {n} 个", left).format(n=format_number(left))


def _matrix(
    verdicts: Mapping[tuple[Role, Deed], Verdict], matters: type[Deed], every: list[Role], own: list[Role]
) -> pd.DataFrame:
    """One row a role, the reader's own first and marked, one column a deed."""
    rows = [
        (f"★ {role.label}" if role in own else role.label, *(_sign(verdicts[role, item]) for item in matters))
        for role in every
    ]
    return _table(rows, _("角色"), *(item.label for item in matters))


def _reasons(verdicts: Mapping[tuple[Role, Matter], Verdict], matters: type[Matter]) -> pd.DataFrame:
    """Every answer with its reason, and the roles that get it."""
    rows = []
    for item in matters:
        answers = {role: verdicts[role, item] for role in Role}
        for verdict in dict.fromkeys(sorted(answers.values(), key=lambda found: not found.allowed)):
            roles = _("、").join(role.label for role, found in answers.items() if found == verdict)
            rows.append((item.label, _sign(verdict), roles, verdict.words))
    return _table(rows, _("事项"), _("可以"), _("角色"), _("理由"))


def _rules() -> pd.DataFrame:
    return _table([(_sign(rule), rule.words) for rule in access.rules()], _("可以"), _("规定"))


def _personal(terms: tuple[Term, ...]) -> pd.DataFrame:
    rows = [(term.kept.label, _(_MASKED[term.kept]), _kept(term)) for term in terms]
    return _table(rows, _("个人信息"), _("读者看到什么"), _("保留多久"))


def _kept(term: Term) -> str:
    if not term.days:
        return _("一直保留")
    days = ngettext_("{n} 天", "{n} 天", term.days).format(n=format_number(term.days))
    if term.kept is Kept.REJECTS:
        return _("导入后 {days}").format(days=days)
    return _("案件办结后 {days}").format(days=days)

"""Users from a CSV file, first looked at and then brought in; and all users as such a file."""

import hashlib

import pandas as pd
import streamlit as st

from data.user_file import COLUMNS, MOST_ROWS, UserReport, import_users, users_csv
from domain.actor import Actor
from domain.i18n import _, format_number
from ui.cache import users as cache
from ui.encode import cut
from ui.shell import Page
from ui.storage import store
from ui.users import said

_FILE, _REPORT = "users_file", "users_report"
_SHOWN = 500


def draw(page: Page) -> None:
    """Draw the import with its preview, and the way out."""
    with st.expander(_("从 CSV 导入、导出"), icon=":material/upload_file:"):
        st.caption(
            _(
                "列：{columns}；多个值用、分开；最多 {most} 行。已有的登录名会被修改，文件里没有的用户不变。"
            ).format(columns="`, `".join(COLUMNS).join("``"), most=format_number(MOST_ROWS))
        )
        st.file_uploader(_("用户文件"), type=["csv"], key=_FILE, label_visibility="collapsed")
        file = st.session_state.get(_FILE)
        with st.container(horizontal=True, gap="small"):
            st.button(
                _("预览"), key="preview_users", disabled=file is None, on_click=_run, args=(page.actor, True)
            )
            report = _previewed()
            st.button(
                _("导入"),
                key="import_users",
                type="primary",
                disabled=report is None or not report.accepted,
                on_click=_run,
                args=(page.actor, False),
            )
            st.download_button(
                _("下载全部用户"),
                data=users_csv(item.user for item in cache.listed(page.actor)),
                file_name="users.csv",
                mime="text/csv",
                icon=":material/download:",
                on_click="ignore",
            )
        if report is not None:
            _outcome(report)


def _run(actor: Actor, only_preview: bool) -> None:  # noqa: FBT001  (a callback's argument)
    file = st.session_state.get(_FILE)
    if file is None:
        return
    content, name = file.getvalue(), str(file.name)
    done = _("预览完成，还没有写入。") if only_preview else _("已导入。")

    def work() -> None:
        report = import_users(store(), actor, content, name, only_preview=only_preview)
        st.session_state[_REPORT] = (_digest(content), report)

    said.tried(actor, work, done=done)


def _previewed() -> UserReport | None:
    """What was told of the file that lies there now."""
    file = st.session_state.get(_FILE)
    digest, report = st.session_state.get(_REPORT, ("", None))
    return report if file is not None and digest == _digest(file.getvalue()) else None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _outcome(report: UserReport) -> None:
    counts = {name: format_number(n) for name, n in report.sums().items()}
    told = _(
        "读入 {read}，接受 {accepted}（新增 {added}、修改 {changed}、未变 {unchanged}），拒绝 {rejected}"
    )
    st.markdown(told.format(**counts))
    if not report.rejected:
        return
    rows = pd.DataFrame(
        [
            {
                _("行号"): row.row_number,
                _("登录名"): cut(row.login, 80),
                _("规则"): "、".join(fault.rule.label for fault in row.faults),
                _("原因"): " ".join(fault.message for fault in row.faults),
                _("怎么办"): " ".join(dict.fromkeys(fault.remedy for fault in row.faults)),
            }
            for row in report.rejected[:_SHOWN]
        ]
    )
    st.dataframe(rows, hide_index=True, alt=_("被拒的行"))
    if len(report.rejected) > _SHOWN:
        st.caption(_("只列出前 {shown} 行。").format(shown=format_number(_SHOWN)))

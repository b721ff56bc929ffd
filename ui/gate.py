"""What somebody sees who is not let in: who they are said to be, why, whom to ask, and the way to sign in.

Nothing of the data is read for it.
"""

import streamlit as st

from domain.i18n import N_, _
from domain.settings import Login, settings
from domain.sign_in import Refusal
from ui import identity, language, theme
from ui.encode import markdown_text
from ui.identity import Turned

_NEW_ACCOUNT = frozenset({Refusal.UNKNOWN, Refusal.INACTIVE, Refusal.ELSEWHERE})
"""Signing in again as the same person changes nothing: somebody has to be asked."""

_WHAT_NEXT = {
    Refusal.NOT_SIGNED_IN: N_("请登录后使用。"),
    Refusal.FORGED: N_("浏览器里的登录凭据不是本系统签发的，或已失效。请重新登录。"),
    Refusal.NO_LOGIN: N_("身份认证没有给出 ONEGRID_LOGIN_CLAIM 指定的登录名（邮箱须经核验）。"),
    Refusal.BAD_HEADER: N_("反向代理必须给出一次、且只一次登录名。"),
    Refusal.UNKNOWN: N_("登录成功，但本系统没有这个用户。"),
    Refusal.INACTIVE: N_("这个用户已被停用。"),
    Refusal.EXPIRED: N_("为了安全，登录有时限。请重新登录。"),
    Refusal.CLOCK: N_("身份认证服务器的时钟比本机快一分钟以上。"),
    Refusal.IDLE: N_("页面内容已收起。请重新登录后继续。"),
    Refusal.SIGNED_OUT: N_("请重新登录。"),
    Refusal.ELSEWHERE: N_("这个账号只绑定一台大屏的地址。"),
}
_ASK = frozenset({Refusal.NO_LOGIN, Refusal.BAD_HEADER, Refusal.CLOCK}) | _NEW_ACCOUNT


def draw(turned: Turned) -> None:
    """Draw the one page for whoever is turned away."""
    theme.apply()
    with st.container(horizontal_alignment="center"), st.container(key="gate", width=480):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.title(_("一网一图一云"), anchor=False, width="content")
            language.switch()
        st.subheader(turned.why.label, anchor=False)
        if turned.login:
            st.markdown(_("登录名：{login}").format(login=markdown_text(turned.login, 128)))
        st.markdown(_(_WHAT_NEXT[turned.why]))
        if turned.why in _ASK:
            st.markdown(_("请联系：{contact}").format(contact=markdown_text(contact(), 200)))
        _way_on(turned)


def contact() -> str:
    """Whom to ask for access."""
    return settings().contact or _("本单位的系统管理员")


def _way_on(turned: Turned) -> None:
    """The one button; behind a proxy only a page that idled can go on, all else is the proxy's to tell."""
    if settings().login is Login.OIDC:
        label = _("换一个账号登录") if turned.why in _NEW_ACCOUNT else _("登录")
        st.button(label, key="sign_in", type="primary", on_click=identity.sign_in_again)
    elif turned.why is Refusal.IDLE:
        st.button(_("继续"), key="sign_in", type="primary", on_click=identity.sign_in_again)
    else:
        st.caption(_("登录由反向代理办理；退出登录也请在那里办理。"))

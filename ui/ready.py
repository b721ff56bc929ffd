"""What must be right before the server listens: the way people sign in. A refusal is one line at the start."""

import streamlit as st

from data import audit
from domain.actor import DOORKEEPER
from domain.audit import Action
from domain.errors import InputRefused
from domain.i18n import _
from domain.settings import Login, settings
from domain.sign_in import Refusal
from domain.sign_in_setup import require_address, require_provider
from ui import storage

_OTHER_WAYS_IN = ("server.trustedUserHeaders", "server.enableAgentApi")
"""Options of Streamlit that would let somebody in, or in as somebody else, beside the way that was chosen."""


def require_ready() -> None:
    """Raise InputRefused where people could come in who must not."""
    way = settings().login
    require_address(way, st.get_option("server.address"))
    for option in _OTHER_WAYS_IN:
        if st.get_option(option):
            raise InputRefused(
                _("Streamlit 的选项 {option} 会绕过登录。").format(option=option),
                _("请去掉它；登录方式由 ONEGRID_LOGIN 决定。"),
            )
    if way is Login.OIDC:
        found = st.secrets.load_if_toml_exists()
        require_provider(st.secrets.get("auth", {}) if found else {})


def note_spoofing(address: str) -> None:
    """Put into the audit that somebody sent the proxy's header from elsewhere."""
    detail = {"reason": Refusal.BAD_HEADER.value, "address": address, "way": Login.PROXY.value}
    audit.record(storage.store(), DOORKEEPER, Action.REFUSAL, "-", detail)

"""What became of the last thing an administrator asked for, told once on top of the page that follows."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from domain.actor import Actor
from domain.errors import OneGridError
from ui import identity
from ui.encode import markdown_text

_SAID = "users_said"
_LONGEST = 900


def tried(actor: Actor, work: Callable[..., Any], *args: object, done: str, **kwargs: object) -> bool:
    """Do something for the reader, as long as the sign-in still holds; whether it was done. For callbacks."""
    try:
        identity.confirm(actor)
        work(*args, **kwargs)
    except OneGridError as refused:
        st.session_state[_SAID] = (False, refused.message, refused.remedy)
        return False
    st.session_state[_SAID] = (True, done, "")
    return True


def draw() -> None:
    """Tell it."""
    told = st.session_state.pop(_SAID, None)
    if told is None:
        return
    done, message, remedy = told
    title = markdown_text(message, _LONGEST)
    if done:
        st.success(title, icon=":material/check:")
    else:
        st.warning(markdown_text(remedy, _LONGEST) or " ", title=title, icon=":material/block:")

"""The one way to a fragment or a dialog: it asks anew who is looking before it draws or answers anything.

Streamlit runs a fragment without the script around it. Without this, a window whose sign-in has expired, idled or
been ended elsewhere would go on answering clicks inside its fragments.
"""

from collections.abc import Callable
from functools import wraps
from typing import Literal, NoReturn, ParamSpec

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ui import identity, language

Args = ParamSpec("Args")


def fragment(draw: Callable[Args, None], *, run_every: float | None = None) -> Callable[Args, None]:
    """`draw` as a fragment; `run_every` in seconds. A click in it counts as use, its own clock does not."""
    return st.fragment(_checked(draw, is_use=run_every is None), run_every=run_every)


def dialog(
    draw: Callable[Args, None], title: str, *, width: Literal["small", "medium", "large"]
) -> Callable[Args, None]:
    """`draw` as a window over the page. `title` is Markdown: text from data passes through the encoder first."""
    return st.dialog(title, width=width)(_checked(draw, is_use=True))


def _checked(draw: Callable[Args, None], *, is_use: bool) -> Callable[Args, None]:
    @wraps(draw)
    def checked(*args: Args.args, **kwargs: Args.kwargs) -> None:
        if _runs_alone():
            language.use_readers()  # a fragment runs in a context of its own
            if not identity.still_holds(is_use=is_use):
                rerun_page()
        draw(*args, **kwargs)

    return checked


def rerun_page() -> NoReturn:
    """Run the whole script, which its reader did not ask for: it does not count as use."""
    st.session_state[identity.AUTOMATIC] = True
    st.rerun()


def _runs_alone() -> bool:
    """Whether this is a fragment's own run, without the script."""
    context = get_script_run_ctx()
    return context is not None and bool(context.fragment_ids_this_run)

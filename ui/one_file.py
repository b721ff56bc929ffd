"""A file of some thousands of rows: its format, a button, and the one that this window ordered last, by signed link."""

from collections.abc import Callable, Sequence
from typing import Final

import streamlit as st

from data.export import ExportFormat
from domain.actor import Actor
from domain.errors import OneGridError
from domain.i18n import _, format_number
from ui import identity
from ui.encode import markdown_text
from ui.exports import Ready

NAMES: Final = {
    ExportFormat.XLSX: "XLSX",
    ExportFormat.CSV: "CSV",
    ExportFormat.GEOJSON: "GeoJSON",
    ExportFormat.GPKG: "GeoPackage",
    ExportFormat.PARQUET: "Parquet",
}
"""Formats by name; the same in every language."""

_LONGEST = 300


def choose(formats: Sequence[ExportFormat], key: str, label: str | None = None) -> None:
    """Draw the choice of a format; a callback reads it with `chosen`."""
    st.selectbox(
        label or _("格式"),
        list(formats),
        format_func=NAMES.__getitem__,
        key=key,
        label_visibility="collapsed",
        width=130,
    )


def chosen(key: str) -> ExportFormat:
    """The format that is chosen now: it may have changed together with the click. For callbacks."""
    return ExportFormat(st.session_state[key])


def draw(
    actor: Actor,
    key: str,
    label: str,
    formats: Sequence[ExportFormat],
    make: Callable[[ExportFormat], Ready],
    *,
    disabled: bool = False,
    about: str | None = None,
) -> None:
    """Draw the order of a file, `label` on its button, and the file that was made; or why it was not.

    `make` has it made, once the actor is found to be the one who sees the page. Whether the actor may export is for
    the caller to say.
    """
    with st.container(key=key, horizontal=True, vertical_alignment="center", gap="small"):
        choose(formats, f"{key}_format")
        st.button(
            label,
            key=f"{key}_start",
            icon=":material/download:",
            disabled=disabled,
            on_click=_make,
            args=(actor, key, make),
            help=about,
        )
        held = st.session_state.get(f"{key}_file")
        if held is not None and held[0] == actor.login and held[1].is_there:
            told = _("{n} 行").format(n=format_number(held[1].rows))
            st.link_button(f"{_('下载')} · {told}", held[1].link, icon=":material/download:", type="primary")
            st.link_button(_("说明"), held[1].about_link, type="tertiary")
    refused = st.session_state.pop(f"{key}_refused", None)
    if refused is not None:
        st.warning(markdown_text(refused, _LONGEST), icon=":material/block:")


def _make(actor: Actor, key: str, make: Callable[[ExportFormat], Ready]) -> None:
    try:
        identity.confirm(actor)
        st.session_state[f"{key}_file"] = (actor.login, make(chosen(f"{key}_format")))
    except OneGridError as refused:
        st.session_state[f"{key}_refused"] = str(refused)

"""Which arguments of Streamlit's commands are read as Markdown (release 1.67)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_BODY = ("body",)
_LABEL = ("label",)
SINKS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("markdown", "title", "header", "subheader", "caption", "toast", "write"), _BODY),
    **dict.fromkeys(("info", "warning", "error", "success"), _BODY),
    **dict.fromkeys(
        ("button", "download_button", "link_button", "form_submit_button", "menu_button"), _LABEL
    ),
    **dict.fromkeys(("badge", "checkbox", "toggle", "radio", "selectbox", "multiselect", "pills"), _LABEL),
    **dict.fromkeys(("segmented_control", "text_input", "text_area", "number_input", "date_input"), _LABEL),
    **dict.fromkeys(("time_input", "slider", "select_slider", "file_uploader", "expander"), _LABEL),
    **dict.fromkeys(("popover", "status", "feedback"), _LABEL),
    "metric": ("label", "value", "delta"),
    "dialog": ("title",),
    "spinner": ("text",),
    "progress": ("value", "text"),
    "tabs": ("tabs",),
    "page_link": ("page", "label"),
}
"""Streamlit's commands and their first parameters; all of these but numbers and pages are Markdown."""

MARKDOWN_KEYWORDS = {"body", "label", "delta", "title", "text", "help", "tabs", "captions"}
_MORE_OF = {
    "metric": {"value"},
    "radio": {"format_func"},
    "pills": {"format_func"},
    "segmented_control": {"format_func"},
}
"""What else of a command is Markdown: some show their options so."""


def markdown_arguments(call: ast.Call, owner: str) -> Iterator[ast.expr]:
    """The arguments of a call that are Markdown; `owner` is what the command is asked of (st, a container)."""
    command = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    in_config = "column_config" in owner
    if command not in SINKS and not in_config:
        return
    names = ("label",) if in_config else SINKS[command]
    read = MARKDOWN_KEYWORDS | _MORE_OF.get(command, set())
    yield from (argument for name, argument in zip(names, call.args, strict=False) if name in read)
    yield from (keyword.value for keyword in call.keywords if keyword.arg in read)

"""Widgets whose value lives in the URL, written as it is stored.

Streamlit's own `bind="query-params"` writes the label a reader sees, so a link made in Chinese would not
hold in English. Here the URL carries stored values, a change adds an entry to the browser's history, and
going back or opening a shared link puts the value into the widget before it is drawn.

The browser names a chosen option by its label, and Streamlit keeps that label for as long as the widget's key
stays. Labels of another language (or variant) therefore belong to another widget: its key says which, and
the URL hands the value over.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Literal, TypeVar

import streamlit as st

from domain.errors import InputRefused
from domain.i18n import current_language

Option = TypeVar("Option", bound=str)
Parsed = TypeVar("Parsed")
LabelVisibility = Literal["visible", "hidden", "collapsed"]

_SEEN = "url_"
"""What the URL said when a widget last took its value or wrote it."""

_SCREEN = "screen_of_urls"

UNTIL_LEFT = "until_left_"
"""What names in the session state begin with that hold only until another screen is entered."""


def selectbox(
    label: str,
    options: Sequence[Option],
    *,
    key: str,
    default: Option,
    names: Callable[[Option], str],
    width: int,
    variant: str = "",
    label_visibility: LabelVisibility = "visible",
) -> Option:
    """A select box bound to the URL parameter `key`; the default is left out of the URL.

    `variant` names whatever but the language changes the labels.
    """
    widget = _widget(key, variant)
    _follow(key, lambda texts: next((item for item in options if item in texts), default), widget)
    chosen = st.selectbox(
        label,
        options,
        format_func=names,
        key=widget,
        on_change=_write_option,
        args=(key, widget, tuple(options), default),
        label_visibility=label_visibility,
        width=width,
    )
    return chosen if chosen in options else default


def multiselect(
    label: str,
    options: Sequence[str],
    *,
    key: str,
    names: Callable[[str], str],
    placeholder: str,
    width: int | Literal["stretch"],
) -> tuple[str, ...]:
    """A multiselect bound to the URL parameter `key`; values that are no option are ignored."""
    widget = _widget(key)
    _follow(key, lambda texts: [item for item in options if item in texts], widget)
    chosen = st.multiselect(
        label,
        options,
        format_func=names,
        key=widget,
        on_change=_write_options,
        args=(key, widget, tuple(options)),
        placeholder=placeholder,
        select_all=False,  # nothing chosen is everything already
        width=width,
    )
    return tuple(item for item in chosen if item in options)


def segments(
    label: str, options: Sequence[str], *, key: str, default: str, names: Callable[[str], str]
) -> str:
    """A segmented control bound to the URL parameter `key`, with a hidden label; `names` hold in any language."""
    _follow(key, lambda texts: next((item for item in options if item in texts), default), key)
    chosen = st.segmented_control(
        label,
        options,
        format_func=names,
        key=key,
        on_change=_write_option,
        args=(key, key, tuple(options), default),
        required=True,
        label_visibility="collapsed",
    )
    return chosen if chosen is not None and chosen in options else default


def day(label: str, *, key: str, default: date, width: int) -> date:
    """A date input bound to the URL parameter `key` (2026-03-05); what is no date is ignored."""
    _follow(key, lambda texts: _day_of(texts, default), key)
    chosen = st.date_input(
        label, key=key, on_change=_write_day, args=(key, default), format="YYYY-MM-DD", width=width
    )
    return chosen if isinstance(chosen, date) else default


def text(label: str, *, key: str, placeholder: str, longest: int, width: int) -> str:
    """A text field bound to the URL parameter `key`; what is longer than `longest` characters is cut."""
    _follow(key, lambda texts: (texts[0] if texts else "")[:longest], key)
    typed = st.text_input(
        label,
        key=key,
        max_chars=longest,
        placeholder=placeholder,
        on_change=_write_text,
        args=(key,),
        width=width,
    )
    return typed.strip() if typed else ""


def enter(screen: str) -> None:
    """To be called once a run: the widgets of another screen take their values from the URL.

    Streamlit gives a widget another identity on every screen, but still holds what the one of the same key had
    on the screen just left; the new one would then stand at its first option.
    """
    if st.session_state.get(_SCREEN) != screen:
        for name in [str(name) for name in st.session_state if str(name).startswith((_SEEN, UNTIL_LEFT))]:
            del st.session_state[name]
        st.session_state[_SCREEN] = screen


def parsed(key: str, parse: Callable[[str], Parsed]) -> tuple[Parsed, ...]:
    """The values of the URL parameter `key` that has no widget; what `parse` refuses is ignored."""
    found = []
    for told in st.query_params.get_all(key):
        try:
            found.append(parse(told))
        except InputRefused:
            continue
    return tuple(found)


def option(key: str, options: Sequence[str]) -> str | None:
    """The value of the URL parameter `key` that has no widget; None where it is none of the options."""
    return next((item for item in options if item in st.query_params.get_all(key)), None)


def put(key: str, value: str) -> None:
    """Write a parameter that has no widget into the URL, nothing for an empty value. For callbacks."""
    if value:
        st.query_params[key] = value
    else:
        st.query_params.pop(key, None)


def put_all(changes: Mapping[str, str]) -> None:
    """The same for several parameters at once. For callbacks."""
    for key, value in changes.items():
        put(key, value)


def change(changes: Mapping[str, Sequence[str]]) -> None:
    """Set several parameters in one step of the browser's history; one without values goes. For callbacks."""
    kept = {key: st.query_params.get_all(key) for key in st.query_params}
    told = kept | {key: list(values) for key, values in changes.items()}
    st.query_params.from_dict({key: values for key, values in told.items() if values})


def drop(key: str, value: str) -> None:
    """Take one value of a parameter out of the URL. For callbacks."""
    write(key, [told for told in st.query_params.get_all(key) if told != value])


def write(key: str, values: Sequence[str]) -> None:
    """Set a parameter that has several values, or none. For callbacks."""
    if values:
        st.query_params[key] = list(values)
    else:
        st.query_params.pop(key, None)


def _widget(key: str, variant: str = "") -> str:
    """The key of the widget whose labels are those of the reader's language."""
    return "_".join(part for part in (key, current_language(), variant) if part)


def _follow(key: str, parse: Callable[[list[str]], object], widget: str) -> None:
    """Take the URL's value into the widget when the URL has changed by other means than the widget."""
    texts = st.query_params.get_all(key)
    seen = f"{_SEEN}{widget}"
    if widget not in st.session_state or st.session_state.get(seen) != texts:
        st.session_state[widget] = parse(texts)
        st.session_state[seen] = texts


def _write_option(key: str, widget: str, options: Sequence[str], default: str) -> None:
    value = st.session_state[widget]
    _write(key, widget, [str(value)] if value in options and value != default else [])


def _write_options(key: str, widget: str, options: Sequence[str]) -> None:
    _write(key, widget, [str(value) for value in st.session_state[widget] if value in options])


def _write_day(key: str, default: date) -> None:
    value = st.session_state[key]
    _write(key, key, [] if value in {default, None} else [str(value)])


def _write_text(key: str) -> None:
    value = st.session_state[key]
    _write(key, key, [value.strip()] if value and value.strip() else [])


def _write(key: str, widget: str, texts: list[str]) -> None:
    st.session_state[f"{_SEEN}{widget}"] = texts
    if texts:
        st.query_params[key] = texts
    else:
        st.query_params.pop(key, None)


def _day_of(texts: list[str], default: date) -> date:
    try:
        return date.fromisoformat(texts[0]) if texts else default
    except ValueError:
        return default

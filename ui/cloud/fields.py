"""How to read boundaries and lines: which field is what, picked from those of the file."""

from typing import TypeVar

import streamlit as st

from data.ingest.preview import Head
from data.ingest.propose_places import area_fields, line_fields
from domain.i18n import N_, _
from domain.vocabulary import ImportKind, Level, LineKind
from ui.cloud.draft import Draft

_Term = TypeVar("_Term", Level, LineKind)

_NONE = ""
_AREA_FIELDS = {
    "name": N_("名称"),
    "code": N_("编码"),
    "parent": N_("上级编码"),
    "kind": N_("网格类别"),
    "urban_class": N_("城乡分类"),
    "households": N_("户数"),
    "population": N_("人口"),
}
_LINE_FIELDS = {"name": N_("名称"), "rank": N_("等级")}


def draw(draft: Draft, head: Head) -> None:
    """Draw the choices and keep them in the draft; what the names of fields leave no doubt about is chosen already."""
    is_areas = draft.kind is ImportKind.AREAS
    if not draft.is_guessed:
        guessed = area_fields(head.columns) if is_areas else line_fields(head.columns)
        draft.fields, draft.is_guessed = guessed, True
    with st.container(key="fields", horizontal=True, vertical_alignment="bottom", gap="small"):
        if is_areas:
            draft.level = _choice(_("层级"), tuple(Level), draft.level, "level", draft)
        else:
            draft.line_kind = _choice(_("种类"), tuple(LineKind), draft.line_kind, "line_kind", draft)
        for name, label in (_AREA_FIELDS if is_areas else _LINE_FIELDS).items():
            draft.fields[name] = _field(name, _(label), draft, head)
        draft.crs = st.text_input(
            _("坐标系"),
            value=draft.crs,
            placeholder=_("用文件自带的"),
            key=_key("crs", draft),
            help=_("wgs84、cgcs2000、gcj02、bd09 或 EPSG:4547 这样的代码"),
            width=160,
        )


def _choice(label: str, terms: tuple[_Term, ...], chosen: _Term, name: str, draft: Draft) -> _Term:
    picked: _Term = st.selectbox(
        label,
        terms,
        index=terms.index(chosen),
        format_func=lambda term: term.label,
        key=_key(name, draft),
        width=120,
    )
    return picked


def _field(name: str, label: str, draft: Draft, head: Head) -> str:
    options = [_NONE, *head.columns]
    chosen = draft.fields.get(name, _NONE)
    return st.selectbox(
        label,
        options,
        index=options.index(chosen) if chosen in options else 0,
        format_func=lambda field: field or _("（没有）"),
        key=_key(f"field_{name}", draft),
        width=150,
    )


def _key(name: str, draft: Draft) -> str:
    return f"{name}_{draft.path.parent.name}_{draft.kind}"

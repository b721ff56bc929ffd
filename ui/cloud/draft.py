"""The file that a reader is about to import: kept in the session until it is imported, replaced or put away.

The file itself lies beside the database (data/uploads.py); here stand its path, what it is and how to read it.
"""

from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from data.imports import AreasOrder, AssessmentsOrder, CasesOrder, DutyOrder, LinesOrder, Order, PlacesOrder
from data.ingest.areas import AreaFields
from data.ingest.mapping import parse_mapping
from domain.errors import InputRefused, OneGridError
from domain.i18n import _
from domain.vocabulary import ImportKind, Level, LineKind
from ui.cloud import work
from ui.storage import store

_DRAFT = "cloud_draft"
_ROUND = "cloud_upload_round"
_REFUSED = "cloud_upload_refused"

MAPPED = (
    ImportKind.CASES,
    ImportKind.POINTS,
    ImportKind.COMPOUNDS,
    ImportKind.DUTY,
    ImportKind.ASSESSMENTS,
)
"""Kinds of files that a mapping explains; the others are explained by their fields."""


@dataclass
class Draft:
    """A file and how to read it.

    `mapping` is TOML (kinds in MAPPED), None until one is proposed. `level`, `line_kind`, `fields` (our name → field
    of the file) and `crs` explain boundaries and lines. Where more than the share `most_rejected` of the rows would be
    kept out, nothing is imported; None for any.
    """

    kind: ImportKind
    path: Path
    mapping: str | None = None
    level: Level = Level.GRID
    line_kind: LineKind = LineKind.ROAD
    fields: dict[str, str] = field(default_factory=dict)
    is_guessed: bool = False
    crs: str = ""
    most_rejected: float | None = 0.2

    def order(self) -> Order:
        """What is to be imported. Raises InputRefused where the mapping is wrong or a field is missing."""
        if self.kind in MAPPED:
            mapping = parse_mapping(self.mapping or "")
            if self.kind is ImportKind.CASES:
                return CasesOrder(mapping)
            if self.kind is ImportKind.ASSESSMENTS:
                return AssessmentsOrder(mapping)
            return DutyOrder(mapping) if self.kind is ImportKind.DUTY else PlacesOrder(self.kind, mapping)
        crs = self.crs.strip() or None
        named = {name: column for name, column in self.fields.items() if column}
        if self.kind is ImportKind.LINES:
            return LinesOrder(self.line_kind, named.get("name"), named.get("rank"), crs)
        if "name" not in named:
            raise InputRefused(_("没有说哪个字段是名称。"), _("请在“名称”里选一个字段。"))
        return AreasOrder(self.level, AreaFields(**named), crs)


def current() -> Draft | None:
    """The draft of this session; None without one, or once its file is gone."""
    draft: Draft | None = st.session_state.get(_DRAFT)
    if draft is not None and not draft.path.is_file():
        put_away()
        return None
    return draft


def uploader_key() -> str:
    """The key of the upload widget; another one once a draft was put away, so that the widget is empty again."""
    return f"cloud_upload_{st.session_state.get(_ROUND, 0)}"


def take(kind: ImportKind, level: Level) -> None:
    """Keep what the upload widget has, instead of what was there. For its callback."""
    uploaded = st.session_state.get(uploader_key())
    _drop()
    if uploaded is None:
        return
    try:
        path = work.uploads(store()).keep(uploaded.name, uploaded)
    except OneGridError as refused:
        st.session_state[_REFUSED] = refused
        return
    st.session_state[_DRAFT] = Draft(kind, path, level=level)


def refusal() -> OneGridError | None:
    """Why the last upload could not be kept, once."""
    refused: OneGridError | None = st.session_state.pop(_REFUSED, None)
    return refused


def put_away() -> None:
    """Forget the draft and its file, and empty the upload widget. For callbacks."""
    _drop()
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def change_kind(kind: ImportKind) -> None:
    """The same file is something else: it is explained anew."""
    draft = current()
    if draft is not None and draft.kind is not kind:
        st.session_state[_DRAFT] = Draft(kind, draft.path, level=draft.level)


def _drop() -> None:
    draft: Draft | None = st.session_state.pop(_DRAFT, None)
    if draft is not None:
        work.uploads(store()).drop(draft.path)

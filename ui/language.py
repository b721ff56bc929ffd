"""The reader's language: in the URL, picked in the header, set before anything is drawn."""

import streamlit as st

from domain.i18n import LANGUAGES, _, use_language
from domain.settings import settings
from ui import urlstate

_KEY = "lang"


def use_readers() -> None:
    """Speak the language in the URL, else the installation's.

    The script does so at its start, and so must every fragment and dialog: each runs in a context of its own.
    """
    wanted = st.query_params.get(_KEY)
    use_language(wanted if wanted in LANGUAGES else settings().language)


def switch() -> None:
    """Draw the language switch; it takes effect with the next run."""
    urlstate.segments(
        _("语言"),
        list(LANGUAGES),
        key=_KEY,
        default=settings().language,
        names=lambda code: LANGUAGES[code],
    )

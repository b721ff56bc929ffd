"""Which part of the screen is shown; it stands in the URL."""

import streamlit as st

from domain.i18n import N_, _
from domain.vocabulary import Labelled
from ui import urlstate


class Part(Labelled):
    """The parts of the screen, in their order."""

    RATINGS = "ratings"
    LISTS = "lists"
    UNMANAGED = "unmanaged"
    CHECKLIST = "checklist"
    MOVEMENT = "movement"
    COMPOUNDS = "compounds"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "ratings": N_("评级"),
            "lists": N_("红黑榜"),
            "unmanaged": N_("弃管清零"),
            "checklist": N_("五有与共建"),
            "movement": N_("变化"),
            "compounds": N_("小区"),
        }


def choose() -> Part:
    """Draw the choice."""
    with st.container(key="property_part"):
        chosen = urlstate.segments(
            _("红色物业的部分"),
            [part.value for part in Part],
            key="part",
            default=Part.RATINGS.value,
            names=lambda value: Part(value).label,
        )
    return Part(chosen)

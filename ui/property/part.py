"""Which part of the screen is shown; it stands in the URL."""

from domain.i18n import N_, _
from domain.vocabulary import Labelled
from ui import urlstate


class Part(Labelled):
    """The parts of the screen, in their order."""

    COMPOUNDS = "compounds"
    UNMANAGED = "unmanaged"
    CHECKLIST = "checklist"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "compounds": N_("小区"),
            "unmanaged": N_("弃管清零"),
            "checklist": N_("五有与共建"),
        }


def choose() -> Part:
    """Draw the choice."""
    chosen = urlstate.segments(
        _("红色物业的部分"),
        [part.value for part in Part],
        key="part",
        default=Part.COMPOUNDS.value,
        names=lambda value: Part(value).label,
    )
    return Part(chosen)

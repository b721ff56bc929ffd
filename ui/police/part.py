"""Which part of the screen is shown; it stands in the URL."""

from domain.i18n import N_, _
from domain.vocabulary import Labelled
from ui import urlstate


class Part(Labelled):
    """The parts of the screen, in their order."""

    COVERAGE = "coverage"
    POINTS = "points"
    EMBEDDING = "embedding"
    LOAD = "load"
    SITING = "siting"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "coverage": N_("覆盖"),
            "points": N_("站点"),
            "embedding": N_("嵌入"),
            "load": N_("勤务"),
            "siting": N_("选址"),
        }


def choose() -> Part:
    """Draw the choice."""
    chosen = urlstate.segments(
        _("警地融合的部分"),
        [part.value for part in Part],
        key="part",
        default=Part.COVERAGE.value,
        names=lambda value: Part(value).label,
    )
    return Part(chosen)

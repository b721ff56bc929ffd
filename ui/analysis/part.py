"""Which part of the screen is shown; it stands in the URL."""

from domain.i18n import N_, _
from domain.vocabulary import Labelled
from ui import urlstate


class Part(Labelled):
    """The parts of the screen, in their order."""

    CHARTS = "charts"
    PIVOT = "pivot"
    COMPARE = "compare"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {"charts": N_("图表"), "pivot": N_("透视表"), "compare": N_("并排对比")}


def choose() -> Part:
    """Draw the choice."""
    chosen = urlstate.segments(
        _("分析的部分"),
        [part.value for part in Part],
        key="part",
        default=Part.CHARTS.value,
        names=lambda value: Part(value).label,
    )
    return Part(chosen)

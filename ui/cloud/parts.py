"""The parts of 一朵云; which one is shown stands in the URL (`?view=batches`)."""

from enum import StrEnum

from domain.deeds import Deed, may_do
from domain.i18n import N_, _
from ui import urlstate
from ui.shell import Page


class Part(StrEnum):
    """The parts, in their order."""

    SOURCES = "sources"
    BATCHES = "batches"
    UPLOAD = "upload"
    GRIDS = "grids"

    @property
    def label(self) -> str:
        """The part's name in the reader's language."""
        return _(_LABELS[self])


_LABELS = {
    Part.SOURCES: N_("来源"),
    Part.BATCHES: N_("批次"),
    Part.UPLOAD: N_("上传"),
    Part.GRIDS: N_("网格质量"),
}


def choose(page: Page) -> Part:
    """Draw the switch; whoever may import starts with the upload where there is nothing yet."""
    default = Part.UPLOAD if page.is_empty and may_do(page.actor, Deed.IMPORT).allowed else Part.SOURCES
    return Part(
        urlstate.segments(
            _("看什么"), list(Part), key="view", default=default, names=lambda value: Part(value).label
        )
    )

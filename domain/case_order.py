"""The orders that a list of cases can have."""

from domain.i18n import N_
from domain.vocabulary import Labelled


class CaseOrder(Labelled):
    """Which cases come first; cases without the time that counts come last."""

    NEWEST = "newest"
    OLDEST = "oldest"
    DUE_FIRST = "due_first"
    DUE_LAST = "due_last"
    CLOSED_LAST = "closed_last"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "newest": N_("最新上报在前"),
            "oldest": N_("最早上报在前"),
            "due_first": N_("时限早的在前"),
            "due_last": N_("时限晚的在前"),
            "closed_last": N_("最近结案在前"),
        }

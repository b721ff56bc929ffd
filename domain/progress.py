"""How long work tells how far it is, and learns that it should stop."""

from collections.abc import Callable

from domain.i18n import N_, _

Progress = Callable[[str, int, int | None], None]
"""Called with the stage, what is done and the total (None where unknown); raises Cancelled to stop."""


def no_progress(stage: str, done: int, total: int | None) -> None:
    """For callers that do not watch."""


_STAGES = {
    "reading": N_("读取"),
    "surveying": N_("通读"),
    "areas": N_("区域"),
    "sorting": N_("排序"),
    "placing": N_("落区"),
    "writing": N_("写入"),
    "exporting": N_("导出"),
    "building": N_("生成"),
    "measuring": N_("量距离"),
    "solving": N_("求解"),
}


def stage_label(stage: str) -> str:
    """A stage in the reader's language; one that has no word is shown as it is."""
    return _(_STAGES[stage]) if stage in _STAGES else stage

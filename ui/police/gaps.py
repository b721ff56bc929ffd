"""What a service point lacks: the reader keeps those that lack one thing, and sees how many they are."""

import pandas as pd

from domain.i18n import N_, _, format_number
from domain.vocabulary import Labelled
from ui import urlstate


class Gap(Labelled):
    """What can be missing or doubtful."""

    NONE = "none"
    ROSTER = "roster"
    HOURS = "hours"
    LEVEL = "level"
    STACKED = "stacked"
    COORDINATE = "coordinate"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "none": N_("全部站点"),
            "roster": N_("没有班表"),
            "hours": N_("没有开放时间"),
            "level": N_("没有层级"),
            "stacked": N_("坐标重合"),
            "coordinate": N_("没有可用坐标"),
        }

    def of(self, rows: pd.DataFrame) -> "pd.Series[bool]":
        """Which points (`queries.posts.points`) lack it; all of them where nothing is asked for."""
        return {
            Gap.NONE: rows["usable"].notna(),
            Gap.ROSTER: rows["posts"] == 0,
            Gap.HOURS: rows["opening_hours"].isna(),
            Gap.LEVEL: rows["level"].isna(),
            Gap.STACKED: rows["at_place"] > 1,
            Gap.COORDINATE: ~rows["usable"].astype(bool),
        }[self]


def choose() -> Gap:
    """Draw the choice."""
    return urlstate.selectbox(
        _("只看"), list(Gap), key="gap", default=Gap.NONE, names=lambda gap: gap.label, width=180
    )


def words(rows: pd.DataFrame) -> str:
    """How many of the points lack each thing; a list without blanks says that too."""
    counts = {gap: int(gap.of(rows).sum()) for gap in Gap if gap is not Gap.NONE}
    told = [f"{gap.label} {format_number(n)}" for gap, n in counts.items() if n]
    return " · ".join(told) or _("每一处都有班表、开放时间、层级和坐标。")

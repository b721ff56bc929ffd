"""The cases behind an item of a rating, as a filter that every screen and export understands."""

from domain.filters import CaseFilter, Side
from domain.ratings.model import Profile
from domain.ratings.periods import Period


def cases_of(
    profile: Profile, item: str, code: str, period: Period, side: str = "numerator"
) -> CaseFilter | None:
    """The cases of a compound (by its code) on a side of an item in a period; None for an assessment.

    `side` is `numerator` or `rest`, as for any indicator: their numbers are those of the item.
    """
    indicator = profile.items[item].indicator
    if indicator is None:
        return None
    return CaseFilter(
        period.start,
        period.last_day,
        side=Side(profile.indicators, indicator, side),
        compounds=(code,),
    )

"""Which indicator is measured: one select box over all profiles, in the URL as PROFILE/INDICATOR."""

from domain.i18n import _
from domain.indicators import catalogue
from domain.indicators.model import Indicator
from ui import urlstate
from ui.encode import cut

_LONGEST = 40


def choose() -> tuple[str, Indicator]:
    """Draw the choice; the stored name (profile/indicator) and the indicator."""
    known = {
        f"{profile_name}/{name}": (str(profile.name), definition)
        for profile_name, profile in catalogue.profiles().items()
        for name, definition in profile.indicators.items()
        if isinstance(definition, Indicator)
    }

    def words(stored: str) -> str:
        profile, definition = known[stored]
        if stored.startswith(f"{catalogue.DEFAULT}/"):
            return cut(str(definition.name), _LONGEST)
        return cut(f"{definition.name} · {profile}", _LONGEST)

    chosen = urlstate.selectbox(
        _("指标"),
        list(known),
        key="measure",
        default=f"{catalogue.DEFAULT}/cases",
        names=words,
        width=260,
    )
    return chosen, known[chosen][1]

"""Which community the screen 社区 is about.

The URL's area decides. The screen works on the finest level that has areas among community and those above
it; where only finer ones exist (an installation of grids alone) on the coarsest of them. So an installation
of streets shows streets, and one of communities without grids (Boston) shows those. A finer area in the URL
narrows the screen to it, inside its community; one that no community holds stands for itself. Whoever
answers for a part of the installation only, and comes from above it, is shown that part.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.filters import CaseFilter
from domain.indicators import catalogue
from domain.vocabulary import Level
from queries.areas import AreaInfo
from queries.figures import Question
from ui.place import Place
from ui.shell import Page


@dataclass(frozen=True)
class Subject:
    """What the screen tells of: `area`, which is the community or a finer area inside it.

    `page` stands at that area.
    """

    page: Page
    community: AreaInfo
    area: AreaInfo

    @property
    def is_narrowed(self) -> bool:
        """Whether only a part of the community is told of."""
        return self.area != self.community

    @property
    def own_level(self) -> Level:
        """The level of the area that the reader answers for; the community's for the whole installation."""
        return self.page.own[-1].level if self.page.own else self.community.level

    def question(self, wanted: CaseFilter) -> Question:
        """What the figures of the screen are asked for: the area alone, even where it is everything."""
        asked = replace(wanted, area=self.area.code)
        return Question(catalogue.DEFAULT, asked, self.area, self.page.city.as_of_utc)


def level_of(levels: Sequence[Level]) -> Level:
    """The level whose areas have this screen; `levels` have areas, top down, at least one."""
    above = [level for level in levels if level.rank <= Level.COMMUNITY.rank]
    return above[-1] if above else levels[0]


def nearest(page: Page) -> Page:
    """The page at the place asked for; at the reader's own area where that lies inside it."""
    if not page.own or page.own[-1] in page.place.path:
        return page
    return replace(page, place=Place(page.own, page.place.levels))


def subject_of(page: Page) -> Subject | None:
    """What the screen is about; None where the place lies above every community."""
    path = page.place.path
    level = level_of(page.place.levels)
    finer = [area for area in path if area.level.rank >= level.rank]
    if not finer:
        return None
    return Subject(replace(page, place=replace(page.place, is_top=False)), finer[0], path[-1])

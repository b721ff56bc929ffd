"""Which areas are painted, from the top of the hierarchy to its end."""

import pytest

from domain.vocabulary import Level
from queries.areas import AreaInfo
from ui.place import Place


def area(area_id: int, level: Level) -> AreaInfo:
    return AreaInfo(area_id, str(area_id), level, f"area {area_id}", None, "general", None, None, 1.0)


CITY, DISTRICT = area(1, Level.CITY), area(2, Level.DISTRICT)
STREET, GRID = area(3, Level.STREET), area(4, Level.GRID)
FULL = tuple(Level)
SPARSE = (Level.STREET, Level.GRID)  # an installation without cities, districts and communities


@pytest.mark.parametrize(
    ("path", "levels", "wanted", "level", "painted"),
    [
        ((CITY,), FULL, None, Level.DISTRICT, 1),  # the next level down
        ((CITY,), FULL, Level.GRID, Level.GRID, 1),  # a finer one on request
        ((CITY, DISTRICT), FULL, Level.CITY, Level.STREET, 2),  # a coarser one is no level of its parts
        ((STREET,), SPARSE, None, Level.GRID, 3),  # levels without areas are skipped
        ((STREET,), SPARSE, Level.COMMUNITY, Level.GRID, 3),  # and cannot be asked for
        ((STREET, GRID), SPARSE, None, Level.GRID, 3),  # a grid is seen among its siblings
        ((), SPARSE, None, Level.STREET, None),  # several tops: everything of the first level
        ((GRID,), (Level.GRID,), None, Level.GRID, None),  # one level only: all of it
    ],
)
def test_what_is_painted(
    path: tuple[AreaInfo, ...],
    levels: tuple[Level, ...],
    wanted: Level | None,
    level: Level,
    painted: int | None,
) -> None:
    place = Place(path, levels)
    assert (place.level(wanted), place.painted_id) == (level, painted)

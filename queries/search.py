"""The jump box: everything that has a name, a number or an address and that the actor may see.

Areas are seen by every actor; compounds, service points and cases as far as the actor's scope reaches. What has
a name is few and goes into an index, kept by the caller; cases are many and are asked for with every search.
"""

import unicodedata

from data.session import Session
from domain.vocabulary import Level
from queries.compose import statement
from queries.search_index import LONGEST, Entry, Fit, Found, Index, Kind

LEAST_CASE = 2
"""Characters from which cases are looked for: a single one is in most of them."""


class AreaIndex(Index):
    """The areas, and the way from the top to each of them."""

    def __init__(self, entries: list[Entry]) -> None:
        super().__init__(entries)
        self._by_id = {entry.area_id: entry for entry in entries}

    def path(self, inside: int | None) -> tuple[Entry, ...]:
        """From the top down to the area with this id; empty for None and for an area that is no more."""
        found: list[Entry] = []
        here = self._by_id.get(inside)
        while here is not None:
            found.insert(0, here)
            here = self._by_id.get(here.inside) if here.inside is not None else None
        return tuple(found)


def areas(session: Session) -> AreaIndex:
    """All current areas by name and code: the same for every actor."""
    rows = session.rows(statement("search", "areas"))
    return AreaIndex(
        [
            Entry(Kind(Level(level).rank), code, name, None, parent_id, area_id)
            for area_id, parent_id, level, code, name in rows
        ]
    )


def places(session: Session) -> Index:
    """The compounds and service points that the actor may see, by name, address and code."""
    return Index(
        Entry(kind, *row)
        for kind, name in ((Kind.COMPOUND, "compounds"), (Kind.SERVICE_POINT, "service_points"))
        for row in session.rows(statement("search", name))
    )


def cases(session: Session, typed: str, most: int) -> Found:
    """Cases by the beginning of their number, in any letter case; where none begins so, by what their place holds.

    At most `most`: whole numbers of any source first, then the newest. An entry's code is the case's id, its
    name the title, else the place, else the number; its detail tells source and number.
    """
    text = " ".join(unicodedata.normalize("NFKC", typed[:LONGEST]).split())
    if len(text) < LEAST_CASE:
        return Found((), 0)
    params: dict[str, object] = {"number": text.upper(), "place": text.lower(), "most": most}
    numbered = session.rows(statement("search", "cases_by_number"), params)
    if numbered:
        best = tuple((Fit.EXACT if exact else Fit.PREFIX, _case(*row)) for *row, exact in numbered)
        return _counted(session, best, most, "how_many_by_number", params)
    placed = session.rows(statement("search", "cases_by_place"), params)
    best = tuple((Fit.CONTAINS, _case(*row)) for row in placed)
    return _counted(session, best, most, "how_many_by_place", params)


def _counted(
    session: Session, best: tuple[tuple[Fit, Entry], ...], most: int, count: str, params: dict[str, object]
) -> Found:
    """With the number of all of them, which is asked for where there may be more."""
    if len(best) < most:
        return Found(best, len(best))
    return Found(best, int(session.one(statement("search", count), params)[0]))


def _case(
    case_id: int, source: str, number: str, title: str | None, place: str | None, area_id: int | None
) -> Entry:
    return Entry(Kind.CASE, str(case_id), title or place or number, f"{source} {number}", area_id)

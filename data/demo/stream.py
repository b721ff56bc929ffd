"""The stream of cases: month by month, newest last, in Arrow tables of bounded size."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pyarrow as pa

from data.demo.categories import CHANNELS
from data.demo.contact import first_contacts
from data.demo.days import Month, make_months
from data.demo.draw import Drawer, Drawn, make_hot_spots
from data.demo.frames import Floats
from data.demo.lifecycle import STATES, Lives, draw_channels, live
from data.demo.model import DemoCity
from data.demo.places import make_places
from data.demo.planting import Planted, plant
from data.demo.randomness import Step, stream
from data.demo.scale import Scale, spec_of
from data.demo.scatter import shares
from data.demo.tables import Tabler
from data.demo.whereabouts import Informer

CHUNK_ROWS = 200_000
YEAR = np.timedelta64(365, "D")
STREET_SPREAD = 0.2


def cases(city: DemoCity, scale: Scale | None = None, chunk_rows: int = CHUNK_ROWS) -> Iterator[pa.Table]:
    """All cases of a demo city in the canonical columns (`tables.SCHEMA`), newest last.

    Args:
        city: a city made by `build`.
        scale: how many cases over how many months; the city's own scale unless given.
        chunk_rows: rows of a table; only the last one is shorter. The rows do not depend on it.

    Yields:
        Tables; times are naive UTC, lon / lat EPSG:4326. A province has no cases and yields nothing.

    Raises:
        ValueError: an unknown scale, or `chunk_rows` under 1.
    """
    if chunk_rows < 1:
        raise ValueError(f"`chunk_rows` was {chunk_rows} but is expected to be at least 1")
    spec = spec_of(scale or city.scale)
    return _rechunked(_months(city, spec.cases, spec.months), chunk_rows) if spec.cases else iter(())


def planted(city: DemoCity) -> Planted:
    """What is planted in the cases of a city (docs/demo-city.md)."""
    return plant(city, make_places(city, stream(city.seed, Step.PLACES)), stream(city.seed, Step.PLANTED))


def _months(city: DemoCity, total: int, month_count: int) -> Iterator[pa.Table]:
    months = make_months(month_count, stream(city.seed, Step.MONTHS))
    counts = shares(total, np.array([month.expected.sum() for month in months]))
    story = _Story(city, counts)
    for index, (month, count) in enumerate(zip(months, counts, strict=True)):
        yield story.month(
            index,
            month,
            int(count),
            stream(city.seed, Step.DRAWN, index),
            stream(city.seed, Step.TOLD, index),
        )


class _Story:
    """Tells one month after the other; holds what all months share."""

    def __init__(self, city: DemoCity, counts: np.ndarray) -> None:
        places = make_places(city, stream(city.seed, Step.PLACES))
        self.planted = plant(city, places, stream(city.seed, Step.PLANTED))
        months = len(counts)
        hot_spots = make_hot_spots(city, months, stream(city.seed, Step.HOT_SPOTS))
        self.drawer = Drawer(city, places, self.planted, hot_spots, months)
        self.informer = Informer(city, places, self.planted)
        self.tabler = Tabler(city, places)
        self.last = months - 1
        self.early = shares(self.planted.early_closings, counts)
        self.slowness, self.bursting = self._streets(city, stream(city.seed, Step.STREETS))

    def _streets(self, city: DemoCity, rng: np.random.Generator) -> tuple[Floats, np.ndarray]:
        """By street: how slow it is (1 = usual), and whether it closes at the end of the month."""
        codes = city.level("street")["code"].to_numpy()
        return rng.lognormal(0, STREET_SPREAD, len(codes)), codes == self.planted.burst_street

    def month(
        self, index: int, month: Month, count: int, rng: np.random.Generator, contact_rng: np.random.Generator
    ) -> pa.Table:
        drawn = self.drawer.month(index, month, count, rng)
        if index == self.last:
            drawn = _a_year_late(drawn, self.planted.future_rows, rng)
        channel = draw_channels(drawn.category, rng)
        channel[drawn.repeat] = CHANNELS.index("hotline_12345")
        told = self.informer.tell(drawn, channel, rng)
        street = self.tabler.street[drawn.place]
        lives = live(drawn, channel, self.slowness[street], self.bursting[street], rng)
        contacted = first_contacts(channel, lives, self.slowness[street], contact_rng)
        lives = _closed_early(drawn, lives, int(self.early[index]), rng)
        return self.tabler.table(drawn, channel, told, lives, contacted, rng)


def _a_year_late(drawn: Drawn, count: int, rng: np.random.Generator) -> Drawn:
    """A few rows whose report date was typed with the next year; they move to the end."""
    chosen = rng.choice(np.flatnonzero(~drawn.repeat), count, replace=False)
    local = drawn.local.copy()
    local[chosen] += YEAR
    return replace(drawn, local=local).in_order()


def _closed_early(drawn: Drawn, lives: Lives, count: int, rng: np.random.Generator) -> Lives:
    """A few closed rows whose closing date was typed some days before the report."""
    usual = np.flatnonzero((STATES[lives.state] == "closed") & ~drawn.repeat)
    chosen = rng.choice(usual, count, replace=False)
    closed = lives.closed.copy()
    closed[chosen] = drawn.local[chosen] - rng.integers(3_600, 5 * 86_400, count).astype("timedelta64[s]")
    return replace(lives, closed=closed)


def _rechunked(tables: Iterator[pa.Table], rows: int) -> Iterator[pa.Table]:
    """The same rows in tables of `rows` rows; holds about one month and one table at a time."""
    waiting: list[pa.Table] = []
    held = 0
    for table in tables:
        waiting.append(table)
        held += table.num_rows
        if held < rows:
            continue
        whole = pa.concat_tables(waiting)
        full = held - held % rows
        for start in range(0, full, rows):
            yield whole.slice(start, rows).combine_chunks()
        waiting, held = [whole.slice(full)], held - full
    if held:
        yield pa.concat_tables(waiting).combine_chunks()

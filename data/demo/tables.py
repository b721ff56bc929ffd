"""From index arrays to Arrow tables in the canonical case columns."""

from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.demo.categories import CATEGORIES, CHANNELS
from data.demo.draw import UTC_OFFSET, Drawn
from data.demo.lifecycle import OUTCOMES, RATINGS, STATES, Lives
from data.demo.model import DemoCity
from data.demo.places import Places
from data.demo.whereabouts import SOURCES, Whereabouts

_TIME = pa.timestamp("us")

SCHEMA: Final = pa.schema(
    [
        ("source", pa.string()),
        ("source_case_id", pa.string()),
        ("channel", pa.string()),
        ("category", pa.string()),
        ("title", pa.string()),
        ("description", pa.string()),
        ("state", pa.string()),
        ("outcome", pa.string()),
        ("timeliness", pa.string()),
        ("reported_at", _TIME),
        ("registered_at", _TIME),
        ("dispatched_at", _TIME),
        ("contacted_at", _TIME),
        ("handled_at", _TIME),
        ("closed_at", _TIME),
        ("due_at", _TIME),
        ("updated_at", _TIME),
        ("department", pa.string()),
        ("lon", pa.float64()),
        ("lat", pa.float64()),
        ("area_code", pa.string()),
        ("area_name", pa.string()),
        ("area_level", pa.string()),
        ("place", pa.string()),
        ("rating", pa.string()),
        ("rework_count", pa.int32()),
        ("reporter_name", pa.string()),
        ("phone", pa.string()),
        ("id_number", pa.string()),
        ("address", pa.string()),
    ]
)
"""The canonical case columns; times are naive UTC. Personal columns are null: the demo has no persons."""

PERSONAL: Final = ("reporter_name", "phone", "id_number", "address")

_ID_PREFIX = np.array(["RX", "WG", "CG-", "ZZ"])
_SAID = np.array(
    ["市民来电反映：", "网格员上报：", "居民随手拍反映：", "巡查发现：", "感知设备告警：", "部门转办："]
)
_ASKED = np.array(["，请核实处理。", "，影响居民生活，请尽快处置。", "，请现场查看并反馈。"])
LABELLING_SOURCE = 2
WRONG_LABEL_SHARE = 0.015
STREET_HANDLED_SHARE = 0.12


class Tabler:
    """Turns a month of cases into a table; holds the names that rows refer to."""

    def __init__(self, city: DemoCity, places: Places) -> None:
        self.areas_code = pa.array(city.areas["code"].astype(object), pa.string())
        self.areas_name = pa.array(city.areas["name"].astype(object), pa.string())
        self.areas_level = pa.array(city.areas["level"].astype(object), pa.string())
        self.place_name = pa.array(places.name.astype(object), pa.string())
        self.category = pa.array([c.name for c in CATEGORIES])
        self.texts = pa.array([text for c in CATEGORIES for text in c.texts])
        streets = city.level("street")
        self.departments = pa.array(
            [c.department for c in CATEGORIES] + [_street_office(n) for n in streets["name"]]
        )
        row = pd.Series(np.arange(len(streets)), index=streets["code"])
        community = city.level("community").set_index("code")["parent_code"]
        self.street = row[community.reindex(city.level("grid")["parent_code"])].to_numpy()[places.grid]

    def table(
        self,
        drawn: Drawn,
        channel: np.ndarray,
        told: Whereabouts,
        lives: Lives,
        contacted: np.ndarray,
        rng: np.random.Generator,
    ) -> pa.Table:
        """The table of one month, in the order of the drawn cases."""
        count = len(channel)
        variant = self.texts.take(pa.array(drawn.category * 3 + rng.integers(0, 3, count)))
        place = self.place_name.take(pa.array(drawn.place))
        by_street = rng.random(count) < STREET_HANDLED_SHARE
        department = np.where(by_street, len(CATEGORIES) + self.street[drawn.place], drawn.category)
        department = np.where(np.isnat(lives.dispatched), -1, department)
        columns = {
            "source": _named(SOURCES, told.source),
            "source_case_id": _case_ids(told.source, drawn.local),
            "channel": _named(np.array(CHANNELS), channel),
            "category": self.category.take(pa.array(drawn.category)),
            "title": pc.binary_join_element_wise(place, variant, ""),
            "description": pc.binary_join_element_wise(
                _named(_SAID, channel),
                place,
                variant,
                _named(_ASKED, rng.integers(0, 3, count)),
                "",
            ),
            "state": _named(STATES, lives.state),
            "outcome": _named(OUTCOMES, lives.outcome),
            "timeliness": _timeliness(told.source, lives, rng),
            "department": _taken(self.departments, department),
            "place": place,
            "rating": _named(RATINGS, lives.rating),
            "rework_count": pa.array(lives.rework, pa.int32()),
            **_times(drawn, lives),
            "contacted_at": _utc(contacted),
            **self._whereabouts(told),
            **{personal: pa.nulls(count, pa.string()) for personal in PERSONAL},
        }
        return pa.table([columns[name] for name in SCHEMA.names], schema=SCHEMA)

    def _whereabouts(self, told: Whereabouts) -> dict[str, pa.Array]:
        area = np.where(told.code >= 0, told.code, told.named)
        return {
            "lon": pa.array(told.lonlat[:, 0], from_pandas=True),
            "lat": pa.array(told.lonlat[:, 1], from_pandas=True),
            "area_code": _taken(self.areas_code, told.code),
            "area_name": _taken(self.areas_name, told.named),
            "area_level": _taken(self.areas_level, area),
        }


def _times(drawn: Drawn, lives: Lives) -> dict[str, pa.Array]:
    return {
        "reported_at": _utc(drawn.local),
        "registered_at": _utc(lives.registered),
        "dispatched_at": _utc(lives.dispatched),
        "handled_at": _utc(lives.handled),
        "closed_at": _utc(lives.closed),
        "due_at": _utc(lives.due),
        "updated_at": _utc(lives.updated),
    }


def _street_office(name: str) -> str:
    return f"{name}办事处" if name.endswith("街道") else f"{name}人民政府"


def _taken(values: pa.Array, index: np.ndarray) -> pa.Array:
    """values[index], null where the index is negative."""
    return values.take(pa.array(index, mask=index < 0))


def _named(values: np.ndarray, index: np.ndarray) -> pa.Array:
    return _taken(pa.array(values.astype(object), pa.string()), index)


def _utc(local: np.ndarray) -> pa.Array:
    return pa.array((local - UTC_OFFSET).astype("datetime64[us]"), _TIME)


def _case_ids(source: np.ndarray, local: np.ndarray) -> pa.Array:
    """Source's prefix, local date and a number that counts the source's cases of the month."""
    number = np.zeros(len(source), dtype=np.int64)
    for index in range(len(SOURCES)):
        mine = source == index
        number[mine] = np.arange(1, mine.sum() + 1)
    days, day = np.unique(local.astype("datetime64[D]"), return_inverse=True)
    dates = pa.array([str(d).replace("-", "") for d in days]).take(pa.array(day))
    digits = pc.utf8_lpad(pc.cast(pa.array(number), pa.string()), 6, padding="0")
    return pc.binary_join_element_wise(_named(_ID_PREFIX, source), dates, digits, "")


def _timeliness(source: np.ndarray, lives: Lives, rng: np.random.Generator) -> pa.Array:
    """One source labels its closed cases itself, wrongly in a few rows."""
    late = lives.closed > lives.due
    wrong = rng.random(len(source)) < WRONG_LABEL_SHARE
    labelled = (source == LABELLING_SOURCE) & ~np.isnat(lives.closed) & ~np.isnat(lives.due)
    return _named(np.array(["on_time", "overdue"]), np.where(labelled, (late ^ wrong).astype(np.int64), -1))

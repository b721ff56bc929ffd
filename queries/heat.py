"""Where cases were reported, few enough rows to compute a density from: points binned by place and time.

Every case under the filter falls into one of three parts: it has a usable point, it stands on a placeholder
point (which says that its place is not known), or it has no usable point. Coordinates are EPSG:4326 degrees.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from data.session import Session
from domain.filters import CaseFilter
from domain.time_frames import FrameUnit
from queries.areas import AreaInfo
from queries.compose import At, Conditions, case_conditions, statement


@dataclass(frozen=True)
class HeatBins:
    """Cases with a usable point, by place and time, and how many have none.

    The arrays have one entry a bin: `starts` (datetime64[us], naive local, the start of the unit of time),
    mean `lon` and `lat` of its cases, and their number `cases`. `usable` + `at_placeholder` +
    `without_point` are all cases under the filter.
    """

    starts: npt.NDArray[np.datetime64]
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    cases: npt.NDArray[np.int64]
    at_placeholder: int
    without_point: int

    @property
    def usable(self) -> int:
        """Cases in all bins."""
        return int(self.cases.sum())


def span(session: Session, chosen: CaseFilter, area: AreaInfo | None) -> tuple[date, date] | None:
    """The first and last local day of a filter's period; an open end is where its cases begin or end.

    None where an open period has no cases.
    """
    if chosen.start is not None and chosen.end is not None:
        return chosen.start, chosen.end
    clock = session.city.clock
    where, values = _conditions(session, chosen, area)
    first, last = session.one(statement("heat", "span", where=where), values)
    if first is None:
        return None
    return chosen.start or clock.to_local(first).date(), chosen.end or clock.to_local(last).date()


def bins(
    session: Session, chosen: CaseFilter, area: AreaInfo | None, unit: FrameUnit, step_degrees: float
) -> HeatBins:
    """The cases of a filter in bins of `step_degrees` and one unit of local time."""
    clock = session.city.clock
    where, values = _conditions(session, chosen, area)
    values |= {"unit": unit.value, "timezone": clock.timezone.key, "step": step_degrees}
    found = session.table(statement("heat", "bins", where=where), values)
    part = found["part"].to_numpy()
    cases = found["cases"].to_numpy().astype(np.int64)
    usable = part == "usable"
    return HeatBins(
        starts=found["frame"].to_numpy()[usable].astype("datetime64[us]"),
        lon=found["lon"].to_numpy()[usable],
        lat=found["lat"].to_numpy()[usable],
        cases=cases[usable],
        at_placeholder=int(cases[part == "at_placeholder"].sum()),
        without_point=int(cases[part == "without_point"].sum()),
    )


def _conditions(session: Session, chosen: CaseFilter, area: AreaInfo | None) -> Conditions:
    return case_conditions(chosen, At.of(session), area.as_filter if area else None)

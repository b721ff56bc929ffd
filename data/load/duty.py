"""Loads posts on duty: each row finds its area by code or by name, and keeps versions by its own code.

A row's area is the one of its code; where it has no code, the one of its name (which may carry the names
above it, "望江街道/柳岸社区"). A row whose area is not known, or not the only one of its name, is rejected:
who answers for nothing is of no use. Without a code of its own a row gets one made of area, post, unit and
shift, and of its service point where it has one, so that a later file finds it again whatever else has changed.
A service point that is not known is reported; the row keeps its code, and the point may come later.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from data.ingest.duty import DutyFile
from data.ledger import Writer
from data.load.batch import SourceFile
from data.load.features import load_versions
from data.load.names import resolve_codes, resolve_names
from data.load.own_codes import reject_doubles, with_made_codes
from data.statements import statements
from domain.vocabulary import AreaSource

_FOLDER = Path(__file__).parents[1] / "sql"
_AREAS = statements(_FOLDER / "place.sql")["names"]
_POINTS = statements(_FOLDER / "features.sql")["point_codes"]
_TOLD_APART = ["area_level", "area_code", "post", "unit", "shift"]


def load_duty(
    writer: Writer, file: DutyFile, source: SourceFile, max_reject_share: float | None = None
) -> dict[str, Any]:
    """Writes the posts of a file as one batch; returns the report.

    Raises InputRefused where more than `max_reject_share` of the rows were rejected.
    """
    placed = _placed(file, writer.run(_AREAS).df())
    reject_doubles(file.rows, placed["code"], "duplicate_duty", "post")
    _count_unknown_points(file, {code for (code,) in writer.run(_POINTS).fetchall()})
    layer = file.result(placed[file.rows.good].reset_index(drop=True))
    by_source = layer.frame["area_source"].value_counts()
    told = (AreaSource.CODE, AreaSource.NAME)
    extra = {"area_source": {how.value: int(by_source.get(how.value, 0)) for how in told}}
    return load_versions(writer, layer, source, max_reject_share, extra)


def _placed(file: DutyFile, areas: pd.DataFrame) -> pd.DataFrame:
    """The rows with area_id, area_code, area_level and area_source; those without an area are rejected."""
    frame = file.frame
    coded = frame["area_code"].notna()
    area_id, several = _by_name(frame[~coded & frame["area_name"].notna()], areas)
    area_id = area_id.combine_first(_by_code(frame[coded], areas)).reindex(frame.index)
    lost = area_id.isna().to_numpy()
    file.rows.reject("ambiguous_area", "area_name", np.isin(frame.index, several))
    file.rows.reject("unknown_area", "area_code", lost & coded.to_numpy())
    file.rows.reject("unknown_area", "area_name", lost & ~coded.to_numpy())
    known = area_id.to_frame("area_id").merge(areas, on="area_id", how="left")
    placed = frame.drop(columns="area_name").assign(
        area_id=area_id,
        area_code=known["code"],
        area_level=known["level"],
        area_source=np.where(coded, AreaSource.CODE.value, AreaSource.NAME.value),
    )
    at_point = [(code,) if isinstance(code, str) else () for code in placed["point_code"]]
    return placed.assign(code=with_made_codes(placed, "D", _TOLD_APART, at_point))


def _by_code(rows: pd.DataFrame, areas: pd.DataFrame) -> pd.Series:
    """The area of each row's code at its level; without a level, the finest that has the code."""
    found = pd.Series(pd.NA, index=rows.index, dtype="Int64")
    for level, part in rows.groupby(rows["area_level"].fillna("")):
        known = areas[areas["level"] == level] if level else areas
        given = pd.DataFrame({"given": part["area_code"].unique()})
        ids = resolve_codes(given, known).set_index("given")["area_id"]
        found[part.index] = ids.reindex(part["area_code"]).to_numpy()
    return found


def _by_name(rows: pd.DataFrame, areas: pd.DataFrame) -> tuple[pd.Series, list[int]]:
    """The area of each row's name where there is exactly one, and the positions where there are several."""
    given = rows[["area_name", "area_level"]].set_axis(["given", "level"], axis=1).drop_duplicates()
    found = resolve_names(given, areas)
    key = list(zip(found["given"], found["level"].fillna(""), strict=True))
    ids = dict(zip(key, found["area_id"], strict=True))
    matches = dict(zip(key, found["matches"], strict=True))
    own = list(zip(rows["area_name"], rows["area_level"].fillna(""), strict=True))
    several = [int(at) for at, name in zip(rows.index, own, strict=True) if matches[name] > 1]
    return pd.Series([ids[name] for name in own], index=rows.index, dtype="Int64"), several


def _count_unknown_points(file: DutyFile, known: set[str]) -> None:
    strange = file.frame["point_code"].notna() & ~file.frame["point_code"].isin(known)
    file.rows.counter.add("unknown_point", file.rows.row_numbers[strange.to_numpy(bool) & file.rows.good])

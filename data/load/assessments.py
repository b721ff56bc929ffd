"""Loads assessments: each is of a compound or of a company that is there, and keeps versions by its own code.

A row whose compound or company is not known is rejected: it would count nowhere. A company is one of those that
compounds name, and is kept as they write it; blanks, case and full or half width do not matter. Without a code of
its own a row gets one made of indicator, subject and period, so that a corrected value finds it again.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from data.ingest.assessments import AssessmentFile
from data.ledger import Writer
from data.load.batch import SourceFile
from data.load.features import load_versions
from data.load.own_codes import reject_doubles, with_made_codes
from data.statements import statements
from domain.codes import normalise_name

_KNOWN = statements(Path(__file__).parents[1] / "sql" / "features.sql")["known_compounds"]
_TOLD_APART = ["indicator", "compound_code", "company", "period_start", "period_end"]


def load_assessments(
    writer: Writer, file: AssessmentFile, source: SourceFile, max_reject_share: float | None = None
) -> dict[str, Any]:
    """Writes the assessments of a file as one batch; returns the report.

    Raises InputRefused where more than `max_reject_share` of the rows were rejected.
    """
    frame = _of_known(file, writer.run(_KNOWN).fetchall())
    frame["code"] = with_made_codes(frame, "A", _TOLD_APART)
    reject_doubles(file.rows, frame["code"], "duplicate_assessment", "indicator")
    layer = file.result(frame[file.rows.good].reset_index(drop=True))
    return load_versions(writer, layer, source, max_reject_share, {})


def _of_known(file: AssessmentFile, compounds: list[tuple[str, str | None]]) -> pd.DataFrame:
    """The rows with companies as compounds write them; those of nobody that is known are rejected."""
    frame = file.frame.copy()
    codes = {code for code, _company in compounds}
    strange = frame["compound_code"].notna() & ~frame["compound_code"].isin(codes)
    file.rows.reject("unknown_compound", "compound_code", strange.to_numpy(bool))
    names = {name for _code, name in compounds if name}
    by_key = {normalise_name(name): name for name in sorted(names, reverse=True)}
    written = [
        None if text is None else text if text in names else by_key.get(normalise_name(text))
        for text in frame["company"]
    ]
    lost = np.array([name is None for name in written], dtype=bool) & frame["company"].notna().to_numpy(bool)
    file.rows.reject("unknown_company", "company", lost)
    frame["company"] = pd.Series(written, index=frame.index, dtype=object)
    return frame

"""红色物业: what is known of compounds, of those that nobody manages, and of their self-government.

Days are local. A compound that nobody manages now has `unmanaged_since`; one of an earlier time without a manager
has the last day of it in `unmanaged_until`.
"""

from collections.abc import Sequence

import pandas as pd

from data.session import Session
from queries.compose import statement

FIVE_HAVES = ("party_branch", "has_place", "has_funds", "has_volunteers", "has_consultation")
"""五有: the columns of the five, in their order."""

SELF_GOVERNMENT = ("owners_committee", "cross_serving")
"""What else a compound's checklist asks."""

_COUNTS = ("households", "buildings", "built_year")
_FLAGS = (*FIVE_HAVES, *SELF_GOVERNMENT, "demonstration")
_DAYS = ("unmanaged_since", "unmanaged_until", "takeover_due")


def compounds(session: Session, inside: int | None) -> pd.DataFrame:
    """The compounds inside an area, by code; None: everywhere.

    Columns: compound_id (int64); code, name, address, company, district_code, district, street_code, street,
    community_code, community, takeover (str, None where unknown); households, buildings, built_year (Int64); lon,
    lat (float64, degrees WGS-84); `FIVE_HAVES`, owners_committee, cross_serving, demonstration (boolean, NA where
    nobody has said); unmanaged_since, unmanaged_until, takeover_due (datetime64, NaT for none); and what follows
    from them: haves, unknown (int64, of the five), relapsed (bool).
    """
    found = session.frame(statement("property", "compounds"), {"inside": inside})
    typed = found.assign(
        **{name: found[name].astype("Int64") for name in _COUNTS},
        **{name: found[name].astype("boolean") for name in _FLAGS},
        **{name: pd.to_datetime(found[name]) for name in _DAYS},
    )
    five = typed[list(FIVE_HAVES)]
    return typed.assign(
        haves=five.fillna(value=False).sum(axis=1).astype("int64"),
        unknown=five.isna().sum(axis=1).astype("int64"),
        relapsed=(typed["unmanaged_since"] > typed["unmanaged_until"]).astype(bool),
    )


def companies(rows: pd.DataFrame) -> Sequence[str]:
    """The companies of some compounds, in order of their names."""
    return sorted(rows["company"].dropna().unique().tolist())

"""Counting what is planted in a demo city's cases: the figures of docs/demo-city.md.

`python -m tests.data.demo.facts city` prints the document's tables for a scale.
"""

import sys
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from data.demo import AS_OF, DemoCity, Planted, build, cases, planted
from data.demo.categories import CATEGORIES
from data.demo.planting import UNMANAGED_CATEGORIES

LOCAL = pd.Timedelta(hours=8)
AS_OF_UTC = pd.Timestamp(AS_OF).tz_convert("UTC").tz_localize(None)


def placed(city: DemoCity, table: pa.Table) -> pd.DataFrame:
    """The cases with `local` (report time in the city) and `grid`, `street` (codes by the point, or None)."""
    frame = table.to_pandas()
    frame["local"] = frame["reported_at"] + LOCAL
    grids = city.level("grid")
    points = shapely.points(frame["lon"], frame["lat"])
    case, grid = shapely.STRtree(grids.geometry.to_numpy()).query(points, predicate="intersects")
    codes = np.full(len(frame), None, dtype=object)
    codes[case] = grids["code"].to_numpy()[grid]
    frame["grid"] = codes
    street = city.level("community").set_index("code")["parent_code"]
    frame["street"] = frame["grid"].str[:12].map(street)
    return frame


def silent_grids(city: DemoCity, frame: pd.DataFrame) -> set[str]:
    """Codes of the grids with no case, by point or by own code, in the 90 days before the as-of time."""
    recent = frame[frame["reported_at"] >= AS_OF_UTC - pd.Timedelta(days=90)]
    heard = set(recent["grid"].dropna()) | set(recent["area_code"].dropna())
    return set(city.level("grid")["code"]) - heard


def month_end_share(frame: pd.DataFrame) -> pd.Series:
    """By street: the share of closings that fall on the last two days of a month."""
    closed = frame[(frame["state"] == "closed") & frame["street"].notna()]
    local = closed["closed_at"] + LOCAL
    late = local.dt.month != (local + pd.Timedelta(days=2)).dt.month
    return late.groupby(closed["street"]).mean()


def conflicts(frame: pd.DataFrame) -> int:
    """Rows whose own area code is not an ancestor of the grid that holds their point."""
    both = frame[frame["grid"].notna() & frame["area_code"].notna()]
    return sum(not g.startswith(c) for g, c in zip(both["grid"], both["area_code"], strict=True))


def unmanaged_rates(city: DemoCity, frame: pd.DataFrame) -> tuple[float, float]:
    """Property complaints per 1,000 households and year: in unmanaged compounds, in managed ones."""
    kinds = {c.name for c in CATEGORIES if c.minor in UNMANAGED_CATEGORIES}
    mine = frame[frame["category"].isin(kinds)]
    compound = mine["place"].str.replace(r"\d+号楼$", "", regex=True)
    compounds = city.compounds.set_index("name")
    since = compound.map(pd.to_datetime(compounds["unmanaged_since"]))
    begin, end = frame["local"].min().normalize(), pd.Timestamp(AS_OF.date())
    left = pd.to_datetime(compounds["unmanaged_since"].dropna()).clip(lower=begin)
    exposure = float(((end - left).dt.days / 365.25 * compounds["households"].reindex(left.index)).sum())
    managed = compounds.loc[compounds["unmanaged_since"].isna(), "households"].sum()
    after = int((mine["local"] >= since).sum())
    usual = int((compound.isin(compounds.index) & since.isna()).sum())
    return 1_000 * after / exposure, 1_000 * usual / (managed * (end - begin).days / 365.25)


def stacked(city: DemoCity) -> int:
    """The most service points on one coordinate."""
    return int(city.service_points.groupby(["lon", "lat"]).size().max())


def unmanned(city: DemoCity) -> list[str]:
    """Codes of the grids that no post answers for."""
    grids = city.level("grid")["code"]
    return sorted(grids[~grids.isin(city.duty["area_code"])])


def contacted_share(frame: pd.DataFrame, channel: str) -> float:
    """Share of a channel's dispatched cases whose resident was contacted."""
    sent = frame[(frame["channel"] == channel) & frame["dispatched_at"].notna()]
    return float(sent["contacted_at"].notna().mean())


def figures(city: DemoCity, plan: Planted, frame: pd.DataFrame) -> dict[str, Any]:
    """What the document's table of planted findings says, by row."""
    hotline = frame["source"] == "12345热线"
    at_hall = (frame["lon"] == plan.placeholder[0]) & (frame["lat"] == plan.placeholder[1])
    share = month_end_share(frame)
    street = city.level("street").set_index("code")["name"][plan.burst_street]
    after, usual = unmanaged_rates(city, frame)
    everywhere = silent_grids(city, frame)
    no_point = frame["lon"].isna()
    own_area = frame["area_code"].notna() | frame["area_name"].notna()
    return {
        "placeholder point (lon, lat)": f"{plan.placeholder[0]}, {plan.placeholder[1]}",
        "rows on it": f"{at_hall.sum():,}",
        "share of the hotline's rows": f"{100 * at_hall.sum() / hotline.sum():.1f} %",
        "silent grids planted": f"{len(plan.silent_grids)}",
        "silent grids in all": f"{len(everywhere)}",
        "month-end street": f"{street} ({plan.burst_street})",
        "its closings on a month's last two days": f"{100 * share[plan.burst_street]:.1f} %",
        "the next highest street": f"{100 * share.drop(plan.burst_street).max():.1f} %",
        "repeat points": f"{len(plan.repeats)}",
        "complaints on them": f"{sum(len(r.times) for r in plan.repeats)}",
        "unmanaged compounds": f"{city.compounds['unmanaged_since'].notna().sum()}",
        "complaints there, per 1,000 households and year": f"{after:.0f}",
        "complaints in managed compounds": f"{usual:.0f}",
        "code against point": f"{conflicts(frame):,}",
        "report dates in the future": f"{(frame['reported_at'] >= AS_OF_UTC).sum()}",
        "closed before reported": f"{(frame['closed_at'] < frame['reported_at']).sum()}",
        "points outside the city": f"{(~no_point & frame['grid'].isna()).sum():,}",
        "police posts stacked on one coordinate": f"{stacked(city)}",
        "rows with a code or name but no point": f"{(no_point & own_area).sum():,}",
        "rows with neither": f"{(no_point & ~own_area).sum():,}",
        "open at the as-of time": f"{(~frame['state'].isin(['closed', 'void'])).sum():,}",
        "posts on duty": f"{len(city.duty):,}",
        "people on them": f"{city.duty['headcount'].sum():,}",
        "grids that nobody answers for": f"{len(unmanned(city))}",
        "rows with a first contact": f"{frame['contacted_at'].notna().sum():,}",
        "of the hotline's dispatched rows": f"{100 * contacted_share(frame, 'hotline_12345'):.1f} %",
    }


def lines(city: DemoCity, plan: Planted, frame: pd.DataFrame) -> list[str]:
    """The document's lines about one scale; a line of the table of findings begins like this."""
    rows = [f"| {name} | {value} |" for name, value in figures(city, plan, frame).items()]
    rows += [f"`{code}`" for code in (*plan.silent_grids, *unmanned(city))]
    rows += [
        f"| {r.name} | {CATEGORIES[r.category].name} | {len(r.times)} | {r.lon}, {r.lat} |"
        for r in plan.repeats
    ]
    return rows


def unmanaged(city: DemoCity) -> gpd.GeoDataFrame:
    """The unmanaged compounds, longest first."""
    mine = city.compounds[city.compounds["unmanaged_since"].notna()]
    return mine.sort_values(["unmanaged_since", "code"])


if __name__ == "__main__":
    made = build(sys.argv[1])  # type: ignore[arg-type]
    print("\n".join(lines(made, planted(made), placed(made, pa.concat_tables(cases(made))))))  # noqa: T201
    for row in unmanaged(made).itertuples():
        print(f"| {row.name} | {row.code} | {row.unmanaged_since} |")  # noqa: T201

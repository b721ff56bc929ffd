"""Which coordinate system a file is in: what was declared, what the file says, and whether it can be true.

A file whose coordinates cannot be in its system is refused with the ranges seen and what they probably are;
it is never joined to nothing.
"""

from pyproj import CRS
from pyproj.exceptions import CRSError

from data.ingest.findings import Finding
from data.ingest.mapping_columns import Joined
from data.ingest.values import FloatArray
from domain.errors import UnknownCrs
from domain.i18n import _
from geo.crs import NAMED_SYSTEMS, likely_epsg, looks_like_lonlat, normalise_crs, swapped_share

Bounds = tuple[float, float, float, float]
"""(west, south, east, north) in WGS-84 degrees."""


def declared_crs(crs: str | None, file_crs: str | None) -> str | None:
    """The operator's system, else the one the file itself names; None where neither does.

    Raises:
        UnknownCrs: The file names a system that has no EPSG code.
    """
    if crs is not None:
        return normalise_crs(crs)
    if file_crs is None:
        return None
    try:
        code = CRS.from_user_input(file_crs).to_epsg()
    except CRSError:
        code = None
    if code is None:
        raise UnknownCrs(
            _("文件自带的坐标系没有 EPSG 代码：{seen}").format(seen=file_crs[:80]),
            _("请写明坐标系（crs）：{names} 或 EPSG 代码。").format(names="、".join(NAMED_SYSTEMS)),
        )
    return "wgs84" if code == 4326 else f"EPSG:{code}"  # noqa: PLR2004  (WGS-84 degrees)


def in_degrees(crs: str) -> bool:
    """Whether a system's coordinates are degrees."""
    return crs in NAMED_SYSTEMS or CRS.from_user_input(crs).is_geographic


def check_system(
    x: FloatArray, y: FloatArray, declared: str | None, reference_bounds: Bounds | None = None
) -> None:
    """Hold coordinates against the declared system (None: degrees).

    Raises:
        UnknownCrs: Metres where degrees should be, or degrees where metres should be.
    """
    degrees = looks_like_lonlat(x, y)
    if len(x) == 0 or degrees == (declared is None or in_degrees(declared)):
        return
    ranges = _("x {x0:.6g} 到 {x1:.6g}，y {y0:.6g} 到 {y1:.6g}").format(
        x0=x.min(), x1=x.max(), y0=y.min(), y1=y.max()
    )
    if degrees:
        raise UnknownCrs(
            _("声明的坐标系 {crs} 是投影坐标，但坐标像是经纬度：{ranges}。").format(
                crs=declared, ranges=ranges
            ),
            _("改成 wgs84、cgcs2000、gcj02 或 bd09。"),
        )
    likely = likely_epsg(x, y, reference_bounds)
    names = "；".join(f"EPSG:{code} {name}" for code, name in likely) or _("认不出，请向数据来源询问")
    raise UnknownCrs(
        _("坐标不可能是经纬度：{ranges}。").format(ranges=ranges),
        _("请写明坐标系（crs）。可能是：{names}。").format(names=names),
    )


def swapped_axes(
    lon: FloatArray, lat: FloatArray, crs: str, targets: dict[str, Joined], reference_bounds: Bounds | None
) -> list[Finding]:
    """The finding that longitude and latitude are exchanged in more than half of the rows, else none.

    `lon`, `lat`: of rows with both, (0, 0) left out, as the file has them. The finding says the lines that mend the
    mapping.
    """
    if not in_degrees(crs):
        return []
    share = swapped_share(lon, lat, reference_bounds)
    if share <= 0.5:  # noqa: PLR2004  (more than half of the rows)
        return []
    lon_from, lat_from = (" + ".join(targets[name].columns) for name in ("lon", "lat"))
    mend = f'columns.lon = "{lat_from}"\ncolumns.lat = "{lon_from}"'
    detail = {"mend": mend, "share_pct": round(100 * share, 1)}
    return [Finding("swapped_axes", round(share * len(lon)), detail)]

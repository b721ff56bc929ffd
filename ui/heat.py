"""The heat layer's pictures: a density of cases for the whole period, and one for each frame of time in it.

A picture is a palette PNG whose pixels are classes of cases/km²: class 0, less than the lowest break, is
transparent, so that emptiness shows the map. Breaks are readable steps, each about half as much again as the
one before, down from the highest density: one set for the whole period and one for all frames, so that frames
can be compared. Everything is computed from the cases, the area and the bandwidth: the pictures are the same
at every zoom.
"""

import base64
import io
import json
import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from domain.time_frames import FrameUnit, TimeFrame
from geo.crs import Bounds, FloatArray
from geo.density import density_by_part, grid_frame
from geo.warp import MercatorImage, mercator_image
from queries.heat import HeatBins
from ui import theme

BANDWIDTHS_M = (150, 300, 500, 1_000)
"""Standard deviations of the kernel that a reader may choose, in metres."""

_AREAS_WIDTH_IN_BANDWIDTHS = 40  # of the width that an area's bounds would have as a square
_BINS_A_BANDWIDTH = (
    10  # cases are put together within a tenth of the bandwidth: 0.1 % of the kernel's variance
)
_METRES_A_DEGREE = 111_320.0
_LADDER = np.array(
    [step / 1000 for step in (1, 2, 3, 5, 7, 10, 20, 30, 50, 70, 100, 200, 300, 500, 700)]
    + [1, 2, 3, 5, 7]
    + [step * 10**power for power in range(1, 7) for step in (1, 1.5, 2, 3, 5, 7)]
)
"""Where breaks may lie, in cases/km²: whole numbers from 1 upwards."""
_CLASSES = len(theme.HEAT)
_LEAST_WHOLE_CLASSES = 4  # breaks below 1 case/km² are used only where whole ones would leave fewer classes

Classes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class HeatLayer:
    """Pictures for the browser, and what the legend says about them.

    `content` is JSON: bounds [[south, west], [north, east]] of every picture, `whole` and `frames`, each with
    cases and png (a data URI, empty where there is nothing to see), frames with a label too. `used`,
    `outside` (the area's bounds), `at_placeholder` and `without_point` are all cases under the filter.
    Breaks are the lower bounds of the visible classes in cases/km², of frames in cases/km² and `unit`.
    `cell_m` tells how coarse the picture is, where that blurs it; else it is None.
    """

    content: bytes
    unit: FrameUnit
    whole_breaks: tuple[float, ...]
    frame_breaks: tuple[float, ...]
    used: int
    outside: int
    at_placeholder: int
    without_point: int
    bandwidth_m: int
    cell_m: float | None


@dataclass(frozen=True)
class _Picture:
    """Steps of the ladder by pixel, and the highest density and the cases behind it."""

    steps: Classes
    peak: float
    cases: int


def suited_bandwidth_m(bounds: Bounds) -> int:
    """The bandwidth that shows an area well: of those offered the nearest to a fortieth of its width."""
    west, south, east, north = bounds
    width_m = (east - west) * _METRES_A_DEGREE * math.cos(math.radians((south + north) / 2))
    side_m = math.sqrt(width_m * (north - south) * _METRES_A_DEGREE)
    wanted = math.log(side_m / _AREAS_WIDTH_IN_BANDWIDTHS)
    return min(BANDWIDTHS_M, key=lambda bandwidth_m: abs(math.log(bandwidth_m) - wanted))


def bin_degrees(bandwidth_m: float) -> float:
    """The size of the bins that `heat_layer` wants its cases in."""
    return bandwidth_m / _BINS_A_BANDWIDTH / _METRES_A_DEGREE


def heat_layer(
    bounds: Bounds, bandwidth_m: int, found: HeatBins, unit: FrameUnit, frames: Sequence[TimeFrame]
) -> HeatLayer:
    """The density of cases in an area, for all frames together and for each of them.

    `bounds` are those of the area, `found` its cases in units of `unit`; `frames` cover all of them, and are
    none where there is no case.
    """
    grid = grid_frame(bounds, bandwidth_m)
    image = mercator_image(grid)
    starts = np.array([frame.start for frame in frames], dtype="datetime64[us]")
    part = np.maximum(np.searchsorted(starts, found.starts, side="right") - 1, 0)
    total, pictures, outside = np.zeros(grid.shape), [], 0.0
    for part_density in density_by_part(grid, found.lon, found.lat, found.cases, part, len(frames)):
        total += part_density.per_km2
        outside += part_density.outside
        pictures.append(_picture(image, part_density.per_km2, part_density.used))
    used = sum(picture.cases for picture in pictures)
    whole = _picture(image, total, used)
    whole_breaks, frame_breaks = (
        breaks_below(whole.peak),
        breaks_below(max((item.peak for item in pictures), default=0.0)),
    )
    return HeatLayer(
        content=_content(image, whole, whole_breaks, frames, pictures, frame_breaks),
        unit=unit,
        whole_breaks=whole_breaks,
        frame_breaks=frame_breaks,
        used=used,
        outside=round(outside),
        at_placeholder=found.at_placeholder,
        without_point=found.without_point,
        bandwidth_m=bandwidth_m,
        cell_m=grid.cell_m if grid.is_coarse else None,
    )


def breaks_below(peak: float) -> tuple[float, ...]:
    """The lower bounds of the classes for densities up to `peak` cases/km², ascending; none for no density.

    Whole numbers, unless the highest density is so low that they would leave fewer than four classes.
    """
    steps = _LADDER[peak >= _LADDER][-_CLASSES:]
    whole = steps[steps >= 1]
    return tuple(float(step) for step in (whole if len(whole) >= _LEAST_WHOLE_CLASSES else steps))


def palette_png(classes: Classes, colors: Sequence[str]) -> bytes:
    """An indexed PNG; class 0 is transparent, class n has `colors[n - 1]` ("#RRGGBB")."""
    picture = Image.fromarray(classes, mode="P")
    # a browser that smooths the edge of the transparent class mixes with the lowest colour, not with black
    rgb = [colors[0], *colors]
    picture.putpalette([int(color[at : at + 2], 16) for color in rgb for at in (1, 3, 5)])
    stream = io.BytesIO()
    # runs of equal pixels are all there is to find: smaller than the default, in less than half the time
    picture.save(stream, "PNG", transparency=0, compress_type=zlib.Z_RLE)
    return stream.getvalue()


def _picture(image: MercatorImage, per_km2: FloatArray, used: float) -> _Picture:
    """Kept as steps of the ladder: a byte a pixel until the classes of all frames are known."""
    values = image.values(per_km2) if used else np.zeros((1, 1))
    steps = np.zeros(values.shape, dtype=np.uint8)
    lit = values > 0  # most of a day's picture is not, and looking up is what takes longest
    steps[lit] = np.searchsorted(_LADDER, values[lit], side="right")
    return _Picture(steps, float(values.max()), round(used))


def _content(
    image: MercatorImage,
    whole: _Picture,
    whole_breaks: tuple[float, ...],
    frames: Sequence[TimeFrame],
    pictures: Sequence[_Picture],
    frame_breaks: tuple[float, ...],
) -> bytes:
    west, south, east, north = (round(edge, 7) for edge in image.bounds)
    told = {
        "bounds": [[south, west], [north, east]],
        "whole": {"cases": whole.cases, "png": _data_uri(whole.steps, whole_breaks)},
        "frames": [
            {"label": frame.label, "cases": picture.cases, "png": _data_uri(picture.steps, frame_breaks)}
            for frame, picture in zip(frames, pictures, strict=True)
        ],
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _data_uri(steps: Classes, breaks: tuple[float, ...]) -> str:
    """The picture, empty where no pixel reaches the lowest break."""
    class_of_step = np.searchsorted(breaks, np.concatenate([[0.0], _LADDER]), side="right").astype(np.uint8)
    classes = class_of_step[steps]
    if not classes.any():
        return ""
    return "data:image/png;base64," + base64.b64encode(palette_png(classes, colors_for(breaks))).decode()


def colors_for(breaks: Sequence[float]) -> tuple[str, ...]:
    """A colour for each visible class; the darkest is always the highest."""
    return theme.HEAT[_CLASSES - len(breaks) :]

"""The heat layer's content: pictures that decode to the classes of the legend, and counts that add up."""

from __future__ import annotations

import base64
import io
import json
from datetime import date
from typing import Any

import numpy as np
import pytest
from PIL import Image

from domain.i18n import use_language
from domain.time_frames import FrameUnit, frames_of
from geo.density import grid_frame
from geo.warp import mercator_image
from queries.heat import HeatBins
from ui import theme
from ui.heat import (
    HeatLayer,
    breaks_below,
    colors_for,
    heat_layer,
    palette_png,
    suited_bandwidth_m,
)
from ui.heat_key import heat_key

TOWN = (121.0, 31.0, 121.1, 31.08)
HOT, COOL = (121.03, 31.05), (121.08, 31.02)
WEEK = frames_of(date(2026, 3, 2), date(2026, 3, 8), FrameUnit.DAY)


def bins(*cases: tuple[str, tuple[float, float], int], placeholder: int = 0, without: int = 0) -> HeatBins:
    """Bins of (day, place, cases)."""
    return HeatBins(
        starts=np.array([day for day, _place, _n in cases], dtype="datetime64[us]"),
        lon=np.array([place[0] for _day, place, _n in cases], dtype=float),
        lat=np.array([place[1] for _day, place, _n in cases], dtype=float),
        cases=np.array([n for _day, _place, n in cases], dtype=np.int64),
        at_placeholder=placeholder,
        without_point=without,
    )


def layer(found: HeatBins, bandwidth_m: int = 300) -> HeatLayer:
    return heat_layer(TOWN, bandwidth_m, found, FrameUnit.DAY, WEEK)


def picture(told: dict[str, Any]) -> Image.Image:
    head, _comma, data = told["png"].partition(",")
    assert head == "data:image/png;base64"
    return Image.open(io.BytesIO(base64.b64decode(data)))


def classes(told: dict[str, Any]) -> np.ndarray:
    return np.asarray(picture(told))


MIXED = bins(
    ("2026-03-02", HOT, 45), ("2026-03-02", COOL, 3), ("2026-03-04", HOT, 10), ("2026-03-08", (122.0, 32.0), 6),
    placeholder=5, without=7,
)  # fmt: skip


def test_cases_of_frames_add_up_to_the_whole_and_the_rest_is_counted():
    made = layer(MIXED)
    told = json.loads(made.content)
    assert [frame["cases"] for frame in told["frames"]] == [48, 0, 10, 0, 0, 0, 0]
    assert told["whole"]["cases"] == made.used == 58
    assert (made.outside, made.at_placeholder, made.without_point) == (6, 5, 7)
    assert [frame["label"] for frame in told["frames"]][:2] == ["2026-03-02", "2026-03-03"]


def test_a_picture_shows_the_hottest_place_in_the_darkest_class_where_it_is():
    made = layer(MIXED)
    image = mercator_image(grid_frame(TOWN, 300))
    found = classes(json.loads(made.content)["whole"])
    assert found.shape == (image.height, image.width)
    assert found.max() == len(made.whole_breaks)
    rows, columns = np.nonzero(found == found.max())
    lon, lat = image.to_degrees(rows.mean(), columns.mean())
    assert (float(lon), float(lat)) == pytest.approx(HOT, abs=0.0005)


def test_frames_share_their_breaks_and_the_whole_has_its_own():
    """45 cases of 300 m reach 80 cases/km² on their day, 97 with the ten that follow."""
    made = layer(MIXED)
    assert made.frame_breaks == (7.0, 10.0, 15.0, 20.0, 30.0, 50.0, 70.0)
    assert made.whole_breaks == made.frame_breaks  # 97 is below the next step, 100
    first, third = (classes(json.loads(made.content)["frames"][day]) for day in (0, 2))
    assert (first.max(), third.max()) == (7, 3)  # 17.7 cases/km² is 15–20


def test_nothing_to_see_is_no_picture():
    told = json.loads(layer(MIXED).content)
    assert told["frames"][1]["png"] == ""
    empty = layer(bins(placeholder=2))
    assert json.loads(empty.content)["whole"] == {"cases": 0, "png": ""}
    assert (empty.whole_breaks, empty.frame_breaks, empty.used, empty.at_placeholder) == ((), (), 0, 2)


def test_a_period_without_cases_has_no_frames():
    made = heat_layer(TOWN, 300, bins(), FrameUnit.DAY, ())
    assert json.loads(made.content)["frames"] == []
    assert made.used == 0


def test_pixels_are_classes_and_the_lowest_is_transparent():
    found = np.array([[0, 1], [2, 3]], dtype=np.uint8)
    colors = ("#010203", "#040506", "#070809")
    image = Image.open(io.BytesIO(palette_png(found, colors)))
    assert image.mode == "P"
    np.testing.assert_array_equal(np.asarray(image), found)
    pixels = np.asarray(image.convert("RGBA")).reshape(-1, 4).tolist()
    assert pixels == [[1, 2, 3, 0], [1, 2, 3, 255], [4, 5, 6, 255], [7, 8, 9, 255]]


def test_the_picture_has_the_colours_of_the_legend():
    made = layer(MIXED)
    told = json.loads(made.content)["whole"]
    found, colored = classes(told), np.asarray(picture(told).convert("RGBA"))
    for number, color in enumerate(colors_for(made.whole_breaks), start=1):
        shown = {tuple(pixel) for pixel in colored[found == number].tolist()}
        assert shown == {(*bytes.fromhex(color[1:]), 255)}
    assert set(colored[found == 0][:, 3].tolist()) == {0}


def test_the_same_cases_give_the_same_bytes_in_any_order():
    again = bins(
        ("2026-03-08", (122.0, 32.0), 6), ("2026-03-02", COOL, 3), ("2026-03-04", HOT, 10),
        ("2026-03-02", HOT, 45), placeholder=5, without=7,
    )  # fmt: skip
    assert layer(again).content == layer(MIXED).content


def test_a_week_that_began_before_the_period_is_its_first_frame():
    """The store names a week by its Monday; the period may begin later."""
    frames = frames_of(date(2026, 3, 5), date(2026, 3, 10), FrameUnit.WEEK)
    found = bins(("2026-03-02", HOT, 2), ("2026-03-09", HOT, 3))
    told = json.loads(heat_layer(TOWN, 300, found, FrameUnit.WEEK, frames).content)
    assert [(frame["label"], frame["cases"]) for frame in told["frames"]] == [
        ("2026-03-05 – 03-08", 2),
        ("2026-03-09 – 03-10", 3),
    ]


@pytest.mark.parametrize(
    ("peak", "expected"),
    [
        (0.0, ()),
        # one case with 300 m reaches 1.8: whole breaks would leave one class
        (1.77, (0.05, 0.07, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0)[1:]),
        (4.9, (0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 2.0, 3.0)[1:]),
        # four whole classes are enough
        (5.0, (0.2, 0.3, 0.5, 0.7, 1.0, 2.0, 3.0, 5.0)[4:]),
        (88.4, (7.0, 10.0, 15.0, 20.0, 30.0, 50.0, 70.0)),
        (1000.0, (100.0, 150.0, 200.0, 300.0, 500.0, 700.0, 1000.0)),
    ],
)
def test_breaks_are_readable_and_never_zero(peak: float, expected: tuple[float, ...]):
    found = breaks_below(peak)
    assert found == expected
    assert all(low > 0 for low in found)
    assert len(found) <= len(theme.HEAT)


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ((121.0, 31.0, 121.01, 31.01), 150),  # a community
        ((121.0, 31.0, 121.05, 31.05), 150),  # a street
        ((121.0, 31.0, 121.1, 31.08), 300),  # a district
        ((121.0, 31.0, 121.25, 31.2), 500),
        ((109.68, 39.01, 110.8, 39.66), 1000),  # a city
    ],
)
def test_the_bandwidth_suits_the_size_of_the_area(bounds, expected: int):
    assert suited_bandwidth_m(bounds) == expected


def test_the_legend_tells_unit_bandwidth_and_what_was_left_out():
    key = heat_key(layer(MIXED), None)
    assert (key.heading, key.whole.unit, key.frames.unit) == ("案件热力", "件／平方公里", "件／平方公里·天")
    assert key.whole.labels == ("7–10", "10–15", "15–20", "20–30", "30–50", "50–70", "≥ 70")
    assert key.whole.colors == theme.HEAT
    assert key.notes == [
        "带宽 300 米",
        "计入 58 件",
        "未计入 18 件",
        "– 占位点 5",
        "– 无可用坐标 7",
        "– 区划外 6",
    ]


def test_the_bandwidths_to_choose_from_tell_which_one_suits():
    made = layer(MIXED)
    automatic, chosen = heat_key(made, None), heat_key(made, 300)
    assert automatic.bandwidths == [
        ("", "自动 · 300 米"), ("150", "150 米"), ("300", "300 米"), ("500", "500 米"), ("1000", "1,000 米"),
    ]  # fmt: skip
    assert (automatic.bandwidth, chosen.bandwidth, chosen.bandwidths[0]) == ("", "300", ("", "自动"))


def test_a_picture_as_coarse_as_its_cells_says_so():
    """A city of 107 by 72 km with 150 m."""
    city = (109.68, 39.01, 110.8, 39.66)
    made = heat_layer(city, 150, bins(("2026-03-02", (110.2, 39.3), 9)), FrameUnit.DAY, WEEK)
    with use_language("en"):
        notes = heat_key(made, 150).notes
    assert notes == [
        "Bandwidth 150 m",
        "9 cases used",
        "0 cases left out",
        "Cells of 136 m: nothing finer can be seen",
    ]

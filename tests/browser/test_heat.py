"""The heat layer in a real Chromium: pictures, legend, slider, playing, bandwidth; zooming changes none of them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.support.reader import PHONE, Reader
from tests.support.server import RunningServer

pytestmark = pytest.mark.browser

CJK = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def heat(reader: Reader, expression: str) -> object:
    """Something of the map's heat layer."""
    return reader.map.evaluate(f"() => window.map.oneGridScene.heat.{expression}")


def wait_for(reader: Reader, condition: str) -> None:
    reader.map.wait_for_function(f"window.map.oneGridScene.heat.{condition}")


def bar(reader: Reader) -> Locator:
    return reader.frame.locator(".og-heat-bar")


def legend(reader: Reader) -> str:
    return str(reader.frame.locator(".og-legend").inner_text())


def told(reader: Reader, text: str) -> int:
    """The number that stands after (or between) a text of the legend; 0 where the text is missing."""
    found = re.search(text.replace("N", r"([\d,]+)"), legend(reader))
    return int(found[1].replace(",", "")) if found else 0


def painted_pixels(reader: Reader) -> int:
    """How many pixels of the picture on the map are not transparent."""
    return int(
        reader.map.evaluate(
            """() => {
                const image = document.querySelector(".og-heat-image");
                const canvas = document.createElement("canvas");
                canvas.width = image.naturalWidth;
                canvas.height = image.naturalHeight;
                const pen = canvas.getContext("2d");
                pen.drawImage(image, 0, 0);
                const pixels = pen.getImageData(0, 0, canvas.width, canvas.height).data;
                let painted = 0;
                for (let at = 3; at < pixels.length; at += 4) painted += pixels[at] > 0;
                return painted;
            }"""
        )
    )


def test_switched_on_it_paints_and_accounts_for_every_case(server: RunningServer, reader: Reader) -> None:
    reader.open(server.base_url)
    expect(bar(reader)).to_be_hidden()
    expect(reader.frame.locator(".og-legend")).to_contain_text("案件数")
    reader.switch_on("热力图")
    assert reader.parameter("layers") == ["lines,heat"]
    expect(bar(reader)).to_be_visible()
    assert painted_pixels(reader) > 1000
    assert heat(reader, "overlay.options.opacity") == 0.75
    assert legend(reader).splitlines()[:2] == ["案件热力", "件／平方公里"]

    used, left_out = told(reader, "计入 N 件"), told(reader, "未计入 N 件")
    without_point, elsewhere = told(reader, "无可用坐标 N"), told(reader, "区划外 N")
    placeholder = told(reader, "占位点 N")
    assert min(used, placeholder, without_point) > 0
    assert used + left_out == reader.count
    assert placeholder + without_point + elsewhere == left_out
    figures = reader.page.get_by_text("没有可用坐标").inner_text()
    assert f"{without_point:,}/{reader.count:,}" in figures


def test_the_areas_are_outlines_while_it_is_on(server: RunningServer, reader: Reader) -> None:
    fill = "() => window.map.oneGridScene.areas.paths.map((path) => path.options.fillOpacity)"
    reader.open(f"{server.base_url}/?layers=lines,heat")
    assert set(reader.map.evaluate(fill)) == {0}
    before = reader.page.url
    reader.frame.locator(".leaflet-control-layers label", has_text="热力图").locator("input").uncheck()
    reader.page.wait_for_url(lambda url: url != before)
    reader.settle()
    assert set(reader.map.evaluate(fill)) == {1}
    expect(bar(reader)).to_be_hidden()
    expect(reader.frame.locator(".og-legend")).not_to_contain_text("案件热力")


def test_frames_add_up_to_the_whole_and_come_once(server: RunningServer, reader: Reader) -> None:
    reader.open(server.base_url)
    reader.requests.clear()
    reader.switch_on("热力图")
    assert len([url for url in reader.requests if "/geo/" in url]) == 1
    frames, whole = (
        heat(reader, "content.frames.map((frame) => frame.cases)"),
        heat(reader, "content.whole.cases"),
    )
    assert isinstance(frames, list)
    assert len(frames) == 30
    assert sum(frames) == whole == told(reader, "计入 N 件")
    reader.requests.clear()
    reader.choose("measure", "在办件数")  # a rerun that changes nothing in the heat
    assert [url for url in reader.requests if "/geo/" in url] == []


def test_the_slider_moves_by_keyboard(server: RunningServer, reader: Reader) -> None:
    reader.open(f"{server.base_url}/?layers=heat")
    slider = bar(reader).get_by_role("slider", name="时间")
    whole = heat(reader, "overlay._url")
    expect(bar(reader)).to_contain_text("整个时段")
    slider.focus()
    reader.page.keyboard.press("ArrowRight")
    label, cases = (heat(reader, f"content.frames[0].{name}") for name in ("label", "cases"))
    assert isinstance(cases, int)
    expect(bar(reader)).to_contain_text(f"{label} · {cases:,} 件")
    expect(slider).to_have_attribute("aria-valuetext", f"{label} · {cases:,} 件")
    assert legend(reader).splitlines()[1] == "件／平方公里·天"
    wait_for(reader, f"overlay._url !== {whole!r}")
    reader.page.keyboard.press("End")
    assert heat(reader, "position") == 30
    reader.page.keyboard.press("Home")
    expect(bar(reader)).to_contain_text("整个时段")
    wait_for(reader, f"overlay._url === {whole!r}")
    assert reader.map.evaluate("window.map.getZoom()") > 0  # the arrows were the slider's, not the map's


def test_it_plays_when_told_to_and_only_then(server: RunningServer, reader: Reader) -> None:
    reader.open(f"{server.base_url}/?layers=heat")
    assert heat(reader, "timer") is None
    reader.requests.clear()
    play = bar(reader).get_by_role("button", name="播放")
    play.focus()
    reader.page.keyboard.press("Enter")
    pause = bar(reader).get_by_role("button", name="暂停")
    expect(pause).to_be_focused()
    wait_for(reader, "position >= 3")
    reader.page.keyboard.press("Enter")
    expect(play).to_be_visible()
    assert heat(reader, "timer") is None
    assert reader.requests == [url for url in reader.requests if url.startswith("data:")]

    bar(reader).get_by_role("slider").focus()
    reader.page.keyboard.press("End")
    reader.page.keyboard.press("ArrowLeft")
    play.click()  # plays the last frame and stops there
    expect(play).to_be_visible()
    assert heat(reader, "position") == 30


def test_zooming_changes_nothing_but_the_view(server: RunningServer, reader: Reader) -> None:
    state = "() => [window.map.oneGridScene.overlays.get('heat').digest, window.map.oneGridScene.heat.overlay._url]"
    reader.open(f"{server.base_url}/?layers=heat")
    before = reader.map.evaluate(state)
    corner = "() => window.map.oneGridScene.heat.overlay.getBounds().toBBoxString()"
    bounds = reader.map.evaluate(corner)
    reader.requests.clear()
    for step in (2, -3):
        reader.map.evaluate("step => window.map.setZoom(window.map.getZoom() + step, {animate: false})", step)
        reader.map.wait_for_function("!window.map._animatingZoom")
    assert reader.map.evaluate(state) == before
    assert reader.map.evaluate(corner) == bounds
    assert [url for url in reader.requests if not url.startswith("data:")] == []


def test_the_bandwidth_is_chosen_on_the_map_and_kept_in_the_url(
    server: RunningServer, reader: Reader
) -> None:
    reader.open(f"{server.base_url}/?layers=heat")
    digest = "() => window.map.oneGridScene.overlays.get('heat').digest"
    first = reader.map.evaluate(digest)
    used = told(reader, "计入 N 件")
    choice = bar(reader).get_by_label("带宽")
    choice.select_option("150")
    reader.page.wait_for_url(re.compile("bw=150"))
    expect(reader.frame.locator(".og-legend")).to_contain_text("带宽 150 米")
    reader.settle()
    assert reader.map.evaluate(digest) != first
    assert told(reader, "计入 N 件") == used
    reader.page.reload()
    reader.settle()
    expect(choice).to_have_value("150")
    choice.select_option("")
    reader.page.wait_for_url(lambda url: "bw=" not in url)
    reader.settle()
    assert reader.map.evaluate(digest) == first


def test_it_follows_into_an_area_and_the_slider_keeps_its_day(server: RunningServer, reader: Reader) -> None:
    reader.open(f"{server.base_url}/?layers=heat")
    bar(reader).get_by_role("slider").focus()
    for _step in range(3):
        reader.page.keyboard.press("ArrowRight")
    day = heat(reader, "content.frames[2].label")
    reader.click_area()
    assert told(reader, "计入 N 件") + told(reader, "未计入 N 件") == reader.count
    expect(bar(reader)).to_contain_text(str(day))
    reader.choose("period", "近 90 天")
    expect(bar(reader)).to_contain_text("整个时段")
    assert legend(reader).splitlines()[1] == "件／平方公里"


def test_a_secretary_sees_the_heat_of_her_cases_and_hatches_elsewhere(
    server: RunningServer, reader: Reader
) -> None:
    reader.open(f"{server.base_url}/?layers=heat&role=secretary&period=90d&lang=en")
    street = reader.crumbs[-2]
    used = told(reader, "N cases used")
    assert used + told(reader, "N cases left out") == reader.count
    assert not CJK.search(legend(reader) + bar(reader).inner_text())
    reader.page.get_by_role("button", name=street).click()
    expect(reader.page.locator("h1")).to_have_text(street)
    reader.settle()
    assert told(reader, "N cases used") == used
    hatched = "() => window.map.oneGridScene.areas.paths.filter((path) => path.options.hatch).length"
    areas = "() => window.map.oneGridScene.areas.paths.length"
    assert reader.map.evaluate(hatched) == reader.map.evaluate(areas) - 1


def test_on_a_phone_the_bar_lies_within_the_map(server: RunningServer, reader: Reader) -> None:
    reader.page.set_viewport_size(PHONE)
    reader.open(f"{server.base_url}/?layers=heat")
    inside, outside = (
        bar(reader).bounding_box(),
        reader.page.locator("iframe[title*=folium]").bounding_box(),
    )
    key = reader.frame.locator(".og-legend").bounding_box()
    assert inside is not None
    assert outside is not None
    assert key is not None
    assert inside["x"] >= outside["x"]
    assert inside["x"] + inside["width"] <= outside["x"] + outside["width"]
    assert inside["y"] + inside["height"] <= outside["y"] + outside["height"]
    assert key["y"] + key["height"] <= inside["y"]
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= 390

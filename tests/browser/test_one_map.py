"""A real Chromium walks the first screen on the demo town: drill down, filter, back, share, layers, roles."""

import re

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.support.reader import PHONE, Reader, reading
from tests.support.server import RunningServer

pytestmark = pytest.mark.browser

CLICK_BYTES = 100 * 1024

IN_VIEW = """() => {
    const box = document.querySelector(".og-card .leaflet-popup-content-wrapper").getBoundingClientRect();
    const corners = [box.left + 3, box.right - 3].flatMap((x) => [[x, box.top + 3], [x, box.bottom - 3]]);
    return corners.every(([x, y]) => document.elementFromPoint(x, y)?.closest(".og-card"));
}"""


def test_from_the_city_to_a_grid_and_back(server: RunningServer, reader: Reader, browser: Browser) -> None:
    reader.open(server.base_url)
    assert len(reader.crumbs) == 1
    reader.map.evaluate("window.sameMap = true")
    names = []
    for depth in range(4):  # district, street, community, grid
        reader.bodies.clear()
        names.append(reader.click_area())
        assert reader.crumbs[1:] == names
        assert sum(reader.bodies) < CLICK_BYTES, f"click {depth}"
    assert reader.map.evaluate("window.sameMap"), "the map was built anew"

    shared = reader.page.url
    for left in (3, 2, 1):
        reader.page.go_back()
        expect(reader.page.locator(".st-key-header")).not_to_contain_text(names[left])
        reader.settle()
        assert reader.crumbs[1:] == names[:left]

    with reading(browser) as other:
        other.open(shared)
        assert other.crumbs[1:] == names


def test_a_filter_is_in_the_url_and_holds_in_another_language(server: RunningServer, reader: Reader) -> None:
    reader.open(server.base_url)
    reader.widget("state").locator("input").click()
    reader.page.get_by_role("option").first.click()
    reader.page.wait_for_url(lambda url: "state=" in url)
    reader.page.keyboard.press("Escape")
    reader.settle()
    chosen = reader.parameter("state")
    assert len(chosen) == 1
    figure = reader.page.get_by_test_id("stMetricValue").first.inner_text()
    reader.open(f"{server.base_url}/?state={chosen[0]}&lang=en")
    assert reader.page.get_by_test_id("stMetricValue").first.inner_text() == figure
    assert reader.parameter("state") == chosen
    expect(reader.page.locator(".st-key-filters")).to_contain_text("Period")


def test_the_language_is_switched_in_the_middle_of_work(server: RunningServer, reader: Reader) -> None:
    """Chinese, English and back with filters chosen; each time an area, a layer and a period by hand."""
    reader.open(server.base_url)
    reader.choose("period", "近 90 天")
    reader.choose("measure", "在办件数")
    reader.choose("level", "街道")
    reader.choose("state", "处理中")
    wanted = {"period": ["90d"], "measure": ["open"], "level": ["street"], "state": ["handling"]}
    figure = reader.count
    assert reader.parameters == wanted

    reader.speak("English")
    assert reader.parameters == wanted | {"lang": ["en"]}
    assert reader.count == figure
    expect(reader.widget("period").get_by_role("combobox")).to_have_value("Last 90 days")
    expect(reader.widget("state")).to_contain_text("In hand")
    reader.switch_on("Service points")
    reader.choose("period", "All time")
    wanted |= {"period": ["all"], "layers": ["lines,points"]}
    figure = reader.count
    assert reader.parameters == wanted | {"lang": ["en"]}

    reader.speak("中文")
    assert reader.parameters == wanted
    assert reader.count == figure
    expect(reader.widget("period").get_by_role("combobox")).to_have_value("全部时间")
    expect(reader.widget("level").get_by_role("combobox")).to_have_value("街道")
    name = reader.click_area()
    assert reader.crumbs[-1] == name
    reader.switch_on("小区")
    reader.choose("period", "近 7 天")
    wanted |= {"period": ["7d"], "layers": ["lines,points,compounds"], "area": reader.parameter("area")}
    assert reader.parameters == wanted

    reader.speak("English")
    assert reader.click_area() == reader.crumbs[-1]
    assert reader.parameters == wanted | {"lang": ["en"], "area": reader.parameter("area")}
    assert reader.parameter("area") != wanted["area"]


def test_the_untouched_first_page_is_switched_too(server: RunningServer, reader: Reader) -> None:
    reader.open(server.base_url)
    reader.speak("English")
    assert reader.parameters == {"lang": ["en"]}
    reader.click_area()
    assert set(reader.parameters) == {"lang", "area"}


def test_a_secretary_stays_one_with_a_link_and_after_a_reload(server: RunningServer, reader: Reader) -> None:
    reader.open(server.base_url)
    reader.widget("role").get_by_role("combobox").click()
    reader.page.get_by_role("option", name="社区书记").click()
    reader.page.wait_for_url(lambda url: "role=secretary" in url)
    reader.settle()
    hers = reader.count
    reader.page.reload()
    reader.settle()
    assert reader.count == hers
    reader.open(f"{server.base_url}/?role=secretary&area=470100000000")
    assert reader.count == hers
    expect(reader.widget("role").get_by_role("combobox")).to_have_value(re.compile("^社区书记 · "))


def test_going_back_brings_the_filter_back(server: RunningServer, reader: Reader) -> None:
    reader.open(server.base_url)
    value = reader.page.get_by_test_id("stMetricValue").first
    before = value.inner_text()
    reader.widget("period").get_by_role("combobox").click()
    reader.page.get_by_role("option", name="近 7 天").click()
    reader.page.wait_for_url(lambda url: "period=7d" in url)
    expect(value).not_to_have_text(before)
    reader.page.go_back()
    expect(value).to_have_text(before)
    expect(reader.widget("period").get_by_role("combobox")).to_have_value("近 30 天")


def test_geometry_comes_once_and_a_repaint_sends_only_values(server: RunningServer, reader: Reader) -> None:
    reader.open(server.base_url)
    reader.requests.clear()
    reader.widget("measure").get_by_role("combobox").click()
    reader.page.get_by_role("option", name="在办").click()
    reader.page.wait_for_url(lambda url: "measure=open" in url)
    expect(reader.page.frame_locator("iframe[title*=folium]").locator(".og-legend")).to_contain_text("在办")
    assert [url for url in reader.requests if "/geo/" in url] == []


def test_layers_are_fetched_when_they_are_switched_on(server: RunningServer, reader: Reader) -> None:
    reader.open(server.base_url)
    frame = reader.page.frame_locator("iframe[title*=folium]")
    for name, layer_id in (("案件", "cases"), ("服务站点", "points"), ("小区", "compounds")):
        reader.requests.clear()
        frame.locator(".leaflet-control-layers label", has_text=name).locator("input").check()
        reader.page.wait_for_url(re.compile(layer_id))
        expect(frame.locator(".og-legend")).to_contain_text("显示")
        reader.settle()
        assert len([url for url in reader.requests if "/geo/" in url]) == 1, name


def test_an_area_that_is_not_there_says_what_to_do(server: RunningServer, reader: Reader) -> None:
    reader.page.goto(f"{server.base_url}/?area=999999")
    expect(reader.page.get_by_test_id("stAlert")).to_contain_text("999999")
    reader.page.get_by_role("button", name="回到最上级").click()
    reader.settle()
    assert len(reader.crumbs) == 1
    assert reader.parameter("area") == []


@pytest.mark.parametrize(
    ("name", "layer", "others", "told"),
    [
        ("案件", "cases", "compounds", ["编号", "类别", "状态", "上报时间"]),
        ("服务站点", "points", "compounds,lines", ["服务站点 · ", "地址"]),
        ("小区", "compounds", "", ["评定等级", "区间", "户数"]),
    ],
)
def test_a_click_on_a_thing_shows_its_card_and_does_not_leave_the_place(
    server: RunningServer, reader: Reader, name: str, layer: str, others: str, told: list[str]
) -> None:
    reader.open(f"{server.base_url}/?area=470102001001&layers={others}")
    reader.switch_on(name)
    url = reader.page.url
    reader.click_feature(layer)
    card = reader.frame.locator(".og-card")
    for text in told:
        expect(card).to_contain_text(text)
    assert reader.page.url == url
    assert reader.map.evaluate(IN_VIEW), "a control covers the card"
    reader.page.keyboard.press("Escape")
    expect(card).to_have_count(0)


def test_no_control_covers_an_open_card(server: RunningServer, reader: Reader) -> None:
    """A card opened at the left rim, with every layer in the legend, and the map moved below it."""
    reader.open(f"{server.base_url}/?area=470102001001&layers=cases,points,compounds&period=all")
    legend = reader.frame.locator(".og-legend").bounding_box()
    frame = reader.page.locator("iframe[title*=folium]").bounding_box()
    assert legend is not None
    assert frame is not None
    assert legend["height"] < frame["height"] / 2
    reader.map.evaluate(
        """() => {
            const scene = window.map.oneGridScene;
            scene.keepClear(scene.card);
            const at = window.map.containerPointToLatLng([60, window.map.getSize().y - 120]);
            scene.card.setLatLng(at).setContent("…").openOn(window.map);
        }"""
    )
    reader.map.wait_for_function("!window.map._panAnim._inProgress")
    assert reader.map.evaluate(IN_VIEW)
    expect(reader.frame.locator(".og-legend")).to_be_visible()
    reader.map.evaluate("window.map.panBy([100, 0], {animate: false})")
    assert reader.map.evaluate(IN_VIEW)
    expect(reader.frame.locator(".og-legend")).to_be_hidden()
    reader.map.evaluate("window.map.closePopup()")
    expect(reader.frame.locator(".og-legend")).to_be_visible()


def test_layers_are_switched_by_keyboard(server: RunningServer, reader: Reader) -> None:
    reader.open(server.base_url)
    box = reader.frame.locator(".leaflet-control-layers label", has_text="服务站点").locator("input")
    box.focus()
    reader.page.keyboard.press("Space")
    reader.page.wait_for_url(re.compile("points"))
    expect(box).to_be_checked()


def test_the_page_names_its_parts(server: RunningServer, reader: Reader) -> None:
    reader.open(f"{server.base_url}/?lang=en")
    assert reader.page.locator("h1").all_inner_texts() == ["云州市"]
    assert reader.page.locator("iframe[title*=folium]").get_attribute("aria-label")
    assert reader.page.locator("html").get_attribute("lang") == "en"


def test_a_secretary_starts_at_her_community_and_sees_nothing_next_door(
    server: RunningServer, reader: Reader
) -> None:
    reader.open(server.base_url)
    expect(reader.page.locator(".st-key-header")).to_contain_text("演示模式")
    reader.widget("role").get_by_role("combobox").click()
    reader.page.get_by_role("option", name="社区书记").click()
    expect(reader.page.locator(".st-key-crumbs button")).to_have_count(3)
    reader.settle()
    hers = reader.crumbs[-1]
    assert reader.count > 0

    reader.page.get_by_role("button", name=reader.crumbs[-2]).click()  # her street, which she may see
    expect(reader.page.locator("h1")).not_to_have_text(hers)
    reader.settle()
    expect(reader.frame.locator(".og-legend")).to_contain_text("不在您的范围内")
    others = reader.map.evaluate(
        "name => window.map.oneGridScene.areas.paths.findIndex((p) => p.feature.properties.name !== name)",
        hers,
    )
    reader.click_area(others)
    expect(reader.page.get_by_test_id("stAlert")).to_contain_text("0 件")
    reader.page.get_by_role("button", name=f"回到{hers}").click()
    expect(reader.page.locator("h1")).to_have_text(hers)


def test_on_a_phone_there_is_one_column(server: RunningServer, reader: Reader) -> None:
    reader.page.set_viewport_size(PHONE)
    reader.open(server.base_url)
    boxes = [reader.page.locator(part).bounding_box() for part in (".st-key-map", ".st-key-panel")]
    (above, below) = (box for box in boxes if box)
    assert above["y"] + above["height"] <= below["y"]
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_layers_fold_with_the_width_of_the_map(server: RunningServer, reader: Reader) -> None:
    reader.open(server.base_url)
    expanded = reader.frame.locator(".leaflet-control-layers-expanded")
    folded = reader.frame.locator(".leaflet-control-layers-toggle")
    expect(expanded).to_be_visible()
    expect(folded).to_be_hidden()
    reader.page.set_viewport_size({"width": 420, "height": 900})
    expect(folded).to_be_visible()
    reader.page.set_viewport_size({"width": 1440, "height": 900})
    expect(expanded).to_be_visible()
    expect(folded).to_be_hidden()


def test_a_map_waits_for_its_styles_before_it_paints(server: RunningServer, reader: Reader) -> None:
    waiting: list[Route] = []
    reader.page.route(re.compile(r"leaflet\.css"), lambda route: waiting.append(route))  # noqa: PLW0108 (playwright marks what it is given)
    reader.page.goto(server.base_url)
    reader.map.wait_for_function("window.map && window.map.oneGridScene && window.map.oneGridScene.payload")
    assert waiting
    assert not reader.map.evaluate("window.map.oneGridScene.painted")
    for route in waiting:
        route.continue_()
    reader.settle()
    expect(reader.frame.locator(".leaflet-control-layers-toggle")).to_be_hidden()

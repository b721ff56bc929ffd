"""Figures that open, and the page that lists all indicators, as Streamlit runs them without a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.store import Store
from domain.actor import OPERATOR
from domain.filters import CaseFilter
from domain.indicators import catalogue
from domain.indicators.model import Indicator
from queries import cases, indicators
from queries.figures import Question
from tests.support.pages import page
from tests.support.small_city import at, case, import_cases, write_cases
from ui import storage

LINK = re.compile(r"(\d[\d,]*)\*\* 件")


def markdown(app: AppTest) -> str:
    return "\n".join(item.value.replace("\\", "") for item in app.markdown)


def captions(app: AppTest) -> str:
    return "\n".join(item.value.replace("\\", "") for item in app.caption)


def test_a_figure_opens_to_its_definition_and_sides(opened: pytest.MonkeyPatch, module_town_db: Path) -> None:
    app = page(opened, module_town_db, "one_map", period="all")
    next(button for button in app.button if button.key == "open_general_on_time_closing_rate").click().run()
    assert not app.exception
    told = markdown(app)
    with storage.store().session(OPERATOR) as session:
        asked = Question(catalogue.DEFAULT, CaseFilter(), None, session.city.as_of)
        figure = indicators.evaluate(session, asked, ["on_time_closing_rate"])["on_time_closing_rate"]
    assert f"{figure.numerator:,}/{figure.denominator:,}" in told
    assert isinstance(figure.definition, Indicator)
    counts = [int(text.replace(",", "")) for text in LINK.findall(told)]
    assert counts == [figure.count_of(side) for side in figure.definition.sides]
    assert sum(counts) == 60_000
    assert "合计 60,000 件 = 全部案件 60,000 件" in captions(app)
    assert "数字城管 · " in told  # the same name under another profile


def test_the_sides_of_a_figure_are_cases_that_can_be_listed(
    opened: pytest.MonkeyPatch, module_town_db: Path
) -> None:
    """What a link promises is what the filter behind it finds, in every profile."""
    page(opened, module_town_db, "indicators")
    with storage.store().session(OPERATOR) as session:
        for profile, chosen in catalogue.profiles().items():
            asked = Question(profile, CaseFilter(), None, session.city.as_of, profile != catalogue.DEFAULT)
            for name, definition in chosen.indicators.items():
                if not isinstance(definition, Indicator):
                    continue
                figure = indicators.evaluate(session, asked, [name])[name]
                for side in definition.sides:
                    listed = cases.how_many(session, CaseFilter(side=figure.side(side)), None)
                    assert listed == figure.count_of(side), (profile, name, side)


@pytest.mark.parametrize(
    ("profile", "name"),
    [(profile, name) for profile, chosen in catalogue.profiles().items() for name in chosen.indicators],
)
def test_every_indicator_has_its_page(
    opened: pytest.MonkeyPatch, module_town_db: Path, profile: str, name: str
) -> None:
    app = page(opened, module_town_db, "indicators", profile=profile, indicator=name, period="all")
    assert not app.exception
    assert not app.error
    definition = catalogue.definition(profile, name)
    assert str(definition.source) in captions(app)
    if isinstance(definition, Indicator):
        tables = [frame.value for frame in app.dataframe if "名次" in frame.value.columns]
        assert [len(table) for table in tables] == [4]  # the four districts


def test_the_catalogue_lists_every_indicator(opened: pytest.MonkeyPatch, module_town_db: Path) -> None:
    app = page(opened, module_town_db, "indicators")
    count = sum(len(profile.indicators) for profile in catalogue.profiles().values())
    assert f"全部指标（{count} 个，{len(catalogue.profiles())} 个口径）" in [
        item.label for item in app.expander
    ]


def test_a_rate_without_its_column_is_unavailable_and_never_zero(
    opened: pytest.MonkeyPatch, city_db: Path, tmp_path: Path
) -> None:
    """The source of the small city tells no ratings."""
    rows = [case(n, **at(0, 0)) for n in range(40)]
    with Store.opened(city_db) as store:
        import_cases(store, write_cases(tmp_path / "cases.csv", rows))
    app = page(opened, city_db, "indicators", indicator="good_rating_rate", period="all")
    assert not app.exception
    assert len(app.warning) == 1
    assert "### —" in markdown(app)
    [table] = [frame.value for frame in app.dataframe if "名次" in frame.value.columns]
    assert set(table["好评率（%）"]) == {"—"}


def test_few_cases_are_not_ranked(opened: pytest.MonkeyPatch, city_db: Path, tmp_path: Path) -> None:
    """Forty cases in the west, half of them late; five in the east, all in time: the east is not first."""
    in_time = {"state": "closed", "closed": "2026-03-01 10:00:00", "due": "2026-03-02 10:00:00"}
    late = in_time | {"closed": "2026-03-03 10:00:00"}
    rows = [case(n, **at(0, 0), **(late if n % 2 else in_time)) for n in range(40)]
    rows += [case(100 + n, **at(3, 3), **in_time) for n in range(5)]
    with Store.opened(city_db) as store:
        import_cases(store, write_cases(tmp_path / "cases.csv", rows))
    app = page(opened, city_db, "indicators", period="all", level="street")
    [table] = [frame.value for frame in app.dataframe if "名次" in frame.value.columns]
    assert table["区划"].tolist() == ["望江街道", "柳岸街道"]
    assert table["名次"].tolist() == ["1", "—"]
    assert table["说明"].tolist() == ["", "不足 30 件，不排名"]
    assert "灰点件数太少，不排名。" in captions(app)


def test_an_empty_database_has_a_page_too(opened: pytest.MonkeyPatch, tmp_path: Path) -> None:
    app = page(opened, tmp_path / "empty.duckdb", "indicators")
    assert not app.exception
    assert app.code  # what to type first

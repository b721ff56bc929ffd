"""Widgets bound to the URL, from one screen to the next."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.pages import page
from ui.filter_bar import Period


def period(app: AppTest) -> str:
    return str(next(box.value for box in app.selectbox if (box.key or "").startswith("period_")))


def states(app: AppTest) -> list[str]:
    return next(list(box.value) for box in app.multiselect if (box.key or "").startswith("state_"))


@pytest.mark.parametrize("screen", ["community", "cases"])
def test_another_screen_opens_with_what_the_url_says(
    opened: pytest.MonkeyPatch, module_town_db: Path, screen: str
) -> None:
    """The browser still sends the values of the screen just left, under identities of that screen."""
    app = page(opened, module_town_db, "one_map", period="365d", state="closed", area="470102001001")
    assert (period(app), states(app)) == ("365d", ["closed"])
    app.switch_page(f"../../pages/{screen}.py")
    app.run()
    assert not app.exception
    assert (period(app), states(app)) == ("365d", ["closed"])
    app.switch_page("../../pages/one_map.py")
    app.query_params["period"] = "90d"
    app.run()
    assert (period(app), states(app)) == ("90d", ["closed"])


def test_a_choice_stands_while_the_screen_stays(opened: pytest.MonkeyPatch, module_town_db: Path) -> None:
    app = page(opened, module_town_db, "community", area="470102001001")
    next(box for box in app.selectbox if (box.key or "").startswith("period_")).set_value(
        Period.QUARTER
    ).run()
    assert app.query_params["period"] == "90d"
    app.run()
    assert period(app) == "90d"

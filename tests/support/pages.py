"""A page as Streamlit runs it, without a browser: what every screen's tests begin with."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.repository import ROOT
from ui import storage


def page(patch: pytest.MonkeyPatch, db: Path, name: str, **query: str | list[str]) -> AppTest:
    """The screen `name` on a database, with the URL's parameters; use it with the fixture `opened`."""
    patch.setenv("ONEGRID_DB", str(db))
    storage.open_store()
    app = AppTest.from_file(str(ROOT / "ui" / "router" / "router.py"), default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    if name != "one_map":
        app.switch_page(f"../../pages/{name}.py")
    return app.run()

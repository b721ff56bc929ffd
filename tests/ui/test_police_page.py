"""The screen 警地融合 as Streamlit runs it: its parts, its blanks, and what a link keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.pages import page


def test_the_list_of_points_narrows_to_kinds(opened: pytest.MonkeyPatch, module_town_db: Path):
    everything = page(opened, module_town_db, "police_stations", part="points")
    rooms = page(opened, module_town_db, "police_stations", part="points", kind=["police_room"])
    assert set(rooms.dataframe[0].value["种类"]) == {"警务室"}
    assert len(rooms.dataframe[0].value) < len(everything.dataframe[0].value)
    told = [caption.value for caption in rooms.caption if "处" in caption.value]
    assert told == [f"显示 {len(rooms.dataframe[0].value)} 处，共 {len(everything.dataframe[0].value)} 处"]

"""Durations, promises, areas and findings as 一朵云 words them; nothing from data becomes markup."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from domain.i18n import use_language
from ui.cloud import text
from ui.encode import markdown_text


@pytest.mark.parametrize(
    ("hours", "chinese", "english"),
    [
        (None, "—", "—"),
        (0.75, "45 分钟", "45 minutes"),
        (23.4, "23 小时 24 分钟", "23 hours 24 minutes"),
        (52.0, "2 天 4 小时", "2 days 4 hours"),
    ],
)
def test_durations(hours: float | None, chinese: str, english: str) -> None:
    assert text.duration(hours) == chinese
    with use_language("en"):
        assert text.duration(hours) == english


def test_promises_and_areas() -> None:
    assert (text.every(None), text.every(24), text.every(36)) == ("—", "每 1 天", "每 1 天 12 小时")
    assert (text.square_metres(0.04), text.square_metres(9.96), text.square_metres(578962.1)) == (
        "0.04 m²",
        "10.0 m²",
        "578,962 m²",
    )
    assert text.shown_of(10_000, 33_367) == "显示 10,000，共 33,367"


@pytest.mark.parametrize(
    ("detail", "expected"),
    [
        ({}, ""),
        ({"sample_rows": [4, 8, 9, 12]}, "例如第 4、8、9 行"),
        ({"field": "reported_at", "sample_rows": [5]}, "列 reported\\_at · 例如第 5 行"),
        ({"lon": -71.0587, "lat": 42.3594, "share_pct": 14.1}, "-71.05870, 42.35940 · 占 14.1%"),
        ({"area_m2": 30.8, "pairs": 1, "largest": [{"code_a": "x"}]}, "共 31 m²"),
        ({"indicator": "a*b", "bands": "0–100"}, "a\\*b，分段 0–100"),
        ({"mapping": "UTC", "city": "Asia/Shanghai"}, "映射 UTC，城市 Asia/Shanghai"),
        (
            {"mend": 'columns.lon = "<b>"\ncolumns.lat = "x"', "share_pct": 100.0},
            '占 100.0% · 映射里改成 columns\\.lon = "\\<b\\>"、columns\\.lat = "x"',
        ),
        (
            {"values": {"<b>x</b>": 3, "[a](b)": 2, "$e$": 1, "d": 1}},
            "\\<b\\>x\\</b\\> ×3 · \\[a\\]\\(b\\) ×2 · \\$e\\$ ×1 · …",
        ),
    ],
)
def test_what_a_finding_says(detail: dict, expected: str) -> None:
    assert text.finding_detail(detail) == expected


def _drawn() -> None:
    from ui.cloud import result  # noqa: PLC0415 -- the function runs as a script of its own

    row = {"indicator": "<b>", "of": "C1", "from": "2026-01-01", "to": "2026-03-31"}
    counts = {"read": 3, "accepted": 3, "rejected": 0, "inserted": 0, "updated": 3, "unchanged": 0}
    result.draw(
        counts | {"replaced": [row | {"before": 80.0, "now": 81.5}, row | {"before": 7.0, "now": 7.0}]}
    )


def test_replaced_assessments_are_named() -> None:
    app = AppTest.from_function(_drawn).run()
    assert not app.exception
    [told] = [line.value for line in app.markdown if "更新早先的考核" in line.value]
    assert told.split("  \n") == [
        "**更新早先的考核 3 条**",
        markdown_text("<b> C1 2026-01-01–2026-03-31：80 → 81.5", 300),
        markdown_text("<b> C1 2026-01-01–2026-03-31：7", 300),
        "显示 2，共 3",
    ]


def test_lines_stay_lines_and_markup_stays_text() -> None:
    assert text.plain("- a: *x*\n<b>") == "\\- a\\: \\*x\\*  \n\\<b\\>"

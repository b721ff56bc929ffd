"""Text stays text on its way through folium's templates, and nothing goes round the encoder."""

import ast
import json
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.repository import dotted_name, product_modules, relative, tree_of
from ui.encode import LONGEST_CELL, cut_cells, html_text, markdown_text, script_literal

ATTACKS = ["<script>alert(1)</script>", "`${alert(1)}`", "{{ config }}", "</script>", "' onload='x", "a & b"]
REWRITES = (
    r":material[/_]\w+:",
    r":streamlit:",
    r":\+1:|:-1:|:[\w-]+:",
    r"(https?://|www(?=\.))([-.\w]+)",
    r"([-.\w+]+)@([-\w]+(?:\.[-\w]+)+)",
    r"(^|\s)(<->|->|<-|--|>=|<=|~=)(\s|$)",
)
"""What Streamlit 1.67 looks for in texts once backslashes are gone (StreamlitMarkdown, remark-gfm, remark-emoji)."""
MARKUP = [
    *"abw:/@.<->=~ \t_+1*`$[](){}!|&#\\",
    "www.",
    "http://",
    "HTTPS://",
    ":smile:",
    ":material/x:",
    ":+1:",
]
FOLIUM_TEXT_PARTS = {"Popup", "Tooltip", "GeoJsonTooltip", "GeoJsonPopup", "DivIcon", "Marker", "Html"}


@pytest.mark.parametrize("attack", ATTACKS)
def test_html_text_has_nothing_a_template_or_tag_could_use(attack: str) -> None:
    assert not set(html_text(attack)) & set("<>`${}'\"")


@pytest.mark.parametrize("attack", ATTACKS)
def test_script_literal_has_no_risky_character_inside_its_strings(attack: str) -> None:
    text = script_literal([attack])
    assert not set(text) & set("<>&`${}'/")
    assert json.loads(text) == [attack]


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=8))
def test_script_literal_means_the_same_json(value: object) -> None:
    assert json.loads(script_literal(value)) == value


@given(st.dictionaries(st.text(), st.text()))
def test_script_literal_keeps_keys_and_never_opens_a_template(value: dict[str, str]) -> None:
    text = script_literal(value)
    assert json.loads(text) == value
    assert "${" not in text
    assert "`" not in text


def test_not_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        script_literal([float("nan")])


def shown(markdown: str) -> str:
    """The text that is left of Markdown without markup."""
    return re.sub(r"\\(.)", r"\1", markdown)


@pytest.mark.parametrize(
    "text",
    [
        ":material/close:",
        ":material_close:",
        ":streamlit:",
        ":smile::+1::-1:",
        "http://192.0.2.1/ HTTPS://example.com www.example.com WWW.example.com",
        "a@example.com",
        "a <-> b -> c <- d -- e >= f <= g ~= h",
        "12:30:45",  # between two colons stands a name, as far as Streamlit knows
    ],
)
def test_what_is_rewritten_behind_the_backslashes_is_kept_apart(text: str) -> None:
    told = shown(markdown_text(text, 200))
    assert [pattern for pattern in REWRITES if re.search(pattern, told, re.IGNORECASE)] == []
    assert told.replace("\N{WORD JOINER}", "") == text


@pytest.mark.parametrize("text", ["08:30", "a - b", "x@y", "甲：乙", "1 < 2", "1/2", "http, www"])
def test_nothing_is_put_into_plain_text(text: str) -> None:
    assert shown(markdown_text(text)) == text


@given(st.lists(st.sampled_from(MARKUP) | st.characters(exclude_categories=["Cs"])).map("".join))
def test_markdown_text_shows_every_character_and_is_never_markup(text: str) -> None:
    escaped = markdown_text(text, 10_000)
    assert not set(re.sub(r"\\.", "", escaped)) & set("`*_{}[]()<>#+-.!|~$:&\\")
    told = shown(escaped)
    assert [pattern for pattern in REWRITES if re.search(pattern, told, re.IGNORECASE)] == []
    line = " ".join(text.replace("\0", "\N{REPLACEMENT CHARACTER}").split())
    assert told.replace("\N{WORD JOINER}", "") == line.replace("\N{WORD JOINER}", "")


def test_no_folium_part_that_takes_text_is_used_outside_the_map_panel() -> None:
    used = {
        (relative(path), dotted_name(node.func).rpartition(".")[2])
        for path in product_modules()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and dotted_name(node.func).rpartition(".")[2] in FOLIUM_TEXT_PARTS
    }
    assert used == set()


def test_everything_the_map_panel_renders_passes_the_encoder() -> None:
    """Its templates interpolate variable names and the payload; the payload is only ever a script literal."""
    path = next(path for path in product_modules() if relative(path) == "ui/map_panel.py")
    payloads = [
        node.value
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Assign) and dotted_name(node.targets[0]) == "self.payload"
    ]
    assert [dotted_name(value.func) for value in payloads if isinstance(value, ast.Call)] == [
        "script_literal"
    ]
    attributions = [
        keyword.value
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "attr"
    ]
    assert [dotted_name(value.func) for value in attributions if isinstance(value, ast.Call)] == ["html_text"]


def test_a_table_sends_no_text_longer_than_a_cell_and_nothing_else_changes() -> None:
    day = pd.Timestamp("2026-03-01")
    rows = pd.DataFrame(
        {
            "name": ["大" * 350_000, "\x00=1+1", None],
            "mixed": [1, "x" * (LONGEST_CELL + 1), pd.NA],
            "cases": pd.array([1, None, 3], "Int64"),
            "at": [day, day, pd.NaT],
        },
        index=[2, 0, 1],
    )
    shown = cut_cells(rows)
    assert shown["name"].iloc[0] == "大" * (LONGEST_CELL - 1) + "…"
    assert shown["mixed"].iloc[1] == "x" * (LONGEST_CELL - 1) + "…"
    assert shown.iloc[1:, 0].equals(rows.iloc[1:, 0])
    assert shown["mixed"].iloc[[0, 2]].equals(rows["mixed"].iloc[[0, 2]])
    assert shown[["cases", "at"]].equals(rows[["cases", "at"]])
    assert len(rows["name"].iloc[0]) == 350_000  # the page keeps its own

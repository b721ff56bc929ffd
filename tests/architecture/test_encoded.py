"""The encoder is one function, and nothing goes round it: text of unknown origin never becomes Markdown.

tests/support/markdown_flow.py reads how text flows; here stands what was looked at by a person and let through.
"""

from __future__ import annotations

import ast

import pytest

from tests.support.markdown_flow import Product
from tests.support.repository import dotted_name, product_modules, relative, tree_of

SCREENS = ("ui/", "pages/")

OWN_WORDS = {
    "label": "names that our enums and fields give themselves; LegendEntry has one too, which the map shows",
    "heading": "Measure alone has it: its own name with its unit",
}
"""Attributes that hold words of our own wherever they occur."""

REVIEWED: dict[tuple[str, str], str] = {
    ("ui/cloud/quality.py", "bands.urban"): "the settings' bands of households; their type is two numbers",
    ("ui/cloud/quality.py", "bands.rural"): "as above",
}
"""What the reading cannot tell to be harmless, by file and expression, with the reason why it is."""

MARKDOWN_TABLES_IN = {
    "ui/case_detail.py": "every cell passes _told, which encodes",
    "ui/access_table.py": "every cell passes the encoder in _table",
    "ui/audit/detail.py": "names and values pass the encoder where the rows are made",
    "ui/person_panel.py": "values pass the encoder where the rows are made; the names are our own",
    "ui/property/card.py": "values pass the encoder where the rows are made; the names are our own",
    "ui/police/compare.py": "every cell passes _breakable, which encodes",
}
"""st.table reads each cell as Markdown, and what a frame holds cannot be read from the code."""

PREAMBLE = """
import streamlit as st
from domain.i18n import _, format_number
from ui.encode import markdown_text

def _named(row):
    return f"**{markdown_text(row.name)}**"

def _raw(row):
    return f"{row.name} ·"

def link(label, *, icon=None):
    st.page_link("x.py", label=label, icon=icon)

def menu():
    link(_("案件"))
"""


def holes(code: str) -> list[str]:
    """The holes of a page that draws `code`."""
    body = "\n".join(f"    {line}" for line in code.splitlines())
    page = ast.parse(f"{PREAMBLE}\ndef draw(row, rows, count: int):\n{body}\n")
    encode = ast.parse("def markdown_text(value, longest=60):\n    return value")
    i18n = ast.parse("def format_number(value: float) -> str:\n    return f'{value:,.1f}'")
    trees = {"ui/page.py": page, "ui/encode.py": encode, "domain/i18n.py": i18n}
    return [hole.what for hole in Product(trees, OWN_WORDS).holes(SCREENS)]


@pytest.mark.parametrize(
    "code",
    [
        'st.caption(_("没有案件"))',
        'st.markdown(_("共 {n} 件").format(n=format_number(count)))',
        'st.button(f"{markdown_text(row.name)} ›")',
        "st.title(_named(row))",
        'told = [_("全部")]\ntold.append(markdown_text(row.name))\nst.caption(" · ".join(told))',
        'link(_("看案件"))',
        'for n, one in enumerate(rows):\n    st.caption(f"{n}")',
        'st.metric(_("案件"), f"{row.anything:.1f}")',  # a format that fails on text
        "st.dataframe(rows)",  # cells of a dataframe are no Markdown
        "st.text(row.name)",
        'log.warning(f"{row.name}")',
    ],
)
def test_what_is_encoded_or_our_own_passes(code: str) -> None:
    assert holes(code) == []


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("st.caption(row.name)", ["row.name"]),
        ('st.markdown(f"**{row.name}**")', ["row.name"]),
        ('st.title(_("{area}的情况").format(area=row.name))', ["row.name"]),
        ('st.button("x", help=row.name)', ["row.name"]),
        ("st.metric(row.name, count)", ["row.name"]),
        ('st.info("x", title=row.name)', ["row.name"]),
        ('st.expander("x").caption(row.name)', ["row.name"]),  # of a container as of st
        ('box = st.container()\nbox.badge(f"{row.name}")', ["row.name"]),
        ("st.caption(_raw(row))", ["row.name"]),
        ("st.dialog(row.name)(_raw)(row)", ["row.name"]),
        ("name = row.name\nst.caption(name)", ["row.name"]),
        ('told = []\ntold.append(row.name)\nst.caption(" ".join(told))', ["row.name"]),
        ("for one in rows:\n    st.caption(one)", ["rows"]),
        ("link(row.name)", ["row.name"]),  # through a function of our own
        ('link(label=f"{row.name}")', ["row.name"]),
        ('st.text_input("x")\nst.caption(st.text_input("x"))', ["st.text_input('x')"]),
        ("st.column_config.TextColumn(row.name)", ["row.name"]),
        ('st.pills("x", rows, format_func=lambda one: one)', ["lambda one: one"]),
        ("st.caption(row.name.strip()[:3].upper())", ["row.name"]),
    ],
)
def test_what_comes_from_elsewhere_is_found(code: str, told: list[str]) -> None:
    assert holes(code) == told


@pytest.fixture(scope="module")
def found() -> list[tuple[str, int, str]]:
    """The holes of the product as it stands."""
    trees = {relative(path): tree_of(path) for path in product_modules()}
    # what is made up, and which columns of a file are mapped: neither is what a screen shows
    apart = ("data/demo/", "data/ingest/mapping_columns.py")
    shown = {path: tree for path, tree in trees.items() if not path.startswith(apart)}
    return [(hole.path, hole.line, hole.what) for hole in Product(shown, OWN_WORDS).holes(SCREENS)]


def test_no_text_becomes_markdown_without_the_encoder(found: list[tuple[str, int, str]]) -> None:
    assert [hole for hole in found if (hole[0], hole[2]) not in REVIEWED] == []


def test_what_was_reviewed_is_still_there(found: list[tuple[str, int, str]]) -> None:
    assert set(REVIEWED) == {(path, what) for path, _line, what in found} & set(REVIEWED)


def test_tables_of_markdown_stand_in_known_modules() -> None:
    using = {
        relative(path)
        for path in product_modules()
        if relative(path).startswith(SCREENS)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and dotted_name(node.func) == "st.table"
    }
    assert using == set(MARKDOWN_TABLES_IN)

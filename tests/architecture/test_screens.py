"""Pages stay thin, and what is delicate in the screen parts stands in one known module each."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.support.repository import ROOT, dotted_name, imported_modules, product_modules, relative, tree_of

PAGE_LINES = 150
SQL_WORDS = re.compile(
    r"\bselect\b.+\bfrom\b|\binsert\s+into\b|\bupdate\s+\w+\s+set\b|\bdelete\s+from\b",
    re.IGNORECASE | re.DOTALL,
)
RAW_HTML_IN = {
    "ui/theme.py": "puts the style sheet of the theme and scripts of ours into the page; no data",
    "ui/watermark.py": "puts the watermark's style into the page; the login only as base64 of an encoded picture",
}
FRAGMENTS_IN = {
    "ui/fragments.py": "asks anew who is looking before a fragment draws or answers anything",
}
FOLIUM_IN = {
    "ui/folium_offline.py": "takes the CDN links out of folium and streamlit-folium",
    "ui/map_panel.py": "draws the map",
}


def pages() -> list[Path]:
    found = [path for path in sorted((ROOT / "pages").glob("*.py")) if path.name != "__init__.py"]
    assert found, "no page in pages/"
    return found


def ui_modules() -> list[Path]:
    found = [path for path in product_modules() if relative(path).startswith(("ui/", "pages/", "server/"))]
    assert len(found) > 5
    return found


def page_faults(tree: ast.Module) -> set[str]:
    """Which rules a page's code breaks: `sql`, `try`, `class`."""
    faults = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Try | ast.TryStar):
            faults.add("try")
        if isinstance(node, ast.ClassDef):
            faults.add("class")
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL_WORDS.search(node.value):
            faults.add("sql")
    return faults


def uses_raw_html(tree: ast.Module) -> bool:
    """unsafe_allow_html=…, or st.html and components.html, which trust their text as much."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "unsafe_allow_html":
            return True
        name = dotted_name(node)
        if name in {"st.html", "streamlit.html"} or name.endswith(("components.html", "v1.html")):
            return True
    return False


def uses_cache(tree: ast.Module) -> bool:
    """st.cache_data, st.cache_resource, or either imported by name."""
    names = {"cache_data", "cache_resource"}
    return any(
        (isinstance(node, ast.Attribute) and node.attr in names)
        or (isinstance(node, ast.ImportFrom) and names & {alias.name for alias in node.names})
        for node in ast.walk(tree)
    )


def makes_fragments(tree: ast.Module) -> bool:
    """st.fragment or st.dialog, as an attribute or imported by name."""
    names = {"fragment", "dialog"}
    return any(
        (isinstance(node, ast.Attribute) and dotted_name(node) in {f"st.{name}" for name in names})
        or (
            isinstance(node, ast.ImportFrom)
            and node.module == "streamlit"
            and names & {a.name for a in node.names}
        )
        for node in ast.walk(tree)
    )


def imports_folium(path: Path) -> bool:
    tops = {name.partition(".")[0] for name in imported_modules(path)}
    return bool(tops & {"folium", "streamlit_folium", "branca"})


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("try:\n    draw()\nexcept ValueError:\n    pass", {"try"}),
        ("rows('select name from visible_area')", {"sql"}),
        ("rows(f'SELECT * FROM {view}')", {"sql"}),
        ("rows('delete from cases')", {"sql"}),
        ("st.caption(_('从列表选择一个区域'))", set()),
        ("class Page: ...", {"class"}),
    ],
)
def test_rule_on_pages(code: str, expected: set[str]) -> None:
    assert page_faults(ast.parse(code)) == expected


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("st.markdown(text, unsafe_allow_html=True)", True),
        ("st.html(text)", True),
        ("st.components.v1.html(text)", True),
        ("st.markdown(text)", False),
        ("import html\nhtml.escape(text)", False),
    ],
)
def test_rule_on_raw_html(code: str, *, told: bool) -> None:
    assert uses_raw_html(ast.parse(code)) is told


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("@st.cache_data(ttl=60)\ndef f(): ...", True),
        ("from streamlit import cache_resource", True),
        ("@functools.cache\ndef f(): ...", False),
    ],
)
def test_rule_on_caches(code: str, *, told: bool) -> None:
    assert uses_cache(ast.parse(code)) is told


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("@st.fragment\ndef f(): ...", True),
        ("@st.fragment(run_every=2)\ndef f(): ...", True),
        ("st.dialog(title)(f)(page)", True),
        ("from streamlit import fragment", True),
        ("from ui.fragments import fragment\nfragment(f)(page)", False),
    ],
)
def test_rule_on_fragments(code: str, *, told: bool) -> None:
    assert makes_fragments(ast.parse(code)) is told


def test_fragments_are_made_in_one_module() -> None:
    """It asks anew who is looking, and in which language, whenever a fragment runs alone."""
    assert {relative(path) for path in ui_modules() if makes_fragments(tree_of(path))} == {"ui/fragments.py"}


def test_pages_hold_no_sql_no_try_no_class() -> None:
    faults = {relative(path): told for path in pages() if (told := page_faults(tree_of(path)))}
    assert faults == {}


def test_pages_are_thin() -> None:
    long = {relative(path): n for path in pages() if (n := len(path.read_text().splitlines())) > PAGE_LINES}
    assert long == {}


def test_raw_html_stands_in_known_modules() -> None:
    found = {relative(path) for path in ui_modules() if uses_raw_html(tree_of(path))}
    assert found <= set(RAW_HTML_IN)


def test_caches_stand_in_one_folder() -> None:
    found = [relative(path) for path in product_modules() if uses_cache(tree_of(path))]
    assert found
    assert [path for path in found if not path.startswith("ui/cache/")] == []


def test_fragments_stand_in_one_module() -> None:
    """A fragment runs without the script that decided who is looking: ui.fragments asks anew."""
    found = {
        relative(path)
        for path in product_modules()
        for node in ast.walk(tree_of(path))
        if (isinstance(node, ast.Attribute) and dotted_name(node) in {"st.fragment", "streamlit.fragment"})
        or (
            isinstance(node, ast.ImportFrom)
            and (node.module or "").startswith("streamlit")
            and any(alias.name == "fragment" for alias in node.names)
        )
    }
    assert found == set(FRAGMENTS_IN)


def test_folium_stands_in_two_modules() -> None:
    assert {relative(path) for path in product_modules() if imports_folium(path)} == set(FOLIUM_IN)

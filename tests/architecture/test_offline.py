"""Nothing that the browser gets points outside, and no file tells about a developer's machine."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.support.repository import ROOT, committed_files, product_modules, relative, tree_of

TEXT_KINDS = {".css", ".html", ".js", ".json", ".mjs", ".svg"}
HOSTED = re.compile(r"(?:https?|wss?|ftp)://([\w.-]+|[{$])|[\"'(]//([\w-]+(?:\.[\w-]+)+)")
ALLOWED_HOSTS = {
    "www.w3.org": "the name of an XML namespace; never fetched",
    "leafletjs.com": "the link in Leaflet's own attribution; followed only by a click",
}
PYTHON_HOSTS = {
    "127.0.0.1": "this machine",
    "localhost": "this machine",
    "www.w3.org": "the name of an XML namespace; never fetched",
    "schemas.openxmlformats.org": "the name of an XML namespace of workbooks; never fetched",
}
HOME = re.compile(r"(?<![\w.~-])/(?:home|root|Users|work|workspaces?)/\w|[A-Za-z]:\\\\?Users\\")


def without_comments(text: str) -> str:
    """Script or style sheet without /* … */ and <!-- … --> comments and whole-line // comments."""
    text = re.sub(r"/\*.*?\*/|<!--.*?-->", " ", text, flags=re.DOTALL)
    return re.sub(r"^\s*//.*$", " ", text, flags=re.MULTILINE)


def hosts_in(text: str) -> set[str]:
    """Hosts that a text names with a scheme, or in quotes without one ("//cdn.example/x.js")."""
    return {named or bare for named, bare in HOSTED.findall(text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('fetch("https://cdn.example.org/x.js")', {"cdn.example.org"}),
        ('<script src="//cdn.example.org/x.js">', {"cdn.example.org"}),
        ("url(//cdn.example.org/a.png)", {"cdn.example.org"}),
        ("/* see https://example.org */ a{}", set()),  # a licence or note
        ("// https://example.org\nlet a = 1", set()),
        ('let a = b //c.d\n;"a/b"', set()),  # a comment at the end of a line
        ('"../../assets/x.js"', set()),
        ('"https://{s}.tile.example.org/{z}"', {"{"}),  # a host filled in later is a host
    ],
)
def test_rule_on_hosts(text: str, expected: set[str]) -> None:
    assert hosts_in(without_comments(text)) == expected


def test_assets_name_no_host() -> None:
    files = [path for path in (ROOT / "ui" / "assets").rglob("*") if path.suffix in TEXT_KINDS]
    assert len(files) > 5
    told = {
        relative(path): sorted(found)
        for path in files
        if (found := hosts_in(without_comments(path.read_text(encoding="utf-8"))) - set(ALLOWED_HOSTS))
    }
    assert told == {}


def test_vendored_assets_carry_their_licence() -> None:
    folders = [path for path in (ROOT / "ui" / "assets" / "vendor").iterdir() if path.is_dir()]
    assert folders
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    assert [path.name for path in folders if not list(path.glob("LICENSE*"))] == []
    assert [path.name for path in folders if path.name not in notice] == []


def test_the_product_names_no_host() -> None:
    told = {}
    for path in product_modules():
        docs = {id(node.value) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Expr)}
        texts = [
            node.value
            for node in ast.walk(tree_of(path))
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
        ]
        if found := {host for text in texts for host in hosts_in(text)} - set(PYTHON_HOSTS) - {"{", "$"}:
            told[relative(path)] = sorted(found)
    assert told == {}


def is_text(path: Path) -> bool:
    with path.open("rb") as stream:
        return b"\0" not in stream.read(4096)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("see " + "/home/" + "someone/x", True),
        ("C:" + "\\Users\\someone", True),
        ("cd " + "/Users/" + "someone", True),
        ("/srv/onegrid", False),  # where an installation may live
        ("~/work/onegrid", False),
        ("framework/work/x", False),
    ],
)
def test_rule_on_homes(text: str, *, told: bool) -> None:
    assert bool(HOME.search(text)) is told


def test_no_file_knows_a_developers_machine() -> None:
    files = [path for path in committed_files() if is_text(path)]
    assert len(files) > 50
    told = [
        relative(path) for path in files if HOME.search(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert told == []

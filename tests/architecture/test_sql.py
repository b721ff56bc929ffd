"""Read SQL sees the actor's views only, knows no clock, and says what its rows are.

Every statement stands under a header of comments:

    -- name: cases_by_area
    -- grain: one row an area
    -- params: level, from_utc, to_utc
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.support.repository import ROOT, product_modules, relative, tree_of

BASE_TABLE = re.compile(r"\bcreate (?:or replace )?table (?:if not exists )?(\w+)")
TOKEN = re.compile(r'"[^"]+"|\{[^}]*\}|[\w.$]+|\S')
BEFORE_A_RELATION = {"from", "join", "into", "update", "table"}
AFTER_THE_RELATIONS = {"where", "group", "order", "having", "qualify", "window", "limit", "union", "select"}
CTE = re.compile(r"(?:\bwith (?:recursive )?|, ?)(\w+) ?(?:\([^()]*\) ?)?as (?:not )?(?:materialized )?\(")
LOOKS_LIKE_SQL = re.compile(r"\bselect\b.+\bfrom\b|\b(?:from|join) visible_\w+")
CLOCK = re.compile(
    r"(?<![\w$.])(?:(?:now|today|get_current_timestamp|get_current_time|transaction_timestamp)\s*\("
    r"|current_date\b|current_time\b|current_timestamp\b|localtime\b|localtimestamp\b)",
    re.IGNORECASE,
)


def statements_only(sql: str) -> str:
    """The SQL in lower case without comments, quoted texts, and the `from` of extract() and trim()."""
    sql = re.sub(r"/\*.*?\*/", " ", sql, flags=re.DOTALL)
    sql = re.sub(r"--[^\n]*", " ", sql)
    sql = re.sub(r"'(?:[^']|'')*'", "''", sql)
    sql = re.sub(r"\b(extract|trim|substring|overlay)\s*\([^()]*\)", r"\1", sql, flags=re.IGNORECASE)
    return re.sub(r"\s+", " ", sql).lower()


def relations(sql: str) -> set[str]:
    """Names that stand where a table may stand; functions such as unnest(…) are none."""
    tokens = ["", *TOKEN.findall(statements_only(sql)), ""]
    found: set[str] = set()
    listing = [False]  # per open parenthesis: are we in its list of relations?
    expected = False
    for before, word, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if word == "(":
            listing.append(False)
            expected = False
        elif word == ")" and len(listing) > 1:
            listing.pop()
        elif word in BEFORE_A_RELATION and before != "distinct":
            listing[-1] = expected = True
        elif word in AFTER_THE_RELATIONS:
            listing[-1] = expected = False
        elif word == ",":
            expected = listing[-1]
        elif expected and word != "lateral":
            expected = False
            found |= {word.strip('"')} if after != "(" else set()
    return found


def table_violations(sql: str, base_tables: set[str]) -> set[str]:
    """Relations that are neither a visible_* view nor a named subquery of the text itself."""
    named = set(CTE.findall(statements_only(sql)))
    allowed = {name for name in relations(sql) if name.startswith("visible_")}
    return (relations(sql) - named - allowed) | (named & base_tables)


def base_tables() -> set[str]:
    migrations = sorted((ROOT / "data" / "migrations").glob("*.sql"))
    assert migrations
    return {name for path in migrations for name in BASE_TABLE.findall(statements_only(path.read_text()))}


def query_files() -> list[Path]:
    found = sorted((ROOT / "queries").rglob("*.sql"))
    assert found, "no .sql file in queries/"
    return found


def blocks(sql: str) -> list[tuple[str, str]]:
    """(name, text) of each statement of a file; what stands before the first name is called ''."""
    before, *rest = re.split(r"^-- name: *", sql, flags=re.MULTILINE)
    named = [(text.partition("\n")[0].strip(), text.partition("\n")[2]) for text in rest]
    return ([("", before)] if statements_only(before).strip() else []) + named


def header_faults(name: str, text: str) -> list[str]:
    """What a statement's header leaves out."""
    head = dict(re.findall(r"^-- (grain|params): *(\S.*)$", text, flags=re.MULTILINE))
    used = set(re.findall(r"\$([a-z]\w*)", statements_only(text)))
    documented = set(re.findall(r"\w+", head.get("params", "")))
    faults = [] if re.fullmatch(r"[a-z][a-z0-9_]*", name) else ["no `-- name:` line"]
    faults += [] if "grain" in head else ["no `-- grain:` line"]
    return faults + [f"`-- params:` does not tell ${one}" for one in sorted(used - documented)]


def names_used(tree: ast.Module) -> set[str]:
    """Patterns of the statements that code may name: a text that is a word, and f"close_{kind}" between brackets."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            found.add(node.value)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else None for part in node.slice.values]
            found.add("".join(r"\w+" if part is None else re.escape(str(part)) for part in parts))
    return found


# What the rules themselves must catch and let pass.
@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select * from visible_cases", set()),  # an actor's view
        ("select * from cases", {"cases"}),  # a base table
        ('select * from "cases" c', {"cases"}),  # quoted
        ("select * from main.cases", {"main.cases"}),  # with its schema
        ("select 1 from visible_cases c, area a", {"area"}),  # second in a comma list
        ("select 1 from visible_cases\nleft join area on true", {"area"}),  # joined
        ("with x as (select * from visible_cases) select * from x", set()),  # a named subquery
        ("with x as (select 1), y as (select 2) select * from x, y", set()),  # two of them
        ("with cases as (select * from visible_cases) select * from cases", {"cases"}),  # posing as a table
        ("select * from unnest($ids)", set()),  # a function
        ("select extract(hour from reported_at) from visible_cases", set()),  # no table
        ("select 1 from visible_cases where a is distinct from b", set()),  # no table
        ("select 1 -- from cases\nfrom visible_cases", set()),  # a comment
        ("select * from {source}", {"{source}"}),  # what a program fills in may be anything
        ("select 1 from (select * from cases)", {"cases"}),  # inside
        ("delete from cases", {"cases"}),  # a write
    ],
)
def test_rule_on_tables(sql: str, expected: set[str]) -> None:
    assert table_violations(sql, {"cases", "area"}) == expected


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("select now()", True),
        ("select current_date", True),
        ("where closed_at < CURRENT_TIMESTAMP", True),
        ("select today ()", True),
        ("where reported_at <= $now", False),  # the clock's own answer, handed in
        ("select as_of_now from x -- now() is forbidden", False),
        ("select 'now()'", False),
    ],
)
def test_rule_on_the_clock(sql: str, *, told: bool) -> None:
    assert bool(CLOCK.search(statements_only(sql))) is told


def test_rule_on_headers() -> None:
    good = "-- grain: one row an area\n-- params: level\nselect $level"
    assert header_faults("areas", good) == []
    assert header_faults("areas", "select $level") == [
        "no `-- grain:` line",
        "`-- params:` does not tell $level",
    ]
    assert [name for name, _ in blocks("select 1;\n-- name: a\n-- grain: one\nselect 2")] == ["", "a"]


@pytest.mark.parametrize(
    ("code", "used"),
    [
        ('_SQL["areas"]', {"areas"}),
        ('rows = run(_SQL, "areas")', {"areas"}),
        ('_SQL[f"close_{kind}"]', {r"close_\w+", "close_"}),
        ('print(f"{kind} areas")', set()),  # a text for people
        ('"""Reads areas."""', set()),
    ],
)
def test_rule_on_names(code: str, used: set[str]) -> None:
    assert names_used(ast.parse(code)) == used


def test_migrations_tell_the_base_tables() -> None:
    assert {"cases", "area", "case_person", "import_batch", "audit"} <= base_tables()


def test_queries_read_the_visible_views_only() -> None:
    tables = base_tables()
    faults = {
        f"{relative(path)}: {name}": sorted(bad)
        for path in query_files()
        for name, text in blocks(path.read_text(encoding="utf-8"))
        if (bad := table_violations(text, tables))
    }
    assert faults == {}


def test_queries_in_python_are_composed_in_one_module_and_read_views() -> None:
    """A text constant with SQL stands in queries/compose.py alone, and there reads views too."""
    modules = [path for path in product_modules() if relative(path).startswith("queries/")]
    assert modules
    tables = base_tables()
    for path in modules:
        docs = docstrings(tree_of(path))
        for node in ast.walk(tree_of(path)):
            if not (isinstance(node, ast.Constant) and isinstance(node.value, str)) or id(node) in docs:
                continue
            place = f"{relative(path)}:{node.lineno}"
            if relative(path) == "queries/compose.py":
                assert not relations(node.value) & tables, place
            else:
                assert not LOOKS_LIKE_SQL.search(statements_only(node.value)), place


def docstrings(tree: ast.Module) -> set[int]:
    """ids of the constants that are docstrings or bare strings."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def test_every_query_has_a_header() -> None:
    faults = {
        f"{relative(path)}: {name or '(first)'}": told
        for path in query_files()
        for name, text in blocks(path.read_text(encoding="utf-8"))
        if (told := header_faults(name, text))
    }
    assert faults == {}


def sql_files() -> list[Path]:
    found = [path for layer in ("data", "queries") for path in sorted((ROOT / layer).rglob("*.sql"))]
    assert len(found) > 1
    return found


def test_no_sql_asks_the_machine_for_the_time() -> None:
    told = [relative(path) for path in sql_files() if CLOCK.search(statements_only(path.read_text()))]
    assert told == []


def test_every_named_statement_is_used() -> None:
    used = re.compile("|".join(set().union(*(names_used(tree_of(path)) for path in product_modules()))))
    named = {
        f"{relative(path)}: {name}": name
        for path in sql_files()
        for name, _text in blocks(path.read_text(encoding="utf-8"))
        if name
    }
    assert len(named) > 50
    assert [place for place, name in named.items() if not used.fullmatch(name)] == []

"""Writes docs/data-dictionary.md from the migrations: `python -m scripts.data_dictionary`."""

import re
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "data-dictionary.md"

HEAD = """# Data dictionary

Every table of the store. Written from the migrations by `python -m scripts.data_dictionary`; times are naive UTC,
degrees are WGS-84, and a screen reads only the `visible_*` views over these tables (adr/0004-store.md).
"""
_TABLE = re.compile(r"create table (\w+) (?:\((.*)\)|as (select .*))", re.DOTALL)
_ADDED = re.compile(r"alter table (\w+) add column (\w+) (.+)", re.DOTALL)
_SPLIT = re.compile(r";(?:\n|$)")


@dataclass
class _Table:
    """One table: its comments, the statement it was copied from, its columns (or those added to the copy)."""

    comments: list[str]
    copied: str | None
    columns: list[tuple[str, str]] = field(default_factory=list)

    def markdown(self) -> list[str]:
        """The paragraphs below the heading."""
        rows = [f"| `{name}` | {kind} |" for name, kind in self.columns]
        table = "\n".join(["| column | type |", "|---|---|", *rows]) if rows else ""
        copied = ""
        if self.copied:
            copied = f"The columns of `{self.copied}`" + (", and:" if rows else ".")
        return [*(text[:1].upper() + text[1:] for text in self.comments), copied, table]


def described(sql: str) -> str:
    """The tables of the migrations as Markdown; a column that a later migration added stands last."""
    tables: dict[str, _Table] = {}
    for text in _SPLIT.split(sql):
        block = text.strip().rpartition("\n\n")[2]  # what stands above a blank line speaks of more than this
        comment = " ".join(re.findall(r"^-- (.*)$", block, re.MULTILINE))
        comments = [comment] if comment else []
        statement = re.sub(r"^--.*\n", "", block, flags=re.MULTILINE)
        if match := _TABLE.search(statement):
            name, columns, copied = match.groups()
            tables[name] = _Table(comments, copied, _columns(columns or ""))
        elif match := _ADDED.search(statement):
            name, column, kind = match.groups()
            tables[name].columns.append((column, kind.strip()))
            tables[name].comments += comments
    parts = [HEAD]
    for name, table in tables.items():
        parts += [f"## {name}", *table.markdown()]
    return "\n\n".join(part.strip() for part in parts if part) + "\n"


def _columns(columns: str) -> list[tuple[str, str]]:
    lines = [line.strip().rstrip(",").partition(" ") for line in columns.strip().splitlines()]
    return [(name, kind) for name, _space, kind in lines]


def migrations() -> str:
    """The text of all migrations, in order."""
    files = sorted((ROOT / "data" / "migrations").glob("*.sql"))
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


if __name__ == "__main__":
    TARGET.write_text(described(migrations()), encoding="utf-8")

"""Loads named SQL statements from .sql files.

A file holds blocks, each opened by `-- name: <name>`; comment lines that follow say the grain and the
parameters (`$parameter` in the text). Nothing is formatted into a statement: values are always bound.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

Params = Mapping[str, object]

_PARAMETER = re.compile(r"\$(\w+)")
_NAME = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)


@cache
def statements(path: Path) -> dict[str, str]:
    """All statements of a file by name.

    Raises ValueError where a file has no named block or a name stands twice: a defect of the program.
    """
    parts = _NAME.split(path.read_text(encoding="utf-8"))
    names, bodies = parts[1::2], parts[2::2]
    if not names or len(set(names)) != len(names):
        raise ValueError(f"{path.name}: expected uniquely named statements, found {names}")
    return {name: body.strip() for name, body in zip(names, bodies, strict=True)}


def bound(sql: str, params: Params | None) -> dict[str, object] | None:
    """The parameters that the statement names: DuckDB refuses any other."""
    names = set(_PARAMETER.findall(sql))
    return {name: params[name] for name in names} if params and names else None

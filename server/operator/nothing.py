"""Where a command that found nothing has looked: the database it read may be another one than was meant."""

from pathlib import Path
from typing import Any

from domain.i18n import _

_COUNTED = {
    "rate": "compounds",
    "figures": "cases",
    "indicator": "cases",
    "summary": "total",
    "relocate": "cases",
    "export_cases": "rows",
    "export_view": "rows",
    "users_list": "total",
    "audit_list": "total",
}
"""What a verb's result counts; a result that does not hold the key is about one thing, which is there."""


def looked_into(verb: str, result: dict[str, Any], db: Path) -> str | None:
    """Which database was read and what to do, where a verb found nothing; None where it found something."""
    if verb == "status":
        return None if any(result["contents"].values()) else _empty(db)
    found_nothing = not result["sources"] if verb == "source" else result.get(_COUNTED.get(verb, "")) == 0
    if not found_nothing:
        return None
    return _(
        "没有找到任何记录。读的是数据库 {path}；python -m data status 看里面有什么，--db 指定另一个。"
    ).format(path=db)


def _empty(db: Path) -> str:
    return _("数据库 {path} 是空的：用 python -m data import 导入，或用 --db 指定另一个。").format(path=db)

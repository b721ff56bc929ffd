"""An event's detail in words: names of facts, and a filter as its conditions."""

import json
from collections.abc import Iterator
from typing import Any

from domain.audit import Action
from domain.errors import InputRefused
from domain.filter_words import filter_words
from domain.filters import CaseFilter
from domain.i18n import N_, _
from domain.retention import Kept
from domain.vocabulary import ImportKind, Role
from queries.audit import AuditRow

_NAMES = {
    "accepted": N_("接受"),
    "actions": N_("动作"),
    "actor": N_("谁"),
    "address": N_("地址"),
    "after": N_("在第几行之后"),
    "area_source": N_("落区依据"),
    "areas": N_("区划"),
    "backup": N_("备份文件"),
    "as_of": N_("统计时点"),
    "batch": N_("批次"),
    "cases": N_("案件"),
    "cells": N_("清除的处数"),
    "chain": N_("审计链退回"),
    "days": N_("保留天数"),
    "departments": N_("部门"),
    "done": N_("已执行"),
    "every_hours": N_("约定（小时）"),
    "fields": N_("看到的字段"),
    "file": N_("文件"),
    "filter": N_("筛选条件"),
    "filter_words": N_("筛选条件"),
    "format": N_("格式"),
    "from": N_("从"),
    "inserted": N_("新增"),
    "kept": N_("原库保留为"),
    "kind": N_("内容"),
    "located": N_("坐标落区"),
    "moved": N_("移动"),
    "name": N_("名称"),
    "note": N_("备注"),
    "read": N_("读入"),
    "reason": N_("理由"),
    "rejected": N_("拒绝"),
    "removed": N_("删去的行"),
    "restored": N_("恢复的行"),
    "roles": N_("角色"),
    "rows": N_("行数"),
    "sha256": "SHA-256",
    "subject": N_("对象"),
    "timezone": N_("时区"),
    "to": N_("到"),
    "unchanged": N_("未变"),
    "updated": N_("更新"),
}
"""What the names in a detail are called; others are shown as they are stored."""


def told(row: AuditRow) -> list[tuple[str, str]]:
    """The detail as names and values in the reader's language; plain text, as hostile as any data."""
    return [(_named(name), text) for name, value in row.facts().items() for text in _values(row, name, value)]


def short(row: AuditRow) -> str:
    """The detail in one line."""
    return _("；").join(f"{name} {value}".strip() for name, value in told(row))


def _named(name: str) -> str:
    return _(_NAMES[name]) if name in _NAMES else name


def _values(row: AuditRow, name: str, value: Any) -> Iterator[str]:
    if name == "filter" and row.code == Action.EXPORT_CASES and isinstance(value, dict):
        yield from _conditions(value)
    elif isinstance(value, dict):
        yield _("、").join(f"{_term(name, key)} {_plain(item)}" for key, item in value.items())
    elif isinstance(value, list):
        yield _("、").join(_term(name, item) for item in value)
    else:
        yield _term(name, value)


def _conditions(query: dict[str, Any]) -> list[str]:
    """The conditions of a stored filter of cases; as it is stored where this program does not understand it."""
    try:
        lists = {key: value if isinstance(value, list) else [value] for key, value in query.items()}
        return filter_words(CaseFilter.from_query(lists))
    except InputRefused:
        return [json.dumps(query, ensure_ascii=False)]


def _term(name: str, value: Any) -> str:
    """A stored term by its label, where the name says which vocabulary it is of."""
    vocabulary = {
        "roles": Role,
        "kind": ImportKind,
        "fields": Kept,
        "cells": Kept,
        "days": Kept,
        "actions": Action,
    }
    terms = vocabulary.get(name)
    if terms is not None and value in set(terms):
        return terms(value).label
    return _named(value) if isinstance(value, str) and name in {"chain", "filter"} else _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if value is None:
        return "—"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

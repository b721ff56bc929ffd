"""What is wrong in a declared file, in the reader's language: the key, the value seen, what was expected.

Works on pydantic's faults; what the models' own validators say is taken as it stands.
"""

import difflib
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from tomllib import TOMLDecodeError
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from domain.i18n import N_, _

Fault = Mapping[str, Any]
"""One of pydantic's faults, as `ValidationError.errors` has it."""

_LONGEST = 80
_AT = re.compile(r"\(at line (\d+), column (\d+)\)")
_MISSING = {"missing", "union_tag_not_found"}

_EXPECTED = {
    "greater_than": N_("大于 {gt}"),
    "greater_than_equal": N_("不小于 {ge}"),
    "less_than": N_("小于 {lt}"),
    "less_than_equal": N_("不大于 {le}"),
    "finite_number": N_("是有限的数"),
    "float_type": N_("是数"),
    "float_parsing": N_("是数"),
    "int_type": N_("是整数"),
    "int_parsing": N_("是整数"),
    "int_from_float": N_("是整数"),
    "bool_type": N_("是 true 或 false"),
    "bool_parsing": N_("是 true 或 false"),
    "string_type": N_("是带引号的文字"),
    "string_too_short": N_("至少有 {min_length} 个字"),
    "string_too_long": N_("至多有 {max_length} 个字"),
    "string_pattern_mismatch": N_("小写字母开头，只用小写字母、数字和下划线"),
    "too_short": N_("至少有 {min_length} 项"),
    "too_long": N_("至多有 {max_length} 项"),
    "tuple_type": N_("是列表 [ … ]"),
    "list_type": N_("是列表 [ … ]"),
    "dict_type": N_("是表 {{ … }}"),
    "model_type": N_("是表 {{ … }}"),
    "model_attributes_type": N_("是表 {{ … }}"),
    "dataclass_type": N_("是带引号的条件"),
}


@dataclass(frozen=True)
class Inherited:
    """What a file takes over: the name after `extends` (None where it takes over nothing) and what that one says."""

    name: str | None = None
    document: Mapping[str, Any] = field(default_factory=dict)


def syntax(error: TOMLDecodeError, text: str) -> str:
    """Where a text is no TOML, and what stands there."""
    found = _AT.search(str(error))
    if found is None:
        return _("文件到末尾还没有写完，多半少了引号或括号")
    line, column = int(found[1]), int(found[2])
    there = text.splitlines()[line - 1 : line]
    return _("第 {line} 行第 {column} 列：{text}").format(
        line=line, column=column, text=_cut("".join(there).strip())
    )


def lines(error: ValidationError, root: type[BaseModel], inherited: Inherited) -> list[str]:
    """One line a fault, in the order of the model; entries that are new by mistake are told once each."""
    faults: Sequence[Fault] = [fault for fault in error.errors(include_url=False) if not _follows(fault)]
    new = _new_entries(faults, root, inherited)
    told: list[str] = []
    for fault in faults:
        entry = tuple(map(str, fault["loc"][:2]))
        is_new = fault["type"] in _MISSING and entry in new
        line = _new(entry, new[entry], inherited) if is_new else _line(fault, root)
        if line not in told:
            told.append(line)
    return told


def expected(fault: Fault) -> str:
    """What a fault's value should be, to stand after 应当; pydantic's own words for what is not foreseen here."""
    context = fault.get("ctx", {})
    if fault["type"] in {"literal_error", "enum", "union_tag_invalid"}:
        told = context.get("expected") or context.get("expected_tags", "")
        known = re.findall(r"'([^']*)'", str(told))
        return _("是 {known} 之一").format(known=joined(closest(str(fault["input"]), known)))
    words = _EXPECTED.get(fault["type"])
    if words is not None:
        told = {name: f"{value:g}" if isinstance(value, float) else value for name, value in context.items()}
        return _(words).format(**told)
    return str(fault["msg"])


def seen(value: object) -> str:
    """A value about as the file writes it, cut where it is long."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return _cut(json.dumps(value, ensure_ascii=False, default=str))


def closest(name: str, known: Iterable[str]) -> list[str]:
    """The known names, those first that a name resembles."""
    names = list(known)
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    return [*near, *(other for other in names if other not in near)]


def _follows(fault: Fault) -> bool:
    """Whether a list is called too short only because entries of it are wrong, which is told beside it."""
    return fault["type"] == "too_short" and bool(len(fault["input"]) >= fault["ctx"]["min_length"])


def _line(fault: Fault, root: type[BaseModel]) -> str:
    path, table = _place(fault["loc"], root)
    key = ".".join(path)
    match fault["type"]:
        case "extra_forbidden":
            return _("{key}：没有这个键（写的是 {seen}）。可用的键：{known}。").format(
                key=key, seen=seen(fault["input"]), known=joined(closest(path[-1], _keys(table)))
            )
        case "missing":
            return _("{key}：缺少这个键，必须写上。").format(key=key)
        case "union_tag_not_found":
            return _("{key}：缺少这个键，必须写上。").format(key=f"{key}.kind")
        case "value_error":
            reason = str(fault.get("ctx", {}).get("error", fault["msg"]))
            return _("{key}：{reason}").format(key=key, reason=reason) if key else reason
        case _:
            return _("{key}：写的是 {seen}，应当{expected}。").format(
                key=key, seen=seen(fault["input"]), expected=expected(fault)
            )


def _new_entries(
    faults: Sequence[Fault], root: type[BaseModel], inherited: Inherited
) -> dict[tuple[str, ...], list[str]]:
    """Entries of tables (items.NAME) that are not in what is taken over, and the keys that they lack."""
    found: dict[tuple[str, ...], list[str]] = {}
    for fault in faults:
        table, *rest = map(str, fault["loc"])
        if inherited.name is None or fault["type"] not in _MISSING or not rest:
            continue
        if get_origin(_keys(root).get(table)) is dict and rest[0] not in inherited.document.get(table, {}):
            path, _table = _place(fault["loc"], root)
            lacking = "kind" if fault["type"] == "union_tag_not_found" else ".".join(path[2:])
            found.setdefault((table, rest[0]), []).append(lacking)
    return found


def _new(entry: tuple[str, ...], lacking: list[str], inherited: Inherited) -> str:
    table, name = entry
    known = closest(name, inherited.document.get(table, {}))
    return _(
        "{key}：所沿用的“{base}”里没有“{name}”可改，那里有：{known}。要新增“{name}”，还缺 {lacking}。"
    ).format(
        key=".".join(entry), base=inherited.name, name=name, known=joined(known), lacking=joined(lacking)
    )


def _place(loc: tuple[int | str, ...], root: type[BaseModel]) -> tuple[list[str], Any]:
    """The keys of a place as the file writes them, and the annotation of the table that the last one stands in."""
    path: list[str] = []
    table: Any = root
    current: Any = root
    for part in loc:
        models = _models(current)
        if len(models) > 1:
            chosen = [model for model in models if part in _tags(model)]
            current = chosen[0] if chosen else current
            continue
        if part == "[key]":
            continue
        path.append(str(part))
        table, current = current, _inside(current, part)
    return path, table


def _inside(annotation: Any, part: int | str) -> Any:
    """The annotation of what stands in a table under a key, in a list at an index; None where it is not known."""
    inner = [kind for kind in get_args(annotation) if kind is not Ellipsis]
    if get_origin(annotation) is dict:
        return inner[-1]
    if isinstance(part, int):
        return inner[min(part, len(inner) - 1)] if inner else None
    return _keys(annotation).get(part)


def _keys(annotation: Any) -> dict[str, Any]:
    """Keys of a table as they are written in the file, with their annotations."""
    return {
        info.alias or name: info.annotation
        for model in _models(annotation)
        for name, info in model.model_fields.items()
    }


def _tags(model: type[BaseModel]) -> tuple[Any, ...]:
    return get_args(model.model_fields["kind"].annotation) if "kind" in model.model_fields else ()


def _models(annotation: Any) -> list[type[BaseModel]]:
    """The models that a value may be of, those inside lists and tables of it not counted."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if get_origin(annotation) in {dict, list, tuple}:
        return []
    return [model for part in get_args(annotation) for model in _models(part)]


def joined(names: Iterable[str]) -> str:
    """Names as a list in the reader's language."""
    return _("、").join(names)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"

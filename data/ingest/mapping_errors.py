"""Says in plain words what is wrong with a mapping file, one line a fault, with the key's TOML path."""

import difflib
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from domain.i18n import _
from domain.profile_faults import expected, seen


def messages(error: ValidationError, root: type[BaseModel]) -> list[str]:
    """One line a fault, in the order of the file; see the module."""
    lines: list[str] = []
    for fault in error.errors(include_url=False):
        lines += _lines(fault, root)
    return lines


def nearest(name: str, known: list[str] | tuple[str, ...]) -> str:
    """The known name that an unknown one most resembles, as the end of a message; empty where none does."""
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return _("，是不是“{near}”？").format(near=near[0]) if near else ""


def unknown_value(key: str, seen: str, known: tuple[str, ...]) -> str:
    """That a key holds none of the known values, and which they are."""
    return _("{key}：“{seen}”不在可用值之内{near} 可用：{known}").format(
        key=key, seen=seen, near=nearest(seen, known) or "。", known="、".join(known)
    )


def _lines(fault: ErrorDetails, root: type[BaseModel]) -> list[str]:
    # A joined column is validated from a short form: its inner field names do not stand in the file.
    path = [str(part) for part in fault["loc"] if part != "function-before"]
    key = ".".join(path)
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "extra_forbidden":
        return [_("{key}：没有这个键{near}").format(key=key, near=_nearest_key(path, root))]
    if kind == "missing":
        return [_("{key}：缺少这个键。").format(key=key)]
    if kind == "value_error":
        return str(context.get("error", fault["msg"])).splitlines()
    return [
        _("{key}：写的是 {seen}，应当{expected}。").format(
            key=key, seen=seen(fault["input"]), expected=expected(fault)
        )
    ]


def _nearest_key(path: list[str], root: type[BaseModel]) -> str:
    """The field of the enclosing table that the unknown key most resembles."""
    table = _model_at(path[:-1], root)
    known = list(_keys(table)) if table else []
    near = difflib.get_close_matches(path[-1], known, n=1, cutoff=0.5)
    if near:
        return _("，是不是 {near}？").format(near=near[0])
    return _("。可用的键：{known}").format(known="、".join(known)) if known else "。"


def _model_at(path: list[str], model: type[BaseModel]) -> type[BaseModel] | None:
    current: type[BaseModel] | None = model
    for part in path:
        if current is None:
            return None
        keys = _keys(current)
        if part not in keys:
            continue  # the name of an entry in a table of tables, such as values.state
        current = _model_of(keys[part])
    return current


def _keys(model: type[BaseModel]) -> dict[str, Any]:
    """Keys of a table as they are written in the file, with their annotations."""
    return {info.alias or name: info.annotation for name, info in model.model_fields.items()}


def _model_of(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        found = _model_of(part)
        if found is not None:
            return found
    return None

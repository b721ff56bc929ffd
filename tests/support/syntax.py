"""Functions of the product as their syntax trees tell: parameters, local names and what they may hold.

Names are followed by where they are bound, not by what runs: a name holds whatever any line of its function
gives it, and a list everything that is appended to it.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from tests.support.repository import dotted_name
from tests.support.streamlit_text import MARKDOWN_KEYWORDS

_GROWS = {"append", "extend", "insert", "add", "update", "appendleft"}
"""Methods that put more into what a name holds."""


@dataclass
class Function:
    """A function of the product, or the body of a module."""

    name: str
    module: Module
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Module
    outer: Function | None = None

    @cached_property
    def parameters(self) -> dict[str, ast.expr | None]:
        """Every parameter with its annotation."""
        if isinstance(self.node, ast.Module):
            return {}
        told = self.node.args
        every = [*told.posonlyargs, *told.args, *told.kwonlyargs, told.vararg, told.kwarg]
        return {one.arg: one.annotation for one in every if one is not None}

    @cached_property
    def positional(self) -> list[str]:
        """The parameters that are given by place, without `self`."""
        if isinstance(self.node, ast.Module):
            return []
        names = [one.arg for one in [*self.node.args.posonlyargs, *self.node.args.args]]
        return [name for name in names if name not in {"self", "cls"}]

    @cached_property
    def own_nodes(self) -> list[ast.AST]:
        """All nodes of the body, without those of functions inside it."""
        return list(walk(self.node))

    @cached_property
    def bound(self) -> dict[str, list[ast.expr]]:
        """Each local name with every expression whose text it may hold."""
        found: dict[str, list[ast.expr]] = defaultdict(list)
        for node in self.own_nodes:
            for name, value in _bindings(node):
                found[name].append(value)
        return found

    @property
    def answers(self) -> Iterator[ast.expr]:
        """Every expression that is returned or yielded."""
        for node in self.own_nodes:
            if isinstance(node, ast.Return | ast.Yield | ast.YieldFrom) and node.value is not None:
                yield node.value


@dataclass
class Module:
    """A module: what its names mean."""

    path: str
    tree: ast.Module
    imports: dict[str, str] = field(default_factory=dict)

    @property
    def dotted(self) -> str:
        """`ui.encode` for ui/encode.py."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """Everything below a node that belongs to the same function; functions inside it as a whole."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from walk(child)


def _bindings(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:  # noqa: C901  (one case a kind of statement)
    """Names that a node gives a value, or more of it."""
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _unpacked(target, value)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield from _unpacked(target, value)
        case ast.AugAssign(target=target, value=value):
            yield from _unpacked(target, value)
        case ast.NamedExpr(target=target, value=value):
            yield from _unpacked(target, value)
        case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
            yield from _unpacked(target, value, looped=True)
        case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
            yield from _unpacked(target, value)
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr), args=arguments) if (
            attr in _GROWS
        ):
            for argument in arguments:
                yield name, argument
        case ast.ExceptHandler(name=str(name), type=ast.expr() as kind):
            yield name, kind


def _unpacked(target: ast.expr, value: ast.expr, *, looped: bool = False) -> Iterator[tuple[str, ast.expr]]:
    """Each name of a target with its part of the value, or all of it where parts cannot be told."""
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Subscript):
        yield from _unpacked(target.value, value)
    elif isinstance(target, ast.Tuple | ast.List):
        for place, part in enumerate(target.elts):
            inner = part.value if isinstance(part, ast.Starred) else part
            yield from _unpacked(inner, _part(value, place, len(target.elts), looped=looped))


def _part(value: ast.expr, place: int, count: int, *, looped: bool) -> ast.expr:
    name = dotted_name(value.func) if isinstance(value, ast.Call) else ""
    if looped and isinstance(value, ast.Call) and name == "zip" and len(value.args) == count:
        return value.args[place]
    if looped and isinstance(value, ast.Call) and name == "enumerate":
        return ast.Constant(0) if place == 0 else value.args[0]
    if not looped and isinstance(value, ast.Tuple) and len(value.elts) == count:
        return value.elts[place]
    return value


def given(call: ast.Call, function: Function, parameter: str) -> list[ast.expr]:
    """What a call hands to a parameter; nothing where its default stands."""
    told = [keyword.value for keyword in call.keywords if keyword.arg == parameter]
    names = function.positional
    if parameter in names and names.index(parameter) < len(call.args):
        told.append(call.args[names.index(parameter)])
    node = function.node
    if not isinstance(node, ast.Module):
        if node.args.vararg is not None and node.args.vararg.arg == parameter:
            told += call.args[len(names) :]
        if node.args.kwarg is not None and node.args.kwarg.arg == parameter:
            others = [word for word in call.keywords if word.arg not in function.parameters]
            told += [word.value for word in others if word.arg in MARKDOWN_KEYWORDS]
    return told

"""Which text reaches Streamlit as Markdown without having passed the encoder, read from the syntax trees.

A *sink* is an argument that Streamlit reads as Markdown: the body of st.markdown, the label of a button, any
`help`. An expression *leaks* where its text may come from outside the program: anything but constants, their
translations, numbers, times, members of our own enums, and what `markdown_text` has written. Text is followed
through local variables, through functions of the product by what they return, and out of functions by their
parameters: a function that hands a parameter to a sink is a sink itself for whoever calls it.

What the reading cannot tell: attributes are known by name only (`row.cases` counts as the number that every
class of ours means by `cases`), and frames given to st.table are not looked into.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from tests.support.repository import dotted_name
from tests.support.streamlit_text import markdown_arguments
from tests.support.syntax import Function, Module, given, walk

ENCODER = "ui.encode.markdown_text"

_NOT_TEXT = {
    *("int", "float", "bool", "complex", "None", "date", "datetime", "time", "timedelta", "tzinfo"),
    *("Path", "ZoneInfo", "re.Pattern", "np.ndarray", "slice", "range"),
}
"""Types whose values cannot carry somebody's text."""

_PASS_ON = {"str", "cut", "list", "tuple", "set", "dict", "sorted", "reversed", "zip", "enumerate", "map"}
_PASS_ON |= {"min", "max", "next", "iter", "filter", "itertools.chain"}
_TRANSLATIONS = {"domain.i18n._", "domain.i18n.N_", "domain.i18n.ngettext_"}
_NUMBERS = {
    "len",
    "divmod",
    "datetime.timedelta",
    "int",
    "float",
    "round",
    "abs",
    "sum",
    "range",
    "bool",
    "ord",
    "pd.isna",
    "isinstance",
}
_TEXT_METHODS = {
    *("join", "format", "lower", "upper", "strip", "rstrip", "lstrip", "title", "capitalize", "replace"),
    *("removeprefix", "removesuffix", "split", "rsplit", "splitlines", "partition", "rpartition", "casefold"),
    *("get", "items", "values", "keys", "copy", "pop", "head", "most_common"),
}
_NO_TEXT_ATTRIBUTES = {"year", "month", "day", "hour", "minute", "date", "days", "total_seconds"}


@dataclass(frozen=True)
class Leak:
    """Text of unknown origin (`what`, as it stands in the code), or the parameter of a function."""

    what: str
    parameter_of: str = ""


Leaks = frozenset[Leak]
NONE: Leaks = frozenset()


@dataclass(frozen=True, order=True)
class Hole:
    """A place where text that was not encoded becomes Markdown."""

    path: str
    line: int
    what: str


class Product:
    """All modules together; `holes` is what is asked of them."""

    def __init__(self, trees: Mapping[str, ast.Module], own_words: Collection[str] = ()) -> None:
        self._own_words = own_words
        self._functions: dict[str, Function] = {}
        self._methods: dict[str, list[Function]] = defaultdict(list)
        self._fields: dict[str, list[ast.expr]] = defaultdict(list)
        self._enums: set[str] = set()
        self._answers: dict[str, Leaks | None] = {}
        for path, tree in trees.items():
            self._read(Module(path, tree))

    def holes(self, within: tuple[str, ...]) -> list[Hole]:
        """Every leak into a sink in the modules whose path begins with one of `within`."""
        callers, found, seen = self._callers(), set[Hole](), set[Leak]()
        waiting = list(self._sinks(within))
        while waiting:
            function, argument = waiting.pop()
            for leak in self.leaks(argument, function) - seen:
                handed = callers[leak.parameter_of] if leak.parameter_of else []
                if not handed:
                    found.add(Hole(function.module.path, argument.lineno, leak.what))
                    continue
                seen.add(leak)
                taker = self._functions[leak.parameter_of]
                waiting += [(who, part) for who, call in handed for part in given(call, taker, leak.what)]
        return sorted(found)

    def _sinks(self, within: tuple[str, ...]) -> Iterator[tuple[Function, ast.expr]]:
        """Every argument that Streamlit reads as Markdown, with the function that it stands in."""
        for function in self._functions.values():
            if function.module.path.startswith(within):
                for node in function.own_nodes:
                    if isinstance(node, ast.Call):
                        yield from ((function, argument) for argument in self._sinks_of(node, function))

    def leaks(self, node: ast.expr, within: Function) -> Leaks:  # noqa: C901, PLR0911, PLR0912  (one case a kind)
        """Where the text of an expression may come from."""
        match node:
            case ast.Constant() | ast.Compare() | ast.UnaryOp():
                return NONE
            case ast.JoinedStr():
                return self._all(node.values, within)
            case ast.FormattedValue():
                return NONE if _is_numeric(node.format_spec) else self.leaks(node.value, within)
            case ast.BinOp():
                return self._all([node.left, node.right], within)
            case ast.BoolOp():
                return self._all(node.values, within)
            case ast.IfExp():
                return self._all([node.body, node.orelse], within)
            case ast.NamedExpr() | ast.Starred() | ast.Await():
                return self.leaks(node.value, within)
            case ast.List() | ast.Tuple() | ast.Set():
                return self._all(node.elts, within)
            case ast.Dict():
                return self._all(node.values, within)
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp():
                return self.leaks(node.elt, within)
            case ast.DictComp():
                return self.leaks(node.value, within)
            case ast.Lambda():
                inside = {name: leak for name in _names(node.args) if (leak := Leak(name, "lambda"))}
                return frozenset(
                    Leak(ast.unparse(node)) if leak in inside.values() else leak
                    for leak in self.leaks(node.body, _with_parameters(within, inside))
                )
            case ast.Subscript():
                return self.leaks(node.value, within)
            case ast.Name():
                return self._name(node, within)
            case ast.Attribute():
                return self._attribute(node, within)
            case ast.Call():
                return self._call(node, within)
        return frozenset({Leak(ast.unparse(node))})

    def _all(self, nodes: Iterable[ast.expr], within: Function) -> Leaks:
        return frozenset().union(*(self.leaks(node, within) for node in nodes))

    def _name(self, node: ast.Name, within: Function) -> Leaks:
        where: Function | None = within
        while where is not None:
            if node.id in where.parameters:
                if self._is_no_text(where.parameters[node.id]):
                    return NONE
                return frozenset({Leak(node.id, where.name)})
            if node.id in where.bound:
                return self._bound(where, node.id)
            where = where.outer
        target = within.module.imports.get(node.id, "")
        module, _dot, name = target.rpartition(".")
        held = self._functions.get(module)
        if held is not None and name in held.bound:
            return self._bound(held, name)
        return NONE if name in self._enums or node.id in self._enums else frozenset({Leak(node.id)})

    def _bound(self, where: Function, name: str) -> Leaks:
        key = f"{where.name}:{name}"
        if key not in self._answers:
            self._answers[key] = NONE  # a name that is built from itself adds nothing
            self._answers[key] = self._all(where.bound[name], where)
        return self._answers[key] or NONE

    def _attribute(self, node: ast.Attribute, within: Function) -> Leaks:
        full = self._resolved(node, within)
        module, _dot, name = full.rpartition(".")
        held = self._functions.get(module)
        if held is not None and name in held.bound:
            return self._bound(held, name)
        if module.rpartition(".")[2] in self._enums:
            return NONE
        if node.attr in {*_NO_TEXT_ATTRIBUTES, *self._own_words} or node.attr.endswith("_msgid"):
            return NONE
        told, known = NONE, False
        for annotation in self._fields.get(node.attr, []):
            known = True
            if not self._is_no_text(annotation):
                told |= {Leak(ast.unparse(node))}
        for method in self._methods.get(node.attr, []):
            known = True
            told |= {Leak(ast.unparse(node)) for _leak in self._answer(method)}
        return told if known else frozenset({Leak(ast.unparse(node))})

    def _call(self, node: ast.Call, within: Function) -> Leaks:  # noqa: PLR0911  (one answer a kind of call)
        name = self._resolved(node.func, within)
        parts = [*node.args, *(keyword.value for keyword in node.keywords)]
        if name == ENCODER or name in _NUMBERS or name.rpartition(".")[2] in self._enums:
            return NONE
        if name in _TRANSLATIONS:
            return self._all(node.args, within)
        function = self._functions.get(name)
        if function is not None:
            return self._through(node, function, within)
        if name in _PASS_ON:
            return self._all(parts, within)
        if isinstance(node.func, ast.Attribute):
            if node.func.attr in _NO_TEXT_ATTRIBUTES:
                return NONE
            if node.func.attr in _TEXT_METHODS:
                return self._all([node.func.value, *parts], within)
            methods = self._methods.get(node.func.attr, [])
            if methods:
                return frozenset().union(*(self._through(node, method, within) for method in methods))
        return frozenset({Leak(ast.unparse(node))})

    def _through(self, call: ast.Call, function: Function, within: Function) -> Leaks:
        """What a call answers, its parameters filled with what was given."""
        told: set[Leak] = set()
        for leak in self._answer(function):
            if leak.parameter_of != function.name:
                told.add(leak if not leak.parameter_of else Leak(ast.unparse(call)))
                continue
            handed = given(call, function, leak.what)
            if not handed and any(isinstance(part, ast.Starred) for part in call.args):
                told.add(Leak(ast.unparse(call)))
            told |= self._all(handed, within)
        return frozenset(told)

    def _answer(self, function: Function) -> Leaks:
        node = function.node
        if not isinstance(node, ast.Module) and self._is_no_text(node.returns):
            return NONE
        key = f"{function.name}()"
        if key not in self._answers:
            self._answers[key] = NONE  # a function that calls itself adds nothing
            self._answers[key] = self._all(function.answers, function)
        return self._answers[key] or NONE

    def _is_no_text(self, annotation: ast.expr | None) -> bool:  # noqa: PLR0911  (one answer a kind of type)
        match annotation:
            case None:
                return False
            case ast.Constant(value=None):
                return True
            case ast.Constant(value=str(text)):
                return self._is_no_text(ast.parse(text, mode="eval").body)
            case ast.BinOp():
                return self._is_no_text(annotation.left) and self._is_no_text(annotation.right)
            case ast.Subscript(slice=ast.Tuple(elts=parts)):
                return all(self._is_no_text(part) for part in parts if not _is_ellipsis(part))
            case ast.Subscript():
                return self._is_no_text(annotation.slice)
        name = dotted_name(annotation)
        return name in _NOT_TEXT or name.rpartition(".")[2] in self._enums

    def _sinks_of(self, node: ast.Call, within: Function) -> Iterator[ast.expr]:
        """The arguments of a call that Streamlit reads as Markdown."""
        owner = self._resolved(node.func, within).rpartition(".")[0]
        others = {name for name in within.module.imports.values() if name != "streamlit"}
        if owner in {"log", *self._functions} or (owner and owner.partition(".")[0] in others):
            return
        yield from markdown_arguments(node, owner)

    def _resolved(self, node: ast.AST, within: Function) -> str:
        """The full dotted name of what an expression names, as far as imports tell; else as it is written."""
        name = dotted_name(node)
        first, dot, rest = name.partition(".")
        where: Function | None = within
        while where is not None and first not in where.parameters:
            if f"{where.name}.{first}" in self._functions:
                return f"{where.name}.{name}"
            where = where.outer
        return f"{within.module.imports.get(first, first)}{dot}{rest}"

    def _callers(self) -> dict[str, list[tuple[Function, ast.Call]]]:
        found: dict[str, list[tuple[Function, ast.Call]]] = defaultdict(list)
        for function in self._functions.values():
            for node in function.own_nodes:
                if isinstance(node, ast.Call):
                    found[self._resolved(node.func, function)].append((function, node))
        return found

    def _read(self, module: Module) -> None:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Import):
                module.imports |= {alias.asname or alias.name: alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                module.imports |= {
                    alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names
                }
        body = Function(module.dotted, module, module.tree)
        self._functions[module.dotted] = body
        self._read_body(module.tree.body, module, body)

    def _read_body(self, nodes: Iterable[ast.stmt], module: Module, outer: Function) -> None:
        for node in nodes:
            if isinstance(node, ast.ClassDef):
                self._read_class(node, module, outer)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                self._add(f"{outer.name}.{node.name}", node, module, outer)

    def _add(
        self, name: str, node: ast.FunctionDef | ast.AsyncFunctionDef, module: Module, outer: Function
    ) -> Function:
        function = Function(name, module, node, outer)
        self._functions[name] = function
        inner = [part for part in walk(node) if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)]
        self._read_body(inner, module, function)
        return function

    def _read_class(self, node: ast.ClassDef, module: Module, outer: Function) -> None:
        bases = {dotted_name(base).rpartition(".")[2] for base in node.bases}
        if bases & {"Enum", "StrEnum", "IntEnum", "Flag", *self._enums}:
            self._enums.add(node.name)
        for part in node.body:
            if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
                self._fields[part.target.id].append(part.annotation)
            elif isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
                name = f"{module.dotted}.{node.name}.{part.name}"
                self._methods[part.name].append(self._add(name, part, module, outer))


def _names(arguments: ast.arguments) -> list[str]:
    return [one.arg for one in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]]


def _with_parameters(within: Function, leaks: Mapping[str, Leak]) -> Function:
    """A scope inside `within` whose parameters are those of a lambda."""
    node = ast.parse(f"def inner({', '.join(leaks)}): ...").body[0]
    assert isinstance(node, ast.FunctionDef)
    return Function("lambda", within.module, node, within)


def _is_numeric(spec: ast.expr | None) -> bool:
    """Whether a format such as `,.1f` or `%Y-%m-%d` fails on text, so that no text can stand there."""
    if not isinstance(spec, ast.JoinedStr):
        return False
    text = "".join(
        part.value for part in spec.values if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )
    return text[-1:] in set("dfgeEG%n") or "%" in text


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is Ellipsis

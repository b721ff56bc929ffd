"""Writes the tables of facts and indicators in docs/indicators.md: `python -m scripts.indicator_tables`."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from domain.i18n import use_language
from domain.indicators import catalogue
from domain.indicators.conditions import Condition
from domain.indicators.facts import Fact, Reason
from domain.indicators.model import Composite, Definition, Profile

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "indicators.md"

_BLOCK = re.compile(r"(<!-- (\w+): [^\n]*-->\n).*?(<!-- end -->)", re.DOTALL)


def written(text: str) -> str:
    """The document with its tables as the catalogue has them; a block names what belongs into it."""
    tables = {"facts": _facts, "reasons": _reasons, "indicators": _profiles}
    with use_language("en"):
        return _BLOCK.sub(lambda found: f"{found[1]}\n{tables[found[2]]()}\n\n{found[3]}", text)


def _facts() -> str:
    return _table(("word", "true where"), ((f"`{fact.value}`", fact.label) for fact in Fact))


def _reasons() -> str:
    return _table(("word", "reason"), ((f"`{reason.value}`", reason.label) for reason in Reason))


def _profiles() -> str:
    shipped = [path.stem for path in sorted(catalogue.SHIPPED.glob("*.toml"))]
    return "\n\n".join(
        _profile(name, found) for name, found in catalogue.profiles().items() if name in shipped
    )


def _profile(name: str, profile: Profile) -> str:
    told = [f"### `{name}`: {profile.name}", f"Window: {profile.window.words}. {profile.note or ''}".strip()]
    heads = ("indicator", "above the line", "below the line", "left out, in this order", "besides")
    rows = ((f"`{key}` {item.name}", *_cells(item)) for key, item in profile.indicators.items())
    return "\n\n".join([*told, _table(heads, rows)])


def _cells(item: Definition) -> tuple[str, str, str, str]:
    if isinstance(item, Composite):
        terms = (
            f"{term.weight:g} × {f'(1 − `{term.indicator}`)' if term.complement else f'`{term.indicator}`'}"
            for term in item.terms
        )
        return " + ".join(terms), "", "", ""
    weighed = (f"{part.weight:g} × " if part.weight != 1 else "" for part in item.numerator)
    above = " + ".join(
        f"{weight}{_code(part.when)}" for weight, part in zip(weighed, item.numerator, strict=True)
    )
    out = (f"{left.reason.value}: {_code(left.when)}" for left in item.exclude)
    besides = [f"by `{item.window_on}`"] if item.window_on else []
    besides += [f"needs `{needed.value}`" for needed in item.needs]
    besides += [f"target {100 * item.target:g} %"] if item.target is not None else []
    besides += [f"part `{name}`: {_code(part.when)}" for name, part in item.parts.items()]
    return (
        f"{item.numerator_name}: {above}",
        str(item.denominator_name or ""),
        "; ".join(out),
        "; ".join(besides),
    )


def _code(condition: Condition) -> str:
    """A condition as a profile writes it."""
    alternatives = (
        " and ".join(f"{'' if term.holds else 'not '}{term.fact}" for term in terms)
        for terms in condition.alternatives
    )
    return f"`{' or '.join(alternatives)}`"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    def lines() -> Iterator[str]:
        yield f"| {' | '.join(heads)} |"
        yield "|---" * len(heads) + "|"
        for row in rows:
            yield f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"

    return "\n".join(lines())


if __name__ == "__main__":
    TARGET.write_text(written(TARGET.read_text(encoding="utf-8")), encoding="utf-8")

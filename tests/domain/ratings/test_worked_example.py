"""docs/ratings.md: every digit of the worked example, of the changed weight and of the small compound."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path

from domain.ratings import catalogue
from domain.ratings.arithmetic import Evidence, Rating, rate
from domain.ratings.change import why_changed
from domain.ratings.facts import Fact
from domain.ratings.lists import ListKind, supports
from domain.ratings.words import explain
from tests.support.profiles import own_ratings
from tests.support.ratings import assessed, density, evidence, share
from tests.support.repository import ROOT

TEXT = (ROOT / "docs" / "ratings.md").read_text(encoding="utf-8")
EXAMPLE, CHANGED, SMALL = (
    TEXT.partition(f"\n{start}")[2].partition(f"\n{end}")[0]
    for start, end in [
        ("## A worked example\n", "### "),
        ("### Changing a weight\n", "### "),
        ("### A small compound with three complaints\n", "## "),
    ]
)
PROFILE = catalogue.profile("hongxin")


def table(text: str) -> list[dict[str, str]]:
    """The rows of a text's only table, by its headings."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    heads, _rule, *rows = ([cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def fences(text: str, kind: str) -> list[str]:
    """The blocks of a kind."""
    return [block.strip() for block in re.findall(rf"^```{kind}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)]


def told_evidence() -> Evidence:
    """The example, made of the counts that its table tells and of what the text says."""
    counts = {row["item"]: (float(row["numerator"]), float(row["denominator"])) for row in table(EXAMPLE)}
    made = {
        "complaints": density(int(counts["complaints"][0]), round(100 * counts["complaints"][1])),
        **{name: share(*map(int, counts[name])) for name in ("on_time", "rework", "satisfaction")},
        "party_building": assessed(96),
        "inspection": assessed(78, 84),
        "credit": assessed(80),
    }
    for name, measured in made.items():
        assert (measured.numerator, measured.denominator) == counts[name], name
    facts = {Fact.UNMANAGED: False, Fact.PARTY_BRANCH: False}
    return Evidence(made, facts, {"unsafe": made["inspection"].value})


def digits(value: float | None) -> str:
    assert value is not None
    return f"{value:.4f}"


def parts(rating: Rating) -> list[list[str]]:
    """The table's rows as they are computed."""
    made = []
    for part in rating.contributions:
        measured, found = part.measured, part.scored
        assert found is not None
        down = part.weight * (found.score - found.low) / rating.known_weight
        up = part.weight * (found.high - found.score) / rating.known_weight
        figures = [measured.value, measured.low, measured.high, found.score, found.low, found.high]
        told = [f"{measured.numerator:g}", f"{measured.denominator:g}", *map(digits, figures)]
        made.append([part.item, *told, f"{part.weight:g}", *map(digits, (part.points, down, up))])
    return made


def test_every_digit_of_the_table():
    assert [list(row.values()) for row in table(EXAMPLE)] == parts(rate(PROFILE, told_evidence()))


def test_the_sums_below_it():
    rating = rate(PROFILE, told_evidence())
    points = math.fsum(part.points or 0 for part in rating.contributions)
    found = [(part.weight / 100, part.scored) for part in rating.contributions if part.scored]
    squares = [
        math.fsum((share * (one.score - one.low)) ** 2 for share, one in found),
        math.fsum((share * (one.high - one.score)) ** 2 for share, one in found),
    ]
    down, up = (math.sqrt(square) for square in squares)
    said = EXAMPLE.replace("\n", " ")
    assert f"Sum of the points: {points:.4f}. Penalty `no_party_branch`: 3. Total: {points - 3:.4f}" in said
    low, high = points - down - 3, points + up - 3
    for root in (f"√{squares[0]:.4f} = {down:.4f}", f"√{squares[1]:.4f} = {up:.4f}"):
        assert root in said, root
    assert f"{points:.4f} − {down:.4f} − 3 = {low:.4f}" in said
    assert f"{high:.4f}, told as **{rating.high}**" in said
    assert (rating.total, rating.low, rating.high) == (80.9, 76.1, 84.0)
    for figure in (rating.total, rating.low, rating.high):
        assert f"**{figure}**" in said
    assert f"Grade **{rating.grade}**" in said
    assert (rating.grade_low, rating.grade_high, rating.certain) == ("three", "four", False)


def test_the_words():
    assert fences(EXAMPLE, "text") == ["\n".join(explain(PROFILE, rate(PROFILE, told_evidence())))]


def test_a_changed_weight_changes_the_grade_and_says_why(tmp_path: Path):
    [profile], [words] = fences(CHANGED, "toml"), fences(CHANGED, "text")
    with own_ratings(tmp_path / "own", our_city=profile):
        after = catalogue.profile("our_city")
        change = why_changed(PROFILE, after, told_evidence())
    assert change.words == words
    assert (change.before.grade, change.after.grade) == ("four", "three")
    first, *others = change.moved
    assert first.item == "satisfaction"
    assert [one.points for one in others] == [0] * len(others)
    assert first.after is not None
    assert first.after.scored is not None
    said = CHANGED.replace("\n", " ")
    score, mean = first.after.scored.score, change.mean
    total = mean - change.before.deducted
    assert f"known weight is now {change.after.known_weight:g}" in said
    assert f"(30 − 15) × ({score:.4f} − {mean:.4f}) / 115 = −{-first.points:.4f}" in said
    assert f"{total:.4f} − {-first.points:.4f} = {total + first.points:.4f}" in said
    assert change.after.total == 78.8


def test_a_small_compound_with_three_complaints_is_not_damned():
    for row in table(SMALL):
        made = evidence(
            complaints=density(int(row["cases"]), int(row["households"])),
            on_time=share(*map(int, row["in time"].split("/"))),
            rework=share(*map(int, row["reworked"].split("/"))),
            party_building=assessed(70),
            inspection=assessed(70),
        )
        found = rate(PROFILE, replace(made, assessed={"unsafe": 70.0}))
        assert [str(found.total), str(found.low), str(found.high)] == [row["total"], row["low"], row["high"]]
        assert supports(PROFILE, ListKind.BLACK, found.low, found.high) is (row["black list"] == "yes")

"""Documentation is held to the code: settings, commands, links, and the two read-mes to each other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from domain.indicators.catalogue import profiles
from domain.indicators.facts import Fact, Reason
from domain.settings import Settings
from tests.support.profiles import own_profiles
from tests.support.repository import ROOT, relative

OPERATIONS = ROOT / "docs" / "operations.md"
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
FENCE = re.compile(r"^```(?:sh|bash|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def documents() -> list[Path]:
    found = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
    assert len(found) >= 7
    return found


def broken_links(text: str, folder: Path) -> list[str]:
    """Relative links and pictures of a document that lead nowhere."""
    found = LINK.findall(re.sub(r"`[^`\n]*`", "", text))
    targets = [target.partition("#")[0] for target in found if "://" not in target]
    return [target for target in targets if target and not (folder / target).exists()]


def verbs(command: object, before: tuple[str, ...] = ()) -> list[str]:
    """Every command a person can type, as `import cases`; a group has its commands by name."""
    commands: dict[str, object] | None = getattr(command, "commands", None)
    if commands is None:
        return [" ".join(before)]
    return [verb for name, below in commands.items() for verb in verbs(below, (*before, name))]


def shell_lines(document: str) -> list[str]:
    """The commands of a document's shell blocks, without their comments."""
    lines = [line for block in FENCE.findall(document) for line in block.splitlines()]
    return [bare for line in lines if (bare := re.sub(r"(^|\s+)#.*$", "", line).strip())]


def test_rule_on_links(tmp_path: Path) -> None:
    (tmp_path / "there.md").touch()
    text = "[a](there.md#part) [b](gone.md) ![c](gone.png) [d](https://example.org) [e](#here) `[f](x)`"
    assert broken_links(text, tmp_path) == ["gone.md", "gone.png"]


def test_links_lead_somewhere() -> None:
    told = {
        relative(path): broken
        for path in documents()
        if (broken := broken_links(path.read_text(encoding="utf-8"), path.parent))
    }
    assert told == {}


@pytest.mark.parametrize("field", sorted(Settings.model_fields))
def test_every_setting_has_a_row(field: str) -> None:
    name = re.escape(f"ONEGRID_{field.upper()}")
    assert re.search(rf"^[#|].*`?{name}\b", OPERATIONS.read_text(encoding="utf-8"), re.MULTILINE)


def test_no_row_tells_a_setting_that_is_gone() -> None:
    told = set(re.findall(r"^[#|].*?\bONEGRID_(\w+)", OPERATIONS.read_text(encoding="utf-8"), re.MULTILINE))
    assert {name.lower() for name in told} == set(Settings.model_fields)


def test_every_command_is_told() -> None:
    from server.operator.cli import app  # noqa: PLC0415  (the command line as a person gets it)

    found = verbs(typer.main.get_command(app))
    assert {"import areas", "import cases", "demo", "undo", "summary"} <= set(found)
    text = OPERATIONS.read_text(encoding="utf-8")
    missing = [verb for verb in found if not re.search(rf"python -m data {verb}\b", text)]
    assert missing == []


def test_both_read_mes_give_the_same_commands() -> None:
    english = shell_lines((ROOT / "README.md").read_text(encoding="utf-8"))
    chinese = shell_lines((ROOT / "README.zh-CN.md").read_text(encoding="utf-8"))
    assert "make run" in english
    assert english == chinese


def test_make_targets_in_documents_exist() -> None:
    rules = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"run", "test", "check", "bench"} <= rules
    told = {
        (relative(path), target)
        for path in documents()
        for target in re.findall(r"(?:^|`)make ([a-z-]+)", path.read_text(encoding="utf-8"), re.MULTILINE)
        if target not in rules
    }
    assert told == set()


def test_tables_of_indicators_are_what_the_profiles_say() -> None:
    from scripts.indicator_tables import TARGET, written  # noqa: PLC0415

    text = TARGET.read_text(encoding="utf-8")
    assert written(text) == text
    for profile, found in profiles().items():
        told = text.partition(f"\n### `{profile}`:")[2].partition("\n### ")[0]
        assert set(re.findall(r"^\| `(\w+)` ", told, re.MULTILINE)) == set(found.indicators)
    words = {fact.value for fact in Fact} | {reason.value for reason in Reason}
    assert words <= set(re.findall(r"^\| `(\w+)` ", text, re.MULTILINE))


def test_the_profile_in_the_documentation_works(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "indicators.md").read_text(encoding="utf-8")
    example = text.partition("```toml\n")[2].partition("```")[0]
    assert example.startswith("extends")
    with own_profiles(tmp_path / "profiles", our_city=example):
        ours, base = profiles()["our_city"], profiles()["digital_city"]
    assert (ours.window.first_day, ours.window.on, ours.minimum_n) == (19, "due_at", 50)
    assert set(ours.indicators) - set(base.indicators) == {"bad_rating_rate"}


def test_data_dictionary_is_what_the_migrations_say() -> None:
    from scripts.data_dictionary import TARGET, described, migrations  # noqa: PLC0415

    text = described(migrations())
    assert text.count("\n## ") >= 15
    assert TARGET.read_text(encoding="utf-8") == text

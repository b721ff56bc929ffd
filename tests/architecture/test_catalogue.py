"""The English catalogue is complete: every source string translated, none left over, placeholders kept."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message

from scripts.messages import messages_of, read_catalogue, source_files, template, texts_of
from tests.support.repository import product_modules

HAN = re.compile(r"[\u3400-\u9fff]")
KEEPS_CHINESE = {
    "中文": "a language is offered under its own name",
}


@pytest.fixture(scope="module")
def used() -> Catalog:
    """Every string of the product; reading them all takes seconds."""
    return template()


def placeholders(text: str) -> set[str]:
    """Names in braces: {"n"} for "{n:,} 件"."""
    return {name for _text, name, _spec, _conversion in Formatter().parse(text) if name is not None}


def faults(entry: Message) -> set[str]:
    """What is wrong with an entry: untranslated, fuzzy, placeholders, chinese."""
    sources = texts_of(entry.id)
    texts = texts_of(entry.string)
    if len(texts) != len(sources) or not all(texts):
        return {"untranslated"}
    found = {"fuzzy"} if entry.fuzzy else set()
    expected = placeholders(sources[-1])
    if placeholders(texts[-1]) != expected or not placeholders(texts[0]) <= expected:
        found.add("placeholders")
    if sources[0] not in KEEPS_CHINESE and any(map(HAN.search, texts)):
        found.add("chinese")
    return found


@pytest.mark.parametrize(
    ("source", "text", "flags", "expected"),
    [
        ("案件", "Cases", (), set()),
        ("案件", "", (), {"untranslated"}),
        ("{n} 件", "{n} cases", (), set()),
        ("{n} 件", "{m} cases", (), {"placeholders"}),
        ("{n} 件", "cases", (), {"placeholders"}),
        ("{n:,} 件", "{n} cases", (), set()),  # the format may differ, the name may not
        ("案件", "Cases", ("fuzzy",), {"fuzzy"}),
        ("案件", "案件", (), {"chinese"}),
        (("{n} 件", "{n} 件"), ("one case", "{n} cases"), (), set()),  # one needs no figure
        (("{n} 件", "{n} 件"), ("{n} case", "cases"), (), {"placeholders"}),
        (("{n} 件", "{n} 件"), ("{n} case", ""), (), {"untranslated"}),
    ],
)
def test_rule(source: str, text: str, flags: tuple[str, ...], expected: set[str]) -> None:
    assert faults(Message(source, text, flags=flags)) == expected


def test_the_extractor_reads_the_product(used: Catalog) -> None:
    assert set(source_files()) == set(product_modules())
    assert len(used) > 100


def test_the_extractor_looks_into_f_strings(tmp_path: Path) -> None:
    """Bold words are written `f"**{_('案件')}**"`; Babel alone sees no call there before Python 3.12."""
    file = tmp_path / "module.py"
    file.write_text(
        "heading = f\"**{_('案件')}** {ngettext_('{n} 件', '{n} 件', n).format(n=n)} {other('否')}\"\n"
        "again = _('案件')\n",
        encoding="utf-8",
    )
    assert sorted(map(texts_of, messages_of(file))) == [("{n} 件", "{n} 件"), ("案件",)]


def test_every_source_string_is_translated(used: Catalog) -> None:
    catalogue = read_catalogue()
    missing = [entry.id for entry in used if entry.id and catalogue.get(entry.id) is None]
    assert missing == [], "run `make messages`, then translate"


def test_no_entry_is_left_over(used: Catalog) -> None:
    left_over = [entry.id for entry in read_catalogue() if entry.id and used.get(entry.id) is None]
    assert left_over == [], "run `make messages`"


def test_entries_are_right() -> None:
    told = {str(entry.id): found for entry in read_catalogue() if entry.id and (found := faults(entry))}
    assert told == {}


def test_source_strings_are_well_formed() -> None:
    """A stray brace would raise where the text is shown; an unnamed one cannot be reordered."""
    unnamed = [
        text
        for path in source_files()
        for message in messages_of(path)
        for text in texts_of(message)
        if any(not name or name.isdigit() for name in placeholders(text))
    ]
    assert unnamed == []

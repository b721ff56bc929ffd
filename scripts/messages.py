"""Keep the English catalogue in step with the code: `python -m scripts.messages`.

Reads every `_`, `N_` and `ngettext_` of the product, adds new entries to domain/locale/en.po (empty, for a
person to translate), drops unused ones, and leaves translations alone. Nothing is guessed: there is no
fuzzy matching.
"""

import ast
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "domain" / "locale" / "en.po"
LAYERS = ("domain", "geo", "data", "queries", "ui", "server", "pages")
KEYWORDS = {"_": None, "N_": None, "ngettext_": (1, 2)}
HEADER = """\
# English for 一网一图一云. The source strings are the Chinese texts in the code.
# `make messages` brings this file up to date with the code and keeps the translations.
msgid ""
msgstr ""
"Project-Id-Version: onegrid\\n"
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def source_files() -> list[Path]:
    """Every Python file whose strings people read."""
    found = [path for layer in LAYERS for path in sorted((ROOT / layer).rglob("*.py"))]
    return [*found, *ROOT.glob("dashboard.py")]


def messages_of(path: Path) -> list[str | tuple[str, ...]]:
    """Source strings of one file: a text, or singular and plural; those inside f-strings at the end."""
    extracted = extract_from_file("python", path, keywords=KEYWORDS)
    found = [message for _line, message, _comments, _context in extracted if message]
    return [*found, *(message for message in _in_f_strings(path) if message not in found)]


def _in_f_strings(path: Path) -> Iterator[str | tuple[str, ...]]:
    """Source strings of calls inside f-strings: up to Python 3.11 these are one token, opaque to Babel."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    holders = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    calls = [node for holder in holders for node in ast.walk(holder) if isinstance(node, ast.Call)]
    for call in calls:
        if not isinstance(call.func, ast.Name) or call.func.id not in KEYWORDS:
            continue
        texts = [part.value for part in call.args if isinstance(part, ast.Constant)]
        strings = [text for text in texts if isinstance(text, str)]
        if strings:
            yield strings[0] if len(strings) == 1 else tuple(strings)


def template() -> Catalog:
    """A catalogue of all source strings of the product, untranslated, with the files they stand in."""
    catalogue = Catalog(locale="en")
    for path in source_files():
        for message in messages_of(path):
            catalogue.add(message, locations=[(path.relative_to(ROOT).as_posix(), 0)])
    return catalogue


def read_catalogue(path: Path = CATALOGUE) -> Catalog:
    """The English catalogue as it stands."""
    with path.open("rb") as stream:
        return read_po(stream, locale="en")


def write_catalogue(catalogue: Catalog, path: Path = CATALOGUE) -> None:
    """Write it without dates and line numbers, so that a diff shows translations only."""
    with path.open("wb") as stream:
        stream.write(HEADER.encode())
        write_po(
            stream,
            catalogue,
            width=100,
            omit_header=True,
            ignore_obsolete=True,
            include_lineno=False,
            sort_by_file=True,
        )


def updated() -> Catalog:
    """The catalogue with the code's strings: translations kept, new ones empty, unused ones gone."""
    catalogue = read_catalogue()
    catalogue.update(template(), no_fuzzy_matching=True)
    return catalogue


def main() -> None:
    """Bring the file up to date and list what waits for a translation."""
    catalogue = updated()
    write_catalogue(catalogue)
    waiting = [entry.id for entry in catalogue if entry.id and not any(texts_of(entry.string))]
    for message in waiting:
        print(f"untranslated: {message if isinstance(message, str) else message[0]}", file=sys.stderr)
    print(f"{CATALOGUE.relative_to(ROOT)}: {len(catalogue)} messages, {len(waiting)} untranslated")


def texts_of(string: str | Sequence[str] | None) -> tuple[str, ...]:
    """Translations of an entry: one, singular and plural, or none yet."""
    return (string,) if isinstance(string, str) else tuple(string or ())


if __name__ == "__main__":
    main()

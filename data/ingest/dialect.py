"""Delimiter and header of a delimited text, found on its first records.

Records are split as the reader splits them: a quotation mark opens a quoted field only at the start of a
field, inside it two marks are one, and line ends count as text.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final

DELIMITERS: Final = (",", "\t", ";", "|")
_SNIFF_RECORDS: Final = 200
_SNIFF_CHARACTERS: Final = 1 << 17


def sniff_delimiter(head: str) -> str:
    """The delimiter under which the first records agree best on a number of columns (comma if none does)."""
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        score = _agreement(head[:_SNIFF_CHARACTERS], delimiter)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _agreement(head: str, delimiter: str) -> tuple[float, int]:
    """(share of records with the most common width, that width); (0, 0) where that width is one column."""
    widths: Counter[int] = Counter()
    for fields, _end in _limited(split_records(head, delimiter)):
        if any(field.strip() for field in fields):
            widths[len(fields)] += 1
    if not widths:
        return (0.0, 0)
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    return (round(count / widths.total(), 2), width) if width > 1 else (0.0, 0)


def _limited(records: Iterator[tuple[list[str], int]]) -> Iterator[tuple[list[str], int]]:
    for index, record in enumerate(records):
        if index >= _SNIFF_RECORDS:
            return
        yield record


def split_records(text: str, delimiter: str) -> Iterator[tuple[list[str], int]]:
    """Records of a text with the offset after each; the last may be cut off by the end of the text."""
    position = 0
    while position < len(text):
        fields: list[str] = []
        ended = False
        while not ended:
            field, position, ended = _field(text, position, delimiter)
            fields.append(field)
        yield fields, position


def _field(text: str, start: int, delimiter: str) -> tuple[str, int, bool]:
    """One field: its text, the offset after its delimiter or line end, and whether the record ended."""
    parts: list[str] = []
    position = start
    if text[position : position + 1] == '"':
        position, quoted = _quoted(text, position + 1)
        parts.append(quoted)
    plain = position
    while position < len(text) and text[position] not in (delimiter, "\r", "\n"):
        position += 1
    parts.append(text[plain:position])
    value = "".join(parts)
    if position >= len(text):
        return value, position, True
    if text[position] == delimiter:
        return value, position + 1, False
    step = 2 if text[position : position + 2] == "\r\n" else 1
    return value, position + step, True


def _quoted(text: str, position: int) -> tuple[int, str]:
    """The quoted part from after its opening mark: the offset after its closing mark, and the text."""
    parts: list[str] = []
    while True:
        mark = text.find('"', position)
        if mark < 0:
            return len(text), "".join([*parts, text[position:]])
        parts.append(text[position:mark])
        if text[mark + 1 : mark + 2] != '"':
            return mark + 1, "".join(parts)
        parts.append('"')
        position = mark + 2


def unique_names(names: list[str]) -> list[str]:
    """Header cells as column names: white space joined, empty ones `column_3`, repeated ones `name_2`."""
    seen: Counter[str] = Counter()
    out: list[str] = []
    for index, raw in enumerate(names, start=1):
        base = " ".join(raw.split()) or f"column_{index}"
        name = base
        while name in seen:
            seen[base] += 1
            name = f"{base}_{seen[base]}"
        seen[name] += 1
        out.append(name)
    return out


def joined_header(rows: list[list[str]]) -> list[str]:
    """Several header rows as one: `位置/经度`; a cell that repeats the one above it is written once."""
    names = []
    for cells in zip(*rows, strict=True):
        parts: list[str] = []
        for cell in (" ".join(part.split()) for part in cells):
            if cell and cell not in parts:
                parts.append(cell)
        names.append("/".join(parts))
    return names

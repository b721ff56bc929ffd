"""Proposes what the values of a column become: a table of the mapping made of those found in the file."""

import re
from collections import Counter
from typing import Any, Final

import pyarrow.compute as pc

from data.ingest.mapping_columns import CLOSED_VOCABULARIES, KNOWN_WORDS
from data.ingest.synonyms import VALUES, key
from data.ingest.values import translate
from domain.i18n import _

_MAX_VALUES: Final = 40
_NEEDED: Final = ("state", "kind", "area_level")
"""Columns in which a word that nobody explains keeps its row out."""


def map_lines(section: str, target: str, texts: Any) -> list[str]:
    """The value map of a column from its texts, the most frequent first; what nothing fits is a comment."""
    counts = Counter({row["values"]: row["counts"] for row in pc.value_counts(texts.drop_null()).to_pylist()})
    if not counts:
        return []
    words = _words(target)
    lines = ["", f"[{section}.values.{target}.map]"]
    if len(counts) > _MAX_VALUES:
        lines += ["# " + _("不确定：有 {n} 种取值，不像是{column}").format(n=len(counts), column=target)]
    for value, rows in counts.most_common(_MAX_VALUES):
        ours = words.get(key(value))
        counted = _("{n} 行").format(n=rows)
        if ours is not None:
            lines.append(f"{quoted(value)} = {quoted(ours)}  # {counted}")
        elif target not in CLOSED_VOCABULARIES:
            lines.append(f"{quoted(value)} = {quoted(value)}  # {counted}")
        else:
            fate = _("不写会被拒收") if target in _NEEDED else _("不写按无值收下")
            lines.append(f"# {quoted(value)} = ?  # {counted}；{_('不确定')}，{fate}")
    return lines


def explained(target: str, texts: Any) -> bool:
    """Whether an import would know every text of a closed vocabulary without a value map."""
    read = translate(texts, target, None)
    return not (read.bad | read.unmapped_rows).any()


def _words(target: str) -> dict[str, str]:
    """Word as it is compared → our value: our own terms, the field's words and what else they go by."""
    words = {key(word): ours for word, ours in KNOWN_WORDS.get(target, {}).items()}
    words |= {key(word): ours for ours, names in VALUES.get(target, {}).items() for word in names}
    return words | {
        key(ours): ours for ours in (*CLOSED_VOCABULARIES.get(target, ()), *VALUES.get(target, ()))
    }


def quoted(text: str) -> str:
    """A TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda found: f"\\u{ord(found[0]):04X}", escaped) + '"'

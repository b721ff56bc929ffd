"""The one way for text into the map's scripts, and into Markdown.

folium writes what it is given into JavaScript template literals and into HTML without escaping, and
streamlit-folium evaluates the result. So every string passes through one of two functions: `html_text` for
what folium shows itself, `script_literal` for data read by our own script (which shows text with
textContent only).
"""

import html
import json
import re
from typing import Any

import pandas as pd

LONGEST_CELL = 200
"""Characters of a text that a table sends to the browser; the whole text stands in exports."""

_HTML_EXTRA = {"`": "&#96;", "$": "&#36;", "{": "&#123;", "}": "&#125;"}
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_MARKDOWN = re.compile(r"[\\`*_{}\[\]()<>#+\-.!|~$:&]")
_REWRITTEN = re.compile(
    r"(:(?=[\w+\-/]+:)"  # :smile:, :material/close:, :streamlit:
    r"|https?:(?=//)|www(?=\.)|@(?=[-\w]+\.)"  # addresses of pages and of people become links
    r"|(?<!\S)[<>~-](?=(?:->|[->=])(?!\S)))",  # a -> b, a >= b
    re.IGNORECASE,
)
"""Where Streamlit rewrites text once it is no Markdown any more, so that no backslash helps (release 1.67)."""
_RISKY = re.compile(r"[<>&'`${}/]")


def html_text(value: object) -> str:
    """Text that stays text in HTML and inside a JavaScript template literal."""
    escaped = html.escape(str(value))
    return "".join(_HTML_EXTRA.get(character, character) for character in escaped)


def markdown_text(value: object, longest: int = 60) -> str:
    """Text that Markdown shows as it is, on one line, cut after `longest` characters.

    What Streamlit would still make an icon, a link or another sign of is kept apart by a word joiner, which has
    no width.
    """
    line = " ".join(cut(str(value), longest).replace("\0", "\N{REPLACEMENT CHARACTER}").split())
    apart = _REWRITTEN.sub("\\1\N{WORD JOINER}", line)
    return _MARKDOWN.sub(lambda match: f"\\{match.group()}", apart)


def cut(text: str, longest: int) -> str:
    """The text, or its first characters and an ellipsis where it is longer than `longest`."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def cut_cells(rows: pd.DataFrame, longest: int = LONGEST_CELL) -> pd.DataFrame:
    """A table of texts of a file for `st.dataframe`, which shows them as they are, but sends all of them."""
    texts = rows.select_dtypes(["object", "string"])
    return rows.assign(
        **{
            str(name): [cut(value, longest) if isinstance(value, str) else value for value in column]
            for name, column in texts.items()
        }
    )


def script_literal(value: Any) -> str:
    r"""A JSON value as a JavaScript literal that no template, tag or literal around it can end.

    Every character of a string that means something to HTML, to a template literal or to a template engine
    is written as \\uXXXX; numbers and structure stay as they are. Raises ValueError for NaN and infinity.
    """
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return _STRING.sub(lambda match: _RISKY.sub(_unicode_escape, match.group()), text)


def _unicode_escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match.group()):04x}"

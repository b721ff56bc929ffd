"""All that an answer tells, as one text: frames, files, layers, errors, and what a page sends to the browser.

An answer is searched for what must not be in it, so nothing may be hidden by how it is written: escapes of JSON and
of addresses are also read as what they stand for, archives are opened, and layers that a page points to are fetched.
"""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
from streamlit.testing.v1 import AppTest

from queries.search_index import Index
from ui.layers import SHELF

_ESCAPED = re.compile(r"\\+u([0-9a-fA-F]{4})")
_LAYER = re.compile(r"geo/([0-9a-f]{32})\.json")


def told(answer: object) -> str:
    """Everything in an answer, one piece a line."""
    text = "\n".join(_pieces(answer))
    return f"{text}\n{_unescaped(text)}\n{unquote(text)}"


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _pieces(answer: Any) -> Iterator[str]:
    for kinds, read in _READ:
        if isinstance(answer, kinds):
            yield from read(answer)
            return
    if is_dataclass(answer):
        yield from _all([getattr(answer, item.name) for item in fields(answer)])
    elif answer is not None:
        yield str(answer)


def _all(answers: Iterable[Any]) -> Iterator[str]:
    for answer in answers:
        yield from _pieces(answer)


def _page(app: AppTest) -> Iterator[str]:
    """What the browser gets: messages, and the layers that they point to; and what the window keeps for later."""
    sent = b"\n".join(
        element.proto.SerializeToString()
        for element in app.main
        if getattr(element, "proto", None) is not None
    )
    text = sent.decode("utf-8", "ignore")
    yield text
    for digest in set(_LAYER.findall(_unescaped(text))):
        layer = SHELF.get(digest)
        if layer is not None:
            yield from _content(layer)


def _content(content: bytes) -> Iterator[str]:
    if content.startswith(b"\x1f\x8b"):
        yield from _content(gzip.decompress(content))
    elif content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name
                yield from _content(archive.read(name))
    elif content.startswith(b"PAR1"):
        yield from _pieces(pyarrow.parquet.read_table(io.BytesIO(content)))
    else:
        yield content.decode("utf-8", "ignore")


def _file(path: Path) -> Iterator[str]:
    """A file with what stands beside it about it; its folder's name is the test's own."""
    beside = path.with_name(f"{path.name}.about.json")
    for found in (path, beside):
        if found.exists():
            yield from _content(found.read_bytes())


_READ: tuple[tuple[Any, Callable[[Any], Iterable[str]]], ...] = (
    (str, lambda text: [text]),
    (AppTest, _page),
    (bytes, _content),
    (Path, _file),
    ((pd.DataFrame, pd.Series), lambda frame: [frame.to_csv()]),
    (pa.Table, lambda table: [str(table.to_pylist())]),
    (np.ndarray, lambda array: [str(array.tolist())]),
    (Index, lambda index: _pieces(vars(index))),
    (Mapping, lambda mapping: _all(mapping.items())),
    ((list, tuple, set, frozenset), _all),
)
"""How an answer of a kind is read; of a dataclass all fields are."""

"""Finding named things by what a person types: characters, pinyin, initials, a code; mixed as they come.

What is typed is read as the tokens of a name (queries/readings.py), one after the other:

* whole: each token as it is written or as it is read (望台, wangtai, 望tai), the last perhaps half typed;
* short: each by the first letters of any of its readings (wtjd, wangtjd, jp for Jamaica Plain), only from the
  start of a name or of a word in it, because two letters are in every second name.

All names lie in one array of tokens, so that reading goes through all of them at once.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from queries.readings import Token, all_readings, compared, spellings, tokens

LONGEST = 100
"""Characters of what is typed that are looked at."""

LONGEST_TEXT = 1_000
"""Characters of a name or an address that can be found; what a broken file puts behind them costs nothing."""

LEAST_SHORT = 2
LEAST_CODE = 4
"""Characters from which what is typed is read as initials, and as the beginning of a code."""

Positions = npt.NDArray[np.int64]
Steps = Mapping[str, Positions]
"""By what is typed for a token: the numbers of the tokens that it stands for."""


class Kind(IntEnum):
    """What a thing is, in the order in which equally good ones are listed; the areas as their levels' ranks."""

    CITY = 0
    DISTRICT = 1
    STREET = 2
    COMMUNITY = 3
    GRID = 4
    COMPOUND = 5
    SERVICE_POINT = 6
    CASE = 7


class Fit(IntEnum):
    """How well a thing fits what was typed, best first; an address fits as CONTAINS at best."""

    EXACT = 0
    PREFIX = 1
    WORD_START = 2
    CONTAINS = 3
    SHORT_EXACT = 4
    SHORT_PREFIX = 5
    SHORT_WORD_START = 6


_NO_FIT = len(Fit)


@dataclass(frozen=True)
class Entry:
    """A thing that can be found.

    `code` is what screens address it by: a code, a case's id. `detail` tells more: an address, a case's
    source and number. `inside` is the area that it lies in directly: the parent of an area (whose own id is
    `area_id`), the finest area that holds anything else.
    """

    kind: Kind
    code: str
    name: str
    detail: str | None
    inside: int | None
    area_id: int | None = None


@dataclass(frozen=True)
class Found:
    """What fits: of each kind the best, as many as were asked for, best first; `total` counts all that fit."""

    best: tuple[tuple[Fit, Entry], ...]
    total: int


class Index:
    """Names, addresses and codes to be searched; never changes once it is built."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Entries may come in any order; equally good ones are found by kind, code and name."""
        self.entries = tuple(sorted(entries, key=lambda entry: (entry.kind, entry.code, entry.name)))
        self._kinds = np.array([entry.kind for entry in self.entries], dtype=np.int64)
        self._codes = sorted((compared(entry.code), number) for number, entry in enumerate(self.entries))
        texts = [(number, entry.name, True) for number, entry in enumerate(self.entries)]
        texts += [(number, entry.detail, False) for number, entry in enumerate(self.entries) if entry.detail]
        self._entry_of = np.array([number for number, _text, _named in texts], dtype=np.int64)
        self._named = np.array([named for _number, _text, named in texts], dtype=bool)
        self._lay_out([list(tokens(text[:LONGEST_TEXT])) for _number, text, _named in texts])

    def _lay_out(self, rows: list[list[Token]]) -> None:
        """All tokens in one array, by their numbers; 0, which nothing stands for, ends each row."""
        numbers: dict[tuple[str, str], int] = {}
        flat: list[int] = []
        for row in rows:
            flat += [numbers.setdefault(token[:2], len(numbers) + 1) for token in row]
            flat.append(0)
        lengths = np.array([len(row) for row in rows], dtype=np.int64)
        self._tokens = np.array(flat, dtype=np.int64)
        self._ends = np.cumsum(lengths + 1) - 1
        self._firsts = self._ends - lengths
        self._row_of = np.repeat(np.arange(len(rows)), lengths + 1)
        self._opens = np.array([opens for row in rows for opens in [*(t.opens_word for t in row), False]])
        written = ["".join(token.text for token in row) for row in rows]
        self._text = "\n".join(written)
        self._text_firsts = np.cumsum([0, *(len(text) + 1 for text in written)])
        self._whole, self._half, self._short = _steps(numbers)
        self._vocabulary = len(numbers) + 1

    def find(self, typed: str, most: int) -> Found:
        """What fits `typed`, cut after LONGEST characters; of each kind at most `most`."""
        text = compared(typed[:LONGEST])[:LONGEST]
        if not text or not self.entries:
            return Found((), 0)
        fits = np.full(len(self.entries), _NO_FIT, dtype=np.int64)
        np.minimum.at(fits, self._entry_of, self._fits_of_rows(text))
        for number, fit in self._fits_of_codes(text):
            fits[number] = min(fits[number], fit)
        fitting = np.flatnonzero(fits < _NO_FIT)
        ranked = fitting[np.argsort(fits[fitting], kind="stable")]
        kinds = self._kinds[ranked]
        kept = np.concatenate([np.flatnonzero(kinds == kind)[:most] for kind in Kind])
        best = tuple((Fit(fits[number]), self.entries[number]) for number in ranked[np.sort(kept)])
        return Found(best, len(fitting))

    def _fits_of_codes(self, text: str) -> list[tuple[int, Fit]]:
        found = []
        for code, number in self._codes[bisect_left(self._codes, (text, -1)) :]:
            if not code.startswith(text):
                break
            if code == text or len(text) >= LEAST_CODE:
                found.append((number, Fit.EXACT if code == text else Fit.PREFIX))
        return found

    def _fits_of_rows(self, text: str) -> Positions:
        """The best fit of every name and address."""
        fits = np.full(len(self._named), _NO_FIT, dtype=np.int64)
        places = [match.start() for match in re.finditer(re.escape(text), self._text)]
        fits[np.searchsorted(self._text_firsts, places, side="right") - 1] = Fit.CONTAINS
        self._read_whole(text, fits)
        if len(text) >= LEAST_SHORT:
            self._read_short(text, fits)
        addressed = ~self._named & (fits < _NO_FIT)
        fits[addressed] = np.maximum(fits[addressed], Fit.CONTAINS)
        return fits

    def _read_whole(self, text: str, fits: Positions) -> None:
        reached = self._walk(text, self._whole, np.arange(len(self._tokens)))
        for used, starts in reached[len(text)].items():
            self._note_whole(fits, starts, used, ends=True)
        for read, here in enumerate(reached[:-1]):
            if text[read:] in self._half:
                flags = self._flags(self._half[text[read:]])
                for used, starts in here.items():
                    kept = starts[flags[self._tokens[starts + used]]]
                    self._note_whole(fits, kept, used + 1, ends=False)

    def _note_whole(self, fits: Positions, starts: Positions, used: int, *, ends: bool) -> None:
        rows = self._row_of[starts]
        exact = ends & (starts + used == self._ends[rows])
        inside = np.where(self._opens[starts], Fit.WORD_START, Fit.CONTAINS)
        fit = np.where(starts == self._firsts[rows], np.where(exact, Fit.EXACT, Fit.PREFIX), inside)
        np.minimum.at(fits, rows, fit)

    def _read_short(self, text: str, fits: Positions) -> None:
        begins = np.flatnonzero(self._opens & self._named[self._row_of])
        for used, starts in self._walk(text, self._short, begins)[len(text)].items():
            rows = self._row_of[starts]
            outer = np.where(starts + used == self._ends[rows], Fit.SHORT_EXACT, Fit.SHORT_PREFIX)
            fit = np.where(starts == self._firsts[rows], outer, Fit.SHORT_WORD_START)
            np.minimum.at(fits, rows, fit)

    def _walk(self, text: str, steps: Steps, starts: Positions) -> list[dict[int, Positions]]:
        """Where reading gets to: by characters read and by tokens used, the starts that it came from."""
        reached: list[dict[int, Positions]] = [{} for _ in range(len(text) + 1)]
        reached[0][0] = starts
        for read, here in enumerate(reached[:-1]):
            stops = range(read + 1, len(text) + 1) if here else ()
            for stop in (stop for stop in stops if text[read:stop] in steps):
                flags = self._flags(steps[text[read:stop]])
                for used, begun in here.items():
                    kept = begun[flags[self._tokens[begun + used]]]
                    if kept.size:
                        there = reached[stop]
                        there[used + 1] = np.union1d(there[used + 1], kept) if used + 1 in there else kept
        return reached

    def _flags(self, numbers: Positions) -> npt.NDArray[np.bool_]:
        """For every token of the vocabulary whether its number is among these."""
        flags = np.zeros(self._vocabulary, dtype=bool)
        flags[numbers] = True
        return flags


def shortlist(found: Iterable[Found], most: int, favoured: int = 3) -> tuple[tuple[Fit, Entry], ...]:
    """The best of several searches; while room is short, `favoured` of each kind come before the rest."""
    ranked = sorted((item for each in found for item in each.best), key=lambda item: (item[0], item[1].kind))
    seen: Counter[Kind] = Counter()
    first: list[int] = []
    rest: list[int] = []
    for place, (_fit, entry) in enumerate(ranked):
        seen[entry.kind] += 1
        (first if seen[entry.kind] <= favoured else rest).append(place)
    return tuple(ranked[place] for place in sorted((first + rest)[:most]))


def _steps(numbers: Mapping[tuple[str, str], int]) -> tuple[Steps, Steps, Steps]:
    """What may be typed for each token: whole, the last half, and short."""
    whole: dict[str, set[int]] = defaultdict(set)
    half: dict[str, set[int]] = defaultdict(set)
    short: dict[str, set[int]] = defaultdict(set)
    for (text, reading), number in numbers.items():
        full = {text} | spellings(reading)
        for spelling in full:
            whole[spelling].add(number)
        for piece in _beginnings(full):
            half[piece].add(number)
        others = all_readings(text) | full
        for piece in _beginnings(others) | others:
            short[piece].add(number)
    return _as_arrays(whole), _as_arrays(half), _as_arrays(short)


def _beginnings(texts: Iterable[str]) -> set[str]:
    """All proper beginnings, at least one character long."""
    return {text[:length] for text in texts for length in range(1, min(len(text), LONGEST + 1))}


def _as_arrays(steps: Mapping[str, set[int]]) -> Steps:
    return {typed: np.array(sorted(found), dtype=np.int64) for typed, found in steps.items()}

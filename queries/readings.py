"""How names are read aloud: the tokens of a name, and what a person may type for each.

Every Chinese character is a token, and so is every run of letters or of digits. A character with several
readings has the one of the word that it stands in (重庆 is chongqing), with the readings of place names before
those of speech; its other readings are known too.

Text is compared in NFKC, case-folded, without white space, punctuation, accents and the tone marks of pinyin;
ü is v, as on a keyboard.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import pypinyin

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
_TOKEN = re.compile(rf"[{_HAN}]|\d+|[^\W\d_{_HAN}]+")
_WORD = re.compile(rf"[{_HAN}]+|\d+|[^\W\d_{_HAN}]+")
_IS_HAN = re.compile(f"[{_HAN}]")

_PLACE_CHARACTERS = {
    "长": "cháng,zhǎng",
    "都": "dū,dōu",
    "曾": "zēng,céng",
    "重": "chóng,zhòng",
    "朝": "cháo,zhāo",
}
"""Readings that lead in place names where no word decides; the dictionary's order is that of speech."""

_PLACE_WORDS = {
    "朝阳": [["cháo"], ["yáng"]],
    "六合": [["lù"], ["hé"]],
    "单县": [["shàn"], ["xiàn"]],
    "涡阳": [["guō"], ["yáng"]],
    "会稽": [["kuài"], ["jī"]],
    "解州": [["hài"], ["zhōu"]],
    "洪洞": [["hóng"], ["tóng"]],
}
"""Places that the dictionary reads like the more frequent word."""

pypinyin.load_single_dict({ord(character): readings for character, readings in _PLACE_CHARACTERS.items()})
pypinyin.load_phrases_dict(_PLACE_WORDS)


class Token(NamedTuple):
    """A part of a name: as it is written, as it is read, and whether a word begins with it."""

    text: str
    reading: str
    opens_word: bool


def compared(text: str) -> str:
    """Text as it is compared; empty where it holds no letter, digit or character."""
    return "".join(_TOKEN.findall(_plain(text)))


def tokens(name: str) -> Iterator[Token]:
    """The tokens of a name; letters and digits are read as they are written."""
    for word in _WORD.findall(_plain(name)):
        if _IS_HAN.match(word):
            for place, (character, reading) in enumerate(zip(word, _read(word), strict=True)):
                yield Token(character, reading, place == 0)
        else:
            yield Token(word, word, opens_word=True)


@lru_cache(maxsize=30_000)
def all_readings(token: str) -> frozenset[str]:
    """Every reading of a token, out of any context."""
    if not _IS_HAN.match(token):
        return spellings(token)
    [found] = pypinyin.pinyin(token, style=pypinyin.Style.NORMAL, heteronym=True)
    return frozenset(spelling for reading in found for spelling in spellings(reading))


def spellings(reading: str) -> frozenset[str]:
    """How a reading is typed: ü as v, as u, or as yu, the way passports have it."""
    return frozenset({reading, reading.replace("v", "u"), reading.replace("v", "yu")})


@lru_cache(maxsize=30_000)
def _read(word: str) -> tuple[str, ...]:
    """The reading of each character of a word; what the dictionary does not know is read as written."""
    found = tuple(pypinyin.lazy_pinyin(word))
    if len(found) != len(word):  # unknown characters side by side come in one piece
        return tuple(pypinyin.lazy_pinyin(character)[0] for character in word)
    return found


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    apart = unicodedata.normalize("NFD", folded).replace("u\N{COMBINING DIAERESIS}", "v")
    bare = "".join(character for character in apart if not unicodedata.combining(character))
    return unicodedata.normalize("NFC", bare)

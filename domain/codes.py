"""Area codes: the statistical code profile, prefix checks and generated codes.

The profile (statistical division codes): 12 digits = province 2 + city 2 + district 2 + street 3 +
community 3, higher levels padded with zeros; a grid adds a three-digit sequence (15 characters). The
`parent` column is the truth about hierarchy; a code's prefix is only a check.
"""

import hashlib
import re
import unicodedata

from domain.vocabulary import Level

SIGNIFICANT_DIGITS = {
    Level.CITY: 4,
    Level.DISTRICT: 6,
    Level.STREET: 9,
    Level.COMMUNITY: 12,
    Level.GRID: 15,
}
"""How many leading characters of a statistical code belong to the level and those above it."""

GENERATED_PREFIX = "X"
"""First character of a generated code; no statistical code starts with a letter."""

_STATISTICAL = re.compile(r"\d{12}(\d{3})?")


def normalise_name(name: str) -> str:
    """The name as it is compared: NFKC, no white space, case-folded."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def normalise_code(code: str) -> str:
    """The code as it is stored: NFKC, trimmed, upper case; '110105.0' from a spreadsheet loses its '.0'."""
    text = unicodedata.normalize("NFKC", code).strip().upper()
    return re.sub(r"(?<=\d)\.0+$", "", text)


def is_statistical(code: str) -> bool:
    """True for a 12-digit area code or a 15-digit grid code."""
    return _STATISTICAL.fullmatch(code) is not None


def generated_code(level: Level, parent_code: str | None, name: str) -> str:
    """A code for an area whose file has none, from level + parent + normalised name.

    It does not depend on the order of the rows, so that the same file always gives the same codes.
    """
    text = "\x1f".join((level.value, parent_code or "", normalise_name(name)))
    digest = hashlib.sha256(text.encode()).hexdigest()[:10].upper()
    return f"{GENERATED_PREFIX}{level.value[0].upper()}{digest}"


def prefix_matches(code: str, parent_code: str, parent_level: Level) -> bool:
    """Whether a child's code starts with its parent's significant digits.

    True also where either is not a statistical code: then there is nothing to check.
    """
    if not (is_statistical(code) and is_statistical(parent_code)):
        return True
    digits = SIGNIFICANT_DIGITS[parent_level]
    return code[:digits] == parent_code[:digits]

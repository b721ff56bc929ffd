"""Codes of the demo city: the statistical code profile under a prefix that no real place has.

Province 47 is not assigned in the statistical division codes (the provinces of central and southern China
are 41–46), so no code of the demo can be mistaken for a real one.
"""

PROVINCE = "47"

STREET_FIRST = {"街道": 1, "镇": 100, "乡": 200}
"""First number of digits 7–9 by the kind of street-level area."""

COMMUNITY_FIRST = {"社区": 1, "村": 200}
"""First number of digits 10–12: 居委会 001–199, 村委会 200–399."""


def city_code(number: int) -> str:
    """City 1 → 470100000000."""
    return f"{PROVINCE}{number:02d}".ljust(12, "0")


def district_code(city: str, number: int) -> str:
    """District 2 of city 4701 → 470102000000; 区 from 02, 县 from 21."""
    return f"{city[:4]}{number:02d}".ljust(12, "0")


def street_code(district: str, number: int) -> str:
    """Street 1 of district 470102 → 470102001000."""
    return f"{district[:6]}{number:03d}000"


def community_code(street: str, number: int) -> str:
    """Community 3 of street 470102001 → 470102001003."""
    return f"{street[:9]}{number:03d}"


def grid_code(community: str, number: int) -> str:
    """Grid 5 of community 470102001003 → 470102001003005."""
    return f"{community}{number:03d}"

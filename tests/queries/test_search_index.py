"""What a person types finds the thing that is meant: every way of typing a name, in a fixed order."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin, pinyin

from queries.readings import compared, tokens
from queries.search_index import LONGEST, LONGEST_TEXT, Entry, Fit, Found, Index, Kind, shortlist

HAN = "望台街道社区重庆点长滩安朝阳行乐单曾都绿女吕略石景山第一网格号楼二期东风里𠮷"
NAMES = st.text(HAN + "AbZé 3 12·（）-", min_size=1, max_size=12).filter(compared)
CODES = st.text("0123456789C", min_size=4, max_size=15)


def area(name: str, code: str = "4701", kind: Kind = Kind.STREET) -> Entry:
    return Entry(kind, code, name, None, None)


def fit_of(entry: Entry, typed: str, others: Iterable[Entry] = ()) -> Fit | None:
    """How well the entry fits, among others; None where it is not found."""
    entries = [entry, *others]
    found = Index(entries).find(typed, len(entries))
    return next((fit for fit, hit in found.best if hit is entry), None)


@pytest.mark.parametrize(
    ("name", "typed", "fit"),
    [
        # characters, wholly or in part; mixed with pinyin; full width
        ("望台街道", "望台街道", Fit.EXACT),
        ("望台街道", "望台", Fit.PREFIX),
        ("望台街道", "台街", Fit.CONTAINS),
        ("望台街道", "望tai街道", Fit.EXACT),
        ("望台Ａ区", "望台a区", Fit.EXACT),
        # pinyin: joined, spaced, with tones, half typed, from the middle
        ("望台街道", "wangtaijiedao", Fit.EXACT),
        ("望台街道", "Wang Tai Jie Dao", Fit.EXACT),
        ("望台街道", "wàngtái", Fit.PREFIX),
        ("望台街道", "wangtaij", Fit.PREFIX),
        ("望台街道", "taijie", Fit.CONTAINS),
        ("西安里", "xi'anli", Fit.EXACT),
        # initials, pinyin cut short, and both mixed
        ("望台街道", "wtjd", Fit.SHORT_EXACT),
        ("望台街道", "wt", Fit.SHORT_PREFIX),
        ("望台街道", "wangtjd", Fit.SHORT_EXACT),
        ("钟鼓社区", "zhgsq", Fit.SHORT_EXACT),
        # initials count from the start of a name or word only
        ("望台街道", "tjd", None),
        ("望台（东）", "dong", Fit.WORD_START),
        # readings: by the word, by place names, and any other one as a short form
        ("重庆路", "chongqinglu", Fit.EXACT),
        ("重点工程", "zhongdiangongcheng", Fit.EXACT),
        ("长滩县", "changtanxian", Fit.EXACT),
        ("长滩县", "zhangtanxian", Fit.SHORT_EXACT),
        ("长滩县", "ztx", Fit.SHORT_EXACT),
        ("长滩县", "ctx", Fit.SHORT_EXACT),
        ("朝阳", "chaoyang", Fit.EXACT),
        ("单县", "shanxian", Fit.EXACT),
        ("绿苑社区", "lvyuan", Fit.PREFIX),
        ("绿苑社区", "lüyuan", Fit.PREFIX),
        ("绿苑社区", "luyuan", Fit.PREFIX),
        ("女埠镇", "nyubu", Fit.PREFIX),
        # English names: words, their beginnings, their insides, their initials
        ("Jamaica Plain", "jamaica plain", Fit.EXACT),
        ("Jamaica Plain", "JAM", Fit.PREFIX),
        ("Jamaica Plain", "plain", Fit.WORD_START),
        ("Jamaica Plain", "pla", Fit.WORD_START),
        ("Jamaica Plain", "maica", Fit.CONTAINS),
        ("Jamaica Plain", "jp", Fit.SHORT_EXACT),
        ("Jamaica Plain", "jam pl", Fit.SHORT_EXACT),
        ("Müller-Straße 3", "müllerstrasse3", Fit.EXACT),
        ("Müller-Straße 3", "muller", Fit.PREFIX),
        # numbers in a name
        ("第12网格", "di12wangge", Fit.EXACT),
        ("第12网格", "12", Fit.WORD_START),
        # nothing of it
        ("望台街道", "wangtan", None),
        ("望台街道", "望街", None),
        ("望台街道", "", None),
        ("望台街道", "  （）·<>", None),
    ],
)
def test_a_name_is_found_by_what_is_typed(name: str, typed: str, fit: Fit | None) -> None:
    assert fit_of(area(name), typed) is fit


@pytest.mark.parametrize(
    ("typed", "fit"),
    [
        ("470102003001C001", Fit.EXACT),
        ("470102003001c001", Fit.EXACT),
        ("470102003", Fit.PREFIX),
        ("4701", Fit.PREFIX),
        ("470", None),  # too short to tell codes apart
        ("003001", None),
    ],
)
def test_a_code_is_found_by_its_beginning(typed: str, fit: Fit | None) -> None:
    assert fit_of(area("花园", "470102003001C001"), typed) is fit


def test_an_address_is_found_after_names() -> None:
    """望溪路 is a street's name, and where a compound stands."""
    street = area("望溪路街道")
    home = Entry(Kind.COMPOUND, "C1", "桂园", "望溪路12号", None)
    index = Index([home, street])
    assert index.find("望溪路", 8).best == ((Fit.PREFIX, street), (Fit.CONTAINS, home))
    assert index.find("wangxilu12hao", 8).best == ((Fit.CONTAINS, home),)
    assert index.find("wxl", 8).best == ((Fit.SHORT_PREFIX, street),)  # no initials of addresses


def test_better_comes_before_worse_then_higher_before_lower_then_code() -> None:
    wanted = [
        area("望台", "4703", Kind.GRID),  # exact, however low
        area("望台区", "4701", Kind.DISTRICT),
        area("望台街道", "4702", Kind.STREET),
        area("望台社区", "4701", Kind.COMMUNITY),
        area("望台社区", "4702", Kind.COMMUNITY),
        Entry(Kind.COMPOUND, "C1", "望台花园", None, None),
        area("城南 望台", "4709", Kind.CITY),
        area("小望台", "4709", Kind.CITY),
    ]
    found = Index(reversed(wanted)).find("wangtai", 8)
    assert [entry for _fit, entry in found.best] == wanted
    assert found.total == 8


def test_a_frequent_second_reading_does_not_flood_the_list() -> None:
    """格 can be read luo: nobody who types luo means the grids."""
    grids = [area(f"望台第{number}网格", f"47{number:03d}", Kind.GRID) for number in range(50)]
    found = Index([*grids, area("洛阳路")]).find("luo", 8)
    assert [entry.name for _fit, entry in found.best] == ["洛阳路"]
    assert found.total == 1


@given(st.lists(NAMES, min_size=1, max_size=6), st.data())
def test_every_name_is_found_in_every_way_of_typing_it(names: list[str], data: st.DataObject) -> None:
    entries = [area(name, f"47{number:04d}") for number, name in enumerate(names)]
    entry = data.draw(st.sampled_from(entries))
    rest = [other for other in entries if other is not entry]
    read = "".join(lazy_pinyin(entry.name))
    assert fit_of(entry, entry.name, rest) is Fit.EXACT
    assert fit_of(entry, entry.code, rest) is Fit.EXACT
    assert fit_of(entry, read, rest) is Fit.EXACT
    assert fit_of(entry, " ".join(lazy_pinyin(entry.name)).upper(), rest) is Fit.EXACT


@given(NAMES, st.data())
def test_every_name_is_found_by_the_initials_of_any_reading(name: str, data: st.DataObject) -> None:
    parts = [token.text for token in tokens(name)]
    letters = "".join(
        data.draw(st.sampled_from(pinyin(part, style=Style.NORMAL, heteronym=True)[0]))[0] for part in parts
    )
    if len(letters) > 1:  # a single letter finds first readings only
        assert fit_of(area(name), letters) is not None


@given(st.lists(NAMES, min_size=1, max_size=8), st.text(HAN + "abcdeghilnowz ", max_size=6), st.randoms())
def test_the_order_does_not_depend_on_the_order_of_reading(names, typed, random) -> None:
    entries = [area(name, f"47{number:04d}", Kind(number % 5)) for number, name in enumerate(names)]
    shuffled = random.sample(entries, len(entries))
    found = Index(entries).find(typed, 3)
    assert Index(shuffled).find(typed, 3) == found
    assert found.total >= len(found.best)
    assert [fit for fit, _entry in found.best] == sorted(fit for fit, _entry in found.best)


@given(st.lists(NAMES, min_size=1, max_size=4), st.text(max_size=30))
def test_any_text_is_answered(names: list[str], typed: str) -> None:
    entries = [area(name, f"47{number:04d}") for number, name in enumerate(names)]
    found = Index(entries).find(typed, 8)
    whole = compared(typed)
    literally = {entry for entry in entries if whole and whole in compared(entry.name)}
    assert literally <= {entry for _fit, entry in found.best}


@pytest.mark.parametrize("typed", ["a" * 1_000_000, "望" * 1_000_000, "wang" * 250_000, " " * 1_000_000])
def test_a_megabyte_is_cut(typed: str) -> None:
    index = Index([area("望" * 150), area("a" * 150), area("wang")])
    assert index.find(typed, 8) == index.find(typed[:LONGEST], 8)


def test_an_empty_index_finds_nothing() -> None:
    assert Index([]).find("望台", 8) == Found((), 0)


def test_names_without_a_letter_are_no_hindrance() -> None:
    odd = area("（）", "4709")
    assert fit_of(odd, "4709", [area("望台")]) is Fit.EXACT
    assert fit_of(odd, "望台", [area("望台")]) is None


def test_a_short_list_gives_every_kind_a_place() -> None:
    """Twelve grids fit better than the compound and the case, which are not to be missed for that."""
    grids = tuple((Fit.PREFIX, area(f"望台第{number}网格", kind=Kind.GRID)) for number in range(12))
    home = (Fit.PREFIX, Entry(Kind.COMPOUND, "C1", "望台花园", None, None))
    case = (Fit.CONTAINS, Entry(Kind.CASE, "7", "望台路积水", None, None))
    chosen = shortlist([Found(grids, 12), Found((home,), 1), Found((case,), 1)], 8)
    assert chosen == (*grids[:6], home, case)
    assert shortlist([Found((), 0), Found((), 0)], 8) == ()


def test_exact_ones_lead_the_short_list_whatever_they_are() -> None:
    case = (Fit.EXACT, Entry(Kind.CASE, "7", "RX1", None, None))
    streets = tuple((Fit.PREFIX, area(f"街道{number}")) for number in range(3))
    assert shortlist([Found(streets, 3), Found((case,), 1)], 2) == (case, streets[0])


def test_tokens_open_words_where_something_separates_them_or_the_script_changes() -> None:
    text = "望台（东）A3-b"
    assert [token.text for token in tokens(text) if token.opens_word] == ["望", "东", "a", "3", "b"]
    assert re.sub(r"\W", "", text).lower() == "".join(token.text for token in tokens(text))


def test_a_text_of_a_megabyte_is_found_by_its_beginning_and_costs_no_more() -> None:
    name = "望" + "台" * (LONGEST_TEXT - 1) + "街道" * 175_000
    index = Index([area(name)])
    assert [index.find(typed, 1).total for typed in ("望台", "wangtai", "街道")] == [1, 1, 0]
    assert len(index._text) == LONGEST_TEXT

"""Languages and the way figures, times and shares are written."""

from __future__ import annotations

import threading
from datetime import date, datetime
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import i18n
from domain.i18n import N_, _, current_language, ngettext_, use_language


@pytest.fixture
def catalogue(monkeypatch: pytest.MonkeyPatch, tmp_path):
    """An English catalogue with one entry of each kind in place of the product's."""
    (tmp_path / "en.po").write_text(
        'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
        'msgid "案件"\nmsgstr "Cases"\n\n'
        'msgid "共 {n} 件"\nmsgstr "{n} in all"\n\n'
        'msgid "未译"\nmsgstr ""\n\n'
        '#, fuzzy\nmsgid "存疑"\nmsgstr "Doubtful"\n\n'
        'msgid "{n} 件"\nmsgid_plural "{n} 件"\nmsgstr[0] "{n} case"\nmsgstr[1] "{n} cases"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(i18n, "LOCALE_DIR", tmp_path)
    i18n._catalogue.cache_clear()
    yield
    i18n._catalogue.cache_clear()


@pytest.mark.parametrize(
    ("language", "source", "expected"),
    [
        ("zh", "案件", "案件"),  # the source is the Chinese text
        ("en", "案件", "Cases"),
        ("en", "未译", "未译"),  # untranslated: the source
        ("en", "存疑", "存疑"),  # fuzzy: the source
        ("en", "没有条目", "没有条目"),  # unknown: the source
        ("en", "", ""),  # never the catalogue's header
    ],
)
@pytest.mark.usefixtures("catalogue")
def test_translation(language: str, source: str, expected: str) -> None:
    with use_language(language):
        assert _(source) == expected
        assert N_(source) == source


@pytest.mark.parametrize(
    ("language", "n", "expected"),
    [
        ("zh", 1, "1 件"),
        ("zh", 2, "2 件"),
        ("en", 1, "1 case"),
        ("en", 0, "0 cases"),  # English counts none in the plural
        ("en", 2, "2 cases"),
    ],
)
@pytest.mark.usefixtures("catalogue")
def test_plural(language: str, n: int, expected: str) -> None:
    with use_language(language):
        assert ngettext_("{n} 件", "{n} 件", n).format(n=n) == expected


@pytest.mark.usefixtures("catalogue")
def test_a_plural_without_translation_is_the_source() -> None:
    with use_language("en"):
        assert ngettext_("{n} 个", "{n} 个", 2) == "{n} 个"


def test_the_language_comes_back_after_the_block() -> None:
    assert current_language() == "zh"
    with use_language("en"):
        with use_language("zh"):
            assert current_language() == "zh"
        assert current_language() == "en"
    assert current_language() == "zh"


def test_an_unknown_language_is_refused_and_changes_nothing() -> None:
    with pytest.raises(ValueError, match=r"`language` was 'fr' but is expected to be in \['zh', 'en'\]"):
        use_language("fr")
    assert current_language() == "zh"


def test_two_threads_speak_two_languages() -> None:
    """Each thread sets its language, waits for the other, and still finds its own."""
    heard: dict[str, str] = {}
    both_set = threading.Barrier(2, timeout=10)

    def speak(language: str) -> None:
        use_language(language)
        both_set.wait()
        heard[language] = current_language()

    threads = [threading.Thread(target=speak, args=(language,)) for language in ("zh", "en")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard == {"zh": "zh", "en": "en"}
    assert current_language() == "zh"


def test_the_real_catalogue_is_read() -> None:
    with use_language("en"):
        assert _("网格") == "Grid"
    assert _("网格") == "网格"


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (0, 0, "0"),
        (12345, 0, "12,345"),
        (1234.56, 1, "1,234.6"),
        (-0.04, 1, "0.0"),  # no minus before a zero
        (-0.06, 1, "-0.1"),
        (None, 0, "—"),
        (float("nan"), 2, "—"),  # what a frame has for none
    ],
)
def test_number(value: float | None, decimals: int, expected: str) -> None:
    assert i18n.format_number(value, decimals) == expected


@pytest.mark.parametrize(
    ("count", "total", "expected"),
    [
        (911, 972, "93.7 % · 911/972"),
        (0, 972, "0.0 % · 0/972"),
        (972, 972, "100.0 % · 972/972"),
        (9999, 10000, "99.9 % · 9,999/10,000"),  # not all: never 100.0 %
        (1, 100000, "0.1 % · 1/100,000"),  # not none: never 0.0 %
        (0, 0, "— · 0/0"),  # nothing out of nothing has no rate
    ],
)
def test_share(count: int, total: int, expected: str) -> None:
    assert i18n.format_share(count, total) == expected


@given(st.integers(1, 10**9).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_a_share_is_whole_only_when_it_is(pair: tuple[int, int]) -> None:
    count, total = pair
    text = i18n.format_share(count, total)
    assert text.startswith("100.0 %") == (count == total)
    assert text.startswith("0.0 %") == (count == 0)


def test_times() -> None:
    assert i18n.format_datetime(datetime(2026, 3, 5, 14, 20, 59)) == "2026-03-05 14:20"
    assert i18n.format_date(date(2026, 3, 5)) == "2026-03-05"
    missing: Any
    for missing in (None, pd.NaT):
        assert i18n.format_datetime(missing) == i18n.format_date(missing) == "—"

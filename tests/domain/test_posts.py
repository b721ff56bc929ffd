"""What is police work: declared beginnings of categories, and a city's own file over them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.errors import InputRefused
from domain.posts import PoliceWork, police_work
from domain.settings import settings


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The path that the setting names."""
    path = tmp_path / "own.toml"
    monkeypatch.setenv("ONEGRID_POLICE", str(path))
    settings.cache_clear()
    yield path
    settings.cache_clear()


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ("平安建设/邻里纠纷", True),  # its first part begins so
        ("生态环境/噪声扰民", True),  # its last part does
        ("平安建设/消防通道占用", False),  # taken out again: the fire brigade's
        ("违停乱停", True),
        ("公用设施/路灯不亮", False),
        ("反诈骗宣传", False),  # holds the word, but does not begin with it
        ("Police - Noise", True),
        ("", False),
    ],
)
def test_which_categories_are_police_work(category: str, *, expected: bool):
    assert police_work().is_police(category) is expected


def test_the_order_of_categories_is_kept():
    assert police_work().among(("治安", "路灯", "警情")) == ("治安", "警情")


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(22, 6, (22, 23, 0, 1, 2, 3, 4, 5)), (0, 5, (0, 1, 2, 3, 4)), (8, 8, (*range(8, 24), *range(8)))],
)
def test_the_hours_of_the_night(start: int, end: int, expected: tuple[int, ...]):
    assert PoliceWork(categories=("x",), night_from=start, night_to=end, minimum_n=1).night_hours == expected


def test_a_citys_own_file_overrides_what_it_says(own: Path):
    own.write_text('categories = ["市容"]\nnight_from = 23\n', encoding="utf-8")
    told = police_work()
    assert (told.categories, told.except_) == (("市容",), ("消防",))
    assert (told.night_from, told.night_to) == (23, 6)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("categories = []", "categories"),
        ("night_from = 24", "night_from"),
        ("nights = 3", "nights"),
        ("categories = [", "own.toml"),
    ],
)
def test_what_is_wrong_in_a_file_is_named(own: Path, text: str, named: str):
    own.write_text(text, encoding="utf-8")
    with pytest.raises(InputRefused, match=named):
        police_work()


def test_a_file_that_is_not_there_is_named(own: Path):
    with pytest.raises(InputRefused, match=own.name):
        police_work()

"""Every column of an export is described, in both languages, with the words for its stored values."""

import pytest

from domain.case_fields import CASE_FIELDS
from domain.i18n import use_language


def test_a_field_tells_its_stored_values() -> None:
    assert CASE_FIELDS["rating"].meaning == "诉求人的评价。取值：good = 好评；fair = 一般；bad = 差评。"
    with use_language("en"):
        assert "good = Good" in CASE_FIELDS["rating"].meaning


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("state", "closed", "已结案"),
        ("channel", "hotline_12345", "12345热线"),
        ("channel", "市长信箱", "市长信箱"),  # a source's own channel is shown as it came
        ("category", "closed", "closed"),  # no vocabulary: nothing to translate
    ],
)
def test_stored_values_are_shown_in_words(field: str, value: str, shown: str) -> None:
    assert CASE_FIELDS[field].shown(value) == shown

"""Opening hours: what people write, what the store keeps, and every minute of the week in between."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InputRefused
from domain.opening_hours import DAYS, OpeningHours

WORKING = "Mo-Fr 08:30-17:30"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Mo-Fr 08:30-17:30; Sa 09:00-12:00", "Mo-Fr 08:30-17:30; Sa 09:00-12:00"),
        ("24/7", "24/7"),
        ("全天", "24/7"),
        ("24小时", "24/7"),
        ("每日 00:00-24:00", "24/7"),
        # over midnight, every day where none is said
        ("20:00-08:00", "Mo-Su 20:00-08:00"),
        ("每日20:00至08:00", "Mo-Su 20:00-08:00"),
        # Chinese days, one-digit hours, full width
        ("周一至周五 8:30-17:30", WORKING),
        ("周一至五 ８：３０－１７：３０", WORKING),
        ("星期一到星期五8时30分到17时30分", WORKING),
        ("工作日 8:30~17:30", WORKING),
        ("周末 9点-12点", "Sa-Su 09:00-12:00"),
        ("周一至周五 8:30-12:00、14:00-17:30；周六 9:00-12:00", "Mo-Fr 08:30-12:00,14:00-17:30; Sa 09:00-12:00"),
        # a comma before days begins the next rule
        ("周一至周五 8:30-17:30，周六、周日 9:00-12:00", "Mo-Fr 08:30-17:30; Sa-Su 09:00-12:00"),
        ("Mo,We,Fr 9:00-12:00", "Mo,We,Fr 09:00-12:00"),
        # over the end of the week
        ("Fr-Mo 10:00-11:00", "Mo,Fr-Su 10:00-11:00"),
        # a later rule replaces an earlier one
        ("Mo-Su 08:00-18:00; Su off", "Mo-Sa 08:00-18:00"),
        ("每日 8:00-18:00；周日 休息", "Mo-Sa 08:00-18:00"),
        ("Mo-Fr 08:00-17:00; We 08:00-12:00", "Mo-Tu,Th-Fr 08:00-17:00; We 08:00-12:00"),
        # what touches or overlaps is one
        ("Mo 08:00-10:00,09:00-12:00,12:00-13:00", "Mo 08:00-13:00"),
        ("Mo 22:00-24:00; Tu 00:00-06:00", "Mo 22:00-06:00"),
        # a day and longer is cut at midnight
        ("Sa 08:00-24:00; Su 00:00-20:00", "Sa 08:00-24:00; Su 00:00-20:00"),
        ("周一至周五 全天", "Mo-Fr 00:00-24:00"),
        ("休息", "off"),
    ],
)  # fmt: skip
def test_what_people_write_is_kept_in_one_way(text: str, kept: str):
    assert OpeningHours.parse(text).text == kept


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("上午8:30-12:00", "上午8:30-12:00"),
        ("Mo-Fr 08:30-17:30; PH off", "ph off"),
        ("Mo-Fr 25:00-26:00", "25:00-26:00"),
        ("08:60-09:00", "08:60-09:00"),
        ("08:00-08:00", "08:00-08:00"),
        ("24:00-08:00", "24:00-08:00"),
        ("周一至周五", "周一至周五"),
        ("见门口公告", "见门口公告"),
        ("Mo 08:00-12:00 off", "Mo 08:00-12:00 off"),
        ("", ""),
        ("；", "；"),
    ],
)
def test_what_is_not_understood_is_said(text: str, seen: str):
    with pytest.raises(InputRefused) as refused:
        OpeningHours.parse(text)
    assert seen.replace("；", ";") in refused.value.message.replace("；", ";")
    assert "08:30-17:30" in refused.value.remedy


def test_minutes_of_each_hour():
    found = OpeningHours.parse("Mo 08:30-10:15; Su 23:00-01:00")
    assert found.minutes[0][7:11] == (0, 30, 60, 15)
    assert found.minutes[6][23] == 60
    assert found.minutes[0][:2] == (60, 0)  # Sunday night is Monday morning
    assert found.hours_a_week == 3.75
    assert OpeningHours.parse("24/7").hours_a_week == 168
    assert OpeningHours.parse("off").hours_a_week == 0


def test_is_open_at_a_minute():
    found = OpeningHours.parse(WORKING)
    assert [found.is_open(0, minute) for minute in (509, 510, 1049, 1050)] == [False, True, True, False]
    assert not found.is_open(5, 600)


minutes = st.integers(0, 1439)
spans = st.tuples(minutes, st.integers(1, 1440)).filter(lambda span: span[0] != span[1])
rules = st.lists(
    st.tuples(st.sets(st.integers(0, 6), min_size=1), st.lists(spans, min_size=1, max_size=3)), min_size=1
)


def clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def written(rules: list) -> str:
    return "; ".join(
        f"{','.join(DAYS[day] for day in sorted(days))} {','.join('-'.join(map(clock, span)) for span in own)}"
        for days, own in rules
    )


def open_by_hand(rules: list) -> set[int]:
    """Minutes of the week, the slow way: what the last rule says of each day."""
    last = {day: own for days, own in rules for day in days}
    return {
        (day * 1440 + start + n) % 10080
        for day, own in last.items()
        for start, stop in own
        for n in range((stop - start) % 1440 or 1440)
    }


@given(rules)
def test_every_minute_is_as_the_rules_say(given_rules: list):
    found, expected = OpeningHours.parse(written(given_rules)), open_by_hand(given_rules)
    by_hour = [[0] * 24 for _ in range(7)]
    for minute in expected:
        by_hour[minute // 1440][minute % 1440 // 60] += 1
    assert found.minutes == tuple(map(tuple, by_hour))


@given(rules)
def test_the_kept_text_is_read_as_itself(given_rules: list):
    found = OpeningHours.parse(written(given_rules))
    assert OpeningHours.parse(found.text) == found


@given(rules, rules)
def test_the_same_minutes_have_the_same_text(one: list, other: list):
    same = OpeningHours.parse(written(one)).text == OpeningHours.parse(written(other)).text
    assert same == (open_by_hand(one) == open_by_hand(other))


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str):
    try:
        found = OpeningHours.parse(text)
    except InputRefused:
        return
    assert 0 <= found.hours_a_week <= 168

"""Numbers of persons in free texts: starred wherever a reader sees the text, and other numbers left alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.store import Store
from domain.actor import OPERATOR
from domain.case_order import CaseOrder
from domain.filters import CaseFilter
from domain.settings import Settings
from queries import case_list, cases, cloud
from queries.masking import masked_json
from tests.data.load.test_duty import load, post
from tests.support.small_city import COMMUNITIES, at, case, import_cases, write_cases

MASKS = [
    # mobiles
    ("电话13812345678请回电", "电话138****5678请回电"),
    ("tel13812345678", "tel138****5678"),
    ("13812345678", "138****5678"),
    ("138 1234 5678", "138 **** 5678"),
    ("138-1234-5678", "138-****-5678"),
    ("+86 13812345678", "+86 138****5678"),
    ("+8613812345678", "+86138****5678"),
    ("008613812345678", "0086138****5678"),
    ("8613812345678", "86138****5678"),
    ("１３８１２３４５６７８", "１３８****５６７８"),
    # several, with one character between them
    ("13812345678,13912345679，15012345670", "138****5678,139****5679，150****5670"),
    # identity numbers
    ("证件110105194912310021。", "证件110105************。"),
    ("11010519491231002X", "110105************"),
    ("11010519491231002x号", "110105************号"),
    ("110105 19491231 0021", "110105************"),
    # landlines
    ("0571-87654321", "0571-****4321"),
    ("057187654321", "0571****4321"),
    ("0571-8765432", "0571-***5432"),
    ("(0571)87654321转801", "(0571)****4321转801"),
    ("010 12345678", "010 ****5678"),
    ("01012345678", "010****5678"),
    ("021-1234-5678", "021-****5678"),
    # other numbers
    ("12345热线", "12345热线"),
    ("12812345678", "12812345678"),  # no mobile begins with 128
    ("1381234567", "1381234567"),  # ten digits
    ("138123456789", "138123456789"),  # twelve
    ("RX20260301004917", "RX20260301004917"),  # an order number
    ("2026030112345", "2026030112345"),
    ("1101051949123100", "1101051949123100"),  # sixteen
    ("1101051949123100210", "1101051949123100210"),  # nineteen
    ("330102001001001", "330102001001001"),  # a grid
    ("2026-03-05 14:20", "2026-03-05 14:20"),
    ("120.123456,30.123456", "120.123456,30.123456"),
    ("010-123456", "010-123456"),
    # nothing at all
    ("", ""),
    ("a\x00b13812345678", "a\x00b138****5678"),
    ("<b>${13812345678}</b>", "<b>${138****5678}</b>"),
]


def masked(store: Store, text: str) -> str:
    with store.session(OPERATOR) as session:
        return case_list.masked(session, text)


def test_numbers_of_persons_are_starred_and_no_others(city: Store) -> None:
    with city.session(OPERATOR) as session:
        assert [case_list.masked(session, text) for text, _shown in MASKS] == [
            shown for _text, shown in MASKS
        ]


MOBILE = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
AROUND = st.text(st.characters(exclude_categories=["Cs", "Nd"]), min_size=1, max_size=3)


@pytest.fixture(scope="module")
def open_city(small_city_db: Path, tmp_path_factory: pytest.TempPathFactory):
    path = tmp_path_factory.mktemp("masking") / "city.duckdb"
    path.write_bytes(small_city_db.read_bytes())
    with Store.opened(path, Settings()) as store:
        yield store


@given(st.lists(st.tuples(MOBILE, AROUND), min_size=1, max_size=6))
def test_no_mobile_survives_whatever_stands_around_it(
    open_city: Store, numbers: list[tuple[str, str]]
) -> None:
    text = "".join(number + around for number, around in numbers)
    shown = masked(open_city, text)
    for number, _around in numbers:
        assert number not in shown
    assert masked(open_city, shown) == shown


PERSONAL = "请拨13812345678或0571-87654321，证件11010519491231002X"
STARRED = "请拨138****5678或0571-****4321，证件110105************"


@pytest.fixture
def told(city: Store, tmp_path: Path) -> Store:
    mapping = (
        '[case]\nsource = "s"\narea_level = "community"\npersonal = []\n[case.columns]\n'
        'source_case_id = "no"\nreported_at = "reported"\nstate = "state"\ntitle = "title"\n'
        'description = "text"\nplace = "place"\nlon = "lon"\nlat = "lat"\n'
    )
    rows = [case("a", title=PERSONAL, text=PERSONAL, place=PERSONAL, **at(0, 0))]
    columns = ("no", "reported", "state", "title", "text", "place", "lon", "lat")
    import_cases(city, write_cases(tmp_path / "cases.csv", rows, columns), mapping)
    return city


def test_every_way_to_a_text_is_masked(told: Store) -> None:
    with told.session(OPERATOR) as session:
        found = case_list.page(session, CaseFilter(), None, CaseOrder.NEWEST, 1)
        (listed,) = found.rows.to_dict("records")
        detail = case_list.one(session, listed["case_id"])
        card = cases.points(session, CaseFilter(), None, 10).rows.iloc[0]
        exported = case_list.stream(session, CaseFilter(), None).batches.read_all().to_pylist()[0]
    assert (listed["title"], listed["place"]) == (STARRED, STARRED)
    for shown in (detail, exported):
        assert (shown["title"], shown["description"], shown["place"]) == (STARRED,) * 3
    assert (card["title"], card["place"]) == (STARRED, STARRED)


def test_a_number_cannot_be_guessed_by_searching_for_it(told: Store) -> None:
    """A search sees what the reader sees: else ten thousand searches would tell the four digits."""
    with told.session(OPERATOR) as session:
        for looked_for, count in (("13812345678", 0), ("1234", 0), ("5678", 1), ("请拨", 1)):
            assert case_list.total(session, CaseFilter(text=looked_for), None) == count


SHOWN = [
    # a free text that reaches a screen or a file, and what its reader sees
    ("update cases set given_area_name = $text", "select given_area_name from visible_case", STARRED),
    ("update import_batch set file_name = $text", "select distinct file_name from visible_batch", STARRED),
    ("update reject set value = $text", "select value from visible_reject", STARRED),
    ("update reject set raw = $text", "select raw from visible_reject", STARRED),
    (
        "insert into source_promise values ('s', 24, $text)",
        "select note from visible_source_promise",
        STARRED,
    ),
    # the office telephone of a post is there to be called
    (
        "update duty set contact = $text",
        "select contact from visible_duty",
        "请拨138****5678或0571-87654321，证件110105************",
    ),
    ("update duty set embedded_as = $text", "select embedded_as from visible_duty", STARRED),
    (
        (
            "insert into assessment by name select 1 as assessment_id, 'A' as code, 'inspection' as indicator,"
            " date '2026-07-01' as period_start, date '2026-09-30' as period_end, 80 as value, $text as evidence,"
            " now()::timestamp as valid_from, 1 as batch_id"
        ),
        "select evidence from visible_assessment",
        STARRED,
    ),
]


@pytest.mark.parametrize(("write", "read", "shown"), SHOWN)
def test_every_free_text_of_a_view_is_masked(
    told: Store, tmp_path: Path, write: str, read: str, shown: str
) -> None:
    import_cases(told, write_cases(tmp_path / "bad.csv", [case("b", state="?")]))
    load(told, tmp_path, post(COMMUNITIES[0], code="Z1"))
    with told.writing(OPERATOR) as writer:
        writer.run(write, {"text": PERSONAL})
    with told.session(OPERATOR) as session:
        assert session.rows(read) == [(shown,)]


JSONS = [
    # a text, and names that become one
    ({"values": {PERSONAL: 2, "无": 1}}, {"values": {STARRED: 2, "无": 1}}),
    ({"13812345678": 2, "13899995678": 3}, {"138****5678": 5}),
    ([PERSONAL, ["a", None, True]], [STARRED, ["a", None, True]]),
    # figures that look like a mobile stay figures
    ({"area_m2": 13812345678, "lon": 120.13812345678}, {"area_m2": 13812345678, "lon": 120.13812345678}),
]


@pytest.mark.parametrize(("told", "shown"), JSONS)
def test_texts_inside_json_are_masked_and_figures_are_not(
    open_city: Store, told: object, shown: object
) -> None:
    with open_city.session(OPERATOR) as session:
        assert masked_json(session, told) == shown


def test_what_an_import_found_names_no_number_of_a_person(city: Store, tmp_path: Path) -> None:
    report = import_cases(city, write_cases(tmp_path / "cases.csv", [case("a", area=PERSONAL)]))
    with city.session(OPERATOR) as session:
        found = cloud.findings_of(session, report["batch"])
        told = json.dumps(cloud.report_of(session, report["batch"]), ensure_ascii=False)
    (values,) = [item.detail["values"] for item in found if item.rule.code == "unknown_name"]
    assert values == {STARRED: 1}
    assert "13812345678" not in told
    assert STARRED in told

"""Encodings and delimiters as operators' files have them."""

import io

import pytest

from data.ingest.dialect import joined_header, sniff_delimiter, split_records, unique_names
from data.ingest.encoding import Utf8Stream, declared_encoding, detect_encoding
from domain.errors import InputRefused

TEXT = "案件编号,上报时间,描述\n1,2026-03-05 14:20,路灯不亮，请尽快处理\n" * 30


def opener_of(data):
    return lambda: io.BytesIO(data)


@pytest.mark.parametrize(
    ("written_as", "codec"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),  # with its byte order mark
        ("utf-16-le", "utf-16-le"),  # without one, as Excel's "Unicode text" sometimes comes
        ("utf-16-be", "utf-16-be"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),  # the superset reads it
    ],
)
def test_encoding_is_found_and_the_text_survives(written_as, codec):
    data = TEXT.encode(written_as)
    found = detect_encoding(opener_of(data))
    assert found.codec == codec
    assert found.confidence > 0.9
    assert Utf8Stream(io.BytesIO(data), found.codec).read().decode() == TEXT


def test_chinese_far_behind_megabytes_of_ascii_is_still_seen():
    data = b"1,plain ascii row\n" * 200_000 + "2,路灯不亮\n".encode("gbk")
    assert detect_encoding(opener_of(data)).codec == "gb18030"


def test_utf8_with_one_broken_character_stays_utf8_and_is_counted():
    data = TEXT.encode() + b"\xe4\xb8\n" + TEXT.encode()
    found = detect_encoding(opener_of(data))
    stream = Utf8Stream(io.BytesIO(data), found.codec)
    assert found.codec == "utf-8"
    assert stream.read().decode().count("\ufffd") == 1
    assert stream.replaced == 1


def test_a_replacement_character_that_the_file_holds_is_no_damage():
    stream = Utf8Stream(io.BytesIO("已有\ufffd字符".encode()), "utf-8")
    assert stream.read().decode() == "已有\ufffd字符"
    assert stream.replaced == 0


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16"])
def test_characters_cut_by_block_ends_are_whole(codec):
    text = "甲😀乙,\n" * 200_000  # several blocks, four-byte characters among them
    stream = Utf8Stream(io.BytesIO(text.encode(codec)), codec)
    pieces = iter(lambda: stream.read(65_537), b"")
    assert b"".join(pieces).decode() == text


def test_what_is_no_text_is_refused_with_its_first_bytes():
    with pytest.raises(InputRefused, match="89 50 4e 47"):
        detect_encoding(opener_of(b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 50))


def test_a_declared_encoding_that_does_not_fit_is_refused():
    with pytest.raises(InputRefused, match="ascii"):
        declared_encoding("ascii", opener_of(TEXT.encode("gbk")))
    with pytest.raises(InputRefused, match="utf-9"):
        declared_encoding("utf-9", opener_of(b"a"))


@pytest.mark.parametrize(
    ("head", "delimiter"),
    [
        ("a,b,c\n1,2,3\n", ","),
        ("a\tb\n1,5\t2\n", "\t"),  # decimal commas inside
        ('a;b;c\n1;"x, y\nz;w";3\n4;5;6,7\n', ";"),  # a quoted line end with delimiters in it
        ("只有一列\n1\n2\n", ","),
        ("2026年3月热线工单\n编号|时间|状态\n1|2|3\n4|5|6\n", "|"),  # a title above the header
    ],
)
def test_delimiter(head, delimiter):
    assert sniff_delimiter(head) == delimiter


def test_records_are_split_as_the_reader_does():
    assert [fields for fields, _end in split_records('a,"b\n""c""",d\r\n\r\n1,x"y,', ",")] == [
        ["a", 'b\n"c"', "d"],
        [""],
        ["1", 'x"y', ""],
    ]


def test_header_names_are_joined_and_unique():
    assert joined_header([["位置", "位置", "编号"], ["经度", "纬度", "编号"]]) == [
        "位置/经度",
        "位置/纬度",
        "编号",
    ]
    assert unique_names(["a", "", "a", "a_2", " b \n c"]) == ["a", "column_2", "a_2", "a_2_2", "b c"]

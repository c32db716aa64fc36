"""Messages are read by their own separators and character set, or refused with the place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneplace.feeds.hl7.reading import (
    Encoding,
    Refusal,
    Unreadable,
    read_file,
    read_message,
)

from .messages import message, written


def refusal(content: bytes) -> Refusal:
    with pytest.raises(Unreadable) as raised:
        read_message(content)
    return raised.value.refusal


def test_fields_are_numbered_as_hl7_numbers_them() -> None:
    read = message()

    assert read.header.field(1) == "|"
    assert read.header.field(2) == "^~\\&"
    assert read.header.field(3) == "PAS"
    assert (read.kind, read.event, read.control_id) == ("ADT", "A01", "Q1")
    assert read.text("PID", 5, 2) == "ADA"
    assert read.text("PID", 3, 4, repetition=2) == "NHS"
    assert read.text("PID", 99) == read.text("PID", 3, 99) == read.text("XXX", 1) == ""


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\r\r", b"\n\n"])
def test_every_line_end_is_read(end: bytes) -> None:
    content = written().replace(b"\r", end)

    assert read_message(content).segments == message().segments


def test_the_separators_are_those_of_the_message() -> None:
    content = b"MSH*:;!%*PAS*ZZ8***20260312**ADT:A01*Q1*T*2.4\rPID***1:::A%1.2%ISO:MR;2:::B:MR\r"

    read = read_message(content)

    assert read.text("PID", 3, 4) == "A%1.2%ISO"
    assert read.encoding.subcomponents(read.text("PID", 3, 4)) == ["A", "1.2", "ISO"]
    assert read.text("PID", 3, 1, repetition=2) == "2"


def test_a_separator_not_declared_splits_nothing() -> None:
    read = read_message(b"MSH|^|PAS|ZZ8|||20260312||ADT^A01|Q1|T|2.4\rPID|||1~2&3\\F\\^B\r")

    assert read.text("PID", 3) == "1~2&3\\F\\"


@pytest.mark.parametrize("marks", ["", "^^~", "A~", "^~\\^", "\t~"])
def test_separators_that_cannot_be_are_refused(marks: str) -> None:
    content = f"MSH|{marks}|PAS|ZZ8|||20260312||ADT|1|T|2.4\r".encode()

    assert refusal(content).segment == "MSH"


@pytest.mark.parametrize(
    ("escaped", "plain"),
    [
        ("a\\F\\b", "a|b"), ("a\\S\\b", "a^b"), ("a\\T\\b", "a&b"), ("a\\R\\b", "a~b"),
        ("a\\E\\b", "a\\b"), ("a\\.br\\b", "a\nb"), ("a\\X41\\b", "aAb"), ("\\H\\a\\N\\", "a"),
        ("a\\XC3A9\\b", "aéb"), ("a\\E\\F\\E\\b", "a\\F\\b"), ("a\\S\\\\T\\b", "a^&b"),
        ("a\\Q\\b", "a\\Q\\b"), ("a\\b", "a\\b"), ("C:\\temp\\", "C:\\temp\\"), ("\\", "\\"),
        ("a\\XZZ\\b", "a\\XZZ\\b"), ("a\\X00\\b", "a\\X00\\b"), ("a\\XFF\\b", "a\\XFF\\b"),
    ],
)  # fmt: skip
def test_escapes_are_resolved_and_unknown_ones_left(escaped: str, plain: str) -> None:
    assert Encoding(codec="utf-8").plain(escaped) == plain


@given(st.text(alphabet=st.characters(exclude_characters="\r\n\x00", exclude_categories=["Cs"])))
def test_what_is_escaped_is_read_back(text: str) -> None:
    encoding = Encoding(codec="utf-8")

    assert encoding.plain(encoding.escaped(text)) == text


@pytest.mark.parametrize(
    ("said", "codec"),
    [("UNICODE UTF-8", "utf-8"), ("8859/1", "iso8859-1"), ("ISO-8859-1", "iso8859-1"),
     ("UTF-8~8859/1", "utf-8"), ("unicode utf-8", "utf-8")],
)  # fmt: skip
def test_the_character_set_is_the_one_declared(said: str, codec: str) -> None:
    content = written(MSH={18: said}, PID={5: "BRÖNTE^ZOË"}, codec=codec)

    assert read_message(content).text("PID", 5) == "BRÖNTE"


@pytest.mark.parametrize("codec", ["utf-8", "iso8859-1"])
def test_without_a_character_set_the_bytes_themselves_tell(codec: str) -> None:
    content = written(MSH={18: ""}, PID={5: "BRÖNTE^ZOË"}, codec=codec)

    read = read_message(content)

    assert (read.text("PID", 5), read.text("PID", 5, 2)) == ("BRÖNTE", "ZOË")
    assert (read.encoding.codec, read.encoding.charset) == (codec, "")


def test_a_byte_outside_the_feeds_own_character_set_is_said_to_be_so() -> None:
    content = written(MSH={18: ""}, PID={5: "BRÖNTE^ZOE"}, codec="iso8859-1")

    with pytest.raises(Unreadable, match="0xD6 is not UTF-8, which holds for this feed"):
        read_message(content, charset="UTF-8")


def test_a_byte_outside_the_character_set_is_named_with_its_place() -> None:
    content = written(MSH={18: "ASCII"}, PID={5: "BRÖNTE^ZOE"}, codec="iso8859-1")

    found = refusal(content)

    assert (found.segment, found.field) == ("PID", 5)
    assert content[found.offset] == 0xD6
    assert "0xD6 is not ASCII, which MSH-18 declares" in found.reason


def test_a_feed_may_say_what_an_empty_character_set_means() -> None:
    content = written(MSH={18: ""}, PID={5: "BRÖNTE^ZOE"}, codec="iso8859-1")

    assert read_message(content, charset="8859/1").text("PID", 5) == "BRÖNTE"


def test_an_unknown_character_set_is_refused() -> None:
    assert "KLINGON" in refusal(written(MSH={18: "KLINGON"})).reason


@pytest.mark.parametrize(
    "content",
    [b"", b"MSH", b"MSH|", b"PID|1", b"hello", written() + b"not a segment\r",
     written() + written(), written(PID={5: "A\x00B"}), b"MSH\xff^~\\&|A\r"],
)  # fmt: skip
def test_what_is_no_message_is_refused(content: bytes) -> None:
    assert refusal(content).reason


def test_a_message_too_large_is_refused() -> None:
    with pytest.raises(Unreadable, match="at most 100"):
        read_message(written(), largest=100)


def test_a_file_holds_message_after_message() -> None:
    content = written(MSH={10: "1"}) + written("A03", MSH={10: "2"})

    reading = read_file(content, file="a.hl7")

    assert [(each.number, each.control_id) for each in reading.messages] == [(1, "1"), (2, "2")]
    assert content[reading.messages[1].offset :].startswith(b"MSH")
    assert reading.refused == ()


def test_one_unreadable_message_leaves_its_neighbours() -> None:
    bad = written(MSH={18: "ASCII"}, PID={5: "É"})

    reading = read_file(written() + bad + written(), file="a.hl7")

    assert [each.number for each in reading.messages] == [1, 3]
    (found,) = reading.refused
    assert (found.message, found.file, found.segment, found.field) == (2, "a.hl7", "PID", 5)
    assert str(found).startswith("a.hl7, message 2, PID-5, byte ")


def test_frames_and_marks_in_a_file_are_no_hindrance() -> None:
    content = b"\xef\xbb\xbf" + written() + b"\x0b" + written() + b"\x1c\r" + b"\x1a"

    reading = read_file(content)

    assert len(reading.messages) == 2
    assert reading.refused == ()


def test_junk_before_the_first_message_is_named() -> None:
    reading = read_file(b"hello\r" + written())

    assert len(reading.messages) == 1
    assert "hello" in reading.refused[0].reason


def test_an_empty_file_holds_nothing() -> None:
    assert read_file(b"") == read_file(b"\r\n") == read_file(b"\xef\xbb\xbf")
    assert read_file(b"").refused == ()


def batch(*messages: bytes, count: str) -> bytes:
    return b"BHS|^~\\&|PAS\r" + b"".join(messages) + f"BTS|{count}\r".encode()


def test_a_batch_whose_trailer_agrees_is_taken() -> None:
    content = b"FHS|^~\\&|PAS\r" + batch(written(), written(), count="2") + b"FTS|1\r"

    reading = read_file(content)

    assert len(reading.messages) == 2
    assert reading.refused == ()


@pytest.mark.parametrize(
    "content",
    [
        batch(written(), written(), count="3"),
        batch(written(), written(), count="two"),
        batch(written(), b"MSH|^~\\&|damaged\rnot a segment\r", count="2"),
        b"BHS|^~\\&\r" + written() + written(),
        b"FHS|^~\\&\r" + batch(written(), count="1") + batch(written(), count="1") + b"FTS|3\r",
        b"FHS|^~\\&\r" + batch(written(), count="1") + batch(written(), count="2") + b"FTS|2\r",
        b"FHS|^~\\&\r" + batch(written(), written(), count="2"),
        b"FHS|^~\\&\rBHS|^~\\&\r" + written() + written() + b"FTS|1\r",
    ],
)
def test_a_declared_unit_is_taken_whole_or_not_at_all(content: bytes) -> None:
    reading = read_file(content)

    assert reading.messages == ()
    assert {each.message for each in reading.refused} >= {1, 2} - {
        each.message for each in reading.messages
    }


def test_one_bad_batch_leaves_another() -> None:
    content = batch(written(), count="2") + batch(written(), count="1") + written()

    reading = read_file(content)

    assert [each.number for each in reading.messages] == [2, 3]


def test_a_trailer_without_a_header_is_named() -> None:
    reading = read_file(written() + b"BTS|1\r")

    assert len(reading.messages) == 1
    assert "BTS" in reading.refused[0].reason


PIECES = [
    b"MSH|^~\\&|", b"FHS|", b"BHS|^~\\&", b"BTS|1", b"FTS|x", b"PID|1||", b"\r", b"\n", b"\x0b",
    b"\x1c", b"|", b"^", b"~", b"\\", b"&", b"\xff", b"\x00", b"ADT^A01", written(),
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=8), max_size=25))
def test_any_bytes_are_read_or_refused(pieces: list[bytes]) -> None:
    reading = read_file(b"".join(pieces))

    for each in reading.messages:
        assert each.segments[0].name == "MSH"
    for found in reading.refused:
        assert found.reason

"""Acknowledgements echo, swap, and say where the fault is."""

from datetime import UTC, datetime

import pytest

from oneplace.feeds.hl7.answering import Answers, answer_to_unreadable, answers
from oneplace.feeds.hl7.checking import check
from oneplace.feeds.hl7.reading import Message, Refusal, Unreadable, read_message

from .messages import message, written

AT = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)


def answered(read: Message) -> Answers:
    return answers(read, check(read), at=AT, control_id="R1")


def at_once(read: Message) -> Message:
    content = answered(read).at_once
    assert content is not None
    return read_message(content)


def test_an_answer_echoes_the_control_id_and_swaps_sender_and_receiver() -> None:
    ack = at_once(message(MSH={9: "ADT^A01^ADT_A01"}))

    assert [ack.text("MSH", number) for number in (3, 4, 5, 6)] == [
        "ROUTE", "ALLIANCE", "PAS", "ZZ8",
    ]  # fmt: skip
    assert ack.header.field(9) == "ACK^A01^ACK"
    assert ack.text("MSH", 7) == "20260701103000+0100"
    assert (ack.text("MSH", 10), ack.text("MSH", 11), ack.text("MSH", 12)) == ("R1", "T", "2.4")
    assert (ack.text("MSA", 1), ack.text("MSA", 2)) == ("AA", "Q1")
    assert ack.first("ERR") is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [({}, "AA"), ({"PID": {8: "Q"}}, "AA"), ({"PID": {3: ""}}, "AE"), ({"MSH": {12: "9"}}, "AR")],
)
def test_the_code_is_that_of_the_worst_fault(changes: dict[str, object], code: str) -> None:
    assert at_once(message(**changes)).text("MSA", 1) == code


def test_an_old_version_is_told_the_place_in_one_err_segment() -> None:
    ack = at_once(message(PID={3: "", 8: "Q"}))

    (err,) = ack.every("ERR")
    assert err.field(1) == (
        "PID^1^3^101&Required field missing&HL70357~PID^1^8^103&Table value not found&HL70357"
    )


def test_a_newer_version_is_told_each_place_in_its_own_err_segment() -> None:
    ack = at_once(message(MSH={12: "2.5"}, PID={3: "", 8: "Q"}))

    first, second = ack.every("ERR")
    assert (first.field(2), first.field(4)) == ("PID^1^3^1", "E")
    assert (second.field(2), second.field(4)) == ("PID^1^8^1^1", "W")
    assert first.field(3) == "101^Required field missing^HL70357"


@pytest.mark.parametrize(
    ("accept", "application", "faulty", "first", "second"),
    [
        ("AL", "NE", False, "CA", None), ("AL", "NE", True, "CE", None),
        ("AL", "AL", False, "CA", "AA"), ("NE", "AL", True, "AE", None),
        ("NE", "NE", True, None, None), ("ER", "NE", False, None, None),
        ("ER", "NE", True, "CE", None), ("SU", "ER", False, "CA", None),
        ("SU", "ER", True, "AE", None), ("", "AL", False, "AA", None),
    ],
)  # fmt: skip
def test_enhanced_mode_answers_on_the_senders_conditions(
    accept: str, application: str, faulty: bool, first: str | None, second: str | None
) -> None:
    read = message(MSH={15: accept, 16: application}, PID={3: ""} if faulty else {})

    found = answered(read)

    assert _code(found.at_once) == first
    assert _code(found.later) == second


def _code(content: bytes | None) -> str | None:
    return read_message(content).text("MSA", 1) if content is not None else None


def test_enhanced_mode_rejects_an_unsupported_version_with_cr() -> None:
    assert at_once(message(MSH={12: "9", 15: "AL"})).text("MSA", 1) == "CR"


def test_an_acknowledgement_is_never_acknowledged() -> None:
    assert answered(message(MSH={9: "ACK^A01"})) == Answers(None)


def test_the_answer_is_written_as_the_message_was() -> None:
    raw = written(MSH={18: "8859/1", 10: "Ö1"}, codec="iso8859-1").replace(b"^", b"$")

    ack = at_once(read_message(raw))

    assert ack.text("MSA", 2) == "Ö1"
    assert ack.encoding.component == "$"


def test_something_unreadable_is_rejected_where_its_header_stands() -> None:
    raw = written(MSH={18: "ASCII"}, PID={5: "É"})
    with pytest.raises(Unreadable) as raised:
        read_message(raw)

    content = answer_to_unreadable(raw, raised.value.refusal, at=AT, control_id="R1")

    assert content is not None
    ack = read_message(content)
    assert (ack.text("MSA", 1), ack.text("MSA", 2)) == ("AR", "Q1")
    assert ack.text("MSH", 5) == "PAS"


def test_a_rejection_names_segment_and_field_in_its_err() -> None:
    raw = written(MSH={12: "2.5"}, PID={5: "É"}, codec="latin-1")
    with pytest.raises(Unreadable) as raised:
        read_message(raw)

    content = answer_to_unreadable(raw, raised.value.refusal, at=AT, control_id="R1")

    assert content is not None
    ack = read_message(content)
    (err,) = ack.every("ERR")
    assert ack.text("MSA", 3).startswith("PID-5: Byte 0xC9")
    assert (err.field(2), err.field(4)) == ("PID^1^5^1", "E")
    assert err.field(3) == "102^Data type error^HL70357"


def test_a_frame_without_a_header_is_rejected_where_somebody_waits() -> None:
    refusal = Refusal("Expected a message to begin with MSH, found b'hello'.")

    content = answer_to_unreadable(b"hello", refusal, at=AT, control_id="R1", is_awaited=True)
    of_an_answer = answer_to_unreadable(
        b"MSH|^~\\&|||||||ACK|1|P|2.4", refusal, at=AT, control_id="R1", is_awaited=True
    )

    assert content is not None
    ack = read_message(content)
    assert (ack.text("MSA", 1), ack.text("MSA", 2)) == ("AR", "")
    assert ack.text("MSA", 3).startswith("Expected a message")
    assert ack.text("ERR", 1) == "MSH"
    assert of_an_answer is None


@pytest.mark.parametrize(
    "raw", [b"", b"hello", b"MSH|", b"MSH|^~\\&|||||||ACK|1|P|2.4\rno segment"]
)
def test_something_without_a_header_is_not_answered(raw: bytes) -> None:
    with pytest.raises(Unreadable) as raised:
        read_message(raw)

    assert answer_to_unreadable(raw, raised.value.refusal, at=AT, control_id="R1") is None

"""Damaged messages and other suppliers' habits: read, answered or refused, never a crash."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneplace.feeds.hl7.answering import answer_to_unreadable, answers
from oneplace.feeds.hl7.checking import check, worst
from oneplace.feeds.hl7.facts import PersonSaid, PhoneKind, SpellSaid
from oneplace.feeds.hl7.habits import Answer
from oneplace.feeds.hl7.meaning import understand
from oneplace.feeds.hl7.order import spells_of
from oneplace.feeds.hl7.reading import Message, Unreadable, read_message
from oneplace.feeds.hl7.tables import events

from .messages import message, written

AT = datetime(2026, 3, 12, 9, tzinfo=UTC)
VALUES = st.sampled_from(
    ["", '""', "^", "~", "&", "^^^", "~~", "\\", "\\X\\", '""^""', "A&B^C&D", "20260230", "Y", "é",
     "9990000018^^^NHS^NH", "^^^&&&^", "V1^^^&1.2&ISO", "-1", "²", "x" * 300, "00000000", "\\.br\\"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([*sorted(events()), "A99", ""]),
    st.dictionaries(
        st.sampled_from(["MSH", "EVN", "PID", "PD1", "NK1", "PV1", "PV2", "AL1", "DG1", "MRG"]),
        st.dictionaries(st.integers(3, 52), VALUES, max_size=8),
        max_size=5,
    ),
)
def test_any_field_may_hold_anything(event: str, changes: dict[str, dict[int, str]]) -> None:
    try:
        read = message(event, **changes)
    except Unreadable as unreadable:
        assert unreadable.refusal.reason
        return
    whole_way(read)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_damage_is_read_or_refused(data: st.DataObject) -> None:
    raw = bytearray(written(data.draw(st.sampled_from(sorted(events())))))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(raw) - 1))
        raw[place : place + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=4))
        raw = raw or bytearray(b"x")
    try:
        read = read_message(bytes(raw))
    except Unreadable as unreadable:
        answer_to_unreadable(bytes(raw), unreadable.refusal, at=AT, control_id="R1")
        return
    whole_way(read)


def whole_way(read: Message) -> None:
    faults = check(read)
    meaning = understand(read)
    answered = answers(read, faults, at=AT, control_id="R1")
    spells_of(fact for fact in meaning.facts if isinstance(fact, SpellSaid))
    for content in (answered.at_once, answered.later):
        if content is not None:
            assert read_message(content).kind == "ACK"


@pytest.mark.parametrize("raw", [b"MSH\r|^~\\&|PAS|ZZ8\r", b"MSH\rEVN||2026\r"])
def test_a_header_cut_off_before_its_separator_is_refused_naming_it(raw: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        read_message(raw)

    assert (refused.value.refusal.segment, refused.value.refusal.field) == ("MSH", 1)
    # Too little of a header to know whom to answer.
    assert answer_to_unreadable(raw, refused.value.refusal, at=AT, control_id="R1") is None


def test_a_supplier_that_ends_lines_with_lf_and_pads_its_header() -> None:
    raw = written(MSH={9: "ADT^A01^ADT_A01", 12: "2.3"}).replace(b"\r", b"\n") + b"\n\n"

    assert worst(check(read_message(raw))) is Answer.ACCEPT


def test_a_supplier_that_sends_telephones_in_pieces_and_email() -> None:
    phones = "^PRN^PH^^44^1632^960000~^NET^Internet^ada@example.org"

    said = understand(message(PID={13: phones})).facts[0]

    assert isinstance(said, PersonSaid)
    assert [(phone.number, phone.kind) for phone in said.phones] == [
        ("44 1632 960000", PhoneKind.LANDLINE), ("ada@example.org", PhoneKind.EMAIL),
    ]  # fmt: skip


def test_a_supplier_that_says_family_name_and_street_in_pieces() -> None:
    pid = {5: "VAN DER BELL&VAN DER&BELL^ADA", 11: "High Street&High Street&1^^Town"}

    said = understand(message(PID=pid)).facts[0]

    assert isinstance(said, PersonSaid)
    assert said.names[0].family == "VAN DER BELL"
    assert said.addresses[0].lines == ("High Street High Street 1",)


def test_a_supplier_of_a_later_version_puts_the_doctors_authority_in_component_nine() -> None:
    read = message(PV1={7: "C999^Ray^Mo^^^Mr^^^GMC"})

    (said,) = (fact for fact in understand(read).facts if isinstance(fact, SpellSaid))

    assert said.attending[0].authority == "GMC"

"""What a message says, field by field; what no fact takes is listed."""

import pytest

from oneplace.feeds.hl7.facts import (
    AdtFact,
    AllergySaid,
    Change,
    Coded,
    DiagnosisSaid,
    Identifier,
    Location,
    MergeKind,
    MergeSaid,
    NextOfKinSaid,
    Pair,
    PersonSaid,
    PhoneKind,
    ProcedureSaid,
    SpellSaid,
)
from oneplace.feeds.hl7.habits import Habits, OwnField, OwnMeaning
from oneplace.feeds.hl7.meaning import Meaning, understand
from oneplace.feeds.hl7.reading import Message
from oneplace.feeds.hl7.tables import FieldRow, codes, events, fields
from oneplace.vocabulary.terms import Gender

from .messages import message

HOSPITAL = Identifier("12345", "ZZ8", "MR")
NHS = Identifier("9990000018", "NHS", "NH", is_nhs_number=True)


def person(read: Message) -> PersonSaid:
    (fact,) = (each for each in understand(read).facts if isinstance(each, PersonSaid))
    return fact


def spell(read: Message, habits: Habits | None = None) -> SpellSaid:
    facts = understand(read, habits or Habits()).facts
    (fact,) = (each for each in facts if isinstance(each, SpellSaid))
    return fact


def merges(read: Message) -> list[MergeSaid]:
    return [each for each in understand(read).facts if isinstance(each, MergeSaid)]


def test_a_person_is_named_by_every_identifier() -> None:
    said = person(message())

    assert said.identifiers == (HOSPITAL, NHS)
    assert said.names[0][:3] == ("BELL", "ADA", "M")
    assert said.names[0].kind == "L"
    assert said.born is not None
    assert said.born.text == "19400506"
    assert said.gender == "female"
    assert said.nhs_number_status == "01"
    assert said.is_dead is False
    assert said.is_identity_unknown is False
    assert said.practice is not None
    assert said.practice.code == "ZZ0001"
    assert [phone.kind for phone in said.phones] == [PhoneKind.LANDLINE, PhoneKind.MOBILE]
    assert said.addresses[0].postcode == "ZZ1 1ZZ"
    assert said.ethnicity == Coded("A")
    assert said.deletes == ()


def test_every_fact_has_its_source() -> None:
    meaning = understand(message())

    for fact in meaning.facts:
        assert fact.source.key == ("PAS", "ZZ8", "Q1")
    assert meaning.facts[0].source.occurred is not None


def test_an_authority_may_carry_its_universal_id() -> None:
    said = person(message(PID={3: "999 000 0018^^^NHS&2.16.840.1.113883.2.1.4.1&ISO^NH"}))

    assert said.identifiers == (NHS._replace(authority_id="2.16.840.1.113883.2.1.4.1"),)


def test_an_escaped_separator_stays_part_of_the_text() -> None:
    (person,) = [
        fact
        for fact in understand(
            message(
                PID={
                    3: "12345^^^Z\\T\\8&1.2&ISO^MR", 5: "SMITH \\T\\ SONS&VAN^J",
                    11: "1 \\T\\ 2&High Street^^Town",
                },
            )
        ).facts
        if isinstance(fact, PersonSaid)
    ]  # fmt: skip

    assert person.names[0].family == "SMITH & SONS"
    assert person.addresses[0].lines == ("1 & 2 High Street",)
    assert (person.identifiers[0].authority, person.identifiers[0].authority_id) == ("Z&8", "1.2")


def test_what_an_nhs_number_is_called_is_the_senders_habit() -> None:
    read = message(PID={3: "9990000018^^^NHSNBR^NHSNMBR~9^^^ZZ8^PI"})

    found = understand(read, Habits(nhs_authorities=frozenset({"NHSNBR"}))).facts[0]

    assert isinstance(found, PersonSaid)
    assert [each.is_nhs_number for each in found.identifiers] == [True, False]


def test_an_unsound_nhs_number_is_kept_and_marked() -> None:
    said = person(message(PID={3: "9990000019^^^NHS^NH"}))

    assert said.identifiers[0].value == "9990000019"
    assert not said.identifiers[0].is_sound


def test_nothing_said_and_asked_to_delete_are_kept_apart() -> None:
    silent = person(message(PID={13: "", 16: ""}))
    deleting = person(message(PID={13: '""', 16: '""'}))

    assert (silent.phones, silent.marital_status, silent.deletes) == ((), None, ())
    assert deleting.deletes == ("phones", "marital_status")


@pytest.mark.parametrize("text", ["N", '""'])
def test_identity_unknown_is_taken_back_by_n_or_delete(text: str) -> None:
    assert person(message(PID={31: text})).is_identity_unknown is False
    assert person(message(PID={31: "Y"})).is_identity_unknown is True
    assert person(message(PID={31: ""})).is_identity_unknown is None


@pytest.mark.parametrize(("text", "status"), [("PDS02", "02"), ("NSTS08", "08"), ("XX01", ""),
                                              ("AL~NSTS03", "03"), ("NSTS77", "")])  # fmt: skip
def test_the_tracing_status_is_found_behind_its_prefix(text: str, status: str) -> None:
    assert person(message(PID={32: text})).nhs_number_status == status


def test_a_visit_is_told_with_its_codes_and_places() -> None:
    said = spell(message(PV1={6: "W0^^^ZZ8"}))

    assert said.change is Change.ADMITTED
    assert said.visit == Identifier("V1", "ZZ8", "VN")
    assert said.location == Location("W1", "B1", "3", "ZZ8")
    assert said.prior_location == Location("W0", "", "", "ZZ8")
    assert (said.admission_method, said.source_of_admission) == ("21", "19")
    assert said.attending[0].authority == "ZZ8"
    assert said.expected_discharge is not None
    assert said.expected_discharge.text == "20260320"


@pytest.mark.parametrize(
    ("event", "pv1", "evn", "source"),
    [
        ("A01", {44: "20260312080000"}, {}, "PV1-44"),
        ("A01", {44: ""}, {}, "EVN-6"),
        ("A01", {44: ""}, {6: ""}, "MSH-7"),
        ("A03", {45: "20260312090000"}, {}, "PV1-45"),
        ("A03", {45: ""}, {}, "EVN-6"),
        ("A03", {45: ""}, {6: ""}, "MSH-7"),
        ("A02", {44: "20260312080000"}, {}, "EVN-6"),
        ("A02", {}, {6: ""}, "EVN-2"),
        ("A08", {45: "20260312080000"}, {}, "EVN-6"),
        ("A01", {44: "rubbish"}, {}, "EVN-6"),
    ],
)
def test_when_it_happened_falls_back_in_a_stated_order(
    event: str, pv1: dict[int, str], evn: dict[int, str], source: str
) -> None:
    assert spell(message(event, PV1=pv1, EVN=evn)).happened_from == source


def test_a_visit_without_any_time_is_listed_as_unmapped() -> None:
    read = message("A02", EVN={2: "", 6: ""}, MSH={7: ""})

    meaning = understand(read)

    assert not any(isinstance(fact, SpellSaid) for fact in meaning.facts)
    assert any(line.reason.startswith("No time") for line in meaning.unmapped)


@pytest.mark.parametrize(
    ("event", "undone"),
    [("A11", (Change.ADMITTED, Change.REGISTERED)), ("A12", (Change.TRANSFERRED,)),
     ("A13", (Change.DISCHARGED,)), ("A38", (Change.PLANNED,)), ("A27", (Change.PLANNED,)),
     ("A52", (Change.WENT_ON_LEAVE,)), ("A53", (Change.CAME_BACK_FROM_LEAVE,)), ("A01", ())],
)  # fmt: skip
def test_a_cancel_names_what_it_takes_back(event: str, undone: tuple[Change, ...]) -> None:
    assert spell(message(event)).undoes == undone


def test_a_visit_number_without_authority_is_the_sending_hospitals() -> None:
    assert spell(message(PV1={19: "V1"})).visit == Identifier("V1", "ZZ8", "VN")
    assert spell(message(PV1={19: ""})).visit is None


def test_a_message_about_a_person_tells_of_no_visit() -> None:
    for event in ("A28", "A31"):
        meaning = understand(message(event))
        assert not any(isinstance(fact, SpellSaid) for fact in meaning.facts)
        assert meaning.unmapped == ()


def test_a_merge_pairs_its_lists_position_by_position() -> None:
    (said,) = merges(message("A40"))

    gone = Identifier("99999", "ZZ8", "MR")
    assert said.kind is MergeKind.PERSON_MERGED
    assert said.survivor == (HOSPITAL, NHS)
    assert said.pairs[0] == Pair(gone, HOSPITAL)
    assert len(said.pairs) == 2


def test_lists_that_do_not_pair_are_told_without_pairs() -> None:
    (said,) = merges(message("A40", MRG={1: "88888^^^ZZ8^MR~99999^^^ZZ8^MR"}))

    assert len(said.discarded) == 2
    assert said.pairs == ()


def test_one_message_may_merge_several_people() -> None:
    found = merges(message("A40", layout="MSH EVN PID MRG PID MRG"))

    assert len(found) == 2


@pytest.mark.parametrize(
    ("event", "kind"),
    [("A34", MergeKind.PERSON_MERGED), ("A42", MergeKind.VISIT_MERGED),
     ("A43", MergeKind.IDENTIFIER_MOVED), ("A47", MergeKind.IDENTIFIER_CHANGED)],
)  # fmt: skip
def test_each_kind_of_merge_is_told(event: str, kind: MergeKind) -> None:
    (said,) = merges(message(event, MRG={5: "V0"}))

    assert said.kind is kind
    assert said.prior_visit == Identifier("V0", "ZZ8", "VN")
    assert (said.visit is not None) == (event == "A42")


def test_an_unknown_event_gives_no_fact_and_says_so() -> None:
    meaning = understand(message("A99"))

    assert meaning.facts == ()
    assert [line.segment for line in meaning.unmapped][:2] == ["EVN", "PID"]


def test_own_segments_are_listed_and_read_by_the_senders_habits() -> None:
    read = message("A03", extra="ZDR|1|20260312090000|P1|4\nZXX|1|own")
    habits = Habits(
        own_fields=(
            OwnField("ZDR", 2, OwnMeaning.READY), OwnField("ZDR", 3, OwnMeaning.PATHWAY),
            OwnField("ZDR", 4, OwnMeaning.DISCHARGE_METHOD),
        )
    )  # fmt: skip

    plain, known = understand(read), understand(read, habits)

    assert [line.segment for line in plain.unmapped] == ["ZDR", "ZXX"]
    assert [line.segment for line in known.unmapped] == ["ZXX"]
    said = spell(read, habits)
    assert (said.pathway, said.discharge_method) == ("P1", "4")
    assert said.ready is not None


def test_a_second_repetition_of_what_is_said_once_is_listed() -> None:
    meaning = understand(message(PID={16: "M~W"}))

    (line,) = meaning.unmapped
    assert (line.segment, line.field, line.text) == ("PID", 16, "W")


LAYOUTS = {"MRG": "A42", "NK1": "A01"}
FACTS: dict[str, type[AdtFact]] = {
    each.__name__: each
    for each in (
        PersonSaid, NextOfKinSaid, SpellSaid, MergeSaid, AllergySaid, DiagnosisSaid, ProcedureSaid,
    )
}  # fmt: skip


def landed(meaning: Meaning, lands_in: str) -> object:
    name, attribute = lands_in.split(".")
    if name == "Source":
        return getattr(meaning.facts[0].source, attribute)
    return [getattr(fact, attribute) for fact in meaning.facts if isinstance(fact, FACTS[name])]


@pytest.mark.parametrize("row", fields(), ids=lambda row: f"{row.segment}-{row.field}")
def test_every_field_of_the_table_reaches_a_fact_or_a_named_line(row: FieldRow) -> None:
    if row.lands_in in {"encoding", "answer"}:
        assert row.segment in {"MSH", "MSA"}
        return
    event = LAYOUTS.get(row.segment, "A01")
    changed: dict[str, object] = {row.segment: {row.field: row.example}}
    without: dict[str, object] = {row.segment: {row.field: ""}}

    meaning = understand(message(event, **changed))

    assert row.example
    if row.lands_in == "unmapped":
        assert (row.segment, row.field, row.example) in [
            (line.segment, line.field, line.text) for line in meaning.unmapped
        ]
    elif (row.segment, row.field) == ("MSH", 9):
        assert landed(understand(message("A04")), row.lands_in) == "A04"
    else:
        assert landed(meaning, row.lands_in) != landed(
            understand(message(event, **without)), row.lands_in
        )
        assert (row.segment, row.field) not in [(u.segment, u.field) for u in meaning.unmapped]


def test_the_tables_speak_our_own_words() -> None:
    assert {row["gender"] for row in codes("sex").values()} <= set(Gender.stored_words())
    known = {*Change.stored_words(), *MergeKind.stored_words()}
    for event in events().values():
        assert event.change in known or event.change.startswith("person_")
        assert set(event.undoes) <= set(Change.stored_words())
    assert {row.codes for row in fields()} - {""} <= {*codes_named()}


def codes_named() -> tuple[str, ...]:
    from oneplace.feeds.hl7.tables import CODE_LISTS

    return CODE_LISTS

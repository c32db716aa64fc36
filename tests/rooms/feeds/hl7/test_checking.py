"""Each fault is named with its place and its answer; nothing is dropped for it."""

import pytest

from oneplace.feeds.hl7.checking import Fault, check, worst
from oneplace.feeds.hl7.habits import Answer, Habits, HabitsRefused, OwnField, OwnMeaning
from oneplace.feeds.hl7.tables import codes, events

from .messages import message


def only(*faults: Fault) -> Fault:
    (fault,) = faults
    return fault


@pytest.mark.parametrize("event", sorted(events()))
def test_a_well_made_message_of_each_event_has_no_fault(event: str) -> None:
    changes: dict[str, object] = {}
    if event in {"A40", "A34", "A43"}:
        changes = {"MRG": {1: "777^^^ZZ8^MR~9990000026^^^NHS^NH"}}
    if event == "A47":
        changes = {"PID": {3: "12345^^^ZZ8^MR"}, "MRG": {1: "777^^^ZZ8^MR"}}
    if event in {"A42", "A50"}:
        changes = {"MRG": {1: "12345^^^ZZ8^MR", 5: "V0^^^ZZ8^VN"}}

    assert check(message(event, **changes)) == ()


@pytest.mark.parametrize(
    ("event", "changes", "place", "answer", "code"),
    [
        ("A01", {"PV1": None}, "PV1-0", Answer.ERROR, "100"),
        ("A01", {"PID": None}, "PID-0", Answer.ERROR, "100"),
        ("A40", {"MRG": None}, "MRG-0", Answer.ERROR, "100"),
        ("A01", {"PID": {3: ""}}, "PID-3", Answer.ERROR, "101"),
        ("A01", {"PID": {3: '""'}}, "PID-3", Answer.ERROR, "101"),
        ("A01", {"PID": {5: ""}}, "PID-5", Answer.ERROR, "101"),
        ("A01", {"PV1": {2: ""}}, "PV1-2", Answer.ERROR, "101"),
        ("A01", {"PV1": {19: ""}}, "PV1-19", Answer.ACCEPT, "101"),
        ("A01", {"EVN": {6: ""}}, "EVN-6", Answer.ACCEPT, "101"),
        ("A01", {"MSH": {10: ""}}, "MSH-10", Answer.REJECT, "101"),
        ("A01", {"MSH": {4: ""}}, "MSH-4", Answer.ERROR, "101"),
        ("A01", {"MSH": {7: "yesterday"}}, "MSH-7", Answer.ERROR, "102"),
        ("A01", {"MSH": {12: "9.9"}}, "MSH-12", Answer.REJECT, "203"),
        ("A01", {"MSH": {11: "X"}}, "MSH-11", Answer.REJECT, "202"),
        ("A99", {}, "MSH-9", Answer.REJECT, "201"),
        ("A01", {"PID": {7: "19401350"}}, "PID-7", Answer.ACCEPT, "102"),
        ("A01", {"PID": {8: "Q"}}, "PID-8", Answer.ACCEPT, "103"),
        ("A01", {"PID": {22: "Q"}}, "PID-22", Answer.ACCEPT, "103"),
        ("A01", {"PID": {32: "NSTS99"}}, "PID-32", Answer.ACCEPT, "103"),
        ("A01", {"PID": {32: "NSTS01~PDS02"}}, "PID-32", Answer.ACCEPT, "103"),
        ("A01", {"PID": {2: "777"}}, "PID-2", Answer.ACCEPT, "204"),
        ("A01", {"PID": {5: "^ADA"}}, "PID-5", Answer.ACCEPT, "101"),
        ("A01", {"PV1": {4: "ZZ"}}, "PV1-4", Answer.ACCEPT, "103"),
        ("A01", {"PV1": {14: "ZZ"}}, "PV1-14", Answer.ACCEPT, "103"),
        ("A03", {"PV1": {36: "ZZ"}}, "PV1-36", Answer.ACCEPT, "103"),
        ("A01", {"PV1": {44: "20261025013000"}}, "PV1-44", Answer.ACCEPT, "0"),
        ("A01", {"EVN": {1: "A02"}}, "EVN-1", Answer.ACCEPT, "103"),
        ("A40", {"MRG": {1: "777^^^ZZ9^MR"}}, "MRG-1", Answer.ERROR, "204"),
        (
            "A40",
            {"PID": {3: "9990000018^^^NHS^NH~1^^^ZZ8^MR~2^^^ZZ8^MR"}, "MRG": {1: "777^^^ZZ8^MR"}},
            "MRG-1",
            Answer.ERROR,
            "204",
        ),
        ("A40", {"MRG": {1: "776^^^ZZ8^MR~777^^^ZZ8^MR"}}, "MRG-1", Answer.ERROR, "204"),
        ("A40", {"MRG": {1: "12345^^^ZZ8^MR"}}, "MRG-1", Answer.ERROR, "204"),
        ("A47", {}, "MRG-1", Answer.ERROR, "204"),
        ("A42", {"PV1": {}}, "MRG-5", Answer.ERROR, "101"),
    ],
)
def test_a_fault_is_named_with_its_place_and_answer(
    event: str, changes: dict[str, object], place: str, answer: Answer, code: str
) -> None:
    fault = only(*check(message(event, **changes)))

    assert (f"{fault.segment}-{fault.field}", fault.answer, fault.code) == (place, answer, code)
    assert fault.reason.endswith(".")
    assert str(fault).startswith(fault.segment)


def test_an_nhs_number_that_cannot_be_is_kept_and_flagged_in_its_repetition() -> None:
    read = message(PID={3: "12345^^^ZZ8^MR~9990000019^^^NHS^NH"})

    fault = only(*check(read))

    assert (fault.segment, fault.field, fault.repetition, fault.component) == ("PID", 3, 2, 1)
    assert fault.answer is Answer.ACCEPT


def test_an_identifier_without_authority_or_type_is_flagged() -> None:
    faults = check(message(PID={3: "12345"}))

    assert [(fault.component, fault.answer) for fault in faults] == [
        (4, Answer.ACCEPT), (5, Answer.ACCEPT),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pid3", "forgiven"), [("^^^Z03^MR", ""), ("^^^Z03^MR~^^^NHS^NH", ""), ("", "PID-3")]
)
def test_a_message_that_names_nobody_is_an_error_at_its_place(pid3: str, forgiven: str) -> None:
    habits = Habits(forgiven=frozenset({forgiven} - {""}))

    faults = check(message(PID={3: pid3}), habits)

    (error,) = [fault for fault in faults if fault.answer is Answer.ERROR]
    assert (error.segment, error.field, error.code) == ("PID", 3, "101")
    assert "whom the message is about" in error.reason


def test_a_character_set_told_by_the_bytes_is_a_remark() -> None:
    fault = only(*check(message(MSH={18: ""}, PID={5: "BRÖNTE^ZOË"})))

    assert (fault.segment, fault.field, fault.answer) == ("MSH", 18, Answer.ACCEPT)
    assert fault.reason == "No character set is named; read as UTF-8."


def test_an_nhs_number_is_known_by_its_type_and_check_digit_with_a_remark() -> None:
    by_type = only(*check(message(PID={3: "12345^^^ZZ8^MR~9990000018^^^NHSNBR^NH"})))
    unsound = only(*check(message(PID={3: "12345^^^ZZ8^MR~9990000019^^^NHSNBR^NH"})))

    assert (by_type.component, by_type.code, by_type.answer) == (4, "103", Answer.ACCEPT)
    assert "'NHSNBR' is not the NHS" in by_type.reason
    assert (unsound.component, unsound.answer) == (1, Answer.ACCEPT)


@pytest.mark.parametrize("gone", ["777^^^ZZ8^MR", "777^^^ZZ8^MR~9990000026^^^NHS^NH"])
def test_a_merge_whose_lists_are_in_another_order_is_taken_where_it_is_plain(gone: str) -> None:
    kept = "9990000018^^^NHS^NH~12345^^^ZZ8^MR"

    assert check(message("A40", PID={3: kept}, MRG={1: gone})) == ()


def test_two_patients_in_one_admission_are_an_error() -> None:
    fault = only(*check(message("A01", layout="MSH EVN PID PID PV1")))

    assert (fault.segment, fault.occurrence, fault.answer) == ("PID", 2, Answer.ERROR)


def test_another_message_type_is_rejected() -> None:
    read = message(MSH={9: "ORU^R01"})
    read_as_sent = only(*check(read))

    assert read_as_sent.code == "201" or read_as_sent.answer is Answer.REJECT


def test_unknown_segments_and_extra_fields_are_no_fault() -> None:
    read = message(extra="ZXX|1|own\nOBX|1|ST|x||y", PV1={52: "new in 2.7"})

    assert check(read) == ()


def test_every_code_of_the_lists_is_taken() -> None:
    for name, segment, field in (
        ("admission_method", "PV1", 4), ("source_of_admission", "PV1", 14),
        ("discharge_destination", "PV1", 36), ("ethnic_category", "PID", 22),
    ):  # fmt: skip
        for code in codes(name):
            assert check(message("A03", **{segment: {field: code}})) == ()


def test_a_live_service_takes_no_test_messages() -> None:
    fault = only(*check(message(), Habits(processing=frozenset({"P"}))))

    assert fault.code == "202"


def test_a_sender_may_be_forgiven_a_required_field() -> None:
    fault = only(*check(message(PID={5: ""}), Habits(forgiven=frozenset({"PID-5"}))))

    assert fault.answer is Answer.ACCEPT


def test_an_unknown_event_may_be_answered_as_accepted() -> None:
    fault = only(*check(message("A99"), Habits(unknown_event=Answer.ACCEPT)))

    assert fault.answer is Answer.ACCEPT


def test_habits_name_only_what_exists() -> None:
    with pytest.raises(HabitsRefused, match="PID-99"):
        Habits(forgiven=frozenset({"PID-99"}))
    with pytest.raises(HabitsRefused, match="PV1-3"):
        Habits(own_fields=(OwnField("PV1", 3, OwnMeaning.PATHWAY),))


def test_the_worst_fault_decides_the_answer() -> None:
    remark = check(message(PID={8: "Q"}))
    error = check(message(PID={3: ""}))
    reject = check(message(MSH={12: "9.9"}))

    assert worst(()) is worst(remark) is Answer.ACCEPT
    assert worst(remark + error) is Answer.ERROR
    assert worst(reject + error + remark) is Answer.REJECT

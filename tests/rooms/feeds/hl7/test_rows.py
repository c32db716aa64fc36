"""What the record gets of hospital messages: every visit once, whatever order they came in."""

import io
import random
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args, get_origin, get_type_hints, is_typeddict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneplace.feeds.hl7.reader import READER
from oneplace.feeds.hl7.tables import fields
from oneplace.feeds.reading import Earlier, MessageNoted, Received, Tally, Unit, read_several
from oneplace.vocabulary.rows import (
    AgentSaid,
    EntrySaid,
    IdentitySaid,
    SameSaid,
    SubjectKey,
)
from oneplace.vocabulary.rows.detail import DETAIL_OF, IdentityDetail
from oneplace.vocabulary.terms import (
    EntryKind,
    EntryStatus,
    Exactness,
    Gender,
    QuarantineReason,
    ReachKind,
)

from .messages import BASE, written

AT = datetime(2026, 3, 12, 10, tzinfo=UTC)
BELL = SubjectKey("hospital:ZZ8", "12345")


class Hospital:
    """A hospital whose deliveries are read one after another, as the house would read them."""

    def __init__(self, **habits: Any) -> None:
        self.habits = habits
        self.kept: list[tuple[Earlier, str, str, str]] = []
        self.standing: dict[tuple[str, ...], tuple[tuple[datetime, str], Any]] = {}
        self.units: list[Unit] = []
        self.tally = Tally()

    def sends(self, *contents: bytes) -> "Hospital":
        """Deliver these, each by itself, and read them together."""
        several = [self._received(content) for content in contents]
        for received, unit in read_several(several, "hl7"):
            self.units.append(unit)
            for row in self.tally.take(unit):
                self._stand(row)
            with received.open() as opened:
                content = opened.read()
            for noted in unit.noted:
                assert isinstance(noted, MessageNoted)
                piece = content[noted.offset : noted.offset + noted.length]
                earlier = Earlier(piece, received.id, 1)
                self.kept.append(
                    (earlier, noted.visit_key, noted.prior_visit_key, noted.subject_key)
                )
        return self

    def _received(self, content: bytes) -> Received:
        return Received(
            id=str(len(self.units)), source="adt", organisation="trust", name="x",
            size=len(content), sha256="", arrived_at=AT, open=lambda: io.BytesIO(content),
            habits=self.habits, earlier=self._earlier,
        )  # fmt: skip

    def _earlier(self, visits: Iterable[str], subjects: Iterable[str]) -> list[Earlier]:
        wanted, people = set(visits) - {""}, set(subjects)
        return [
            each
            for each, visit, prior, subject in self.kept
            if visit in wanted or prior in wanted or subject in people
        ]

    def _stand(self, row: Any) -> None:
        if isinstance(row, EntrySaid):
            key: tuple[str, ...] = ("entry", row.kind.value, row.key)
        elif isinstance(row, IdentitySaid):
            key = ("identity", *row.subject)
        elif isinstance(row, SameSaid):
            key = ("same", *row.kept, *row.given_up)
        else:
            key = ("agent", row.key)
        order = (row.said_at, row.version)
        if key not in self.standing or self.standing[key][0] <= order:
            self.standing[key] = (order, row._replace(place=""))

    def rows(self, kind: EntryKind | type) -> list[Any]:
        """The rows that stand, of one kind."""
        return [
            row
            for _, row in self.standing.values()
            if (row.kind is kind if isinstance(row, EntrySaid) else type(row) is kind)
        ]

    def state(self) -> dict[tuple[str, ...], Any]:
        """All that stands."""
        return {key: row for key, (_, row) in self.standing.items()}


def _stay(hospital: Hospital) -> EntrySaid:
    (stay,) = hospital.rows(EntryKind.STAY)
    assert isinstance(stay, EntrySaid)
    return stay


def _event(event: str, evn6: str, *, number: int, sent: str = "", **changes: Any) -> bytes:
    return written(
        event,
        MSH={7: sent or f"{evn6}", 10: f"Q{number}"},
        EVN={2: sent or evn6, 6: evn6},
        **changes,
    )


ADMITTED = _event("A01", "20260312100000", number=1)
MOVED = _event("A02", "20260312180000", number=2, PV1={3: "W2^B1^3^ZZ8", 6: "W1^B1^3^ZZ8"})
EXPECTED = _event("A08", "20260313090000", number=3, PV2={9: "20260318"})
LEFT = _event(
    "A03",
    "20260315120000",
    number=4,
    PV1={3: "W2^B1^3^ZZ8", 36: "19", 45: "20260315120000"},
    PV2={9: ""},
)
BACK = _event("A13", "20260315130000", number=5, PV2={9: ""})
LEFT_AGAIN = _event(
    "A03",
    "20260316110000",
    number=6,
    PV1={3: "W2^B1^3^ZZ8", 36: "85", 45: "20260316110000"},
    PV2={9: ""},
)
STORY = (ADMITTED, MOVED, EXPECTED, LEFT, BACK, LEFT_AGAIN)


def test_a_stay_is_one_entry_with_its_moves_and_its_end() -> None:
    stay = _stay(Hospital().sends(*STORY))

    assert stay.key == "ZZ8:VN:V1"
    assert (stay.subject, stay.status) == (BELL, EntryStatus.ENDED)
    assert stay.starts_at == datetime(2026, 3, 12, 10, tzinfo=UTC)
    assert stay.ends_at == datetime(2026, 3, 16, 11, tzinfo=UTC)
    assert [place["ward"] for place in stay.detail["places"]] == ["W1", "W2"]
    assert [place.get("until") for place in stay.detail["places"]] == [
        "2026-03-12T18:00:00+00:00", "2026-03-16T11:00:00+00:00",
    ]  # fmt: skip
    assert stay.detail["places"][0]["since"] == "2026-03-12T10:00:00+00:00"
    assert stay.detail["prior_place"]["ward"] == "W1"
    where = "Non-NHS run Care Home"
    assert stay.detail["destination"] == where
    code = {"code": "85", "system": "nhs_discharge_destination", "words": where}
    assert code in stay.detail["codes"]
    assert stay.detail["expected_discharge"] == "2026-03-18"
    assert (stay.title, stay.code, stay.code_system) == ("Fall", "F1", "snomed")
    assert (stay.by, stay.by_agent) == ("Mr Mo Ray", "person:ZZ8:C1")
    assert stay.organisation == "trust"


def test_any_order_any_batches_and_any_repeats_end_in_the_same_rows() -> None:
    whole = Hospital().sends(*STORY).state()
    random_source = random.Random(5)

    for _ in range(60):
        messages = [each for each in STORY for _ in range(random_source.randint(1, 3))]
        random_source.shuffle(messages)
        hospital = Hospital()
        while messages:
            size = random_source.randint(1, len(messages))
            hospital.sends(*messages[:size])
            messages = messages[size:]
        assert hospital.state() == whole


def test_a_cancelled_admission_leaves_a_stay_entered_in_error() -> None:
    hospital = Hospital().sends(ADMITTED, _event("A11", "20260312103000", number=9))

    assert _stay(hospital).status is EntryStatus.IN_ERROR


def test_an_emergency_attendance_that_becomes_a_stay_is_closed_beside_it() -> None:
    arrived = _event("A04", "20260312080000", number=1, PV1={2: "E", 3: "ED^^^ZZ8", 44: ""})
    admitted = _event("A06", "20260312100000", number=2)

    for order in ((arrived, admitted), (admitted, arrived)):
        hospital = Hospital()
        for each in order:
            hospital.sends(each)
        (attendance,) = hospital.rows(EntryKind.ATTENDANCE)
        assert attendance.status is EntryStatus.CANCELLED
        assert attendance.detail == {"links": [{"what": "became", "to": "stay:ZZ8:VN:V1"}]}
        assert _stay(hospital).status is EntryStatus.CURRENT


def test_a_time_on_leave_stands_in_the_stay_with_its_beginning_and_its_end() -> None:
    went = _event("A21", "20260313090000", number=7)
    back = _event("A22", "20260313170000", number=8)

    away, home = Hospital().sends(ADMITTED, went), Hospital().sends(back, ADMITTED, went)

    assert _stay(away).detail["leave"] == [{"left_at": "2026-03-13T09:00:00+00:00"}]
    assert _stay(home).detail["leave"] == [
        {"left_at": "2026-03-13T09:00:00+00:00", "back_at": "2026-03-13T17:00:00+00:00"}
    ]


def test_an_attendance_says_its_complaint_and_what_came_of_it_by_its_own_names() -> None:
    arrived = _event(
        "A03", "20260312080000", number=1,
        PV1={
            2: "E", 3: "ED^^^ZZ8", 14: "19", 36: "19", 44: "20260312070000", 45: "20260312080000",
        },
        PV2={9: "20260318"},
    )  # fmt: skip

    (attendance,) = Hospital().sends(arrived).rows(EntryKind.ATTENDANCE)

    assert attendance.detail["complaint"] == "Fall"
    assert attendance.detail["source_of_attendance"] == "Usual place of residence"
    assert attendance.detail["destination"] == "Usual place of residence"
    assert attendance.detail["patient_class"] == "Emergency"
    assert {"text": "Expected discharge: 2026-03-18"} in attendance.detail["notes"]
    _is_of_its_shape(attendance)


def _is_of_its_shape(row: Any) -> None:
    """Every key of a detail stands in the shape of its kind, and holds what the shape says."""
    if isinstance(row, EntrySaid):
        assert _fits(row.detail, DETAIL_OF[row.kind]), row
    elif isinstance(row, IdentitySaid):
        assert _fits(row.detail, IdentityDetail), row


def _fits(value: Any, shape: Any) -> bool:
    if get_origin(shape) is list:
        (each,) = get_args(shape)
        return isinstance(value, list) and all(_fits(one, each) for one in value)
    if is_typeddict(shape):
        hints = get_type_hints(shape)
        return isinstance(value, dict) and all(
            name in hints and _fits(one, hints[name]) for name, one in value.items()
        )
    return type(value) is shape


def test_two_visits_said_to_be_one_are_one_whatever_came_first() -> None:
    first = _event("A01", "20260312100000", number=1, PV1={19: "V1^^^ZZ8^VN"})
    second = _event("A03", "20260314100000", number=2, PV1={19: "V2^^^ZZ8^VN"})
    merged = _event("A42", "20260314110000", number=3, PV1={19: "V2^^^ZZ8^VN"},
                    MRG={1: "12345^^^ZZ8^MR", 5: "V1^^^ZZ8^VN"})  # fmt: skip
    orders = [(first, second, merged), (merged, second, first), (second, merged, first)]

    states = []
    for order in orders:
        hospital = Hospital()
        for each in order:
            hospital.sends(each)
        states.append(hospital.state())
        by_key = {row.key: row for row in hospital.rows(EntryKind.STAY)}
        assert by_key["ZZ8:VN:V2"].starts_at == datetime(2026, 3, 12, 10, tzinfo=UTC)
        assert by_key["ZZ8:VN:V1"].status is EntryStatus.CANCELLED
        assert by_key["ZZ8:VN:V1"].detail == {"links": [{"what": "became", "to": "stay:ZZ8:VN:V2"}]}
        assert by_key["ZZ8:VN:V2"].detail["merged_from"] == ["V1"]

    assert states[0] == states[1] == states[2]


def test_an_admission_without_a_visit_number_is_found_again_by_its_discharge() -> None:
    admitted = _event("A01", "20260312100000", number=1, PV1={19: ""})
    left = _event("A03", "20260315120000", number=2, PV1={19: "", 44: "", 45: "20260315120000"})

    for order in ((admitted, left), (left, admitted)):
        hospital = Hospital()
        for each in order:
            hospital.sends(each)
        assert _stay(hospital).status is EntryStatus.ENDED


def test_who_somebody_is_takes_the_newest_word_of_each_field() -> None:
    older = _event("A31", "20260301090000", number=1)
    newer = _event(
        "A31", "20260310090000", number=2,
        PID={5: "BELL-GREY^ADA^^^MRS^^L~BELL^ADA^^^^^PREVIOUS-MAIDEN~^ADDIE^^^^^PREFERRED",
             11: "", 13: '""', 16: "", 31: "Y"},
    )  # fmt: skip

    for order in ((older, newer), (newer, older)):
        hospital = Hospital()
        for each in order:
            hospital.sends(each)
        (identity,) = hospital.rows(IdentitySaid)
        assert identity.family == "BELL-GREY"
        assert identity.previous_families == ("BELL",)
        assert identity.known_as == "ADDIE"
        assert identity.nhs_number == "9990000018"
        assert (identity.nhs_number_status, identity.gender) == ("verified", Gender.FEMALE)
        assert identity.born_on == date(1940, 5, 6)
        assert identity.is_identity_unknown
        assert identity.practice_code == "ZZ0001"
        # An empty address keeps the older one; the numbers were asked to be deleted.
        assert [each.kind for each in identity.reach] == [ReachKind.ADDRESS]
        assert identity.reach[0].postcode == "ZZ1 1ZZ"
        assert identity.marital_status == "Married"


def test_a_merge_says_which_numbers_are_one_and_a_change_of_number_too() -> None:
    merged = written("A40", EVN={6: "20260312100000"})
    changed = written("A47", MSH={10: "Q2"}, PID={3: "777^^^ZZ8^MR"}, MRG={1: "12345^^^ZZ8^MR"})

    sames = Hospital().sends(merged, changed).rows(SameSaid)

    pairs = {(same.kept.value, same.given_up.value) for same in sames}
    assert pairs == {("12345", "99999"), ("777", "12345")}


def test_a_merge_pairs_a_number_with_its_own_kind_wherever_it_stands() -> None:
    merged = written("A40", PID={3: "9990000018^^^NHS^NH~12345^^^ZZ8^MR"}, MRG={1: "777^^^ZZ8^MR"})

    (same,) = Hospital().sends(merged).rows(SameSaid)

    assert (same.kept.value, same.given_up.value) == ("12345", "777")


@pytest.mark.parametrize(
    ("allergen", "of"),
    [
        ("716186003^No known allergy^SCT", ""),
        ("409137002^No known drug allergy^SCT", "medicines"),
        ("NKA", ""),
        ("NKDA", "medicines"),
        ("X1^No Known Drug Allergies^L", "medicines"),
        ("^No known allergies", ""),
        ("^No known allergy to latex", "latex"),
        ("91936005^Penicillin^SCT", None),
    ],
)
def test_no_known_allergy_is_none_and_never_an_allergy(allergen: str, of: str | None) -> None:
    sent = written("A01", AL1={2: "DA", 3: allergen})

    (found,) = Hospital().sends(sent).rows(EntryKind.ALLERGY)

    assert found.detail.get("is_none_known") is (None if of is None else True)
    assert found.detail.get("none_known_of", "") == (of or "")


def test_an_allergy_named_later_ends_the_word_that_none_is_known() -> None:
    none = written("A01", AL1={2: "DA", 3: "NKA"})
    named = written(
        "A08", EVN={2: "20260312110000"}, MSH={7: "20260312110000", 10: "Q2"},
        AL1={2: "DA", 3: "91936005^Penicillin^SCT"},
    )  # fmt: skip

    found = Hospital().sends(none, named).rows(EntryKind.ALLERGY)

    assert {row.detail.get("is_none_known"): row.status for row in found} == {
        True: EntryStatus.ENDED,
        None: EntryStatus.CURRENT,
    }


def test_what_else_a_message_says_is_entered_once() -> None:
    hospital = Hospital().sends(*STORY)

    (tie,) = hospital.rows(EntryKind.TIE)
    assert tie.title == "BOB BELL (Spouse)"
    assert tie.detail["phones"] == ["07700900001"]
    assert (tie.detail["kinds"], tie.detail["as_sent"]) == (["next_of_kin", "partner"], "Spouse")
    (allergy,) = hospital.rows(EntryKind.ALLERGY)
    assert (allergy.title, allergy.detail["severity"]) == ("Penicillin", "severe")
    assert allergy.exactness is Exactness.DAY
    (condition,) = hospital.rows(EntryKind.CONDITION)
    assert (condition.code, condition.code_system) == ("S72.0", "icd10")
    assert condition.within == "stay:ZZ8:VN:V1"
    (procedure,) = hospital.rows(EntryKind.PROCEDURE)
    assert procedure.code_system == "opcs4"
    assert {agent.code for agent in hospital.rows(AgentSaid)} >= {"C1", "L1", "ZZ0001"}


def test_somebody_no_longer_listed_as_next_of_kin_is_so_no_more() -> None:
    later = _event("A31", "20260320090000", number=2, NK1={2: "BELL^CAROL", 3: "CHD^Child"})

    ties = {tie.title: tie.status for tie in Hospital().sends(ADMITTED, later).rows(EntryKind.TIE)}

    assert ties == {
        "BOB BELL (Spouse)": EntryStatus.ENDED,
        "CAROL BELL (Child)": EntryStatus.CURRENT,
    }


def test_a_stay_that_ends_before_it_began_is_marked_and_has_no_length() -> None:
    at_once = _event("A03", "20260227120000", number=2, PV1={45: "20260227120000"})
    left = _event("A03", "20260227120000", number=3, PV1={44: "", 45: "20260227120000"})

    hospital = Hospital().sends(ADMITTED, at_once)
    stay = _stay(Hospital().sends(ADMITTED, left))

    (fault,) = [unit.fault for unit in hospital.units if unit.fault]
    assert (fault.place, fault.reason) == ("message 1, PV1-45", QuarantineReason.IMPOSSIBLE_VALUE)
    assert (stay.starts_at, stay.ends_at) == (None, datetime(2026, 2, 27, 12, tzinfo=UTC))
    assert "2026-02-27, before it began on 2026-03-12" in stay.detail["notes"][0]["text"]


def test_a_birth_after_the_message_is_a_remark_and_not_taken() -> None:
    hospital = Hospital().sends(written(PID={7: "20991231"}))

    (identity,) = hospital.rows(IdentitySaid)
    assert identity.born_on is None
    assert hospital.tally.unmapped == Counter({"PID-7": 1})


def test_an_nhs_number_under_another_name_of_its_giver_is_one_all_the_same() -> None:
    hospital = Hospital().sends(written(PID={3: "12345^^^ZZ8^MR~999 000 0018^^^NHSNBR^NH"}))

    (identity,) = hospital.rows(IdentitySaid)
    assert (identity.nhs_number, identity.is_nhs_number_sound) == ("9990000018", True)
    assert identity.identifiers == ()


def test_two_next_of_kin_of_one_name_are_two() -> None:
    both = _event(
        "A31", "20260320090000", number=2,
        extra="NK1|2|BELL^BOB|CHD^Child||07700900002^PRN^CP\nNK1|3|BELL^BOB|CHD^Child||"
        "07700900003^PRN^CP\nNK1|4|BELL^BOB|CHD^Child||07700900003^PRN^CP",
    )  # fmt: skip

    ties = Hospital().sends(ADMITTED, both).rows(EntryKind.TIE)

    current = sorted(
        (tie.title, *tie.detail["phones"]) for tie in ties if tie.status is EntryStatus.CURRENT
    )
    assert current == [
        ("BOB BELL (Child)", "07700900002"),
        ("BOB BELL (Child)", "07700900003"),
        ("BOB BELL (Spouse)", "07700900001"),
    ]


def test_a_next_of_kin_with_a_new_number_is_still_the_same() -> None:
    moved = _event("A31", "20260320090000", number=2, NK1={5: "07700900009^PRN^CP"})

    (tie,) = Hospital().sends(ADMITTED, moved).rows(EntryKind.TIE)

    assert tie.detail["phones"] == ["07700900009"]


def test_a_death_in_hospital_is_an_entry_and_one_taken_back_was_an_error() -> None:
    died = _event(
        "A03", "20260315120000", number=2,
        PV1={36: "79", 45: "20260315120000"}, PID={29: "20260315114000", 30: "Y"},
    )  # fmt: skip
    mistaken = _event("A31", "20260316090000", number=3, PID={29: '""', 30: "N"})

    (death,) = Hospital().sends(ADMITTED, died).rows(EntryKind.DEATH)
    (taken_back,) = Hospital().sends(mistaken, died, ADMITTED).rows(EntryKind.DEATH)

    assert (death.status, death.detail) == (EntryStatus.ENDED, {"place": "hospital"})
    assert death.starts_at == datetime(2026, 3, 15, 11, 40, tzinfo=UTC)
    assert taken_back.status is EntryStatus.IN_ERROR


@pytest.mark.parametrize(
    "taken_back", [{29: '""', 30: '""'}, {29: '""', 30: ""}, {29: "", 30: '""'}]
)
def test_a_death_whose_fields_are_deleted_is_taken_back_everywhere(
    taken_back: dict[int, str],
) -> None:
    died = _event("A31", "20260315120000", number=2, PID={29: "20260315114000", 30: "Y"})
    mistaken = _event("A31", "20260316090000", number=3, PID=taken_back)

    hospital = Hospital().sends(died, mistaken)

    (death,) = hospital.rows(EntryKind.DEATH)
    (identity,) = hospital.rows(IdentitySaid)
    assert death.status is EntryStatus.IN_ERROR
    assert (identity.is_dead, identity.died_at) == (False, None)


def test_a_death_without_its_time_is_still_a_death() -> None:
    died = _event("A31", "20260315120000", number=2, PID={29: "20260315114000", 30: "Y"})
    untimed = _event("A31", "20260316090000", number=3, PID={29: '""', 30: "Y"})

    hospital = Hospital().sends(died, untimed)

    (death,) = hospital.rows(EntryKind.DEATH)
    (identity,) = hospital.rows(IdentitySaid)
    assert (death.status, death.starts_at) == (EntryStatus.ENDED, None)
    assert (identity.is_dead, identity.died_at) == (True, None)


def test_a_time_of_death_said_anew_after_it_was_deleted_stands() -> None:
    died = _event("A31", "20260315120000", number=2, PID={29: "20260315114000", 30: "Y"})
    untimed = _event("A31", "20260316090000", number=3, PID={29: '""', 30: "Y"})
    again = _event("A31", "20260317090000", number=4, PID={29: "20260315101500"})

    (death,) = Hospital().sends(died, untimed, again).rows(EntryKind.DEATH)

    assert death.starts_at == datetime(2026, 3, 15, 10, 15, tzinfo=UTC)


def test_what_no_row_has_a_place_for_is_counted_by_its_path() -> None:
    odd = written(extra="ZU3|1|walk in\r", PID={10: "W", 23: "Town"})

    hospital = Hospital().sends(odd)

    assert hospital.tally.unmapped == Counter({"PID-10": 1, "PID-23": 1, "ZU3": 1})


# Read of the message itself, or to find the visit: they reach its index and not a row.
_OF_THE_INDEX = {
    ("MSH", 3), ("MSH", 4), ("MSH", 5), ("MSH", 6), ("MSH", 9), ("MSH", 10), ("MSH", 11),
    ("MSH", 12), ("MSH", 1), ("MSH", 2), ("MSH", 15), ("MSH", 16), ("MSA", 1), ("MSA", 2),
}  # fmt: skip


@pytest.mark.parametrize(
    "row", [each for each in fields() if (each.segment, each.field) not in _OF_THE_INDEX],
    ids=lambda each: f"{each.segment}-{each.field}",
)  # fmt: skip
def test_every_field_of_the_table_changes_a_row_or_is_counted(row: Any) -> None:
    event = {"MRG": "A42" if row.field == 5 else "A40"}.get(row.segment, "A03")
    if (row.segment, row.field) in {("PV1", 44)}:
        event = "A01"
    if row.segment == "EVN":
        event = "A02"
    # Said by another field of the same message otherwise.
    others: dict[str, dict[int, str]] = {"PID": {30: ""}} if row.field == 29 else {}
    if row.segment == "MSH" and row.field == 7:
        others = {"EVN": {2: "", 6: ""}, "PV1": {44: ""}}
    if row.segment == "EVN" and row.field == 2:
        others = {"EVN": {6: ""}}
    # An example that is what the message says anyway shows nothing: then the field is left empty.
    is_the_same = BASE[row.segment].get(row.field) == row.example or row.name == "Sex"
    value = "" if is_the_same and not row.is_required else row.example
    changed = {**others, row.segment: {**others.get(row.segment, {}), row.field: value}}

    before = Hospital().sends(written(event, **others))  # type: ignore[arg-type]
    after = Hospital().sends(written(event, **changed))  # type: ignore[arg-type]

    assert (before.state(), before.tally.unmapped) != (after.state(), after.tally.unmapped)
    for said in after.state().values():
        _is_of_its_shape(said)


def test_a_message_in_error_is_kept_aside_with_its_place_and_its_neighbours_go_on() -> None:
    faulty = written(PID={3: ""})
    content = b"\r".join([ADMITTED, faulty, MOVED])

    hospital = Hospital().sends(content)

    (fault,) = [unit.fault for unit in hospital.units if unit.fault]
    assert (fault.place, fault.reason) == ("message 2, PID-3", QuarantineReason.MISSING_FIELD)
    assert [place["ward"] for place in _stay(hospital).detail["places"]] == ["W1", "W2"]
    (unit,) = [unit for unit in hospital.units if unit.fault]
    assert content[unit.offset :][: unit.length] == faulty.rstrip(b"\r")


def test_an_event_we_do_not_know_is_kept_aside_and_breaks_nothing() -> None:
    hospital = Hospital().sends(written("Q99", layout="MSH EVN PID"), ADMITTED)

    assert hospital.tally.kept_aside == 1
    assert len(hospital.rows(EntryKind.STAY)) == 1


@pytest.mark.parametrize("damage", ["truncated", "count", "no trailer"])
def test_a_declared_batch_is_all_or_nothing(damage: str) -> None:
    inside = b"\r".join([ADMITTED, MOVED])
    content = b"BHS|^~\\&|PAS|ZZ8\r" + inside + b"\rBTS|2\r"
    broken = {
        "truncated": content[:-60],
        "count": content.replace(b"BTS|2", b"BTS|3"),
        "no trailer": content.replace(b"BTS|2\r", b""),
    }[damage]

    whole, nothing = Hospital().sends(content), Hospital().sends(broken)

    assert whole.tally.accepted == 2
    assert (nothing.tally.accepted, nothing.state()) == (0, {})
    (fault,) = nothing.tally.faults
    assert content.startswith(broken[fault.offset :][:10])
    assert fault.fault.reason is QuarantineReason.UNREADABLE


def test_another_count_than_announced_keeps_the_whole_file_aside() -> None:
    content = b"\r".join([ADMITTED, MOVED])
    received = Received(
        id="1", source="adt", organisation="", name="x", size=len(content), sha256="",
        arrived_at=AT, open=lambda: io.BytesIO(content), declared_count=3,
    )  # fmt: skip
    tally = Tally()

    for _, unit in read_several([received], "hl7"):
        tally.take(unit)

    assert tally.is_whole
    assert tally.faults[0].fault.words.startswith("It was announced with 3 and holds 2")


def test_a_large_file_read_in_windows_gives_the_same_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = b"\r".join(STORY)
    whole = Hospital().sends(content)
    monkeypatch.setattr("oneplace.feeds.hl7.throughput.WINDOW", 900)

    pieces = Hospital().sends(content)

    assert pieces.state() == whole.state()
    noted = [each for unit in pieces.units for each in unit.noted]
    numbers = [each.number for each in noted if isinstance(each, MessageNoted)]
    assert numbers == [1, 2, 3, 4, 5, 6]
    assert pieces.units[3].offset == content.index(LEFT)


def test_habits_that_make_no_sense_keep_it_aside_and_raise_nothing() -> None:
    hospital = Hospital(own_fields=[{"segment": "PID", "field": 1, "means": "ready"}])

    hospital.sends(ADMITTED)

    assert hospital.tally.is_whole


def test_the_readers_recognise_their_own_and_nothing_else() -> None:
    assert READER.recognises("x.txt", b"\xef\xbb\xbf\x0bMSH|^~\\&|PAS")
    assert READER.recognises("x.hl7", b"FHS|^~\\&|PAS")
    assert not READER.recognises("x.csv", b"MSHA,b\r\n1,2")
    assert not READER.recognises("x.json", b'{"resourceType"')


@settings(max_examples=150, deadline=timedelta(seconds=1))
@given(
    st.lists(st.sampled_from([*STORY, b"BHS|^~\\&\r", b"BTS|2\r", b"\x00", b"MSH|"]), max_size=8),
    st.lists(st.tuples(st.integers(0, 6000), st.binary(max_size=3)), max_size=6),
)
def test_whatever_comes_gives_rows_or_faults_with_a_place(
    pieces: list[bytes], spoils: list[tuple[int, bytes]]
) -> None:
    content = bytearray(b"".join(pieces))
    for place, spoil in spoils:
        if place < len(content):
            content[place : place + 1] = spoil

    hospital = Hospital().sends(bytes(content))

    for unit in hospital.units:
        assert unit.fault is None or (unit.fault.place and len(unit.fault.words) > 20)
        assert "not foreseen" not in (unit.fault.words if unit.fault else "")

"""A visit is what was said of it, whatever order the messages came in and however often."""

import random
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneplace.feeds.hl7.facts import Change, MergeSaid, SpellSaid
from oneplace.feeds.hl7.meaning import understand
from oneplace.feeds.hl7.order import Spell, SpellKey, SpellStatus, key_of, spell_of, spells_of

from .messages import message

KEY = SpellKey("ZZ8", "VN", "V1")
ORDERS = 50


def said(
    event: str, minute: int, *, recorded: int | None = None, control: str = "", visit: str = "V1",
    identifiers: str = "", **pv1: str,
) -> SpellSaid:  # fmt: skip
    """What a message says that happened some minutes after eight on a day in March."""
    names = {"location": 3, "method": 4, "destination": 36, "admitted": 44, "discharged": 45}
    fields: dict[int, str] = {19: visit and f"{visit}^^^ZZ8^VN", 44: "", 3: "", 4: ""}
    fields |= {names[name]: value for name, value in pv1.items()}
    known = minute + 1 if recorded is None else recorded
    read = message(
        event,
        MSH={10: control or f"{event}-{minute}-{known}"},
        EVN={2: clock(known), 6: clock(minute)},
        PID={3: identifiers} if identifiers else {},
        PV1=fields,
    )
    (fact,) = (each for each in understand(read).facts if isinstance(each, SpellSaid))
    return fact


def clock(minute: int) -> str:
    return f"202603{12 + minute // 960:02}{8 + minute % 960 // 60:02}{minute % 60:02}00"


def settled(facts: list[SpellSaid]) -> Spell | None:
    """The visit the facts make, having been tried in many orders with repeats."""
    expected = spell_of(KEY, facts)
    shuffling = random.Random(len(facts))
    for _ in range(ORDERS):
        delivered = [fact for fact in facts for _ in range(shuffling.randint(1, 3))]
        shuffling.shuffle(delivered)
        assert spell_of(KEY, delivered) == expected
    return expected


def status(*facts: SpellSaid) -> SpellStatus:
    spell = settled(list(facts))
    assert spell is not None
    return spell.status


def test_an_admission_opens_and_a_discharge_closes() -> None:
    assert status(said("A01", 0)) is SpellStatus.OPEN
    assert status(said("A01", 0), said("A03", 60)) is SpellStatus.CLOSED
    assert status(said("A04", 0)) is SpellStatus.OPEN
    assert status(said("A05", 0)) is SpellStatus.PLANNED
    assert status(said("A14", 0)) is SpellStatus.PLANNED


def test_a_discharge_alone_makes_a_closed_visit() -> None:
    spell = settled([said("A03", 60, destination="19", admitted=clock(0))])

    assert spell is not None
    assert spell.status is SpellStatus.CLOSED
    assert spell.destination == "19"
    assert spell.admitted is not None
    assert spell.admitted.text == clock(0)


def test_a_second_admission_of_one_visit_is_the_same_visit() -> None:
    facts = [said("A01", 0, method="21"), said("A01", 0, recorded=30, method="22", control="again")]

    spell = settled(facts)

    assert spell is not None
    assert spell.status is SpellStatus.OPEN
    assert spell.admission_method == "22"


def test_an_update_neither_opens_nor_closes() -> None:
    late = said("A08", 90, discharged=clock(70), destination="54")

    assert status(said("A01", 0), said("A03", 60), late) is SpellStatus.CLOSED
    assert status(said("A01", 0), late) is SpellStatus.OPEN
    assert status(said("A08", 30)) is SpellStatus.HEARD_OF


def test_an_update_after_the_discharge_corrects_it() -> None:
    spell = settled(
        [said("A01", 0), said("A03", 60, destination="19"), said("A08", 90, destination="54")]
    )

    assert spell is not None
    assert spell.destination == "54"


def test_an_older_event_never_overwrites_newer_facts() -> None:
    spell = settled([said("A08", 50, method="22"), said("A01", 0, recorded=99, method="21")])

    assert spell is not None
    assert spell.admission_method == "22"


@pytest.mark.parametrize(("destination", "died"), [("79", True), ("19", False), ("", False)])
def test_a_discharge_by_death_says_so_until_it_is_undone(destination: str, died: bool) -> None:
    facts = [said("A01", 0), said("A03", 60, destination=destination)]

    spell, undone = settled(facts), settled([*facts, said("A13", 70)])

    assert spell is not None
    assert spell.ended_in_death is died
    assert undone is not None
    assert not undone.ended_in_death


def test_an_undone_discharge_leaves_nothing_of_itself() -> None:
    spell = settled(
        [
            said("A01", 0), said("A03", 60, destination="19", discharged=clock(60)),
            said("A08", 70, destination="54"), said("A13", 80),
        ]
    )  # fmt: skip

    assert spell is not None
    assert spell.status is SpellStatus.OPEN
    assert spell.discharged is None
    assert spell.destination == ""


def test_a_discharge_after_an_undone_one_keeps_nothing_of_the_first() -> None:
    facts = [
        said("A01", 0), said("A03", 60, destination="54"), said("A13", 80), said("A03", 100),
    ]  # fmt: skip

    spell = settled(facts)

    assert spell is not None
    assert spell.status is SpellStatus.CLOSED
    assert spell.destination == ""
    assert spell.discharged is not None
    assert spell.discharged.text == clock(100)


def test_a_discharge_typed_in_again_for_the_same_time_stands() -> None:
    again = said("A03", 60, recorded=120, control="again")

    assert status(said("A01", 0), said("A03", 60), said("A13", 80), again) is SpellStatus.CLOSED


def test_a_cancel_takes_back_what_happened_before_it_where_the_senders_clock_tells_nothing() -> (
    None
):
    late = said("A03", 60, recorded=500)

    assert status(said("A01", 0), late, said("A13", 80)) is SpellStatus.OPEN


def test_a_cancelled_admission_never_happened() -> None:
    assert status(said("A01", 0), said("A11", 30)) is SpellStatus.NEVER_HAPPENED
    assert status(said("A04", 0), said("A11", 30)) is SpellStatus.NEVER_HAPPENED
    assert status(said("A01", 0), said("A02", 9), said("A11", 30)) is SpellStatus.NEVER_HAPPENED
    assert status(said("A01", 0), said("A23", 30)) is SpellStatus.NEVER_HAPPENED


def test_an_admission_after_its_cancel_opens_the_visit_again() -> None:
    assert status(said("A01", 0), said("A11", 30), said("A01", 60)) is SpellStatus.OPEN


def test_a_cancelled_plan_leaves_an_admission() -> None:
    assert status(said("A05", 0), said("A38", 10)) is SpellStatus.NEVER_HAPPENED
    assert status(said("A05", 0), said("A38", 10), said("A01", 60)) is SpellStatus.OPEN
    assert status(said("A05", 0), said("A01", 20), said("A38", 30)) is SpellStatus.OPEN


@pytest.mark.parametrize("event", ["A11", "A12", "A13", "A23", "A27", "A38", "A52", "A53"])
def test_a_cancel_of_a_visit_nobody_knows_does_nothing(event: str) -> None:
    assert settled([said(event, 10)]) is None


def test_a_cancel_with_nothing_to_take_back_is_noted() -> None:
    spell = settled([said("A01", 0), said("A13", 10)])

    assert spell is not None
    assert spell.status is SpellStatus.OPEN
    assert spell.left_undone == (Change.DISCHARGE_CANCELLED,)


def places(*facts: SpellSaid) -> list[tuple[str, str, str]]:
    spell = settled(list(facts))
    assert spell is not None
    return [
        (stay.location.ward, f"{stay.since:%H:%M}", f"{stay.until:%H:%M}" if stay.until else "")
        for stay in spell.places
    ]


def test_a_transfer_closes_one_place_and_opens_the_next() -> None:
    assert places(
        said("A01", 0, location="W1"), said("A02", 60, location="W2"), said("A03", 90)
    ) == [("W1", "08:00", "09:00"), ("W2", "09:00", "09:30")]


def test_a_cancelled_transfer_takes_back_the_most_recent_or_that_of_its_time() -> None:
    moves = [
        said("A01", 0, location="W1"), said("A02", 60, location="W2"),
        said("A02", 90, location="W3"),
    ]  # fmt: skip

    assert places(*moves, said("A12", 95))[-1][0] == "W2"
    assert places(*moves, said("A12", 60, recorded=96)) == [
        ("W1", "08:00", "09:30"), ("W3", "09:30", ""),
    ]  # fmt: skip
    assert places(*moves, said("A12", 95), said("A12", 95, control="again"))[-1][0] == "W2"
    assert places(*moves, said("A12", 95), said("A12", 99))[-1][0] == "W1"


def test_leave_and_its_cancels() -> None:
    out, back = said("A21", 10), said("A22", 60)

    assert status(said("A01", 0), out) is SpellStatus.ON_LEAVE
    assert status(said("A01", 0), out, back) is SpellStatus.OPEN
    assert status(said("A01", 0), out, said("A52", 20)) is SpellStatus.OPEN
    assert status(said("A01", 0), out, back, said("A53", 70)) is SpellStatus.ON_LEAVE
    assert status(said("A01", 0), out, said("A03", 80)) is SpellStatus.CLOSED


def test_a_visit_may_change_its_class() -> None:
    spell = settled([said("A04", 0), said("A06", 30)])

    assert spell is not None
    assert spell.patient_class == "I"
    assert spell.status is SpellStatus.OPEN


def test_two_visits_that_are_one_are_one() -> None:
    read = message("A42", MRG={5: "V1^^^ZZ8^VN"}, PV1={19: "V2^^^ZZ8^VN"})
    merge = next(each for each in understand(read).facts if isinstance(each, MergeSaid))
    facts = [said("A01", 0), said("A03", 60, visit="V2")]

    spells = spells_of(facts, [merge])

    assert list(spells.by_key) == [SpellKey("ZZ8", "VN", "V2")]
    assert spells.by_key[SpellKey("ZZ8", "VN", "V2")].status is SpellStatus.CLOSED


def test_visits_said_to_have_become_each_other_are_one_all_the_same() -> None:
    reads = [
        message("A42", MSH={10: str(n)}, MRG={5: f"{a}^^^ZZ8^VN"}, PV1={19: f"{b}^^^ZZ8^VN"})
        for n, (a, b) in enumerate([("V1", "V2"), ("V2", "V1")])
    ]
    merges = [f for read in reads for f in understand(read).facts if isinstance(f, MergeSaid)]

    spells = spells_of([said("A01", 0), said("A03", 60, visit="V2")], merges)

    assert len(spells.by_key) == 1


def test_a_fact_without_a_visit_number_belongs_to_the_only_open_visit() -> None:
    numberless = said("A03", 60, visit="")

    alone = spells_of([said("A01", 0), numberless])
    two = spells_of([said("A01", 0), said("A01", 5, visit="V2"), numberless])
    stranger = spells_of([said("A01", 0, identifiers="7^^^ZZ8^MR"), numberless])

    assert alone.by_key[KEY].status is SpellStatus.CLOSED
    assert alone.unplaced == ()
    assert two.unplaced == stranger.unplaced == (numberless,)


EVENTS = ["A01", "A02", "A03", "A04", "A05", "A06", "A07", "A08", "A09", "A10", "A11", "A12", "A13",
          "A14", "A15", "A16", "A21", "A22", "A23", "A25", "A27", "A38", "A52", "A53"]  # fmt: skip

histories = st.lists(
    st.builds(
        said,
        st.sampled_from(EVENTS),
        st.integers(0, 6).map(lambda n: n * 10),
        recorded=st.none() | st.integers(0, 6).map(lambda n: n * 10),
        visit=st.sampled_from(["V1", "V1", "V1", "V2", ""]),
        location=st.sampled_from(["", "W1", "W2"]),
        destination=st.sampled_from(["", "19", '""']),
        discharged=st.sampled_from(["", clock(20), clock(50)]),
        admitted=st.sampled_from(["", clock(0), clock(10)]),
        control=st.sampled_from(["", "same"]),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(histories, st.integers(0, 2**32))
def test_any_history_ends_the_same_in_fifty_orders(facts: list[SpellSaid], seed: int) -> None:
    shuffling = random.Random(seed)
    expected = spells_of(facts)
    numbers = {key_of(fact.visit) for fact in facts if fact.visit}

    assert set(expected.by_key) <= numbers
    for _ in range(ORDERS):
        delivered = [fact for fact in facts for _ in range(shuffling.randint(1, 3))]
        shuffling.shuffle(delivered)
        assert spells_of(delivered) == expected


@settings(max_examples=60, deadline=None)
@given(histories)
def test_an_update_never_opens_or_closes_any_history(facts: list[SpellSaid]) -> None:
    without = spells_of(fact for fact in facts if fact.visit)
    update = said("A08", 65, discharged=clock(50), destination="19")

    after = spells_of([*_placed(facts), update])

    before = without.by_key.get(KEY)
    if before is not None:
        assert after.by_key[KEY].status is before.status


def _placed(facts: Iterable[SpellSaid]) -> list[SpellSaid]:
    return [fact for fact in facts if fact.visit]

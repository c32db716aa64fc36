"""The synthetic borough's own hospital is read whole, and its stays come out as they were lived."""

import random
from datetime import UTC

from oneplace.feeds.hl7.checking import check, worst
from oneplace.feeds.hl7.facts import MergeSaid, SpellSaid
from oneplace.feeds.hl7.habits import Answer, Habits, OwnField, OwnMeaning
from oneplace.feeds.hl7.meaning import understand
from oneplace.feeds.hl7.order import SpellStatus, spells_of

from .conftest import Borough

ITS_HABITS = Habits(
    own_fields=(
        OwnField("ZDR", 2, OwnMeaning.READY), OwnField("ZDR", 3, OwnMeaning.PATHWAY),
        OwnField("ZDR", 4, OwnMeaning.DISCHARGE_METHOD), OwnField("ZED", 2, OwnMeaning.ARRIVAL),
        OwnField("ZED", 3, OwnMeaning.DISPOSAL),
    )
)  # fmt: skip


def test_every_message_is_read_without_an_error(borough: Borough) -> None:
    assert len(borough.messages) > 1_000
    assert [refused for reading in borough.readings for refused in reading.refused] == []
    for message in borough.messages:
        assert worst(check(message, ITS_HABITS)) is Answer.ACCEPT, check(message)


def test_every_message_is_understood_to_the_last_field(borough: Borough) -> None:
    for message in borough.messages:
        meaning = understand(message, ITS_HABITS)
        assert meaning.facts
        assert meaning.unmapped == ()


def test_stays_come_out_as_they_were_lived_in_any_order(borough: Borough) -> None:
    facts = [fact for message in borough.messages for fact in understand(message, ITS_HABITS).facts]
    said = [fact for fact in facts if isinstance(fact, SpellSaid)]
    merges = [fact for fact in facts if isinstance(fact, MergeSaid)]
    spells = spells_of(said, merges)
    by_number = {key.value: spell for key, spell in spells.by_key.items()}
    opened = {fact.visit.value for fact in said if fact.visit and fact.source.event == "A01"}
    left = {
        (fact.visit.value, fact.happened.at)
        for fact in said
        if fact.visit and fact.source.event == "A03"
    }
    compared = 0

    for row in borough.truth("stays"):
        if row["visit"] not in opened:
            continue
        spell = by_number[row["visit"]]
        assert spell.admitted is not None
        assert spell.admitted.at == row["admitted_at"].replace(tzinfo=UTC, microsecond=0)
        gone = row["discharged_at"] and row["discharged_at"].replace(tzinfo=UTC, microsecond=0)
        assert (spell.status is SpellStatus.CLOSED) == ((row["visit"], gone) in left)
        assert (spell.discharged.at if spell.discharged else gone) == gone
        compared += 1
    assert compared > 50

    random.Random(1).shuffle(said)
    assert spells_of(said + said[: len(said) // 2], merges) == spells


def test_a_mistaken_admission_never_happened(borough: Borough) -> None:
    said = [
        fact
        for message in borough.messages
        for fact in understand(message).facts
        if isinstance(fact, SpellSaid)
    ]
    cancelled = {fact.visit for fact in said if fact.source.event == "A11" and fact.visit}
    spells = {key.value: spell for key, spell in spells_of(said).by_key.items()}

    assert cancelled
    for visit in cancelled:
        assert spells[visit.value].status is SpellStatus.NEVER_HAPPENED

"""Terms: stored words, shown words, and tables of states."""

import re
from itertools import pairwise
from typing import Any

import pytest

from oneplace.vocabulary import terms
from oneplace.vocabulary.glossary import closed_lists
from oneplace.vocabulary.terms import (
    CASE,
    MEETING,
    PIC_WORK,
    REFERRAL,
    CaseState,
    MeetingState,
    PicState,
    ReferralState,
    Role,
    Term,
    Transitions,
    Weekday,
)

TERMS = closed_lists()
TABLES = [
    (name, getattr(terms, name))
    for name in terms.__all__
    if isinstance(getattr(terms, name), Transitions)
]


def test_a_term_is_stored_one_way_and_shown_another() -> None:
    assert Role.PIC.value == "pic"
    assert Role.PIC.label == "Personal independence coordinator"
    assert Role("pic") is Role.PIC
    assert f"{Role.PIC}" == "pic"


def test_the_roles_are_those_a_stranger_can_sign_in_as() -> None:
    assert Role.stored_words() == (
        "network_facilitator",
        "gp",
        "practice_manager",
        "community_nurse",
        "mental_health_worker",
        "pic",
        "life_coordinator",
        "therapist",
        "discharge_nurse",
        "social_worker",
        "pharmacist",
        "care_home_manager",
        "voluntary_organisation",
        "record_steward",
        "ig_officer",
        "analyst",
        "finance_lead",
        "programme_director",
        "board_chair",
        "scrutiny_member",
        "resident",
    )


def test_choices_keep_the_order_written() -> None:
    assert Weekday.choices()[0] == ("monday", "Monday")
    assert Weekday.SUNDAY.number == 6


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.__name__)
def test_stored_words_are_safe_to_store(term: type[Term]) -> None:
    for member in term:
        assert re.fullmatch(r"[A-Za-z0-9_]{1,40}", member.value)


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.__name__)
def test_shown_words_are_plain_and_tell_members_apart(term: type[Term]) -> None:
    labels = [member.label for member in term]

    assert len(set(labels)) == len(labels)
    assert all(label == label.strip() and "_" not in label for label in labels)


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.__name__)
def test_each_term_explains_itself_in_one_sentence(term: type[Term]) -> None:
    first_line = (term.__doc__ or "").strip().splitlines()[0]

    assert first_line.endswith(".")


def test_everything_exported_exists_and_nothing_is_left_out() -> None:
    exported = set(terms.__all__)

    assert all(hasattr(terms, name) for name in exported)
    assert {
        term.__name__ for term in _all_terms(Term) if term.__module__.startswith(terms.__name__)
    } <= exported


@pytest.mark.parametrize(("name", "table"), TABLES, ids=[name for name, _ in TABLES])
def test_every_state_can_be_reached_from_the_start(name: str, table: Transitions[Any]) -> None:
    assert table.reachable() == frozenset(type(table.start))


@pytest.mark.parametrize(("name", "table"), TABLES, ids=[name for name, _ in TABLES])
def test_no_state_is_a_trap_from_which_no_end_is_reached(
    name: str, table: Transitions[Any]
) -> None:
    kind = type(table.start)
    ends = {state for state in kind if table.is_final(state)}
    can_end = set(ends)
    while True:
        more = {
            state for state in kind if any(after in can_end for after in table.after(state))
        } - can_end
        if not more:
            break
        can_end |= more

    # A Care Act assessment comes round to its review for as long as the person is supported.
    assert can_end == set(kind) or name == "ASSESSMENT"


@pytest.mark.parametrize(("name", "table"), TABLES, ids=[name for name, _ in TABLES])
def test_a_table_names_only_its_own_states(name: str, table: Transitions[Any]) -> None:
    kind = type(table.start)

    assert all(isinstance(state, kind) for state in table.allowed)
    assert all(isinstance(after, kind) for row in table.allowed.values() for after in row)
    assert all(isinstance(state, kind) for state in table.with_reason)


def test_a_meeting_goes_from_planned_to_closed() -> None:
    order = [
        MeetingState.PLANNED,
        MeetingState.LIST_LOCKED,
        MeetingState.LIVE,
        MeetingState.MINUTED,
        MeetingState.CLOSED,
    ]

    assert all(MEETING.may(before, after) for before, after in pairwise(order))
    assert not MEETING.may(MeetingState.PLANNED, MeetingState.LIVE)


def test_a_closed_case_stays_closed_and_says_so() -> None:
    reason = CASE.why_not(CaseState.CLOSED, CaseState.ACTIVE)

    assert reason == "This is closed, and nothing follows that."


def test_a_step_too_far_names_the_steps_there_are() -> None:
    reason = CASE.why_not(CaseState.LISTED, CaseState.STEPPED_DOWN)

    assert reason == (
        "This is on the list; it cannot become stepped down from there, only discussed or closed."
    )


def test_every_rejection_has_a_reason() -> None:
    without = REFERRAL.why_not(ReferralState.TRIAGE, ReferralState.REJECTED)
    with_one = REFERRAL.why_not(
        ReferralState.TRIAGE, ReferralState.REJECTED, reason="Lives outside our area"
    )

    assert without == "Give a reason for “not accepted”."
    assert with_one is None


def test_a_coordinator_may_try_to_reach_somebody_several_times() -> None:
    assert PIC_WORK.may(PicState.CONTACT_ATTEMPTED, PicState.CONTACT_ATTEMPTED)


def _all_terms(kind: type[Term]) -> set[type[Term]]:
    below = set(kind.__subclasses__())
    return below | {term for child in below for term in _all_terms(child)}

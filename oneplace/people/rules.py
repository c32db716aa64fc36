"""Why something may not be done with who is who: the reason in words, or nothing."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from oneplace.access.viewer import Viewer
from oneplace.kit.clock import local_day
from oneplace.people.models import (
    Concern,
    Death,
    Match,
    MatchReading,
    MatchState,
    Merge,
    NotThisPerson,
    Person,
    Risk,
    SafeNow,
    WrittenMeanwhile,
)
from oneplace.vocabulary.terms import SameOrDifferent

LONGEST_WORDS = 2000
LONGEST_CONCERN = 4000
TOLD_AGAIN_AFTER = timedelta(hours=1)
TOLD_AGAIN_IN_DANGER = timedelta(minutes=15)
_OPEN = frozenset(
    {
        MatchState.WAITING,
        MatchState.SECOND_READER,
        MatchState.DISAGREED,
        MatchState.UNSURE,
    }
)


def account_of(by: Viewer) -> uuid.UUID:
    """The account under which something is written down; whoever acts here has one."""
    if by.account_id is None:
        message = "Nobody is acting: somebody signed in, or a named job, must."
        raise ValueError(message)
    return by.account_id


def is_open(match: Match) -> bool:
    """Whether a match still waits for somebody."""
    return match.state in _OPEN


def why_not_settle(match: Match, readings: Sequence[MatchReading], reader_id: object) -> str | None:
    """Why this reader may not answer now. `readings` are those not undone."""
    if not is_open(match):
        return f"This pair is decided: {MatchState(match.state).label.lower()}."
    if match.state == MatchState.SECOND_READER and readings[-1].reader_id == reader_id:
        return (
            "You were the first reader. This pair needs a second pair of eyes: "
            "somebody else decides."
        )
    return None


def state_after(
    match: Match, readings: Sequence[MatchReading], answer: SameOrDifferent
) -> MatchState:
    """Where a match stands after an answer; a risky pair is one person only if two agree."""
    if answer == SameOrDifferent.UNSURE:
        return MatchState.UNSURE
    settled = MatchState.SAME if answer == SameOrDifferent.SAME else MatchState.DIFFERENT
    if match.state == MatchState.SECOND_READER:
        return settled if readings[-1].answer == answer else MatchState.DISAGREED
    # Two who disagreed have talked: whoever answers now says what they found.
    if match.risk and answer == SameOrDifferent.SAME and match.state != MatchState.DISAGREED:
        return MatchState.SECOND_READER
    return settled


def why_not_undo_reading(readings: Sequence[MatchReading], reader_id: object) -> str | None:
    """Why the last answer to a match may not be taken back by this reader."""
    if not readings:
        return "Nobody has answered this pair yet."
    if readings[-1].reader_id != reader_id:
        return f"The last answer is {readings[-1].reader_name}'s: only they can take it back."
    return None


def why_not_merge(kept: Person, given_up: Person, why: str) -> str | None:
    """Why two people may not be called one."""
    if kept.pk == given_up.pk or kept.current_id == given_up.current_id:
        return "These are one person already."
    if kept.current_id != kept.pk or given_up.current_id != given_up.pk:
        return "One of them stands for somebody else since: open the present record and try again."
    return _why_not_said(why)


def why_not_undo_merge(merge: Merge, why: str) -> str | None:
    """Why a merge may not be taken back."""
    if merge.undone_at is not None:
        return f"{merge.undone_by_name} has undone this already."
    return _why_not_said(why)


def why_not_separate(numbers: int, why: str) -> str | None:
    """Why a number may not be taken away; `numbers` is how many the person has."""
    if numbers == 0:
        return "This number is linked to nobody yet."
    if numbers == 1:
        return "This number is all that is known of the person: there is nothing to part it from."
    return _why_not_said(why)


def _why_not_said(why: str) -> str | None:
    if not why.strip():
        return "Say why, in a few words: whoever looks at this later will ask."
    if len(why) > LONGEST_WORDS:
        return f"Say it in at most {LONGEST_WORDS:,} characters."
    return None


def why_not_record_death(person: Person, died_at: datetime | None, *, at: datetime) -> str | None:
    """Why somebody's death may not be taken down."""
    if person.current_id != person.pk:
        return "This record stands for another since: open the present one."
    if person.is_dead:
        return "The death is recorded already."
    # A date said in London may lie a few hours ahead of the moment in UTC.
    if died_at is not None and died_at > at + timedelta(hours=14):
        return "The date of death lies in the future. Check it."
    if died_at is not None and person.born_on and local_day(died_at) < person.born_on:
        return "The date of death lies before the date of birth. Check both."
    return None


def why_not_undo_death(death: Death, why: str) -> str | None:
    """Why a death may not be taken back."""
    if death.undone_at is not None:
        return f"{death.undone_by_name} has taken this back already."
    return _why_not_said(why)


def why_not_mark(doubts: int) -> str | None:
    """Why an entry may not be marked as about another; `doubts` are open marks on it."""
    return "Somebody has marked this already; the record steward is looking." if doubts else None


def why_not_place_written(written: WrittenMeanwhile, belongs_to: Person | None) -> str | None:
    """Why it may not be said whose something is that was written while two were taken for one."""
    if written.is_placed:
        return f"{written.placed_by_name} has placed this already. Take that back first."
    if belongs_to is not None and belongs_to.pk not in (written.person_id, written.other_id):
        return "It stands with two people: choose one of them, or both."
    return None


def why_not_settle_doubt(doubt: NotThisPerson, words: str) -> str | None:
    """Why the steward may not settle a mark."""
    if doubt.settled_at is not None:
        return f"{doubt.settled_by_name} has settled this already."
    return _why_not_said(words)


def is_high_risk(risk: str) -> bool:
    """Whether two readers must agree before such a pair is called one person."""
    return risk in set(Risk.stored_words())


def why_not_add_person(is_number_known: bool, by: Viewer) -> str | None:
    """Why somebody may not be added."""
    if is_number_known:
        return "Somebody with this NHS number is here already. Search for the number to see who."
    if by.organisation_id is None:
        return "Put on the hat of an organisation first: it will be the one that knows them."
    return None


def why_not_find(searches: int, *, most: int) -> str | None:
    """Why somebody may not search now; `searches` is how many they made within the hour."""
    if searches < most:
        return None
    return (
        f"You have searched {searches} times within the hour. Wait a while, or ask the record "
        "steward if your work needs more."
    )


SHORTEST_REASON = 10


def why_not_look_up(
    reason: str, looked_up: int, *, most: int, is_statutory: bool
) -> tuple[str, str | None] | None:
    """Why somebody may not look a person up now, and the field it is about.

    `looked_up` is how often they did within the hour; `is_statutory` whether they work at a
    council, trust or practice.
    """
    if not is_statutory:
        return (
            "People are looked up by intake staff of the council, the trusts and the practices. "
            "Send what you know of the person to them: they match it."
        ), None
    if len(reason.strip()) < SHORTEST_REASON:
        return "Say in a few words why you look for this person: it is kept and read.", "reason"
    if looked_up >= most:
        return (
            f"You have looked up {looked_up} people within the hour. Wait a while, or ask the "
            "record steward if your work needs more."
        ), None
    return None


def why_not_take_referral(was_shown: bool, from_whom: str) -> tuple[str, str | None] | None:
    """Why a referral may not be taken; `was_shown` is whether they looked them up just now."""
    if not was_shown:
        return "Look the person up again: it has been more than an hour.", None
    if not from_whom.strip():
        return "Say who asks for help for this person.", "from_whom"
    return None


def why_not_raise_concern(what: str, who: str, is_safe_now: str) -> tuple[str, str] | None:
    """Why a concern may not go yet, and the field: nothing but an empty answer stops it."""
    if not what.strip():
        return "Say what worries you: what you saw or heard is enough.", "what"
    if not who.strip():
        return "Say who is at risk. A first name or “the lady at number 14” is enough.", "who"
    if not is_safe_now:
        return "Say whether they are safe now. “I am not sure” is an answer.", "is_safe_now"
    return None


def is_concern_overdue(concern: Concern, *, at: datetime) -> bool:
    """Whether nobody has received it for so long that it is told again."""
    is_danger = concern.is_safe_now == SafeNow.NO
    wait = TOLD_AGAIN_IN_DANGER if is_danger else TOLD_AGAIN_AFTER
    return concern.received_at is None and at - concern.raised_at >= wait


def why_not_receive_concern(concern: Concern, by: Viewer) -> str | None:
    """Why somebody may not say that the team has a concern: only one of the team, once."""
    if concern.team_id not in by.team_ids:
        return "Only the team on duty says that it has this."
    if concern.received_at is not None:
        return f"{concern.received_by_name} has said so already."
    return None

"""Why something may not be decided, ratified, sent or read: the reason in words, or nothing."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings

from oneplace.access.viewer import Viewer
from oneplace.contracts import bodies
from oneplace.contracts.models import (
    DECIDES,
    MEETING,
    RESERVED,
    BoardMeeting,
    Decision,
    Interest,
    Item,
    ItemRuling,
    Marking,
    Matter,
    MeetingStage,
    Presence,
    Question,
    Ratification,
    RatificationAnswer,
    Ruling,
    Seat,
    SeatPresence,
    Signatory,
    Vote,
    VoteSaid,
)
from oneplace.contracts.permissions import (
    ANSWER_ALLIANCE,
    ASK_ALLIANCE,
    CHAIR_MEETINGS,
    DECLARE_INTEREST,
    KEEP_DECISIONS,
)
from oneplace.kit.clock import local_day
from oneplace.kit.formats import day, sentence_list, starting_capital
from oneplace.vocabulary.place.governing import Body, BodyMember
from oneplace.vocabulary.terms import BodyPower, DecisionState
from oneplace.vocabulary.terms.governing import DECISION

Refusal = tuple[str, str | None]
"""The reason, and the field of the form it is about."""

SHORTEST_PROPOSAL: Final = 20
LONGEST_PROMISE: Final = timedelta(days=92)
"""A question is promised an answer within a quarter of a year, or it is no promise."""


def account_of(by: Viewer) -> uuid.UUID:
    """The account under which something is written down; whoever acts here has one."""
    if by.account_id is None:
        message = "Nobody is acting: somebody signed in, or a named job, must."
        raise ValueError(message)
    return by.account_id


# --- who keeps the papers ---


def why_not_keep(by: Viewer, only_body: str, *, is_seated: bool) -> str | None:
    """Why this viewer may not write in a body's business: the programme office, or its members."""
    if only_body:
        if is_seated:
            return None
        return "Only the members of this body write here."
    if by.may(KEEP_DECISIONS):
        return None
    return "The programme office keeps proposals, agendas and minutes. Ask it to put this down."


# --- the alliance ---


def why_not_join(
    known: Signatory | None, *, joined_on: date, by: Viewer, at: datetime
) -> str | None:
    """Why a partner may not be written down as bound by the agreement."""
    if reason := why_not_keep(by, "", is_seated=False):
        return reason
    if known is not None:
        return f"{known.organisation.name} is bound already, since {day(known.joined_on)}."
    if joined_on > local_day(at):
        return "Write the day on which it signed; this one is still to come."
    return None


def why_not_leave(signatory: Signatory, *, left_on: date, why: str, by: Viewer) -> Refusal | None:
    """Why a partner may not be written down as gone."""
    if reason := why_not_keep(by, "", is_seated=False):
        return reason, None
    if signatory.left_on is not None:
        return f"It left on {day(signatory.left_on)}.", None
    if left_on < signatory.joined_on:
        return f"It joined on {day(signatory.joined_on)}, after this day.", "left_on"
    return None if why.strip() else ("Say why it leaves, as its board did.", "why")


def why_not_seat(
    found: Body | None, position: str, *, organisation_code: str | None, by: Viewer
) -> str | None:
    """Why somebody may not be written down as holding a seat."""
    if reason := why_not_keep(by, "", is_seated=False):
        return reason
    if found is None:
        return "The place file has no body of this name."
    if position not in {each.position for each in found.members}:
        seats = sentence_list(sorted({each.position for each in found.members}))
        return f"{found.name} has no seat “{position}”. It has {seats}."
    if member_of(found, position, organisation_code) is None:
        return "This seat speaks for another partner: look at the place file."
    return None


def member_of(found: Body, position: str, organisation_code: str | None) -> BodyMember | None:
    """The seat of a body by its position and the partner it speaks for."""
    return next(
        (
            each
            for each in found.members
            if each.position == position and each.partner == organisation_code
        ),
        None,
    )


# --- decisions ---


def why_not_propose(  # noqa: PLR0911 - one reason after another reads best flat
    *, body: str, matter: Matter, title: str, proposal: str, by: Viewer, is_seated: bool
) -> Refusal | None:
    """Why something may not be proposed to a body."""
    found = bodies.body(body)
    if found is None:
        return "The place file has no body of this name.", "body"
    among_few = bodies.is_among_few(body)
    if reason := why_not_keep(by, body if among_few else "", is_seated=is_seated):
        return reason, None
    if (matter is Matter.CONTRACT) is not among_few:
        if among_few:
            return f"{found.name} decides on commissioning and contracts alone.", "matter"
        awarding = sentence_list(
            [each.name for each in bodies.with_power(BodyPower.AWARDS_CONTRACTS)]
        )
        return f"Commissioning and contracts are decided by {awarding} alone.", "matter"
    if not title.strip():
        return "Give it a title people will find again.", "title"
    if len(proposal.strip()) < SHORTEST_PROPOSAL:
        return "Write what is proposed, in a sentence or more.", "proposal"
    return None


def why_not_move(
    decision: Decision, after: DecisionState, by: Viewer, *, is_seated: bool, reason: object = None
) -> str | None:
    """Why a decision may not be taken on to this state by this viewer."""
    if refusal := why_not_keep(by, decision.only_body, is_seated=is_seated):
        return refusal
    short = decision.state is DecisionState.PROPOSED and after is DecisionState.BOARD_RECOMMENDED
    if short and decision.matter is not Matter.CONTRACT:
        return "The professional cabinet and the residents’ group see every proposal first."
    return DECISION.why_not(decision.state, after, reason=reason)


def needs_ratifying(matter: Matter) -> bool:
    """Whether each partner's own board must agree before anything takes effect, in this place."""
    binds: bool = settings.PLACE.agreement.ratified_by_each_partner
    return binds and matter in RESERVED


@dataclass(frozen=True)
class Quorum:
    """How many partners count for an item, and how many are needed."""

    counted: int
    needed: int
    missing: tuple[str, ...] = ()

    @property
    def is_met(self) -> bool:
        """Whether anything can be decided."""
        return self.counted >= self.needed

    @property
    def words(self) -> str:
        """The quorum in a sentence."""
        if self.is_met:
            return f"{self.counted} are here and {self.needed} are needed: it can be decided."
        return f"{self.counted} are here and {self.needed} are needed: nothing can be decided."


def quorum(
    found: Body,
    seats: Iterable[Seat],
    *,
    presences: Mapping[uuid.UUID, Presence],
    rulings: Mapping[uuid.UUID, ItemRuling],
    position: int = 0,
) -> Quorum:
    """How many count for an item: partners, not people; a chair without a vote counts for none.

    `presences` and `rulings` are by seat. Whoever the chair told not to decide does not count; nor
    does a seat that was left before the item. Where nobody sits for a partner, seats count.
    """
    counted: set[object] = set()
    missing: set[str] = set()
    of_partners = any(member.partner for member in found.members)
    for seat in seats:
        if not seat.has_vote or (of_partners and seat.organisation_id is None):
            continue
        key: object = seat.organisation_id if of_partners else seat.pk
        if _decides(seat, presences.get(seat.pk), rulings.get(seat.pk), position):
            counted.add(key)
        else:
            missing.add(seat.position)
    return Quorum(len(counted), found.quorum, tuple(sorted(missing)))


def _decides(
    seat: Seat, presence: Presence | None, ruling: ItemRuling | None, position: int
) -> bool:
    if presence is None or presence.said is SeatPresence.APOLOGIES:
        return False
    left = presence.left_before
    if presence.said is SeatPresence.LEFT and (left is None or left <= position):
        return False
    return seat.has_vote and (ruling is None or ruling.ruling in DECIDES)


def why_not_recommend(
    item: Item,
    found: Body,
    seats: Sequence[Seat],
    *,
    presences: Mapping[uuid.UUID, Presence],
    rulings: Mapping[uuid.UUID, ItemRuling],
    votes: Mapping[uuid.UUID, Vote],
) -> str | None:
    """Why a body's word for a decision does not stand: no quorum, or not every partner agreed.

    Unanimity counts those who may decide; whoever abstains, or was told not to decide, does not
    block.
    """
    if item.meeting.stage is not MeetingStage.HELD and item.meeting.papers_sent_at is None:
        return "Its papers have not gone out: nobody can have decided."
    here = quorum(found, seats, presences=presences, rulings=rulings, position=item.position)
    if not here.is_met:
        return f"{found.name} was not quorate for this item: {here.words}"
    deciding = [
        seat
        for seat in seats
        if _decides(seat, presences.get(seat.pk), rulings.get(seat.pk), item.position)
    ]
    against = [
        seat.position
        for seat in deciding
        if (vote := votes.get(seat.pk)) is not None and vote.said is VoteSaid.AGAINST
    ]
    if against:
        return f"The alliance decides unanimously. Against: {sentence_list(against)}."
    silent = [seat.position for seat in deciding if seat.pk not in votes]
    if silent:
        return f"Write what each partner said. Missing: {sentence_list(silent)}."
    if not any(votes[seat.pk].said is VoteSaid.AGREES for seat in deciding):
        return "Nobody agreed: everybody who could decide abstained."
    return None


def why_not_vote(
    item: Item, seat: Seat, presence: Presence | None, ruling: ItemRuling | None
) -> str | None:
    """Why a seat's word to an item does not count and so is not written down."""
    if not seat.has_vote:
        return f"{seat.position} has no vote."
    if not _decides(seat, presence, None, item.position):
        return f"{seat.position} was not in the room for this item."
    if ruling is not None and ruling.ruling not in DECIDES:
        return f"The chair ruled: {ruling.ruling.label.lower()}. This seat does not decide."
    return None


def why_not_ratify(  # noqa: PLR0911 - one reason after another reads best flat
    ratification: Ratification | None,
    decision: Decision,
    signatory: Signatory | None,
    *,
    answer: RatificationAnswer,
    decided_on: date,
    minute: str,
    words: str,
    by: Viewer,
    at: datetime,
) -> Refusal | None:
    """Why a partner's own board's word on a decision may not be written down."""
    if reason := why_not_keep(by, decision.only_body, is_seated=False):
        return reason, None
    if ratification is None or signatory is None:
        return "This organisation is not a partner whose board is asked.", "organisation"
    name = signatory.organisation.name
    if not signatory.was_bound(decided_on):
        left = f" It left on {day(signatory.left_on)}." if signatory.left_on else ""
        return f"{name} was not bound by the agreement on {day(decided_on)}.{left}", "decided_on"
    if decision.state is not DecisionState.RATIFYING:
        return "This decision is not with the partners’ own boards now.", None
    if ratification.answer is not RatificationAnswer.WAITING:
        said = ratification.answer.label.lower()
        return f"{name} has answered already: {said} on {day(ratification.decided_on)}.", None
    if answer not in (RatificationAnswer.RATIFIED, RatificationAnswer.REFUSED):
        return "Say whether it ratified or refused.", "answer"
    if decided_on > local_day(at):
        return "This day is still to come: write it down once the board has met.", "decided_on"
    if decided_on < local_day(decision.proposed_at):
        return "This day is before the proposal was made.", "decided_on"
    if not minute.strip():
        return "Write where it is minuted, so that anybody can check it.", "minute"
    if answer is RatificationAnswer.REFUSED and not words.strip():
        return "Write why its board refused, as its minute says.", "words"
    return None


@dataclass(frozen=True)
class Standing:
    """Whether a decision is in force on a day, why, and for whom it waits."""

    is_in_force: bool
    words: str
    ratified: tuple[Ratification, ...] = ()
    waiting: tuple[Ratification, ...] = ()
    refused: tuple[Ratification, ...] = ()

    @property
    def asked(self) -> int:
        """How many partners' boards are asked."""
        return len(self.ratified) + len(self.waiting) + len(self.refused)


def standing(decision: Decision, ratifications: Iterable[Ratification], *, on: date) -> Standing:
    """Whether a decision binds on a day: of today, or of any day before or after."""
    latest = [each for each in ratifications if each.round == decision.round]

    def those(answer: RatificationAnswer) -> tuple[Ratification, ...]:
        return tuple(each for each in latest if each.answer is answer)

    ratified, waiting = those(RatificationAnswer.RATIFIED), those(RatificationAnswer.WAITING)
    refused = those(RatificationAnswer.REFUSED)
    is_in_force, words = _force(decision, ratified, waiting, refused, on)
    return Standing(is_in_force, words, ratified, waiting, refused)


def _force(  # noqa: PLR0911 - one state after another reads best flat
    decision: Decision,
    ratified: Sequence[Ratification],
    waiting: Sequence[Ratification],
    refused: Sequence[Ratification],
    on: date,
) -> tuple[bool, str]:
    state, start = decision.state, decision.in_force_from_on
    asked = len(ratified) + len(waiting) + len(refused)
    if state is DecisionState.IN_FORCE and start is not None:
        if on < start:
            return False, f"Not yet: it takes effect on {day(start)}."
        if decision.replaced_on is not None and on >= decision.replaced_on:
            return (
                False,
                f"Not any more: another decision replaced it on {day(decision.replaced_on)}.",
            )
        if decision.until_on is not None and on > decision.until_on:
            return False, f"Not any more: it ran until {day(decision.until_on)}."
        ends = f", until {day(decision.until_on)}" if decision.until_on else ""
        how = f"ratified by all {asked}" if asked else "within what the partners have delegated"
        return True, f"Yes, since {day(start)}{ends}: {how}."
    if state is DecisionState.RATIFYING:
        names = sentence_list([each.organisation.short_word for each in waiting])
        return False, f"No: ratified by {len(ratified)} of {asked}; {names} still to decide."
    if state is DecisionState.REJECTED:
        return False, f"No: rejected. {starting_capital(decision.ended_why)}".rstrip()
    if refused:
        names = sentence_list([each.organisation.short_word for each in refused])
        return False, f"No: refused by {names}, so it is with the board again."
    return False, f"No: {state.label.lower()}."


def why_not_replace(old: Decision, new: Decision, by: Viewer, *, on: date) -> str | None:
    """Why one decision may not replace another."""
    if reason := why_not_keep(by, old.only_body, is_seated=False):
        return reason
    if old.pk == new.pk:
        return "A decision cannot replace itself."
    if old.only_body != new.only_body:
        return "A decision kept among a few replaces none that everybody reads, nor the other way."
    if old.state is not DecisionState.IN_FORCE or old.replaced_on is not None:
        return "Only a decision in force can be replaced."
    starts = new.in_force_from_on
    if new.state is not DecisionState.IN_FORCE or starts is None:
        return "The new decision is not in force: the old one binds until it is."
    return f"The new decision takes effect on {day(starts)}." if on < starts else None


# --- meetings ---


def why_not_plan(
    *, found: Body | None, starts_at: datetime, by: Viewer, is_seated: bool
) -> Refusal | None:
    """Why a meeting may not be called."""
    if found is None:
        return "The place file has no body of this name.", "body"
    few = found.code if bodies.is_among_few(found.code) else ""
    if reason := why_not_keep(by, few, is_seated=is_seated):
        return reason, None
    return None


def why_not_change_agenda(meeting: BoardMeeting, by: Viewer, *, is_seated: bool) -> str | None:
    """Why an agenda may not be changed any more."""
    if reason := why_not_keep(by, meeting.only_body, is_seated=is_seated):
        return reason
    if meeting.stage is not MeetingStage.PLANNED:
        return f"{meeting.stage.label}: the agenda stands as it is."
    return None


def why_not_put_paper(
    marking: Marking, *, until_on: date | None, ground: str, words: str, item: Item
) -> Refusal | None:
    """Why a paper may not be put in with these words and this marking."""
    if not words.strip():
        return "Write the paper, or its summary in plain words.", "words"
    if marking is Marking.RESTRICTED and until_on is None:
        return "Write until when it is kept to the board.", "restricted_until_on"
    if marking is Marking.EXEMPT and not ground.strip():
        return "Write the ground on which it is exempt from publication.", "exempt_ground"
    if marking is Marking.PUBLIC and item.only_body:
        return "What commissioners decide alone is not public: say until when, or why.", "marking"
    return None


@dataclass(frozen=True)
class Conflict:
    """That somebody who would decide an item has an interest in it."""

    seat: Seat
    what: str
    interest: Interest | None = None


def conflicts(
    item: Item, seats: Iterable[Seat], interests: Iterable[Interest], *, on: date
) -> tuple[Conflict, ...]:
    """Whoever of a body has an interest in an item: by whom they sit for, or by what they declared.

    One per seat; what was declared is named before whom they sit for.
    """
    touched = set(item.touches)
    by_holder: dict[uuid.UUID, list[Interest]] = {}
    for interest in interests:
        is_current = interest.ended_on is None or interest.ended_on >= on
        if is_current and interest.organisation_id in touched:
            by_holder.setdefault(interest.holder_id, []).append(interest)
    found = []
    for seat in seats:
        declared = by_holder.get(seat.holder_id, []) if seat.holder_id else []
        if declared:
            found.append(Conflict(seat, declared[0].what, declared[0]))
        elif seat.organisation_id in touched and seat.organisation is not None:
            what = f"Sits for {seat.organisation.name}, which this item touches"
            found.append(Conflict(seat, what))
    return tuple(found)


def why_not_send_papers(
    meeting: BoardMeeting,
    *,
    items: Sequence[Item],
    unruled: Mapping[uuid.UUID, Sequence[Conflict]],
    by: Viewer,
    is_seated: bool,
) -> str | None:
    """Why papers may not go out: every interest in every item is ruled on first."""
    if reason := why_not_keep(by, meeting.only_body, is_seated=is_seated):
        return reason
    if reason := MEETING.why_not(meeting.stage, MeetingStage.PAPERS_SENT):
        return reason
    if not items:
        return "The agenda is empty."
    open_items = [item.title for item in items if unruled.get(item.pk)]
    if open_items:
        titles = sentence_list([f"“{title}”" for title in open_items])
        return f"The chair rules on the interests in {titles} before papers go out."
    return None


def why_not_rule(
    meeting: BoardMeeting, seat: Seat, ruling: Ruling, why: str, by: Viewer, *, is_chair: bool
) -> Refusal | None:
    """Why the chair's ruling on an interest may not be written down."""
    if not (is_chair or by.may(CHAIR_MEETINGS)):
        return "The chair rules on interests.", None
    if seat.body != meeting.body:
        return "This seat is another body’s.", "seat"
    if seat.holder_id is not None and seat.holder_id == by.account_id:
        return "Nobody rules on their own interest: the deputy chair does.", None
    if meeting.stage in (MeetingStage.HELD, MeetingStage.CANCELLED):
        return f"{meeting.stage.label}: it is too late to rule on this.", None
    return None if why.strip() else ("Write why; it is minuted.", "why")


def why_not_minute(
    meeting: BoardMeeting, by: Viewer, *, is_first: bool, why: str, is_seated: bool
) -> Refusal | None:
    """Why a minute may not be written or corrected."""
    if reason := why_not_keep(by, meeting.only_body, is_seated=is_seated):
        return reason, None
    if meeting.papers_sent_at is None:
        return "Its papers have not gone out yet.", None
    if not is_first and not why.strip():
        return "Say what was wrong: both versions are kept.", "corrects_why"
    return None


def why_not_hold(meeting: BoardMeeting, *, here: Quorum, by: Viewer, is_seated: bool) -> str | None:
    """Why a meeting may not be closed as held."""
    if reason := why_not_keep(by, meeting.only_body, is_seated=is_seated):
        return reason
    if reason := MEETING.why_not(meeting.stage, MeetingStage.HELD):
        return reason
    return None if here.counted else "Write who came first."


# --- interests and questions ---


def why_not_declare(*, what: str, began_on: date, by: Viewer, at: datetime) -> Refusal | None:
    """Why an interest may not be declared."""
    if not by.may(DECLARE_INTEREST):
        return "Whoever sits on a body or prepares its papers declares interests.", None
    if not what.strip():
        return "Write what it is, so that a stranger would understand.", "what"
    return ("This day is still to come.", "began_on") if began_on > local_day(at) else None


def why_not_end_interest(interest: Interest, by: Viewer) -> str | None:
    """Why an interest may not be written down as over."""
    if interest.holder_id != by.account_id:
        return f"Only {interest.holder_name} can say that it is over."
    return "It is over already." if interest.ended_on is not None else None


def why_not_ask(*, question: str, promised_on: date, by: Viewer, at: datetime) -> Refusal | None:
    """Why a question may not be put to the alliance."""
    if not by.may(ASK_ALLIANCE):
        return "Councillors of scrutiny ask here; everybody else may write to the help address.", (
            None
        )
    if len(question.strip()) < SHORTEST_PROPOSAL:
        return "Write the question in a sentence.", "question"
    today = local_day(at)
    if not today < promised_on <= today + LONGEST_PROMISE:
        last = day(today + LONGEST_PROMISE)
        return f"Promise a day after today and not after {last}.", "promised_on"
    return None


def why_not_answer(question: Question, answer: str, by: Viewer) -> Refusal | None:
    """Why a question may not be answered by this viewer."""
    if not by.may(ANSWER_ALLIANCE):
        return "The chair and the programme office answer.", None
    if question.answered_at is not None:
        return f"{question.answered_by_name} has answered already.", None
    return None if answer.strip() else ("Write the answer.", "answer")


def seated_in(seats: Iterable[Seat], by: Viewer, *, on: date) -> Collection[str]:
    """The bodies in which this viewer holds a seat on a day."""
    return {
        seat.body
        for seat in seats
        if seat.holder_id == by.account_id
        and seat.from_on <= on
        and (seat.until_on is None or seat.until_on >= on)
    }

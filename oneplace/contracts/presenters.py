"""Turns decisions, meetings and the agreement into what their pages show. Asks nothing itself."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from oneplace.access.viewer import Viewer
from oneplace.contracts import bodies, rules
from oneplace.contracts.beside import Beside
from oneplace.contracts.models import (
    BoardMeeting,
    Decision,
    DecisionStep,
    Interest,
    Item,
    Marking,
    MeetingStage,
    Paper,
    RatificationAnswer,
    Seat,
    Signatory,
)
from oneplace.contracts.permissions import CHAIR_MEETINGS
from oneplace.contracts.queries import AgreementNow, InTheRoom, Stands
from oneplace.contracts.rules import Conflict, Quorum, Standing
from oneplace.kit.formats import day
from oneplace.science.money import pounds
from oneplace.vocabulary.place.governing import Agreement, Body
from oneplace.vocabulary.terms import DecisionState


def number_of(decision: Decision) -> str:
    """How a decision is called: its body, year and number."""
    return f"{bodies.name_of(decision.body)} {decision.year}/{decision.number}"


@dataclass(frozen=True)
class DecisionRow:
    """One decision in a list."""

    decision: Decision
    number: str
    standing: Standing

    @property
    def tag(self) -> str:
        """Where it stands, in two or three words."""
        standing = self.standing
        if self.decision.state is DecisionState.RATIFYING:
            return f"Ratified by {len(standing.ratified)} of {standing.asked}"
        if self.decision.state is DecisionState.IN_FORCE and not standing.is_in_force:
            return "Not in force today"
        return str(self.decision.state.label)

    @property
    def money(self) -> str:
        """The money it moves, or nothing."""
        return pounds(self.decision.pence) if self.decision.pence else ""


def rows(found: Sequence[Stands]) -> list[DecisionRow]:
    """Decisions as a list shows them."""
    return [DecisionRow(each.decision, number_of(each.decision), each.standing) for each in found]


@dataclass(frozen=True)
class Act:
    """Something that may be done next."""

    label: str
    act: str
    is_first: bool = False


_NEXT_VIEW = {
    DecisionState.PROPOSED: "What the professional cabinet said",
    DecisionState.PROFESSIONAL_REVIEW: "What the residents’ group said",
}


@dataclass(frozen=True)
class DecisionPage:
    """One decision in full."""

    decision: Decision
    number: str
    standing: Standing
    steps: tuple[DecisionStep, ...]
    items: tuple[Item, ...]
    beside: tuple[Beside, ...]
    acts: tuple[Act, ...]

    @property
    def title(self) -> str:
        """What stands above it."""
        return self.decision.title

    @property
    def money(self) -> str:
        """The money it moves, or nothing."""
        return pounds(self.decision.pence) if self.decision.pence else ""

    @property
    def ratifications(self) -> list[tuple[str, str, str, str, str, str]]:
        """Partner, its board, answer, when, minute, words: those that wait first."""
        standing = self.standing
        found = []
        for each in (*standing.waiting, *standing.refused, *standing.ratified):
            when = day(each.decided_on) if each.decided_on else ""
            if each.answer is RatificationAnswer.WAITING and each.expected_on:
                when = f"meets {day(each.expected_on)}"
            found.append(
                (
                    each.organisation.name,
                    each.own_board,
                    each.answer.label,
                    when,
                    each.minute,
                    each.words,
                )
            )
        return found

    @classmethod
    def of(
        cls,
        decision: Decision,
        *,
        viewer: Viewer,
        beside: tuple[Beside, ...],
        seated: Collection[str],
        on: date,
    ) -> "DecisionPage":
        """The page for a viewer on a day."""
        standing = rules.standing(decision, decision.ratifications.all(), on=on)
        may = (
            rules.why_not_keep(viewer, decision.only_body, is_seated=decision.body in seated)
            is None
        )
        return cls(
            decision,
            number_of(decision),
            standing,
            tuple(decision.steps.all()),
            tuple(decision.items.all()),
            beside,
            tuple(_acts(decision)) if may else (),
        )


def _acts(decision: Decision) -> list[Act]:
    state, few = decision.state, bool(decision.only_body)
    acts = []
    if (label := _NEXT_VIEW.get(state)) and not few:
        acts.append(Act(label, "record_view", True))
    if state is DecisionState.BOARD_RECOMMENDED:
        binds = rules.needs_ratifying(decision.matter)
        label = "Send to the partners’ own boards" if binds else "Let it take effect"
        acts.append(Act(label, "send_for_ratification", True))
    if state is DecisionState.RATIFYING:
        acts.append(Act("What a partner’s board said", "record_ratification", True))
    if state is DecisionState.IN_FORCE and decision.replaced_on is None:
        acts.append(Act("It replaces an older decision", "replace_decision"))
    if state not in (DecisionState.IN_FORCE, DecisionState.REJECTED):
        acts.append(Act("Turned down for good", "reject_decision"))
    return acts


@dataclass(frozen=True)
class ClauseRow:
    """A clause, and the page that keeps it."""

    number: str
    title: str
    words: str
    kept_at: str


@dataclass(frozen=True)
class AgreementPage:
    """The agreement: who is bound, until when, by what words, and who decides."""

    written: Agreement
    now: AgreementNow
    bound: tuple[Signatory, ...]
    gone: tuple[Signatory, ...]
    all_bodies: tuple[Body, ...]
    on: date

    @property
    def term(self) -> str:
        """In force today, and until when, in a sentence."""
        runs = self.now.runs(self.on)
        if runs is None or self.now.until_on is None:
            return "The place file does not say until when it runs."
        if runs:
            return f"In force today, until {day(self.now.until_on)}."
        return f"Not in force today: it ran until {day(self.now.until_on)}."


@dataclass(frozen=True)
class ItemRow:
    """An item on a meeting's page, numbered among those the viewer may see."""

    number: int
    item: Item
    papers: tuple[Paper, ...]
    is_withheld: bool
    unruled: tuple[Conflict, ...]

    @property
    def rulings(self) -> list[str]:
        """Each ruling in a sentence."""
        return [
            f"{each.seat.position}: {each.what}. {each.ruling.label}. Why: {each.why}"
            for each in self.item.rulings.all()
        ]


@dataclass(frozen=True)
class MeetingPage:
    """One meeting: agenda, papers, who came, what waits."""

    meeting: BoardMeeting
    body: Body | None
    items: tuple[ItemRow, ...]
    seats: tuple[tuple[Seat, str], ...]
    quorum: Quorum
    acts: tuple[Act, ...]
    may_keep: bool
    may_rule: bool

    @property
    def title(self) -> str:
        """The body and the day."""
        name = self.body.name if self.body else self.meeting.body
        return f"{name}, {day(self.meeting.starts_at)}"

    @classmethod
    def of(
        cls,
        meeting: BoardMeeting,
        *,
        room: InTheRoom,
        unruled: Mapping[uuid.UUID, tuple[Conflict, ...]],
        viewer: Viewer,
        seated: Collection[str],
    ) -> "MeetingPage":
        """The page for a viewer."""
        is_seated = meeting.body in seated
        may_keep = rules.why_not_keep(viewer, meeting.only_body, is_seated=is_seated) is None
        seats = tuple((each, _presence(room, each)) for each in room.seats)
        return cls(
            meeting=meeting,
            body=bodies.body(meeting.body),
            items=tuple(
                ItemRow(
                    number,
                    item,
                    tuple(item.papers.all()),
                    any(
                        ruling.is_withheld and ruling.holder_id == viewer.account_id
                        for ruling in item.rulings.all()
                    ),
                    unruled.get(item.pk, ()),
                )
                for number, item in enumerate(meeting.items.all(), start=1)
            ),
            seats=seats,
            quorum=room.quorum(meeting.body),
            acts=tuple(_meeting_acts(meeting)) if may_keep else (),
            may_keep=may_keep,
            may_rule=viewer.may(CHAIR_MEETINGS) or bool(meeting.only_body and is_seated),
        )


def _presence(room: InTheRoom, seat: Seat) -> str:
    found = room.presences.get(seat.pk)
    return found.said.label if found else ""


def _meeting_acts(meeting: BoardMeeting) -> list[Act]:
    stage = meeting.stage
    acts = []
    if stage is MeetingStage.PLANNED:
        acts += [
            Act("Add an item", "add_item"),
            Act("Let the papers go out", "send_papers", True),
        ]
    if stage is MeetingStage.PAPERS_SENT:
        acts += [
            Act("Who came", "record_presence", True),
            Act("Close as held", "hold_meeting"),
        ]
    if stage in (MeetingStage.PLANNED, MeetingStage.PAPERS_SENT):
        acts.append(Act("Call it off", "cancel_meeting"))
    return acts


@dataclass(frozen=True)
class ItemPage:
    """One item: its papers, its minute, who decides, what each said."""

    row: ItemRow
    meeting: BoardMeeting
    quorum: Quorum
    votes: tuple[tuple[Seat, str, str], ...]
    minutes: tuple[object, ...]
    acts: tuple[Act, ...]

    @property
    def title(self) -> str:
        """The item's title."""
        return self.row.item.title


def item_acts(row: ItemRow, meeting: BoardMeeting, *, may_keep: bool, may_rule: bool) -> list[Act]:
    """What may be done with an item now."""
    acts = []
    over = meeting.stage in (MeetingStage.HELD, MeetingStage.CANCELLED)
    if may_rule and not over:
        acts.append(Act("Rule on an interest", "rule_on_interest", bool(row.unruled)))
    if may_keep and not over:
        acts.append(Act("Put a paper in", "add_paper"))
    if may_keep and meeting.papers_sent_at is not None:
        acts += [Act("What a partner said", "record_vote"), Act("Write the minute", "write_minute")]
        decision = row.item.decision
        if decision is not None and decision.state in (
            DecisionState.USER_GROUP_VIEW,
            DecisionState.PROPOSED,
        ):
            acts.append(Act("The body recommends it", "recommend_decision", True))
    return acts


def marking_words(paper: Paper) -> str:
    """Who may read a paper besides the body."""
    if paper.marking is Marking.RESTRICTED and paper.restricted_until_on:
        return f"Kept to the body until {day(paper.restricted_until_on)}"
    if paper.marking is Marking.EXEMPT:
        return f"Exempt from publication: {paper.exempt_ground}"
    return str(paper.marking.label)


def interest_words(interest: Interest) -> str:
    """Since when, until when."""
    ended = f" until {day(interest.ended_on)}" if interest.ended_on else ""
    return f"{day(interest.began_on)}{ended}"


def promise_words(promised_on: date, *, on: date) -> tuple[str, bool]:
    """Until when an answer is promised, and whether that day has passed."""
    late = promised_on < on
    return f"promised by {day(promised_on)}", late

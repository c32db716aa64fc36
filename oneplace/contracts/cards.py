"""The small face of decisions on My day: what waits for the chair, the office and scrutiny."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.urls import reverse

from oneplace.access.viewer import Viewer
from oneplace.contracts import bodies, queries
from oneplace.contracts.models import MeetingStage, Question
from oneplace.contracts.permissions import (
    ANSWER_ALLIANCE,
    ASK_ALLIANCE,
    CHAIR_MEETINGS,
    SEE_DECISIONS,
)
from oneplace.homefirst.queries.waiting import WaitsOn, slug_of
from oneplace.kit.cards import Row, Section
from oneplace.kit.clock import local_day
from oneplace.kit.formats import day, sentence_list
from oneplace.outcomes.cards import BoardRow
from oneplace.vocabulary.terms import DecisionState


class QuestionsToAnswer:
    """What scrutiny asked and waits for."""

    section = Section.NOW
    permission = ANSWER_ALLIANCE

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row for each question without an answer."""
        return [
            Row(
                what=f"{each.asked_by_name} asked: {each.question[:90]}",
                why_you=f"Promised by {day(each.promised_on)}",
                button="Answer",
                address=reverse("contracts:answer_question", args=[each.pk]),
            )
            for each in queries.open_questions(viewer=viewer)[:5]
        ]


class AnswersLate:
    """Answers promised to the viewer whose day has passed."""

    section = Section.NOW
    permission = ASK_ALLIANCE

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row for each."""
        on = local_day(at)
        return [
            _asked(each, f"Was promised by {day(each.promised_on)}")
            for each in queries.open_questions(viewer=viewer)
            if each.asked_by_id == viewer.account_id and each.promised_on < on
        ]


class AnswersPromised:
    """Answers promised to the viewer, each with its day."""

    section = Section.NEXT
    permission = ASK_ALLIANCE

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row for each."""
        on = local_day(at)
        return [
            _asked(each, f"Promised by {day(each.promised_on)}", needs_you=False)
            for each in queries.open_questions(viewer=viewer)
            if each.asked_by_id == viewer.account_id and each.promised_on >= on
        ]


class AnswersGiven:
    """Answers to the viewer's questions in the last week."""

    section = Section.SINCE_YESTERDAY
    permission = ASK_ALLIANCE

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row for each."""
        return [
            _asked(each, f"Answered by {each.answered_by_name}", needs_you=False)
            for each in queries.questions(viewer=viewer)
            if each.asked_by_id == viewer.account_id
            and each.answered_at is not None
            and at - timedelta(days=7) <= each.answered_at <= at
        ]


def _asked(each: Question, why: str, *, needs_you: bool = True) -> Row:
    return Row(
        what=f"You asked: {each.question[:90]}",
        why_you=why,
        button="Look",
        address=reverse("contracts:questions"),
        needs_you=needs_you,
    )


class InterestsToRuleOn:
    """Meetings whose papers wait for the chair's rulings on interests."""

    section = Section.NOW
    permission = CHAIR_MEETINGS

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row for the next meeting whose papers are not out."""
        coming = queries.next_meetings(viewer=viewer, at=at).filter(stage=MeetingStage.PLANNED)
        return [
            Row(
                what=f"Rule on interests: {bodies.name_of(each.body)}, {day(each.starts_at)}",
                why_you="Papers go out once you have",
                until=each.starts_at,
                button="Look",
                address=reverse("contracts:meeting", args=[each.pk]),
            )
            for each in coming[:1]
        ]


class NextBoards:
    """The next meetings of bodies."""

    section = Section.NEXT
    permission = SEE_DECISIONS

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row for each of the next meetings."""
        return [
            Row(
                what=f"{bodies.name_of(each.body)}, {day(each.starts_at)}",
                why_you=each.stage.label,
                until=each.starts_at,
                button="Agenda",
                address=reverse("contracts:meeting", args=[each.pk]),
                needs_you=False,
            )
            for each in queries.next_meetings(viewer=viewer, at=at)[:3]
        ]


class DecisionsWaiting:
    """Decisions with the partners' own boards."""

    section = Section.SINCE_YESTERDAY
    permission = SEE_DECISIONS

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row for each decision that waits for partners' boards."""
        found = queries.waiting_decisions(viewer=viewer, on=local_day(at))
        return [
            Row(
                what=f"{each.decision.title}: ratified by {len(each.standing.ratified)} of "
                f"{each.standing.asked}",
                why_you="Still to decide: "
                + sentence_list([one.organisation.short_word for one in each.standing.waiting]),
                button="Look",
                address=reverse("contracts:decision", args=[each.decision.pk]),
                needs_you=False,
            )
            for each in found
            if each.decision.state is DecisionState.RATIFYING
        ][:5]


class RatificationsWaited:
    """On the page of who waits on whom: decisions a partner's own board has still to take."""

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[WaitsOn]:
        """A row for each partner a decision waits for."""
        if not viewer.may(SEE_DECISIONS):
            return []
        return [
            WaitsOn(
                holder=slug_of(one.organisation.code),
                holder_name=one.organisation.short_word,
                kind="A decision of its board",
                what=each.decision.title,
                words="",
                since=each.decision.proposed_at,
                due_on=None,
                ring="its board",
                address=reverse("contracts:decision", args=[each.decision.pk]),
            )
            for each in queries.waiting_decisions(viewer=viewer, on=local_day(at))
            if each.decision.state is DecisionState.RATIFYING
            for one in each.standing.waiting
        ]


def _row(each: queries.Stands, at: datetime) -> BoardRow:
    return BoardRow(
        title=each.decision.title,
        words=f"In force today? {each.standing.words}",
        address=reverse("contracts:decision", args=[each.decision.pk]),
        link_words="The decision",
        as_of=day(at),
    )


class DecisionsOnBoard:
    """On the board's page: decisions that wait for partners' boards, and questions to answer."""

    permission = SEE_DECISIONS

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[BoardRow]:
        """A row for each decision with the partners' boards, and one for questions."""
        on = local_day(at)
        waiting = [
            _row(each, at)
            for each in queries.waiting_decisions(viewer=viewer, on=on)
            if each.decision.state is DecisionState.RATIFYING
        ]
        asked = list(queries.open_questions(viewer=viewer))
        if not asked:
            return waiting
        soonest = asked[0].promised_on
        late = " It is late." if soonest < on else ""
        return [
            *waiting,
            BoardRow(
                title="Questions from scrutiny",
                words=f"{len(asked)} without an answer; the next is promised by {day(soonest)}."
                f"{late}",
                address=reverse("contracts:questions"),
                link_words="The questions",
                as_of=day(at),
            ),
        ]


class DecisionsBesideClaim:
    """Beside a claim: the decisions that rest on it."""

    permission = SEE_DECISIONS

    def rows(self, claim: str, *, viewer: Viewer, at: datetime) -> Sequence[BoardRow]:
        """A row for each, those that wait first."""
        found = queries.resting_on(claim, viewer=viewer, on=local_day(at))
        return [
            _row(each, at) for each in sorted(found, key=lambda each: each.standing.is_in_force)
        ]

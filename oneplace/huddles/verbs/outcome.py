"""What came of speaking of somebody: lead, decision, next review; and the paragraph after it."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Max

from oneplace.access import audit
from oneplace.access.models import Hat
from oneplace.access.viewer import Viewer
from oneplace.huddles import asking, rules
from oneplace.huddles.models import (
    PARTS,
    Attendee,
    Case,
    ChangeKind,
    Decided,
    Item,
    ItemState,
    Line,
    LineKind,
    Meeting,
    Paragraph,
    ParagraphState,
    with_turn,
)
from oneplace.huddles.verbs.changing import note_change
from oneplace.huddles.verbs.live import present_words
from oneplace.huddles.verbs.series import next_meeting
from oneplace.kit.clock import local_day
from oneplace.kit.formats import day
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.kit.words import label_of, say
from oneplace.partners.models import Organisation
from oneplace.post import verbs as post
from oneplace.post.recipients import Recipient
from oneplace.post.verbs import Cause
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import AgendaSection, CaseClosed, CaseState, MeetingState

USUAL_REVIEW: Final = timedelta(weeks=4)


class Stale(Refused):
    """Somebody decided since this page was opened; `theirs` is how the item stands now."""

    def __init__(self, theirs: Item) -> None:
        super().__init__(
            "Somebody has changed this since you opened it. What stands now is shown beside what "
            "you chose: look, and save again."
        )
        self.theirs = theirs


@transaction.atomic
def conclude_item(
    *,
    item: Item,
    decided: Decided,
    lead: Hat | None,
    next_review_on: date | None = None,
    reason: CaseClosed | None = None,
    safety_net: str = "",
    question: str = "",
    version: int | None = None,
    by: Viewer,
    at: datetime,
) -> Item:
    """Settle what was decided of somebody. It takes effect when the meeting is ended.

    `version` is what the page showed: raises `Stale` where somebody settled it since. Raises
    `Refused` for a case without a lead, closing with open actions, stepping down without a net.
    """
    # The meeting first, as its end holds them: an outcome settled meanwhile is not passed over.
    Meeting.objects.select_for_update(of=("self",)).get(pk=item.meeting_id)
    item = (
        Item.objects.select_for_update(of=("self",))
        .select_related("case__lead", "meeting", "person")
        .get(pk=item.pk)
    )
    if version is not None and version != item.version:
        raise Stale(item)
    refuse_if(
        None
        if item.meeting.state in (MeetingState.LIVE, MeetingState.MINUTED)
        else say("This {huddle} is not under way.")
    )
    refuse_if(rules.why_not_settle(item))
    case = item.case
    lead = lead or case.lead
    net = safety_net or case.safety_net
    refuse_if(
        rules.why_not_conclude(
            decided=decided,
            has_lead=lead is not None,
            safety_net=net,
            open_actions=asking.open_actions(case.person_id, by=by),
            reason=reason,
            next_review_on=next_review_on,
            at=at,
        )
    )
    if lead is not None:
        case.lead, case.lead_name = lead, lead.account.name
    case.safety_net = net.strip()
    case.question = question.strip()[: rules.LONGEST_WHY] or case.question
    case.closed_reason = reason if decided is Decided.CLOSE and reason else ""
    case.version += 1
    case.save(
        update_fields=["lead", "lead_name", "safety_net", "question", "closed_reason", "version"]
    )
    item.decided, item.lead_name = decided, case.lead_name
    item.settled, item.settled_after = decided, _newest_line(item)
    item.next_review_on = _review(item, decided, wanted=next_review_on, at=at)
    item.present = item.present or present_words(item.meeting)
    item.discussed_at = item.discussed_at or at
    item.version += 1
    item.save()
    audit.record(
        by=by,
        at=at,
        action="conclude_item",
        subject=("item", item.pk),
        person_id=item.person_id,
        detail={"decided": decided.value},
    )
    note_change(item.meeting_id, ChangeKind.PART, item_id=item.pk)
    return item


def _newest_line(item: Item) -> int:
    """The turn of the newest line the house has received of somebody; 0 where there is none."""
    turns = with_turn(Line.objects.filter(item=item)).aggregate(newest=Max("received"))
    return int(turns["newest"] or 0)


def _review(item: Item, decided: Decided, *, wanted: date | None, at: datetime) -> date | None:
    """When somebody is spoken of again: brought back at the next meeting, else as wanted or usual.

    None for whoever goes.
    """
    if decided is Decided.BRING_BACK:
        following = next_meeting(item.meeting.series, after=item.meeting.starts_at)
        if following is not None:
            return local_day(following.starts_at)
    if wanted is None and decided not in (Decided.STEP_DOWN, Decided.CLOSE):
        return local_day(at) + USUAL_REVIEW
    return wanted


def take_effect(item: Item, *, at: datetime) -> CaseState:
    """Let what was decided of an item become the state of its case; in the verb's transaction."""
    case = item.case
    decided = Decided(item.decided) if item.decided else Decided.GO_ON
    item.decided = decided
    after = rules.state_after(case, decided)
    for state in rules.way_to(CaseState(case.state), after):
        case.state = state
    case.last_discussed_at = item.discussed_at or at
    case.unchanged = case.unchanged + 1 if decided is Decided.NO_CHANGE else 0
    case.next_review_on = _review(item, decided, wanted=item.next_review_on, at=at)
    case.version += 1
    if after in (CaseState.STEPPED_DOWN, CaseState.CLOSED):
        case.ended_at, case.next_review_on = at, None
    else:
        # Spoken of all the same after a step-down: it goes on.
        case.ended_at = None
    if after is CaseState.CLOSED and not case.closed_reason:
        case.closed_reason = CaseClosed.GOALS_MET
    case.save()
    item.next_review_on, item.lead_name = case.next_review_on, case.lead_name
    item.state = ItemState.DONE
    item.version += 1
    item.save()
    return after


def draft_paragraph(
    item: Item, *, clinicians: Sequence[Attendee] = (), at: datetime
) -> Paragraph | None:
    """The paragraph of an item, drafted of its lines, where something changed or is asked.

    It names who checks it: of `clinicians`, those of the meeting, whoever leads this case, else the
    first. None where nothing had changed: a GP's record is not filled with "no change".
    """
    lines = list(
        Line.objects.filter(item=item, taken_back_at__isnull=True, is_sensitive=False).order_by(
            "written_at", "pk"
        )
    )
    if item.decided == Decided.NO_CHANGE and not any(
        line.kind in (LineKind.ACTION, LineKind.DECISION, LineKind.GOAL, LineKind.REFERRAL)
        for line in lines
    ):
        return None
    paragraph = Paragraph(
        id=new_id(),
        item=item,
        person_id=item.person_id,
        owner=item.owner,
        words=paragraph_words(item, lines),
        drafted_at=at,
    )
    if clinicians:
        led_by = item.case.lead.account_id if item.case.lead else None
        leads = (one for one in clinicians if one.account_id == led_by)
        named = next(leads, clinicians[0])
        paragraph.clinician_id, paragraph.clinician_name = named.account_id, named.name
    paragraph.save(force_insert=True)
    return paragraph


def paragraph_words(item: Item, lines: list[Line]) -> str:
    """One paragraph: when, by whom, why, what was decided, who does what by when, next review."""
    newest: dict[str, Line] = {}
    for line in lines:
        if line.kind in PARTS and line.number:
            newest[line.kind] = line
    said = [say("Discussed in the {huddle} of {day}", day=day(item.meeting.starts_at))]
    said[0] += f" by {item.present}." if item.present else "."
    said.append(f"Why: {_ended(_why(item))}")
    said += [_ended(newest[part].words) for part in PARTS if part in newest]
    # Notes are the team's own: what the GP's record needs of them stands in the parts.
    said += [_ended(line.words) for line in lines if line.kind == LineKind.DECISION]
    asked = [line.made_words or line.words for line in lines if line.kind == LineKind.ACTION]
    if asked:
        said.append(f"Asked: {'; '.join(words.rstrip('.') for words in asked)}.")
    said += [
        _ended(line.made_words or f"Referred: {line.words}")
        for line in lines
        if line.kind == LineKind.REFERRAL
    ]
    goals = [line.words.strip() for line in lines if line.kind == LineKind.GOAL]
    said += [f"Goal, in their own words: “{words}”" for words in goals]
    if item.decided:
        said.append(f"Decision: {_decided_words(item)}.")
    if item.lead_name:
        said.append(f"Lead: {item.lead_name}.")
    if item.case.safety_net and item.decided == Decided.STEP_DOWN:
        said.append(f"What would bring them back: {_ended(item.case.safety_net)}")
    if item.next_review_on:
        said.append(f"Next review {day(item.next_review_on)}.")
    return " ".join(said)[: rules.LONGEST_PART]


_OWN_WHY: Final = frozenset(
    {AgendaSection.SAFEGUARDING, AgendaSection.IN_AND_OUT_OF_HOSPITAL, AgendaSection.NEW_CASES}
)
"""The parts of an agenda whose reason is the person's; elsewhere it is the huddle's business."""


def _why(item: Item) -> str:
    return item.why if AgendaSection(item.section) in _OWN_WHY else item.case.why


def _decided_words(item: Item) -> str:
    words = Decided(item.decided).label.lower()
    if item.decided == Decided.CLOSE and item.case.closed_reason:
        return f"{words} ({label_of(CaseClosed(item.case.closed_reason)).lower()})"
    return words


def _ended(words: str) -> str:
    text = words.strip()
    return text if text.endswith((".", "?", "!")) else f"{text}."


@transaction.atomic
def check_paragraph(
    *,
    paragraph: Paragraph,
    words: str,
    version: int,
    instead: bool = False,
    by: Viewer,
    at: datetime,
) -> Paragraph:
    """Let a paragraph go to the GP's record and to who asked, in the clinician's own name.

    Whoever was named checks it; another clinician does so `instead`, which is written down.
    """
    held = _held(paragraph, version)
    refuse_if(rules.why_not_approve_paragraph(held, words, by=by, instead=instead), field="words")
    is_instead = rules.is_named_to_another(held, by=by)
    held.words, held.state = words.strip(), ParagraphState.CHECKED
    held.clinician_id, held.clinician_name = rules.account_of(by), by.name
    held.checked_at = at
    held.version += 1
    case = held.item.case
    held.message_ids = [str(_send(held, to, by=by, at=at)) for to in _recipients(case)]
    held.save()
    audit.record(
        by=by,
        at=at,
        action="check_paragraph",
        subject=("paragraph", held.pk),
        person_id=held.person_id,
        detail={"instead": is_instead},
    )
    return held


def _held(paragraph: Paragraph, version: int) -> Paragraph:
    held = (
        Paragraph.objects.select_for_update(of=("self",))
        .select_related("item__case__practice", "item__case__referrer", "item__meeting")
        .get(pk=paragraph.pk)
    )
    if held.version != version:
        raise Refused(
            "Somebody changed this paragraph since you opened it. It is shown as it stands now; "
            "what you typed is kept in the box."
        )
    return held


def _recipients(case: Case) -> list[Organisation]:
    asked = case.referrer
    return [case.practice, *([asked] if asked and asked.pk != case.practice_id else [])]


def _send(paragraph: Paragraph, to: Organisation, *, by: Viewer, at: datetime) -> uuid.UUID:
    message = post.write_message(
        template="text_for_partner",
        values={
            "subject": say("{Huddle} of {day}", day=day(paragraph.item.meeting.starts_at)),
            "words": f"{paragraph.words}\n\nChecked by {by.name}, {day(at)}.",
        },
        to=Recipient.organisation(to),
        cause=Cause("huddles", "paragraph", paragraph.pk),
        person_id=paragraph.person_id,
        by=by,
        at=at,
    )
    sent: uuid.UUID = message.pk
    return sent


@transaction.atomic
def leave_out_paragraph(
    *, paragraph: Paragraph, why: str, version: int, by: Viewer, at: datetime
) -> Paragraph:
    """Say that nothing need go to the GP's record, and why."""
    held = _held(paragraph, version)
    refuse_if("Say why, in one line." if not why.strip() else None, field="why")
    refuse_if(
        None if held.state == ParagraphState.DRAFTED else "This paragraph is settled.", field="why"
    )
    held.state, held.state_why = ParagraphState.NOT_NEEDED, why.strip()[: rules.LONGEST_WHY]
    held.clinician_id, held.clinician_name = rules.account_of(by), by.name
    held.checked_at, held.version = at, held.version + 1
    held.save()
    audit.record(
        by=by,
        at=at,
        action="leave_out_paragraph",
        subject=("paragraph", held.pk),
        person_id=held.person_id,
        reason=why,
    )
    return held

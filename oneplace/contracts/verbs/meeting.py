"""A body's meeting: called, its agenda and papers, who came, what was said, its minutes."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.contracts import bodies, queries, rules
from oneplace.contracts.models import (
    MEETING,
    BoardMeeting,
    Decision,
    Item,
    ItemPurpose,
    Marking,
    MeetingStage,
    Minute,
    Paper,
    Presence,
    Seat,
    SeatPresence,
    Vote,
    VoteSaid,
)
from oneplace.contracts.verbs import deciding
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused, refuse_if


@transaction.atomic
def plan_meeting(
    *, body: str, starts_at: datetime, where: str = "", by: Viewer, at: datetime
) -> BoardMeeting:
    """Call a body to a meeting."""
    found = bodies.body(body)
    refusal = rules.why_not_plan(
        found=found, starts_at=starts_at, by=by, is_seated=_is_seated(body, by, at)
    )
    if refusal is not None:
        raise Refused(refusal[0], field=refusal[1])
    meeting = BoardMeeting(
        body=body,
        only_body=body if bodies.is_among_few(body) else "",
        starts_at=starts_at,
        where=where.strip(),
        called_by_name=by.name,
    )
    refuse_if(
        f"{bodies.name_of(body)} meets at this time already."
        if BoardMeeting.objects.filter(body=body, starts_at=starts_at).exists()
        else None,
        field="starts_at",
    )
    meeting.save(force_insert=True)
    _audit("plan_meeting", meeting, by=by, at=at)
    return meeting


@transaction.atomic
def add_item(
    *,
    meeting: BoardMeeting,
    title: str,
    purpose: ItemPurpose,
    asked: str,
    minutes: int = 10,
    decision: Decision | None = None,
    touches: Sequence[uuid.UUID] = (),
    by: Viewer,
    at: datetime,
) -> Item:
    """Put an item on the agenda; `touches` are organisations that would gain or lose by it."""
    held = _held(meeting)
    seated = _is_seated(held.body, by, at)
    refuse_if(rules.why_not_change_agenda(held, by, is_seated=seated))
    refuse_if(None if title.strip() else "Give the item a title.", field="title")
    if decision is not None and decision.body != held.body:
        raise Refused("This proposal is another body’s to decide.", field="decision")
    last = Item.objects.filter(meeting=held).aggregate(last=Max("position"))["last"]
    item = Item(
        meeting=held,
        only_body=held.only_body,
        position=(last or 0) + 1,
        title=title.strip(),
        purpose=purpose,
        asked=asked.strip(),
        minutes=minutes,
        decision=decision,
        touches=list(touches),
    )
    item.save(force_insert=True)
    _audit("add_item", held, by=by, at=at)
    return item


@transaction.atomic
def add_paper(
    *,
    item: Item,
    title: str,
    words: str,
    marking: Marking,
    restricted_until_on: date | None = None,
    exempt_ground: str = "",
    by: Viewer,
    at: datetime,
) -> Paper:
    """Put a paper in for an item, with who may read it besides the body."""
    meeting = item.meeting
    seated = _is_seated(meeting.body, by, at)
    refuse_if(rules.why_not_keep(by, meeting.only_body, is_seated=seated))
    refusal = rules.why_not_put_paper(
        marking, until_on=restricted_until_on, ground=exempt_ground, words=words, item=item
    )
    if refusal is not None:
        raise Refused(refusal[0], field=refusal[1])
    paper = Paper(
        item=item,
        title=title.strip() or item.title,
        words=words.strip(),
        marking=marking,
        restricted_until_on=restricted_until_on if marking is Marking.RESTRICTED else None,
        exempt_ground=exempt_ground.strip() if marking is Marking.EXEMPT else "",
        put_by_name=by.name,
        put_at=at,
    )
    paper.save(force_insert=True)
    _audit("add_paper", meeting, by=by, at=at)
    return paper


@transaction.atomic
def send_papers(*, meeting: BoardMeeting, by: Viewer, at: datetime) -> BoardMeeting:
    """Let the papers go out, once every interest in every item is ruled on."""
    held = _held(meeting)
    items = list(held.items.all())
    day = local_day(held.starts_at)
    refuse_if(
        rules.why_not_send_papers(
            held,
            items=items,
            unruled=queries.conflicts_in(held, items, viewer=by, on=day),
            by=by,
            is_seated=_is_seated(held.body, by, at),
        )
    )
    held.stage, held.papers_sent_at = MeetingStage.PAPERS_SENT, at
    held.save(update_fields=["stage", "papers_sent_at"])
    _audit("send_papers", held, by=by, at=at)
    return held


@transaction.atomic
def record_presence(
    *,
    meeting: BoardMeeting,
    seat: Seat,
    said: SeatPresence,
    left_before: int | None = None,
    by: Viewer,
    at: datetime,
) -> Presence:
    """Write down who came, sent apologies, or left before an item."""
    refuse_if(_why_not_write(meeting, by, at))
    refuse_if(None if seat.body == meeting.body else "This seat is another body’s.", field="seat")
    refuse_if(
        "Write before which item they left."
        if said is SeatPresence.LEFT and left_before is None
        else None,
        field="left_before",
    )
    presence, _ = Presence.objects.update_or_create(
        meeting=meeting, seat=seat, defaults={"said": said, "left_before": left_before}
    )
    _audit("record_presence", meeting, by=by, at=at)
    return presence


@transaction.atomic
def record_vote(
    *, item: Item, seat: Seat, said: VoteSaid, words: str = "", by: Viewer, at: datetime
) -> Vote:
    """Write down what the holder of a seat said to an item."""
    refuse_if(_why_not_write(item.meeting, by, at))
    room = queries.in_the_room(item.meeting, about=item, viewer=by)
    refuse_if(
        rules.why_not_vote(item, seat, room.presences.get(seat.pk), room.rulings.get(seat.pk)),
        field="seat",
    )
    vote, _ = Vote.objects.update_or_create(
        item=item, seat=seat, defaults={"said": said, "words": words.strip()}
    )
    _audit("record_vote", item.meeting, by=by, at=at)
    return vote


@transaction.atomic
def write_minute(
    *, item: Item, words: str, corrects_why: str = "", by: Viewer, at: datetime
) -> Minute:
    """Write what was said and settled of an item; a second one corrects the first and keeps it."""
    last = Minute.objects.filter(item=item).first()
    refusal = rules.why_not_minute(
        item.meeting,
        by,
        is_first=last is None,
        why=corrects_why,
        is_seated=_is_seated(item.meeting.body, by, at),
    )
    if refusal is not None:
        raise Refused(refusal[0], field=refusal[1])
    refuse_if(None if words.strip() else "Write what was said and settled.", field="words")
    minute = Minute(
        item=item,
        version=last.version + 1 if last else 1,
        words=words.strip(),
        corrects_why=corrects_why.strip(),
        written_by_name=by.name,
        written_at=at,
    )
    minute.save(force_insert=True)
    _audit("write_minute", item.meeting, by=by, at=at)
    return minute


@transaction.atomic
def recommend_decision(
    *, item: Item, words: str = "", minute: str = "", by: Viewer, at: datetime
) -> Decision:
    """Write down that the body agreed to the item's proposal: quorate, and nobody against."""
    if item.decision_id is None:
        raise Refused("This item has no proposal to decide.")
    found = bodies.body(item.meeting.body)
    if found is None:
        raise Refused("The place file has no body of this name any more.")
    room = queries.in_the_room(item.meeting, about=item, viewer=by)
    refuse_if(
        rules.why_not_recommend(
            item,
            found,
            room.seats,
            presences=room.presences,
            rulings=room.rulings,
            votes=room.votes,
        )
    )
    held = Decision.objects.select_for_update(of=("self",)).get(pk=item.decision_id)
    agreed = f"Agreed by every partner that could decide; {room.quorum(found.code).words}"
    deciding.recommend(
        held,
        said_on=local_day(item.meeting.starts_at),
        words=words.strip() or agreed,
        minute=minute,
        by=by,
        at=at,
    )
    audit.record(by=by, at=at, action="recommend_decision", subject=("decision", held.pk))
    return held


@transaction.atomic
def hold_meeting(*, meeting: BoardMeeting, by: Viewer, at: datetime) -> BoardMeeting:
    """Close a meeting as held."""
    held = _held(meeting)
    room = queries.in_the_room(held, viewer=by)
    refuse_if(
        rules.why_not_hold(
            held, here=room.quorum(held.body), by=by, is_seated=_is_seated(held.body, by, at)
        )
    )
    held.stage, held.held_at = MeetingStage.HELD, at
    held.save(update_fields=["stage", "held_at"])
    _audit("hold_meeting", held, by=by, at=at)
    return held


@transaction.atomic
def cancel_meeting(*, meeting: BoardMeeting, why: str, by: Viewer, at: datetime) -> BoardMeeting:
    """Call a meeting off, with the reason."""
    held = _held(meeting)
    refuse_if(_why_not_write(held, by, at))
    refuse_if(MEETING.why_not(held.stage, MeetingStage.CANCELLED, reason=why.strip()), field="why")
    held.stage, held.cancelled_why = MeetingStage.CANCELLED, why.strip()
    held.save(update_fields=["stage", "cancelled_why"])
    _audit("cancel_meeting", held, by=by, at=at)
    return held


def _why_not_write(meeting: BoardMeeting, by: Viewer, at: datetime) -> str | None:
    return rules.why_not_keep(by, meeting.only_body, is_seated=_is_seated(meeting.body, by, at))


def _is_seated(body: str, by: Viewer, at: datetime) -> bool:
    return body in queries.seated_in(viewer=by, on=local_day(at))


def _held(meeting: BoardMeeting) -> BoardMeeting:
    return BoardMeeting.objects.select_for_update().get(pk=meeting.pk)


def _audit(action: str, meeting: BoardMeeting, *, by: Viewer, at: datetime) -> None:
    audit.record(by=by, at=at, action=action, subject=("meeting", meeting.pk))

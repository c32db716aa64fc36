"""Begins series and changes them: when they meet, who belongs to them, which weeks are left out."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from oneplace.access import audit
from oneplace.access.models import Hat
from oneplace.access.viewer import Viewer
from oneplace.huddles import rhythm, rules
from oneplace.huddles.models import (
    Attendee,
    ChangeKind,
    Engagement,
    Item,
    ItemState,
    Line,
    LineKind,
    Meeting,
    Member,
    Series,
    SeriesPractice,
    VisitKind,
)
from oneplace.huddles.verbs.around import keep_around
from oneplace.huddles.verbs.behind import leave_nobody_behind_later, take_up_practices_later
from oneplace.huddles.verbs.changing import note_change
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import refuse_if
from oneplace.kit.words import say
from oneplace.partners.models import Organisation
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import MeetingState, Rhythm, Role, Weekday

PLANNED_AHEAD: Final = timedelta(weeks=13)
"""How far meetings are planned, so that calendars hold a quarter."""


def _moment(on: date, starts: time) -> datetime:
    """The moment of a time on the wall; in the hour the clocks skip it is the hour after."""
    return timezone.make_aware(datetime.combine(on, starts))


@transaction.atomic
def open_series(
    *,
    host: Organisation,
    also: Sequence[Organisation] = (),
    every: Rhythm,
    weekday: Weekday,
    starts: time,
    minutes: int,
    first_on: date,
    place: str = "",
    video_link: str = "",
    by: Viewer,
    at: datetime,
) -> Series:
    """Begin a practice's huddle with its core team, and plan its meetings for a quarter."""
    practices = [host, *also]
    held = SeriesPractice.objects.filter(
        practice__in=practices, series__ended_on__isnull=True
    ).select_related("series")
    known = held.first()
    weekend = settings.PLACE.calendar.weekend
    refuse_if(
        rules.why_not_open_series(
            has_one=known.series.name if known else "",
            minutes=minutes,
            is_working_weekday=weekday not in weekend,
        )
    )
    if host.network is None:
        refuse_if(say("This practice belongs to no {network}: its core team is not known."))
        raise AssertionError
    series = Series(
        id=new_id(),
        host=host,
        network=host.network,
        name=_name(practices),
        rhythm=every,
        weekday=weekday,
        starts=starts,
        minutes=minutes,
        first_on=_first(first_on, weekday),
        place=place,
        video_link=video_link,
    )
    series.save(force_insert=True)
    SeriesPractice.objects.bulk_create(
        SeriesPractice(id=new_id(), series=series, practice=practice) for practice in practices
    )
    _add_core_team(series, practices, at=at)
    audit.record(by=by, at=at, action="open_series", subject=("series", series.pk))
    _plan(series, after=series.first_on - timedelta(days=1), until=local_day(at) + PLANNED_AHEAD)
    take_up_practices_later(series.pk)
    return series


def _name(practices: Sequence[Organisation]) -> str:
    names = [practice.name for practice in practices]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _first(on: date, weekday: Weekday) -> date:
    return on + timedelta(days=(weekday.number - on.weekday()) % 7)


def _add_core_team(series: Series, practices: Sequence[Organisation], *, at: datetime) -> None:
    """The GPs of these practices, and of each other core role those of the network's own team.

    Where the team has nobody of a role, whoever serves the network in it belongs.
    """
    on = local_day(at)
    hats = Hat.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=on),
        ended_at__isnull=True,
        starts_on__lte=on,
        account__is_active=True,
        post__role__in=rules.CORE,
    ).select_related("post")
    gps = list(hats.filter(post__role=Role.GP, post__organisation__in=practices))
    others = hats.exclude(post__role=Role.GP)
    in_team = list(others.filter(post__teams__network=series.network).distinct())
    known = {hat.post.role for hat in in_team}
    near = list(others.filter(post__network=series.network).exclude(post__role__in=known))
    found = {hat.pk: hat for hat in (*gps, *in_team, *near)}
    Member.objects.bulk_create(
        Member(id=new_id(), series=series, hat=hat, role=hat.post.role, from_on=on)
        for _, hat in sorted(found.items())
    )


@transaction.atomic
def change_series(
    *,
    series: Series,
    every: Rhythm,
    weekday: Weekday,
    starts: time,
    minutes: int,
    place: str,
    video_link: str,
    by: Viewer,
    at: datetime,
) -> Series:
    """Let a series meet otherwise from now on; meetings not yet held and not moved go with it."""
    refuse_if(rules.why_not_change_series(series))
    is_working = weekday not in settings.PLACE.calendar.weekend
    refuse_if(rules.why_not_slot(minutes=minutes, is_working_weekday=is_working))
    is_other_day = (series.rhythm, series.weekday) != (every, weekday)
    series.rhythm, series.weekday = every, weekday
    series.starts, series.minutes = starts, minutes
    series.place, series.video_link = place, video_link
    to_come = Meeting.objects.filter(
        series=series, state__in=list(rules.NOT_YET), starts_at__gt=at
    ).order_by("starts_at")
    if is_other_day:
        series.first_on = _first(local_day(at) + timedelta(days=1), weekday)
    series.save()
    audit.record(by=by, at=at, action="change_series", subject=("series", series.pk))
    if is_other_day:
        _replan(series, list(to_come), at=at)
        return series
    for meeting in to_come:
        held_on = local_day(meeting.starts_at)
        if not meeting.why.startswith("Moved"):
            meeting.starts_at = _moment(held_on, starts)
        meeting.minutes, meeting.place, meeting.video_link = minutes, place, video_link
        meeting.save(update_fields=["starts_at", "minutes", "place", "video_link"])
        note_change(meeting.pk, ChangeKind.ORDER)
    return series


def _replan(series: Series, to_come: Sequence[Meeting], *, at: datetime) -> None:
    """Meetings of the old days give way to those of the new; their agendas go to the first."""
    items = list(Item.objects.filter(meeting__in=to_come).select_related("meeting"))
    _plan(series, after=local_day(at), until=local_day(at) + PLANNED_AHEAD)
    stay = Meeting.objects.filter(series=series, starts_at__gt=at, state=MeetingState.PLANNED)
    first = stay.exclude(pk__in=[meeting.pk for meeting in to_come]).order_by("starts_at").first()
    for meeting in to_come:
        meeting.state, meeting.why = MeetingState.CANCELLED, "The series meets on other days now"
        meeting.save(update_fields=["state", "why"])
        note_change(meeting.pk, ChangeKind.OVER)
    if first is not None:
        move_items(items, to=first)


@transaction.atomic
def end_series(*, series: Series, why: str, by: Viewer, at: datetime) -> Series:
    """End a series: what is planned is cancelled; its open cases wait for another series."""
    refuse_if(rules.why_not_change_series(series))
    series.ended_on = local_day(at)
    series.save(update_fields=["ended_on"])
    for meeting in Meeting.objects.filter(series=series, state__in=list(rules.NOT_YET)):
        meeting.state, meeting.why = MeetingState.CANCELLED, why[: rules.LONGEST_WHY]
        meeting.save(update_fields=["state", "why"])
        note_change(meeting.pk, ChangeKind.OVER)
    audit.record(by=by, at=at, action="end_series", subject=("series", series.pk), reason=why)
    return series


@transaction.atomic
def add_member(
    *,
    series: Series,
    hat: Hat,
    is_core: bool = True,
    covers: Member | None = None,
    until_on: date | None = None,
    by: Viewer,
    at: datetime,
) -> Member:
    """Let somebody belong to a series, for good or as cover until a day."""
    refuse_if(rules.why_not_change_series(series))
    on = local_day(at)
    known = Member.objects.filter(series=series, hat=hat, until_on__isnull=True).first()
    refuse_if(say("They belong to this {huddle} already.") if known else None)
    member = Member(
        id=new_id(),
        series=series,
        hat=hat,
        role=hat.post.role,
        is_core=is_core,
        covers=covers,
        from_on=on,
        until_on=until_on,
    )
    member.save(force_insert=True)
    audit.record(by=by, at=at, action="add_member", subject=("series", series.pk))
    keep_around(series=series, by=by, at=at)
    return member


@transaction.atomic
def name_core_member(*, member: Member, by: Viewer, at: datetime) -> Member:
    """Let one member be the core team's only one of their profession.

    The others stay invited: they come when asked, and see whom they are connected with.
    """
    on = local_day(at)
    alike = Member.objects.select_for_update().filter(
        Q(until_on__isnull=True) | Q(until_on__gte=on), series_id=member.series_id, role=member.role
    )
    standing = {one.pk: one for one in alike}
    refuse_if(rules.why_not_name_core_member(member, standing.values()))
    member = standing.pop(member.pk)
    member.is_core = True
    # Whoever stands in for somebody does so until then.
    others = [one for one in standing.values() if one.covers_id is None]
    for one in others:
        one.is_core = False
    Member.objects.bulk_update([member, *others], ["is_core"])
    audit.record(by=by, at=at, action="name_core_member", subject=("series", member.series_id))
    keep_around(series=member.series, by=by, at=at)
    return member


@transaction.atomic
def end_member(*, member: Member, by: Viewer, at: datetime) -> Member:
    """Let somebody no longer belong to a series; what they wrote stays."""
    refuse_if(say("They have left this {huddle} already.") if member.until_on else None)
    member.until_on = local_day(at) - timedelta(days=1)
    member.save(update_fields=["until_on"])
    audit.record(by=by, at=at, action="end_member", subject=("series", member.series_id))
    keep_around(series=member.series, by=by, at=at)
    return member


@transaction.atomic
def plan_meetings(*, series: Series, until: date, by: Viewer, at: datetime) -> int:
    """Plan a series' meetings up to a day, around the days offices are closed; how many are new."""
    if series.ended_on is not None:
        return 0
    made = _plan(series, after=local_day(at) - timedelta(days=1), until=until)
    audit.record(
        by=by,
        at=at,
        action="plan_meetings",
        subject=("series", series.pk),
        detail={"meetings": made},
    )
    return made


def _plan(series: Series, *, after: date, until: date) -> int:
    days = rhythm.due_days(series.first_on, Rhythm(series.rhythm), after=after, until=until)
    return len(_make(series, (rhythm.turn(day, settings.PLACE.calendar) for day in days)))


def _make(series: Series, turns: Iterable[rhythm.Turn]) -> list[Meeting]:
    known = set(Meeting.objects.filter(series=series).values_list("due_on", flat=True))
    return Meeting.objects.bulk_create(
        Meeting(
            id=new_id(),
            series=series,
            due_on=turn.due_on,
            starts_at=_moment(turn.held_on or turn.due_on, series.starts),
            minutes=series.minutes,
            place=series.place,
            video_link=series.video_link,
            state=MeetingState.PLANNED if turn.held_on else MeetingState.CANCELLED,
            why=turn.why,
        )
        for turn in turns
        if turn.due_on not in known
    )


@transaction.atomic
def move_meeting(
    *,
    meeting: Meeting,
    starts_at: datetime,
    place: str = "",
    video_link: str = "",
    why: str,
    by: Viewer,
    at: datetime,
) -> Meeting:
    """Hold one meeting at another time or place; its list moves with it and opens again."""
    refuse_if(rules.why_not_move(meeting, starts_at, why=why, at=at), field="on")
    meeting.starts_at = starts_at
    meeting.place = place or meeting.place
    meeting.video_link = video_link or meeting.video_link
    meeting.why = f"Moved: {why}"[: rules.LONGEST_WHY]
    meeting.state, meeting.locked_at = MeetingState.PLANNED, None
    meeting.save(update_fields=["starts_at", "place", "video_link", "why", "state", "locked_at"])
    audit.record(by=by, at=at, action="move_meeting", subject=("meeting", meeting.pk), reason=why)
    note_change(meeting.pk, ChangeKind.ORDER)
    return meeting


@transaction.atomic
def cancel_meeting(*, meeting: Meeting, why: str, by: Viewer, at: datetime) -> Meeting | None:
    """Leave one meeting out; everybody on its agenda goes to the next, which is returned."""
    refuse_if(rules.why_not_cancel(meeting, why=why), field="why")
    meeting.state, meeting.why = MeetingState.CANCELLED, why.strip()
    meeting.save(update_fields=["state", "why"])
    following = next_meeting(meeting.series, after=meeting.starts_at)
    items = list(Item.objects.filter(meeting=meeting).exclude(state=ItemState.TAKEN_OFF))
    if following is not None:
        move_items(items, to=following)
    audit.record(
        by=by,
        at=at,
        action="cancel_meeting",
        subject=("meeting", meeting.pk),
        reason=why,
        detail={"moved_on": len(items) if following else 0},
    )
    note_change(meeting.pk, ChangeKind.OVER)
    leave_nobody_behind_later(meeting.pk)
    return following


def next_meeting(series: Series, *, after: datetime) -> Meeting | None:
    """The next meeting of a series that is still to be held."""
    found = Meeting.objects.filter(
        series=series, starts_at__gt=after, state__in=list(rules.NOT_YET)
    ).order_by("starts_at")
    return found.first()


def move_items(items: Sequence[Item], *, to: Meeting) -> None:
    """Put people of one agenda on another, after those who stand there; nobody twice.

    What was asked of them beforehand, and answered, comes along.
    """
    there = set(Item.objects.filter(meeting=to).values_list("case_id", flat=True))
    last = Item.objects.filter(meeting=to).order_by("-position").first()
    position = last.position + 1 if last else 1
    for item in items:
        if item.case_id in there:
            continue
        moved = Item(
            id=new_id(),
            meeting=to,
            case_id=item.case_id,
            person_id=item.person_id,
            owner=item.owner,
            section=item.section,
            position=position,
            depth=item.depth,
            minutes=item.minutes,
            why=item.why,
            question=item.question,
            brought_by_name=item.brought_by_name,
        )
        moved.save(force_insert=True)
        beforehand = Line.objects.filter(item=item, kind__in=[LineKind.QUESTION, LineKind.ANSWER])
        if item.state != ItemState.ROLLED_OVER:
            beforehand.update(item=moved)
        else:
            _ask_again(beforehand, moved)
        there.add(item.case_id)
        position += 1


def _ask_again(beforehand: QuerySet[Line], moved: Item) -> None:
    """Questions that nobody came to are asked of the next meeting; the old minutes keep theirs."""
    asked = beforehand.filter(
        kind=LineKind.QUESTION, taken_back_at__isnull=True, answered_by__isnull=True
    )
    for line in asked:
        line.pk, line.item = new_id(), moved
        line.save(force_insert=True)


@transaction.atomic
def note_engagement(
    *,
    practice: Organisation,
    kind: VisitKind,
    words: str,
    on: date,
    answers: Engagement | None = None,
    by: Viewer,
    at: datetime,
) -> Engagement:
    """Note a visit to a practice, a question of it, or the answer."""
    refuse_if("Say in a few words what was said." if not words.strip() else None, field="words")
    noted = Engagement(
        id=new_id(),
        practice=practice,
        kind=kind,
        words=words.strip(),
        answers=answers,
        on=on,
        noted_by_id=rules.account_of(by),
        noted_by_name=by.name,
        noted_at=at,
    )
    noted.save(force_insert=True)
    audit.record(by=by, at=at, action="note_engagement", subject=("practice", practice.pk))
    return noted


def attendees_of(meeting: Meeting, *, at: datetime) -> list[Attendee]:
    """Those asked to a meeting, made of the series' members of its day where there are none yet."""
    known = list(Attendee.objects.filter(meeting=meeting))
    if known:
        return known
    on = local_day(meeting.starts_at)
    members = Member.objects.filter(
        Q(until_on__isnull=True) | Q(until_on__gte=on), series=meeting.series, from_on__lte=on
    ).select_related("hat__account", "hat__employer")
    covered = {member.covers_id for member in members if member.covers_id}
    rows: dict[uuid.UUID, Attendee] = {}
    for member in members:
        if member.pk in covered:
            continue
        rows[member.hat_id] = Attendee(
            id=new_id(),
            meeting=meeting,
            member=member,
            hat_id=member.hat_id,
            account_id=member.hat.account_id,
            name=member.hat.account.name,
            role=member.role,
            organisation_word=member.hat.employer.short_word,
        )
    return Attendee.objects.bulk_create(rows.values())

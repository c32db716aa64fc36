"""Series and meetings: whose they are, when they are held, who belongs. No person's data."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count, Max, Min, Q, QuerySet

from oneplace.access.models import Hat
from oneplace.access.viewer import Viewer
from oneplace.huddles import rules
from oneplace.huddles.models import (
    Attendee,
    CalendarLink,
    Change,
    Engagement,
    Meeting,
    Member,
    Series,
    SeriesPractice,
)
from oneplace.huddles.permissions import RUN_HUDDLE, SEE_HUDDLES, SEE_ROLL_OUT
from oneplace.kit.clock import local_day
from oneplace.partners.models import Organisation
from oneplace.partners.queries import practices
from oneplace.vocabulary.terms import AccountKind, Attendance, MeetingState, Role

STANDS_OUT_AFTER: Final = timedelta(weeks=3)
"""A practice without a huddle so long stands out."""


def _is_of(viewer: Viewer, path: str = "") -> Q:
    """Series of the viewer: a member's, the network's for its facilitator, the practice's own."""
    mine = Q(**{f"{path}members__hat_id": viewer.hat_id}) if viewer.hat_id else Q(pk=None)
    if viewer.organisation_id is not None:
        mine |= Q(**{f"{path}practices__practice_id": viewer.organisation_id})
    if viewer.role is Role.NETWORK_FACILITATOR and viewer.network_id is not None:
        mine |= Q(**{f"{path}network_id": viewer.network_id})
    return mine


def series_of(*, viewer: Viewer) -> QuerySet[Series]:
    """The series that are the viewer's, by name."""
    if not viewer.may(SEE_HUDDLES):
        return Series.objects.none()
    return (
        Series.objects.filter(_is_of(viewer), ended_on__isnull=True)
        .select_related("host", "network")
        .distinct()
        .order_by("name")
    )


def series(series_id: uuid.UUID, *, viewer: Viewer) -> Series | None:
    """One series of the viewer's."""
    if not viewer.may(SEE_HUDDLES):
        return None
    found = Series.objects.filter(_is_of(viewer), pk=series_id).select_related("host", "network")
    return found.first()


def members(series: Series, *, viewer: Viewer, on: date) -> QuerySet[Member]:
    """Who belongs to a series on a day or later, the core team first."""
    found = Member.objects.filter(series=series).select_related(
        "hat__account", "hat__post", "hat__employer", "covers__hat__account"
    )
    current = found.filter(Q(until_on__isnull=True) | Q(until_on__gte=on))
    return current.order_by("-is_core", "role", "pk") if viewer.may(SEE_HUDDLES) else found.none()


def member(member_id: uuid.UUID, *, viewer: Viewer) -> Member | None:
    """One place in a series of the viewer's."""
    if not viewer.may(SEE_HUDDLES):
        return None
    found = Member.objects.filter(_is_of(viewer, "series__"), pk=member_id)
    return found.select_related("series__host", "hat__account").first()


def hats_to_add(series: Series, *, viewer: Viewer, on: date) -> list[Hat]:
    """Who works near a series and does not belong to it yet, for the form that adds them."""
    if not viewer.may(SEE_HUDDLES):
        return []
    network = Q(post__network=series.network_id) | Q(post__teams__network=series.network_id)
    near = network | Q(post__organisation__network=series.network_id)
    found = Hat.objects.filter(
        near,
        Q(ends_on__isnull=True) | Q(ends_on__gte=on),
        ended_at__isnull=True,
        starts_on__lte=on,
        account__is_active=True,
        post__role__in=[*rules.CORE, Role.THERAPIST, Role.LIFE_COORDINATOR],
    )
    known = Member.objects.filter(series=series, until_on__isnull=True).values("hat_id")
    return list(
        found.exclude(pk__in=known)
        .select_related("account", "post", "employer")
        .distinct()
        .order_by("account__name", "pk")[:200]
    )


def hat_to_add(hat_id: uuid.UUID, series: Series, *, viewer: Viewer, on: date) -> Hat | None:
    """One of those who may be added."""
    return next(
        (hat for hat in hats_to_add(series, viewer=viewer, on=on) if hat.pk == hat_id), None
    )


def meetings(series: Series, *, viewer: Viewer, since: datetime) -> QuerySet[Meeting]:
    """The meetings of a series from a moment on, in their order."""
    found = Meeting.objects.filter(series=series, starts_at__gte=since).order_by("starts_at")
    return found if viewer.may(SEE_HUDDLES) else found.none()


def my_meetings(*, viewer: Viewer, since: datetime, until: datetime) -> list[Meeting]:
    """The meetings of the viewer's series between two moments, in their order, with counts.

    `people` is how many stand on the agenda for this viewer.
    """
    if not viewer.may(SEE_HUDDLES):
        return []
    found = Meeting.objects.filter(
        _is_of(viewer, "series__"), starts_at__gte=since, starts_at__lt=until
    )
    pks = found.values("pk").distinct()
    return list(
        Meeting.objects.filter(pk__in=pks)
        .select_related("series")
        .annotate(people=Count("items", filter=~Q(items__state="taken_off")))
        .order_by("starts_at", "pk")
    )


def meeting(meeting_id: uuid.UUID, *, viewer: Viewer) -> Meeting | None:
    """One meeting of the viewer's series, with the series; one statement."""
    if not viewer.may(SEE_HUDDLES):
        return None
    found = Meeting.objects.filter(_is_of(viewer, "series__"), pk=meeting_id)
    return found.select_related("series__host").first()


def next_of_show(practice_code: str, *, viewer: Viewer) -> Meeting | None:
    """The next meeting of a practice that is not over: for the story of a demonstration."""
    if not viewer.may(SEE_HUDDLES):
        return None
    found = Meeting.objects.filter(
        series__practices__practice__code=practice_code,
        state__in=[*rules.NOT_YET, MeetingState.LIVE],
    )
    return found.select_related("series__host").order_by("starts_at").first()


def next_planned(series: Series, *, after: datetime, viewer: Viewer) -> Meeting | None:
    """The next meeting of a series whose list is still open."""
    if not viewer.may(SEE_HUDDLES):
        return None
    found = Meeting.objects.filter(
        series=series, starts_at__gt=after, state=MeetingState.PLANNED
    ).select_related("series")
    return found.order_by("starts_at").first()


def attendees(meeting: Meeting, *, viewer: Viewer) -> list[Attendee]:
    """Who is asked to a meeting and whether they came."""
    if not viewer.may(SEE_HUDDLES):
        return []
    return list(Attendee.objects.filter(meeting=meeting))


def attendee(attendee_id: uuid.UUID, *, viewer: Viewer) -> Attendee | None:
    """One of those asked to a meeting of the viewer's."""
    if not viewer.may(SEE_HUDDLES):
        return None
    found = Attendee.objects.filter(_is_of(viewer, "meeting__series__"), pk=attendee_id)
    return found.select_related("meeting__series").first()


def changes_after(meeting_id: uuid.UUID, number: int, *, viewer: Viewer) -> list[Change]:
    """The changes of a meeting after one a screen has seen; ids only."""
    if not viewer.may(SEE_HUDDLES):
        return []
    found = Change.objects.filter(meeting_id=meeting_id, number__gt=number)
    return list(found.order_by("number")[:500])


def to_lock(*, before: datetime, viewer: Viewer) -> list[Meeting]:
    """The meetings whose list is due to lock: for the job that does it."""
    if not viewer.may(RUN_HUDDLE):
        return []
    found = Meeting.objects.filter(
        state=MeetingState.PLANNED, starts_at__lte=before, series__ended_on__isnull=True
    )
    return list(found.select_related("series").order_by("starts_at"))


def any_meeting(meeting_id: uuid.UUID, *, viewer: Viewer) -> Meeting | None:
    """One meeting of any series: for the job that finishes what somebody could not see."""
    if not viewer.may(RUN_HUDDLE) or viewer.kind is not AccountKind.BACKGROUND_JOB:
        return None
    return Meeting.objects.filter(pk=meeting_id).select_related("series").first()


def standing_series(*, viewer: Viewer) -> list[Series]:
    """Every series that has not ended: for the job that plans ahead."""
    if not viewer.may(RUN_HUDDLE):
        return []
    return list(Series.objects.filter(ended_on__isnull=True).order_by("pk"))


def calendar_link(*, viewer: Viewer) -> CalendarLink | None:
    """The viewer's own private link, if there is one."""
    if viewer.account_id is None:
        return None
    found = CalendarLink.objects.filter(account_id=viewer.account_id, withdrawn_at__isnull=True)
    return found.first()


def meetings_of_link(secret_hash: str, *, since: datetime) -> tuple[str, list[Meeting]] | None:
    """Whose link it is and their meetings; the secret is the proof. Nothing about anybody in them.

    None for a link that was withdrawn, or whose owner has left.
    """
    link = (
        CalendarLink.objects.filter(
            secret_hash=secret_hash, withdrawn_at__isnull=True, account__is_active=True
        )
        .select_related("account")
        .first()
    )
    if link is None:
        return None
    mine = Member.objects.filter(
        hat__account_id=link.account_id, hat__ended_at__isnull=True
    ).values("series_id")
    found = Meeting.objects.filter(series_id__in=mine, starts_at__gte=since)
    return link.account.name, list(found.select_related("series").order_by("starts_at"))


# --- attendance and roll-out: counts, no names of anybody cared for -------------------------------


@dataclass(frozen=True)
class Came:
    """How often a profession came to the meetings held in a while."""

    role: Role
    asked: int
    came: int


def attendance(series_ids: Sequence[uuid.UUID], *, viewer: Viewer, since: datetime) -> list[Came]:
    """Attendance by profession over the meetings held since."""
    if not viewer.may(SEE_HUDDLES) and not viewer.may(SEE_ROLL_OUT):
        return []
    rows = Attendee.objects.filter(
        meeting__series_id__in=list(series_ids),
        meeting__starts_at__gte=since,
        meeting__state__in=list(rules.HELD),
    ).values_list("meeting_id", "role", "attendance")
    asked: dict[Role, set[uuid.UUID]] = defaultdict(set)
    came: dict[Role, set[uuid.UUID]] = defaultdict(set)
    for meeting_id, role, said in rows:
        asked[Role(role)].add(meeting_id)
        if said in (Attendance.PRESENT, Attendance.BY_VIDEO):
            came[Role(role)].add(meeting_id)
    return [Came(role, len(asked[role]), len(came[role])) for role in Role if role in asked]


@dataclass(frozen=True)
class RolledOut:
    """One practice in the roll-out: whether it meets, how often it did, when next."""

    practice: Organisation
    series: Series | None
    first_held: datetime | None
    last_held: datetime | None
    held_lately: int
    cancelled_lately: int
    next_at: datetime | None
    visits: int
    open_questions: int

    def stands_out(self, at: datetime) -> bool:
        """Whether nothing was held for three weeks, or ever."""
        return self.last_held is None or at - self.last_held > STANDS_OUT_AFTER


def roll_out(*, viewer: Viewer, at: datetime) -> list[RolledOut]:
    """Every practice by network, with its huddles of the last twelve weeks; four statements."""
    if not viewer.may(SEE_ROLL_OUT):
        return []
    rows = SeriesPractice.objects.filter(series__ended_on__isnull=True).select_related(
        "series__host"
    )
    by_practice = {row.practice_id: row.series for row in rows}
    figures = {
        row["series_id"]: row
        for row in Meeting.objects.values("series_id").annotate(
            first=Min("starts_at", filter=Q(state__in=list(rules.HELD))),
            last=Max("starts_at", filter=Q(state__in=list(rules.HELD), starts_at__lte=at)),
            held=Count(
                "id",
                filter=Q(state__in=list(rules.HELD), starts_at__gt=at - timedelta(weeks=12)),
            ),
            cancelled=Count(
                "id",
                filter=Q(
                    state=MeetingState.CANCELLED,
                    starts_at__gt=at - timedelta(weeks=12),
                    starts_at__lte=at,
                ),
            ),
            next=Min("starts_at", filter=Q(starts_at__gt=at, state__in=list(rules.NOT_YET))),
        )
    }
    visits: Counter[uuid.UUID] = Counter()
    questions: Counter[uuid.UUID] = Counter()
    for practice_id, kind, answered in Engagement.objects.annotate(
        answers_here=Count("answered_by")
    ).values_list("practice_id", "kind", "answers_here"):
        visits[practice_id] += kind == "visit"
        questions[practice_id] += kind == "asked" and not answered
    return [
        _rolled_out(practice, by_practice.get(practice.pk), figures, visits, questions)
        for practice in practices()
    ]


def _rolled_out(
    practice: Organisation,
    series: Series | None,
    figures: Mapping[uuid.UUID, Mapping[str, object]],
    visits: Mapping[uuid.UUID, int],
    questions: Mapping[uuid.UUID, int],
) -> RolledOut:
    row = figures.get(series.pk, {}) if series else {}
    return RolledOut(
        practice=practice,
        series=series,
        first_held=row.get("first"),  # type: ignore[arg-type]
        last_held=row.get("last"),  # type: ignore[arg-type]
        held_lately=int(row.get("held", 0)),  # type: ignore[call-overload]
        cancelled_lately=int(row.get("cancelled", 0)),  # type: ignore[call-overload]
        next_at=row.get("next"),  # type: ignore[arg-type]
        visits=visits.get(practice.pk, 0),
        open_questions=questions.get(practice.pk, 0),
    )


def engagements(practice: Organisation, *, viewer: Viewer) -> QuerySet[Engagement]:
    """Visits to a practice, what it asked and was answered, the newest first."""
    found = Engagement.objects.filter(practice=practice).select_related("answers")
    return found if viewer.may(SEE_ROLL_OUT) else found.none()


def practice(practice_id: uuid.UUID, *, viewer: Viewer) -> Organisation | None:
    """One practice, for the roll-out's pages."""
    if not viewer.may(SEE_ROLL_OUT):
        return None
    return practices().filter(pk=practice_id).first()


def practice_for(series: Series, code: str) -> uuid.UUID:
    """The practice of a series with this code, else its host."""
    found = SeriesPractice.objects.filter(series=series, practice__code=code).first()
    chosen: uuid.UUID = found.practice_id if found else series.host_id
    return chosen


def practices_without_series(*, viewer: Viewer) -> list[Organisation]:
    """Practices of the viewer's network that hold no huddle yet."""
    if not viewer.may(SEE_HUDDLES) or viewer.network_id is None:
        return []
    taken = SeriesPractice.objects.filter(series__ended_on__isnull=True).values("practice_id")
    return list(practices().filter(network_id=viewer.network_id).exclude(pk__in=taken))


def quiet_practices(*, viewer: Viewer, at: datetime) -> int:
    """How many practices held no huddle for three weeks, of the viewer's network where they have
    one; one statement.
    """
    if not viewer.may(SEE_ROLL_OUT):
        return 0
    lately = SeriesPractice.objects.filter(
        series__meetings__state__in=list(rules.HELD),
        series__meetings__starts_at__gt=at - STANDS_OUT_AFTER,
        series__meetings__starts_at__lte=at,
    )
    found = practices().exclude(pk__in=lately.values("practice_id"))
    if viewer.network_id is not None:
        found = found.filter(network_id=viewer.network_id)
    return found.count()


def days_until(meeting: Meeting, at: datetime) -> int:
    """Whole days by the wall from now to a meeting."""
    return (local_day(meeting.starts_at) - local_day(at)).days

"""Keeps sources: those of the place file, and those people here have added."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from oneplace.access import audit
from oneplace.access import verbs as access_verbs
from oneplace.access.viewer import Viewer
from oneplace.feeds.models import Mapping, Source
from oneplace.feeds.permissions import MANAGE_FEEDS
from oneplace.feeds.reading import READER_OF_KIND, READERS
from oneplace.kit.refusals import Refused
from oneplace.vocabulary.place import Place
from oneplace.vocabulary.place.demo import Feed
from oneplace.vocabulary.place.span import Span
from oneplace.vocabulary.terms import AccountKind, FeedKind

# A month has no fixed length; to judge silence its longest is fair.
_MONTH: Final = timedelta(days=31)
_OF_THE_PLACE: Final = (
    "name", "organisation_code", "kind", "reader", "habits", "senders", "every", "usual_time",
    "agreed_lateness", "ring", "phone", "is_of_place", "is_active",
)  # fmt: skip


@transaction.atomic
def keep_sources_in_step(*, place: Place, by: Viewer, at: datetime) -> int:
    """Make the sources of the place file what it says; returns how many there are. Repeatable.

    One that has gone from the file is closed, never deleted: what it brought refers to it.
    """
    rows = [_source_of(feed, place) for feed in place.feeds]
    Source.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["code"], update_fields=list(_OF_THE_PLACE)
    )
    access_verbs.keep_owners_in_step(
        owners={feed.code: (feed.partner, feed.kind) for feed in place.feeds}, by=by, at=at
    )
    gone = Source.objects.filter(is_of_place=True).exclude(pk__in=[row.code for row in rows])
    closed = gone.filter(is_active=True).update(is_active=False)
    audit.record(
        by=by,
        at=at,
        action="keep_sources_in_step",
        subject=("place", place.key),
        detail={"sources": len(rows), "closed": closed},
    )
    return len(rows)


def _source_of(feed: Feed, place: Place) -> Source:
    own = [
        {"segment": name[:3], "field": int(name[4:]), "means": means}
        for name, means in feed.own_fields.items()
    ]
    return Source(
        code=feed.code,
        name=feed.name,
        organisation_code=feed.partner,
        kind=feed.kind,
        reader=READER_OF_KIND.get(feed.kind, ""),
        habits=_habits(feed, own, place),
        senders=list(feed.senders),
        every=_length(feed.every),
        usual_time=feed.usual_time,
        agreed_lateness=_length(feed.agreed_lateness),
        ring=feed.ring,
        phone=feed.phone,
        is_of_place=True,
        is_active=True,
    )


def _habits(feed: Feed, own: list[dict[str, Any]], place: Place) -> dict[str, Any]:
    habits: dict[str, Any] = {"own_fields": own} if own else {}
    if feed.kind is FeedKind.GP_RECENT:
        # Its patients carry their practice's own number, by which the bulk extract knows them too.
        habits["numbers_of"] = "practice"
    if feed.kind is FeedKind.COMMUNITY_SERVICES:
        # Its transfer list names people by the number of the hospital whose messages we read.
        facility = _hospital_of(feed, place)
        if facility:
            habits["hospital"] = facility
    return habits


def _hospital_of(feed: Feed, place: Place) -> str:
    """The facility a hospital's messages name first, the same partner's hospital before others."""
    hospitals = [
        each for each in place.feeds if each.kind is FeedKind.HOSPITAL_MESSAGES and each.senders
    ]
    hospitals.sort(key=lambda each: each.partner != feed.partner)
    return hospitals[0].senders[0].partition("/")[0] if hospitals else ""


def _length(span: Span) -> timedelta:
    try:
        return span.timedelta
    except ValueError:
        return _MONTH * span.amount


@transaction.atomic
def add_source(
    *,
    code: str,
    name: str,
    reader: str,
    organisation_code: str = "",
    mapping: Mapping | None = None,
    senders: tuple[str, ...] = (),
    every: timedelta | None = None,
    agreed_lateness: timedelta | None = None,
    ring: str = "",
    phone: str = "",
    by: Viewer,
    at: datetime,
) -> Source:
    """Add a source of our own beside those of the place file."""
    _refuse_stranger(by)
    if reader not in READERS:
        raise Refused(f"There is no reader {reader!r}; there are {', '.join(READERS)}.")
    if Source.objects.filter(pk=code).exists():
        raise Refused(f"There is a feed {code!r} already: choose another word.", field="code")
    source = Source(
        code=code,
        name=name.strip()[:200],
        organisation_code=organisation_code,
        reader=reader,
        mapping=mapping,
        senders=list(senders),
        every=every,
        agreed_lateness=agreed_lateness,
        ring=ring,
        phone=phone,
    )
    source.full_clean(exclude=["organisation_code", "kind", "habits", "senders", "mapping"])
    source.save(force_insert=True)
    if organisation_code:
        access_verbs.keep_owners_in_step(owners={code: (organisation_code, None)}, by=by, at=at)
    audit.record(by=by, at=at, action="add_source", subject=("source", code))
    return source


@transaction.atomic
def change_source(*, source: Source, by: Viewer, at: datetime, **changes: Any) -> Source:
    """Change what may be changed of a source here: senders, mapping, habits, whether it is active.

    What the place file says of it stays the place file's.
    """
    _refuse_stranger(by)
    allowed = {"senders", "mapping", "habits", "is_active"}
    if unknown := set(changes) - allowed:
        raise Refused(f"{', '.join(sorted(unknown))} of a feed is changed in the place file.")
    for name, value in changes.items():
        setattr(source, name, value)
    source.save(update_fields=sorted(changes))
    audit.record(
        by=by,
        at=at,
        action="change_source",
        subject=("source", source.code),
        detail={"changed": sorted(changes)},
    )
    return source


def _refuse_stranger(by: Viewer) -> None:
    if by.kind is not AccountKind.BACKGROUND_JOB and not by.may(MANAGE_FEEDS):
        raise Refused("Your role does not look after feeds: ask the record steward.")

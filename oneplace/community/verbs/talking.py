"""Points of access are opened, contacts written down; somebody is rung every week."""

import uuid
from datetime import datetime, time

from django.db import transaction

from oneplace.access import audit
from oneplace.access import verbs as access_verbs
from oneplace.access.viewer import Viewer
from oneplace.community import rules
from oneplace.community.models import (
    Call,
    CallOutcome,
    Companion,
    Contact,
    ContactOutcome,
    PointKind,
    PointOfAccess,
    UnmetBecause,
)
from oneplace.community.verbs.groups import refuse
from oneplace.community.verbs.unmet import write_unmet
from oneplace.directory.models import Service
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused
from oneplace.partners.models import Network
from oneplace.people import queries as people
from oneplace.people.rules import account_of
from oneplace.vocabulary.terms import NeedKind


@transaction.atomic
def open_point(
    *,
    name: str,
    kind: PointKind,
    network: Network | None = None,
    where: str = "",
    phone: str = "",
    open_words: str = "",
    by: Viewer,
    at: datetime,
) -> PointOfAccess:
    """Open a place or a line where people ask what help there is."""
    refuse(rules.why_not_keep_groups(by=by))
    if not name.strip():
        raise Refused("Write what it is called.", field="name")
    if kind is PointKind.LINE and not phone.strip():
        raise Refused("Write the number people ring.", field="phone")
    if kind is PointKind.PLACE and not where.strip():
        raise Refused("Write where it is.", field="where")
    point = PointOfAccess(
        name=name.strip(),
        kind=kind,
        network=network,
        kept_by_id=by.organisation_id or account_of(by),
        kept_by_name=by.organisation_name or by.name,
        where=where.strip(),
        phone=phone.strip(),
        open_words=open_words.strip(),
        opened_on=local_day(at),
    )
    point.save(force_insert=True)
    audit.record(by=by, at=at, action="open_point", subject=("point_of_access", point.pk))
    return point


@transaction.atomic
def close_point(*, point: PointOfAccess, by: Viewer, at: datetime) -> PointOfAccess:
    """Close a point of access; what was asked there stays."""
    refuse(rules.why_not_keep_groups(by=by))
    if point.closed_on is not None:
        raise Refused("It has closed already.")
    point.closed_on = local_day(at)
    point.save(update_fields=["closed_on"])
    audit.record(by=by, at=at, action="close_point", subject=("point_of_access", point.pk))
    return point


@transaction.atomic
def log_contact(
    *,
    point: PointOfAccess,
    outcome: ContactOutcome,
    need: NeedKind | None = None,
    district: str = "",
    service: Service | None = None,
    because: UnmetBecause | None = None,
    minutes: int | None = None,
    words: str = "",
    by: Viewer,
    at: datetime,
) -> Contact:
    """Write down that somebody asked, and what came of it; never who it was.

    Where nothing was there for it, that counts as unmet need: `need` and `because` are asked then.
    """
    refuse(rules.why_not_log(point, words, by=by))
    if outcome is ContactOutcome.NOTHING_THERE and need is None:
        raise Refused("Say what was wanted: it is the case for the next grant.", field="need")
    contact = Contact(
        point=point,
        need=need or "",
        district=_district(district),
        outcome=outcome,
        service=service,
        minutes=minutes,
        words=words.strip(),
        volunteer=by.name,
        asked_at=at,
        written_at=at,
    )
    contact.save(force_insert=True)
    if outcome is ContactOutcome.NOTHING_THERE and need is not None:
        write_unmet(
            need=need,
            because=because or UnmetBecause.NOT_OFFERED,
            network=point.network,
            district=contact.district,
            words=words,
            noticed_in="community",
            by=by,
            at=at,
        )
    audit.record(by=by, at=at, action="log_contact", subject=("contact", contact.pk))
    return contact


@transaction.atomic
def begin_calls(
    *,
    point: PointOfAccess,
    person_id: uuid.UUID,
    weekday: int,
    rings_at: time,
    volunteer: str,
    phone: str = "",
    referral_id: uuid.UUID | None = None,
    by: Viewer,
    at: datetime,
) -> Companion:
    """Begin to ring somebody every week, because they would like a talk."""
    refuse(rules.why_not_keep_groups(by=by))
    person = people.person(person_id, viewer=by)
    if person is None:
        raise Refused("Their record is not open to you.")
    if person.is_dead:
        raise Refused("This person has died. Nobody is to ring.")
    if not volunteer.strip():
        raise Refused("Write who rings.", field="volunteer")
    if not 0 <= weekday <= 6:
        raise Refused("Choose a day of the week.", field="weekday")
    if Companion.objects.filter(person_id=person.pk, ended_on=None).exists():
        raise Refused("Somebody rings them every week already.")
    access_verbs.own_by_hand(by=by)
    companion = Companion(
        person=person,
        owner=f"oneplace:{by.organisation_name}",
        point=point,
        kept_by_id=point.kept_by_id,
        name=" ".join(filter(None, (person.known_as or person.given, person.family))),
        phone=phone.strip(),
        volunteer=volunteer.strip(),
        weekday=weekday,
        rings_at=rings_at,
        referral_id=referral_id,
        began_on=local_day(at),
        written_by_id=account_of(by),
        written_by_name=by.name,
        written_at=at,
    )
    companion.save(force_insert=True)
    _record("begin_calls", companion, by=by, at=at)
    return companion


@transaction.atomic
def note_call(
    *,
    companion: Companion,
    outcome: CallOutcome,
    words: str = "",
    minutes: int | None = None,
    by: Viewer,
    at: datetime,
) -> Call:
    """Write down how a weekly call went."""
    refuse(rules.why_not_call(companion, by=by))
    refuse(rules.why_not_line(words, field="words"))
    call = Call(
        companion=companion,
        outcome=outcome,
        words=words.strip(),
        minutes=minutes,
        by_name=by.name,
        called_at=at,
    )
    call.save(force_insert=True)
    _record("note_call", companion, by=by, at=at)
    return call


@transaction.atomic
def end_calls(*, companion: Companion, why: str, by: Viewer, at: datetime) -> Companion:
    """Ring somebody no longer, with the reason."""
    refuse(rules.why_not_call(companion, by=by))
    if not why.strip():
        raise Refused("Write why.", field="why")
    companion.ended_on, companion.ended_why = local_day(at), why.strip()
    companion.save(update_fields=["ended_on", "ended_why"])
    _record("end_calls", companion, by=by, at=at)
    return companion


def _district(words: str) -> str:
    """The first half of a postcode, whatever more was typed: no whole one is kept."""
    typed = words.upper().split()
    first = typed[0] if typed else ""
    whole = 5
    return first[:-3] if len(typed) == 1 and len(first) >= whole else first[:4]


def _record(action: str, companion: Companion, *, by: Viewer, at: datetime) -> None:
    audit.record(
        by=by,
        at=at,
        action=action,
        subject=("companion", companion.pk),
        person_id=companion.person_id,
    )

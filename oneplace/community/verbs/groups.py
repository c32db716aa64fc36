"""Groups: opened and closed; somebody joins or leaves; a session is written down."""

import uuid
from collections.abc import Collection
from datetime import date, datetime, time

from django.db import transaction

from oneplace.access import audit
from oneplace.access import verbs as access_verbs
from oneplace.access.viewer import Viewer
from oneplace.community import rules
from oneplace.community.announcements import GroupAttended
from oneplace.community.models import Attendance, Group, Member, Session
from oneplace.directory.models import Service
from oneplace.kit.announcing import announce
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.partners.models import Network
from oneplace.people import queries as people
from oneplace.people.models import Person
from oneplace.people.rules import account_of
from oneplace.referrals import queries as referrals
from oneplace.referrals import rules as referral_rules
from oneplace.referrals import verbs as referral_verbs
from oneplace.referrals.models import Referral


@transaction.atomic
def open_group(
    *,
    name: str,
    service: Service | None = None,
    network: Network | None = None,
    where: str = "",
    weekday: int | None = None,
    starts_at: time | None = None,
    ends_at: time | None = None,
    places: int | None = None,
    by: Viewer,
    at: datetime,
) -> Group:
    """Open a group whose list the viewer's organisation keeps."""
    refuse(rules.why_not_keep_groups(by=by))
    if not name.strip():
        raise Refused("Write what the group is called.", field="name")
    group = Group(
        name=name.strip(),
        service=service,
        network=network,
        kept_by_id=by.organisation_id or account_of(by),
        kept_by_name=by.organisation_name or by.name,
        where=where.strip(),
        weekday=weekday,
        starts_at=starts_at,
        ends_at=ends_at,
        places=places,
        opened_on=local_day(at),
    )
    group.save(force_insert=True)
    audit.record(by=by, at=at, action="open_group", subject=("group", group.pk))
    return group


@transaction.atomic
def close_group(*, group: Group, why: str, by: Viewer, at: datetime) -> Group:
    """Close a group; who came stays."""
    refuse(rules.why_not_keep(group, by=by))
    if not why.strip():
        raise Refused("Write why it closes.", field="why")
    group.closed_on, group.closed_why = local_day(at), why.strip()
    group.save(update_fields=["closed_on", "closed_why"])
    audit.record(by=by, at=at, action="close_group", subject=("group", group.pk))
    return group


@transaction.atomic
def join_group(
    *,
    group: Group,
    person_id: uuid.UUID,
    referral: Referral | None = None,
    by: Viewer,
    at: datetime,
) -> Member:
    """Put somebody on a group's list: by a referral of theirs, or because their record is open."""
    refuse(rules.why_not_keep(group, by=by))
    name = _name_of(person_id, referral, by=by)
    already = Member.objects.filter(group=group, person_id=person_id, left_on=None).first()
    if already is not None:
        raise Refused(f"{name} is on the list already.")
    coming = Member.objects.filter(group=group, left_on=None).count()
    if group.places is not None and coming >= group.places:
        raise Refused(f"The group is full: {coming} of {group.places} places are taken.")
    access_verbs.own_by_hand(by=by)
    member = Member(
        group=group,
        person_id=person_id,
        owner=f"oneplace:{by.organisation_name}",
        kept_by_id=group.kept_by_id,
        name=name,
        referral_id=referral.pk if referral else None,
        joined_on=local_day(at),
        written_by_id=account_of(by),
        written_by_name=by.name,
        written_at=at,
    )
    member.save(force_insert=True)
    _record("join_group", member, by=by, at=at)
    return member


@transaction.atomic
def leave_group(*, member: Member, why: str, by: Viewer, at: datetime) -> Member:
    """Take somebody off a group's list, with the reason; when they came stays."""
    refuse(rules.why_not_keep(member.group, by=by))
    if member.left_on is not None:
        raise Refused("They have left already.")
    member.left_on, member.left_why = local_day(at), why.strip()
    member.save(update_fields=["left_on", "left_why"])
    _record("leave_group", member, by=by, at=at)
    return member


@transaction.atomic
def note_session(
    *,
    group: Group,
    held_on: date,
    came: Collection[uuid.UUID] = (),
    others: int = 0,
    is_cancelled: bool = False,
    words: str = "",
    by: Viewer,
    at: datetime,
) -> Session:
    """Write down that a group met: which members came, how many others. Again, it corrects it.

    Whoever came by a referral has attended: whoever asked for it hears so.
    """
    refuse(rules.why_not_note_session(group, held_on, others=others, by=by, at=at))
    session, _ = Session.objects.update_or_create(
        group=group,
        held_on=held_on,
        defaults={
            "others": 0 if is_cancelled else others,
            "is_cancelled": is_cancelled,
            "words": words.strip(),
            "written_by_name": by.name,
            "written_at": at,
        },
    )
    members = list(Member.objects.filter(group=group, joined_on__lte=held_on, left_on=None))
    present = set() if is_cancelled else set(came)
    if present - {member.pk for member in members}:
        raise Refused("Somebody ticked is not on the list any more: open the page again.")
    before = dict(
        Attendance.objects.filter(session=session, came=True).values_list("member_id", "came")
    )
    Attendance.objects.bulk_create(
        [
            Attendance(session=session, member=member, came=member.pk in present)
            for member in members
        ],
        update_conflicts=True,
        unique_fields=["session", "member"],
        update_fields=["came"],
    )
    audit.record(
        by=by,
        at=at,
        action="note_session",
        subject=("group", group.pk),
        persons_shown=sorted({member.person_id for member in members}),
    )
    for member in members:
        if member.pk in present and member.pk not in before:
            _has_come(member, held_on=held_on, by=by, at=at)
    return session


def _has_come(member: Member, *, held_on: date, by: Viewer, at: datetime) -> None:
    announce(GroupAttended(member.group_id, member.person_id, held_on, at))
    if member.referral_id is None:
        return
    referral = Referral.objects.filter(pk=member.referral_id).first()
    if referral is not None and referral.is_open and referral_rules.answers_for(referral, by=by):
        referral_verbs.attended(referral=referral, words=member.group.name, by=by, at=at)


def _name_of(person_id: uuid.UUID, referral: Referral | None, *, by: Viewer) -> str:
    """What they are called: as whoever asked for them passed it on, or as their record says."""
    if referral is not None:
        passed_on = referrals.passed_on(referral.pk, viewer=by)
        if referral.person_id == person_id and passed_on is not None:
            return passed_on.name
    person: Person | None = people.person(person_id, viewer=by)
    if person is None:
        raise Refused("Their record is not open to you, and nobody asked you to help them.")
    return " ".join(filter(None, (person.known_as or person.given, person.family))) or "No name"


def _record(action: str, member: Member, *, by: Viewer, at: datetime) -> None:
    audit.record(
        by=by,
        at=at,
        action=action,
        subject=("group", member.group_id),
        person_id=member.person_id,
    )


def refuse(reason: rules.Reason | None) -> None:
    """Raise `Refused` with a rule's reason and the field it is about."""
    if reason is not None:
        refuse_if(reason[0], field=reason[1])

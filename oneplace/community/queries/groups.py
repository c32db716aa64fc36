"""Groups, who is on their lists as far as the viewer may read it, when they met."""

import uuid
from collections.abc import Sequence

from django.db.models import Count, Q, QuerySet

from oneplace.access.viewer import Viewer
from oneplace.community.models import Attendance, Group, Member, Session
from oneplace.community.permissions import SEE_COMMUNITY
from oneplace.people.models import Person
from oneplace.referrals import queries as referrals
from oneplace.referrals.queries import Listed
from oneplace.vocabulary.terms import ConnectionState

WITH_US = (
    ConnectionState.ACCEPTED,
    ConnectionState.ALLOCATED,
    ConnectionState.FIRST_CONTACT,
    ConnectionState.CONNECTED,
    ConnectionState.ATTENDED,
)


def groups(*, viewer: Viewer, is_open: bool = True) -> QuerySet[Group]:
    """Groups here; of a viewer with a network, those of it and of the whole place."""
    if not viewer.may(SEE_COMMUNITY):
        return Group.objects.none()
    found = Group.objects.select_related("network", "service__provider")
    if viewer.network_id is not None:
        found = found.filter(Q(network_id=viewer.network_id) | Q(network=None))
    return found.filter(closed_on__isnull=is_open).order_by("weekday", "starts_at", "name")


def group(group_id: uuid.UUID, *, viewer: Viewer) -> Group | None:
    """One group."""
    if not viewer.may(SEE_COMMUNITY):
        return None
    return Group.objects.select_related("network", "service__provider").filter(pk=group_id).first()


def members(group_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[Member]:
    """Who is on a group's list, as far as the viewer may read it."""
    if viewer.account_id is None:
        return Member.objects.none()
    return Member.objects.filter(group_id=group_id, left_on=None).order_by("name", "pk")


def member(member_id: uuid.UUID, *, viewer: Viewer) -> Member | None:
    """One member; None where it is not open to the viewer."""
    if viewer.account_id is None:
        return None
    return Member.objects.select_related("group").filter(pk=member_id).first()


def joinable(group: Group, *, viewer: Viewer) -> list[Listed]:
    """Whom the viewer's organisation said yes to and who is on no list of this group yet."""
    if viewer.account_id is None:
        return []
    there = set(
        Member.objects.filter(group=group, left_on=None).values_list("person_id", flat=True)
    )
    return [
        each
        for each in referrals.asked_of_us(viewer=viewer)
        if each.referral.state in WITH_US and each.referral.person_id not in there
    ]


def sessions(group_id: uuid.UUID, *, viewer: Viewer, most: int = 30) -> Sequence[Session]:
    """When a group met, newest first, with `came`: members who came, as far as they may be read."""
    if not viewer.may(SEE_COMMUNITY):
        return []
    came = Count("attendances", filter=Q(attendances__came=True))
    return list(Session.objects.filter(group_id=group_id).annotate(members=came)[:most])


def attendances(session_ids: Sequence[uuid.UUID], *, viewer: Viewer) -> QuerySet[Attendance]:
    """Who came to these sessions, as far as the viewer may read it."""
    if viewer.account_id is None:
        return Attendance.objects.none()
    return Attendance.objects.filter(session_id__in=session_ids)


def groups_of(person_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[Member]:
    """What somebody goes to."""
    if viewer.account_id is None:
        return Member.objects.none()
    now = Person.objects.filter(was__pk=person_id)
    return (
        Member.objects.select_related("group")
        .filter(person__current__in=now, left_on=None)
        .order_by("group__weekday", "pk")
    )

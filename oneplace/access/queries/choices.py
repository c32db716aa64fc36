"""What people decided about sharing, and whom it stops, for one person and for thousands."""

import uuid
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet

from oneplace.access.models import Account, Authority, Choice, ChoiceKind, ChoiceOverride
from oneplace.access.queries.looks import is_own_record
from oneplace.access.rules import choices as rules
from oneplace.access.rules.national import needs_clearance
from oneplace.access.viewer import Viewer
from oneplace.vocabulary.terms import AccountKind, ChoiceAboutSharing, Purpose


def is_open(person_id: uuid.UUID, *, viewer: Viewer) -> bool:
    """Whether something connects the viewer with the person today, so that the record opens.

    For a resident, whether it is their own: then they decide what is theirs to decide.
    """
    if viewer.kind is AccountKind.RESIDENT:
        return is_own_record(person_id, viewer=viewer)
    return person_id in opened([person_id], viewer=viewer)


def opened(person_ids: Sequence[uuid.UUID], *, viewer: Viewer) -> frozenset[uuid.UUID]:
    """Those of these people whose record opens to the viewer."""
    if viewer.kind is AccountKind.BACKGROUND_JOB:
        return frozenset(person_ids)
    if viewer.account_id is None or not person_ids:
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(
            "select asked.id from unnest(%s::uuid[]) as asked (id)"
            " where access_record_open(asked.id)",
            [list(person_ids)],
        )
        return frozenset(person for (person,) in cursor.fetchall())


def choices(person_ids: Sequence[uuid.UUID], *, viewer: Viewer) -> QuerySet[Choice]:
    """Everything decided about the sharing of these people's information, the newest first.

    `person_ids` are the identifiers of one person, or of many. What keeps the viewer out is not
    among it.
    """
    found = Choice.objects.filter(person_id__in=list(person_ids))
    return found if viewer.account_id is not None else found.none()


def standing(person_id: uuid.UUID, *, viewer: Viewer) -> list[Choice]:
    """What a person decided and has not taken back."""
    return list(choices([person_id], viewer=viewer).filter(ended_at=None))


def choice(choice_id: uuid.UUID, *, viewer: Viewer) -> Choice | None:
    """One choice; None where the viewer may not know of it."""
    if viewer.account_id is None:
        return None
    return Choice.objects.filter(pk=choice_id).first()


def overrides(person_ids: Sequence[uuid.UUID], *, viewer: Viewer) -> QuerySet[ChoiceOverride]:
    """Where a choice of these people was stepped over, the newest first."""
    found = ChoiceOverride.objects.filter(person_id__in=list(person_ids)).select_related("choice")
    return found if viewer.account_id is not None else found.none()


def override(override_id: uuid.UUID, *, viewer: Viewer) -> ChoiceOverride | None:
    """One override; None where the viewer may not know of it."""
    if viewer.account_id is None:
        return None
    return ChoiceOverride.objects.filter(pk=override_id).select_related("choice").first()


def overrides_to_review(*, viewer: Viewer) -> QuerySet[ChoiceOverride]:
    """Every override nobody has looked at again, the most urgent first."""
    found = ChoiceOverride.objects.filter(reviewed_at=None).order_by("review_on", "pk")
    return found if viewer.account_id is not None else found.none()


def open_objections(*, viewer: Viewer) -> QuerySet[Choice]:
    """Every objection and limit that stands, the newest first, for officers."""
    found = Choice.objects.filter(
        ended_at=None,
        kind__in=[
            ChoiceKind.OBJECTION,
            ChoiceKind.LIMIT,
            ChoiceKind.EXCLUDED_ORGANISATION,
            ChoiceKind.EXCLUDED_WORKER,
        ],
    )
    return found if viewer.account_id is not None else found.none()


def authorities(person_id: uuid.UUID, *, viewer: Viewer) -> list[Authority]:
    """Who cares for a person or may decide for them now."""
    if viewer.account_id is None:
        return []
    return list(Authority.objects.filter(person_id=person_id, ended_at=None))


def authority(authority_id: uuid.UUID, *, viewer: Viewer) -> Authority | None:
    """One of those who speak for somebody; None where the viewer may not know of it."""
    if viewer.account_id is None:
        return None
    return Authority.objects.filter(pk=authority_id).first()


def told_on(
    day: date, *, person_ids: Collection[uuid.UUID], viewer: Viewer
) -> frozenset[uuid.UUID]:
    """Those of whom it is recorded that they were told on this day."""
    found = choices(list(person_ids), viewer=viewer).filter(
        kind=ChoiceKind.TOLD, said_on=day, ended_at=None
    )
    return frozenset(found.values_list("person_id", flat=True))


def sharing_states(
    person_ids: Sequence[uuid.UUID], *, viewer: Viewer
) -> dict[uuid.UUID, ChoiceAboutSharing]:
    """For each of these people in one word: not yet told, told, said yes, objects, withdrew.

    Somebody whose record does not open to the viewer is not among them.
    """
    seen = opened(person_ids, viewer=viewer)
    states = dict.fromkeys(seen, ChoiceAboutSharing.NOT_YET_TOLD)
    wanted = (ChoiceKind.TOLD, ChoiceKind.CONSENT, ChoiceKind.OBJECTION)
    found = choices(list(seen), viewer=viewer).filter(Q(kind__in=wanted), party_or_general())
    for row in found.order_by("recorded_at", "pk"):
        states[row.person_id] = _state(row, states[row.person_id])
    return states


_TELLS_MOST: Final = (
    ChoiceAboutSharing.OBJECTED,
    ChoiceAboutSharing.WITHDRAWN,
    ChoiceAboutSharing.CONSENTED,
    ChoiceAboutSharing.TOLD,
    ChoiceAboutSharing.NOT_YET_TOLD,
)


def sharing_state(selves: Sequence[uuid.UUID], *, viewer: Viewer) -> ChoiceAboutSharing | None:
    """The state of one person known under these identifiers; None where no record opens."""
    found = set(sharing_states(selves, viewer=viewer).values())
    return next((state for state in _TELLS_MOST if state in found), None)


def party_or_general() -> Q:
    """An objection to one organisation is not one to sharing; a yes is always to one."""
    return Q(party_id=None) | Q(kind=ChoiceKind.CONSENT)


def _state(row: Choice, before: ChoiceAboutSharing) -> ChoiceAboutSharing:
    """What one more choice, later than those before, makes of a person's state."""
    is_over = row.ended_at is not None
    if row.kind is ChoiceKind.OBJECTION and not is_over:
        return ChoiceAboutSharing.OBJECTED
    if before is ChoiceAboutSharing.OBJECTED:
        return before
    if row.kind is ChoiceKind.CONSENT:
        return ChoiceAboutSharing.WITHDRAWN if is_over else ChoiceAboutSharing.CONSENTED
    if is_over and row.kind is ChoiceKind.TOLD:
        return before
    is_new = before in (ChoiceAboutSharing.NOT_YET_TOLD, ChoiceAboutSharing.TOLD)
    return ChoiceAboutSharing.TOLD if is_new else before


def may_use(
    person_ids: Sequence[uuid.UUID], purpose: Purpose, *, viewer: Viewer
) -> frozenset[uuid.UUID]:
    """Those of these people whose record may be used for this purpose, one statement for all.

    Beyond care, where the place respects the national data opt-out, only whom the national service
    gave back lately enough. For `direct_care`: whom other organisations may be shown on a list
    together. The loader, which makes lists and snapshots, is answered about everybody; anybody else
    about those whose record opens to them. Identifiers are taken as they are:
    `people.queries.may_use` knows who is one.
    """
    if viewer.account_id is None or not person_ids:
        return frozenset()
    sharing = settings.PLACE.sharing[purpose]
    kinds = rules.stops(purpose, sharing)
    is_asked = needs_clearance(purpose, sharing)
    holds_for = settings.PLACE.national_opt_out.holds_for.timedelta if is_asked else None
    asked: list[Any] = [list(person_ids), [kind.value for kind in kinds], holds_for]
    with connection.cursor() as cursor:
        cursor.execute("select access_unstopped(%s::uuid[], %s::text[], %s::interval)", asked)
        return frozenset(person for (person,) in cursor.fetchall())


def worker(words: str, *, viewer: Viewer) -> Account | None:
    """The one worker of this work email address or exact name; None for none or several."""
    if viewer.account_id is None or not words.strip():
        return None
    found = Account.objects.filter(kind=AccountKind.STAFF, is_active=True)
    found = found.filter(Q(email__iexact=words.strip()) | Q(name__iexact=words.strip()))
    known = list(found[:2])
    return known[0] if len(known) == 1 else None

"""Notes on a screen whether somebody was told, their carer asked, and their wishes seen."""

from datetime import datetime

from django.db import transaction

from oneplace.access import audit
from oneplace.access import verbs as access
from oneplace.access.models import HowTold
from oneplace.access.permissions import KEEP_CHOICES
from oneplace.access.viewer import Viewer
from oneplace.huddles import rules
from oneplace.huddles.models import CarerAsked, Case, ChangeKind, Item, WishesKept
from oneplace.huddles.verbs.changing import note_change
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import refuse_if


@transaction.atomic
def note_told(*, item: Item, how: HowTold = HowTold.IN_PERSON, by: Viewer, at: datetime) -> Case:
    """Note that somebody was told today that the huddle speaks of them, and why.

    Whoever may keep people's choices records it there too, so that no other page says otherwise.
    """
    case = _held(item)
    refuse_if(rules.why_not_note_told(case, item))
    case.told_on = local_day(at)
    case.version += 1
    case.save(update_fields=["told_on", "version"])
    audit.record(
        by=by, at=at, action="note_told", subject=("case", case.pk), person_id=case.person_id
    )
    if by.may(KEEP_CHOICES):
        access.record_told(
            person_ids=[case.person_id],
            how=how,
            said_on=local_day(at),
            by=by,
            at=at,
        )
    note_change(item.meeting_id, ChangeKind.PART, item_id=item.pk, thing_id=case.pk)
    return case


@transaction.atomic
def note_carer(*, item: Item, answer: CarerAsked, said: str = "", by: Viewer, at: datetime) -> Case:
    """Note whether whoever cares for somebody was asked, and in one line what they said."""
    case = _held(item)
    refuse_if(rules.why_not_note_carer(item, answer, said), field="said")
    case.carer, case.carer_asked_on, case.carer_said = answer, local_day(at), said.strip()
    case.version += 1
    case.save(update_fields=["carer", "carer_asked_on", "carer_said", "version"])
    audit.record(
        by=by,
        at=at,
        action="note_carer",
        subject=("case", case.pk),
        person_id=case.person_id,
        detail={"answer": answer.value},
    )
    note_change(item.meeting_id, ChangeKind.PART, item_id=item.pk, thing_id=case.pk)
    return case


@transaction.atomic
def note_wishes(
    *, item: Item, wishes: WishesKept, where: str = "", by: Viewer, at: datetime
) -> Case:
    """Note that somebody looked whether the person's wishes in an emergency are written down."""
    case = _held(item)
    refuse_if(rules.why_not_note_wishes(item, wishes, where), field="where")
    case.wishes, case.wishes_seen_on, case.wishes_where = wishes, local_day(at), where.strip()
    case.version += 1
    case.save(update_fields=["wishes", "wishes_seen_on", "wishes_where", "version"])
    audit.record(
        by=by,
        at=at,
        action="note_wishes",
        subject=("case", case.pk),
        person_id=case.person_id,
        detail={"wishes": wishes.value},
    )
    note_change(item.meeting_id, ChangeKind.PART, item_id=item.pk, thing_id=case.pk)
    return case


def _held(item: Item) -> Case:
    return Case.objects.select_for_update(of=("self",)).get(pk=item.case_id)

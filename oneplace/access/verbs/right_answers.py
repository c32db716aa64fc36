"""What is done about requests for correction, restriction and erasure, each with its entry."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from oneplace.access import audit
from oneplace.access.models import RetentionHold, Right, RightCopy, RightItem, RightPart
from oneplace.access.models.right import RightState
from oneplace.access.rules import rights as right_rules
from oneplace.access.rules.rights import ErasureGround
from oneplace.access.verbs.rights import FoundItem, held_right, move_right, note_step
from oneplace.access.viewer import Viewer
from oneplace.kit.refusals import refuse_if


@transaction.atomic
def review_part(*, right: Right, by: Viewer, at: datetime) -> Right:
    """A partner's officer says that every item their own partner recorded was looked at."""
    held = held_right(right, by=by, is_for_part=True)
    part = next(
        (one for one in held.parts.all() if one.organisation_id == by.organisation_id), None
    )
    # The policy shows them the items of their own partner and no others.
    refuse_if(right_rules.why_not_review_part(held, part, held.items.all()))
    if part is None:
        raise AssertionError
    part.reviewed_at, part.reviewed_by_id, part.reviewed_by_name = at, by.account_id, by.name
    part.save(update_fields=["reviewed_at", "reviewed_by_id", "reviewed_by_name"])
    what = f"{by.organisation_name}: its part reviewed"
    return note_step("review_part", held, what[:200], by=by, at=at)


@transaction.atomic
def take_over_part(*, part: RightPart, why: str, by: Viewer, at: datetime) -> Right:
    """Review a partner's part in its place, so that the month does not pass; with the reason."""
    held = held_right(part.right, by=by)
    asked = held.parts.select_related("organisation").get(pk=part.pk)
    refuse_if(right_rules.why_not_take_over(held, asked, why=why, by=by), field="why")
    asked.taken_over_why = why.strip()
    asked.save(update_fields=["taken_over_why"])
    what = f"{asked.organisation.name}: its part taken over"
    return note_step("take_over_part", held, what[:200], why, by=by, at=at)


@transaction.atomic
def ask_partner(
    *,
    right: Right,
    found: Sequence[FoundItem],
    asked_id: uuid.UUID,
    words: str,
    by: Viewer,
    at: datetime,
) -> Right:
    """Ask the partner whose entries these are whether they are wrong, and what they should say."""
    held = held_right(right, by=by)
    refuse_if(right_rules.why_not_move(held, RightState.ASKED))
    refuse_if(right_rules.why_not_choose(len(found)))
    refuse_if(right_rules.why_not_reason(words, what="Say what is wrong."), field="words")
    _keep(held, found)
    held.asked_id = None if asked_id == held.organisation_id else asked_id
    return move_right(held, RightState.ASKED, "ask_partner", "Partner asked", words, by=by, at=at)


@transaction.atomic
def answer_correction(
    *, right: Right, is_agreed: bool, why: str, by: Viewer, at: datetime
) -> Right:
    """The partner whose entries they are agrees and corrects them there, or says why not."""
    held = held_right(right, by=by)
    to = RightState.ACCEPTED if is_agreed else RightState.DECLINED
    refuse_if(right_rules.why_not_answer(by, held))
    refuse_if(right_rules.why_not_move(held, to, reason=why), field="why")
    refuse_if(right_rules.why_not_reason(why), field="why")
    held.decided_why = why.strip()
    what = "Agreed" if is_agreed else "Not agreed"
    return move_right(held, to, "answer_correction", what, why, by=by, at=at)


@transaction.atomic
def grant_restriction(
    *, right: Right, found: Sequence[FoundItem], why: str, by: Viewer, at: datetime
) -> Right:
    """Note which entries are not to be used for now; the record itself marks them."""
    held = held_right(right, by=by)
    refuse_if(right_rules.why_not_move(held, RightState.ACCEPTED))
    refuse_if(right_rules.why_not_choose(len(found)))
    refuse_if(right_rules.why_not_reason(why), field="why")
    _keep(held, found)
    held.decided_why = why.strip()
    return move_right(
        held, RightState.ACCEPTED, "grant_restriction", "Not to be used for now", why, by=by, at=at
    )


@transaction.atomic
def propose_erasure(
    *,
    right: Right,
    found: Sequence[FoundItem],
    ground: ErasureGround,
    why: str,
    by: Viewer,
    at: datetime,
) -> Right:
    """Say which entries are to be erased, on which ground; a second officer signs or sends back."""
    held = held_right(right, by=by)
    refuse_if(right_rules.why_not_move(held, RightState.REVIEWED))
    refuse_if(right_rules.why_not_choose(len(found)))
    refuse_if(right_rules.why_not_reason(why), field="why")
    refuse_if(right_rules.why_not_erase(holds_on(held.person_id)))
    held.items.all().delete()
    _keep(held, found)
    held.ground, held.decided_why, held.reviewed_by_id = ground.value, why.strip(), by.account_id
    return move_right(
        held, RightState.REVIEWED, "propose_erasure", "To be erased", why, by=by, at=at
    )


@transaction.atomic
def finish_right(*, right: Right, words: str, by: Viewer, at: datetime) -> Right:
    """Close a request that was answered: corrected, own words set beside, lifted or erased."""
    held = held_right(right, by=by)
    refuse_if(right_rules.why_not_move(held, RightState.DONE))
    refuse_if(right_rules.why_not_reason(words, what="Say what was done."), field="words")
    return move_right(held, RightState.DONE, "finish_right", "Done", words, by=by, at=at)


@transaction.atomic
def empty_copies(*, person_id: uuid.UUID, by: Viewer, at: datetime) -> int:
    """Empty copies made for a person before something of the record was erased; hashes stay."""
    made = RightCopy.objects.filter(right__person_id=person_id, size__gt=0)
    emptied = made.update(content=b"", size=0, is_superseded=True)
    if emptied:
        audit.record(
            by=by, at=at, action="empty_copies", person_id=person_id, detail={"copies": emptied}
        )
    return emptied


def holds_on(person_id: uuid.UUID | None) -> int:
    """How many holds stand on a record, as far as the viewer may see them."""
    if person_id is None:
        return 0
    return RetentionHold.objects.filter(person_id=person_id, lifted_at__isnull=True).count()


def _keep(right: Right, found: Sequence[FoundItem]) -> None:
    RightItem.objects.bulk_create(
        RightItem(
            right=right,
            thing=item.thing,
            thing_id=item.thing_id,
            owner=item.owner,
            content_sha=item.content_sha,
        )
        for item in found
    )

"""Looks for people and leaves a trace of whom it showed: nobody leafs through unseen."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import connection, transaction

from oneplace.access import audit
from oneplace.access import verbs as access_verbs
from oneplace.access.verbs import WantedRelationship
from oneplace.access.viewer import Viewer
from oneplace.kit.announcing import announce
from oneplace.kit.refusals import refuse_if
from oneplace.people import queries, rules
from oneplace.people.announcements import ReferralTaken
from oneplace.people.permissions import LOOK_UP_PERSON
from oneplace.people.queries.searching import Answer, LookedUp, is_statutory
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import RelationshipKind

WITHIN: Final = timedelta(hours=1)


@transaction.atomic
def find_people(*, text: str, by: Viewer, at: datetime) -> Answer:
    """People the viewer may open who fit what was typed, with an entry in the audit naming them.

    Raises `Refused` for somebody who has searched more often within the hour than work explains.
    """
    searches = queries.found_lately(viewer=by, within=WITHIN)
    most = settings.PLACE.thresholds.searches_an_hour
    refuse_if(rules.why_not_find(searches, most=most), field="words")
    answer = queries.search(text, viewer=by, at=at)
    audit.record(
        by=by,
        at=at,
        action="find_people",
        persons_shown=[found.person_id for found in answer.people],
        detail={"by": _kinds(answer)},
    )
    return answer


def _kinds(answer: Answer) -> list[str]:
    """By what was searched, never the words themselves."""
    asked = answer.asked
    said = {
        "name": asked.names,
        "born_on": asked.born_on or asked.born_year,
        "nhs_number": asked.nhs_number,
        "postcode": asked.postcode or asked.district,
        "phone": asked.phone,
        "number": asked.number,
    }
    return [kind for kind, value in said.items() if value]


_LOOK_UP: Final = """
select f.person_id, f.name, f.born_year, f.part_of_address, coalesce(o.name, f.practice_code),
       f.is_dead
  from people_look_up(%s, %s, %s::text[], %s) f
  left join partners_organisation o on o.code = f.practice_code
"""


@transaction.atomic
def look_up_person(
    *,
    nhs_number: str = "",
    names: Sequence[str] = (),
    born_on: date | None = None,
    reason: str,
    by: Viewer,
    at: datetime,
) -> LookedUp | None:
    """The one person in the whole borough who fits exactly, or nobody; nothing of the record.

    By NHS number, or by two names (`spelling.name_parts`) and the birth date. Nobody is returned
    where several fit, where somebody is protected or sealed, or keeps the asker out. The audit
    keeps the reason and whom it showed. Raises `Refused` for who is not of a statutory body,
    without a reason, or too often.
    """
    refuse_if(None if by.may(LOOK_UP_PERSON) else "Your role does not look people up.")
    why = rules.why_not_look_up(
        reason,
        queries.found_lately(viewer=by, within=WITHIN, action="look_up_person"),
        most=settings.PLACE.thresholds.look_ups_an_hour,
        is_statutory=is_statutory(viewer=by),
    )
    if why:
        refuse_if(why[0], field=why[1])
    about = new_id()
    audit.record(
        by=by,
        at=at,
        action="look_up_person",
        subject=("look_up", about),
        reason=reason.strip(),
        detail={"by": ["nhs_number"] if nhs_number else ["name", "born_on"]},
    )
    with connection.cursor() as cursor:
        cursor.execute(_LOOK_UP, [about, nhs_number, list(names), born_on])
        row = cursor.fetchone()
    return LookedUp(*row) if row else None


@transaction.atomic
def take_referral(*, person_id: uuid.UUID, from_whom: str, by: Viewer, at: datetime) -> None:
    """Take on somebody just looked up: the record opens to the viewer's organisation for a while.

    How long, the place says (`referral_opens_for`). Raises `Refused` unless this viewer's own
    look-up showed the person within the hour.
    """
    was_shown = queries.was_looked_up(person_id, viewer=by, within=WITHIN)
    if why := rules.why_not_take_referral(was_shown, from_whom):
        refuse_if(why[0], field=why[1])
    party = by.organisation_id or rules.account_of(by)
    audit.record(
        by=by,
        at=at,
        action="take_referral",
        person_id=person_id,
        reason=f"Asked by {from_whom.strip()}",
    )
    ends = at + settings.PLACE.thresholds.referral_opens_for.timedelta
    access_verbs.keep_relationships(
        persons=[person_id],
        wanted=[
            WantedRelationship(
                person_id, party, RelationshipKind.OPEN_REFERRAL, None, starts_at=at, ends_at=ends
            )
        ],
        # Each organisation's own: what one takes on ends nothing of another's.
        source=f"look_up:{party.hex}",
        by=by,
        at=at,
    )
    announce(ReferralTaken(person_id, from_whom.strip(), by, at))

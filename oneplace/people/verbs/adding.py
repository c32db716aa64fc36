"""Adds somebody no feed has told of yet; when one does, linkage finds them like anybody."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from oneplace.access import audit
from oneplace.access import verbs as access_verbs
from oneplace.access.viewer import Viewer
from oneplace.kit.refusals import refuse_if
from oneplace.partners.models import Organisation
from oneplace.people import rules
from oneplace.people.models import LinkedBy, Person, SearchKey
from oneplace.people.permissions import LOOK_UP_PERSON
from oneplace.people.queries.searching import is_statutory
from oneplace.people.verbs.finding import look_up_person
from oneplace.people.verbs.following import follow_sayings
from oneplace.people.verbs.placing import remember_traits
from oneplace.people.verbs.writing import How, add_persons, move_links
from oneplace.records import verbs as records_verbs
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.rows import ReachSaid
from oneplace.vocabulary.terms import Gender, OrganisationKind, ReachKind, RelationshipKind

SOURCE = "people.add_person"
"""Whose relationship it is that lets whoever adds somebody open them."""


@dataclass(frozen=True)
class Newcomer:
    """What is written down of somebody new."""

    given: str
    family: str
    known_as: str = ""
    born_on: date | None = None
    gender: Gender | None = None
    nhs_number: str = ""
    address: str = ""
    postcode: str = ""
    phone: str = ""


@transaction.atomic
def add_person(*, newcomer: Newcomer, by: Viewer, at: datetime) -> Person:
    """Add a person by hand and open the record to the organisation of whoever adds them.

    Raises `Refused` where somebody with this NHS number is known to somebody who may look people
    up: that comes before adding. For others, such as a charity, the matching happens unseen:
    linkage and the record steward find that two are one.
    """
    refuse_if(
        rules.why_not_add_person(_is_known(newcomer.nhs_number, by=by, at=at), by),
        field="nhs_number",
    )
    person_id = new_id()
    own = by.organisation_id
    organisation = Organisation.objects.filter(pk=own).first() if own else None
    is_practice = organisation is not None and organisation.kind == OrganisationKind.GP_PRACTICE
    access_verbs.open_relationship(
        person_id=person_id,
        party_id=by.organisation_id or rules.account_of(by),
        kind=RelationshipKind.REGISTERED_PRACTICE if is_practice else RelationshipKind.CASELOAD,
        source=SOURCE,
        source_id=person_id,
        by=by,
        at=at,
    )
    add_persons([person_id], at=at)
    code = organisation.code if organisation is not None else ""
    subject = records_verbs.identify_by_hand(
        person_id=person_id,
        said=_said(newcomer, organisation=code, practice=code if is_practice else ""),
        by=by,
        at=at,
    )
    move_links([(subject.pk, person_id)], {subject.pk: How(LinkedBy.HAND)}, at=at)
    remember_traits([subject.pk])
    follow_sayings([person_id], by=by, at=at)
    audit.record(by=by, at=at, action="add_person", person_id=person_id)
    return Person.objects.get(pk=person_id)


def _is_known(nhs_number: str, *, by: Viewer, at: datetime) -> bool:
    """Whether a number is somebody's, for who may know."""
    if not nhs_number:
        return False
    if SearchKey.objects.filter(key=f"h:{nhs_number}").exists():
        return True
    if not (by.may(LOOK_UP_PERSON) and is_statutory(viewer=by)):
        return False
    why = "Before somebody with this number is added"
    return look_up_person(nhs_number=nhs_number, reason=why, by=by, at=at) is not None


def _said(newcomer: Newcomer, *, organisation: str, practice: str) -> dict[str, Any]:
    reach = []
    if newcomer.address or newcomer.postcode:
        reach.append(
            ReachSaid(ReachKind.ADDRESS, newcomer.address, postcode=newcomer.postcode, use="home")
        )
    if newcomer.phone:
        is_mobile = newcomer.phone.replace(" ", "").startswith(("07", "+447"))
        reach.append(
            ReachSaid(ReachKind.MOBILE if is_mobile else ReachKind.LANDLINE, newcomer.phone)
        )
    return {
        "given": newcomer.given,
        "family": newcomer.family,
        "known_as": newcomer.known_as,
        "born_on": newcomer.born_on,
        "gender": newcomer.gender,
        "nhs_number": newcomer.nhs_number,
        "is_nhs_number_sound": bool(newcomer.nhs_number),
        "organisation": organisation,
        "practice_code": practice,
        "reach": tuple(reach),
    }

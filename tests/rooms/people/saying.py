"""Lets a test say who somebody is and have it arrive, be taken in and be placed."""

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime

from oneplace.access.viewer import Viewer, viewing
from oneplace.people import verbs
from oneplace.people.models import Person
from oneplace.records import verbs as records_verbs
from oneplace.records.models import Subject
from oneplace.vocabulary.ids import id_for
from oneplace.vocabulary.rows import EntrySaid, IdentitySaid, ReachSaid, Said, SubjectKey
from oneplace.vocabulary.terms import EntryKind, EntryStatus, Gender, ReachKind
from tests.rooms.records.arriving import arrive, loader

AT = datetime(2026, 3, 12, 9, 40, tzinfo=UTC)
GP, HOSPITAL, COUNCIL = "practice:ZZAS06", "hospital:Z03", "council:Z02"
NUMBER, OTHER_NUMBER = "9990000018", "9990000026"
HOME = ReachSaid(ReachKind.ADDRESS, "14 Elm Rise, Thornton Heath", postcode="CR7 9XX")
PHONE = ReachSaid(ReachKind.LANDLINE, "020 7946 0018")


def key(authority: str, value: str) -> SubjectKey:
    return SubjectKey(authority, value)


def subject_id(authority: str, value: str) -> uuid.UUID:
    return id_for("subject", f"{authority}|{value}")


def margaret(
    authority: str = GP, value: str = "1", *, day: int = 1, **fields: object
) -> IdentitySaid:
    """Margaret Okafor as a source describes her on a day of March."""
    given: dict[str, object] = {
        "source": authority.split(":", maxsplit=1)[0],
        "subject": key(authority, value),
        "said_at": datetime(2026, 3, day, tzinfo=UTC),
        "place": "row 1",
        "family": "Okafor",
        "given": "Margaret",
        "born_on": date(1943, 5, 12),
        "gender": Gender.FEMALE,
        "nhs_number": NUMBER,
        "is_nhs_number_sound": True,
        "reach": (HOME, PHONE),
    }
    return IdentitySaid(**{**given, **fields})  # type: ignore[arg-type]


def stay(authority: str = HOSPITAL, value: str = "H1", **fields: object) -> EntrySaid:
    """A stay in hospital, open unless it is said to have ended."""
    given: dict[str, object] = {
        "source": authority.split(":", maxsplit=1)[0],
        "kind": EntryKind.STAY,
        "key": "stay 1",
        "subject": key(authority, value),
        "said_at": datetime(2026, 3, 10, tzinfo=UTC),
        "place": "message 1",
        "status": EntryStatus.CURRENT,
        "starts_at": datetime(2026, 3, 9, 12, tzinfo=UTC),
        "title": "In hospital",
    }
    return EntrySaid(**{**given, **fields})  # type: ignore[arg-type]


def take_in(*rows: Said, at: datetime = AT) -> Sequence[uuid.UUID]:
    """Have rows arrive and be taken in, nobody placed; returns the subjects of the identities."""
    taken = records_verbs.take_in(deliveries=[arrive(*rows, at=at)], by=loader(), at=at)
    return sorted(taken.subject_ids)


def say(*rows: Said, at: datetime = AT) -> verbs.Placed:
    """Have rows arrive, be taken in and be placed."""
    return place(take_in(*rows, at=at), at=at)


def place(subjects: Sequence[uuid.UUID], *, at: datetime = AT) -> verbs.Placed:
    """Decide whose these numbers are, as the reader does: it has told the database who it is."""
    with viewing(loader(), at=at) as by:
        return verbs.place(subject_ids=subjects, by=by, at=at)


def relink(*, at: datetime = AT) -> verbs.Placed:
    """Link everybody anew, likewise."""
    with viewing(loader(), at=at) as by:
        return verbs.relink(by=by, at=at)


def person_of(authority: str, value: str) -> Person:
    """Whose a number is."""
    subject = Subject.objects.get(pk=subject_id(authority, value))
    return Person.objects.get(pk=subject.person_id)


def steward(name: str = "Stella Steward") -> Viewer:
    """A record steward."""
    from oneplace.access.viewer import permissions_of
    from oneplace.partners.models import Organisation
    from oneplace.vocabulary.terms import AccountKind, Role

    organisation = Organisation.objects.filter(code="hospital_trust").first()
    return Viewer(
        account_id=id_for("test-account", name),
        kind=AccountKind.STAFF,
        name=name,
        role=Role.RECORD_STEWARD,
        organisation_id=organisation.pk if organisation else None,
        permissions=permissions_of(Role.RECORD_STEWARD),
    )

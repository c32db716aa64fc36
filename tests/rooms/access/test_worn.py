"""Keeping somebody safe is a purpose the safeguarding team wears, for one person, for hours."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from oneplace.access import audit, verbs
from oneplace.access.models import Relationship, WornPurpose
from oneplace.access.queries import worn as queries
from oneplace.access.rule import decide
from oneplace.access.rule.decide import Because
from oneplace.access.rule.facts import case_of
from oneplace.access.rule.light import light
from oneplace.access.rules.worn import NOT_ON_DUTY, NOTHING_OPENS
from oneplace.access.viewer import Viewer, load_viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.kit.refusals import Refused
from oneplace.partners.models import Team
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import (
    AuditOutcome,
    BarrierKind,
    DataCategory,
    Purpose,
    RelationshipKind,
    Role,
)
from tests.database import as_role
from tests.factories import bring_in_place
from tests.rooms.access.conftest import Borough, audited
from tests.rooms.access.test_emergency import bar, opens

pytestmark = pytest.mark.django_db
WHY = "A neighbour says she is kept from leaving the house."
TEAM = "safeguarding_adults"


@pytest.fixture
def worker(borough: Borough) -> Viewer:
    """A social worker of the council's safeguarding team."""
    bring_in_place()
    account = borough.person(Role.SOCIAL_WORKER, "Sol Worker", organisation="council")
    return replace(borough.viewer(account), team_ids=(Team.objects.get(key=TEAM).pk,))


def wear(
    by: Viewer, at: datetime, person_id: uuid.UUID | None = None, **changes: Any
) -> WornPurpose:
    given: dict[str, Any] = {
        "person_id": person_id or new_id(),
        "reason": WHY,
        "lasts": timedelta(hours=1),
        **changes,
    }
    with viewing(by, at=at):
        return verbs.wear_safeguarding(by=by, at=at, **given)


def sees(viewer: Viewer, person: uuid.UUID, owner: str, part: DataCategory, at: datetime) -> bool:
    """What the database says, and the Python rule with it."""
    with viewing(viewer, at=at), connection.cursor() as cursor:
        cursor.execute("select access_part_open(%s, %s, %s)", [person, owner, part.value])
        found = bool(cursor.fetchone()[0])
        cursor.execute("select access_record_open(%s)", [person])
        if cursor.fetchone()[0]:
            case = decide.of_part(case_of(person, viewer, at=at), owner=owner, part=part)
            assert decide.decides(case) == found
    return found


def test_the_record_opens_to_the_one_worker_and_closes_by_itself(
    worker: Viewer, at: datetime
) -> None:
    worn = wear(worker, at)
    colleague = replace(worker, account_id=new_id(), hat_id=new_id())

    assert opens(worn.person_id, worker, at + timedelta(minutes=59))
    assert not opens(worn.person_id, worker, at + timedelta(minutes=60))
    assert not opens(worn.person_id, colleague, at)


def test_what_is_specially_protected_opens_as_the_matrix_and_the_agreement_say(
    worker: Viewer, at: datetime
) -> None:
    person = new_id()
    with as_role(DatabaseRole.LOADER):
        Relationship(
            person_id=person,
            party_id=worker.organisation_id,
            kind=RelationshipKind.CASELOAD,
            source="test",
            starts_at=at - timedelta(days=1),
        ).save(force_insert=True)
    protected, notes = DataCategory.PROTECTED, DataCategory.MENTAL_HEALTH
    before = sees(worker, person, "gp_history", protected, at)

    wear(worker, at, person)

    assert not before
    assert sees(worker, person, "gp_history", protected, at)
    assert sees(worker, person, "charity_cases", protected, at)
    # What the role does not need stays closed in safeguarding too.
    assert not sees(worker, person, "mental_health", notes, at)
    assert not sees(worker, new_id(), "gp_history", protected, at)


def test_the_page_says_that_it_comes_to_keep_somebody_safe_and_under_which_agreement(
    worker: Viewer, at: datetime
) -> None:
    worn = wear(worker, at)

    with viewing(worker, at=at):
        found = light(worn.person_id, worker, at=at)

    said = [one for one in found.sentences if one.because is Because.FOR_SAFETY]
    assert {one.category for one in said} == {DataCategory.PROTECTED}
    assert "under “Keeping people safe” while somebody is being kept safe" in said[0].says


def test_an_objection_stops_no_look_and_a_seal_stops_every_one(
    worker: Viewer, at: datetime
) -> None:
    objects, sealed = new_id(), new_id()
    bar(objects, at, BarrierKind.OBJECTION)
    bar(sealed, at, BarrierKind.SEALED)

    wear(worker, at, objects)
    with viewing(worker, at=at), pytest.raises(Refused) as refused:
        verbs.wear_safeguarding(
            person_id=sealed, reason=WHY, lasts=timedelta(hours=1), by=worker, at=at
        )

    assert sees(worker, objects, "gp_history", DataCategory.HEALTH, at)
    assert refused.value.reason == NOTHING_OPENS
    assert [entry.outcome for entry in audited("wear_safeguarding")] == [
        AuditOutcome.DONE,
        AuditOutcome.REFUSED,
    ]


@pytest.mark.parametrize("who", ["another team", "without the permission", "another role"])
def test_nobody_but_the_safeguarding_team_wears_it(
    worker: Viewer, borough: Borough, at: datetime, who: str
) -> None:
    gp = borough.viewer(borough.person(Role.GP, "Gwen"))
    by = {
        "another team": replace(worker, team_ids=(new_id(),)),
        "without the permission": replace(
            worker, permissions=worker.permissions - {"wear_safeguarding"}
        ),
        "another role": replace(gp, team_ids=worker.team_ids),
    }[who]

    with pytest.raises(Refused, match=NOT_ON_DUTY):
        wear(by, at)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": "worry"}, "Say in a sentence"),
        ({"lasts": timedelta(hours=5)}, "up to 4 hours"),
        ({"lasts": timedelta(0)}, "up to 4 hours"),
        ({"person_id": None}, "No record opens this way"),
    ],
)
def test_a_look_needs_a_reason_an_end_and_a_person(
    worker: Viewer, at: datetime, changes: dict[str, Any], words: str
) -> None:
    with viewing(worker, at=at), pytest.raises(Refused, match=words):
        verbs.wear_safeguarding(
            **{
                "person_id": new_id(),
                "reason": WHY,
                "lasts": timedelta(hours=1),
                "by": worker,
                "at": at,
                **changes,
            }
        )


def test_who_keeps_guessing_opens_nothing_more_for_an_hour(worker: Viewer, at: datetime) -> None:
    for _ in range(5):
        with viewing(worker, at=at), pytest.raises(Refused):
            verbs.wear_safeguarding(
                person_id=None, reason=WHY, lasts=timedelta(hours=1), by=worker, at=at
            )

    with pytest.raises(Refused, match="Too many attempts"):
        wear(worker, at)


def test_it_is_taken_off_by_whoever_wears_it_alone(worker: Viewer, at: datetime) -> None:
    worn = wear(worker, at)
    other = replace(worker, account_id=new_id(), hat_id=new_id())
    later = at + timedelta(minutes=5)

    with viewing(other, at=later), pytest.raises(Refused, match="Only whoever looks"):
        verbs.take_off_safeguarding(worn=worn, by=other, at=later)
    with viewing(worker, at=later):
        verbs.take_off_safeguarding(worn=worn, by=worker, at=later)

    assert not opens(worn.person_id, worker, later)
    with viewing(worker, at=later), pytest.raises(Refused, match="already ended"):
        verbs.take_off_safeguarding(worn=worn, by=worker, at=later)


def test_the_purpose_is_the_viewers_on_pages_about_that_person_and_on_no_other(
    borough: Borough, worker: Viewer, at: datetime
) -> None:
    assert worker.account_id is not None
    worn = wear(worker, at)

    def at_person(person: uuid.UUID | None, when: datetime = at) -> Viewer:
        found = load_viewer(worker.account_id, worker.hat_id, at=when, person_id=person)  # type: ignore[arg-type]
        assert found is not None
        return found

    there = at_person(worn.person_id)
    assert (there.purpose, there.worn_until) == (Purpose.SAFEGUARDING, worn.ends_at)
    assert there.opens_for is Purpose.DIRECT_CARE
    after = at_person(worn.person_id, worn.ends_at)
    for elsewhere in (at_person(new_id()), at_person(None), after):
        assert (elsewhere.purpose, elsewhere.worn_until) == (Purpose.DIRECT_CARE, None)


def test_officers_see_who_looked_into_a_concern_and_nobody_else_does(
    borough: Borough, worker: Viewer, at: datetime
) -> None:
    wear(worker, at)
    officer = borough.viewer(borough.person(Role.IG_OFFICER, "Olu", organisation="council"))
    stranger = borough.viewer(borough.person(Role.SOCIAL_WORKER, "Kim", organisation="council"))

    with viewing(officer, at=at):
        assert [one.reason for one in queries.worn_lately(viewer=officer, at=at)] == [WHY]
    with viewing(worker, at=at):
        assert queries.own_worn(viewer=worker, at=at).count() == 1
    with viewing(stranger, at=at):
        assert not queries.worn_lately(viewer=stranger, at=at)
        assert not queries.own_worn(viewer=stranger, at=at)
        assert queries.wearing_refused_lately(viewer=stranger) == 0
        assert WornPurpose.objects.count() == 0


@pytest.mark.parametrize("verb", ["wear_safeguarding", "take_off_safeguarding"])
def test_without_its_audit_nothing_opens_or_ends(
    worker: Viewer, at: datetime, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    worn = wear(worker, at) if verb == "take_off_safeguarding" else None
    person = worn.person_id if worn else new_id()

    def broken(**_: object) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr("oneplace.access.audit.record", broken)
    with pytest.raises(RuntimeError, match="no audit"), viewing(worker, at=at):
        if worn:
            verbs.take_off_safeguarding(worn=worn, by=worker, at=at)
        else:
            verbs.wear_safeguarding(
                person_id=person, reason=WHY, lasts=timedelta(hours=1), by=worker, at=at
            )

    assert opens(person, worker, at) == (worn is not None)


def _opened(worker: Viewer, at: datetime, **changes: object) -> str:
    given = {
        "id": str(new_id()),
        "account_id": str(worker.account_id),
        "account_name": "Sol",
        "role": "social_worker",
        "person_id": str(new_id()),
        "relationship_id": str(new_id()),
        "purpose": "safeguarding",
        "reason": WHY,
        "starts_at": at.isoformat(),
        "ends_at": (at + timedelta(hours=1)).isoformat(),
        **changes,
    }
    import orjson

    return orjson.dumps(given).decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"ends": timedelta(hours=5)},
        {"reason": " "},
        {"purpose": "direct_care"},
        {"account_id": str(new_id())},
        {"audited": False},
    ],
)
def test_the_database_itself_opens_nothing_longer_or_otherwise(
    worker: Viewer, at: datetime, changes: dict[str, Any]
) -> None:
    given = dict(changes)
    is_audited = given.pop("audited", True)
    if ends := given.pop("ends", None):
        given["ends_at"] = (at + ends).isoformat()
    about, person = new_id(), new_id()
    opened = _opened(worker, at, id=str(about), person_id=str(person), **given)

    with viewing(worker, at=at), pytest.raises(DatabaseError), transaction.atomic():
        if is_audited:
            audit.record(
                by=worker,
                at=at,
                action="wear_safeguarding",
                subject=("worn_purpose", about),
                person_id=person,
            )
        with connection.cursor() as cursor:
            cursor.execute("select access_wear_safeguarding(%s::jsonb)", [opened])

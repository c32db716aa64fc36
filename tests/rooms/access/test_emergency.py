"""Emergency access: for an hour at most, never through a seal, always reviewed; and who looked."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from django.db import DatabaseError, connection, transaction

from oneplace.access import audit, verbs
from oneplace.access.models import (
    Account,
    Barrier,
    EmergencyAccess,
    EmergencyGround,
    EmergencyOutcome,
    Hat,
    LookQuestion,
    OwnRecord,
    Relationship,
    UnusualAccess,
    UnusualKind,
    UnusualOutcome,
)
from oneplace.access.queries import emergency as emergency_queries
from oneplace.access.queries import looks
from oneplace.access.rules.emergency import NOTHING_OPENS
from oneplace.access.verbs.emergency import Unusual
from oneplace.access.viewer import Viewer, load_viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.kit.refusals import Refused
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import (
    AccountKind,
    AuditOutcome,
    BarrierKind,
    Purpose,
    RelationshipKind,
    Role,
)
from tests.database import as_role
from tests.rooms.access.conftest import Borough, audited

pytestmark = pytest.mark.django_db

WHY = "He has collapsed in the corridor and cannot speak."


@pytest.fixture
def nurse(borough: Borough) -> Viewer:
    """A nurse with no reason, until now, to know the person."""
    account = borough.person(Role.COMMUNITY_NURSE, "Nia Nurse", organisation=borough.partner)
    return borough.viewer(account)


@pytest.fixture
def officer(borough: Borough) -> Viewer:
    """An information governance officer."""
    account = borough.person(Role.IG_OFFICER, "Olu Officer", organisation=borough.partner)
    return borough.viewer(account)


def open_it(
    by: Viewer, at: datetime, person_id: uuid.UUID | None = None, **changes: Any
) -> EmergencyAccess:
    """A record opened in an emergency."""
    given: dict[str, Any] = {
        "person_id": person_id or new_id(),
        "purpose": Purpose.DIRECT_CARE,
        "ground": EmergencyGround.CANNOT_SAY,
        "reason": WHY,
        "lasts": timedelta(minutes=30),
        **changes,
    }
    with viewing(by, at=at):
        return verbs.open_emergency(by=by, at=at, **given)


def opens(person_id: uuid.UUID, viewer: Viewer, at: datetime) -> bool:
    """Whether the database lets this viewer at this record."""
    with viewing(viewer, at=at), connection.cursor() as cursor:
        cursor.execute("select access_record_open(%s)", [person_id])
        return bool(cursor.fetchall()[0][0])


def bar(person_id: uuid.UUID, at: datetime, kind: BarrierKind, **more: Any) -> None:
    """Put a barrier before a record."""
    with as_role(DatabaseRole.LOADER):
        Barrier(person_id=person_id, kind=kind, source="test", starts_at=at, **more).save(
            force_insert=True
        )


# --- opening --------------------------------------------------------------------------------------
def test_it_opens_for_the_one_worker_and_ends_by_itself(
    borough: Borough, nurse: Viewer, at: datetime
) -> None:
    colleague = borough.viewer(
        borough.person(Role.COMMUNITY_NURSE, "Cass Colleague", organisation=borough.partner)
    )

    emergency = open_it(nurse, at)

    assert opens(emergency.person_id, nurse, at + timedelta(minutes=29))
    assert not opens(emergency.person_id, nurse, at + timedelta(minutes=30))
    assert not opens(emergency.person_id, colleague, at)


@pytest.mark.parametrize(
    "role",
    [
        Role.GP,
        Role.COMMUNITY_NURSE,
        Role.MENTAL_HEALTH_WORKER,
        Role.LIFE_COORDINATOR,
        Role.THERAPIST,
        Role.DISCHARGE_NURSE,
        Role.SOCIAL_WORKER,
        Role.PHARMACIST,
    ],
)
def test_each_clinical_role_opens_a_record_in_an_emergency(
    borough: Borough, at: datetime, role: Role
) -> None:
    viewer = borough.viewer(borough.person(role, organisation=borough.partner))

    emergency = open_it(viewer, at)

    assert opens(emergency.person_id, viewer, at)


def test_it_records_who_as_what_whose_why_when_from_where_and_who_was_told(
    nurse: Viewer, at: datetime
) -> None:
    by = replace(nurse, from_address="10.1.2.3", request_id=new_id())

    emergency = open_it(by, at)

    assert (emergency.account_name, emergency.account_id) == ("Nia Nurse", by.account_id)
    assert (emergency.role, emergency.organisation_id) == (by.role, by.organisation_id)
    assert emergency.person_id
    assert (emergency.purpose, emergency.reason) == (Purpose.DIRECT_CARE, WHY)
    assert (emergency.starts_at, emergency.ends_at) == (at, at + timedelta(minutes=30))
    assert (emergency.from_address, emergency.request_id) == ("10.1.2.3", by.request_id)
    assert emergency.recorded_at is not None


def test_an_objection_does_not_stop_urgent_care(nurse: Viewer, at: datetime) -> None:
    person = new_id()
    bar(person, at, BarrierKind.OBJECTION)

    assert opens(open_it(nurse, at, person).person_id, nurse, at)


@pytest.mark.parametrize("kind", [BarrierKind.SEALED, BarrierKind.COURT_RESTRICTION])
def test_a_seal_is_passed_by_nobody_not_even_by_who_is_on_its_list(
    nurse: Viewer, at: datetime, kind: BarrierKind
) -> None:
    person = new_id()
    bar(person, at, kind, lets_in=[nurse.hat_id])

    with pytest.raises(Refused) as refused:
        open_it(nurse, at, person)

    assert refused.value.reason == NOTHING_OPENS
    assert not opens(person, nurse, at)


def test_a_worker_the_person_keeps_out_stays_out(nurse: Viewer, at: datetime) -> None:
    person = new_id()
    bar(person, at, BarrierKind.NAMED_PERSON, party_id=nurse.account_id)

    with pytest.raises(Refused) as refused:
        open_it(nurse, at, person)

    assert refused.value.reason == NOTHING_OPENS


def test_unknown_and_sealed_are_refused_alike_and_both_stand_in_the_audit(
    nurse: Viewer, at: datetime
) -> None:
    sealed = new_id()
    bar(sealed, at, BarrierKind.SEALED)
    said = []

    with viewing(nurse, at=at):
        for person in (sealed, None):
            with pytest.raises(Refused) as refused:
                verbs.open_emergency(
                    person_id=person,
                    purpose=Purpose.SAFEGUARDING,
                    ground=EmergencyGround.KEEP_SAFE,
                    reason=WHY,
                    lasts=timedelta(minutes=15),
                    by=nurse,
                    at=at,
                )
            said.append((refused.value.reason, refused.value.field))

    assert said[0] == said[1]
    assert [entry.outcome for entry in audited("open_emergency")] == [AuditOutcome.REFUSED] * 2
    with as_role(DatabaseRole.LOADER):
        assert not EmergencyAccess.objects.exists()
        assert not Relationship.objects.exists()


def test_after_five_attempts_that_opened_nothing_no_more_are_made(
    nurse: Viewer, at: datetime
) -> None:
    with viewing(nurse, at=at):
        for _ in range(6):
            with pytest.raises(Refused) as refused:
                verbs.open_emergency(
                    person_id=None,
                    purpose=Purpose.DIRECT_CARE,
                    ground=EmergencyGround.CANNOT_SAY,
                    reason=WHY,
                    lasts=timedelta(minutes=15),
                    by=nurse,
                    at=at,
                )

    assert "Too many attempts" in refused.value.reason


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": "urgent"}, "why it cannot wait"),
        ({"lasts": timedelta(minutes=61)}, "up to 60 minutes"),
        ({"lasts": timedelta(0)}, "up to 60 minutes"),
        ({"purpose": Purpose.EVALUATION}, "caring for somebody"),
        ({"purpose": Purpose.COMMISSIONING}, "caring for somebody"),
        ({"unsafe_why": "no"}, "would not be safe"),
    ],
)
def test_what_is_asked_must_make_sense(
    nurse: Viewer, at: datetime, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(Refused) as refused:
        open_it(nurse, at, **changes)

    assert words in refused.value.reason


def test_a_role_that_cares_for_nobody_opens_nothing(officer: Viewer, at: datetime) -> None:
    with pytest.raises(Refused) as refused:
        open_it(officer, at)

    assert "Your role" in refused.value.reason


# --- beneath the code -----------------------------------------------------------------------------
def _row(nurse: Viewer, at: datetime, **changes: Any) -> dict[str, Any]:
    return {
        "id": new_id(),
        "account_id": nurse.account_id,
        "account_name": nurse.name,
        "role": "community_nurse",
        "person_id": new_id(),
        "relationship_id": new_id(),
        "purpose": "direct_care",
        "ground": "cannot_say",
        "reason": WHY,
        "starts_at": at,
        "ends_at": at + timedelta(minutes=60),
        **changes,
    }


def _by_hand(row: dict[str, Any], viewer: Viewer, at: datetime, *, audit_it: bool = True) -> object:
    with viewing(viewer, at=at), connection.cursor() as cursor:
        if audit_it:
            audit.record(
                by=viewer,
                at=at,
                action="open_emergency",
                subject=("emergency", row["id"]),
                person_id=row["person_id"],
            )
        cursor.execute("select access_open_emergency(%s::jsonb)", [orjson.dumps(row).decode()])
        return cursor.fetchall()[0][0]


def test_the_database_opens_it_with_its_entry_in_the_audit(nurse: Viewer, at: datetime) -> None:
    assert _by_hand(_row(nurse, at), nurse, at) is True


@pytest.mark.parametrize(
    "broken",
    [
        lambda nurse, at: {"ends_at": at + timedelta(minutes=61)},
        lambda nurse, at: {"starts_at": at - timedelta(minutes=1), "ends_at": at},
        lambda nurse, at: {"purpose": "evaluation"},
        lambda nurse, at: {"purpose": "commissioning"},
        lambda nurse, at: {"reason": " "},
        lambda nurse, at: {"account_id": new_id()},
    ],
)
def test_the_database_itself_refuses_what_no_emergency_is(
    nurse: Viewer, at: datetime, broken: Callable[[Viewer, datetime], dict[str, Any]]
) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        _by_hand(_row(nurse, at, **broken(nurse, at)), nurse, at)


def test_the_database_refuses_it_without_its_entry_in_the_audit(
    nurse: Viewer, at: datetime
) -> None:
    with pytest.raises(DatabaseError, match="only with its entry"), transaction.atomic():
        _by_hand(_row(nurse, at), nurse, at, audit_it=False)


@pytest.mark.parametrize("command", ["insert", "update", "delete"])
def test_a_page_cannot_write_the_table_by_itself(nurse: Viewer, at: datetime, command: str) -> None:
    emergency = open_it(nurse, at)
    statement = {
        "insert": "insert into access_emergencyaccess select * from access_emergencyaccess",
        "update": "update access_emergencyaccess set outcome = 'right', reviewed_at = now()",
        "delete": "delete from access_emergencyaccess",
    }[command]

    with (
        pytest.raises(DatabaseError, match="permission denied"),
        viewing(nurse, at=at),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert emergency.reviewed_at is None


# --- ending and reviewing -------------------------------------------------------------------------
def test_whoever_opened_it_ends_it_before_its_time(nurse: Viewer, at: datetime) -> None:
    emergency = open_it(nurse, at)
    later = at + timedelta(minutes=5)

    with viewing(nurse, at=later):
        verbs.end_emergency(emergency=emergency, by=nurse, at=later)

    assert not opens(emergency.person_id, nurse, later)


def test_it_waits_until_somebody_else_has_said_what_to_make_of_it(
    nurse: Viewer, officer: Viewer, at: datetime
) -> None:
    emergency = open_it(nurse, at)
    later = at + timedelta(days=400)

    with viewing(officer, at=later):
        before = list(emergency_queries.emergencies_waiting(viewer=officer))
        verbs.review_emergency(
            emergency=before[0],
            outcome=EmergencyOutcome.RIGHT,
            words="Seen with her matron: he had collapsed.",
            by=officer,
            at=later,
        )
        after = list(emergency_queries.emergencies_waiting(viewer=officer))
        done = list(emergency_queries.emergencies_reviewed(viewer=officer, at=later))

    assert [one.pk for one in before] == [emergency.pk]
    assert after == []
    assert done[0].reviewed_by_name == "Olu Officer"


def test_nobody_reviews_what_they_opened_themselves(
    borough: Borough, nurse: Viewer, at: datetime
) -> None:
    emergency = open_it(nurse, at)
    account = Account.objects.get(pk=nurse.account_id)
    hat = borough.hat(account, Role.IG_OFFICER, organisation=borough.partner)
    herself = load_viewer(account.pk, hat.pk, at=at)
    assert herself is not None
    later = at + timedelta(hours=2)

    with viewing(herself, at=later), pytest.raises(Refused) as refused:
        verbs.review_emergency(
            emergency=emergency, outcome=EmergencyOutcome.RIGHT, words=WHY, by=herself, at=later
        )
    with pytest.raises(DatabaseError, match="opened themselves"), viewing(herself, at=later):
        audit.record(
            by=herself,
            at=later,
            action="review_emergency",
            subject=("emergency", emergency.pk),
            person_id=emergency.person_id,
        )
        with connection.cursor() as cursor:
            cursor.execute(
                "select access_review_emergency(%s, %s, %s, 'x', 'right', 'fine', %s)",
                [emergency.pk, emergency.person_id, herself.account_id, later],
            )

    assert "Another officer" in refused.value.reason


def test_it_is_not_reviewed_while_it_is_open_nor_without_words(
    nurse: Viewer, officer: Viewer, at: datetime
) -> None:
    emergency = open_it(nurse, at)
    said = []

    for moment, words in ((at, WHY), (at + timedelta(hours=1), "fine")):
        with viewing(officer, at=moment), pytest.raises(Refused) as refused:
            verbs.review_emergency(
                emergency=emergency,
                outcome=EmergencyOutcome.RIGHT,
                words=words,
                by=officer,
                at=moment,
            )
        said.append(refused.value.reason)

    assert "still open" in said[0]
    assert "Say in a sentence" in said[1]


# --- who looked -----------------------------------------------------------------------------------
def look_at(person_id: uuid.UUID, by: Viewer, at: datetime, times: int = 1) -> None:
    """Somebody looks at a record."""
    for _ in range(times):
        with viewing(by, at=at):
            audit.record(by=by, at=at, action="see_record", person_id=person_id)


def relate(person_id: uuid.UUID, party_id: uuid.UUID | None, at: datetime, **more: Any) -> None:
    """Connect somebody with a person."""
    with as_role(DatabaseRole.LOADER):
        Relationship(
            person_id=person_id,
            party_id=party_id,
            kind=more.pop("kind", RelationshipKind.CASELOAD),
            source="test",
            starts_at=at,
            **more,
        ).save(force_insert=True)


def resident(borough: Borough, person_id: uuid.UUID, at: datetime, **more: Any) -> Viewer:
    """The person themself, signed in."""
    account = borough.account("Peggy", kind=AccountKind.RESIDENT)
    with as_role(DatabaseRole.LOADER):
        OwnRecord(account=account, person_id=person_id, confirmed_at=at, **more).save(
            force_insert=True
        )
    found = load_viewer(account.pk, None, at=at)
    assert found is not None
    return found


def test_an_officer_reads_who_looked_when_as_what_and_why_they_could(
    nurse: Viewer, officer: Viewer, at: datetime
) -> None:
    person = new_id()
    relate(person, nurse.hat_id, at - timedelta(days=3))
    look_at(person, nurse, at, times=3)
    look_at(person, nurse, at + timedelta(days=1))

    with viewing(officer, at=at):
        found = looks.looks(person, viewer=officer)

    assert [(one.name, one.times, one.connected) for one in found] == [
        ("Nia Nurse", 1, (RelationshipKind.CASELOAD,)),
        ("Nia Nurse", 3, (RelationshipKind.CASELOAD,)),
    ]
    assert (found[0].role, found[0].purpose) == (Role.COMMUNITY_NURSE, Purpose.DIRECT_CARE)
    assert found[0].actions == ("see_record",)


def test_the_person_reads_the_same_of_their_own_record_and_of_no_other(
    borough: Borough, nurse: Viewer, officer: Viewer, at: datetime
) -> None:
    own, other = new_id(), new_id()
    look_at(own, nurse, at)
    look_at(other, nurse, at)
    peggy = resident(borough, own, at)

    with viewing(officer, at=at):
        officers = looks.looks(own, viewer=officer)
    with viewing(peggy, at=at):
        hers = looks.looks(own, viewer=peggy)
        not_hers = looks.looks(other, viewer=peggy)

    assert hers == officers
    assert len(hers) == 1
    assert not_hers == []


@pytest.mark.parametrize("more", [{"is_supporter": True}, {"suspended": True}])
def test_a_supporter_or_a_suspended_account_reads_nothing(
    borough: Borough, nurse: Viewer, at: datetime, more: dict[str, Any]
) -> None:
    person = new_id()
    look_at(person, nurse, at)
    given = {"suspended_at": at} if more.pop("suspended", False) else more
    peggy = resident(borough, person, at, **given)

    with viewing(peggy, at=at):
        assert looks.looks(person, viewer=peggy) == []


def test_a_list_that_showed_the_name_is_told_apart_from_a_look_at_the_record(
    nurse: Viewer, officer: Viewer, at: datetime
) -> None:
    person = new_id()
    with viewing(nurse, at=at):
        audit.record(by=nurse, at=at, action="find_people", persons_shown=[person, new_id()])

    with viewing(officer, at=at):
        found = looks.looks(person, viewer=officer)

    assert [(one.is_list, one.actions) for one in found] == [(True, ("find_people",))]


def test_looks_at_what_was_found_to_be_the_same_person_are_among_them_unless_undone(
    nurse: Viewer, officer: Viewer, at: datetime
) -> None:
    kept, given_up, apart = new_id(), new_id(), new_id()
    for person in (given_up, apart):
        look_at(person, nurse, at)
    with viewing(officer, at=at):
        for other, merge in ((given_up, new_id()), (apart, new_id())):
            audit.record(
                by=officer,
                at=at,
                action="merge",
                subject=("merge", merge),
                person_id=kept,
                detail={"given_up": str(other)},
            )
        audit.record(
            by=officer, at=at, action="undo_merge", subject=("merge", merge), person_id=kept
        )
        found = [one for one in looks.looks(kept, viewer=officer) if one.name == "Nia Nurse"]

    assert len(found) == 1


def test_who_looked_is_answered_within_a_second_among_a_hundred_thousand_entries(
    nurse: Viewer, officer: Viewer, at: datetime
) -> None:
    person = new_id()
    with as_role(DatabaseRole.LOADER), connection.cursor() as cursor:
        cursor.execute(
            "insert into access_auditentry (care_at, account_id, account_kind, hat_id, role, door,"
            " action, outcome, purpose, reason, route, subject_kind, subject_id, person_id, detail)"
            " select %(at)s - n * interval '7 minutes', %(account)s, 'staff', %(hat)s,"
            " 'community_nurse', 'page', 'see_record', 'done', 'direct_care', '', '', '', '',"
            " case when n %% 10 = 0 then %(person)s::uuid else gen_random_uuid() end, '{}'"
            " from generate_series(1, 100000) n",
            {"at": at, "account": nurse.account_id, "hat": nurse.hat_id, "person": person},
        )

    with viewing(officer, at=at), connection.cursor() as cursor:
        cursor.execute("select clock_timestamp()")
        begun = cursor.fetchall()[0][0]
        found = looks.looks(person, viewer=officer)
        cursor.execute("select clock_timestamp()")
        took = cursor.fetchall()[0][0] - begun

    assert len(found) == looks.MOST
    assert took < timedelta(seconds=1)


# --- asking about a look --------------------------------------------------------------------------
def ask(by: Viewer, about: Viewer, at: datetime, **more: Any) -> LookQuestion:
    """A question about a look."""
    person = new_id()
    look_at(person, about, at)
    with viewing(by, at=at):
        (found,) = looks.looks(person, viewer=by)
        return verbs.ask_about_look(
            person_id=person,
            look=found,
            looked_words="opened the record",
            to=emergency_queries.answers_for(
                about.account_id or new_id(), about.hat_id, on=at.date(), asker=by.account_id
            ),
            words="What was this for?",
            by=by,
            at=at,
            **more,
        )


def test_the_line_manager_is_asked_and_their_answer_stands(
    borough: Borough, officer: Viewer, at: datetime
) -> None:
    manager = borough.person(Role.PRACTICE_MANAGER, "Mary Manager")
    account = borough.account("Gina Gp")
    borough.hat(account, Role.GP, line_manager=manager)
    question = ask(officer, borough.viewer(account), at)
    asked = borough.viewer(manager)

    with viewing(asked, at=at):
        (mine,) = emergency_queries.look_questions_to(viewer=asked)
        verbs.answer_look_question(question=mine, words="A home visit.", by=asked, at=at)
    with viewing(officer, at=at):
        found = emergency_queries.look_question(question.pk, viewer=officer)
        waiting = list(emergency_queries.look_questions_open(viewer=officer))

    assert question.to_names == "Mary Manager"
    assert found is not None
    assert (found.answer, found.answered_by_name) == ("A home visit.", "Mary Manager")
    assert waiting == []


def test_without_a_line_manager_an_officer_answers_and_never_whoever_looked(
    borough: Borough, nurse: Viewer, officer: Viewer, at: datetime
) -> None:
    other = borough.person(Role.IG_OFFICER, "Ida Officer", organisation=borough.partner)

    question = ask(officer, nurse, at)

    assert question.to_ids == [other.pk]


def test_whoever_is_not_asked_does_not_answer(
    borough: Borough, nurse: Viewer, officer: Viewer, at: datetime
) -> None:
    borough.person(Role.IG_OFFICER, "Ida Officer", organisation=borough.partner)
    question = ask(officer, nurse, at)

    with viewing(nurse, at=at):
        with pytest.raises(Refused):
            verbs.answer_look_question(question=question, words="All fine.", by=nurse, at=at)
        assert LookQuestion.objects.update(answer="All fine.") == 0


# --- looks out of the ordinary --------------------------------------------------------------------
def unusual(viewer: Viewer, at: datetime, person_id: uuid.UUID | None = None) -> Unusual:
    """Looks that stand out, as a job finds them."""
    return Unusual(
        kind=UnusualKind.FAMILY_NAME,
        account_id=viewer.account_id or new_id(),
        account_name=viewer.name,
        title="",
        organisation_id=viewer.organisation_id,
        organisation_name=viewer.organisation_name,
        person_id=person_id or new_id(),
        on_day=at.date(),
        first_at=at,
        last_at=at,
        looks=2,
        words="The same family name, which 3 people here have.",
    )


def kept(nurse: Viewer, at: datetime) -> UnusualAccess:
    """Looks that stand out, kept by the job."""
    with as_role(DatabaseRole.LOADER), viewing(nurse, at=at):
        verbs.keep_unusual(found=[unusual(nurse, at)], by=nurse, at=at)
        return UnusualAccess.objects.get()


def test_what_was_found_is_kept_once_however_often_it_is_found(nurse: Viewer, at: datetime) -> None:
    one = unusual(nurse, at)
    many = replace(one, kind=UnusualKind.MANY_UNRELATED, person_id=None)

    with as_role(DatabaseRole.LOADER), viewing(nurse, at=at):
        first = verbs.keep_unusual(found=[one, many], by=nurse, at=at)
        again = verbs.keep_unusual(found=[one, many], by=nurse, at=at)

    assert (first, again) == (2, 0)


def test_an_officer_says_what_came_of_it_and_never_of_their_own(
    nurse: Viewer, officer: Viewer, at: datetime
) -> None:
    found, own = kept(nurse, at), replace(unusual(officer, at))
    with as_role(DatabaseRole.LOADER), viewing(nurse, at=at):
        verbs.keep_unusual(found=[own], by=nurse, at=at)

    with viewing(officer, at=at):
        verbs.settle_unusual(
            unusual=found, outcome=UnusualOutcome.CHANCE, words="No relation.", by=officer, at=at
        )
        (left,) = emergency_queries.unusual_waiting(viewer=officer)
        with pytest.raises(Refused):
            verbs.settle_unusual(
                unusual=left, outcome=UnusualOutcome.CHANCE, words="Me.", by=officer, at=at
            )
        settled = list(emergency_queries.unusual_settled(viewer=officer, at=at))

    assert [one.outcome for one in settled] == [UnusualOutcome.CHANCE]


# --- without its audit, and strangers -------------------------------------------------------------
@pytest.mark.parametrize(
    "verb",
    [
        "open_emergency",
        "end_emergency",
        "review_emergency",
        "ask_about_look",
        "answer_look_question",
        "keep_unusual",
        "settle_unusual",
    ],
)
def test_without_its_audit_nothing_is_saved(
    borough: Borough, nurse: Viewer, at: datetime, verb: str, request: pytest.FixtureRequest
) -> None:
    officer: Viewer = request.getfixturevalue("officer")
    other = borough.viewer(
        borough.person(Role.IG_OFFICER, "Ida Officer", organisation=borough.partner)
    )
    later = at + timedelta(minutes=90)
    emergency = None if verb == "open_emergency" else open_it(nurse, at)
    question = ask(officer, nurse, at)
    found = None if verb == "keep_unusual" else kept(nurse, at)
    person = new_id()
    look_at(person, nurse, at)
    with viewing(officer, at=at):
        (look,) = looks.looks(person, viewer=officer)
    before = _everything()
    request.getfixturevalue("broken_audit")
    does: dict[str, Callable[[], object]] = {
        "open_emergency": lambda: open_it(nurse, at),
        "end_emergency": lambda: verbs.end_emergency(emergency=emergency, by=nurse, at=at),
        "review_emergency": lambda: verbs.review_emergency(
            emergency=emergency, outcome=EmergencyOutcome.RIGHT, words=WHY, by=officer, at=later
        ),
        "ask_about_look": lambda: verbs.ask_about_look(
            person_id=person,
            look=look,
            looked_words="",
            to=[Account.objects.get(pk=other.account_id)],
            words="Why?",
            by=officer,
            at=at,
        ),
        "answer_look_question": lambda: verbs.answer_look_question(
            question=question, words="A visit.", by=other, at=at
        ),
        "keep_unusual": lambda: verbs.keep_unusual(found=[unusual(nurse, at)], by=nurse, at=at),
        "settle_unusual": lambda: verbs.settle_unusual(
            unusual=found, outcome=UnusualOutcome.CHANCE, words="Chance.", by=officer, at=at
        ),
    }
    acts = {"review_emergency": officer, "answer_look_question": other, "end_emergency": nurse}
    acts |= {"ask_about_look": officer, "settle_unusual": officer}
    role = DatabaseRole.LOADER if verb == "keep_unusual" else DatabaseRole.WEB

    with pytest.raises(RuntimeError), as_role(role), viewing(acts.get(verb, nurse), at=later):
        does[verb]()

    assert _everything() == before


def _everything() -> list[Any]:
    with as_role(DatabaseRole.LOADER):
        return [
            list(model.objects.order_by("pk").values())
            for model in (EmergencyAccess, LookQuestion, UnusualAccess)
        ]


@pytest.mark.parametrize("role", [Role.GP, Role.ANALYST, Role.RECORD_STEWARD])
def test_a_stranger_is_told_nothing(
    borough: Borough, nurse: Viewer, officer: Viewer, at: datetime, role: Role
) -> None:
    borough.person(Role.IG_OFFICER, "Ida Officer", organisation=borough.partner)
    emergency, question, found = open_it(nurse, at), ask(officer, nurse, at), kept(nurse, at)
    person = new_id()
    look_at(person, nurse, at)
    stranger = borough.viewer(borough.person(role, "Sam Stranger"))

    with viewing(stranger, at=at):
        told = [
            looks.looks(person, viewer=stranger),
            looks.look(1, person, viewer=stranger),
            looks.is_own_record(person, viewer=stranger),
            emergency_queries.emergency(emergency.pk, viewer=stranger),
            list(emergency_queries.emergencies_waiting(viewer=stranger)),
            list(emergency_queries.emergencies_reviewed(viewer=stranger, at=at)),
            list(emergency_queries.own_emergencies(viewer=stranger, at=at)),
            emergency_queries.refused_lately(viewer=stranger),
            emergency_queries.look_question(question.pk, viewer=stranger),
            list(emergency_queries.look_questions_open(viewer=stranger)),
            list(emergency_queries.look_questions_to(viewer=stranger)),
            list(emergency_queries.look_questions_about(question.person_id, viewer=stranger)),
            list(emergency_queries.unusual_waiting(viewer=stranger)),
            list(emergency_queries.unusual_settled(viewer=stranger, at=at)),
            emergency_queries.unusual(found.pk, viewer=stranger),
            emergency_queries.leavers(viewer=stranger, on=at.date()),
        ]
        with connection.cursor() as cursor:
            for model in (EmergencyAccess, LookQuestion, UnusualAccess):
                cursor.execute(f"select count(*) from {model._meta.db_table}")
                told.append(cursor.fetchall()[0][0])

    assert not any(told)


def test_officers_of_an_organisation_are_those_employed_or_posted_there_or_else_all(
    borough: Borough, at: datetime
) -> None:
    here = borough.person(Role.IG_OFFICER, "Olu Officer", organisation=borough.partner)
    lent = borough.account("Lee Lent")
    borough.hat(
        lent, Role.IG_OFFICER, organisation=borough.partner, employer=borough.other_practice
    )
    at_partner = borough.organisation(borough.partner).pk
    at_other = borough.organisation(borough.other_practice).pk
    nowhere = borough.organisation(borough.practice).pk

    def names(*places: uuid.UUID, **more: Any) -> list[str]:
        found = emergency_queries.officers_of(places, on=at.date(), **more)
        return [one.name for one in found]

    assert names(at_partner) == ["Lee Lent", "Olu Officer"]
    assert names(at_other) == ["Lee Lent"]
    assert names(nowhere) == ["Lee Lent", "Olu Officer"]
    assert names(at_partner, but_not=here.pk) == ["Lee Lent"]
    assert Hat.objects.filter(account=lent).exists()

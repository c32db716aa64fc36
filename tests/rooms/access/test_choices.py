"""What a person decides about sharing takes effect at once, and ends when it is taken back."""

import uuid
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection

from oneplace.access import verbs
from oneplace.access.models import (
    AuditEntry,
    Authority,
    AuthorityKind,
    Barrier,
    Choice,
    ChoiceKind,
    ChoiceOverride,
    DecidedBy,
    Evidence,
    HowTold,
    Permit,
    Relationship,
)
from oneplace.access.queries import choices as choice_queries
from oneplace.access.rule import decide
from oneplace.access.rule.facts import case_of
from oneplace.access.rules.choices import ChoiceDraft
from oneplace.access.viewer import Viewer, permissions_of, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.kit.refusals import Refused
from oneplace.partners.models import Organisation
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import (
    AccountKind,
    ChoiceAboutSharing,
    ConfidentialityBasis,
    DataCategory,
    Purpose,
    RelationshipKind,
    Role,
)
from tests.database import as_role
from tests.factories import AT, LOADER, bring_in_place

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 12)
SHE_OBJECTS = ChoiceDraft(ChoiceKind.OBJECTION, HowTold.IN_PERSON, TODAY)


@pytest.fixture(autouse=True)
def place() -> Iterator[None]:
    bring_in_place()
    yield


def somebody(role: Role, code: str, name: str = "Somebody") -> Viewer:
    """Somebody at work at an organisation."""
    organisation = Organisation.objects.get(code=code)
    return Viewer(
        account_id=new_id(),
        kind=AccountKind.STAFF,
        name=name,
        role=role,
        hat_id=new_id(),
        organisation_id=organisation.pk,
        organisation_name=organisation.name,
        permissions=permissions_of(role),
    )


def gp() -> Viewer:
    return somebody(Role.GP, "ZZTH04", "Gwen")


def nurse() -> Viewer:
    """A discharge nurse of the hospital."""
    return somebody(Role.DISCHARGE_NURSE, "hospital_trust", "Nina")


def officer() -> Viewer:
    return somebody(Role.IG_OFFICER, "council", "Olu")


def relate(person: uuid.UUID, viewer: Viewer, kind: RelationshipKind) -> None:
    """Let something connect a viewer's organisation with a person."""
    assert viewer.organisation_id is not None
    with as_role(DatabaseRole.LOADER):
        Relationship(
            person_id=person,
            party_id=viewer.organisation_id,
            kind=kind,
            source="test",
            starts_at=AT - timedelta(days=30),
        ).save(force_insert=True)


def patient_of(*viewers: tuple[Viewer, RelationshipKind]) -> uuid.UUID:
    """A person with these around her."""
    person = new_id()
    for viewer, kind in viewers:
        relate(person, viewer, kind)
    return person


def sees(viewer: Viewer, person: uuid.UUID, owner: str, part: DataCategory) -> bool:
    """What the row policies say, in the words of the database."""
    with viewing(viewer, at=AT), connection.cursor() as cursor:
        cursor.execute("select access_part_open(%s, %s, %s)", [person, owner, part.value])
        found = bool(cursor.fetchone()[0])
        if viewer.may("explain_access") or choice_queries.is_open(person, viewer=viewer):
            case = decide.of_part(case_of(person, viewer, at=AT), owner=owner, part=part)
            assert decide.decides(case) == found
    return found


def record(person: uuid.UUID, draft: ChoiceDraft, by: Viewer) -> Choice:
    with viewing(by, at=AT):
        return verbs.record_choice(person_id=person, draft=draft, by=by, at=AT)


def take_back(choice: Choice, by: Viewer, why: str = "She changed her mind") -> None:
    with viewing(by, at=AT):
        verbs.end_choice(choice=choice, why=why, by=by, at=AT)


def everything(model: type) -> list:  # type: ignore[type-arg]
    with as_role(DatabaseRole.LOADER):
        return list(model.objects.all())  # type: ignore[attr-defined]


CARE, URGENT = RelationshipKind.CASELOAD, RelationshipKind.STAY
REGISTERED = RelationshipKind.REGISTERED_PRACTICE


# --- objecting ------------------------------------------------------------------------------------
def test_who_objects_is_seen_by_each_partner_as_far_as_it_recorded_itself() -> None:
    doctor, social = gp(), somebody(Role.SOCIAL_WORKER, "council")
    person = patient_of((doctor, REGISTERED), (social, CARE))
    assert sees(social, person, "hospital_messages", DataCategory.EVENTS)

    choice = record(person, SHE_OBJECTS, doctor)
    kept_back = sees(social, person, "hospital_messages", DataCategory.EVENTS)
    own = sees(social, person, "council_cases", DataCategory.CARE)
    practice = sees(doctor, person, "gp_history", DataCategory.HEALTH)
    take_back(choice, doctor)

    assert (kept_back, own, practice) == (False, True, True)
    assert sees(social, person, "hospital_messages", DataCategory.EVENTS)


def test_urgent_care_goes_on_though_somebody_objects() -> None:
    doctor, ward = gp(), nurse()
    person = patient_of((doctor, REGISTERED), (ward, URGENT))

    record(person, SHE_OBJECTS, doctor)

    assert sees(ward, person, "gp_history", DataCategory.HEALTH)


def test_an_objection_to_one_organisation_leaves_the_others_as_they_were() -> None:
    doctor, social, ward = gp(), somebody(Role.SOCIAL_WORKER, "council"), nurse()
    person = patient_of((doctor, REGISTERED), (social, CARE), (ward, CARE))

    record(person, about(social, ChoiceKind.OBJECTION), doctor)

    assert not sees(social, person, "gp_history", DataCategory.EVENTS)
    assert sees(ward, person, "gp_history", DataCategory.EVENTS)


def about(viewer: Viewer, kind: ChoiceKind, **more: object) -> ChoiceDraft:
    """A choice about the organisation of a viewer."""
    return ChoiceDraft(
        kind,
        HowTold.PHONE,
        TODAY,
        party_id=viewer.organisation_id,
        party_name=viewer.organisation_name,
        **more,  # type: ignore[arg-type]
    )


def draft(kind: ChoiceKind, **more: object) -> ChoiceDraft:
    return ChoiceDraft(kind, HowTold.PHONE, TODAY, **more)  # type: ignore[arg-type]


# --- limits, exclusions, consent ------------------------------------------------------------------
def test_a_limit_keeps_one_part_with_whoever_wrote_it_and_no_other() -> None:
    doctor, ward = gp(), nurse()
    person = patient_of((doctor, REGISTERED), (ward, CARE))

    record(person, draft(ChoiceKind.LIMIT, category=DataCategory.HEALTH), doctor)

    assert not sees(ward, person, "gp_history", DataCategory.HEALTH)
    assert sees(ward, person, "gp_history", DataCategory.EVENTS)
    assert sees(doctor, person, "gp_history", DataCategory.HEALTH)


def test_an_organisation_kept_out_opens_nothing_and_learns_of_nothing() -> None:
    doctor, social = gp(), somebody(Role.SOCIAL_WORKER, "council")
    person = patient_of((doctor, REGISTERED), (social, CARE))

    record(person, about(social, ChoiceKind.EXCLUDED_ORGANISATION), doctor)

    assert not sees(social, person, "council_cases", DataCategory.CARE)
    assert learns_of(social, person) == (0, 0, 0)
    assert learns_of(doctor, person) == (1, 0, 0)


def learns_of(viewer: Viewer, person: uuid.UUID) -> tuple[int, int, int]:
    """How many choices, barriers and events of them the web role shows this viewer."""
    with viewing(viewer, at=AT), connection.cursor() as cursor:
        cursor.execute(
            "select (select count(*) from access_choice where person_id = %(person)s),"
            " (select count(*) from access_barrier where person_id = %(person)s),"
            " (select count(*) from access_barrierevent where person_id = %(person)s)",
            {"person": person},
        )
        found: tuple[int, int, int] = cursor.fetchone()
        cursor.execute("select count(*) from access_choiceevent where person_id = %s", [person])
        # The past of a choice is as secret as the choice.
        assert cursor.fetchone()[0] == found[0]
    return found


def test_a_worker_kept_out_learns_of_nothing_though_the_colleagues_go_on() -> None:
    doctor, worker = gp(), somebody(Role.SOCIAL_WORKER, "council", "Sam")
    person = patient_of((doctor, REGISTERED), (worker, CARE))
    colleague = somebody(Role.SOCIAL_WORKER, "council", "Kim")

    record(
        person,
        draft(ChoiceKind.EXCLUDED_WORKER, party_id=worker.account_id, party_name="Sam"),
        doctor,
    )

    assert not sees(worker, person, "council_cases", DataCategory.CARE)
    assert learns_of(worker, person) == (0, 0, 0)
    assert sees(colleague, person, "council_cases", DataCategory.CARE)
    assert learns_of(colleague, person) == (1, 0, 0)


@pytest.mark.parametrize(
    "kind", [ChoiceKind.SEAL, ChoiceKind.PROTECTED_ADDRESS, ChoiceKind.COURT_RESTRICTION]
)
def test_a_protection_is_seen_by_those_who_keep_protections_alone(kind: ChoiceKind) -> None:
    doctor, ward = gp(), nurse()
    person = patient_of((doctor, REGISTERED), (ward, URGENT))

    record(person, draft(kind, words="The court said so"), officer())

    assert learns_of(doctor, person) == (0, 0, 0)
    assert learns_of(ward, person) == (0, 0, 0)
    assert learns_of(officer(), person) == (1, 1, 1)


def test_a_sealed_record_opens_to_nobody_but_those_named() -> None:
    doctor, ward = gp(), nurse()
    person = patient_of((doctor, REGISTERED), (ward, URGENT))
    named = [(doctor.account_id, doctor.name)]

    record(person, draft(ChoiceKind.SEAL, words="Witness", lets_in=named), officer())

    assert sees(doctor, person, "gp_history", DataCategory.HEALTH)
    assert not sees(ward, person, "hospital_messages", DataCategory.EVENTS)


def test_a_secret_address_is_shown_to_no_other_organisation_even_in_a_hurry() -> None:
    doctor, ward = gp(), nurse()
    person = patient_of((doctor, REGISTERED), (ward, URGENT))
    assert sees(ward, person, "gp_history", DataCategory.REACH)

    record(person, draft(ChoiceKind.PROTECTED_ADDRESS, words="A refuge"), officer())

    assert not sees(ward, person, "gp_history", DataCategory.REACH)
    assert sees(ward, person, "gp_history", DataCategory.HEALTH)


def test_a_yes_opens_what_an_agreement_asks_one_for_and_taking_it_back_closes_it() -> None:
    doctor, charity = gp(), somebody(Role.PIC, "age_uk")
    person = patient_of((doctor, REGISTERED), (charity, CARE))
    before = sees(charity, person, "gp_history", DataCategory.REACH)

    choice = record(person, about(charity, ChoiceKind.CONSENT), doctor)
    said_yes = sees(charity, person, "gp_history", DataCategory.REACH)
    own_yes = learns_of(charity, person)[0]
    take_back(choice, doctor)

    assert (before, said_yes, own_yes) == (False, True, 1)
    assert not sees(charity, person, "gp_history", DataCategory.REACH)


# --- who may, and on what basis -------------------------------------------------------------------
def test_nobody_records_a_choice_of_somebody_nothing_connects_them_with() -> None:
    stranger = gp()

    with pytest.raises(Refused, match="Nothing connects you"):
        record(new_id(), SHE_OBJECTS, stranger)
    assert everything(Choice) == everything(Barrier) == []


def test_a_role_that_looks_after_nobody_records_nothing() -> None:
    analyst = somebody(Role.ANALYST, "commissioner")
    person = patient_of((analyst, CARE))

    with pytest.raises(Refused, match="Your role does not"):
        record(person, SHE_OBJECTS, analyst)


@pytest.mark.parametrize("kind", [ChoiceKind.SEAL, ChoiceKind.INVESTIGATION])
def test_a_carer_sets_no_protection(kind: ChoiceKind) -> None:
    doctor = gp()
    person = patient_of((doctor, REGISTERED))

    with pytest.raises(Refused, match="information governance officer"):
        record(person, draft(kind, words="x", party_id=new_id()), doctor)


def test_the_database_itself_lets_a_carer_write_no_protection() -> None:
    doctor = gp()
    person = patient_of((doctor, REGISTERED))
    row = Choice(
        person_id=person,
        kind=ChoiceKind.SEAL,
        how=HowTold.PHONE,
        said_on=TODAY,
        recorded_at=AT,
        recorded_by_name="x",
    )

    with pytest.raises(DatabaseError), viewing(doctor, at=AT):
        row.save(force_insert=True)


def test_what_is_decided_for_somebody_needs_a_paper_seen_or_its_grounds() -> None:
    doctor = gp()
    person = patient_of((doctor, REGISTERED))
    objects = {"decided_by": DecidedBy.ATTORNEY, "decided_by_name": "Ada"}

    with pytest.raises(Refused, match="not seen a paper"):
        record(person, draft(ChoiceKind.OBJECTION, **objects), doctor)
    with viewing(doctor, at=AT):
        verbs.record_authority(
            person_id=person,
            name="Ada",
            kind=AuthorityKind.ATTORNEY_HEALTH,
            evidence=Evidence.REGISTER,
            seen_on=TODAY,
            by=doctor,
            at=AT,
        )
    assert record(person, draft(ChoiceKind.OBJECTION, **objects), doctor).decided_by_name == "Ada"
    with pytest.raises(Refused, match="could not decide"):
        record(
            person,
            draft(
                ChoiceKind.LIMIT,
                category=DataCategory.NOTES,
                decided_by=DecidedBy.BEST_INTERESTS,
            ),
            doctor,
        )


def test_the_same_choice_is_recorded_once_and_a_yes_waits_for_an_objection() -> None:
    doctor, charity = gp(), somebody(Role.PIC, "age_uk")
    person = patient_of((doctor, REGISTERED))
    record(person, SHE_OBJECTS, doctor)

    with pytest.raises(Refused, match="recorded already"):
        record(person, SHE_OBJECTS, doctor)
    with pytest.raises(Refused, match="Take it back"):
        record(person, about(charity, ChoiceKind.CONSENT), doctor)


# --- stepping over --------------------------------------------------------------------------------
def step_over(choice: Choice, for_whom: Viewer, by: Viewer, **more: object) -> ChoiceOverride:
    given: dict[str, object] = {
        "party_id": for_whom.organisation_id,
        "party_name": for_whom.organisation_name,
        "reason": "A child is in danger",
        "basis": ConfidentialityBasis.PUBLIC_INTEREST,
        "last_on": TODAY + timedelta(days=3),
        "review_on": TODAY + timedelta(days=5),
    }
    with viewing(by, at=AT):
        return verbs.override_choice(choice=choice, by=by, at=AT, **{**given, **more})  # type: ignore[arg-type]


def opens_at(viewer: Viewer, person: uuid.UUID, days: int) -> bool:
    at = AT + timedelta(days=days)
    with viewing(viewer, at=at), connection.cursor() as cursor:
        cursor.execute("select access_part_open(%s, 'gp_history', 'events')", [person])
        return bool(cursor.fetchone()[0])


def test_an_override_lets_one_organisation_past_and_ends_by_itself() -> None:
    doctor, social, ward = gp(), somebody(Role.SOCIAL_WORKER, "council"), nurse()
    person = patient_of((doctor, REGISTERED), (social, CARE), (ward, CARE))
    choice = record(person, SHE_OBJECTS, doctor)

    step_over(choice, social, doctor)

    assert [opens_at(social, person, days) for days in (0, 3, 4, 40)] == [True, True, False, False]
    assert [opens_at(ward, person, days) for days in (0, 3, 4)] == [False] * 3


def test_two_overrides_of_one_choice_each_end_on_their_own_day() -> None:
    doctor, social, ward = gp(), somebody(Role.SOCIAL_WORKER, "council"), nurse()
    person = patient_of((doctor, REGISTERED), (social, CARE), (ward, CARE))
    choice = record(person, SHE_OBJECTS, doctor)

    step_over(choice, social, doctor)
    step_over(choice, ward, doctor, last_on=TODAY + timedelta(days=9))

    assert [opens_at(social, person, days) for days in (0, 4, 9, 10)] == [True, False, False, False]
    assert [opens_at(ward, person, days) for days in (0, 4, 9, 10)] == [True, True, True, False]


def test_an_override_is_looked_at_by_somebody_else_who_may_end_it() -> None:
    doctor, social = gp(), somebody(Role.SOCIAL_WORKER, "council")
    person = patient_of((doctor, REGISTERED), (social, CARE))
    override = step_over(record(person, SHE_OBJECTS, doctor), social, doctor)
    ends = {"override": override, "words": "Not needed", "ends_now": True, "at": AT}

    with pytest.raises(Refused, match="Somebody else"), viewing(doctor, at=AT):
        verbs.review_override(by=doctor, **ends)  # type: ignore[arg-type]
    with viewing(officer(), at=AT) as olu:
        assert choice_queries.overrides_to_review(viewer=olu).count() == 1
        verbs.review_override(by=olu, **ends)  # type: ignore[arg-type]
        assert choice_queries.overrides_to_review(viewer=olu).count() == 0

    assert not opens_at(social, person, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": " "},
        {"basis": ConfidentialityBasis.IMPLIED_CONSENT},
        {"last_on": TODAY + timedelta(days=60)},
        {"last_on": TODAY - timedelta(days=1)},
        {"review_on": TODAY + timedelta(days=90)},
    ],
)
def test_an_override_needs_a_reason_a_basis_in_law_an_end_and_a_review(
    wrong: dict[str, object],
) -> None:
    doctor, social = gp(), somebody(Role.SOCIAL_WORKER, "council")
    person = patient_of((doctor, REGISTERED))
    choice = record(person, SHE_OBJECTS, doctor)

    with pytest.raises(Refused):
        step_over(choice, social, doctor, **wrong)


def test_a_seal_is_stepped_over_by_nobody() -> None:
    person = patient_of((gp(), REGISTERED))
    choice = record(person, draft(ChoiceKind.SEAL, words="Witness"), officer())

    with pytest.raises(Refused, match="not stepped over"):
        step_over(choice, nurse(), officer())


# --- many people at once --------------------------------------------------------------------------
def test_each_persons_state_is_told_in_one_word() -> None:
    doctor, charity = gp(), somebody(Role.PIC, "age_uk")
    nobody, told, yes, no, withdrew = persons = [patient_of((doctor, REGISTERED)) for _ in range(5)]
    with viewing(doctor, at=AT):
        verbs.record_told(
            person_ids=[told, yes, no], how=HowTold.LETTER, said_on=TODAY, by=doctor, at=AT
        )
    record(yes, about(charity, ChoiceKind.CONSENT), doctor)
    record(no, SHE_OBJECTS, doctor)
    take_back(record(withdrew, about(charity, ChoiceKind.CONSENT), doctor), doctor)

    with viewing(doctor, at=AT):
        states = choice_queries.sharing_states([*persons, new_id()], viewer=doctor)
    assert states == {
        nobody: ChoiceAboutSharing.NOT_YET_TOLD,
        told: ChoiceAboutSharing.TOLD,
        yes: ChoiceAboutSharing.CONSENTED,
        no: ChoiceAboutSharing.OBJECTED,
        withdrew: ChoiceAboutSharing.WITHDRAWN,
    }


def came_back(*persons: uuid.UUID) -> None:
    """The national service was asked about these people, and gave all of them back."""
    asked = [(person, [f"999000{n:04}"]) for n, person in enumerate(persons)]
    with as_role(DatabaseRole.LOADER):
        verbs.open_national_check(asked=asked, without_number=0, by=LOADER, at=AT)
        numbers = [number for _, theirs in asked for number in theirs]
        verbs.answer_national_opt_out(numbers=numbers, by=LOADER, at=AT)


def may_use(purpose: Purpose, *persons: uuid.UUID) -> set[uuid.UUID]:
    """Whom the loader may use for a purpose."""
    with as_role(DatabaseRole.LOADER), viewing(LOADER, at=AT):
        return set(choice_queries.may_use(persons, purpose, viewer=LOADER))


@pytest.mark.parametrize(
    ("kind", "purpose", "may"),
    [
        (ChoiceKind.NATIONAL_OPT_OUT, Purpose.EVALUATION, False),
        (ChoiceKind.NATIONAL_OPT_OUT, Purpose.DIRECT_CARE, True),
        (ChoiceKind.NATIONAL_OPT_OUT, Purpose.SAFEGUARDING, True),
        (ChoiceKind.TYPE_1_OPT_OUT, Purpose.RISK_STRATIFICATION, False),
        (ChoiceKind.TYPE_1_OPT_OUT, Purpose.DIRECT_CARE, True),
        (ChoiceKind.OBJECTION, Purpose.DIRECT_CARE, False),
        (ChoiceKind.OBJECTION, Purpose.COMMISSIONING, False),
        (ChoiceKind.OBJECTION, Purpose.SAFEGUARDING, True),
        (ChoiceKind.SEAL, Purpose.EVALUATION, False),
        (ChoiceKind.TOLD, Purpose.EVALUATION, True),
    ],
)
def test_a_choice_takes_somebody_out_of_the_purposes_it_stops_and_no_other(
    kind: ChoiceKind, purpose: Purpose, may: bool
) -> None:
    doctor = gp()
    person, other = patient_of((doctor, REGISTERED)), patient_of((doctor, REGISTERED))
    record(person, draft(kind, words="x"), officer())
    came_back(person, other)

    found = may_use(purpose, person, other)

    assert found == ({person, other} if may else {other})


def test_an_opt_out_counts_no_longer_once_taken_back() -> None:
    doctor = gp()
    person = patient_of((doctor, REGISTERED))
    take_back(record(person, draft(ChoiceKind.NATIONAL_OPT_OUT), doctor), doctor)
    came_back(person)

    assert may_use(Purpose.EVALUATION, person) == {person}


def test_a_stranger_is_told_nothing_of_anybodys_choices() -> None:
    doctor, stranger = gp(), nurse()
    person = patient_of((doctor, REGISTERED))
    choice = record(person, SHE_OBJECTS, doctor)
    override = step_over(choice, stranger, doctor)
    with viewing(doctor, at=AT):
        authority = verbs.record_authority(
            person_id=person,
            name="Ada",
            kind=AuthorityKind.CARER,
            evidence=Evidence.NOT_SEEN,
            by=doctor,
            at=AT,
        )

    with viewing(stranger, at=AT):
        assert choice_queries.choice(choice.pk, viewer=stranger) is None
        assert not choice_queries.choices([person], viewer=stranger)
        assert not choice_queries.overrides([person], viewer=stranger)
        assert choice_queries.override(override.pk, viewer=stranger) is None
        assert not choice_queries.standing(person, viewer=stranger)
        assert not choice_queries.overrides_to_review(viewer=stranger)
        assert not choice_queries.open_objections(viewer=stranger)
        assert choice_queries.authorities(person, viewer=stranger) == []
        assert choice_queries.authority(authority.pk, viewer=stranger) is None
        assert not choice_queries.told_on(TODAY, person_ids=[person], viewer=stranger)
        assert not choice_queries.is_open(person, viewer=stranger)
        assert not choice_queries.opened([person], viewer=stranger)
        assert choice_queries.sharing_state([person], viewer=stranger) is None
        assert choice_queries.sharing_states([person], viewer=stranger) == {}
        assert choice_queries.may_use([person], Purpose.SAFEGUARDING, viewer=stranger) == set()


# --- the audit ------------------------------------------------------------------------------------
def test_every_step_is_in_the_audit_with_whoever_took_it() -> None:
    doctor = gp()
    person = patient_of((doctor, REGISTERED))
    take_back(record(person, SHE_OBJECTS, doctor), doctor, why="Talked it through")

    with as_role(DatabaseRole.LOADER):
        left = AuditEntry.objects.filter(person_id=person).order_by("id")
        entries = [(each.action, each.reason) for each in left]
    assert entries == [
        ("record_choice", ""),
        ("open_barrier", ""),
        ("end_choice", "Talked it through"),
    ]


def test_a_permit_and_a_barrier_end_with_their_choice() -> None:
    doctor, charity = gp(), somebody(Role.PIC, "age_uk")
    person = patient_of((doctor, REGISTERED))
    take_back(record(person, about(charity, ChoiceKind.CONSENT), doctor), doctor)
    take_back(record(person, SHE_OBJECTS, doctor), doctor)

    assert [row.ends_at for row in (*everything(Permit), *everything(Barrier))] == [AT, AT]


@pytest.mark.parametrize(
    "verb",
    [
        "record_choice",
        "end_choice",
        "record_told",
        "override_choice",
        "review_override",
        "record_authority",
        "end_authority",
    ],
)
def test_without_its_audit_nothing_is_recorded_ended_or_stepped_over(
    monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    doctor, social = gp(), somebody(Role.SOCIAL_WORKER, "council")
    person = patient_of((doctor, REGISTERED), (social, CARE))
    choice = record(person, SHE_OBJECTS, doctor)
    override = step_over(choice, social, doctor)
    told = {"how": HowTold.PHONE, "said_on": TODAY, "by": doctor, "at": AT}
    who = {"name": "Ada", "kind": AuthorityKind.CARER, "evidence": Evidence.NOT_SEEN}
    with viewing(doctor, at=AT):
        authority = verbs.record_authority(person_id=person, by=doctor, at=AT, **who)  # type: ignore[arg-type]
    models = (Choice, Barrier, Permit, ChoiceOverride, Authority)
    before = [[vars(row) | {"_state": 0} for row in everything(model)] for model in models]
    acts: dict[str, Callable[[], object]] = {
        "record_choice": lambda: record(person, about(social, ChoiceKind.CONSENT), officer()),
        "end_choice": lambda: take_back(choice, doctor),
        "record_told": lambda: verbs.record_told(person_ids=[person], **told),  # type: ignore[arg-type]
        "override_choice": lambda: step_over(choice, nurse(), doctor),
        "review_override": lambda: verbs.review_override(
            override=override, words="x", ends_now=True, by=social, at=AT
        ),
        "record_authority": lambda: verbs.record_authority(
            person_id=person,
            by=doctor,
            at=AT,
            **{**who, "name": "Bob"},  # type: ignore[arg-type]
        ),
        "end_authority": lambda: verbs.end_authority(
            authority=authority, why="x", by=doctor, at=AT
        ),
    }
    if verb == "record_choice":
        take_back(choice, doctor)
        before = [[vars(row) | {"_state": 0} for row in everything(model)] for model in models]

    def broken(**_: object) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr("oneplace.access.audit.record", broken)
    acting = social if verb == "review_override" else doctor
    with pytest.raises(RuntimeError), viewing(acting, at=AT):
        acts[verb]()

    after = [[vars(row) | {"_state": 0} for row in everything(model)] for model in models]
    assert after == before

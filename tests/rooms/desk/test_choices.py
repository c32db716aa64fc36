"""What a person decided about sharing, on the desk: recorded, in force at once, taken back."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from oneplace.access.models import Account, Authority, Choice, Relationship
from oneplace.config.database import Role as DatabaseRole
from oneplace.feeds import reading
from oneplace.partners.models import Post
from oneplace.post.models import Message
from oneplace.records.models import Entry
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import EntryKind, RelationshipKind, Role
from tests.database import as_role
from tests.factories import bring_in_place, signed_in
from tests.rooms.desk.saying import AT, entry, margaret_arrives
from tests.rooms.people.saying import HOSPITAL

pytestmark = pytest.mark.django_db
TODAY = {"said_on_day": "12", "said_on_month": "3", "said_on_year": "2026"}
SHE_SAYS = {**TODAY, "how": "in_person", "decided_by": "person", "words": "I would rather not"}


@pytest.fixture(autouse=True)
def read_from_memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Know the tests' reader by its name, stop the clock, and have the partners."""
    readers = {**reading.READERS, "from_memory": "tests.rooms.records.arriving:READER"}
    monkeypatch.setattr(reading, "READERS", readers)
    monkeypatch.setattr("oneplace.kit.clock.now", lambda: AT)
    bring_in_place()
    yield


@pytest.fixture
def practice() -> str:
    """The practice of the GP whose browser `her_gp` is."""
    with as_role(DatabaseRole.LOADER):
        post = Post.objects.filter(role=Role.GP).order_by("key").first()
        assert post is not None
        return str(post.organisation.code)


@pytest.fixture
def her_gp(practice: str) -> Client:
    """The browser of a GP of her practice."""
    return signed_in(Role.GP)


@pytest.fixture
def margaret(practice: str) -> uuid.UUID:
    """Margaret, registered with the practice, with something of the hospital's in her record."""
    return margaret_arrives(
        entry(EntryKind.ATTENDANCE, "Came by ambulance", authority=HOSPITAL, value="H1"),
        entry(EntryKind.CONDITION, "Asthma"),
        practice=practice,
    )


def cares(role: Role, person: uuid.UUID) -> Client:
    """Somebody of a role with this person on the caseload of their organisation."""
    client = signed_in(role)
    with as_role(DatabaseRole.LOADER):
        post = Post.objects.filter(role=role).order_by("key").first()
        assert post is not None
        Relationship(
            person_id=person,
            party_id=post.organisation_id,
            kind=RelationshipKind.CASELOAD,
            source="test",
            starts_at=AT - timedelta(days=3),
        ).save(force_insert=True)
    return client


def post(client: Client, route: str, *parts: object, **given: str) -> str:
    """Send a form and follow it: the page it leads to."""
    answer = client.post(reverse(route, args=parts), given, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def read(client: Client, route: str, *parts: object) -> str:
    """A page."""
    answer = client.get(reverse(route, args=parts))
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def the_choice() -> Choice:
    with as_role(DatabaseRole.LOADER):
        found: Choice = Choice.objects.latest("pk")
        return found


def test_she_objects_and_another_partner_sees_what_it_recorded_itself_until_she_takes_it_back(
    her_gp: Client, margaret: uuid.UUID
) -> None:
    council = cares(Role.SOCIAL_WORKER, margaret)
    assert "Came by ambulance" in read(council, "desk:person", margaret)

    recorded = post(her_gp, "desk:record_choice", margaret, "objection", **SHE_SAYS)
    kept_back = read(council, "desk:person", margaret)
    own = read(her_gp, "desk:person", margaret)
    after = post(
        her_gp, "desk:end_choice", margaret, the_choice().pk, why="She has changed her mind"
    )

    assert "Objects to sharing with other organisations" in recorded
    assert "I would rather not" in recorded
    assert "Came by ambulance" not in kept_back
    assert "Asthma" in own
    assert "She has changed her mind" in after
    assert "Came by ambulance" in read(council, "desk:person", margaret)


def test_a_worker_kept_out_finds_no_record_and_no_choice(
    her_gp: Client, margaret: uuid.UUID
) -> None:
    social = cares(Role.SOCIAL_WORKER, margaret)
    with as_role(DatabaseRole.LOADER):
        worker = Account.objects.get(pk=social.session["_auth_user_id"])

    recorded = post(
        her_gp,
        "desk:record_choice",
        margaret,
        "excluded_worker",
        worker=worker.email or "",
        **SHE_SAYS,
    )

    assert f"Keeps {worker.name} out of the record" in recorded
    for route in ("desk:person", "desk:sharing", "desk:person_people", "desk:choose_choice"):
        unknown = social.get(reverse(route, args=[new_id()]))
        kept_out = social.get(reverse(route, args=[margaret]))
        assert (kept_out.status_code, unknown.status_code) == (404, 404), route


def test_choosing_leads_to_the_questions_of_that_choice(
    her_gp: Client, margaret: uuid.UUID
) -> None:
    unanswered = post(her_gp, "desk:choose_choice", margaret, kind="")
    limit = post(her_gp, "desk:choose_choice", margaret, kind="limit")
    told = post(her_gp, "desk:choose_choice", margaret, kind="told")

    assert "Choose what you want to record." in unanswered
    assert "Which part of the record?" in limit
    assert "How were they told?" in told


@pytest.mark.parametrize(
    ("kind", "given", "says"),
    [
        ("limit", {"category": "mental_health"}, "Keeps “Mental health notes and contacts”"),
        ("consent", {"organisation": "age_uk"}, "Says yes to sharing with"),
        ("excluded_organisation", {"organisation": "hospital_trust"}, "out of the record"),
        ("somebody_close", {"party_name": "Ada, her daughter"}, "Ada, her daughter is not to be"),
        ("colleague", {"organisation": "council"}, "Works for"),
        ("national_opt_out", {}, "National data opt-out"),
        ("type_1_opt_out", {}, "GP opt-out (type 1)"),
    ],
)
def test_each_choice_is_recorded_and_said_in_a_sentence(
    her_gp: Client, margaret: uuid.UUID, kind: str, given: dict[str, str], says: str
) -> None:
    page = post(her_gp, "desk:record_choice", margaret, kind, **{**SHE_SAYS, **given})

    assert says in page


@pytest.mark.parametrize(
    ("kind", "given", "says"),
    [
        ("limit", {}, "Choose the part of the record"),
        ("consent", {}, "Choose the organisation"),
        ("excluded_worker", {"worker": "Nobody Known"}, "Nobody, or more than one, is known"),
        ("objection", {"decided_by": "best_interests"}, "could not decide this now"),
        ("objection", {"decided_by": "attorney"}, "Choose who decided for them"),
        ("objection", {"said_on_year": "2027"}, "still to come"),
    ],
)
def test_what_is_missing_is_said_beside_the_question(
    her_gp: Client, margaret: uuid.UUID, kind: str, given: dict[str, str], says: str
) -> None:
    page = post(her_gp, "desk:record_choice", margaret, kind, **{**SHE_SAYS, **given})

    assert says in page
    with as_role(DatabaseRole.LOADER):
        assert not Choice.objects.exists()


def test_an_attorney_decides_once_the_paper_was_seen(her_gp: Client, margaret: uuid.UUID) -> None:
    ada = {"name": "Ada Okafor", "kind": "attorney_health"}
    post(her_gp, "desk:record_authority", margaret, evidence="not_seen", **ada)
    unseen = read(her_gp, "desk:record_choice", margaret, "objection")
    seen = {f"seen_on_{part}": TODAY[f"said_on_{part}"] for part in ("day", "month", "year")}
    page = post(
        her_gp,
        "desk:record_authority",
        margaret,
        evidence="document",
        evidence_words="Stamped 3 February 2024",
        **seen,
        **ada,
    )

    decided = post(
        her_gp,
        "desk:record_choice",
        margaret,
        "objection",
        **{**SHE_SAYS, "decided_by": "attorney", "decided_by_name": "Ada Okafor"},
    )

    assert "Who decided for them?" not in unseen
    assert "May decide about sharing for them" in page
    assert "decided by Ada Okafor" in decided
    with as_role(DatabaseRole.LOADER):
        last = Authority.objects.latest("pk")
    ended = post(her_gp, "desk:end_authority", margaret, last.pk, why="She withdrew it")
    assert "Stamped 3 February 2024" not in ended


def test_a_choice_is_stepped_over_for_one_organisation_and_looked_at_by_somebody_else(
    her_gp: Client, margaret: uuid.UUID
) -> None:
    council = cares(Role.SOCIAL_WORKER, margaret)
    post(her_gp, "desk:record_choice", margaret, "objection", **SHE_SAYS)
    days = {"last_on": ("20", "3", "2026"), "review_on": ("25", "3", "2026")}
    given = {
        f"{name}_{part}": value
        for name, parts in days.items()
        for part, value in zip(("day", "month", "year"), parts, strict=True)
    }

    page = post(
        her_gp,
        "desk:override_choice",
        margaret,
        the_choice().pk,
        organisation="council",
        basis="public_interest",
        reason="A child lives there",
        **given,
    )
    sees = read(council, "desk:person", margaret)
    on_their_page = read(council, "desk:sharing", margaret)
    with as_role(DatabaseRole.LOADER):
        override = the_choice().overrides.get()
    post(
        council,
        "desk:review_override",
        margaret,
        override.pk,
        ends_now="yes",
        words="No longer needed",
    )

    assert "A child lives there" in page
    assert "Look at it again<" not in page
    assert "Look at it again<" in on_their_page
    assert "Came by ambulance" in sees
    assert "Came by ambulance" not in read(council, "desk:person", margaret)


def test_she_was_told_and_the_letter_waits_in_the_outbox(
    her_gp: Client, margaret: uuid.UUID
) -> None:
    before = read(her_gp, "desk:sharing", margaret)
    page = post(her_gp, "desk:tell_people", margaret, how="letter", with_letter="on", **TODAY)

    assert "It is not recorded that they were told" in before
    assert "The letter waits in the outbox" in page
    assert "were told how their information is shared, and did not object" in page
    with as_role(DatabaseRole.LOADER):
        assert Message.objects.filter(template="sharing_letter", person_id=margaret).count() == 1


# --- protections ----------------------------------------------------------------------------------
def protect(officer: Client, person: uuid.UUID, kind: str, **given: str) -> str:
    reason = {**TODAY, "how": "phone", "words": "The refuge asked us to"}
    return post(officer, "desk:record_protection", person, kind, **{**reason, **given})


def test_a_sealed_record_is_closed_to_all_and_the_seal_is_seen_by_no_one_kept_out(
    her_gp: Client, margaret: uuid.UUID
) -> None:
    officer = signed_in(Role.IG_OFFICER)

    page = protect(officer, margaret, "seal")
    closed = her_gp.get(reverse("desk:person", args=[margaret]))
    elsewhere = her_gp.get(reverse("desk:protections", args=[margaret]))
    choice = the_choice()
    read(officer, "desk:choose_protection", margaret)
    lifted = post(officer, "desk:lift_protection", margaret, choice.pk, why="Lifted by the court")

    assert "The record is sealed" in page
    assert "The refuge asked us to" in page
    assert (closed.status_code, elsewhere.status_code) == (404, 404)
    assert "Lifted by the court" in lifted
    assert her_gp.get(reverse("desk:person", args=[margaret])).status_code == 200


def test_who_is_named_passes_a_seal(her_gp: Client, margaret: uuid.UUID) -> None:
    officer = signed_in(Role.IG_OFFICER)
    with as_role(DatabaseRole.LOADER):
        named = Account.objects.get(pk=her_gp.session["_auth_user_id"])

    unknown = protect(officer, margaret, "seal", lets_in="nobody@example.org")
    page = protect(officer, margaret, "seal", lets_in=named.email or "")

    assert "Nobody is known by" in unknown
    assert f"Named: {named.name}" in page
    assert her_gp.get(reverse("desk:person", args=[margaret])).status_code == 200


def test_a_secret_address_stands_on_no_page_of_another_partner(
    her_gp: Client, margaret: uuid.UUID
) -> None:
    social, officer = cares(Role.SOCIAL_WORKER, margaret), signed_in(Role.IG_OFFICER)
    pages = ("desk:person", "desk:person_people", "desk:person_summary", "desk:sharing")
    assert "14 Elm Rise" in read(social, "desk:person", margaret)
    assert "14 Elm Rise" in read(social, "desk:person_summary", margaret)

    protect(officer, margaret, "protected_address")

    for route in pages:
        page = read(social, route, margaret)
        assert "14 Elm Rise" not in page and "7946 0018" not in page, route
        assert "secret" not in page.lower(), route


def test_a_reason_is_asked_for_every_protection(margaret: uuid.UUID) -> None:
    page = protect(signed_in(Role.IG_OFFICER), margaret, "seal", words="")

    assert "Say why, in a few words." in page


def test_an_officer_finds_no_page_of_somebody_nobody_knows() -> None:
    officer = signed_in(Role.IG_OFFICER)

    assert officer.get(reverse("desk:protections", args=[new_id()])).status_code == 404


def test_an_entry_is_marked_and_goes_out_of_sight_and_the_officer_lifts_the_mark(
    her_gp: Client, margaret: uuid.UUID
) -> None:
    officer, ward = signed_in(Role.IG_OFFICER), cares(Role.DISCHARGE_NURSE, margaret)
    before = read(ward, "desk:person", margaret)
    with as_role(DatabaseRole.LOADER):
        asthma = Entry.objects.get(title="Asthma")

    own = post(
        her_gp,
        "desk:restrict_entry",
        margaret,
        asthma.pk,
        label="sexual_health",
        why="She asked me to",
    )
    page = read(ward, "desk:person", margaret)
    marks = read(officer, "desk:protections", margaret)
    with as_role(DatabaseRole.LOADER):
        mark = asthma.restrictions.get()
    post(officer, "desk:lift_restriction", margaret, mark.pk, why="Ruth agreed")

    assert "Asthma" in before and "Asthma" not in page
    # Whoever wrote it goes on reading it.
    assert "Asthma" in own
    assert "She asked me to" in marks
    assert "Asthma" in read(ward, "desk:person", margaret)


def test_the_yes_to_the_charity_opens_what_the_agreement_names(
    her_gp: Client, margaret: uuid.UUID
) -> None:
    charity = cares(Role.PIC, margaret)
    before = read(charity, "desk:person", margaret)

    post(
        her_gp,
        "desk:record_choice",
        margaret,
        "consent",
        **{**SHE_SAYS, "organisation": "age_uk"},
    )

    assert "14 Elm Rise" not in before
    assert "14 Elm Rise" in read(charity, "desk:person", margaret)

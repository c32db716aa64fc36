"""What somebody sees of a person and why: the same words whether or not anything is there."""

import re
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client

from oneplace.access.models import Barrier, Relationship, SharingAgreement
from oneplace.access.rule import decide
from oneplace.access.rule.light import light
from oneplace.access.viewer import viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.feeds import reading
from oneplace.partners.models import Post
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.rows import EntrySaid
from oneplace.vocabulary.terms import (
    BarrierKind,
    DataCategory,
    EntryKind,
    RelationshipKind,
    Role,
)
from tests.database import as_role
from tests.factories import bring_in_place, make_hat, signed_in, viewer_in
from tests.rooms.desk.saying import AT, entry, margaret_arrives

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Know the tests' reader by its name, stop the clock, and have the partners."""
    readers = {**reading.READERS, "from_memory": "tests.rooms.records.arriving:READER"}
    monkeypatch.setattr(reading, "READERS", readers)
    monkeypatch.setattr("oneplace.kit.clock.now", lambda: AT)
    bring_in_place()
    yield


def connect(person: uuid.UUID, party: uuid.UUID, kind: RelationshipKind) -> None:
    """A party stands in a relationship to the person from now on."""
    with as_role(DatabaseRole.LOADER):
        Relationship.objects.create(
            person_id=person, party_id=party, kind=kind, source="test", starts_at=AT
        )


def connected(role: Role, person: uuid.UUID, kind: RelationshipKind) -> Client:
    """The browser of somebody of a role whose organisation this connects with the person."""
    post = Post.objects.filter(role=role).order_by("key").first()
    assert post is not None
    connect(person, post.organisation_id, kind)
    return signed_in(role)


def text_of(client: Client, person: uuid.UUID, part: str = "") -> str:
    """The words of a page of the record, without its marks."""
    answer = client.get(f"/person/{person}/{part}")
    assert answer.status_code == 200
    words = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return unescape(" ".join(words.split()))


def bar(person: uuid.UUID, kind: BarrierKind, category: str = "") -> None:
    """A barrier before everybody."""
    with as_role(DatabaseRole.LOADER):
        Barrier.objects.create(
            id=new_id(), person_id=person, kind=kind, category=category, source="test", starts_at=AT
        )


def section(client: Client, person: uuid.UUID) -> str:
    """What the section `What you see here, and why` says."""
    words = text_of(client, person, "people/")
    return words[words.index("What you see here, and why") : words.index("Close to them")]


def test_the_banner_says_in_words_what_is_shared_and_leads_to_why() -> None:
    person = margaret_arrives()
    social_worker = connected(Role.SOCIAL_WORKER, person, RelationshipKind.CASELOAD)

    page = social_worker.get(f"/person/{person}/").content.decode()

    assert "shared with your role for caring for this person" in page
    assert f'/person/{person}/people/#sharing">Why?' in page


def test_each_part_has_a_sentence_that_names_the_agreement_and_whom_to_ask() -> None:
    person = margaret_arrives()
    social_worker = connected(Role.SOCIAL_WORKER, person, RelationshipKind.CASELOAD)

    words = section(social_worker, person)

    assert "You may open this record: on this worker's or team's caseload." in words
    assert (
        "Referrals, goals and plans Notes and letters Open Council: recorded where you work. "
        "GP and Hospital share these with you under “Caring for people together”." in words
    )
    assert (
        "Mental health notes and contacts Closed "
        "These are not shared with your role, whether or not any exist." in words
    )
    assert (
        "Specially protected items In part Council: recorded where you work. No agreement in force "
        "lets Age UK, GP, Hospital and Mental health share these with you." in words
    )
    assert "Council: recorded where you work." in words
    assert "Ask: The information governance officer" in words


def test_the_words_are_the_same_whether_or_not_anything_is_there() -> None:
    person = margaret_arrives()
    social_worker = connected(Role.SOCIAL_WORKER, person, RelationshipKind.CASELOAD)
    nothing = section(social_worker, person)
    health = text_of(social_worker, person, "health/")

    margaret_arrives(
        entry(EntryKind.NOTE, "Talks of her husband", authority="slam:id", value="S1"),
        entry(EntryKind.CONDITION, "Secret", key="secret", labels=("sexual_health",)),
    )

    assert section(social_worker, person) == nothing
    assert text_of(social_worker, person, "health/") == health


def test_a_lane_that_is_closed_says_so_and_never_that_nothing_came() -> None:
    person = margaret_arrives()
    social_worker = connected(Role.SOCIAL_WORKER, person, RelationshipKind.CASELOAD)

    page = social_worker.get(f"/person/{person}/").content.decode()
    lane = page[page.index(">Mental health</a>") :]
    lane = lane[: lane.index("</tr>")]

    assert "Not shared with your role, whether or not anything exists" in lane
    assert "nothing about this person" not in lane


def test_a_tab_says_what_of_it_is_closed_and_is_never_plainly_empty() -> None:
    person = margaret_arrives()
    bar(person, BarrierKind.LIMIT, DataCategory.HEALTH.value)
    social_worker = connected(Role.SOCIAL_WORKER, person, RelationshipKind.CASELOAD)

    health = text_of(social_worker, person, "health/")
    documents = text_of(social_worker, person, "documents/")
    summary = text_of(social_worker, person, "summary/")

    says = "The person’s choices keep conditions, medicines and results with"
    assert says in health and says in summary
    assert "No partner has sent a list of medicines" not in health
    assert "Nothing that is shared with you." in documents


def test_an_objection_shows_in_the_banner_and_leaves_what_is_recorded_where_one_works() -> None:
    person = margaret_arrives()
    bar(person, BarrierKind.OBJECTION)
    social_worker = connected(Role.SOCIAL_WORKER, person, RelationshipKind.CASELOAD)

    words = section(social_worker, person)

    assert "the person objects to sharing" in text_of(social_worker, person)
    assert "The person’s choices keep these with" in words
    assert "Council: recorded where you work." in words


def test_an_agreement_that_has_ended_is_named_with_its_last_day() -> None:
    person = margaret_arrives()
    with as_role(DatabaseRole.LOADER):
        SharingAgreement.objects.filter(code="direct_care").update(
            stopped_on=AT.date() - timedelta(days=1)
        )
    social_worker = connected(Role.SOCIAL_WORKER, person, RelationshipKind.CASELOAD)

    words = section(social_worker, person)

    assert "“Caring for people together” ended on 10 March 2026." in words
    assert "shared in part with your role" in text_of(social_worker, person)


def test_what_the_light_calls_open_is_what_the_rule_opens() -> None:
    person = margaret_arrives()
    bar(person, BarrierKind.LIMIT, DataCategory.NOTES.value)
    hat = make_hat(Role.SOCIAL_WORKER)
    connect(person, hat.post.organisation_id, RelationshipKind.CASELOAD)
    viewer = viewer_in(hat, at=AT)

    with viewing(viewer, at=AT):
        found = light(person, viewer, at=AT)

    assert found.on == date(2026, 3, 12)
    for owner in found.owners:
        for part, counts_as in owner.cells:
            about = [
                one
                for one in found.sentences
                if one.category is counts_as and owner.word in one.owners
            ]
            opens = {found.is_open(source, part) for source in owner.sources}
            assert opens == {one.is_open for one in about}, (owner.word, part)


def test_nobody_learns_of_choices_about_somebody_they_may_not_open() -> None:
    person = margaret_arrives()
    bar(person, BarrierKind.OBJECTION)
    viewer = viewer_in(make_hat(Role.SOCIAL_WORKER), at=AT)

    with viewing(viewer, at=AT):
        found = light(person, viewer, at=AT)

    assert not found.record.is_open
    assert not decide.objects(found.case)
    assert (found.case.relationships, found.case.barriers) == ((), ())


# --- staff safety ---------------------------------------------------------------------------------
def a_hazard(labels: tuple[str, ...] = ()) -> EntrySaid:
    """Somebody once threatened a visitor: go in pairs."""
    return entry(
        EntryKind.HAZARD,
        "Threatened a worker",
        words="His son threw a chair",
        detail={"advice": "Visit in pairs"},
        labels=labels,
    )


@pytest.mark.parametrize("barrier", [None, BarrierKind.OBJECTION])
@pytest.mark.parametrize("labels", [(), ("third_party",)])
def test_what_a_visitor_must_do_reaches_whoever_may_open_the_record_and_the_reason_does_not(
    barrier: BarrierKind | None, labels: tuple[str, ...]
) -> None:
    person = margaret_arrives(a_hazard(labels=labels))
    if barrier is not None:
        bar(person, barrier)
    social_worker = connected(Role.SOCIAL_WORKER, person, RelationshipKind.CASELOAD)

    banner = text_of(social_worker, person).split("How fresh this is")[0]
    paper = text_of(social_worker, person, "summary/")
    reason = "Threatened a worker" in text_of(social_worker, person)

    assert "Visit in pairs" in banner
    assert "Visit in pairs" in paper
    assert "Threatened" not in banner and "chair" not in banner
    assert reason is (barrier is None and not labels)


def test_a_stranger_is_told_no_instruction() -> None:
    person = margaret_arrives(a_hazard())
    viewer = viewer_in(make_hat(Role.SOCIAL_WORKER), at=AT)

    with viewing(viewer, at=AT), connection.cursor() as cursor:
        cursor.execute("select count(*) from records_safety(%s)", [person])
        assert cursor.fetchone() == (0,)


def test_a_hazard_written_by_hand_says_what_to_do() -> None:
    person = margaret_arrives()
    social_worker = connected(Role.SOCIAL_WORKER, person, RelationshipKind.CASELOAD)
    typed = {"kind": "hazard", "title": "Has a temper after lunch"}
    address = f"/person/{person}/entries/add/"

    refused = social_worker.post(address, typed)
    social_worker.post(address, {**typed, "advice": "Come before noon"})

    assert "Say what whoever visits must do" in refused.content.decode()
    assert "Come before noon" in text_of(social_worker, person)

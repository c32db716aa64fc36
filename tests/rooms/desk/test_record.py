"""A person's record on the desk: who may open it, what it costs, what it says and does not say."""

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oneplace.access.models import AuditEntry, Relationship
from oneplace.access.viewer import viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.desk import queries
from oneplace.feeds import reading
from oneplace.partners.models import Post
from oneplace.people.models import Match
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import EntryKind, EntryStatus, RelationshipKind, Role
from tests.database import as_role
from tests.factories import bring_in_place, make_hat, signed_in, viewer_in
from tests.rooms.desk.saying import AT, arrives, entry, margaret_arrives
from tests.rooms.desk.test_emergency import come_in
from tests.rooms.people.saying import GP, HOSPITAL, margaret, person_of, subject_id

pytestmark = pytest.mark.django_db
MOST_STATEMENTS = 8
FRAME = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
TABS = ("", "health/", "care/", "measures/", "people/", "documents/", "summary/")


@pytest.fixture(autouse=True)
def read_from_memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Know the tests' reader by its name, stop the clock, and have the partners."""
    readers = {**reading.READERS, "from_memory": "tests.rooms.records.arriving:READER"}
    monkeypatch.setattr(reading, "READERS", readers)
    monkeypatch.setattr("oneplace.kit.clock.now", lambda: AT)
    bring_in_place()
    yield


@pytest.fixture
def steward() -> Client:
    """A record steward's browser."""
    return signed_in(Role.RECORD_STEWARD)


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


def statements(client: Client, path: str) -> list[str]:
    """What opening a page asks the database."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return [q["sql"] for q in captured if not q["sql"].startswith(FRAME)]


def page(client: Client, person: uuid.UUID, part: str = "") -> str:
    """A page of a record."""
    answer = client.get(f"/person/{person}/{part}")
    assert answer.status_code == 200
    return answer.content.decode()


# --- who may, and what it costs -------------------------------------------------------------------
def test_a_stranger_finds_no_record() -> None:
    person = margaret_arrives(entry(EntryKind.NOTE, "Rang her"))
    stranger = signed_in(Role.SOCIAL_WORKER)

    answers = {part: stranger.get(f"/person/{person}/{part}").status_code for part in TABS}
    viewer = viewer_in(make_hat(Role.SOCIAL_WORKER), at=AT)
    with viewing(viewer, at=AT):
        found = queries.record(person, viewer=viewer, at=AT)
        shared = queries.sharing(person, viewer=viewer)

    assert set(answers.values()) == {404}
    assert stranger.get(f"/person/{person}/timeline.json").status_code == 404
    assert found is None
    assert (*shared.links, *shared.household, *shared.merges, *shared.looks) == ()


def test_a_look_is_in_the_audit_with_the_person(steward: Client) -> None:
    person = margaret_arrives()

    steward.get(f"/person/{person}/health/")

    with as_role(DatabaseRole.LOADER):
        assert AuditEntry.objects.filter(action="see_record", person_id=person).count() == 1


@pytest.mark.parametrize("part", TABS)
def test_a_page_costs_at_most_eight_statements_however_much_it_holds(
    steward: Client, part: str
) -> None:
    person = margaret_arrives(entry(EntryKind.CONDITION, "Asthma"))
    steward.get(f"/person/{person}/{part}")

    few = statements(steward, f"/person/{person}/{part}")
    arrives(
        *(
            entry(kind, f"{kind.label} {number}", day=number % 11 + 1)
            for kind in (EntryKind.NOTE, EntryKind.CONDITION, EntryKind.OBSERVATION)
            for number in range(40)
        )
    )
    many = statements(steward, f"/person/{person}/{part}")

    assert len(few) <= MOST_STATEMENTS, "\n".join(few)
    assert len(many) == len(few)


@pytest.mark.parametrize("role", [Role.GP, Role.PIC, Role.COMMUNITY_NURSE, Role.LIFE_COORDINATOR])
def test_what_every_room_shows_of_itself_costs_one_statement_together(role: Role) -> None:
    person, hat = margaret_arrives(entry(EntryKind.CONDITION, "Asthma")), make_hat(role)
    with as_role(DatabaseRole.LOADER):
        Relationship.objects.create(
            person_id=person,
            party_id=hat.account_id,
            kind=RelationshipKind.CASELOAD,
            source="test",
            starts_at=AT - timedelta(days=1),
        )
    client = come_in(hat)
    client.get(f"/person/{person}/")

    assert len(statements(client, f"/person/{person}/")) <= MOST_STATEMENTS


def test_an_entry_costs_at_most_eight_statements(steward: Client) -> None:
    person = margaret_arrives(entry(EntryKind.CONDITION, "Asthma"))
    steward.get(f"/person/{person}/")
    given = steward.get(f"/person/{person}/timeline.json").json()["entries"][0]["id"]

    assert len(statements(steward, f"/person/{person}/entries/{given}/")) <= MOST_STATEMENTS


# --- what changed ---------------------------------------------------------------------------------
def test_the_page_opens_on_what_came_since_the_last_look(
    steward: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [AT]
    monkeypatch.setattr("oneplace.kit.clock.now", lambda: now[0])
    person = margaret_arrives(entry(EntryKind.NOTE, "Rang her"))
    first = page(steward, person)

    now[0] = AT + timedelta(days=1)
    arrives(entry(EntryKind.FALL, "Fall at home", day=12), at=now[0] - timedelta(hours=1))
    second = page(steward, person)
    new = second[second.index('id="new-title"') : second.index('id="lanes-title"')]

    assert "for the first time" in first
    assert "What changed since you last looked, 12 March 2026, 09:40" in new
    assert "Fall at home" in new
    assert "Rang her" not in new


def test_nothing_new_is_said_with_a_word_about_the_feeds(
    steward: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [AT]
    monkeypatch.setattr("oneplace.kit.clock.now", lambda: now[0])
    person = margaret_arrives(entry(EntryKind.NOTE, "Rang her"))
    page(steward, person)

    now[0] = AT + timedelta(days=1)
    later = page(steward, person)

    assert "Nothing that is shared with you has come in since. That is only as good" in later


# --- the banner -----------------------------------------------------------------------------------
def test_the_banner_says_who_it_is_and_what_to_know_first(steward: Client) -> None:
    person = margaret_arrives(
        entry(EntryKind.HAZARD, "Dog", detail={"advice": "Ask for it to be shut away"}),
        entry(
            EntryKind.TIE,
            "Ada Okafor",
            authority=HOSPITAL,
            value="H1",
            detail={"name": "Ada Okafor", "kinds": ["child"], "phones": ["020 7946 0001"]},
        ),
    )

    text = page(steward, person)

    assert "Margaret Okafor" in text
    assert "999 000 0018" in text
    assert "82 years old" in text
    assert "14 Elm Rise, Thornton Heath, CR7 9XX" in text
    assert 'href="tel:02079460018"' in text
    assert "Ask for it to be shut away" in text
    assert "Ada Okafor" in text and 'href="tel:02079460001"' in text


def test_what_nobody_said_is_not_said_to_be_none(steward: Client) -> None:
    person = margaret_arrives()

    text = page(steward, person)
    health = page(steward, person, "health/")

    assert "no communication need or adjustment recorded" in text
    assert "none seen in any feed; ask the practice" in text
    assert "Not recorded." in health and "That is not the same as “none known”" in health


def test_none_known_is_said_with_who_recorded_it_and_when(steward: Client) -> None:
    person = margaret_arrives(
        entry(EntryKind.ALLERGY, "No known allergies", detail={"is_none_known": True})
    )

    health = page(steward, person, "health/")

    assert "No known allergies, as recorded by practice on 1 March 2026" in health


def test_sources_that_disagree_stand_side_by_side(steward: Client) -> None:
    person = margaret_arrives(
        entry(EntryKind.MEDICINE, "Aspirin", detail={"dose": "75 mg once a day"}),
        entry(EntryKind.MEDICINE, "Warfarin", authority=HOSPITAL, value="H1"),
    )

    health = page(steward, person, "health/")

    assert "as recorded by practice on 1 March 2026" in health
    assert "as recorded by hospital on 1 March 2026" in health
    assert "75 mg once a day" in health and "Warfarin" in health


# --- the timeline ---------------------------------------------------------------------------------
def test_choices_travel_in_the_address_and_words_do_not(her_gp: Client, practice: str) -> None:
    said = (entry(EntryKind.NOTE, "Rang her"), entry(EntryKind.FALL, "Fall"))
    person = margaret_arrives(*said, practice=practice)

    narrowed = page(her_gp, person, "?kind=fall")
    by_words = her_gp.post(f"/person/{person}/", {"words": "rang"}).content.decode()
    in_address = page(her_gp, person, "?words=rang")
    chosen = her_gp.post(f"/person/{person}/", {"kind": "fall", "words": ""})
    timeline = narrowed[narrowed.index('id="timeline"') :]
    worded = by_words[by_words.index('id="timeline"') :]

    assert "Rang her" not in timeline and ">Fall</a>" in timeline
    assert "Rang her" in worded and ">Fall</a>" not in worded
    assert ">Fall</a>" in in_address[in_address.index('id="timeline"') :]
    assert chosen["Location"].endswith("?kind=fall#timeline")


def test_a_stay_shows_its_wards_and_what_was_waited_for(steward: Client) -> None:
    person = margaret_arrives(
        entry(
            EntryKind.STAY,
            "Pneumonia",
            key="Z03:VN:S1",
            authority=HOSPITAL,
            value="H1",
            detail={
                "ready_at": "2026-03-08T10:00:00+00:00",
                "places": [
                    {"ward": "AMU", "since": "2026-03-01T12:00:00+00:00",
                     "until": "2026-03-02T09:00:00+00:00"},
                    {"ward": "ROWAN", "since": "2026-03-02T09:00:00+00:00"},
                ],
            },
        ),
        entry(
            EntryKind.BLOCKER,
            "Waiting to leave hospital: housing",
            day=8,
            authority=HOSPITAL,
            value="H1",
            words="House clearance",
            detail={"spell": "S1", "responsible": "Z00"},
        ),
    )  # fmt: skip

    text = page(steward, person)

    assert "AMU, then Rowan ward" in text
    assert "Ready to leave since 8 March 2026: 4 days" in text
    assert "<b>Housing</b>, Council: 4 days so far. House clearance" in text


def test_one_thing_said_under_two_numbers_of_a_hospital_stands_once(steward: Client) -> None:
    twice = [
        entry(kind, title, authority=HOSPITAL, value="H1", key=f"{kind.value} {number}", **more)
        for number in ("H1", "H2")
        for kind, title, more in (
            (EntryKind.ALLERGY, "Penicillin", {"detail": {"severity": "severe"}}),
            (
                EntryKind.TIE,
                "Ada Okafor (Daughter)",
                {
                    "detail": {
                        "name": "Ada Okafor",
                        "kinds": ["child", "next_of_kin"],
                        "as_sent": "Daughter",
                        "phones": ["020 7946 0001"],
                    }
                },
            ),
        )
    ]
    other = entry(EntryKind.ALLERGY, "Penicillin", detail={"severity": "mild"})
    person = margaret_arrives(*twice, other)

    health, people = page(steward, person, "health/"), page(steward, person, "people/")
    allergies = health[health.index("Allergies") : health.index("Medicines")]
    close = people[people.index("Close to") :] if "Close to" in people else people

    assert allergies.count(">Penicillin<") == 2
    assert close.count("Daughter and next of kin") == 1


def test_what_a_source_took_back_is_crossed_out_not_gone(steward: Client) -> None:
    person = margaret_arrives(entry(EntryKind.APPOINTMENT, "Clinic", status=EntryStatus.CANCELLED))

    text = page(steward, person)

    assert "line--withdrawn" in text and "cancelled" in text


def test_a_long_record_goes_on_page_by_page(her_gp: Client, practice: str) -> None:
    person = margaret_arrives(
        *(entry(EntryKind.NOTE, f"Note number {n}", day=n % 11 + 1) for n in range(90)),
        practice=practice,
    )

    first = page(her_gp, person)
    after = first.split('name="after" value="')[1].split('"')[0]
    second = her_gp.get(f"/person/{person}/", {"after": after}).content.decode()
    seen = [
        n
        for n in range(90)
        for text in (first[first.index('id="timeline"') :], second[second.index('id="timeline"') :])
        if f">Note number {n}<" in text
    ]

    assert sorted(seen) == list(range(90))


@pytest.mark.parametrize("after", ["x", "~", "2026~x", "~1", "2026-03-01T00:00:00~" + "1" * 32])
def test_a_made_up_place_begins_at_the_top(her_gp: Client, practice: str, after: str) -> None:
    person = margaret_arrives(entry(EntryKind.NOTE, "Rang her"), practice=practice)

    text = her_gp.get(f"/person/{person}/", {"after": after}).content.decode()

    assert "Rang her" in text


def test_the_timeline_is_there_as_data(steward: Client) -> None:
    person = margaret_arrives(
        entry(EntryKind.MEDICINE, "Aspirin", detail={"dose": "75 mg once a day"})
    )

    data = steward.get(f"/person/{person}/timeline.json").json()

    assert data["next"] is None
    assert data["entries"][0]["title"] == "Aspirin"
    assert data["entries"][0]["detail"] == {"dose": "75 mg once a day"}


# --- one entry ------------------------------------------------------------------------------------
def test_an_entry_says_where_it_is_from_and_what_was_said_before(steward: Client) -> None:
    person = margaret_arrives(entry(EntryKind.CONDITION, "Asthma", key="c1"))
    arrives(
        entry(
            EntryKind.CONDITION,
            "Asthma, mild",
            key="c1",
            said_at=datetime(2026, 3, 5, tzinfo=UTC),
        )
    )
    given = steward.get(f"/person/{person}/timeline.json").json()["entries"][0]["id"]

    text = page(steward, person, f"entries/{given}/")

    assert "Asthma, mild" in text
    assert "stands now" in text
    assert "Where it is from" in text and "row 1" in text
    assert "its number 1" in text


def test_an_entry_of_somebody_else_is_not_found_under_this_person(steward: Client) -> None:
    person = margaret_arrives(entry(EntryKind.CONDITION, "Asthma"))
    arrives(
        margaret("hospital:Z03", "H9", given="Boris", family="Quill", born_on=None,
                 nhs_number="", is_nhs_number_sound=False, reach=()),
        entry(EntryKind.NOTE, "His note", authority=HOSPITAL, value="H9"),
    )  # fmt: skip
    given = steward.get(f"/person/{person}/timeline.json").json()["entries"][0]["id"]

    assert steward.get(f"/person/{uuid.uuid4()}/entries/{given}/").status_code == 404


# --- people and sharing ---------------------------------------------------------------------------
def test_it_says_why_two_numbers_are_one_person_and_lets_the_steward_take_one_away(
    steward: Client,
) -> None:
    person = margaret_arrives()

    text = page(steward, person, "people/")

    assert "Why these records are one person" in text
    assert "The same NHS number" in text
    assert text.count(">Take away<") == 2
    assert "as Record steward" in text


def test_an_undecided_pair_is_shown_on_both_pages(steward: Client) -> None:
    person = margaret_arrives()
    boris = margaret(
        HOSPITAL, "H9", given="Boris", family="Quill", born_on=date(1950, 1, 1),
        nhs_number="", is_nhs_number_sound=False, reach=(),
    )  # fmt: skip
    arrives(boris)
    with as_role(DatabaseRole.LOADER):
        other = person_of(HOSPITAL, "H9").pk
        one, two = sorted((subject_id(GP, "1"), subject_id(HOSPITAL, "H9")))
        Match(id=new_id(), one_id=one, other_id=two, evidence="The same street.", found_at=AT).save(
            force_insert=True
        )

    texts = [page(steward, each) for each in (person, other)]

    for text, elsewhere in zip(texts, (other, person), strict=True):
        assert "This may also be somebody else’s record." in text
        assert "The same street." in text
        assert f'href="/person/{elsewhere}/"' in text


def test_the_identifier_of_somebody_merged_away_opens_the_survivor(steward: Client) -> None:
    person = margaret_arrives()
    arrives(
        margaret(HOSPITAL, "H9", given="Peggy", family="Quill", born_on=date(1950, 1, 1),
                 nhs_number="", is_nhs_number_sound=False, reach=()),
    )  # fmt: skip
    with as_role(DatabaseRole.LOADER):
        gone = person_of(HOSPITAL, "H9").pk
    steward.post(reverse("people:merge", args=[person, gone]), {"why": "One woman"})

    text = page(steward, gone)
    people = page(steward, person, "people/")

    assert "Margaret Okafor" in text
    assert "One woman" in people and ">Undo<" in people


# --- paper ----------------------------------------------------------------------------------------
def test_the_summary_is_one_page_that_says_how_fresh_it_is(steward: Client) -> None:
    person = margaret_arrives(entry(EntryKind.ALLERGY, "Penicillin", detail={"severity": "severe"}))

    text = page(steward, person, "summary/")

    assert "Penicillin (severe)" in text
    assert "How fresh this is" in text
    assert "What is not here is not known here" in text
    assert "site-header" not in text


# --- written here ---------------------------------------------------------------------------------
def test_a_note_written_here_stands_in_the_timeline_and_can_be_taken_back(
    her_gp: Client, practice: str
) -> None:
    person = margaret_arrives(practice=practice)

    written = her_gp.post(
        f"/person/{person}/entries/add/",
        {"kind": "note", "title": "Rang her daughter", "words": "She visits on Sundays"},
    )
    text = page(her_gp, person)
    given = her_gp.get(f"/person/{person}/timeline.json").json()["entries"][0]["id"]
    taken = her_gp.post(
        f"/person/{person}/entries/{given}/take-back/", {"why": "It was another Margaret"}
    )
    after = page(her_gp, person)

    assert written.status_code == 302
    assert "Rang her daughter" in text and "Entered here" in text
    assert taken.status_code == 302
    assert "Rang her daughter" in after and "line--withdrawn" in after


def test_what_a_partner_said_cannot_be_taken_back_here(her_gp: Client, practice: str) -> None:
    person = margaret_arrives(entry(EntryKind.CONDITION, "Asthma"), practice=practice)
    given = her_gp.get(f"/person/{person}/timeline.json").json()["entries"][0]["id"]

    answer = her_gp.get(f"/person/{person}/entries/{given}/take-back/")

    assert answer.status_code == 404


def test_a_stranger_takes_back_nothing(her_gp: Client, practice: str) -> None:
    person = margaret_arrives(practice=practice)
    her_gp.post(f"/person/{person}/entries/add/", {"kind": "note", "title": "Rang her daughter"})
    written = her_gp.get(f"/person/{person}/timeline.json").json()["entries"][0]["id"]
    stranger = signed_in(Role.SOCIAL_WORKER)

    answer = stranger.post(f"/person/{person}/entries/{written}/take-back/", {"why": "Not mine"})

    assert answer.status_code == 404
    assert "line--withdrawn" not in page(her_gp, person)


def test_an_empty_note_says_what_is_missing(her_gp: Client, practice: str) -> None:
    person = margaret_arrives(practice=practice)

    text = her_gp.post(f"/person/{person}/entries/add/", {"kind": "note"}).content.decode()

    assert "Say in a few words what it is." in text


def test_a_stranger_writes_into_no_record() -> None:
    person = margaret_arrives()
    stranger = signed_in(Role.SOCIAL_WORKER)

    answer = stranger.post(
        f"/person/{person}/entries/add/", {"kind": "note", "title": "Not mine to write"}
    )

    assert answer.status_code == 404


# --- found in the search box ----------------------------------------------------------------------
def test_a_person_is_found_with_why_the_record_may_be_opened(steward: Client) -> None:
    person = margaret_arrives()

    found = steward.post("/search/", {"words": "Okafor Margaret"}).content.decode()
    suggested = steward.post("/search/suggestions/", {"words": "okafor"}).content.decode()

    assert f'href="/person/{person}/"' in found
    assert "You may open it: putting records together correctly" in found
    assert f'href="/person/{person}/"' in suggested


def test_who_has_no_reason_finds_nobody_and_is_told_how_to_look_somebody_up() -> None:
    person = margaret_arrives()
    stranger = signed_in(Role.SOCIAL_WORKER)

    found = stranger.post("/search/", {"words": "Okafor Margaret"}).content.decode()

    assert "Nobody among the people you may open." in found
    assert 'href="/look-up/"' in found
    assert "Margaret Okafor" not in found
    assert str(person) not in found


def test_the_first_letters_look_for_nobody(steward: Client) -> None:
    margaret_arrives()

    suggested = steward.post("/search/suggestions/", {"words": "oka"}).content.decode()

    assert "Okafor" not in suggested

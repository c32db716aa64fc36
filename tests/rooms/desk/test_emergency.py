"""Emergency access and the officers' pages: opened, told, reviewed, and asked about."""

import re
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection
from django.test import Client

from oneplace.access.guard import HAT_IN_SESSION, PROVEN_BY_PROVIDER
from oneplace.access.models import (
    AuditEntry,
    Barrier,
    EmergencyAccess,
    Hat,
    LookQuestion,
    OwnRecord,
    Relationship,
    SourceOwner,
    UnusualAccess,
    UnusualKind,
)
from oneplace.access.queries import looks
from oneplace.access.viewer import Viewer, load_viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.desk import jobs, officer_cards
from oneplace.desk.presenters.looks import OwnLooksPage
from oneplace.desk.queries import officer as queries
from oneplace.desk.queries.unusual import unusual_looks
from oneplace.feeds import reading
from oneplace.partners.models import Organisation
from oneplace.people.verbs.emergency import look_up_in_emergency
from oneplace.post import verbs as post
from oneplace.post.models import Channel, Message
from oneplace.vocabulary.terms import AccountKind, BarrierKind, Role
from tests.database import as_role
from tests.factories import bring_in_place, make_account, make_hat, viewer_in
from tests.rooms.desk.saying import AT, margaret_arrives
from tests.rooms.people.saying import HOME, NUMBER, PHONE, margaret, say

pytestmark = pytest.mark.django_db
NOW = [AT]
GIVEN = {
    "ground": "cannot_say",
    "reason": "She has collapsed at the day centre and cannot speak.",
    "minutes": "30",
}


@pytest.fixture(autouse=True)
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Know the tests' reader by its name, hold the clock, and have the partners."""
    readers = {**reading.READERS, "from_memory": "tests.rooms.records.arriving:READER"}
    monkeypatch.setattr(reading, "READERS", readers)
    monkeypatch.setattr("oneplace.kit.clock.now", lambda: NOW[0])
    NOW[0] = AT
    bring_in_place()
    yield


def come_in(hat: Hat) -> Client:
    """A browser in which somebody wears this hat."""
    client = Client()
    client.force_login(hat.account)
    session = client.session
    session[HAT_IN_SESSION] = str(hat.pk)
    session[PROVEN_BY_PROVIDER] = True
    session.save()
    return client


@pytest.fixture
def nurse() -> Hat:
    """A nurse with no reason, until now, to know Margaret."""
    return make_hat(Role.COMMUNITY_NURSE, account=make_account(name="Nia Nurse"))


@pytest.fixture
def officer() -> Hat:
    """An information governance officer."""
    return make_hat(Role.IG_OFFICER, account=make_account(name="Olu Officer"))


@pytest.fixture
def person() -> uuid.UUID:
    """Margaret, whose practice shares where she lives."""
    found = margaret_arrives()
    with as_role(DatabaseRole.LOADER):
        host = Organisation.objects.get(code=settings.PLACE.practices[0].code)
        for owner in ("practice", "hospital"):
            SourceOwner.objects.update_or_create(owner=owner, defaults={"organisation": host})
    return found


def opened(nurse: Hat, person: uuid.UUID, **changes: Any) -> EmergencyAccess:
    """Margaret's record, opened in an emergency through the page."""
    answer = come_in(nurse).post(f"/person/{person}/emergency/", {**GIVEN, **changes})
    assert answer.status_code == 302, _problems(answer)
    with as_role(DatabaseRole.LOADER):
        return EmergencyAccess.objects.get(person_id=person)


def _main(answer: Any) -> str:
    text = str(answer.content.decode())
    return text[text.index("<main") : text.index("</main>")]


def _problems(answer: Any) -> list[str]:
    form = answer.context["form"]
    return [str(problem) for problems in form.errors.values() for problem in problems]


def _plain(answer: Any) -> str:
    text = re.sub(r'(nonce|csrfmiddlewaretoken" value|value)="[^"]*"', "", _main(answer))
    return re.sub(r"\s+", " ", text)


def _all(model: Any, **given: Any) -> list[Any]:
    with as_role(DatabaseRole.LOADER):
        return list(model.objects.filter(**given))


# --- opening --------------------------------------------------------------------------------------
def test_a_record_that_was_closed_opens_at_once_and_closes_by_itself(
    nurse: Hat, person: uuid.UUID
) -> None:
    browser = come_in(nurse)
    before = browser.get(f"/person/{person}/").status_code

    emergency = opened(nurse, person)
    during = browser.get(f"/person/{person}/").status_code
    NOW[0] = emergency.ends_at
    after = browser.get(f"/person/{person}/").status_code

    assert (before, during, after) == (404, 200, 404)


def test_it_opens_by_a_number_typed_with_a_reason_and_shows_on_my_day_until_it_is_ended(
    nurse: Hat, person: uuid.UUID
) -> None:
    browser = come_in(nurse)

    answer = browser.post("/emergency/", {**GIVEN, "nhs_number": "999 000 0018"})
    day = _main(browser.get("/my-day/"))
    (emergency,) = _all(EmergencyAccess)
    browser.post(f"/emergency/{emergency.pk}/end/")

    assert answer["Location"] == f"/person/{person}/"
    assert "A record is open to you in an emergency" in day
    assert browser.get(f"/person/{person}/").status_code == 404


def test_nobody_by_this_number_and_a_sealed_record_answer_alike(
    nurse: Hat, person: uuid.UUID
) -> None:
    with as_role(DatabaseRole.LOADER):
        Barrier(person_id=person, kind=BarrierKind.SEALED, source="test", starts_at=AT).save(
            force_insert=True
        )
    browser = come_in(nurse)

    sealed = browser.post("/emergency/", {**GIVEN, "nhs_number": NUMBER})
    nobody = browser.post("/emergency/", {**GIVEN, "nhs_number": "9990000026"})

    assert "No record opens this way" in _main(sealed)
    assert _plain(sealed) == _plain(nobody)
    assert sealed.status_code == nobody.status_code
    assert _all(EmergencyAccess) == []


def test_what_is_missing_is_said_beside_its_field(nurse: Hat, person: uuid.UUID) -> None:
    browser = come_in(nurse)

    empty = _main(browser.post(f"/person/{person}/emergency/", {"minutes": "30"}))
    short = _main(browser.post(f"/person/{person}/emergency/", {**GIVEN, "reason": "urgent"}))
    number = _main(browser.post("/emergency/", {**GIVEN, "nhs_number": "9990000019"}))

    assert "Choose why this cannot wait" in empty
    assert "Say in a sentence why it cannot wait" in short
    assert 'href="#id_nhs_number"' in number


def test_looking_up_in_an_emergency_is_in_the_audit_or_finds_nobody(
    nurse: Hat, person: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = viewer_in(nurse, at=AT)
    with viewing(viewer, at=AT):
        found = look_up_in_emergency(nhs_number=NUMBER, reason="Collapsed", by=viewer, at=AT)
    monkeypatch.setattr("oneplace.access.audit.record", lambda **_: None)

    with pytest.raises(DatabaseError, match="entry in the audit"), viewing(viewer, at=AT):
        look_up_in_emergency(nhs_number=NUMBER, reason="Collapsed", by=viewer, at=AT)

    assert found == person


def test_a_role_that_opens_nothing_in_an_emergency_looks_nobody_up(person: uuid.UUID) -> None:
    viewer = viewer_in(make_hat(Role.PIC))

    with pytest.raises(DatabaseError), viewing(viewer, at=AT):
        look_up_in_emergency(nhs_number=NUMBER, reason="Collapsed", by=viewer, at=AT)


# --- who is told ----------------------------------------------------------------------------------
def test_officers_and_the_person_are_written_to_in_the_same_transaction(
    nurse: Hat, officer: Hat, person: uuid.UUID
) -> None:
    emergency = opened(nurse, person)

    written = {one.channel: one for one in _all(Message, cause_id=emergency.pk)}
    notice, email, letter = (
        written[channel] for channel in (Channel.NOTICE, Channel.EMAIL, Channel.LETTER)
    )
    assert notice.recipient_id == email.recipient_id == officer.account_id
    assert notice.opens == f"/officer/emergency/{emergency.pk}/"
    assert "Okafor" not in notice.subject + notice.body + email.subject + email.body
    assert letter.person_id == person
    assert "Nia Nurse" in letter.body
    assert GIVEN["reason"] not in letter.body
    assert (emergency.officers_told, emergency.letter_id) == (1, letter.pk)


def test_no_record_opens_unless_the_officers_are_written_to(
    nurse: Hat, officer: Hat, person: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("the outbox cannot be written")

    monkeypatch.setattr(post, "write_message", fail)
    browser = come_in(nurse)
    browser.raise_request_exception = False

    answer = browser.post(f"/person/{person}/emergency/", GIVEN)

    assert answer.status_code == 500
    assert _all(EmergencyAccess) == []
    assert _all(Relationship, person_id=person, kind="emergency") == []


def test_an_officer_is_told_well_within_a_minute(
    nurse: Hat, officer: Hat, person: uuid.UUID
) -> None:
    emergency = opened(nurse, person)

    with as_role(DatabaseRole.LOADER), connection.cursor() as cursor:
        cursor.execute(
            "select max(m.not_before - e.recorded_at) from post_message m"
            " join access_emergencyaccess e on e.id = m.cause_id"
            " where m.channel in ('notice', 'email') and e.id = %s",
            [emergency.pk],
        )
        longest = cursor.fetchall()[0][0]

    assert longest < timedelta(minutes=1)


def test_the_person_is_not_written_to_where_it_would_not_be_safe(
    nurse: Hat, officer: Hat, person: uuid.UUID
) -> None:
    why = "Her son opens her letters and has hit her."

    emergency = opened(nurse, person, is_unsafe="on", unsafe_why=why)
    page = _main(come_in(officer).get(f"/officer/emergency/{emergency.pk}/"))

    assert _all(Message, channel=Channel.LETTER) == []
    assert "would not be safe" in page
    assert "Her son opens her letters" in page


def test_without_an_address_no_letter_is_written_and_the_officer_reads_why(
    nurse: Hat, officer: Hat
) -> None:
    with as_role(DatabaseRole.LOADER):
        say(margaret("practice:ZZAS06", "7", reach=(PHONE,)))
        from tests.rooms.people.saying import person_of

        person = person_of("practice:ZZAS06", "7").pk

    emergency = opened(nurse, person)
    page = _main(come_in(officer).get(f"/officer/emergency/{emergency.pk}/"))

    assert emergency.not_told_why == "No address is known, or it is kept secret."
    assert "has not been told. No address is known" in page


# --- the review -----------------------------------------------------------------------------------
def test_the_officer_sees_the_seven_facts_and_closes_it_and_the_opener_hears(
    nurse: Hat, officer: Hat, person: uuid.UUID
) -> None:
    emergency = opened(nurse, person)
    come_in(nurse).get(f"/person/{person}/health/")
    browser = come_in(officer)
    during = _main(browser.get(f"/officer/emergency/{emergency.pk}/"))
    NOW[0] = AT + timedelta(hours=2)
    home = _main(browser.get("/officer/"))
    after = _main(browser.get(f"/officer/emergency/{emergency.pk}/"))

    done = browser.post(
        f"/officer/emergency/{emergency.pk}/",
        {"outcome": "right", "words": "Spoke with the day centre: it was needed."},
    )
    listed = _main(browser.get("/officer/emergency/"))
    told = _all(Message, recipient_id=nurse.account_id, channel=Channel.NOTICE)

    for number, fact in enumerate(
        ("Who", "As what, and where", "Whose record", "Why", "When", "From where", "Who was told"),
        start=1,
    ):
        assert f"{number}. {fact}" in during
    assert "It is still open" in during
    assert "Nia Nurse" in home and "Emergency access to review" in home
    assert "Margaret Okafor" in after and GIVEN["reason"] in after
    assert "Nia Nurse opened the record" in after
    assert done.status_code == 302
    assert "Every emergency access has been reviewed" in listed
    assert [one.subject for one in told] == ["Your emergency access was reviewed"]


def test_an_officer_ends_what_should_not_be_open(
    nurse: Hat, officer: Hat, person: uuid.UUID
) -> None:
    emergency = opened(nurse, person)
    NOW[0] = AT + timedelta(minutes=3)

    come_in(officer).post(f"/officer/emergency/{emergency.pk}/end/")

    assert come_in(nurse).get(f"/person/{person}/").status_code == 404


def test_somebody_elses_emergency_does_not_exist_for_a_colleague(
    nurse: Hat, officer: Hat, person: uuid.UUID
) -> None:
    emergency = opened(nurse, person)
    colleague = come_in(make_hat(Role.GP))

    assert colleague.post(f"/emergency/{emergency.pk}/end/").status_code == 404
    assert come_in(nurse).get(f"/officer/emergency/{emergency.pk}/").status_code == 404


# --- the officers' page ---------------------------------------------------------------------------
def test_the_officers_page_says_in_words_what_will_come_where_nothing_waits(officer: Hat) -> None:
    page = _main(come_in(officer).get("/officer/"))

    for words in (
        "Every emergency access has been reviewed",
        "No question waits for an answer",
        "Nothing stands out",
        "Nobody leaves",
        "No request waits",
        "Nobody has objected",
        "Nobody’s choice was stepped over",
    ):
        assert words in page


def test_each_section_has_its_count_and_the_oldest_first(
    nurse: Hat, officer: Hat, person: uuid.UUID
) -> None:
    opened(nurse, person)
    with as_role(DatabaseRole.LOADER):
        other = margaret("practice:ZZAS06", "9", nhs_number="9990000026", family="Unger")
        say(other)
    NOW[0] = AT + timedelta(minutes=10)
    come_in(nurse).post("/emergency/", {**GIVEN, "nhs_number": "9990000026"})
    viewer = viewer_in(officer, at=NOW[0])

    with viewing(viewer, at=NOW[0]):
        (section,) = officer_cards.waiting_for(
            viewer, at=NOW[0], sections=[officer_cards.EmergenciesToReview()]
        )

    assert section.count == 2
    assert "09:40" in section.rows[0].what
    assert "09:50" in section.rows[1].what


# --- who looked -----------------------------------------------------------------------------------
def test_an_officer_asks_by_number_who_looked_and_asks_about_a_look_and_gets_an_answer(
    nurse: Hat, officer: Hat, person: uuid.UUID
) -> None:
    manager = make_hat(Role.PRACTICE_MANAGER, account=make_account(name="Mary Manager"))
    with as_role(DatabaseRole.LOADER):
        Hat.objects.filter(pk=nurse.pk).update(line_manager=manager.account)
    opened(nurse, person)
    come_in(nurse).get(f"/person/{person}/")
    browser = come_in(officer)

    found = browser.post(
        "/officer/who-looked/", {"nhs_number": NUMBER, "why": "Margaret asked on 10 March"}
    )
    page = _main(browser.get(found["Location"]))
    ask = re.findall(r'href="([^"]+/ask/)"', page)[-1]
    browser.post(ask, {"words": "Who sent you to the day centre?"})
    (question,) = _all(LookQuestion)
    address = f"/looks/questions/{question.pk}/"
    asked = come_in(manager)
    form = _main(asked.get(address))
    asked.post(address, {"words": "She was on the rota there."})
    after = _main(browser.get(found["Location"]))

    assert "Margaret Okafor" in page and "Nia Nurse" in page
    assert "they opened it in an emergency".capitalize()[1:] in page
    assert question.to_names == "Mary Manager"
    assert "Okafor" not in form
    assert "Answered" in after
    assert "Your question about a look has its answer" in {
        one.subject for one in _all(Message, recipient_id=officer.account_id)
    }
    assert _main(browser.get(address)).count("She was on the rota there.") == 1


def test_a_question_does_not_exist_for_who_is_not_asked(
    nurse: Hat, officer: Hat, person: uuid.UUID
) -> None:
    make_hat(Role.IG_OFFICER, account=make_account(name="Ida Officer"))
    opened(nurse, person)
    browser = come_in(officer)
    page = _main(browser.get(f"/officer/who-looked/{person}/"))
    browser.post(re.findall(r'href="([^"]+/ask/)"', page)[0], {"words": "Why?"})
    (question,) = _all(LookQuestion)

    answers = [
        come_in(make_hat(Role.GP)).get(f"/looks/questions/{question.pk}/").status_code,
        come_in(nurse).get(f"/looks/questions/{question.pk}/").status_code,
    ]

    assert answers == [404, 404]


def test_a_person_nobody_knows_has_no_page_of_who_looked(officer: Hat) -> None:
    browser = come_in(officer)

    unknown = browser.get(f"/officer/who-looked/{uuid.uuid4()}/")
    number = browser.post("/officer/who-looked/", {"nhs_number": NUMBER, "why": "Asked"})

    assert unknown.status_code == 404
    assert "Nobody known here has this number" in _main(number)


def test_the_officers_own_asking_is_in_the_audit_with_its_reason(
    nurse: Hat, officer: Hat, person: uuid.UUID
) -> None:
    come_in(officer).post("/officer/who-looked/", {"nhs_number": NUMBER, "why": "She asked"})

    (entry,) = _all(AuditEntry, action="see_looks", person_id=person)
    assert entry.reason == "She asked"


def test_the_person_reads_in_plain_words_who_looked_at_their_own_record(
    nurse: Hat, officer: Hat, person: uuid.UUID
) -> None:
    opened(nurse, person)
    come_in(nurse).get(f"/person/{person}/")
    account = make_account(AccountKind.RESIDENT, "Peggy")
    with as_role(DatabaseRole.LOADER):
        OwnRecord(account=account, person_id=person, confirmed_at=AT).save(force_insert=True)
    herself = load_viewer(account.pk, None, at=AT)
    assert herself is not None

    with viewing(herself, at=AT):
        page = OwnLooksPage.of(
            looks.looks(person, viewer=herself), [], account_id=herself.account_id
        )

    said = [line.sentence for line in page.lines]
    assert any(
        one.startswith("Nia Nurse, ")
        and "opened your record" in one
        and "on 12 March 2026, 09:40" in one
        and "They could because they opened it in an emergency" in one
        for one in said
    ), said
    assert page.by_itself >= 0


@pytest.mark.parametrize("page", ["emergency/", "sharing/told/", ""])
def test_who_looked_shows_a_page_about_the_person_though_nothing_was_sent_or_shown(
    nurse: Hat, officer: Hat, person: uuid.UUID, page: str
) -> None:
    come_in(nurse).get(f"/person/{person}/{page}")

    looked = _main(come_in(officer).get(f"/officer/who-looked/{person}/")).lower()

    assert looked.count("opened a page about the person") == 1
    assert ("tried and was refused" in looked) == (page != "emergency/")
    (opened, *_) = _all(AuditEntry, account_id=nurse.account_id, person_id=person)
    assert (opened.person_id, opened.subject_kind) == (person, "person_id")


def test_a_record_opened_is_said_once_and_counted_once(
    nurse: Hat, officer: Hat, person: uuid.UUID
) -> None:
    opened(nurse, person)
    for _ in range(2):
        come_in(nurse).get(f"/person/{person}/")
    viewer = viewer_in(officer, at=AT)

    with viewing(viewer, at=AT):
        found = [one for one in looks.looks(person, viewer=viewer) if "see_record" in one.actions]

    seen = _all(AuditEntry, account_id=nurse.account_id, person_id=person, reason="")
    assert [one.times for one in found] == [
        len([one for one in seen if one.subject_kind != "person_id"])
    ]
    assert "a page about" not in OwnLooksPage.of(found, [], account_id=None).lines[0].did


def test_asking_who_looked_at_nobody_finds_no_page_however_often_it_is_asked(
    officer: Hat,
) -> None:
    browser, nobody = come_in(officer), uuid.uuid4()

    answers = [browser.get(f"/officer/who-looked/{nobody}/").status_code for _ in range(2)]

    assert answers == [404, 404]


# --- looks out of the ordinary --------------------------------------------------------------------
def look(
    viewer: Viewer,
    person_id: uuid.UUID | None,
    at: datetime,
    action: str = "see_record",
    shown: list[uuid.UUID] | None = None,
) -> None:
    """A look at a record, or a list, as the audit has it."""
    with as_role(DatabaseRole.LOADER), connection.cursor() as cursor:
        cursor.execute(
            "insert into access_auditentry (care_at, account_id, account_kind, hat_id, role,"
            " door, action, outcome, purpose, reason, route, subject_kind, subject_id, person_id,"
            " detail) values (%s, %s, 'staff', %s, %s, 'page', %s, 'done', 'direct_care',"
            " '', '', '', '', %s, '{}') returning id",
            [at, viewer.account_id, viewer.hat_id, viewer.role, action, person_id],
        )
        entry = cursor.fetchall()[0][0]
        cursor.execute(
            "insert into access_auditperson (entry_id, person_id) select %s, unnest(%s::uuid[])",
            [entry, shown or []],
        )


def somebody(number: int, family: str, given: str, **more: Any) -> uuid.UUID:
    """Another person."""
    from tests.rooms.people.saying import person_of

    value = str(number)
    with as_role(DatabaseRole.LOADER):
        say(
            margaret(
                "practice:ZZAS06",
                value,
                family=family,
                given=given,
                nhs_number="",
                is_nhs_number_sound=False,
                born_on=datetime(1950 + number, 1, 1).date(),  # noqa: DTZ001 - a date
                **{"reach": (), **more},
            )
        )
        found: uuid.UUID = person_of("practice:ZZAS06", value).pk
        return found


def found_by_the_job() -> list[UnusualAccess]:
    """What the job keeps."""
    with as_role(DatabaseRole.LOADER):
        jobs.find_unusual_looks(0)
        return list(UnusualAccess.objects.order_by("kind"))


def at_hour(hour: int) -> datetime:
    """Today at an hour."""
    return AT.replace(hour=hour, minute=0)


def test_the_job_finds_ones_own_record_ones_family_name_and_ones_address() -> None:
    worker = viewer_in(make_hat(Role.GP, account=make_account(name="Zelda Quillfeather")))
    own = somebody(11, "Quillfeather", "Zelda", reach=(HOME,))
    cousin = somebody(12, "Quillfeather", "Otto")
    flatmate = somebody(13, "Smith", "Ann", reach=(HOME,))
    stranger = somebody(14, "Smith", "Bob")
    for person_id in (own, cousin, flatmate, stranger):
        look(worker, person_id, at_hour(9))
    NOW[0] = at_hour(12)

    found = {(one.kind, one.person_id) for one in found_by_the_job()}

    assert found == {
        (UnusualKind.OWN_RECORD, own),
        (UnusualKind.FAMILY_NAME, cousin),
        (UnusualKind.SAME_ADDRESS, flatmate),
    }


def test_a_common_family_name_is_not_asked_about() -> None:
    worker = viewer_in(make_hat(Role.GP, account=make_account(name="Jo Smith")))
    smiths = [somebody(20 + n, "Smith", f"Given{chr(65 + n)}") for n in range(12)]
    look(worker, smiths[0], at_hour(9))
    NOW[0] = at_hour(12)

    assert found_by_the_job() == []


def test_the_job_finds_hours_outside_the_usual_ones() -> None:
    worker = viewer_in(make_hat(Role.GP, account=make_account(name="Ann Early")))
    person_id = somebody(40, "Other", "Person")
    for day in range(3, 12):
        for hour in (9, 12, 16):
            look(worker, person_id, at_hour(hour) - timedelta(days=day))
    look(worker, person_id, at_hour(10))
    NOW[0] = at_hour(23)
    before = found_by_the_job()
    look(worker, person_id, at_hour(22))

    (after,) = found_by_the_job()

    assert before == []
    assert (after.kind, after.looks) == (UnusualKind.ODD_HOURS, 1)
    assert "between 08:00 and 17:00" in after.words


def test_the_job_finds_many_people_with_whom_nothing_connects_the_worker() -> None:
    usual = [viewer_in(make_hat(Role.GP)) for _ in range(3)]
    curious = viewer_in(make_hat(Role.GP, account=make_account(name="Cora Curious")))
    related = [uuid.uuid4() for _ in range(80)]
    with as_role(DatabaseRole.LOADER):
        Relationship.objects.bulk_create(
            Relationship(
                person_id=one,
                party_id=usual[0].hat_id,
                kind="caseload",
                source="test",
                starts_at=AT - timedelta(days=9),
            )
            for one in related
        )
    look(usual[0], None, at_hour(9), "find_people", related)
    for viewer in usual:
        look(viewer, None, at_hour(9), "find_people", [uuid.uuid4() for _ in range(8)])
    look(curious, None, at_hour(9), "find_people", [uuid.uuid4() for _ in range(60)])
    NOW[0] = at_hour(12)

    (found,) = found_by_the_job()

    assert (found.kind, found.account_name, found.looks) == (
        UnusualKind.MANY_UNRELATED,
        "Cora Curious",
        60,
    )


def test_an_officer_looks_into_what_stands_out(officer: Hat) -> None:
    worker = viewer_in(make_hat(Role.GP, account=make_account(name="Zelda Quillfeather")))
    look(worker, somebody(12, "Quillfeather", "Otto"), at_hour(9))
    NOW[0] = at_hour(12)
    (found,) = found_by_the_job()
    browser = come_in(officer)
    home = _main(browser.get("/officer/"))
    listed = _main(browser.get("/officer/unusual/"))
    one = _main(browser.get(f"/officer/unusual/{found.pk}/"))

    browser.post(
        f"/officer/unusual/{found.pk}/", {"outcome": "chance", "words": "No relation of hers."}
    )
    after = _main(browser.get("/officer/unusual/"))

    assert "Zelda Quillfeather" in home
    assert "Otto Quillfeather" in listed
    assert "which 1 person here has" in one
    assert "Nothing stands out" in after and "Chance" in after


# --- strangers ------------------------------------------------------------------------------------
def _stranger() -> Viewer:
    return viewer_in(make_hat(Role.ANALYST))


@pytest.mark.parametrize(
    "query", ["named", "person_of_number", "envelope", "recorded_by", "unusual_looks"]
)
def test_a_stranger_is_told_nothing(person: uuid.UUID, query: str) -> None:
    viewer = _stranger()
    asks: dict[str, Callable[[], object]] = {
        "named": lambda: queries.named([person], viewer=viewer),
        "person_of_number": lambda: queries.person_of_number(NUMBER, viewer=viewer),
        "envelope": lambda: queries.envelope(person, viewer=viewer, on=AT.date()),
        "recorded_by": lambda: queries.recorded_by(person, viewer=viewer),
        "unusual_looks": lambda: unusual_looks(
            viewer=viewer, since=AT - timedelta(days=2), until=AT + timedelta(days=1)
        ),
    }

    with viewing(viewer, at=AT):
        assert not asks[query]()

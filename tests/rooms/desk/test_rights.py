"""Requests of people about their own data, from the letter to the copy in their hand."""

import re
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.test import Client

from oneplace.access.guard import HAT_IN_SESSION, PROVEN_BY_PROVIDER
from oneplace.access.models import (
    Account,
    AuditEntry,
    Hat,
    OwnRecord,
    Relationship,
    RetentionDue,
    Right,
    RightCopy,
    SourceOwner,
)
from oneplace.access.models.right import RightState
from oneplace.config.database import Role as DatabaseRole
from oneplace.desk import jobs as desk_jobs
from oneplace.partners import verbs as partners
from oneplace.partners.models import Organisation, Post
from oneplace.partners.verbs import WantedPost
from oneplace.records import jobs
from oneplace.records.models import Entry, OwnWords
from oneplace.vocabulary.terms import EntryKind, RelationshipKind, Role
from tests.database import as_role
from tests.factories import LOADER, bring_in_place, make_account, make_hat
from tests.rooms.desk.saying import entry, margaret_arrives
from tests.rooms.people.conftest import read_from_memory  # noqa: F401 - a fixture
from tests.rooms.people.saying import HOSPITAL, NUMBER

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 12, 9, 40, tzinfo=UTC)
PARTNER, OTHER_PARTNER = "hospital_trust", "council"


@pytest.fixture(autouse=True)
def still_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is that Thursday morning."""
    monkeypatch.setattr("oneplace.kit.clock.now", lambda: AT)


def officer(name: str, *, of: str = PARTNER) -> tuple[Client, Account]:
    """An information governance officer of a partner, signed in."""
    account = make_account(name=name)
    with as_role(DatabaseRole.LOADER):
        from django.conf import settings

        wanted = WantedPost(role=Role.IG_OFFICER, organisation_code=of, title=f"Officer {name}")
        post = partners.open_posts(wanted=[wanted], place=settings.PLACE, by=LOADER, at=AT)[wanted]
        hat = Hat(
            account=account,
            post=post,
            employer=post.organisation,
            starts_on=AT.date().replace(year=2024),
            source="test",
        )
        hat.save(force_insert=True)
    client = Client()
    client.force_login(account)
    session = client.session
    session[HAT_IN_SESSION] = str(hat.pk)
    session[PROVEN_BY_PROVIDER] = True
    session.save()
    return client, account


@pytest.fixture
def margaret() -> uuid.UUID:
    """Margaret with what the hospital and the practice say of her; the hospital owns its feed."""
    bring_in_place()
    with as_role(DatabaseRole.LOADER):
        SourceOwner.objects.update_or_create(
            owner="hospital",
            defaults={"organisation": Organisation.objects.get(code=PARTNER)},
        )
    found = margaret_arrives(
        entry(
            EntryKind.NOTE,
            "Seen at home",
            authority=HOSPITAL,
            value="H1",
            words="Her daughter Ada told me in confidence that she is tired. Walks with a stick.",
        ),
        entry(
            EntryKind.TIE,
            "Next of kin",
            authority=HOSPITAL,
            value="H1",
            detail={"name": "Ada Okafor", "relationship": "daughter"},
        ),
        entry(EntryKind.CONDITION, "Osteoarthritis", authority=HOSPITAL, value="H1"),
        entry(EntryKind.CONDITION, "High blood pressure"),
    )
    return found


def received(client: Client, **changed: str) -> Right:
    """A request written down on its page."""
    given = {
        "kind": "access",
        "asker_name": "Margaret Okafor",
        "asker_is": "person",
        "words": "Everything you have about me, please.",
        "came_by": "letter",
        "received_on_day": "10",
        "received_on_month": "3",
        "received_on_year": "2026",
        **changed,
    }
    answer = client.post("/rights/receive/", given)
    assert answer.status_code == 302, said(answer)[:1500]
    with as_role(DatabaseRole.LOADER):
        return Right.objects.order_by("-id").first()  # type: ignore[return-value]


def identified(client: Client, right: Right, **changed: str) -> None:
    """Identity checked on its page."""
    given = {"number": NUMBER, "how": "Passport seen", "covers": "own", "confirm": "yes"}
    answer = client.post(f"/rights/{right.pk}/identity/", {**given, **changed})
    assert answer.status_code == 302, said(answer)[:1500]


def state(right: Right) -> RightState:
    """Where a request stands."""
    with as_role(DatabaseRole.LOADER):
        return RightState(Right.objects.get(pk=right.pk).state)


def said(answer: Any) -> str:
    """A page's words."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def items_on(answer: Any) -> list[tuple[str, str]]:
    """The items of a review page with their titles."""
    text = answer.content.decode()
    titles = re.findall(r"<h2>(.*?) <span class=\"count\">", text)
    keys = dict.fromkeys(re.findall(r'name="([0-9a-f-]{36})-decision"', text))
    return list(zip(keys, titles, strict=True))


def test_a_request_comes_by_letter_and_ends_as_a_copy_in_her_hand(margaret: uuid.UUID) -> None:
    first, _ = officer("Olive Officer")
    second, _ = officer("Sam Second")

    right = received(first)
    assert "Due 10 April 2026" in said(first.get(f"/rights/{right.pk}/"))
    found = first.post(f"/rights/{right.pk}/identity/", {"number": NUMBER})
    assert "Margaret Okafor" in said(found)
    identified(first, right)
    assert "Gather what" in said(first.get(f"/rights/{right.pk}/"))
    first.post(f"/rights/{right.pk}/gather/")
    assert "Review the items" in said(first.get(f"/rights/{right.pk}/"))
    review = first.get(f"/rights/{right.pk}/review/")
    assert "High blood pressure" not in said(review)
    items = items_on(review)
    assert {title for _, title in items[:2]} == {"Seen at home", "Next of kin"}
    first.post(f"/rights/{right.pk}/review/done/")
    assert state(right) is RightState.GATHERED
    decided = {}
    for key, title in items:
        if title == "Seen at home":
            decided |= {
                f"{key}-decision": "black_out",
                f"{key}-black": "daughter\nAda\ntold me in confidence",
                f"{key}-reason": "Told in confidence by somebody else",
            }
        elif title == "Next of kin":
            decided |= {
                f"{key}-decision": "withhold",
                f"{key}-reason": "About her daughter, who was not asked",
            }
    assert first.post(f"/rights/{right.pk}/review/?page=1", decided).status_code == 302
    first.post(f"/rights/{right.pk}/review/done/")
    assert state(right) is RightState.REVIEWED
    assert "You reviewed it yourself" in said(first.get(f"/rights/{right.pk}/"))
    assert "I have read it and sign" in said(second.get(f"/rights/{right.pk}/"))
    first.post(f"/rights/{right.pk}/sign/")
    assert state(right) is RightState.REVIEWED, "nobody signs their own review"
    second.post(f"/rights/{right.pk}/sign/")
    assert state(right) is RightState.SIGNED
    first.post(f"/rights/{right.pk}/make/")
    assert state(right) is RightState.MADE

    pdf = first.get(f"/rights/{right.pk}/copy/pdf/")
    data = orjson.loads(first.get(f"/rights/{right.pk}/copy/json/").content)
    assert pdf.content.startswith(b"%PDF")
    titles = [one["title"] for one in data["entries"]]
    assert "Osteoarthritis" in titles and "Next of kin" not in titles
    note = next(one for one in data["entries"] if one["title"] == "Seen at home")
    assert "Ada" not in note["words"] and "Walks with a stick" in note["words"]
    assert note["recorded_by_partner"] and note["starts_at"]
    assert b"Ada" not in first.get(f"/rights/{right.pk}/copy/json/").content
    done = first.post(
        f"/rights/{right.pk}/hand-over/", {"how": "in_hand", "to": "Margaret, at the front desk"}
    )
    assert done.status_code == 302
    assert state(right) is RightState.HANDED_OVER
    with as_role(DatabaseRole.LOADER):
        noted = set(AuditEntry.objects.filter(person_id=margaret).values_list("action", flat=True))
    assert {"confirm_identity", "see_asked_for", "gather_right", "finish_review", "sign_right",
            "keep_copies", "take_copy", "hand_over_right"} <= noted  # fmt: skip


def test_whose_record_it_is_is_told_to_who_handles_the_request_alone(margaret: uuid.UUID) -> None:
    """`people.asked_for` answers an officer about a request, and nobody else."""
    first, account = officer("Olive Officer")
    right = received(first)
    elsewhere, _ = officer("Olga Other", of=OTHER_PARTNER)

    two = first.post(
        f"/rights/{right.pk}/identity/",
        {"family": "okafor", "born_on_day": "12", "born_on_month": "5", "born_on_year": "1943"},
    )
    wrong = first.post(f"/rights/{right.pk}/identity/", {"number": "9990000026"})
    hidden = elsewhere.post(f"/rights/{right.pk}/identity/", {"number": NUMBER})
    with as_role(DatabaseRole.LOADER):
        OwnRecord.objects.create(account=account, person_id=margaret, confirmed_at=AT)
    own = first.post(f"/rights/{right.pk}/identity/", {"number": NUMBER})

    assert "Is it this person?" in said(two) and "Margaret Okafor" in said(two)
    assert "Nobody, or more than one person, fits" in said(wrong)
    assert hidden.status_code == 404
    assert "Is it this person?" not in said(own)


def test_pages_of_requests_ask_the_database_a_few_things_only(
    margaret: uuid.UUID, django_assert_max_num_queries: Any
) -> None:
    first, _ = officer("Olive Officer")
    second, _ = officer("Sam Second")
    right = received(first)
    identified(first, right)
    first.post(f"/rights/{right.pk}/gather/")
    assert second is not None

    for address, most in (("/rights/", 10), (f"/rights/{right.pk}/", 12),
                          (f"/rights/{right.pk}/review/", 12)):  # fmt: skip
        with django_assert_max_num_queries(most):
            assert first.get(address).status_code == 200


def test_a_link_and_its_code_open_the_copy_to_whoever_has_both(margaret: uuid.UUID) -> None:
    first, _ = officer("Olive Officer")
    second, _ = officer("Sam Second")
    right = received(first)
    identified(first, right)
    first.post(f"/rights/{right.pk}/gather/")
    keys = [key for key, _ in items_on(first.get(f"/rights/{right.pk}/review/"))]
    first.post(f"/rights/{right.pk}/review/", {f"{key}-decision": "keep" for key in keys})
    first.post(f"/rights/{right.pk}/review/done/")
    second.post(f"/rights/{right.pk}/sign/")
    first.post(f"/rights/{right.pk}/make/")

    page = first.post(f"/rights/{right.pk}/hand-over/", {"how": "link", "to": "Her telephone"})
    words = said(page)
    path = re.search(r"/your-copy/[\w-]+/", words)
    code = re.search(r"Its code ([A-Z0-9]{4} [A-Z0-9]{4})", words)
    assert path and code
    anybody = Client()
    wrong = anybody.post(path[0], {"code": "AAAA AAAA"})
    pdf = anybody.post(path[0], {"code": code[1].lower()})
    data = anybody.post(path[0], {"code": code[1], "json": "yes"})

    assert "does not open this link" in said(wrong)
    assert pdf.content.startswith(b"%PDF")
    assert orjson.loads(data.content)["about"]["request"] == right.reference
    assert "no-store" in pdf.headers["Cache-Control"]
    with as_role(DatabaseRole.LOADER):
        assert AuditEntry.objects.filter(action="open_right_link").count() == 2
        assert RightCopy.objects.filter(right=right).count() == 2


def chosen(client: Client, right: Right, title: str, **given: str) -> None:
    """An entry chosen on the page of a request."""
    page = client.get(f"/rights/{right.pk}/entries/").content.decode()
    row = next(part for part in page.split("<tr>") if f'row">{title}<' in part)
    key = re.search(r'value="([0-9a-f-]{36})"', row)
    assert key
    answer = client.post(f"/rights/{right.pk}/entries/", {"entries": key[1], **given})
    assert answer.status_code == 302, said(answer)[:1500]


def test_what_is_not_put_right_has_her_own_words_beside_it(margaret: uuid.UUID) -> None:
    first, _ = officer("Olive Officer")
    right = received(first, kind="correction", words="I never had that.")
    identified(first, right)

    chosen(first, right, "Osteoarthritis", why="She says it was gout.")
    assert state(right) is RightState.ASKED
    first.post(f"/rights/{right.pk}/answer/", {"is_agreed": "no", "why": "The X-ray shows it"})
    assert state(right) is RightState.DECLINED
    first.post(f"/rights/{right.pk}/own-words/", {"words": "It is gout and always was."})

    assert state(right) is RightState.DONE
    with as_role(DatabaseRole.LOADER):
        words = OwnWords.objects.get()
    assert (words.words, words.said_by) == ("It is gout and always was.", "Margaret Okafor")


def test_use_of_an_entry_stops_and_goes_on(margaret: uuid.UUID) -> None:
    first, _ = officer("Olive Officer")
    right = received(first, kind="restriction", words="Do not use this until it is checked.")
    identified(first, right)

    chosen(first, right, "Osteoarthritis", why="Whether it is true is looked into")
    with as_role(DatabaseRole.LOADER):
        during = Entry.objects.get(title="Osteoarthritis").part
    first.post(f"/rights/{right.pk}/lift/", {"why": "It is true"})
    with as_role(DatabaseRole.LOADER):
        after = Entry.objects.get(title="Osteoarthritis").part

    assert (during, after) == ("protected", "health")
    assert state(right) is RightState.DONE


def test_an_erasure_is_proposed_signed_by_another_and_carried_out(
    margaret: uuid.UUID, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("django.conf.settings.DATA_FOLDER", tmp_path)
    first, _ = officer("Olive Officer")
    second, _ = officer("Sam Second")
    right = received(first, kind="erasure", words="That is another Margaret.")
    identified(first, right)

    chosen(first, right, "Osteoarthritis", ground="unlawful", why="About another Margaret")
    first.post(f"/rights/{right.pk}/sign/")
    assert state(right) is RightState.REVIEWED
    second.post(f"/rights/{right.pk}/sign/")
    assert state(right) is RightState.SIGNED
    with as_role(DatabaseRole.LOADER):
        jobs.erase_entries(str(right.pk))
    page = said(first.get(f"/rights/{right.pk}/"))

    assert state(right) is RightState.DONE
    assert "Certificate E-" in page and "Osteoarthritis" not in page
    with as_role(DatabaseRole.LOADER):
        assert not Entry.objects.filter(title="Osteoarthritis").exists()


def test_somebody_who_looks_after_her_writes_her_own_words_beside_an_entry(
    margaret: uuid.UUID,
) -> None:
    with as_role(DatabaseRole.LOADER):
        held = Entry.objects.get(title="Osteoarthritis")
        hospital = Organisation.objects.get(code=PARTNER)
    hat = make_hat(Role.THERAPIST)
    with as_role(DatabaseRole.LOADER):
        Post.objects.filter(pk=hat.post_id).update(organisation=hospital)
        Relationship.objects.create(
            person_id=margaret,
            party_id=hat.pk,
            kind=RelationshipKind.CASELOAD,
            source="test",
            starts_at=AT,
        )
    client = Client()
    client.force_login(hat.account)
    session = client.session
    session[HAT_IN_SESSION] = str(hat.pk)
    session[PROVEN_BY_PROVIDER] = True
    session.save()

    here = f"/person/{margaret}/entries/{held.pk}/"
    assert client.get(f"{here}own-words/").status_code == 200
    client.post(f"{here}own-words/", {"words": "It is gout.", "said_by": "Margaret Okafor"})
    page = said(client.get(here))

    assert "It is gout." in page and "in their own words" in page


def test_what_is_kept_long_enough_is_listed_with_its_schedule(margaret: uuid.UUID) -> None:
    first, account = officer("Olive Officer")
    with as_role(DatabaseRole.LOADER):
        due = RetentionDue.objects.create(
            person_id=margaret,
            organisation=Organisation.objects.get(code=PARTNER),
            rule="adult",
            last_on=AT.date().replace(year=2016),
            due_on=AT.date().replace(year=2024),
            found_at=AT,
        )
    assert account is not None

    page = said(first.get("/rights/retention/"))
    first.post(f"/rights/retention/{due.pk}/hold/", {"kind": "inquiry", "why": "An inquest"})
    held = said(first.get("/rights/retention/"))

    assert "Margaret Okafor" in page and "8 years after the last entry" in page
    assert "A public inquiry or an inquest" in held and "An inquest" in held


def test_a_long_copy_is_made_in_the_background(
    margaret: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oneplace.desk.rights_making.MOST_AT_ONCE", 1)
    first, _ = officer("Olive Officer")
    second, _ = officer("Sam Second")
    right = received(first)
    identified(first, right)
    first.post(f"/rights/{right.pk}/gather/")
    keys = [key for key, _ in items_on(first.get(f"/rights/{right.pk}/review/"))]
    first.post(f"/rights/{right.pk}/review/", {f"{key}-decision": "keep" for key in keys})
    first.post(f"/rights/{right.pk}/review/done/")
    second.post(f"/rights/{right.pk}/sign/")

    first.post(f"/rights/{right.pk}/make/")
    waiting = said(first.get(f"/rights/{right.pk}/"))
    with as_role(DatabaseRole.LOADER):
        organisation = Right.objects.get(pk=right.pk).organisation_id
        desk_jobs.make_copy(str(right.pk), str(organisation))

    assert "The copy is being made. Look again" in waiting
    assert state(right) is RightState.MADE
    assert first.get(f"/rights/{right.pk}/copy/pdf/").content.startswith(b"%PDF")

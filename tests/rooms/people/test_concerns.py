"""A worry about somebody's safety: to the team on duty at once, and to nobody else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from oneplace.access.guard import HAT_IN_SESSION, PROVEN_BY_PROVIDER
from oneplace.access.models import AuditEntry, Barrier, Relationship
from oneplace.access.viewer import NOBODY, Viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.desk.cards import rows_for
from oneplace.kit import clock as care_clock
from oneplace.kit.refusals import Refused
from oneplace.partners.models import Post, Team
from oneplace.people import jobs, queries, verbs
from oneplace.people.cards import ConcernsToReceive
from oneplace.people.models import Concern, Person, SafeNow
from oneplace.post.models import Message
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import BarrierKind, ConcernState, RelationshipKind, Role
from tests.database import as_role
from tests.factories import AT, bring_in_place, make_account, make_hat, viewer_in

pytestmark = pytest.mark.django_db
WORDS = "She flinched when her son came in, and there is no food in the house"


@pytest.fixture
def margaret(db: None) -> Person:
    """Somebody cared for."""
    bring_in_place()
    with as_role(DatabaseRole.LOADER):
        person = Person(id=new_id(), given="Margaret", family="Okafor", made_at=AT)
        person.current_id = person.pk
        person.save(force_insert=True)
    return person


@pytest.fixture
def coordinator(margaret: Person) -> Viewer:
    """Who is worried: her record opens to them."""
    return _close_to(margaret, Role.PIC, "Jo Bright")


@pytest.fixture
def on_duty(margaret: Person) -> Viewer:
    """A social worker of the team on duty; her record opens to nobody there."""
    with as_role(DatabaseRole.LOADER):
        team = Team.objects.get(key="safeguarding_adults")
        post = Post.objects.get(role=Role.SOCIAL_WORKER, teams=team)
    account = make_account(name="Sofia Reed")
    hat = make_hat(Role.SOCIAL_WORKER, account=account)
    with as_role(DatabaseRole.LOADER):
        hat.post = post
        hat.save()
    return viewer_in(hat)


def _close_to(person: Person, role: Role, name: str) -> Viewer:
    viewer = viewer_in(make_hat(role, account=make_account(name=name)))
    with as_role(DatabaseRole.LOADER):
        Relationship(
            person_id=person.pk,
            party_id=viewer.account_id or new_id(),
            kind=RelationshipKind.CASELOAD,
            source="test",
            starts_at=AT,
        ).save(force_insert=True)
    return viewer


def _raise(by: Viewer, person: Person | None, **more: Any) -> Concern:
    given: dict[str, Any] = {
        "what": WORDS,
        "who": "Margaret Okafor",
        "is_safe_now": SafeNow.NOT_SURE,
        "wishes": "To stay at home",
        **more,
    }
    with viewing(by, at=AT):
        return verbs.raise_concern(person_id=person.pk if person else None, by=by, at=AT, **given)


def _signed_in(viewer: Viewer) -> Client:
    client = Client()
    from oneplace.access.models import Account

    client.force_login(Account.objects.get(pk=viewer.account_id or ""))
    session = client.session
    session[HAT_IN_SESSION] = str(viewer.hat_id)
    session[PROVEN_BY_PROVIDER] = True
    session.save()
    return client


def test_it_reaches_the_team_on_duty_at_once_and_says_who_has_it(
    coordinator: Viewer, on_duty: Viewer, margaret: Person
) -> None:
    concern = _raise(coordinator, margaret)

    with viewing(on_duty, at=AT):
        (waits,) = queries.concerns_waiting(viewer=on_duty)
        rows = rows_for(on_duty, at=AT, cards=[ConcernsToReceive()])
        assert waits.pk == concern.pk
        assert [row.address for found in rows.values() for row in found] == [
            reverse("people:concern", args=[concern.pk])
        ]
    page = _signed_in(coordinator).get(reverse("people:concern", args=[concern.pk]))
    assert "Safeguarding adults has it" in page.content.decode()
    assert "020 7946 0252" in page.content.decode()


def test_what_leaves_the_house_names_nobody(
    coordinator: Viewer, on_duty: Viewer, margaret: Person
) -> None:
    _raise(coordinator, margaret)

    with as_role(DatabaseRole.LOADER):
        told = list(Message.objects.filter(cause_kind="concern"))
    assert {message.channel.value for message in told} == {"notice", "email"}
    for message in told:
        assert message.person_id is None
        for word in ("Margaret", "Okafor", "flinched"):
            assert word not in message.subject + message.body


def test_nothing_of_it_stands_in_the_audit_of_the_person(
    coordinator: Viewer, margaret: Person
) -> None:
    _raise(coordinator, margaret)

    with as_role(DatabaseRole.LOADER):
        assert not AuditEntry.objects.filter(
            person_id=margaret.pk, action__contains="concern"
        ).exists()
        assert AuditEntry.objects.filter(action="raise_concern").exists()


def test_whoever_may_open_the_record_sees_nothing_of_a_concern(
    coordinator: Viewer, margaret: Person
) -> None:
    concern = _raise(coordinator, margaret)
    nurse = _close_to(margaret, Role.COMMUNITY_NURSE, "Nell Okoro")

    for viewer in (nurse, NOBODY):
        with viewing(viewer, at=AT):
            assert queries.concern(concern.pk, viewer=viewer) is None
            assert list(queries.concerns(viewer=viewer)) == []
            assert list(queries.concerns_waiting(viewer=viewer)) == []
            assert list(queries.concerns_nobody_has(viewer=viewer)) == []
            assert Concern.objects.count() == 0
    page = _signed_in(nurse).get(reverse("people:concern", args=[concern.pk]))
    assert page.status_code == 404


def test_one_of_the_team_whom_a_barrier_names_does_not_read_it(
    coordinator: Viewer, on_duty: Viewer, margaret: Person
) -> None:
    concern = _raise(coordinator, margaret)
    with as_role(DatabaseRole.LOADER):
        Barrier(
            person_id=margaret.pk,
            party_id=on_duty.account_id,
            kind=BarrierKind.OWN_FAMILY,
            starts_at=AT,
        ).save(force_insert=True)

    with viewing(on_duty, at=AT):
        assert queries.concern(concern.pk, viewer=on_duty) is None


def test_the_writer_hears_that_it_was_received_and_what_the_team_says(
    coordinator: Viewer, on_duty: Viewer, margaret: Person
) -> None:
    concern = _raise(coordinator, margaret)

    with viewing(on_duty, at=AT):
        verbs.receive_concern(concern=concern, answer="We ring you at noon", by=on_duty, at=AT)
        assert list(queries.concerns_waiting(viewer=on_duty)) == []
        with pytest.raises(Refused, match="Sofia Reed has said so already"):
            verbs.receive_concern(concern=concern, by=on_duty, at=AT)

    with viewing(coordinator, at=AT):
        found = queries.concern(concern.pk, viewer=coordinator)
        assert found is not None
        assert (found.state, found.answer) == (ConcernState.RECEIVED, "We ring you at noon")


def test_only_the_team_on_duty_says_that_it_has_it(coordinator: Viewer, margaret: Person) -> None:
    concern = _raise(coordinator, margaret)

    with viewing(coordinator, at=AT), pytest.raises(Refused, match="Only the team on duty"):
        verbs.receive_concern(concern=concern, by=coordinator, at=AT)


@pytest.mark.parametrize("empty", ["what", "who"])
def test_only_an_empty_answer_holds_it_back(
    empty: str, coordinator: Viewer, margaret: Person
) -> None:
    with pytest.raises(Refused):
        _raise(coordinator, margaret, **{empty: "  "})


def test_it_goes_also_for_somebody_without_a_record(coordinator: Viewer) -> None:
    concern = _raise(coordinator, None, who="The lady at number 14")

    assert (concern.person_id, concern.team.key) == (None, "safeguarding_adults")


def test_it_is_sent_from_the_page_of_the_person(
    coordinator: Viewer, on_duty: Viewer, margaret: Person
) -> None:
    client = _signed_in(coordinator)
    address = reverse("people:raise_concern_for", args=[margaret.pk])

    shown = client.get(address)
    wrong = client.post(address, {"what": WORDS, "who": "Margaret Okafor"})
    sent = client.post(
        address, {"what": WORDS, "who": "Margaret Okafor", "is_safe_now": "no"}, follow=True
    )

    assert "I am worried about Margaret Okafor" in shown.content.decode()
    assert "I am not sure” is an answer" in wrong.content.decode()
    assert "within minutes" in sent.content.decode()
    received = _signed_in(on_duty).get(reverse("people:concerns"))
    assert "1 waits" in received.content.decode()


def test_the_team_says_on_the_page_that_it_has_it(
    coordinator: Viewer, on_duty: Viewer, margaret: Person
) -> None:
    concern = _raise(coordinator, margaret)
    client = _signed_in(on_duty)

    done = client.post(
        reverse("people:concern", args=[concern.pk]), {"answer": "On our way"}, follow=True
    )

    assert "Jo Bright has been told" in done.content.decode()
    assert "On our way" in done.content.decode()


@pytest.mark.parametrize(
    ("safe", "quiet"), [(SafeNow.NOT_SURE, 59), (SafeNow.YES, 59), (SafeNow.NO, 14)]
)
def test_what_nobody_has_received_is_told_again_once(
    safe: SafeNow, quiet: int, coordinator: Viewer, margaret: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    _raise(coordinator, margaret, is_safe_now=safe)

    def run(minutes: int) -> set[str]:
        monkeypatch.setattr(care_clock, "now", lambda: AT + timedelta(minutes=minutes))
        with as_role(DatabaseRole.LOADER):
            jobs.tell_of_concerns_again(0)
            told = list(Message.objects.filter(cause_kind="concern_again"))
        assert not any("Margaret" in message.subject + message.body for message in told)
        assert len(told) == len({(m.recipient_id, m.channel) for m in told})
        return {message.recipient_name for message in told}

    assert run(quiet) == set()
    assert run(quiet + 1) == {"Safeguarding adults", "Jo Bright"}
    assert run(quiet + 30) == {"Safeguarding adults", "Jo Bright"}


def test_what_was_received_is_not_told_again(
    coordinator: Viewer, on_duty: Viewer, margaret: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    concern = _raise(coordinator, margaret)
    with viewing(on_duty, at=AT):
        verbs.receive_concern(concern=concern, by=on_duty, at=AT)
    monkeypatch.setattr(care_clock, "now", lambda: AT + timedelta(hours=3))

    with as_role(DatabaseRole.LOADER):
        jobs.tell_of_concerns_again(0)

        assert not Message.objects.filter(cause_kind="concern_again").exists()


@pytest.mark.parametrize("name", ["raise_concern", "receive_concern", "tell_again"])
def test_without_its_audit_no_concern_is_saved_or_received(
    name: str,
    coordinator: Viewer,
    on_duty: Viewer,
    margaret: Person,
    broken_audit: Callable[[], None],
) -> None:
    concern = None if name == "raise_concern" else _raise(coordinator, margaret)
    broken_audit()

    with pytest.raises(RuntimeError, match="no audit"):
        if concern is None:
            _raise(coordinator, margaret)
        elif name == "tell_again":
            later = AT + timedelta(hours=2)
            with as_role(DatabaseRole.LOADER), viewing(on_duty, at=later):
                verbs.tell_again(concern=concern, by=on_duty, at=later)
        else:
            with viewing(on_duty, at=AT):
                verbs.receive_concern(concern=concern, by=on_duty, at=AT)

    with as_role(DatabaseRole.LOADER):
        assert Concern.objects.filter(state=ConcernState.RECEIVED).count() == 0
        assert Concern.objects.count() == (0 if concern is None else 1)
        assert Message.objects.filter(cause_kind="concern").count() == (0 if not concern else 2)
        assert not Message.objects.filter(cause_kind="concern_again").exists()

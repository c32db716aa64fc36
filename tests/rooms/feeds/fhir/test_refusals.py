"""Refused requests leave a trace on the page of the sender's feed: place and reason, no value."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from oneplace.access.viewer import system_viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.feeds import queries, verbs
from oneplace.feeds.models import RefusedRequest, Source
from oneplace.feeds.verbs import refusing
from oneplace.vocabulary.terms import Purpose, Role
from tests.database import as_role
from tests.factories import bring_in_place, signed_in
from tests.rooms.feeds.fhir import samples
from tests.rooms.feeds.fhir.test_door import Sender, sender

pytestmark = pytest.mark.django_db
__all__ = ["sender"]
LOADER = system_viewer("feed reader", purpose=Purpose.DIRECT_CARE, permissions=frozenset())


def test_place_and_reason_are_counted_together_and_hold_nothing_that_was_sent(
    sender: Sender,
) -> None:
    for number in ("Okafor-99", "Okafor-98"):
        answer = sender.send("PUT", "/Patient/p1", samples.patient(birthDate=number))
        assert 400 <= answer.status_code < 500

    noted = RefusedRequest.objects.get()
    assert (noted.asked, noted.status, noted.times) == ("PUT Patient", answer.status_code, 2)
    assert noted.place == "Patient.birthDate"
    assert "Okafor" not in noted.reason
    assert noted.reason


def test_a_refused_bundle_is_noted_without_the_number_of_its_entry(sender: Sender) -> None:
    bad = samples.post(samples.patient(birthDate="nonsense"), samples.PATIENT_URL)
    sender.send("POST", "", samples.bundle(bad))

    noted = RefusedRequest.objects.get()
    assert noted.asked == "POST Bundle"
    assert "[" not in noted.place
    assert "birthDate" in noted.place


def test_entries_refused_in_a_batch_are_noted_though_the_batch_is_answered_with_200(
    sender: Sender,
) -> None:
    good = samples.post(samples.patient(), samples.PATIENT_URL)
    bad = [samples.post(samples.patient(birthDate=f"Okafor-9{n}"), f"urn:x:{n}") for n in (1, 2)]
    answer = sender.send("POST", "", samples.bundle(good, *bad, kind="batch"))

    assert answer.status_code == 200
    noted = RefusedRequest.objects.get()
    refused = [each["response"]["status"][:3] for each in answer.json()["entry"]][1:]
    assert refused == [str(noted.status)] * 2
    assert (noted.asked, noted.place) == ("Entry of a batch", "Bundle.entry.resource.birthDate")
    assert "Okafor" not in noted.reason


def test_what_is_kept_or_only_read_leaves_no_trace(sender: Sender) -> None:
    sender.send("PUT", "/Patient/p1", samples.patient())
    sender.send("GET", "/Patient/unknown")
    sender.send("GET", "/Patient?family=Okafor")

    assert not RefusedRequest.objects.exists()


def test_a_sender_without_a_token_is_a_matter_of_the_audit(sender: Sender) -> None:
    sender.token = "made up"

    assert sender.send("PUT", "/Patient/p1", samples.patient()).status_code == 401
    assert not RefusedRequest.objects.exists()


def test_the_feeds_page_shows_them_with_what_to_do(sender: Sender) -> None:
    bring_in_place()
    sender.send("PUT", "/Patient/p1", samples.patient(birthDate="Okafor-99"))
    steward: Client = signed_in(Role.RECORD_STEWARD)

    listed = steward.get(reverse("feeds:feeds")).content.decode()
    page = steward.get(reverse("feeds:feed", args=["gp_recent"])).content.decode()
    help_page = steward.get(reverse("desk:help_topic", args=["refused-requests"]))

    assert "Requests refused this week" in listed
    assert "Refused when it was sent" in page
    assert "Patient.birthDate" in page
    assert "PUT Patient, answered 4" in page
    assert "Okafor" not in page
    assert help_page.status_code == 200


def test_counts_of_refusals_hold_no_word_of_a_person(sender: Sender) -> None:
    sender.send("PUT", "/Patient/p1", samples.patient(birthDate="Okafor-99"))
    source = Source.objects.get(pk="gp_recent")
    at = RefusedRequest.objects.get().last_at

    with viewing(LOADER, at=at) as by:
        (row,) = queries.refused_requests(source, viewer=by).values_list()
        counted = queries.refused_counts(viewer=by, since=at)

    assert counted == {"gp_recent": 1}
    assert "Okafor" not in str(row)


def test_the_longest_past_go_when_there_are_too_many(
    sender: Sender, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusing, "MOST_ALIKE", 2)
    source = Source.objects.get(pk="gp_recent")
    with as_role(DatabaseRole.LOADER), viewing(LOADER, at=at) as by:
        for word in ("one", "two", "three"):
            verbs.note_refusal(
                source=source, asked="PUT Patient", status=422, faults=[("x", word)], by=by, at=at
            )

    assert set(RefusedRequest.objects.values_list("reason", flat=True)) == {"two", "three"}


def test_without_its_audit_nothing_is_noted(
    sender: Sender, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Source.objects.get(pk="gp_recent")

    def broken(**_: object) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr("oneplace.access.audit.record", broken)

    with pytest.raises(RuntimeError, match="no audit"), viewing(LOADER, at=at) as by:
        verbs.note_refusal(
            source=source, asked="PUT Patient", status=422, faults=[("x", "y")], by=by, at=at
        )

    assert not RefusedRequest.objects.exists()

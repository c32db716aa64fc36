"""From the door to the record: what was sent stands there once, of the right person."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import orjson
import pytest

from oneplace.access.viewer import tell_database
from oneplace.config.database import Role
from oneplace.config.intake import READER
from oneplace.feeds import queries
from oneplace.feeds.models import Delivery, Resource, Source
from oneplace.feeds.verbs import receive
from oneplace.records.models import Entry, Identity, Subject, Version
from oneplace.records.verbs import take_in
from oneplace.vocabulary.terms import DeliveryState, Door, EntryStatus, FeedKind
from tests.database import as_role
from tests.rooms.feeds.fhir import foreign, samples
from tests.rooms.feeds.fhir.test_door import Sender

pytestmark = pytest.mark.django_db


@contextmanager
def _loading(at: datetime) -> Iterator[None]:
    with as_role(Role.LOADER):
        tell_database(READER, at=at)
        yield


def _bring(content: bytes, at: datetime, name: str = "x.json") -> Delivery:
    """Receive a file for the recent GP record and take it in."""
    source, _ = Source.objects.get_or_create(
        pk="gp_recent",
        defaults={
            "name": "GP",
            "kind": FeedKind.GP_RECENT,
            "reader": "fhir",
            "habits": {"numbers_of": "practice"},
        },
    )
    delivery = receive(
        source=source, door=Door.COMMAND, name=name, content=content, by=READER, at=at
    )
    _take(at)
    delivery.refresh_from_db()
    return delivery


def _take(at: datetime) -> None:
    take_in(deliveries=queries.waiting(), by=READER, at=at)


def _practice_bundle(**more: object) -> bytes:
    practice = {
        "resourceType": "Organization",
        "id": "o1",
        "name": "High Street Surgery",
        "identifier": [
            {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "ZZHS01"}
        ],
    }
    keeper = {"reference": "Organization/o1"}
    patient = samples.patient(managingOrganization=keeper)
    return samples.bundle(
        samples.put(practice),
        samples.put(patient, samples.PATIENT_URL),
        samples.put(samples.observation(**more)),
    )


def test_a_practices_patient_is_the_subject_the_bulk_extract_speaks_of(at: datetime) -> None:
    with _loading(at):
        delivery = _bring(_practice_bundle(), at)

        assert delivery.state is DeliveryState.READ
        weight = Entry.objects.get()
        assert (weight.subject.authority, weight.subject.value) == ("practice:ZZHS01", "H123")
        assert (str(weight.value), weight.unit) == ("71.5", "kg")
        assert Identity.objects.get().subject == weight.subject


def test_the_same_file_and_the_same_things_in_another_add_nothing(at: datetime) -> None:
    with _loading(at):
        _bring(_practice_bundle(), at)
        before = [model.objects.count() for model in (Entry, Identity, Subject, Version, Resource)]

        again = _bring(_practice_bundle(), at)
        _bring(_practice_bundle() + b"\n", at)

        after = [model.objects.count() for model in (Entry, Identity, Subject, Version, Resource)]
        assert again.state is DeliveryState.SEEN_BEFORE
        assert after == before


def test_what_was_entered_in_error_stands_as_that(at: datetime) -> None:
    with _loading(at):
        _bring(_practice_bundle(), at)

        _bring(_practice_bundle(status="entered-in-error"), at)

        assert Entry.objects.get().status is EntryStatus.IN_ERROR
        assert Resource.objects.filter(kind="Observation").count() == 2


def test_a_refused_transaction_is_kept_aside_whole_beside_its_neighbours(at: datetime) -> None:
    bad = foreign.generated(foreign.claim())
    with _loading(at):
        delivery = _bring(bad + b"\n" + _practice_bundle() + b"\n", at, "x.ndjson")

        kept_aside = delivery.quarantined.get()
        assert delivery.state is DeliveryState.PARTLY_READ
        assert "Claim is not supported here" in kept_aside.words
        assert kept_aside.place.startswith("line 1, entry 3")
        assert queries.content_of(delivery, kept_aside.offset, kept_aside.length) == bad
        assert Entry.objects.count() == 1


def test_what_came_in_over_http_stands_under_the_ids_its_sender_was_told(at: datetime) -> None:
    sender = Sender(at)
    told = sender.send(
        "POST",
        "",
        samples.bundle(
            samples.post(samples.patient(), "urn:uuid:00000000-0000-4000-8000-000000000001"),
            samples.put(
                samples.condition(
                    subject={"reference": "urn:uuid:00000000-0000-4000-8000-000000000001"}
                )
            ),
        ),
    ).json()
    given = told["entry"][0]["response"]["location"].split("/")[-3]

    with _loading(at):
        _take(at)

        assert Entry.objects.get().subject.value == given
        assert Resource.objects.count() == 2
        assert Delivery.objects.get().state is DeliveryState.READ


def test_of_two_versions_at_one_moment_the_later_stands(at: datetime) -> None:
    sender = Sender(at)
    patient = {"reference": "Patient/p1"}
    for title in ("Heart failure", "Heart failure, mild", "Heart failure"):
        sender.send(
            "PUT", "/Condition/c1", samples.condition(subject=patient, code={"text": title})
        )

    with _loading(at):
        _take(at)

        assert Entry.objects.get().title == "Heart failure"


def test_a_patient_found_by_number_is_whom_the_others_are_about(at: datetime) -> None:
    sender = Sender(at)
    sender.send("PUT", "/Patient/p1", samples.patient())
    url = "urn:uuid:00000000-0000-4000-8000-000000000002"
    sender.send(
        "POST",
        "",
        samples.bundle(
            samples.post(
                samples.patient(gender="male"),
                url,
                ifNoneExist="identifier=https://example.org/Id/hospital|H123",
            ),
            samples.put(samples.condition(subject={"reference": url})),
        ),
    )

    with _loading(at):
        _take(at)

        assert Entry.objects.get().subject.value == "p1"
        assert Identity.objects.get().gender.value == "female"
        assert orjson.loads(sender.send("GET", "/Patient/p1").content)["gender"] == "female"


_NUMBER = "identifier=https://example.org/Id/hospital|H123"
_URL = "urn:uuid:00000000-0000-4000-8000-000000000003"


def _conditional(kind: str = "transaction", **changes: str) -> bytes:
    """A patient to be created unless found, and a condition of whoever that is."""
    return samples.bundle(
        samples.post(samples.patient(**changes), _URL, ifNoneExist=_NUMBER),
        samples.put(samples.condition(subject={"reference": _URL})),
        kind=kind,
    )


def test_a_file_that_creates_unless_found_finds_what_another_file_put(at: datetime) -> None:
    with _loading(at):
        _bring(samples.bundle(samples.put(samples.patient())), at)

        _bring(_conditional(gender="male"), at)

        assert Identity.objects.get().gender.value == "female"
        assert Entry.objects.get().subject == Identity.objects.get().subject
        assert Resource.objects.filter(kind="Patient").count() == 1


def test_files_read_together_and_lines_of_one_file_find_each_other(at: datetime) -> None:
    lines = samples.bundle(samples.put(samples.patient())), _conditional(gender="male")
    with _loading(at):
        _bring(b"\n".join(lines), at, "x.ndjson")

        assert Identity.objects.get().gender.value == "female"
        assert Entry.objects.get().subject == Identity.objects.get().subject


def test_a_file_that_creates_unless_found_twice_keeps_the_first(at: datetime) -> None:
    with _loading(at):
        _bring(_conditional(gender="male"), at)
        _bring(_conditional(gender="other"), at)
        before = Resource.objects.count()
        _bring(_conditional(gender="male") + b"\n", at)

        assert Identity.objects.get().gender.value == "male"
        assert Resource.objects.filter(kind="Patient").count() == 1
        assert Resource.objects.count() == before


def test_what_came_by_file_is_found_by_number_over_http_and_the_other_way(at: datetime) -> None:
    sender = Sender(at)
    with _loading(at):
        _bring(samples.bundle(samples.put(samples.patient())), at)

    found = sender.send(
        "POST", "/Patient", samples.patient(gender="male"), **{"If-None-Exist": _NUMBER}
    )
    changed = sender.send("PUT", f"/Patient?{_NUMBER}", samples.patient(gender="other"))
    with _loading(at):
        _take(at)
        _bring(_conditional(gender="male"), at)

        assert (found.status_code, found["Location"][-22:]) == (200, "/Patient/p1/_history/1")
        assert changed["ETag"] == 'W/"2"'
        assert Identity.objects.get().gender.value == "indeterminate"


def test_a_number_of_two_keeps_a_transaction_of_a_file_aside_and_an_entry_of_a_batch(
    at: datetime,
) -> None:
    with _loading(at):
        both = samples.put(samples.patient()), samples.put(samples.patient(id="p2"))
        _bring(samples.bundle(*both), at)

        whole = _bring(_conditional(gender="male"), at)
        part = _bring(_conditional("batch", gender="other"), at)

        assert whole.state is DeliveryState.KEPT_ASIDE
        assert "2 resources have this number" in whole.quarantined.get().words
        # The other entry names one that a batch does not wait for.
        assert {each.place[:7] for each in part.quarantined.all()} == {"entry 0", "entry 1"}
        assert Resource.objects.filter(kind="Patient").count() == 2

"""The FHIR door over HTTP: what is sent is kept, answered, and given back as it was sent."""

import json
import time
from datetime import datetime
from typing import Any

import orjson
import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import OperationalError
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oneplace.access import verbs as access
from oneplace.access.models import AuditEntry, FailedSignIn
from oneplace.access.viewer import Viewer, system_viewer, viewing
from oneplace.config.database import Role
from oneplace.feeds import queries
from oneplace.feeds.fhir.schema import faults_of
from oneplace.feeds.fhir_door import views
from oneplace.feeds.fhir_door.pace import Pace
from oneplace.feeds.models import Delivery, Raw, Resource, Source
from oneplace.vocabulary.terms import AccountKind, AuditOutcome, FeedKind, Purpose
from tests.database import as_role
from tests.rooms.feeds.fhir import samples

pytestmark = pytest.mark.django_db
OPERATOR = system_viewer("tests", purpose=Purpose.DIRECT_CARE, permissions=frozenset())
ANYBODY = Viewer(account_id=None, kind=AccountKind.LINK, name="somebody")
FHIR = "application/fhir+json"


class Sender:
    """A partner's system with a token."""

    def __init__(self, at: datetime, source: str = "gp_recent", *scopes: str) -> None:
        with as_role(Role.LOADER):
            Source.objects.get_or_create(
                pk=source, defaults={"name": source, "kind": FeedKind.GP_RECENT, "reader": "fhir"}
            )
        allowed = scopes or ("system/*.write", "system/*.read")
        with viewing(OPERATOR, at=at):
            made = access.add_client(
                name=source, source_code=source, scopes=allowed, by=OPERATOR, at=at
            )
        issued = access.issue_token(
            client_id=str(made.client.pk), secret=made.secret, scopes=(), by=ANYBODY, at=at
        )
        self.made = made
        self.browser = Client()
        self.browser.raise_request_exception = True
        self.token = issued.token

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Ask the door; a body that is no bytes is written as JSON."""
        content = body if isinstance(body, bytes) else orjson.dumps(body) if body else b""
        given = {"Authorization": f"Bearer {self.token}", **headers}
        kind = given.pop("Content-Type", FHIR)
        return self.browser.generic(
            method, f"/fhir{path}", content, content_type=kind, headers=given
        )


@pytest.fixture
def sender(at: datetime) -> Sender:
    """The system of the recent GP record."""
    return Sender(at)


def _outcome(answer: Any, status: int) -> str:
    """The words of a refusal, which is an OperationOutcome that keeps R4's own rules."""
    assert answer.status_code == status, answer.content
    body = answer.json()
    assert body["resourceType"] == "OperationOutcome"
    assert faults_of("OperationOutcome", body) == []
    assert answer["Content-Type"].startswith(FHIR)
    return " ".join(issue["diagnostics"] for issue in body["issue"])


def test_a_resource_is_kept_and_given_back_byte_for_byte(sender: Sender) -> None:
    sent = json.dumps(samples.patient(), indent=3).replace('"1947-03"', ' "1947-03" ').encode()

    put = sender.send("PUT", "/Patient/p1", sent)
    got = sender.send("GET", "/Patient/p1")

    assert put.status_code == 201
    assert put["ETag"] == 'W/"1"'
    assert put["Location"].endswith("/fhir/Patient/p1/_history/1")
    assert "Last-Modified" in put.headers
    assert got.content == sent
    assert got["ETag"] == 'W/"1"'
    assert Delivery.objects.get().state.value == "received"


def test_a_changed_resource_gets_a_version_and_the_old_one_can_be_read(sender: Sender) -> None:
    first, second = samples.patient(), samples.patient(gender="male")
    sender.send("PUT", "/Patient/p1", first)

    changed = sender.send("PUT", "/Patient/p1", second)
    again = sender.send("PUT", "/Patient/p1", second)
    old = sender.send("GET", "/Patient/p1/_history/1")
    history = sender.send("GET", "/Patient/p1/_history")

    assert (changed.status_code, changed["ETag"]) == (200, 'W/"2"')
    assert again["ETag"] == 'W/"2"'
    assert old.json()["gender"] == "female"
    assert [one["resource"]["gender"] for one in history.json()["entry"]] == ["male", "female"]
    assert faults_of("Bundle", {**history.json(), "entry": []} | {"entry": []}) is not None
    assert sender.send("GET", "/Patient/p1/_history/3").status_code == 404


def test_what_was_said_before_stands_again_when_it_is_sent_again(sender: Sender) -> None:
    first, second = samples.patient(), samples.patient(gender="male")
    for each in (first, second, first):
        answer = sender.send("PUT", "/Patient/p1", each)

    assert answer["ETag"] == 'W/"3"'
    assert sender.send("GET", "/Patient/p1").json()["gender"] == "female"
    assert Delivery.objects.filter(state="received").count() == 3


def test_the_same_thing_twice_changes_nothing(sender: Sender) -> None:
    bundle = samples.bundle(samples.post(samples.patient(), samples.PATIENT_URL))

    first = sender.send("POST", "", bundle).json()
    second = sender.send("POST", "", bundle).json()

    assert first["entry"][0]["response"]["status"] == "201 Created"
    assert second["entry"][0]["response"]["status"] == "200 OK"
    locations = {one["entry"][0]["response"]["location"] for one in (first, second)}
    assert len(locations) == 1
    assert Resource.objects.count() == 1


def test_a_transaction_is_answered_entry_by_entry(sender: Sender) -> None:
    answer = sender.send("POST", "", samples.story())

    body = answer.json()
    assert (answer.status_code, body["type"]) == (200, "transaction-response")
    assert [one["response"]["status"] for one in body["entry"]] == ["201 Created"] * 4
    assert body["entry"][1]["response"]["location"].endswith("/Encounter/e1/_history/1")
    assert sender.send("GET", "/Observation/o1").json()["id"] == "o1"


def test_of_a_transaction_with_one_fault_nothing_is_kept(sender: Sender) -> None:
    bad = samples.observation(status="finished")
    bundle = samples.bundle(samples.put(samples.patient(), samples.PATIENT_URL), samples.put(bad))

    words = _outcome(sender.send("POST", "", bundle), 422)

    assert "Observation.status" in words
    answer = sender.send("POST", "", bundle).json()
    assert answer["issue"][0]["expression"] == ["Bundle.entry[1].resource.status"]
    assert not Delivery.objects.exists()
    assert not Resource.objects.exists()


def test_of_a_batch_the_good_entries_are_kept(sender: Sender) -> None:
    bad = samples.condition(onsetDateTime="last year", subject={"reference": "Patient/p1"})
    bundle = samples.bundle(samples.put(samples.patient()), samples.put(bad), kind="batch")

    body = sender.send("POST", "", bundle).json()

    assert [one["response"]["status"][:3] for one in body["entry"]] == ["201", "422"]
    assert body["entry"][1]["response"]["outcome"]["resourceType"] == "OperationOutcome"
    assert [one.kind for one in Resource.objects.all()] == ["Patient"]


def test_types_that_are_not_supported_are_refused_with_nothing_kept(sender: Sender) -> None:
    claim = {"resourceType": "Claim", "id": "c", "status": "active"}
    bundle = samples.bundle(samples.put(samples.patient()), samples.put(claim))

    assert "Claim is not supported" in _outcome(sender.send("PUT", "/Claim/c", claim), 404)
    assert "Claim is not supported" in _outcome(sender.send("POST", "", bundle), 422)
    assert not Raw.objects.exists()


def test_xml_is_answered_as_not_yet_supported(sender: Sender) -> None:
    answer = sender.send(
        "POST",
        "",
        b"<Bundle xmlns='http://hl7.org/fhir'/>",
        **{"Content-Type": "application/fhir+xml"},
    )

    assert "not yet supported" in _outcome(answer, 415)
    assert "not yet supported" in _outcome(sender.send("POST", "", b"<Bundle/>"), 415)
    only_xml = sender.send("GET", "/Patient/p1", Accept="application/fhir+xml")
    assert only_xml.status_code == 406


def test_a_conditional_create_finds_what_is_here_by_its_number(sender: Sender) -> None:
    number = "https://example.org/Id/hospital|H123"
    sender.send("PUT", "/Patient/p1", samples.patient())
    other = samples.patient(id="p2", gender="male")

    found = sender.send("POST", "/Patient", other, **{"If-None-Exist": f"identifier={number}"})
    new = sender.send("POST", "/Patient", other, **{"If-None-Exist": "identifier=urn:x|9"})

    assert (found.status_code, found["Location"][-22:]) == (200, "/Patient/p1/_history/1")
    assert new.status_code == 201
    assert not new["Location"].endswith("/Patient/p2/_history/1")
    assert Resource.objects.count() == 2


NUMBER = "identifier=https://example.org/Id/hospital|H123"


def _unless_found(**changes: str) -> dict[str, Any]:
    resource = samples.patient(**changes)
    return samples.post(resource, f"urn:uuid:{changes['gender']}", ifNoneExist=NUMBER)


@pytest.mark.parametrize("kind", ["batch", "transaction"])
def test_a_conditional_create_in_a_bundle_finds_what_is_here(sender: Sender, kind: str) -> None:
    sender.send("PUT", "/Patient/p1", samples.patient())

    body = sender.send("POST", "", samples.bundle(_unless_found(gender="male"), kind=kind)).json()

    (answer,) = [entry["response"] for entry in body["entry"]]
    assert (answer["status"], answer["location"][-22:]) == ("200 OK", "/Patient/p1/_history/1")
    assert sender.send("GET", "/Patient/p1").json()["gender"] == "female"


@pytest.mark.parametrize("kind", ["transaction", "batch"])
def test_a_medicine_only_others_name_is_accepted_and_points_nowhere(
    sender: Sender, kind: str
) -> None:
    url = "urn:uuid:0f6a1b6e-3a43-4c0f-9a66-5b0d2f6f6d11"
    medicine = {"resourceType": "Medication", "id": "med", "code": {"text": "Ramipril"}}
    taken = {
        "resourceType": "MedicationStatement",
        "id": "m1",
        "status": "active",
        "subject": {"reference": samples.PATIENT_URL},
        "medicationReference": {"reference": url},
    }
    entries = (
        samples.put(samples.patient(), samples.PATIENT_URL),
        samples.put(medicine, url),
        samples.put(taken),
    )
    if kind == "batch":
        entries[2]["resource"]["subject"] = {"reference": "Patient/p1"}

    answer = sender.send("POST", "", samples.bundle(*entries, kind=kind))

    body = answer.json()
    assert answer.status_code == 200, body
    assert body["type"] == f"{kind}-response"
    patient, held, statement = (each["response"] for each in body["entry"])
    assert patient["status"] == "201 Created"
    assert held == {"status": "202 Accepted"}
    assert faults_of("Bundle", body) == []
    if kind == "transaction":
        assert statement["status"] == "201 Created"
    assert sender.send("GET", "/Medication/med").status_code == 404
    assert set(Resource.objects.values_list("kind", flat=True)) <= {
        "Patient", "MedicationStatement",
    }  # fmt: skip


def test_of_two_conditional_creates_of_a_batch_the_second_finds_the_first(sender: Sender) -> None:
    two = [_unless_found(gender="male"), _unless_found(gender="other")]

    body = sender.send("POST", "", samples.bundle(*two, kind="batch")).json()

    answers = [entry["response"] for entry in body["entry"]]
    assert [one["status"] for one in answers] == ["201 Created", "200 OK"]
    assert answers[0]["location"] == answers[1]["location"]
    assert Resource.objects.count() == 1


def test_of_a_batch_a_later_entry_finds_what_an_earlier_one_put(sender: Sender) -> None:
    batch = samples.bundle(
        samples.put(samples.patient()), _unless_found(gender="male"), kind="batch"
    )

    body = sender.send("POST", "", batch).json()

    assert body["entry"][1]["response"]["location"].endswith("/Patient/p1/_history/1")


def test_a_batch_may_put_one_resource_twice_and_the_last_stands(sender: Sender) -> None:
    batch = samples.bundle(
        samples.put(samples.patient()), samples.put(samples.patient(gender="male")), kind="batch"
    )

    body = sender.send("POST", "", batch).json()

    etags = [entry["response"]["etag"] for entry in body["entry"]]
    assert etags == ['W/"1"', 'W/"2"']
    assert sender.send("GET", "/Patient/p1").json()["gender"] == "male"
    assert sender.send("GET", "/Patient/p1/_history/1").json()["gender"] == "female"


def test_a_transaction_may_not_touch_by_number_what_it_touches_by_id(sender: Sender) -> None:
    sender.send("PUT", "/Patient/p1", samples.patient())
    by_number = {
        "resource": samples.patient(gender="unknown"),
        "request": {"method": "PUT", "url": f"Patient?{NUMBER}"},
    }
    bundle = samples.bundle(samples.put(samples.patient(gender="male")), by_number)

    assert "Entry 0 already touches" in _outcome(sender.send("POST", "", bundle), 422)
    assert sender.send("GET", "/Patient/p1")["ETag"] == 'W/"1"'


def test_a_put_by_number_changes_the_one_that_has_it(sender: Sender) -> None:
    address = "/Patient?identifier=https://example.org/Id/hospital%7CH123"

    made = sender.send("PUT", address, samples.patient())
    changed = sender.send("PUT", address, samples.patient(gender="male"))

    assert (made.status_code, changed.status_code) == (201, 200)
    assert made["Location"][:-1] == changed["Location"][:-1]
    assert changed["ETag"] == 'W/"2"'


def test_a_number_that_two_have_is_not_decided_for_the_sender(sender: Sender) -> None:
    sender.send("PUT", "/Patient/p1", samples.patient())
    sender.send("PUT", "/Patient/p2", samples.patient(id="p2"))

    answer = sender.send(
        "PUT", "/Patient?identifier=https://example.org/Id/hospital%7CH123", samples.patient()
    )

    assert "2 resources have this number" in _outcome(answer, 412)


def test_a_change_to_a_version_that_is_gone_is_refused(sender: Sender) -> None:
    sender.send("PUT", "/Patient/p1", samples.patient())
    second = samples.patient(gender="male")

    right = sender.send("PUT", "/Patient/p1", second, **{"If-Match": 'W/"1"'})
    stale = sender.send("PUT", "/Patient/p1", samples.patient(), **{"If-Match": 'W/"1"'})

    assert right.status_code == 200
    assert "version 2 is here" in _outcome(stale, 412)


def test_address_and_resource_must_agree(sender: Sender) -> None:
    assert "'p1'" in _outcome(sender.send("PUT", "/Patient/p2", samples.patient()), 400)
    assert "not JSON" in _outcome(sender.send("PUT", "/Patient/p2", b'{"resourceType":'), 400)


def test_the_sender_gets_back_what_it_prefers(sender: Sender) -> None:
    one, warned = samples.patient(), samples.patient(id="p3", contact=[{"gender": "male"}])

    minimal = sender.send("PUT", "/Patient/p1", one, Prefer="return=minimal")
    outcome = sender.send("PUT", "/Patient/p3", warned, Prefer="return=OperationOutcome")
    whole = sender.send("POST", "", samples.story(), Prefer="return=representation")

    assert minimal.content == b""
    assert "A contact needs a name" in outcome.json()["issue"][0]["diagnostics"]
    assert whole.json()["entry"][3]["resource"]["resourceType"] == "Condition"


def test_a_system_reads_only_what_its_own_source_sent(sender: Sender, at: datetime) -> None:
    sender.send("PUT", "/Patient/p1", samples.patient())
    other = Sender(at, "mental_health")

    stranger = Viewer(
        account_id=other.made.client.account_id,
        kind=AccountKind.CLIENT_SYSTEM,
        name="other",
        permissions=frozenset({"client:mental_health"}),
    )
    with viewing(stranger, at=at):
        assert queries.resource("Patient", "p1", viewer=stranger) is None
        assert queries.versions("Patient", "p1", most=9, viewer=stranger) == []
        assert not Resource.objects.exists()  # however the filters are forgotten
    assert other.send("GET", "/Patient/p1").status_code == 404
    assert other.send("GET", "/Patient/p1/_history").status_code == 404
    assert other.send("GET", "/Patient/p1/_history/1").status_code == 404
    other.send("PUT", "/Patient/p1", samples.patient(gender="male"))
    assert sender.send("GET", "/Patient/p1").json()["gender"] == "female"


def test_scopes_hold(at: datetime) -> None:
    reader = Sender(at, "gp_recent", "system/Patient.read", "system/Flag.write")

    assert "system/Patient.write" in _outcome(
        reader.send("PUT", "/Patient/p1", samples.patient()), 403
    )
    assert "system/Condition.read" in _outcome(reader.send("GET", "/Condition/c1"), 403)
    assert reader.send("GET", "/Patient/p1").status_code == 404


def test_without_a_good_token_nothing_opens(sender: Sender, at: datetime) -> None:
    sender.send("PUT", "/Patient/p1", samples.patient())
    with viewing(OPERATOR, at=at):
        access.revoke_client(client=sender.made.client, by=OPERATOR, at=at)
    stranger = Client()

    answer = stranger.get("/fhir/Patient/p1")

    _outcome(answer, 401)
    assert answer["WWW-Authenticate"].startswith("Bearer")
    _outcome(sender.send("GET", "/Patient/p1"), 401)
    _outcome(stranger.post("/fhir", b"{}", content_type=FHIR), 401)


def test_a_closed_feed_takes_nothing_more(sender: Sender) -> None:
    with as_role(Role.LOADER):
        Source.objects.update(is_active=False)

    assert "closed" in _outcome(sender.send("PUT", "/Patient/p1", samples.patient()), 403)


def test_what_is_not_offered_is_said(sender: Sender) -> None:
    assert "Searching is not offered" in _outcome(sender.send("GET", "/Patient?name=x"), 405)
    assert sender.send("DELETE", "/Patient/p1")["Allow"] == "GET, HEAD, PUT"
    assert "Nothing is deleted here" in _outcome(sender.send("DELETE", "/Patient/p1"), 405)
    assert "Put the whole resource" in _outcome(sender.send("PATCH", "/Patient/p1"), 405)
    assert "Searching is not offered" in _outcome(sender.send("POST", "/Patient/_search"), 405)
    assert "Type/id/_history" in _outcome(sender.send("GET", "/Patient/_history"), 405)
    assert "Type/id/_history" in _outcome(sender.send("GET", "/_history"), 405)
    _outcome(sender.send("GET", ""), 405)
    for address in ("/$everything", "/Patient/$match", "/Patient/p1/$everything"):
        assert "not offered" in _outcome(sender.send("POST", address), 501)
    _outcome(sender.send("GET", "/Claim/1"), 404)
    _outcome(sender.send("GET", "/Patient/%00"), 404)
    _outcome(sender.send("GET", "/patient/p1"), 404)


def test_what_is_not_offered_stands_in_what_the_door_can_do(sender: Sender) -> None:
    stated = sender.send("GET", "/metadata").json()["rest"][0]

    for word in ("DELETE (405", "PATCH (405", "search", "operations (501)", "XML (415", "ifNone"):
        assert word in stated["documentation"]
    for one in stated["resource"]:
        codes = {interaction["code"] for interaction in one["interaction"]}
        assert codes == {"read", "vread", "update", "history-instance", "create"}
        assert one["conditionalCreate"] is one["conditionalUpdate"] is True
        assert one["conditionalDelete"] == "not-supported"
        assert "searchParam" not in one


@pytest.mark.parametrize(
    ("method", "url", "status", "words"),
    [
        ("DELETE", "Patient/p1", "405", "Nothing is deleted"),
        ("PATCH", "Patient/p1", "405", "Put the whole resource"),
        ("GET", "Patient?name=x", "405", "Reading inside a bundle"),
        ("PUT", "Claim/1", "404", "Claim is not supported"),
        ("PUT", "Patient", "422", "PUT goes to Type/id"),
    ],
)
def test_an_entry_that_asks_for_what_is_not_offered_is_answered_by_itself(
    sender: Sender, method: str, url: str, status: str, words: str
) -> None:
    odd = {"resource": samples.patient(), "request": {"method": method, "url": url}}
    batch = samples.bundle(odd, samples.put(samples.patient()), kind="batch")

    first, second = sender.send("POST", "", batch).json()["entry"]

    assert first["response"]["status"].startswith(status)
    assert words in first["response"]["outcome"]["issue"][0]["diagnostics"]
    assert second["response"]["status"] == "201 Created"


def test_head_answers_as_get_does_without_the_content(sender: Sender) -> None:
    sender.send("PUT", "/Patient/p1", samples.patient())

    answer = sender.send("HEAD", "/Patient/p1")

    assert (answer.status_code, answer["ETag"], answer.content) == (200, 'W/"1"', b"")


@pytest.mark.parametrize(
    ("error", "words"),
    [(psycopg.errors.DiskFull, "disk of the database is full"),
     (psycopg.errors.AdminShutdown, "database does not answer")],
)  # fmt: skip
def test_a_database_that_is_full_or_away_is_told_as_such(
    sender: Sender, monkeypatch: pytest.MonkeyPatch, error: type[Exception], words: str
) -> None:
    def failing(**_: Any) -> None:
        raise OperationalError("gone") from error()

    monkeypatch.setattr("oneplace.feeds.verbs.receive_resources", failing)

    answer = sender.send("PUT", "/Patient/p1", samples.patient())

    assert words in _outcome(answer, 503)
    assert int(answer["Retry-After"]) > 0


def test_a_mistake_of_ours_is_an_outcome_with_a_reference(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(**_: Any) -> None:
        raise LookupError

    monkeypatch.setattr("oneplace.feeds.verbs.receive_resources", failing)
    sender.browser.raise_request_exception = False

    answer = sender.send("PUT", "/Patient/p1", samples.patient())

    assert "nothing of this request was kept" in _outcome(answer, 500)


def test_too_much_at_once_is_refused(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "LIMITS", views.LIMITS._replace(bytes=2_000, entries=3))
    long = samples.patient(text={"status": "generated", "div": "<div>" + "a" * 3_000 + "</div>"})

    _outcome(sender.send("PUT", "/Patient/p1", long), 413)
    assert "at most 3" in _outcome(
        sender.send("POST", "", samples.bundle(*[{"resource": {}}] * 4)), 413
    )


def test_one_that_runs_wild_is_told_to_wait(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PACE", Pace(a_second=0.001, at_once=1))

    sender.send("PUT", "/Patient/p1", samples.patient())
    answer = sender.send("PUT", "/Patient/p1", samples.patient())

    _outcome(answer, 429)
    assert int(answer["Retry-After"]) > 0


def test_a_token_is_asked_for_as_oauth_says(sender: Sender) -> None:
    form = {
        "grant_type": "client_credentials",
        "client_id": str(sender.made.client.pk),
        "client_secret": sender.made.secret,
        "scope": "system/Patient.read",
    }

    def ask(**changes: str) -> Any:
        body = "&".join(f"{name}={value}" for name, value in {**form, **changes}.items())
        return Client().post("/fhir/token", body, content_type="application/x-www-form-urlencoded")

    good = ask()
    assert good.json()["token_type"] == "bearer"
    assert good.json()["scope"] == "system/Patient.read"
    assert good["Cache-Control"] == "no-store"
    assert (ask(client_secret="x").status_code, ask(client_secret="x").json()["error"]) == (
        401,
        "invalid_client",
    )
    assert ask(scope="user/*.read").json()["error"] == "invalid_scope"
    assert ask(grant_type="password").json()["error"] == "unsupported_grant_type"
    assert Client().get("/fhir/token").status_code == 405


def test_one_with_a_wrong_secret_shuts_the_door_for_nobody_else(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "TOKEN_PACE", Pace(a_second=0.001, at_once=2))
    monkeypatch.setattr(django_settings, "TRUSTED_PROXY", True)

    def ask(client_id: str, secret: str, address: str = "198.51.100.7") -> int:
        form = {
            "grant_type": "client_credentials", "client_id": client_id, "client_secret": secret,
        }  # fmt: skip
        body = "&".join(f"{name}={value}" for name, value in form.items())
        answer = Client(REMOTE_ADDR="127.0.0.1").post(
            "/fhir/token",
            body,
            content_type="application/x-www-form-urlencoded",
            headers={"X-Forwarded-For": address},
        )
        return int(answer.status_code)

    good = (str(sender.made.client.pk), sender.made.secret)

    assert [ask("another", "x") for _ in range(3)] == [401, 401, 429]
    assert ask(*good) == 200
    assert [ask(good[0], "x"), ask(good[0], "x")] == [401, 429]
    assert ask(*good, "203.0.113.9") == 200


def test_a_system_with_an_old_secret_locks_no_colleague_out(sender: Sender) -> None:
    body = f"grant_type=client_credentials&client_id={sender.made.client.pk}&client_secret=x"

    for _ in range(3):
        answer = Client().post(
            "/fhir/token", body, content_type="application/x-www-form-urlencoded"
        )

    assert answer.status_code == 401
    with as_role(Role.LOADER):
        failed = AuditEntry.objects.filter(action="sign_in", outcome=AuditOutcome.FAILED)
        assert (FailedSignIn.objects.count(), failed.count()) == (0, 3)


def test_the_audit_keeps_the_address_of_the_client_and_not_of_the_proxy(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(django_settings, "TRUSTED_PROXY", True)

    sender.send("GET", "/Patient/p1", **{"X-Forwarded-For": "198.51.100.7"})

    with as_role(Role.LOADER):
        entry = AuditEntry.objects.filter(account_id=sender.made.client.account_id).latest("id")
    assert entry.from_address == "198.51.100.7"


def test_what_the_door_can_do_is_said_by_r4s_own_rules() -> None:
    stated = Client().get("/fhir/metadata")
    found = Client().get("/fhir/.well-known/smart-configuration")

    assert stated.status_code == 200
    assert faults_of("CapabilityStatement", stated.json()) == []
    assert found.json()["token_endpoint"].endswith("/fhir/token")


@settings(
    deadline=None,
    max_examples=60,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(
    place=st.integers(0, 2_500),
    damage=st.binary(max_size=8),
    path=st.sampled_from(
        ["", "/Patient", "/Patient/p1", "/Patient?identifier=x|1", "/Patient?", "/Observation/o1"]
    ),
)
def test_whatever_is_sent_is_answered_in_time_and_never_with_a_failure(
    sender: Sender, place: int, damage: bytes, path: str
) -> None:
    story = samples.story()
    method = "POST" if path in {"", "/Patient"} else "PUT"
    began = time.process_time()

    answer = sender.send(
        method,
        path,
        story[:place] + damage + story[place + len(damage) :],
        **{"If-Match": damage.decode("latin-1").replace("\n", "").replace("\r", "")},
    )

    assert answer.status_code < 500
    assert answer["Content-Type"].startswith(FHIR)
    assert time.process_time() - began < 1.0

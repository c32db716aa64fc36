"""The feeds pages: how fresh each feed is, what was kept aside and mended, files brought in."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oneplace.access.viewer import system_viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.feeds import presenters, queries, verbs
from oneplace.feeds.cards import KeptAside, SilentFeeds
from oneplace.feeds.models import DayCount, Delivery, Quarantined, Source, UnmappedField
from oneplace.feeds.queries import QuarantineFilter
from oneplace.kit.together import read_together
from oneplace.post.models import Message
from oneplace.vocabulary.terms import (
    DeliveryState,
    Door,
    FeedHealth,
    Purpose,
    QuarantineReason,
    QuarantineState,
    Role,
)
from tests.database import as_role
from tests.factories import bring_in_place, make_hat, signed_in, viewer_in

pytestmark = pytest.mark.django_db

LOADER = system_viewer("feed reader", purpose=Purpose.DIRECT_CARE, permissions=frozenset())
MESSAGE = b"MSH|^~\\&|PAS|ZZ8|ROUTE|ALLIANCE|20260301||ADT^A99|Q1|T|2.4\rEVN||2026\r"
FRAME = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


@pytest.fixture
def hospital(at: datetime) -> Source:
    bring_in_place()
    with as_role(DatabaseRole.LOADER):
        source, _ = Source.objects.update_or_create(
            code="hospital_messages",
            defaults={
                "name": "Hospital stays", "reader": "hl7", "every": timedelta(days=1),
                "agreed_lateness": timedelta(days=1), "ring": "Integration desk",
                "phone": "020 7946 0145",
            },
        )  # fmt: skip
    return source


@pytest.fixture
def held(hospital: Source, at: datetime) -> Quarantined:
    """A message kept aside."""
    with as_role(DatabaseRole.LOADER):
        delivery = verbs.receive(
            source=hospital, door=Door.MLLP, name="Q1", content=MESSAGE, by=LOADER, at=at
        )
        return verbs.keep_aside(
            delivery=delivery,
            reason=QuarantineReason.MISSING_FIELD,
            words="PID is missing: nobody is named.",
            by=LOADER,
            at=at,
        )


@pytest.fixture
def steward(hospital: Source) -> Client:
    return signed_in(Role.RECORD_STEWARD)


@pytest.fixture
def stewards_view(hospital: Source, at: datetime) -> Iterator[object]:
    viewer = viewer_in(make_hat(Role.RECORD_STEWARD), at=at)
    with viewing(viewer, at=at):
        yield viewer


def test_a_late_feed_stands_first_with_whom_to_ring(
    hospital: Source, steward: Client, at: datetime
) -> None:
    with as_role(DatabaseRole.LOADER):
        verbs.receive(
            source=hospital, door=Door.FOLDER, name="old", content=b"MSH|old", by=LOADER,
            at=at - timedelta(days=400),
        )  # fmt: skip

    page = steward.get("/feeds/").content.decode()

    assert "Silent" in page and "ring Integration desk, 020 7946 0145." in page
    rows = page.split("<tbody>")[1]
    assert "Hospital stays" in rows.split("</tr>")[0]


def test_the_pages_of_feeds_keep_to_their_statements(held: Quarantined, steward: Client) -> None:
    for path in ("/feeds/", "/feeds/hospital_messages/", "/feeds/kept-aside/"):
        with CaptureQueriesContext(connection) as captured:
            assert steward.get(path).status_code == 200
        asked = [q["sql"] for q in captured if not q["sql"].startswith(FRAME)]
        assert len(asked) <= 14, (path, len(asked), "\n".join(asked))


def test_an_unknown_feed_and_one_that_is_closed_to_the_viewer_look_alike(
    hospital: Source, steward: Client
) -> None:
    gp = signed_in(Role.GP)

    assert steward.get("/feeds/nothing-of-the-kind/").status_code == 404
    assert gp.get("/feeds/hospital_messages/").status_code == 404
    assert gp.get("/feeds/nothing-of-the-kind/").status_code == 404


def test_a_message_kept_aside_is_shown_with_its_place_and_its_text(
    held: Quarantined, steward: Client
) -> None:
    listed = steward.get("/feeds/kept-aside/").content.decode()
    page = steward.get(f"/feeds/kept-aside/{held.pk}/").content.decode()

    assert "PID is missing" in listed
    assert "EVN||2026" in page and "A field we need is missing" in page


def test_mending_reads_the_mended_text_and_keeps_the_original(
    held: Quarantined, steward: Client, at: datetime
) -> None:
    mended = MESSAGE.decode().replace("\r", "\n") + "PID|1||X1^^^ZZ8^MR||Ash^Ann"

    answer = steward.post(
        f"/feeds/kept-aside/{held.pk}/mend/",
        {"content": mended, "why": "The desk rang: PID had been cut"},
    )

    with as_role(DatabaseRole.LOADER):
        held.refresh_from_db()
        assert held.replayed_as is not None
        content = queries.content_of(held.replayed_as)
        original = queries.content_of(held.delivery)
    assert answer.status_code == 302
    assert held.state is QuarantineState.REPLAYED
    assert held.settled_why == "The desk rang: PID had been cut"
    assert content.count(b"\r") >= 2 and b"\n" not in content and b"PID|1" in content
    assert original == MESSAGE


def test_leaving_out_needs_a_reason_and_what_was_typed_stays(
    held: Quarantined, steward: Client
) -> None:
    refused = steward.post(f"/feeds/kept-aside/{held.pk}/leave-out/", {"why": " "})
    done = steward.post(f"/feeds/kept-aside/{held.pk}/leave-out/", {"why": "A test message"})

    with as_role(DatabaseRole.LOADER):
        held.refresh_from_db()
    assert refused.status_code == 422
    assert "Say why it is left out." in refused.content.decode()
    assert done.status_code == 302
    assert held.state is QuarantineState.DISMISSED


def test_somebody_who_may_not_settle_sees_none_of_it(
    held: Quarantined, hospital: Source, at: datetime
) -> None:
    officer = signed_in(Role.IG_OFFICER)

    assert officer.get("/feeds/kept-aside/").status_code == 404
    assert officer.get(f"/feeds/kept-aside/{held.pk}/").status_code == 404
    with viewing(viewer_in(make_hat(Role.IG_OFFICER), at=at), at=at) as _:
        assert Quarantined.objects.count() == 0


def test_uploaded_files_come_in_and_what_is_not_taken_says_why(
    hospital: Source, steward: Client
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("a.hl7", b"MSH|^~\\&|PAS|ZZ8|||20260301||ADT^A01|Q2|T|2.4\r")
        made.writestr("../../escape.txt", b"no")

    answer = steward.post(
        "/feeds/bring-in/",
        {
            "uploads": [
                SimpleUploadedFile("day.hl7", MESSAGE),
                SimpleUploadedFile("holiday.png", b"\x89PNG\r\n"),
                SimpleUploadedFile("several.zip", packed.getvalue()),
            ]
        },
        follow=True,
    )

    page = answer.content.decode()
    assert "day.hl7" in page
    assert "Not taken" in page and "holiday.png" in page
    with as_role(DatabaseRole.LOADER):
        doors = set(Delivery.objects.values_list("door", flat=True))
    assert doors == {Door.UPLOAD}


def test_the_same_file_again_is_said_to_bring_nothing_new(
    hospital: Source, steward: Client
) -> None:
    for _ in range(2):
        page = steward.post(
            "/feeds/bring-in/",
            {"uploads": [SimpleUploadedFile("day.hl7", MESSAGE)], "feed": "hospital_messages"},
            follow=True,
        ).content.decode()

    assert "Received before, nothing new" in page


def test_a_day_on_which_nothing_came_is_a_gap_and_not_a_nought(
    hospital: Source, at: datetime
) -> None:
    with as_role(DatabaseRole.LOADER):
        verbs.receive(
            source=hospital, door=Door.FOLDER, name="x", content=b"MSH|x", by=LOADER, at=at
        )
    with viewing(LOADER, at=at):
        state = next(
            each for each in queries.feed_states(viewer=LOADER, at=at)
            if each.source.pk == hospital.pk
        )  # fmt: skip
    today = at.date()
    counts = {
        today - timedelta(days=3): DayCount(units=4, kept_aside=0),
        today - timedelta(days=1): DayCount(units=8, kept_aside=0),
        today: DayCount(units=1, kept_aside=0),
    }

    volume = presenters.Volume.of(state, counts, at=at)

    assert [bar.is_gap for bar in volume.bars[-4:]] == [False, True, False, False]
    assert len(volume.missing) == 1
    assert "13 in 60 days" in volume.summary


def test_bytes_are_shown_as_lines_and_go_back_with_their_own_line_ends() -> None:
    for before in (b"MSH|a\rPID|b\r", b"a,b\r\n1,2\r\n", "n\u00e9e".encode("cp1252")):
        text = presenters.readable(before)

        assert text is not None
        assert presenters.as_sent(text, before) == before
    assert presenters.readable(b"\x00\x01") is None


@pytest.mark.parametrize("amount", [(15, "15 minutes"), (120, "2 hours"), (4320, "3 days")])
def test_spans_are_said_in_plain_words(amount: tuple[int, str]) -> None:
    minutes, words = amount

    assert presenters.span_in_words(timedelta(minutes=minutes)) == words


def test_a_stranger_is_told_only_how_fresh_feeds_are(
    held: Quarantined, hospital: Source, at: datetime
) -> None:
    stranger = viewer_in(make_hat(Role.GP), at=at)
    with as_role(DatabaseRole.LOADER):
        UnmappedField(source=hospital, path="PID-40", times=2, first_at=at, last_at=at).save(
            force_insert=True
        )

    with viewing(stranger, at=at):
        before = queries.feed_state(hospital.pk, viewer=stranger, at=at)
    with as_role(DatabaseRole.LOADER):
        verbs.receive(
            source=hospital, door=Door.FOLDER, name="x", content=b"MSH|x", by=LOADER, at=at
        )
    with viewing(stranger, at=at):
        states = queries.feed_states(viewer=stranger, at=at)
        (sources,) = read_together([queries.feed_states_asked(viewer=stranger, at=at)])
        one = queries.feed_state(hospital.pk, viewer=stranger, at=at)
        aside = list(queries.quarantined(QuarantineFilter(), viewer=stranger))
        counts = queries.open_quarantine_counts(viewer=stranger)
        single = queries.one_quarantined(held.pk, viewer=stranger)
        of_one = list(queries.quarantined_of(held.delivery, viewer=stranger))
        content = Quarantined.objects.filter(pk=held.pk).count()

    # What was kept aside whole told us nothing: the feed is not heard because of it.
    assert before is not None and before.standing.health is FeedHealth.NEVER_ARRIVED
    assert one is not None and one.standing.health is not FeedHealth.NEVER_ARRIVED
    assert hospital.pk in {each.source.pk for each in states}
    assert [queries.FeedState.of(each, at=at) for each in sources] == states
    assert [vars(each.source) | {"_state": None} for each in states] == [
        vars(each) | {"_state": None} for each in sources
    ]
    assert (aside, counts, single, content, of_one) == ([], {}, None, 0, [])


def test_counts_of_a_feed_hold_no_word_of_a_person(
    held: Quarantined, hospital: Source, at: datetime
) -> None:
    stranger = viewer_in(make_hat(Role.GP), at=at)
    with as_role(DatabaseRole.LOADER):
        DayCount(source=hospital, day=date(2026, 3, 1), deliveries=1, units=2).save(
            force_insert=True
        )
        UnmappedField(source=hospital, path="PID-40", times=2, first_at=at, last_at=at).save(
            force_insert=True
        )

    with viewing(stranger, at=at):
        found = queries.one_delivery(held.delivery_id, viewer=stranger)
        told = (
            queries.volume(hospital, viewer=stranger)["units"],
            queries.unmapped_counts(viewer=stranger),
            [row.path for row in queries.unmapped(hospital, viewer=stranger)],
            queries.waiting_count(viewer=stranger),
            len(queries.deliveries(hospital, viewer=stranger)),
            len(queries.being_read([held.delivery_id], viewer=stranger)),
            queries.days([hospital.pk], viewer=stranger, at=at)[hospital.pk],
        )

    assert found is not None and found.state is DeliveryState.KEPT_ASIDE
    assert told[:3] == (2, {hospital.pk: 1}, ["PID-40"])
    assert told[3:6] == (0, 1, 1)


def test_my_day_of_the_steward_says_what_waits(
    held: Quarantined, hospital: Source, stewards_view: object, at: datetime
) -> None:
    aside = KeptAside().rows(viewer=stewards_view, at=at)  # type: ignore[arg-type]
    silent = SilentFeeds().rows(viewer=stewards_view, at=at)  # type: ignore[arg-type]

    assert [row.what for row in aside] == ["1 kept aside: could not be read"]
    assert all(row.address.startswith("/feeds/") for row in silent)


@pytest.fixture
def silent(hospital: Source, at: datetime) -> Source:
    """Nothing but the hospital's feed, and that long ago."""
    with as_role(DatabaseRole.LOADER):
        Source.objects.exclude(pk=hospital.pk).update(is_active=False)
        verbs.receive(
            source=hospital, door=Door.FOLDER, name="old", content=b"MSH|old", by=LOADER,
            at=at - timedelta(days=40),
        )  # fmt: skip
    return hospital


def test_a_silence_is_told_once_to_whoever_keeps_feeds(silent: Source, at: datetime) -> None:
    keeper = make_hat(Role.RECORD_STEWARD).account

    with as_role(DatabaseRole.LOADER), viewing(LOADER, at=at):
        first = verbs.tell_of_silence(by=LOADER, at=at)
        second = verbs.tell_of_silence(by=LOADER, at=at + timedelta(hours=1))
        verbs.receive(
            source=silent, door=Door.FOLDER, name="new", content=b"MSH|new", by=LOADER, at=at
        )
        later = verbs.tell_of_silence(by=LOADER, at=at + timedelta(days=30))
        written = list(Message.objects.filter(recipient_id=keeper.pk).order_by("written_at"))

    assert [len(told) for told in (first, second, later)] == [1, 0, 1]
    assert "later than agreed" in written[0].subject and "ring Integration desk" in written[0].body
    assert len(written) == 2


def test_without_its_audit_tell_of_silence_writes_nothing(
    silent: Source, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_hat(Role.RECORD_STEWARD)

    def refuse(**_: object) -> None:
        raise RuntimeError("the audit cannot be written")

    monkeypatch.setattr("oneplace.access.audit.record", refuse)
    with as_role(DatabaseRole.LOADER), viewing(LOADER, at=at):
        with pytest.raises(RuntimeError):
            verbs.tell_of_silence(by=LOADER, at=at)

        assert Message.objects.count() == 0
        silent.refresh_from_db()
        assert silent.told_silent_at is None


def _new_feed(**given: str) -> dict[str, str]:
    return {
        "csrfmiddlewaretoken": "token", "name": "Second hospital", "code": "",
        "organisation_code": "hospital_trust", "reader": "hl7", "senders": "RSECOND/PAS\nRTHIRD",
        "every": "1", "agreed_lateness": "1", "ring": "Integration desk", "phone": "020 7946 0100",
        **given,
    }  # fmt: skip


def test_a_feed_and_who_may_send_it_are_added_on_a_page(hospital: Source) -> None:
    steward = signed_in(Role.RECORD_STEWARD)

    shown = steward.get("/feeds/add/").content.decode()
    empty = steward.post("/feeds/add/", {"csrfmiddlewaretoken": "token"}).content.decode()
    wrong = steward.post("/feeds/add/", _new_feed(senders="A B")).content.decode()
    made = steward.post("/feeds/add/", _new_feed())
    again = steward.post("/feeds/add/", _new_feed()).content.decode()
    page = steward.get(made["Location"]).content.decode()
    steward.post("/feeds/second_hospital/senders/", {"senders": "RSECOND"})

    assert "What it sends" in shown
    assert "Give the new feed a name." in empty
    assert "Line 1 is no sender" in wrong
    assert made["Location"] == "/feeds/second_hospital/"
    assert "There is a feed" in again
    assert "Who may send it" in page
    assert Source.objects.get(pk="second_hospital").senders == ["RSECOND"]


def test_who_sends_a_feed_of_the_place_file_is_not_changed_on_a_page(hospital: Source) -> None:
    steward = signed_in(Role.RECORD_STEWARD)

    assert steward.get(f"/feeds/{hospital.pk}/senders/").status_code == 404

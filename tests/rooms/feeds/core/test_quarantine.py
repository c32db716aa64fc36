"""What was kept aside is settled once: mended and read, read again, or left out with a reason."""

from datetime import UTC, datetime

import pytest

from oneplace.access import audit
from oneplace.access.viewer import viewing
from oneplace.config.database import Role
from oneplace.feeds import queries, verbs
from oneplace.feeds.models import (
    Delivery,
    Mapping,
    Message,
    Quarantined,
    Source,
    UnmappedField,
)
from oneplace.feeds.reading import Tally
from oneplace.kit.refusals import Refused
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.rows import EntrySaid
from oneplace.vocabulary.terms import DeliveryState, Door, QuarantineReason, QuarantineState
from tests.database import as_role

from ..hl7.messages import written
from .conftest import LOADER, somebody

pytestmark = pytest.mark.django_db

GOOD, FAULTY = written(), written(MSH={10: "Q2"}, PID={3: ""})


def _read(at: datetime) -> dict[Delivery, Tally]:
    """What the record's taking in does, without the record."""
    deliveries = queries.waiting()
    tallies = {delivery: Tally() for delivery in deliveries}
    for delivery, unit in queries.units(deliveries):
        tallies[delivery].take(unit)
    verbs.mark_read(read=list(tallies.items()), by=LOADER, at=at)
    return tallies


@pytest.fixture
def aside(hospital: Source, at: datetime) -> Quarantined:
    with as_role(Role.LOADER):
        verbs.receive(
            source=hospital, door=Door.FOLDER, name="x", content=GOOD + FAULTY, by=LOADER, at=at
        )
        _read(at)
        return Quarantined.objects.select_related("delivery__source").get()


def test_one_faulty_message_is_kept_aside_and_its_neighbour_is_read(aside: Quarantined) -> None:
    delivery = aside.delivery
    delivery.refresh_from_db()

    assert (delivery.state, delivery.units, delivery.accepted, delivery.kept_aside) == (
        DeliveryState.PARTLY_READ, 2, 1, 1,
    )  # fmt: skip
    with as_role(Role.LOADER):
        assert Message.objects.get().number == 1
        assert queries.content_of(delivery, aside.offset, aside.length) == FAULTY.rstrip(b"\r")
        assert queries.waiting() == []


def test_mended_bytes_come_in_as_a_delivery_that_refers_to_the_first(
    aside: Quarantined, at: datetime
) -> None:
    with as_role(Role.LOADER), viewing(somebody("settle_quarantine"), at=at) as steward:
        delivery = verbs.mend(quarantined=aside, content=written(MSH={10: "Q2"}), by=steward, at=at)
        (tally,) = _read(at).values()

        aside.refresh_from_db()
        assert (aside.state, aside.replayed_as) == (QuarantineState.REPLAYED, delivery)
        assert delivery.replays == aside.delivery
        assert tally.accepted == 1
        with pytest.raises(Refused, match="settled already"):
            verbs.dismiss(quarantined=aside, why="again", by=steward, at=at)


def test_the_same_bytes_can_be_read_again(aside: Quarantined, at: datetime) -> None:
    with as_role(Role.LOADER), viewing(somebody("settle_quarantine"), at=at) as steward:
        verbs.read_again(quarantined=aside, by=steward, at=at)
        again = verbs.read_delivery_again(delivery=aside.delivery, by=steward, at=at)
        tallies = _read(at)

        assert [tally.kept_aside for tally in tallies.values()] == [1, 1]
        assert again.replays == aside.delivery
        assert Message.objects.filter(delivery=again).count() == 1


def test_nobody_without_the_permission_settles_and_nothing_is_left_out_without_a_reason(
    aside: Quarantined, at: datetime
) -> None:
    with (
        as_role(Role.LOADER),
        viewing(somebody("see_feeds"), at=at) as stranger,
        pytest.raises(Refused, match="ask the record steward"),
    ):
        verbs.dismiss(quarantined=aside, why="x", by=stranger, at=at)
    with as_role(Role.LOADER), viewing(somebody("settle_quarantine"), at=at) as steward:
        with pytest.raises(Refused, match="Say why"):
            verbs.dismiss(quarantined=aside, why=" ", by=steward, at=at)
        verbs.dismiss(quarantined=aside, why="A test of theirs", by=steward, at=at)
    with as_role(Role.LOADER):
        aside.refresh_from_db()
    assert aside.state is QuarantineState.DISMISSED


def test_a_message_of_a_sender_named_since_is_read_from_its_feed(
    hospital: Source, at: datetime
) -> None:
    with as_role(Role.LOADER):
        message = verbs.MessageIn(
            verbs.unknown_sender().code, "Q1", written(MSH={4: "ZZ7"}), "The sender is unknown."
        )
        verbs.receive_messages(messages=[message], by=LOADER, at=at)
        held = Quarantined.objects.get()
        with pytest.raises(Refused, match="Nobody has named the sender 'ZZ7' / 'PAS' yet"):
            verbs.read_again(quarantined=held, by=LOADER, at=at)

        verbs.change_source(source=hospital, senders=["ZZ8", "ZZ7/PAS"], by=LOADER, at=at)
        delivery = verbs.read_again(quarantined=held, by=LOADER, at=at)

        assert delivery.source == hospital
        assert queries.waiting() == [delivery]


def test_unmapped_fields_are_counted_up_with_their_first_and_last_time(
    hospital: Source, at: datetime
) -> None:
    with as_role(Role.LOADER):
        for number in (1, 2):
            verbs.receive(
                source=hospital, door=Door.FOLDER, name="x",
                content=written(MSH={10: str(number)}, PID={10: "W"}), by=LOADER, at=at,
            )  # fmt: skip
            _read(at)
        field = UnmappedField.objects.get()

    assert (field.path, field.times) == ("PID-10", 2)


@pytest.mark.parametrize(
    "verb",
    [
        "receive", "dismiss", "mend", "read_again", "read_delivery_again", "erase_delivery",
        "add_source", "change_source", "keep_aside", "keep_sources_in_step",
    ],
)  # fmt: skip
def test_without_its_audit_nothing_is_saved(
    aside: Quarantined, at: datetime, monkeypatch: pytest.MonkeyPatch, settings: object, verb: str
) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("the audit is broken")

    source = aside.delivery.source
    every: dict[str, dict[str, object]] = {
        "receive": {"source": source, "door": Door.COMMAND, "name": "x", "content": b"x"},
        "dismiss": {"quarantined": aside, "why": "x"},
        "mend": {"quarantined": aside, "content": GOOD},
        "read_again": {"quarantined": aside},
        "read_delivery_again": {"delivery": aside.delivery},
        "erase_delivery": {"delivery": aside.delivery, "why": "x"},
        "add_source": {"code": "new", "name": "New", "reader": "hl7"},
        "change_source": {"source": source, "senders": ["X"]},
        "keep_aside": {
            "delivery": aside.delivery,
            "reason": QuarantineReason.UNREADABLE,
            "words": "x",
        },
        "keep_sources_in_step": {"place": settings.PLACE},  # type: ignore[attr-defined]
    }  # fmt: skip

    def state() -> list[object]:
        return [
            list(model.objects.order_by("pk").values()) for model in (Delivery, Quarantined, Source)
        ]

    with as_role(Role.LOADER):
        before = state()
        monkeypatch.setattr(audit, "record", broken)

        with pytest.raises(RuntimeError, match="audit is broken"):
            getattr(verbs, verb)(**every[verb], by=LOADER, at=at)

        assert state() == before
        assert queries.content_of(Delivery.objects.get(pk=aside.delivery_id)) == GOOD + FAULTY


_MAPPED = """
subject = { authority = "charity", number = "Ref" }
entries = [{ kind = "note", title = "What", starts_at = "When" }]
"""


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("is_mended", [True, False])
def test_one_row_of_a_mapped_table_is_read_below_the_heading_of_its_file(
    encoding: str, is_mended: bool, at: datetime
) -> None:
    heading, faulty = "Notes of March\r\nWhat;Ref;When\r\n", "Café;R2;31/02/2026\r\n"
    text = f"{heading}Lunch;R1;01/03/2026\r\n{faulty}Walk;R3;02/03/2026\r\n"
    covers = (None, datetime(2026, 3, 8, tzinfo=UTC))
    with as_role(Role.LOADER):
        source = _mapped(at)
        verbs.receive(
            source=source, door=Door.FOLDER, name="notes.csv", content=text.encode(encoding),
            covers=covers, by=LOADER, at=at,
        )  # fmt: skip
        _read(at)
        held = Quarantined.objects.select_related("delivery__source").get()
        assert held.place == "row 4, column When"

        if is_mended:
            row = faulty.replace("31/02", "28/02").encode("cp1252" if "cp" in encoding else "utf-8")
            delivery = verbs.mend(quarantined=held, content=row, by=LOADER, at=at)
        else:
            delivery = verbs.read_again(quarantined=held, by=LOADER, at=at)

        ((_, unit),) = queries.units([delivery])
        expected = text.replace("Lunch;R1;01/03/2026\r\n", "").partition("Walk")[0]
        sent = queries.content_of(delivery).decode(encoding)
        assert sent == (expected.replace("31/02", "28/02") if is_mended else expected)
        if is_mended:
            (row_said,) = [row for row in unit.rows if isinstance(row, EntrySaid)]
            assert (row_said.title, row_said.place) == ("Café", "row 4")
            assert (row_said.said_at, row_said.version) == (covers[1], "000000004")
        else:
            assert unit.fault is not None
            assert unit.fault.place == "row 4, column When"
            again = queries.content_of(delivery, unit.offset, unit.length)
            assert again.decode(encoding.removesuffix("-sig").replace("16", "16-le")) == faulty


def test_a_row_that_comes_with_its_heading_gets_no_second_one(at: datetime) -> None:
    with as_role(Role.LOADER):
        verbs.receive(
            source=_mapped(at), door=Door.FOLDER, name="notes.csv",
            content=b"What,Ref,When\nLunch,,1/3/2026\n", by=LOADER, at=at,
        )  # fmt: skip
        _read(at)
        held = Quarantined.objects.select_related("delivery__source").get()
        mended = b"Ref,What,When\nR1,Lunch,1/3/2026\n"

        delivery = verbs.mend(quarantined=held, content=mended, by=LOADER, at=at)

        assert queries.content_of(delivery) == mended
        ((_, unit),) = queries.units([delivery])
        assert unit.fault is None


def _mapped(at: datetime) -> Source:
    mapping = Mapping.objects.create(
        code="charity_notes", toml=_MAPPED, version=1, made_by_id=new_id(), made_at=at
    )
    return verbs.add_source(
        code="charity_notes", name="Notes of a charity", reader="mapped", mapping=mapping,
        by=LOADER, at=at,
    )  # fmt: skip

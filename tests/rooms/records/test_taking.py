"""What cannot be taken is kept aside with its reason, and its neighbours go on."""

import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from oneplace.config.database import Role
from oneplace.feeds.models import Delivery, Quarantined
from oneplace.feeds.reading import Fault, Unit
from oneplace.kit import announcing
from oneplace.records import verbs
from oneplace.records.announcements import SubjectsTouched
from oneplace.records.models import Entry, Identity, Reach, Same, Subject, Version
from oneplace.records.queries import state_hash
from oneplace.records.verbs import merging, taking
from oneplace.records.verbs.lines import Line
from oneplace.vocabulary.ids import id_for
from oneplace.vocabulary.rows import AgentSaid, ReachSaid, Said, SameSaid, SubjectKey, Unmapped
from oneplace.vocabulary.terms import DeliveryState, EntryKind, QuarantineReason, ReachKind
from tests.database import admin, as_role
from tests.rooms.records.arriving import JOHN, MARY, SOURCE, arrive, entry, identity, loader, source

AT = datetime(2026, 3, 12, tzinfo=UTC)
POISONS: dict[str, Said] = {
    "a time without a zone": entry("bad", starts_at=AT.replace(tzinfo=None)),
    "an endless amount": entry("bad", value=Decimal("Infinity")),
    "an amount beyond measure": entry("bad", value=Decimal("1e4000")),
    "no number of its own": entry(""),
    "a number as long as a page": entry("x" * 1001),
    "nobody": entry("bad", subject=SubjectKey("practice:ZZ001", "")),
    "an unknown kind": entry("bad", kind="horoscope"),
    "a detail that is no JSON": entry("bad", detail={"what": object()}),
    "a number in a detail beyond measure": entry("bad", detail={"many": 2**70}),
    "one number in its own place": SameSaid(SOURCE, MARY, MARY, AT, "row 1"),
}


def _take(*deliveries: Delivery) -> verbs.TakenIn:
    return verbs.take_in(deliveries=deliveries, by=loader(), at=AT)


@pytest.mark.django_db
@pytest.mark.usefixtures("as_loader")
@pytest.mark.parametrize("poison", POISONS)
def test_a_row_the_record_cannot_hold_keeps_its_unit_aside_and_no_other(poison: str) -> None:
    unit = Unit("row 2", (entry("with it"), POISONS[poison]))
    delivery = arrive(entry("before"), unit, entry("after"))

    taken = _take(delivery)

    assert {row.key for row in Entry.objects.all()} == {"before", "after"}
    assert taken.entries_new == 2
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.PARTLY_READ
    aside = Quarantined.objects.get()
    assert (aside.place, aside.reason) == ("row 2", QuarantineReason.IMPOSSIBLE_VALUE)


@pytest.mark.django_db
@pytest.mark.usefixtures("as_loader")
@pytest.mark.parametrize("hostile", ["\x00", "\x1f", "\x1e", "\ud800", "\\", "\t\r\n", "\\N"])
def test_hostile_characters_neither_break_a_line_nor_move_a_field(hostile: str) -> None:
    number = SubjectKey("practice:ZZ001", f"M{hostile}")
    said = entry(
        f"k{hostile}",
        subject=number,
        title=f"a{hostile}b",
        labels=(f'"{hostile}"', ","),
        detail={"n": hostile},
    )

    way = ReachSaid(ReachKind.ADDRESS, hostile, lines=(hostile, '"'))
    _take(arrive(said, identity(family=hostile, reach=(way,)), entry("next")))

    odd, after = Entry.objects.order_by("key")
    plain = hostile if hostile in {"\\", "\t\r\n", "\\N"} else "�"
    odd, after = (odd, after) if odd.key.startswith("k") else (after, odd)
    shown = "?" if hostile == "\ud800" else plain
    assert (odd.title, odd.labels, odd.detail) == (
        f"a{shown}b",
        [f'"{shown}"', ","],
        {"n": shown},
    )
    assert after.title == "Type 2 diabetes"
    assert Identity.objects.get().family == shown
    assert Reach.objects.get().lines == [shown, '"']


@pytest.mark.django_db
@pytest.mark.usefixtures("as_loader")
def test_ids_are_made_from_keys_so_that_nothing_need_come_first() -> None:
    _take(arrive(entry("1", by_agent="dr", within="stay:S1")))

    row = Entry.objects.get()
    assert row.pk == id_for("entry", f"{SOURCE}|condition|1")
    assert row.subject_id == id_for("subject", f"{MARY.authority}|{MARY.value}")
    assert row.by_agent_id == id_for("agent", f"{SOURCE}|dr")
    assert row.within_id == id_for("entry", f"{SOURCE}|stay|S1")

    _take(arrive(AgentSaid(SOURCE, "dr", "Dr Ali", AT, "row 1"), entry("S1", kind=EntryKind.STAY)))

    row = Entry.objects.select_related("by_agent", "within").get(key="1")
    assert row.by_agent is not None and row.by_agent.name == "Dr Ali"
    assert row.within is not None and row.within.key == "S1"


@pytest.mark.django_db
@pytest.mark.usefixtures("as_loader")
@pytest.mark.parametrize("is_late", [False, True])
def test_an_encounter_whose_class_has_changed_stays_one_thing(is_late: bool) -> None:
    came = entry("Encounter/e1", day=1, kind=EntryKind.ATTENDANCE, title="Came by ambulance")
    stays = entry("Encounter/e1", day=2, kind=EntryKind.STAY, title="Admitted")
    within = entry("Condition/c1", within="attendance:Encounter/e1")

    for row in (stays, came, within) if is_late else (came, within, stays):
        verbs.take_in(deliveries=[arrive(row)], by=loader(), at=AT)

    (encounter,) = Entry.objects.filter(key="Encounter/e1")
    assert (encounter.kind, encounter.title, encounter.part) == (
        EntryKind.STAY,
        "Admitted",
        "events",
    )
    assert Entry.objects.get(key="Condition/c1").within_id == encounter.pk
    assert Version.objects.filter(thing_id=encounter.pk).count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("as_loader")
def test_a_delivery_that_turns_out_whole_wrong_leaves_nothing_of_what_was_already_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(taking, "CHUNK", 5)
    wrong = Fault("whole", QuarantineReason.CONTRADICTS, "Half of it.", is_whole=True)
    large = arrive(*(entry(str(key)) for key in range(12)), Unit("whole", fault=wrong))
    well = arrive(entry("well"))

    taken = _take(large, well)

    assert [row.key for row in Entry.objects.all()] == ["well"]
    assert taken.entries_new == 1
    large.refresh_from_db()
    assert large.state == DeliveryState.KEPT_ASIDE


@pytest.mark.django_db
@pytest.mark.usefixtures("as_loader")
def test_a_word_too_long_for_its_place_is_refused_and_never_cut() -> None:
    bad = arrive(identity(nhs_number_status="x" * 60))

    _take(bad)

    bad.refresh_from_db()
    assert bad.state == DeliveryState.KEPT_ASIDE
    assert not Identity.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("as_loader")
def test_a_few_lines_end_as_many_do(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        identity(MARY, family='O\\"Brien, the {elder}\n', previous_families=("a,b", 'c"d')),
        identity(
            JOHN, family="Two ways", reach=(ReachSaid(ReachKind.EMAIL, "é@x\\y", lines=("a", "")),)
        ),
        entry("1", title="once", labels=("x,y",), detail={"a": ["b"]}),
        entry("1", title="twice"),
        entry("1", title="once", labels=("x,y",), detail={"a": ["b"]}),
    ]
    hashes = []
    for few in (200, 0):
        with transaction.atomic():
            monkeypatch.setattr(merging, "_FEW", few)
            _take(arrive(*rows))
            _take(arrive(*rows[:1], entry("2")))
            hashes.append(
                (
                    state_hash(),
                    list(Reach.objects.order_by("position").values_list("text", "lines")),
                )
            )
            transaction.set_rollback(True)

    assert hashes[0] == hashes[1]


@pytest.mark.django_db
@pytest.mark.usefixtures("as_loader")
def test_a_delivery_the_database_refuses_is_kept_aside_and_its_neighbours_are_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = merging.write

    def refuse(table: merging.Table, said: list[Line]) -> merging.Merged:
        if any("poison" in line.text for line in said):
            with connection.cursor() as cursor:
                cursor.execute("select 1/0")
        return plain(table, said)

    monkeypatch.setattr(merging, "write", refuse)
    bad, well = arrive(entry("1", title="poison")), arrive(entry("2"))

    _take(bad, well)

    assert [row.key for row in Entry.objects.all()] == ["2"]
    bad.refresh_from_db()
    well.refresh_from_db()
    assert (bad.state, well.state) == (DeliveryState.KEPT_ASIDE, DeliveryState.READ)


@pytest.mark.django_db
@pytest.mark.usefixtures("as_loader")
def test_whoever_listens_is_told_whom_it_concerns_in_the_same_transaction(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[SubjectsTouched] = []
    monkeypatch.setattr(announcing, "_listeners", {SubjectsTouched: (heard.append,)})

    taken = _take(arrive(identity(), entry(), Unmapped(SOURCE, "column X", 3)))

    assert heard == [SubjectsTouched(taken.subject_ids, taken.to_place)]
    assert len(taken.subject_ids) == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("as_loader")
def test_whatever_is_taken_leaves_no_orphan() -> None:
    way = ReachSaid(ReachKind.MOBILE, "07700 900104")
    _take(
        arrive(
            entry(day=1),
            entry(day=2, subject=JOHN),
            identity(reach=(way,)),
            identity(JOHN, day=2, family="Obi"),
            SameSaid(SOURCE, MARY, SubjectKey("practice:ZZ002", "M9"), AT, "row 5"),
        )
    )

    subjects = set(Subject.objects.values_list("pk", flat=True))
    assert set(Entry.objects.values_list("subject_id", flat=True)) <= subjects
    assert set(Identity.objects.values_list("subject_id", flat=True)) <= subjects
    assert set(Version.objects.values_list("subject_id", flat=True)) <= subjects
    for same in Same.objects.all():
        assert {same.kept_id, same.given_up_id} <= subjects
    assert set(Reach.objects.values_list("identity_id", flat=True)) <= set(
        Identity.objects.values_list("pk", flat=True)
    )
    deliveries = set(Delivery.objects.values_list("pk", flat=True))
    assert set(Entry.objects.values_list("delivery_id", flat=True)) <= deliveries


@pytest.mark.django_db
@pytest.mark.usefixtures("as_loader")
def test_what_one_source_sent_is_read_together_though_another_stands_between(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Delivery] = []

    def units(deliveries: Sequence[Delivery]) -> Iterator[tuple[Delivery, Unit]]:
        asked.extend(deliveries)
        yield from ()

    monkeypatch.setattr("oneplace.feeds.queries.units_in_blocks", units)
    first, between, last = arrive(entry("1")), arrive(entry("2")), arrive(entry("3"))
    between.source = source("another")

    _take(first, between, last)

    assert asked in ([between, first, last], [first, last, between])


@pytest.mark.django_db
@pytest.mark.usefixtures("as_loader")
def test_a_version_says_for_ever_what_it_said() -> None:
    _take(arrive(entry(day=1, title="Asthma"), entry(day=2, title="COPD")))

    for statement in (
        "update records_version set content = '{}'",
        "update records_version set said_at = said_at - interval '1 day'",
        "delete from records_version",
        "truncate records_version",
    ):
        with (
            pytest.raises(Exception, match="version"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert Version.objects.get().content["title"] == "Asthma"


@pytest.fixture
def loading(committed: str, django_db_blocker: object) -> Iterator[str]:
    """A database in which transactions commit, spoken to as the loader."""
    with django_db_blocker.unblock(), as_role(Role.LOADER):  # type: ignore[attr-defined]
        yield committed


def test_a_loader_killed_in_the_middle_leaves_nothing_half_taken(
    loading: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "CHUNK", 5)
    delivery = arrive(*(entry(str(key)) for key in range(12)), identity())
    before, plain = state_hash(), merging.add_subjects

    def killed(subjects: dict[str, str]) -> frozenset[str]:
        pid = connection.connection.info.backend_pid
        with admin() as other:
            other.execute("select pg_terminate_backend(%s)", [pid])
        return plain(subjects)

    monkeypatch.setattr(merging, "add_subjects", killed)
    with pytest.raises(Exception, match=r"terminat|closed|lost"):
        _take(delivery)
    monkeypatch.setattr(merging, "add_subjects", plain)
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("set role oneplace_loader")

    assert state_hash() == before
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.RECEIVED

    assert _take(delivery).entries_new == 12


def test_two_loaders_at_once_end_in_the_state_of_one_after_the_other(loading: str) -> None:
    """Each takes the same things in another order; whoever comes second merges."""
    rows = [entry(str(key), day=1 + key % 3) for key in range(40)]
    newer = [row._replace(title="Gout", said_at=AT) for row in rows]
    one, other = arrive(*rows, identity()), arrive(*reversed(newer), identity(day=2))
    failed: list[BaseException] = []

    def take(delivery: Delivery) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("set role oneplace_loader")
            _take(delivery)
        except (DatabaseError, RuntimeError) as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(delivery,)) for delivery in (one, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert failed == []
    assert set(Entry.objects.values_list("title", flat=True)) == {"Gout"}
    assert Version.objects.filter(thing="entry").count() == 40

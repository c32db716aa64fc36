"""What is read of a record: newest first, with its source; and nothing by a stranger."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oneplace.access.models import AuditEntry, Relationship
from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role
from oneplace.records import queries, verbs
from oneplace.records.cards import face_of
from oneplace.records.models import Entry, Subject
from oneplace.records.queries import AllergyState, Filters
from oneplace.vocabulary.ids import id_for, new_id
from oneplace.vocabulary.rows import AgentSaid, ReachSaid, Said, SubjectKey
from oneplace.vocabulary.terms import (
    AccountKind,
    EntryKind,
    EntryStatus,
    Exactness,
    ReachKind,
    RelationshipKind,
)
from oneplace.vocabulary.terms import Role as JobRole
from tests.database import as_role
from tests.rooms.records.arriving import (
    JOHN,
    MARY,
    PRACTICE,
    SOURCE,
    arrive,
    entry,
    identity,
    loader,
)

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 12, 9, 40, tzinfo=UTC)
PERSON = new_id()
COUNCIL = SubjectKey("council:Z02", "77")


def _take(*rows: Said, at: datetime = AT) -> None:
    with as_role(Role.LOADER):
        verbs.take_in(deliveries=[arrive(*rows, at=at)], by=loader(), at=at)
        whose = {
            id_for("subject", f"{key.authority}|{key.value}"): PERSON for key in (MARY, COUNCIL)
        }
        verbs.say_whose(whose=whose, by=loader(), at=at)


def _somebody() -> Viewer:
    return Viewer(
        account_id=new_id(),
        kind=AccountKind.STAFF,
        name="Somebody",
        role=JobRole.GP,
        organisation_id=PRACTICE,
    )


@pytest.fixture
def nurse(db: None) -> Viewer:
    """Somebody with Mary on her caseload."""
    viewer = _somebody()
    assert viewer.account_id is not None
    with as_role(Role.LOADER):
        Relationship.objects.create(
            person_id=PERSON,
            party_id=viewer.account_id,
            kind=RelationshipKind.CASELOAD,
            source="test",
            starts_at=AT - timedelta(days=1),
        )
    return viewer


def _on(day: int) -> datetime:
    return datetime(2026, 2, day, tzinfo=UTC)


def test_the_timeline_is_newest_first_over_all_numbers_of_a_person(nurse: Viewer) -> None:
    _take(
        entry("1", starts_at=_on(1)),
        entry("2", starts_at=_on(3), subject=COUNCIL),
        entry("3", starts_at=_on(2)),
        entry("4"),
        entry("5", starts_at=_on(4), subject=JOHN),
        entry("6", starts_at=_on(5), status=EntryStatus.IN_ERROR),
    )

    with viewing(nurse, at=AT):
        page = queries.timeline(PERSON, viewer=nurse, at=AT)

    assert [row.key for row in page.entries] == ["2", "3", "1", "4"]
    assert page.next is None


def test_the_timeline_goes_on_where_its_page_ended(nurse: Viewer) -> None:
    _take(
        *(entry(str(key), starts_at=_on(1 + key % 3)) for key in range(7)),
        *(entry(f"undated {key}") for key in range(3)),
    )
    with viewing(nurse, at=AT):
        whole = queries.timeline(PERSON, viewer=nurse, at=AT).entries
        seen: list[queries.EntryShown] = []
        after = None
        while True:
            page = queries.timeline(PERSON, viewer=nurse, at=AT, after=after, size=3)
            seen += page.entries
            after = page.next
            if after is None:
                break

    assert seen == list(whole)
    assert len(seen) == 10


def test_the_timeline_is_narrowed_by_source_kind_time_and_words(nurse: Viewer) -> None:
    _take(
        entry("1", starts_at=_on(1), title="Fell at home", kind=EntryKind.FALL),
        entry("2", starts_at=_on(2), title="Home visit", words="Gave 100% of the dose"),
        entry("3", starts_at=_on(3), source="other", detail={"activity": "Catheter care"}),
    )

    def keys(**wanted: object) -> list[str]:
        filters = Filters(**wanted)  # type: ignore[arg-type]
        with viewing(nurse, at=AT):
            page = queries.timeline(PERSON, viewer=nurse, at=AT, filters=filters)
        return [row.key for row in page.entries]

    assert keys(sources=("other",)) == ["3"]
    assert keys(kinds=(EntryKind.FALL,)) == ["1"]
    assert keys(since=_on(2), until=_on(3)) == ["2"]
    assert keys(text="HOME") == ["2", "1"]
    assert keys(text="home visit") == ["2"]
    assert keys(text="100%") == ["2"]
    assert keys(text="10_%") == []
    assert keys(text="catheter") == ["3"]


def test_the_timeline_names_who_acted_where_and_whether_it_was_ever_different(
    nurse: Viewer,
) -> None:
    dr = AgentSaid(SOURCE, "dr", "Dr Ali", AT, "row 1", detail={"roles": ["GP"]})
    ward = AgentSaid(SOURCE, "w1", "Ward 1", AT, "row 1")
    _take(entry(day=1, title="Asthma"), dr, ward)
    _take(
        entry(
            day=2,
            by_agent="dr",
            at_agent="w1",
            value=Decimal("7.0"),
            starts_at=_on(1),
            exactness=Exactness.MONTH,
            detail={"severity": "mild"},
        )
    )

    with viewing(nurse, at=AT):
        row = queries.timeline(PERSON, viewer=nurse, at=AT).entries[0]

    assert (row.by, row.by_role, row.where) == ("Dr Ali", "GP", "Ward 1")
    assert row.has_history
    assert str(row.value) == "7.0"
    assert (row.starts_at, row.exactness) == (_on(1), Exactness.MONTH)
    assert row.said_at == datetime(2026, 3, 2, tzinfo=UTC)
    assert row.detail == {"severity": "mild"}


def test_the_timeline_is_one_statement_and_leaves_one_audit_entry(nurse: Viewer) -> None:
    _take(entry())

    with viewing(nurse, at=AT), CaptureQueriesContext(connection) as asked:
        queries.timeline(PERSON, viewer=nurse, at=AT)

    assert len(asked) == 1
    with as_role(Role.LOADER):
        noted = AuditEntry.objects.filter(action="see_timeline")
        assert [(row.person_id, row.account_id) for row in noted] == [(PERSON, nurse.account_id)]


def test_the_timeline_needs_its_audit(nurse: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    _take(entry())

    def refuse(**_: object) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr("oneplace.access.audit.within", refuse)
    with viewing(nurse, at=AT), pytest.raises(RuntimeError, match="no audit"):
        queries.timeline(PERSON, viewer=nurse, at=AT)


def test_silence_is_not_read_as_no_allergies(nurse: Viewer) -> None:
    def state(*rows: Said) -> AllergyState:
        _take(*rows)
        with viewing(nurse, at=AT):
            return queries.standing(PERSON, viewer=nurse, at=AT).allergy_state

    allergy = EntryKind.ALLERGY
    assert state(entry("c")) == AllergyState.NOT_RECORDED
    of_food = {"is_none_known": True, "none_known_of": "food"}
    assert state(entry("f", kind=allergy, detail=of_food)) == AllergyState.NOT_RECORDED
    none = entry("n", kind=allergy, detail={"is_none_known": True})
    assert state(none) == AllergyState.NONE_KNOWN
    assert state(entry("p", kind=allergy, title="Penicillin")) == AllergyState.RECORDED


def test_what_stands_is_told_apart_from_what_is_over_and_source_from_source(
    nurse: Viewer,
) -> None:
    medicine = EntryKind.MEDICINE
    _take(
        entry("c1", status=EntryStatus.CURRENT),
        entry("c2", status=EntryStatus.ENDED),
        entry("c3", status=EntryStatus.CANCELLED),
        entry("m1", kind=medicine, title="Metformin"),
        entry("m1", kind=medicine, title="Metformin", source="hospital", day=9, subject=COUNCIL),
        entry("s1", kind=EntryKind.STAY, status=EntryStatus.CURRENT, starts_at=_on(1)),
        entry("s2", kind=EntryKind.STAY, status=EntryStatus.ENDED, starts_at=_on(1)),
        entry("a1", kind=EntryKind.APPOINTMENT, starts_at=AT + timedelta(days=2)),
        entry("a2", kind=EntryKind.APPOINTMENT, starts_at=AT - timedelta(days=2)),
        entry("d1", kind=EntryKind.DOCUMENT, starts_at=_on(1)),
    )

    with viewing(nurse, at=AT), CaptureQueriesContext(connection) as asked:
        found = queries.standing(PERSON, viewer=nurse, at=AT)

    assert len(asked) == 1
    assert [row.key for row in found.now(EntryKind.CONDITION)] == ["c1"]
    assert [row.key for row in found.past(EntryKind.CONDITION)] == ["c2"]
    assert list(found.medicines_by_source) == ["hospital", SOURCE]
    assert found.as_of["hospital"] == datetime(2026, 3, 9, tzinfo=UTC)
    assert [row.key for row in found.stays] == ["s1"]
    assert [row.key for row in found.planned] == ["a1"]
    assert [row.key for row in found.of(EntryKind.DOCUMENT)] == ["d1"]


def test_measurements_come_by_kind_with_a_short_history(nurse: Viewer) -> None:
    def weight(day: int, value: str) -> Said:
        return entry(
            f"w{day}",
            kind=EntryKind.OBSERVATION,
            code="27113001",
            title="Body weight",
            unit="kg",
            value=Decimal(value),
            starts_at=_on(day),
        )

    pressure = entry(
        "bp",
        kind=EntryKind.OBSERVATION,
        title="Blood pressure",
        starts_at=_on(20),
        detail={"components": [{"what": "systolic", "value": "128"}]},
    )
    _take(*(weight(day, f"{60 + day}.0") for day in range(1, 15)), pressure)

    with viewing(nurse, at=AT):
        blood, body = queries.measurements(PERSON, viewer=nurse)

    assert blood.points[0].parts[0]["value"] == "128"
    assert (body.latest.key, str(body.latest.value)) == ("w14", "74.0")
    assert [str(point.value) for point in body.points] == [f"{60 + day}.0" for day in range(3, 15)]


def test_lanes_count_each_source_month_by_month(nurse: Viewer) -> None:
    _take(
        entry("1", starts_at=_on(1)),
        entry("2", starts_at=_on(2)),
        entry("3", starts_at=datetime(2020, 1, 1, tzinfo=UTC)),
        entry("4", source="other", day=5, starts_at=datetime(2026, 1, 31, 23, 59, tzinfo=UTC)),
    )

    with viewing(nurse, at=AT):
        ours, other = queries.lanes(PERSON, viewer=nurse, at=AT)

    assert (ours.source, ours.total, ours.months) == (SOURCE, 3, {"2026-02": 2})
    assert (other.months, other.said_at.day) == ({"2026-01": 1}, 5)
    assert ours.first_at == datetime(2020, 1, 1, tzinfo=UTC)


def test_history_tells_everything_once_said_in_order_and_what_changed(nurse: Viewer) -> None:
    for day, title in ((1, "Asthma"), (3, "COPD"), (2, "Wheeze")):
        _take(entry(day=day, title=title))
    row = Entry(pk=id_for("entry", f"{SOURCE}|condition|1"))

    with viewing(nurse, at=AT):
        said = queries.history(row.pk, viewer=nurse)

    assert [saying.content["title"] for saying in said] == ["Asthma", "Wheeze", "COPD"]
    assert [saying.stands for saying in said] == [False, False, True]
    assert [saying.changed for saying in said] == [(), ("title",), ("title",)]


def test_history_keeps_what_was_said_of_somebody_else(nurse: Viewer) -> None:
    _take(entry(day=1, subject=JOHN, title="John's"))
    _take(entry(day=2, subject=MARY, title="Mary's"))

    with viewing(nurse, at=AT):
        said = queries.history(id_for("entry", f"{SOURCE}|condition|1"), viewer=nurse)

    assert [saying.content["title"] for saying in said] == ["Mary's"]


def test_a_part_of_a_stay_is_found_within_it(nurse: Viewer) -> None:
    _take(entry("S1", kind=EntryKind.STAY), entry("1", within="stay:S1"))

    with viewing(nurse, at=AT):
        stay = queries.entry(id_for("entry", f"{SOURCE}|stay|S1"), viewer=nurse)
        assert stay is not None
        assert [row.key for row in queries.parts(stay, viewer=nurse)] == ["1"]


def test_identities_come_with_their_ways_of_reach(nurse: Viewer) -> None:
    _take(identity(day=1, reach=(ReachSaid(ReachKind.MOBILE, "07700 900104"),)))
    _take(identity(day=2, family="Obi"))

    with viewing(nurse, at=AT):
        row = queries.identities(PERSON, viewer=nurse).get()
        assert (row.family, list(row.reach.all())) == ("Obi", [])
        earlier = queries.earlier_identities(PERSON, viewer=nurse).get()
    assert earlier.content["family"] == "Okafor"


def test_stays_now_are_those_of_whom_the_viewer_may_open(nurse: Viewer) -> None:
    stay: dict[str, Any] = {
        "kind": EntryKind.STAY,
        "status": EntryStatus.CURRENT,
        "organisation": "Z03",
    }
    _take(entry("1", **stay), entry("2", **stay, subject=JOHN))

    with viewing(nurse, at=AT):
        found = [row.key for row in queries.stays_now(viewer=nurse, organisation="Z03")]
        other = list(queries.stays_now(viewer=nurse, organisation="Z99"))

    assert (found, other) == (["1"], [])


@pytest.mark.parametrize("asked", ["timeline", "text", "standing", "measurements", "lanes"])
def test_no_read_of_a_person_goes_through_the_whole_record(asked: str, nurse: Viewer) -> None:
    """Policies switch off indexes whose operators leak; subjects are found by plain equality.

    A planner that knows a table is empty takes any way through it, so there are rows enough to
    choose by and their statistics are fresh, whatever other tests left behind.
    """
    _take(
        *(
            entry(f"{number} {day}", starts_at=_on(day), subject=SubjectKey(SOURCE, f"n{number}"))
            for number in range(100)
            for day in (1, 2, 3)
        )
    )
    with as_role(Role.OWNER), connection.cursor() as cursor:
        cursor.execute("analyze records_entry, records_subject, access_relationship")
    filters = Filters(text="home visit", kinds=(EntryKind.CONTACT,), sources=(SOURCE,))
    reads: dict[str, Callable[[], object]] = {
        "timeline": lambda: queries.timeline(PERSON, viewer=nurse, at=AT),
        "text": lambda: queries.timeline(PERSON, viewer=nurse, at=AT, filters=filters),
        "standing": lambda: queries.standing(PERSON, viewer=nurse, at=AT),
        "measurements": lambda: queries.measurements(PERSON, viewer=nurse),
        "lanes": lambda: queries.lanes(PERSON, viewer=nurse, at=AT),
    }
    with viewing(nurse, at=AT), connection.cursor() as cursor:
        with CaptureQueriesContext(connection) as said:
            reads[asked]()
        # As on a borough, where going through a table is never the cheapest way.
        cursor.execute("set local enable_seqscan = off")
        cursor.execute("explain " + said[-1]["sql"].replace("%", "%%"))
        plan = "\n".join(line for (line,) in cursor.fetchall())

    for table in ("records_entry", "records_subject", "access_relationship"):
        assert f"Seq Scan on {table}" not in plan
    assert "records_timeline" in plan
    assert "records_subject_person" in plan


READS: dict[str, Callable[[uuid.UUID, Viewer], object]] = {
    "timeline": lambda row, viewer: queries.timeline(PERSON, viewer=viewer, at=AT).entries,
    "standing": lambda row, viewer: queries.standing(PERSON, viewer=viewer, at=AT).entries,
    "measurements": lambda row, viewer: queries.measurements(PERSON, viewer=viewer),
    "lanes": lambda row, viewer: queries.lanes(PERSON, viewer=viewer, at=AT),
    "entry": lambda row, viewer: queries.entry(row, viewer=viewer),
    "history": lambda row, viewer: queries.history(row, viewer=viewer),
    "identities": lambda row, viewer: list(queries.identities(PERSON, viewer=viewer)),
    "earlier_identities": lambda row, viewer: list(
        queries.earlier_identities(PERSON, viewer=viewer)
    ),
    "stays_now": lambda row, viewer: list(queries.stays_now(viewer=viewer)),
}


@pytest.mark.parametrize("asked", READS)
def test_a_stranger_reads_nothing(asked: str, nurse: Viewer) -> None:
    stay: dict[str, Any] = {
        "kind": EntryKind.STAY,
        "status": EntryStatus.CURRENT,
        "starts_at": _on(3),
    }
    weight: dict[str, Any] = {
        "kind": EntryKind.OBSERVATION,
        "starts_at": _on(2),
        "value": Decimal(60),
    }
    _take(entry("1", **stay), entry("2", **weight), identity(), identity(day=2, family="Obi"))
    row = id_for("entry", f"{SOURCE}|stay|1")

    with viewing(nurse, at=AT):
        own = READS[asked](row, nurse)
    stranger = _somebody()
    with viewing(stranger, at=AT):
        strangers = READS[asked](row, stranger)

    assert own
    assert not strangers


def test_a_stranger_reads_no_parts_of_a_stay_shown_to_another(nurse: Viewer) -> None:
    _take(entry("S1", kind=EntryKind.STAY), entry("1", within="stay:S1"))
    with viewing(nurse, at=AT):
        stay = queries.entry(id_for("entry", f"{SOURCE}|stay|S1"), viewer=nurse)
    assert stay is not None

    stranger = _somebody()
    with viewing(stranger, at=AT):
        assert queries.parts(stay, viewer=stranger) == ()


def test_a_person_without_numbers_has_an_empty_record(nurse: Viewer) -> None:
    with viewing(nurse, at=AT):
        assert queries.timeline(PERSON, viewer=nurse, at=AT).entries == ()
        assert queries.standing(PERSON, viewer=nurse, at=AT).entries == {}
    assert not Subject.objects.exists()


def test_the_face_of_an_entry_says_what_when_and_who(nurse: Viewer) -> None:
    _take(entry("1", starts_at=_on(1), exactness=Exactness.MONTH, by="Dr Ali"))

    with viewing(nurse, at=AT):
        face = face_of(queries.timeline(PERSON, viewer=nurse, at=AT).entries[0])

    assert (face.what, face.kind, face.when) == ("Type 2 diabetes", "Condition", "February 2026")
    assert face.who == "Dr Ali"

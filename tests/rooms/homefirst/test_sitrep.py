"""The figures of the day against the definition written as SQL, and as a page, paper and file."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.urls import reverse

from oneplace.access.viewer import NOBODY, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.homefirst import queries, verbs
from oneplace.homefirst.delay_reasons import delay_reasons
from oneplace.kit import clock
from oneplace.people.models import Person
from oneplace.science.sitrep import delays, sitrep
from oneplace.vocabulary.terms import BlockerType, CriteriaToReside, EntryStatus, Role
from tests.database import as_role
from tests.rooms.homefirst.around_a_desk import SPELL, World
from tests.rooms.people.saying import AT, GP, HOSPITAL, margaret, person_of, say, stay
from tests.rooms.plans.around_margaret import client_of, unconnected

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
ON, SINCE = date(2026, 3, 12), date(2026, 2, 13)

# The definitions as statements of their own: nothing of ours is called, days are those on the wall.
STAYS = """
with stay as (
  select e.id, (e.starts_at at time zone 'Europe/London')::date as admitted,
         (e.ends_at at time zone 'Europe/London')::date as left_on,
         (coalesce(d.ready_at, (e.detail->>'ready_at')::timestamptz) at time zone 'Europe/London')
           ::date as ready, coalesce((e.detail->>'is_death')::boolean, false) as died
    from records_entry e
    join records_subject s on s.id = e.subject_id
    left join homefirst_discharge d
      on d.person_id = s.person_id and d.spell = reverse(split_part(reverse(e.key), ':', 1))
   where e.kind = 'stay' and e.status in ('current', 'ended')
)
"""
DAILY = (
    STAYS
    + """
select count(*) filter (where true),
       count(*) filter (where ready <= %(on)s),
       count(*) filter (where ready <= %(on)s and left_on = %(on)s and not died),
       count(*) filter (where ready <= %(on)s and (left_on is null or left_on > %(on)s))
  from stay where admitted < %(on)s and (left_on is null or left_on >= %(on)s)
"""
)
DELAYS = (
    STAYS
    + """
select count(*), count(*) filter (where ready is null or ready < admitted or ready > left_on),
       coalesce(sum(left_on - ready) filter (where ready between admitted and left_on), 0)
  from stay where not died and admitted < left_on and left_on between %(since)s and %(on)s
"""
)
LOST = (
    STAYS
    + """
select count(*) from stay, generate_series(%(since)s::date, %(on)s::date, interval '1 day') as day
 where ready <= day::date and day::date < coalesce(left_on, %(today)s)
"""
)


def _moment(day: int, hour: int = 10, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.fixture
def ward(world: World) -> World:
    """Beside Margaret, ready for ten days: five stays that ended, each in another way."""
    ended = [
        # admitted, ready, left, how
        (_moment(1), _moment(5), _moment(9), {}),
        (_moment(2), _moment(12, 8), _moment(12, 16), {}),
        (_moment(3), None, _moment(11), {}),
        (_moment(4), _moment(6), _moment(12, 3), {"is_death": True}),
        (_moment(12, 1), _moment(12, 2), _moment(12, 9), {}),
    ]
    persons: list[Person] = []
    with as_role(DatabaseRole.LOADER):
        for number, (admitted, ready, left, more) in enumerate(ended):
            name = f"9{number}"
            detail = {**more, **({"ready_at": ready.isoformat()} if ready else {})}
            said = {"given": f"Pat{number}", "born_on": date(1940 + number, 1, 2)}
            who: dict[str, Any] = {"nhs_number": "", "is_nhs_number_sound": False, **said}
            say(
                margaret(GP, name, practice_code="ZZAS06", **who),
                margaret(HOSPITAL, f"H{name}", **who),
                stay(
                    HOSPITAL, f"H{name}", key=f"visit:S{name}", starts_at=admitted, ends_at=left,
                    status=EntryStatus.ENDED, detail=detail,
                ),
            )  # fmt: skip
            persons.append(person_of(HOSPITAL, f"H{name}"))
    _let_in(world, persons)
    return world


def _let_in(world: World, persons: list[Person]) -> None:
    """The nurse of the ward may open them all."""
    from oneplace.access import verbs as access_verbs
    from oneplace.vocabulary.terms import RelationshipKind
    from tests.factories import LOADER

    assert world.nurse.hat_id is not None
    with as_role(DatabaseRole.LOADER), viewing(LOADER, at=AT):
        for person in persons:
            access_verbs.open_relationship(
                person_id=person.pk, party_id=world.nurse.hat_id, source="tests",
                kind=RelationshipKind.CASELOAD, by=LOADER, at=AT,
            )  # fmt: skip


def _sql(statement: str) -> tuple[int, ...]:
    with as_role(DatabaseRole.LOADER), connection.cursor() as cursor:
        cursor.execute(statement, {"on": ON, "since": SINCE, "today": AT.date()})
        return tuple(int(each) for each in cursor.fetchone())


def test_the_figures_equal_the_definition_written_as_sql(ward: World) -> None:
    with viewing(ward.nurse, at=AT) as by:
        plan = verbs.plan_discharge(person_id=ward.margaret.pk, spell=SPELL, by=by, at=AT)
        verbs.open_blocker(
            discharge=plan, kind=BlockerType.FUNDING, holder_name="Council", holder="council",
            opened_at=_moment(2, 9), by=by, at=AT,
        )  # fmt: skip
        stays = [each for _, each in queries.stays_counted(since=SINCE, until=ON, viewer=by)]

    report = sitrep(stays, ON, LONDON)
    late = delays(stays, SINCE, ON, AT, LONDON)

    counted = (report.in_beds, report.no_longer_meets, report.left, report.remains)
    assert tuple(map(len, counted)) == _sql(DAILY) == (3, 3, 1, 1)
    assert (late.left, late.without_ready, sum(late.days)) == _sql(DELAYS) == (3, 1, 4)
    # Margaret 10, the first 4, who died 6; shared with the council from Margaret's second hour on.
    assert (late.lost,) == _sql(LOST) == (20,)
    assert sum(part for _, part in late.shares) == 20
    assert dict(late.shares)[("funding", "council")] == 10


def test_a_need_written_here_clears_what_the_feed_said(world: World) -> None:
    with viewing(world.nurse, at=AT) as by:
        plan = verbs.plan_discharge(person_id=world.margaret.pk, spell=SPELL, by=by, at=AT)
        verbs.review_residence(
            discharge=plan, found=CriteriaToReside.MET, reason="Oxygen", by=by, at=AT
        )
        ((_, counted),) = queries.stays_counted(since=SINCE, until=ON, viewer=by)
        assert counted.ready_at is None
        later = AT + timedelta(hours=4)
        verbs.review_residence(discharge=plan, found=CriteriaToReside.NOT_MET, by=by, at=later)
        ((_, counted),) = queries.stays_counted(since=SINCE, until=ON, viewer=by)

    assert counted.ready_at == later
    assert AT.date() in counted.looked_on


def test_the_page_and_the_file_say_the_same_and_name_nobody(
    monkeypatch: pytest.MonkeyPatch, ward: World
) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)
    browser = client_of(ward.nurse)

    page = browser.get(reverse("homefirst:sitrep"), {"on": "2026-03-12", "since": "2026-02-13"})
    file = browser.get(reverse("homefirst:sitrep_csv"), {"on": "2026-03-12", "since": "2026-02-13"})

    shown = page.content.decode()
    rows = list(csv.DictReader(io.StringIO(file.content.decode())))
    values = {row["figure"]: row["value"] for row in rows}
    assert values["No longer meet and remain"] == "1"
    assert values["Left hospital"] == "3"
    assert values["All of them"] == "20"
    for row in rows:
        assert f"<b>{row['value']}</b>" in shown
    for said in (shown, file.content.decode()):
        assert "Okafor" not in said
    assert browser.get(reverse("homefirst:sitrep"), {"on": "never"}).status_code == 200


def test_a_stranger_counts_nobody(ward: World) -> None:
    stranger = unconnected(Role.DISCHARGE_NURSE)

    for viewer in (stranger, NOBODY):
        with viewing(viewer, at=AT):
            assert queries.stays_counted(since=SINCE, until=ON, viewer=viewer) == []


def test_every_kind_of_blocker_has_its_group() -> None:
    assert set(delay_reasons()) == set(BlockerType.stored_words())

"""A small world for tests of LIFE: Margaret in a bed, the ward, the desk, somebody who goes out."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.conf import settings

from oneplace.access.models import Hat, Relationship
from oneplace.access.viewer import Viewer, load_viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.directory.models import Provider, Service, Source
from oneplace.homefirst import desks, offering, queries, verbs
from oneplace.homefirst.models import DeskCase, Package, RoundPlan, RoundSkill, Shift
from oneplace.partners.models import Organisation, Post, Team
from oneplace.people.models import Person
from oneplace.referrals import verbs as referral_verbs
from oneplace.visits import verbs as visit_verbs
from oneplace.visits.models import Visit, VisitOrigin, VisitPurpose
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import (
    EntryStatus,
    Gender,
    Pathway,
    RapidResponseReason,
    RelationshipKind,
    Role,
    ServiceCategory,
    Urgency,
)
from tests.database import as_role
from tests.factories import bring_in_place, make_account
from tests.rooms.people.saying import AT, GP, HOSPITAL, margaret, person_of, say, stay
from tests.rooms.plans.around_margaret import bola, connected

SPELL = "S100"
LEFT = AT - timedelta(minutes=4)
NEED = "Help to wash and dress, and to get upstairs"


@dataclass
class World:
    """Who there is."""

    margaret: Person
    bola: Person
    nurse: Viewer
    gp: Viewer
    coordinator: Viewer
    worker: Viewer
    service: Service
    crisis: Service

    @property
    def hat(self) -> Hat:
        """The hat of whoever goes out."""
        return Hat.objects.select_related("account", "post").get(pk=self.worker.hat_id)


def make_world() -> World:
    """Everybody, the desk's services, and Margaret in her bed."""
    bring_in_place()
    with as_role(DatabaseRole.LOADER):
        say(margaret(GP, "1", practice_code="ZZAS06"))
        say(margaret(HOSPITAL, "H1"), in_bed())
        person = person_of(GP, "1")
    other = bola()
    return World(
        margaret=person,
        bola=other,
        nurse=connected(Role.DISCHARGE_NURSE, person, "Nina Ward"),
        gp=connected(Role.GP, person, "Dr Gray"),
        coordinator=at_the_desk("Cora Desk"),
        worker=going_out("Sana Mirza"),
        service=service(ServiceCategory.HOME_FROM_HOSPITAL, "home_from_hospital"),
        crisis=service(ServiceCategory.CRISIS_AT_HOME, "rapid_response"),
    )


def in_bed(**more: object):  # type: ignore[no-untyped-def]
    """Margaret's stay: ready for ten days."""
    given = {
        "key": f"visit:{SPELL}",
        "starts_at": datetime(2026, 2, 20, 9, tzinfo=UTC),
        "detail": {"ready_at": "2026-03-02T10:20:00+00:00"},
        **more,
    }
    return stay(**given)  # type: ignore[arg-type]


def left(at: datetime = LEFT, *, day: int = 12) -> None:
    """The ward's message that she left, read now."""
    with as_role(DatabaseRole.LOADER):
        say(
            in_bed(
                status=EntryStatus.ENDED,
                ends_at=at,
                said_at=datetime(2026, 3, day, 9, 39, tzinfo=UTC),
            )
        )


def still_there() -> None:
    """The discharge is cancelled: she is in her bed."""
    with as_role(DatabaseRole.LOADER):
        say(in_bed(said_at=datetime(2026, 3, 12, 9, 45, tzinfo=UTC)))


def _in_team(role: Role, key: str, name: str) -> Viewer:
    account = make_account(name=name)
    with as_role(DatabaseRole.LOADER):
        team = Team.objects.get(key=key)
        post = Post(
            id=new_id(), key=f"test-{new_id().hex[:12]}", role=role,
            title=settings.PLACE.label_of(role),
            organisation=team.host,
        )  # fmt: skip
        post.save(force_insert=True)
        post.teams.add(team)
        hat = Hat(
            account=account, post=post, employer=team.host,
            starts_on=AT.date() - timedelta(days=400), source="test",
        )  # fmt: skip
        hat.save(force_insert=True)
    found = load_viewer(account.pk, hat.pk, at=AT)
    assert found is not None
    return found


def at_the_desk(name: str) -> Viewer:
    """Somebody of the desk."""
    return _in_team(Role.LIFE_COORDINATOR, "life_coordination", name)


def going_out(name: str) -> Viewer:
    """Somebody who goes to people's doors for it."""
    return _in_team(Role.THERAPIST, "life_reablement", name)


def service(category: ServiceCategory, key: str) -> Service:
    """One of the desk's services in the directory."""
    with as_role(DatabaseRole.LOADER):
        team = Team.objects.get(pk=desks.desks()[0].id)
        organisation = Organisation.objects.get(pk=team.host_id)
        provider, _ = Provider.objects.get_or_create(
            source_code="place", key=organisation.code,
            defaults={"source": Source.PLACE, "name": organisation.name,
                      "organisation": organisation},
        )  # fmt: skip
        return Service.objects.create(
            provider=provider, source=Source.PLACE, source_code="place", key=key,
            name=category.label, category=category, team=team, taken_at=AT,
        )  # fmt: skip


def asked(world: World, **more: object) -> DeskCase:
    """The ward has asked the desk to bring her home."""
    with viewing(world.nurse, at=AT) as by:
        return verbs.ask_life(
            person_id=world.margaret.pk,
            spell=SPELL,
            hospital="hospital_trust",
            need=NEED,
            by=by,
            at=AT,
            **more,  # type: ignore[arg-type]
        )


def accepted(world: World, **more: object) -> DeskCase:
    """The desk has taken her on."""
    case = asked(world, **more)
    with viewing(world.coordinator, at=AT) as by:
        return verbs.accept(case=case, package=Package.NONE, pathway=Pathway.P1, by=by, at=AT)


def crisis(world: World) -> DeskCase:
    """Her GP asks for somebody within two hours."""
    with viewing(world.gp, at=AT) as by:
        made = referral_verbs.make_referral(
            person_id=world.margaret.pk,
            service=world.crisis,
            need="Fell, cannot stand, no injury",
            urgency=Urgency.TWO_HOURS,
            by=by,
            at=AT,
        )
        return DeskCase.objects.get(referral=made)


def crisis_accepted(world: World) -> DeskCase:
    """The desk has taken the crisis on."""
    case = crisis(world)
    with viewing(world.coordinator, at=AT) as by:
        return verbs.accept(
            case=case, package=Package.NONE, reason=RapidResponseReason.FALL, by=by, at=AT
        )


def a_round(world: World, *, minutes: int = 60) -> Visit:
    """Whoever goes out has a visit today, so that their round can be asked."""
    with as_role(DatabaseRole.LOADER):
        booker = connected(Role.THERAPIST, world.bola)
    with viewing(booker, at=AT) as by:
        visit = visit_verbs.book(
            person_id=world.bola.pk,
            purpose=VisitPurpose.REABLEMENT,
            opens_at=AT,
            closes_at=AT + timedelta(hours=5),
            worker=world.hat,
            minutes=minutes,
            origin=VisitOrigin.EPISODE,
            by=by,
            at=AT,
        )
        return visit_verbs.plan_visit(
            visit=visit, worker=world.hat, planned_at=AT + timedelta(minutes=20), by=by, at=AT
        )


def sent(world: World) -> DeskCase:
    """Somebody goes."""
    case = accepted(world)
    a_round(world)
    with viewing(world.coordinator, at=AT) as by:
        case = DeskCase.objects.get(pk=case.pk)
        (row,) = queries.shown([case], viewer=by, at=AT)
        offered = offering.offers_for(case, row.clock, viewer=by, at=AT)
        assert offered is not None and offered.offers
        best = offered.offers[0]
        return verbs.allocate(
            case=case,
            worker_id=world.worker.account_id,  # type: ignore[arg-type]
            arrives_at=best.arrives_at,
            late_because="" if best.is_in_time else "Nobody sooner",
            by=by,
            at=AT,
        )


def as_it_stands(world: World, case: DeskCase) -> DeskCase:
    """The case read anew by the desk."""
    with viewing(world.coordinator, at=AT):
        return DeskCase.objects.select_related("referral").get(pk=case.pk)


def in_the_roster(world: World, viewer: Viewer, **more: object) -> Shift:
    """Somebody works today, from seven to five, with a break."""
    hat = Hat.objects.select_related("account", "post").get(pk=viewer.hat_id)
    with viewing(world.coordinator, at=AT) as by:
        worker = verbs.keep_round_worker(
            hat=hat, skills=[RoundSkill.PERSONAL_CARE], gender=Gender.FEMALE, by=by, at=AT
        )
        given = {
            "from_at": AT.replace(hour=7, minute=0),
            "until_at": AT.replace(hour=17, minute=0),
            "break_from_at": AT.replace(hour=12, minute=0),
            "break_until_at": AT.replace(hour=14, minute=0),
            "break_minutes": 30,
            **more,
        }
        return verbs.set_shift(worker=worker, on=AT.date(), by=by, at=AT, **given)  # type: ignore[arg-type]


def suggested(world: World) -> RoundPlan:
    """A round of one, somebody else free in the roster, and a suggestion for the day."""
    a_round(world)
    in_the_roster(world, world.worker)
    in_the_roster(world, going_out("Tom Free"))
    with viewing(world.coordinator, at=AT) as by:
        return verbs.suggest_rounds(desk=desks.desks()[0], on=AT.date(), seconds=0.3, by=by, at=AT)


def nobodys_visit(world: World, **more: object) -> Visit:
    """A visit of the team nobody is named for."""
    case = accepted(world)
    team = world.hat.post.teams.get()
    with viewing(world.coordinator, at=AT) as by:
        given = {
            "opens_at": AT + timedelta(hours=1),
            "closes_at": AT + timedelta(hours=4),
            "minutes": 30,
            **more,
        }
        return visit_verbs.book(
            person_id=world.margaret.pk, purpose=VisitPurpose.REABLEMENT, team=team,
            origin=VisitOrigin.EPISODE, origin_id=case.pk, by=by, at=AT, **given,  # type: ignore[arg-type]
        )  # fmt: skip


def a_full_desk(world: World, number: int) -> list[DeskCase]:
    """So many people, each with a crisis that stands at the desk, undecided."""
    with as_role(DatabaseRole.LOADER):
        say(
            *(
                margaret(
                    GP, f"full-{each}", given=f"Person {each}", family="Queue", nhs_number="",
                    is_nhs_number_sound=False, practice_code="ZZAS06", reach=(),
                    born_on=date(1930 + each % 30, 1 + each % 12, 1 + each % 28),
                )
                for each in range(number)
            )
        )  # fmt: skip
        people = [person_of(GP, f"full-{each}") for each in range(number)]
        Relationship.objects.bulk_create(
            Relationship(
                person_id=person.pk, party_id=world.gp.hat_id, source="test",
                kind=RelationshipKind.REGISTERED_PRACTICE,
                starts_at=datetime(2020, 1, 1, tzinfo=UTC),
            )
            for person in people
        )  # fmt: skip
    cases = []
    for each, person in enumerate(people):
        at = AT + timedelta(seconds=each)
        with viewing(world.gp, at=at) as by:
            made = referral_verbs.make_referral(
                person_id=person.pk, service=world.crisis, need=f"Fell, number {each}",
                urgency=Urgency.TWO_HOURS, by=by, at=at,
            )  # fmt: skip
            cases.append(DeskCase.objects.get(referral=made))
    return cases

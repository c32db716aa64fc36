"""A demonstration's desk: today's rounds and the morning's referrals, made by the verbs themselves.

Invented, with the demonstration's own accounts: two days of visits that are under way, referrals
that stand at each step of the desk, and a round into which the story's person fits. Whoever and
whatever is said is invented; ways are reckoned, not made up.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.models import Q

from oneplace.access import verbs as access_verbs
from oneplace.access.models import DemoPerson, Hat, Relationship
from oneplace.access.viewer import Viewer, load_viewer, system_viewer, viewing
from oneplace.directory.models import Service
from oneplace.homefirst import desks, verbs
from oneplace.homefirst.models import DeskCase, DeskState, Package, RoundSkill
from oneplace.homefirst.queries.places import points
from oneplace.kit.clock import day_begins, local_day
from oneplace.kit.refusals import Refused
from oneplace.people.models import Person
from oneplace.records.models import Entry
from oneplace.referrals import verbs as referral_verbs
from oneplace.referrals.models import Referral
from oneplace.science.routing import Point, Travel
from oneplace.science.routing.travel import Mode
from oneplace.visits import verbs as visit_verbs
from oneplace.visits.models import Visit, VisitOrigin, VisitPurpose
from oneplace.vocabulary.terms import (
    EntryKind,
    EntryStatus,
    Pathway,
    Purpose,
    RapidResponseReason,
    ReferralRejected,
    ReferralSource,
    RelationshipKind,
    Role,
    ServiceCategory,
    Urgency,
)

_SEED: Final = 2026
_INVENTOR: Final = system_viewer("demo desk", purpose=Purpose.DIRECT_CARE, permissions=frozenset())
_TELL: Callable[[float, str], None] = lambda done, what: None  # noqa: E731
STORY_HOME_AFTER: Final = timedelta(hours=1, minutes=50)
"""How long after the demonstration begins the story's person is expected at home."""
_MINUTES_AWAY: Final = 12
"""As far as the story says that the nearest worker is; whoever lives nearest to that is chosen."""
_STORY_ARRIVES: Final = timedelta(hours=2, minutes=4)
"""When the nearest worker can stand at the story person's door, after the demonstration begins."""
_VISIT: Final = timedelta(minutes=40)


@dataclass(frozen=True)
class _Asked:
    """One invented referral of the morning: the service, the need, and how far the desk is."""

    category: ServiceCategory
    urgency: Urgency
    need: str
    before: timedelta
    by: Role
    source: ReferralSource
    then: str
    reason: RapidResponseReason | None = None


_ASKED: Final = (
    _Asked(ServiceCategory.CRISIS_AT_HOME, Urgency.TWO_HOURS,
           "Fell in the kitchen, cannot stand without help, no injury found",
           timedelta(minutes=82), Role.GP, ReferralSource.AMBULANCE, "accepted",
           RapidResponseReason.FALL),
    _Asked(ServiceCategory.CRISIS_AT_HOME, Urgency.TWO_HOURS,
           "More confused since yesterday, wife cannot leave him alone",
           timedelta(minutes=24), Role.GP, ReferralSource.GP, "new"),
    _Asked(ServiceCategory.CRISIS_AT_HOME, Urgency.TWO_HOURS,
           "Catheter blocked since the night, district nurses are full",
           timedelta(minutes=55), Role.GP, ReferralSource.COMMUNITY_NURSING, "triage"),
    _Asked(ServiceCategory.REABLEMENT, Urgency.TWO_DAYS,
           "Wrist broken, lives alone, cannot wash or cook with one hand",
           timedelta(hours=20), Role.GP, ReferralSource.GP, "accepted"),
    _Asked(ServiceCategory.REABLEMENT, Urgency.ROUTINE,
           "Weaker since a chest infection, wants to climb the stairs again",
           timedelta(hours=22), Role.GP, ReferralSource.HUDDLE, "waiting"),
    _Asked(ServiceCategory.CRISIS_AT_HOME, Urgency.TWO_HOURS,
           "Daughter who cares day and night has collapsed with exhaustion",
           timedelta(minutes=140), Role.GP, ReferralSource.CARER, "full",
           RapidResponseReason.CARER_BREAKDOWN),
    _Asked(ServiceCategory.REABLEMENT, Urgency.ROUTINE,
           "Asks for a ramp; no need for help to do things again",
           timedelta(hours=3), Role.GP, ReferralSource.SELF, "redirect"),
)  # fmt: skip


def invent_desk(*, at: datetime, tell: Callable[[float, str], None] = _TELL) -> int:
    """Make this morning's desk and today's rounds; how many referrals. Nothing where made already.

    Refused outside a demonstration. Speaks as the loader; each verb acts as the person of the
    demonstration who would.
    """
    if not settings.IS_DEMO:
        raise RuntimeError("Only a demonstration has an invented desk.")
    team = _Team.of_demo(at)
    if team is None:
        return 0
    story = _story_person()
    # A quick visitor may have asked for the story's person already.
    others = DeskCase.objects.exclude(person=story) if story else DeskCase.objects.all()
    if others.exists():
        return 0
    maker = _Maker(team, at)
    tell(0.1, "rounds")
    maker.rounds()
    tell(0.6, "referrals")
    made = maker.referrals()
    tell(1.0, "done")
    return made


@dataclass(frozen=True)
class _Team:
    """The demonstration's people who ask and answer."""

    gp: Viewer
    nurse: Viewer
    coordinator: Viewer
    desk: desks.Desk

    @classmethod
    def of_demo(cls, at: datetime) -> "_Team | None":
        """Those a visitor may walk in as; None before they arrived, or where there is no desk."""
        found = {}
        for role in (Role.GP, Role.DISCHARGE_NURSE, Role.LIFE_COORDINATOR):
            viewer = viewer_of_demo(role, at=at)
            if viewer is None:
                return None
            found[role] = viewer
        coordinator = found[Role.LIFE_COORDINATOR]
        desk = next((each for each in desks.desks() if each.id in coordinator.parties), None)
        if desk is None:
            return None
        return cls(found[Role.GP], found[Role.DISCHARGE_NURSE], coordinator, desk)


def viewer_of_demo(role: Role, *, at: datetime) -> Viewer | None:
    """Whoever a visitor walks in as for a role, as a viewer."""
    person = DemoPerson.objects.select_related("account").filter(role=role).first()
    if person is None or person.account is None:
        return None
    hat = Hat.objects.filter(account=person.account, post__role=role, ended_at__isnull=True).first()
    return load_viewer(person.account.pk, hat.pk, at=at) if hat is not None else None


# Older people of the show practice who are alive, open and not the story's person.
_PEOPLE: Final = """
select p.id from people_person p
 where p.practice_code = %(practice)s and p.current_id = p.id and not p.is_dead
   and p.born_on < '1966-01-01' and trim(p.given || ' ' || p.family) <> %(story)s
   and not exists (select from access_barrier b where b.person_id = p.id)
   and not exists (
    select from records_subject s join records_entry e on e.subject_id = s.id
     where s.person_id = p.id and e.kind = 'stay' and e.status = 'current')
 order by md5(p.id::text) limit 60
"""


class _Maker:
    """Makes rounds and referrals, each by the verbs."""

    def __init__(self, team: _Team, at: datetime) -> None:
        self.team, self.at = team, at
        self.chance = random.Random(_SEED)  # noqa: S311 - an invented morning
        self.story = _story_person()
        self.people = self._people()
        with viewing(team.gp, at=at):
            self.points = points(
                [*[each.pk for each in self.people], *([self.story.pk] if self.story else [])],
                viewer=team.gp,
                at=at,
            )

    def _people(self) -> list[Person]:
        with connection.cursor() as cursor:
            cursor.execute(
                _PEOPLE,
                {
                    "practice": settings.PLACE.demo.show_practice,
                    "story": settings.PLACE.demo.story_person,
                },
            )
            ids = [row[0] for row in cursor.fetchall()]
        found = Person.objects.in_bulk(ids)
        return [found[each] for each in ids]

    def rounds(self) -> None:
        """Today's rounds of those who go out: full, but for one place near the story's person."""
        workers = self._workers()
        if not workers:
            return
        near = self._person_so_far(_MINUTES_AWAY)
        for number, hat in enumerate(workers):
            self._in_the_roster(hat, number)
            if number == 0:
                self._first_round(hat, near)
            else:
                self._full_round(hat, number)

    def _workers(self) -> list[Hat]:
        """The demonstration's own therapist first, then others of the desk's teams."""
        first = DemoPerson.objects.filter(role=Role.THERAPIST).first()
        on = local_day(self.at)
        found = list(
            Hat.objects.filter(
                Q(ends_on__isnull=True) | Q(ends_on__gte=on),
                post__teams__in=self.team.desk.going_out,
                ended_at__isnull=True,
                account__is_active=True,
            )
            .select_related("account", "post__organisation")
            .distinct()
            .order_by("account__name", "pk")
        )
        own = [hat for hat in found if first is not None and hat.account_id == first.account_id]
        others = [hat for hat in found if hat not in own]
        return [*own, *others][:4]

    def _in_the_roster(self, hat: Hat, number: int) -> None:
        """Today's and tomorrow's shift of somebody, long enough for the rounds that are made."""
        skills = (RoundSkill.PERSONAL_CARE, tuple(RoundSkill)[number % len(RoundSkill)])
        begins = day_begins(local_day(self.at))
        with viewing(self.team.coordinator, at=self.at) as by:
            worker = verbs.keep_round_worker(
                hat=hat, skills=tuple(dict.fromkeys(skills)), by=by, at=self.at
            )
            for after in range(2):
                first = begins + timedelta(days=after)
                verbs.set_shift(
                    worker=worker,
                    on=local_day(first + timedelta(hours=12)),
                    from_at=first + timedelta(hours=8),
                    until_at=first + timedelta(hours=20),
                    by=by,
                    at=self.at,
                )

    def _person_so_far(self, minutes: int) -> Person | None:
        """Whoever lives nearest to so many minutes from the story's person."""
        home = self.points.get(self.story.pk) if self.story else None
        if home is None:
            return self.people[0] if self.people else None
        known = [each for each in self.people if each.pk in self.points]
        return min(
            known,
            key=lambda each: (abs(self._minutes(each, home) - minutes), str(each.pk)),
            default=None,
        )

    def _minutes(self, person: Person, home: Point) -> int:
        return Travel().minutes(self.points[person.pk], home, Mode.CAR)

    def _first_round(self, hat: Hat, near: Person | None) -> None:
        """The round with room: a visit that ends so that she can be at his door, one to move."""
        begins = self.at - timedelta(minutes=70)
        arrives = self.at + _STORY_ARRIVES
        home = self.points.get(self.story.pk) if self.story else None
        way = self._minutes(near, home) if near is not None and home is not None else 12
        last_from = self.at + timedelta(hours=1)
        last = int((arrives - timedelta(minutes=way) - last_from) // timedelta(minutes=1))
        people = [each for each in self.people if each != near]
        self._visit(hat, people[0], begins, minutes=45)
        self._visit(hat, people[1], self.at - timedelta(minutes=10), minutes=40)
        if near is not None:
            self._visit(hat, near, last_from, minutes=max(20, last), locked=True)
        self._visit(hat, people[2], arrives + timedelta(minutes=16), minutes=40, grace=180)
        self._visit(hat, people[3], self.at + timedelta(hours=4, minutes=20), minutes=40)
        del self.people[0:4]

    def _full_round(self, hat: Hat, number: int) -> None:
        """A round without room: locked visits one after the other."""
        begins = self.at - timedelta(minutes=60 + 5 * number)
        for place in range(6):
            if not self.people:
                return
            person = self.people.pop(0)
            self._visit(
                hat, person, begins + place * timedelta(minutes=62), minutes=50, locked=True,
                grace=20,
            )  # fmt: skip

    def _visit(
        self,
        hat: Hat,
        person: Person,
        begins: datetime,
        *,
        minutes: int,
        grace: int = 60,
        locked: bool = False,
    ) -> None:
        """A visit to somebody LIFE helps already: their referral is a week old and started."""
        coordinator = self.team.coordinator
        booked_at = self.at - timedelta(hours=16)
        case = self._known(person)
        if case is None:
            return
        with viewing(coordinator, at=booked_at):
            try:
                visit = visit_verbs.book(
                    person_id=person.pk,
                    purpose=VisitPurpose.REABLEMENT,
                    opens_at=begins - timedelta(minutes=10),
                    closes_at=begins + timedelta(minutes=grace),
                    worker=hat,
                    minutes=minutes,
                    why="Washing, dressing, breakfast: to do alone again",
                    origin=VisitOrigin.EPISODE,
                    origin_id=case.pk,
                    by=coordinator,
                    at=booked_at,
                )
                visit_verbs.plan_visit(
                    visit=visit,
                    worker=hat,
                    planned_at=begins,
                    is_locked=locked,
                    by=coordinator,
                    at=booked_at,
                )
            except Refused:
                return
        self._went(hat, visit, begins, minutes)

    def _went(self, hat: Hat, visit: Visit, begins: datetime, minutes: int) -> None:
        """What lies before now was done, by whoever went."""
        if begins > self.at:
            return
        worker = load_viewer(hat.account_id, hat.pk, at=self.at)
        if worker is None:
            return
        with viewing(worker, at=begins):
            try:
                visit_verbs.arrive(visit=visit, by=worker, at=begins)
                ends = begins + timedelta(minutes=minutes)
                if ends <= self.at:
                    visit.refresh_from_db()
                    visit_verbs.finish(visit=visit, by=worker, at=ends)
            except Refused:
                return

    def _known(self, person: Person) -> DeskCase | None:
        """Somebody in the second week of reablement."""
        at = self.at - timedelta(days=9, minutes=self.chance.randrange(0, 300))
        made = self._ask(
            person, ServiceCategory.REABLEMENT, Urgency.TWO_DAYS,
            "To wash, dress and cook alone again", self.team.gp, ReferralSource.GP, at=at,
        )  # fmt: skip
        if made is None:
            return None
        case = DeskCase.objects.get(referral=made)
        coordinator = self.team.coordinator
        with viewing(coordinator, at=at + timedelta(hours=1)) as by:
            verbs.accept(
                case=case, package=Package.NONE, pathway=Pathway.P1, by=by,
                at=at + timedelta(hours=1),
            )  # fmt: skip
            verbs.follow_arrival(
                visit_id=case.pk, origin_id=case.pk, worker_name="The team", by=verbs.keeper(),
                at=at + timedelta(hours=26),
            )  # fmt: skip
        case.refresh_from_db()
        return case

    def _ask(  # noqa: PLR0917 - one invented ask
        self,
        person: Person,
        category: ServiceCategory,
        urgency: Urgency,
        need: str,
        by: Viewer,
        source: ReferralSource,
        *,
        at: datetime,
    ) -> Referral | None:
        service = (
            Service.objects.filter(category=category, is_listed=True, team_id=self.team.desk.id)
            .select_related("provider", "team")
            .first()
        )
        if service is None:
            return None
        opened = self._registered_then(person, by, at=at)
        with viewing(by, at=at):
            try:
                made = referral_verbs.make_referral(
                    person_id=person.pk, service=service, need=need, urgency=urgency,
                    asked_from=source, by=by, at=at,
                )  # fmt: skip
            except Refused:
                made = None
        with viewing(_INVENTOR, at=at) as inventor:
            access_verbs.end_relationship(
                relationship=opened, by=inventor, at=at + timedelta(minutes=1)
            )
        return made

    def _registered_then(self, person: Person, by: Viewer, *, at: datetime) -> Relationship:
        """The practice cared for them before its first file came: so that it could ask then."""
        assert by.organisation_id is not None  # noqa: S101 - whoever asks works somewhere
        with viewing(_INVENTOR, at=at) as inventor:
            return access_verbs.open_relationship(
                person_id=person.pk,
                party_id=by.organisation_id,
                kind=RelationshipKind.REGISTERED_PRACTICE,
                source="demo",
                by=inventor,
                at=at - timedelta(minutes=1),
            )

    def referrals(self) -> int:
        """The morning's referrals, each as far as the desk has come, and those in hospital."""
        made = 0
        for asked in _ASKED:
            if not self.people:
                break
            person = self.people.pop(0)
            at = self.at - asked.before
            referral = self._ask(
                person, asked.category, asked.urgency, asked.need, self.team.gp, asked.source,
                at=at,
            )  # fmt: skip
            if referral is None:
                continue
            made += 1
            self._answer(DeskCase.objects.get(referral=referral), asked, at=at)
        return made + self._wards()

    def _answer(self, case: DeskCase, asked: _Asked, *, at: datetime) -> None:
        coordinator = self.team.coordinator
        at += timedelta(minutes=9)
        with viewing(coordinator, at=at) as by:
            if asked.then == "triage":
                verbs.triage(case=case, by=by, at=at)
            elif asked.then == "waiting":
                verbs.wait_for_information(
                    case=case, words="Who has the key, and is there a step at the door?",
                    by=by, at=at,
                )  # fmt: skip
            elif asked.then == "full":
                verbs.reject(
                    case=case,
                    because=ReferralRejected.NO_CAPACITY,
                    words="Nobody was free to sit with her before the evening; rang the emergency "
                    "duty team instead.",
                    by=by,
                    at=at,
                )
            elif asked.then == "redirect":
                verbs.redirect(
                    case=case, to="Adult social care front door",
                    words="A ramp is theirs to arrange.", by=by, at=at,
                )  # fmt: skip
            elif asked.then == "accepted":
                verbs.accept(case=case, package=Package.NONE, reason=asked.reason, by=by, at=at)

    def _wards(self) -> int:
        """Some of those who are in a bed and ready: the ward asked yesterday for today."""
        nurse = self.team.nurse
        at = self.at - timedelta(minutes=35)
        made = 0
        with viewing(nurse, at=at):
            stays = list(
                Entry.objects.filter(kind=EntryKind.STAY, status=EntryStatus.CURRENT)
                .select_related("subject")
                .order_by("starts_at", "pk")
            )
        for stay in stays:
            person_id = stay.subject.person_id
            is_story = self.story is not None and person_id == self.story.pk
            if made >= 2 or person_id is None or is_story or not stay.detail.get("ready_at"):
                continue
            with viewing(nurse, at=at) as by:
                try:
                    verbs.ask_life(
                        person_id=person_id,
                        spell=stay.key.rpartition(":")[2],
                        hospital=stay.organisation,
                        need="Help to wash and dress in the morning, meals, two carers to move",
                        home_from=self.at + timedelta(hours=5, minutes=30 * made),
                        pathway=Pathway.P1,
                        by=by,
                        at=at,
                    )
                except Refused:
                    continue
            made += 1
        return made


def _story_person() -> Person | None:
    given, _, family = settings.PLACE.demo.story_person.partition(" ")
    if not given:
        return None
    code = settings.PLACE.demo.show_practice
    found = Person.objects.filter(given=given, family=family, practice_code=code).first()
    return found.current if found is not None else None


STORY_NEED: Final = (
    "Home alone after five weeks in bed: help to wash and dress, to get upstairs, to eat; a bed "
    "downstairs"
)


def ask_for_story_person(*, at: datetime) -> DeskCase | None:
    """Ask the desk for the story's person as the discharge nurse would, where nobody has.

    Whoever follows the story from chapter to chapter has done it in the one before. The desk has
    accepted by the time he leaves.
    """
    team = _Team.of_demo(at) if settings.IS_DEMO else None
    if team is None:
        return None
    with viewing(team.nurse, at=at) as by:
        person = _story_person()
        if person is None or person.is_dead:
            return None
        known = DeskCase.objects.filter(person__current_id=person.pk).order_by("-received_at")
        case = known.exclude(spell="").first()
        stay = _stay_of(person)
        if case is None and stay is not None:
            try:
                case = verbs.ask_life(
                    person_id=person.pk,
                    spell=stay.key.rpartition(":")[2],
                    hospital=stay.organisation,
                    need=STORY_NEED,
                    home_from=settings.PLACE.demo_now + STORY_HOME_AFTER
                    if settings.PLACE.demo_now + STORY_HOME_AFTER > at
                    else None,
                    pathway=Pathway.P1,
                    by=by,
                    at=at,
                )
            except Refused:
                return None
    if case is not None and case.state == DeskState.RECEIVED:
        _accept(case, team, at=at)
    return case


def _stay_of(person: Person) -> Entry | None:
    return (
        Entry.objects.filter(
            subject__person_id=person.pk, kind=EntryKind.STAY, status=EntryStatus.CURRENT
        )
        .order_by("-starts_at")
        .first()
    )


def _accept(case: DeskCase, team: _Team, *, at: datetime) -> None:
    with viewing(team.coordinator, at=at) as by:
        try:
            verbs.accept(case=case, package=Package.NONE, pathway=Pathway.P1, by=by, at=at)
        except Refused:
            return


def arrive_at_story(case: DeskCase, *, at: datetime) -> bool:
    """Let whoever was sent arrive, by their own account; whether anybody was on the way."""
    if not settings.IS_DEMO or case.visit_id is None or case.worker_id is None:
        return False
    hat = Hat.objects.filter(account_id=case.worker_id, ended_at__isnull=True).first()
    worker = load_viewer(case.worker_id, hat.pk, at=at) if hat is not None else None
    if worker is None:
        return False
    with viewing(worker, at=at) as by:
        visit = Visit.objects.filter(pk=case.visit_id).first()
        if visit is None:
            return False
        try:
            visit_verbs.arrive(visit=visit, by=by, at=at)
        except Refused:
            return False
    return True

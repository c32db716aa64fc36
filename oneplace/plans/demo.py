"""A demonstration's caseload: invented, made by the verbs themselves with its own accounts.

A dozen people of the show practice whom the demonstration's coordinator walks beside, each at
another point: to ring, to visit, with a plan, at rest, at the last review; some answered twice.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import connection, transaction

from oneplace.access import verbs as access_verbs
from oneplace.access.models import DemoPerson, Hat
from oneplace.access.models.choice import ChoiceKind, HowTold
from oneplace.access.rules.choices import ChoiceDraft
from oneplace.access.viewer import Viewer, load_viewer, viewing
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused
from oneplace.people.models import Person
from oneplace.plans import queries, verbs
from oneplace.plans.models import MeasureMoment, PicWork, Tried, Volunteer
from oneplace.vocabulary.terms import (
    GoalCategory,
    GoalState,
    MeasureCompletedBy,
    PicWeight,
    PlanSection,
    RelationshipKind,
    Role,
)


@dataclass(frozen=True)
class _Case:
    """One invented piece of work: how long ago it began and how far it has come."""

    days_ago: int
    reaches: str
    by_whom: str
    matters: str = ""
    goal: str = ""
    first_step: str = ""
    category: GoalCategory | None = None
    weight: PicWeight = PicWeight.USUAL
    before: tuple[int, int, int, int] = (4, 5, 4, 6)
    after: tuple[int, int, int, int] | None = None


_CASES: Final = (
    _Case(9, "referred", "the surgery"),
    _Case(3, "referred", "the huddle"),
    _Case(6, "tried", "her daughter"),
    _Case(12, "tried", "the surgery"),
    _Case(16, "visit", "the huddle"),
    _Case(30, "plan", "the surgery", "My hens, and a door I can open myself.",
          "I want to carry the feed down the step again", "Measure the step for a rail",
          GoalCategory.HOME_AND_GARDEN),
    _Case(45, "active", "LIFE", "Dominoes on Thursdays, and no fuss.",
          "I want to play dominoes with the others again", "Try the lunch club on Thursday",
          GoalCategory.PEOPLE_AND_BELONGING, PicWeight.LIGHT),
    _Case(58, "active", "the huddle", "That my sister can reach me.",
          "I want to see my sister’s face when we talk", "Borrow a tablet",
          GoalCategory.ONLINE, after=(6, 6, 6, 4)),
    _Case(70, "active", "the surgery", "My own bed, my own kettle.",
          "I want to understand what all these tablets are for", "Pharmacist to visit",
          GoalCategory.HEALTH_AND_MEDICINES, PicWeight.HEAVY),
    _Case(50, "rests", "the hospital", "To be asked, not told.",
          "I want to walk to the shop on the corner by myself", "Walk to the gate each day",
          GoalCategory.MOVING_AND_FALLS),
    _Case(108, "exit", "the huddle", "Church, and Mabel next door.",
          "I want to get to church on Sundays", "Ask who can give a lift",
          GoalCategory.PEOPLE_AND_BELONGING, before=(3, 5, 3, 7), after=(7, 7, 6, 3)),
    _Case(112, "exit", "the surgery", "The garden, even from a chair.",
          "I want to stop being frightened of the heating bill", "Benefits check on Tuesday",
          GoalCategory.MONEY, after=(5, 6, 6, 5)),
)  # fmt: skip
_VOLUNTEERS: Final = (
    ("Rosa Lima", "Dominoes, talks about cooking", (GoalCategory.PEOPLE_AND_BELONGING,), 900),
    ("Ben Achebe", "Mends small things", (GoalCategory.HOME_AND_GARDEN,), 400),
    ("Ines Falk", "Tablets and telephones", (GoalCategory.ONLINE,), -20),
    ("Tom Quill", "Drives to church and hospital", (GoalCategory.GETTING_ABOUT,), 0),
)
_PEOPLE: Final = """
select p.id from people_person p
 where p.practice_code = %(practice)s and p.current_id = p.id and not p.is_dead
   and p.born_on between date '1930-01-01' and date '1958-01-01'
   and trim(p.given || ' ' || p.family) <> %(story)s
   and not exists (select from access_barrier b where b.person_id = p.id)
   and not exists (select from plans_picwork w where w.person_id = p.id)
 order by md5(p.id::text) limit %(most)s
"""


def invent_caseload(*, at: datetime) -> int:
    """Make the coordinator's caseload once; returns how many people are on it now.

    Refused outside a demonstration.
    """
    if not settings.IS_DEMO:
        raise RuntimeError("Only a demonstration has an invented caseload.")
    doctor, coordinator = _somebody(Role.GP, at=at), _somebody(Role.PIC, at=at)
    if doctor is None or coordinator is None:
        return 0
    gp, _ = doctor
    pic, hat = coordinator
    with viewing(pic, at=at):
        there = len(queries.caseload(viewer=pic))
    if there:
        return there
    made = 0
    for person, case in zip(_people(len(_CASES)), _CASES, strict=False):
        with suppress(Refused), transaction.atomic():
            _walk(person, case, gp=gp, pic=pic, hat=hat, at=at)
            made += 1
    _give_time(pic, at=at)
    return made


def _people(most: int) -> list[Person]:
    with connection.cursor() as cursor:
        cursor.execute(
            _PEOPLE,
            {
                "practice": settings.PLACE.demo.show_practice,
                "story": settings.PLACE.demo.story_person,
                "most": most,
            },
        )
        ids = [row[0] for row in cursor.fetchall()]
    found = Person.objects.in_bulk(ids)
    return [found[each] for each in ids]


def _walk(person: Person, case: _Case, *, gp: Viewer, pic: Viewer, hat: Hat, at: datetime) -> None:
    """Take one person as far as their case has come."""
    begun = at - timedelta(days=case.days_ago)
    _say_yes(person, pic, by=gp, at=begun)
    with viewing(gp, at=begun):
        access_verbs.open_relationship(
            person_id=person.pk,
            party_id=hat.pk,
            kind=RelationshipKind.CASELOAD,
            source="plans",
            by=gp,
            at=begun,
        )
    with viewing(pic, at=begun):
        work = verbs.open_work(person_id=person.pk, referred_from=case.by_whom, by=pic, at=begun)
        work = verbs.allocate_work(work=work, hat=hat, weight=case.weight, by=pic, at=begun)
    if case.reaches == "referred":
        return
    _reach(work, case, pic=pic, begun=begun, at=at)


def _reach(work: PicWork, case: _Case, *, pic: Viewer, begun: datetime, at: datetime) -> None:
    soon = begun + timedelta(days=2)
    with viewing(pic, at=soon):
        is_reached = case.reaches != "tried"
        words = "Ring after ten; the bell is broken" if is_reached else "Rang and rang"
        verbs.try_contact(
            work=work, tried=Tried.PHONE, is_reached=is_reached, words=words, by=pic, at=soon
        )
    if case.reaches == "tried":
        return
    visit = at + timedelta(days=2) if case.reaches == "visit" else begun + timedelta(days=8)
    with viewing(pic, at=soon):
        verbs.book_first_visit(
            work=work, opens_at=visit, closes_at=visit + timedelta(hours=2), by=pic, at=soon
        )
    if case.reaches == "visit":
        return
    _plan(work, case, pic=pic, at=begun + timedelta(days=8))
    agreed = begun + timedelta(days=15)
    with viewing(pic, at=agreed):
        verbs.agree_work_plan(work=work, agreed_on=local_day(agreed), by=pic, at=agreed)
    if case.reaches == "plan":
        return
    with viewing(pic, at=agreed):
        active = verbs.start_support(work=work, by=pic, at=agreed)
    _later(active, case, pic=pic, at=at)


def _plan(work: PicWork, case: _Case, *, pic: Viewer, at: datetime) -> None:
    with viewing(pic, at=at):
        verbs.write_words(
            person_id=work.person_id,
            section=PlanSection.WHAT_MATTERS,
            words=case.matters,
            by=pic,
            at=at,
        )
        verbs.set_goal(
            person_id=work.person_id,
            in_their_words=case.goal,
            first_step=case.first_step,
            category=case.category,
            by=pic,
            at=at,
        )
        _answer(work, case.before, MeasureMoment.BASELINE, pic=pic, at=at)


def _answer(
    work: PicWork,
    told: tuple[int, int, int, int],
    moment: MeasureMoment,
    *,
    pic: Viewer,
    at: datetime,
) -> None:
    verbs.record_measure(
        person_id=work.person_id,
        instrument="ons4",
        answers=dict(zip(("satisfied", "worthwhile", "happy", "anxious"), told, strict=True)),
        mode=MeasureCompletedBy.ASSISTED,
        moment=moment,
        measured_on=local_day(at),
        by=pic,
        at=at,
    )


def _later(work: PicWork, case: _Case, *, pic: Viewer, at: datetime) -> None:
    lately = at - timedelta(days=2)
    with viewing(pic, at=lately):
        if case.reaches == "rests":
            verbs.pause_work(work=work, why="In hospital", by=pic, at=lately)
        if case.after is not None:
            ends = case.reaches == "exit"
            moment = MeasureMoment.EXIT if ends else MeasureMoment.REVIEW
            _answer(work, case.after, moment, pic=pic, at=lately)
        if case.reaches == "exit":
            goal = queries.goals_of(work.person_id, viewer=pic)[0]
            verbs.review_goal(
                goal=goal, outcome=GoalState.ACHIEVED, words="I did it", by=pic, at=lately
            )
            verbs.hold_exit_review(work=work, reviewed_on=local_day(lately), by=pic, at=lately)


def _give_time(pic: Viewer, *, at: datetime) -> None:
    """Volunteers: some vetted, one whose checks ran out, one not vetted yet."""
    if Volunteer.objects.filter(organisation_id__in=pic.parties).exists():
        return
    begun = at - timedelta(days=500)
    with viewing(pic, at=at):
        for name, likes, helps, days in _VOLUNTEERS:
            added = verbs.add_volunteer(
                name=name, likes=likes, helps_with=helps, languages=["en"], by=pic, at=begun
            )
            if days:
                verbs.vet_volunteer(
                    volunteer=added,
                    vetted_on=local_day(begun),
                    vetted_until=local_day(at + timedelta(days=days)),
                    vetted_by=pic.name,
                    by=pic,
                    at=at,
                )


def _say_yes(person: Person, pic: Viewer, *, by: Viewer, at: datetime) -> None:
    """The person's yes to the coordinator's organisation, as their agreement asks it."""
    with viewing(by, at=at), suppress(Refused), transaction.atomic():
        access_verbs.record_choice(
            person_id=person.pk,
            draft=ChoiceDraft(
                kind=ChoiceKind.CONSENT,
                how=HowTold.IN_PERSON,
                said_on=local_day(at),
                party_id=pic.organisation_id,
                party_name=pic.organisation_name,
                words="They may know what helps them to help me.",
            ),
            by=by,
            at=at,
        )


def _somebody(role: Role, *, at: datetime) -> tuple[Viewer, Hat] | None:
    """Whoever a visitor walks in as for a role, with their hat; None before they arrived."""
    person = DemoPerson.objects.select_related("account").filter(role=role).first()
    if person is None or person.account is None:
        return None
    held = Hat.objects.filter(account=person.account, post__role=role, ended_at__isnull=True)
    hat = held.select_related("account", "post").first()
    viewer = load_viewer(person.account.pk, hat.pk, at=at) if hat else None
    return (viewer, hat) if viewer is not None and hat is not None else None

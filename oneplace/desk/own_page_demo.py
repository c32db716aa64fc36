"""The story's own page: whoever passed over the chapters before finds it filled all the same.

Invented, and made by the verbs themselves, each in the name of whoever of the demonstration would:
the coordinator writes the plan with him, the GP lets him in, a receptionist looks him up.
"""

from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils import timezone

from oneplace.access import queries as access
from oneplace.access import verbs as access_verbs
from oneplace.access.models import Account, AuditEntry, Hat
from oneplace.access.queries import own as own_queries
from oneplace.access.staff_list import PersonRow
from oneplace.access.viewer import Viewer, load_viewer, system_viewer, viewing
from oneplace.actions import queries as actions
from oneplace.actions import verbs as action_verbs
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused
from oneplace.partners import queries as partners
from oneplace.partners.verbs import WantedPost
from oneplace.people import verbs as people_verbs
from oneplace.people.models import Person
from oneplace.people.spelling import name_parts
from oneplace.plans import queries as plans
from oneplace.plans import verbs as plan_verbs
from oneplace.vocabulary.terms import AccountKind, GoalCategory, Purpose, RelationshipKind, Role

MAKER: Final = system_viewer(
    "maker of the story", purpose=Purpose.DIRECT_CARE, permissions=frozenset()
)
RECEPTIONIST: Final = ("Bev Lawson", "bev.lawson@example.org", "Receptionist")
_LOOKED: Final = time(16, 52)
_WHY: Final = "Rang to move his appointment"
_GOALS: Final = (
    (
        "I want to sit in Joyce's garden",
        "Clear the path from the back door",
        "the garden volunteers",
        GoalCategory.HOME_AND_GARDEN,
    ),
    (
        "I'd like to eat with somebody now and then",
        "Lunch club on Thursday",
        "Marcia, who drives",
        GoalCategory.PEOPLE_AND_BELONGING,
    ),
)
_HELPERS: Final = (
    ("Marcia", "shopping and Sunday lunch", "every week"),
    ("The garden volunteers", "the path and the beds", "Thursday afternoons"),
)


def prepare_own_page(*, at: datetime) -> bool:
    """Let the story's person come to a page with something on it; whether everybody was there.

    Nothing is done twice. Raises `RuntimeError` outside a demonstration.
    """
    if not settings.IS_DEMO:
        raise RuntimeError("Only a demonstration has a story.")
    resident = access.demo_person(Role.RESIDENT)
    gp, pic = _viewer(Role.GP, at=at), _viewer(Role.PIC, at=at)
    if resident is None or gp is None:
        return False
    with viewing(gp, at=at):
        given, _, family = settings.PLACE.demo.story_person.partition(" ")
        person = Person.objects.filter(
            given=given, family=family, practice_code=settings.PLACE.demo.show_practice
        ).first()
        if person is None:
            return False
        worker = _coordinator(person, pic, gp, at=at)
        _let_him_in(person, resident.account, gp, at=at)
    with viewing(worker, at=at):
        _write_plan(person, worker, at=at)
        _tell_him(person, worker, at=at)
    _look_him_up(person, at=at)
    return True


def _viewer(role: Role, *, at: datetime) -> Viewer | None:
    person = access.demo_person(role)
    if person is None:
        return None
    held = access.hats(person.account_id, on=local_day(at)).filter(post__role=role).first()
    return load_viewer(person.account_id, held.pk, at=at) if held else None


def _coordinator(person: Person, pic: Viewer | None, gp: Viewer, *, at: datetime) -> Viewer:
    """The coordinator, connected with him if nobody was before; the GP where there is none."""
    if pic is None or pic.hat_id is None:
        return gp
    with viewing(pic, at=at):
        is_connected = plans.is_connected(person.pk, viewer=pic)
    if not is_connected:
        with viewing(gp, at=at):
            access_verbs.open_relationship(
                person_id=person.pk,
                party_id=pic.hat_id,
                kind=RelationshipKind.CASELOAD,
                source="demo.story",
                by=gp,
                at=at,
            )
    return pic


def _let_him_in(person: Person, account: Account, gp: Viewer, *, at: datetime) -> None:
    with viewing(gp, at=at):
        there = own_queries.comes_to([person.pk], viewer=gp).filter(account=account)
        if account.kind is not AccountKind.RESIDENT or there.exists():
            return
        access_verbs.let_in(
            person_id=person.pk,
            name=account.name,
            is_supporter=False,
            how="At the practice, with his passport and a letter from the council",
            was_alone=True,
            account=account,
            by=gp,
            at=at,
        )


def _write_plan(person: Person, worker: Viewer, *, at: datetime) -> None:
    if not plans.goals_of(person.pk, viewer=worker):
        for words, step, helper, category in _GOALS:
            plan_verbs.set_goal(
                person_id=person.pk,
                in_their_words=words,
                first_step=step,
                helper=helper,
                category=category,
                by=worker,
                at=at,
            )
    if not plans.support_of(person.pk, viewer=worker, at=at).exists():
        for who, what, how_often in _HELPERS:
            plan_verbs.add_support(
                person_id=person.pk, who=who, what=what, how_often=how_often, by=worker, at=at
            )
    plan = plans.plan_of(person.pk, viewer=worker)
    if plan is not None and not plan.agreements.exists():
        plan_verbs.agree_plan(
            plan=plan,
            agreed_by=f"{person.known_as or person.given} and {worker.name}",
            agreed_on=local_day(at),
            review_on=local_day(at) + timedelta(weeks=10),
            by=worker,
            at=at,
        )


def _tell_him(person: Person, worker: Viewer, *, at: datetime) -> None:
    """What the pharmacist promised in the huddle, in words for him."""
    for action in actions.open_of(person.pk, viewer=worker):
        if "tablets" in action.text.lower() and not action.told_words:
            words = f"{action.owner_name} looks at your blood pressure tablets with you."
            try:
                action_verbs.tell_person(action=action, words=words, by=worker, at=at)
            except Refused:
                continue


def _look_him_up(person: Person, *, at: datetime) -> None:
    """One receptionist, the afternoon before: what he will find, and may ask about."""
    receptionist = _receptionist(at=at)
    if receptionist is None:
        return
    yesterday = timezone.localtime(at) - timedelta(days=1)
    looked_at = yesterday.replace(hour=_LOOKED.hour, minute=_LOOKED.minute, second=0, microsecond=0)
    with viewing(receptionist, at=looked_at):
        if AuditEntry.objects.filter(
            account_id=receptionist.account_id, action="look_up_person"
        ).exists():
            return
        try:
            people_verbs.look_up_person(
                names=name_parts(f"{person.given} {person.family}"),
                born_on=person.born_on,
                reason=_WHY,
                by=receptionist,
                at=looked_at,
            )
        except Refused:
            return


def _receptionist(*, at: datetime) -> Viewer | None:
    """Somebody at the practice's front desk, with the practice manager as line manager."""
    name, email, title = RECEPTIONIST
    show = partners.organisation(settings.PLACE.demo.show_practice)
    if show is None:
        return None
    manager = (
        Hat.objects.filter(post__organisation=show, post__role=Role.PRACTICE_MANAGER)
        .exclude(account__email=email)
        .select_related("account")
        .first()
    )
    if not Account.objects.filter(email=email).exists():
        row = PersonRow(
            row=1,
            email=email,
            name=name,
            registration="",
            kind=AccountKind.STAFF,
            post=WantedPost(role=Role.PRACTICE_MANAGER, organisation_code=show.code, title=title),
            employer_code=show.code,
            line_manager_email=(manager.account.email or "") if manager else "",
            professional_lead_email="",
            starts_on=local_day(at) - timedelta(days=400),
            ends_on=None,
        )
        with viewing(MAKER, at=at):
            access_verbs.bring_in_people(rows=[row], file=Path("the story"), by=MAKER, at=at)
    account = Account.objects.get(email=email)
    held = access.hats(account.pk, on=local_day(at)).first()
    return load_viewer(account.pk, held.pk, at=at) if held else None

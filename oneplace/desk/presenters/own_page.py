"""What somebody's own page says, in easy words: no jargon, no codes, what comes next first."""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from django.urls import reverse

from oneplace.access.models import Choice, OwnRecord
from oneplace.access.viewer import Viewer
from oneplace.actions.models import Action
from oneplace.desk.presenters.choices import sentence
from oneplace.desk.presenters.looks import LookLine, OwnLooksPage
from oneplace.desk.queries.own_page import Around, Own
from oneplace.desk.words import DayWords
from oneplace.kit import formats
from oneplace.kit.clock import local_day
from oneplace.plans.cards import GoalShown, PlanShown, SectionShown
from oneplace.referrals.models import Referral
from oneplace.vocabulary.terms import ActionState, ConnectionState, RelationshipKind

_BECAUSE: Final = {
    RelationshipKind.REGISTERED_PRACTICE: "You are registered there",
    RelationshipKind.CASELOAD: "Works with you",
    RelationshipKind.HUDDLE_LIST: "Talks about your care in a weekly meeting",
    RelationshipKind.OPEN_REFERRAL: "Was asked to help you",
    RelationshipKind.CARE_HOME: "You live there",
    RelationshipKind.ACTION_OWNER: "Was asked to do something for you",
    RelationshipKind.SUPPORTER: "You chose them to help you",
}
_STANDS: Final = {
    ConnectionState.OFFERED: "We asked them. They have not answered yet.",
    ConnectionState.ACCEPTED: "They said yes. They will be in touch.",
    ConnectionState.ALLOCATED: "They said yes, and somebody there will ring you.",
    ConnectionState.FIRST_CONTACT: "They have spoken with you.",
    ConnectionState.CONNECTED: "It has started.",
    ConnectionState.ATTENDED: "You have been.",
    ConnectionState.DECLINED: "They could not help. We are looking for somebody else.",
    ConnectionState.SENT_BACK: "They could not go on. We are looking for somebody else.",
    ConnectionState.ENDED: "It is over.",
}
_NEWEST: Final = 10
"""How many of those who looked stand on the page at once."""
_NAMED: Final = 3
"""How many helpers the tile names."""
_PHONE: Final = re.compile(r"\+?\d[\d ]{8,}")
_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+")
NOT_OPEN: Final = "This page is not open at the moment. If you did not expect that, ring us."


@dataclass(frozen=True)
class Tile:
    """One of the four tiles: what it holds, in a line or two, and where it leads."""

    title: str
    address: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Helper:
    """Somebody who helps, what they do, and how to reach them."""

    name: str
    what: str
    reach: str = ""
    phone: str = ""
    why: str = ""
    email: str = ""


@dataclass(frozen=True)
class Coming:
    """Something that comes: when, what, and who."""

    when: str
    what: str
    who: str = ""


@dataclass(frozen=True)
class Agreed:
    """Something that was agreed or asked: what, by whom, and where it stands."""

    what: str
    stands: str
    is_yours: bool = False


@dataclass(frozen=True)
class Supporter:
    """Somebody the person chose to help them."""

    own_id: uuid.UUID
    name: str
    relation: str
    since: str
    is_open: bool


@dataclass(frozen=True)
class OwnPart:
    """One page below the own page: its title, and whose page it is where somebody helps."""

    title: str
    own: Own
    lead: str = ""

    @property
    def caption(self) -> str:
        """Whose page it is, for a supporter; nothing for the person."""
        return f"{self.own.name}’s page" if self.own.is_supporter else ""

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:
        """Back to the four tiles."""
        return ((f"{self.own.name}’s page" if self.own.is_supporter else "My page", _home()),)


def _home() -> str:
    return reverse("desk:my_day")


# --- my plan --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PlanPage(OwnPart):
    """My plan: my words, what I want, what was agreed, and that it is mine."""

    plan: PlanShown | None = None
    sections: tuple[SectionShown, ...] = ()
    goals: tuple[GoalShown, ...] = ()
    over: tuple[GoalShown, ...] = ()
    agreed: tuple[Agreed, ...] = ()
    is_agreed_today: bool = False
    matters: str = ""
    """What matters to them as others wrote it down, where their plan says nothing of it yet."""

    @classmethod
    def of(cls, own: Own, plan: PlanShown, told: Sequence[Action], *, at: datetime) -> "PlanPage":
        """The plan as it stands, with what the person was told others would do."""
        what_matters = plan.what_matters
        sections = (what_matters, *plan.written) if what_matters.lines else plan.written
        agreed_on = plan.plan.agreed[0].agreed_on if plan.plan and plan.plan.agreed else None  # type: ignore[attr-defined]
        return cls(
            title=f"{own.name}’s plan" if own.is_supporter else "My plan",
            own=own,
            plan=plan,
            sections=sections,
            goals=tuple(goal for goal in plan.goals if goal.is_open),
            over=tuple(goal for goal in plan.goals if not goal.is_open),
            agreed=agreed_of(told, at=at),
            is_agreed_today=agreed_on == local_day(at),
            matters=plan.words.text if plan.words and not what_matters.lines else "",
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written yet."""
        return not (self.sections or self.goals or self.over or self.matters)


def agreed_of(told: Sequence[Action], *, at: datetime) -> tuple[Agreed, ...]:
    """What others said they would do, and what the person asked: each with where it stands."""
    return tuple(
        Agreed(
            what=action.told_words or action.text,
            stands=_stands(action, local_day(at)),
            is_yours=not action.told_words,
        )
        for action in told
    )


def _stands(action: Action, today: date) -> str:
    who = action.owner_name
    by = formats.day(action.due_on)
    match ActionState(action.state):
        case ActionState.ACCEPTED:
            late = " It is late. You may ring and ask." if action.due_on < today else ""
            return f"{who} said they will do it by {by}.{late}"
        case ActionState.DONE:
            return f"Done on {formats.day(action.moved_at)}."
        case ActionState.DECLINED:
            return f"{who} cannot do this. We are finding another way."
        case ActionState.NO_LONGER_NEEDED:
            return "Not needed any more."
        case ActionState.COULD_NOT_REACH:
            return "They tried to reach you. Please ring us."
        case _:
            return f"{who} has been asked, and answers by {by}."


# --- who helps ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HelpersPage(OwnPart):
    """Who is helping me: everybody, with what they do and a number."""

    helpers: tuple[Helper, ...] = ()
    services: tuple[Helper, ...] = ()
    around: tuple[Helper, ...] = ()
    supporters: tuple[Supporter, ...] = ()

    @classmethod
    def of(
        cls,
        own: Own,
        plan: PlanShown,
        around: Sequence[Around],
        referred: Sequence[Referral],
        supporters: Sequence[OwnRecord],
    ) -> "HelpersPage":
        """Those the plan names first, then services, then whoever is connected today."""
        return cls(
            title=f"Who is helping {own.name}" if own.is_supporter else "Who is helping me",
            own=own,
            helpers=tuple(
                Helper(one.who, ", ".join(filter(None, (one.what, one.how_often))), phone=one.phone)
                for one in plan.support
            ),
            services=tuple(service_of(one) for one in referred if one.is_open),
            around=tuple(
                _around(one) for one in around if one.kind is not RelationshipKind.OPEN_REFERRAL
            ),
            supporters=tuple(
                Supporter(
                    one.pk,
                    one.account.name,
                    one.relation,
                    formats.day(one.confirmed_at),
                    one.is_open,
                )
                for one in supporters
            ),
        )

    @property
    def is_empty(self) -> bool:
        """Whether nobody is shown."""
        return not (self.helpers or self.services or self.around)


def _around(one: Around) -> Helper:
    """Somebody around the person, with a number that is rung and an address written to by a tap."""
    parts = [part.strip() for part in one.how_to_reach.split(" · ") if part.strip()]
    phone = next((part for part in parts if _PHONE.fullmatch(part)), "")
    email = next((part for part in parts if _EMAIL.fullmatch(part)), "")
    return Helper(
        one.name,
        ", ".join(filter(None, (one.what, one.organisation))),
        reach=" · ".join(part for part in parts if part not in (phone, email)),
        phone=phone,
        why=_BECAUSE.get(one.kind, ""),
        email=email,
    )


def service_of(referral: Referral) -> Helper:
    """A service that was asked, and where that stands."""
    state = ConnectionState(referral.state)
    return Helper(
        referral.service_name,
        referral.need,
        reach=referral.provider_name if referral.provider_name != referral.service_name else "",
        why=_STANDS.get(state, state.label),
    )


# --- what happens next ----------------------------------------------------------------------------


@dataclass(frozen=True)
class NextPage(OwnPart):
    """What happens next: visits, days to look at the plan, and what others will do."""

    coming: tuple[Coming, ...] = ()
    agreed: tuple[Agreed, ...] = ()
    waiting: tuple[Helper, ...] = ()

    @classmethod
    def of(
        cls,
        own: Own,
        plan: PlanShown,
        visits: Sequence[Coming],
        told: Sequence[Action],
        referred: Sequence[Referral],
        *,
        at: datetime,
    ) -> "NextPage":
        """What is to come, the soonest first."""
        coming = list(visits)
        if plan.review and not plan.is_review_late:
            coming.append(Coming(plan.review, "We look at your plan together again"))
        elif plan.review:
            coming.append(Coming("Soon", "We look at your plan together again; it was due"))
        steps = [
            Coming("A step of yours", f"{step.words}{f' ({step.facts})' if step.facts else ''}")
            for goal in plan.goals
            if goal.is_open
            for step in goal.steps
            if not step.is_done
        ]
        still = [one for one in told if one.is_open]
        waits = [
            one
            for one in referred
            if one.is_open and one.state in (ConnectionState.OFFERED, ConnectionState.ACCEPTED)
        ]
        return cls(
            title="What happens next",
            own=own,
            coming=(*coming, *steps[:3]),
            agreed=agreed_of(still, at=at),
            waiting=tuple(service_of(one) for one in waits),
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to come."""
        return not (self.coming or self.agreed or self.waiting)


# --- who can see my information -------------------------------------------------------------------


@dataclass(frozen=True)
class OwnChoice:
    """Something the person decided about sharing."""

    says: str
    facts: str
    words: str
    take_back: str
    """Where it is taken back; empty for what is not taken back here."""


@dataclass(frozen=True)
class InformationPage(OwnPart):
    """Who can see my information: what I decided, and who looked lately."""

    choices: tuple[OwnChoice, ...] = ()
    newest: tuple[LookLine, ...] = ()
    older: tuple[LookLine, ...] = ()
    by_itself: int = 0

    @classmethod
    def of(
        cls,
        own: Own,
        choices: Sequence[Choice],
        looks: OwnLooksPage,
        can_take_back: Sequence[uuid.UUID],
    ) -> "InformationPage":
        """What stands, and who looked: the newest at once, the others one tap away."""
        others = tuple(line for line in looks.lines if line.who != "You")
        return cls(
            title="Who can see my information",
            own=own,
            choices=tuple(
                OwnChoice(
                    says=said_by_you(choice),
                    facts=f"Since {formats.day(choice.said_on)}",
                    words=choice.words,
                    take_back=reverse("desk:own_take_back", args=[choice.pk])
                    if choice.pk in can_take_back
                    else "",
                )
                for choice in choices
            ),
            newest=others[:_NEWEST],
            older=others[_NEWEST:],
            by_itself=looks.by_itself,
        )


_YOU: Final = (
    ("Objects to", "You object to"),
    ("Keeps ", "You keep "),
    ("Says yes", "You say yes"),
    ("Told how their information is shared", "You were told how your information is shared"),
    ("is their family or friend", "is your family or friend"),
)


def said_by_you(choice: Choice) -> str:
    """The choice as a sentence to the person whose it is."""
    words = sentence(choice)
    for theirs, yours in _YOU:
        words = words.replace(theirs, yours, 1)
    return words


# --- the four tiles -------------------------------------------------------------------------------


@dataclass(frozen=True)
class OwnHome:
    """The own page: four plain tiles, and a way to tell us something."""

    viewer: Viewer
    words: DayWords
    own: Own
    head_line: str
    hello: str
    tiles: tuple[Tile, ...]
    rows: tuple[object, ...] = ()
    asks: tuple[Agreed, ...] = field(default=())

    @classmethod
    def of(
        cls,
        viewer: Viewer,
        *,
        words: DayWords,
        plan: PlanPage,
        helpers: HelpersPage,
        following: NextPage,
        looks: OwnLooksPage | None,
        rows: Sequence[object],
        at: datetime,
    ) -> "OwnHome":
        """The tiles, each with the first thing worth knowing."""
        own = plan.own
        tiles = [
            Tile(plan.title, reverse("desk:own_plan"), _plan_lines(plan)),
            Tile(helpers.title, reverse("desk:own_helpers"), _helper_lines(helpers)),
            Tile("What happens next", reverse("desk:own_next"), _next_lines(following)),
        ]
        if looks is not None:
            tiles.append(
                Tile(
                    "Who can see my information",
                    reverse("desk:own_information"),
                    _look_lines(looks),
                )
            )
        return cls(
            viewer=viewer,
            words=words,
            own=own,
            head_line=formats.weekday(at),
            hello=viewer.name.split(" ", 1)[0] if own.is_supporter else own.name.split(" ", 1)[0],
            tiles=tuple(tiles),
            rows=tuple(rows),
            asks=tuple(one for one in plan.agreed if one.is_yours),
        )


def _plan_lines(page: PlanPage) -> tuple[str, ...]:
    if page.is_empty or page.plan is None:
        return ("Nothing is written here yet. You can begin.",)
    first = page.plan.words.text if page.plan.words else ""
    count = len(page.goals)
    wants = f"{formats.plural(count, 'thing')} you would like to do" if count else ""
    if page.own.is_supporter and wants:
        wants = wants.replace("you would", "they would")
    return tuple(filter(None, (f"“{first}”" if first else "", wants)))


def _helper_lines(page: HelpersPage) -> tuple[str, ...]:
    if page.is_empty:
        return ("Nobody is shown here yet.",)
    named = list(dict.fromkeys(one.name for one in (*page.helpers, *page.around, *page.services)))
    more = len(named) - _NAMED
    shown = named[:_NAMED] + ([f"{more} more"] if more > 0 else [])
    return (formats.sentence_list(shown),)


def _next_lines(page: NextPage) -> tuple[str, ...]:
    if page.is_empty:
        return ("Nothing is planned here yet.",)
    if page.coming:
        first = page.coming[0]
        return (f"{first.when}: {first.what[:1].lower()}{first.what[1:]}",)
    if page.agreed:
        return (page.agreed[0].what,)
    return (f"{page.waiting[0].name}: {page.waiting[0].why}",)


def _look_lines(looks: OwnLooksPage) -> tuple[str, ...]:
    others = [line for line in looks.lines if line.who != "You"]
    if not others:
        return ("Nobody has looked at your record yet.",)
    return (f"Last looked: {others[0].who}{f', {others[0].post}' if others[0].post else ''}.",)


# --- who comes to a page, for people at work ------------------------------------------------------


@dataclass(frozen=True)
class ComesRow:
    """Somebody who comes to a person's own page, for who keeps that."""

    own_id: uuid.UUID
    name: str
    what: str
    facts: str
    is_open: bool
    closed: str


@dataclass(frozen=True)
class ComesPage:
    """Who comes to a person's own page: the person, and whom they chose to help."""

    title: str
    who: str
    person_id: uuid.UUID
    rows: tuple[ComesRow, ...]

    @classmethod
    def of(
        cls,
        person_id: uuid.UUID,
        who: str,
        found: Sequence[OwnRecord],
        devices: Mapping[uuid.UUID, int],
    ) -> "ComesPage":
        """Everybody, with who confirmed them and how, and in how many browsers they are known."""
        return cls(
            title="Who comes to their own page",
            who=who,
            person_id=person_id,
            rows=tuple(
                ComesRow(
                    own_id=one.pk,
                    name=one.account.name,
                    what=(one.relation or "Chosen to help") if one.is_supporter else "Themselves",
                    facts=_confirmed(one) + _known_in(devices.get(one.pk, 0)),
                    is_open=one.is_open,
                    closed=_closed(one),
                )
                for one in found
            ),
        )


def _known_in(browsers: int) -> str:
    if not browsers:
        return ""
    return f". Comes back with a number in {formats.plural(browsers, 'browser')}"


def _closed(one: OwnRecord) -> str:
    if one.is_open or one.suspended_at is None:
        return ""
    why = f": {one.suspended_why}" if one.suspended_why else ""
    return f"Closed since {formats.moment(one.suspended_at)} by {one.suspended_by_name}{why}"


def _confirmed(one: OwnRecord) -> str:
    by = f" by {one.confirmed_by_name}" if one.confirmed_by_name else ""
    how = f": {one.confirmed_how}" if one.confirmed_how else ""
    return f"Confirmed on {formats.day(one.confirmed_at)}{by}{how}"

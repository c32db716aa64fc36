"""The door: whom a visitor may walk in as, who works together, what is still arriving."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from oneplace.desk.presenters.numbers import number_word
from oneplace.desk.queries import Step
from oneplace.desk.words import day_words
from oneplace.vocabulary.place import Place
from oneplace.vocabulary.terms import Role

_CARE = (
    Role.DISCHARGE_NURSE,
    Role.LIFE_COORDINATOR,
    Role.GP,
    Role.COMMUNITY_NURSE,
    Role.SOCIAL_WORKER,
    Role.PIC,
    Role.PHARMACIST,
    Role.THERAPIST,
    Role.MENTAL_HEALTH_WORKER,
    Role.CARE_HOME_MANAGER,
    Role.VOLUNTARY_ORGANISATION,
)
_RUN = (
    Role.NETWORK_FACILITATOR,
    Role.PRACTICE_MANAGER,
    Role.RECORD_STEWARD,
    Role.IG_OFFICER,
    Role.ANALYST,
    Role.FINANCE_LEAD,
)
_DECIDE = (Role.PROGRAMME_DIRECTOR, Role.BOARD_CHAIR, Role.SCRUTINY_MEMBER)
DOOR_GROUPS: tuple[tuple[str, str, tuple[Role, ...]], ...] = (
    ("People who care", "They know the person, and need to know what the others did.", _CARE),
    ("People who run it", "They keep the meetings, the records and the money in order.", _RUN),
    ("People who decide", "They see counts, never names.", _DECIDE),
    ("Residents", "It is their life, their plan and their information.", (Role.RESIDENT,)),
)


@dataclass(frozen=True)
class WalkIn:
    """Somebody a visitor may walk in as."""

    account_id: str
    key: str
    role: str
    name: str
    title: str
    why: str


@dataclass(frozen=True)
class DoorGroup:
    """Walk-ins that belong together."""

    title: str
    says: str
    people: tuple[WalkIn, ...]


@dataclass(frozen=True)
class Arriving:
    """What is still arriving in a demonstration."""

    steps: tuple[Step, ...]

    @property
    def is_over(self) -> bool:
        """Whether nothing more will arrive: all is here, none was on its way, or it failed."""
        return self.has_failed or all(step.state == "done" for step in self.steps)

    @property
    def has_failed(self) -> bool:
        """Whether a step could not be done; those after it will not come either."""
        return any(step.state == "failed" for step in self.steps)

    @property
    def is_shown(self) -> bool:
        """Whether the door has anything to say about it."""
        return self.has_failed or not self.is_over or bool(self.left_out)

    @property
    def left_out(self) -> str:
        """What could not be taken in although everything else is here; empty when nothing."""
        return next((step.what for step in self.steps if step.state == "done" and step.what), "")

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(step.state == "done" for step in self.steps)


@dataclass(frozen=True)
class Spot:
    """Where a partner stands in the door's picture, and its word in one line or two."""

    x: float
    y: float
    lines: tuple[str, ...]


def _round_one_person(words: Sequence[str]) -> tuple[Spot, ...]:
    """The partners in a ring round one person, the first on top; a picture of 360 by 360."""
    spots = []
    for number, word in enumerate(words):
        turn = 2 * math.pi * number / len(words)
        spots.append(
            Spot(
                x=round(180 + 130 * math.sin(turn), 1),
                y=round(180 - 130 * math.cos(turn), 1),
                lines=tuple(word.split(" ", 1)),
            )
        )
    return tuple(spots)


@dataclass(frozen=True)
class Door:
    """The first page."""

    partners: tuple[tuple[str, str], ...]
    picture: tuple[Spot, ...]
    count: str
    groups: tuple[DoorGroup, ...]
    arriving: Arriving
    story_person: str
    story_first_name: str

    @classmethod
    def made(cls, *, place: Place, people: Sequence[Any], steps: tuple[Step, ...]) -> "Door":
        """The door of a place with the people who may be walked in as."""
        by_role: dict[Role, list[WalkIn]] = {}
        for row in people:
            role = Role(row.role)
            by_role.setdefault(role, []).append(
                WalkIn(
                    account_id=str(row.account_id),
                    key=role.value,
                    role=place.title_of(role),
                    name=row.name,
                    title=row.title,
                    why=row.why or day_words(role, place).why_walk_in,
                )
            )
        groups = tuple(
            DoorGroup(title, says, tuple(one for role in roles for one in by_role.get(role, ())))
            for title, says, roles in DOOR_GROUPS
        )
        person = place.demo.story_person
        return cls(
            partners=tuple((row.short_word, row.name) for row in place.partners),
            picture=_round_one_person([row.short_word for row in place.partners]),
            count=number_word(len(place.partners)),
            groups=tuple(group for group in groups if group.people),
            arriving=Arriving(steps),
            story_person=person,
            story_first_name=person.split(" ")[0],
        )

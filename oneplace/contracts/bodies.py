"""The alliance's bodies as the place file names them: who has which power, and what a quorum is."""

from django.conf import settings

from oneplace.vocabulary.place.governing import Body
from oneplace.vocabulary.terms import BodyKind, BodyPower


def all_bodies() -> tuple[Body, ...]:
    """Every body, in the order of the place file."""
    found: tuple[Body, ...] = settings.PLACE.bodies
    return found


def body(code: str) -> Body | None:
    """The body of a code; None for one the place file does not have."""
    return next((each for each in all_bodies() if each.code == code), None)


def name_of(code: str) -> str:
    """What a body is called; its code where the place file has dropped it since."""
    found = body(code)
    return found.name if found else code


def with_power(power: BodyPower) -> tuple[Body, ...]:
    """The bodies that may do something."""
    return tuple(each for each in all_bodies() if power in each.powers)


def is_among_few(code: str) -> bool:
    """Whether a body's business is its own members' alone: commissioning and contracts."""
    found = body(code)
    return found is not None and found.kind is BodyKind.COMMISSIONERS_GROUP

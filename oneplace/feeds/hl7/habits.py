"""What one sender does its own way: names of authorities, versions, segments of its own.

A feed's habits are configuration, set with the sender when its feed is connected. The defaults are
those of the UK standard.
"""

import enum
from dataclasses import dataclass, field
from typing import Final

from oneplace.feeds.hl7.tables import fields


class Answer(enum.StrEnum):
    """What a fault means for the acknowledgement, mildest first."""

    ACCEPT = "AA"
    """Applied; the fault is kept as a remark."""
    ERROR = "AE"
    """Kept in the worklist: it could not be applied as it stands."""
    REJECT = "AR"
    """Kept, never applied: of a type, event or version we do not take."""


class OwnMeaning(enum.StrEnum):
    """What a sender's own field can mean to us; the name is the attribute of `SpellSaid`."""

    READY = "ready"
    """When the person was ready to leave."""
    PATHWAY = "pathway"
    DISCHARGE_METHOD = "discharge_method"
    ARRIVAL = "arrival"
    DISPOSAL = "disposal"


@dataclass(frozen=True)
class OwnField:
    """A field of the sender's own segment that we understand."""

    segment: str
    field: int
    means: OwnMeaning


_VERSIONS: Final = frozenset({"2.1", "2.2", "2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7"})


class HabitsRefused(ValueError):
    """These habits cannot be a sender's; the message says why."""


@dataclass(frozen=True)
class Habits:
    """How one sender writes; the defaults are the UK standard's."""

    nhs_authorities: frozenset[str] = frozenset({"NHS"})
    """What component 4 of an NHS number says; it decides, before the type."""
    nhs_types: frozenset[str] = frozenset({"NH"})
    visit_type: str = "VN"
    """The type of a visit number sent without one."""
    status_prefixes: tuple[str, ...] = ("NSTS", "PDS")
    """What stands before the NHS number's status in PID-32."""
    charset: str = ""
    """The character set where MSH-18 is empty; if nothing is said, ASCII, UTF-8 or ISO 8859-1 by
    the bytes themselves."""
    versions: frozenset[str] = _VERSIONS
    processing: frozenset[str] = frozenset({"P", "T", "D"})
    """The processing ids taken; a live service takes P alone."""
    unknown_event: Answer = Answer.REJECT
    """The answer to an event we do not know; the message is kept whatever it is."""
    forgiven: frozenset[str] = frozenset()
    """Required fields, as `PID-5`, this sender may leave out: a remark then, no error."""
    own_fields: tuple[OwnField, ...] = field(default=())

    def __post_init__(self) -> None:
        """Refuse habits that name what does not exist."""
        known = {f"{row.segment}-{row.field}" for row in fields()}
        unknown = sorted(self.forgiven - known)
        if unknown:
            message = f"Forgiven fields that are not in the table: {', '.join(unknown)}."
            raise HabitsRefused(message)
        for own in self.own_fields:
            if not own.segment.startswith("Z") or len(own.segment) != 3 or own.field < 1:
                message = f"{own.segment}-{own.field} is no field of a sender's own Z segment."
                raise HabitsRefused(message)


STANDARD: Final = Habits()
"""A sender that keeps to the standard."""

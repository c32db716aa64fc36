"""What a place expects to receive, and the figures its synthetic borough is made after."""

from datetime import time
from typing import Annotated, Literal, Self

from pydantic import Field, NaiveDatetime, StringConstraints, model_validator

from oneplace.vocabulary.place.part import Code, Key, Part, Words, WrongError
from oneplace.vocabulary.place.span import Span
from oneplace.vocabulary.terms.arriving import FeedKind
from oneplace.vocabulary.terms.governing import FigureBasis

OwnField = Annotated[str, StringConstraints(pattern=r"^Z[A-Z0-9]{2}-[1-9][0-9]?$")]
"""A field of a sender's own segment: `ZDR-2`."""

OwnMeaning = Literal["ready", "pathway", "discharge_method", "arrival", "disposal"]
"""What such a field can tell of a visit."""


class Feed(Part):
    """What one partner's system sends us, how often, and whom to ring when it falls silent."""

    code: Key
    name: Words
    partner: Key
    kind: FeedKind
    every: Span
    usual_time: time | None = None
    agreed_lateness: Span
    ring: Words
    phone: Words
    # Who may send messages for it, as `facility` or `facility/application`.
    senders: tuple[Words, ...] = ()
    # What the sender's own message fields mean, as { "ZDR-2" = "ready" }.
    own_fields: dict[OwnField, OwnMeaning] = Field(default_factory=dict)


class Centre(Part):
    """The middle of the place on the map, in degrees (WGS 84); invented streets lie round it."""

    latitude: Annotated[float, Field(ge=49, le=61)]
    longitude: Annotated[float, Field(ge=-9, le=3)]


class Population(Part):
    """How many people live here, and how old they are."""

    people: Annotated[int, Field(ge=1_000, le=10_000_000)]
    share_65_and_over: Annotated[float, Field(gt=0, lt=1)]
    share_75_and_over: Annotated[float, Field(gt=0, lt=1)]
    share_85_and_over: Annotated[float, Field(gt=0, lt=1)]
    # Of people of 65 and over: fit, mild, moderate, severe.
    frailty_shares: tuple[float, float, float, float]

    @model_validator(mode="after")
    def _nested(self) -> Self:
        if not self.share_65_and_over > self.share_75_and_over > self.share_85_and_over:
            raise WrongError(
                "the older shares are not smaller than the younger ones",
                "Each share counts everybody of that age and over: 65 most, 85 least.",
            )
        if abs(sum(self.frailty_shares) - 1) > 0.001:
            raise WrongError(
                f"frailty_shares add up to {sum(self.frailty_shares):g}",
                "Write four shares (fit, mild, moderate, severe) that add up to 1.",
            )
        return self


class Figure(Part):
    """One figure about the place, and how far it may be trusted."""

    key: Key
    words: Words
    value: float
    unit: Words
    basis: FigureBasis


class Demo(Part):
    """How the demonstration of this place begins."""

    now: NaiveDatetime
    show_practice: Code
    show_active_people: Annotated[int, Field(ge=1, le=500)]
    show_agenda: Annotated[int, Field(ge=1, le=60)]
    story_person: str = ""

    @model_validator(mode="after")
    def _agenda_fits(self) -> Self:
        if self.show_agenda > self.show_active_people:
            raise WrongError(
                "more people stand on the agenda than are active",
                "Make show_agenda at most show_active_people.",
            )
        return self

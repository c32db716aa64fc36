"""Who works together in a place: partners, networks, practices, teams, services and buildings."""

from datetime import date, time
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from oneplace.vocabulary.place.part import Code, Key, Part, Words, WrongError
from oneplace.vocabulary.place.span import Span
from oneplace.vocabulary.terms.huddle import Rhythm
from oneplace.vocabulary.terms.work import (
    OrganisationKind,
    Role,
    ServiceCategory,
    SiteKind,
    TeamKind,
    WardSpecialty,
    Weekday,
)

ShortWord = Annotated[str, StringConstraints(min_length=1, max_length=16)]
"""The word by which a partner is shown everywhere, the same word on every screen."""

PostcodeDistrict = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,2}[0-9][0-9A-Z]?$")]


class Partner(Part):
    """An organisation that signed the alliance's agreement and stays sovereign."""

    code: Key
    name: Words
    short_word: ShortWord
    kind: OrganisationKind
    sovereign_board: Words
    employs: tuple[Role, ...] = ()
    address: Words
    phone: Words
    email: Words
    is_public_body: bool = True
    # The code by which other organisations' systems name it (ODS, the NHS's Organisation Data
    # Service): partners' files say so who is to act.
    ods_code: Code | None = None


class JointService(Part):
    """A service the partners run together under a name of its own."""

    code: Key
    name: Words
    short_word: ShortWord
    partners: tuple[Key, ...] = Field(min_length=2)
    what: Words


class Network(Part):
    """GP practices and teams of one area."""

    code: Key
    name: Words
    started_on: date
    is_pilot: bool = False
    postcode_districts: tuple[PostcodeDistrict, ...] = Field(min_length=1)
    areas: tuple[Words, ...] = ()
    # Mean of the national deprivation deciles of its people: 1 most deprived, 10 least.
    deprivation_decile: Annotated[float, Field(ge=1, le=10)]


class HuddleSlot(Part):
    """When a practice's huddle usually meets."""

    weekday: Weekday
    at: time
    minutes: Annotated[int, Field(ge=15, le=180)] = 60
    rhythm: Rhythm = Rhythm.WEEKLY


class Practice(Part):
    """A GP practice of a network."""

    code: Code
    name: Words
    network: Key
    list_size: Annotated[int, Field(gt=0, le=100_000)]
    huddle: HuddleSlot
    # The practice whose huddle this small one joins; its own slot is then that one's.
    shares_huddle_with: Code | None = None
    social_prescribing: bool = True


class Reach(Part):
    """How to reach a team."""

    phone: Words
    email: Words
    hours: Key
    note: str = ""


class TeamPost(Part):
    """Posts of one role within a team, and who employs the people in them."""

    role: Role
    employer: Key
    number: Annotated[int, Field(ge=1, le=500)] = 1


class Team(Part):
    """People who work together, whoever employs them."""

    code: Key
    name: Words
    kind: TeamKind
    partner: Key
    network: Key | None = None
    each_network: bool = False
    joint_service: Key | None = None
    holds: tuple[TeamPost, ...] = Field(min_length=1)
    what: Words
    reach: Reach

    @model_validator(mode="after")
    def _one_area(self) -> Self:
        if self.each_network and self.network is not None:
            raise WrongError(
                "it says both each_network and network",
                "Keep each_network for one such team in every network, or name the one network.",
            )
        if self.each_network and "{network}" not in self.name:
            raise WrongError(
                "a team of each network needs a name that tells them apart",
                'Write {network} in its name, like "{network} network team".',
            )
        return self

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles the team holds, each once, in the order written."""
        return tuple(dict.fromkeys(post.role for post in self.holds))


class Service(Part):
    """A service somebody can be referred to."""

    code: Key
    name: Words
    partner: Key
    team: Key
    category: ServiceCategory
    what: Words
    who_for: Words
    hours: Key
    how_to_refer: Words
    phone: Words
    languages: tuple[str, ...] = ("en",)
    self_referral: bool = False
    last_verified_on: date


class Ward(Part):
    """A ward of a hospital."""

    code: Code
    name: Words
    specialty: WardSpecialty
    beds: Annotated[int, Field(ge=0, le=200)]


class Hospital(Part):
    """A hospital of a partner and its wards."""

    code: Code
    name: Words
    partner: Key
    postcode_district: PostcodeDistrict
    is_emergency: bool = True
    wards: tuple[Ward, ...] = Field(min_length=1)


class Site(Part):
    """A building where a partner works that is not a hospital."""

    code: Key
    name: Words
    kind: SiteKind
    partner: Key
    network: Key | None = None
    address: Words
    beds: Annotated[int, Field(ge=0, le=200)] = 0


class CareHomes(Part):
    """Care homes as counted; the homes themselves are organisations a place enters or imports."""

    homes: Annotated[int, Field(gt=0)]
    beds: Annotated[int, Field(gt=0)]
    emergency_admissions_per_year: Annotated[int, Field(ge=0)]
    mean_stay_days: Annotated[float, Field(gt=0)]
    nursing_share: Annotated[float, Field(ge=0, le=1)]
    bed_return_from_day: Annotated[int, Field(ge=1, le=28)]
    bed_return_to_day: Annotated[int, Field(ge=1, le=28)]
    manager_visit_within: Span

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.beds < self.homes:
            raise WrongError("there are fewer beds than homes", "Check homes and beds.")
        if self.bed_return_to_day < self.bed_return_from_day:
            raise WrongError(
                "bed_return_to_day comes before bed_return_from_day",
                "Write the first and the last day of the month on which homes report.",
            )
        return self

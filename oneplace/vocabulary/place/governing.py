"""Who decides in a place, what its roles may do, and how it shares."""

from datetime import date, timedelta
from typing import Annotated, Final, Self

from pydantic import Field, StringConstraints, model_validator

from oneplace.vocabulary.place.part import Key, Part, Words, WrongError
from oneplace.vocabulary.place.span import ExactSpan, Span
from oneplace.vocabulary.terms.arriving import SpanUnit
from oneplace.vocabulary.terms.governing import BodyKind, BodyPower
from oneplace.vocabulary.terms.sharing import CodedChoice, DataCategory, SharingPolicy
from oneplace.vocabulary.terms.work import Role

LONGEST_NATIONAL_ANSWER: Final = timedelta(days=21)
"""How long what the national service answered may be kept for use (national data opt-out
operational policy guidance 4.0 speaks of a temporary cache; the period to verify)."""


class BodyMember(Part):
    """A seat: somebody of a partner, or somebody from outside the partners."""

    position: Words
    partner: Key | None = None
    role: Role | None = None
    # An independent chair has none.
    has_vote: bool = True


class Body(Part):
    """A board or other body of the alliance."""

    code: Key
    name: Words
    kind: BodyKind
    purpose: Words
    powers: tuple[BodyPower, ...] = Field(min_length=1)
    chair: Words
    members: tuple[BodyMember, ...] = Field(min_length=1)
    # Partners, or seats where nobody sits for a partner, without whom nothing can be decided.
    quorum: Annotated[int, Field(ge=1)]
    meets: Words
    is_public: bool = False


class RoleHere(Part):
    """What a role is called in this place, and what it may do more or less than elsewhere."""

    title: str = ""
    # How colleagues call it across a table, where the title is long.
    short: str = ""
    add: tuple[Key, ...] = ()
    remove: tuple[Key, ...] = ()
    # Parts of a record the role needs here beyond the product's matrix, and those it does not.
    sees_add: tuple[DataCategory, ...] = ()
    sees_remove: tuple[DataCategory, ...] = ()


class SharingRule(Part):
    """How this place shares for one purpose."""

    policy: SharingPolicy
    words: Words
    is_identifiable: bool
    respects_objection: bool
    respects_national_opt_out: bool
    review_after: Span


class ChoiceCode(Part):
    """A code by which partners' records say what somebody decided about sharing."""

    code: Words
    # How entries call the code system: `snomed`, or the system's own address.
    system: Words = "snomed"
    says: CodedChoice
    # The code says that it no longer holds: withdrawn, or a yes after a no.
    takes_back: bool = False
    # Whose word counts. A code in any other feed changes nothing.
    feeds: tuple[Key, ...] = Field(min_length=1)


class NationalOptOut(Part):
    """How the national service is asked who has opted out of uses beyond care."""

    # How long an answer counts, from the day of the asking; never longer than three weeks.
    holds_for: ExactSpan = Span(amount=21, unit=SpanUnit.DAYS)
    # What stands after each NHS number in the file, before the line ends.
    line_ends_with: Annotated[str, StringConstraints(strip_whitespace=False, max_length=1)] = ","

    @model_validator(mode="after")
    def _not_too_long(self) -> Self:
        if self.holds_for.timedelta > LONGEST_NATIONAL_ANSWER:
            raise WrongError(
                "holds_for is longer than an answer may be kept",
                f"Write {LONGEST_NATIONAL_ANSWER.days} days or fewer, and ask more often.",
            )
        return self


class Clause(Part):
    """A clause of the agreement in plain words, and the page of oneplace that keeps it."""

    number: Words
    title: Words
    words: Words
    # The name of a page, such as `contracts:decisions`; empty where no page keeps it yet.
    kept_at: str = ""


class Agreement(Part):
    """The agreement the partners signed, as far as it is public."""

    name: Words
    summary: Words
    ratified_by_each_partner: bool = True
    signed_on: date | None = None
    runs_from_on: date | None = None
    # As first signed; decisions in force carry it on.
    runs_until_on: date | None = None
    clauses: tuple[Clause, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        starts, ends = self.runs_from_on, self.runs_until_on
        if starts is not None and ends is not None and ends < starts:
            raise WrongError(
                "the agreement ends before it begins",
                "Exchange runs_from_on and runs_until_on, or correct one.",
            )
        numbers = [clause.number for clause in self.clauses]
        if len(set(numbers)) < len(numbers):
            raise WrongError("two clauses have the same number", "Number each clause once.")
        return self


class Suppression(Part):
    """How small numbers are kept from the public (NHS practice: hide 1 to 7, round to 5)."""

    hide_up_to: Annotated[int, Field(ge=0, le=20)]
    round_to: Annotated[int, Field(ge=1, le=10)]


class Thresholds(Part):
    """Numbers by which the rules of the house decide in this place."""

    huddle_lock: ExactSpan
    huddle_minutes_per_case: Annotated[int, Field(ge=1, le=60)]
    huddle_review_least: Span
    huddle_review_most: Span
    pic_first_contact: Span
    pic_caseload: Annotated[int, Field(ge=1, le=200)]
    frailty_scale_at_least: Annotated[int, Field(ge=1, le=9)]
    falls_ask_from_age: Annotated[int, Field(ge=18, le=110)]
    falls_ask_at_risk_from_age: Annotated[int, Field(ge=18, le=110)]
    directory_stale_after: ExactSpan
    voluntary_grant_limit_pounds: Annotated[int, Field(ge=0)]
    small_numbers: Suppression
    undo_hold: ExactSpan
    invitation_valid_for: ExactSpan
    access_review_every: Span
    emergency_access_review_within: Span
    action_due_soon: ExactSpan
    searches_an_hour: Annotated[int, Field(ge=10, le=2000)]
    look_ups_an_hour: Annotated[int, Field(ge=1, le=500)]
    referral_opens_for: ExactSpan
    hospital_opens_after_stay: ExactSpan

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.huddle_review_least.is_longer_than(self.huddle_review_most):
            raise WrongError(
                "huddle_review_least is longer than huddle_review_most",
                "Exchange the two, or correct one.",
            )
        if self.falls_ask_at_risk_from_age > self.falls_ask_from_age:
            raise WrongError(
                "people at risk would be asked about falls later in life than everybody",
                "Make falls_ask_at_risk_from_age the lower of the two ages.",
            )
        return self


class RiskModel(Part):
    """What a local model of admission risk must reach here before the clinical lead may sign it.

    The defaults are ours, to be reviewed by the place's clinical and analytic leads.
    """

    least_people: Annotated[int, Field(ge=500)] = 5_000
    least_outcomes: Annotated[int, Field(ge=50)] = 200
    least_auc: Annotated[float, Field(ge=0.5, lt=1)] = 0.65
    slope_least: Annotated[float, Field(gt=0, le=1)] = 0.8
    slope_most: Annotated[float, Field(ge=1, le=3)] = 1.2
    # Outcomes seen over expected, in each group of sex, ethnicity and deprivation.
    ratio_least: Annotated[float, Field(gt=0, le=1)] = 0.8
    ratio_most: Annotated[float, Field(ge=1, le=3)] = 1.25
    # From what chance on it is one reason among others.
    high_chance: Annotated[float, Field(ge=0.05, le=0.95)] = 0.3


class Sessions(Part):
    """How long somebody stays signed in."""

    idle: ExactSpan
    absolute: ExactSpan
    warn_before: ExactSpan

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.idle.is_longer_than(self.absolute):
            raise WrongError(
                "a session may stand idle for longer than it may last",
                "Make idle shorter than absolute.",
            )
        if not self.idle.is_longer_than(self.warn_before):
            raise WrongError(
                "the warning would come before the session begins",
                "Make warn_before shorter than idle.",
            )
        return self

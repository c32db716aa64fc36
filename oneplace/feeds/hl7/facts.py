"""What a message can say, as frozen facts: each with its source, nothing yet of our own record.

Three things are kept apart, as HL7 keeps them apart: an attribute that is None or empty was not
said; one named in `deletes` is to be deleted; any other is what the sender holds now.
"""

from dataclasses import dataclass
from typing import NamedTuple

from oneplace.feeds.hl7.times import Moment
from oneplace.vocabulary.terms.term import Term


class Change(Term):
    """What a message says happened to a visit."""

    ADMITTED = "admitted", "Admitted"
    REGISTERED = "registered", "Registered"
    PLANNED = "planned", "Planned"
    TRANSFERRED = "transferred", "Transferred"
    BECAME_INPATIENT = "became_inpatient", "Became an inpatient"
    BECAME_OUTPATIENT = "became_outpatient", "Became an outpatient"
    UPDATED = "updated", "Details updated"
    TRACKED = "tracked", "Arrived or departed"
    EXPECTED = "expected", "Move or discharge expected"
    WENT_ON_LEAVE = "went_on_leave", "Went on leave"
    CAME_BACK_FROM_LEAVE = "came_back_from_leave", "Came back from leave"
    DISCHARGED = "discharged", "Discharged"
    ADMISSION_CANCELLED = "admission_cancelled", "Admission cancelled"
    TRANSFER_CANCELLED = "transfer_cancelled", "Transfer cancelled"
    DISCHARGE_CANCELLED = "discharge_cancelled", "Discharge cancelled"
    PLAN_CANCELLED = "plan_cancelled", "Plan cancelled"
    EXPECTATION_CANCELLED = "expectation_cancelled", "Expected move cancelled"
    LEAVE_CANCELLED = "leave_cancelled", "Leave cancelled"
    RETURN_CANCELLED = "return_cancelled", "Return from leave cancelled"
    VISIT_DELETED = "visit_deleted", "Visit deleted"


class MergeKind(Term):
    """What a message says of two identifiers or visits."""

    PERSON_MERGED = "person_merged", "Two records are one person"
    VISIT_MERGED = "visit_merged", "Two visits are one"
    IDENTIFIER_MOVED = "identifier_moved", "An identifier belongs to another person"
    IDENTIFIER_CHANGED = "identifier_changed", "An identifier was changed"


class PhoneKind(Term):
    """What a number reaches."""

    MOBILE = "mobile", "Mobile"
    LANDLINE = "landline", "Landline"
    EMAIL = "email", "Email"
    FAX = "fax", "Fax"
    OTHER = "other", "Not said"


class Coded(NamedTuple):
    """A code as sent: with its words and system where they were sent, and its other coding."""

    code: str
    display: str = ""
    system: str = ""
    other_code: str = ""
    other_display: str = ""
    other_system: str = ""


class Identifier(NamedTuple):
    """A number with who gave it and what kind it is."""

    value: str
    authority: str
    kind: str
    is_nhs_number: bool = False
    is_sound: bool = True
    """False for an NHS number whose check digit does not fit: kept as sent, never matched on."""
    authority_id: str = ""
    """The authority's universal id, where it was sent beside its name."""


class Name(NamedTuple):
    """A name of a person."""

    family: str
    given: str = ""
    middle: str = ""
    suffix: str = ""
    prefix: str = ""
    degree: str = ""
    kind: str = ""


class Address(NamedTuple):
    """An address: its lines, town and county as sent, and what kind it is."""

    lines: tuple[str, ...]
    town: str
    county: str
    postcode: str
    country: str
    kind: str


class Phone(NamedTuple):
    """A telephone number or email address."""

    number: str
    kind: PhoneKind
    use: str
    """PRN, ORN, WPN ... as sent."""


class Professional(NamedTuple):
    """A doctor or clerk, by the numbers that name them."""

    identifier: str
    authority: str
    family: str
    given: str
    prefix: str


class Organisation(NamedTuple):
    """An organisation by name and code."""

    name: str
    code: str


class Location(NamedTuple):
    """A place in a hospital."""

    ward: str
    room: str = ""
    bed: str = ""
    site: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Who said it, in which message, and when."""

    sender: str
    facility: str
    receiver: str
    receiving_facility: str
    control_id: str
    event: str
    version: str
    processing: str
    sent: Moment | None
    """MSH-7."""
    recorded: Moment | None
    """EVN-2: when the sender's system took it down."""
    occurred: Moment | None
    """EVN-6: when it happened."""
    operator: Professional | None
    file: str
    number: int

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes two deliveries one message."""
        return (self.sender, self.facility, self.control_id)


@dataclass(frozen=True, slots=True)
class PersonSaid:
    """What a message says of the person it is about."""

    source: Source
    identifiers: tuple[Identifier, ...]
    names: tuple[Name, ...] = ()
    born: Moment | None = None
    gender: str = ""
    """The stored word of our term for gender."""
    gender_as_sent: str = ""
    addresses: tuple[Address, ...] = ()
    phones: tuple[Phone, ...] = ()
    business_phones: tuple[Phone, ...] = ()
    language: Coded | None = None
    marital_status: Coded | None = None
    religion: Coded | None = None
    account: Identifier | None = None
    ethnicity: Coded | None = None
    died: Moment | None = None
    is_dead: bool | None = None
    is_identity_unknown: bool | None = None
    """True: match on exact identifiers only, never by likeness, never merge by itself."""
    nhs_number_status: str = ""
    practice: Organisation | None = None
    gp: Professional | None = None
    is_deleted: bool = False
    """The sender deleted the person's entry: mark it, do not erase it."""
    deletes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NextOfKinSaid:
    """What a message says of somebody close to the person."""

    source: Source
    subject: tuple[Identifier, ...]
    position: int
    names: tuple[Name, ...] = ()
    relationship: Coded | None = None
    phones: tuple[Phone, ...] = ()
    addresses: tuple[Address, ...] = ()
    deletes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SpellSaid:
    """What a message says of a visit: a stay, an attendance, a contact."""

    source: Source
    subject: tuple[Identifier, ...]
    change: Change
    undoes: tuple[Change, ...]
    visit: Identifier | None
    """None where no visit number came: then only the person's one open spell can be meant."""
    happened: Moment
    happened_from: str
    """The field the time is from: PV1-44, PV1-45, EVN-6, EVN-2 or MSH-7."""
    alternate_visit: Identifier | None = None
    patient_class: str = ""
    location: Location | None = None
    prior_location: Location | None = None
    admission_method: str = ""
    source_of_admission: str = ""
    attending: tuple[Professional, ...] = ()
    referring: tuple[Professional, ...] = ()
    consultants: tuple[Professional, ...] = ()
    admitting: tuple[Professional, ...] = ()
    service: str = ""
    vip: str = ""
    patient_type: str = ""
    destination: str = ""
    discharged_to: str = ""
    admitted: Moment | None = None
    discharged: Moment | None = None
    reason: Coded | None = None
    transfer_reason: Coded | None = None
    expected_admission: Moment | None = None
    expected_discharge: Moment | None = None
    description: str = ""
    priority: str = ""
    ready: Moment | None = None
    pathway: str = ""
    discharge_method: str = ""
    arrival: str = ""
    disposal: str = ""
    deletes: tuple[str, ...] = ()


class Pair(NamedTuple):
    """A discarded identifier and the one that takes its place."""

    discarded: Identifier
    survivor: Identifier


@dataclass(frozen=True, slots=True)
class MergeSaid:
    """What a message says of two records, visits or identifiers that are one."""

    source: Source
    kind: MergeKind
    survivor: tuple[Identifier, ...]
    discarded: tuple[Identifier, ...]
    pairs: tuple[Pair, ...]
    """The two lists position by position; empty where they do not pair."""
    happened: Moment | None
    prior_visit: Identifier | None = None
    visit: Identifier | None = None


@dataclass(frozen=True, slots=True)
class AllergySaid:
    """An allergy as a message has it (AL1)."""

    source: Source
    subject: tuple[Identifier, ...]
    position: int
    kind: Coded | None
    allergen: Coded | None
    severity: Coded | None
    reactions: tuple[str, ...]
    identified: Moment | None
    deletes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DiagnosisSaid:
    """A diagnosis as a message has it (DG1)."""

    source: Source
    subject: tuple[Identifier, ...]
    visit: Identifier | None
    position: int
    diagnosis: Coded | None
    description: str
    diagnosed: Moment | None
    kind: str
    priority: str
    deletes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProcedureSaid:
    """A procedure as a message has it (PR1)."""

    source: Source
    subject: tuple[Identifier, ...]
    visit: Identifier | None
    position: int
    procedure: Coded | None
    description: str
    done: Moment | None
    kind: str
    deletes: tuple[str, ...] = ()


AdtFact = (
    PersonSaid | NextOfKinSaid | SpellSaid | MergeSaid | AllergySaid | DiagnosisSaid | ProcedureSaid
)
"""Anything a message can say."""

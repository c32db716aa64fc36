"""What a source said, in neutral words: frozen, and each with its place in what was received.

Dates and times stay the text they came as (`1947`, `1947-03`, `2026-03-07T14:05:00+00:00`): how
exact a source was is part of what it said. Decimals keep their places. Codes are those received;
`uk_codes.emitted` gives the generation we send. Empty text and empty tuples mean "not said".
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from oneplace.feeds.fhir.exact import Span


class Source(NamedTuple):
    """Where a statement stands in what was received."""

    kind: str
    id: str
    entry: int | None
    full_url: str
    span: Span
    version: str = ""
    last_updated: str = ""
    profiles: tuple[str, ...] = ()
    labels: tuple[Code, ...] = ()
    """Security labels and tags of `meta`: they may limit who sees it."""


class Code(NamedTuple):
    """One coding."""

    system: str = ""
    code: str = ""
    display: str = ""
    version: str = ""
    is_chosen: bool | None = None
    """Whether a person chose this coding (`userSelected`)."""


class Concept(NamedTuple):
    """Something said in words, in codes, or both."""

    text: str = ""
    codes: tuple[Code, ...] = ()

    @property
    def words(self) -> str:
        """What is shown: the text, else the chosen coding's display, else the first display."""
        if self.text:
            return self.text
        chosen = [code for code in self.codes if code.is_chosen] or self.codes
        return next((code.display for code in chosen if code.display), "")


class Ref(NamedTuple):
    """A pointer to another resource."""

    text: str = ""
    """As it was sent."""
    kind: str = ""
    id: str = ""
    """The id it was resolved to; empty where the entry it names has not been given one."""
    entry: int | None = None
    """The entry of the same bundle it names."""
    display: str = ""
    system: str = ""
    value: str = ""
    """Named by a business identifier."""


class Identifier(NamedTuple):
    """A business identifier."""

    system: str = ""
    value: str = ""
    use: str = ""
    type: Concept | None = None
    period: Period | None = None
    assigner: Ref | None = None
    status: Concept | None = None
    """Of an NHS number: whether it was traced and verified."""


class NhsNumber(NamedTuple):
    """An NHS number as a source gave it."""

    digits: str
    status: str
    """01 to 08 of the NHS Data Dictionary; empty where not said."""
    is_sound: bool
    """Whether its check digit fits; one that fails is shown, and never matched on."""
    is_old: bool


class Period(NamedTuple):
    """From when to when; either may be open."""

    start: str = ""
    end: str = ""


class Quantity(NamedTuple):
    """A measured amount."""

    value: Decimal | None = None
    unit: str = ""
    comparator: str = ""
    system: str = ""
    code: str = ""


class Range(NamedTuple):
    """From one amount to another."""

    low: Quantity | None = None
    high: Quantity | None = None


class Ratio(NamedTuple):
    """One amount over another."""

    numerator: Quantity | None = None
    denominator: Quantity | None = None


class Name(NamedTuple):
    """A person's name."""

    use: str = ""
    family: str = ""
    given: tuple[str, ...] = ()
    prefix: tuple[str, ...] = ()
    suffix: tuple[str, ...] = ()
    text: str = ""
    period: Period | None = None


class Reach(NamedTuple):
    """A way to reach somebody: phone, email."""

    system: str = ""
    value: str = ""
    use: str = ""
    rank: int | None = None
    period: Period | None = None


class Address(NamedTuple):
    """A postal address."""

    use: str = ""
    type: str = ""
    text: str = ""
    lines: tuple[str, ...] = ()
    town: str = ""
    district: str = ""
    county: str = ""
    postcode: str = ""
    country: str = ""
    period: Period | None = None


class Note(NamedTuple):
    """A remark."""

    text: str = ""
    at: str = ""
    by: Ref | str | None = None


class Attachment(NamedTuple):
    """A document, or where it is."""

    content_type: str = ""
    url: str = ""
    title: str = ""
    data: str = ""
    """Base64, as sent."""
    hash: str = ""
    size: int | None = None
    language: str = ""
    created: str = ""


Value = Quantity | Concept | Range | Ratio | Period | Ref | Code | Decimal | str | int | bool
"""What a `value[x]` may say."""


class Language(NamedTuple):
    """A language somebody uses."""

    language: Concept | None = None
    is_preferred: bool | None = None


class ContactPerson(NamedTuple):
    """Somebody to contact about a person, without a record of their own."""

    relationships: tuple[Concept, ...] = ()
    name: Name | None = None
    reach: tuple[Reach, ...] = ()
    address: Address | None = None
    gender: str = ""
    organisation: Ref | None = None
    period: Period | None = None
    rank: int | None = None


class PersonLink(NamedTuple):
    """Another record of the same person, by its source."""

    other: Ref | None = None
    type: str = ""


class PersonSaid(NamedTuple):
    """A patient."""

    source: Source
    identifiers: tuple[Identifier, ...] = ()
    nhs_numbers: tuple[NhsNumber, ...] = ()
    nhs_number_missing: Concept | None = None
    is_active: bool | None = None
    names: tuple[Name, ...] = ()
    reach: tuple[Reach, ...] = ()
    gender: str = ""
    birth_sex: Concept | None = None
    born: str = ""
    is_dead: bool | None = None
    died: str = ""
    addresses: tuple[Address, ...] = ()
    marital_status: Concept | None = None
    ethnicity: Concept | None = None
    residential_status: Concept | None = None
    needs_interpreter: bool | None = None
    languages: tuple[Language, ...] = ()
    contacts: tuple[ContactPerson, ...] = ()
    general_practice: tuple[Ref, ...] = ()
    organisation: Ref | None = None
    links: tuple[PersonLink, ...] = ()
    is_multiple_birth: bool | None = None
    birth_order: int | None = None


class RelatedPersonSaid(NamedTuple):
    """Somebody related to a patient."""

    source: Source
    person: Ref | None = None
    identifiers: tuple[Identifier, ...] = ()
    is_active: bool | None = None
    relationships: tuple[Concept, ...] = ()
    names: tuple[Name, ...] = ()
    reach: tuple[Reach, ...] = ()
    gender: str = ""
    born: str = ""
    addresses: tuple[Address, ...] = ()
    period: Period | None = None
    languages: tuple[Language, ...] = ()


class StaffSaid(NamedTuple):
    """A member of staff."""

    source: Source
    identifiers: tuple[Identifier, ...] = ()
    is_active: bool | None = None
    names: tuple[Name, ...] = ()
    reach: tuple[Reach, ...] = ()
    addresses: tuple[Address, ...] = ()
    gender: str = ""
    born: str = ""


class PostSaid(NamedTuple):
    """What a member of staff does where."""

    source: Source
    identifiers: tuple[Identifier, ...] = ()
    is_active: bool | None = None
    period: Period | None = None
    staff: Ref | None = None
    organisation: Ref | None = None
    roles: tuple[Concept, ...] = ()
    specialties: tuple[Concept, ...] = ()
    locations: tuple[Ref, ...] = ()
    services: tuple[Ref, ...] = ()
    reach: tuple[Reach, ...] = ()


class OrganisationSaid(NamedTuple):
    """An organisation."""

    source: Source
    identifiers: tuple[Identifier, ...] = ()
    is_active: bool | None = None
    types: tuple[Concept, ...] = ()
    name: str = ""
    aliases: tuple[str, ...] = ()
    reach: tuple[Reach, ...] = ()
    addresses: tuple[Address, ...] = ()
    part_of: Ref | None = None


class PlaceSaid(NamedTuple):
    """A location: a site, a ward, a room."""

    source: Source
    identifiers: tuple[Identifier, ...] = ()
    status: str = ""
    mode: str = ""
    name: str = ""
    aliases: tuple[str, ...] = ()
    description: str = ""
    types: tuple[Concept, ...] = ()
    reach: tuple[Reach, ...] = ()
    address: Address | None = None
    physical_type: Concept | None = None
    organisation: Ref | None = None
    part_of: Ref | None = None
    operational_status: Code | None = None


class TakingPart(NamedTuple):
    """Who took part, and as what."""

    who: Ref | None = None
    roles: tuple[Concept, ...] = ()
    status: str = ""
    required: str = ""
    on_behalf_of: Ref | None = None
    period: Period | None = None


class Whereabouts(NamedTuple):
    """Where somebody was during an encounter."""

    location: Ref | None = None
    status: str = ""
    physical_type: Concept | None = None
    period: Period | None = None


class Diagnosis(NamedTuple):
    """A condition and what it was to an encounter or episode."""

    condition: Ref | None = None
    use: Concept | None = None
    rank: int | None = None


class StatusThen(NamedTuple):
    """A status of an earlier time."""

    status: str = ""
    period: Period | None = None


class Stay(NamedTuple):
    """The hospital part of an encounter."""

    admitted_from: Concept | None = None
    admission_method: Concept | None = None
    discharged_to: Concept | None = None
    discharge_method: Concept | None = None
    origin: Ref | None = None
    destination: Ref | None = None
    readmission: Concept | None = None
    pre_admission: Identifier | None = None


class EncounterSaid(NamedTuple):
    """A contact or a stay."""

    source: Source
    person: Ref | None = None
    identifiers: tuple[Identifier, ...] = ()
    status: str = ""
    earlier_statuses: tuple[StatusThen, ...] = ()
    setting: Code | None = None
    """Class: ambulatory, virtual, home, inpatient, emergency."""
    types: tuple[Concept, ...] = ()
    service: Concept | None = None
    priority: Concept | None = None
    episodes: tuple[Ref, ...] = ()
    based_on: tuple[Ref, ...] = ()
    part_of: Ref | None = None
    appointments: tuple[Ref, ...] = ()
    participants: tuple[TakingPart, ...] = ()
    period: Period | None = None
    length: Quantity | None = None
    reasons: tuple[Concept, ...] = ()
    reason_refs: tuple[Ref, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    stay: Stay | None = None
    locations: tuple[Whereabouts, ...] = ()
    organisation: Ref | None = None
    discharge_method: Concept | None = None
    delivery_channel: Value | None = None


class EpisodeSaid(NamedTuple):
    """A time under a team's care."""

    source: Source
    person: Ref | None = None
    identifiers: tuple[Identifier, ...] = ()
    status: str = ""
    earlier_statuses: tuple[StatusThen, ...] = ()
    types: tuple[Concept, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    organisation: Ref | None = None
    period: Period | None = None
    referrals: tuple[Ref, ...] = ()
    manager: Ref | None = None
    team: tuple[Ref, ...] = ()


class ConditionSaid(NamedTuple):
    """A condition, problem or diagnosis."""

    source: Source
    person: Ref | None = None
    identifiers: tuple[Identifier, ...] = ()
    clinical_status: Concept | None = None
    certainty: Concept | None = None
    categories: tuple[Concept, ...] = ()
    severity: Concept | None = None
    what: Concept | None = None
    body_sites: tuple[Concept, ...] = ()
    encounter: Ref | None = None
    began: Value | None = None
    ended: Value | None = None
    recorded: str = ""
    recorder: Ref | None = None
    asserter: Ref | None = None
    notes: tuple[Note, ...] = ()


class Reaction(NamedTuple):
    """What an allergy did."""

    substance: Concept | None = None
    manifestations: tuple[Concept, ...] = ()
    description: str = ""
    began: str = ""
    severity: str = ""
    route: Concept | None = None
    notes: tuple[Note, ...] = ()


class AllergySaid(NamedTuple):
    """An allergy or intolerance; "none known" is said by its code, never by silence."""

    source: Source
    person: Ref | None = None
    identifiers: tuple[Identifier, ...] = ()
    clinical_status: Concept | None = None
    certainty: Concept | None = None
    type: str = ""
    categories: tuple[str, ...] = ()
    criticality: str = ""
    what: Concept | None = None
    encounter: Ref | None = None
    began: Value | None = None
    recorded: str = ""
    recorder: Ref | None = None
    asserter: Ref | None = None
    last_happened: str = ""
    notes: tuple[Note, ...] = ()
    reactions: tuple[Reaction, ...] = ()


class ReferenceRange(NamedTuple):
    """What is usual for a measurement."""

    low: Quantity | None = None
    high: Quantity | None = None
    type: Concept | None = None
    applies_to: tuple[Concept, ...] = ()
    text: str = ""


class Part(NamedTuple):
    """One part of an observation: systolic, diastolic."""

    what: Concept | None = None
    value: Value | None = None
    absent: Concept | None = None
    interpretations: tuple[Concept, ...] = ()
    ranges: tuple[ReferenceRange, ...] = ()


class ObservationSaid(NamedTuple):
    """A measurement, result or finding."""

    source: Source
    person: Ref | None = None
    identifiers: tuple[Identifier, ...] = ()
    based_on: tuple[Ref, ...] = ()
    part_of: tuple[Ref, ...] = ()
    status: str = ""
    categories: tuple[Concept, ...] = ()
    what: Concept | None = None
    focus: tuple[Ref, ...] = ()
    encounter: Ref | None = None
    at: Value | None = None
    issued: str = ""
    performers: tuple[Ref, ...] = ()
    value: Value | None = None
    absent: Concept | None = None
    interpretations: tuple[Concept, ...] = ()
    notes: tuple[Note, ...] = ()
    body_site: Concept | None = None
    method: Concept | None = None
    specimen: Ref | None = None
    device: Ref | None = None
    ranges: tuple[ReferenceRange, ...] = ()
    members: tuple[Ref, ...] = ()
    derived_from: tuple[Ref, ...] = ()
    parts: tuple[Part, ...] = ()


class ProcedureSaid(NamedTuple):
    """Something done to or for a person."""

    source: Source
    person: Ref | None = None
    identifiers: tuple[Identifier, ...] = ()
    based_on: tuple[Ref, ...] = ()
    part_of: tuple[Ref, ...] = ()
    status: str = ""
    status_reason: Concept | None = None
    category: Concept | None = None
    what: Concept | None = None
    encounter: Ref | None = None
    at: Value | None = None
    recorder: Ref | None = None
    asserter: Ref | None = None
    performers: tuple[TakingPart, ...] = ()
    location: Ref | None = None
    reasons: tuple[Concept, ...] = ()
    reason_refs: tuple[Ref, ...] = ()
    body_sites: tuple[Concept, ...] = ()
    outcome: Concept | None = None
    complications: tuple[Concept, ...] = ()
    follow_up: tuple[Concept, ...] = ()
    notes: tuple[Note, ...] = ()


class ImmunisationSaid(NamedTuple):
    """A vaccination given, or not given and why."""

    source: Source
    person: Ref | None = None
    identifiers: tuple[Identifier, ...] = ()
    status: str = ""
    status_reason: Concept | None = None
    vaccine: Concept | None = None
    encounter: Ref | None = None
    at: Value | None = None
    recorded: str = ""
    is_primary_source: bool | None = None
    origin: Concept | None = None
    location: Ref | None = None
    manufacturer: Ref | None = None
    lot: str = ""
    expires: str = ""
    site: Concept | None = None
    route: Concept | None = None
    dose: Quantity | None = None
    performers: tuple[TakingPart, ...] = ()
    notes: tuple[Note, ...] = ()
    reasons: tuple[Concept, ...] = ()


class Dose(NamedTuple):
    """How a medicine is to be taken."""

    sequence: int | None = None
    text: str = ""
    instructions: tuple[Concept, ...] = ()
    for_the_person: str = ""
    as_needed: Value | None = None
    site: Concept | None = None
    route: Concept | None = None
    method: Concept | None = None


class Supply(NamedTuple):
    """How much of a medicine may be dispensed."""

    valid: Period | None = None
    repeats: int | None = None
    quantity: Quantity | None = None
    duration: Quantity | None = None
    performer: Ref | None = None


class MedicationSaid(NamedTuple):
    """A medicine asked for (MedicationRequest) or said to be taken (MedicationStatement)."""

    source: Source
    person: Ref | None = None
    identifiers: tuple[Identifier, ...] = ()
    based_on: tuple[Ref, ...] = ()
    status: str = ""
    status_reasons: tuple[Concept, ...] = ()
    intent: str = ""
    priority: str = ""
    must_not: bool | None = None
    """`doNotPerform`: the request is that it is not given."""
    categories: tuple[Concept, ...] = ()
    what: Concept | None = None
    medicine: Ref | None = None
    encounter: Ref | None = None
    at: Value | None = None
    written: str = ""
    author: Ref | None = None
    reasons: tuple[Concept, ...] = ()
    reason_refs: tuple[Ref, ...] = ()
    course: Concept | None = None
    notes: tuple[Note, ...] = ()
    doses: tuple[Dose, ...] = ()
    supply: Supply | None = None
    reported: Value | None = None


class ReportSaid(NamedTuple):
    """A diagnostic report."""

    source: Source
    person: Ref | None = None
    identifiers: tuple[Identifier, ...] = ()
    based_on: tuple[Ref, ...] = ()
    status: str = ""
    categories: tuple[Concept, ...] = ()
    what: Concept | None = None
    encounter: Ref | None = None
    at: Value | None = None
    issued: str = ""
    performers: tuple[Ref, ...] = ()
    interpreters: tuple[Ref, ...] = ()
    specimens: tuple[Ref, ...] = ()
    results: tuple[Ref, ...] = ()
    conclusion: str = ""
    conclusion_codes: tuple[Concept, ...] = ()
    files: tuple[Attachment, ...] = ()


class Section(NamedTuple):
    """A section of a composition; its narrative stays in the source."""

    title: str = ""
    what: Concept | None = None
    items: tuple[Ref, ...] = ()
    empty_reason: Concept | None = None


class Content(NamedTuple):
    """One form of a document."""

    file: Attachment | None = None
    format: Code | None = None


class DocumentContext(NamedTuple):
    """What a document belongs to."""

    encounters: tuple[Ref, ...] = ()
    events: tuple[Concept, ...] = ()
    period: Period | None = None
    facility: Concept | None = None
    setting: Concept | None = None
    related: tuple[Ref, ...] = ()


class DocumentSaid(NamedTuple):
    """A document: its content (DocumentReference) or its sections (Composition)."""

    source: Source
    person: Ref | None = None
    identifiers: tuple[Identifier, ...] = ()
    master: Identifier | None = None
    """The version-specific identifier (`masterIdentifier`)."""
    status: str = ""
    document_status: str = ""
    type: Concept | None = None
    categories: tuple[Concept, ...] = ()
    at: str = ""
    authors: tuple[Ref, ...] = ()
    custodian: Ref | None = None
    title: str = ""
    description: str = ""
    labels: tuple[Concept, ...] = ()
    confidentiality: str = ""
    encounter: Ref | None = None
    content: tuple[Content, ...] = ()
    context: DocumentContext | None = None
    sections: tuple[Section, ...] = ()


class Activity(NamedTuple):
    """One thing a care plan intends."""

    refers_to: Ref | None = None
    outcomes: tuple[Concept, ...] = ()
    detail: ActivityDetail | None = None
    progress: tuple[Note, ...] = ()


class ActivityDetail(NamedTuple):
    """What is to be done, by whom and how far it is."""

    kind: str = ""
    what: Concept | None = None
    status: str = ""
    must_not: bool | None = None
    when: Value | None = None
    location: Ref | None = None
    performers: tuple[Ref, ...] = ()
    description: str = ""
    goals: tuple[Ref, ...] = ()
    reasons: tuple[Concept, ...] = ()


class CarePlanSaid(NamedTuple):
    """A care plan."""

    source: Source
    person: Ref | None = None
    identifiers: tuple[Identifier, ...] = ()
    based_on: tuple[Ref, ...] = ()
    replaces: tuple[Ref, ...] = ()
    part_of: tuple[Ref, ...] = ()
    status: str = ""
    intent: str = ""
    categories: tuple[Concept, ...] = ()
    title: str = ""
    description: str = ""
    encounter: Ref | None = None
    period: Period | None = None
    created: str = ""
    author: Ref | None = None
    contributors: tuple[Ref, ...] = ()
    teams: tuple[Ref, ...] = ()
    addresses: tuple[Ref, ...] = ()
    goals: tuple[Ref, ...] = ()
    activities: tuple[Activity, ...] = ()
    notes: tuple[Note, ...] = ()


class CareTeamSaid(NamedTuple):
    """Who is involved with somebody."""

    source: Source
    person: Ref | None = None
    identifiers: tuple[Identifier, ...] = ()
    status: str = ""
    categories: tuple[Concept, ...] = ()
    name: str = ""
    encounter: Ref | None = None
    period: Period | None = None
    members: tuple[TakingPart, ...] = ()
    reasons: tuple[Concept, ...] = ()
    organisations: tuple[Ref, ...] = ()
    reach: tuple[Reach, ...] = ()
    notes: tuple[Note, ...] = ()


class GoalTarget(NamedTuple):
    """What would show that a goal is met."""

    measure: Concept | None = None
    value: Value | None = None
    due: Value | None = None


class GoalSaid(NamedTuple):
    """A goal."""

    source: Source
    person: Ref | None = None
    identifiers: tuple[Identifier, ...] = ()
    status: str = ""
    achievement: Concept | None = None
    categories: tuple[Concept, ...] = ()
    priority: Concept | None = None
    what: Concept | None = None
    began: Value | None = None
    targets: tuple[GoalTarget, ...] = ()
    status_on: str = ""
    status_reason: str = ""
    by: Ref | None = None
    addresses: tuple[Ref, ...] = ()
    notes: tuple[Note, ...] = ()
    outcomes: tuple[Concept, ...] = ()


class FlagSaid(NamedTuple):
    """A warning about somebody."""

    source: Source
    person: Ref | None = None
    identifiers: tuple[Identifier, ...] = ()
    status: str = ""
    categories: tuple[Concept, ...] = ()
    what: Concept | None = None
    period: Period | None = None
    encounter: Ref | None = None
    author: Ref | None = None


class ReferralSaid(NamedTuple):
    """An ask of a service."""

    source: Source
    person: Ref | None = None
    identifiers: tuple[Identifier, ...] = ()
    requisition: Identifier | None = None
    based_on: tuple[Ref, ...] = ()
    replaces: tuple[Ref, ...] = ()
    status: str = ""
    intent: str = ""
    categories: tuple[Concept, ...] = ()
    priority: str = ""
    must_not: bool | None = None
    what: Concept | None = None
    details: tuple[Concept, ...] = ()
    encounter: Ref | None = None
    when: Value | None = None
    authored: str = ""
    by: Ref | None = None
    performer_type: Concept | None = None
    performers: tuple[Ref, ...] = ()
    locations: tuple[Ref, ...] = ()
    reasons: tuple[Concept, ...] = ()
    reason_refs: tuple[Ref, ...] = ()
    supporting: tuple[Ref, ...] = ()
    notes: tuple[Note, ...] = ()
    for_the_person: str = ""


class Detail(NamedTuple):
    """A named input or output of a task."""

    type: Concept | None = None
    value: Value | None = None


class Restriction(NamedTuple):
    """Within what a task is to be done."""

    repetitions: int | None = None
    period: Period | None = None
    recipients: tuple[Ref, ...] = ()


class TaskSaid(NamedTuple):
    """Something asked of somebody."""

    source: Source
    person: Ref | None = None
    identifiers: tuple[Identifier, ...] = ()
    group: Identifier | None = None
    based_on: tuple[Ref, ...] = ()
    part_of: tuple[Ref, ...] = ()
    status: str = ""
    status_reason: Concept | None = None
    business_status: Concept | None = None
    intent: str = ""
    priority: str = ""
    what: Concept | None = None
    description: str = ""
    focus: Ref | None = None
    encounter: Ref | None = None
    period: Period | None = None
    authored: str = ""
    modified: str = ""
    by: Ref | None = None
    performer_types: tuple[Concept, ...] = ()
    owner: Ref | None = None
    location: Ref | None = None
    reason: Concept | None = None
    reason_ref: Ref | None = None
    notes: tuple[Note, ...] = ()
    restriction: Restriction | None = None
    inputs: tuple[Detail, ...] = ()
    outputs: tuple[Detail, ...] = ()


class AppointmentSaid(NamedTuple):
    """An appointment: planned, kept, cancelled or missed."""

    source: Source
    person: Ref | None = None
    """The patient among the participants."""
    identifiers: tuple[Identifier, ...] = ()
    status: str = ""
    cancel_reason: Concept | None = None
    categories: tuple[Concept, ...] = ()
    services: tuple[Concept, ...] = ()
    specialties: tuple[Concept, ...] = ()
    type: Concept | None = None
    reasons: tuple[Concept, ...] = ()
    reason_refs: tuple[Ref, ...] = ()
    priority: int | None = None
    description: str = ""
    starts: str = ""
    ends: str = ""
    minutes: int | None = None
    slots: tuple[Ref, ...] = ()
    created: str = ""
    comment: str = ""
    for_the_person: str = ""
    based_on: tuple[Ref, ...] = ()
    participants: tuple[TakingPart, ...] = ()
    delivery_channel: Value | None = None


class Actor(NamedTuple):
    """Somebody a consent speaks of, and as what."""

    role: Concept | None = None
    who: Ref | None = None


class Provision(NamedTuple):
    """What a consent permits or denies; rules within rules are listed as not mapped."""

    type: str = ""
    period: Period | None = None
    actors: tuple[Actor, ...] = ()
    actions: tuple[Concept, ...] = ()
    labels: tuple[Code, ...] = ()
    purposes: tuple[Code, ...] = ()
    classes: tuple[Code, ...] = ()
    codes: tuple[Concept, ...] = ()
    data_period: Period | None = None


class ConsentSaid(NamedTuple):
    """A person's own choice, as a source wrote it down."""

    source: Source
    person: Ref | None = None
    identifiers: tuple[Identifier, ...] = ()
    status: str = ""
    scope: Concept | None = None
    categories: tuple[Concept, ...] = ()
    at: str = ""
    performers: tuple[Ref, ...] = ()
    organisations: tuple[Ref, ...] = ()
    document: Attachment | None = None
    document_ref: Ref | None = None
    policy_rule: Concept | None = None
    provision: Provision | None = None


class Answer(NamedTuple):
    """One question of a questionnaire and what was answered."""

    link: str
    text: str
    values: tuple[Value, ...]


class AnswersSaid(NamedTuple):
    """A filled-in questionnaire; questions within questions stand one after another."""

    source: Source
    person: Ref | None = None
    identifiers: tuple[Identifier, ...] = ()
    based_on: tuple[Ref, ...] = ()
    part_of: tuple[Ref, ...] = ()
    questionnaire: str = ""
    status: str = ""
    encounter: Ref | None = None
    authored: str = ""
    author: Ref | None = None
    said_by: Ref | None = None
    answers: tuple[Answer, ...] = ()


Statement = (
    PersonSaid
    | RelatedPersonSaid
    | StaffSaid
    | PostSaid
    | OrganisationSaid
    | PlaceSaid
    | EncounterSaid
    | EpisodeSaid
    | ConditionSaid
    | AllergySaid
    | ObservationSaid
    | ProcedureSaid
    | ImmunisationSaid
    | MedicationSaid
    | ReportSaid
    | DocumentSaid
    | CarePlanSaid
    | CareTeamSaid
    | GoalSaid
    | FlagSaid
    | ReferralSaid
    | TaskSaid
    | AppointmentSaid
    | ConsentSaid
    | AnswersSaid
)

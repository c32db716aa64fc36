"""What `detail` of an entry holds beyond its columns, kind by kind.

The feeds' mappings fill these shapes, the pages read them, and `docs/reference/entries.md` is
written from them. Every key may be missing, which means "not said"; a mapping leaves out what is
empty rather than writing an empty text. What no key here has a place for is counted as unmapped.

- Dates and times are ISO 8601 text, as exact as they were said: `1947`, `1947-03`, `2026-03-07`,
  `2026-03-07T14:05:00+00:00`.
- Measured amounts are text, with the places they were said with: `"7.0"` is not `"7"`. Counts,
  hours and scores that are only counted with are numbers.
- Money is text in pounds: `"1234.50"`.
- Words are the source's own unless a key says which stored words it holds.
- Keys named in `Any entry` may stand in the detail of every kind.
"""

from typing import Final, TypedDict

from oneplace.vocabulary.terms import EntryKind


class CodedDetail(TypedDict, total=False):
    """A code with its words."""

    code: str
    system: str
    """`snomed`, `icd10`, `dmd`, `opcs4`, else the system's own address."""
    words: str


class WhoDetail(TypedDict, total=False):
    """Somebody who acted or is named."""

    name: str
    role: str
    """What they were to it: consultant, referrer, performer, recorder ..."""
    agent: str
    """The key of an `AgentSaid` of the same source."""
    organisation: str
    code: str
    """A registration number or ODS code."""
    phone: str


class NoteDetail(TypedDict, total=False):
    """A remark."""

    text: str
    at: str
    by: str


class FileDetail(TypedDict, total=False):
    """A file, or where it is."""

    name: str
    media_type: str
    address: str
    """Where the source keeps it."""
    sha256: str
    """Of the bytes, where they came with it."""
    size: int
    """Bytes."""
    place: str
    """Where in the delivery its bytes lie."""
    made_at: str
    language: str


class LinkDetail(TypedDict, total=False):
    """Another entry of the same source it has to do with."""

    what: str
    """`based on`, `part of`, `replaces`, `because of`, `result`, `about`, `during` ..."""
    to: str
    """`kind:key` of the entry, where it is one."""
    words: str


class AnyDetail(TypedDict, total=False):
    """Keys that may stand in the detail of every kind."""

    status_as_sent: str
    """The source's own word for where it stands."""
    status_reason: str
    """Why it was cancelled, stopped, not done or put on hold."""
    cancelled_at: str
    cancelled_by: str
    category: list[str]
    codes: list[CodedDetail]
    """Every coding beside the one in the columns."""
    numbers: list[str]
    """Other numbers the source gives the same thing, as `authority|value`."""
    who: list[WhoDetail]
    """Everybody who took part beyond `by`."""
    where: str
    """The place in words: a room, a clinic, the person's home."""
    reason: list[str]
    notes: list[NoteDetail]
    links: list[LinkDetail]
    priority: str
    language: str
    written_by_hand: bool
    """Entered in oneplace itself."""
    written_for: str
    """Of what is written by hand: the identifier of the person on whose page it was written."""
    on_both: str
    """Of what was written by hand while two people were taken for one: `waits` while it stands on
    both records, `placed` once somebody has said whose it is."""
    status_before: str
    """Of such an entry withdrawn from one of the two: how it stood before."""
    why_changed: str
    """What the writer gave as the reason of a correction or cancellation by hand."""


class StayPlaceDetail(TypedDict, total=False):
    """One place of a stay, from when until when."""

    ward: str
    room: str
    bed: str
    site: str
    since: str
    until: str
    reason: str
    """Why the person was moved there."""


class LeaveDetail(TypedDict, total=False):
    """A time away from the ward within a stay."""

    left_at: str
    back_at: str
    expected_back_at: str


class DiagnosisDetail(TypedDict, total=False):
    """A diagnosis of a stay, attendance or episode."""

    words: str
    code: str
    system: str
    role: str
    """admitting, working, final ..."""
    rank: int
    diagnosed_at: str


class ResidenceReviewDetail(TypedDict, total=False):
    """Whether somebody still needed an acute bed on a day."""

    at: str
    needs_bed: bool
    reason: str


class StayDetail(AnyDetail, total=False):
    """A stay in hospital, folded from all that was said of the visit."""

    places: list[StayPlaceDetail]
    """Wards and beds in order; the last without `until` is where the person is."""
    prior_place: StayPlaceDetail
    """Where the person came from, as the newest message has it."""
    leave: list[LeaveDetail]
    admission_method: str
    source_of_admission: str
    patient_class: str
    specialty: str
    consultants: list[WhoDetail]
    gp: str
    referrer: str
    admission_reason: str
    expected_admission: str
    expected_discharge: str
    ready_at: str
    """When the person no longer needed an acute bed."""
    residence_reviews: list[ResidenceReviewDetail]
    pathway: str
    """The stored word of `Pathway`, where it is one."""
    pathway_proposed: str
    discharge_method: str
    destination: str
    """To where the person left."""
    discharged_to: str
    """The place by its own name or code, where one is given beside the kind of destination."""
    is_death: bool
    """The stay ended in death."""
    readmission: str
    frailty: int
    """Clinical Frailty Scale, 1 to 9."""
    diagnoses: list[DiagnosisDetail]
    arrival: str
    disposal: str
    """What came of the attendance it began with."""
    vip: str
    """The hospital's mark of a sensitive record."""
    account: str
    merged_from: list[str]
    """Visit numbers that were found to be this one."""


class AttendanceDetail(AnyDetail, total=False):
    """An attendance at an emergency department, clinic or walk-in centre."""

    arrival: str
    """By what means."""
    department: str
    specialty: str
    places: list[StayPlaceDetail]
    prior_place: StayPlaceDetail
    """Where the person came from, as the newest message has it."""
    complaint: str
    seen_at: str
    disposal: str
    destination: str
    discharged_to: str
    """The place by its own name or code, where one is given beside the kind of destination."""
    consultants: list[WhoDetail]
    diagnoses: list[DiagnosisDetail]
    patient_class: str
    source_of_attendance: str
    is_death: bool
    vip: str
    """The hospital's mark of a sensitive record."""
    merged_from: list[str]
    """Visit numbers that were found to be this one."""


class ContactDetail(AnyDetail, total=False):
    """A contact with a professional or team."""

    mode: str
    """face_to_face, home, telephone, video, text, letter, group ..."""
    setting: str
    minutes: int
    outcome: str
    """seen, did_not_attend, no_answer, declined ..."""
    activity: str
    did_attend: bool
    team: str
    diagnoses: list[DiagnosisDetail]
    facts: dict[str, str]
    """Short named facts of a visit that have no better place, such as a session's name."""


class AppointmentDetail(AnyDetail, total=False):
    """An appointment: planned, kept, cancelled or missed."""

    mode: str
    minutes: int
    outcome: str
    did_attend: bool
    service: str
    specialty: str
    booked_at: str
    comment: str
    for_the_person: str
    """Instructions for the person."""
    cancel_reason: str


class EpisodeDetail(AnyDetail, total=False):
    """A time under the care of a team or service."""

    team: str
    service: str
    manager: str
    stream: str
    """The stored word of `LifeStream`, where it is one."""
    source_of_referral: str
    end_reason: str
    earlier_statuses: list[dict[str, str]]
    """`{status, since, until}` in order."""
    diagnoses: list[DiagnosisDetail]
    decision: str
    decision_reason: str
    decided_at: str
    first_seen_at: str
    minutes_to_first_visit: int
    coordinator: str
    provider: str
    hours_before: float
    """Hours of care a week before it."""
    hours_at_start: float
    hours_at_exit: float
    function_at_start: int
    function_at_exit: int
    sequel: str
    disposition: str
    opinion_admission_avoided: str
    status_at_91_days: str
    left_hospital_at: str
    spell: str
    """The hospital's number of the stay it follows."""
    benefits_gained: str
    """Pounds a year."""


class ConditionDetail(AnyDetail, total=False):
    """A condition, problem or diagnosis."""

    certainty: str
    """confirmed, provisional, differential, refuted ..."""
    severity: str
    clinical_status: str
    """active, remission, relapse, resolved ... as sent."""
    body_sites: list[str]
    is_main: bool
    role: str
    """Of a diagnosis made at a visit: on admission, working, final."""
    rank: int
    """Of a visit's diagnoses: 1 is the first."""
    began: str
    """As it was said where it is no date: `in her forties`."""
    ended: str
    asserted_by: str
    family_member: str
    """Of a condition in the family: who has it."""


class RangeDetail(TypedDict, total=False):
    """What is usual for a measurement."""

    low: str
    high: str
    words: str
    applies_to: str


class ComponentDetail(TypedDict, total=False):
    """One part of a measurement: systolic, diastolic; a domain of a score."""

    what: str
    code: str
    system: str
    value: str
    unit: str
    words: str
    """An answer that is not a number."""
    interpretation: str
    range: RangeDetail


class ObservationDetail(AnyDetail, total=False):
    """A measurement, result or finding. A single amount stands in the columns value and unit."""

    comparator: str
    """`<`, `<=`, `>=`, `>`: the value is a bound."""
    answer: str
    """A finding that is not a number."""
    components: list[ComponentDetail]
    interpretation: str
    """high, low, abnormal, critical ..."""
    range: RangeDetail
    absent: str
    """Why there is no value."""
    method: str
    body_site: str
    specimen: str
    device: str
    issued_at: str
    is_self_reported: bool


class ProcedureDetail(AnyDetail, total=False):
    """Something done to or for a person."""

    body_sites: list[str]
    outcome: str
    complications: list[str]
    follow_up: list[str]
    rank: int


class MedicineDetail(AnyDetail, total=False):
    """A medicine prescribed, dispensed or said to be taken."""

    dose: str
    """In words, as it is to be taken."""
    route: str
    site: str
    method: str
    form: str
    strength: str
    instructions: list[str]
    for_the_person: str
    is_as_needed: bool
    as_needed_for: str
    is_repeat: bool
    course: str
    """acute, continuous, seasonal ..."""
    intent: str
    """order, plan, proposal ...; or a statement of what is taken."""
    is_statement: bool
    must_not: bool
    """The request is that it is *not* given."""
    issues: int
    repeats_allowed: int
    first_issued: str
    last_issued: str
    review_on: str
    quantity: str
    days: int
    """How long one supply lasts."""
    indication: str
    indication_code: str
    stopped_because: str
    adherence: str
    taken: str
    """What the person says of taking it."""
    said_by: str


class ReactionDetail(TypedDict, total=False):
    """What an allergy did."""

    substance: str
    manifestations: list[str]
    words: str
    began: str
    severity: str
    route: str


class AllergyDetail(AnyDetail, total=False):
    """An allergy or intolerance. "None known" is an entry of its own, never silence."""

    is_none_known: bool
    none_known_of: str
    """`medicines`, `food`, `environment`; missing where of anything."""
    substance: str
    type: str
    """allergy or intolerance."""
    categories: list[str]
    """food, medicine, environment, biologic."""
    certainty: str
    clinical_status: str
    criticality: str
    """low, high, unable to assess."""
    severity: str
    reactions: list[ReactionDetail]
    last_happened: str
    asserted_by: str


class ImmunisationDetail(AnyDetail, total=False):
    """A vaccination given, or not given and why."""

    was_given: bool
    not_given_because: str
    product: str
    manufacturer: str
    lot: str
    expires: str
    dose: str
    dose_number: int
    site: str
    route: str
    is_primary_source: bool
    origin: str
    protects_against: list[str]


class AssessmentDetail(AnyDetail, total=False):
    """An assessment of needs, capacity, finances or function."""

    type: str
    method: str
    client_type: str
    """Service user, unpaid carer ..."""
    has_eligible_needs: bool
    outcome: str
    support_reason: str
    completed_on: str
    score: str
    hours_caring: float
    """Of an unpaid carer, a week."""
    adults_cared_for: int
    cared_for: list[str]
    """Numbers the source knows them by."""
    funding: str


class ReviewDetail(AnyDetail, total=False):
    """A review of a plan, a package or of medicines."""

    type: str
    review_reason: str
    method: str
    outcomes_achieved: str
    outcome: str
    client_type: str
    support_reason: str
    requested_at: str
    adherence: str
    medicines: int
    recommendations: list[dict[str, str]]
    """`{kind, medicine, medicine_code, sent_at, reply, replied_at, harm_before}`."""
    next_on: str
    funding: str


class CarePackageDetail(AnyDetail, total=False):
    """A package of care or support."""

    service_type: str
    """Long-term, short-term to maximise independence ..."""
    component: str
    """Home care, day support, equipment ..."""
    delivery: str
    """Managed account, direct payment ..."""
    provider: str
    provider_code: str
    hours_per_week: float
    units_per_week: float
    price: str
    """Pounds for each `price_unit`."""
    price_unit: str
    """per week, per hour, one-off ..."""
    funding: str
    support_reason: str
    client_type: str
    outcome: str
    end_reason: str


class RequestDetail(AnyDetail, total=False):
    """A request for support to the council or another partner."""

    route: str
    outcome: str
    client_type: str
    support_reason: str
    closed_on: str


class ReferralDetail(AnyDetail, total=False):
    """A referral from one service to another."""

    service: str
    to: str
    source: str
    referred_by: str
    need: str
    intent: str
    urgency: str
    accepted_at: str
    declined_because: str
    first_contact_at: str
    connected_to: str
    connected_at: str
    outcome: str
    closed_at: str
    must_not: bool
    for_the_person: str
    when: str


class ActivityDetail(TypedDict, total=False):
    """One thing a plan intends."""

    what: str
    status: str
    by: str
    when: str
    where: str
    outcome: str
    must_not: bool


class CarePlanDetail(AnyDetail, total=False):
    """A care plan."""

    intent: str
    description: str
    activities: list[ActivityDetail]
    goals: list[str]
    """`kind:key` of goals of the same source, or their words."""
    addresses: list[str]
    teams: list[str]
    contributors: list[WhoDetail]
    next_review_on: str
    lead: str
    trigger: str
    close_reason: str


class TargetDetail(TypedDict, total=False):
    """What would show that a goal is met."""

    measure: str
    value: str
    due: str


class GoalDetail(AnyDetail, total=False):
    """A goal."""

    in_their_words: str
    about: str
    i_statement: str
    first_step: str
    achievement: str
    """The source's word for how it went."""
    own_score: int
    """The person's own, 0 to 10."""
    targets: list[TargetDetail]
    addresses: list[str]
    set_on: str
    status_on: str
    outcomes: list[str]
    case: str


class CareTeamDetail(AnyDetail, total=False):
    """A team around the person, or one professional of it."""

    members: list[WhoDetail]
    phones: list[str]
    organisations: list[str]


class TaskDetail(AnyDetail, total=False):
    """Something asked of somebody."""

    asked_of: str
    asked_by: str
    due: str
    accepted_at: str
    done_at: str
    business_status: str
    intent: str
    inputs: list[dict[str, str]]
    """`{what, value}`."""
    outputs: list[dict[str, str]]
    group: str
    changed_at: str


class FlagDetail(AnyDetail, total=False):
    """A warning or need that should be seen first, such as reasonable adjustments."""

    advice: str
    severity: str
    concerns: str
    """safety, clinical, communication, adjustment, administration ..."""


class HazardDetail(AnyDetail, total=False):
    """A hazard for whoever visits."""

    hazard: str
    advice: str
    noted_at: str
    address: str
    """Of which address, where that is said."""


class FallDetail(AnyDetail, total=False):
    """A fall."""

    harm: str
    response: str
    was_long_lie: bool
    injuries: list[str]


class ConcernDetail(AnyDetail, total=False):
    """A safeguarding concern."""

    type: str
    raised_by: str
    location: str
    decided_on: str
    is_section_42: bool
    wanted_outcomes: str
    enquiry_ended_on: str
    risk_after: str
    outcomes_met: str


class AnswerDetail(TypedDict, total=False):
    """One question and what was answered."""

    question: str
    link: str
    """The source's number of the question."""
    answers: list[str]


class QuestionnaireDetail(AnyDetail, total=False):
    """A filled-in questionnaire or scored measure."""

    questionnaire: str
    answers: list[AnswerDetail]
    totals: dict[str, float]
    """Scores by name: `satisfied`, `worthwhile`, `happy`, `anxious`, `short_wellbeing_raw` ..."""
    moment: str
    """baseline, review, exit."""
    filled_in_by: str
    said_by: str
    case: str


class ReportDetail(AnyDetail, total=False):
    """A report or result."""

    conclusion: str
    conclusions: list[CodedDetail]
    results: list[str]
    """`kind:key` of the observations it gathers."""
    specimens: list[str]
    interpreters: list[str]
    issued_at: str
    files: list[FileDetail]


class SectionDetail(TypedDict, total=False):
    """A section of a document."""

    title: str
    text: str
    items: list[str]
    empty_because: str


class DocumentDetail(AnyDetail, total=False):
    """A document: a letter, a summary, a plan somebody wrote."""

    type: str
    files: list[FileDetail]
    sections: list[SectionDetail]
    document_status: str
    """preliminary, final, amended ..."""
    confidentiality: str
    custodian: str
    facility: str
    setting: str
    period: dict[str, str]
    """`{from, until}` of what it covers."""
    replaces: list[str]


class ChoiceDetail(AnyDetail, total=False):
    """A person's own choice about sharing or treatment, as a source wrote it down."""

    scope: str
    is_permitted: bool
    policy: str
    purposes: list[str]
    actors: list[WhoDetail]
    actions: list[str]
    about: list[str]
    period: dict[str, str]
    """`{from, until}`."""
    files: list[FileDetail]


class RegistrationDetail(AnyDetail, total=False):
    """A registration with a practice or service."""

    practice_code: str
    practice_name: str
    end_reason: str
    type: str
    named_gp: str
    is_housebound: bool
    known_since: str


class TieDetail(AnyDetail, total=False):
    """Somebody close: next of kin, carer, key holder, friend."""

    name: str
    kinds: list[str]
    """Stored words of `TieKind`."""
    as_sent: str
    """The source's own word for it."""
    phones: list[str]
    emails: list[str]
    address: str
    postcode: str
    born_on: str
    gender: str
    language: str
    rank: int
    other_authority: str
    """With `other_value`: the number by which the source knows them as a person of its own."""
    other_value: str
    is_carer_of: bool
    """True: they care for the person; false: the person cares for them."""
    hours_per_week: float
    tasks: str
    strain: int
    """0 to 10, as they say themselves."""
    has_key: bool
    organisation: str


class DeathDetail(AnyDetail, total=False):
    """A death."""

    place: str
    cause: str
    reported_by: str


class NoteEntryDetail(AnyDetail, total=False):
    """A note that is no other kind."""

    about: str
    activity: str
    mode: str


class BlockerDetail(AnyDetail, total=False):
    """What somebody ready to leave hospital waits for."""

    blocker: str
    """The stored word of `BlockerType`, where it is one."""
    responsible: str
    """ODS code of whoever is to act."""
    spell: str
    """The hospital's number of the stay."""


DETAIL_OF: Final[dict[EntryKind, type]] = {
    EntryKind.STAY: StayDetail,
    EntryKind.ATTENDANCE: AttendanceDetail,
    EntryKind.CONTACT: ContactDetail,
    EntryKind.APPOINTMENT: AppointmentDetail,
    EntryKind.EPISODE: EpisodeDetail,
    EntryKind.CONDITION: ConditionDetail,
    EntryKind.OBSERVATION: ObservationDetail,
    EntryKind.PROCEDURE: ProcedureDetail,
    EntryKind.MEDICINE: MedicineDetail,
    EntryKind.ALLERGY: AllergyDetail,
    EntryKind.IMMUNISATION: ImmunisationDetail,
    EntryKind.ASSESSMENT: AssessmentDetail,
    EntryKind.REVIEW: ReviewDetail,
    EntryKind.CARE_PACKAGE: CarePackageDetail,
    EntryKind.REQUEST: RequestDetail,
    EntryKind.REFERRAL: ReferralDetail,
    EntryKind.CARE_PLAN: CarePlanDetail,
    EntryKind.GOAL: GoalDetail,
    EntryKind.CARE_TEAM: CareTeamDetail,
    EntryKind.TASK: TaskDetail,
    EntryKind.FLAG: FlagDetail,
    EntryKind.HAZARD: HazardDetail,
    EntryKind.FALL: FallDetail,
    EntryKind.CONCERN: ConcernDetail,
    EntryKind.QUESTIONNAIRE: QuestionnaireDetail,
    EntryKind.REPORT: ReportDetail,
    EntryKind.DOCUMENT: DocumentDetail,
    EntryKind.CHOICE: ChoiceDetail,
    EntryKind.REGISTRATION: RegistrationDetail,
    EntryKind.TIE: TieDetail,
    EntryKind.DEATH: DeathDetail,
    EntryKind.NOTE: NoteEntryDetail,
    EntryKind.BLOCKER: BlockerDetail,
}


class IdentityDetail(TypedDict, total=False):
    """What `detail` of an identity holds beyond its columns."""

    employment: str
    support_reason: str
    has_unpaid_carer: bool
    has_autism: bool
    has_visual_impairment: bool
    has_hearing_impairment: bool
    has_dementia: bool
    client_type: str
    funding: str
    is_housebound: bool
    known_since: str
    has_key_safe: bool
    tenure: str
    nhs_number_missing: str
    """Why there is none."""
    other_nhs_numbers: list[str]
    """Of the newest message: those beside the one in the columns."""
    nhs_numbers_given_up: list[str]
    """NHS numbers the source has put another in place of."""
    gender_as_sent: str
    """The source's own code, where it is none of ours."""
    ethnicity_as_sent: str
    """The source's own word, where it is no category of ours."""
    name_suffix: str
    name_degree: str
    gp: str
    gp_agent: str
    """The key of an `AgentSaid` of the same source."""
    practice_name: str
    birth_sex: str
    birth_order: int
    names: list[dict[str, str]]
    """Every other name: `{use, family, given, since, until}`."""
    languages: list[str]
    residential_status: str
    best_way_to_reach: str
    account: str
    is_active: bool
    vip: str


class AgentDetail(TypedDict, total=False):
    """What `detail` of an agent holds beyond its columns."""

    roles: list[str]
    specialties: list[str]
    organisation: str
    address: str
    postcode: str
    email: str
    type: list[str]
    aliases: list[str]
    network: str
    started_on: str
    ended_on: str
    is_active: bool
    numbers: list[str]
    """Other numbers, as `authority|value`."""
    can_do: list[str]
    """Of a volunteer."""
    days: str
    checked_on: str
    """Of a volunteer: the check of criminal records."""

"""Terms of who may see what, and why: purposes, relationships, barriers, labels, refusals."""

from oneplace.vocabulary.terms.term import Term


class Purpose(Term):
    """What information is shared or used for; each share names one."""

    DIRECT_CARE = "direct_care", "Caring for this person"
    SAFEGUARDING = "safeguarding", "Keeping someone safe"
    RISK_STRATIFICATION = "risk_stratification", "Finding people who may need help"
    COMMISSIONING = "commissioning", "Planning and buying services"
    EVALUATION = "evaluation", "Finding out what works"
    PUBLIC_REPORTING = "public_reporting", "Reporting to the public"


class SharingPolicy(Term):
    """How a place tells or asks people before it shares for a purpose."""

    INFORM_FIRST = "inform_first", "Tell the person first, and respect an objection"
    CONSENT_REQUIRED = "consent_required", "Ask the person, and share only on a yes"
    INFORM_AFTER = "inform_after", "Share, then tell the person how to object"


class AgreementState(Term):
    """How a version of a sharing agreement stands on a day."""

    WAITING = "waiting", "Waiting for signatures"
    TO_COME = "to_come", "Signed, begins later"
    IN_FORCE = "in_force", "In force"
    REVIEW_DUE = "review_due", "In force, review due"
    EXPIRES_SOON = "expires_soon", "In force, expires soon"
    EXPIRED = "expired", "Expired"
    STOPPED = "stopped", "Stopped"
    REPLACED = "replaced", "Replaced by a newer version"
    WITHDRAWN = "withdrawn", "Withdrawn before it began"


class ConfidentialityBasis(Term):
    """Why the duty of confidence allows this disclosure; kept apart from data-protection law."""

    IMPLIED_CONSENT = "implied_consent", "Implied consent for direct care"
    EXPLICIT_CONSENT = "explicit_consent", "The person said yes"
    STATUTE = "statute", "The law requires it"
    COURT_ORDER = "court_order", "A court ordered it"
    PUBLIC_INTEREST = "public_interest", "Overriding public interest"
    SECTION_251 = "section_251", "Approval under section 251"
    NOT_CONFIDENTIAL = "not_confidential", "No confidential information"


class DataProtectionBasis(Term):
    """The lawful basis in data-protection law; kept apart from the duty of confidence."""

    PUBLIC_TASK_CARE = "public_task_care", "Public task; health or social care (6(1)(e), 9(2)(h))"
    VITAL_INTERESTS = "vital_interests", "To protect life (6(1)(d), 9(2)(c))"
    LEGAL_OBLIGATION = "legal_obligation", "Legal obligation (6(1)(c))"
    SAFEGUARDING = "safeguarding", "Safeguarding adults at risk (9(2)(g))"
    CONSENT = "consent", "Consent (6(1)(a), 9(2)(a))"
    NO_PERSONAL_DATA = "no_personal_data", "No personal data"


class RelationshipKind(Term):
    """Why somebody may open a person's record: what connects the two."""

    REGISTERED_PRACTICE = "registered_practice", "Registered with this practice"
    NETWORK = (
        "network",
        "Lives in this network and known to its team",
        "Lives in this {network} and known to its team",
    )
    CASELOAD = "caseload", "On this worker's or team's caseload"
    HUDDLE_LIST = "huddle_list", "On this huddle's list", "On this {huddle}'s list"
    OPEN_REFERRAL = "open_referral", "Referred here, and the referral is open"
    STAY = "stay", "In this hospital, or due home from it"
    CARE_HOME = "care_home", "Lives in this care home"
    ACTION_OWNER = "action_owner", "Asked to do something for this person"
    ON_CALL = "on_call", "On duty for this person's area"
    SAFEGUARDING_ENQUIRY = "safeguarding_enquiry", "Enquiring into a safeguarding concern"
    RECORD_STEWARDSHIP = "record_stewardship", "Putting records together correctly"
    EMERGENCY = "emergency", "Emergency access, reviewed afterwards"
    OWN_RECORD = "own_record", "Their own record"
    SUPPORTER = "supporter", "Chosen by the person to help them"
    ATTORNEY = "attorney", "Holds authority to decide for the person"


class DataCategory(Term):
    """A part of a record, as roles, agreements and people's choices speak of it.

    Every entry belongs to one (`rows.categories`); what a mental health trust recorded belongs to
    its own, whatever its kind, except alerts.
    """

    WHO = "who", "Name, birth date and NHS number"
    REACH = "reach", "Address, phone and email"
    ALERTS = "alerts", "Allergies, needs, hazards and people close to them"
    EVENTS = "events", "Hospital stays, visits and appointments"
    HEALTH = "health", "Conditions, medicines and results"
    CARE = "care", "Care assessments, packages and requests"
    SUPPORT = "support", "Referrals, goals and plans"
    NOTES = "notes", "Notes and letters"
    MENTAL_HEALTH = "mental_health", "Mental health notes and contacts"
    SAFEGUARDING = "safeguarding", "Safeguarding"
    PROTECTED = "protected", "Specially protected items"


class RelationshipTier(Term):
    """How far a kind of relationship reaches into a record."""

    REGISTERED = "registered", "The person's own practice"
    CARE = "care", "Caring for the person"
    URGENT = "urgent", "Urgent care or safeguarding"
    NARROW = "narrow", "One request about the person"
    STEWARD = "steward", "Putting records together"


class BarrierKind(Term):
    """Why somebody may not see a record they could otherwise open."""

    OBJECTION = "objection", "The person objects to sharing"
    LIMIT = "limit", "The person keeps this part to whoever wrote it"
    SEALED = "sealed", "The record is sealed"
    PROTECTED_ADDRESS = "protected_address", "The address is protected"
    NAMED_PERSON = "named_person", "The person does not want this worker to look"
    OWN_FAMILY = "own_family", "A relative or friend of the worker"
    COLLEAGUE = "colleague", "The person works here"
    ORGANISATION_EXCLUDED = "organisation_excluded", "The person keeps this organisation out"
    COURT_RESTRICTION = "court_restriction", "A court restricts it"
    INVESTIGATION = "investigation", "The worker is part of an enquiry about this person"


class LabelKind(Term):
    """What marks information as needing more care than the rest of a record."""

    SAFEGUARDING = "safeguarding", "Safeguarding"
    DOMESTIC_ABUSE_ADDRESS = "domestic_abuse_address", "Address kept secret"
    SEXUAL_HEALTH = "sexual_health", "Sexual health"
    GENDER_IDENTITY = "gender_identity", "Gender identity"
    ADOPTION = "adoption", "Adoption"
    WITNESS_PROTECTION = "witness_protection", "Witness protection"
    MENTAL_HEALTH_NOTES = "mental_health_notes", "Mental health notes"
    STAFF_WHO_ARE_PATIENTS = "staff_who_are_patients", "A colleague's own care"
    THIRD_PARTY = "third_party", "About somebody else"
    NOT_TO_BE_TOLD = "not_to_be_told", "Could harm the person if they read it here"
    USE_RESTRICTED = "use_restricted", "Not to be used for now, because the person asked"


class RefusalKind(Term):
    """What kind of no this is: it decides what the reader is told and what they can do next."""

    NOT_SIGNED_IN = "not_signed_in", "You are not signed in"
    NOT_IN_ROLE = "not_in_role", "Your role does not do this"
    NO_RELATIONSHIP = "no_relationship", "Nothing connects you with this person"
    BARRIER = "barrier", "This record is closed to you"
    LABEL = "label", "This part needs more care than your role allows"
    SHARING = "sharing", "The person's choice about sharing does not allow it"
    STATE = "state", "It is too early or too late for this"
    CONFLICT_OF_INTEREST = "conflict_of_interest", "You have an interest in this"
    STALE = "stale", "Somebody changed this meanwhile"
    MISSING = "missing", "Something needed is missing"
    NOT_ALLOWED_HERE = "not_allowed_here", "This place does not do this"
    TOO_OFTEN = "too_often", "Too many attempts"


class ChoiceAboutSharing(Term):
    """What a person has decided about the sharing of their information."""

    NOT_YET_TOLD = "not_yet_told", "Not yet told"
    TOLD = "told", "Told, no objection"
    CONSENTED = "consented", "Said yes"
    OBJECTED = "objected", "Objects"
    WITHDRAWN = "withdrawn", "Said yes, then took it back"


class CodedChoice(Term):
    """What a code in a partner's record says somebody decided about sharing."""

    OBJECTION = "objection", "Objects to sharing"
    TYPE_1_OPT_OUT = "type_1_opt_out", "Opted out of uses beyond care (type 1)"


class AuditOutcome(Term):
    """How something that was tried ended, as the audit keeps it."""

    DONE = "done", "Done"
    REFUSED = "refused", "Refused"
    FAILED = "failed", "Failed"


class Sensitivity(Term):
    """How carefully a file must be kept."""

    NOT_PERSONAL = "not_personal", "Nothing about a person"
    PERSONAL = "personal", "About a person"
    SENSITIVE = "sensitive", "Needs more care than the rest of the record"


class ScanState(Term):
    """What the virus scanner said of some content."""

    NOT_SCANNED = "not_scanned", "Not scanned: this place has no scanner"
    WAITING = "waiting", "Waiting to be scanned"
    CLEAN = "clean", "Scanned, nothing found"
    INFECTED = "infected", "Harmful: kept closed"

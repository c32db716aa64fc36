"""Terms of what arrives from partners, and of time: feeds, quarantine, clocks and their moments."""

from oneplace.vocabulary.terms.term import Term


class FeedKind(Term):
    """In what form a partner sends us what it knows."""

    HOSPITAL_MESSAGES = "hospital_messages", "Hospital messages (HL7 v2.4 ADT)"
    GP_HISTORY = "gp_history", "GP coded history (bulk extract)"
    GP_RECENT = "gp_recent", "GP record of the last 90 days (FHIR R4 UK Core)"
    MENTAL_HEALTH = "mental_health", "Mental health record (FHIR R4 UK Core)"
    COUNCIL_CLIENT_LEVEL = "council_client_level", "Council Client Level Data"
    COUNCIL_CASES = "council_cases", "Council case system"
    CHARITY_CASES = "charity_cases", "Charity case system"
    COMMUNITY_SERVICES = "community_services", "Community and home-first services"
    VOLUNTARY_DIRECTORY = "voluntary_directory", "Directory of services (Open Referral UK)"


class QuarantineReason(Term):
    """Why something that arrived is kept aside and not used until somebody has looked."""

    UNREADABLE = "unreadable", "Cannot be read"
    UNKNOWN_CODE = "unknown_code", "Holds a code we do not know"
    MISSING_FIELD = "missing_field", "A field we need is missing"
    IMPOSSIBLE_VALUE = "impossible_value", "Holds something impossible"
    OUT_OF_ORDER = "out_of_order", "Came before something it depends on"
    CONTRADICTS = "contradicts", "Contradicts what we already hold"
    UNKNOWN_SENDER = "unknown_sender", "We do not know the sender"


class FeedHealth(Term):
    """How a feed is doing against what was agreed."""

    ON_TIME = "on_time", "On time"
    LATE = "late", "Late, within what was agreed"
    SILENT = "silent", "Silent"
    NEVER_ARRIVED = "never_arrived", "Nothing has come yet"


class ClockKind(Term):
    """How a clock is judged."""

    DEADLINE = "deadline", "Must stop within the target"
    WINDOW = "window", "Should stop between the least and the target"
    LEAD_TIME = "lead_time", "Must run at least the target"
    CHECK_ON = "check_on", "The situation is looked at when the target is reached"
    MEASURED = "measured", "As short as possible, no target"
    HISTORICAL = "historical", "Kept to read old records, no longer run"


class ClockMoment(Term):
    """The moments at which clocks start and stop; a room announces each where it happens."""

    REFERRAL_RECEIVED = "referral_received", "Referral received"
    FIRST_FACE_TO_FACE_CONTACT = "first_face_to_face_contact", "First face-to-face contact"
    CONTACT_ATTEMPTED = "contact_attempted", "First contact attempted"
    LEFT_HOSPITAL = "left_hospital", "Left hospital"
    ARRIVED = "arrived", "Arrived in the bed"
    FIRST_VISIT_AT_HOME = "first_visit_at_home", "First visit at home"
    REABLEMENT_ASSESSED = "reablement_assessed", "Reablement potential assessed"
    SUPPORT_STARTED = "support_started", "Support started"
    SUPPORT_ENDED = "support_ended", "Support ended"
    DECISION_MADE = "decision_made", "Decision made"
    DISCHARGE_READY = "discharge_ready", "Ready to leave hospital"
    DISCHARGED_TO_REABLEMENT = "discharged_to_reablement", "Left hospital into reablement"
    STATUS_RECORDED = "status_recorded", "Situation recorded"
    ADMITTED_TO_CARE_HOME = "admitted_to_care_home", "Moved or came back into the care home"
    CARE_HOME_PLAN_AGREED = "care_home_plan_agreed", "Care home plan agreed"
    LIST_LOCKED = "list_locked", "Huddle list locked", "{Huddle} list locked"
    MEETING_STARTED = "meeting_started", "Huddle started", "{Huddle} started"
    CASE_DISCUSSED = "case_discussed", "Discussed in the huddle", "Discussed in the {huddle}"
    CASE_REVIEWED = "case_reviewed", "Reviewed in the huddle", "Reviewed in the {huddle}"
    PIC_PLAN_AGREED = "pic_plan_agreed", "Plan agreed with the coordinator"
    PIC_CLOSED = "pic_closed", "Coordinator's work closed"
    NOTICE_SENT = "notice_sent", "Notice sent"
    NOTICE_ANSWERED = "notice_answered", "Notice answered"


class SpanUnit(Term):
    """What a length of time is counted in."""

    SECONDS = "seconds", "seconds"
    MINUTES = "minutes", "minutes"
    HOURS = "hours", "hours"
    DAYS = "days", "days"
    WORKING_DAYS = "working_days", "working days"
    WEEKS = "weeks", "weeks"
    MONTHS = "months", "months"


class DayKind(Term):
    """Which days a clock counts."""

    EVERY_DAY = "every_day", "Every day"
    WORKING_DAYS = "working_days", "Working days"


class Scenario(Term):
    """What effects a synthetic borough has planted in it, so that an evaluation can be checked."""

    SELECTION = "selection", "Chosen after a crisis; a small true LIFE effect, no huddle effect"
    NO_EFFECT = "no_effect", "No true effect of anything"
    TRUE_EFFECTS = "true_effects", "True effects of both"
    DIRTY = "dirty", "Badly damaged data"

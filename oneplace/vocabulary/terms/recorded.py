"""Terms of what the record holds: kinds of entry, where each stands, and how exact its time is."""

from oneplace.vocabulary.terms.term import Term


class EntryKind(Term):
    """What sort of thing an entry of the record is."""

    STAY = "stay", "Stay in hospital"
    ATTENDANCE = "attendance", "Attendance"
    CONTACT = "contact", "Contact"
    APPOINTMENT = "appointment", "Appointment"
    EPISODE = "episode", "Episode of care"
    CONDITION = "condition", "Condition"
    OBSERVATION = "observation", "Measurement or observation"
    PROCEDURE = "procedure", "Procedure"
    MEDICINE = "medicine", "Medicine"
    ALLERGY = "allergy", "Allergy or intolerance"
    IMMUNISATION = "immunisation", "Immunisation"
    ASSESSMENT = "assessment", "Assessment"
    REVIEW = "review", "Review"
    CARE_PACKAGE = "care_package", "Care package"
    REQUEST = "request", "Request for support"
    REFERRAL = "referral", "Referral"
    CARE_PLAN = "care_plan", "Care plan"
    GOAL = "goal", "Goal"
    CARE_TEAM = "care_team", "Team around the person"
    TASK = "task", "Task"
    FLAG = "flag", "Flag"
    HAZARD = "hazard", "Hazard for visitors"
    FALL = "fall", "Fall"
    CONCERN = "concern", "Safeguarding concern"
    QUESTIONNAIRE = "questionnaire", "Questionnaire"
    REPORT = "report", "Report or result"
    DOCUMENT = "document", "Document"
    CHOICE = "choice", "Choice about sharing"
    REGISTRATION = "registration", "Registration with a practice"
    TIE = "tie", "Somebody close"
    DEATH = "death", "Death"
    NOTE = "note", "Note"
    BLOCKER = "blocker", "Waiting to leave hospital"


class EntryStatus(Term):
    """Where what an entry tells of stands, as its source last said."""

    PLANNED = "planned", "Planned"
    CURRENT = "current", "Current"
    ENDED = "ended", "Ended"
    CANCELLED = "cancelled", "Cancelled"
    IN_ERROR = "in_error", "Entered in error"
    NOT_SAID = "not_said", "Not said"


class Exactness(Term):
    """How exactly a source told a time: nothing is shown more exact than it was."""

    SECOND = "second", "To the second"
    DAY = "day", "To the day"
    MONTH = "month", "To the month"
    YEAR = "year", "To the year"


class ReachKind(Term):
    """By what a person is reached."""

    ADDRESS = "address", "Address"
    LANDLINE = "landline", "Phone at home"
    MOBILE = "mobile", "Mobile"
    WORK_PHONE = "work_phone", "Phone at work"
    EMAIL = "email", "Email"
    OTHER = "other", "Another way"


class DeliveryState(Term):
    """How far something that came in at a door has been taken."""

    RECEIVED = "received", "Received"
    READ = "read", "Read into the record"
    PARTLY_READ = "partly_read", "Read, some of it kept aside"
    KEPT_ASIDE = "kept_aside", "Kept aside whole"
    SEEN_BEFORE = "seen_before", "Received before, nothing new"


class Door(Term):
    """By which door something came in."""

    COMMAND = "command", "Brought in by command"
    FOLDER = "folder", "Watched folder"
    UPLOAD = "upload", "Uploaded on a page"
    MLLP = "mllp", "Message connection (MLLP)"
    FHIR = "fhir", "FHIR over HTTPS"
    HAND = "hand", "Entered by hand"


class QuarantineState(Term):
    """What became of something kept aside."""

    OPEN = "open", "Waiting for somebody to look"
    REPLAYED = "replayed", "Mended and read"
    DISMISSED = "dismissed", "Looked at and left out"


class MatchTier(Term):
    """How sure it is that two sources speak of one person."""

    LINKED = "linked", "The same person"
    REVIEW = "review", "To be looked at"
    APART = "apart", "Different people"

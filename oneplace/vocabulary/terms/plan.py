"""Terms of the person's own plan: the statements, the goals and the coordinator's work."""

from typing import Final

from oneplace.vocabulary.terms.term import Term, Transitions


class IStatement(Term):
    """The five sentences residents wrote; everything measured answers to one of them."""

    I1 = "I1", "I stay healthy and active"
    I2 = "I2", "I have the best care to live as I choose, independently"
    I3 = "I3", "I am helped by trained people who understand my needs"
    I4 = "I4", "I am supported as an individual"
    I5 = "I5", "I have good clinical outcomes"


class PicState(Term):
    """Where the personal independence coordinator's work with a person stands."""

    REFERRED = "referred", "Referred"
    WAITING = "waiting", "Waiting for a coordinator"
    CONTACT_ATTEMPTED = "contact_attempted", "Contact attempted"
    VISIT_BOOKED = "visit_booked", "Visit booked"
    PLAN_AGREED = "plan_agreed", "Plan agreed"
    ACTIVE = "active", "Active"
    PAUSED = "paused", "Paused"
    EXIT_REVIEW = "exit_review", "Last review"
    CLOSED = "closed", "Closed"
    DECLINED = "declined", "Declined"
    UNSUITABLE = "unsuitable", "Not suitable"
    COULD_NOT_REACH = "could_not_reach", "Could not be reached"


PIC_WORK: Final = Transitions(
    start=PicState.REFERRED,
    # Closed from anywhere: people move away or die at any point.
    allowed={
        PicState.REFERRED: (
            PicState.WAITING,
            PicState.CONTACT_ATTEMPTED,
            PicState.VISIT_BOOKED,
            PicState.DECLINED,
            PicState.UNSUITABLE,
            PicState.CLOSED,
        ),
        # Nobody has room: they wait, are told so, and are the next to be given to somebody.
        PicState.WAITING: (
            PicState.REFERRED,
            PicState.CONTACT_ATTEMPTED,
            PicState.VISIT_BOOKED,
            PicState.DECLINED,
            PicState.UNSUITABLE,
            PicState.CLOSED,
        ),
        PicState.CONTACT_ATTEMPTED: (
            PicState.CONTACT_ATTEMPTED,
            PicState.VISIT_BOOKED,
            PicState.PAUSED,
            PicState.DECLINED,
            PicState.UNSUITABLE,
            PicState.COULD_NOT_REACH,
            PicState.CLOSED,
        ),
        PicState.VISIT_BOOKED: (
            PicState.CONTACT_ATTEMPTED,
            PicState.PLAN_AGREED,
            PicState.PAUSED,
            PicState.DECLINED,
            PicState.UNSUITABLE,
            PicState.CLOSED,
        ),
        PicState.PLAN_AGREED: (
            PicState.ACTIVE,
            PicState.PAUSED,
            PicState.DECLINED,
            PicState.CLOSED,
        ),
        PicState.ACTIVE: (
            PicState.PAUSED,
            PicState.EXIT_REVIEW,
            PicState.DECLINED,
            PicState.CLOSED,
        ),
        # A stay in hospital pauses the work; it goes on where it stopped, so visits are booked
        # again before a plan was agreed and the work is active again after.
        PicState.PAUSED: (
            PicState.CONTACT_ATTEMPTED,
            PicState.VISIT_BOOKED,
            PicState.PLAN_AGREED,
            PicState.ACTIVE,
            PicState.EXIT_REVIEW,
            PicState.DECLINED,
            PicState.CLOSED,
        ),
        PicState.EXIT_REVIEW: (PicState.ACTIVE, PicState.CLOSED),
    },
    with_reason=frozenset({PicState.UNSUITABLE, PicState.PAUSED, PicState.CLOSED}),
)


class PicUnsuitable(Term):
    """Why a coordinator's support does not suit a person."""

    NEEDS_CLINICAL_CARE = "needs_clinical_care", "Needs clinical care first"
    NEEDS_SOCIAL_CARE = "needs_social_care", "Needs a social worker first"
    ANOTHER_SERVICE_FITS = "another_service_fits", "Another service fits better"
    OUTSIDE_AREA = "outside_area", "Lives outside the area"
    NOT_SAFE_TO_VISIT = "not_safe_to_visit", "Not safe to visit"


class PicClosed(Term):
    """Why a coordinator's work with a person ended after it had begun."""

    COMPLETED = "completed", "Came to its end together"
    WANTS_NO_MORE = "wants_no_more", "Wants no more help"
    ANOTHER_SERVICE = "another_service", "Another service helps now"
    CARE_HOME = "care_home", "Moved into a care home"
    MOVED_AWAY = "moved_away", "Moved away"
    DIED = "died", "Died"


class PicWeight(Term):
    """How much of a coordinator's week a person takes; half, one or two places of a caseload."""

    LIGHT = "light", "Light: a word now and then"
    USUAL = "usual", "Usual"
    HEAVY = "heavy", "Heavy: counts as two"


class GoalCategory(Term):
    """What part of life a goal is about."""

    HOME_AND_GARDEN = "home_and_garden", "Home and garden"
    MONEY = "money", "Money"
    PEOPLE_AND_BELONGING = "people_and_belonging", "People and belonging"
    MOVING_AND_FALLS = "moving_and_falls", "Moving and falls"
    HEALTH_AND_MEDICINES = "health_and_medicines", "Health and medicines"
    HOUSING = "housing", "Housing"
    CARING = "caring", "Caring for someone"
    CONFIDENCE_AND_MOOD = "confidence_and_mood", "Confidence and mood"
    GETTING_ABOUT = "getting_about", "Getting about"
    ONLINE = "online", "Getting online"
    BEREAVEMENT = "bereavement", "Bereavement"
    SAFETY = "safety", "Safety"


class GoalState(Term):
    """How far a goal has come."""

    AGREED = "agreed", "Agreed"
    UNDER_WAY = "under_way", "Under way"
    ACHIEVED = "achieved", "Achieved"
    PARTLY_ACHIEVED = "partly_achieved", "Partly achieved"
    NOT_ACHIEVED = "not_achieved", "Not achieved"
    CHANGED_MIND = "changed_mind", "No longer wanted"
    TAKEN_BACK = "taken_back", "Taken back at once: written by mistake"


GOAL: Final = Transitions(
    start=GoalState.AGREED,
    allowed={
        GoalState.AGREED: (
            GoalState.UNDER_WAY,
            GoalState.ACHIEVED,
            GoalState.PARTLY_ACHIEVED,
            GoalState.NOT_ACHIEVED,
            GoalState.CHANGED_MIND,
            GoalState.TAKEN_BACK,
        ),
        GoalState.UNDER_WAY: (
            GoalState.ACHIEVED,
            GoalState.PARTLY_ACHIEVED,
            GoalState.NOT_ACHIEVED,
            GoalState.CHANGED_MIND,
        ),
    },
)


class PlanSection(Term):
    """The parts of the person's own plan, in the order they are read."""

    ABOUT_ME = "about_me", "About me"
    WHAT_MATTERS = "what_matters", "What matters to me"
    STRENGTHS = "strengths", "What I am good at"
    PEOPLE = "people", "People in my life"
    GOOD_AND_BAD_DAYS = "good_and_bad_days", "Good days and bad days"
    GOALS = "goals", "My goals"
    SUPPORT = "support", "The help I have"
    CONTINGENCY = "contingency", "If things go wrong"
    URGENT_CARE_WISHES = "urgent_care_wishes", "My wishes in an emergency"
    SHARING = "sharing", "Who may see this"


class MeasureCompletedBy(Term):
    """Who filled in a wellbeing measure: it changes how far the score may be compared."""

    SELF = "self", "The person, alone"
    ASSISTED = "assisted", "The person, with help"
    PROXY = "proxy", "Somebody else for the person"

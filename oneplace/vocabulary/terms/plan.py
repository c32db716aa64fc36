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
    CONTACT_ATTEMPTED = "contact_attempted", "Contact attempted"
    VISIT_BOOKED = "visit_booked", "Visit booked"
    PLAN_AGREED = "plan_agreed", "Plan agreed"
    ACTIVE = "active", "Active"
    PAUSED = "paused", "Paused"
    EXIT_REVIEW = "exit_review", "Last review"
    CLOSED = "closed", "Closed"
    DECLINED = "declined", "Declined"
    UNSUITABLE = "unsuitable", "Not suitable"


PIC_WORK: Final = Transitions(
    start=PicState.REFERRED,
    allowed={
        PicState.REFERRED: (
            PicState.CONTACT_ATTEMPTED,
            PicState.VISIT_BOOKED,
            PicState.DECLINED,
            PicState.UNSUITABLE,
        ),
        PicState.CONTACT_ATTEMPTED: (
            PicState.CONTACT_ATTEMPTED,
            PicState.VISIT_BOOKED,
            PicState.PAUSED,
            PicState.DECLINED,
            PicState.UNSUITABLE,
        ),
        PicState.VISIT_BOOKED: (
            PicState.CONTACT_ATTEMPTED,
            PicState.PLAN_AGREED,
            PicState.PAUSED,
            PicState.DECLINED,
            PicState.UNSUITABLE,
        ),
        PicState.PLAN_AGREED: (PicState.ACTIVE, PicState.PAUSED, PicState.DECLINED),
        PicState.ACTIVE: (PicState.PAUSED, PicState.EXIT_REVIEW, PicState.DECLINED),
        # A stay in hospital pauses the work; it goes on where it stopped, so visits are booked
        # again before a plan was agreed and the work is active again after.
        PicState.PAUSED: (
            PicState.CONTACT_ATTEMPTED,
            PicState.VISIT_BOOKED,
            PicState.ACTIVE,
            PicState.EXIT_REVIEW,
            PicState.DECLINED,
        ),
        PicState.EXIT_REVIEW: (PicState.ACTIVE, PicState.CLOSED),
    },
    with_reason=frozenset({PicState.UNSUITABLE, PicState.PAUSED}),
)


class PicUnsuitable(Term):
    """Why a coordinator's support does not suit a person."""

    NEEDS_CLINICAL_CARE = "needs_clinical_care", "Needs clinical care first"
    NEEDS_SOCIAL_CARE = "needs_social_care", "Needs a social worker first"
    ANOTHER_SERVICE_FITS = "another_service_fits", "Another service fits better"
    OUTSIDE_AREA = "outside_area", "Lives outside the area"
    NOT_SAFE_TO_VISIT = "not_safe_to_visit", "Not safe to visit"
    COULD_NOT_REACH = "could_not_reach", "Could not be reached"


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


GOAL: Final = Transitions(
    start=GoalState.AGREED,
    allowed={
        GoalState.AGREED: (
            GoalState.UNDER_WAY,
            GoalState.ACHIEVED,
            GoalState.PARTLY_ACHIEVED,
            GoalState.NOT_ACHIEVED,
            GoalState.CHANGED_MIND,
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

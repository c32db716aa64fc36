"""Terms of the huddle: its meetings, its cases and the actions people ask of each other."""

from typing import Final

from oneplace.vocabulary.terms.term import Term, Transitions


class Rhythm(Term):
    """How often a practice's huddle meets."""

    WEEKLY = "weekly", "Every week"
    FORTNIGHTLY = "fortnightly", "Every two weeks"
    MONTHLY = "monthly", "Every month"


class MeetingState(Term):
    """Where one meeting of a huddle stands."""

    PLANNED = "planned", "Planned"
    LIST_LOCKED = "list_locked", "List locked"
    LIVE = "live", "Under way"
    MINUTED = "minuted", "Minuted"
    CLOSED = "closed", "Closed"
    CANCELLED = "cancelled", "Cancelled"


MEETING: Final = Transitions(
    start=MeetingState.PLANNED,
    allowed={
        MeetingState.PLANNED: (MeetingState.LIST_LOCKED, MeetingState.CANCELLED),
        MeetingState.LIST_LOCKED: (MeetingState.LIVE, MeetingState.CANCELLED),
        MeetingState.LIVE: (MeetingState.MINUTED,),
        MeetingState.MINUTED: (MeetingState.CLOSED,),
    },
    with_reason=frozenset({MeetingState.CANCELLED}),
)


class CaseState(Term):
    """Where a person stands in a huddle."""

    LISTED = "listed", "On the list"
    DISCUSSED = "discussed", "Discussed"
    ACTIVE = "active", "Active"
    REVIEW_DUE = "review_due", "Review due"
    STEPPED_DOWN = "stepped_down", "Stepped down"
    CLOSED = "closed", "Closed"


CASE: Final = Transitions(
    start=CaseState.LISTED,
    allowed={
        CaseState.LISTED: (CaseState.DISCUSSED, CaseState.CLOSED),
        CaseState.DISCUSSED: (CaseState.ACTIVE, CaseState.STEPPED_DOWN, CaseState.CLOSED),
        CaseState.ACTIVE: (
            CaseState.DISCUSSED,
            CaseState.REVIEW_DUE,
            CaseState.STEPPED_DOWN,
            CaseState.CLOSED,
        ),
        CaseState.REVIEW_DUE: (CaseState.DISCUSSED, CaseState.STEPPED_DOWN, CaseState.CLOSED),
        # Somebody stepped down may be brought back without being found all over again.
        CaseState.STEPPED_DOWN: (CaseState.LISTED, CaseState.CLOSED),
    },
    with_reason=frozenset({CaseState.CLOSED}),
)


class CaseClosed(Term):
    """Why a huddle closed a case."""

    GOALS_MET = "goals_met", "Goals met"
    MOVED_TO_ANOTHER_SERVICE = "moved_to_another_service", "Moved to another service"
    DECLINED = "declined", "The person declined"
    MOVED_AWAY = "moved_away", "Moved away"
    DIED = "died", "Died"
    OBJECTION = "objection", "The person objects to sharing"


class AgendaSection(Term):
    """The parts of a huddle's agenda, in the suggested order; a place may reorder them."""

    SAFEGUARDING = "safeguarding", "Safeguarding"
    IN_AND_OUT_OF_HOSPITAL = "in_and_out_of_hospital", "In and out of hospital since last time"
    NEW_CASES = "new_cases", "New"
    OVERDUE_ACTIONS = "overdue_actions", "Late actions"
    DUE_REVIEWS = "due_reviews", "Reviews due"
    STEP_DOWNS = "step_downs", "Stepping down"


class ActionState(Term):
    """Where something one person asked of another stands."""

    ASKED = "asked", "Asked"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    PASSED_ON = "passed_on", "Passed on, not taken yet"
    DONE = "done", "Done"
    NO_LONGER_NEEDED = "no_longer_needed", "No longer needed"
    COULD_NOT_REACH = "could_not_reach", "Could not reach the person"


ACTION: Final = Transitions(
    start=ActionState.ASKED,
    allowed={
        ActionState.ASKED: (
            ActionState.ACCEPTED,
            ActionState.DECLINED,
            ActionState.PASSED_ON,
            # Said on the spot: it was done before anybody could accept it.
            ActionState.DONE,
            ActionState.NO_LONGER_NEEDED,
            ActionState.COULD_NOT_REACH,
        ),
        ActionState.ACCEPTED: (
            ActionState.PASSED_ON,
            ActionState.DONE,
            ActionState.NO_LONGER_NEEDED,
            ActionState.COULD_NOT_REACH,
            # The owner has left or is away: it is asked anew.
            ActionState.ASKED,
        ),
        # It is a promise again once whoever it was passed on to has taken it; declined, it is back.
        ActionState.PASSED_ON: (
            ActionState.ACCEPTED,
            ActionState.ASKED,
            ActionState.DONE,
            ActionState.NO_LONGER_NEEDED,
            ActionState.COULD_NOT_REACH,
        ),
    },
    with_reason=frozenset(
        {
            ActionState.DECLINED,
            ActionState.DONE,
            ActionState.NO_LONGER_NEEDED,
            ActionState.COULD_NOT_REACH,
        }
    ),
)
"""Only the owner's acceptance makes an ask a promise. The reason of what is done is what changed
for the person.
"""


class ActionOrigin(Term):
    """In what connection something was asked."""

    HUDDLE = "huddle", "In the huddle", "In the {huddle}"
    VISIT = "visit", "On a visit"
    PLAN = "plan", "For the plan"
    REFERRAL = "referral", "With a referral"
    BOARD = "board", "By the board"
    RECORD = "record", "From the record"
    OWN_PAGE = "own_page", "On their own page"


class NotNeeded(Term):
    """Why an action is no longer needed."""

    DONE_ANOTHER_WAY = "done_another_way", "Done another way"
    THINGS_CHANGED = "things_changed", "Things have changed"
    PERSON_DECLINED = "person_declined", "The person declined"
    PERSON_DIED = "person_died", "The person died"
    ENTERED_IN_ERROR = "entered_in_error", "Entered by mistake"


class Attendance(Term):
    """Whether somebody was in the room."""

    PRESENT = "present", "Present"
    BY_VIDEO = "by_video", "By video"
    APOLOGIES = "apologies", "Apologies"
    ABSENT = "absent", "Absent"

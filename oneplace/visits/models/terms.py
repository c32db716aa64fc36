"""Where a visit stands, what it is for, who asked for it, and what is done before a closed door."""

from typing import Final

from oneplace.vocabulary.terms import Term, Transitions


class VisitState(Term):
    """Where a visit stands."""

    BOOKED = "booked", "Booked"
    SET_OUT = "set_out", "On the way"
    ARRIVED = "arrived", "There"
    FINISHED = "finished", "Done"
    NO_ANSWER = "no_answer", "No answer at the door"
    CANCELLED = "cancelled", "Cancelled"
    MOVED = "moved", "Moved"


VISIT: Final[Transitions[VisitState]] = Transitions(
    start=VisitState.BOOKED,
    allowed={
        VisitState.BOOKED: (
            VisitState.SET_OUT,
            VisitState.ARRIVED,
            VisitState.NO_ANSWER,
            VisitState.CANCELLED,
            VisitState.MOVED,
        ),
        VisitState.SET_OUT: (
            VisitState.ARRIVED,
            VisitState.NO_ANSWER,
            VisitState.CANCELLED,
            VisitState.MOVED,
        ),
        # Somebody opened after all.
        VisitState.NO_ANSWER: (VisitState.ARRIVED, VisitState.FINISHED, VisitState.CANCELLED),
        VisitState.ARRIVED: (VisitState.FINISHED,),
    },
    with_reason=frozenset({VisitState.CANCELLED, VisitState.MOVED}),
)
"""Which state of a visit may follow which."""

OPEN: Final = (VisitState.BOOKED, VisitState.SET_OUT, VisitState.ARRIVED, VisitState.NO_ANSWER)
"""Something is still to come of it."""
TO_COME: Final = (VisitState.BOOKED, VisitState.SET_OUT)


class VisitPurpose(Term):
    """What a visit is for."""

    FIRST = "first", "First visit"
    PLAN = "plan", "Plan and goals"
    REVIEW = "review", "How it goes"
    EXIT = "exit", "Last visit"
    LIFE_FIRST = "life_first", "First visit after hospital"
    URGENT = "urgent", "Urgent visit"
    REABLEMENT = "reablement", "Reablement"
    THERAPY = "therapy", "Therapy"
    NURSING = "nursing", "Nursing"
    WELFARE_CHECK = "welfare_check", "Is everything all right?"
    OTHER = "other", "Something else"


class VisitOrigin(Term):
    """On what occasion a visit was booked."""

    RECORD = "record", "On the person's page"
    HUDDLE = "huddle", "In a huddle", "In a {huddle}"
    PLAN = "plan", "From the person's plan"
    REFERRAL = "referral", "With a referral"
    CASELOAD = "caseload", "From a caseload"
    EPISODE = "episode", "In a spell of short-term help"
    VISIT = "visit", "At the visit before"


class DoorStep(Term):
    """What is done, one after the other, when nobody opens the door."""

    RANG = "rang", "Rang them"
    CONTACT = "contact", "Rang somebody close to them"
    KEY_SAFE = "key_safe", "Tried the key safe or a neighbour"
    COORDINATOR = "coordinator", "Told the coordinator"
    WELFARE_CHECK = "welfare_check", "Asked for a welfare check"
    FOUND = "found", "Found"


DOOR_STEPS: Final = (
    DoorStep.RANG,
    DoorStep.CONTACT,
    DoorStep.KEY_SAFE,
    DoorStep.COORDINATOR,
    DoorStep.WELFARE_CHECK,
)
"""The five steps in their order; none may be needed, and none need wait for the one before."""


class CameBack(Term):
    """What became of something a phone sent."""

    TAKEN = "taken", "Saved"
    CONFLICT = "conflict", "Somebody else changed it meanwhile"
    REFUSED = "refused", "Could not be saved"

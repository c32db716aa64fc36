"""How a referral goes through the desk, why a clock's own part stands still, what is arranged."""

from typing import Final

from oneplace.vocabulary.terms import LifeStream, Pathway, Term, Transitions, Urgency


class DeskState(Term):
    """Where a referral stands at the desk."""

    RECEIVED = "received", "Received"
    TRIAGE = "triage", "Being looked at"
    WAITING = "waiting_for_information", "Waiting for information"
    ACCEPTED = "accepted", "Accepted"
    ALLOCATED = "allocated", "Somebody is going"
    STARTED = "started", "Started"
    CLOSED = "closed", "Closed"
    REDIRECTED = "redirected", "Sent on to a better place"
    REJECTED = "rejected", "Not accepted"
    WITHDRAWN = "withdrawn", "Taken back"


_OUT: Final = (DeskState.REDIRECTED, DeskState.REJECTED, DeskState.WITHDRAWN)
DESK: Final[Transitions[DeskState]] = Transitions(
    start=DeskState.RECEIVED,
    allowed={
        DeskState.RECEIVED: (DeskState.TRIAGE, DeskState.WAITING, DeskState.ACCEPTED, *_OUT),
        DeskState.TRIAGE: (DeskState.WAITING, DeskState.ACCEPTED, *_OUT),
        DeskState.WAITING: (DeskState.TRIAGE, DeskState.ACCEPTED, *_OUT),
        DeskState.ACCEPTED: (DeskState.ALLOCATED, DeskState.STARTED, DeskState.CLOSED, *_OUT),
        # An allocation taken back leaves the referral accepted, and somebody else must go.
        DeskState.ALLOCATED: (
            DeskState.ACCEPTED,
            DeskState.STARTED,
            DeskState.CLOSED,
            DeskState.WITHDRAWN,
        ),
        DeskState.STARTED: (DeskState.CLOSED,),
    },
    with_reason=frozenset(
        {DeskState.WAITING, DeskState.CLOSED, DeskState.REDIRECTED, DeskState.REJECTED}
    ),
)
"""Which state of a referral at the desk may follow which."""
OPEN: Final = (
    DeskState.RECEIVED,
    DeskState.TRIAGE,
    DeskState.WAITING,
    DeskState.ACCEPTED,
    DeskState.ALLOCATED,
    DeskState.STARTED,
)
NOT_DECIDED: Final = (DeskState.RECEIVED, DeskState.TRIAGE, DeskState.WAITING)
NOT_STARTED: Final = (*NOT_DECIDED, DeskState.ACCEPTED, DeskState.ALLOCATED)


class Package(Term):
    """The first question of each referral: was there help at home already?"""

    NOT_ASKED = "not_asked", "Not asked yet"
    NONE = "none", "No help at home before"
    RESTART = "restart", "A package to restart, unchanged"
    CHANGE = "change", "A package that must change"
    NOT_KNOWN = "not_known", "Nobody knows"


class ClosedBecause(Term):
    """Why an episode at the desk is over."""

    DONE = "done", "Done: needs us no longer"
    HANDED_ON = "handed_on", "Handed on to longer help"
    IN_HOSPITAL = "in_hospital", "Went back into hospital"
    PERSON_DECLINED = "person_declined", "The person did not want it"
    NOT_LEAVING = "not_leaving", "Is not leaving hospital now"
    DIED = "died", "Died"
    MISTAKE = "mistake", "Opened by mistake"


class Arranged(Term):
    """What must be in place before somebody goes home."""

    MEDICINES = "medicines", "Medicines to take home"
    TRANSPORT = "transport", "Transport"
    EQUIPMENT = "equipment", "Equipment"
    KEY_SAFE = "key_safe", "A way into the home"
    CARER_TOLD = "carer_told", "Family or carer told"
    FOOD_AND_HEAT = "food_and_heat", "Food and heating"
    LETTER = "letter", "Letter to the practice"
    OTHER = "other", "Something else"


class FamilyView(Term):
    """Who of those close was spoken with about going home."""

    NOT_ASKED = "not_asked", "Nobody asked yet"
    TOLD = "told", "Told"
    AGREES = "agrees", "Agrees"
    WORRIED = "worried", "Is worried"
    NOBODY_CLOSE = "nobody_close", "There is nobody close"


class FirstVisitCheck(Term):
    """What the first visit looks at before anything else."""

    MEDICINES = "medicines", "Time-critical medicines"
    SKIN = "skin", "Skin"
    FOOD = "food", "Food and drink"
    HEAT = "heat", "Warmth"
    PAIN = "pain", "Pain"


class ReviewView(Term):
    """Whether a plan of reablement works, as somebody sees it."""

    YES = "yes", "Yes"
    PARTLY = "partly", "Partly"
    NO = "no", "No"
    NOT_ASKED = "not_asked", "Not asked"


class GoesBy(Term):
    """How somebody gets to people's doors."""

    CAR = "car", "By car"
    WALK = "walk", "On foot"


class RoundSkill(Term):
    """What whoever comes must be able to do."""

    NURSING = "nursing", "Nursing"
    THERAPY = "therapy", "Therapy"
    PERSONAL_CARE = "personal_care", "Washing and dressing"
    MEDICINES = "medicines", "Giving medicines"
    MOVING = "moving", "Moving people with equipment"
    WOUNDS = "wounds", "Wounds and catheters"
    DEMENTIA = "dementia", "Living with dementia"


class FailedBecause(Term):
    """Why somebody was back in hospital within 72 hours of leaving it."""

    NEW_ILLNESS = "new_illness", "Fell ill with something new"
    SAME_ILLNESS = "same_illness", "The same illness came back or got worse"
    FELL = "fell", "Fell at home"
    NOT_READY = "not_ready", "Was not well enough to leave"
    MEDICINES = "medicines", "Medicines missing, wrong or not understood"
    NO_HELP_THERE = "no_help_there", "The help promised was not there"
    EQUIPMENT = "equipment", "Equipment or a way into the home was missing"
    COULD_NOT_COPE = "could_not_cope", "Needed more help than was arranged"
    CARER_COULD_NOT = "carer_could_not", "Family or carer could not go on"
    NOT_A_FAILURE = "not_a_failure", "Planned, or nothing to do with going home"
    NOT_KNOWN = "not_known", "Asked, and nobody knows"


class RoundState(Term):
    """What became of a suggested day."""

    RECKONING = "reckoning", "Being reckoned"
    READY = "ready", "Suggested"
    CONFIRMED = "confirmed", "Confirmed"
    REPLACED = "replaced", "Replaced by a newer one"
    DROPPED = "dropped", "Put away"
    FAILED = "failed", "No plan was found"
    OFFERED = "offered", "Offered for one referral"


STREAM_OF_URGENCY: Final = {
    Urgency.TWO_HOURS: LifeStream.RAPID_RESPONSE,
    Urgency.SAME_DAY: LifeStream.RAPID_RESPONSE,
}
NEEDS_DESK: Final = (Pathway.P1, Pathway.P2, Pathway.P3)
"""Pathways the desk arranges; the ward arranges pathway 0 by itself."""
RED_FLAGS: Final = (
    "chest pain",
    "cannot breathe",
    "short of breath at rest",
    "stroke",
    "face drooping",
    "unconscious",
    "not waking",
    "fitting",
    "heavy bleeding",
    "head injury",
    "sepsis",
    "choking",
    "overdose",
)
"""Words of a need that ring 999 and not a desk; the place's own list may be longer. Plain words,
found as written, so that whoever types sees which word it was."""

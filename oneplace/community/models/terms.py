"""Words of this room alone: where people ask, what came of it, whose money it is."""

from typing import Final

from oneplace.vocabulary.terms import Term, Transitions


class PointKind(Term):
    """How people reach a point of access."""

    PLACE = "place", "A place to walk in"
    LINE = "line", "A telephone line"


class ContactOutcome(Term):
    """What came of somebody's asking at a point of access."""

    LISTENED = "listened", "Listened; nothing more was wanted"
    TOLD_OF_SERVICE = "told_of_service", "Told of a service"
    ASKED_SERVICE = "asked_service", "A service was asked for them"
    RING_BACK = "ring_back", "We ring back"
    NOTHING_THERE = "nothing_there", "Nothing there for it"
    EMERGENCY = "emergency", "999 or a concern"


class CallOutcome(Term):
    """How a weekly call went."""

    TALKED = "talked", "We talked"
    NO_ANSWER = "no_answer", "No answer"
    NOT_WANTED = "not_wanted", "They would rather not today"


class FundKind(Term):
    """Whose money it is: the two are never added up."""

    PUBLIC = "public", "Public money"
    OUTSIDE = "outside", "An outside funder’s money"


class GrantState(Term):
    """Where a grant stands."""

    RUNNING = "running", "Running"
    ENDED = "ended", "Ended"
    STOPPED = "stopped", "Stopped"


GRANT: Final = Transitions(
    start=GrantState.RUNNING,
    allowed={GrantState.RUNNING: (GrantState.ENDED, GrantState.STOPPED)},
    with_reason=frozenset({GrantState.STOPPED}),
)
"""Which state of a grant may follow which."""


class UnmetBecause(Term):
    """Why what somebody asked for is not there for them."""

    NOT_OFFERED = "not_offered", "Nobody offers it"
    FULL = "full", "Full, or the wait is too long"
    TOO_FAR = "too_far", "Too far, or no way to get there"
    COST = "cost", "Costs too much"
    LANGUAGE = "language", "Not in their language"
    ACCESS = "access", "They cannot get in or take part"
    TIME = "time", "Not at a time they can come"

"""How an item of the agenda stands, what a line is, what was decided: words of this room alone."""

from typing import Final

from oneplace.vocabulary.terms import CaseState, Term, Transitions


class ItemState(Term):
    """Where one person on one agenda stands."""

    WAITING = "waiting", "To come"
    NOW = "now", "Being discussed"
    DONE = "done", "Discussed"
    PARKED = "parked", "Parked"
    ROLLED_OVER = "rolled_over", "Carried to the next huddle", "Carried to the next {huddle}"
    TAKEN_OFF = "taken_off", "Taken off"


ITEM: Final = Transitions(
    start=ItemState.WAITING,
    allowed={
        ItemState.WAITING: (
            ItemState.NOW,
            ItemState.PARKED,
            ItemState.ROLLED_OVER,
            ItemState.TAKEN_OFF,
        ),
        ItemState.NOW: (
            ItemState.DONE,
            ItemState.WAITING,
            ItemState.PARKED,
            ItemState.ROLLED_OVER,
            ItemState.TAKEN_OFF,
        ),
        ItemState.PARKED: (ItemState.WAITING, ItemState.ROLLED_OVER, ItemState.TAKEN_OFF),
        ItemState.DONE: (ItemState.NOW,),
    },
    with_reason=frozenset({ItemState.TAKEN_OFF}),
)
"""Which state of an item may follow which; what is done may be taken up again while they meet."""


class Depth(Term):
    """How long a person is spoken of."""

    QUICK = "quick", "Quick review"
    FULL = "full", "Full discussion"


MINUTES: Final = {Depth.QUICK: 2, Depth.FULL: 7}
OPENING_MINUTES: Final = 4
CLOSING_MINUTES: Final = 6
"""The running order of an hour: opening, quick reviews, full discussions, close."""


class LineKind(Term):
    """What one line written in a huddle is."""

    NOTE = "note", "Note"
    ACTION = "action", "Action"
    DECISION = "decision", "Decision"
    NO_CHANGE = "no_change", "No change"
    STEP_DOWN = "step_down", "Step down"
    GOAL = "goal", "Goal"
    REFERRAL = "referral", "Referral"
    LEAD = "lead", "Lead"
    QUESTION = "question", "Question"
    ANSWER = "answer", "Answer"
    # The parts of the outcome: the newest number of a kind stands, the earlier are its history.
    SITUATION = "situation", "Situation"
    ACTION_TO_DATE = "action_to_date", "Done so far"
    UPDATE = "update", "What is new"
    NEXT_STEPS = "next_steps", "Next steps"
    RISKS = "risks", "Risks"
    SAFETY_NET = "safety_net", "What would bring them back"


PARTS: Final = (
    LineKind.SITUATION,
    LineKind.ACTION_TO_DATE,
    LineKind.UPDATE,
    LineKind.NEXT_STEPS,
    LineKind.RISKS,
    LineKind.SAFETY_NET,
)
"""What is written once and bettered: two scribes at one of these are told of each other."""


class Decided(Term):
    """What a huddle decided of a person."""

    GO_ON = "go_on", "Stays active"
    NO_CHANGE = "no_change", "No change"
    STEP_DOWN = "step_down", "Step down"
    CLOSE = "close", "Close"
    BRING_BACK = "bring_back", "Bring back next time"


class CarerAsked(Term):
    """Whether whoever cares for a person was asked how they are, and what they need."""

    ASKED = "asked", "Asked"
    NO_CARER = "no_carer", "Nobody cares for them"
    NOT_WANTED = "not_wanted", "The person does not want them asked"


class WishesKept(Term):
    """Whether what a person wants done in an emergency is written down, and somebody has seen it.

    The wishes themselves stay where they are kept.
    """

    WRITTEN = "written", "Written down, and seen"
    NOT_WRITTEN = "not_written", "Nothing is written down"
    NOT_WANTED = "not_wanted", "The person does not want to speak of it"


class ChangeKind(Term):
    """What a change of a meeting under way alters on the screens that follow it."""

    LINE = "line", "A line was written or taken back"
    PART = "part", "A part of the outcome was written"
    TURN = "turn", "Another person is spoken of"
    ORDER = "order", "The running order changed"
    ROOM = "room", "Who is in the room changed"
    HIDING = "hiding", "Sensitive lines are hidden or shown"
    ACTION = "action", "An action was answered"
    ACCESS = "access", "Who may see whom changed"
    OVER = "over", "The meeting is over"


class ParagraphState(Term):
    """How far the paragraph for the GP's record has come."""

    DRAFTED = "drafted", "Waits for a clinician"
    CHECKED = "checked", "Checked and on its way"
    NOT_NEEDED = "not_needed", "Not needed"


PARAGRAPH: Final = Transitions(
    start=ParagraphState.DRAFTED,
    allowed={ParagraphState.DRAFTED: (ParagraphState.CHECKED, ParagraphState.NOT_NEEDED)},
    with_reason=frozenset({ParagraphState.NOT_NEEDED}),
)

OPEN_CASES: Final = (
    CaseState.LISTED,
    CaseState.DISCUSSED,
    CaseState.ACTIVE,
    CaseState.REVIEW_DUE,
)
"""Cases whose team stands in a relationship to the person."""


class VisitKind(Term):
    """What a facilitator did with a practice towards holding its huddle."""

    VISIT = "visit", "Visited the practice"
    ASKED = "asked", "The practice asked"
    ANSWERED = "answered", "Answered the practice"

"""How a match stands and how a link was decided: words of this room alone."""

from typing import Final

from oneplace.vocabulary.terms import Term, Transitions


class LinkedBy(Term):
    """How it was decided that a source's number is a person's."""

    NUMBER = "number", "By a number both sources know"
    LIKENESS = "likeness", "By likeness of name, birth, sex and place"
    ALONE = "alone", "Nobody else it could be"
    STEWARD = "steward", "By the record steward"
    HAND = "hand", "Entered here for this person"


class MatchState(Term):
    """How far a pair of records has been looked at."""

    WAITING = "waiting", "To be looked at"
    SECOND_READER = "second_reader", "Waits for a second reader"
    DISAGREED = "disagreed", "Two readers disagree"
    UNSURE = "unsure", "Put aside: not sure"
    SAME = "same", "The same person"
    DIFFERENT = "different", "Two people"
    OVERTAKEN = "overtaken", "Decided since by new evidence"


_OPEN = (
    MatchState.SECOND_READER,
    MatchState.UNSURE,
    MatchState.SAME,
    MatchState.DIFFERENT,
    MatchState.OVERTAKEN,
)

MATCH: Final = Transitions(
    start=MatchState.WAITING,
    allowed={
        MatchState.WAITING: _OPEN,
        MatchState.SECOND_READER: (
            MatchState.SAME,
            MatchState.DIFFERENT,
            MatchState.DISAGREED,
            MatchState.UNSURE,
            MatchState.OVERTAKEN,
            MatchState.WAITING,
        ),
        MatchState.DISAGREED: (*_OPEN, MatchState.WAITING),
        MatchState.UNSURE: (*_OPEN, MatchState.WAITING),
        # Undone, or reopened because a source now says something else.
        MatchState.SAME: (MatchState.WAITING, MatchState.SECOND_READER),
        MatchState.DIFFERENT: (MatchState.WAITING, MatchState.SECOND_READER),
        MatchState.OVERTAKEN: (MatchState.WAITING,),
    },
)
"""Which state of a match may follow which."""


class Risk(Term):
    """Why two readers must agree before a pair is called one person."""

    TWO_NUMBERS = "two_numbers", "Different NHS numbers, both valid"
    TWINS = "twins", "Perhaps twins: same birth date and address"
    RESTRICTED = "restricted", "One of them has marks that limit who may look"
    MANY_SOURCES = "many_sources", "Much hangs on it: several sources on both sides"


class SafeNow(Term):
    """Whether somebody is safe at this moment, as far as the writer of a concern knows."""

    NO = "no", "No, they are in danger"
    NOT_SURE = "not_sure", "I am not sure"
    YES = "yes", "Yes, for now"

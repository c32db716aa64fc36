"""How a signal ends: words of this room alone."""

from oneplace.vocabulary.terms import Term


class SignalEnd(Term):
    """What shows that a signal is over, or what it was."""

    BACK_TO_USUAL = "back_to_usual", "The figures are back within their limits"
    CAUSE_FOUND = "cause_found", "The cause was found and something was done"
    DATA_WRONG = "data_wrong", "The data were wrong, and have been put right"
    NEW_NORMAL = "new_normal", "A known change: limits begin anew"

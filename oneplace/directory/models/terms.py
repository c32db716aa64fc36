"""Where an entry of the directory comes from, and how much room a service has."""

from oneplace.vocabulary.terms import Term


class Source(Term):
    """Who says what stands in an entry."""

    PLACE = "place", "The place's own file"
    FEED = "feed", "A directory a partner sends"
    HAND = "hand", "Entered here"


class Capacity(Term):
    """Whether a service takes more people now, as it last said."""

    OPEN = "open", "Takes people now"
    WAITING = "waiting", "Has a waiting list"
    FULL = "full", "Full at the moment"
    NOT_KNOWN = "not_known", "Not known: ask"


class ProposalState(Term):
    """Where a proposal stands."""

    WAITING = "waiting", "Waits for an editor"
    TAKEN = "taken", "Taken"
    REFUSED = "refused", "Not taken"


class LikenessState(Term):
    """What an editor said of two entries that are alike."""

    FOUND = "found", "To look at"
    SAME = "same", "One service"
    DIFFERENT = "different", "Two services"

"""Words of this room alone: what a decision is about, how a meeting stands, what an interest is."""

from typing import Final

from oneplace.vocabulary.terms import Term
from oneplace.vocabulary.terms.term import Transitions


class Matter(Term):
    """What a decision is about; it says whose word it needs (reserved matters, to verify)."""

    STRATEGY = "strategy", "Strategy"
    AGREEMENT = "agreement", "The agreement: its term, its clauses, its parties"
    SCOPE = "scope", "What the alliance runs together"
    MONEY = "money", "Budgets, contributions and how risk is shared"
    DELIVERY = "delivery", "How something agreed is carried out"
    CONTRACT = "contract", "Commissioning, procurement or a contract"


RESERVED: Final = frozenset({Matter.STRATEGY, Matter.AGREEMENT, Matter.SCOPE, Matter.MONEY})
"""Matters that bind a partner: nothing takes effect until each partner's own board has agreed."""


class RatificationAnswer(Term):
    """What a partner's own board said."""

    WAITING = "waiting", "Not decided yet"
    RATIFIED = "ratified", "Ratified"
    REFUSED = "refused", "Refused"
    NOT_NEEDED = "not_needed", "No longer needed"


class MeetingStage(Term):
    """How far a board's meeting is."""

    PLANNED = "planned", "Planned"
    PAPERS_SENT = "papers_sent", "Papers are out"
    HELD = "held", "Held"
    CANCELLED = "cancelled", "Cancelled"


MEETING: Final = Transitions(
    start=MeetingStage.PLANNED,
    allowed={
        MeetingStage.PLANNED: (MeetingStage.PAPERS_SENT, MeetingStage.CANCELLED),
        MeetingStage.PAPERS_SENT: (MeetingStage.HELD, MeetingStage.CANCELLED),
    },
    with_reason=frozenset({MeetingStage.CANCELLED}),
)


class ItemPurpose(Term):
    """What a board is asked to do with an item."""

    DECIDE = "decide", "To decide"
    ASSURE = "assure", "To be assured"
    DISCUSS = "discuss", "To discuss"
    NOTE = "note", "To note"


class Marking(Term):
    """Who may read a paper besides the board."""

    PUBLIC = "public", "Public"
    RESTRICTED = "restricted", "Kept to the board until a day"
    EXEMPT = "exempt", "Exempt from publication"


class SeatPresence(Term):
    """Whether a seat was filled at a meeting."""

    PRESENT = "present", "Present"
    APOLOGIES = "apologies", "Sent apologies"
    LEFT = "left", "Left early"


class VoteSaid(Term):
    """What a partner said to an item."""

    AGREES = "agrees", "Agrees"
    AGAINST = "against", "Against"
    ABSTAINS = "abstains", "Abstains"


class InterestKind(Term):
    """What kind of interest (NHS England, Managing conflicts of interest in the NHS, 2024)."""

    FINANCIAL = "financial", "Financial"
    PROFESSIONAL = "professional", "Professional, not financial"
    PERSONAL = "personal", "Personal, not financial"
    INDIRECT = "indirect", "Through somebody close"


class InterestState(Term):
    """How near an interest is to being a conflict (same source)."""

    ACTUAL = "actual", "A conflict now"
    POTENTIAL = "potential", "Could become a conflict"
    PERCEIVED = "perceived", "Could look like a conflict"


class Ruling(Term):
    """What the chair decides about somebody's interest in an item."""

    STAYS_AND_VOTES = "stays_and_votes", "Stays and takes part in deciding"
    STAYS_AND_SPEAKS = "stays_and_speaks", "Stays and speaks, does not decide"
    STAYS_SILENT = "stays_silent", "Stays, does not speak or decide"
    LEAVES = "leaves", "Leaves for this item, and gets no papers of it"
    NO_PAPERS = "no_papers", "Gets no papers of this item"


WITHHELD: Final = frozenset({Ruling.LEAVES, Ruling.NO_PAPERS})
"""Rulings that keep an item's papers and minute from whoever they are about."""
DECIDES: Final = frozenset({Ruling.STAYS_AND_VOTES})
"""Rulings with which a seat still counts for the decision and for the quorum."""

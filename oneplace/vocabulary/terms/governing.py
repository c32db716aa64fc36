"""Terms of steering the alliance: bodies, decisions, measures and money."""

from typing import Final

from oneplace.vocabulary.terms.term import Term, Transitions


class BodyKind(Term):
    """What kind of board or body this is."""

    TRANSFORMATION_BOARD = "transformation_board", "Transformation board"
    DELIVERY_BOARD = "delivery_board", "Delivery board"
    PROFESSIONAL_CABINET = "professional_cabinet", "Professional cabinet"
    SERVICE_USER_GROUP = "service_user_group", "Service user reference group"
    HEALTH_AND_WELLBEING_BOARD = "health_and_wellbeing_board", "Health and wellbeing board"
    SCRUTINY_COMMITTEE = "scrutiny_committee", "Scrutiny committee"
    SAFEGUARDING_BOARD = "safeguarding_board", "Safeguarding adults board"
    COMMISSIONERS_GROUP = "commissioners_group", "Commissioners' group"


class BodyPower(Term):
    """What a board or body may do with a proposal."""

    REVIEWS_PROPOSALS = "reviews_proposals", "Reviews every proposal as professionals"
    GIVES_RESIDENTS_VIEW = "gives_residents_view", "Gives the residents' view"
    RECOMMENDS = "recommends", "Recommends to the partners' own boards"
    ASSURES_DELIVERY = "assures_delivery", "Assures that what was agreed is delivered"
    OWNS_AGREEMENT = "owns_agreement", "Owns the alliance agreement"
    SETS_STRATEGY = "sets_strategy", "Sets strategy"
    AWARDS_CONTRACTS = "awards_contracts", "Commissions, procures and contracts"
    ASKS_QUESTIONS = "asks_questions", "Asks questions in public"
    ASSURES_SAFEGUARDING = "assures_safeguarding", "Assures safeguarding of adults"


class DecisionState(Term):
    """Where a decision of the alliance stands."""

    PROPOSED = "proposed", "Proposed"
    PROFESSIONAL_REVIEW = "professional_review", "Professional review"
    USER_GROUP_VIEW = "user_group_view", "Residents' view"
    BOARD_RECOMMENDED = "board_recommended", "Recommended by the board"
    RATIFYING = "ratifying", "With the partners' own boards"
    IN_FORCE = "in_force", "In force"
    REJECTED = "rejected", "Rejected"


DECISION: Final = Transitions(
    start=DecisionState.PROPOSED,
    allowed={
        DecisionState.PROPOSED: (
            DecisionState.PROFESSIONAL_REVIEW,
            # What commissioners decide alone, and that alone: the rule of the room says so.
            DecisionState.BOARD_RECOMMENDED,
            DecisionState.REJECTED,
        ),
        DecisionState.PROFESSIONAL_REVIEW: (
            DecisionState.USER_GROUP_VIEW,
            DecisionState.REJECTED,
        ),
        DecisionState.USER_GROUP_VIEW: (DecisionState.BOARD_RECOMMENDED, DecisionState.REJECTED),
        DecisionState.BOARD_RECOMMENDED: (DecisionState.RATIFYING, DecisionState.REJECTED),
        # One sovereign body's no sends the decision back to the board, not into force.
        DecisionState.RATIFYING: (
            DecisionState.IN_FORCE,
            DecisionState.BOARD_RECOMMENDED,
            DecisionState.REJECTED,
        ),
    },
    with_reason=frozenset({DecisionState.REJECTED}),
)


class MeasureUnit(Term):
    """What a measure is counted in; a percentage is never mixed with percentage points."""

    PER_CENT = "per_cent", "%"
    PERCENTAGE_POINTS = "percentage_points", "percentage points"
    RATE = "rate", "per 1,000 people"
    DAYS = "days", "days"
    HOURS = "hours", "hours"
    POUNDS = "pounds", "£"
    POUNDS_PER_HEAD = "pounds_per_head", "£ per head"
    COUNT = "count", "number"
    SCORE = "score", "score"


class BetterDirection(Term):
    """Which way of a measure is better."""

    HIGHER = "higher", "Higher is better"
    LOWER = "lower", "Lower is better"
    NEITHER = "neither", "Neither way is better by itself"


class ClaimVerdict(Term):
    """What may be said of a claim the programme has made."""

    MAY_SAY = "may_say", "May be said, with its definition"
    MAY_NOT_SAY = "may_not_say", "May not be said as it stands"
    UNDEFINED = "undefined", "Undefined: several answers are true"


class SavingKind(Term):
    """What kind of saving is claimed; one event counts once."""

    CASH_RELEASING = "cash_releasing", "Releases cash"
    COST_AVOIDED = "cost_avoided", "Avoids a cost"
    CAPACITY = "capacity", "Frees capacity"


class FigureBasis(Term):
    """How far a figure about a place may be trusted."""

    PUBLISHED = "published", "Published"
    DERIVED = "derived", "Worked out from published figures"
    ELSEWHERE = "elsewhere", "Published for another area"
    TO_VERIFY = "to_verify", "From general knowledge, to be verified"
    INVENTED = "invented", "Invented"
    CLAIMED = "claimed", "Claimed, workings not public"

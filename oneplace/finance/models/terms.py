"""Words of this room alone: on which law money stands, how a sum is divided, how far one is."""

from typing import Final

from oneplace.vocabulary.terms import OrganisationKind, Term
from oneplace.vocabulary.terms.term import Transitions


class LegalBasis(Term):
    """The power by which money is held together or moves (National Health Service Act 2006)."""

    SECTION_75 = "section_75", "Section 75: a pooled fund of the council and the NHS"
    SECTION_256 = "section_256", "Section 256: from the NHS to the council"
    SECTION_76 = "section_76", "Section 76: from the council to the NHS"
    CONTRACT = "contract", "Under a services contract"
    GRANT = "grant", "A grant to a voluntary organisation"


NHS: Final = frozenset(
    {
        OrganisationKind.COMMISSIONER,
        OrganisationKind.ACUTE_TRUST,
        OrganisationKind.COMMUNITY_PROVIDER,
        OrganisationKind.MENTAL_HEALTH_TRUST,
    }
)
"""Partners that are NHS bodies; a collaborative of practices and a charity are not."""


class PoolTerm(Term):
    """What an agreement of a pooled fund must say (SI 2000/617, regulation 7)."""

    AIMS = "aims", "The aims and outcomes agreed"
    CONTRIBUTIONS = "contributions", "What each partner puts in, and how that may change"
    FUNCTIONS = "functions", "Which functions of the NHS and the council it pays for"
    PEOPLE = "people", "Which people and what kinds of service"
    RESOURCES = "resources", "Staff, goods, services and places each partner gives"
    DURATION = "duration", "How long, and how it is reviewed, changed and ended"
    MANAGEMENT = "management", "Who hosts and who manages it, and how it is watched"


class DivisionRule(Term):
    """By what a sum is divided among partners."""

    EQUAL = "equal", "In equal parts"
    BY_CONTRIBUTION = "by_contribution", "As each partner contributes"
    AGREED_SHARES = "agreed_shares", "By shares the partners agreed"


class DividedSum(Term):
    """What is divided."""

    OVERSPEND = "overspend", "What was spent beyond the fund"
    UNDERSPEND = "underspend", "What was not spent"
    SAVING = "saving", "What was saved together"
    COST = "cost", "A cost borne together"


class TransferState(Term):
    """How far a transfer is."""

    PROPOSED = "proposed", "Proposed"
    AGREED = "agreed", "Agreed by both"
    PAID = "paid", "Paid"
    CERTIFIED = "certified", "Spent as agreed, and certified"
    WITHDRAWN = "withdrawn", "Withdrawn"


TRANSFER: Final = Transitions(
    start=TransferState.PROPOSED,
    allowed={
        TransferState.PROPOSED: (TransferState.AGREED, TransferState.WITHDRAWN),
        TransferState.AGREED: (TransferState.PAID, TransferState.WITHDRAWN),
        TransferState.PAID: (TransferState.CERTIFIED,),
    },
    with_reason=frozenset({TransferState.WITHDRAWN}),
)

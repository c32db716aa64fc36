"""Terms of the other joint services: medicines, assessment, carers, capacity, safeguarding."""

from typing import Final

from oneplace.vocabulary.terms.term import Term, Transitions


class MedicinesReviewState(Term):
    """Where a home medicines review stands."""

    REQUESTED = "requested", "Requested"
    TRIAGED = "triaged", "Looked at"
    VISITED = "visited", "Visited"
    RECOMMENDATIONS_SENT = "recommendations_sent", "Recommendations sent"
    ACCEPTED = "accepted", "Accepted by the prescriber"
    MODIFIED = "modified", "Accepted with changes"
    REJECTED = "rejected", "Not accepted"
    FOLLOWED_UP = "followed_up", "Followed up"
    CANCELLED = "cancelled", "Cancelled"


MEDICINES_REVIEW: Final = Transitions(
    start=MedicinesReviewState.REQUESTED,
    allowed={
        MedicinesReviewState.REQUESTED: (
            MedicinesReviewState.TRIAGED,
            MedicinesReviewState.CANCELLED,
        ),
        MedicinesReviewState.TRIAGED: (
            MedicinesReviewState.VISITED,
            MedicinesReviewState.CANCELLED,
        ),
        MedicinesReviewState.VISITED: (MedicinesReviewState.RECOMMENDATIONS_SENT,),
        MedicinesReviewState.RECOMMENDATIONS_SENT: (
            MedicinesReviewState.ACCEPTED,
            MedicinesReviewState.MODIFIED,
            MedicinesReviewState.REJECTED,
        ),
        MedicinesReviewState.ACCEPTED: (MedicinesReviewState.FOLLOWED_UP,),
        MedicinesReviewState.MODIFIED: (MedicinesReviewState.FOLLOWED_UP,),
        MedicinesReviewState.REJECTED: (MedicinesReviewState.FOLLOWED_UP,),
    },
    with_reason=frozenset({MedicinesReviewState.REJECTED, MedicinesReviewState.CANCELLED}),
)


class AssessmentState(Term):
    """Where a Care Act assessment stands."""

    IN_PROGRESS = "in_progress", "In progress"
    MANAGER_APPROVAL = "manager_approval", "With the manager"
    QUALITY_CHECK = "quality_check", "Quality check"
    COMPLETE = "complete", "Complete"
    REVIEW_DUE = "review_due", "Review due"


ASSESSMENT: Final = Transitions(
    start=AssessmentState.IN_PROGRESS,
    allowed={
        AssessmentState.IN_PROGRESS: (AssessmentState.MANAGER_APPROVAL,),
        # A manager or a quality check may hand the assessment back.
        AssessmentState.MANAGER_APPROVAL: (
            AssessmentState.QUALITY_CHECK,
            AssessmentState.IN_PROGRESS,
        ),
        AssessmentState.QUALITY_CHECK: (AssessmentState.COMPLETE, AssessmentState.IN_PROGRESS),
        AssessmentState.COMPLETE: (AssessmentState.REVIEW_DUE,),
        AssessmentState.REVIEW_DUE: (AssessmentState.IN_PROGRESS,),
    },
)


class CapacityStep(Term):
    """The four things asked about one decision at a time when capacity is assessed."""

    UNDERSTAND = "understand", "Understand the information"
    RETAIN = "retain", "Keep it long enough to decide"
    WEIGH = "weigh", "Weigh it"
    COMMUNICATE = "communicate", "Make the decision known"


class ConcernState(Term):
    """Where a safeguarding concern stands."""

    RAISED = "raised", "Raised"
    RECEIVED = "received", "Received"
    ENQUIRY = "enquiry", "Enquiry"
    NO_FURTHER_ACTION = "no_further_action", "No enquiry needed"
    ENDED = "ended", "Enquiry ended"


CONCERN: Final = Transitions(
    start=ConcernState.RAISED,
    allowed={
        ConcernState.RAISED: (ConcernState.RECEIVED,),
        ConcernState.RECEIVED: (ConcernState.ENQUIRY, ConcernState.NO_FURTHER_ACTION),
        ConcernState.ENQUIRY: (ConcernState.ENDED,),
        # New information may turn the decision round.
        ConcernState.NO_FURTHER_ACTION: (ConcernState.ENQUIRY,),
    },
    with_reason=frozenset({ConcernState.NO_FURTHER_ACTION}),
)


class AbuseKind(Term):
    """What kind of abuse or neglect is feared (Care Act statutory guidance, chapter 14)."""

    PHYSICAL = "physical", "Physical"
    DOMESTIC = "domestic", "Domestic"
    SEXUAL = "sexual", "Sexual"
    PSYCHOLOGICAL = "psychological", "Psychological"
    FINANCIAL = "financial", "Financial"
    MODERN_SLAVERY = "modern_slavery", "Modern slavery"
    DISCRIMINATORY = "discriminatory", "Discriminatory"
    ORGANISATIONAL = "organisational", "Organisational"
    NEGLECT = "neglect", "Neglect"
    SELF_NEGLECT = "self_neglect", "Self-neglect"


class RiskAfterEnquiry(Term):
    """What became of the risk when a safeguarding enquiry ended."""

    REMAINED = "remained", "Risk remained"
    REDUCED = "reduced", "Risk reduced"
    REMOVED = "removed", "Risk removed"


class OutcomesMet(Term):
    """How far what the adult wanted from a safeguarding enquiry came about."""

    FULLY = "fully", "Fully met"
    PARTLY = "partly", "Partly met"
    NOT_MET = "not_met", "Not met"
    NOT_EXPRESSED = "not_expressed", "None expressed"

"""Terms of finding who may need help: where a suggestion comes from and what becomes of it."""

from typing import Final

from oneplace.vocabulary.terms.term import Term, Transitions


class CaseFindingSource(Term):
    """Why a person was suggested for the huddle."""

    RISK_LIST = "risk_list", "Risk list"
    FRAILTY_LIST = "frailty_list", "Frailty list"
    RECENT_DISCHARGE = "recent_discharge", "Recently home from hospital"
    FREQUENT_CONTACT = "frequent_contact", "Often calls 999, 111, the hospital or the GP"
    PROFESSIONAL_WORRY = "professional_worry", "A professional is worried"
    HOME_FIRST = "home_first", "Known to the crisis and discharge service"
    FALL = "fall", "A fall"
    CARE_HOME = "care_home", "Lives in a care home"
    CARER_STRAIN = "carer_strain", "A carer under strain"
    SELF = "self", "Asked for themselves"


class SuggestionState(Term):
    """Where a suggested person stands before the huddle."""

    SUGGESTED = "suggested", "Suggested"
    GP_SCREENED = "gp_screened", "Looked at by the GP"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    INFORMED = "informed", "Told"
    LISTED = "listed", "On the list"


SUGGESTION: Final = Transitions(
    start=SuggestionState.SUGGESTED,
    allowed={
        SuggestionState.SUGGESTED: (SuggestionState.GP_SCREENED,),
        SuggestionState.GP_SCREENED: (SuggestionState.ACCEPTED, SuggestionState.DECLINED),
        SuggestionState.ACCEPTED: (SuggestionState.INFORMED, SuggestionState.DECLINED),
        # A person who is told may object: the suggestion ends there.
        SuggestionState.INFORMED: (SuggestionState.LISTED, SuggestionState.DECLINED),
    },
    with_reason=frozenset({SuggestionState.DECLINED}),
)


class SuggestionDeclined(Term):
    """Why a suggested person does not go on the huddle's list."""

    ALREADY_SUPPORTED = (
        "already_supported",
        "Already has what the huddle could offer",
        "Already has what the {huddle} could offer",
    )
    NOT_AT_RISK = "not_at_risk", "Not at risk now"
    WRONG_PERSON = "wrong_person", "The information is about somebody else"
    OBJECTED = "objected", "The person objects"
    MOVED_AWAY = "moved_away", "Moved away"
    DIED = "died", "Died"
    IN_HOSPITAL = "in_hospital", "In hospital for now"
    OTHER = "other", "Another reason"


class FrailtyBand(Term):
    """Band of the electronic frailty index: fit to 0.12, mild to 0.24, moderate to 0.36, severe."""

    FIT = "fit", "Fit"
    MILD = "mild", "Mild frailty"
    MODERATE = "moderate", "Moderate frailty"
    SEVERE = "severe", "Severe frailty"


class TippingPoint(Term):
    """What together with frailty makes a person a case for the huddle."""

    TIPPING_POINT = "tipping_point", "A turn for the worse"
    SELF_NEGLECT = "self_neglect", "Self-neglect"
    CARER_CRISIS = "carer_crisis", "Carer in crisis"
    COMPLEX_END_OF_LIFE = "complex_end_of_life", "Complex needs at the end of life"
    HIGH_SERVICE_USE = "high_service_use", "Using many services"
    RECENT_ADMISSION = "recent_admission", "Recently in hospital"

"""Terms of crisis, discharge and reablement: streams, pathways, delays and what follows."""

from typing import Final

from oneplace.vocabulary.terms.term import Term, Transitions


class LifeStream(Term):
    """Which part of the crisis, discharge and reablement service a referral belongs to."""

    RAPID_RESPONSE = "rapid_response", "Rapid response"
    DISCHARGE = "discharge", "Home from hospital"
    REABLEMENT = "reablement", "Reablement"
    REHAB = "rehab", "Rehabilitation"


class RapidResponseReason(Term):
    """What crisis at home the two-hour response is for."""

    FALL = "fall", "Fall without serious injury"
    FRAILTY = "frailty", "Frailty getting worse"
    REDUCED_FUNCTION = "reduced_function", "Can do less than before"
    PALLIATIVE_CRISIS = "palliative_crisis", "Crisis at the end of life"
    URGENT_EQUIPMENT = "urgent_equipment", "Urgent equipment"
    CONFUSION = "confusion", "Confusion or delirium"
    CATHETER = "catheter", "Urgent catheter care"
    DIABETES = "diabetes", "Diabetes"
    CARER_BREAKDOWN = "carer_breakdown", "A carer cannot go on"


class Disposition(Term):
    """Where a person was after the rapid response visit."""

    STAY_HOME = "stay_home", "Stays at home"
    REABLEMENT = "reablement", "Stays at home with reablement"
    HOSPITAL = "hospital", "To hospital"
    OTHER = "other", "Somewhere else"


class AvoidedAdmissionOpinion(Term):
    """A clinician's opinion whether a hospital admission was avoided; never a counted saving."""

    SURE = "sure", "Sure it was avoided"
    LIKELY = "likely", "Likely avoided"
    UNSURE = "unsure", "Cannot say"
    NOT_AVOIDED = "not_avoided", "Would not have been admitted"


class Sequel(Term):
    """What follows a short-term service."""

    INDEPENDENT = "independent", "Independent"
    COMMUNITY_HELP = "community_help", "Help from the community"
    LONG_TERM_HOME_CARE = "long_term_home_care", "Long-term home care"
    CARE_HOME = "care_home", "Care home"
    HOSPITAL = "hospital", "Hospital"
    DECLINED = "declined", "Declined"
    DIED = "died", "Died"
    OTHER = "other", "Something else"


class Pathway(Term):
    """The discharge route: what support a person leaves hospital with, not where they go."""

    P0 = "P0", "Pathway 0: home, no new help"
    P1 = "P1", "Pathway 1: home with help"
    P2 = "P2", "Pathway 2: a short-term bed"
    P3 = "P3", "Pathway 3: 24-hour care"


class BlockerType(Term):
    """What a person who is ready to leave hospital is waiting for."""

    ASSESSMENT = "assessment", "An assessment"
    FUNDING = "funding", "A funding decision"
    NON_ACUTE_NHS_CARE = "non_acute_nhs_care", "NHS care outside the acute hospital"
    CARE_HOME_PLACE = "care_home_place", "A care home place"
    HOME_PACKAGE = "home_package", "A package of care at home"
    EQUIPMENT = "equipment", "Equipment"
    MEDICINES = "medicines", "Medicines"
    TRANSPORT = "transport", "Transport"
    HOUSING = "housing", "Housing"
    CHOICE = "choice", "The person's or family's choice"
    DISPUTE = "dispute", "A dispute"
    CAPACITY = "capacity", "A capacity or best interests decision"


class DeclaredCapacity(Term):
    """What a provider answers when asked to take somebody on."""

    ASKED = "asked", "Asked"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    STARTED = "started", "First visit made"


PROVIDER_ANSWER: Final = Transitions(
    start=DeclaredCapacity.ASKED,
    allowed={
        DeclaredCapacity.ASKED: (DeclaredCapacity.ACCEPTED, DeclaredCapacity.DECLINED),
        # A provider may find it cannot start after all; the desk must hear why.
        DeclaredCapacity.ACCEPTED: (DeclaredCapacity.STARTED, DeclaredCapacity.DECLINED),
    },
    with_reason=frozenset({DeclaredCapacity.DECLINED}),
)


class CriteriaToReside(Term):
    """Whether a person in hospital still needs an acute bed today."""

    MET = "met", "Needs an acute bed"
    NOT_MET = "not_met", "Ready to leave"
    NOT_RECORDED = "not_recorded", "Not recorded today"


class StatusAt91Days(Term):
    """Where a person was 91 days after leaving hospital into reablement."""

    AT_HOME = "at_home", "At home"
    CARE_HOME = "care_home", "In a care home"
    HOSPITAL = "hospital", "In hospital"
    DIED = "died", "Died"
    UNKNOWN = "unknown", "Not known"


class WeeklyDecision(Term):
    """What a weekly reablement review decided."""

    CONTINUE = "continue", "Go on"
    CHANGE = "change", "Go on, changed"
    END = "end", "End"

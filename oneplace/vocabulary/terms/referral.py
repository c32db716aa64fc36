"""Terms of asking a service for help, and of what becomes of the asking."""

from typing import Final

from oneplace.vocabulary.terms.term import Term, Transitions


class ReferralState(Term):
    """Where a referral to any service stands."""

    RECEIVED = "received", "Received"
    TRIAGE = "triage", "Being looked at"
    ACCEPTED = "accepted", "Accepted"
    REDIRECTED = "redirected", "Sent on to a better place"
    REJECTED = "rejected", "Not accepted"
    WITHDRAWN = "withdrawn", "Taken back"
    ENDED = "ended", "Ended"


REFERRAL: Final = Transitions(
    start=ReferralState.RECEIVED,
    allowed={
        ReferralState.RECEIVED: (ReferralState.TRIAGE, ReferralState.WITHDRAWN),
        ReferralState.TRIAGE: (
            ReferralState.ACCEPTED,
            ReferralState.REDIRECTED,
            ReferralState.REJECTED,
            ReferralState.WITHDRAWN,
        ),
        ReferralState.ACCEPTED: (ReferralState.ENDED, ReferralState.WITHDRAWN),
    },
    # Every rejection has a reason; so has sending somebody elsewhere.
    with_reason=frozenset(
        {ReferralState.REDIRECTED, ReferralState.REJECTED, ReferralState.WITHDRAWN}
    ),
)


class ReferralRejected(Term):
    """Why a service did not take a referral."""

    OUTSIDE_AREA = "outside_area", "Lives outside our area"
    NOT_OUR_SERVICE = "not_our_service", "Needs something we do not offer"
    NO_CAPACITY = "no_capacity", "No capacity"
    UNSAFE_AT_HOME = "unsafe_at_home", "Not safe to be cared for at home"
    NEEDS_HOSPITAL = "needs_hospital", "Needs hospital"
    NOT_ENOUGH_INFORMATION = "not_enough_information", "Not enough information"
    PERSON_DECLINED = "person_declined", "The person declined"
    ALREADY_SUPPORTED = "already_supported", "Already supported by another service"
    DUPLICATE = "duplicate", "Already referred"
    DIED = "died", "Died"


class ReferralSource(Term):
    """Who asked."""

    GP = "gp", "GP practice"
    HOSPITAL_WARD = "hospital_ward", "Hospital ward"
    EMERGENCY_DEPARTMENT = "emergency_department", "Emergency department"
    AMBULANCE = "ambulance", "Ambulance service"
    NHS_111 = "nhs_111", "NHS 111"
    COMMUNITY_NURSING = "community_nursing", "Community nursing"
    SOCIAL_CARE = "social_care", "Adult social care"
    MENTAL_HEALTH = "mental_health", "Mental health service"
    CARE_HOME = "care_home", "Care home"
    PHARMACY = "pharmacy", "Pharmacy"
    HUDDLE = "huddle", "Huddle", "{Huddle}"
    VOLUNTARY = "voluntary", "Voluntary organisation"
    SELF = "self", "The person"
    CARER = "carer", "Carer, family or friend"
    POINT_OF_ACCESS = "point_of_access", "Point of access"


class Urgency(Term):
    """How soon a referral needs an answer at the door."""

    TWO_HOURS = "two_hours", "Within two hours"
    SAME_DAY = "same_day", "Today"
    TWO_DAYS = "two_days", "Within two days"
    ROUTINE = "routine", "Routine"


class ConnectionState(Term):
    """Where a social prescribing link between a person and community support stands."""

    OFFERED = "offered", "Offered"
    DECLINED = "declined", "Declined"
    ACCEPTED = "accepted", "Accepted"
    ALLOCATED = "allocated", "Allocated"
    FIRST_CONTACT = "first_contact", "First contact made"
    CONNECTED = "connected", "Connected"
    ATTENDED = "attended", "Attended"
    ENDED = "ended", "Ended"
    SENT_BACK = "sent_back", "Sent back"


CONNECTION: Final = Transitions(
    start=ConnectionState.OFFERED,
    allowed={
        ConnectionState.OFFERED: (ConnectionState.DECLINED, ConnectionState.ACCEPTED),
        ConnectionState.ACCEPTED: (ConnectionState.ALLOCATED, ConnectionState.SENT_BACK),
        ConnectionState.ALLOCATED: (ConnectionState.FIRST_CONTACT, ConnectionState.SENT_BACK),
        ConnectionState.FIRST_CONTACT: (
            ConnectionState.CONNECTED,
            ConnectionState.ENDED,
            ConnectionState.SENT_BACK,
        ),
        ConnectionState.CONNECTED: (ConnectionState.ATTENDED, ConnectionState.ENDED),
        ConnectionState.ATTENDED: (ConnectionState.ATTENDED, ConnectionState.ENDED),
        # What is sent back can be offered again, elsewhere.
        ConnectionState.SENT_BACK: (ConnectionState.OFFERED, ConnectionState.ENDED),
    },
    with_reason=frozenset({ConnectionState.ENDED, ConnectionState.SENT_BACK}),
)


class ConnectionOutcome(Term):
    """What came of being connected."""

    TOOK_PART = "took_part", "Took part"
    STILL_GOING = "still_going", "Still going, no longer needs us"
    TRIED_IT = "tried_it", "Tried it, not for them"
    NEVER_STARTED = "never_started", "Never started"
    NOT_WELL_ENOUGH = "not_well_enough", "Not well enough"
    MOVED_AWAY = "moved_away", "Moved away"
    DIED = "died", "Died"


class ConnectionSentBack(Term):
    """Why a voluntary organisation sent a person back."""

    FULL = "full", "Full"
    NOT_SUITABLE = "not_suitable", "Not suitable here"
    COULD_NOT_REACH = "could_not_reach", "Could not reach the person"
    NEEDS_MORE_HELP = "needs_more_help", "Needs more help than we give"
    OUTSIDE_AREA = "outside_area", "Outside our area"


class NeedKind(Term):
    """What a person wants help with when they are connected to community support."""

    LONELINESS = "loneliness", "Loneliness"
    MONEY = "money", "Money and benefits"
    HOUSING = "housing", "Housing"
    BEREAVEMENT = "bereavement", "Bereavement"
    CARING = "caring", "Caring for someone"
    KEEPING_ACTIVE = "keeping_active", "Keeping active"
    LOW_MOOD = "low_mood", "Low mood or worry"
    TRANSPORT = "transport", "Getting about"
    FOOD = "food", "Food and meals"
    GETTING_ONLINE = "getting_online", "Getting online"
    HOME_AND_GARDEN = "home_and_garden", "Home and garden"
    LEARNING_AND_WORK = "learning_and_work", "Learning and work"


class DirectoryCheck(Term):
    """How far an entry of the directory of services has been checked."""

    CHECKED = "checked", "Checked"
    DUE_FOR_CHECK = "due_for_check", "Due to be checked"
    STALE = "stale", "Not checked for too long"
    NEVER_CHECKED = "never_checked", "Never checked"

"""Tables of adult social care: the council's events, clients and safeguarding concerns."""

from oneplace.borough.tables.table import table_of

COUNCIL = (
    table_of(
        "council_requests",
        "Requests for support (client-level data wording).",
        """
        request index itself
        person index who
        client_type code Service user | Unpaid carer
        started_on day received
        ended_on day derived end
        route code community | hospital | self_funder | transition | safeguarding
        outcome code client-level data Event_Outcome
        hospital_stay index? stay it came from
        primary_support_reason code client-level data Primary_Support_Reason
        """,
    ),
    table_of(
        "council_assessments",
        "Assessments.",
        """
        assessment index itself
        request index? request
        person index who
        client_type code Service user | Unpaid carer
        started_on day began
        ended_on day? complete
        assessment_type code Short term assessment | Long term assessment | Financial assessment
        has_eligible_needs truth Care Act eligible
        method code face_to_face | telephone | video
        outcome code? client-level data Event_Outcome
        staff index social worker
        primary_support_reason code as above
        """,
    ),
    table_of(
        "council_services",
        "Services: reablement, home care, care homes, equipment, direct payments, carers' support.",
        """
        service_event index itself
        person index who
        client_type code Service user | Unpaid carer
        started_on day began
        ended_on day? ended
        service_type code client-level data Service_Type
        component code client-level data Service_Component
        delivery code client-level data Delivery_Mechanism
        funding code client-level data Client_Funding_Status
        provider index? organisation
        hours_per_week real planned hours; 0 for non-hourly
        unit_price_pence count invented price per unit
        price_unit code per_week | per_hour | one_off
        outcome code? client-level data Event_Outcome at its end
        primary_support_reason code as above
        life_episode index? LIFE episode it belongs to
        """,
    ),
    table_of(
        "council_reviews",
        "Reviews.",
        """
        review index itself
        person index who
        client_type code Service user | Unpaid carer
        started_on day began
        ended_on day done
        reason code Planned | Unplanned: hospital | Unplanned: safeguarding | Unplanned: carer
        | Unplanned: other | Review of short term support
        outcomes_achieved code fully | partly | not_met
        method code face_to_face | telephone
        outcome code client-level data Event_Outcome
        staff index social worker
        """,
    ),
    table_of(
        "council_clients",
        "What the council holds about each person it knows (one row per person).",
        """
        person index who
        known_since_on day first contact
        accommodation_status code client-level data Accommodation_Status
        employment_status code client-level data Employment_Status
        has_unpaid_carer truth yes
        visual_impairment truth yes
        hearing_impairment truth yes
        dementia truth yes
        autism truth yes
        """,
    ),
    table_of(
        "safeguarding_concerns",
        "Safeguarding concerns and enquiries.",
        """
        concern index itself
        person index adult at risk
        raised_at when raised
        source code health | care_home | family | police | council | self | housing | voluntary
        kind code neglect | self_neglect | physical | financial | psychological | domestic
        | sexual | organisational | discriminatory
        location code own_home | care_home | hospital | community | other
        meets_three_tests truth section 42 enquiry made
        wanted_outcomes code asked_and_expressed | asked_none | not_asked
        decided_on day? decision
        enquiry_ended_on day? ended
        risk_after code? removed | reduced | remained
        outcomes_met code? fully | partly | not_met | not_expressed
        """,
    ),
)

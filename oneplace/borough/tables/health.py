"""Tables of health: what people have, take and measure, and the care the NHS gave."""

from oneplace.borough.tables.table import table_of

HEALTH = (
    table_of(
        "conditions",
        "Long-term conditions and lasting findings, with onsets over decades.",
        """
        person index who
        concept index concept of kind condition or finding
        onset_on day true onset
        recorded_on day when a source first wrote it down
        source code gp | hospital | mental_health | community
        resolved_on day? over
        """,
    ),
    table_of(
        "frailty",
        "Frailty of everybody 65 and over, each quarter of the window.",
        """
        person index who
        on day quarter's first day
        deficits small deficits present of 36
        index real deficits / 36
        category code fit | mild | moderate | severe (electronic frailty index bands)
        clinical_frailty_scale small? 1 ... 9 as judged by a clinician, where someone judged
        """,
    ),
    table_of(
        "observations",
        "Measurements.",
        """
        person index who
        concept index of kind observation
        at when taken
        value real value (systolic for blood pressure)
        second_value real? diastolic for blood pressure
        source code gp | hospital | community | life
        """,
    ),
    table_of(
        "medicines",
        "Medicines prescribed by the practice.",
        """
        person index who
        concept index of kind medicine
        started_on day first issue
        stopped_on day? last
        dose text words
        is_repeat truth repeat prescription
        reason index? concept treated
        """,
    ),
    table_of(
        "allergies",
        "Allergies and intolerances.",
        """
        person index who
        concept index of kind allergen
        recorded_on day when
        reaction code rash | swelling | anaphylaxis | nausea | wheeze
        severity code mild | moderate | severe
        """,
    ),
    table_of(
        "immunisations",
        "Vaccines given.",
        """
        person index who
        concept index of kind vaccine
        given_on day when
        practice index by
        """,
    ),
    table_of(
        "falls",
        "Falls, told of or not.",
        """
        fall index itself
        person index who
        at when when
        place code home | garden | street | care_home
        harm code none | minor | fracture | head
        response code not_reported | gp | rapid_response | ambulance_not_conveyed | ed
        """,
    ),
    table_of(
        "gp_contacts",
        "Contacts with the practice.",
        """
        person index who
        practice index where
        staff index? with whom
        at when when
        mode code surgery | telephone | home_visit | online | did_not_attend
        role code gp | practice_nurse | pharmacist | receptionist
        reason index concept of kind contact_reason
        minutes small length
        """,
    ),
    table_of(
        "gp_entries",
        "Other coded entries in the GP record (frailty, carer, housebound, plan, told of sharing).",
        """
        person index who
        practice index where
        concept index of kind administrative or finding
        at when when
        """,
    ),
    table_of(
        "ed_attendances",
        "Urgent attendances (emergency department type).",
        """
        attendance index itself
        person index who
        arrived_at when arrival
        left_at when departure from the department
        arrival code ambulance | walk_in | police | care_home_transport
        complaint index concept of kind contact_reason
        disposal code admitted | home | home_gp_follow_up | left_before_seen | transferred
        | died | life
        stay index? hospital stay it became; admitted without one is same-day emergency care
        is_out_of_borough truth another borough's hospital
        """,
    ),
    table_of(
        "hospital_stays",
        "Hospital spells.",
        """
        stay index itself
        person index who
        admitted_at when admission
        discharged_at when? left hospital
        method code NHS admission method (11 12 13 21 22 24 31 32 82 ...)
        source_of_admission code NHS source of admission (19 85 51 79 ...)
        specialty code treatment function code (300 general, 430 elderly, 110 orthopaedics ...)
        diagnosis index concept (its icd10 is the primary diagnosis)
        is_emergency truth method begins with 2
        is_out_of_borough truth another borough's hospital
        is_fall truth a fall brought them
        ambulatory_sensitive truth might have been treated outside hospital
        clinical_frailty_scale small? judged at admission, 65+
        expected_on day? first expected discharge date (within two days of emergency admission)
        ready_at when? criteria to reside ended: the discharge-ready moment
        proposed_pathway code? P0 | P1 | P2 | P3
        pathway code? actual
        discharge_method code? NHS discharge method (1 4 6 7)
        discharge_destination code? NHS discharge destination (19 29 51 54 79 85 88)
        consultant index? staff
        delay_days small whole days from ready to left (or to the end of the lives); 0 none
        """,
    ),
    table_of(
        "expected_dates",
        "Each change of a stay's expected discharge date.",
        """
        stay index stay
        person index who
        at when set
        expected_on day date set
        """,
    ),
    table_of(
        "residence_reviews",
        "Daily criteria-to-reside status of emergency stays of a night or more.",
        """
        stay index stay
        person index who
        at when review
        is_met truth an acute bed is still needed
        reason code reason key (our own short list) or none
        """,
    ),
    table_of(
        "ward_moves",
        "Where in the hospital, first place included.",
        """
        stay index stay
        person index who
        ward code ward key
        bay small bay
        bed small bed
        from_at when from
        to_at when? until
        """,
    ),
    table_of(
        "stay_blockers",
        "What kept a ready person in hospital; several at once.",
        """
        blocker index itself
        stay index stay
        person index who
        kind code assessment | funding | non_acute_nhs_care | care_home_place | home_package
        | equipment | medicines | transport | housing | choice | dispute | capacity
        organisation index responsible
        opened_at when opened (not before ready)
        closed_at when? closed (not after leaving)
        note text a few words
        """,
    ),
    table_of(
        "community_referrals",
        "Referrals to community nursing and therapy.",
        """
        community_referral index itself
        person index who
        at when received
        source code gp | hospital | self | council | care_home | life
        service code district_nursing | community_matron | therapy | falls | podiatry | continence
        reason index concept
        ended_at when? closed
        """,
    ),
    table_of(
        "community_contacts",
        "Community nursing and therapy contacts.",
        """
        community_referral index referral
        person index who
        staff index who came
        at when start
        minutes small length
        mode code home | clinic | telephone
        outcome code seen | no_answer | cancelled
        activity code wound | injection | catheter | medicines | assessment | therapy | bloods
        | end_of_life
        """,
    ),
    table_of(
        "mental_health_referrals",
        "Referrals to the mental health trust.",
        """
        mental_health_referral index itself
        person index who
        at when received
        source code gp | ed | self | council | ward | police
        team_kind code memory | community | older_adults | crisis | talking_therapies | liaison
        reason index concept
        accepted truth accepted
        ended_at when? closed
        """,
    ),
    table_of(
        "mental_health_contacts",
        "Contacts with the mental health trust.",
        """
        mental_health_referral index referral
        person index who
        staff index with whom
        at when start
        minutes small length
        mode code face_to_face | telephone | video
        attended truth came
        """,
    ),
)

"""Tables of the alliance's own work: PICs, voluntary services, LIFE, medicines, huddles, plans."""

from oneplace.borough.tables.table import table_of

ALLIANCE = (
    table_of(
        "pic_cases",
        "Personal independence coordinators' cases.",
        """
        pic_case index itself
        person index who
        staff index coordinator
        referred_at when received by the charity
        source code huddle | gp | hospital | life | council | self
        first_contact_at when? first attempt that reached them
        first_visit_at when? home visit
        plan_agreed_at when? plan agreed
        closed_at when? closed
        outcome code? completed | declined | unsuitable | moved | died | disengaged
        benefits_gained_pounds count? pounds a year gained through benefits advice
        """,
    ),
    table_of(
        "goals",
        "Goals of My Life plans, in the person's words.",
        """
        goal index itself
        pic_case index case
        person index who
        set_at when agreed
        words text the person's own words
        category code home_and_garden | money | people_and_belonging | moving_and_falls
        | health_and_medicines | housing | caring | confidence_and_mood | getting_about
        | online | bereavement | safety
        i_statement code I1 | I2 | I3 | I4 | I5
        first_step text first step
        result code? achieved | partly | not
        own_rating small? 0 ... 10 at exit
        reviewed_at when? when the result was noted
        """,
    ),
    table_of(
        "wellbeing_scores",
        "Wellbeing answers: totals only, no questionnaire wording.",
        """
        person index who
        pic_case index? case
        at when when
        moment code baseline | exit | survey (of residents, without a case)
        life_satisfaction small? ONS4, 0 ... 10
        worthwhile small? ONS4
        happiness small? ONS4
        anxiety small? ONS4 (high is worse)
        swemwbs_raw small? raw total 7 ... 35; convert before use
        completed_by code self | assisted | proxy
        """,
    ),
    table_of(
        "social_prescribing_referrals",
        "Link workers' referrals.",
        """
        referral index itself
        person index who
        practice index from
        staff index? link worker
        source code gp | huddle | pic | self | hospital
        need code vocabulary NeedKind: loneliness | money | keeping_active ...
        at when offered
        accepted_at when? accepted
        first_contact_at when? first contact
        service index? voluntary service connected to
        connected_at when? connected
        ended_at when? ended
        outcome code declined | sent_back | connected | helped | not_helped | open
        """,
    ),
    table_of(
        "social_prescribing_attendances",
        "Places taken at activities.",
        """
        referral index? referral
        person index who
        service index voluntary service
        on day when
        attended truth came
        """,
    ),
    table_of(
        "voluntary_contacts",
        "The charity's own contacts with people (calls, visits), for its CRM.",
        """
        person index who
        service index? voluntary service
        staff index? who
        at when when
        kind code call | visit | group
        note text a few words
        """,
    ),
    table_of(
        "life_episodes",
        "LIFE: one row per referral, taken or not.",
        """
        life_episode index itself
        person index who
        stream code rapid_response | discharge | reablement | rehab
        source code vocabulary ReferralSource: hospital_ward | gp | nhs_111 | ambulance | self
        | carer | care_home | social_care | emergency_department
        reason code vocabulary RapidResponseReason; discharge streams: reduced_function
        referred_at when received
        decision code accepted | redirected | rejected
        decision_reason code none, or vocabulary ReferralRejected
        decided_at when decided
        stay index? hospital stay it follows
        left_hospital_at when? left hospital
        first_visit_at when? first visit face to face
        coordinator index staff
        provider index? organisation giving the hours
        hours_before real hours of care a week before
        hours_at_start real at start
        hours_at_exit real? at exit
        function_at_start small 0 ... 20, our own short scale (high is independent)
        function_at_exit small? same
        ended_at when? ended
        sequel code? independent | community_help | long_term_home_care | care_home | hospital
        | declined | died | other
        disposition code? stay_home | reablement | hospital | other (rapid response)
        admission_avoided code? sure | likely | unsure | not_avoided (an opinion, never a saving)
        day_91_status code? at_home | hospital | care_home | died (discharge stream, when reached)
        """,
    ),
    table_of(
        "life_visits",
        "LIFE visits.",
        """
        life_episode index episode
        person index who
        staff index who came
        at when arrived
        minutes small length
        kind code nurse | therapist | reablement | assessment | review
        outcome code seen | no_answer | cancelled
        """,
    ),
    table_of(
        "pharmacist_reviews",
        "Home medicines reviews by the network pharmacists.",
        """
        pharmacist_review index itself
        person index who
        staff index pharmacist
        requested_at when asked
        source code huddle | gp | hospital | life | care_home
        visited_at when? visited
        medicines_count small medicines found
        adherence code good | some_missed | poor
        closed_at when? followed up
        """,
    ),
    table_of(
        "pharmacist_recommendations",
        "What the pharmacists recommended and what became of it.",
        """
        pharmacist_review index review
        person index who
        medicine index? concept
        kind code stop | reduce | start | change | monitor | compliance_aid
        sent_at when sent
        reply code? accepted | modified | rejected
        replied_at when? reply
        harm_before code none | low | moderate | severe
        """,
    ),
    table_of(
        "huddle_meetings",
        "Weekly huddles of each practice since its network began.",
        """
        meeting index itself
        practice index practice
        starts_at when start
        locked_at when list locked, 24 hours before
        status code held | cancelled | planned
        facilitator index staff
        """,
    ),
    table_of(
        "huddle_cases",
        "People listed for a practice's huddle.",
        """
        huddle_case index itself
        person index who
        practice index practice
        listed_at when listed
        trigger code vocabulary CaseFindingSource: recent_discharge | frequent_contact | fall
        | professional_worry | risk_list | home_first ...
        lead index staff
        told_at when? the person was told
        status code listed | active | review_due | stepped_down | closed (at now)
        closed_at when? closed or stepped down
        close_reason code? goals_met | moved_to_another_service | declined | moved_away | died
        | objection
        next_review_on day? at now
        """,
    ),
    table_of(
        "huddle_discussions",
        "Discussions.",
        """
        discussion index itself
        huddle_case index case
        meeting index meeting
        person index who
        at when when
        kind code vocabulary AgendaSection: new_cases | due_reviews | in_and_out_of_hospital ...
        minutes small length
        """,
    ),
    table_of(
        "huddle_actions",
        "Actions from discussions.",
        """
        action index itself
        discussion index discussion
        huddle_case index case
        person index who
        kind code medicines_review | home_visit | social_care_referral | pic_referral | bloods
        | falls_assessment | equipment | carer_assessment | benefits | call_family
        | memory_referral | care_plan
        owner index staff
        asked_at when asked
        due_on day due
        accepted_at when? accepted
        done_at when? done
        cancelled_at when? cancelled
        is_late truth done after due, or still open past due at now
        """,
    ),
    table_of(
        "care_plans",
        "Plans held (personalised care and support plan; advance wishes live elsewhere).",
        """
        person index who
        agreed_at when agreed
        kind code care_plan | my_life_plan | care_home_plan
        owner index? staff
        """,
    ),
)

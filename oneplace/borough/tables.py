"""The one contract between lives and feeds: every table of a life history, column by column.

How to read it:

- A *person* is an index into `people` (0-based, dense, never re-used); `stay`, `practice`, `staff`,
  `organisation`, `address`, ... are indexes into the table of that name in the same way. The feeds
  give each source its own identifiers; an index must never be written to a file.
- `index` is int32. `when` is a moment: timestamp in microseconds, **UTC** (numpy int64 inside).
  Writers turn it into UK local time with `uk_local`. `day` is a UK calendar date (date32).
- `code` is a dictionary-encoded string: one of a small closed list, given in the meaning or in
  the sheet named there. `text` is a dictionary-encoded string from a larger list.
- A column marked `?` may be null; null means "there is none" or "not yet", never "unknown to us".
- The life is the truth: complete, correct, on time. Defects of the *sources* (typos, missing
  numbers, late or repeated messages) are the feed writers' work.
- Lives run on past the pinned now to `Settings.ends_at`, so a demo's clock has a future. What is
  still open at that end has null ends.
- Rows of event tables are sorted by person, then time; those of the people written by hand come
  last.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from oneplace.borough.lives.settings import Settings

_TYPES: Mapping[str, Any] = {
    "index": pa.int32(),
    "count": pa.int32(),
    "small": pa.int16(),
    "real": pa.float32(),
    "pence": pa.int64(),
    "truth": pa.bool_(),
    "when": pa.timestamp("us", tz="UTC"),
    "day": pa.date32(),
    "code": pa.dictionary(pa.int16(), pa.string()),
    "text": pa.dictionary(pa.int32(), pa.string()),
    "word": pa.string(),
}


@dataclass(frozen=True)
class Column:
    """One column: its name, kind (a key of the list above), whether it may be null, meaning."""

    name: str
    kind: str
    meaning: str
    is_nullable: bool = False

    @property
    def type(self) -> Any:
        """The Arrow type."""
        return _TYPES[self.kind]


@dataclass(frozen=True)
class Table:
    """One table of a life history."""

    name: str
    meaning: str
    columns: tuple[Column, ...]

    @cached_property
    def schema(self) -> Any:
        """The Arrow schema, in the order of the columns."""
        return pa.schema(
            [pa.field(column.name, column.type, column.is_nullable) for column in self.columns]
        )

    def column(self, name: str) -> Column:
        """The column of that name; KeyError names table and column."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name} has no column {name}")


def _table(name: str, meaning: str, columns: str) -> Table:
    """Read a table's columns from lines of `name kind meaning`; a `?` after the kind: nullable."""
    read = []
    for line in columns.strip().replace("\n        | ", " | ").splitlines():
        column, kind, words = line.strip().split(None, 2)
        read.append(Column(column, kind.rstrip("?"), words, kind.endswith("?")))
    return Table(name, meaning, tuple(read))


_PLACE = (
    _table(
        "networks",
        "Groups of practices, with the day their huddles and charity work began.",
        """
        network index itself
        key code key in the place file
        name text as people say it
        starts_on day first day of the network's huddles (staggered)
        latitude real centre, degrees
        longitude real centre, degrees
        """,
    ),
    _table(
        "areas",
        "Small areas of about 1,500 people (made up; shaped like statistical areas).",
        """
        area index itself
        code text invented code
        name text invented name
        network index network it lies in
        deprivation_decile small 1 most deprived ... 10 least
        latitude real centre, degrees
        longitude real centre, degrees
        """,
    ),
    _table(
        "postcodes",
        "Postcode-like units: real districts, and a letter no real unit has; nobody lives there.",
        """
        postcode_index index itself
        postcode text with its space
        area index area
        network index network
        latitude real degrees
        longitude real degrees
        """,
    ),
    _table(
        "addresses",
        "Homes (invented streets), care homes and workplaces.",
        """
        address index itself
        kind code house | flat | sheltered | care_home | practice | office | hall
        line_1 text flat or house name; may be empty
        line_2 text number and street
        locality text part of the borough
        town text post town
        postcode_index index unit
        postcode text same as there, for convenience
        area index area
        network index network
        uprn word invented 12-digit property number, never in the real range (starts 9999)
        tenure code owner | council | housing_association | private_rent | care_home | none
        has_key_safe truth there is a key safe by the door
        latitude real degrees
        longitude real degrees
        """,
    ),
    _table(
        "organisations",
        "Everybody who employs or runs something: partners, practices, homes, providers, groups.",
        """
        organisation index itself
        key code key in the place file, or invented
        name text name
        kind code vocabulary OrganisationKind: acute_trust | council | gp_practice | care_home
        | home_care_provider | voluntary_group ...
        ods_code text opaque organisation code, invented unless the place file gives it
        is_partner truth one of the alliance's partners
        address index? where it sits
        phone text drama number
        """,
    ),
    _table(
        "practices",
        "GP practices of this run (a small borough keeps fewer).",
        """
        practice index itself
        organisation index organisation
        code text code in the place file
        name text name
        network index network
        is_show_practice truth the demo's practice with a real-sized list
        huddle_weekday small 0 Monday ... 4 Friday
        huddle_starts_at word local time HH:MM
        address index where it is
        """,
    ),
    _table(
        "care_homes",
        "Care homes.",
        """
        care_home index itself
        organisation index organisation
        name text name
        kind code residential | nursing
        beds small registered beds
        network index network
        practice index practice that rounds there
        address index where it is: the address of its residents
        cqc_location word invented location id
        """,
    ),
    _table(
        "teams",
        "Teams, apart from employers.",
        """
        team index itself
        key code key
        name text name
        kind code vocabulary TeamKind: practice_team | social_care_team | coordinator_team ...
        organisation index organisation that hosts it
        network index? network it serves, if one
        practice index? practice it serves, if one
        """,
    ),
    _table(
        "staff",
        "People at work. Employer, team, line manager and professional lead are separate things.",
        """
        staff index itself
        title code as said
        given_name text given name
        family_name text family name
        role code vocabulary Role, and receptionist | practice_nurse | link_worker
        | reablement_worker | ward_nurse | consultant | broker
        employer index organisation
        team index team
        line_manager index? staff
        professional_lead index? staff
        practice index? practice, if of one
        network index? network, if of one
        care_home index? care home, if of one
        email word @example.org
        phone text drama number
        registration word invented professional number, or empty
        started_on day first day
        left_on day? last day
        works_part_time truth fewer than five days
        """,
    ),
    _table(
        "team_members",
        "Every team each person belongs to, their own first among them (sorted by staff, team).",
        """
        staff index who
        team index team
        """,
    ),
    _table(
        "voluntary_organisations",
        "Local groups and charities (300 listed).",
        """
        voluntary_organisation index itself
        organisation index organisation
        name text name
        description text a sentence
        email word @example.org
        website word example.org address
        """,
    ),
    _table(
        "voluntary_services",
        "What the groups offer: the directory.",
        """
        service index itself
        voluntary_organisation index who
        name text name
        category code garden | befriending | lunch_club | exercise | benefits_advice
        | debt_advice | carers | bereavement | transport | digital | arts | walking
        | housing_help | dementia | faith | food | handyperson | volunteering | men_shed
        | falls_prevention
        description text a sentence
        network index? network served; null all
        address index? where it meets; null at home or by phone
        weekday small? 0 Monday ... 6 Sunday
        starts_at word local HH:MM or empty
        ends_at word local HH:MM or empty
        cost_pence count per session, 0 free
        minimum_age small youngest
        languages word codes, space-separated
        capacity small places
        quality_checked_on day? last quality check
        verified_on day entry last confirmed
        """,
    ),
    _table(
        "concepts",
        "Every coded idea used in a life; codes are our own, in the shape of SNOMED CT extensions.",
        """
        concept index itself
        key code readable key
        code word 18 digits, check digit valid, in a namespace assigned to nobody
        display text words
        kind code condition | finding | observation | medicine | vaccine | allergen
        | contact_reason | procedure | administrative
        deficit code? key of the electronic frailty index deficit it counts towards
        unit code unit of the value, or empty
        icd10 code? ICD-10 category for hospital diagnoses
        """,
    ),
)

_PEOPLE = (
    _table(
        "people",
        "One row per person who ever lives in the borough within the window.",
        """
        person index itself
        nhs_number word ten digits from the 999 test range, valid check digit, unique
        title code Mr | Mrs | Miss | Ms | Mx | Dr
        given_name text first name
        middle_name text? middle name
        family_name text current family name
        preferred_name text what they like to be called (often a short form)
        previous_family_name text? before marriage or divorce
        family_name_changed_on day? when
        gender code female | male | other
        sex code female | male
        born_on day date of birth
        died_at when? moment of death (may lie after now: it arrives as the clock moves)
        ethnicity code NHS ethnic category A ... S, Z
        language code ISO 639-1 of the main language
        needs_interpreter truth yes
        religion code christian | muslim | hindu | buddhist | jewish | sikh | other | none
        | not_stated
        communication_needs code none | large_print | easy_read | hearing_loop | bsl
        | phone_not_letters | letters_not_phone
        marital_status code single | married | civil_partnership | divorced | widowed (at now)
        deprivation_decile small of the home at now
        household index? household at now; null when dead before now
        address index address at now (last address when dead)
        care_home index? care home at now
        practice index practice at now (last practice)
        network index network of the practice
        landline text? drama number
        mobile text? drama number (many people share one: the ranges hold 1,000 each)
        email word @example.org, or empty
        lives_alone truth at now
        is_housebound truth at now
        next_of_kin index? person
        arrived_on day? moved into the borough (within ten years), null: long before
        left_on day? moved out
        twin index? the other twin
        is_scripted truth written by hand (Desmond, his wife, his daughter)
        """,
    ),
    _table(
        "households",
        "Households at now.",
        """
        household index itself
        address index where
        kind code single | couple | family | lone_parent | shared | three_generations | care_home
        size small people
        """,
    ),
    _table(
        "address_history",
        "Where each person lived and when. The last row of the living has a null end.",
        """
        person index who
        address index where
        from_on day first day
        to_on day? day they left
        reason code born | move | care_home
        """,
    ),
    _table(
        "registrations",
        "Practice registrations.",
        """
        person index who
        practice index where
        from_on day first day
        to_on day? last day
        end_reason code? moved_away | changed_practice | died
        """,
    ),
    _table(
        "relationships",
        "Who is who to whom, among residents; `other` is the `kind` of `person`.",
        """
        person index who
        other index whose
        kind code spouse | parent | child | sibling | twin | neighbour
        is_next_of_kin truth other is person's next of kin
        lives_with truth same address at now
        """,
    ),
    _table(
        "carers",
        "Unpaid carers.",
        """
        carer index person who cares
        cared_for index person cared for
        hours_per_week small hours
        tasks code personal_care | household | company | medicines | money | everything
        strain small 0 none ... 10 at breaking point
        from_on day began
        to_on day? ended
        is_known_to_practice truth coded as a carer by the practice
        is_known_to_council truth council knows the link
        """,
    ),
    _table(
        "sharing_choices",
        "What people were told and chose about sharing.",
        """
        person index who
        at when when
        kind code told | objects_to_huddle | objects_to_charity | research_opt_out
        | objects_to_all
        organisation index who took it down
        """,
    ),
    _table(
        "deaths",
        "Deaths.",
        """
        person index who
        died_at when moment
        registered_on day registered
        cause code cancer | heart | stroke | respiratory | dementia | infection | accident | other
        place code hospital | home | care_home | hospice
        stay index? hospital stay it ended
        """,
    ),
    _table(
        "bereavements",
        "Who lost whom.",
        """
        person index who
        lost index the person who died
        kind code spouse | parent | child | sibling
        on day date of death
        """,
    ),
)

_HEALTH = (
    _table(
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
    _table(
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
    _table(
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
    _table(
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
    _table(
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
    _table(
        "immunisations",
        "Vaccines given.",
        """
        person index who
        concept index of kind vaccine
        given_on day when
        practice index by
        """,
    ),
    _table(
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
    _table(
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
    _table(
        "gp_entries",
        "Other coded entries in the GP record (frailty, carer, housebound, plan, told of sharing).",
        """
        person index who
        practice index where
        concept index of kind administrative or finding
        at when when
        """,
    ),
    _table(
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
    _table(
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
    _table(
        "expected_dates",
        "Each change of a stay's expected discharge date.",
        """
        stay index stay
        person index who
        at when set
        expected_on day date set
        """,
    ),
    _table(
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
    _table(
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
    _table(
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
    _table(
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
    _table(
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
    _table(
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
    _table(
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

_COUNCIL = (
    _table(
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
    _table(
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
    _table(
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
    _table(
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
    _table(
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
    _table(
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

_ALLIANCE = (
    _table(
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
    _table(
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
    _table(
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
    _table(
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
    _table(
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
    _table(
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
    _table(
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
    _table(
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
    _table(
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
    _table(
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
    _table(
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
    _table(
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
    _table(
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
    _table(
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
    _table(
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

_MONEY_AND_TRUTH = (
    _table(
        "unit_prices",
        "Our own round, invented prices. They are not any published unit cost.",
        """
        kind code kind of activity
        payer code organisation kind that pays
        unit code contact | day | hour | episode | item | week
        price_pence pence invented price
        """,
    ),
    _table(
        "costs",
        "Cost of each person's care per month and kind, from `unit_prices`.",
        """
        person index who
        month day first of the month
        kind code as in unit_prices
        units real units
        cost_pence pence cost
        """,
    ),
    _table(
        "truth_effects",
        "Truth: what the scenario planted.",
        """
        effect code life | huddle
        outcome code emergency_stay
        rate_ratio real 1 means no effect
        from_days small effect begins this many days after the start
        until_days small effect ends
        note text how
        """,
    ),
    _table(
        "truth_prevented",
        "Truth: emergency stays that would have happened without the planted effects.",
        """
        person index who
        admitted_at when would-be admission
        effect code life | huddle
        """,
    ),
    _table(
        "truth_exposure",
        "Truth: who was exposed to what, from when, with the expected rate had they not been.",
        """
        person index who
        effect code life | huddle
        from_at when exposure began
        until_at when exposure ended (death, close or the effect's end)
        stays_without small emergency stays in it had there been no effect
        stays_with small emergency stays in it as lived
        """,
    ),
    _table(
        "truth_risk",
        "Truth: each adult's underlying yearly rate of emergency stays at the window's start.",
        """
        person index who
        yearly_rate real steady part of the rate, before season and bad patches
        """,
    ),
)

TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (*_PLACE, *_PEOPLE, *_HEALTH, *_COUNCIL, *_ALLIANCE, *_MONEY_AND_TRUTH)
}


@dataclass(frozen=True)
class Lives:
    """A whole life history of a borough: settings, and one Arrow table per entry of `TABLES`."""

    settings: Settings
    tables: Mapping[str, Any] = field(repr=False)
    scripted: Mapping[str, int] = field(default_factory=dict)
    """Persons written by hand, by key: `desmond`, `joyce`, ... -> person index."""

    def __getitem__(self, name: str) -> Any:
        """The Arrow table of that name."""
        return self.tables[name]

    def numpy(self, table: str, column: str) -> Any:
        """A column as numpy: int64 microseconds for `when`, int32 days for `day`, decoded strings.

        Nulls become -1 in index, count and small columns, the lowest int64 or int32 in moments and
        dates, NaN in reals and None in words and codes.
        """
        from oneplace.borough.lives.columns import as_numpy

        return as_numpy(self.tables[table].column(column), TABLES[table].column(column).kind)

    def digest(self) -> str:
        """SHA-256 over every table's bytes: equal digests mean equal lives."""
        from oneplace.borough.lives.columns import update_digest

        total = hashlib.sha256()
        for name in TABLES:
            update_digest(total, name, self.tables[name])
        return total.hexdigest()

"""Tables of the place: where everything is, who runs it and works there, every coded idea."""

from oneplace.borough.tables.table import table_of

PLACE = (
    table_of(
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
    table_of(
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
    table_of(
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
    table_of(
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
    table_of(
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
    table_of(
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
    table_of(
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
    table_of(
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
    table_of(
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
    table_of(
        "team_members",
        "Every team each person belongs to, their own first among them (sorted by staff, team).",
        """
        staff index who
        team index team
        """,
    ),
    table_of(
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
    table_of(
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
    table_of(
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

"""Tables of people: who they are, with whom and where they live, their choices, their deaths."""

from oneplace.borough.tables.table import table_of

PEOPLE = (
    table_of(
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
    table_of(
        "households",
        "Households at now.",
        """
        household index itself
        address index where
        kind code single | couple | family | lone_parent | shared | three_generations | care_home
        size small people
        """,
    ),
    table_of(
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
    table_of(
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
    table_of(
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
    table_of(
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
    table_of(
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
    table_of(
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
    table_of(
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

"""Terms of people at work: their roles, their organisations, their teams and how they sign in."""

from oneplace.vocabulary.terms.term import Term


class Role(Term):
    """What somebody is here to do; a person may hold several and wears one hat at a time."""

    NETWORK_FACILITATOR = "network_facilitator", "Network facilitator", "{Network} facilitator"
    GP = "gp", "GP"
    PRACTICE_MANAGER = "practice_manager", "Practice manager"
    COMMUNITY_NURSE = "community_nurse", "Community nurse"
    MENTAL_HEALTH_WORKER = "mental_health_worker", "Mental health worker"
    PIC = "pic", "Personal independence coordinator", "{Coordinator}"
    LIFE_COORDINATOR = "life_coordinator", "LIFE coordinator", "{Home_first} coordinator"
    THERAPIST = "therapist", "Therapist"
    DISCHARGE_NURSE = "discharge_nurse", "Discharge nurse"
    SOCIAL_WORKER = "social_worker", "Social worker"
    PHARMACIST = "pharmacist", "Pharmacist"
    CARE_HOME_MANAGER = "care_home_manager", "Care home manager"
    VOLUNTARY_ORGANISATION = "voluntary_organisation", "Voluntary organisation"
    RECORD_STEWARD = "record_steward", "Record steward"
    IG_OFFICER = "ig_officer", "Information governance officer"
    ANALYST = "analyst", "Analyst"
    FINANCE_LEAD = "finance_lead", "Finance lead"
    PROGRAMME_DIRECTOR = "programme_director", "Programme director"
    BOARD_CHAIR = "board_chair", "Board chair"
    SCRUTINY_MEMBER = "scrutiny_member", "Scrutiny member"
    RESIDENT = "resident", "Resident"


class AccountKind(Term):
    """What kind of account somebody, or something, comes in by."""

    STAFF = "staff", "Member of staff"
    RESIDENT = "resident", "Resident"
    SUPPORTER = "supporter", "Family member or supporter"
    CLIENT_SYSTEM = "client_system", "Another computer system"
    LINK = "link", "Single-purpose link"
    DEVICE = "device", "Shared device"
    BACKGROUND_JOB = "background_job", "Background job"


class OrganisationKind(Term):
    """What kind of organisation this is."""

    COMMISSIONER = "commissioner", "NHS commissioner"
    COUNCIL = "council", "Council"
    ACUTE_TRUST = "acute_trust", "Hospital trust"
    MENTAL_HEALTH_TRUST = "mental_health_trust", "Mental health trust"
    GP_COLLABORATIVE = "gp_collaborative", "GP collaborative"
    CHARITY = "charity", "Charity"
    GP_PRACTICE = "gp_practice", "GP practice"
    COMMUNITY_PROVIDER = "community_provider", "Community health provider"
    REABLEMENT_PROVIDER = "reablement_provider", "Reablement provider"
    HOME_CARE_PROVIDER = "home_care_provider", "Home care provider"
    CARE_HOME = "care_home", "Care home"
    PHARMACY = "pharmacy", "Pharmacy"
    VOLUNTARY_GROUP = "voluntary_group", "Voluntary group"
    HOUSING_PROVIDER = "housing_provider", "Housing provider"
    AMBULANCE_SERVICE = "ambulance_service", "Ambulance service"
    ALLIANCE = "alliance", "Alliance"
    PUBLIC_BODY = "public_body", "Other public body"


class TeamKind(Term):
    """What a team is for."""

    NETWORK_TEAM = "network_team", "Network team", "{Network} team"
    PRACTICE_TEAM = "practice_team", "Practice team"
    HOME_FIRST_TEAM = "home_first_team", "Crisis, discharge and reablement team"
    RAPID_RESPONSE_TEAM = "rapid_response_team", "Rapid response team"
    REABLEMENT_TEAM = "reablement_team", "Reablement team"
    DISCHARGE_TEAM = "discharge_team", "Hospital discharge team"
    COMMUNITY_NURSING_TEAM = "community_nursing_team", "Community nursing team"
    THERAPY_TEAM = "therapy_team", "Therapy team"
    MENTAL_HEALTH_TEAM = "mental_health_team", "Mental health team"
    SOCIAL_CARE_TEAM = "social_care_team", "Adult social care team"
    SAFEGUARDING_TEAM = "safeguarding_team", "Safeguarding adults team"
    COORDINATOR_TEAM = "coordinator_team", "Personal independence team", "{Coordinator_team}"
    LINK_WORKER_TEAM = "link_worker_team", "Social prescribing team"
    PHARMACY_TEAM = "pharmacy_team", "Medicines team"
    CARE_HOME_TEAM = "care_home_team", "Care home support team"
    BROKERAGE_TEAM = "brokerage_team", "Council team that buys care"
    PROGRAMME_TEAM = "programme_team", "Alliance programme team"
    RECORDS_TEAM = "records_team", "Records and information governance team"
    ANALYTICS_TEAM = "analytics_team", "Analytics team"
    FINANCE_TEAM = "finance_team", "Finance team"


class Weekday(Term):
    """A day of the week, Monday first."""

    MONDAY = "monday", "Monday"
    TUESDAY = "tuesday", "Tuesday"
    WEDNESDAY = "wednesday", "Wednesday"
    THURSDAY = "thursday", "Thursday"
    FRIDAY = "friday", "Friday"
    SATURDAY = "saturday", "Saturday"
    SUNDAY = "sunday", "Sunday"

    @property
    def number(self) -> int:
        """Monday 0 to Sunday 6, as `datetime.date.weekday` counts."""
        return list(Weekday).index(self)


class SiteKind(Term):
    """What kind of place a building is."""

    HOSPITAL = "hospital", "Hospital"
    COMMUNITY_BEDS = "community_beds", "Community beds"
    HEALTH_CENTRE = "health_centre", "Health centre"
    COUNCIL_OFFICE = "council_office", "Council office"
    HUB = "hub", "Walk-in hub"
    POINT_OF_ACCESS = "point_of_access", "Point of access"


class WardSpecialty(Term):
    """What a hospital ward mostly does."""

    EMERGENCY_DEPARTMENT = "emergency_department", "Emergency department"
    ACUTE_MEDICINE = "acute_medicine", "Acute medicine"
    FRAILTY = "frailty", "Frailty"
    OLDER_PEOPLE = "older_people", "Care of older people"
    GENERAL_MEDICINE = "general_medicine", "General medicine"
    RESPIRATORY = "respiratory", "Respiratory"
    CARDIOLOGY = "cardiology", "Heart"
    STROKE = "stroke", "Stroke"
    ORTHOPAEDICS = "orthopaedics", "Bones and joints"
    SURGERY = "surgery", "Surgery"
    CRITICAL_CARE = "critical_care", "Critical care"
    REHABILITATION = "rehabilitation", "Rehabilitation"
    MENTAL_HEALTH = "mental_health", "Mental health"


class ServiceCategory(Term):
    """What a service someone can be referred to mostly offers."""

    CRISIS_AT_HOME = "crisis_at_home", "Help in a crisis at home"
    HOME_FROM_HOSPITAL = "home_from_hospital", "Getting home from hospital"
    REABLEMENT = "reablement", "Getting independence back"
    NURSING = "nursing", "Nursing at home"
    THERAPY = "therapy", "Therapy"
    MENTAL_HEALTH = "mental_health", "Mental health"
    MEDICINES = "medicines", "Medicines"
    FALLS = "falls", "Falls"
    SOCIAL_CARE = "social_care", "Adult social care"
    CARERS = "carers", "Carers"
    SAFEGUARDING = "safeguarding", "Keeping safe"
    COORDINATION = "coordination", "Someone to coordinate"
    SOCIAL_PRESCRIBING = "social_prescribing", "Community activity and practical help"
    MONEY_AND_BENEFITS = "money_and_benefits", "Money and benefits"
    HOUSING = "housing", "Housing and home"
    BEFRIENDING = "befriending", "Company and befriending"
    END_OF_LIFE = "end_of_life", "End of life"
    CARE_HOMES = "care_homes", "Care homes"

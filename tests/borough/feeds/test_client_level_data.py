"""Client Level Data: 48 fields, national values, mandatory where they must be."""

import pytest

from oneplace.borough.feeds.council import FIELDS

from .conftest import Borough

OUTCOMES = {
    "Progress to reablement/ST-Max", "Progress to assessment, review or reassessment",
    "Progress to support planning or services", "Continuation of support or services",
    "Admitted to hospital", "NFA: Deceased", "NFA: Information and advice or signposting",
    "NFA: No services offered for other reason", "NFA: Other",
    "NFA: Referral to NHS services or NHS funded social care",
    "NFA: Referral to other service within the local authority",
    "NFA: Responsibility moved to another local authority",
    "NFA: Self-funded client or under 12wk disregard", "NFA: Support declined",
    "NFA: Support ended as planned", "NFA: Support ended for other reason",
}  # fmt: skip
VALUES: dict[str, set[str]] = {
    "Client_Type": {"Service user", "Unpaid carer", "Unpaid carer known by association"},
    "Event_Type": {"Request", "Assessment", "Service", "Review", ""},
    "Gender": {"Male", "Female"},
    "Event_Outcome": {*OUTCOMES, ""},
    "Service_Type": {
        "Long term support: Community", "Long term support: Nursing care",
        "Long term support: Residential care", "Long term support: Prison",
        "Short term support: ST-Max", "Short term support: Ongoing low level",
        "Short term support: Other short term", "Unpaid carer support: Direct to unpaid carer",
        "Unpaid carer support: Support involving the person cared-for", "",
    },
    "Delivery_Mechanism": {
        "Direct payment", "CASSR managed personal budget", "CASSR commissioned support", "",
    },
    "Client_Funding_Status": {
        "Fully social care funded", "Joint client and social care funded", "Fully client funded",
        "",
    },
    "Assessment_Type": {
        "Short term assessment", "Long term assessment", "Financial assessment", "",
    },
    "Primary_Support_Reason": {
        "Physical Support: Access & mobility only", "Physical Support: Personal care support",
        "Sensory Support: Support for visual impairment",
        "Sensory Support: Support for hearing impairment",
        "Sensory Support: Support for dual impairment", "Support with Memory & Cognition",
        "Learning Disability Support", "Mental Health Support",
        "Social Support: Substance misuse support", "Social Support: Asylum seeker support",
        "Social Support: Support for Social Isolation/Other",
        "Social support: Support to unpaid carer",
    },
    "Accommodation_Status": {
        "Owner occupier or shared ownership scheme",
        "Tenant: Local authority or other social housing provider", "Tenant: Private landlord",
        "Settled mainstream housing with family or friends",
        "Supported accommodation, supported lodgings or supported group home",
        "Shared Lives scheme",
        "Sheltered housing, extra care housing or other sheltered housing",
        "Rough sleeper or squatting", "Refuge",
        "Placed in temporary accommodation by the council (inc. homelessness resettlement)",
        "Registered care home", "Registered nursing home", "Other temporary accommodation",
        "Unknown",
    },
    "Employment_Status": {
        "Paid: 16 or more hours a week", "Paid: Less than 16 hours a week",
        "Paid: Hours per week unknown", "Not in paid employment: Seeking work",
        "Not in paid employment: Not actively seeking work or retired",
        "Not in paid employment: Voluntary work only", "Unknown",
    },
}  # fmt: skip
ALWAYS = (
    "LA_Code", "Reporting_Period_Start_Date", "Reporting_Period_End_Date", "NHS_Number",
    "LA_Person_Unique_Identifier", "Gender", "Ethnicity", "Date_of_Birth", "Client_Type",
    "Postcode", "Accommodation_Status", "Has_Unpaid_Carer",
)  # fmt: skip


@pytest.fixture(scope="module")
def rows(clean: Borough) -> list[dict[str, str]]:
    return [
        row
        for file in clean.of_feed("council_client_level")
        for row in clean.read_csv(file["path"])
    ]


def test_a_submission_has_the_48_fields_in_order(clean: Borough) -> None:
    assert len(FIELDS) == 48
    for file in clean.of_feed("council_client_level"):
        first = (clean.folder / file["path"]).read_text().splitlines()[0]
        assert tuple(first.split(",")) == FIELDS


def test_every_kind_of_event_is_there(rows: list[dict[str, str]]) -> None:
    assert {row["Event_Type"] for row in rows} >= {"Request", "Assessment", "Service", "Review"}
    assert {row["Client_Type"] for row in rows} >= {"Service user", "Unpaid carer"}


@pytest.mark.parametrize("field", VALUES)
def test_values_are_those_of_the_national_lists(rows: list[dict[str, str]], field: str) -> None:
    assert {row[field] for row in rows} <= VALUES[field]


def test_mandatory_fields_are_filled_in(clean: Borough, rows: list[dict[str, str]]) -> None:
    for row in rows:
        for field in ALWAYS:
            own = ("council", row["LA_Person_Unique_Identifier"], field.lower())
            assert row[field] or own in clean.defects, (field, row)
        kind = row["Event_Type"]
        if kind:
            assert row["Event_Start_Date"]
            assert row["Event_End_Date"] or kind == "Service"
            assert row["Event_Outcome"] or row["Assessment_Type"] == "Financial assessment"
        if kind == "Request":
            assert row["Request_Route_of_Access"]
        if kind == "Assessment":
            assert row["Assessment_Type"]
        if kind == "Service":
            assert row["Service_Type"]
            assert row["Service_Component"]
            assert row["Client_Funding_Status"] or row["Client_Type"] != "Service user"
        if kind == "Review":
            assert row["Review_Reason"]
            assert row["Method_of_Review"]


def test_what_does_not_apply_is_blank(rows: list[dict[str, str]]) -> None:
    for row in rows:
        if row["Event_Type"] != "Service":
            assert not row["Service_Type"]
            assert not row["Unit_Cost"]
        if row["Event_Type"] != "Assessment":
            assert not row["Assessment_Type"]
        if row["Client_Type"] != "Service user":
            assert not row["Dementia"]
            assert not row["Client_Funding_Status"]


def test_events_lie_in_their_submission(rows: list[dict[str, str]]) -> None:
    for row in rows:
        if row["Event_Type"] in {"Request", "Assessment", "Review"}:
            start, end = row["Reporting_Period_Start_Date"], row["Reporting_Period_End_Date"]
            assert start <= row["Event_End_Date"] <= end
        if row["Event_Start_Date"] and row["Event_End_Date"]:
            assert row["Event_Start_Date"] <= row["Event_End_Date"]


def test_carers_name_whom_they_care_for_by_the_councils_number(
    clean: Borough, rows: list[dict[str, str]]
) -> None:
    known = {row["identifier"] for row in clean.truth("who_is_who") if row["source"] == "council"}

    linked = {row["Adult_1_Linked_Person_ID"] for row in rows if row["Adult_1_Linked_Person_ID"]}

    assert linked
    assert linked <= known


def test_only_planted_faults_leave_a_number_out(borough: Borough) -> None:
    for file in borough.of_feed("council_client_level"):
        for row in borough.read_csv(file["path"]):
            key = ("council", row["LA_Person_Unique_Identifier"], "nhs_number")
            if not row["NHS_Number"]:
                assert borough.defects[key]["kind"] == "missing"

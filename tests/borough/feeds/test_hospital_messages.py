"""Hospital messages keep the UK rules, and their times are the ward clock's."""

import itertools
import re
from collections import Counter, defaultdict
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from oneplace.borough.feeds.calendar import message_parcels
from oneplace.borough.lives.settings import settings_for
from oneplace.vocabulary.place import Place

from .conftest import Borough, Message, named_identifiers

UK = ZoneInfo("Europe/London")
ORDER = {
    "A01": "MSH EVN PID PD1 NK1 PV1 PV2 AL1 DG1 ZED ZDR",
    "A04": "MSH EVN PID PD1 NK1 PV1 PV2 AL1 DG1 ZED ZDR",
    "A05": "MSH EVN PID PD1 NK1 PV1 PV2 AL1 DG1 ZED ZDR",
    "A08": "MSH EVN PID PD1 NK1 PV1 PV2 AL1 DG1 ZED ZDR",
    "A13": "MSH EVN PID PD1 NK1 PV1 PV2 AL1 DG1 ZED ZDR",
    "A02": "MSH EVN PID PD1 PV1 PV2 ZED ZDR",
    "A03": "MSH EVN PID PD1 PV1 PV2 ZED ZDR",
    "A11": "MSH EVN PID PD1 PV1 PV2 DG1 ZED ZDR",
    "A12": "MSH EVN PID PD1 PV1 PV2 DG1 ZED ZDR",
    "A28": "MSH EVN PID PD1 NK1 PV1",
    "A31": "MSH EVN PID PD1 NK1 PV1",
    "A40": "MSH EVN PID MRG",
    "A47": "MSH EVN PID MRG",
}
REQUIRED = [
    ("MSH", number) for number in (1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12)
] + [("EVN", 2), ("EVN", 6), ("PID", 3), ("PID", 5), ("PID", 8), ("PID", 32)]  # fmt: skip
ADMISSION_METHODS = {"11", "12", "13", "21", "22", "23", "24", "28", "2A", "2B", "2D", "31", "32",
                     "81", "82", "83"}  # fmt: skip
DESTINATIONS = {"19", "29", "51", "52", "53", "54", "65", "79", "85", "87", "88"}


def stays(borough: Borough) -> list[Message]:
    return [message for message in borough.messages if message.visit.startswith("S")]


def test_every_segment_ends_with_a_carriage_return_alone(borough: Borough) -> None:
    for row in borough.of_feed("hospital_messages"):
        content = (borough.folder / row["path"]).read_bytes()
        assert content.startswith(b"MSH|^~\\&|")
        assert content.endswith(b"\r")
        assert b"\n" not in content


def test_required_fields_are_there(borough: Borough) -> None:
    for message in borough.messages:
        for segment, number in REQUIRED:
            assert message.field(segment, number), (segment, number, message.segments)
        assert message.field("MSH", 12) == "2.4"
        assert message.field("PID", 2) == message.field("PID", 10) == ""
        assert message.field("PID", 31) == "N"
        assert re.fullmatch(r"NSTS0[1-8]", message.field("PID", 32))


def test_segments_come_in_the_order_of_their_structure(borough: Borough) -> None:
    assert set(ORDER) >= {message.event for message in borough.messages}

    for message in borough.messages:
        allowed = ORDER[message.event].split()
        names = [segment[0] for segment in message.segments]
        places = [allowed.index(name) for name in names]
        assert places == sorted(places), names


def test_all_the_events_of_a_hospital_are_sent(borough: Borough) -> None:
    sent = {message.event for message in borough.messages}

    assert sent >= {"A01", "A02", "A03", "A04", "A05", "A08", "A11", "A12", "A13", "A28", "A31"}
    assert sent & {"A40", "A47"}


def test_every_identifier_has_its_authority_and_type(borough: Borough) -> None:
    for message in borough.messages:
        for identifier in message.field("PID", 3).split("~"):
            value, _, _, authority, kind = identifier.split("^")
            assert value
            assert authority
            assert kind == ("NH" if authority == "NHS" else "MR")


def test_a_stay_says_how_it_began_and_where_it_went(borough: Borough) -> None:
    for message in stays(borough):
        assert message.field("PV1", 2) == ("P" if message.event == "A05" else "I")
        assert message.field("PV1", 4) in ADMISSION_METHODS
        assert message.field("PV1", 14)
        assert message.field("PV1", 19).endswith("^VN")
        if message.event == "A03":
            assert message.field("PV1", 36) in DESTINATIONS
            assert message.field("PV1", 45)
        if message.event == "A01":
            assert message.field("PV1", 44)
            assert message.field("PV1", 3).count("^") == 3
        if message.event == "A02":
            assert message.field("PV1", 6)
            assert message.field("PV1", 6) != message.field("PV1", 3)


def test_emergency_stays_tell_their_expected_discharge(borough: Borough) -> None:
    expecting = {
        message.visit
        for message in stays(borough)
        if re.fullmatch(r"\d{8}", message.field("PV2", 9))
    }

    emergencies = {
        message.visit
        for message in stays(borough)
        if message.event == "A01" and message.field("PV1", 4).startswith("2")
    }

    assert len(expecting & emergencies) > 0.3 * len(emergencies)


def test_attendances_open_and_close(borough: Borough) -> None:
    events = defaultdict(set)
    for message in borough.messages:
        if message.visit.startswith("E"):
            assert message.field("PV1", 2) == "E"
            events[message.visit].add(message.event)

    whole = sum(found == {"A04", "A03"} for found in events.values())

    assert whole > 0.95 * len(events)


def test_people_without_a_visit_have_class_n(borough: Borough) -> None:
    for message in borough.messages:
        if message.event in {"A28", "A31"}:
            assert message.field("PV1", 2) == "N"


def test_merges_pair_each_discarded_identifier_with_a_survivor(borough: Borough) -> None:
    merges = [message for message in borough.messages if message.event in {"A40", "A47"}]

    for message in merges:
        kept = message.field("PID", 3).split("~")
        gone = message.field("MRG", 1).split("~")
        for number, identifier in enumerate(gone):
            assert identifier.split("^")[3:] == kept[number].split("^")[3:]
            if identifier.split("^")[4] == "MR":
                assert identifier.split("^")[0] != kept[number].split("^")[0]
    assert merges


def test_no_discarded_number_is_used_after_its_merge(borough: Borough) -> None:
    gone: dict[str, str] = {}
    for message in borough.messages:
        occurred = message.field("EVN", 6)
        for authority, number in message.identifiers.items():
            if authority != "NHS" and number in gone:
                assert occurred < gone[number] or message.event in {"A03", "A08", "A12", "A13"}
        if message.event == "A40":
            for authority, number in named_identifiers(message.field("MRG", 1)).items():
                if authority != "NHS":
                    gone[number] = occurred


def test_times_are_uk_local_in_winter_and_in_summer(borough: Borough) -> None:
    truth = {row["visit"]: row["admitted_at"] for row in borough.truth("stays")}
    seen = Counter()

    for message in stays(borough):
        if message.event == "A01" and message.visit in truth:
            local = truth[message.visit].replace(tzinfo=UTC).astimezone(UK)
            assert message.field("EVN", 6) == f"{local:%Y%m%d%H%M%S}"
            seen[local.utcoffset()] += 1

    assert len(seen) == 2


def test_who_has_died_in_hospital_is_said_to_have_died(borough: Borough) -> None:
    died = [
        message
        for message in stays(borough)
        if message.event == "A03" and message.field("PV1", 36) == "79"
    ]

    assert died
    for message in died:
        assert message.field("PID", 30) == "Y"
        assert message.field("PID", 29)


def test_separators_within_names_are_escaped(borough: Borough) -> None:
    for message in borough.messages:
        assert message.field("PID", 5).count("^") == 6
        assert message.field("PID", 11).count("^") == 6
        assert "~" not in message.field("PID", 5)


def test_late_and_repeated_messages_are_in_later_files_or_the_same(borough: Borough) -> None:
    seen: dict[str, str] = {}
    repeated = set()
    for message in borough.messages:
        if message.control in seen:
            repeated.add(message.control)
        seen.setdefault(message.control, message.file)

    planted = {
        row["control"] for row in borough.truth("message_defects") if row["defect"] == "repeated"
    }

    assert repeated == planted


def test_files_are_fine_after_now_and_miss_nothing_over_the_change_of_clocks(place: Place) -> None:
    settings = settings_for(place, people=500)

    parcels = message_parcels(settings, "hospital/adt", "hospital_messages")

    after = [parcel for parcel in parcels if parcel.covers_from >= settings.now]
    assert (after[0].covers_until - after[0].covers_from).total_seconds() == 300
    for before, following in itertools.pairwise(parcels):
        assert before.covers_until == following.covers_from
    assert len({str(parcel.path) for parcel in parcels}) == len(parcels)
    hour = settings.now.timestamp() + 3600
    assert any(parcel.arrives_at == datetime.fromtimestamp(hour, tz=UK) for parcel in parcels)

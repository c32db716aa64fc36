"""The page beside the files that says what each folder holds."""

from __future__ import annotations

from pathlib import PurePosixPath

from oneplace.borough.feeds.shelf import Parcel, Shelf
from oneplace.vocabulary.terms import FeedKind

ABOUT = "about"
"""What the manifest calls what is about the files and is none of a feed."""

_ALL = """# Invented people and figures

Files as the partners of an invented borough would send them. Nobody in them is real: NHS numbers
are of the range for tests (999), phone numbers of those kept for drama, addresses of email end in
example.org, streets do not exist.

"""

_PARTS: tuple[tuple[FeedKind | None, str], ...] = (
    (
        FeedKind.HOSPITAL_MESSAGES,
        "`hospital/adt` HL7 v2.4 ADT messages, UK rules. A file holds message after message; "
        "segments end with a carriage return; there are no MLLP frames. Times are UK local time.",
    ),
    (FeedKind.GP_HISTORY, "`gp/extract` the practices' coded history as CSV, as on one day."),
    (
        FeedKind.GP_RECENT,
        "`gp/fhir` the practices' last ninety days before now, and what comes: one file a night, "
        "one FHIR R4 UK Core transaction bundle per practice a line.",
    ),
    (
        FeedKind.MENTAL_HEALTH,
        "`mental_health/fhir` one FHIR bundle a person a line: monthly backfill, then nightly.",
    ),
    (FeedKind.COUNCIL_CLIENT_LEVEL, "`council/cld` Client Level Data by quarter."),
    (
        FeedKind.COUNCIL_CASES,
        "`council/case_system` the nightly export: a full one, then changes. An export repeats a "
        "row when anything in it has changed.",
    ),
    (FeedKind.CHARITY_CASES, "`charity/crm` the charity's database, on Fridays."),
    (
        FeedKind.COMMUNITY_SERVICES,
        "`community/life` nursing, home first, the transfer hub and the register of huddles.",
    ),
    (
        FeedKind.VOLUNTARY_DIRECTORY,
        "`directory/open_referral` the voluntary directory, endpoint by endpoint.",
    ),
    (
        None,
        "`people_at_work`, `geography` staff and organisations; areas, postcode points, travel.",
    ),
    (None, "`later` the same folders once more: what has not arrived by the pinned now."),
    (
        None,
        "`manifest.json` every file: what it covers, when it arrives, how many, bytes, SHA-256.",
    ),
    (None, "`planted.json` what a visitor may be told at the end: counts of what was planted."),
    (
        None,
        "`truth` who is who, what was planted, what was spoiled. Only tests and benches read it.",
    ),
)


def write_about(shelf: Shelf) -> None:
    """Write `README.md`: the folders of the feeds this place has, and what lies beside them."""
    now = shelf.now
    told = [f"- {words}\n" for kind, words in _PARTS if kind is None or shelf.takes(kind)]
    parcel = Parcel(PurePosixPath("README.md"), ABOUT, now, now, now)
    shelf.put(parcel, (_ALL + "".join(told)).encode(), unit="pages", count=1)

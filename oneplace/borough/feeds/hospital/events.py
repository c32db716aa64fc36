"""What happens and is told of, true or mistaken: one row each in `adt`."""

# ruff: noqa: S608 - the SQL is put together from our own constants, never from what is read

from __future__ import annotations

from oneplace.borough.feeds.defects import TrafficRates, traffic_rates
from oneplace.borough.feeds.store import Store, moment

_NO_VISIT = {"visit": "''", "stay": "NULL"}
"""What concerns the person alone."""

_MOVES = """(SELECT spells.*, from_at, location, prior, elsewhere
    FROM places JOIN spells USING (stay) WHERE prior <> location)"""

MISTAKEN_ADMISSION_MINUTES = 70
"""A mistaken admission is typed this long before the true one."""


def make_events(store: Store, multiplier: float) -> None:
    """Make `adt`: one row per thing that happened and is told of, true or mistaken."""
    starts = moment(store.settings.starts_at)
    ends = moment(store.settings.ends_at)
    events = (
        *_attendances(),
        *_stays(),
        *_mistakes(traffic_rates(multiplier)),
        *_changes_of_record(),
    )
    store.make(
        "adt",
        f"""WITH told AS ({" UNION ALL ".join(events)}),
        -- What the A03 of the department would say is in the A01 that follows at once.
        dated AS (SELECT *, happened_at + to_seconds((5 + 175
                * chance(hash(kind, record, visit, happened_at), 'typing'))::BIGINT) AS typed_at
            FROM told WHERE happened_at >= {starts} AND happened_at < {ends})
        SELECT (row_number() OVER (ORDER BY typed_at, record, kind, visit, note) - 1)::INTEGER
            AS number, *
        FROM dated""",
    )


def _event(
    kind: str, source: str, *, happened: str, record: str = "record", visit: str = "visit",
    stay: str = "stay", attendance: str = "NULL", location: str = "NULL",
    prior: str = "NULL", note: str = "", where: str = "true",
) -> str:  # fmt: skip
    """A query for one kind of message: where it comes from, when it happened, what it is about."""
    return f"""SELECT '{kind}' AS kind, {record} AS record, {visit} AS visit,
        {stay}::INTEGER AS stay, {attendance}::INTEGER AS attendance,
        {happened} AS happened_at, {location} AS given_location, {prior} AS prior_location,
        '{note}' AS note FROM {source} WHERE {where}"""


def _minutes(minutes: int) -> str:
    return f"to_seconds(({minutes} * 60)::BIGINT)"


def _attendances() -> tuple[str, ...]:
    """Arriving at the emergency department, and leaving it."""
    return (
        _event(
            "A04", "attendances", happened="arrived_at", stay="NULL", attendance="attendance",
        ),
        _event(
            "A03", "attendances", happened="left_at", stay="NULL", attendance="attendance",
        ),
    )  # fmt: skip


def _stays() -> tuple[str, ...]:
    """Booked, admitted, moved, expected home, ready, discharged, coded."""
    return (
        _event(
            "A05", "spells",
            happened="admitted_at - to_seconds((86400 * (5 + 30 * chance(stay, 'booked')))"
            "::BIGINT)",
            where="method IN ('11', '12', '13')", note="booked",
        ),
        _event("A01", "spells", happened="admitted_at"),
        _event("A02", _MOVES, happened="from_at", location="location", prior="prior"),
        _event(
            "A08", "expected_dates JOIN spells USING (stay)", happened='"at"', note="expected",
            where='"at" > admitted_at + INTERVAL 30 MINUTE',
        ),
        _event("A08", "spells", happened="ready_at", note="ready", where="ready_at IS NOT NULL"),
        _event("A03", "spells", happened="discharged_at", where="discharged_at IS NOT NULL"),
        _event(
            "A08", "spells", note="coded", where="discharged_at IS NOT NULL",
            happened="discharged_at + to_seconds((86400 * (1 + 6 * chance(stay, 'coded')))"
            "::BIGINT)",
        ),
    )  # fmt: skip


def _mistakes(rates: TrafficRates) -> tuple[str, ...]:
    """An admission, a move or a discharge that was not so, and the message that takes it back."""
    wrong_admission = (
        f"chance(stay, 'mistaken_admission') < {rates.admission_cancelled} AND NOT is_scripted"
    )
    wrong_discharge = (
        f"chance(stay, 'mistaken_discharge') < {rates.discharge_cancelled} AND NOT is_scripted"
        " AND discharged_at > admitted_at + INTERVAL 12 HOUR"
    )
    wrong_bed = (
        f"chance(stay * 8 + minute(from_at), 'mistaken_move') < {rates.transfer_cancelled}"
        " AND NOT is_scripted AND elsewhere NOT IN (location, prior)"
        f" AND from_at > admitted_at + {_minutes(30)}"
    )
    return (
        _event(
            "A01", "spells", visit="mistaken_visit", note="mistaken_admission",
            happened=f"admitted_at - {_minutes(MISTAKEN_ADMISSION_MINUTES)}", where=wrong_admission,
        ),
        _event(
            "A11", "spells", visit="mistaken_visit", note="mistaken_admission",
            happened=f"admitted_at - {_minutes(45)}", where=wrong_admission,
        ),
        _event(
            "A02", _MOVES, happened=f"from_at - {_minutes(12)}", location="elsewhere",
            prior="prior", note="mistaken_transfer", where=wrong_bed,
        ),
        _event(
            "A12", _MOVES, happened=f"from_at - {_minutes(6)}", location="prior",
            prior="elsewhere", note="mistaken_transfer", where=wrong_bed,
        ),
        _event(
            "A03", "spells", happened=f"discharged_at - {_minutes(300)}",
            note="mistaken_discharge", where=wrong_discharge,
        ),
        _event(
            "A13", "spells", happened=f"discharged_at - {_minutes(260)}",
            note="mistaken_discharge", where=wrong_discharge,
        ),
    )  # fmt: skip


def _changes_of_record() -> tuple[str, ...]:
    """Registered, moved, renamed, died elsewhere, merged, given another number."""
    return (
        _event(
            "A28", "records", **_NO_VISIT, note="registered",
            happened="opened_at - INTERVAL 3 MINUTE", where="source = 'hospital'",
        ),
        _event(
            "A31", "known_addresses JOIN records USING (record)", **_NO_VISIT, note="moved",
            happened="from_on::TIMESTAMP + to_seconds((3600 * (33 + 700 * chance(record, 'told')))"
            "::BIGINT)",
            where="source = 'hospital' AND NOT is_first AND from_on > opened_at::DATE",
        ),
        _event(
            "A31", "records", **_NO_VISIT, note="renamed",
            happened="family_name_changed_on::TIMESTAMP + to_seconds((3600 * (34 + 900 * "
            "chance(record, 'told')))::BIGINT)",
            where="source = 'hospital' AND family_name_changed_on > opened_at::DATE",
        ),
        _event(
            "A31", "records JOIN deaths USING (person)", **_NO_VISIT, note="died",
            happened="deaths.died_at + to_seconds((3600 * (20 + 120 * chance(record, 'told')))"
            "::BIGINT)",
            where="source = 'hospital' AND deaths.place <> 'hospital' AND NOT death_unseen "
            "AND deaths.died_at > opened_at",
        ),
        _event(
            "A40", "holders", **_NO_VISIT, record="first_record", note="merged",
            happened="merged_at", where="merged_at IS NOT NULL",
        ),
        _event(
            "A47", "records", **_NO_VISIT, note="renumbered", happened="renumbered_at",
            where="source = 'hospital' AND renumbered_at IS NOT NULL",
        ),
    )  # fmt: skip

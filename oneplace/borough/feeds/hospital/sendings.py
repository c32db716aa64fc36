"""How messages travel: most on time, some late, behind their follower, or twice."""

# ruff: noqa: S608 - the SQL is put together from our own constants, never from what is read

from __future__ import annotations

from oneplace.borough.feeds.defects import traffic_rates
from oneplace.borough.feeds.store import Store, moment


def make_sent(store: Store, multiplier: float) -> None:
    """Each sending of each message: on time, late, behind its follower, or twice."""
    rates = traffic_rates(multiplier)
    ends = moment(store.settings.ends_at)
    whole = "(SELECT record FROM records WHERE is_scripted)"
    # A registration, a cancel and a merge keep their place: what is out of order must be what a
    # receiver has to cope with by itself, not what nobody could put right.
    late = f"chance(number, 'late') < {rates.message_late} AND kind NOT IN ('A28', 'A40', 'A47')"
    behind = (
        f"chance(number, 'behind') < {rates.message_out_of_order} AND kind IN ('A01', 'A02', 'A04')"
    )
    store.make(
        "adt_sent",
        f"""WITH judged AS (
            SELECT *, {late} AND record NOT IN {whole} AS is_late,
                {behind} AND record NOT IN {whole} AS is_behind,
                chance(number, 'repeated') < {rates.message_repeated} AS is_repeated
            FROM adt),
        sent AS (
            SELECT number, kind, record, visit, stay, attendance, happened_at, typed_at,
                given_location, prior_location, note, 1 AS sending,
                is_late, is_behind AND NOT is_late AS is_behind,
                typed_at + CASE
                    WHEN is_late THEN to_seconds((3600 * (6 + 66 * chance(number, 'delay')))
                        ::BIGINT)
                    WHEN is_behind THEN to_seconds((60 * (40 + 300 * chance(number, 'delay')))
                        ::BIGINT)
                    ELSE INTERVAL 0 SECOND END AS sent_at
            FROM judged
            UNION ALL
            SELECT number, kind, record, visit, stay, attendance, happened_at, typed_at,
                given_location, prior_location, note, 2, false, false,
                typed_at + to_seconds((60 * (1 + 100 * chance(number, 'again') ** 4))::BIGINT)
            FROM judged WHERE is_repeated AND NOT is_late AND NOT is_behind),
        placed AS (
            SELECT sent.*, p.parcel FROM sent ASOF JOIN hospital_parcels p
                ON sent.sent_at >= p.covers_from
            WHERE sent.sent_at < {ends})
        SELECT *, 'Q' || lpad(number::VARCHAR, 9, '0') AS control FROM placed
        ORDER BY parcel, sent_at, number, sending""",
    )
    store.make(
        "message_defects",
        """SELECT control, kind, visit, defect, path AS file, sent_at, happened_at FROM (
            SELECT *, CASE WHEN is_late THEN 'late' WHEN is_behind THEN 'out_of_order'
                WHEN sending = 2 THEN 'repeated' WHEN note LIKE 'mistaken%' THEN note
                WHEN note = 'renumbered' THEN note END AS defect
            FROM adt_sent) JOIN hospital_parcels USING (parcel)
        WHERE defect IS NOT NULL ORDER BY control, sent_at""",
    )

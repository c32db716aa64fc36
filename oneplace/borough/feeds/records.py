"""Who each source thinks it knows: its own identifiers and its own, imperfect, demographics.

Makes four tables in the store:

- `records`: one row per source's record of a person (two where the source holds a duplicate), with
  everything as that source would write it;
- `known_addresses`: where each record says the person lived, and when;
- `holders`: which record of a source an event of a person goes to (`holder` says how);
- `defects`: every difference from the life, with what is true and what is written.
"""

# ruff: noqa: S608 - the SQL is put together from our own constants, never from what is read

from __future__ import annotations

import pyarrow as pa

from oneplace.borough.feeds.defects import RecordRates, record_rates, spoiled, traffic_rates
from oneplace.borough.feeds.store import Store, day, moment

PREFIXES = {
    "gp": "",
    "hospital": "C",
    "mental_health": "M",
    "council": "",
    "charity": "IND",
    "community": "CH",
}
"""What each source's own numbers begin with; seven digits follow."""

AWAY_PREFIX = "X"
"""The numbers of the neighbouring borough's hospital."""

_KNOWN = {
    "gp": """SELECT person, practice AS unit, min(from_on)::TIMESTAMP AS since
        FROM registrations GROUP BY ALL""",
    "hospital": """SELECT person, is_out_of_borough::INTEGER AS unit, min(since) AS since FROM (
        SELECT person, is_out_of_borough, arrived_at AS since FROM ed_attendances
        UNION ALL SELECT person, is_out_of_borough, admitted_at FROM hospital_stays)
        GROUP BY ALL""",
    "mental_health": """SELECT person, 0 AS unit, min("at") AS since
        FROM mental_health_referrals GROUP BY ALL""",
    "council": """SELECT person, 0 AS unit, min(since) AS since FROM (
        SELECT person, known_since_on::TIMESTAMP AS since FROM council_clients
        UNION ALL SELECT person, started_on FROM council_requests
        UNION ALL SELECT person, started_on FROM council_assessments
        UNION ALL SELECT person, started_on FROM council_services
        UNION ALL SELECT person, started_on FROM council_reviews
        UNION ALL SELECT person, raised_at FROM safeguarding_concerns
        UNION ALL SELECT carer, from_on FROM carers WHERE is_known_to_council
        UNION ALL SELECT cared_for, from_on FROM carers WHERE is_known_to_council) GROUP BY ALL""",
    "charity": """SELECT person, 0 AS unit, min(since) AS since FROM (
        SELECT person, referred_at AS since FROM pic_cases
        UNION ALL SELECT person, "at" FROM voluntary_contacts
        UNION ALL SELECT person, "at" FROM wellbeing_scores
        UNION ALL SELECT person, "on"::TIMESTAMP FROM social_prescribing_attendances
        UNION ALL SELECT person, "at" FROM social_prescribing_referrals) GROUP BY ALL""",
    "community": """SELECT person, 0 AS unit, min(since) AS since FROM (
        SELECT person, "at" AS since FROM community_referrals
        UNION ALL SELECT person, referred_at FROM life_episodes
        UNION ALL SELECT person, requested_at FROM pharmacist_reviews) GROUP BY ALL""",
}


def make_records(store: Store, multiplier: float) -> None:
    """Make `records`, `known_addresses`, `holders` and `defects` in the store."""
    rates = {source: record_rates(source, multiplier) for source in _KNOWN}
    traffic = traffic_rates(multiplier)
    _make_known(store, rates)
    _make_flags(store, rates)
    _make_slips(store)
    _make_records(store, traffic.renumbered)
    _make_known_addresses(store)
    _make_holders(store, traffic.duplicate_merged)
    _make_defects(store)
    for name in ("known", "flags", "slips"):
        store.run(f"DROP TABLE {name}")


def _make_known(store: Store, rates: dict[str, RecordRates]) -> None:
    """Everybody each source knows, and a second time where it holds a duplicate."""
    starts = moment(store.settings.starts_at)
    now = moment(store.settings.now)
    desmond = store.lives.scripted.get("desmond", -1)
    parts = []
    for order, (source, known) in enumerate(_KNOWN.items()):
        parts.append(
            f"""SELECT '{source}' AS source, {order} AS source_order, person, unit, since,
                CASE WHEN is_scripted THEN person = {desmond} AND '{source}' = 'hospital'
                        AND unit = 0
                    ELSE chance(person * 1024 + unit, '{source}:duplicate')
                        < {rates[source].duplicate} END
                AND since < {now} AS is_doubled, is_scripted
            FROM ({known}) JOIN people USING (person) WHERE since IS NOT NULL"""
        )
    opened = f"greatest(since, {starts})"
    # Desmond was booked in a second time on the morning of the last but one time he came.
    second_arrival = f"""SELECT coalesce(first(arrived_at ORDER BY arrived_at), {starts}) FROM (
        SELECT arrived_at FROM ed_attendances WHERE person = {desmond} AND arrived_at < {now}
        ORDER BY arrived_at DESC LIMIT 2)"""
    store.make(
        "known",
        f"""WITH everybody AS ({" UNION ALL ".join(parts)})
        SELECT (row_number() OVER (ORDER BY source_order, person, unit, copy) - 1)::INTEGER
            AS record, *,
            -- What chance is asked about: stays the same however many people there are.
            (person::BIGINT * 1024 + unit) * 2 + copy AS lot
        FROM (
            SELECT source, source_order, person, unit, is_scripted, 1 AS copy,
                since AS opened_at
            FROM everybody
            UNION ALL
            SELECT source, source_order, person, unit, is_scripted, 2 AS copy,
                CASE WHEN is_scripted THEN ({second_arrival}) ELSE
                {opened} + to_seconds((epoch({now} - {opened})
                    * 0.8 * chance(person, source || ':opened'))::BIGINT) END
            FROM everybody WHERE is_doubled
        )""",
    )


def _make_flags(store: Store, rates: dict[str, RecordRates]) -> None:
    """Which record has which defect, true only where the life gives it something to be wrong."""
    for source, rate in rates.items():
        told = ", ".join(
            f"{getattr(rate, name)} AS {name}_rate" for name in RecordRates.__dataclass_fields__
        )
        verb = f"INSERT INTO rates SELECT '{source}' AS source, {told}"
        store.run(
            verb
            if source != next(iter(rates))
            else f"CREATE OR REPLACE TABLE rates AS SELECT '{source}'::VARCHAR AS source, {told}"
        )

    def happens(name: str) -> str:
        return f"NOT known.is_scripted AND chance(lot, source || ':{name}') < {name}_rate"

    starts = day(store.settings.starts_at.date())
    store.make(
        "flags",
        f"""SELECT known.*,
            chance(lot, source || ':nhs_number') AS nhs_draw,
            CASE WHEN known.is_scripted THEN 0 ELSE nhs_number_missing_rate END AS edge_1,
            CASE WHEN known.is_scripted THEN 0 ELSE edge_1 + nhs_number_of_another_rate END
                AS edge_2,
            CASE WHEN known.is_scripted THEN 0 ELSE edge_2 + nhs_number_mistyped_rate END
                AS edge_3,
            {happens("name_mistyped")} AS name_mistyped,
            {happens("nickname")} AND preferred_name <> given_name AS nickname,
            {happens("name_change_unseen")} AND family_name_changed_on IS NOT NULL
                AND previous_family_name IS NOT NULL AS name_change_unseen,
            {happens("move_unseen")} AND moved_on IS NOT NULL AS move_unseen,
            {happens("birth_day_and_month_swapped")} AND day(born_on) <= 12
                AND day(born_on) <> month(born_on) AS birth_swapped,
            {happens("birth_year_mistyped")} AS birth_year_mistyped,
            {happens("birth_date_missing")} AS birth_date_missing,
            {happens("postcode_misread")} AS postcode_misread,
            {happens("phone_missing")} AS phone_missing,
            -- A hospital always knows of those who died in its beds.
            {happens("death_unseen")} AND people.died_at IS NOT NULL
                AND (source <> 'hospital' OR deaths.place <> 'hospital') AS death_unseen,
            moved_on
        FROM known JOIN rates USING (source) JOIN people USING (person)
        LEFT JOIN deaths USING (person)
        LEFT JOIN (
            SELECT person, max(from_on) AS moved_on FROM address_history
            -- Homes outside the borough have no address here.
            WHERE from_on >= {starts} AND reason <> 'born' AND address >= 0
                AND person IN (SELECT person FROM address_history WHERE address >= 0
                               GROUP BY person HAVING count(*) > 1)
            GROUP BY person) USING (person)""",
    )
    _script_desmond(store)


def _script_desmond(store: Store) -> None:
    """The demo's "two records, one man": a second hospital record, called Des, without number.

    The council has his surname wrong and no number either; other scripted people are left whole.
    """
    desmond = store.lives.scripted.get("desmond")
    if desmond is None:
        return
    store.run(
        f"""UPDATE flags SET edge_1 = 1, edge_2 = 1, edge_3 = 1, nickname = true
        WHERE person = {desmond} AND source = 'hospital' AND copy = 2"""
    )
    store.run(
        f"""UPDATE flags SET edge_1 = 1, edge_2 = 1, edge_3 = 1, name_mistyped = true
        WHERE person = {desmond} AND source = 'council'"""
    )


def _make_slips(store: Store) -> None:
    """The mistyped names: few, so they are spoiled one by one."""
    chosen = store.rows(
        """SELECT record, lot, source,
            CASE WHEN flags.is_scripted OR chance(lot, source || ':field') < 0.6 THEN 'family_name'
                 ELSE 'given_name' END AS field,
            CASE WHEN field = 'family_name' THEN CASE WHEN name_change_unseen
                THEN previous_family_name ELSE family_name END
                 ELSE CASE WHEN nickname THEN preferred_name ELSE given_name END END
        FROM flags JOIN people USING (person) WHERE name_mistyped ORDER BY record"""
    )
    seed = store.settings.seed
    written = [spoiled(text, f"{seed}:{source}:{lot}") for _, lot, source, _, text in chosen]
    slips = pa.table(
        {
            "record": pa.array([row[0] for row in chosen], pa.int32()),
            "field": pa.array([row[3] for row in chosen], pa.string()),
            "right": pa.array([row[4] for row in chosen], pa.string()),
            "written": pa.array([text for text, _ in written], pa.string()),
            "kind": pa.array([kind for _, kind in written], pa.string()),
        }
    )
    store.connection.register("slips_given", slips)
    store.make("slips", "SELECT * FROM slips_given")
    store.connection.unregister("slips_given")


def _make_records(store: Store, renumbered: float) -> None:
    people = store.one("SELECT count(*) FROM people")
    prefix = " ".join(f"WHEN '{source}' THEN '{start}'" for source, start in PREFIXES.items())
    store.make(
        "records",
        f"""SELECT record, source, person, unit, copy, lot, opened_at,
            CASE WHEN source = 'hospital' AND unit = 1 THEN '{AWAY_PREFIX}'
                ELSE CASE source {prefix} END END
                || own_number(record) AS identifier,
            CASE WHEN nhs_draw < edge_1 THEN NULL
                 WHEN nhs_draw < edge_2 THEN other.nhs_number
                 WHEN nhs_draw < edge_3 THEN substr(p.nhs_number, 1, 9)
                    || ((substr(p.nhs_number, 10, 1)::INTEGER + 1
                         + floor(chance(lot, 'digit') * 9)::INTEGER) % 10)::VARCHAR
                 ELSE p.nhs_number END AS nhs_number,
            CASE WHEN nhs_draw < edge_1 THEN CASE
                    WHEN source = 'gp' THEN '03'
                    WHEN chance(lot, 'traced') < 0.5 THEN '04' ELSE '03' END
                 WHEN nhs_draw < edge_2 THEN '02'
                 WHEN nhs_draw < edge_3 THEN '05'
                 WHEN source <> 'gp' AND chance(lot, 'traced') < 0.03 THEN '02'
                 ELSE '01' END AS nhs_status,
            p.title::VARCHAR AS title,
            coalesce(slip_given.written,
                CASE WHEN nickname THEN p.preferred_name ELSE p.given_name END) AS given_name,
            p.middle_name::VARCHAR AS middle_name,
            coalesce(slip_family.written, CASE WHEN name_change_unseen
                THEN p.previous_family_name ELSE p.family_name END) AS family_name,
            CASE WHEN name_change_unseen THEN NULL ELSE p.previous_family_name END
                AS previous_family_name,
            CASE WHEN name_change_unseen THEN NULL ELSE p.family_name_changed_on END
                AS family_name_changed_on,
            p.preferred_name::VARCHAR AS preferred_name,
            CASE WHEN birth_date_missing THEN NULL
                 WHEN birth_swapped THEN make_date(year(p.born_on), day(p.born_on),
                                                   month(p.born_on))
                 WHEN birth_year_mistyped AND NOT (month(p.born_on) = 2 AND day(p.born_on) = 29)
                    THEN make_date(year(p.born_on) + CASE WHEN chance(lot, 'year') < 0.5
                        AND year(p.born_on) > 1931 THEN -10 ELSE -1 END,
                        month(p.born_on), day(p.born_on))
                 ELSE p.born_on END AS born_on,
            p.gender::VARCHAR AS gender, p.sex::VARCHAR AS sex,
            p.ethnicity::VARCHAR AS ethnicity,
            CASE WHEN phone_missing THEN NULL ELSE p.landline END AS landline,
            CASE WHEN phone_missing THEN NULL ELSE p.mobile END AS mobile,
            p.email,
            postcode_misread AND contains(a.postcode, '0') AS postcode_misread,
            move_unseen, moved_on, death_unseen,
            CASE WHEN death_unseen THEN NULL ELSE p.died_at END AS died_at,
            name_change_unseen, nickname, birth_swapped,
            birth_year_mistyped AND NOT (month(p.born_on) = 2 AND day(p.born_on) = 29)
                AS birth_year_mistyped,
            birth_date_missing, p.is_scripted,
            CASE WHEN source = 'hospital' AND unit = 0 AND copy = 1 AND NOT p.is_scripted
                AND chance(lot, 'renumbered') < {renumbered} THEN opened_at
                + to_seconds((86400 * (30 + 200 * chance(lot, 'renumber')))::BIGINT)
                END AS renumbered_at,
            CASE WHEN renumbered_at IS NOT NULL THEN '{PREFIXES["hospital"]}'
                || own_number(record + 5000000) END AS new_identifier,
            nhs_draw < edge_1 AS nhs_number_missing,
            nhs_draw >= edge_1 AND nhs_draw < edge_2 AS nhs_number_of_another,
            nhs_draw >= edge_2 AND nhs_draw < edge_3 AS nhs_number_mistyped
        FROM flags JOIN people p USING (person)
        JOIN addresses a ON a.address = p.address
        -- People of one household stand side by side: the neighbour is the likeliest mix-up.
        JOIN people other ON other.person = (flags.person + 1) % {people}
        LEFT JOIN (SELECT record, written FROM slips WHERE field = 'given_name') slip_given
            USING (record)
        LEFT JOIN (SELECT record, written FROM slips WHERE field = 'family_name') slip_family
            USING (record)
        ORDER BY record""",
    )


def _make_known_addresses(store: Store) -> None:
    """Where each record says the person lived: the last move is left out where it is unseen."""
    store.make(
        "known_addresses",
        """SELECT record, address, from_on,
            lead(from_on) OVER (PARTITION BY record ORDER BY from_on, address) AS to_on,
            row_number() OVER (PARTITION BY record ORDER BY from_on, address) = 1 AS is_first
        FROM records JOIN address_history USING (person)
        WHERE address >= 0 AND NOT (move_unseen AND from_on >= moved_on)""",
    )


def _make_holders(store: Store, merged: float) -> None:
    """Per source, person and unit: the record, the duplicate if any, and when it was merged."""
    store.make(
        "holders",
        f"""SELECT source, person, unit, min(record) AS first_record,
            CASE WHEN count(*) = 2 THEN max(record) END AS second_record,
            max(opened_at) AS second_opened_at,
            -- A scripted second record holds the one attendance it was made for.
            CASE WHEN is_scripted THEN 1.0 ELSE 0.6 END AS second_share,
            CASE WHEN is_scripted THEN max(opened_at) + INTERVAL 3 HOUR
                ELSE TIMESTAMP '9999-01-01' END AS second_until,
            CASE WHEN count(*) = 2 AND source = 'hospital' AND unit = 0 AND NOT is_scripted
                AND chance(person, 'merged') < {merged}
                THEN max(opened_at) + to_seconds((86400 * (20 + 200 * chance(person, 'merge')))
                    ::BIGINT) END AS merged_at
        FROM records
        GROUP BY source, person, unit, is_scripted""",
    )
    store.run(
        """CREATE OR REPLACE MACRO holder(h, happened, thing)
        AS CASE WHEN h.second_record IS NOT NULL AND happened >= h.second_opened_at
            AND happened < h.second_until
            AND (h.merged_at IS NULL OR happened < h.merged_at)
            AND chance(thing, 'holder') < h.second_share
            THEN h.second_record ELSE h.first_record END"""
    )


def _make_defects(store: Store) -> None:
    def listed(flag: str, field: str, right: str, written: str, kind: str) -> str:
        return f"""SELECT source, identifier, r.person, '{field}' AS field, '{kind}' AS kind,
            ({right})::VARCHAR AS "right", ({written})::VARCHAR AS written
            FROM records r JOIN people p USING (person) WHERE {flag}"""

    parts = [
        listed("r.nhs_number_missing", "nhs_number", "p.nhs_number", "NULL", "missing"),
        listed(
            "r.nhs_number_of_another", "nhs_number", "p.nhs_number", "r.nhs_number", "of_another"
        ),
        listed("r.nhs_number_mistyped", "nhs_number", "p.nhs_number", "r.nhs_number", "mistyped"),
        listed("r.nickname", "given_name", "p.given_name", "p.preferred_name", "nickname"),
        listed(
            "r.name_change_unseen", "family_name", "p.family_name", "p.previous_family_name",
            "change_unseen",
        ),
        listed("r.birth_swapped AND NOT r.birth_date_missing", "born_on", "p.born_on",
               "r.born_on", "day_and_month_swapped"),
        listed("r.birth_year_mistyped AND NOT r.birth_swapped AND NOT r.birth_date_missing",
               "born_on", "p.born_on", "r.born_on", "year_mistyped"),
        listed("r.birth_date_missing", "born_on", "p.born_on", "NULL", "missing"),
        listed("r.postcode_misread", "postcode", "'0'", "'O'", "misread"),
        listed("r.move_unseen", "address", "r.moved_on", "NULL", "move_unseen"),
        listed("r.death_unseen", "died_at", "p.died_at", "NULL", "death_unseen"),
        listed("r.copy = 2", "record", "NULL", "r.identifier", "duplicate"),
        """SELECT source, identifier, person, field, slips.kind, slips."right", slips.written
        FROM slips JOIN records USING (record)""",
    ]  # fmt: skip
    store.make(
        "defects",
        f"""SELECT * FROM ({" UNION ALL ".join(parts)})
        ORDER BY source, identifier, field, kind""",
    )

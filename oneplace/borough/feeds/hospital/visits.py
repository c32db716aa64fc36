"""Spells, attendances and places of the hospital, each with the record it belongs to."""

from __future__ import annotations

from oneplace.borough.feeds.store import Store


def make_visits(store: Store) -> None:
    """Spells, attendances and places, each with the record it belongs to."""
    store.make(
        "spells",
        """SELECT s.stay, s.person, holder(h, s.admitted_at, s.stay) AS record,
            'S' || reference(s.stay, 'spell') AS visit,
            'S' || reference(s.stay + 20000000, 'spell') AS mistaken_visit,
            s.admitted_at, s.discharged_at, s.method::VARCHAR AS method,
            s.source_of_admission::VARCHAR AS source_of_admission,
            s.specialty::VARCHAR AS specialty, s.diagnosis, s.is_emergency,
            s.is_out_of_borough, s.expected_on, s.ready_at, s.pathway::VARCHAR AS pathway,
            s.discharge_method::VARCHAR AS discharge_method,
            s.discharge_destination::VARCHAR AS destination, s.consultant, p.is_scripted
        FROM hospital_stays s JOIN people p USING (person)
        JOIN holders h ON h.source = 'hospital' AND h.person = s.person
            AND h.unit = s.is_out_of_borough::INTEGER""",
    )
    store.make(
        "attendances",
        """SELECT e.attendance, e.person, holder(h, e.arrived_at, e.attendance + 30000000)
                AS record,
            'E' || reference(e.attendance, 'attendance') AS visit, e.arrived_at, e.left_at,
            e.arrival::VARCHAR AS arrival, e.complaint, e.disposal::VARCHAR AS disposal, e.stay,
            e.is_out_of_borough, p.care_home IS NOT NULL AS from_care_home
        FROM ed_attendances e JOIN people p USING (person)
        JOIN holders h ON h.source = 'hospital' AND h.person = e.person
            AND h.unit = e.is_out_of_borough::INTEGER""",
    )
    store.make(
        "places",
        """SELECT stay, from_at, location,
            lag(location) OVER (PARTITION BY stay ORDER BY from_at) AS prior,
            lead(location) OVER (ORDER BY stay, from_at) AS elsewhere
        FROM (SELECT stay, from_at, ward || '^' || bay || '^' || bed AS location
              FROM ward_moves)""",
    )

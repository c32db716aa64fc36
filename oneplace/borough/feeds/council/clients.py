"""What the council holds of each person it knows, for both of its feeds."""

from __future__ import annotations

from oneplace.borough.feeds.store import Store


def make_clients(store: Store) -> None:
    """`council_people`: what the council holds of each record; `council_of`: a person's record."""
    store.make(
        "council_people",
        """SELECT r.*, c.accommodation_status::VARCHAR AS accommodation_status,
            c.employment_status::VARCHAR AS employment_status, c.has_unpaid_carer,
            c.visual_impairment, c.hearing_impairment, c.dementia, c.autism,
            coalesce(c.known_since_on, r.opened_at::DATE) AS known_since_on,
            practices.code AS practice_code, practices.name AS practice_name, p.address AS home,
            p.language, p.needs_interpreter, p.communication_needs, p.lives_alone
        FROM records r JOIN people p USING (person) LEFT JOIN council_clients c USING (person)
        JOIN practices ON practices.practice = p.practice WHERE r.source = 'council'""",
    )
    store.make("council_of", "SELECT * FROM holders WHERE source = 'council'")

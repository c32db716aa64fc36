"""Tables of prices and costs, and of the truth a scenario planted."""

from oneplace.borough.tables.table import table_of

MONEY_AND_TRUTH = (
    table_of(
        "unit_prices",
        "Our own round, invented prices. They are not any published unit cost.",
        """
        kind code kind of activity
        payer code organisation kind that pays
        unit code contact | day | hour | episode | item | week
        price_pence pence invented price
        part_in_budget real part of it that the shared budget for older people pays
        """,
    ),
    table_of(
        "costs",
        "Cost of each person's care per month and kind, from `unit_prices`.",
        """
        person index who
        month day first of the month
        kind code as in unit_prices
        units real units
        cost_pence pence cost
        """,
    ),
    table_of(
        "truth_effects",
        "Truth: what the scenario planted.",
        """
        effect code life | huddle
        outcome code emergency_stay
        rate_ratio real 1 means no effect
        from_days small effect begins this many days after the start
        until_days small effect ends
        note text how
        """,
    ),
    table_of(
        "truth_prevented",
        "Truth: emergency stays that would have happened without the planted effects.",
        """
        person index who
        admitted_at when would-be admission
        effect code life | huddle
        """,
    ),
    table_of(
        "truth_exposure",
        "Truth: who was exposed to what, from when, with the expected rate had they not been.",
        """
        person index who
        effect code life | huddle
        from_at when exposure began
        until_at when exposure ended (death, close or the effect's end)
        stays_without small emergency stays in it had there been no effect
        stays_with small emergency stays in it as lived
        """,
    ),
    table_of(
        "truth_risk",
        "Truth: each adult's underlying yearly rate of emergency stays at the window's start.",
        """
        person index who
        yearly_rate real steady part of the rate, before season and bad patches
        """,
    ),
)

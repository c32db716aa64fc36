"""Background work of case finding: what comes back on its day, lapses, or is kept long enough."""

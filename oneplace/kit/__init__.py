"""Building blocks every room's pages are made of: layout, fields, middleware, the care clock.

Keeps: the demo's clock and the counters of rate limits. Receives from: nobody. Hands on: to all.
"""

"""oneplace: one person, one plan, one team, for a borough health-and-care alliance."""

__version__ = "0.1.0"

"""What may be set in linkage: thresholds and sizes, frozen, with why they stand so."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """How sure is sure. Weights are in bits: each doubles the odds that two rows are one person.

    Nothing here names a database or its dialect. Comparisons are written in SQL that SQLGlot can
    turn into Spark's (equality, `substr`, `levenshtein`, `list_contains`), so the same settings
    train and score on DuckDB for a borough and on Spark for a region beyond one machine.
    """

    linked_from: float = 9.0
    """A pair of this weight or more is one person, if no rule forbids: odds of about 500 to 1."""
    review_from: float = 0.0
    """A pair of this weight or more, and not linked, is shown to a steward: even odds or better."""
    rival_within: float = 6.0
    """One without a number that is linked to two people with different numbers, the weights no
    further apart than this, is linked to neither: a steward decides."""
    largest_block: int = 120
    """A key held by more subjects than this finds nobody: it is a default, not a trait."""
    training_pairs: int = 400_000
    """Pairs sampled for how often strangers agree (u), and at most taken by one round of EM."""
    least_to_train: int = 5_000
    """With fewer subjects the shipped weights are used: EM would fit noise."""
    seed: int = 1
    """Of every sample."""
    rounds: int = 15
    """At most this many steps of expectation maximisation in one round."""

    def __post_init__(self) -> None:
        """Refuse thresholds that leave no room between them."""
        if self.review_from > self.linked_from:
            message = "`review_from` may not lie above `linked_from`."
            raise ValueError(message)

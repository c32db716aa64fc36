"""Why a table, a row of it or a mapping is not taken, as exceptions with their words."""

from oneplace.vocabulary.terms import QuarantineReason


class Unopenable(Exception):
    """This is no table that can be opened; `reason` and `words` say why and what to do."""

    def __init__(self, words: str, reason: QuarantineReason = QuarantineReason.UNREADABLE) -> None:
        super().__init__(words)
        self.words = words
        self.reason = reason


class Unreadable(Exception):
    """A row that cannot be taken: the column at fault, the reason, and what is wrong in words."""

    def __init__(
        self,
        column: str,
        words: str,
        reason: QuarantineReason = QuarantineReason.IMPOSSIBLE_VALUE,
    ) -> None:
        super().__init__(words)
        self.column = column
        self.words = words
        self.reason = reason

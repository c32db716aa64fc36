"""What the desk itself puts on the board's page: the pack for the table."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from oneplace.access.viewer import Viewer
from oneplace.kit.formats import day
from oneplace.outcomes.cards import BoardRow
from oneplace.outcomes.permissions import SEE_BOARD


class PackOnBoard:
    """The two pages for the meeting."""

    permission = SEE_BOARD

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[BoardRow]:
        """One row, always."""
        return [
            BoardRow(
                title="Board pack",
                words="Two pages for the table: our word, the money, what waits, the unknown.",
                address=reverse("desk:board_pack"),
                link_words="Open the pack",
                as_of=day(at),
            )
        ]

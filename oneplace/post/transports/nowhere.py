"""The way out that leads nowhere: the message stays here, to be looked at."""

from oneplace.post.transports.outgoing import Outgoing, Receipt, Whereabouts


class Nowhere:
    """For demonstrations, and wherever nothing is set up to send a message of this kind."""

    name = "nowhere"

    def send(self, outgoing: Outgoing) -> Receipt:
        """Keep it."""
        return Receipt(is_kept=True)

    def already_sent(self, key: str) -> Receipt | None:
        """Never: nothing leaves."""
        return None

    def whereabouts(self, reference: str) -> Whereabouts:
        """Nowhere, for good."""
        return Whereabouts.ON_ITS_WAY

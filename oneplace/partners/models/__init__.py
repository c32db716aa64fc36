"""What the room keeps, one thing a file."""

from oneplace.partners.models.organisation import Network, Organisation
from oneplace.partners.models.team import Post, Team

__all__ = ["Network", "Organisation", "Post", "Team"]

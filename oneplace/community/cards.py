"""The small face of the community on other pages: a weekly call, from a person's page."""

from typing import Final

from oneplace.community.permissions import KEEP_GROUPS
from oneplace.kit.cards import PersonButton

WEEKLY_CALL: Final = PersonButton("A call every week", "community:choose_point", KEEP_GROUPS)

"""Whose words are written: by that name an agreement shares them, and an objection closes them."""

from oneplace.access import verbs as access
from oneplace.access.viewer import Viewer
from oneplace.partners.models import Organisation


def owner_of(by: Viewer) -> str:
    """By which name agreements know what is typed at the viewer's organisation."""
    access.own_by_hand(by=by)
    return f"oneplace:{by.organisation_name}"


def owner_of_list(practice: Organisation, *, by: Viewer) -> str:
    """By which name agreements know a practice's list, its agendas and paragraphs."""
    access.own_by_hand(by=by, organisation_id=practice.pk)
    return f"oneplace:{practice.name}"

"""Why something may not be done with an entry of the directory: the reason in words, or nothing."""

from datetime import date, datetime

from oneplace.access.viewer import Viewer
from oneplace.directory.models import Service
from oneplace.directory.permissions import KEEP_DIRECTORY
from oneplace.kit.clock import local_day


def why_not_keep(service: Service, *, by: Viewer) -> str | None:
    """Why this viewer may not change an entry: only editors, and whoever offers the service."""
    if by.may(KEEP_DIRECTORY):
        return None
    if service.provider.organisation_id and service.provider.organisation_id == by.organisation_id:
        return None
    return "Only the directory's editors, or whoever offers the service, can change this."


def why_not_close(
    *, from_on: date, until_on: date | None, why: str, at: datetime
) -> tuple[str, str] | None:
    """Why a closure may not be written down; the field it is about."""
    if until_on is not None and until_on < from_on:
        return "It opens again before it closes. Check the two days.", "until_on"
    if until_on is not None and until_on < local_day(at):
        return "This day is over.", "until_on"
    if not why.strip():
        return "Write why it is closed, so that people know whether to wait.", "why"
    return None

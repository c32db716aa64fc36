"""Why something may not be done with an entry of the directory: the reason in words, or nothing."""

from collections.abc import Mapping
from datetime import date, datetime

from oneplace.access.viewer import Viewer
from oneplace.directory.models import CheckLink, Service
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


def why_not_edit(*, by: Viewer) -> str | None:
    """Why this viewer edits no directory."""
    return None if by.may(KEEP_DIRECTORY) else "Only the directory’s editors can do this."


def why_not_ask_owner(service: Service, *, by: Viewer) -> str | None:
    """Why whoever offers a service may not be asked whether its entry is right."""
    if not by.may(KEEP_DIRECTORY):
        return "Only the directory’s editors can do this."
    if not (service.email or service.provider.email):
        return "The directory knows no email address of theirs. Ring them, then press Checked."
    return None


def why_check_link_is_closed(link: CheckLink, *, now: datetime) -> str | None:
    """Why a link to one’s own entry opens nothing any more."""
    if link.used_at is not None:
        return "This has been answered already. Thank you."
    if link.expires_at <= now:
        return "This link has expired. We will ask you again; or ring us."
    return None


def why_not_propose(
    name: str,
    provider_name: str,
    says: Mapping[str, str],
    *,
    words: str,
    from_name: str,
    is_new: bool,
) -> tuple[str, str] | None:
    """Why a proposal may not be taken down; the field it is about."""
    if not name.strip():
        return "Write what the service is called.", "name"
    if is_new and not provider_name.strip():
        return "Write who offers it.", "provider_name"
    if is_new and not says.get("what"):
        return "Write what it offers.", "what"
    if not is_new and not words.strip() and not any(says.values()):
        return "Write what has changed.", "words"
    if not from_name.strip():
        return "Write your name, so that we can ask you.", "from_name"
    return None

"""Where somebody asks a service for help by themselves: a page of a later room, handed in here.

The room of referrals stands after this one, so it tells which of its pages takes such an ask
(`config.wiring`); the directory's public pages only lead there.
"""

from datetime import date
from typing import Final

from django.urls import reverse

from oneplace.directory.models import Service

_pages: Final[list[str]] = []


def supply(page: str) -> None:
    """Hand in the name of the page that takes what somebody asks by themselves."""
    if page not in _pages:
        _pages.append(page)


def address_of(service: Service, *, today: date) -> str:
    """The page to ask this service; empty where it takes nobody this way, or is closed."""
    is_closed = (
        service.closed_from is not None
        and service.closed_from <= today
        and (service.closed_until is None or service.closed_until >= today)
    )
    if not _pages or not service.is_self_referral or not service.is_listed or is_closed:
        return ""
    return reverse(_pages[0], args=[service.pk])

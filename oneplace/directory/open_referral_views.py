"""The open feed's addresses: nine of the UK profile, organisations besides; GET, for anybody."""

import uuid
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from oneplace.access.guard import anyone
from oneplace.directory import queries
from oneplace.directory.publishing import entities
from oneplace.directory.publishing.asking import (
    NotUnderstood,
    PageAsked,
    page_of,
    places_asked,
    services_asked,
)
from oneplace.directory.publishing.openapi import description
from oneplace.kit.request import Request

_NOT_FOUND: Final = "Nothing here has this id."


@require_safe
@anyone
def feed(request: Request) -> HttpResponse:
    """Which standard the feed keeps to."""
    base = settings.PUBLIC_URL + reverse("directory:open_referral")
    return _open(entities.root(base))


@require_safe
@anyone
def openapi(request: Request) -> HttpResponse:
    """The feed described for machines."""
    return _open(description(settings.PUBLIC_URL + reverse("directory:open_referral")))


@require_safe
@anyone
def services(request: Request) -> HttpResponse:
    """A page of services, fully nested."""
    return _page(
        request,
        lambda: services_asked(request.GET, viewer=request.viewer),
        lambda row: entities.service_row(row, at=request.received_at),
    )


@require_safe
@anyone
def service(request: Request, service_id: uuid.UUID) -> HttpResponse:
    """One service, fully nested; one that is not listed any more says so."""
    found = queries.service(service_id, viewer=request.viewer)
    if found is None:
        return _open({"message": _NOT_FOUND}, status=404)
    return _open(entities.service_row(found, at=request.received_at))


@require_safe
@anyone
def service_at_locations(request: Request) -> HttpResponse:
    """A page of where services are offered."""
    return _page(
        request,
        lambda: places_asked(request.GET, viewer=request.viewer),
        lambda row: entities.place_row(row, service=row.service, at=request.received_at),
    )


@require_safe
@anyone
def service_at_location(request: Request, held_id: uuid.UUID) -> HttpResponse:
    """Where one service is offered."""
    found = queries.listed_places(viewer=request.viewer).filter(pk=held_id).first()
    if found is None:
        return _open({"message": _NOT_FOUND}, status=404)
    return _open(entities.place_row(found, service=found.service, at=request.received_at))


@require_safe
@anyone
def taxonomies(request: Request) -> HttpResponse:
    """Our one list of kinds."""
    return _page(request, lambda: [entities.taxonomy_row()], lambda row: row)


@require_safe
@anyone
def taxonomy(request: Request, taxonomy_id: uuid.UUID) -> HttpResponse:
    """The list of kinds."""
    if str(taxonomy_id) != entities.TAXONOMY_ID:
        return _open({"message": _NOT_FOUND}, status=404)
    return _open(entities.taxonomy_row())


@require_safe
@anyone
def taxonomy_terms(request: Request) -> HttpResponse:
    """A page of kinds."""
    return _page(
        request,
        lambda: entities.term_rows(queries.kinds_in_use(viewer=request.viewer)),
        lambda row: row,
    )


@require_safe
@anyone
def taxonomy_term(request: Request, term_id: uuid.UUID) -> HttpResponse:
    """One kind."""
    rows = entities.term_rows(queries.kinds_in_use(viewer=request.viewer))
    found = next((row for row in rows if row["id"] == str(term_id)), None)
    return _open(found) if found else _open({"message": _NOT_FOUND}, status=404)


@require_safe
@anyone
def organizations(request: Request) -> HttpResponse:
    """A page of whoever offers something."""
    return _page(
        request,
        lambda: queries.listed_providers(viewer=request.viewer),
        entities.organization_row,
    )


@require_safe
@anyone
def organization(request: Request, provider_id: uuid.UUID) -> HttpResponse:
    """One organisation."""
    found = queries.listed_providers(viewer=request.viewer).filter(pk=provider_id).first()
    if found is None:
        return _open({"message": _NOT_FOUND}, status=404)
    return _open(entities.organization_row(found))


def _page(
    request: Request, rows: Callable[[], Any], shown: Callable[[Any], dict[str, Any]]
) -> HttpResponse:
    try:
        return _open(page_of(rows(), PageAsked.of(request.GET), shown))
    except NotUnderstood as why:
        return _open({"message": str(why)}, status=400)


def _open(document: dict[str, Any], *, status: int = 200) -> HttpResponse:
    response = JsonResponse(document, status=status)
    # Public and without personal data: any page may read it (the standard asks for this header).
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = "public, max-age=300" if status == 200 else "no-store"
    return response

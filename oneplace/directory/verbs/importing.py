"""A file of services is brought in by hand: a table, or a page of Open Referral."""

from datetime import datetime
from typing import Final

from django.db import transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.directory import rules
from oneplace.directory.models import Import, Postcode, Source
from oneplace.directory.reading_csv import NotATable, read_table
from oneplace.directory.verbs.taking import take_said
from oneplace.feeds.open_referral.page import NotAPage, read_page
from oneplace.feeds.open_referral.rows import PlaceSaid, ServiceSaid
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused, refuse_if

SOURCE: Final = "import"
LARGEST: Final = 20 * 1024 * 1024


@transaction.atomic
def import_services(*, name: str, content: bytes, by: Viewer, at: datetime) -> Import:
    """Bring in a table (CSV) or a page of Open Referral (JSON); every fault stands in the report.

    The same service sent again is the same entry. Raises `Refused` where nothing can be read.
    """
    refuse_if(rules.why_not_edit(by=by))
    if len(content) > LARGEST:
        raise Refused("The file is larger than 20 MB. Send it in parts.", field="file")
    kind, services, faults = _read(content)
    if not services:
        raise Refused("No service could be read from this file.", field="file")
    located, unknown = _located(services)
    take_said(located, source=SOURCE, release=local_day(at).isoformat(), kind=Source.HAND, at=at)
    made = Import(
        name=name[:200],
        kind=kind,
        services=len(located),
        faults=[list(fault) for fault in (*faults, *unknown)],
        by_name=by.name,
        imported_at=at,
    )
    made.save(force_insert=True)
    audit.record(
        by=by,
        at=at,
        action="import_services",
        subject=("import", made.pk),
        detail={"services": len(located), "faults": len(made.faults)},
    )
    return made


def _read(content: bytes) -> tuple[str, tuple[ServiceSaid, ...], tuple[tuple[str, str], ...]]:
    if content.lstrip()[:1] in (b"{", b"["):
        try:
            page = read_page(content)
        except NotAPage as why:
            raise Refused(f"{why} Ask whoever sent it for the page again.", field="file") from None
        return "open_referral", page.services, page.faults
    try:
        table = read_table(content)
    except NotATable as why:
        raise Refused(str(why), field="file") from None
    return "table", table.services, table.faults


def _located(
    services: tuple[ServiceSaid, ...],
) -> tuple[list[ServiceSaid], list[tuple[str, str]]]:
    """The services with where their postcodes lie; a postcode nobody knows is told of."""
    codes = {
        "".join(place.postcode.split())
        for said in services
        for place in said.places
        if place.postcode and place.latitude is None
    }
    known = Postcode.objects.in_bulk(list(codes))
    faults: list[tuple[str, str]] = []

    def located(said: ServiceSaid, place: PlaceSaid) -> PlaceSaid:
        code = "".join(place.postcode.split())
        if not code or place.latitude is not None:
            return place
        found = known.get(code)
        if found is None:
            where = f"“{said.name}”, postcode"
            faults.append((where, f"{place.postcode} is no postcode we know; it is on no map."))
            return place
        return place._replace(latitude=found.latitude, longitude=found.longitude)

    moved = [
        said._replace(places=tuple(located(said, place) for place in said.places))
        for said in services
    ]
    return moved, faults

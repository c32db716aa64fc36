"""Mappings with their versions and the feeds that use them: what the mapping pages ask."""

from collections.abc import Mapping as Table
from dataclasses import dataclass

from oneplace.access.viewer import Viewer
from oneplace.feeds.models import Mapping, Source
from oneplace.feeds.permissions import MANAGE_FEEDS


@dataclass(frozen=True)
class KnownMapping:
    """One mapping: its versions, newest first, and the feeds read by it."""

    code: str
    versions: tuple[Mapping, ...]
    sources: tuple[Source, ...]

    @property
    def newest(self) -> Mapping:
        """The version in use."""
        return self.versions[0]


def mappings(*, viewer: Viewer) -> list[KnownMapping]:
    """Every mapping by its code, for who looks after feeds; nothing for anybody else."""
    return _known({}, viewer)


def mapping(code: str, *, viewer: Viewer) -> KnownMapping | None:
    """One mapping; None where there is none of that code or the viewer may not see it."""
    return next(iter(_known({"code": code}, viewer)), None)


def mapped_sources(*, viewer: Viewer) -> list[Source]:
    """The feeds that are read by a mapping, for who looks after feeds."""
    if not viewer.may(MANAGE_FEEDS):
        return []
    found = Source.objects.filter(reader="mapped", is_active=True)
    return list(found.select_related("mapping"))


def _known(wanted: Table[str, str], viewer: Viewer) -> list[KnownMapping]:
    if not viewer.may(MANAGE_FEEDS):
        return []
    versions: dict[str, list[Mapping]] = {}
    for each in Mapping.objects.filter(**wanted).order_by("code", "-version"):
        versions.setdefault(each.code, []).append(each)
    used: dict[str, list[Source]] = {}
    for source in Source.objects.filter(mapping__code__in=versions).select_related("mapping"):
        if source.mapping is not None:
            used.setdefault(source.mapping.code, []).append(source)
    return [
        KnownMapping(code, tuple(rows), tuple(used.get(code, ())))
        for code, rows in versions.items()
    ]

"""Saves mappings: a change is a new version, and the feeds of a mapping go on with the newest."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.feeds.models import Mapping, Source
from oneplace.feeds.permissions import MANAGE_FEEDS
from oneplace.feeds.rules import why_not_save_mapping
from oneplace.feeds.tables.mapping import MappingWrong, read_mapping
from oneplace.feeds.verbs.sources import add_source, change_source
from oneplace.kit.refusals import Refused, refuse_if

_MAPPED = "mapped"


@transaction.atomic
def save_mapping(*, code: str, toml: str, by: Viewer, at: datetime) -> Mapping:
    """Save the text of a mapping as its next version; feeds of its older ones use it from now on.

    The old versions stay. Text that is the newest version already makes none. Raises `Refused` for
    a text that is no sound mapping, or when somebody saved one at the same moment.
    """
    refuse_if(why_not_save_mapping(may_manage=by.may(MANAGE_FEEDS)))
    if by.account_id is None:
        raise Refused("Sign in first: a mapping is kept with the name of whoever made it.")
    text = toml.replace("\r\n", "\n").strip() + "\n"
    try:
        name = read_mapping(text, code).name
    except MappingWrong as wrong:
        raise Refused(problems_in_words(wrong), field="toml") from None
    newest = Mapping.objects.filter(code=code).order_by("-version").first()
    if newest is not None and newest.toml == text:
        return newest
    mapping = Mapping(
        code=code,
        version=newest.version + 1 if newest else 1,
        name=name[:200],
        toml=text,
        made_by_id=by.account_id,
        made_by_name=by.name[:160],
        made_at=at,
    )
    try:
        with transaction.atomic():
            mapping.save(force_insert=True)
    except IntegrityError:
        raise Refused(
            "Somebody else saved this mapping at the same moment. Open it again and look at theirs."
        ) from None
    for source in Source.objects.filter(mapping__code=code):
        change_source(source=source, mapping=mapping, by=by, at=at)
    audit.record(
        by=by,
        at=at,
        action="save_mapping",
        subject=("mapping", mapping.pk),
        detail={"code": code, "version": mapping.version},
    )
    return mapping


@transaction.atomic
def add_mapped_feed(
    *,
    code: str,
    name: str,
    toml: str,
    organisation_code: str = "",
    every: timedelta | None = None,
    agreed_lateness: timedelta | None = None,
    ring: str = "",
    phone: str = "",
    by: Viewer,
    at: datetime,
) -> Source:
    """Add a feed that is read by this mapping, saved under the feed's own code.

    Raises `Refused` as `save_mapping` and `add_source` do; then nothing of either is kept.
    """
    mapping = save_mapping(code=code, toml=toml, by=by, at=at)
    source = add_source(
        code=code,
        name=name,
        reader=_MAPPED,
        organisation_code=organisation_code,
        mapping=mapping,
        every=every,
        agreed_lateness=agreed_lateness,
        ring=ring,
        phone=phone,
        by=by,
        at=at,
    )
    audit.record(
        by=by,
        at=at,
        action="add_mapped_feed",
        subject=("source", source.code),
        detail={"version": mapping.version},
    )
    return source


@transaction.atomic
def map_feed(*, source: Source, toml: str, by: Viewer, at: datetime) -> Mapping:
    """Read a feed by this mapping from now on: a new version of its own, or its first.

    Raises `Refused` as `save_mapping` does, and for a feed that is read by no mapping.
    """
    if source.reader != _MAPPED:
        raise Refused(f"{source.name} has a form of its own, which needs no mapping.", field="feed")
    code = source.mapping.code if source.mapping else source.code
    mapping = save_mapping(code=code, toml=toml, by=by, at=at)
    if source.mapping is None:
        change_source(source=source, mapping=mapping, by=by, at=at)
    audit.record(
        by=by,
        at=at,
        action="map_feed",
        subject=("source", source.code),
        detail={"version": mapping.version},
    )
    return mapping


def problems_in_words(wrong: MappingWrong, most: int = 10) -> str:
    """What is wrong with a mapping, each with its key, in one text."""
    told = [f"{each.key}: {each.reason}" for each in wrong.problems[:most]]
    more = len(wrong.problems) - len(told)
    return " ".join(told) + (f" And {more} more." if more > 0 else "")

"""Lists in blocks: counted, saved, shared, closed; names asked of a practice and opened by it."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import connection, transaction
from django.db.models import Max

from oneplace.access import audit
from oneplace.access import verbs as access_verbs
from oneplace.access.verbs import WantedRelationship
from oneplace.access.viewer import Viewer
from oneplace.casefinding import queries, rules
from oneplace.casefinding.apart import GROUPS, Listed
from oneplace.casefinding.blocks import Chosen, kept
from oneplace.casefinding.models import Counted, ListVersion, NamesAsked, Run, SavedList
from oneplace.casefinding.models.saved_list import NAMES_OPEN_FOR
from oneplace.casefinding.queries import Matched
from oneplace.kit.refusals import refuse_if
from oneplace.people import queries as people
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import Purpose, RelationshipKind

NAMES: Final = "names {}"
"""Whose relationships let a network's team see names a practice opened: each asking has its own,
so that another list opened later ends none of them."""


@transaction.atomic
def count_list(*, run: Run, chosen: Sequence[Chosen], by: Viewer, at: datetime) -> Matched | None:
    """What a list finds; what is told of it is remembered before anybody else may be told.

    Whoever asks for the same organisation waits meanwhile: of two lists counted at once, the second
    is held against the first. None for whoever builds no lists. Raises `BlockNotUnderstood`.
    """
    _one_after_another(f"count_list {by.organisation_id or by.account_id}")
    found = queries.matched(run, chosen, viewer=by)
    if found is not None and found.is_told:
        note_count(run=run, listed=found.listed, told_by=tuple(found.by), by=by, at=at)
    return found


@transaction.atomic
def note_count(
    *, run: Run, listed: Listed, told_by: Sequence[str] = GROUPS, by: Viewer, at: datetime
) -> None:
    """Remember whom a count was given of, so that none after may differ by few; and who asked.

    `told_by` are the keys by whose groups it was counted as well.
    """
    if len(listed) >= rules.FEWEST and by.organisation_id is not None:
        rows, places, groups = listed.packed()
        known = Counted.objects.filter(
            run=run,
            asked_for_id=by.organisation_id,
            count=len(listed),
            rows=rows,
            told_by=list(told_by),
        )
        if not known.exists():
            Counted(
                id=new_id(),
                run=run,
                asked_for_id=by.organisation_id,
                rows=rows,
                places=places,
                groups=groups,
                told_by=list(told_by),
                count=len(listed),
                counted_at=at,
            ).save(force_insert=True)
    audit.record(
        by=by, at=at, action="count_list", subject=("run", run.pk), detail={"run": str(run.pk)}
    )


@transaction.atomic
def save_list(
    *,
    name: str,
    chosen: Sequence[Chosen],
    saved: SavedList | None = None,
    is_shared: bool = False,
    key: uuid.UUID | None = None,
    by: Viewer,
    at: datetime,
) -> SavedList:
    """Save a list under a name, or as the next version of a list of one's own.

    What is sent again with the same `key` is saved already and is answered with what was saved.
    """
    refused = rules.why_not_save_list(name, chosen, by)
    if refused is not None:
        refuse_if(refused[0], field=refused[1])
    if key is not None:
        _one_after_another(f"save_list {key}")
        known = ListVersion.objects.filter(pk=key).select_related("saved_list").first()
        if known is not None:
            refuse_if(rules.why_not_change_list(known.saved_list, by))
            return known.saved_list
    if saved is not None:
        saved = SavedList.objects.select_for_update().get(pk=saved.pk)
        refuse_if(rules.why_not_change_list(saved, by))
        saved.name, saved.is_shared = name.strip(), is_shared
        saved.save(update_fields=["name", "is_shared"])
    else:
        saved = SavedList(
            id=new_id(),
            name=name.strip(),
            made_by_id=rules.account_of(by),
            made_by_name=by.name,
            made_for_id=by.organisation_id or rules.account_of(by),
            made_at=at,
            is_shared=is_shared,
        )
        saved.save(force_insert=True)
    last = saved.versions.aggregate(last=Max("number"))["last"] or 0
    ListVersion(
        id=key or new_id(),
        saved_list=saved,
        number=last + 1,
        blocks=kept(chosen),
        saved_by_name=by.name,
        saved_at=at,
    ).save(force_insert=True)
    audit.record(
        by=by,
        at=at,
        action="save_list",
        subject=("list", saved.pk),
        detail={"version": last + 1, "shared": is_shared},
    )
    return saved


@transaction.atomic
def close_list(*, saved: SavedList, by: Viewer, at: datetime) -> SavedList:
    """Take a list away; what was asked with it stays in the audit."""
    refuse_if(rules.why_not_change_list(saved, by))
    saved.closed_at = at
    saved.save(update_fields=["closed_at"])
    audit.record(by=by, at=at, action="close_list", subject=("list", saved.pk))
    return saved


@transaction.atomic
def ask_names(
    *, version: ListVersion, run: Run, practice_id: uuid.UUID, why: str, by: Viewer, at: datetime
) -> NamesAsked:
    """Ask a practice to open the names behind a list to the viewer's network."""
    refuse_if(None if why.strip() else "Say what the names are for.", field="why")
    known = NamesAsked.objects.filter(
        version=version, run=run, practice_id=practice_id, opened_at=None, refused_at=None
    ).first()
    if known is not None:
        return known
    asked = NamesAsked(
        id=new_id(),
        version=version,
        run=run,
        practice_id=practice_id,
        party_id=by.network_id or by.organisation_id or rules.account_of(by),
        why=why.strip(),
        asked_by_id=rules.account_of(by),
        asked_by_name=by.name,
        asked_at=at,
    )
    asked.save(force_insert=True)
    audit.record(by=by, at=at, action="ask_names", subject=("names", asked.pk), reason=asked.why)
    return asked


@transaction.atomic
def open_names(
    *, asked: NamesAsked, person_ids: Sequence[uuid.UUID], by: Viewer, at: datetime
) -> NamesAsked:
    """Open the names of the practice's own patients on a list to the team that asked, for weeks."""
    held = NamesAsked.objects.select_for_update(of=("self",)).get(pk=asked.pk)
    refuse_if(rules.why_not_open_names(held, by))
    free = sorted(people.may_use(list(person_ids), Purpose.DIRECT_CARE, viewer=by))
    if free:
        access_verbs.keep_relationships(
            persons=free,
            wanted=[
                WantedRelationship(
                    person,
                    held.party_id,
                    RelationshipKind.HUDDLE_LIST,
                    held.pk,
                    at,
                    at + NAMES_OPEN_FOR,
                )
                for person in free
            ],
            source=NAMES.format(held.pk.hex),
            by=by,
            at=at,
        )
    held.opened_at, held.opened_by_name = at, by.name
    held.save(update_fields=["opened_at", "opened_by_name"])
    audit.record(
        by=by,
        at=at,
        action="open_names",
        subject=("names", held.pk),
        persons_shown=free,
        detail={"persons": len(free)},
    )
    return held


@transaction.atomic
def close_names(*, asked: NamesAsked, by: Viewer, at: datetime) -> NamesAsked:
    """Close again the names of a list, before they close by themselves."""
    held = NamesAsked.objects.select_for_update(of=("self",)).get(pk=asked.pk)
    refuse_if(rules.why_not_close_names(held, by, at=at))
    persons = queries.opened_people(held, viewer=by, at=at)
    if persons:
        access_verbs.keep_relationships(
            persons=persons, wanted=[], source=NAMES.format(held.pk.hex), by=by, at=at
        )
    held.refused_at, held.refused_why = at, f"Closed again by {by.name}"[:300]
    held.save(update_fields=["refused_at", "refused_why"])
    audit.record(
        by=by, at=at, action="close_names", subject=("names", held.pk), persons_shown=persons
    )
    return held


@transaction.atomic
def refuse_names(*, asked: NamesAsked, why: str, by: Viewer, at: datetime) -> NamesAsked:
    """Say no to whoever asked for names, with the reason."""
    held = NamesAsked.objects.select_for_update(of=("self",)).get(pk=asked.pk)
    refuse_if(rules.why_not_open_names(held, by))
    refuse_if(None if why.strip() else "Say why not: they read it.", field="why")
    held.refused_at, held.refused_why = at, why.strip()[:300]
    held.save(update_fields=["refused_at", "refused_why"])
    audit.record(by=by, at=at, action="refuse_names", subject=("names", held.pk))
    return held


# --- how each is done ---


def _one_after_another(what: str) -> None:
    """Whoever does the same waits until this transaction is over."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])

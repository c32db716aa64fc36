"""Erases entries where the law allows it, for good: from the record, its past, what came in.

What remains is a certificate: that there was an entry, the hash of what it said, the ground, who
decided and who signed. It stands in the database and, beside it, in the ledger (`records.ledger`).
"""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from oneplace.access import audit
from oneplace.access import verbs as access_verbs
from oneplace.access.models import Right
from oneplace.access.models.right import RightKind, RightState
from oneplace.access.rules.rights import ErasureGround, why_not_erase
from oneplace.access.viewer import Viewer
from oneplace.feeds import verbs as feeds_verbs
from oneplace.feeds.models import Delivery
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.records import ledger
from oneplace.records.models import Entry, Erasure, OwnWords, Subject, Version
from oneplace.vocabulary.terms import AccountKind


@transaction.atomic
def erase_entries(*, right_id: uuid.UUID, by: Viewer, at: datetime) -> int:
    """Carry out an erasure two officers agreed on; returns how many entries. Run by a job."""
    right = Right.objects.select_for_update().get(pk=right_id)
    _refuse_unless_signed(right, by)
    _refuse_without_ledger()
    wanted = list(right.items.filter(thing="entry").values_list("thing_id", flat=True))
    entries = list(
        Entry.objects.select_for_update(of=("self",))
        .select_related("subject")
        .filter(pk__in=wanted, erased_at__isnull=True)
    )
    certificates = [_certificate(entry, right, at=at) for entry in entries]
    # The ledger before the database: what is written down and not done is done later.
    ledger.add(_line(one) for one in certificates)
    Erasure.objects.bulk_create(certificates)
    _let_go([entry.pk for entry in entries], at=at)
    audit.record(
        by=by,
        at=at,
        action="erase_entries",
        subject=("right", right.pk),
        person_id=right.person_id,
        reason=ErasureGround(right.ground).label,
        detail={"entries": len(entries)},
    )
    _cut(certificates, entries, by=by, at=at)
    if right.person_id is not None:
        access_verbs.empty_copies(person_id=right.person_id, by=by, at=at)
    words = "Nothing was left to erase."
    if certificates:
        words = f"{len(entries)} erased, the first by certificate {certificates[0].certificate}"
    access_verbs.finish_right(right=right, words=words, by=by, at=at)
    return len(entries)


def _refuse_unless_signed(right: Right, by: Viewer) -> None:
    if by.kind is not AccountKind.BACKGROUND_JOB:
        raise Refused("A signed erasure is carried out by its job.")
    if right.kind != RightKind.ERASURE or right.state != RightState.SIGNED:
        raise Refused("Nothing is erased before a second officer has signed.")
    refuse_if(why_not_erase(access_verbs.holds_on(right.person_id)))


def _refuse_without_ledger() -> None:
    # The first line of a new ledger would hide that the old one was lost.
    try:
        ledger.begin(has_erased=Erasure.objects.exists())
    except ledger.LedgerLost as lost:
        raise Refused(
            "The ledger of erasures is not in its place, so nothing is erased now. Ask whoever "
            "runs the service to bring it back, then have this signed again."
        ) from lost


def _certificate(entry: Entry, right: Right, *, at: datetime) -> Erasure:
    made = Erasure(
        right_id=right.pk,
        entry_id=entry.pk,
        subject=entry.subject,
        source=entry.source,
        kind=entry.kind,
        content_shas=[bytes(entry.content_sha).hex()],
        ground=right.ground,
        why=right.decided_why,
        decided_by_name=_decided_by(right),
        signed_by_name=right.signed_by_name,
        erased_at=at,
    )
    made.certificate = f"E-{str(made.pk)[-10:].upper()}"
    return made


def _decided_by(right: Right) -> str:
    if right.reviewed_by_id is None:
        return right.handled_by_name
    step = right.steps.filter(by_id=right.reviewed_by_id).order_by("-pk").first()
    return step.by_name if step else right.handled_by_name


def _line(one: Erasure) -> Mapping[str, Any]:
    return {
        "certificate": one.certificate,
        "entry_id": str(one.entry_id),
        "subject_id": str(one.subject_id),
        "right_id": str(one.right_id),
        "source": one.source,
        "kind": str(one.kind),
        "content_shas": one.content_shas,
        "ground": one.ground,
        "why": one.why,
        "decided_by": one.decided_by_name,
        "signed_by": one.signed_by_name,
        "erased_at": one.erased_at.isoformat(),
    }


_EMPTY_ENTRIES: Final = """
update records_entry set title = '', code = '', code_system = '', words = '', value = null,
    unit = '', by = '', by_agent_id = null, at_agent_id = null, within_id = null, labels = '{}',
    own_labels = '{}', detail = '{}', starts_at = null, ends_at = null, recorded_at = null,
    status = 'in_error', erased_at = %s
where id = any (%s) and erased_at is null
"""
_EMPTY_VERSIONS: Final = """
update records_version set content = '{}' where thing = 'entry' and thing_id = any (%s)
   and content <> '{}'
"""


def _let_go(entry_ids: Sequence[uuid.UUID], *, at: datetime) -> int:
    """Empty entries and their past; the certificates must be there, a trigger asks for them."""
    with connection.cursor() as cursor:
        cursor.execute(_EMPTY_VERSIONS, [list(entry_ids)])
        cursor.execute(_EMPTY_ENTRIES, [at, list(entry_ids)])
        emptied = int(cursor.rowcount)
    OwnWords.objects.filter(entry_id__in=list(entry_ids)).delete()
    return emptied


def _cut(
    certificates: Sequence[Erasure], entries: Sequence[Entry], *, by: Viewer, at: datetime
) -> None:
    """Cut the bytes of entries and their past out of the deliveries they came in."""
    of_entry = {one.entry_id: one for one in certificates}
    places: dict[uuid.UUID, set[str]] = defaultdict(set)
    whose: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    said = [(one.pk, one.delivery_id, one.place) for one in entries]
    past = Version.objects.filter(thing="entry", thing_id__in=list(of_entry))
    for entry_id, delivery_id, place, sha in past.values_list(
        "thing_id", "delivery_id", "place", "content_sha"
    ):
        said.append((entry_id, delivery_id, place))
        of_entry[entry_id].content_shas.append(bytes(sha).hex())
    for entry_id, delivery_id, place in said:
        if delivery_id is not None:
            places[delivery_id].add(place)
            whose[delivery_id].add(entry_id)
    names = _names([entry.subject for entry in entries])
    for delivery in Delivery.objects.filter(pk__in=list(places)):
        why = f"Erased by certificate, request {certificates[0].right_id}"
        cut = feeds_verbs.cut_out(
            delivery=delivery, places=places[delivery.pk], names=names, why=why, by=by, at=at
        )
        if cut is None:
            continue
        noted = {
            "delivery": cut.delivery_id,
            "sha256": cut.sha256,
            "spans": [list(span) for span in cut.spans],
        }
        for entry_id in whose[delivery.pk]:
            of_entry[entry_id].cut_from.append(noted)
    for one in certificates:
        one.content_shas = list(dict.fromkeys(one.content_shas))
    Erasure.objects.bulk_update(certificates, ["cut_from", "content_shas"])
    # Once more, now with what was cut and where: the last line of an entry counts.
    ledger.add({**_line(one), "cut_from": one.cut_from} for one in certificates if one.cut_from)


def _names(subjects: Sequence[Subject]) -> set[str]:
    """Numbers one of which stands in whatever a source sends of these people."""
    values = {subject.value for subject in subjects}
    numbers = {identity.nhs_number for subject in subjects for identity in subject.identities.all()}
    return {name for name in values | numbers if len(name) > 1}


@transaction.atomic
def apply_ledger(*, by: Viewer, at: datetime) -> int:
    """Bring the record into step with the ledger: after a restore, and every few minutes.

    Empties entries that stand again, writes certificates the database does not know, cuts
    deliveries that came back, and writes into the ledger what only the database knows. Returns how
    many entries were emptied. Raises `LedgerLost` where something was erased and it is not there.
    """
    ledger.begin(has_erased=Erasure.objects.exists())
    written = {str(line["entry_id"]): line for line in ledger.lines()}
    held = Erasure.objects.filter(entry_id__in=list(written))
    known = set(map(str, held.values_list("entry_id", flat=True)))
    Erasure.objects.bulk_create(
        (_from_line(line) for key, line in written.items() if key not in known),
        ignore_conflicts=True,
    )
    everything = list(Erasure.objects.all())
    ledger.add(
        {**_line(one), "cut_from": one.cut_from}
        for one in everything
        if str(one.entry_id) not in written
    )
    stands = Entry.objects.filter(
        pk__in=[one.entry_id for one in everything], erased_at__isnull=True
    ).values_list("pk", flat=True)
    again = set(stands)
    emptied = _let_go(list(again), at=at) if again else 0
    came_back = [
        one
        for one in everything
        if one.entry_id in again or str(one.entry_id) in written.keys() - known
    ]
    cut = _cut_again(came_back)
    if emptied or cut:
        audit.record(
            by=by,
            at=at,
            action="apply_ledger",
            detail={"entries": emptied, "deliveries": cut},
        )
    return emptied


def _from_line(line: Mapping[str, Any]) -> Erasure:
    return Erasure(
        right_id=line["right_id"],
        certificate=line["certificate"],
        entry_id=line["entry_id"],
        subject_id=line["subject_id"],
        source=line["source"],
        kind=line["kind"],
        content_shas=line["content_shas"],
        cut_from=line.get("cut_from", []),
        ground=line["ground"],
        why=line["why"],
        decided_by_name=line["decided_by"],
        signed_by_name=line["signed_by"],
        erased_at=datetime.fromisoformat(line["erased_at"]),
    )


def _cut_again(erased: Sequence[Erasure]) -> int:
    """Blank the same spans once more in deliveries whose bytes a restore brought back."""
    wanted: dict[str, list[tuple[int, int]]] = {}
    for one in erased:
        for cut in one.cut_from:
            spans = [(offset, length) for offset, length in cut["spans"]]
            wanted.setdefault(cut["delivery"], []).extend(spans)
    done = 0
    for delivery in Delivery.objects.filter(pk__in=list(wanted), erased_at__isnull=True):
        feeds_verbs.blank(delivery, wanted[str(delivery.pk)] or [(0, delivery.size)])
        done += 1
    return done

"""The transfer hub's sheets: who is ready to leave hospital, and what they wait for.

The hub names people by their hospital number and stay, as the wards do; the hospital whose numbers
those are is the habit `hospital` of the source, else the partner that sends the export.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from oneplace.feeds.tables import codes, values
from oneplace.feeds.tables.community_numbers import SPELL, about, iso, same, told, words
from oneplace.feeds.tables.saying import Saying
from oneplace.feeds.tables.sheets import Sheet
from oneplace.vocabulary.rows import IdentitySaid, Said, SubjectKey
from oneplace.vocabulary.terms import EntryKind, EntryStatus, Pathway

_PATHWAYS: Final = {word.casefold(): Pathway(word) for word in Pathway.stored_words()}


def _transfer_list(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    (
        spell, hospital_number, nhs_number, surname, admitted, expected, frailty, ready, proposed,
        actual, left,
    ) = cells  # fmt: skip
    whose = about(saying, SPELL, "spell", spell)
    hospital = str(saying.habits.get("hospital") or saying.organisation)
    known = SubjectKey(f"hospital:{hospital}", saying.need("hospital_number", hospital_number))
    nhs, is_sound = values.nhs(nhs_number)
    yield same(saying, known, whose)
    yield IdentitySaid(
        saying.source,
        whose,
        saying.said_at,
        saying.place,
        saying.version,
        nhs_number=nhs,
        is_nhs_number_sound=is_sound,
        identifiers=(known,),
        family=surname,
        organisation=saying.organisation,
        is_identity_unknown=True,
    )
    admitted_at, exactness = saying.exactly("admitted", admitted)
    ready_at, left_at = saying.moment("ready_to_leave", ready), saying.moment("left", left)
    expected_on = saying.day("expected_discharge", expected)
    pathway = saying.word("pathway_proposed", proposed, _PATHWAYS)
    actually = saying.word("pathway_actual", actual, _PATHWAYS)
    yield saying.entry(
        EntryKind.EPISODE,
        f"transfer:{spell}",
        whose,
        status=EntryStatus.ENDED if left_at else EntryStatus.CURRENT,
        starts_at=ready_at or admitted_at,
        ends_at=left_at,
        exactness=exactness,
        title="On the transfer hub's list",
        organisation=saying.organisation,
        detail={
            "service": "Transfer of care hub",
            "spell": spell,
            "left_hospital_at": iso(left_at),
            "earlier_statuses": told(
                {"status": "admitted", "since": iso(admitted_at)},
                {"status": "ready to leave", "since": iso(ready_at)},
                {
                    "status": "expected to leave",
                    "since": expected_on.isoformat() if expected_on else "",
                },
            ),
            "disposition": actually.value if actually else "",
            "decision": pathway.value if pathway else "",
        },
    )
    score = saying.whole("clinical_frailty", frailty)
    if score is not None:
        yield saying.entry(
            EntryKind.OBSERVATION,
            f"frailty:{spell}",
            whose,
            status=EntryStatus.ENDED,
            starts_at=admitted_at,
            exactness=exactness,
            title="Clinical Frailty Scale",
            value=saying.amount("clinical_frailty", frailty),
            organisation=saying.organisation,
            within=f"{EntryKind.EPISODE}:transfer:{spell}",
        )


def _transfer_reviews(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    spell, reviewed, needs_bed, reason = cells
    at, exactness = saying.exactly("reviewed", reviewed)
    is_needed = saying.truth("criteria_to_reside", needs_bed)
    yield saying.entry(
        EntryKind.REVIEW,
        f"reside:{spell}|{reviewed}",
        about(saying, SPELL, "spell", spell),
        status=EntryStatus.ENDED,
        starts_at=at,
        exactness=exactness,
        title="Still needs an acute bed" if is_needed else "No longer needs an acute bed",
        organisation=saying.organisation,
        within=f"{EntryKind.EPISODE}:transfer:{spell}",
        detail={
            "type": "criteria to reside",
            "outcome": "needs an acute bed" if is_needed else "needs no acute bed",
            "review_reason": words(reason),
            "numbers": [f"spell|{spell}"],
        },
    )


def _transfer_blockers(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    reference, spell, kind, responsible, opened, closed, note = cells
    opened_at, exactness = saying.exactly("opened", opened)
    closed_at = saying.moment("closed", closed)
    blocker = saying.word("kind", kind, codes.BLOCKERS)
    yield saying.entry(
        EntryKind.BLOCKER,
        saying.need("blocker_id", reference),
        about(saying, SPELL, "spell", spell),
        status=saying.status(opened_at, closed_at),
        starts_at=opened_at,
        ends_at=closed_at,
        exactness=exactness,
        title=f"Waiting to leave hospital: {(blocker.label if blocker else words(kind)).lower()}",
        words=note,
        organisation=responsible,
        within=f"{EntryKind.EPISODE}:transfer:{spell}",
        detail={
            "blocker": blocker.value if blocker else "",
            "status_as_sent": "" if blocker else kind,
            "responsible": responsible,
            "spell": spell,
        },
    )


SHEETS: Final = (
    Sheet(
        "transfer_list",
        ("spell", "hospital_number", "nhs_number", "surname", "admitted", "expected_discharge",
         "clinical_frailty", "ready_to_leave", "pathway_proposed", "pathway_actual", "left"),
        ("spell", "hospital_number", "ready_to_leave"),
        _transfer_list,
    ),
    Sheet(
        "transfer_reviews",
        ("spell", "reviewed", "criteria_to_reside", "reason"),
        ("spell", "reviewed", "criteria_to_reside"),
        _transfer_reviews,
    ),
    Sheet(
        "transfer_blockers",
        ("blocker_id", "spell", "kind", "responsible", "opened", "closed", "note"),
        ("blocker_id", "spell", "kind"),
        _transfer_blockers,
    ),
)  # fmt: skip

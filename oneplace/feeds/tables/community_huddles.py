"""The register of huddles that the community services' office keeps.

Meetings, which are about no one person, are counted by column and wait for the room that will keep
them; a case is a number of the practice's patient.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from oneplace.feeds.tables import values
from oneplace.feeds.tables.community_numbers import HUDDLE_CASE, about, iso, same, words
from oneplace.feeds.tables.saying import Saying
from oneplace.feeds.tables.sheets import Sheet
from oneplace.vocabulary.rows import IdentitySaid, Said, SubjectKey, Unmapped
from oneplace.vocabulary.terms import EntryKind, EntryStatus

_MEETINGS: Final = ("meeting", "practice", "starts", "status")


def _huddle_meetings(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    for column, cell in zip(_MEETINGS, cells, strict=True):
        if cell:
            yield Unmapped(
                saying.source, f"huddle_meetings: {column} (about no one person; kept for huddles)"
            )


def _huddle_cases(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    (
        reference, practice, gp_number, nhs_number, listed, trigger, lead, told, status, closed,
        close_reason, next_review,
    ) = cells  # fmt: skip
    whose = about(saying, HUDDLE_CASE, "case", reference)
    nhs, is_sound = values.nhs(nhs_number)
    others: tuple[SubjectKey, ...] = ()
    if gp_number and practice:
        others = (SubjectKey(f"practice:{practice}", gp_number),)
        yield same(saying, others[0], whose)
    yield IdentitySaid(
        saying.source,
        whose,
        saying.said_at,
        saying.place,
        saying.version,
        nhs_number=nhs,
        is_nhs_number_sound=is_sound,
        identifiers=others,
        practice_code=practice,
        organisation=saying.organisation,
        is_identity_unknown=True,
    )
    listed_at, exactness = saying.exactly("listed", listed)
    closed_at = saying.moment("closed", closed)
    told_at = saying.moment("told", told)
    review_on = saying.day("next_review", next_review)
    is_closed = status.casefold() == "closed"
    yield saying.entry(
        EntryKind.CARE_PLAN,
        f"huddle:{reference}",
        whose,
        status=EntryStatus.ENDED if is_closed else EntryStatus.CURRENT,
        starts_at=listed_at,
        ends_at=closed_at,
        exactness=exactness,
        title="On the huddle's list",
        organisation=practice or saying.organisation,
        by=lead,
        detail={
            "trigger": words(trigger),
            "lead": lead,
            "close_reason": words(close_reason),
            "next_review_on": review_on.isoformat() if review_on else "",
            "notes": [{"text": "The person was told.", "at": iso(told_at)}] if told_at else [],
        },
    )


def _huddle_discussions(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    reference, case, meeting, when, section, minutes = cells
    at, exactness = saying.exactly("when", when)
    yield saying.entry(
        EntryKind.NOTE,
        f"huddle:{saying.need('discussion', reference)}",
        about(saying, HUDDLE_CASE, "case", case),
        status=saying.status(at, at),
        starts_at=at,
        exactness=exactness,
        title=f"Discussed at the huddle: {words(section)}",
        organisation=saying.organisation,
        within=f"{EntryKind.CARE_PLAN}:huddle:{case}",
        detail={
            "about": "huddle",
            "activity": f"{minutes} minutes" if minutes else "",
            "numbers": [f"huddle meeting|{meeting}"] if meeting else [],
        },
    )


def _huddle_actions(saying: Saying, cells: Sequence[str]) -> Iterator[Said]:
    (
        reference, discussion, case, what, owner, asked, due, accepted, done, cancelled,
    ) = cells  # fmt: skip
    asked_at, exactness = saying.exactly("asked", asked)
    done_at, cancelled_at = saying.moment("done", done), saying.moment("cancelled", cancelled)
    due_on = saying.day("due", due)
    yield saying.entry(
        EntryKind.TASK,
        f"huddle:{saying.need('action', reference)}",
        about(saying, HUDDLE_CASE, "case", case),
        status=EntryStatus.CANCELLED
        if cancelled_at
        else EntryStatus.ENDED
        if done_at
        else EntryStatus.CURRENT,
        starts_at=asked_at,
        ends_at=done_at or cancelled_at,
        exactness=exactness,
        title=words(what).capitalize() or "Action",
        organisation=saying.organisation,
        within=f"{EntryKind.NOTE}:huddle:{discussion}" if discussion else "",
        detail={
            "asked_of": owner,
            "asked_by": "the huddle",
            "due": due_on.isoformat() if due_on else "",
            "accepted_at": iso(saying.moment("accepted", accepted)),
            "done_at": iso(done_at),
            "cancelled_at": iso(cancelled_at),
        },
    )


SHEETS: Final = (
    Sheet("huddle_meetings", _MEETINGS, ("meeting", "practice", "starts"), _huddle_meetings),
    Sheet(
        "huddle_cases",
        ("case", "practice", "gp_patient_id", "nhs_number", "listed", "trigger", "lead", "told",
         "status", "closed", "close_reason", "next_review"),
        ("case", "practice", "listed", "trigger"),
        _huddle_cases,
    ),
    Sheet(
        "huddle_discussions",
        ("discussion", "case", "meeting", "when", "section", "minutes"),
        ("discussion", "case", "meeting"),
        _huddle_discussions,
    ),
    Sheet(
        "huddle_actions",
        ("action", "discussion", "case", "what", "owner", "asked", "due", "accepted", "done",
         "cancelled"),
        ("action", "case", "owner"),
        _huddle_actions,
    ),
)  # fmt: skip

"""What people at work write down: with who and why, kept for ever, and only where they may look."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from oneplace.access.models import AuditEntry, Relationship
from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role
from oneplace.kit.refusals import Refused
from oneplace.records import queries, rules, verbs
from oneplace.records.models import Entry, Identity, Reach, Subject, Version
from oneplace.records.permissions import ADD_TO_RECORD
from oneplace.records.rules import Draft
from oneplace.vocabulary.ids import id_for, new_id
from oneplace.vocabulary.rows import ReachSaid
from oneplace.vocabulary.terms import (
    AccountKind,
    EntryKind,
    EntryStatus,
    ReachKind,
    RelationshipKind,
)
from oneplace.vocabulary.terms import Role as JobRole
from tests.database import as_role
from tests.rooms.records.arriving import MARY, PRACTICE, arrive, entry, identity, loader

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 12, 9, 40, tzinfo=UTC)
PERSON = new_id()
NOTE = Draft(EntryKind.NOTE, "Rang: no answer", starts_at=AT)


def _viewer(name: str = "Ann Baker") -> Viewer:
    return Viewer(
        account_id=new_id(),
        kind=AccountKind.STAFF,
        name=name,
        title="Community nurse",
        role=JobRole.COMMUNITY_NURSE,
        organisation_id=PRACTICE,
        organisation_name="Community health",
        permissions=frozenset({ADD_TO_RECORD}),
    )


@pytest.fixture
def nurse(db: None) -> Viewer:
    """Somebody with Mary, of whom a practice has told, on her caseload."""
    viewer = _viewer()
    assert viewer.account_id is not None
    with as_role(Role.LOADER):
        rows = (identity(nhs_number="9990000018", is_nhs_number_sound=True), entry())
        verbs.take_in(deliveries=[arrive(*rows)], by=loader(), at=AT)
        mary = id_for("subject", f"{MARY.authority}|{MARY.value}")
        verbs.say_whose(whose={mary: PERSON}, by=loader(), at=AT)
        Relationship.objects.create(
            person_id=PERSON,
            party_id=viewer.account_id,
            kind=RelationshipKind.CASELOAD,
            source="test",
            starts_at=AT - timedelta(days=1),
        )
    return viewer


def _enter(by: Viewer, draft: Draft = NOTE) -> Entry:
    return verbs.enter_by_hand(person_id=PERSON, draft=draft, by=by, at=AT)


def test_what_is_entered_by_hand_stands_on_the_timeline_with_its_writer(nurse: Viewer) -> None:
    with viewing(nurse, at=AT):
        _enter(nurse)
        row = queries.timeline(PERSON, viewer=nurse, at=AT).entries[0]

    assert (row.title, row.by, row.by_role) == ("Rang: no answer", "Ann Baker", "Community nurse")
    assert row.is_by_hand and not row.has_history
    assert row.detail["written_for"] == str(PERSON)
    with as_role(Role.LOADER):
        noted = AuditEntry.objects.get(action="enter_by_hand")
    assert (noted.person_id, noted.subject_id) == (PERSON, str(row.id))


def test_a_correction_keeps_what_was_said_and_why_though_the_clock_stands_still(
    nurse: Viewer,
) -> None:
    with viewing(nurse, at=AT):
        made = _enter(nurse)
        for title in ("Rang: spoke to her", "Rang: no answer", "Rang: spoke to her son"):
            verbs.correct_by_hand(
                entry=made, draft=replace(NOTE, title=title), why="Mixed up", by=nurse, at=AT
            )
        said = queries.history(made.pk, viewer=nurse)

    assert [saying.content["title"] for saying in said] == [
        "Rang: no answer",
        "Rang: spoke to her",
        "Rang: no answer",
        "Rang: spoke to her son",
    ]
    assert said[-1].stands
    assert said[-1].content["detail"]["why_changed"] == "Mixed up"


def test_who_reads_every_record_for_another_reason_writes_in_none(nurse: Viewer) -> None:
    steward = replace(
        _viewer("The steward"), permissions=frozenset({ADD_TO_RECORD, "see_who_is_who"})
    )

    with viewing(steward, at=AT), pytest.raises(Refused, match="Nothing connects you"):
        _enter(steward)


@pytest.mark.parametrize(
    ("is_mistake", "status"), [(True, EntryStatus.IN_ERROR), (False, EntryStatus.CANCELLED)]
)
def test_what_is_cancelled_by_hand_stays_to_be_seen(
    is_mistake: bool, status: EntryStatus, nurse: Viewer
) -> None:
    with viewing(nurse, at=AT):
        made = _enter(nurse)
        gone = verbs.cancel_by_hand(
            entry=made, why="Wrong person", is_mistake=is_mistake, by=nurse, at=AT
        )
        with pytest.raises(Refused, match="already"):
            verbs.cancel_by_hand(entry=made, why="Again", is_mistake=True, by=nurse, at=AT)
        said = queries.history(made.pk, viewer=nurse)

    assert gone.status == status
    assert gone.title == NOTE.title
    assert [saying.content["status"] for saying in said] == ["not_said", status.value]


def test_what_a_partner_sent_is_not_mended_here(nurse: Viewer) -> None:
    with viewing(nurse, at=AT):
        theirs = Entry.objects.get()
        with pytest.raises(Refused, match="partner"):
            verbs.correct_by_hand(entry=theirs, draft=NOTE, why="x", by=nurse, at=AT)
        with pytest.raises(Refused, match="partner"):
            verbs.cancel_by_hand(entry=theirs, why="x", is_mistake=True, by=nurse, at=AT)


def test_a_stranger_can_neither_write_nor_change(nurse: Viewer) -> None:
    with viewing(nurse, at=AT):
        made = _enter(nurse)

    stranger = _viewer("A stranger")
    with viewing(stranger, at=AT):
        with pytest.raises(Refused, match="may not"):
            _enter(stranger)
        with pytest.raises(Entry.DoesNotExist):
            verbs.correct_by_hand(entry=made, draft=NOTE, why="x", by=stranger, at=AT)
        with pytest.raises(Entry.DoesNotExist):
            verbs.cancel_by_hand(entry=made, why="x", is_mistake=True, by=stranger, at=AT)
        assert queries.written_by_hand(made.pk, viewer=stranger) is None


REFUSED: dict[str, tuple[dict[str, Any], str | None]] = {
    "a stay": ({"kind": EntryKind.STAY}, "kind"),
    "no words": ({"title": "  "}, "title"),
    "too many words": ({"title": "x" * 301}, "title"),
    "too long a text": ({"words": "x" * 20_001}, "words"),
    "what has not happened": ({"starts_at": AT + timedelta(days=1)}, "starts_at"),
    "an end before the beginning": ({"ends_at": AT - timedelta(days=1)}, "ends_at"),
    "a measurement of nothing": ({"kind": EntryKind.OBSERVATION}, "value"),
    "an endless amount": ({"value": Decimal("NaN")}, "value"),
    "something cancelled": ({"status": EntryStatus.CANCELLED}, "status"),
    "an allergy and none": (
        {"kind": EntryKind.ALLERGY, "detail": {"is_none_known": True, "substance": "Nuts"}},
        "detail",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_may_not_be_entered_is_refused_at_its_field(what: str) -> None:
    changes, at_field = REFUSED[what]

    refused = rules.why_not_enter(replace(NOTE, **changes), by=_viewer(), at=AT)

    assert refused is not None and refused.words
    assert refused.field == at_field


def test_an_appointment_may_lie_ahead_and_nobody_without_permission_writes() -> None:
    ahead = replace(NOTE, kind=EntryKind.APPOINTMENT, starts_at=AT + timedelta(days=9))

    assert rules.why_not_enter(ahead, by=_viewer(), at=AT) is None
    assert rules.why_not_enter(ahead, by=replace(_viewer(), permissions=frozenset()), at=AT)


def test_a_kind_is_not_corrected_into_another_and_a_reason_is_asked_for(nurse: Viewer) -> None:
    with viewing(nurse, at=AT):
        made = _enter(nurse)
        fall = replace(NOTE, kind=EntryKind.FALL)
        with pytest.raises(Refused, match="anew"):
            verbs.correct_by_hand(entry=made, draft=fall, why="x", by=nurse, at=AT)
        with pytest.raises(Refused, match="Say why"):
            verbs.correct_by_hand(entry=made, draft=NOTE, why=" ", by=nurse, at=AT)


def test_somebody_nobody_has_told_us_of_is_identified_by_hand(nurse: Viewer) -> None:
    said = {
        "family": "New",
        "given": "Nell",
        "reach": (ReachSaid(ReachKind.MOBILE, "07700 900111"),),
    }
    with viewing(nurse, at=AT):
        subject = verbs.identify_by_hand(person_id=PERSON, said=said, by=nurse, at=AT)

        assert subject.pk == id_for("subject", f"oneplace:person|{PERSON}")
        assert Identity.objects.get(subject=subject).family == "New"
        assert Reach.objects.get().text == "07700 900111"


WITHOUT_AUDIT: dict[str, Callable[[Viewer, Entry], object]] = {
    "enter_by_hand": lambda by, made: verbs.enter_by_hand(
        person_id=PERSON, draft=NOTE, by=by, at=AT
    ),
    "correct_by_hand": lambda by, made: verbs.correct_by_hand(
        entry=made, draft=replace(NOTE, title="Other"), why="x", by=by, at=AT
    ),
    "cancel_by_hand": lambda by, made: verbs.cancel_by_hand(
        entry=made, why="x", is_mistake=True, by=by, at=AT
    ),
    "identify_by_hand": lambda by, made: verbs.identify_by_hand(
        person_id=PERSON, said={"family": "New"}, by=by, at=AT
    ),
}


@pytest.mark.parametrize("verb", WITHOUT_AUDIT)
def test_without_its_audit_nothing_is_written(
    verb: str, nurse: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise RuntimeError("no audit")

    def everything() -> tuple[object, ...]:
        rows = Entry.objects.order_by("pk").values_list("pk", "title", "status")
        return (list(rows), Version.objects.count(), Subject.objects.count())

    with viewing(nurse, at=AT):
        made = _enter(nurse)
        before = everything()
        monkeypatch.setattr("oneplace.access.audit.record", refuse)

        with pytest.raises(RuntimeError, match="no audit"):
            WITHOUT_AUDIT[verb](nurse, made)

        assert everything() == before

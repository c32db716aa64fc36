"""The person's own words beside an entry, entries not to be used, and what a request is given."""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import ProgrammingError

from oneplace.access.models import AuditEntry, Relationship, Right
from oneplace.access.models.right import HowItCame, RightKind, RightState, WhoAsks
from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role
from oneplace.kit.refusals import Refused
from oneplace.records import others, queries, verbs
from oneplace.records.models import Entry, OwnWords, Restriction
from oneplace.records.permissions import ADD_TO_RECORD
from oneplace.vocabulary.ids import id_for, new_id
from oneplace.vocabulary.terms import AccountKind, DataCategory, EntryKind, RelationshipKind
from oneplace.vocabulary.terms import Role as JobRole
from tests.database import as_role
from tests.rooms.records.arriving import MARY, PRACTICE, arrive, entry, identity, loader

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 12, 9, 40, tzinfo=UTC)
PERSON = new_id()


def viewer(name: str = "Ann Baker", *, permissions: frozenset[str], role: JobRole) -> Viewer:
    """Somebody of the practice."""
    return Viewer(
        account_id=id_for("test-account", name),
        kind=AccountKind.STAFF,
        name=name,
        title=role.label,
        role=role,
        organisation_id=PRACTICE,
        organisation_name="Community health",
        permissions=permissions,
    )


NURSE = viewer(permissions=frozenset({ADD_TO_RECORD}), role=JobRole.COMMUNITY_NURSE)
OFFICER = viewer("Olive", permissions=frozenset({"handle_rights"}), role=JobRole.IG_OFFICER)
STRANGER = viewer("Sid", permissions=frozenset({ADD_TO_RECORD}), role=JobRole.GP)


@pytest.fixture
def held(db: None) -> Entry:
    """An entry of Mary's, whom the nurse looks after."""
    with as_role(Role.LOADER):
        rows = (identity(nhs_number="9990000018", is_nhs_number_sound=True), entry())
        verbs.take_in(deliveries=[arrive(*rows)], by=loader(), at=AT)
        mary = id_for("subject", f"{MARY.authority}|{MARY.value}")
        verbs.say_whose(whose={mary: PERSON}, by=loader(), at=AT)
        Relationship.objects.create(
            person_id=PERSON,
            party_id=NURSE.account_id,
            kind=RelationshipKind.CASELOAD,
            source="test",
            starts_at=AT - timedelta(days=1),
        )
        return Entry.objects.get()


@pytest.fixture
def right(held: Entry) -> Right:
    """A request of Mary's to the practice, her identity checked."""
    made = Right(
        kind=RightKind.RESTRICTION,
        state=RightState.IDENTIFIED,
        organisation_id=PRACTICE,
        asker_name="Mary",
        asker_is=WhoAsks.PERSON,
        words="This is wrong.",
        came_by=HowItCame.LETTER,
        received_on=date(2026, 3, 10),
        due_on=date(2026, 4, 10),
        person_id=PERSON,
        person_name="Mary",
        handled_by_id=OFFICER.account_id,
        handled_by_name=OFFICER.name,
        written_at=AT,
    )
    with as_role(Role.LOADER):
        made.save(force_insert=True)
    return made


def _add(held: Entry) -> OwnWords:
    return verbs.add_own_words(entry=held, words="I never fell.", said_by="Mary", by=NURSE, at=AT)


def test_own_words_stand_beside_the_entry_for_whoever_reads_it(held: Entry) -> None:
    with viewing(NURSE, at=AT):
        _add(held)
        (found,) = queries.own_words(held.pk, viewer=NURSE)
        sayings, (beside,) = queries.history_and_words(held.pk, viewer=NURSE)

    assert (found.words, found.said_by) == ("I never fell.", "Mary")
    assert (beside.words, beside.taken_at, len(sayings)) == ("I never fell.", AT, 1)
    assert beside.taken_by_name == "Ann Baker"


def test_no_words_are_no_words(held: Entry) -> None:
    with viewing(NURSE, at=AT), pytest.raises(Refused, match="in their words"):
        verbs.add_own_words(entry=held, words=" ", said_by="Mary", by=NURSE, at=AT)


def test_an_officer_puts_words_beside_and_stops_use_without_seeing_the_record_otherwise(
    held: Entry, right: Right
) -> None:
    with viewing(OFFICER, at=AT):
        assert Entry.objects.count() == 0
        verbs.put_beside(
            right_id=right.pk, person_id=PERSON, entry_ids=[held.pk], words="I never fell.",
            said_by="Mary", by=OFFICER, at=AT,
        )  # fmt: skip
        _restrict(right, held, is_restricted=True)
        (found,) = queries.asked_for(right.pk, PERSON, viewer=OFFICER, at=AT).entries
    with viewing(NURSE, at=AT):
        hidden = Entry.objects.count()
    with as_role(Role.LOADER):
        part = Entry.objects.get(pk=held.pk).part

    assert found.own_words == ("Mary: I never fell.",)
    assert (found.is_restricted, hidden, part) == (True, 0, DataCategory.PROTECTED)


def _restrict(right: Right, held: Entry, *, is_restricted: bool) -> int:
    return verbs.restrict_entries(
        right_id=right.pk,
        person_id=PERSON,
        entry_ids=[held.pk],
        is_restricted=is_restricted,
        why="Whether it is true is looked into",
        by=OFFICER,
        at=AT,
    )


def test_use_goes_on_once_the_restriction_is_lifted_and_both_stay_known(
    held: Entry, right: Right
) -> None:
    with viewing(OFFICER, at=AT):
        _restrict(right, held, is_restricted=True)
        _restrict(right, held, is_restricted=False)
    with viewing(NURSE, at=AT):
        seen = Entry.objects.count()
    with as_role(Role.LOADER):
        kept = Restriction.objects.get(entry=held)

    assert seen == 1
    assert (kept.lifted_at, kept.put_by_name) == (AT, "Olive")


def test_a_stranger_is_given_nothing_of_a_request(held: Entry, right: Right) -> None:
    other = viewer("Olga", permissions=frozenset({"handle_rights"}), role=JobRole.IG_OFFICER)
    other = Viewer(**{**other.__dict__, "organisation_id": new_id()})
    with viewing(NURSE, at=AT):
        _add(held)

    for somebody in (STRANGER, other):
        with (
            pytest.raises(ProgrammingError, match="not this viewer's to handle"),
            viewing(somebody, at=AT),
        ):
            queries.asked_for(right.pk, PERSON, viewer=somebody, at=AT)
    with viewing(STRANGER, at=AT):
        assert queries.own_words(held.pk, viewer=STRANGER) == ()
        assert queries.history_and_words(held.pk, viewer=STRANGER) == ((), ())
        assert queries.erasures(right.pk, viewer=STRANGER) == ()


def test_what_a_request_is_given_is_given_only_with_its_entry_in_the_audit(
    held: Entry, right: Right, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oneplace.access.audit.record", lambda **_: None)

    with pytest.raises(ProgrammingError, match="entry in the audit"), viewing(OFFICER, at=AT):
        queries.asked_for(right.pk, PERSON, viewer=OFFICER, at=AT)


ACTS: dict[str, Callable[[Right, Entry], object]] = {
    "put_beside": lambda right, held: verbs.put_beside(
        right_id=right.pk,
        person_id=PERSON,
        entry_ids=[held.pk],
        words="I never fell.",
        said_by="Mary",
        by=OFFICER,
        at=AT,
    ),
    "restrict_entries": lambda right, held: _restrict(right, held, is_restricted=True),
}


@pytest.mark.parametrize("name", ACTS)
def test_without_its_audit_nothing_of_a_request_is_done(
    name: str, held: Entry, right: Right, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr("oneplace.access.audit.record", broken)
    with viewing(OFFICER, at=AT), pytest.raises(RuntimeError, match="no audit"):
        ACTS[name](right, held)

    with as_role(Role.LOADER):
        assert OwnWords.objects.count() == 0
        assert Entry.objects.get(pk=held.pk).own_labels == []


def test_without_its_audit_no_word_stands_beside_an_entry(
    held: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr("oneplace.access.audit.record", broken)
    with viewing(NURSE, at=AT), pytest.raises(RuntimeError, match="no audit"):
        verbs.add_own_words(entry=held, words="I never fell.", said_by="Mary", by=NURSE, at=AT)

    with as_role(Role.LOADER):
        assert OwnWords.objects.count() == 0


def test_own_words_leave_an_entry_in_the_audit(held: Entry) -> None:
    with viewing(NURSE, at=AT):
        _add(held)

    with as_role(Role.LOADER):
        assert AuditEntry.objects.get(action="add_own_words").person_id == PERSON
    assert isinstance(held.pk, uuid.UUID)


@pytest.fixture
def shown(held: Entry) -> Callable[..., queries.EntryShown]:
    """An entry as it is read, with other words."""

    def made(**changed: object) -> queries.EntryShown:
        with viewing(NURSE, at=AT):
            found = queries.entry(held.pk, viewer=NURSE)
        assert found is not None
        return found._replace(**changed)  # type: ignore[arg-type]

    return made


def test_what_may_be_about_somebody_else_is_suggested_with_its_words(
    shown: Callable[..., queries.EntryShown],
) -> None:
    tie = shown(kind=EntryKind.TIE, detail={"name": "Ada Okafor", "relationship": "daughter"})
    close = others.names_close([tie], own=["Margaret", "Okafor"])

    told = others.suspected(
        shown(words="Her Daughter ADA told me; Ada rang from 020 7946 0018.", title="Call"),
        close=close,
    )
    plain = others.suspected(shown(words="Walks with a stick.", title="Gait"), close=close)

    assert close == {"Ada"}
    assert set(told.hints) == {
        others.Hint.NAMED, others.Hint.RELATIVE, others.Hint.TOLD_BY, others.Hint.TELEPHONE,
    }  # fmt: skip
    assert "020 7946 0018" in told.words
    assert plain.hints == ()


def test_blacking_out_betrays_neither_length_nor_capitals() -> None:
    words = others.blacked("Ada rang; ADA, adamant, told", ["Ada"])
    within = others.blacked_within({"a": ["Ada", {"b": "of Ada"}]}, ["ada"])

    assert "da" not in words.replace("█", "").replace("mant", "")
    assert others.BLACK in words
    assert within == {"a": [others.BLACK, {"b": f"of {others.BLACK}"}]}

"""What a practice does with a suggestion: every step, its refusals, and taking it back."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from oneplace.access.models import AuditEntry, Choice, ChoiceKind, HowTold, Relationship
from oneplace.access.queries import choices as choice_queries
from oneplace.access.viewer import Viewer, viewing
from oneplace.casefinding import queries, verbs
from oneplace.casefinding.announcements import PersonListed, PersonUnlisted
from oneplace.casefinding.models import Step, Suggestion, Worry
from oneplace.config.database import Role as DatabaseRole
from oneplace.kit import announcing
from oneplace.kit.refusals import Refused
from oneplace.kit.together import read_together
from oneplace.vocabulary.terms import (
    CaseFindingSource,
    ChoiceAboutSharing,
    DataCategory,
    RelationshipKind,
    Role,
    SuggestionDeclined,
    SuggestionState,
)
from tests.database import as_role
from tests.rooms.casefinding.finding import (
    AT,
    ON,
    a_reason,
    facilitator,
    now,
    practice,
    somebody,
    suggested,
    worker,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("partners")]
SBAR = verbs.Sbar(situation="Found on the floor twice this week and is not eating.")


@pytest.fixture
def heard() -> list[Any]:
    """What later rooms are told."""
    told: list[Any] = []
    announcing._listeners[PersonListed] = (told.append,)
    announcing._listeners[PersonUnlisted] = (told.append,)
    return told


def do(
    verb: Callable[..., Any], suggestion: Suggestion, by: Viewer | None = None, **more: Any
) -> Any:
    by = by or worker()
    with viewing(by, at=AT):
        return verb(suggestion=suggestion, by=by, at=more.pop("at", AT), **more)


def told(suggestion: Suggestion) -> ChoiceAboutSharing:
    with viewing(worker(), at=AT):
        states = choice_queries.sharing_states([suggestion.person_id], viewer=worker())
    return states[suggestion.person_id]


def related() -> list[Relationship]:
    with as_role(DatabaseRole.LOADER):
        found = Relationship.objects.filter(source="casefinding")
        return list(found.exclude(ends_at__lte=AT))


def test_who_is_told_and_accepted_is_on_the_list_and_the_network_may_open_them(
    heard: list[Any],
) -> None:
    suggestion = suggested(somebody())

    do(verbs.tell, suggestion, how=HowTold.PHONE)
    done = do(verbs.accept, suggestion)

    assert done.state is SuggestionState.LISTED
    assert told(suggestion) is ChoiceAboutSharing.TOLD
    (tie,) = related()
    assert (tie.kind, tie.party_id) == (RelationshipKind.HUDDLE_LIST, practice().network_id)
    (announced,) = heard
    assert announced.suggestion_id == suggestion.pk
    assert announced.practice_id == practice().pk


def test_who_is_accepted_first_goes_on_the_list_when_told(heard: list[Any]) -> None:
    suggestion = suggested(somebody())

    accepted = do(verbs.accept, suggestion)
    listed = do(verbs.tell, suggestion, how=HowTold.IN_PERSON)

    assert accepted.state is SuggestionState.ACCEPTED
    assert listed.state is SuggestionState.LISTED
    assert len(heard) == 1


def test_looking_is_a_step_of_its_own_and_listing_needs_being_told() -> None:
    suggestion = suggested(somebody())

    looked = do(verbs.screen, suggestion)
    accepted = do(verbs.accept, suggestion)

    assert looked.state is SuggestionState.GP_SCREENED
    with pytest.raises(Refused):
        do(verbs.list_person, accepted)


def test_the_facilitator_sees_a_person_once_on_the_list_with_the_reasons_they_may_read() -> None:
    suggestion = suggested(
        somebody(), a_reason(), a_reason("weight_loss", part=DataCategory.HEALTH)
    )
    with viewing(facilitator(), at=AT):
        before = queries.listed(practice().pk, viewer=facilitator())
    do(verbs.tell, suggestion, how=HowTold.PHONE)
    do(verbs.accept, suggestion)

    with viewing(facilitator(), at=AT):
        (after,) = queries.listed(practice().pk, viewer=facilitator())

    assert before == []
    assert after.person_id == suggestion.person_id
    assert after.told
    # Facilitators see events, no health.
    assert after.line == "Fell twice in 12 months"


def test_a_decline_needs_a_reason_and_ends_the_suggestion() -> None:
    suggestion = suggested(somebody())

    done = do(verbs.decline, suggestion, reason=SuggestionDeclined.NOT_AT_RISK, words="Well now")

    assert (done.state, done.declined) == (
        SuggestionState.DECLINED,
        SuggestionDeclined.NOT_AT_RISK,
    )
    with pytest.raises(Refused, match="decided this already"):
        do(verbs.accept, suggestion)


def test_not_now_hides_somebody_until_the_day_and_no_longer() -> None:
    suggestion = suggested(somebody())
    later = ON + timedelta(days=14)

    do(verbs.not_now, suggestion, returns_on=later)

    gp = worker()
    with viewing(gp, at=AT):
        waits_today = queries.waiting_for_practice(practice().pk, viewer=gp, on=ON).exists()
        waits_then = queries.waiting_for_practice(practice().pk, viewer=gp, on=later).exists()
        (off,) = queries.of_practice(practice().pk, viewer=gp, on=ON).put_off
    assert (waits_today, waits_then, off.pk) == (False, True, suggestion.pk)


@pytest.mark.parametrize("day", [ON, ON - timedelta(days=1), ON + timedelta(days=400)])
def test_not_now_names_a_day_to_come_within_a_year(day: date) -> None:
    suggestion = suggested(somebody())

    with pytest.raises(Refused):
        do(verbs.not_now, suggestion, returns_on=day)


def test_an_objection_is_the_persons_choice_and_ends_the_suggestion() -> None:
    suggestion = suggested(somebody())

    done = do(verbs.record_objection, suggestion, how=HowTold.PHONE, words="I do not want this")

    assert done.declined is SuggestionDeclined.OBJECTED
    assert told(suggestion) is ChoiceAboutSharing.OBJECTED


def test_an_objection_of_somebody_on_the_list_takes_them_off_it(heard: list[Any]) -> None:
    suggestion = suggested(somebody())
    do(verbs.tell, suggestion, how=HowTold.PHONE)
    do(verbs.accept, suggestion)

    do(verbs.record_objection, suggestion, how=HowTold.PHONE, words="I do not want this")

    assert now(suggestion).left_at == AT
    assert related() == []
    assert isinstance(heard[-1], PersonUnlisted)


def test_taking_back_undoes_everything_a_press_led_to(heard: list[Any]) -> None:
    suggestion = suggested(somebody())
    do(verbs.accept, suggestion)
    do(verbs.tell, suggestion, how=HowTold.PHONE, at=AT + timedelta(minutes=1))

    do(verbs.take_back, suggestion, at=AT + timedelta(minutes=2))
    after_one = now(suggestion).state, told(suggestion)
    do(verbs.take_back, suggestion, at=AT + timedelta(minutes=3))

    assert after_one == (SuggestionState.ACCEPTED, ChoiceAboutSharing.NOT_YET_TOLD)
    assert now(suggestion).state is SuggestionState.SUGGESTED
    assert now(suggestion).decided_at is None
    assert isinstance(heard[-1], PersonUnlisted)
    with as_role(DatabaseRole.LOADER):
        assert Step.objects.filter(undone_at=None).count() == 0


def test_taking_back_an_acceptance_leaves_what_was_told_before_it() -> None:
    suggestion = suggested(somebody())
    do(verbs.tell, suggestion, how=HowTold.PHONE)
    do(verbs.accept, suggestion)

    do(verbs.take_back, suggestion)

    assert now(suggestion).state is SuggestionState.SUGGESTED
    assert told(suggestion) is ChoiceAboutSharing.TOLD


def test_a_decision_is_taken_back_by_whoever_made_it_within_half_an_hour() -> None:
    suggestion = suggested(somebody())
    do(verbs.decline, suggestion, reason=SuggestionDeclined.OTHER)

    with pytest.raises(Refused, match="only they"):
        do(verbs.take_back, suggestion, by=worker(name="Another", account_id=practice().pk))
    with pytest.raises(Refused, match="half an hour"):
        do(verbs.take_back, suggestion, at=AT + timedelta(minutes=31))


def test_another_practice_may_neither_see_nor_decide() -> None:
    suggestion = suggested(somebody())
    other = worker(organisation="ZZAS01")

    with pytest.raises(Suggestion.DoesNotExist):
        do(verbs.accept, suggestion, by=other)
    with viewing(other, at=AT):
        assert queries.suggestion(suggestion.pk, viewer=other) is None


@pytest.mark.parametrize("source", [CaseFindingSource.PROFESSIONAL_WORRY, CaseFindingSource.FALL])
def test_a_worry_names_the_person_and_comes_first(source: CaseFindingSource) -> None:
    margaret, ada = somebody(), somebody("2", given="Ada", nhs_number="9990000026", reach=())
    suggested(ada)
    nurse = worker(Role.GP, name="Nia Nurse", title="Nurse")

    with viewing(nurse, at=AT):
        worry = verbs.raise_worry(person=margaret, source=source, sbar=SBAR, by=nurse, at=AT)

    gp = worker()
    with viewing(gp, at=AT):
        first, *_ = queries.waiting_for_practice(practice().pk, viewer=gp, on=ON)
        (told_why,) = queries.reasons_of([first.pk], viewer=gp)[first.pk]
        (read,) = queries.worries_of([first.pk], viewer=gp)
    assert first.person_id == margaret.pk
    assert read.pk == worry.pk
    assert told_why.text.startswith("Nurse is worried: Found on the floor twice")


def test_a_worry_brings_back_who_was_put_off() -> None:
    margaret = somebody()
    suggestion = suggested(margaret)
    do(verbs.not_now, suggestion, returns_on=ON + timedelta(days=60))
    gp = worker()

    with viewing(gp, at=AT):
        verbs.raise_worry(person=margaret, source=CaseFindingSource.FALL, sbar=SBAR, by=gp, at=AT)

    assert now(suggestion).returns_on is None
    with as_role(DatabaseRole.LOADER):
        assert Suggestion.objects.count() == 1


def test_a_worry_of_somebody_nothing_connects_is_refused() -> None:
    margaret = somebody()
    stranger = worker(organisation="ZZAS01")

    with pytest.raises(Refused), viewing(stranger, at=AT):
        verbs.raise_worry(
            person=margaret, source=CaseFindingSource.FALL, sbar=SBAR, by=stranger, at=AT
        )


def test_a_worry_needs_a_sentence() -> None:
    gp = worker()
    margaret = somebody()

    with pytest.raises(Refused, match="sentence"), viewing(gp, at=AT):
        verbs.raise_worry(
            person=margaret,
            source=CaseFindingSource.FALL,
            sbar=verbs.Sbar(situation="fell"),
            by=gp,
            at=AT,
        )


VERBS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "screen": (verbs.screen, {}),
    "accept": (verbs.accept, {}),
    "decline": (verbs.decline, {"reason": SuggestionDeclined.OTHER}),
    "not_now": (verbs.not_now, {"returns_on": ON + timedelta(days=9)}),
    "tell": (verbs.tell, {"how": HowTold.PHONE}),
    "list_person": (verbs.list_person, {}),
    "record_objection": (verbs.record_objection, {"how": HowTold.PHONE, "words": "No"}),
    "leave_list": (verbs.leave_list, {"why": "Moved away"}),
    "take_back": (verbs.take_back, {}),
}


@pytest.mark.parametrize("name", VERBS)
def test_without_its_audit_nothing_is_saved(name: str, broken_audit: Callable[[], None]) -> None:
    suggestion = suggested(somebody())
    if name == "list_person":
        with as_role(DatabaseRole.LOADER):
            Suggestion.objects.update(state=SuggestionState.INFORMED)
    if name == "take_back":
        do(verbs.decline, suggestion, reason=SuggestionDeclined.OTHER)
    before = now(suggestion).__dict__
    with as_role(DatabaseRole.LOADER):
        steps, choices = Step.objects.count(), Choice.objects.count()
    verb, given = VERBS[name]
    broken_audit()

    with pytest.raises(RuntimeError):
        do(verb, suggestion, **given)

    after = now(suggestion).__dict__
    assert {k: v for k, v in after.items() if k != "_state"} == {
        k: v for k, v in before.items() if k != "_state"
    }
    with as_role(DatabaseRole.LOADER):
        assert (Step.objects.count(), Choice.objects.count()) == (steps, choices)


@pytest.mark.parametrize("name", ["suggest", "raise_worry"])
def test_without_its_audit_nobody_is_suggested(name: str, broken_audit: Callable[[], None]) -> None:
    margaret, gp = somebody(), worker()
    broken_audit()

    with pytest.raises(RuntimeError), viewing(gp, at=AT):
        if name == "suggest":
            verbs.suggest(
                person_id=margaret.pk,
                practice_id=practice().pk,
                source=CaseFindingSource.SELF,
                reasons=[],
                by=gp,
                at=AT,
            )
        else:
            verbs.raise_worry(
                person=margaret, source=CaseFindingSource.SELF, sbar=SBAR, by=gp, at=AT
            )

    with as_role(DatabaseRole.LOADER):
        assert not Suggestion.objects.exists()
        assert not Worry.objects.exists()


STRANGER: dict[str, Callable[[Suggestion, Viewer], Any]] = {
    "suggestion": lambda s, v: queries.suggestion(s.pk, viewer=v),
    "waiting_for_practice": lambda s, v: queries.waiting_for_practice(
        s.practice_id, viewer=v, on=ON
    ),
    "of_practice": lambda s, v: queries.of_practice(s.practice_id, viewer=v, on=ON).everybody,
    "on_the_list": lambda s, v: queries.on_the_list(s.practice_id, viewer=v),
    "listed": lambda s, v: queries.listed(s.practice_id, viewer=v),
    "why_now": lambda s, v: queries.why_now([s.person_id], viewer=v),
    "reasons_now": lambda s, v: list(queries.reasons_now([s.person_id], viewer=v)),
    "reasons_asked": lambda s, v: read_together([queries.reasons_asked(s.person_id, viewer=v)])[0],
    "reasons_of": lambda s, v: queries.reasons_of([s.pk], viewer=v),
    "scores_of": lambda s, v: queries.scores_of(s.pk, viewer=v),
    "worries_of": lambda s, v: queries.worries_of([s.pk], viewer=v),
    "open_of": lambda s, v: queries.open_of(s.person_id, viewer=v),
    "last_step": lambda s, v: queries.last_step(s.pk, viewer=v),
    "last_decided_by": lambda s, v: queries.last_decided_by(v, practice_id=s.practice_id, since=AT),
    "how_many_wait": lambda s, v: queries.how_many_wait(viewer=v, on=ON),
    "how_many_to_tell": lambda s, v: queries.how_many_to_tell(viewer=v),
    "new_on_lists": lambda s, v: queries.new_on_lists(viewer=v, at=AT),
    "told_states": lambda s, v: queries.told_states([s.person_id], viewer=v),
    "in_place": lambda s, v: queries.in_place(s.person_id, viewer=v, at=AT).entries,
}


@pytest.mark.parametrize("name", STRANGER)
def test_a_stranger_sees_nothing(name: str) -> None:
    suggestion = suggested(somebody())
    do(verbs.tell, suggestion, how=HowTold.PHONE)
    stranger = worker(organisation="ZZAS01")

    with viewing(stranger, at=AT):
        found = STRANGER[name](suggestion, stranger)
        assert not (list(found) if hasattr(found, "query") else found)


def test_each_step_is_in_the_audit_with_the_person() -> None:
    suggestion = suggested(somebody())

    do(verbs.accept, suggestion)

    with as_role(DatabaseRole.LOADER):
        (entry,) = AuditEntry.objects.filter(action="accepted_suggestion")
        assert entry.person_id == suggestion.person_id
        assert not Choice.objects.filter(kind=ChoiceKind.TOLD).exists()


def test_somebody_merged_is_one_on_the_list_and_raises_no_second_suggestion() -> None:
    from oneplace.people import verbs as people
    from tests.rooms.people.saying import steward

    margaret, peggy = somebody(), somebody("2", given="Peggy", nhs_number="", reach=())
    suggestion = suggested(peggy)
    with as_role(DatabaseRole.LOADER), viewing(steward(), at=AT):
        if margaret.pk != peggy.pk:
            people.merge(kept=margaret, given_up=peggy, why="One", by=steward(), at=AT)
    gp = worker()

    with viewing(gp, at=AT):
        why = queries.why_now([margaret.pk], viewer=gp)
        found = queries.open_of(margaret.pk, viewer=gp)
        worry = verbs.raise_worry(
            person=margaret, source=CaseFindingSource.FALL, sbar=SBAR, by=gp, at=AT
        )

    assert list(why) == [margaret.pk]
    assert found is not None
    assert found.pk == suggestion.pk == worry.suggestion_id


@pytest.mark.parametrize(
    ("name", "given", "state"),
    [
        ("join_huddle_list", {}, SuggestionState.SUGGESTED),
        ("leave_huddle_list", {"why": "Stepped down by the huddle"}, SuggestionState.LISTED),
    ],
    ids=["join_huddle_list", "leave_huddle_list"],
)
def test_without_its_audit_nobody_joins_or_leaves_a_huddles_list(
    name: str, given: dict[str, str], state: SuggestionState, broken_audit: Callable[[], None]
) -> None:
    suggestion = suggested(somebody())
    with as_role(DatabaseRole.LOADER):
        Suggestion.objects.update(state=state)
    broken_audit()

    by = worker()
    with viewing(by, at=AT), pytest.raises(RuntimeError):
        getattr(verbs, name)(person_ids=[suggestion.person_id], by=by, at=AT, **given)

    after = now(suggestion)
    assert (after.state, after.left_at) == (state, None)

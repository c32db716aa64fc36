"""A run keeps its eligible list, pseudonymous, and suggests a few people to each practice."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from oneplace.access import verbs as access_verbs
from oneplace.access.models import ChoiceKind, HowTold
from oneplace.access.rules.choices import ChoiceDraft
from oneplace.access.viewer import viewing
from oneplace.casefinding import queries, verbs
from oneplace.casefinding.models import Eligible, NotChosen, Reason, Run, Suggestion
from oneplace.casefinding.on_huddle_lists import OnHuddleList
from oneplace.config.database import Role as DatabaseRole
from oneplace.people.models import Person
from oneplace.vocabulary.terms import (
    CaseFindingSource,
    DataCategory,
    SuggestionDeclined,
    SuggestionState,
)
from tests.database import as_role
from tests.rooms.casefinding.finding import (
    AT,
    FINDER,
    ON,
    PRACTICE,
    fell,
    found,
    now,
    practice,
    pseudonym,
    somebody,
    stays,
    suggested,
    worker,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("partners")]
NO_PLAN = {"code": "no_plan", "number": None, "on": None, "source": None}


def run(*rows: dict[str, object], **more: object) -> verbs.Kept:
    with as_role(DatabaseRole.LOADER), viewing(FINDER, at=AT):
        return verbs.keep_run(found=found(*rows), by=FINDER, at=AT, **more)  # type: ignore[arg-type]


def test_a_run_keeps_everybody_eligible_and_suggests_who_has_something_new() -> None:
    margaret, other = somebody(), somebody("2", nhs_number="9990000026", given="Ada")
    new = {"pseudonym": pseudonym(margaret), "reasons": [stays(), fell(), NO_PLAN], "age": 82}
    old = {"pseudonym": pseudonym(other), "reasons": [fell(date(2025, 6, 1))], "age": 55}

    kept = run({**new, "frailty_deficits": 13, "frailty_state": "complete"}, old)

    assert (kept.people, kept.eligible, kept.suggested) == (2, 2, 1)
    assert kept.not_chosen == {NotChosen.BELOW_RULE: 1}
    with as_role(DatabaseRole.LOADER):
        rows = {row.pseudonym: row for row in Eligible.objects.all()}
        suggestion = Suggestion.objects.get()
        told = list(Reason.objects.values_list("code", "text", "on", "part"))
    assert suggestion.person_id == margaret.pk
    assert rows[pseudonym(margaret)].is_chosen
    assert rows[pseudonym(margaret)].scores["frailty_deficits"] == 13
    assert rows[pseudonym(other)].not_chosen is NotChosen.BELOW_RULE
    assert [code for code, *_ in told] == ["emergency_stays", "falls", "no_plan"]
    assert told[1] == ("falls", "Fell twice in 12 months", date(2026, 3, 9), DataCategory.EVENTS)


def test_whom_a_huddle_looks_after_is_on_the_list_and_never_suggested_as_new(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    margaret, ada = somebody(), somebody("2", nhs_number="9990000026", given="Ada")
    open_case = OnHuddleList(margaret.pk, listed_on=date(2026, 2, 23))
    ended = OnHuddleList(ada.pk, listed_on=date(2026, 1, 5), ended_on=date(2026, 3, 10))
    cases = {margaret.pk: open_case, ada.pk: ended}
    monkeypatch.setattr(
        "oneplace.casefinding.on_huddle_lists._suppliers", [lambda persons, viewer: cases]
    )
    waits = suggested(margaret)
    rows = [
        {"pseudonym": pseudonym(each), "reasons": [stays(), fell()], "age": 82}
        for each in (margaret, ada)
    ]

    kept = run(*rows)

    assert kept.suggested == 0
    assert kept.not_chosen == {NotChosen.ON_THE_LIST: 1, NotChosen.NOT_NEW: 1}
    with as_role(DatabaseRole.LOADER):
        assert Suggestion.objects.get(pk=waits.pk).state is SuggestionState.LISTED
        (practice_row,) = Run.objects.get().coverage["practice"].values()
    assert practice_row["listed"] == 1


def test_nothing_of_an_eligible_list_names_a_person() -> None:
    columns = {field.column for field in Eligible._meta.get_fields()}  # type: ignore[union-attr]

    assert "person_id" not in columns


def test_a_practice_is_given_no_more_than_it_can_look_at() -> None:
    people = [
        somebody(
            str(n),
            given=f"Zed{n}",
            family=f"Quist{n}",
            born_on=date(1930 + n, 1 + n, 3),
            nhs_number="",
            reach=(),
        )
        for n in range(8)
    ]
    rows = [{"pseudonym": pseudonym(each), "reasons": [stays(), fell()]} for each in people]

    first, second = run(*rows), run(*rows)

    assert (first.suggested, second.suggested) == (5, 0)
    assert second.not_chosen == {NotChosen.WAITING: 5, NotChosen.BEYOND_PLACES: 3}
    with as_role(DatabaseRole.LOADER):
        assert Run.objects.filter(is_current=True).count() == 1


def test_who_objects_is_eligible_and_never_suggested() -> None:
    margaret = somebody()
    gp = worker()
    draft = ChoiceDraft(ChoiceKind.OBJECTION, HowTold.PHONE, ON, words="No")
    with viewing(gp, at=AT):
        access_verbs.record_choice(person_id=margaret.pk, draft=draft, by=gp, at=AT)

    kept = run({"pseudonym": pseudonym(margaret), "reasons": [stays(), fell()]})

    assert (kept.eligible, kept.suggested) == (1, 0)
    assert kept.not_chosen == {NotChosen.OBJECTED: 1}


def test_who_was_declined_comes_back_only_with_something_new() -> None:
    margaret = somebody()
    row = {"pseudonym": pseudonym(margaret), "reasons": [stays(), fell()]}
    run(row)
    gp = worker()
    with as_role(DatabaseRole.LOADER):
        suggestion = Suggestion.objects.get()
    with viewing(gp, at=AT):
        verbs.decline(suggestion=suggestion, reason=SuggestionDeclined.OTHER, by=gp, at=AT)

    quiet = run(row)
    fresh = run({**row, "reasons": [stays(), fell(ON + timedelta(days=1))]})

    assert quiet.not_chosen == {NotChosen.NOT_NEW: 1}
    assert fresh.suggested == 1


def test_a_stranger_reads_no_row_of_an_eligible_list_and_nobody_suggested() -> None:
    margaret = somebody()
    run({"pseudonym": pseudonym(margaret), "reasons": [stays(), fell()]})
    stranger = worker(organisation="ZZAS01")

    with viewing(stranger, at=AT):
        assert not Eligible.objects.exists()
        assert not queries.waiting_for_practice(practice().pk, viewer=stranger, on=ON).exists()
        assert queries.why_now([margaret.pk], viewer=stranger) == {}


def test_the_gp_reads_whom_the_run_suggested_with_the_reasons() -> None:
    margaret = somebody()
    run({"pseudonym": pseudonym(margaret), "reasons": [stays(), fell()]})
    gp = worker()

    with viewing(gp, at=AT):
        (waits,) = queries.waiting_for_practice(practice().pk, viewer=gp, on=ON)
        why = queries.why_now([margaret.pk], viewer=gp)[margaret.pk]

    assert waits.person_id == margaret.pk
    assert [reason.code for reason in why] == ["emergency_stays", "falls"]


def test_an_old_list_is_destroyed_on_its_day_and_its_counts_stay() -> None:
    margaret = somebody()
    row = {"pseudonym": pseudonym(margaret), "reasons": [stays(), fell()]}
    run(row)
    run(row)
    late = ON + timedelta(days=9 * 365)

    with as_role(DatabaseRole.LOADER), viewing(FINDER, at=AT):
        forgotten = verbs.forget_runs(by=FINDER, at=AT, on=late)

    assert forgotten == 1
    with as_role(DatabaseRole.LOADER):
        assert Eligible.objects.count() == 1
        assert set(Run.objects.values_list("eligible", flat=True)) == {1}


def test_without_its_audit_a_run_leaves_nothing(broken_audit: object) -> None:
    margaret = somebody()
    row = {"pseudonym": pseudonym(margaret), "reasons": [stays(), fell()]}
    broken_audit()  # type: ignore[operator]

    with pytest.raises(RuntimeError):
        run(row)

    with as_role(DatabaseRole.LOADER):
        assert not Run.objects.exists()
        assert not Suggestion.objects.exists()


def test_the_practice_is_the_one_the_snapshot_says() -> None:
    margaret = somebody()

    kept = run({"pseudonym": pseudonym(margaret), "practice": "X99999", "reasons": [stays()]})

    assert kept.not_chosen == {NotChosen.UNKNOWN: 1}
    assert now is not None and PRACTICE


def test_who_still_waits_has_the_reasons_of_today_and_keeps_what_a_colleague_said() -> None:
    margaret, gp = somebody(), worker()
    number = pseudonym(margaret)
    run({"pseudonym": number, "reasons": [stays(), fell(date(2026, 3, 1))]})
    with viewing(gp, at=AT):
        verbs.raise_worry(
            person=margaret,
            source=CaseFindingSource.PROFESSIONAL_WORRY,
            sbar=verbs.Sbar(situation="Not eating since Sunday, says her daughter."),
            by=gp,
            at=AT,
        )

    again = run({"pseudonym": number, "reasons": [fell(date(2026, 3, 11)), NO_PLAN]})

    assert again.not_chosen == {NotChosen.WAITING: 1}
    with as_role(DatabaseRole.LOADER):
        told = set(Reason.objects.values_list("code", "on"))
    assert told == {("worry", ON), ("falls", date(2026, 3, 11)), ("no_plan", None)}


LATE = ON + timedelta(days=9 * 365)
LEAVING = {
    "forget_runs": lambda person: verbs.forget_runs(by=FINDER, at=AT, on=LATE),
    "take_off": lambda person: verbs.take_off(
        person_ids=[person.pk], why="Died", is_checked=False, by=FINDER, at=AT
    ),
    "let_lapse": lambda person: verbs.let_lapse(by=FINDER, at=AT),
}


def _died(person: Person) -> None:
    with as_role(DatabaseRole.LOADER), viewing(FINDER, at=AT):
        verbs.take_off(
            person_ids=[person.pk], why="The person has died", is_checked=False, by=FINDER, at=AT
        )


def test_whoever_left_for_a_death_that_was_a_mistake_stands_there_again() -> None:
    from oneplace.casefinding.jobs import put_back

    margaret = lapsing()
    with as_role(DatabaseRole.LOADER):
        before = Suggestion.objects.get()
    _died(margaret)

    with as_role(DatabaseRole.LOADER):
        put_back([str(margaret.pk)])
        put_back([str(margaret.pk)])
        after = Suggestion.objects.get()

    assert (after.state, after.left_at, after.left_why) == (before.state, None, "")


def test_a_late_job_takes_nobody_off_who_lives() -> None:
    from oneplace.casefinding.jobs import take_off

    margaret = lapsing()

    with as_role(DatabaseRole.LOADER):
        take_off([str(margaret.pk)], "died")
        assert Suggestion.objects.get().left_at is None


@pytest.mark.parametrize("name", ["put_back", "put_back_all"])
def test_without_its_audit_nobody_is_put_back(name: str, broken_audit: Callable[[], None]) -> None:
    margaret = lapsing()
    _died(margaret)
    broken_audit()

    with as_role(DatabaseRole.LOADER):
        with pytest.raises(RuntimeError), viewing(FINDER, at=AT):
            if name == "put_back":
                verbs.put_back(suggestion=Suggestion.objects.get(), by=FINDER, at=AT)
            else:
                verbs.put_back_all(
                    person_ids=[margaret.pk], why="The person has died", by=FINDER, at=AT
                )
        assert Suggestion.objects.get().left_at is not None


def lapsing() -> Person:
    """Somebody suggested by two runs whose last reason is too old since today."""
    margaret = somebody()
    old = {"leaves_on": ON}
    row = {"pseudonym": pseudonym(margaret), "reasons": [stays(**old), fell(**old)]}
    run(row)
    run(row)
    return margaret


@pytest.mark.parametrize("name", LEAVING)
def test_who_died_or_has_no_reason_left_leaves_by_themselves(name: str) -> None:
    margaret = lapsing()

    with as_role(DatabaseRole.LOADER), viewing(FINDER, at=AT):
        done = LEAVING[name](margaret)

    assert done == 1
    with as_role(DatabaseRole.LOADER):
        assert (Suggestion.objects.get().left_at == AT) is (name != "forget_runs")


@pytest.mark.parametrize("name", LEAVING)
def test_without_its_audit_nothing_is_forgotten_and_nobody_leaves(
    name: str, broken_audit: Callable[[], None]
) -> None:
    margaret = lapsing()
    broken_audit()

    with pytest.raises(RuntimeError), as_role(DatabaseRole.LOADER), viewing(FINDER, at=AT):
        LEAVING[name](margaret)

    with as_role(DatabaseRole.LOADER):
        assert Suggestion.objects.get().left_at is None
        assert not Run.objects.filter(is_forgotten=True).exists()


def test_an_objection_recorded_anywhere_takes_somebody_off_by_a_job() -> None:
    from oneplace.casefinding.jobs import take_off

    margaret, gp = lapsing(), worker()
    draft = ChoiceDraft(ChoiceKind.OBJECTION, HowTold.PHONE, ON, words="No")
    take_off([str(margaret.pk)], "objected")
    with as_role(DatabaseRole.LOADER):
        before = Suggestion.objects.get().left_at
    with viewing(gp, at=AT):
        access_verbs.record_choice(person_id=margaret.pk, draft=draft, by=gp, at=AT)

    with as_role(DatabaseRole.LOADER):
        take_off([str(margaret.pk)], "objected")
        after = Suggestion.objects.get().left_at

    assert before is None
    assert after is not None


def test_a_score_stands_with_what_it_was_made_of_and_for_whom_it_is() -> None:
    from oneplace.science.scores import INSTRUMENTS, Contribution, Score, State

    margaret = somebody()
    number = pseudonym(margaret)
    instrument = INSTRUMENTS["frailty_index"]
    part = Contribution("Falls", 1, (7,), date(2026, 3, 9), "hospital_messages")
    score = Score(instrument, State.COMPLETE, 1.0, "fit", contributions=(part,))
    row = {"pseudonym": number, "reasons": [stays(), fell()]}

    run(row, explain=lambda numbers: {each: {"frailty_index": score} for each in numbers})

    gp = worker()
    with as_role(DatabaseRole.LOADER):
        suggestion = Suggestion.objects.get()
    with viewing(gp, at=AT):
        (shown,) = queries.scores_of(suggestion.pk, viewer=gp)
    assert (shown.value, shown.band) == (1.0, "fit")
    assert sum(each["points"] for each in shown.contributions) == shown.value
    assert shown.contributions[0]["source"] == "Hospital admissions, discharges and transfers"
    assert instrument.purpose in shown.purpose

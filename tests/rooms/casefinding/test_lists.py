"""Lists in plain blocks: counts that tell of nobody, versions, and names a practice opens."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from oneplace.access.models import Relationship
from oneplace.access.viewer import viewing
from oneplace.casefinding import queries, verbs
from oneplace.casefinding.apart import Listed, leaves_few, unpacked, without_few_left
from oneplace.casefinding.blocks import (
    KINDS,
    BlockNotUnderstood,
    Chosen,
    as_blocks,
    sentence,
)
from oneplace.casefinding.coverage import covered, small, told_coverage
from oneplace.casefinding.models import Counted, ListVersion, NamesAsked, Run, SavedList
from oneplace.casefinding.models.saved_list import NAMES_OPEN_FOR
from oneplace.config.database import Role as DatabaseRole
from oneplace.kit.refusals import Refused
from oneplace.partners.models import Organisation
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import Role
from tests.database import as_role
from tests.rooms.casefinding.finding import (
    AT,
    FINDER,
    ON,
    PRACTICE,
    facilitator,
    fell,
    found,
    practice,
    pseudonym,
    somebody,
    stays,
    worker,
)
from tests.rooms.casefinding.test_pages import signed_in_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("partners", "found_folder")]
FALLS, PLAN = Chosen("falls_90d", "1"), Chosen("no_plan")


@pytest.fixture
def found_folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The tables of runs lie in a folder of this test's own; the clock stands still."""
    settings.DATA_FOLDER = tmp_path
    monkeypatch.setattr("oneplace.kit.clock.now", lambda: AT)
    yield


def a_run(falls: int = 20, without_plan: int = 12, *more: dict[str, Any]) -> Run:
    """People who fell, some of them without a plan, none of whom anybody knows here."""
    rows = [
        {
            "pseudonym": 1000 + n,
            "reasons": [fell()],
            "falls_90d": 1,
            "has_plan": n >= without_plan,
            "age": 70 + n % 20,
            "age_band": "75 to 84",
            "deprivation": 1 + n % 2,
            "ethnicity": "A" if n % 3 else "M",
        }
        for n in range(falls)
    ]
    with as_role(DatabaseRole.LOADER), viewing(FINDER, at=AT):
        verbs.keep_run(found=found(*rows, *more), by=FINDER, at=AT)
        return Run.objects.get(is_current=True)


def matched(run: Run, *chosen: Chosen) -> queries.Matched:
    by = facilitator()
    with viewing(by, at=AT):
        answer = queries.matched(run, chosen, viewer=by)
        assert answer is not None
        if answer.is_told:
            verbs.note_count(run=run, listed=answer.listed, told_by=tuple(answer.by), by=by, at=AT)
    return answer


def test_a_list_is_counted_and_its_rows_are_numbered_with_reasons_and_no_names() -> None:
    answer = matched(a_run(), FALLS)

    assert answer.count == "20"
    assert [row.number for row in answer.rows] == list(range(1, 21))
    assert answer.rows[0].reasons == ("Falls (March 2026)",)
    assert {field for row in answer.rows for field in vars(row)} == {
        "number", "age_band", "frailty", "reasons",
    }  # fmt: skip


def test_fewer_than_eight_are_only_called_so_and_no_row_is_shown() -> None:
    answer = matched(a_run(without_plan=7), FALLS, PLAN)

    assert answer.count == "fewer than 8"
    assert answer.rows == ()
    assert answer.by == {}


def test_two_lists_that_differ_by_fewer_than_eight_are_refused() -> None:
    run = a_run(falls=20, without_plan=15)

    first, second = matched(run, FALLS), matched(run, FALLS, PLAN)

    assert first.is_told
    assert not second.is_told
    assert (second.count, second.rows) == ("", ())
    assert "fewer than 8" in second.why_not


def test_lists_of_two_runs_that_differ_by_few_are_refused_with_the_day_in_words() -> None:
    first = matched(a_run(falls=20), FALLS)

    again = matched(a_run(falls=23), FALLS)

    assert first.is_told
    assert (again.count, again.rows) == ("", ())
    assert "one counted on 12 March 2026 differ by fewer than 8 people" in again.why_not
    assert "On that day it was 20" in again.why_not


def test_a_list_of_a_later_run_that_differs_by_enough_is_counted() -> None:
    matched(a_run(falls=20), FALLS)

    assert matched(a_run(falls=28), FALLS).count == "28"


def elsewhere(count: int, begin: int = 5000, **more: Any) -> list[dict[str, Any]]:
    """People of another practice who fell."""
    return [
        {
            "pseudonym": begin + n, "reasons": [fell()], "falls_90d": 1, "has_plan": False,
            "practice": "ZZAS01", "deprivation": 3, "ethnicity": "A", **more,
        }
        for n in range(count)
    ]  # fmt: skip


def others(count: int, begin: int = 6000, **more: Any) -> list[dict[str, Any]]:
    """People of the practice who did not fall, so that a list is far from counts of all of them."""
    return [
        {
            "pseudonym": begin + n, "reasons": [stays()], "falls_90d": 0, "has_plan": True,
            "deprivation": 1 + n % 2, "ethnicity": "A" if n % 3 else "M", **more,
        }
        for n in range(count)
    ]  # fmt: skip


def test_a_list_near_to_a_group_of_the_coverage_page_is_refused() -> None:
    # The page tells 60 of this practice; 57 of them without a plan would tell that 3 have one.
    rows = [{**each, "has_plan": n < 3} for n, each in enumerate(others(60))]
    run = a_run(20, 20, *elsewhere(40), *rows[:40])

    near = matched(run, PLAN, Chosen("practice", PRACTICE))

    assert (near.count, near.rows) == ("", ())
    assert "Who is missed" in near.why_not


def test_a_list_of_everybody_in_a_group_that_is_published_is_counted() -> None:
    run = a_run(20, 20, *elsewhere(40), *others(40))

    assert matched(run, Chosen("practice", PRACTICE)).count == "60"


def numbered(*numbers: range) -> Listed:
    return Listed.of(
        {"pseudonym": n, "practice": PRACTICE, "deprivation": 1, "ethnicity": "A"}
        for each in numbers
        for n in each
    )


def test_lists_that_part_another_do_not_tell_of_what_is_left() -> None:
    whole, here, there = numbered(range(100)), numbered(range(60)), numbered(range(60, 97))

    assert leaves_few(there, [whole, here], 8)
    assert leaves_few(whole, [here, there], 8)
    assert not leaves_few(numbered(range(60, 80)), [whole, here], 8)
    assert not leaves_few(there, [whole], 8)


def test_two_lists_counted_at_once_wait_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    run, by, seen = a_run(), facilitator(), []
    found = queries.matched

    def watched(*given: Any, **more: Any) -> queries.Matched | None:
        with connection.cursor() as cursor:
            cursor.execute(
                "select count(*) from pg_locks"
                " where locktype = 'advisory' and pid = pg_backend_pid() and granted"
            )
            seen.append(cursor.fetchone()[0])
        return found(*given, **more)

    monkeypatch.setattr(queries, "matched", watched)
    with viewing(by, at=AT):
        verbs.count_list(run=run, chosen=[FALLS], by=by, at=AT)
        again = verbs.count_list(run=run, chosen=[FALLS], by=by, at=AT)

    assert again is not None
    assert seen == [1, 1]


def test_a_group_left_out_is_not_told_by_a_list_of_its_own() -> None:
    def parted(count: int, practice: str, begin: int) -> list[dict[str, Any]]:
        shape = {"practice": practice, "deprivation": 1, "ethnicity": "A"}
        return [{**shape, "pseudonym": begin + n} for n in range(count)]

    of_b = parted(20, "B", 100)
    whole = Listed.of([*parted(40, "A", 0), *of_b, *parted(3, "C", 200)])

    # The greatest is told; that of B and of C are left out, until B is counted by itself.
    assert leaves_few(Listed.of(of_b), [whole], 8)
    assert without_few_left(whole, ("practice",), [Listed.of(of_b)], 8) == ()
    assert without_few_left(whole, ("practice",), [], 8) == ("practice",)


def test_counts_that_together_tell_of_few_are_refused_in_words() -> None:
    far = {"deprivation": 5, "ethnicity": "M"}
    run = a_run(
        0,
        0,
        *elsewhere(90),
        *elsewhere(30, 7000, **far),
        *others(60),
        *others(3, 8000, practice="ZZAS01", falls_90d=1, **far),
    )
    with as_role(DatabaseRole.LOADER), viewing(FINDER, at=AT):
        for each in (range(5000, 5090), range(7000, 7026)):
            listed = numbered(each)
            verbs.note_count(run=run, listed=listed, told_by=(), by=facilitator(), at=AT)

    answer = matched(run, FALLS)

    assert "make up all but fewer than 8" in answer.why_not


def test_far_apart_in_all_but_near_within_one_practice_the_practices_are_not_told() -> None:
    # Without a plan are 17 of the 20 here and all 20 elsewhere; later 20 more fell elsewhere.
    first = matched(a_run(20, 17, *elsewhere(20)), FALLS)
    later = matched(a_run(20, 17, *elsewhere(40), *others(40)), FALLS, PLAN)

    assert set(first.by) == {"practice", "deprivation", "ethnicity"}
    assert later.count == "57"
    assert "practice" not in later.by


def test_a_list_of_one_practice_is_held_against_that_practice_within_greater_lists() -> None:
    run = a_run(20, 17, *elsewhere(20), *others(40))
    matched(run, FALLS)

    here = matched(run, FALLS, PLAN, Chosen("practice", PRACTICE))

    assert here.count == ""
    assert "Within the same practice" in here.why_not


def test_no_number_of_other_lists_counted_between_opens_the_way() -> None:
    run = a_run(20, 15, *elsewhere(200))
    matched(run, FALLS, Chosen("practice", PRACTICE))
    with as_role(DatabaseRole.LOADER), viewing(FINDER, at=AT):
        for n in range(60):
            rows = [{**row, "pseudonym": 9000 + 40 * n + row["pseudonym"]} for row in ROWS]
            verbs.note_count(run=run, listed=Listed.of(rows), by=facilitator(), at=AT)

    assert not matched(run, FALLS, PLAN, Chosen("practice", PRACTICE)).is_told


def test_what_is_kept_of_a_list_is_the_list() -> None:
    listed = Listed.of(ROWS)

    again = unpacked(*listed.packed())

    assert again.numbers.tolist() == list(range(30))
    assert again.groups == listed.groups
    assert len(again.within("deprivation", "1")) == 15


def test_a_group_left_out_for_anothers_sake_is_not_called_small() -> None:
    answer = matched(a_run(20, 20, *elsewhere(9), *elsewhere(3, 7000, practice="ZZAS02")), FALLS)

    assert {group.told for group in answer.by["practice"]} == {"9", "not told", "fewer than 8"}


def test_the_same_list_may_be_counted_again() -> None:
    run = a_run()

    assert matched(run, FALLS).is_told
    assert matched(run, FALLS).is_told
    with as_role(DatabaseRole.LOADER):
        assert Counted.objects.count() == 1


def test_whoever_builds_no_lists_is_told_nothing() -> None:
    run = a_run()
    gp = worker()

    with viewing(gp, at=AT):
        assert queries.matched(run, [FALLS], viewer=gp) is None
        assert queries.coverage(run, viewer=gp) == {}
        assert queries.coverage_totals(run, viewer=gp) is None
        assert queries.segments(run, viewer=gp) == []
        assert queries.not_chosen(run, viewer=gp) == []
        assert not queries.saved_lists(viewer=gp).exists()


@pytest.mark.parametrize(
    "chosen",
    [
        Chosen("falls_90d", ""),
        Chosen("falls_90d", "many"),
        Chosen("falls_90d", "9999"),
        Chosen("frailty", "very"),
        Chosen("practice", ""),
        Chosen("gone", "1"),
    ],
)
def test_a_block_that_cannot_be_asked_says_what_to_do(chosen: Chosen) -> None:
    with pytest.raises(BlockNotUnderstood, match=r"\w"):
        as_blocks([chosen])


def test_no_block_at_all_is_no_list() -> None:
    with pytest.raises(BlockNotUnderstood, match="Add a block"):
        as_blocks([])


def test_every_block_can_be_asked_and_read_aloud() -> None:
    for kind in KINDS.values():
        value = kind.choices[-1][0] if kind.choices else "1" if kind.is_number else PRACTICE
        chosen = Chosen(kind.code, value)

        assert as_blocks([chosen]).every[0].column == kind.column
        assert "{}" not in sentence([chosen], {PRACTICE: "Alder Surgery"})


def test_a_list_reads_as_a_sentence() -> None:
    chosen = [Chosen("frailty", "severe"), Chosen("falls_90d", "1"), PLAN]

    assert sentence(chosen, {}) == (
        "People with frailty: severe, with 1 or more falls in 90 days, without a plan"
    )


def saved(name: str = "Fell, no plan", **more: Any) -> SavedList:
    by = facilitator()
    with viewing(by, at=AT):
        return verbs.save_list(name=name, chosen=[FALLS, PLAN], by=by, at=AT, **more)


def test_a_saved_list_keeps_its_versions() -> None:
    first = saved()

    again = saved(saved=first)

    assert again.pk == first.pk
    assert list(first.versions.values_list("number", flat=True)) == [2, 1]
    assert first.versions.first().blocks[0] == {"code": "falls_90d", "value": "1"}


def test_a_list_of_others_is_seen_when_shared_and_changed_by_nobody_else() -> None:
    own, shared = saved(), saved("Shared", is_shared=True)
    other = worker(
        Role.NETWORK_FACILITATOR, "age_uk", network_id=practice().network_id, name="Olu Other"
    )

    with viewing(other, at=AT):
        seen = list(queries.saved_lists(viewer=other))
        assert queries.saved_list(own.pk, viewer=other) is None
        with pytest.raises(Refused, match="name of your own"):
            verbs.save_list(name="Mine", chosen=[FALLS], saved=shared, by=other, at=AT)
    assert [each.pk for each in seen] == [shared.pk]


def asked() -> NamesAsked:
    margaret = somebody()
    a_run(
        20,
        12,
        {
            "pseudonym": pseudonym(margaret),
            "reasons": [fell()],
            "falls_90d": 1,
            "has_plan": False,
        },
    )
    by, own = facilitator(), saved()
    with viewing(by, at=AT):
        run = queries.current_run(viewer=by)
        assert run is not None
        return verbs.ask_names(
            version=own.versions.all()[0],
            run=run,
            practice_id=practice().pk,
            why="To invite them to the huddle",
            by=by,
            at=AT,
        )


def test_a_practice_opens_the_names_of_its_own_people_and_the_facilitator_may_read_them() -> None:
    from oneplace.people import queries as people

    question = asked()
    gp, by = worker(), facilitator()
    with viewing(gp, at=AT):
        (waits,) = queries.names_asked(viewer=gp)
        own = queries.people_of(waits, viewer=gp)
    with viewing(by, at=AT):
        before = people.persons(own, viewer=by).count()

    with viewing(gp, at=AT):
        verbs.open_names(asked=question, person_ids=own, by=gp, at=AT)

    with viewing(by, at=AT):
        after = people.persons(own, viewer=by).count()
    assert (len(own), before, after) == (1, 0, 1)


def opened() -> NamesAsked:
    question, gp = asked(), worker()
    with viewing(gp, at=AT):
        own = queries.people_of(question, viewer=gp)
        return verbs.open_names(asked=question, person_ids=own, by=gp, at=AT)


def test_opened_names_are_read_with_why_by_who_asked_until_they_close() -> None:
    question = opened()
    client, address = the_facilitator(), reverse("casefinding:see_names", args=[question.pk])

    page = client.get(address).content.decode()
    of_list = f"{reverse('casefinding:build_list')}?list={question.version.saved_list_id}"

    assert "Margaret Okafor" in page
    assert "Falls (9 March 2026)" in page
    assert "until 9 April 2026" in page
    assert "Fay Facilitator and everybody else who works for" in page
    with as_role(DatabaseRole.LOADER):
        saved_by = SavedList.objects.get(pk=question.version.saved_list_id)
        assert saved_by.made_for_id == facilitator().organisation_id
        assert Relationship.objects.get(source_id=question.pk).ends_at == AT + NAMES_OPEN_FOR
    assert address in client.get(of_list).content.decode()


def test_a_practice_closes_names_again() -> None:
    question, by = opened(), facilitator()
    gp = signed_in_at(Role.GP, practice())
    page = gp.get(reverse("casefinding:see_names", args=[question.pk])).content.decode()

    gp.post(reverse("casefinding:close_names", args=[question.pk]))

    assert "Close these names again" in page
    later = AT + timedelta(minutes=1)
    with viewing(by, at=later):
        assert not queries.names_opened(viewer=by, at=later).exists()
        assert queries.opened_people(question, viewer=by, at=later) == []
    with as_role(DatabaseRole.LOADER):
        assert Relationship.objects.get(source_id=question.pk).ends_at == AT


def test_names_close_by_themselves() -> None:
    question, by, after = opened(), facilitator(), AT + NAMES_OPEN_FOR

    with viewing(by, at=after):
        assert not queries.names_opened(viewer=by, at=after).exists()
        with pytest.raises(Refused, match="closes them"):
            verbs.close_names(asked=question, by=by, at=after)


def test_a_stranger_is_told_nothing_of_opened_names() -> None:
    question, other = opened(), worker(organisation="ZZAS01")
    nobody = replace(other, account_id=None)

    with viewing(other, at=AT):
        assert not queries.names_opened(viewer=other, at=AT).exists()
        assert queries.opened_people(question, viewer=other, at=AT) == []
        assert queries.why_on_list(question, viewer=other) == {}
    assert queries.asked_for(question, viewer=nobody) == ""


def test_without_its_audit_names_stay_open(broken_audit: Callable[[], None]) -> None:
    question, gp = opened(), worker()
    broken_audit()

    with pytest.raises(RuntimeError), viewing(gp, at=AT):
        verbs.close_names(asked=question, by=gp, at=AT)

    with as_role(DatabaseRole.LOADER):
        assert NamesAsked.objects.get().refused_at is None
        assert Relationship.objects.get(source_id=question.pk).ends_at == AT + NAMES_OPEN_FOR


def test_another_practice_opens_nothing() -> None:
    question = asked()
    other = worker(organisation="ZZAS01")

    with viewing(other, at=AT):
        assert not queries.names_asked(viewer=other).exists()
        assert queries.people_of(question, viewer=other) == []
        with pytest.raises(Refused, match="its own patients"):
            verbs.open_names(asked=question, person_ids=[], by=other, at=AT)


def test_whoever_builds_no_lists_is_told_nothing_of_what_was_asked() -> None:
    question, gp = asked(), worker()

    with viewing(gp, at=AT):
        assert not queries.asked_by(question.version.saved_list, viewer=gp).exists()


def test_a_practice_says_no_with_a_reason() -> None:
    question, gp = asked(), worker()

    with viewing(gp, at=AT):
        with pytest.raises(Refused, match="Say why not"):
            verbs.refuse_names(asked=question, why=" ", by=gp, at=AT)
        verbs.refuse_names(asked=question, why="We know them all", by=gp, at=AT)

    by = facilitator()
    with viewing(by, at=AT):
        (answer,) = queries.asked_by(question.version.saved_list, viewer=by)
    assert answer.refused_why == "We know them all"


def test_coverage_tells_no_small_number_and_none_that_gives_one_away() -> None:
    rows = [
        {"pseudonym": n, "practice": "P1" if n < 5 else "P2", "deprivation": 1, "ethnicity": "A",
         "age_band": "75 to 84"}
        for n in range(40)
    ]  # fmt: skip

    groups = covered(rows, eligible=set(range(20)), suggested={1}, listed=set())
    told = told_coverage(groups, {"P1": "Alder"}, 8, 5)

    by_name = {line.name: line for line in told["practice"]}
    assert by_name["Alder"].told["people"] == "fewer than 8"
    assert by_name["P2"].told["people"] == "not told"
    assert by_name["Alder"].per_thousand == ""


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ({"a": 90, "b": 20, "c": 0}, ""),
        # Two of 1 each are both told by their sum, and so are a 1 and the 8 beside it.
        ({"a": 1, "b": 1, "c": 30, "d": 90}, "abc"),
        ({"a": 1, "b": 8, "c": 30}, "ac"),
        ({"a": 7, "b": 7, "c": 30}, "abc"),
        ({"a": 4, "b": 4, "c": 30}, "ab"),
        ({"a": 1, "b": 9, "c": 9}, "abc"),
    ],
)
def test_what_is_left_out_may_be_any_small_number(counts: dict[str, int], hidden: str) -> None:
    assert small(counts, 8) == set(hidden)


def test_totals_and_weeks_tell_of_nobody() -> None:
    client = signed_in_at(Role.ANALYST, Organisation.objects.get(code="gp_collaborative"))
    run = a_run()
    with as_role(DatabaseRole.LOADER):
        Run.objects.filter(pk=run.pk).update(suggested=1, eligible=21)

    page = client.get(reverse("casefinding:coverage")).content.decode()

    assert "20 have a reason" in page
    assert "fewer than 8 were suggested" in page
    groups = {"practice": {"P1": dict.fromkeys(("people", "eligible", "suggested", "listed"), 21)}}
    (line,) = told_coverage(groups, {}, 8, 5)["practice"]
    assert line.told["people"] == "20"


def test_a_run_keeps_its_coverage() -> None:
    run = a_run()
    by = facilitator()

    with viewing(by, at=AT):
        told = queries.coverage(run, viewer=by)

    assert sum(each["people"] for each in run.coverage["deprivation"].values()) == 20
    assert [line.name for line in told["deprivation"]] == ["1", "2"]


def test_why_people_were_not_chosen_is_told_in_counts_of_eight_and_more() -> None:
    run = a_run(20, 20, *elsewhere(3, reasons=[]))
    by = facilitator()

    with viewing(by, at=AT):
        told = queries.not_chosen(run, viewer=by)

    assert [(each.name, each.told) for each in told] == [("Meets no rule in full", "20")]


ROWS = [
    {"pseudonym": n, "practice": PRACTICE, "deprivation": n % 2, "ethnicity": None}
    for n in range(30)
]
VERBS: dict[str, Callable[[NamesAsked], Any]] = {
    "count_list": lambda q: verbs.count_list(run=q.run, chosen=[FALLS], by=facilitator(), at=AT),
    "note_count": lambda q: verbs.note_count(
        run=q.run, listed=Listed.of(ROWS), by=facilitator(), at=AT
    ),
    "save_list": lambda q: verbs.save_list(name="x", chosen=[PLAN], by=facilitator(), at=AT),
    "close_list": lambda q: verbs.close_list(saved=q.version.saved_list, by=facilitator(), at=AT),
    "ask_names": lambda q: verbs.ask_names(
        version=q.version,
        run=q.run,
        practice_id=Organisation.objects.get(code="ZZAS01").pk,
        why="x",
        by=facilitator(),
        at=AT,
    ),
    "open_names": lambda q: verbs.open_names(asked=q, person_ids=[], by=worker(), at=AT),
    "refuse_names": lambda q: verbs.refuse_names(asked=q, why="x", by=worker(), at=AT),
}


@pytest.mark.parametrize("name", VERBS)
def test_without_its_audit_nothing_is_saved(name: str, broken_audit: Callable[[], None]) -> None:
    question = asked()
    models = (Counted, SavedList, ListVersion, NamesAsked, Relationship)

    def state() -> list[Any]:
        with as_role(DatabaseRole.LOADER):
            return [list(model.objects.order_by("pk").values()) for model in models]

    before = state()
    broken_audit()

    with pytest.raises(RuntimeError), viewing(facilitator(), at=AT):
        VERBS[name](question)

    assert str(state()) == str(before)


def test_the_page_counts_without_javascript_and_answers_htmx_with_a_part() -> None:
    a_run()
    client = the_facilitator()
    address = reverse("casefinding:build_list")
    blocks = {"code_0": "falls_90d", "value_0": "1"}

    whole = client.post(address, blocks).content.decode()
    part = client.post(address, blocks, headers={"HX-Request": "true"}).content.decode()
    more = client.post(address, {**blocks, "add": "1"}).content.decode()
    less = client.post(address, {**blocks, "take_out": "0"}).content.decode()

    assert "20 people" in whole
    assert "<html" in whole
    assert "20 people" in part
    assert "<html" not in part
    assert 'id="code_1"' in more
    assert "Add a block first" in less


def test_a_list_is_saved_and_opened_again_on_the_page() -> None:
    a_run()
    client = the_facilitator()

    client.post(
        reverse("casefinding:save_list"),
        {"code_0": "falls_90d", "value_0": "1", "name": "Fell lately"},
    )
    with as_role(DatabaseRole.LOADER):
        own = SavedList.objects.get()
    page = client.get(f"{reverse('casefinding:build_list')}?list={own.pk}").content.decode()

    assert "Fell lately" in page
    assert "Ask the practice to open names" in page


def test_a_changed_field_presses_no_button_whichever_has_the_focus() -> None:
    a_run()
    sent = {"code_0": "aged_from", "value_0": "60", "take_out": "0", "add": "1"}

    address = reverse("casefinding:build_list")
    part = the_facilitator().post(address, sent, headers={"HX-Request": "true"}).content.decode()
    whole = the_facilitator().get(address).content.decode()

    assert "People aged 60 or over" in part
    assert 'id="code_1"' not in part
    form = next(each for each in whole.split("<form")[1:] if "Blocks of the list" in each)
    assert "hx-post" not in form.partition(">")[0]


def test_enter_counts_and_what_was_typed_as_a_name_stays() -> None:
    a_run()
    sent = {"code_0": "falls_90d", "value_0": "1", "name": "Fell lat", "is_shared": "1"}

    page = the_facilitator().post(reverse("casefinding:build_list"), sent).content.decode()

    form = next(each for each in page.split("<form")[1:] if "Blocks of the list" in each)
    assert form.index(">Count</button>") < form.index('name="take_out"')
    assert 'value="Fell lat"' in form
    assert " checked" in form.partition('id="is_shared"')[2].partition(">")[0]


def test_a_list_sent_twice_is_saved_once() -> None:
    a_run()
    client, address = the_facilitator(), reverse("casefinding:save_list")
    sent = {"code_0": "falls_90d", "value_0": "1", "name": "Fell", "key": str(new_id())}

    first, again = client.post(address, sent), client.post(address, sent)

    with as_role(DatabaseRole.LOADER):
        own = SavedList.objects.get()
        assert own.versions.count() == 1
    assert first["Location"] == again["Location"]


def test_a_list_that_cannot_be_asked_is_not_saved() -> None:
    a_run()
    sent = {"code_0": "falls_90d", "value_0": "many", "name": "Fell"}

    page = the_facilitator().post(reverse("casefinding:save_list"), sent).content.decode()

    assert "Give a whole number" in page
    with as_role(DatabaseRole.LOADER):
        assert not SavedList.objects.exists()


def test_a_block_changed_for_another_begins_without_a_value() -> None:
    a_run()
    sent = {"was_0": "frailty", "code_0": "aged_from", "value_0": "moderate"}

    page = the_facilitator().post(reverse("casefinding:build_list"), sent).content.decode()

    assert "People aged … or over" in page
    assert 'value="moderate"' not in page
    assert sentence([Chosen("aged_from", "moderate")], {}) == "People aged … or over"


def test_names_are_asked_for_before_the_rows_which_are_folded() -> None:
    a_run()
    client, own = the_facilitator(), saved()

    page = client.get(f"{reverse('casefinding:build_list')}?list={own.pk}").content.decode()

    assert page.index("Ask the practice to open names") < page.index("Row by row")
    assert "<details" in page[page.index('id="found-rows"') : page.index("Row by row")]


def test_before_the_first_run_the_page_says_so() -> None:
    page = the_facilitator().get(reverse("casefinding:build_list")).content.decode()

    assert "Nothing has been found yet" in page


def the_facilitator() -> Client:
    return signed_in_at(
        Role.NETWORK_FACILITATOR,
        Organisation.objects.get(code="gp_collaborative"),
        practice().network,
    )


def test_the_index_day_is_the_runs() -> None:
    assert a_run().index_on == ON

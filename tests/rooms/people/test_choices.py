"""What a person chose holds for all their identifiers; whoever must not be found is not found."""

import subprocess
import sys
import uuid
from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection, transaction

from oneplace.access import verbs as access_verbs
from oneplace.access.models import AuditEntry, Barrier, Choice, ChoiceKind, HowTold, Permit
from oneplace.access.rules.choices import ChoiceDraft
from oneplace.access.viewer import Viewer, permissions_of, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.partners.models import Organisation
from oneplace.people import jobs, queries, verbs
from oneplace.people.aftermath import FIND_AGAIN
from oneplace.people.models import Finding, Household, Person, SearchKey
from oneplace.people.queries.searching import Found
from oneplace.post.models import Message
from oneplace.records.models import Version
from oneplace.vocabulary.ids import id_for, new_id
from oneplace.vocabulary.terms import AccountKind, Purpose, Role
from tests.database import as_role
from tests.rooms.access.test_choices import came_back
from tests.rooms.people.saying import AT, GP, HOME, PHONE, margaret, person_of, say, steward
from tests.rooms.people.test_merging import two_people
from tests.rooms.records.arriving import loader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("partners")]
TODAY = date(2026, 3, 12)


@pytest.fixture(autouse=True)
def no_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The care clock stands still."""
    monkeypatch.setattr("oneplace.kit.clock.now", lambda: AT)
    yield


def officer() -> Viewer:
    return Viewer(
        account_id=id_for("test-account", "officer"),
        kind=AccountKind.STAFF,
        name="Olu",
        role=Role.IG_OFFICER,
        organisation_id=Organisation.objects.get(code="council").pk,
        permissions=permissions_of(Role.IG_OFFICER),
    )


def doctor() -> Viewer:
    """A GP of the practice Margaret is registered with."""
    return Viewer(
        account_id=id_for("test-account", "gp"),
        kind=AccountKind.STAFF,
        name="Gwen",
        role=Role.GP,
        organisation_id=Organisation.objects.get(code="ZZAS06").pk,
        permissions=permissions_of(Role.GP),
    )


def choose(person: uuid.UUID, kind: ChoiceKind, by: Viewer, **more: object) -> Choice:
    draft = ChoiceDraft(kind, HowTold.IN_PERSON, TODAY, words="She said so", **more)  # type: ignore[arg-type]
    with viewing(by, at=AT):
        return access_verbs.record_choice(person_id=person, draft=draft, by=by, at=AT)


def barriers_of(person: uuid.UUID) -> int:
    with as_role(DatabaseRole.LOADER):
        stands = Barrier.objects.filter(person_id=person).exclude(ends_at__lte=AT)
        return stands.count()


def people() -> tuple[Person, Person]:
    with as_role(DatabaseRole.LOADER):
        return two_people()


def test_a_merge_carries_what_either_chose_to_both_and_undoing_takes_it_back() -> None:
    kept, given_up = people()
    charity = Organisation.objects.get(code="age_uk")
    choose(kept.pk, ChoiceKind.SEAL, officer())
    choose(given_up.pk, ChoiceKind.CONSENT, officer(), party_id=charity.pk, party_name=charity.name)

    with viewing(steward(), at=AT):
        merge = verbs.merge(kept=kept, given_up=given_up, why="One", by=steward(), at=AT)
    while_one = barriers_of(kept.pk), barriers_of(given_up.pk)
    with as_role(DatabaseRole.LOADER):
        yes_for_kept = Permit.objects.filter(person_id=kept.pk, ends_at=None).count()
    with viewing(steward(), at=AT):
        verbs.undo_merge(merge=merge, why="Two", by=steward(), at=AT)

    assert (while_one, yes_for_kept) == ((1, 1), 1)
    assert (barriers_of(kept.pk), barriers_of(given_up.pk)) == (1, 0)
    with as_role(DatabaseRole.LOADER):
        assert not Permit.objects.filter(person_id=kept.pk, ends_at=None).exists()


def test_a_choice_of_somebody_merged_already_holds_for_every_identifier_and_ends_for_all() -> None:
    kept, given_up = people()
    with viewing(steward(), at=AT):
        verbs.merge(kept=kept, given_up=given_up, why="One", by=steward(), at=AT)

    choice = choose(kept.pk, ChoiceKind.SEAL, officer())
    stands = barriers_of(kept.pk), barriers_of(given_up.pk)
    with viewing(officer(), at=AT):
        access_verbs.end_choice(choice=choice, why="Lifted", by=officer(), at=AT)

    assert stands == (1, 1)
    assert (barriers_of(kept.pk), barriers_of(given_up.pk)) == (0, 0)


def test_merging_again_carries_again() -> None:
    kept, given_up = people()
    choose(kept.pk, ChoiceKind.SEAL, officer())
    for n in range(2):
        with viewing(steward(), at=AT):
            merge = verbs.merge(kept=kept, given_up=given_up, why="One", by=steward(), at=AT)
        assert barriers_of(given_up.pk) == 1, n
        with viewing(steward(), at=AT):
            verbs.undo_merge(merge=merge, why="Two", by=steward(), at=AT)
        assert barriers_of(given_up.pk) == 0, n


def lives_with_ada() -> tuple[uuid.UUID, uuid.UUID]:
    """Margaret and Ada at one address."""
    with as_role(DatabaseRole.LOADER):
        say(margaret(GP, "1", practice_code="ZZAS06", reach=(HOME, PHONE)))
        say(
            margaret(
                GP,
                "2",
                given="Ada",
                born_on=date(1970, 1, 2),
                nhs_number="",
                is_nhs_number_sound=False,
                practice_code="ZZAS06",
                reach=(HOME,),
            )
        )
        return person_of(GP, "1").pk, person_of(GP, "2").pk


def found_by(words: str) -> list[Found]:
    with viewing(doctor(), at=AT):
        return list(queries.search(words, viewer=doctor(), at=AT).people)


def traces(person: uuid.UUID) -> tuple[str, bool, set[str]]:
    """Where somebody lives, as far as finding tells it."""
    with as_role(DatabaseRole.LOADER):
        finding = Finding.objects.filter(pk=person).first()
        return (
            finding.part_of_address if finding else "",
            Household.objects.filter(pk=person).exists(),
            {
                key[:2]
                for key in SearchKey.objects.filter(person_id=person).values_list("key", flat=True)
            },
        )


def test_a_secret_address_is_found_by_no_street_postcode_telephone_or_household() -> None:
    margarets, adas = lives_with_ada()
    before = traces(margarets)

    choice = choose(margarets, ChoiceKind.PROTECTED_ADDRESS, officer())
    hidden = traces(margarets)
    with viewing(doctor(), at=AT):
        co_residents = list(queries.household(adas, viewer=doctor()))
    by_place = [
        each.person_id for words in ("CR7 9XX", "020 7946 0018") for each in found_by(words)
    ]
    by_name = found_by("Margaret Okafor")

    assert before[0] and before[1] and {"c:", "t:"} <= before[2]
    assert (hidden[0], hidden[1], hidden[2] & {"c:", "t:"}) == ("", False, set())
    assert co_residents == []
    assert margarets not in by_place and adas in by_place
    assert [(each.person_id, each.part_of_address) for each in by_name] == [(margarets, "")]

    with viewing(officer(), at=AT):
        access_verbs.end_choice(choice=choice, why="Safe now", by=officer(), at=AT)
    with as_role(DatabaseRole.LOADER):
        jobs.find_again([str(margarets)])
    assert traces(margarets) == before


def test_what_arrives_later_does_not_bring_a_secret_address_back() -> None:
    margarets, _ = lives_with_ada()
    choose(margarets, ChoiceKind.PROTECTED_ADDRESS, officer())

    with as_role(DatabaseRole.LOADER):
        say(margaret(GP, "1", day=9, practice_code="ZZAS06", known_as="Peg", reach=(HOME, PHONE)))
        named = Finding.objects.get(pk=margarets).name
    found = traces(margarets)

    assert "Peg" in named
    assert (found[0], found[1], found[2] & {"c:", "t:"}) == ("", False, set())


def test_nobody_finds_a_sealed_record_by_searching() -> None:
    margarets, _ = lives_with_ada()

    choose(margarets, ChoiceKind.SEAL, officer())

    assert margarets not in [each.person_id for each in found_by("Margaret Okafor")]
    with viewing(doctor(), at=AT), connection.cursor() as cursor:
        cursor.execute("select count(*) from people_searchkey where person_id = %s", [margarets])
        assert cursor.fetchone()[0] == 0


def test_an_opt_out_made_under_one_identifier_counts_for_the_other() -> None:
    kept, given_up = people()
    stranger = new_id()
    choose(given_up.pk, ChoiceKind.NATIONAL_OPT_OUT, officer())
    ask = [kept.pk, given_up.pk, stranger]
    came_back(kept.pk, given_up.pk)
    with as_role(DatabaseRole.LOADER), viewing(loader(), at=AT):
        apart = queries.may_use(ask, Purpose.EVALUATION, viewer=loader())
    with viewing(steward(), at=AT):
        verbs.merge(kept=kept, given_up=given_up, why="One", by=steward(), at=AT)

    with as_role(DatabaseRole.LOADER), viewing(loader(), at=AT):
        one = queries.may_use(ask, Purpose.EVALUATION, viewer=loader())
        care = queries.may_use(ask, Purpose.DIRECT_CARE, viewer=loader())

    assert (set(apart), set(one), set(care)) == ({kept.pk}, set(), {kept.pk, given_up.pk})


def test_a_stranger_learns_no_identifier_and_may_use_nobody() -> None:
    kept, _ = people()
    stranger = Viewer(account_id=new_id(), kind=AccountKind.STAFF, name="Somebody")

    with viewing(stranger, at=AT):
        assert queries.selves(kept.pk, viewer=stranger) == []
        assert queries.called(kept.pk, viewer=stranger) is None
        assert queries.may_use([kept.pk], Purpose.EVALUATION, viewer=stranger) == set()


# --- telling a whole list -------------------------------------------------------------------------
def tell(persons: list[uuid.UUID], *, with_letter: bool = True) -> verbs.PeopleTold:
    by = doctor()
    with viewing(by, at=AT):
        return verbs.tell_people(
            person_ids=persons,
            how=HowTold.LETTER,
            said_on=TODAY,
            with_letter=with_letter,
            by=by,
            at=AT,
        )


def test_a_whole_list_is_told_at_once_with_a_letter_drafted_to_each() -> None:
    margarets, adas = lives_with_ada()
    stranger = new_id()

    done = tell([margarets, adas, stranger])

    assert (set(done.told), set(done.letters)) == ({margarets, adas}, {margarets, adas})
    assert (done.without_letter, done.not_open) == ((), (stranger,))
    with as_role(DatabaseRole.LOADER):
        letters = Message.objects.filter(template="sharing_letter")
        envelopes = {letter.recipient_id: letter.address.to for letter in letters}
        assert Choice.objects.filter(kind=ChoiceKind.TOLD).count() == 2
        shown = AuditEntry.objects.get(action="record_told").shown
    assert envelopes[margarets].splitlines() == [
        "Margaret Okafor",
        "14 Elm Rise",
        "Thornton Heath",
        "CR7 9XX",
    ]
    assert shown == 2


def test_who_was_told_on_that_day_already_is_not_recorded_twice() -> None:
    margarets, adas = lives_with_ada()

    tell([margarets], with_letter=False)
    tell([margarets, adas], with_letter=False)

    with as_role(DatabaseRole.LOADER):
        assert Choice.objects.filter(kind=ChoiceKind.TOLD).count() == 2


def test_a_letter_to_a_secret_address_shows_it_to_its_writer_alone() -> None:
    margarets, adas = lives_with_ada()
    choose(margarets, ChoiceKind.PROTECTED_ADDRESS, officer())

    tell([margarets, adas])

    with as_role(DatabaseRole.LOADER):
        letters = Message.objects.filter(template="sharing_letter")
        secret = {letter.recipient_id: letter.address.is_secret for letter in letters}
    assert secret == {margarets: True, adas: False}


@pytest.mark.parametrize("verb", ["tell_people", "write_findings"])
def test_without_its_audit_nobody_is_told_and_nothing_written_anew(
    monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    margarets, _ = lives_with_ada()

    def broken(**_: object) -> None:
        raise RuntimeError("no audit")

    with as_role(DatabaseRole.LOADER):
        Finding.objects.filter(pk=margarets).update(name="Somebody")
    monkeypatch.setattr("oneplace.access.audit.record", broken)
    with pytest.raises(RuntimeError):
        if verb == "tell_people":
            tell([margarets])
        else:
            with as_role(DatabaseRole.LOADER), transaction.atomic():
                verbs.write_findings(person_ids=[margarets], by=loader(), at=AT)

    with as_role(DatabaseRole.LOADER):
        assert not Choice.objects.exists()
        assert not Message.objects.filter(template="sharing_letter").exists()
        assert Finding.objects.get(pk=margarets).name == "Somebody"


def test_a_letter_written_before_hides_its_envelope_once_the_address_is_secret() -> None:
    margarets, adas = lives_with_ada()
    tell([margarets, adas])

    choose(margarets, ChoiceKind.PROTECTED_ADDRESS, officer())

    with as_role(DatabaseRole.LOADER):
        letters = Message.objects.filter(template="sharing_letter")
        secret = {letter.recipient_id: letter.address.is_secret for letter in letters}
    assert secret == {margarets: True, adas: False}


def test_what_was_said_before_of_who_she_is_tells_a_secret_address_to_nobody_else() -> None:
    margarets, _ = lives_with_ada()
    with as_role(DatabaseRole.LOADER):
        say(margaret(GP, "1", day=9, practice_code="ZZAS06", known_as="Peg", reach=(HOME, PHONE)))
    with viewing(steward(), at=AT):
        before = Version.objects.filter(thing="identity").count()

    choose(margarets, ChoiceKind.PROTECTED_ADDRESS, officer())

    with viewing(steward(), at=AT):
        after = Version.objects.filter(thing="identity").count()
    assert (before, after) == (1, 0)


def test_the_worker_knows_the_job_that_lets_people_be_found_again() -> None:
    asked = (
        "import django; django.setup();"
        "from procrastinate.contrib.django import app;"
        f"assert {FIND_AGAIN!r} in app.tasks, sorted(app.tasks)"
    )

    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr[-2000:]

"""People at work: who may see and change whom, hats, invitations, leavers, their history."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from oneplace.access import open_work, queries, verbs
from oneplace.access.announcements import LeaverRecorded, LeaverTakenBack
from oneplace.access.models import Account, Hat, Invitation, Leaving, Session
from oneplace.access.queries import Filters
from oneplace.access.viewer import NOBODY, Viewer, load_viewer
from oneplace.desk import work_cards
from oneplace.kit import announcing
from oneplace.kit.refusals import Refused
from oneplace.partners import verbs as partners
from oneplace.partners.models import Post
from oneplace.partners.verbs import WantedPost
from oneplace.vocabulary.terms import AccountKind, Role
from tests.rooms.access.conftest import PASSWORD, SYSTEM, Borough, audited

pytestmark = pytest.mark.django_db
ComeIn = Callable[..., Client]
TODAY = date(2026, 3, 12)


def _post(borough: Borough, role: Role = Role.GP, organisation: str | None = None) -> Post:
    wanted = WantedPost(role=role, organisation_code=organisation or borough.practice)
    return partners.open_posts(wanted=[wanted], place=settings.PLACE, by=SYSTEM, at=borough.at)[
        wanted
    ]


def _names(viewer: Viewer, filters: Filters | None = None) -> list[str]:
    found = queries.people_at_work(viewer=viewer, on=TODAY, filters=filters)
    return [account.name for account in found.accounts]


# --- who sees whom --------------------------------------------------------------------------------


def test_a_practice_manager_sees_their_own_organisation_only(borough: Borough) -> None:
    borough.person(Role.GP, "Own Doctor")
    borough.person(Role.GP, "Other Doctor", organisation=borough.other_practice)

    assert _names(borough.manager()) == ["Mary Manager", "Own Doctor"]


def test_somebody_seconded_is_seen_by_employer_and_by_host(borough: Borough) -> None:
    account = borough.account("Sec Onded")
    borough.hat(
        account,
        Role.PHARMACIST,
        organisation=borough.other_practice,
        employer=borough.practice,
    )

    assert "Sec Onded" in _names(borough.manager(borough.practice))
    assert "Sec Onded" in _names(borough.manager(borough.other_practice))


def test_the_programme_director_sees_everybody(borough: Borough) -> None:
    borough.person(Role.GP, "Own Doctor")
    borough.person(Role.GP, "Other Doctor", organisation=borough.other_practice)

    names = _names(borough.director())

    assert {"Own Doctor", "Other Doctor"} <= set(names)


def test_a_stranger_sees_nobody(borough: Borough) -> None:
    person = borough.person(Role.GP)
    hat = person.hats.get()
    stranger = borough.viewer(borough.person(Role.GP, "Stran Ger"))

    for viewer in (stranger, NOBODY):
        assert _names(viewer) == []
        assert queries.person_at_work(person.pk, viewer=viewer) is None
        assert queries.hat(hat.pk, viewer=viewer) is None
        assert queries.open_invitations(viewer=viewer) == []
        assert queries.changes_at_work(viewer=viewer, since=borough.at - timedelta(days=9999)) == []
        assert queries.leaving_at_work(viewer=viewer, on=TODAY) == []
        assert queries.colleagues(viewer=viewer) == []
        assert queries.organisations(viewer=viewer) == []


def test_filters_find_by_name_role_team_network_and_leaving(borough: Borough) -> None:
    team = settings.PLACE.teams[0]
    wanted = WantedPost(Role.PIC, team.partner, team_keys=(team.code,))
    post = partners.open_posts(wanted=[wanted], place=settings.PLACE, by=SYSTEM, at=borough.at)[
        wanted
    ]
    pic = borough.account("Pia Coordinator")
    Hat(account=pic, post=post, employer=post.organisation, starts_on=date(2020, 1, 1)).save()
    borough.hat(borough.account("Leah Leaving"), Role.GP, ends_on=TODAY + timedelta(days=9))
    borough.hat(borough.account("Lucy Later"), Role.GP, ends_on=TODAY + timedelta(days=90))
    director = borough.director()
    practice = borough.organisation()

    assert _names(director, Filters(text="coord pia")) == ["Pia Coordinator"]
    assert _names(director, Filters(role=Role.PIC)) == ["Pia Coordinator"]
    assert _names(director, Filters(team=post.teams.get().pk)) == ["Pia Coordinator"]
    assert _names(director, Filters(leaving_soon=True)) == ["Leah Leaving"]
    assert _names(director, Filters(organisation=practice.pk)) == ["Leah Leaving", "Lucy Later"]
    assert "Lucy Later" in _names(director, Filters(network=practice.network_id))


# --- hats -----------------------------------------------------------------------------------------


def test_a_second_post_is_given_and_the_hat_can_be_changed(
    borough: Borough, come_in: ComeIn
) -> None:
    person = borough.person(Role.GP)
    manager = borough.manager()
    hat = verbs.give_hat(
        account=person,
        post=_post(borough, Role.PHARMACIST),
        employer=borough.organisation(),
        starts_on=TODAY,
        by=manager,
        at=borough.at,
    )

    browser = come_in(person)
    choice = browser.get("/my-day/", follow=True).content.decode()
    before = browser.session.session_key
    browser.post(f"/hats/{hat.pk}/wear/")

    assert "Which post are you working in?" in choice
    assert browser.session["hat"] == str(hat.pk)
    assert browser.session.session_key != before
    assert browser.get("/my-day/").status_code == 200
    assert audited("wear_hat")[-1].subject_id == str(hat.pk)
    assert audited("give_hat")[-1].account_id == manager.account_id


def test_one_hat_is_worn_at_a_time_and_it_alone_gives_rights(borough: Borough) -> None:
    account = borough.person(Role.GP)
    other = borough.hat(account, Role.PROGRAMME_DIRECTOR, organisation=borough.partner)
    first = account.hats.exclude(pk=other.pk).get()

    as_gp = load_viewer(account.pk, first.pk, at=borough.at)
    as_director = load_viewer(account.pk, other.pk, at=borough.at)

    assert as_gp is not None and as_director is not None
    assert not as_gp.may("manage_people_at_work") and as_director.may("manage_people_at_work")
    assert not as_director.may("open_person") and as_gp.may("open_person")


def test_nobody_wears_another_persons_hat(borough: Borough, come_in: ComeIn) -> None:
    theirs = borough.person(Role.PROGRAMME_DIRECTOR, "Dora", organisation=borough.partner)
    browser = come_in(borough.person(Role.GP))

    answer = browser.post(f"/hats/{theirs.hats.get().pk}/wear/")

    assert answer.status_code == 404


def test_a_hat_whose_last_day_is_past_cannot_be_worn(borough: Borough, come_in: ComeIn) -> None:
    account = borough.account()
    hat = borough.hat(account, Role.GP, ends_on=date(2021, 1, 1))
    browser = come_in(account)

    assert browser.post(f"/hats/{hat.pk}/wear/").status_code == 404
    assert "You hold no post today" in browser.get("/hats/").content.decode()


def test_a_manager_gives_no_role_with_more_say_than_their_own(borough: Borough) -> None:
    manager = borough.manager()
    person = borough.person(Role.GP)

    for role in (Role.IG_OFFICER, Role.PROGRAMME_DIRECTOR, Role.ANALYST, Role.RESIDENT):
        with pytest.raises(Refused):
            verbs.give_hat(
                account=person,
                post=_post(borough, role),
                employer=borough.organisation(),
                starts_on=TODAY,
                by=manager,
                at=borough.at,
            )


def test_a_manager_gives_no_post_elsewhere(borough: Borough) -> None:
    with pytest.raises(Refused, match="their manager looks after it"):
        verbs.give_hat(
            account=borough.person(Role.GP),
            post=_post(borough, organisation=borough.other_practice),
            employer=borough.organisation(borough.other_practice),
            starts_on=TODAY,
            by=borough.manager(),
            at=borough.at,
        )


def test_manager_lead_and_last_day_are_changed_and_remembered(borough: Borough) -> None:
    person = borough.person(Role.GP)
    lead = borough.person(Role.GP, "Lena Lead")
    manager = borough.manager()
    hat = person.hats.get()
    boss = Account.objects.get(pk=manager.account_id)

    verbs.change_hat(
        hat=hat,
        line_manager=boss,
        professional_lead=lead,
        ends_on=date(2026, 4, 30),
        by=manager,
        at=borough.at,
    )

    hat.refresh_from_db()
    assert (hat.line_manager, hat.professional_lead, hat.ends_on) == (
        boss,
        lead,
        date(2026, 4, 30),
    )
    said = [(change.what, change.by) for change in queries.history_of(person)]
    assert ("Line manager in GP: Mary Manager", "Mary Manager") in said
    assert ("Professional lead in GP: Lena Lead", "Mary Manager") in said
    assert ("Last day in GP: 30 April 2026", "Mary Manager") in said


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"line_manager": "self"}, "Nobody is their own line manager"),
        ({"professional_lead": "self"}, "Nobody is their own professional lead"),
        ({"line_manager": "left"}, "does not work here any more"),
        ({"ends_on": date(2019, 1, 1)}, "before the first"),
        ({"ends_on": date(2026, 3, 11)}, "already past"),
    ],
)
def test_what_cannot_be_about_a_post_is_refused(
    borough: Borough, change: dict[str, object], reason: str
) -> None:
    person = borough.person(Role.GP)
    left = borough.account("Left Already")
    left.is_active = False
    left.save()
    who = {"self": person, "left": left}
    typed = {
        "line_manager": None,
        "professional_lead": None,
        "ends_on": None,
        **{key: who.get(value, value) for key, value in change.items()},  # type: ignore[call-overload]
    }

    with pytest.raises(Refused, match=reason):
        verbs.change_hat(hat=person.hats.get(), by=borough.manager(), at=borough.at, **typed)


def test_ending_one_post_leaves_the_others(borough: Borough) -> None:
    person = borough.person(Role.GP)
    other = borough.hat(person, Role.PHARMACIST)

    verbs.end_hat(hat=other, by=borough.manager(), at=borough.at)

    assert queries.hats(person.pk, on=TODAY).get().post.role is Role.GP
    assert Account.objects.get(pk=person.pk).is_active


# --- invitations ----------------------------------------------------------------------------------


def _invite(borough: Borough, by: Viewer, **changes: object) -> verbs.invitations.Sent:
    typed: dict[str, object] = {
        "name": "Nina New",
        "email": "nina@example.org",
        "post": _post(borough),
        "employer": borough.organisation(),
        **changes,
    }
    return verbs.invite_colleague(by=by, at=borough.at, **typed)  # type: ignore[arg-type]


def _path(link: str) -> str:
    return link.removeprefix(settings.PUBLIC_URL)


def test_an_invitation_is_accepted_once_and_opens_the_post(
    borough: Borough, client: Client, letters: list[mail.EmailMessage]
) -> None:
    manager = borough.manager()
    boss = Account.objects.get(pk=manager.account_id)
    sent = _invite(borough, manager, line_manager=boss)
    path = _path(sent.link)
    assert letters[0].to == ["nina@example.org"] and sent.link in letters[0].body

    page = client.get(path).content.decode()
    done = client.post(path, {"password": PASSWORD, "again": PASSWORD})
    again = Client().get(path)

    assert "Mary Manager invites you" in page and "nina@example.org" in page
    assert done["Location"] == "/sign-in/"
    account = Account.objects.get(email="nina@example.org")
    hat = account.hats.get()
    assert account.check_password(PASSWORD) and account.kind is AccountKind.STAFF
    assert (hat.line_manager, hat.source) == (boss, "invitation")
    assert again.status_code == 410
    assert "has been used" in again.content.decode()


def test_the_links_secret_is_kept_only_as_a_hash(
    borough: Borough, letters: list[mail.EmailMessage]
) -> None:
    sent = _invite(borough, borough.manager())
    secret = sent.link.rstrip("/").rsplit("/", 1)[1]

    stored = Invitation.objects.filter(pk=sent.invitation.pk).values().get()

    assert secret not in str(stored)
    assert len(secret) >= 43


def test_a_link_that_is_old_withdrawn_or_replaced_opens_nothing(
    borough: Borough, client: Client, letters: list[mail.EmailMessage]
) -> None:
    manager = borough.manager()
    expired = _invite(borough, manager, email="a@example.org")
    Invitation.objects.filter(pk=expired.invitation.pk).update(
        expires_at=datetime.now(UTC) - timedelta(seconds=1)
    )
    withdrawn = _invite(borough, manager, email="b@example.org")
    verbs.withdraw_invitation(invitation=withdrawn.invitation, by=manager, at=borough.at)
    replaced = _invite(borough, manager, email="c@example.org")
    fresh = verbs.resend_invitation(invitation=replaced.invitation, by=manager, at=borough.at)

    for sent, words in ((expired, "expired"), (withdrawn, "withdrawn"), (replaced, "newer one")):
        answer = client.get(_path(sent.link))
        assert answer.status_code == 410
        assert words in answer.content.decode()
    assert client.get("/invitation/guessed/").status_code == 410
    assert client.get(_path(fresh.link)).status_code == 200


def test_an_invitation_lasts_as_long_as_the_place_says(
    borough: Borough, letters: list[mail.EmailMessage]
) -> None:
    sent = _invite(borough, borough.manager())

    lasts = sent.invitation.expires_at - sent.invitation.sent_at

    assert lasts == settings.PLACE.thresholds.invitation_valid_for.timedelta


def test_somebody_with_a_working_account_keeps_their_password(
    borough: Borough, client: Client, letters: list[mail.EmailMessage]
) -> None:
    account = borough.person(Role.GP)
    sent = _invite(borough, borough.manager(), email=account.email, post=_post(borough, Role.PIC))

    page = client.get(_path(sent.link)).content.decode()
    client.post(_path(sent.link), {"password": "another long password", "again": "x"})

    account.refresh_from_db()
    assert "your password stays as it is" in page
    assert account.check_password(PASSWORD)
    assert account.hats.count() == 2


def test_somebody_who_left_comes_back_by_invitation(
    borough: Borough, client: Client, letters: list[mail.EmailMessage]
) -> None:
    account, manager = borough.person(Role.GP), borough.manager()
    verbs.record_leaver(account=account, last_on=TODAY, by=manager, at=borough.at)
    sent = _invite(borough, manager, email=account.email)

    new = "quite another four words"
    client.post(_path(sent.link), {"password": new, "again": new})

    account.refresh_from_db()
    assert account.is_active and account.left_at is None and account.check_password(new)
    assert account.hats.filter(ended_at__isnull=True).count() == 1


def test_who_may_invite_whom_is_kept(borough: Borough, letters: list[mail.EmailMessage]) -> None:
    manager = borough.manager()
    elsewhere = borough.organisation(borough.other_practice)
    cases = [
        ({"post": _post(borough, organisation=elsewhere.code), "employer": elsewhere}, "own organ"),
        ({"post": _post(borough, Role.IG_OFFICER)}, "more say"),
        ({"ends_on": date(2026, 1, 1)}, "already past"),
        ({"email": borough.person(Role.GP, "Al Ready").email}, "already holds"),
    ]

    for changes, reason in cases:
        with pytest.raises(Refused, match=reason):
            _invite(borough, manager, **changes)
    with pytest.raises(Refused, match="does not invite"):
        _invite(borough, borough.viewer(borough.person(Role.GP, "Just Gp")))
    assert letters == []


def test_a_weak_password_does_not_accept(
    borough: Borough, client: Client, letters: list[mail.EmailMessage]
) -> None:
    sent = _invite(borough, borough.manager())

    answers = [
        client.post(_path(sent.link), {"password": first, "again": second}).content.decode()
        for first, second in (
            ("eleven char", "eleven char"),
            (PASSWORD, "something else"),
            ("nina@example.org", "nina@example.org"),
        )
    ]

    assert "at least 12 characters" in answers[0]
    assert "not the same" in answers[1]
    assert "similar" in answers[2]
    assert not Account.objects.filter(email="nina@example.org").exists()


# --- leavers --------------------------------------------------------------------------------------


def test_a_leavers_access_ends_at_once_everywhere(
    borough: Borough, come_in: ComeIn, letters: list[mail.EmailMessage]
) -> None:
    person = borough.person(Role.PRACTICE_MANAGER, "Lea Ver")
    browser = come_in(person)
    assert browser.get("/my-day/", follow=True).status_code == 200
    invited = _invite(borough, borough.viewer(person))
    before = datetime.now(UTC)

    verbs.record_leaver(account=person, last_on=TODAY, by=borough.director(), at=borough.at)
    answer = browser.get("/my-day/")

    assert datetime.now(UTC) - before < timedelta(seconds=1)
    assert answer["Location"].startswith("/sign-in/")
    assert Session.objects.filter(account_id=person.pk).count() == 0
    assert not person.hats.filter(ended_at__isnull=True).exists()
    invited.invitation.refresh_from_db()
    assert invited.invitation.withdrawn_at is not None
    refused = Client().post("/sign-in/", {"login": person.email, "password": PASSWORD})
    assert refused["Location"] == "/sign-in/ended/"


def test_a_leaver_is_announced_with_their_open_work(
    borough: Borough, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, manager = borough.person(Role.GP), borough.manager()
    heard: list[object] = []
    wired = {LeaverRecorded: (heard.append,), LeaverTakenBack: (heard.append,)}
    monkeypatch.setattr(announcing, "_listeners", wired)
    monkeypatch.setattr(open_work, "_suppliers", {})
    work = open_work.OpenWork("Action", "Review tablets", "/", date(2026, 3, 13))
    open_work.supply("actions", lambda account_id, viewer: iter([work]))

    leaving = verbs.record_leaver(account=person, last_on=TODAY, by=manager, at=borough.at)
    verbs.take_back_leaver(leaving=leaving, by=manager, at=borough.at)

    assert [type(said) for said in heard] == [LeaverRecorded, LeaverTakenBack]
    assert open_work.open_work_of(person.pk, viewer=manager) == [work]


def test_a_managers_day_shows_who_was_invited_who_leaves_and_who_came(borough: Borough) -> None:
    manager = borough.manager()
    day = {"viewer": manager, "at": borough.at}
    here, gone = borough.person(Role.GP, "Leah Leaving"), borough.person(Role.GP, "Gil Gone")
    verbs.record_leaver(account=here, last_on=TODAY + timedelta(days=9), by=manager, at=borough.at)
    verbs.record_leaver(account=gone, last_on=TODAY, by=manager, at=borough.at)
    _invite(borough, manager)

    assert [row.person for row in work_cards.Leaving().rows(**day)] == ["Leah Leaving"]
    assert (
        "gave up the post"
        in {row.person: row.what for row in work_cards.CameAndWent().rows(**day)}["Gil Gone"]
    )
    (invited,) = work_cards.InvitationsWaiting().rows(**day)
    assert not invited.needs_you and invited.until
    (late,) = work_cards.InvitationsWaiting().rows(
        viewer=manager, at=invited.until + timedelta(minutes=1)
    )
    assert late.needs_you and "send another" in late.what


def test_a_leaver_can_be_taken_back_within_the_hold_and_not_after(borough: Borough) -> None:
    person, manager = borough.person(Role.GP), borough.manager()
    hat = borough.hat(person, Role.PIC, ends_on=date(2026, 12, 31))
    hold = settings.PLACE.thresholds.undo_hold.timedelta

    leaving = verbs.record_leaver(account=person, last_on=TODAY, by=manager, at=borough.at)
    verbs.take_back_leaver(leaving=leaving, by=manager, at=borough.at)

    person.refresh_from_db()
    hat.refresh_from_db()
    assert person.is_active and hat.ended_at is None and hat.ends_on == date(2026, 12, 31)
    later = verbs.record_leaver(account=person, last_on=TODAY, by=manager, at=borough.at)
    Leaving.objects.filter(pk=later.pk).update(
        took_effect_at=datetime.now(UTC) - hold - timedelta(seconds=1)
    )
    with pytest.raises(Refused, match="too long ago"):
        verbs.take_back_leaver(leaving=later, by=manager, at=borough.at)


def test_a_last_day_to_come_leaves_access_until_it_is_past(borough: Borough) -> None:
    person, manager = borough.person(Role.GP), borough.manager()
    last = TODAY + timedelta(days=7)

    verbs.record_leaver(account=person, last_on=last, by=manager, at=borough.at)

    person.refresh_from_db()
    assert person.is_active
    assert queries.hats(person.pk, on=last).count() == 1
    assert queries.hats(person.pk, on=last + timedelta(days=1)).count() == 0
    assert verbs.close_due_leavers(by=SYSTEM, at=borough.at + timedelta(days=7)) == 0
    assert verbs.close_due_leavers(by=SYSTEM, at=borough.at + timedelta(days=8)) == 1
    person.refresh_from_db()
    assert not person.is_active


def test_a_last_day_to_come_can_be_taken_back_and_is_then_as_before(borough: Borough) -> None:
    person, manager = borough.person(Role.GP), borough.manager()
    leaving = verbs.record_leaver(
        account=person, last_on=TODAY + timedelta(days=7), by=manager, at=borough.at
    )

    verbs.take_back_leaver(leaving=leaving, by=manager, at=borough.at)

    assert person.hats.get().ends_on is None
    assert queries.leaving_of(person) is None


def test_whose_last_day_is_past_is_refused_at_the_door(borough: Borough, come_in: ComeIn) -> None:
    person = borough.person(Role.GP)
    Leaving(account=person, last_on=date(2026, 1, 31), before={"ends_on": {}}).save()

    answer = Client().post("/sign-in/", {"login": person.email, "password": PASSWORD})

    assert answer["Location"] == "/sign-in/ended/"
    assert not Account.objects.get(pk=person.pk).is_active


def test_who_may_not_record_a_leaver_is_told_why(borough: Borough) -> None:
    manager = borough.manager()
    both = borough.person(Role.GP, "Bo Th")
    borough.hat(both, Role.GP, organisation=borough.other_practice)
    gone = borough.person(Role.GP, "Gone")
    verbs.record_leaver(account=gone, last_on=TODAY, by=manager, at=borough.at)
    cases = [
        (manager, both, "also works at"),
        (manager, Account.objects.get(pk=manager.account_id), "their own leaving"),
        (manager, Account.objects.get(pk=gone.pk), "already left"),
        (manager, borough.account("Res Ident", kind=AccountKind.RESIDENT), "Only people at work"),
        (borough.viewer(both), gone, "already left"),
        (borough.viewer(both), borough.person(Role.GP, "Ca Re"), "does not record leavers"),
    ]

    for by, account, reason in cases:
        with pytest.raises(Refused, match=reason):
            verbs.record_leaver(account=account, last_on=TODAY, by=by, at=borough.at)


# --- nothing without its audit --------------------------------------------------------------------


def _snapshot() -> list[object]:
    rows: list[object] = []
    for model in (Hat, Account, Invitation, Leaving, Session):
        kept = [f.attname for f in model._meta.concrete_fields if f.name != "last_login"]
        rows += list(model.objects.order_by("pk").values_list(*kept))
    return rows


VERBS: dict[str, Callable[[Borough, Viewer, Account], object]] = {
    "wear_hat": lambda b, by, a: verbs.wear_hat(
        hat=a.hats.get(), by=replace(by, account_id=a.pk), at=b.at
    ),
    "give_hat": lambda b, by, a: verbs.give_hat(
        account=a,
        post=_post(b, Role.PIC),
        employer=b.organisation(),
        starts_on=TODAY,
        by=by,
        at=b.at,
    ),
    "change_hat": lambda b, by, a: verbs.change_hat(
        hat=a.hats.get(),
        line_manager=None,
        professional_lead=None,
        ends_on=date(2026, 9, 1),
        by=by,
        at=b.at,
    ),
    "end_hat": lambda b, by, a: verbs.end_hat(hat=a.hats.get(), by=by, at=b.at),
    "keep_hats_in_step": lambda b, by, a: verbs.keep_hats_in_step(
        account=a, source="import", posts=[], employers={}, by=by, at=b.at
    ),
    "invite_colleague": lambda b, by, a: _invite(b, by),
    "record_leaver": lambda b, by, a: verbs.record_leaver(account=a, last_on=TODAY, by=by, at=b.at),
    "sign_out_everywhere": lambda b, by, a: verbs.sign_out_everywhere(account=a, by=by, at=b.at),
    "admit_from_provider": lambda b, by, a: verbs.admit_from_provider(
        provider_key="x",
        provider_name="X",
        subject="1",
        name="N",
        email="n@example.org",
        is_email_vouched_for=True,
        speaks_for=lambda code: True,
        by=by,
        at=b.at,
    ),
}


@pytest.mark.parametrize("name", sorted(VERBS))
def test_without_its_audit_nothing_is_saved(
    borough: Borough,
    letters: list[mail.EmailMessage],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    person, manager = borough.person(Role.GP), borough.manager()
    before = _snapshot()

    def refuse(**_: object) -> None:
        raise RuntimeError("the audit cannot be written")

    monkeypatch.setattr("oneplace.access.audit.record", refuse)
    with pytest.raises(RuntimeError, match="cannot be written"):
        VERBS[name](borough, manager, person)

    assert _snapshot() == before
    assert letters == []


@pytest.mark.parametrize(
    "name",
    ["resend_invitation", "withdraw_invitation", "accept_invitation", "take_back_leaver"],
)
def test_without_its_audit_nothing_made_before_is_changed(
    borough: Borough,
    letters: list[mail.EmailMessage],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    person, manager = borough.person(Role.GP), borough.manager()
    invitation = _invite(borough, manager).invitation
    leaving = verbs.record_leaver(account=person, last_on=TODAY, by=manager, at=borough.at)
    before = _snapshot()
    how: dict[str, Callable[[], object]] = {
        "resend_invitation": lambda: verbs.resend_invitation(
            invitation=invitation, by=manager, at=borough.at
        ),
        "withdraw_invitation": lambda: verbs.withdraw_invitation(
            invitation=invitation, by=manager, at=borough.at
        ),
        "accept_invitation": lambda: verbs.accept_invitation(
            invitation=invitation, password=PASSWORD, by=NOBODY, at=borough.at
        ),
        "take_back_leaver": lambda: verbs.take_back_leaver(
            leaving=leaving, by=manager, at=borough.at
        ),
    }

    def refuse(**_: object) -> None:
        raise RuntimeError("the audit cannot be written")

    monkeypatch.setattr("oneplace.access.audit.record", refuse)
    with pytest.raises(RuntimeError, match="cannot be written"):
        how[name]()

    assert _snapshot() == before


# --- pages ----------------------------------------------------------------------------------------


def test_the_pages_show_search_change_and_end(borough: Borough, come_in: ComeIn) -> None:
    person = borough.person(Role.GP)
    manager = borough.manager()
    boss = Account.objects.get(pk=manager.account_id)
    browser = come_in(boss)
    browser.get("/hats/")

    listed = browser.post("/people-at-work/", {"text": "ruth"}).content.decode()
    page = browser.get(f"/people-at-work/{person.pk}/").content.decode()
    hat = person.hats.get()
    saved = browser.post(
        f"/people-at-work/posts/{hat.pk}/",
        {"line_manager_email": boss.email, "ends_on_0": "", "ends_on_1": "", "ends_on_2": ""},
    )

    assert "Ruth Adeyemi" in listed and "1 person" in listed
    assert "Nothing is open in their name that you may see" in page
    assert saved.status_code == 302
    hat.refresh_from_db()
    assert hat.line_manager == boss


def test_a_colleagues_name_stands_in_no_address(borough: Borough, come_in: ComeIn) -> None:
    for number in range(60):
        borough.hat(borough.account(f"Ruth Adeyemi {number}"), Role.GP, title=f"Post {number}")
    borough.person(Role.PHARMACIST, "Pat Other")
    browser = come_in(Account.objects.get(pk=borough.manager().account_id))
    browser.get("/hats/")

    form = browser.get("/people-at-work/").content.decode()
    first = browser.post("/people-at-work/", {"text": "ruth", "role": "gp"}).content.decode()
    second = browser.post("/people-at-work/", {"text": "ruth", "role": "gp", "page": "2"})
    typed = browser.get("/people-at-work/?text=ruth").content.decode()
    chosen = browser.post("/people-at-work/", {"text": "", "role": "pharmacist", "show": ""})

    assert 'method="get"' not in form and "hx-get" not in form
    assert "60 people, page 1 of 2" in first and "?" not in _links_of(first)
    assert 'name="text" value="ruth"' in first and 'name="role" value="gp"' in first
    assert "60 people, page 2 of 2" in second.content.decode()
    # A name that somebody writes into the address all the same is not looked for.
    assert "62 people" in typed and 'value="ruth"' not in typed
    assert chosen["Location"] == "/people-at-work/?role=pharmacist"
    assert "1 person" in browser.get(chosen["Location"]).content.decode()


def _links_of(page: str) -> str:
    found = page.split('<div id="found">')[1].split("</main>", maxsplit=1)[0]
    return " ".join(part.split('"')[0] for part in found.split('href="')[1:])


def test_while_typing_names_travel_by_post_only(borough: Borough, come_in: ComeIn) -> None:
    borough.person(Role.GP)
    browser = come_in(Account.objects.get(pk=borough.manager().account_id))
    browser.get("/hats/")

    rows = browser.post(
        "/people-at-work/", {"text": "ruth"}, headers={"hx-request": "true"}
    ).content.decode()

    assert "1 person" in rows and "<html" not in rows


def test_the_pages_invite_give_and_record_a_leaver(
    borough: Borough, come_in: ComeIn, letters: list[mail.EmailMessage]
) -> None:
    person, manager = borough.person(Role.GP), borough.manager()
    browser = come_in(Account.objects.get(pk=manager.account_id))
    browser.get("/hats/")
    post = {"role": "pic", "organisation": borough.practice, "employer": borough.practice}

    invited = browser.post(
        "/people-at-work/invite/", {**post, "name": "Nina New", "email": "nina@example.org"}
    )
    given = browser.post(
        f"/people-at-work/{person.pk}/posts/",
        {**post, "starts_on_day": "1", "starts_on_month": "4", "starts_on_year": "2026",
         "starts_on_0": "1", "starts_on_1": "4", "starts_on_2": "2026"},
    )  # fmt: skip
    forbidden = browser.post(
        "/people-at-work/invite/",
        {**post, "role": "ig_officer", "name": "No", "email": "no@example.org"},
    )
    left = browser.post(f"/people-at-work/{person.pk}/leaving/", {"when": "now"})

    assert invited["Location"] == "/people-at-work/invitations/"
    assert given.status_code == 302, given.content.decode()
    assert forbidden.status_code == 200
    # A refused invitation leaves no post behind that nobody was given.
    assert not Post.objects.filter(role="ig_officer", organisation__code=borough.practice).exists()
    assert left["Location"] == f"/people-at-work/{person.pk}/"
    page = browser.get(f"/people-at-work/{person.pk}/").content.decode()
    assert "Take this back" in page
    browser.post(f"/people-at-work/{person.pk}/leaving/take-back/")
    assert Account.objects.get(pk=person.pk).is_active
    assert re.search("Nina New", browser.get("/people-at-work/invitations/").content.decode())


def test_a_person_elsewhere_does_not_exist_for_a_manager(borough: Borough, come_in: ComeIn) -> None:
    other = borough.person(Role.GP, "Other Doctor", organisation=borough.other_practice)
    browser = come_in(Account.objects.get(pk=borough.manager().account_id))
    browser.get("/hats/")

    for path in ("", "posts/", "leaving/"):
        assert browser.get(f"/people-at-work/{other.pk}/{path}").status_code == 404
    hat = other.hats.get()
    assert browser.get(f"/people-at-work/posts/{hat.pk}/").status_code == 404
    assert browser.post(f"/people-at-work/posts/{hat.pk}/end/").status_code == 404

"""Officers renew, change, sign and stop agreements; nothing is shared but by what all signed."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError, connection

from oneplace.access import audit, verbs
from oneplace.access.models import SharingAgreement
from oneplace.access.queries import agreements as queries
from oneplace.access.verbs.agreements import as_written
from oneplace.access.viewer import NOBODY, Viewer, permissions_of, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.kit.refusals import Refused
from oneplace.partners.models import Organisation
from oneplace.post.models import Message
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.place.agreements import SharingAgreement as Written
from oneplace.vocabulary.terms import (
    AccountKind,
    AgreementState,
    DataCategory,
    Purpose,
    Role,
    SharingPolicy,
)
from tests.database import as_role
from tests.factories import AT, bring_in_place, make_hat, viewer_in

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 12)
BEGINS, REVIEW, ENDS = date(2026, 4, 1), date(2027, 4, 1), date(2028, 3, 31)
CODE = "with_the_charity"


@pytest.fixture(autouse=True)
def place() -> None:
    bring_in_place()


def _officer(code: str = "council", role: Role = Role.IG_OFFICER) -> Viewer:
    return Viewer(
        account_id=new_id(),
        kind=AccountKind.STAFF,
        name="Olive Officer",
        role=role,
        title="Information governance officer",
        hat_id=new_id(),
        organisation_id=Organisation.objects.get(code=code).pk,
        permissions=permissions_of(role),
    )


def _renew(by: Viewer, **changes: object) -> SharingAgreement:
    days = {"starts_on": BEGINS, "review_on": REVIEW, "ends_on": ENDS, **changes}
    with viewing(by, at=AT):
        return verbs.renew_agreement(code=CODE, by=by, at=AT, **days)  # type: ignore[arg-type]


def _words(**changes: object) -> Written:
    held = SharingAgreement.objects.get(code=CODE, version=1)
    days = {"starts_on": BEGINS, "review_on": REVIEW, "ends_on": ENDS}
    return as_written(held).model_copy(update={**days, **changes})


def _change(by: Viewer, **changes: object) -> SharingAgreement:
    with viewing(by, at=AT):
        return verbs.change_agreement(written=_words(**changes), by=by, at=AT)


def _sign_for_the_rest(held: SharingAgreement, by: Viewer) -> None:
    with viewing(by, at=AT):
        for key in held.parties.filter(signed_on__isnull=True).values_list("key", flat=True):
            verbs.record_signature(
                code=held.code, version=held.version, key=key, signed_by="A. Chief", by=by,
                signed_on=TODAY, at=AT,
            )  # fmt: skip


def _state(version: int, *, on: date = TODAY, code: str = CODE) -> AgreementState:
    found = queries.agreement(code, viewer=_officer(), on=on, version=version)
    assert found is not None
    return found.state


def _flows(code: str, on: date) -> set[str]:
    """What comes to an organisation on a day, as the rule of the database says."""
    viewer = _officer(code, Role.PIC)
    with viewing(viewer, at=AT + (on - TODAY)), connection.cursor() as cursor:
        cursor.execute("select unnest(access_opened())")
        found = {line for (line,) in cursor.fetchall()}
        return {line for line in found if line.startswith(("flow|", "asks|"))}


# --- new versions ---


def test_a_renewed_version_waits_for_the_other_parties_and_the_old_one_goes_on() -> None:
    new = _renew(_officer())

    assert (new.version, _state(2)) == (2, AgreementState.WAITING)
    assert _state(1) is AgreementState.REVIEW_DUE
    signed = dict(new.parties.values_list("key", "signed_on"))
    assert signed["council"] == TODAY
    assert set(signed.values()) == {TODAY, None}


def test_a_version_takes_over_on_its_first_day_once_everybody_has_signed() -> None:
    new = _renew(_officer())
    _sign_for_the_rest(new, _officer())

    assert _state(2) is AgreementState.TO_COME
    assert _state(1) is AgreementState.REVIEW_DUE
    assert _state(1, on=BEGINS) is AgreementState.REPLACED
    assert _state(2, on=BEGINS) is AgreementState.IN_FORCE


def test_a_version_not_signed_by_all_shares_nothing() -> None:
    after = date(2027, 4, 1)
    new = _renew(_officer(), starts_on=after, review_on=date(2027, 9, 1))
    assert _flows("age_uk", after) == set()

    _sign_for_the_rest(new, _officer())

    assert _flows("age_uk", after) != set()


def test_the_last_signature_counts_from_its_own_day_where_it_came_late() -> None:
    officer = _officer()
    new = _renew(officer, starts_on=TODAY)
    later = AT + timedelta(days=3)
    with viewing(officer, at=later):
        for key in new.parties.filter(signed_on__isnull=True).values_list("key", flat=True):
            verbs.record_signature(
                code=CODE, version=2, key=key, signed_by="A. Chief", signed_on=TODAY,
                by=officer, at=later,
            )  # fmt: skip

    old = SharingAgreement.objects.get(code=CODE, version=1)
    assert old.stopped_on == TODAY + timedelta(days=3)


def test_a_party_with_an_officer_here_signs_for_itself() -> None:
    with as_role(DatabaseRole.LOADER):
        hat = make_hat(Role.IG_OFFICER)
    at_home = viewer_in(hat)
    other = next(
        key
        for key in ("age_uk", "council", "hospital_trust")
        if Organisation.objects.get(code=key).pk != at_home.organisation_id
    )
    own = Organisation.objects.get(pk=hat.post.organisation_id).code
    _renew(_officer(other))

    with viewing(_officer(other), at=AT), pytest.raises(Refused, match="signs for it"):
        verbs.record_signature(
            code=CODE, version=2, key=own, signed_by="A. Chief", signed_on=TODAY,
            by=_officer(other), at=AT,
        )  # fmt: skip
    with viewing(at_home, at=AT):
        held = verbs.sign_agreement(code=CODE, version=2, by=at_home, at=AT)
    assert held.parties.get(key=own).signed_on == TODAY


def test_nobody_signs_twice_or_what_does_not_wait() -> None:
    _renew(_officer())

    with viewing(_officer(), at=AT), pytest.raises(Refused, match="has signed this version"):
        verbs.sign_agreement(code=CODE, version=2, by=_officer(), at=AT)
    with viewing(_officer("age_uk"), at=AT), pytest.raises(Refused, match="has signed"):
        verbs.sign_agreement(code=CODE, version=1, by=_officer("age_uk"), at=AT)


def test_no_second_version_is_begun_while_one_waits() -> None:
    _renew(_officer())

    with pytest.raises(Refused, match="withdraw it first"):
        _renew(_officer())


@pytest.mark.parametrize(
    ("days", "why"),
    [
        ({"starts_on": TODAY - timedelta(days=1)}, "begins today or later"),
        ({"review_on": ENDS + timedelta(days=1)}, "between the first day and the last"),
        ({"ends_on": date(2040, 1, 1)}, "three years at most"),
    ],
)
def test_the_days_of_a_version_stand_in_order(days: dict[str, date], why: str) -> None:
    with pytest.raises(Refused, match=why):
        _renew(_officer(), **days)


# --- who may ---


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.IG_OFFICER])
def test_only_the_information_governance_officer_changes_an_agreement(role: Role) -> None:
    with pytest.raises(Refused, match="officers change"):
        _renew(_officer("council", role))


def test_an_officer_of_an_organisation_that_is_no_party_changes_nothing() -> None:
    stranger = _officer("commissioner")

    with pytest.raises(Refused, match="not a party"):
        _renew(stranger)
    with viewing(stranger, at=AT), pytest.raises(Refused, match="not a party"):
        verbs.stop_agreement(
            code=CODE, version=1, stops_on=TODAY, reason="No more", by=stranger, at=AT
        )


def test_an_officers_own_organisation_stays_a_party() -> None:
    parties = [party for party in _words().parties if party.key != "council"]

    with pytest.raises(Refused, match="must stay a party"):
        _change(_officer(), parties=tuple(parties), terms=_words().terms)


def test_one_of_a_kind_neither_signs_for_all_of_it_nor_stops_for_everybody() -> None:
    practice = _officer(settings.PLACE.practices[0].code)

    new = _renew(practice)
    assert set(new.parties.values_list("signed_on", flat=True)) == {None}
    with viewing(practice, at=AT), pytest.raises(Refused, match="record it from paper"):
        verbs.sign_agreement(code=CODE, version=2, by=practice, at=AT)
    with pytest.raises(Refused, match="signed by its own name"):
        _stop(1, practice)

    _stop(2, practice, reason="Written too early")
    assert _state(2) is AgreementState.WITHDRAWN


# --- contradictions ---


def test_a_version_that_contradicts_another_agreement_is_refused_naming_both() -> None:
    direct = SharingAgreement.objects.get(code="direct_care")
    terms = (*_words().terms, *as_written(direct).terms[:1])
    parties = _words().parties

    lines = [
        term.model_copy(update={"sharers": ("council",), "receivers": ("hospital_trust",)})
        for term in terms
    ]
    with pytest.raises(Refused) as refused:
        _change(_officer(), terms=tuple(lines), parties=parties)

    assert "“Caring for people together”" in refused.value.reason
    assert "“Working with the charity’s coordinators”" in refused.value.reason
    assert "council" not in refused.value.reason


def test_a_version_that_asks_people_less_than_the_place_does_is_refused() -> None:
    with pytest.raises(Refused, match="the place’s own rule"):
        _change(_officer(), policy=SharingPolicy.INFORM_AFTER)


def test_a_version_for_a_purpose_without_names_shares_no_names() -> None:
    with pytest.raises(Refused, match="no names are used"):
        _change(_officer(), purposes=(Purpose.EVALUATION,))


def test_a_file_that_contradicts_what_was_signed_here_is_refused_naming_both() -> None:
    first = settings.PLACE.sharing_agreements[0]
    another = first.model_copy(
        update={"code": "another", "name": "Another", "policy": SharingPolicy.CONSENT_REQUIRED}
    )
    with as_role(DatabaseRole.LOADER), pytest.raises(Refused) as refused:
        verbs.keep_agreements_in_step(written=[another], by=_officer(), at=AT)

    assert "“Another”" in refused.value.reason
    assert "“Caring for people together”" in refused.value.reason


# --- stopping ---


def _stop(version: int, by: Viewer, stops_on: date = TODAY, reason: str = "A breach") -> None:
    with viewing(by, at=AT):
        verbs.stop_agreement(
            code=CODE, version=version, stops_on=stops_on, reason=reason, by=by, at=AT
        )


def test_a_stopped_agreement_shares_nothing_from_that_moment() -> None:
    assert _flows("age_uk", TODAY) != set()
    _stop(1, _officer())

    assert _state(1) is AgreementState.STOPPED
    assert _flows("age_uk", TODAY) == set()


def test_an_agreement_stopped_from_a_later_day_shares_until_then() -> None:
    _stop(1, _officer(), stops_on=TODAY + timedelta(days=10))

    assert _state(1) is AgreementState.EXPIRES_SOON
    assert _state(1, on=TODAY + timedelta(days=9)) is AgreementState.EXPIRES_SOON
    assert _state(1, on=TODAY + timedelta(days=10)) is AgreementState.STOPPED


def test_nothing_is_stopped_without_a_reason_twice_or_in_the_past() -> None:
    with pytest.raises(Refused, match="Give the reason"):
        _stop(1, _officer(), reason="  ")
    with pytest.raises(Refused, match="today or later"):
        _stop(1, _officer(), stops_on=TODAY - timedelta(days=1))
    _stop(1, _officer())
    with pytest.raises(Refused, match="over already"):
        _stop(1, _officer())


def test_withdrawing_a_version_lets_the_one_before_it_go_on() -> None:
    new = _renew(_officer())
    _sign_for_the_rest(new, _officer())
    _stop(2, _officer(), reason="Signed by mistake")

    assert _state(2) is AgreementState.WITHDRAWN
    assert _state(1, on=BEGINS) is AgreementState.REVIEW_DUE


# --- who hears of it ---


def test_the_officers_of_the_other_parties_hear_what_was_done_and_what_it_means() -> None:
    officer = _officer("age_uk")
    with as_role(DatabaseRole.LOADER):
        other = make_hat(Role.IG_OFFICER)

    new = _renew(officer)
    _sign_for_the_rest_but(new, officer, Organisation.objects.get(pk=other.post.organisation_id))
    with viewing(viewer_in(other), at=AT):
        verbs.sign_agreement(code=CODE, version=2, by=viewer_in(other), at=AT)
    _stop(2, officer, reason="Signed by mistake")

    with as_role(DatabaseRole.LOADER):
        told = list(
            Message.objects.filter(recipient_id=other.account_id).order_by("written_at", "id")
        )
    words = [str(message.body) for message in told]
    assert "It shares nothing until every party has signed." in words[0]
    assert "withdrew version 2" in words[-1]
    assert "Signed by mistake" in words[-1]


def _sign_for_the_rest_but(held: SharingAgreement, by: Viewer, but: Organisation) -> None:
    with viewing(by, at=AT):
        waiting = held.parties.filter(signed_on__isnull=True).exclude(key=but.code)
        for key in waiting.values_list("key", flat=True):
            verbs.record_signature(
                code=held.code, version=held.version, key=key, signed_by="A. Chief", by=by,
                signed_on=TODAY, at=AT,
            )  # fmt: skip


# --- what is read ---


def test_a_stranger_is_told_of_no_agreement() -> None:
    assert queries.versions(viewer=NOBODY, on=TODAY) == []
    assert queries.agreements(viewer=NOBODY, on=TODAY) == []
    assert queries.agreement(CODE, viewer=NOBODY, on=TODAY) is None
    assert queries.expiring_agreements(viewer=NOBODY, on=TODAY, within=timedelta(days=900)) == []


def test_what_expires_comes_to_officers_soonest_first_and_to_nobody_else() -> None:
    within = timedelta(days=60)
    _renew(_officer())
    found = queries.expiring_agreements(viewer=_officer(), on=TODAY, within=within)

    assert (found[0].code, found[0].state) == ("evaluation", AgreementState.EXPIRES_SOON)
    assert (CODE, 2) in {(each.code, each.version) for each in found}
    nurse = _officer("hospital_trust", Role.COMMUNITY_NURSE)
    assert queries.expiring_agreements(viewer=nurse, on=TODAY, within=within) == []


def test_an_expired_agreement_stays_in_the_list_and_says_so() -> None:
    after = date(2026, 4, 1)
    stands = {
        each.stands.code: each.stands for each in queries.agreements(viewer=_officer(), on=after)
    }

    assert stands["evaluation"].state is AgreementState.EXPIRED
    assert stands["evaluation"].version == 2


def test_what_a_role_sees_is_what_it_needs_and_what_is_shared_with_its_organisation() -> None:
    held = queries.agreement("direct_care", viewer=_officer(), on=TODAY)
    assert held is not None
    rows = {(row.key, row.role): row.cells for row in queries.who_sees(held.lines)}

    social = rows["council", Role.SOCIAL_WORKER]
    assert "hospital_trust" in social[DataCategory.NOTES].from_keys
    assert not social[DataCategory.MENTAL_HEALTH].is_needed
    nurse = rows["hospital_trust", Role.COMMUNITY_NURSE]
    assert not nurse[DataCategory.SAFEGUARDING].is_needed
    assert all(not cell.is_needed for cell in rows["council", Role.ANALYST].values())


# --- beneath the code ---


def _entry(by: Viewer, code: str = CODE) -> None:
    audit.record(by=by, at=AT, action="renew_agreement", subject=("agreement", f"{code} version 2"))


def _as_web(by: Viewer, act: Callable[[], object], *, code: str | None = CODE) -> str:
    """What the database says to a write past every verb; with an entry about `code`, if any."""
    with pytest.raises(DatabaseError) as refused, viewing(by, at=AT):
        if code is not None:
            _entry(by, code)
        act()
    return str(refused.value)


def test_no_page_writes_an_agreement_without_its_entry_in_the_audit() -> None:
    held = SharingAgreement.objects.filter(code=CODE)

    def stop() -> object:
        return held.update(stopped_on=TODAY)

    with_entry = "only with its entry in the audit, by an officer"
    assert with_entry in _as_web(_officer(), stop, code=None)
    assert with_entry in _as_web(_officer(), stop, code="evaluation")
    assert with_entry in _as_web(_officer("council", Role.GP), stop)


def test_no_page_rewrites_what_was_signed_even_with_an_entry() -> None:
    held = SharingAgreement.objects.get(code=CODE)
    parties, terms = held.parties, held.terms
    later = date(2030, 1, 1)

    def rewrite() -> object:
        return SharingAgreement.objects.filter(pk=held.pk).update(ends_on=later)

    assert "never rewritten" in _as_web(_officer(), rewrite)
    assert "signs once" in _as_web(_officer(), lambda: parties.update(signed_on=later))
    assert "never rewritten" in _as_web(_officer(), lambda: terms.update(needs_yes=False))
    assert "taken away" in _as_web(_officer(), held.delete)
    assert "every party has signed" in _as_web(
        _officer(),
        lambda: terms.create(from_key="council", to_key="age_uk", category=DataCategory.NOTES),
    )
    assert "no party joins" in _as_web(_officer(), lambda: parties.create(key="commissioner"))


# --- no audit, nothing done ---


@pytest.mark.parametrize(
    "name",
    [
        *("renew_agreement", "change_agreement", "sign_agreement"),
        *("record_signature", "stop_agreement"),
    ],
)
def test_without_its_audit_nothing_is_kept(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if name in ("sign_agreement", "record_signature"):
        _renew(_officer())
    signer = _officer("age_uk")
    acts: dict[str, Callable[[], object]] = {
        "renew_agreement": lambda: _renew(_officer()),
        "change_agreement": lambda: _change(_officer(), says="Other words."),
        "sign_agreement": lambda: verbs.sign_agreement(code=CODE, version=2, by=signer, at=AT),
        "record_signature": lambda: verbs.record_signature(
            code=CODE, version=2, key="age_uk", signed_by="A", signed_on=TODAY, by=_officer(), at=AT
        ),
        "stop_agreement": lambda: _stop(1, _officer()),
    }

    def broken(**_: object) -> None:
        raise RuntimeError("no audit")

    def kept() -> list[str]:
        rows = SharingAgreement.objects.order_by("code", "version")
        found = rows.values_list("code", "version", "stopped_on", "parties__signed_on")
        return sorted(map(str, found))

    before = kept()
    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(RuntimeError, match="no audit"):
        acts[name]()

    assert kept() == before

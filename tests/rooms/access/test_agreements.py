"""Sharing agreements brought in from a place: never rewritten, never without their audit."""

from collections.abc import Callable

import pytest
from django.conf import settings

from oneplace.access import agreement_commands, audit, verbs
from oneplace.access.models import SharingAgreement, SourceOwner
from oneplace.config.database import Role as DatabaseRole
from oneplace.kit.refusals import Refused
from oneplace.vocabulary.terms import (
    ConfidentialityBasis,
    DataProtectionBasis,
    Purpose,
    SharingPolicy,
)
from tests.database import as_role
from tests.factories import AT, LOADER, bring_in_place

pytestmark = pytest.mark.django_db


def _agreements() -> int:
    written = settings.PLACE.sharing_agreements
    return verbs.keep_agreements_in_step(written=written, by=LOADER, at=AT)


def _owners() -> int:
    return verbs.keep_owners_in_step(owners={"gp_recent": ("council", None)}, by=LOADER, at=AT)


def test_an_agreement_is_brought_in_once() -> None:
    bring_in_place()

    with as_role(DatabaseRole.LOADER):
        assert _agreements() == 0
        assert SharingAgreement.objects.count() == len(settings.PLACE.sharing_agreements)


def test_a_signed_version_is_not_rewritten() -> None:
    bring_in_place()
    first = settings.PLACE.sharing_agreements[0]
    changed = first.model_copy(update={"ends_on": first.review_on})

    with as_role(DatabaseRole.LOADER), pytest.raises(Refused, match="Write it as version 2"):
        verbs.keep_agreements_in_step(written=[changed], by=LOADER, at=AT)


@pytest.mark.parametrize(
    "change",
    [
        {"confidentiality_basis": ConfidentialityBasis.PUBLIC_INTEREST},
        {"data_protection_basis": DataProtectionBasis.LEGAL_OBLIGATION},
        {"policy": SharingPolicy.CONSENT_REQUIRED},
        {"purposes": (Purpose.DIRECT_CARE,)},
    ],
)
def test_what_a_signed_version_rests_on_is_not_rewritten(change: dict[str, object]) -> None:
    bring_in_place()
    changed = settings.PLACE.sharing_agreements[0].model_copy(update=change)

    with as_role(DatabaseRole.LOADER), pytest.raises(Refused, match="Write it as version 2"):
        verbs.keep_agreements_in_step(written=[changed], by=LOADER, at=AT)


def test_a_version_the_file_tells_unsigned_waits_and_a_signature_told_later_lets_it_hold() -> None:
    bring_in_place()
    first = settings.PLACE.sharing_agreements[0]
    unsigned = first.model_copy(
        update={
            "version": 2,
            "starts_on": first.review_on,
            "parties": tuple(each.model_copy(update={"signed_on": None}) for each in first.parties),
        }
    )
    signed = unsigned.model_copy(update={"parties": first.parties})

    with as_role(DatabaseRole.LOADER):
        verbs.keep_agreements_in_step(written=[unsigned], by=LOADER, at=AT)
        assert SharingAgreement.objects.get(code=first.code, version=1).stopped_on is None
        assert verbs.keep_agreements_in_step(written=[signed], by=LOADER, at=AT) == 0
        assert SharingAgreement.objects.get(code=first.code, version=1).stopped_on is not None


def test_a_new_version_takes_the_place_of_the_last_from_its_first_day() -> None:
    bring_in_place()
    first = settings.PLACE.sharing_agreements[0]
    later = first.model_copy(update={"version": 2, "starts_on": first.review_on})

    with as_role(DatabaseRole.LOADER):
        verbs.keep_agreements_in_step(written=[later], by=LOADER, at=AT)

    old = SharingAgreement.objects.get(code=first.code, version=1)
    assert old.stopped_on == first.review_on


@pytest.mark.parametrize("name", ["keep_agreements_in_step", "keep_owners_in_step"])
def test_without_its_audit_nothing_is_kept(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bring_in_place()
    with as_role(DatabaseRole.LOADER):
        SharingAgreement.objects.all().delete()
        before = list(SourceOwner.objects.order_by("owner").values_list("organisation__code"))

        def broken(**_: object) -> None:
            raise RuntimeError("no audit")

        monkeypatch.setattr(audit, "record", broken)
        acts: dict[str, Callable[[], int]] = {
            "keep_agreements_in_step": _agreements,
            "keep_owners_in_step": _owners,
        }
        with pytest.raises(RuntimeError, match="no audit"):
            acts[name]()

        assert not SharingAgreement.objects.exists()
        after = list(SourceOwner.objects.order_by("owner").values_list("organisation__code"))
        assert after == before


# --- the command line ---


def test_the_command_lists_each_agreement_and_how_it_stands() -> None:
    bring_in_place()

    with as_role(DatabaseRole.LOADER):
        rows = {row.code: row for row in agreement_commands.agreements()}

    assert set(rows) == {each.code for each in settings.PLACE.sharing_agreements}
    assert rows["direct_care"].name == "Caring for people together"


def test_the_command_shows_one_in_plain_words_and_names_the_others_if_it_is_not_there() -> None:
    bring_in_place()

    with as_role(DatabaseRole.LOADER):
        found = agreement_commands.agreement("with_the_charity")
        with pytest.raises(Refused, match="There are: direct_care, evaluation"):
            agreement_commands.agreement("nothing")

    assert ("In the duty of confidence", "The person said yes") in found.facts
    assert any("once the person has said yes" in flow.lower() for flow in found.flows)
    assert not any("age_uk" in flow for flow in found.flows)

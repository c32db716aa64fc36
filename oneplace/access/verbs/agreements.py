"""Sharing agreements and whose each source is: brought in from the place, stopped, renewed."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from oneplace.access import audit
from oneplace.access.models import AgreementParty, AgreementTerm, SharingAgreement, SourceOwner
from oneplace.access.viewer import Viewer
from oneplace.kit.refusals import refuse_if
from oneplace.partners.models import Organisation
from oneplace.vocabulary.place.agreements import SharingAgreement as Written
from oneplace.vocabulary.terms import FeedKind


@transaction.atomic
def keep_agreements_in_step(*, written: Iterable[Written], by: Viewer, at: datetime) -> int:
    """Bring in every version of an agreement the place file has and the database has not.

    A version is never rewritten: raises `Refused` naming it where the file says something else than
    what was brought in under the same number. Returns how many are new.
    """
    new = 0
    for agreement in written:
        held = SharingAgreement.objects.filter(
            code=agreement.code, version=agreement.version
        ).first()
        if held is None:
            _bring_in(agreement)
            new += 1
            continue
        refuse_if(
            None
            if _says(held) == _wording(agreement)
            else f"“{agreement.name}” ({agreement.code}) says something else than the version "
            f"{agreement.version} that was signed. Write it as version {agreement.version + 1}."
        )
    audit.record(by=by, at=at, action="keep_agreements_in_step", detail={"new": new})
    return new


def _bring_in(agreement: Written) -> None:
    held = SharingAgreement(
        code=agreement.code,
        version=agreement.version,
        name=agreement.name,
        says=agreement.says,
        purposes=[purpose.value for purpose in agreement.purposes],
        data_protection_basis=agreement.data_protection_basis,
        confidentiality_basis=agreement.confidentiality_basis,
        policy=agreement.policy,
        starts_on=agreement.starts_on,
        review_on=agreement.review_on,
        ends_on=agreement.ends_on,
        contact=agreement.contact,
    )
    # From its first day on a version takes the place of the one before it.
    SharingAgreement.objects.filter(
        code=agreement.code, version__lt=agreement.version, stopped_on__isnull=True
    ).update(stopped_on=agreement.starts_on, stopped_why="A newer version took its place.")
    held.save(force_insert=True)
    AgreementParty.objects.bulk_create(
        AgreementParty(
            agreement=held, key=party.key, signed_on=party.signed_on, signed_by=party.signed_by
        )
        for party in agreement.parties
    )
    AgreementTerm.objects.bulk_create(
        AgreementTerm(
            agreement=held, from_key=giver, to_key=taker, category=part, needs_yes=term.needs_yes
        )
        for term in agreement.terms
        for giver, taker, part in term.lines()
    )


def _wording(agreement: Written) -> tuple[object, ...]:
    """What of an agreement makes it the version it is."""
    return (
        sorted(purpose.value for purpose in agreement.purposes),
        agreement.starts_on,
        agreement.ends_on,
        sorted(party.key for party in agreement.parties),
        sorted(
            (giver, taker, part.value, term.needs_yes)
            for term in agreement.terms
            for giver, taker, part in term.lines()
        ),
    )


def _says(held: SharingAgreement) -> tuple[object, ...]:
    return (
        sorted(held.purposes),
        held.starts_on,
        held.ends_on,
        sorted(held.parties.values_list("key", flat=True)),
        sorted(
            (giver, taker, str(part), asks)
            for giver, taker, part, asks in held.terms.values_list(
                "from_key", "to_key", "category", "needs_yes"
            )
        ),
    )


@transaction.atomic
def keep_owners_in_step(
    *, owners: Mapping[str, tuple[str, FeedKind | None]], by: Viewer, at: datetime
) -> int:
    """Say whose each source is: by its code, the code of its organisation and the kind of feed.

    What a source says that nobody owns is shared with nobody. Returns how many are known.
    """
    organisations = Organisation.objects.in_bulk(
        [organisation for organisation, _ in owners.values()], field_name="code"
    )
    rows = [
        SourceOwner(
            owner=owner,
            organisation=organisations[organisation],
            is_mental_health=kind is FeedKind.MENTAL_HEALTH,
        )
        for owner, (organisation, kind) in owners.items()
        if organisation in organisations
    ]
    SourceOwner.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["owner"],
        update_fields=["organisation", "is_mental_health"],
    )
    audit.record(by=by, at=at, action="keep_owners_in_step", detail={"owners": len(rows)})
    return len(rows)


def own_by_hand(*, by: Viewer) -> None:
    """Know from now on that what is typed here at the viewer's organisation is that organisation's.

    Part of the verb that writes it, whose entry in the audit stands for this too.
    """
    organisation = Organisation.objects.filter(pk__in=[by.organisation_id]).first()
    if organisation is not None:
        SourceOwner.objects.bulk_create(
            [
                SourceOwner(owner=f"oneplace:{name}", organisation=organisation)
                for name in (organisation.name, organisation.code)
            ],
            ignore_conflicts=True,
        )

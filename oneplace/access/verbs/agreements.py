"""Sharing agreements and whose each source is: brought in from the place, stopped, renewed."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from oneplace.access import audit
from oneplace.access.models import AgreementParty, AgreementTerm, SharingAgreement, SourceOwner
from oneplace.access.queries.agreements import names
from oneplace.access.rules.agreements import REPLACED_WHY, last_day
from oneplace.access.viewer import Viewer
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import refuse_if
from oneplace.partners.models import Organisation
from oneplace.vocabulary.place.agreements import Party, SharingTerm, contradictions
from oneplace.vocabulary.place.agreements import SharingAgreement as Written
from oneplace.vocabulary.terms import (
    ConfidentialityBasis,
    DataProtectionBasis,
    FeedKind,
    OrganisationKind,
    Purpose,
    SharingPolicy,
)


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
            bring_in(agreement, on=None)
            new += 1
            continue
        refuse_if(
            None
            if _says(held) == _wording(agreement)
            else f"“{agreement.name}” ({agreement.code}) says something else than the version "
            f"{agreement.version} that was signed. Write it as version {agreement.version + 1}."
        )
        _take_over_signatures(held, agreement)
    if new:
        refuse_if(why_contradictory(held_on(local_day(at))))
    audit.record(by=by, at=at, action="keep_agreements_in_step", detail={"new": new})
    return new


def bring_in(agreement: Written, *, on: date | None) -> SharingAgreement:
    """Write a version as it stands, and let it take over if every party has signed.

    `on` is the day on which somebody does so; none where a file tells what was signed when. Part of
    a verb: what it writes stands under that verb's entry in the audit.
    """
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
    held.save(force_insert=True)
    AgreementParty.objects.bulk_create(
        AgreementParty(
            agreement=held, key=party.key, signed_on=party.signed_on, signed_by=party.signed_by
        )
        for party in agreement.parties
    )
    lines = {line: term.needs_yes for term in agreement.terms for line in term.lines()}
    AgreementTerm.objects.bulk_create(
        AgreementTerm(agreement=held, from_key=giver, to_key=taker, category=part, needs_yes=asks)
        for (giver, taker, part), asks in lines.items()
    )
    take_over(held, on=on)
    return held


def take_over(held: SharingAgreement, *, on: date | None) -> bool:
    """Let a version take the place of those before it once every party has signed; whether it did.

    It does so from its first day on, or from the day of the last signature if that came later:
    `on`, the day on which it was given here, or the day the file tells. Part of a verb.
    """
    signed = list(held.parties.values_list("signed_on", flat=True))
    if None in signed:
        return False
    begins = max([held.starts_on, on] if on else [held.starts_on, *filter(None, signed)])
    before = SharingAgreement.objects.filter(
        Q(stopped_on__isnull=True) | Q(stopped_on__gt=begins),
        code=held.code,
        version__lt=held.version,
    )
    before.update(stopped_on=begins, stopped_why=REPLACED_WHY)
    return True


def _take_over_signatures(held: SharingAgreement, written: Written) -> None:
    """Signatures the file tells and the database has not yet."""
    for party in written.parties:
        if party.signed_on is not None:
            held.parties.filter(key=party.key, signed_on__isnull=True).update(
                signed_on=party.signed_on, signed_by=party.signed_by
            )
    take_over(held, on=None)


def held_on(on: date) -> list[Written]:
    """Every version that is not over on a day, in the words of the place file, to be compared."""
    rows = SharingAgreement.objects.prefetch_related("parties", "terms")
    return [
        as_written(row) for row in rows if row.starts_on <= last_day(row) and last_day(row) >= on
    ]


def as_written(row: SharingAgreement) -> Written:
    """A version of the database in the words of the place file; its last day is when it stops."""
    return Written.model_construct(
        code=row.code,
        version=row.version,
        name=row.name,
        says=row.says,
        purposes=tuple(Purpose(word) for word in row.purposes),
        data_protection_basis=DataProtectionBasis(row.data_protection_basis),
        confidentiality_basis=ConfidentialityBasis(row.confidentiality_basis),
        policy=SharingPolicy(row.policy),
        starts_on=row.starts_on,
        review_on=row.review_on,
        ends_on=last_day(row),
        contact=row.contact,
        parties=tuple(
            Party(key=party.key, signed_on=party.signed_on, signed_by=party.signed_by)
            for party in row.parties.all()
        ),
        terms=tuple(
            SharingTerm.model_validate(
                {
                    "from": [term.from_key],
                    "to": [term.to_key],
                    "parts": [term.category],
                    "needs_yes": term.needs_yes,
                }
            )
            for term in row.terms.all()
        ),
    )


def why_contradictory(held: list[Written], *, about: str | None = None) -> str | None:
    """Why these agreements cannot stand beside each other, naming both; of one code, or of any."""
    rows = Organisation.objects.values_list("code", "kind")
    kinds = {code: OrganisationKind(kind).value for code, kind in rows}
    called = names(party.key for each in held for party in each.parties)
    for found in contradictions(held, kinds):
        if about is not None and about not in (found.one.code, found.other.code):
            continue
        if found.one.code == found.other.code:
            return (
                f"“{found.one.name}” contradicts itself: it says two things of "
                f"{found.words(called.of)}. Let one line say it."
            )
        return (
            f"“{found.one.name}” and “{found.other.name}” contradict each other: they differ on "
            f"{found.words(called.of)}. Let one of them say it, or let them say the same."
        )
    return None


def _wording(agreement: Written) -> tuple[object, ...]:
    """What of an agreement makes it the version it is."""
    return (
        sorted(purpose.value for purpose in agreement.purposes),
        agreement.data_protection_basis,
        agreement.confidentiality_basis,
        agreement.policy,
        agreement.starts_on,
        agreement.review_on,
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
        held.data_protection_basis,
        held.confidentiality_basis,
        held.policy,
        held.starts_on,
        held.review_on,
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


def own_by_hand(*, by: Viewer, organisation_id: uuid.UUID | None = None) -> None:
    """Know from now on that what is typed here at the viewer's organisation is that organisation's.

    Or, where it is kept for another, such as a practice's list or what people write on their own
    page, that one's. Part of the verb that writes it, whose entry in the audit stands for this too.
    """
    organisation = Organisation.objects.filter(
        pk__in=[organisation_id or by.organisation_id]
    ).first()
    if organisation is not None:
        SourceOwner.objects.bulk_create(
            [
                SourceOwner(owner=f"oneplace:{name}", organisation=organisation)
                for name in (organisation.name, organisation.code)
            ],
            ignore_conflicts=True,
        )

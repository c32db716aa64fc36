"""Who hears of a sharing agreement that was changed: the officers of its other parties.

A listener to an announcement of access (`config.wiring`); it writes into the outbox in the same
transaction, so that no agreement changes without those it binds having been written to.
"""

from django.urls import reverse

from oneplace.access.announcements import AgreementChanged, AgreementStep
from oneplace.access.queries.agreements import officers_of_parties
from oneplace.kit.clock import local_day
from oneplace.kit.formats import day
from oneplace.post import verbs as post
from oneplace.post.recipients import Recipient
from oneplace.post.verbs import Cause


def tell_of_agreement(changed: AgreementChanged) -> None:
    """Tell the officers of the parties, but whoever did it, what was done and what it means."""
    agreement, by, at = changed.agreement, changed.by, changed.at
    opens = reverse("access:agreement_version", args=[agreement.code, agreement.version])
    for officer in officers_of_parties(agreement, on=local_day(at), but_not=by.account_id):
        post.write_message(
            template="notice",
            values={"subject": f"Agreement: {agreement.name}"[:120], "words": _words(changed)},
            to=Recipient.account(officer),
            cause=Cause("access", "agreement", agreement.pk),
            opens=opens,
            by=by,
            at=at,
        )


def _words(changed: AgreementChanged) -> str:
    agreement = changed.agreement
    what = f"version {agreement.version} of “{agreement.name}”"
    who = ", ".join(filter(None, (changed.by.name, changed.by.organisation_name)))
    match changed.did:
        case AgreementStep.WRITTEN:
            return (
                f"{who}, wrote {what}. It shares nothing until every party has signed. Open it to "
                "read what changes, and sign for your organisation."
            )
        case AgreementStep.SIGNED_BY_ALL:
            return (
                f"Every party has signed {what}. It begins on {day(agreement.starts_on)}, or today "
                "if that is past, and takes the place of the version before."
            )
        case AgreementStep.STOPPED:
            return (
                f"{who}, stopped {what}. From {day(agreement.stopped_on)} nothing is shared under "
                f"it. The reason: {agreement.stopped_why}"
            )
        case _:
            return f"{who}, withdrew {what} before it began. The reason: {agreement.stopped_why}"

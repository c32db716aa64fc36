"""Somebody is back in hospital soon after leaving: noticed from the record, told to the ward."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from oneplace.access.models import Account
from oneplace.access.viewer import Viewer
from oneplace.homefirst import rules
from oneplace.homefirst.announcements import DischargeFailed
from oneplace.homefirst.models import DeskCase, FailedBecause, FailedDischarge
from oneplace.homefirst.verbs.following import FEW, keeper_of
from oneplace.homefirst.verbs.writing import note, record, refuse
from oneplace.kit.announcing import announce
from oneplace.kit.formats import moment
from oneplace.kit.kept_plans import kept_plans
from oneplace.kit.refusals import Refused
from oneplace.partners.models import Organisation
from oneplace.post import verbs as post
from oneplace.post.recipients import Recipient
from oneplace.post.verbs import Cause
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import ReferralSource

# Each return once: of several cases the one of which the person left last; also of a case closed
# meanwhile, for a discharge does not fail the less because the desk was done with it.
_BACK: Final = """
select distinct on (p.current_id, e.id) c.id, reverse(split_part(reverse(e.key), ':', 1)),
       e.organisation, e.starts_at, coalesce(f.name, e.source)
  from homefirst_deskcase c
  join people_person p on p.id = c.person_id
  join records_subject s on s.person_id = p.current_id
  join records_entry e on e.subject_id = s.id and e.kind = 'stay'
   and e.status in ('current', 'ended', 'not_said')
  left join feeds_source f on f.code = e.source
 where p.current_id = any(%(persons)s) and c.left_at is not null
   and e.starts_at > c.left_at and e.starts_at <= c.left_at + make_interval(secs => %(within)s)
   and reverse(split_part(reverse(e.key), ':', 1)) <> c.spell
   and not exists (select 1 from homefirst_faileddischarge x
                     join people_person q on q.id = x.person_id
                    where q.current_id = p.current_id
                      and x.back_spell = reverse(split_part(reverse(e.key), ':', 1)))
 order by p.current_id, e.id, c.left_at desc, c.id
"""


@transaction.atomic
def notice_failed_discharges(
    *, person_ids: Sequence[uuid.UUID], by: Viewer, at: datetime
) -> list[FailedDischarge]:
    """Keep each return within 72 hours that the record now tells of; the desk is asked why.

    Speaks as the loader, in the transaction in which the message was read. One statement where
    nobody is back.
    """
    with kept_plans() if len(person_ids) <= FEW else connection.cursor() as cursor:
        cursor.execute(
            _BACK, {"persons": list(person_ids), "within": rules.FAILED_WITHIN.total_seconds()}
        )
        rows = cursor.fetchall()
    cases = DeskCase.objects.in_bulk([row[0] for row in rows])
    return [
        _notice(cases[case_id], spell, organisation, back_at, said_by, by=by, at=at)
        for case_id, spell, organisation, back_at, said_by in rows
    ]


def _notice(
    case: DeskCase,
    spell: str,
    organisation: str,
    back_at: datetime,
    said_by: str,
    *,
    by: Viewer,
    at: datetime,
) -> FailedDischarge:
    assert case.left_at is not None  # noqa: S101 - asked before
    failed = FailedDischarge(
        id=new_id(),
        case=case,
        person_id=case.person_id,
        hospital=case.hospital,
        spell=case.spell,
        left_at=case.left_at,
        back_hospital=organisation,
        back_spell=spell,
        back_at=back_at,
        said_by=said_by,
        noticed_at=at,
    )
    failed.save(force_insert=True)
    words = (
        f"Left {moment(case.left_at)}, in a bed again {moment(back_at)}. Say why: the ward hears."
    )
    note(
        "notice_failed_discharges", case, "Back within 72 hours", words=words,
        by=keeper_of(case, by), at=at,
    )  # fmt: skip
    announce(DischargeFailed(failed.pk, case.pk, case.person_id, case.left_at, at))
    return failed


@transaction.atomic
def say_why_back(
    *,
    failed: FailedDischarge,
    because: FailedBecause,
    words: str = "",
    for_the_ward: str = "",
    by: Viewer,
    at: datetime,
) -> FailedDischarge:
    """Say why somebody was back so soon; the ward that let them go hears it at once."""
    held = (
        FailedDischarge.objects.select_for_update(of=("self",))
        .select_related("case__referral")
        .filter(pk=failed.pk)
        .first()
    )
    if held is None:
        raise Refused("This is not open to you.")
    refuse(rules.why_not_say_why_back(held, because, words, by=by))
    to = _ward(held)
    held.because, held.words = because, words.strip()
    held.for_the_ward = for_the_ward.strip()
    held.explained_by_name, held.explained_at = by.name, at
    held.told = to.name[:200] if to is not None else ""
    held.save(
        update_fields=[
            *("because", "words", "for_the_ward", "explained_by_name", "explained_at", "told")
        ]
    )
    note(
        "say_why_back", held.case, f"Why back: {because.label}"[:200],
        words=" ".join(filter(None, (held.words, held.for_the_ward))), by=by, at=at,
    )  # fmt: skip
    record("say_why_back", ("failed_discharge", held.pk), person_id=held.person_id, by=by, at=at)
    if to is not None:
        _tell(held, to, by=by, at=at)
    return held


def _ward(failed: FailedDischarge) -> Recipient | None:
    """Who on the ward asked for them to come home; else their hospital."""
    referral = failed.case.referral
    if referral.asked_from == ReferralSource.HOSPITAL_WARD:
        asker = Account.objects.filter(pk=referral.asked_by_id, is_active=True).first()
        if asker is not None:
            return Recipient.account(asker)
    hospital = Organisation.objects.filter(code=failed.hospital).first()
    return Recipient.organisation(hospital) if hospital is not None else None


def _tell(failed: FailedDischarge, to: Recipient, *, by: Viewer, at: datetime) -> None:
    """What the ward reads: when, why, and what could be done differently; no name."""
    lines = (
        f"Referral {failed.case.referral.number}: left {moment(failed.left_at)}, back "
        f"{moment(failed.back_at)}.",
        f"Why: {FailedBecause(failed.because).label.lower()}.",
        failed.words,
        f"For the ward: {failed.for_the_ward}" if failed.for_the_ward else "",
        f"{by.name}, {by.organisation_name}.",
    )
    post.write_message(
        template="notice",
        values={
            "subject": "Back in hospital within 72 hours: why",
            "words": " ".join(filter(None, lines)),
        },
        to=to,
        cause=Cause("homefirst", "failed_discharge", failed.pk),
        person_id=failed.person_id,
        hold=False,
        by=by,
        at=at,
    )

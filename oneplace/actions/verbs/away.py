"""Somebody tells that they are away and who stands in; and that they are back."""

import uuid
from datetime import date, datetime

from django.db import transaction
from procrastinate.contrib.django import app

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.actions import rules
from oneplace.actions.models import Away
from oneplace.actions.verbs.asking import account_of
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused
from oneplace.vocabulary.ids import new_id

REASSIGN_AWAY = "oneplace.actions.jobs.reassign_of_those_away"


@transaction.atomic
def go_away(
    *,
    from_on: date,
    until_on: date,
    stands_in_id: uuid.UUID | None = None,
    team_id: uuid.UUID | None = None,
    by: Viewer,
    at: datetime,
) -> Away:
    """Tell one's own absence; what is due meanwhile goes to whoever stands in once it begins."""
    account_id = account_of(by)
    today = local_day(at)
    told = list(Away.objects.filter(account_id=account_id, ended_at=None, until_on__gte=today))
    refused = rules.why_not_go_away(from_on, until_on, told, is_own=True, today=today)
    if refused is not None:
        raise Refused(refused[0], field=refused[1])
    away = Away(
        id=new_id(),
        account_id=account_id,
        stands_in_id=stands_in_id,
        team_id=team_id,
        from_on=from_on,
        until_on=until_on,
        told_by_id=account_id,
        told_at=at,
    )
    away.save(force_insert=True)
    audit.record(by=by, at=at, action="go_away", subject=("away", away.pk))
    if from_on <= today:
        app.configure_task(REASSIGN_AWAY).defer(timestamp=int(at.timestamp()))
    return away


@transaction.atomic
def come_back(*, away: Away, by: Viewer, at: datetime) -> Away:
    """Tell that one is back, or stays; what was asked of others meanwhile stays theirs."""
    if away.account_id != account_of(by):
        raise Refused("Everybody tells their own absence.")
    away.ended_at = at
    away.save(update_fields=["ended_at"])
    audit.record(by=by, at=at, action="come_back", subject=("away", away.pk))
    return away

"""Hats: worn, given, changed, ended, and kept in step with a sign-in provider."""

import uuid
from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from oneplace.access import audit, rules
from oneplace.access.models import Account, Hat
from oneplace.access.verbs.names import in_the_name_of
from oneplace.access.viewer import Viewer
from oneplace.kit.clock import day_begins, local_day
from oneplace.kit.refusals import refuse_if
from oneplace.partners.models import Organisation, Post


@transaction.atomic
def wear_hat(
    *,
    hat: Hat,
    by: Viewer,
    at: datetime,
    needs_second_factor: bool = False,
    has_second_factor: bool = True,
    chosen_at_provider: uuid.UUID | None = None,
    provider_lets_choose: bool = False,
    is_spoken_for: bool = True,
) -> Hat:
    """Work in one of one's own posts from now on."""
    refuse_if(
        rules.why_not_wear_hat(
            hat,
            account_id=by.account_id,
            on=local_day(at),
            needs_second_factor=needs_second_factor,
            has_second_factor=has_second_factor,
            chosen_at_provider=chosen_at_provider,
            provider_lets_choose=provider_lets_choose,
            is_spoken_for=is_spoken_for,
        )
    )
    audit.record(by=by, at=at, action="wear_hat", subject=("hat", hat.pk))
    return hat


@transaction.atomic
def give_hat(
    *,
    account: Account,
    post: Post,
    employer: Organisation,
    line_manager: Account | None = None,
    professional_lead: Account | None = None,
    starts_on: date,
    ends_on: date | None = None,
    by: Viewer,
    at: datetime,
) -> Hat:
    """Let somebody who works here hold another post."""
    hat = Hat(
        account=account,
        post=post,
        employer=employer,
        line_manager=line_manager,
        professional_lead=professional_lead,
        source="given",
        starts_on=starts_on,
        ends_on=ends_on,
    )
    refuse_if(
        rules.why_not_give_post(
            by,
            account_id=account.pk,
            role=post.role,
            organisation_id=post.organisation_id,
            organisation_name=post.organisation.name,
            permissions=settings.PLACE.permissions_of(post.role),
            holds=by.permissions,
        )
    )
    refuse_if(None if account.is_active else f"{account.name} has left.")
    refuse_if(rules.why_not_dates(starts_on, ends_on, today=local_day(at)), field="ends_on")
    _refuse_managers(account.pk, line_manager, professional_lead)
    end_run_out_hats(account=account, posts=[post.pk], by=by, at=at)
    held = Hat.objects.filter(account=account, post=post, ended_at__isnull=True)
    refuse_if(f"{account.name} already holds this post." if held.exists() else None, field="role")
    with in_the_name_of(by, "give_hat"):
        hat.save(force_insert=True)
    audit.record(
        by=by,
        at=at,
        action="give_hat",
        subject=("hat", hat.pk),
        detail={"account": str(account.pk), "post": post.key},
    )
    return hat


@transaction.atomic
def change_hat(
    *,
    hat: Hat,
    line_manager: Account | None,
    professional_lead: Account | None,
    ends_on: date | None,
    by: Viewer,
    at: datetime,
) -> Hat:
    """Change who manages and leads somebody in a post, and their last day in it."""
    refuse_if(rules.why_not_manage_hat(by, hat))
    # As it is now: somebody else may have set a last day while this form stood open.
    held = Hat.objects.select_for_update(of=("self",)).get(pk=hat.pk)
    refuse_if("This post has ended." if held.ended_at is not None else None)
    if ends_on != held.ends_on:
        refuse_if(rules.why_not_dates(hat.starts_on, ends_on, today=local_day(at)), field="ends_on")
        refuse_if(
            rules.why_not_extend_post(
                by,
                held,
                ends_on,
                permissions=settings.PLACE.permissions_of(hat.post.role),
                holds=by.permissions,
            ),
            field="ends_on",
        )
    _refuse_managers(hat.account_id, line_manager, professional_lead)
    changed = {
        "line_manager": str(line_manager.pk) if line_manager else None,
        "professional_lead": str(professional_lead.pk) if professional_lead else None,
        "ends_on": ends_on.isoformat() if ends_on else None,
    }
    hat.line_manager = line_manager
    hat.professional_lead = professional_lead
    hat.ends_on = ends_on
    with in_the_name_of(by, "change_hat"):
        hat.save(update_fields=["line_manager", "professional_lead", "ends_on"])
    audit.record(by=by, at=at, action="change_hat", subject=("hat", hat.pk), detail=changed)
    return hat


@transaction.atomic
def end_hat(*, hat: Hat, by: Viewer, at: datetime) -> Hat:
    """End one post of somebody at once; their others stay."""
    refuse_if(rules.why_not_manage_hat(by, hat))
    refuse_if("This post has already ended." if hat.ended_at is not None else None)
    hat.ended_at = at
    # A last day set by a person: a provider's claim does not give such a post anew.
    last_day = max(hat.starts_on, local_day(at))
    hat.ends_on = min(hat.ends_on, last_day) if hat.ends_on is not None else last_day
    with in_the_name_of(by, "end_hat"):
        hat.save(update_fields=["ended_at", "ends_on"])
    audit.record(
        by=by,
        at=at,
        action="end_hat",
        subject=("hat", hat.pk),
        detail={"account": str(hat.account_id)},
    )
    return hat


@transaction.atomic
def keep_hats_in_step(
    *,
    account: Account,
    source: str,
    posts: Collection[Post],
    employers: dict[uuid.UUID, uuid.UUID],
    by: Viewer,
    at: datetime,
) -> tuple[int, int]:
    """Make the hats that came from `source` those for `posts`; hats given here stay as they are.

    A post from `source` that a person ended here, or whose last day they set, stays ended until
    somebody gives it again: its organisation decides who works there, not a claim. `employers`
    holds the employer of each post's holder. Returns how many were given and ended.
    """
    wanted = {post.pk: post for post in posts}
    end_run_out_hats(account=account, posts=wanted, by=by, at=at)
    open_hats = list(Hat.objects.filter(account=account, ended_at__isnull=True))
    ended = [hat for hat in open_hats if hat.source == source and hat.post_id not in wanted]
    held = {hat.post_id for hat in open_hats}
    shut = _ended_by_somebody(account, source, wanted.keys() - held)
    given = [
        Hat(
            account=account,
            post=post,
            employer_id=employers[post.pk],
            source=source,
            starts_on=local_day(at),
        )
        for post in wanted.values()
        if post.pk not in held | shut
    ]
    with in_the_name_of(by, "keep_hats_in_step"):
        Hat.objects.filter(pk__in=[hat.pk for hat in ended]).update(ended_at=at)
        Hat.objects.bulk_create(given)
    if given or ended or shut:
        audit.record(
            by=by,
            at=at,
            action="keep_hats_in_step",
            subject=("account", account.pk),
            detail={
                "source": source,
                "given": [hat.post.key for hat in given],
                "ended": [str(hat.pk) for hat in ended],
                "stays_ended": sorted(wanted[key].key for key in shut),
            },
        )
    return len(given), len(ended)


def _ended_by_somebody(
    account: Account, source: str, posts: Collection[uuid.UUID]
) -> set[uuid.UUID]:
    """Of these posts those whose last holding, from `source`, has a last day that a person set.

    What only follows the provider's claims ends without a last day.
    """
    last: dict[uuid.UUID, Hat] = {
        hat.post_id: hat
        for hat in Hat.objects.filter(account=account, post__in=posts).order_by("ended_at")
    }
    return {key for key, hat in last.items() if hat.source == source and hat.ends_on is not None}


def end_run_out_hats(
    *, account: Account, posts: Collection[uuid.UUID], by: Viewer, at: datetime
) -> None:
    """Mark posts as ended whose last day is past, so that they can be given anew.

    For verbs that give a post, which leave the entry in the audit; ended with the last day's end.
    """
    run_out = Hat.objects.filter(
        account=account, post__in=posts, ended_at__isnull=True, ends_on__lt=local_day(at)
    )
    with in_the_name_of(by, "end_run_out_hats"):
        for hat in run_out:
            if hat.ends_on is not None:
                hat.ended_at = day_begins(hat.ends_on + timedelta(days=1))
                hat.save(update_fields=["ended_at"])


def _refuse_managers(
    account_id: uuid.UUID | None, line_manager: Account | None, lead: Account | None
) -> None:
    refuse_if(rules.why_not_this_manager(account_id, line_manager), field="line_manager_email")
    refuse_if(
        rules.why_not_this_manager(account_id, lead, word="professional lead"),
        field="professional_lead_email",
    )

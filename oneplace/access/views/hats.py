"""In which post somebody works now: one hat is worn at a time."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from oneplace.access import queries, verbs
from oneplace.access.guard import HAT_IN_SESSION, needs_second_step, signed_in
from oneplace.access.models import Hat
from oneplace.access.sign_in import CHOSEN_AT_PROVIDER, is_spoken_for
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused
from oneplace.kit.request import Request
from oneplace.vocabulary.terms import AccountKind


@signed_in
def choose_hat(request: Request) -> HttpResponse:
    """Choose in which post to work now; where there is no choice it is made for you."""
    if request.viewer.kind is not AccountKind.STAFF:
        return redirect("desk:my_day")
    if needs_second_step(request):
        return redirect("access:second_step_needed")
    hats = list(queries.hats(request.viewer.account_id, on=local_day(request.received_at)))
    chosen = [hat for hat in hats if _chosen_there(request, hat) is not None]
    elsewhere = [hat for hat in hats if not is_spoken_for(request, hat)]
    open_to_choice = [
        hat
        for hat in hats
        if hat not in elsewhere and (not _provider_lets_choose(request, hat) or hat in chosen)
    ]
    if request.viewer.hat_id is None and len(chosen or open_to_choice) == 1:
        return _wear(request, (chosen or open_to_choice)[0])
    return render(
        request,
        "access/choose_hat.html",
        {
            "hats": [(hat, hat in open_to_choice, hat.pk == request.viewer.hat_id) for hat in hats],
            "elsewhere": elsewhere,
            "title": "Which post are you working in?" if hats else "No post",
        },
    )


@require_POST
@signed_in
def wear_hat(request: Request, hat_id: uuid.UUID) -> HttpResponse:
    """Put on a hat; the session's key changes with it."""
    hats = queries.hats(request.viewer.account_id, on=local_day(request.received_at))
    hat = hats.filter(pk=hat_id).first()
    if hat is None:
        raise Http404
    return _wear(request, hat)


@signed_in
def second_step_needed(request: Request) -> HttpResponse:
    """Nothing opens to staff before they have set up a second step."""
    if not needs_second_step(request):
        return redirect("access:choose_hat")
    return render(
        request, "access/second_step_needed.html", {"title": "Set up a second step to sign in"}
    )


def _wear(request: Request, hat: Hat) -> HttpResponse:
    try:
        verbs.wear_hat(
            hat=hat,
            by=request.viewer,
            at=request.received_at,
            needs_second_factor=needs_second_step(request),
            has_second_factor=not needs_second_step(request),
            chosen_at_provider=_chosen_there(request, hat),
            provider_lets_choose=_provider_lets_choose(request, hat),
            is_spoken_for=is_spoken_for(request, hat),
        )
    except Refused:
        return redirect("access:choose_hat")
    request.session.cycle_key()
    request.session[HAT_IN_SESSION] = str(hat.pk)
    return redirect("desk:my_day")


def _mark(request: Request) -> dict[str, Any]:
    mark: dict[str, Any] = request.session.get(CHOSEN_AT_PROVIDER) or {}
    return mark


def _provider_lets_choose(request: Request, hat: Hat) -> bool:
    """Whether this hat came from the provider of this session, which asked for one role."""
    return bool(_mark(request)) and hat.source == _mark(request)["provider"]


def _chosen_there(request: Request, hat: Hat) -> uuid.UUID | None:
    return hat.pk if _mark(request).get("post") == str(hat.post_id) else None

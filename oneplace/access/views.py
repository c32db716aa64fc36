"""Pages about one's own sign-in: which hat to wear."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from oneplace.access import queries, verbs
from oneplace.access.guard import HAT_IN_SESSION, signed_in


@signed_in
def choose_hat(request: HttpRequest) -> HttpResponse:
    """Choose in which post to work now; one choice is made for you."""
    hats = list(queries.hats(request.viewer.account_id, on=request.received_at.date()))
    if len(hats) == 1 and request.viewer.hat_id is None:
        return _wear(request, hats[0].pk)
    return render(request, "access/choose_hat.html", {"hats": hats})


@require_POST
@signed_in
def wear_hat(request: HttpRequest, hat_id: uuid.UUID) -> HttpResponse:
    """Put on a hat; the session's key changes with it."""
    return _wear(request, hat_id)


def _wear(request: HttpRequest, hat_id: uuid.UUID) -> HttpResponse:
    hat = get_object_or_404(
        queries.hats(request.viewer.account_id, on=request.received_at.date()), pk=hat_id
    )
    verbs.wear_hat(hat=hat, by=request.viewer, at=request.received_at)
    request.session.cycle_key()
    request.session[HAT_IN_SESSION] = str(hat.pk)
    return redirect("desk:my_day")

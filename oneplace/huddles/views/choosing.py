"""Which practice's huddle a page shows, for somebody who belongs to several; remembered."""

from collections.abc import Sequence

from oneplace.huddles.models import Series
from oneplace.kit.request import Request

_REMEMBERED = "huddles_chosen"


def chosen_series(request: Request, series: Sequence[Series]) -> Series | None:
    """The one series the page shows; None for all of the viewer's.

    What is chosen in the address holds until they choose otherwise, sign out or change hats: a
    facilitator who works on one practice this morning finds it on every page of huddles.
    """
    by_id = {str(one.pk): one for one in series}
    hat = str(request.viewer.hat_id or "")
    if "series" in request.GET:
        wanted = request.GET["series"]
        request.session[_REMEMBERED] = {"hat": hat, "series": wanted if wanted in by_id else ""}
        return by_id.get(wanted)
    kept = request.session.get(_REMEMBERED) or {}
    return by_id.get(kept.get("series", "")) if kept.get("hat") == hat else None

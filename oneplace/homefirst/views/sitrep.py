"""The daily report and the delays by the national definitions: a page, paper, a file."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from oneplace.access import audit
from oneplace.access.guard import may
from oneplace.homefirst import queries
from oneplace.homefirst.permissions import SEE_DISCHARGES
from oneplace.homefirst.sitrep_pages import WEEKS_BACK, SitrepPage, figures_csv
from oneplace.kit.clock import local_day
from oneplace.kit.request import Request
from oneplace.science.sitrep import delays
from oneplace.science.sitrep import sitrep as reckoned

_LONGEST = timedelta(days=366)


@require_safe
@may(SEE_DISCHARGES)
def sitrep(request: Request) -> HttpResponse:
    """A day, and the weeks up to it."""
    return render(request, "homefirst/sitrep.html", {"page": _page(request)})


@require_safe
@may(SEE_DISCHARGES)
def sitrep_csv(request: Request) -> HttpResponse:
    """The same figures as a file."""
    page = _page(request)
    response = HttpResponse(figures_csv(page), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="leaving-hospital-{page.on.isoformat()}.csv"'
    )
    return response


def _page(request: Request) -> SitrepPage:
    viewer, at = request.viewer, request.received_at
    today = local_day(at)
    on = min(_day(request, "on", today - timedelta(days=1)), today)
    since = _day(request, "since", on - timedelta(weeks=WEEKS_BACK) + timedelta(days=1))
    since = max(min(since, on), on - _LONGEST)
    zone = ZoneInfo(settings.TIME_ZONE)
    stays = [stay for _, stay in queries.stays_counted(since=since, until=on, viewer=viewer)]
    audit.record(by=viewer, at=at, action="see_sitrep", detail={"on": on.isoformat()})
    return SitrepPage.of(reckoned(stays, on, zone), delays(stays, since, on, at, zone), today=today)


def _day(request: Request, name: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return otherwise

"""The four national data sets: what is in them and how whole they are, and taking them."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from oneplace.access.guard import may
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import refusals_on
from oneplace.kit.request import Request
from oneplace.plans import verbs
from oneplace.plans.data_set_forms import ExportForm
from oneplace.plans.data_set_presenters import DataSetsPage
from oneplace.plans.data_sets import DataSets
from oneplace.plans.permissions import EXPORT_SOCIAL_PRESCRIBING


@may(EXPORT_SOCIAL_PRESCRIBING)
def export_social_prescribing(request: Request) -> HttpResponse:
    """Look how whole the four sets of a period are, or take them as files."""
    today = local_day(request.received_at)
    form = ExportForm(
        request.POST or None,
        initial={"from_on": today.replace(day=1), "until_on": today, "names": "without"},
    )
    sets = None
    if form.is_valid():
        with refusals_on(form):
            sets = verbs.export_social_prescribing(
                by=request.viewer, at=request.received_at, **form.verb_values()
            )
            if request.POST.get("take"):
                return _file(request, sets)
    page = DataSetsPage.of(sets, standard=settings.PLACE.social_prescribing)
    return render(request, "plans/social_prescribing.html", {"page": page, "form": form})


def _file(request: Request, sets: DataSets) -> HttpResponse:
    place = settings.PLACE
    made = sets.as_zip(place.social_prescribing, by=request.viewer.name, notice=place.notice)
    answer = HttpResponse(made, content_type="application/zip")
    who = "with-names" if sets.with_names else "without-names"
    name = f"social-prescribing-{sets.from_on}-{sets.until_on}-{who}.zip"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer

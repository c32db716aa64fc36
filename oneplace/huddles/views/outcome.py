"""What came of one person: the outcome's parts, the decision, and the paragraph that leaves."""

import uuid

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from oneplace.access.guard import may
from oneplace.huddles import documents, forms, presenters, queries, rules, verbs
from oneplace.huddles.models import Decided, Item, Paragraph, ParagraphState
from oneplace.huddles.permissions import CHECK_PARAGRAPH, SEE_HUDDLES, WRITE_IN_HUDDLE
from oneplace.huddles.views.finding import crumbs_to, item_or_404, paragraph_or_404
from oneplace.kit.clock import local_day
from oneplace.kit.forms import FormPage, form_page, refusals_on
from oneplace.kit.request import Request
from oneplace.kit.words import say
from oneplace.post.papers import papers
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import CaseClosed


@may(WRITE_IN_HUDDLE)
def conclude_item(request: Request, item_id: uuid.UUID) -> HttpResponse:
    """The outcome of one person: situation, done so far, new, next, lead, risks, decision."""
    item = item_or_404(request, item_id)
    leads = [
        (member.hat_id, f"{member.hat.account.name}, {presenters.profession(member.role)}")
        for member in queries.members(
            item.meeting.series, viewer=request.viewer, on=local_day(request.received_at)
        )
    ]
    hats = {
        member.hat_id: member.hat
        for member in queries.members(
            item.meeting.series, viewer=request.viewer, on=local_day(request.received_at)
        )
    }
    form = forms.OutcomeForm(request.POST or None, leads=leads, initial=_initial(item))
    theirs = None
    if form.is_valid():
        said = form.cleaned_data
        with refusals_on(form):
            try:
                verbs.conclude_item(
                    item=item,
                    decided=Decided(said["decided"]),
                    lead=hats.get(uuid.UUID(said["lead"])) if said["lead"] else None,
                    next_review_on=said["next_review_on"],
                    reason=CaseClosed(said["reason"]) if said["reason"] else None,
                    safety_net=said["safety_net"],
                    question=said["question"],
                    version=said["version"],
                    by=request.viewer,
                    at=request.received_at,
                )
            except verbs.Stale as stale:
                # Both versions: theirs as a sentence above, mine still in the boxes.
                theirs = stale.theirs
                form = forms.OutcomeForm(
                    {**request.POST.dict(), "version": theirs.version}, leads=leads
                )
                form.is_valid()
                form.add_error(None, stale.reason)
            else:
                messages.success(request, f"Kept: {rules.short_name(item.person)}")
                return redirect(_after(request, item))
    return render(
        request,
        "huddles/outcome.html",
        {
            "page": FormPage(
                title=f"Outcome for {rules.short_name(item.person)}",
                send="Keep",
                crumbs=crumbs_to(item.meeting),
                cancel=_after(request, item),
            ),
            "form": form,
            "item": item,
            "theirs": theirs,
            "theirs_decided": Decided(theirs.decided).label if theirs and theirs.decided else "",
            "parts": presenters.parts_of(queries.lines([item.pk], viewer=request.viewer), item),
            "line_id": new_id(),
        },
    )


def _initial(item: Item) -> dict[str, object]:
    case = item.case
    return {
        "decided": item.decided or Decided.GO_ON.value,
        "lead": str(case.lead_id or ""),
        "next_review_on": item.next_review_on,
        "reason": case.closed_reason,
        "safety_net": case.safety_net,
        "question": case.question,
        "version": item.version,
    }


def _after(request: Request, item: Item) -> str:
    if item.meeting.state == "live" and request.GET.get("back") != "close":
        return reverse("huddles:room", args=[item.meeting_id])
    return reverse("huddles:read_back", args=[item.meeting_id])


@may(CHECK_PARAGRAPH)
def check_paragraph(request: Request, paragraph_id: uuid.UUID) -> HttpResponse:
    """Read the paragraph, better it, and let it go to the GP's record in one's own name."""
    paragraph = paragraph_or_404(request, paragraph_id)
    initial = {"words": paragraph.words, "version": paragraph.version}
    is_anothers = rules.is_named_to_another(paragraph, by=request.viewer)
    named = paragraph.clinician_name if is_anothers and paragraph.checked_at is None else ""
    form = forms.ParagraphForm(request.POST or None, initial=initial, named=named)
    if form.is_valid():
        with refusals_on(form):
            verbs.check_paragraph(
                paragraph=paragraph,
                by=request.viewer,
                at=request.received_at,
                **form.cleaned_data,
            )
            messages.success(
                request, "On its way. For one minute you can take it back under What you wrote."
            )
            return redirect("huddles:read_back", paragraph.item.meeting_id)
    return form_page(
        request,
        form,
        FormPage(
            title=f"For the GP’s record: {rules.short_name(paragraph.item.person)}",
            send="Send it in my name",
            crumbs=crumbs_to(paragraph.item.meeting),
            cancel=reverse("huddles:read_back", args=[paragraph.item.meeting_id]),
        ),
        "huddles/paragraph.html",
        paragraph=paragraph,
        named=named,
    )


@may(CHECK_PARAGRAPH)
def leave_out_paragraph(request: Request, paragraph_id: uuid.UUID) -> HttpResponse:
    """Say that nothing need go to the GP's record."""
    paragraph = paragraph_or_404(request, paragraph_id)
    form = forms.WhyForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            verbs.leave_out_paragraph(
                paragraph=paragraph,
                why=form.cleaned_data["why"],
                version=paragraph.version,
                by=request.viewer,
                at=request.received_at,
            )
            return redirect("huddles:read_back", paragraph.item.meeting_id)
    page = FormPage(
        title="Nothing for the GP’s record",
        caption=rules.short_name(paragraph.item.person),
        send="Leave it out",
        crumbs=crumbs_to(paragraph.item.meeting),
        cancel=reverse("huddles:check_paragraph", args=[paragraph.pk]),
    )
    return form_page(request, form, page)


def _file_of(paragraph: Paragraph) -> str:
    return f"{slugify(say('{huddle}'))}-{paragraph.pk}"


@require_safe
@may(SEE_HUDDLES)
def paragraph_document(request: Request, paragraph_id: uuid.UUID) -> HttpResponse:
    """The checked paragraph as a FHIR document, for a system that takes it in."""
    paragraph = paragraph_or_404(request, paragraph_id)
    if paragraph.state != ParagraphState.CHECKED:
        messages.error(
            request, "No clinician has checked this paragraph yet, so no system may file it."
        )
        return redirect("huddles:read_back", paragraph.item.meeting_id)
    response = JsonResponse(
        documents.bundle_of(paragraph), content_type="application/fhir+json; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{_file_of(paragraph)}.json"'
    return response


@require_safe
@may(SEE_HUDDLES)
def paragraph_paper(request: Request, paragraph_id: uuid.UUID) -> HttpResponse:
    """The paragraph on paper: a PDF where this machine makes one, else a page to print."""
    paragraph = paragraph_or_404(request, paragraph_id)
    context = {"title": say("Outcome of the {huddle}"), "paragraph": paragraph}
    page = render(request, "huddles/paper.html", context)
    pdf = papers().pdf(page.content.decode()) if request.GET.get("as") == "pdf" else None
    if pdf is None:
        return page
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{_file_of(paragraph)}.pdf"'
    return response

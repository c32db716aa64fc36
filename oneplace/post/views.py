"""Pages of post: notices, what one wrote, answers by link, and a demonstration's Sent page."""

import uuid
from dataclasses import asdict, replace
from datetime import date

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from oneplace.access import audit
from oneplace.access.guard import anyone, may, signed_in
from oneplace.access.viewer import Viewer, tell_database
from oneplace.kit.forms import refusals_on
from oneplace.kit.refusals import Refused
from oneplace.kit.request import Request, page_number
from oneplace.partners import queries as partners
from oneplace.post import forms, links, presenters, queries, rules, verbs
from oneplace.post.models import Channel, Message, Through
from oneplace.post.partner_texts import layout_for
from oneplace.post.permissions import SEE_SENT
from oneplace.post.queries import SentFilter
from oneplace.vocabulary.terms import AccountKind

_NOTICES_PAGE = 20
_OWN_MOST = 60
_FILTER_IN_SESSION = "sent_filter"
# A letter is a document of its own: it runs nothing and reaches nothing but our style sheets.
_PRINT_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-modals"
)


@signed_in
def notices(request: Request) -> HttpResponse:
    """What somebody here should know, unread first."""
    number = page_number(request)
    begin = (number - 1) * _NOTICES_PAGE
    rows = list(queries.notices(viewer=request.viewer)[begin : begin + _NOTICES_PAGE + 1])
    page = presenters.Notices.of(
        rows[:_NOTICES_PAGE],
        number=number,
        has_more=len(rows) > _NOTICES_PAGE,
        viewer=request.viewer,
    )
    return render(request, "post/notices.html", {"page": page})


@require_POST
@signed_in
def mark_read(request: Request, message_id: uuid.UUID) -> HttpResponse:
    """Mark one notice as read, and go where it leads."""
    notice = queries.notice(message_id, viewer=request.viewer)
    if notice is None:
        raise Http404
    verbs.mark_read(messages=[notice], by=request.viewer, at=request.received_at)
    return redirect(notice.opens or "post:notices")


@require_POST
@signed_in
def mark_all_read(request: Request) -> HttpResponse:
    """Mark every notice as read."""
    unread = list(queries.unread_notices(viewer=request.viewer))
    verbs.mark_read(messages=unread, by=request.viewer, at=request.received_at)
    return redirect("post:notices")


@signed_in
def own_messages(request: Request) -> HttpResponse:
    """What the viewer wrote, with what can still be done about it."""
    viewer, at = request.viewer, request.received_at
    rows = list(queries.own_messages(viewer=viewer)[:_OWN_MOST])
    to_copy = list(queries.texts_to_copy(viewer=viewer)[:_OWN_MOST])
    for_us = list(queries.texts_for_us(viewer=viewer)[:_OWN_MOST])
    if persons := [row.person_id for row in for_us if row.person_id is not None]:
        audit.record(by=viewer, at=at, action="see_texts_to_copy", persons_shown=persons)
    to = [row.recipient_id for row in (*to_copy, *for_us) if row.channel is Channel.PARTNER_TEXT]
    goes = (
        {
            key: layout_for(settings.PLACE.partner_texts, kind).goes
            for key, kind in partners.kinds_of(filter(None, to)).items()
        }
        if to
        else {}
    )
    page = presenters.OwnMessages.of(
        rows, to_copy=to_copy, for_us=for_us, goes=goes, viewer=viewer, now=timezone.now()
    )
    return render(request, "post/own_messages.html", {"page": page})


@require_POST
@signed_in
def take_back(request: Request, message_id: uuid.UUID) -> HttpResponse:
    """Take a message back before it leaves."""
    message = _message(request, message_id)
    try:
        verbs.take_back(message=message, by=request.viewer, at=request.received_at)
    except Refused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, f"Taken back. {_was(message)} did not leave.")
    return redirect("post:own_messages")


@require_POST
@signed_in
def mark_copied(request: Request, message_id: uuid.UUID) -> HttpResponse:
    """Note that a text stands in the partner's own system now."""
    try:
        verbs.mark_copied(
            message=_message(request, message_id), by=request.viewer, at=request.received_at
        )
    except Refused as refused:
        messages.error(request, refused.reason)
    return redirect("post:own_messages")


@require_POST
@signed_in
def send_again(request: Request, message_id: uuid.UUID) -> HttpResponse:
    """Send once more what could not be delivered."""
    message = _message(request, message_id)
    try:
        verbs.send_again(message=message, by=request.viewer, at=request.received_at)
    except Refused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, f"{_was(message)} is on its way again.")
    return redirect("post:own_messages")


def _was(message: Message) -> str:
    return f"Your {message.channel.label.lower()}"


def _message(request: Request, message_id: uuid.UUID) -> Message:
    message = queries.message(message_id, viewer=request.viewer)
    if message is None:
        raise Http404
    return message


@anyone
def answer_by_link(request: Request, secret: str) -> HttpResponse:
    """Answer a message by the link in it, without an account; whoever holds it sees it alone."""
    viewer = Viewer(
        account_id=links.party_of(secret),
        kind=AccountKind.LINK,
        name="Somebody with the link",
        request_id=request.viewer.request_id,
        from_address=request.viewer.from_address,
        door="page",
        route=request.viewer.route,
    )
    tell_database(viewer, at=request.received_at)
    link = queries.message_by_link(secret, viewer=viewer)
    if link is None:
        raise Http404
    closed = rules.why_link_is_closed(link, now=timezone.now())
    if closed:
        page = presenters.AnswerByLink.of(link, closed=closed)
        return render(request, "post/answer_by_link.html", {"page": page}, status=410)
    verbs.open_link(link=link, by=viewer, at=request.received_at)
    form = forms.AnswerForm(request.POST or None, choices=link.message.choices)
    if form.is_valid():
        with refusals_on(form):
            verbs.answer_message(
                message=link.message,
                through=Through.LINK,
                link=link,
                by=replace(viewer, name=link.message.recipient_name),
                at=request.received_at,
                **form.cleaned_data,
            )
            page = presenters.AnswerByLink.of(link, thanks=True)
            return render(request, "post/answer_by_link.html", {"page": page})
    page = presenters.AnswerByLink.of(link)
    return render(request, "post/answer_by_link.html", {"page": page, "form": form})


# --- a demonstration's Sent page ------------------------------------------------------------------


@may(SEE_SENT)
def sent(request: Request) -> HttpResponse:
    """Every letter, text and email that would have left."""
    wanted = _wanted(request)
    page = queries.sent(wanted, viewer=request.viewer, page=page_number(request))
    persons = [row.person_id for row in page.messages if row.person_id is not None]
    if persons:
        audit.record(
            by=request.viewer, at=request.received_at, action="list_sent", persons_shown=persons
        )
    templates = presenters.template_choices()
    return render(
        request,
        "post/sent.html",
        {
            "page": presenters.Sent.of(page, wanted),
            "wanted": wanted,
            "form": forms.SentFilterForm(templates=templates, initial={"on": wanted.on}),
        },
    )


@require_POST
@may(SEE_SENT)
def find_sent(request: Request) -> HttpResponse:
    """Narrow the Sent page; what was typed may be a name, so it stays out of the address."""
    form = forms.SentFilterForm(request.POST, templates=presenters.template_choices())
    if "clear" in request.POST or not form.is_valid():
        request.session.pop(_FILTER_IN_SESSION, None)
        if "clear" not in request.POST:
            messages.error(request, str(next(iter(form.errors.values()))[0]))
        return redirect("post:sent")
    wanted = form.wanted()
    request.session[_FILTER_IN_SESSION] = {
        **asdict(wanted),
        "channel": wanted.channel.value if wanted.channel else "",
        "on": wanted.on.isoformat() if wanted.on else "",
    }
    return redirect("post:sent")


@may(SEE_SENT)
def sent_message(request: Request, message_id: uuid.UUID) -> HttpResponse:
    """One message as it would have arrived: a letter as a letter, a text on a telephone."""
    message = _sent_message(request, message_id)
    viewer = request.viewer
    page = presenters.SentMessage.of(
        message,
        address=queries.address(message, viewer=viewer),
        enclosed=message.enclosed,  # type: ignore[attr-defined]
        answers=queries.answers(message, viewer=viewer) if message.link_id else [],
        viewer=viewer,
        now=timezone.now(),
    )
    return render(request, "post/sent_message.html", {"page": page})


@may(SEE_SENT)
def print_sent(request: Request, message_id: uuid.UUID) -> HttpResponse:
    """The page a letter is printed from, alone."""
    message = _sent_message(request, message_id)
    if message.channel is not Channel.LETTER:
        raise Http404
    address = queries.address(message, viewer=request.viewer)
    response = HttpResponse(
        presenters.print_page(
            message,
            to=address.to if address else presenters.HIDDEN_ADDRESS,
            enclosures=[row["name"] for row in message.enclosed],  # type: ignore[attr-defined]
        )
    )
    response.headers["Content-Security-Policy"] = _PRINT_POLICY
    return response


def _sent_message(request: Request, message_id: uuid.UUID) -> Message:
    message = queries.sent_message(message_id, viewer=request.viewer)
    if message is None:
        raise Http404
    return message


def _wanted(request: Request) -> SentFilter:
    kept = request.session.get(_FILTER_IN_SESSION)
    if not kept:
        return SentFilter()
    return SentFilter(
        channel=Channel(kept["channel"]) if kept["channel"] else None,
        on=date.fromisoformat(kept["on"]) if kept["on"] else None,
        template=kept["template"],
        recipient=kept["recipient"],
        words=kept["words"],
    )

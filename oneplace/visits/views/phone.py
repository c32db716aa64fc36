"""The phone that works without signal: its frame, its worker, the pack it takes, what it sends.

The frame, the worker and the manifest hold nothing about anybody and open to anyone: they are all
the browser ever keeps. What is about people travels as data, and only to whoever is signed in.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.crypto import salted_hmac
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST, require_safe
from markupsafe import Markup

from oneplace.access.guard import anyone, may
from oneplace.access.viewer import Viewer
from oneplace.kit.request import Request
from oneplace.people import queries as people
from oneplace.referrals.queries.reach import how_to_reach
from oneplace.visits import pack, presenters, queries, sealing, verbs
from oneplace.visits.permissions import MAKE_VISITS
from oneplace.visits.verbs.packing import LIVES

MODULES = ("phone", "page", "screens", "fill", "store", "lock", "outbox", "words")
MOST_AT_ONCE = 200


def _module(name: str) -> str:
    return static(f"visits/{name}.js")


@require_safe
@anyone
def phone(request: Request) -> HttpResponse:
    """The frame of the phone: scripts and words, and nothing about anybody."""
    modules = {f"visits/{name}": _module(name) for name in MODULES}
    return render(
        request,
        "visits/phone.html",
        {"title": "Visits", "modules": _as_script({"imports": modules})},
    )


@require_safe
@anyone
def phone_worker(request: Request) -> HttpResponse:
    """The script that lets the frame open without signal; it keeps the files named here alone."""
    keeps = [
        reverse("visits:phone"),
        reverse("visits:phone_manifest"),
        static("visits/phone.css"),
        static("kit/icon.svg"),
        *(_module(name) for name in MODULES),
    ]
    name = salted_hmac("visits.phone", "".join(keeps) + str(_frame_version())).hexdigest()[:12]
    response = render(
        request,
        "visits/worker.js",
        {"keeps": _as_script(keeps), "name": name},
        content_type="text/javascript",
    )
    response.headers["Service-Worker-Allowed"] = reverse("visits:phone")
    return response


def _as_script(value: object) -> Markup:
    """As a value within a script: addresses of our own files, nothing anybody typed."""
    return Markup(orjson.dumps(value).decode())  # noqa: S704


def _frame_version() -> str:
    from oneplace import __version__

    return __version__


@require_safe
@anyone
def phone_manifest(request: Request) -> HttpResponse:
    """What a telephone needs to put the page among its own applications."""
    identity = settings.PLACE.identity
    return JsonResponse(
        {
            "name": f"{identity.wordmark}: visits",
            "short_name": "Visits",
            "start_url": reverse("visits:phone"),
            "scope": reverse("visits:phone"),
            "display": "standalone",
            "background_color": "#f6f5f1",
            "theme_color": identity.colours.header,
            "icons": [
                {"src": static("kit/icon.svg"), "sizes": "any", "type": "image/svg+xml"},
            ],
        },
        content_type="application/manifest+json",
    )


@require_safe
@may(MAKE_VISITS)
def phone_hello(request: Request) -> HttpResponse:
    """Who is signed in, and the key every form of ours carries."""
    return JsonResponse(
        {
            "key": get_token(request),
            "account": account_word(request.viewer),
            "name": request.viewer.name,
            "story": _story(request),
        }
    )


def account_word(viewer: Viewer) -> str:
    """A word by which a phone tells whose pack it holds, without any name of ours."""
    return salted_hmac("visits.account", str(viewer.account_id)).hexdigest()[:24]


def _story(request: Request) -> dict[str, Any] | None:
    """The demonstration's chapter, so that the visitor can go on from here."""
    told = request.session.get("story") if settings.IS_DEMO else None
    if not told:
        return None
    try:
        following = reverse("demo:next_chapter")
    except NoReverseMatch:
        return None
    return {
        "chapter": told.get("chapter"),
        "of": told.get("of"),
        "title": told.get("title"),
        "look_for": told.get("look_for"),
        "next": following,
    }


@require_POST
@may(MAKE_VISITS)
def phone_pack(request: Request) -> HttpResponse:
    """Today's visits, to be taken along; each taking is in the audit, with everybody it names."""
    viewer, at = request.viewer, request.received_at
    persons = verbs.take_pack(by=viewer, at=at)
    return JsonResponse(pack_for(persons, viewer=viewer, at=at))


def pack_for(persons: list[uuid.UUID], *, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """The pack as it travels."""
    visits = list(queries.mine(viewer=viewer, at=at))
    leaves: dict[uuid.UUID, list[tuple[str, pack.Json]]] = {each: [] for each in persons}
    for part in pack.parts(viewer=viewer):
        rows = part.rows(persons, viewer=viewer, at=at)
        for person_id in persons:
            if leaf := rows.get(person_id):
                leaves[person_id].append((part.name, leaf))
    reach = {each: how_to_reach(each, viewer=viewer, at=at) for each in persons}
    together = queries.other_halves(visits, viewer=viewer)
    duty = people.duty_team(viewer=viewer)
    website = settings.PLACE.identity.website
    return {
        "format": 1,
        "account": account_word(viewer),
        "worker": viewer.name,
        "at": at.isoformat(),
        "lives_s": int(LIVES.total_seconds()),
        "idle_s": int(settings.PLACE.sessions.idle.timedelta.total_seconds()),
        "seal": sealing.public_half(),
        "duty": {
            "name": duty.team.name if duty else "",
            "phone": duty.phone if duty else website.help_phone,
            "hours": duty.hours if duty else website.help_hours,
        },
        "team": {"name": viewer.organisation_name, "phone": website.help_phone},
        "visits": [
            presenters.for_phone(
                visit,
                reach=reach[visit.person_id],
                leaves=leaves[visit.person_id],
                with_whom=together.get(visit.pk, ""),
                at=at,
            )
            for visit in visits
        ],
    }


@require_POST
@may(MAKE_VISITS)
def phone_sent(request: Request) -> HttpResponse:
    """Take what was written on the phone; each thing gets its own answer."""
    try:
        told = orjson.loads(request.body)
        sent_at = _moment(told["sent_at"])
        entries = list(told["entries"])[:MOST_AT_ONCE]
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"problem": "This was not sent by a phone of ours."}, status=400)
    mine = account_word(request.viewer)
    written: list[verbs.Written] = []
    answers: list[dict[str, str]] = []
    for entry in entries:
        entry_id = str(entry.get("id", "")) if isinstance(entry, dict) else ""
        try:
            opened = sealing.open_sealed(str(entry["sealed"]), entry_id=entry_id)
            if opened["account"] != mine:
                answers.append(_somebody_elses(entry_id))
                continue
            written.append(_written(entry_id, opened, sent_at=sent_at))
        except (ValueError, KeyError, TypeError) as problem:
            why = str(problem) if isinstance(problem, sealing.SealProblem) else ""
            answers.append(
                {
                    "id": entry_id,
                    "outcome": "refused",
                    "why": why or "This was not written by a phone of ours, or was damaged.",
                }
            )
    taken = verbs.take_back(written=written, by=request.viewer, at=request.received_at)
    answers += [
        {
            "id": str(answer.id),
            "outcome": answer.outcome.value,
            "why": answer.why,
            "field": answer.field,
            "theirs": answer.theirs,
        }
        for answer in taken
    ]
    return JsonResponse({"answers": answers})


def _somebody_elses(entry_id: str) -> dict[str, str]:
    return {
        "id": entry_id,
        "outcome": "not_yours",
        "why": "Somebody else wrote this on this phone. It waits until they sign in.",
    }


def _written(entry_id: str, opened: dict[str, Any], *, sent_at: datetime) -> verbs.Written:
    made_at = _moment(opened["made_at"])
    payload = opened.get("payload") or {}
    if not isinstance(payload, dict):
        raise TypeError(payload)
    visit_id = opened.get("visit_id")
    return verbs.Written(
        id=uuid.UUID(entry_id),
        kind=str(opened["kind"]),
        person_id=uuid.UUID(str(opened["person_id"])),
        visit_id=uuid.UUID(str(visit_id)) if visit_id else None,
        payload=payload,
        ago=max(sent_at - made_at, timedelta(0)),
    )


def _moment(text: object) -> datetime:
    found = parse_datetime(str(text))
    if found is None or found.tzinfo is None:
        raise ValueError(text)
    return found

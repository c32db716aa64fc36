"""The peer of the record's page: the plainest Django service that answers with as many bytes.

A session, whoever is signed in, one statement for as many rows as fill those bytes, 150 at most,
and a template of Django's own; as JSON the same rows by `JsonResponse`. It knows no rules, audits
nothing and reads one copied table without policies. `BARE_DATABASE` says where, as JSON; `rows` and
`bytes` in the address say how much is wanted.
"""

import json
import os
from functools import cache
from typing import Any
from uuid import UUID

_DATABASE: dict[str, Any] = json.loads(os.environ.get("BARE_DATABASE", "{}"))

SECRET_KEY = "of a bench"
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "tests.benches.desk_bare"
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", **_DATABASE}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True

_STATEMENT = """
select id, kind, status, starts_at, title, words, source from bench_entry
 where person_id = %s order by starts_at desc nulls last, id limit %s
"""
_NAMES = ("id", "kind", "status", "starts_at", "title", "words", "source")
_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{{ user.username }}</title></head><body>
<table>{% for row in rows %}
<tr class="bench-row"><td>{{ row.kind }}</td><td>{{ row.status }}</td>
<td>{{ row.starts_at|date:"j F Y, H:i" }}</td><td>{{ row.title }}</td><td>{{ row.words }}</td>
<td>{{ row.source }}</td></tr>{% endfor %}
</table></body></html>
"""


def _rows(request: Any, person_id: UUID) -> list[dict[str, Any]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, [person_id, int(request.GET["rows"])])
        return [dict(zip(_NAMES, row, strict=True)) for row in cursor.fetchall()]


@cache
def _template() -> Any:
    from django.template import Context, Engine

    made = Engine().from_string(_PAGE)
    return lambda values: made.render(Context(values))


def page(request: Any, person_id: UUID) -> Any:
    """The rows as a table, and as many bytes as were asked for."""
    from django.http import HttpResponse, HttpResponseForbidden

    if not request.user.is_authenticated:
        return HttpResponseForbidden()
    return _filled(
        HttpResponse(_template()({"rows": _rows(request, person_id), "user": request.user})),
        request,
    )


def timeline(request: Any, person_id: UUID) -> Any:
    """The same rows as JSON."""
    from django.http import HttpResponseForbidden, JsonResponse

    if not request.user.is_authenticated:
        return HttpResponseForbidden()
    return _filled(JsonResponse({"entries": _rows(request, person_id)}), request)


def _filled(answer: Any, request: Any) -> Any:
    answer.content += b" " * (int(request.GET["bytes"]) - len(answer.content))
    return answer


def _routes() -> list[Any]:
    from django.urls import path

    return [
        path("person/<uuid:person_id>/", page),
        path("person/<uuid:person_id>/timeline.json", timeline),
    ]


def __getattr__(name: str) -> Any:
    """The routes and the application, made when Django asks for them: settings are read before."""
    if name == "urlpatterns":
        return _routes()
    if name == "application":
        from django.core.wsgi import get_wsgi_application

        return get_wsgi_application()
    raise AttributeError(name)

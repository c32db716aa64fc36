"""The Jinja environment of every page: NHS.UK macros, our filters, our layout."""

from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader


def environment(**options: Any) -> Environment:
    """Make the environment; the NHS.UK macros use chains of values that may be absent."""
    options["undefined"] = ChainableUndefined
    made = Environment(**options)  # noqa: S701 - Django passes autoescape=True
    made.loader = ChoiceLoader(
        [
            made.loader,  # type: ignore[list-item]
            PackageLoader("nhsuk_frontend_jinja", "templates"),
        ]
    )
    made.globals.update(static=static, url=_url, place=settings.PLACE, is_demo=settings.IS_DEMO)
    return made


def _url(name: str, *args: Any, **kwargs: Any) -> str:
    return reverse(name, args=args or None, kwargs=kwargs or None)

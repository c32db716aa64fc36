"""The Jinja environment of every page: NHS.UK macros, our filters, our layout."""

from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader
from markupsafe import Markup

from oneplace import __version__
from oneplace.kit import forms
from oneplace.kit.addresses import address_of
from oneplace.kit.formats import FILTERS
from oneplace.kit.words import label_of

MODULES = {
    "nhsuk-frontend": "built/nhsuk-frontend.js",
    "kit/drafts": "kit/drafts.js",
    "kit/kept": "kit/kept.js",
    "kit/keys": "kit/keys.js",
    "kit/menus": "kit/menus.js",
    "kit/session": "kit/session.js",
}
"""Names by which our scripts import each other, so that each file keeps its fingerprint."""


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
    made.globals.update(
        static=static,
        url=_url,
        has_url=_has_url,
        import_map=_import_map,
        component=forms.component,
        error_list=forms.error_list,
        place=settings.PLACE,
        label_of=label_of,
        is_demo=settings.IS_DEMO,
        is_live=settings.IS_LIVE,
        version=__version__,
    )
    made.filters.update(FILTERS)
    return made


def _url(name: str, *args: Any, **kwargs: Any) -> str:
    return reverse(name, kwargs=kwargs) if kwargs else address_of(name, *args)


def _has_url(name: str, *args: Any, **kwargs: Any) -> bool:
    """Whether a page exists; parts of the house that are not built yet have none."""
    try:
        _url(name, *args, **kwargs)
    except NoReverseMatch:
        return False
    return True


def _import_map() -> Markup:
    entries = ",".join(f'"{name}":"{static(file)}"' for name, file in MODULES.items())
    # Both sides are our own constants; nothing typed by anybody is in it.
    return Markup(f'{{"imports":{{{entries}}}}}')  # noqa: S704

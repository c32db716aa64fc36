"""Forms as NHS.UK components: any bound field becomes the component its widget asks for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from oneplace.kit.refusals import Refused, refusals_on, refuse_if

__all__ = [
    "DateField",
    "DateInput",
    "FormPage",
    "FormPresenter",
    "Refused",
    "component",
    "error_list",
    "form_page",
    "refusals_on",
    "refuse_if",
]

Link = tuple[str, str]
"""What a link says, and where it leads."""


class FormPresenter(Protocol):
    """What `form_page` needs to know of the page around a form."""

    @property
    def title(self) -> str: ...


@dataclass(frozen=True)
class FormPage:
    """The words around a form; a presenter may be any object with these attributes."""

    title: str
    # What the button says: the verb, as the team says it.
    send: str = "Save"
    lead: str = ""
    caption: str = ""
    crumbs: tuple[Link, ...] = ()
    # Where "Cancel" leads; without it there is no way back but the crumbs.
    cancel: str = ""
    is_warning: bool = False
    # Typed text is kept in the browser's tab until it has been saved; never for secrets.
    keeps_typed: bool = True


def form_page(
    request: HttpRequest,
    form: forms.BaseForm,
    page: FormPresenter,
    template: str = "kit/form_page.html",
    **more: Any,
) -> HttpResponse:
    """Show a form with its errors; `page` gives the words around it."""
    return render(request, template, {"form": form, "page": page, **more})


class DateInput(forms.MultiWidget):
    """Day, month and year in three boxes, as people write a date."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {
            part: forms.TextInput(attrs) for part in ("day", "month", "year")
        }
        super().__init__(boxes, attrs)

    def decompress(self, value: Any) -> list[Any]:
        """The three boxes of a date."""
        return [value.day, value.month, value.year] if isinstance(value, date) else [None] * 3


class DateField(forms.MultiValueField):
    """A date typed in three boxes; says which part is missing or impossible."""

    widget = DateInput

    def __init__(self, **options: Any) -> None:
        is_birth = options.pop("is_birth", False)
        parts = [forms.CharField(max_length=4, required=False) for _ in range(3)]
        super().__init__(parts, require_all_fields=False, **options)
        self.is_birth = is_birth

    def clean(self, value: Any) -> date | None:
        """The date; raises `ValidationError` with what to do about it."""
        given = [(part or "").strip() for part in (value or ["", "", ""])]
        if not any(given):
            if self.required:
                raise forms.ValidationError(self.error_messages["required"], code="required")
            return None
        missing = [
            name for name, part in zip(("day", "month", "year"), given, strict=True) if not part
        ]
        if missing:
            raise forms.ValidationError(
                f"The date must include a {' and '.join(missing)}.", code="incomplete"
            )
        try:
            day, month, year = (int(part) for part in given)
            made = date(year, month, day)
        except ValueError:
            raise forms.ValidationError(
                "This is not a date. Write it in numbers, like 7 3 2026.", code="invalid"
            ) from None
        if year < 1000:
            raise forms.ValidationError("Write the year with four numbers.", code="year")
        self.run_validators(made)
        return made

    def compress(self, data_list: Any) -> Any:
        """Not used: `clean` makes the date, because the parts must be judged together."""
        return data_list


_INPUT_TYPES: dict[type[forms.Widget], str] = {forms.EmailInput: "email", forms.URLInput: "url"}


def component(bound: forms.BoundField, **changes: Any) -> dict[str, Any]:
    """The NHS.UK component of a bound field: `{"kind": macro, "params": its parameters}`.

    `changes` are parameters the page sets itself, such as `label={"size": "l"}`.
    """
    widget = bound.field.widget
    kind, own = _own_params(bound, widget)
    params: dict[str, Any] = {
        "id": bound.auto_id or bound.html_name,
        "name": bound.html_name,
        **({"hint": {"text": bound.help_text}} if bound.help_text else {}),
        **({"errorMessage": {"text": bound.errors[0]}} if bound.errors else {}),
    }
    # A field that is needed with some answers alone says so in its own words.
    is_needed = bound.field.required or getattr(bound.field, "is_needed_sometimes", False)
    label = str(bound.label) + ("" if is_needed else " (optional)")
    if kind in {"radios", "checkboxes", "dateInput"}:
        params["idPrefix"] = params["id"]
        if kind != "dateInput":
            # The first choice has this id; on the group as well, its label would lead nowhere.
            del params["id"]
        if "fieldset" not in own:
            params["fieldset"] = {"legend": {"text": label}}
    else:
        params["label"] = {"text": label}
    params.update(own)
    for name, value in changes.items():
        if isinstance(value, Mapping) and isinstance(params.get(name), Mapping):
            params[name] = {**params[name], **value}
        else:
            params[name] = value
    return {"kind": kind, "params": params}


def _own_params(bound: forms.BoundField, widget: forms.Widget) -> tuple[str, dict[str, Any]]:
    """Which macro draws this widget, and the parameters only that macro has."""
    attributes = {
        name: value for name, value in widget.attrs.items() if name not in _HANDLED_ATTRIBUTES
    }
    own: dict[str, Any] = {"attributes": attributes}
    if "autocomplete" in widget.attrs:
        own["autocomplete"] = widget.attrs["autocomplete"]
    for kind_of_widget, kind, params in _KINDS:
        if isinstance(widget, kind_of_widget):
            return kind, {**own, **params(bound, widget)}
    longest = getattr(bound.field, "max_length", None)
    if isinstance(widget, forms.Textarea):
        own |= {"value": _value(bound), "rows": str(widget.attrs.get("rows", 5))}
        return ("characterCount", {**own, "maxlength": longest}) if longest else ("textarea", own)
    return "input", {**own, **_input_params(bound, widget)}


# What our own parameters say, or what a text box must not do: a number spun by a mouse wheel is
# a wrong number, and a text cut off at its end is a wrong text.
_HANDLED_ATTRIBUTES = frozenset(
    {"autocomplete", "inputmode", "width", "rows", "cols", "class", "spellcheck"}
    | {"maxlength", "minlength", "min", "max", "step"}
)


def _value(bound: forms.BoundField) -> str:
    value = bound.value()
    return "" if value is None else str(bound.field.prepare_value(value))


def _input_params(bound: forms.BoundField, widget: forms.Widget) -> dict[str, Any]:
    params: dict[str, Any] = {"value": _value(bound)}
    if isinstance(widget, forms.NumberInput):
        whole = isinstance(bound.field, forms.IntegerField)
        params |= {"inputmode": "numeric" if whole else "decimal", "width": 5}
    else:
        params["type"] = _INPUT_TYPES.get(type(widget), "text")
        if params["type"] == "email":
            params["spellcheck"] = False
    params |= {key: widget.attrs[key] for key in ("inputmode", "width") if key in widget.attrs}
    return params


def _date_params(bound: forms.BoundField, widget: forms.Widget) -> dict[str, Any]:
    values = bound.value() or []
    if isinstance(values, date):
        values = [values.day, values.month, values.year]
    parts = ("day", "month", "year")
    is_birth = getattr(bound.field, "is_birth", False)
    return {
        "items": [
            {
                "name": f"{bound.html_name}_{part}",
                "id": f"{bound.auto_id}_{part}",
                "label": part.capitalize(),
                "value": "" if value is None else str(value),
                "width": 4 if part == "year" else 2,
                **({"autocomplete": f"bday-{part}"} if is_birth else {}),
            }
            for part, value in zip(parts, [*values, None, None, None], strict=False)
        ]
    }


def _tick_params(bound: forms.BoundField, widget: forms.Widget) -> dict[str, Any]:
    """One box to tick: its label stands beside it, so it needs no heading of its own."""
    item = {
        "value": "on",
        "text": str(bound.label),
        "id": bound.auto_id,
        "checked": bool(bound.value()),
        **({"hint": {"text": bound.help_text}} if bound.help_text else {}),
    }
    return {"items": [item], "fieldset": None, "hint": None}


def _choice_params(bound: forms.BoundField, widget: forms.Widget) -> dict[str, Any]:
    return {"items": _choices(bound)}


# The first that fits is taken, so a special widget stands before its parent.
_KINDS: tuple[
    tuple[
        type[forms.Widget],
        str,
        Callable[[forms.BoundField, forms.Widget], dict[str, Any]],
    ],
    ...,
] = (
    (DateInput, "dateInput", _date_params),
    (forms.CheckboxSelectMultiple, "checkboxes", _choice_params),
    (forms.RadioSelect, "radios", _choice_params),
    (forms.Select, "select", _choice_params),
    (forms.CheckboxInput, "checkboxes", _tick_params),
    (forms.FileInput, "fileUpload", lambda bound, widget: {}),
    # A password is never sent back to the page.
    (forms.PasswordInput, "passwordInput", lambda bound, widget: {"value": ""}),
)


def _choices(bound: forms.BoundField) -> list[dict[str, Any]]:
    chosen = bound.value()
    several = chosen if isinstance(chosen, list | tuple | set) else [chosen]
    marked = {str(value) for value in several if value is not None}
    items: list[dict[str, Any]] = []
    for number, (value, label) in enumerate(_flat(bound.field.choices)):  # type: ignore[attr-defined]
        item: dict[str, Any] = {"value": str(value), "text": str(label)}
        is_chosen = str(value) in marked
        item["selected" if isinstance(bound.field.widget, forms.Select) else "checked"] = is_chosen
        if number and not isinstance(bound.field.widget, forms.Select):
            item["id"] = f"{bound.auto_id}-{number + 1}"
        items.append(item)
    return items


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    flat: list[tuple[Any, Any]] = []
    for value, label in choices:
        if isinstance(label, list | tuple):
            flat.extend(_flat(label))
        else:
            flat.append((value, label))
    return flat


def error_list(form: forms.BaseForm) -> list[dict[str, str]]:
    """The errors for the summary, each with a link to its field where it has one."""
    found = [{"text": str(error)} for error in form.non_field_errors()]
    for bound in form:
        for error in bound.errors:
            where = bound.auto_id
            if isinstance(bound.field.widget, DateInput):
                where = f"{bound.auto_id}_day"
            found.append({"text": str(error), "href": f"#{where}"})
    return found

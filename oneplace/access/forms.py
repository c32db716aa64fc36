"""What is typed about signing in and about people at work, checked in the reader's words."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.recovery_codes import forms as codes
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as passkeys
from django import forms
from django.contrib.auth.password_validation import validate_password

from oneplace.access import queries
from oneplace.access.models import Account
from oneplace.access.queries import Filters
from oneplace.kit.forms import DateField
from oneplace.kit.words import choices_of, say
from oneplace.partners.models import Network, Organisation, Team
from oneplace.vocabulary.terms import Role

GOOD_PASSWORD = "At least 12 characters. Three or four words that do not belong together are good."  # noqa: S105
EMAIL_NEEDED = "Enter an email address, like name@example.org."

# --- signing in: allauth's forms in our words ---


class _InOurWords:
    """Gives allauth's fields our labels and hints, and takes their placeholders away."""

    words: dict[str, tuple[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)
            field.error_messages["required"] = "Enter this."
            if name in self.words:
                field.label, field.help_text = self.words[name]


class SignInForm(_InOurWords, account.LoginForm):  # type: ignore[misc]
    """Email and password."""

    words = {"login": ("Email address", ""), "password": ("Password", "")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].error_messages["required"] = "Enter your email address."
        self.fields["password"].error_messages["required"] = "Enter your password."


class ForgottenPasswordForm(_InOurWords, account.ResetPasswordForm):  # type: ignore[misc]
    """The address a new password's link goes to."""

    words = {"email": ("Email address", "The one you sign in with.")}


class NewPasswordFromLinkForm(_InOurWords, account.ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password, after following the link."""

    words = {"password1": ("New password", GOOD_PASSWORD), "password2": ("New password again", "")}


class ChangePasswordForm(_InOurWords, account.ChangePasswordForm):  # type: ignore[misc]
    """A new password, knowing the old one."""

    words = {
        "oldpassword": ("Current password", ""),
        "password1": ("New password", GOOD_PASSWORD),
        "password2": ("New password again", ""),
    }


class SetPasswordForm(_InOurWords, account.SetPasswordForm):  # type: ignore[misc]
    """A first password, for somebody who came by their organisation's sign-in."""

    words = {"password1": ("New password", GOOD_PASSWORD), "password2": ("New password again", "")}


class ConfirmPasswordForm(_InOurWords, account.ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something that matters."""

    words = {"password": ("Password", "")}


class SecondStepForm(_InOurWords, mfa.AuthenticateForm):  # type: ignore[misc]
    """A code from the app, or a recovery code."""

    words = {"code": ("Code", "Six digits from your authenticator app, or a recovery code.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.update(inputmode="numeric", width=10)
        self.fields["code"].error_messages["required"] = "Enter the code."


class ConfirmCodeForm(_InOurWords, mfa.ReauthenticateForm):  # type: ignore[misc]
    """A code once more, before something that matters."""

    words = {"code": ("Code", "Six digits from your authenticator app, or a recovery code.")}


class AddAppForm(_InOurWords, totp.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new authenticator app."""

    words = {"code": ("Code shown by the app", "Six digits; they change every half minute.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.update(inputmode="numeric", width=10)
        self.fields["code"].error_messages["required"] = "Enter the code the app shows."


class RemoveAppForm(_InOurWords, totp.DeactivateTOTPForm):  # type: ignore[misc]
    """Nothing to type."""


class NewCodesForm(_InOurWords, codes.GenerateRecoveryCodesForm):  # type: ignore[misc]
    """Nothing to type."""


# What the libraries raise for a credential no browser of ours made.
_MALFORMED = (AttributeError, IndexError, KeyError, TypeError, ValueError)
_NO_MATCH = "That did not match. Try again."


class _PasskeyUsed:
    """Takes whatever was sent as a credential for what it is: right, or not."""

    def clean_credential(self) -> Any:
        """The passkey that was used."""
        try:
            return super().clean_credential()  # type: ignore[misc]
        except _MALFORMED as error:
            raise forms.ValidationError(_NO_MATCH, code="incorrect_code") from error


class SignInWithPasskeyForm(_PasskeyUsed, passkeys.LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey alone."""


class SecondStepPasskeyForm(_PasskeyUsed, passkeys.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey after the password."""


class ConfirmPasskeyForm(_PasskeyUsed, passkeys.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey once more, before something that matters."""


class AddPasskeyForm(_InOurWords, passkeys.AddWebAuthnForm):  # type: ignore[misc]
    """A name for the passkey, and what the browser made."""

    words = {
        "name": ("Name", "So that you know it again, like “Work phone”."),
        "passwordless": ("Sign in with this passkey alone, without a password", ""),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].max_length = 60
        self.fields["passwordless"].initial = True

    def clean(self) -> dict[str, Any]:
        """What the browser made, if it is a passkey at all."""
        try:
            return super().clean()  # type: ignore[no-any-return]
        except _MALFORMED as error:
            raise forms.ValidationError(_NO_MATCH, code="incorrect_code") from error


class RenamePasskeyForm(_InOurWords, passkeys.EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""

    words = {"name": ("Name", "So that you know it again, like “Work phone”.")}


# --- people at work ---


class FindPeopleForm(forms.Form):
    """Whom to look for among people at work: words typed, and choices made."""

    CHOICES = ("organisation", "team", "network", "role", "show")
    text = forms.CharField(label="Name or email", required=False, max_length=100)
    organisation = forms.TypedChoiceField(label="Organisation", required=False, empty_value=None)
    team = forms.TypedChoiceField(label="Team", required=False, empty_value=None)
    network = forms.TypedChoiceField(label="Network", required=False, empty_value=None)
    role = forms.TypedChoiceField(
        label="Role",
        required=False,
        empty_value=None,
        coerce=Role,
    )
    show = forms.ChoiceField(
        label="Show",
        required=False,
        choices=[
            ("", "Working here"),
            ("leaving", "Leaving within four weeks"),
            ("left", "Have left"),
        ],
    )

    def __init__(
        self,
        *args: Any,
        organisations: Iterable[Organisation],
        teams: Iterable[Team],
        networks: Iterable[Network],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, everything, rows in (
            ("organisation", "Any organisation", organisations),
            ("team", "Any team", teams),
            ("network", say("Any {network}"), networks),
        ):
            choices = [("", everything), *[(str(row.pk), row.name) for row in rows]]
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        self.fields["network"].label = say("{Network}")
        roles = [c for c in choices_of(Role) if c[0] != Role.RESIDENT.value]
        self.fields["role"].choices = [("", "Any role"), *roles]  # type: ignore[attr-defined]

    def filters(self) -> Filters:
        """What was chosen; a wrong choice in an address is no choice."""
        self.is_valid()
        chosen = getattr(self, "cleaned_data", {})
        return Filters(
            text=chosen.get("text") or "",
            organisation=_key(chosen.get("organisation")),
            team=_key(chosen.get("team")),
            network=_key(chosen.get("network")),
            role=chosen.get("role"),
            leaving_soon=chosen.get("show") == "leaving",
            has_left=chosen.get("show") == "left",
        )


def _key(chosen: str | None) -> UUID | None:
    return UUID(chosen) if chosen else None


class _Managers(forms.Form):
    """Line manager and professional lead, named by their work address."""

    line_manager_email = forms.EmailField(
        label="Line manager",
        help_text="Their work email address.",
        required=False,
        error_messages={"invalid": EMAIL_NEEDED},
    )
    professional_lead_email = forms.EmailField(
        label="Professional lead",
        help_text="Their work email address. Often somebody else than the line manager.",
        required=False,
        error_messages={"invalid": EMAIL_NEEDED},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("line_manager_email", "professional_lead_email"):
            self.fields[name].widget.attrs.update(list="colleagues", autocomplete="off")

    def clean_line_manager_email(self) -> Account | None:
        """The line manager; says so when nobody here has that address."""
        return self._colleague("line_manager_email")

    def clean_professional_lead_email(self) -> Account | None:
        """The professional lead; says so when nobody here has that address."""
        return self._colleague("professional_lead_email")

    def _colleague(self, field: str) -> Account | None:
        email = self.cleaned_data[field]
        found = queries.colleague_with(email) if email else None
        if email and found is None:
            raise forms.ValidationError("Nobody who works here has this address.")
        return found


class HatForm(_Managers):
    """What can be changed about a post somebody holds."""

    ends_on = DateField(
        label="Last day in this post",
        help_text="Leave empty if it is open. For example, 31 3 2027",
        required=False,
    )

    def verb_values(self) -> dict[str, Any]:
        """What was typed, by the names the verb has for it."""
        return {
            "line_manager": self.cleaned_data["line_manager_email"],
            "professional_lead": self.cleaned_data["professional_lead_email"],
            "ends_on": self.cleaned_data["ends_on"],
        }


class _Post(forms.Form):
    """A post: a role at an organisation, in a team or not, for an employer."""

    role = forms.TypedChoiceField(
        label="Role", coerce=Role, error_messages={"required": "Choose a role."}
    )
    post_title = forms.CharField(
        label="Title of the post",
        help_text="Only if it is called something else than the role.",
        required=False,
        max_length=160,
    )
    organisation = forms.ChoiceField(
        label="Where they work", error_messages={"required": "Choose an organisation."}
    )
    team = forms.ChoiceField(label="Team", required=False)
    employer = forms.ChoiceField(
        label="Employer",
        help_text="Whoever pays them; often another organisation than the one they work in.",
        error_messages={"required": "Choose an employer."},
    )

    def __init__(
        self,
        *args: Any,
        roles: Iterable[tuple[str, str]],
        organisations: Iterable[Organisation],
        employers: Iterable[Organisation],
        teams: Iterable[Team],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "role": [("", "Choose a role"), *roles],
            "organisation": [
                ("", "Choose an organisation"), *[(row.code, row.name) for row in organisations]
            ],
            "team": [("", "No team"), *[(row.key, row.name) for row in teams]],
            "employer": [
                ("", "Choose an employer"), *[(row.code, row.name) for row in employers]
            ],
        }  # fmt: skip
        for name, listed in choices.items():
            self.fields[name].choices = listed  # type: ignore[attr-defined]
        if len(choices["organisation"]) == 2 and not self.is_bound:
            self.initial.setdefault("organisation", choices["organisation"][1][0])
            self.initial.setdefault("employer", choices["organisation"][1][0])


class GiveHatForm(_Post, _Managers):
    """Another post for somebody who works here."""

    starts_on = DateField(label="First day", help_text="For example, 1 4 2026")
    ends_on = DateField(label="Last day", help_text="Leave empty if it is open.", required=False)

    field_order = (
        "role", "post_title", "organisation", "team", "employer", "line_manager_email",
        "professional_lead_email", "starts_on", "ends_on",
    )  # fmt: skip


class InviteForm(_Post, _Managers):
    """A colleague who is to work here."""

    name = forms.CharField(
        label="Full name", max_length=160, error_messages={"required": "Enter their name."}
    )
    email = forms.EmailField(
        label="Work email address",
        help_text="The invitation goes there; they sign in with it.",
        error_messages={"required": "Enter their work email address.", "invalid": EMAIL_NEEDED},
    )
    starts_on = DateField(
        label="First day", help_text="Leave empty for as soon as they accept.", required=False
    )
    ends_on = DateField(label="Last day", help_text="Leave empty if it is open.", required=False)

    field_order = (
        "name", "email", "role", "post_title", "organisation", "team", "employer",
        "line_manager_email", "professional_lead_email", "starts_on", "ends_on",
    )  # fmt: skip


class AcceptForm(forms.Form):
    """The password of somebody who accepts an invitation."""

    password = forms.CharField(
        label="Choose a password",
        help_text=GOOD_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Choose a password."},
    )
    again = forms.CharField(
        label="The same password again",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Type the password again."},
    )

    def __init__(self, *args: Any, name: str, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # So that a password that resembles their own name is refused before there is an account.
        self._whose = Account(name=name, email=email)

    def clean_password(self) -> str:
        """The password, if it is good enough."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self._whose)
        return password

    def clean(self) -> dict[str, Any]:
        """Both the same."""
        typed = super().clean() or {}
        if typed.get("password") and typed.get("again") and typed["password"] != typed["again"]:
            self.add_error("again", "The two passwords are not the same.")
        return typed


class LeaverForm(forms.Form):
    """Somebody's last day."""

    when = forms.ChoiceField(
        label="When does their access end?",
        choices=[("now", "Now"), ("later", "After a last day still to come")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose when their access ends."},
    )
    last_on = DateField(
        label="Last day",
        help_text="Only if it is still to come. For example, 31 3 2027",
        error_messages={"required": "Enter their last day."},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        # Asked for only with the second answer, so it is never called optional beside it.
        self.fields["last_on"].required = not self.is_bound or self.data.get("when") == "later"

    def clean(self) -> dict[str, Any]:
        """A day still to come, if it is to be later."""
        typed = super().clean() or {}
        last_on = typed.get("last_on")
        if typed.get("when") == "later" and last_on and last_on <= self._today:
            self.add_error("last_on", "Choose a day after today, or end their access now.")
        return typed

    def verb_values(self) -> dict[str, Any]:
        """What was typed, by the names the verb has for it."""
        later = self.cleaned_data["when"] == "later"
        return {"last_on": self.cleaned_data["last_on"] if later else self._today}

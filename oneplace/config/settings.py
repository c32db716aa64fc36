"""Django's settings: a process learns its database, place and mode from its environment."""

import os
import secrets
from datetime import timedelta
from pathlib import Path

from oneplace.access.providers import read_providers
from oneplace.config.database import from_environment
from oneplace.config.paths import PROJECT
from oneplace.vocabulary.place import load_place, place_path

# --- this installation ----------------------------------------------------------------------------
IS_DEMO = os.environ.get("ONEPLACE_DEMO") == "1"
# Real people are served here: `oneplace doctor --live` has agreed. Until then every page says so.
IS_LIVE = os.environ.get("ONEPLACE_LIVE") == "1"
IS_TEST = os.environ.get("ONEPLACE_TEST") == "1"
PLACE = load_place(place_path(os.environ.get("ONEPLACE_PLACE")))

_connection = from_environment()
# Without a key from the supervisor nothing that outlives this process can be signed.
SECRET_KEY = os.environ.get("ONEPLACE_SECRET_KEY") or secrets.token_urlsafe(64)
DEBUG = False
PUBLIC_URL = os.environ.get("ONEPLACE_PUBLIC_URL") or "http://localhost:8000"
ALLOWED_HOSTS = [
    name
    for name in os.environ.get("ONEPLACE_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
    if name
]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
if IS_DEMO:
    # A demo signs visitors in without a password: it answers to this machine's own names only.
    ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
IS_HTTPS = PUBLIC_URL.startswith("https://")

# --- rooms, in the order data walks through them --------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "oneplace.kit",
    "oneplace.partners",
    "oneplace.access",
    "oneplace.post",
    "oneplace.files",
    "oneplace.feeds",
    "oneplace.records",
    "oneplace.people",
    "oneplace.actions",
    "oneplace.directory",
    "oneplace.referrals",
    "oneplace.visits",
    "oneplace.casefinding",
    "oneplace.plans",
    "oneplace.huddles",
    "oneplace.community",
    "oneplace.homefirst",
    "oneplace.outcomes",
    "oneplace.contracts",
    "oneplace.finance",
    "oneplace.desk",
    "oneplace.config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "oneplace.kit.middleware.received_at",
    "oneplace.kit.middleware.security_headers",
    "oneplace.feeds.fhir_door.middleware.in_fhir",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "oneplace.access.middleware.session_limits",
    "oneplace.access.middleware.guarded",
]

ROOT_URLCONF = "oneplace.config.urls"
WSGI_APPLICATION = "oneplace.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "oneplace.kit.jinja.environment",
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "oneplace.config.shell.shell",
            ],
        },
    },
    {
        # Only for allauth's plain-text email bodies and form widgets.
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]
TRUSTED_PROXY = os.environ.get("ONEPLACE_TRUSTED_PROXY") == "1"
# Origins a sign-in form may lead to: the organisations' own identity providers.
SIGN_IN_ORIGINS = [
    origin for origin in os.environ.get("ONEPLACE_SIGN_IN_ORIGINS", "").split(",") if origin
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

# --- database: PostgreSQL only --------------------------------------------------------------------
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _connection.name if _connection else "oneplace",
        "HOST": _connection.host if _connection else "start-with-the-oneplace-command.invalid",
        "PORT": _connection.port if _connection else "",
        "USER": _connection.user if _connection else "",
        "PASSWORD": _connection.password if _connection else "",
        "ATOMIC_REQUESTS": True,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **(dict(_connection.options) if _connection else {}),
            **(
                {"pool": {"min_size": 1, "max_size": 16, "timeout": 20}}
                if os.environ.get("ONEPLACE_POOL") == "1"
                else {}
            ),
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEST_RUNNER = "django.test.runner.DiscoverRunner"

# --- who is signing in ----------------------------------------------------------------------------
AUTH_USER_MODEL = "access.Account"
AUTHENTICATION_BACKENDS = ["oneplace.access.sign_in.WorkAccounts"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if IS_TEST:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:my_day"
LOGOUT_REDIRECT_URL = "desk:door"

# The organisations' own identity providers, from the installation's sign-in.toml.
PROVIDERS = read_providers(Path(os.environ.get("ONEPLACE_DATA") or PROJECT / "data"), PLACE)
SIGN_IN_ORIGINS += PROVIDERS.origins
# A demo's visitors have no authenticator; everywhere else staff need a second step.
SECOND_FACTOR_REQUIRED = not IS_DEMO
ACCOUNT_ADAPTER = "oneplace.access.sign_in.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # addresses come by invitation, which itself proves them
ACCOUNT_PREVENT_ENUMERATION = True
# A letter to any address a stranger types would be a way to annoy people in our name.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_HTTPS else "http"
ACCOUNT_RATE_LIMITS = {
    # Guessed passwords are limited by access.guessing, by account and place together, so that a
    # stranger's guesses never lock a clinician out. These are the floors beneath it.
    "login": "120/m/ip",
    # Wrong codes of a second step: whoever gets that far has the password already.
    "login_failed": "5/300s/key,30/h/key",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
}
ACCOUNT_FORMS = {
    "login": "oneplace.access.forms.SignInForm",
    "reset_password": "oneplace.access.forms.ForgottenPasswordForm",
    "reset_password_from_key": "oneplace.access.forms.NewPasswordFromLinkForm",
    "change_password": "oneplace.access.forms.ChangePasswordForm",
    "set_password": "oneplace.access.forms.SetPasswordForm",
    "reauthenticate": "oneplace.access.forms.ConfirmPasswordForm",
}
SOCIALACCOUNT_ADAPTER = "oneplace.access.sign_in.ProviderAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_AUTO_SIGNUP = True
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = PROVIDERS.for_allauth()
MFA_ADAPTER = "oneplace.access.sign_in.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_FORMS = {
    "authenticate": "oneplace.access.forms.SecondStepForm",
    "reauthenticate": "oneplace.access.forms.ConfirmCodeForm",
    "activate_totp": "oneplace.access.forms.AddAppForm",
    "deactivate_totp": "oneplace.access.forms.RemoveAppForm",
    "generate_recovery_codes": "oneplace.access.forms.NewCodesForm",
    "login_webauthn": "oneplace.access.forms.SignInWithPasskeyForm",
    "authenticate_webauthn": "oneplace.access.forms.SecondStepPasskeyForm",
    "reauthenticate_webauthn": "oneplace.access.forms.ConfirmPasskeyForm",
    "add_webauthn": "oneplace.access.forms.AddPasskeyForm",
    "edit_webauthn": "oneplace.access.forms.RenamePasskeyForm",
}
# Nobody signs up unasked: an invitation proved the address. Otherwise whoever asks for a new
# password before setting up a second step could never set one up.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = PLACE.identity.wordmark
MFA_RECOVERY_CODES_SHOW_ONCE = True
# http is served on this machine alone; the origin is then checked by our own adapter.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS

# --- sessions -------------------------------------------------------------------------------------
SESSION_ENGINE = "oneplace.access.sessions"
# Browsers take a cookie of this name only from this very host, encrypted and for the whole of it:
# no neighbour under the same domain can set one in its place. Only https has such names.
COOKIES_BEGIN = "__Host-oneplace_" if IS_HTTPS else "oneplace_"
# Of cookies sent to one address alone: what begins with __Host- would be sent to every page.
NARROW_COOKIES_BEGIN = "__Secure-oneplace_" if IS_HTTPS else "oneplace_"
SESSION_COOKIE_NAME = f"{COOKIES_BEGIN}session"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = f"{COOKIES_BEGIN}csrf"
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "oneplace.kit.views.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
# Under "no-referrer" browsers send forms with "Origin: null", which no check of origins can accept.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- words, times, files --------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True
STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("ONEPLACE_STATIC_ROOT") or PROJECT / "build" / "static")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if IS_TEST
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = IS_TEST
WHITENOISE_AUTOREFRESH = False
# Files are kept by their content in the data folder; a large upload is streamed, never held.
DATA_FOLDER = Path(os.environ.get("ONEPLACE_DATA") or PROJECT / "data")
FILES_FOLDER = DATA_FOLDER / "files"
FILES_LARGEST_BYTES = 25 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["oneplace.files.uploads.LimitedUpload"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
EMAIL_BACKEND = "oneplace.post.backend.Outbox"
DEFAULT_FROM_EMAIL = PLACE.identity.website.help_email
CACHES = {
    "default": {
        # Guess counters must be shared by every worker, so they live in the one database.
        "BACKEND": "oneplace.kit.cache.JsonCache",
        "LOCATION": "kit_counter",
        # Beyond the usual 300 a spray of addresses would push the counts of guessed codes out.
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}

# --- logs: never personal data --------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_personal_data": {"()": "oneplace.kit.logs.NoPersonalData"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {
        "standard": {
            "class": "logging.StreamHandler",
            "filters": ["no_personal_data"],
            "formatter": "line",
        }
    },
    "root": {"handlers": ["standard"], "level": os.environ.get("ONEPLACE_LOG_LEVEL", "WARNING")},
}

"""Settings. Secure by default: without a database marked as demo nothing starts without a secret key and a host."""

import os
import secrets
import sys
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from tillsammans.config.databases import database

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = Path(__file__).resolve().parents[1]
VAR = Path(os.environ.get("TILLSAMMANS_VAR", ROOT / "var"))

DEBUG = False
# The demo runs on loopback with a key of its own, made at its first start and kept in var/.
DEMO = os.environ.get("TILLSAMMANS_DEMO") == "1"
# Commands that never serve a person (tests, documents from files) may run with a key that dies with the process.
OFFLINE = os.environ.get("TILLSAMMANS_OFFLINE") == "1"


def _secret_key() -> str:
    if key := os.environ.get("TILLSAMMANS_SECRET_KEY"):
        if len(key) < 40:
            raise ImproperlyConfigured("TILLSAMMANS_SECRET_KEY är för kort: minst 40 tecken behövs.")
        return key
    if DEMO:
        kept = VAR / "demo-secret-key"
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.touch(mode=0o600)
            kept.write_text(secrets.token_urlsafe(48))
        return kept.read_text()
    if OFFLINE:
        return secrets.token_urlsafe(48)
    raise ImproperlyConfigured(
        "TILLSAMMANS_SECRET_KEY saknas. Sätt den till minst 40 slumpade tecken, eller prova med ./tillsammans demo."
    )


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = [host for host in os.environ.get("TILLSAMMANS_HOSTS", "").split(",") if host]
if DEMO:
    ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
BASE_URL = os.environ.get("TILLSAMMANS_BASE_URL", "http://127.0.0.1:8000")
SHARED = Path(os.environ.get("TILLSAMMANS_SHARED", ROOT.parent / "shared"))

DATABASES = {"default": database(os.environ.get("TILLSAMMANS_DATABASE", ""), VAR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    # Ours come first: their templates replace those of the libraries.
    "tillsammans.kernel",
    "tillsammans.areas",
    "tillsammans.parties",
    "tillsammans.collaboration",
    "tillsammans.meetings",
    "tillsammans.indicators",
    "tillsammans.imports",
    "tillsammans.patterns",
    "tillsammans.police_events",
    "tillsammans.picture",
    "tillsammans.plans",
    "tillsammans.promises",
    "tillsammans.evaluation",
    "tillsammans.duties",
    "tillsammans.portal",
    "tillsammans.config",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "tillsammans.kernel.assets.StaticFiles",
    "tillsammans.kernel.assets.Compression",
    "tillsammans.kernel.middleware.SecureHeaders",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tillsammans.kernel.middleware.Door",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "tillsammans.config.urls"
# Where apps below find what apps above do and show on their behalf.
WIRING = "tillsammans.config.wiring"
WSGI_APPLICATION = "tillsammans.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "loaders": [("django.template.loaders.cached.Loader", ["tillsammans.kernel.loaders.CompactLoader"])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "tillsammans.config.context.page",
            ],
            "builtins": ["tillsammans.kernel.templatetags.ui", "django.templatetags.i18n"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Who
AUTH_USER_MODEL = "parties.Person"
# The model that owns rows; the kernel knows it by this name only.
OWNER_MODEL = "parties.Organisation"
# Gives the actor of a request: the person, acting for one organisation, with what valid roles allow today.
ACTOR_OF_REQUEST = "tillsammans.parties.queries.actor_of_request"
ACTOR_OF_JOB = "tillsammans.parties.queries.actor_of_job"
# Pages of the sign-in library that may be opened without a door of ours; every other page without a door is shut.
SIGN_IN_DOORS = {
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_change_password",
    "account_reauthenticate",
    "account_inactive",
    "mfa_index",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_generate_recovery_codes",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "set_language",
    "second_factor",
}
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "demo" if DEMO else "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "tillsammans.parties.signin.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody who has no account here gets mail because somebody wrote the address
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation is answered by mail, which proves the address
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Tillsammans"
MFA_TOTP_TOLERANCE = 1  # a code is good for half a minute more, for slow fingers and clocks
MFA_ADAPTER = "tillsammans.parties.signin.MfaAdapter"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "login"

# Language and time
LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", _("svenska")), ("en", _("engelska"))]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["tillsammans.config.formats"]

# Files
STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "tillsammans.kernel.assets.HashedStorage"},
}
MEDIA_ROOT = VAR / "files"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Sessions and headers
SESSION_COOKIE_AGE = 12 * 3600
# Without a request for this long a session ends; the page warns two minutes before.
_IDLE_MINUTES = os.environ.get("TILLSAMMANS_IDLE_MINUTES") or "30"
if not (_IDLE_MINUTES.isdecimal() and 5 <= int(_IDLE_MINUTES) <= SESSION_COOKIE_AGE // 60):
    raise ImproperlyConfigured("TILLSAMMANS_IDLE_MINUTES ska vara ett antal minuter från 5 till 720.")
IDLE_SECONDS = 60 * int(_IDLE_MINUTES)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "tillsammans.kernel.drafts.token_refused"
# Plain HTTP is for the demo on loopback and for tests only.
_HTTPS = BASE_URL.startswith("https://") or not (DEMO or OFFLINE)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if os.environ.get("TILLSAMMANS_PROXY") == "1" else None
# Nothing leaks to other sites; "no-referrer" would make browsers send "Origin: null", and every form would be refused.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# Mail: written to the outbox (kernel.outbox), which the worker empties by this transport
MAIL_TRANSPORT = os.environ.get("TILLSAMMANS_EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = VAR / "mail"
EMAIL_HOST = os.environ.get("TILLSAMMANS_EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("TILLSAMMANS_EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("TILLSAMMANS_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("TILLSAMMANS_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("TILLSAMMANS_EMAIL_TLS") == "starttls"
EMAIL_USE_SSL = os.environ.get("TILLSAMMANS_EMAIL_TLS") == "tls"
EMAIL_TIMEOUT = 20  # seconds
DEFAULT_FROM_EMAIL = os.environ.get("TILLSAMMANS_FROM", "Tillsammans <ingen-svarar@localhost>")

# Hosts that may be called, by kernel.outgoing and nothing else; empty: nothing goes out.
OUTGOING_HOSTS = tuple(host.strip() for host in os.environ.get("TILLSAMMANS_OUTGOING", "").split(",") if host.strip())

# Background work
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "tillsammans.kernel.logs.WithoutTokens",
            "fmt": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("TILLSAMMANS_LOG", "WARNING")},
}

"""The one settings file. Everything that differs between machines comes from the environment (.env.example lists it).

With no environment at all: SQLite, and a secret key made on the first start, both in var/.
"""

import contextlib
import datetime
import ipaddress
import os
import re
import secrets
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
import dj_email_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent


def env_flag(name: str, default: bool = False) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"0", "no", "false", "off"}:
        return False
    if value in {"1", "yes", "true", "on"}:
        return True
    raise ImproperlyConfigured(f"{name} is {value!r}: set it to 1 or 0.")


def env_list(name: str, default: str = "") -> list[str]:
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


def env_url(name: str, default: str) -> str:
    value = os.environ.get(name, "").strip() or default
    if urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname:
        raise ImproperlyConfigured(f"{name} is {value!r}: set it to a whole address, such as {default}")
    return value


def env_number(name: str, default: int, least: int = 1) -> int:
    value = os.environ.get(name, "").strip() or str(default)
    if not value.isdecimal() or not least <= int(value) < 100_000:
        raise ImproperlyConfigured(f"{name} is {value!r}: set it to a whole number, such as {default}")
    return int(value)


def env_networks(name: str) -> list[Any]:
    try:
        return [ipaddress.ip_network(item) for item in env_list(name)]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}. Set it to networks such as 10.1.0.0/16") from error


def is_local(site_url: str, bind: str) -> bool:
    """Whether the site is known, and listens, under this machine's own address alone."""
    hosts = {urlsplit(site_url).hostname or "", (bind or "127.0.0.1:0").rpartition(":")[0].strip("[]")}
    return all(host in {"127.0.0.1", "localhost", "::1"} for host in hosts)


def local_directory() -> Path:
    directory = BASE_DIR / (os.environ.get("VAR_DIR") or "var")
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"{directory} cannot be made ({error.strerror}): make it writable, or set VAR_DIR to a directory that is."
        ) from error
    return directory


def secret_key(path: Path) -> str:
    """The key in `path`, made on the first call.

    Two processes may start at once: the key is written whole to a file of its own (mkstemp: mode 0600) and then linked
    to its name, which only one of them can do; the other reads what the first one wrote.
    """
    try:
        if not path.exists():
            handle, draft = tempfile.mkstemp(dir=path.parent, prefix="secret_key.")
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(50))
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
            Path(draft).unlink()
        key = path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{path} cannot be read or made ({error.strerror}): set SECRET_KEY, or mend the file."
        ) from error
    if len(key) < 40:
        raise ImproperlyConfigured(f"{path} holds no key: delete it, and a new one is made.")
    return key


def database(url: str) -> dict[str, Any]:
    try:
        config: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    except ValueError:
        config = {"ENGINE": "unknown"}
    if config["ENGINE"] == "django.db.backends.sqlite3":
        # WAL lets readers go on while one process writes. IMMEDIATE takes the write lock at the start of a transaction:
        # one that reads first and then writes would otherwise fail at once with "database is locked", without waiting.
        cache = 1000 * env_number("SQLITE_CACHE_MB", 20, least=1)  # of each thread: the server asks for less
        pragmas = (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            f"cache_size=-{cache}",
        )
        config.setdefault("OPTIONS", {}).update(
            timeout=20,
            transaction_mode="IMMEDIATE",
            init_command="; ".join(f"PRAGMA {pragma}" for pragma in pragmas),
        )
    elif config["ENGINE"] != "django.db.backends.postgresql" or not config["NAME"]:
        # The value itself may hold a password, so it is not repeated.
        raise ImproperlyConfigured(
            "DATABASE_URL is not understood: set it to postgres://user:password@host:5432/name, or leave it out for SQLite."
        )
    return config


def email(url: str) -> dict[str, Any]:
    """Django's settings for the mail server of `url`; mails go to var/mail where there is none."""
    try:
        config: dict[str, Any] = dj_email_url.parse(url or "file:")
    except (ValueError, UserWarning):
        config = {}
    if config.get("EMAIL_BACKEND", "").endswith("smtp.EmailBackend") and config["EMAIL_HOST"]:
        return config | {"EMAIL_ON": True, "EMAIL_TIMEOUT": config["EMAIL_TIMEOUT"] or 20}
    if url:
        # The value itself may hold a password, so it is not repeated.
        raise ImproperlyConfigured("EMAIL_URL is not understood: set it to smtp://user:password@host:587/?tls=True")
    return config | {"EMAIL_ON": False, "EMAIL_FILE_PATH": VAR_DIR / "mail"}


# --- what the environment decides ------------------------------------------------------------------------------------

VAR_DIR = local_directory()
# Where files that are dear to make are kept until the content changes (exports/store.py).
FILES_DIR = VAR_DIR / "files"
DEBUG, HTTPS = env_flag("DEBUG"), env_flag("HTTPS")
SECRET_KEY = os.environ.get("SECRET_KEY") or secret_key(VAR_DIR / "secret_key")
DATABASES = {"default": database(os.environ.get("DATABASE_URL") or f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
# Whether PostgreSQL keeps the plans of what pages ask: not behind a pooler that gives each statement another connection.
PREPARED_STATEMENTS = env_flag("PREPARED_STATEMENTS", default=True)

# The address under which readers know the site; feeds, citations and e-mails are made with it.
SITE_URL = env_url("SITE_URL", f"http://127.0.0.1:{os.environ.get('PORT') or 8000}").rstrip("/")
# Where 'Exit this page' leads: a page that nobody wonders about.
EXIT_URL = env_url("EXIT_URL", "https://www.bbc.co.uk/weather")
# Where readers ask for something to be mended or taken down. Blank: the pages name the operator in words alone.
CONTACT_EMAIL = os.environ.get("CONTACT_EMAIL", "").strip()
# Nothing is published by a person alone: it was sent to review, and whoever wrote it last does not let it go.
TWO_PAIRS_OF_EYES = env_flag("TWO_PAIRS_OF_EYES", default=True)
# How many days a link to a preview works, for a reviewer without an account.
PREVIEW_DAYS = env_number("PREVIEW_DAYS", 7)

# Files that curators bring in: where they wait, how large one may be, and whether the request that brings one starts the
# process that works on it (else `manage.py import_waiting` does, run by a timer).
INTAKE_DIR = VAR_DIR / "intake"
UPLOAD_MAX_MB = env_number("UPLOAD_MAX_MB", 100)
IMPORT_BY_TIMER = env_flag("IMPORT_BY_TIMER")

# Links to other sites, when check_links looks at them: what it says of itself, how many seconds no host is asked again,
# and internal networks that may be asked all the same.
LINK_CHECK_AGENT = os.environ.get("LINK_CHECK_AGENT", "").strip() or f"LearningRepository (checks links; {SITE_URL})"
LINK_CHECK_PAUSE = env_number("LINK_CHECK_PAUSE", 2, least=0)
LINK_CHECK_NETWORKS = env_networks("LINK_CHECK_NETWORKS")

# Editors and administrators need a second factor as soon as the site can be reached from elsewhere than this machine.
SECOND_FACTOR_REQUIRED = env_flag("SECOND_FACTOR_REQUIRED", default=not is_local(SITE_URL, os.environ.get("BIND", "")))
# A curator's session ends after so many seconds without a page, and after so many whatever happens.
SESSION_IDLE = 60 * env_number("SESSION_IDLE_MINUTES", 60)
SESSION_LONGEST = SESSION_COOKIE_AGE = 3600 * env_number("SESSION_HOURS", 12)
# Whose X-Forwarded-For is believed, with HTTPS=1: the proxies that gunicorn trusts.
TRUSTED_PROXIES = env_list("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")

# E-mail: EMAIL_URL says by which server. EMAIL_ON: whether there is one.
globals().update(email(os.environ.get("EMAIL_URL", "").strip()))
# Who alerts come from, and the subject of those that bring news: both may be seen on a locked screen.
ALERTS_FROM = os.environ.get("ALERTS_FROM", "").strip()
ALERTS_SUBJECT = os.environ.get("ALERTS_SUBJECT", "").strip()
# Whether a mail that somebody waits for is tried at once, beside the answer, or left to send_alerts.
ALERTS_SEND_PROMPTLY = True

ALLOWED_HOSTS = [*env_list("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]"), urlsplit(SITE_URL).hostname]
# Memory of each process for pages that were made already and are right until something is published; 0 keeps none.
ROW_CACHE_BYTES = env_number("ROW_CACHE_MB", 10, least=0) * 1024 * 1024
PAGE_CACHE_BYTES = env_number("PAGE_CACHE_MB", 12, least=0) * 1024 * 1024
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")
if not all(origin.startswith(("http://", "https://")) for origin in CSRF_TRUSTED_ORIGINS):
    raise ImproperlyConfigured("CSRF_TRUSTED_ORIGINS has a bare host: write each with https:// in front.")

# --- the house -------------------------------------------------------------------------------------------------------

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "publishing.desk_app.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "axes",
    "django_filters",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "publishing",
    "publishing.signin",
    "publishing.links",
    "search",
    "themes",
    "reviews",
    "reviews.coding",
    "briefings",
    "exports",
    "alerts",
    "intake",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages are compressed; static files were already, by collectstatic.
    "config.middleware.Compression",
    "config.middleware.headers",  # the content security policy among them
    "config.middleware.version_of_content",
    # Sessions and users are lazy: a public page reads neither, and sets no cookie.
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.language_of_address",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "publishing.signin.middleware.SignedIn",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        # Public pages. First, so that templates/404.html and its like are found here.
        "BACKEND": "config.jinja.Pages",
        "NAME": "jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "config.jinja.environment", "context_processors": ["config.site.site"]},
    },
    {
        # The admin, and whatever third-party apps bring; our overrides of those are in templates/django/.
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates" / "django"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
FILE_UPLOAD_HANDLERS = [
    "config.uploads.SizeLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
LOGIN_URL = "admin:login"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# Five wrong tries lock this name from this address for a quarter of an hour: nobody can lock another person out of
# everywhere. Tries in between do not begin it anew.
AXES_FAILURE_LIMIT, AXES_COOLOFF_TIME = 5, datetime.timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS, AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = True, False
AXES_LOCKOUT_CALLABLE = "publishing.signin.views.locked"
AXES_USERNAME_CALLABLE = "publishing.signin.audit.counted_as"
AXES_CLIENT_IP_CALLABLE = "publishing.signin.audit.client_address"
AXES_ENABLE_ADMIN, AXES_DISABLE_ACCESS_LOG = False, True  # publishing/signin keeps the log
OTP_TOTP_ISSUER = f"Learning Repository {urlsplit(SITE_URL).hostname}"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a briefing with its sections and resources is one long form
FORMS_URLFIELD_ASSUME_HTTPS = True  # Django 6's default; the setting goes with Django 5.2

# --- the API ---------------------------------------------------------------------------------------------------------

# Requests that one address may make; beyond it 429 says when to come back.
API_RATE = os.environ.get("API_RATE", "").strip() or "600/minute"
if not re.fullmatch(r"[1-9]\d*/(second|minute|hour|day)", API_RATE):
    raise ImproperlyConfigured(f"API_RATE is {API_RATE!r}: set it to a number and a time, such as 600/minute")
# Records are described by exports/fields.py: no hook of the generator has anything to name.
SPECTACULAR_SETTINGS = {"OAS_VERSION": "3.1.0", "POSTPROCESSING_HOOKS": []}

# --- language and time -----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("cy", "Cymraeg")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/London"

# --- static files ----------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "config.bundles.BundleFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True  # half the files to compress
PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
HASHED = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": PLAIN if DEBUG else HASHED},
}

# --- headers, cookies and logs ---------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# Other sites learn nothing; our own forms over https need the referrer for the CSRF check.
SECURE_REFERRER_POLICY = "same-origin"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz/$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0

# No log holds what a reader searched for: paths only, never the query string.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"path_only": {"()": "config.logs.PathOnly"}},
    "formatters": {
        "line": {"class": "config.logs.WithoutWords", "format": "{asctime} {levelname} {name}: {message}", "style": "{"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["path_only"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # Django's own handlers would bypass the filter, and mail whole requests to ADMINS.
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
        # It names people and addresses; the sign-in log has them, for administrators.
        "axes": {"level": "ERROR"},
        # gunicorn 27 warns at every HEAD request that Django answered with a body, which is how Django answers.
        "gunicorn.http.wsgi": {"level": "ERROR"},
    },
}

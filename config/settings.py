"""The one settings file. Everything that differs between machines comes from the environment (.env.example lists it).

With no environment at all: SQLite, and a secret key made on the first start, both in var/.
"""

import contextlib
import os
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


def env_flag(name: str) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value in {"", "0", "no", "false", "off"}:
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
        pragmas = "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "temp_store=MEMORY", "cache_size=-20000"
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
DEBUG, HTTPS = env_flag("DEBUG"), env_flag("HTTPS")
SECRET_KEY = os.environ.get("SECRET_KEY") or secret_key(VAR_DIR / "secret_key")
DATABASES = {"default": database(os.environ.get("DATABASE_URL") or f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}

# The address under which readers know the site; feeds, citations and e-mails are made with it.
SITE_URL = env_url("SITE_URL", f"http://127.0.0.1:{os.environ.get('PORT') or 8000}").rstrip("/")
# Where 'Exit this page' leads: a page that nobody wonders about.
EXIT_URL = env_url("EXIT_URL", "https://www.bbc.co.uk/weather")
# Where readers ask for something to be mended or taken down. Blank: the pages name the operator in words alone.
CONTACT_EMAIL = os.environ.get("CONTACT_EMAIL", "").strip()

# E-mail: EMAIL_URL says by which server. EMAIL_ON: whether there is one.
globals().update(email(os.environ.get("EMAIL_URL", "").strip()))
# Who alerts come from, and the subject of those that bring news: both may be seen on a locked screen.
ALERTS_FROM = os.environ.get("ALERTS_FROM", "").strip()
ALERTS_SUBJECT = os.environ.get("ALERTS_SUBJECT", "").strip()
# Whether a mail that somebody waits for is tried at once, beside the answer, or left to send_alerts.
ALERTS_SEND_PROMPTLY = True
# Proxies whose X-Forwarded-For is believed: the same that gunicorn believes (limits by network need it).
TRUSTED_PROXIES = env_list("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")

ALLOWED_HOSTS = [*env_list("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]"), urlsplit(SITE_URL).hostname]
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")
if not all(origin.startswith(("http://", "https://")) for origin in CSRF_TRUSTED_ORIGINS):
    raise ImproperlyConfigured("CSRF_TRUSTED_ORIGINS has a bare host: write each with https:// in front.")

# --- the house -------------------------------------------------------------------------------------------------------

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django_filters",
    "django_htmx",
    "publishing",
    "search",
    "themes",
    "reviews",
    "briefings",
    "alerts",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages are compressed; static files were already, by collectstatic. Django's own middleware pads each answer by a
    # random length, so that a form's token cannot be guessed from sizes (BREACH); public pages hold no secret at all.
    "django.middleware.gzip.GZipMiddleware",
    "config.middleware.headers",
    "config.middleware.version_of_content",
    "csp.middleware.CSPMiddleware",
    # Sessions and users are lazy: a public page reads neither, and sets no cookie.
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.language_of_address",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

TEMPLATES = [
    {
        # Public pages. First, so that templates/404.html and its like are found here.
        "BACKEND": "django.template.backends.jinja2.Jinja2",
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
LOGIN_URL = "admin:login"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a briefing with its sections and resources is one long form
FORMS_URLFIELD_ASSUME_HTTPS = True  # Django 6's default; the setting goes with Django 5.2

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
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz/$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0

# No log holds what a reader searched for: paths only, never the query string.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"path_only": {"()": "config.logs.PathOnly"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["path_only"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # Django's own handlers would bypass the filter, and mail whole requests to ADMINS.
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
        # gunicorn 27 warns at every HEAD request that Django answered with a body, which is how Django answers.
        "gunicorn.http.wsgi": {"level": "ERROR"},
    },
}

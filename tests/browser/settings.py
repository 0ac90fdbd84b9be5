"""The site's own settings, and the pages of urls.py."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.browser.urls"

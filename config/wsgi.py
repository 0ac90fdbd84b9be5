"""What gunicorn serves: Django, behind the answers that are kept for as long as nothing is published."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django_application = get_wsgi_application()

from django.conf import settings  # noqa: E402 - after the set-up

from publishing.answers import KeptAnswers, release  # noqa: E402

release()  # read once, before the processes fork
application = django_application if settings.DEBUG else KeptAnswers(django_application, settings.PAGE_CACHE_BYTES)

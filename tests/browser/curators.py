"""Run beside the served site, before the visit of test_curators_day.py: two curators, and things of fiction to work on."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.contrib.auth.models import Group  # noqa: E402

from tests import factories as make  # noqa: E402
from themes.models import ReviewType, Theme  # noqa: E402

for name, role in (("connie", "contributor"), ("eddie", "editor")):
    person = get_user_model().objects.create_user(name, password="correct fictional horse", is_staff=True)
    person.groups.add(Group.objects.get(name=role))
board = make.publisher("Fictional safeguarding partnership")
document = make.document("Fictional report on Child Nobody", slug="fictional-report", publisher=board, pages=3)
review = make.case_review(
    "Fictional review: Child Nobody",
    reference="FICTIONAL-NOBODY",
    slug="fictional-nobody",
    review_type=ReviewType.objects.get(slug="local-child-safeguarding-practice-review"),
    publishers=[board],
    documents=[document],
    summary="A review made up for a test.",
    fictional=True,
)
make.learning_point(
    "Workers see the child at school and at home, and ask what it is like to live there.",
    sources=[make.case_review("Fictional review: Child Somebody", fictional=True)],
    themes=[Theme.objects.first()],
    fictional=True,
)

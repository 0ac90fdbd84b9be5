import re

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command

pytestmark = pytest.mark.django_db


def test_first_run_shows_a_password_that_works(capsys):
    call_command("first_curator")
    password = re.search(r"password '(\S+)'", capsys.readouterr().out)[1]
    curator = get_user_model().objects.get(username="curator")
    assert curator.is_superuser
    assert curator.check_password(password)


def test_second_run_shows_and_makes_nothing(capsys):
    call_command("first_curator")
    capsys.readouterr()
    call_command("first_curator")
    assert capsys.readouterr().out == ""
    assert get_user_model().objects.count() == 1


def test_no_account_is_made_where_there_is_one(capsys):
    get_user_model().objects.create_user("someone")
    call_command("first_curator")
    assert capsys.readouterr().out == ""
    assert not get_user_model().objects.filter(username="curator").exists()

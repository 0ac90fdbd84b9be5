"""Counts of a run in words, for its page in admin."""

from __future__ import annotations

from django import template

from intake.models import counted

register = template.Library()
register.filter("counted", counted)

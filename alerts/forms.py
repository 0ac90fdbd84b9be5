"""The two forms that take an address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alerts.addresses import written
from alerts.models import Frequency
from search.words import clean


class AddressForm(forms.Form):
    """An address. `website` is a trap: nobody sees it, and what fills it in is no person."""

    address = forms.CharField(required=False, strip=True)
    website = forms.CharField(required=False)

    def clean_address(self) -> str:
        return written(self.cleaned_data["address"])

    @property
    def is_trapped(self) -> bool:
        return bool(self.data.get("website"))

    def error_of(self, name: str) -> str:
        """The first thing that is wrong with a field, in words; ''."""
        return str(next(iter(self.errors.get(name, [])), ""))

    def given(self, name: str, otherwise: Any = "") -> str:
        """What was written into a field, to be shown again."""
        return clean(str(self.data.get(name, otherwise))[:300])


class FollowForm(AddressForm):
    frequency = forms.ChoiceField(
        choices=Frequency.choices,
        error_messages={"required": _("Choose how often."), "invalid_choice": _("Choose how often.")},
    )

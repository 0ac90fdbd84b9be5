"""Forms of the door."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm

from publishing.signin import factors


class LogInForm(AdminAuthenticationForm):
    """The admin's own, whose field sets a length that it does not hold: PostgreSQL refuses what is longer."""

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"])[:150]


class CodeForm(forms.Form):
    """One code: of the app, or (where `recovery` is on) a recovery code."""

    code = forms.CharField(
        label="Code",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.device = user, None


class SecondStepForm(CodeForm):
    """The second step of a sign-in; `device` is what took the code."""

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        self.device = factors.verify(self.user, code)
        if self.device is None:
            wait = factors.wait(self.user)
            pause = f" Wait {wait} second{'' if wait == 1 else 's'} before the next try." if wait else ""
            raise forms.ValidationError(
                "This code does not fit. A code of the app works for half a minute and once; a recovery code works"
                f" once.{pause}"
            )
        return code


class NewFactorForm(CodeForm):
    """The code that shows that the app has the new secret; `codes` are the new recovery codes."""

    codes: list[str]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        found = factors.confirm(user=self.user, code=code)
        if found is None:
            raise forms.ValidationError(
                "This code does not fit. Is the clock of the telephone right? Type the six figures that the app shows now."
            )
        self.device, self.codes = found
        return code

"""What a curator says of a file."""

from __future__ import annotations

import difflib
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import slugify

from intake.kinds import KINDS, Kind
from intake.mapping import REFERENCE, targets
from intake.models import Existing, Mapping

NONE = ""


class FileForm(forms.Form):
    """A file, what its rows are, and what it may do to rows that are here."""

    kind = forms.ChoiceField(label="What each row is")
    file = forms.FileField(
        label="File", help_text="CSV, XLSX or RIS. Nothing is changed before you have seen what it would do."
    )
    mapping = forms.ModelChoiceField(
        Mapping.objects.all(),
        to_field_name="slug",
        required=False,
        empty_label="Find it by the names of the columns",
        label="Mapping of columns",
    )
    existing = forms.ChoiceField(
        choices=[("", "As the mapping says"), *Existing.choices], required=False, label="Rows that are here already"
    )
    sheet = forms.CharField(required=False, max_length=100, help_text="Of a workbook. Blank: the first.")
    encoding = forms.ChoiceField(
        choices=[
            ("", "Recognise it"),
            ("utf-8", "UTF-8"),
            ("cp1252", "Windows (cp1252)"),
            ("mac_roman", "Macintosh"),
            ("utf-16", "UTF-16"),
        ],
        required=False,
        help_text="Of a CSV file, where letters come out wrong.",
    )

    def __init__(self, *args: Any, kinds: list[Kind], too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.too_large = too_large
        self.fields["kind"].choices = [(kind.name, kind.label) for kind in kinds]  # type: ignore[attr-defined]
        if too_large:
            self.fields["file"].error_messages["required"] = (
                f"The file is larger than {settings.UPLOAD_MAX_MB} MB. Split it, or ask the operator for import_file."
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        mapping = cleaned.get("mapping")
        if mapping and mapping.kind != cleaned.get("kind"):
            self.add_error("mapping", f"This mapping is for {KINDS[mapping.kind].label.lower()}.")
        return cleaned


class MatchForm(forms.Form):
    """Which column of the file is which of ours: said once, kept as a mapping."""

    name = forms.CharField(max_length=120, label="Name of the mapping", help_text="The spreadsheet, or who makes it.")
    existing = forms.ChoiceField(choices=Existing.choices, initial=Existing.FILL, label="Rows that are here already")

    def __init__(self, *args: Any, kind: Kind, heading: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        columns = [(NONE, "–"), *((name, name) for name in heading)]
        for target in targets(kind):
            column = kind.names.get(target)
            self.fields[f"from-{target}"] = forms.ChoiceField(
                choices=columns,
                required=False,
                label=target.replace("_", " ").capitalize(),
                help_text=column.help if column else "What the row is called where it comes from.",
                initial=likely(target, heading),
            )
            self.fields[f"always-{target}"] = forms.CharField(
                required=False,
                max_length=300,
                widget=forms.TextInput(
                    attrs={"aria-label": f"{target.replace('_', ' ').capitalize()}, the same for all rows"}
                ),
            )

    def about(self) -> list[Any]:
        """The fields of the mapping itself."""
        return [self["name"], self["existing"]]

    def pairs(self) -> list[tuple[Any, Any]]:
        """The fields of each of our columns, side by side."""
        return [(self[f"from-{name}"], self[f"always-{name}"]) for name in targets(self.kind)]

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if Mapping.objects.filter(name=name).exists() or Mapping.objects.filter(slug=slugify(name)[:60]).exists():
            raise ValidationError("There is a mapping with this name. Choose another, or use that one.")
        if not slugify(name):
            raise ValidationError("Give it a name in letters or figures.")
        return name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["columns"] = {}
        for name in targets(self.kind):
            if cleaned.get(f"from-{name}"):
                cleaned["columns"][name] = {"from": cleaned[f"from-{name}"]}
            elif cleaned.get(f"always-{name}"):
                cleaned["columns"][name] = {"always": cleaned[f"always-{name}"]}
        missing = [one.name for one in self.kind.columns if one.required and one.name not in cleaned["columns"]]
        if missing:
            raise ValidationError(f"Say where these come from: {', '.join(missing)}.")
        if self.kind.is_statement and REFERENCE not in cleaned["columns"] and "code" not in cleaned["columns"]:
            raise ValidationError("Say which column names the row (reference): else a second import makes it twice.")
        return cleaned

    def save(self) -> Mapping:
        """The mapping, kept."""
        row = Mapping(
            slug=slugify(self.cleaned_data["name"])[:60],
            name=self.cleaned_data["name"],
            kind=self.kind.name,
            columns=self.cleaned_data["columns"],
            existing=self.cleaned_data["existing"],
        )
        row.full_clean()
        row.save()
        return row


def likely(target: str, heading: list[str]) -> str:
    """The column of the file whose name is most like ours; '' where none is like it.

    >>> likely("title", ["Report title", "Year"])
    'Report title'
    """
    wanted = target.replace("_", " ")
    plain = {name.casefold().replace("_", " "): name for name in heading}
    if wanted in plain:
        return plain[wanted]
    inside = [name for words, name in plain.items() if wanted in words.split() or words in wanted.split()]
    close = difflib.get_close_matches(wanted, plain, n=1, cutoff=0.75)
    return inside[0] if inside else plain[close[0]] if close else NONE


class ExportForm(forms.Form):
    """What is to go out, and how."""

    kind = forms.ChoiceField(label="What")
    status = forms.ChoiceField(required=False, label="Where they stand")
    format = forms.ChoiceField(choices=[("csv", "CSV"), ("xlsx", "Excel (XLSX)"), ("ris", "RIS (reviews only)")])

    def __init__(self, *args: Any, kinds: list[Kind], statuses: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.name, kind.label) for kind in kinds]  # type: ignore[attr-defined]
        self.fields["status"].choices = [("", "All"), *statuses]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("format") == "ris" and cleaned.get("kind") != "reviews":
            self.add_error("format", "Only reviews go out as RIS.")
        return cleaned

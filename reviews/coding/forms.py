"""Forms of the coding screen."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q

from reviews.coding import extraction
from reviews.coding.models import Reading
from reviews.models import CaseReview, Document, EvidenceSet, LearningPoint
from search.similar import NEARLY, Similar, similar
from themes.models import Sector, Theme

#: Names offered beside a field while one types.
OFFERED = 300


class BeginForm(forms.ModelForm):
    """Which document, which source, and its text: a PDF, or pasted."""

    document_name = forms.CharField(
        label="Document",
        max_length=300,
        help_text="Its title or its short name. A new one is added under ‘Documents’ first.",
        widget=forms.TextInput(attrs={"list": "documents", "class": "vTextField"}),
    )
    source_name = forms.CharField(
        label="Case review or set of reviews",
        max_length=300,
        help_text="The reference or title of the review (or the short name of the set) that this document teaches about.",
        widget=forms.TextInput(attrs={"list": "sources", "class": "vTextField"}),
    )
    pdf = forms.FileField(
        label="PDF of the document",
        required=False,
        help_text="Read once, about a second for ten pages, and not kept.",
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,.pdf"}),
    )
    first = forms.IntegerField(label="From page", min_value=1, max_value=5000, required=False)
    last = forms.IntegerField(label="To page", min_value=1, max_value=5000, required=False)
    text = forms.CharField(
        label="Or its text",
        required=False,
        max_length=2_000_000,
        widget=forms.Textarea(attrs={"rows": 12, "class": "vLargeTextField"}),
        help_text="Paragraphs apart from each other by an empty line.",
    )
    found: list[extraction.Found]
    document: Document
    source: CaseReview | EvidenceSet

    class Meta:
        model = Reading
        fields: tuple[str, ...] = ()

    def clean_document_name(self) -> str:
        name = self.cleaned_data["document_name"].strip()
        self.document = _the_one(
            name, Document.objects.filter(Q(slug=name) | Q(title__iexact=name)), _like(Document, name)
        )
        return name

    def clean_source_name(self) -> str:
        name = self.cleaned_data["source_name"].strip()
        reviews = CaseReview.objects.filter(Q(reference__iexact=name) | Q(slug=name) | Q(title__iexact=name))
        sets = EvidenceSet.objects.filter(Q(slug=name) | Q(title__iexact=name))
        rows = [row for row in [*reviews[:2], *sets[:2]] if not row.is_withdrawn]
        self.source = _the_one(name, rows, [*_like(CaseReview, name), *_like(EvidenceSet, name)])
        return name

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return data
        first, last = data.get("first") or 1, data.get("last")
        if last and last < first:
            raise forms.ValidationError("The last page comes before the first.")
        try:
            file = data.get("pdf")
            if file and file.size > extraction.MOST_BYTES:
                raise extraction.Unreadable(f"This file has more than {extraction.MOST_BYTES // 1_000_000} MB.")
            pages = extraction.pages_of_pdf(file.read(), first, last) if file else extraction.page_of_text(data["text"])
            self.found = extraction.passages(pages)
        except extraction.Unreadable as error:
            raise forms.ValidationError(str(error)) from error
        return data


def _like(model: Any, name: str) -> list[str]:
    return [str(row) for row in model.objects.filter(title__icontains=name)[:3]] if len(name) > 2 else []


def _the_one(name: str, rows: Any, alike: list[str]) -> Any:
    """The row of that name; raises ValidationError where there is none, or more than one."""
    found = list(rows[:2])
    if len(found) == 1:
        return found[0]
    if found:
        raise forms.ValidationError(f"More than one is called ‘{name}’: give the reference or the short name.")
    hint = f" Did you mean {' or '.join(f'‘{one}’' for one in alike)}?" if alike else ""
    raise forms.ValidationError(f"There is none called ‘{name}’.{hint}")


class CodeForm(forms.Form):
    """What a passage teaches: evidence for a learning point that exists, or for a new one."""

    NEW = "new"

    to = forms.CharField(required=False, max_length=12)
    locator = forms.CharField(label="Place", required=False, max_length=200, help_text="For readers: page and heading.")
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="A nuance of this source, in our own words, for readers.",
    )
    statement = forms.CharField(
        label="Statement",
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One sentence in our own words that stands alone. Readers see it; they never see the passage.",
    )
    detail = forms.CharField(label="Detail", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 2}))
    kind = forms.ChoiceField(label="Kind", choices=LearningPoint.Kind.choices, required=False)
    themes = forms.ModelMultipleChoiceField(
        label="Themes", queryset=Theme.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    sectors = forms.ModelMultipleChoiceField(
        label="Speaks to", queryset=Sector.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    all_the_same = forms.BooleanField(label="It says something else: make a new one all the same", required=False)

    point: LearningPoint | None = None
    twins: list[Similar]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["themes"].queryset = Theme.objects.current()  # type: ignore[attr-defined]
        self.fields["sectors"].queryset = Sector.objects.current()  # type: ignore[attr-defined]
        self.twins = []

    def clean_to(self) -> str:
        to: str = self.cleaned_data["to"].strip().upper()
        if not to:
            raise forms.ValidationError("Choose a learning point, or a new one.")
        if to == self.NEW.upper():
            return self.NEW
        self.point = LearningPoint.objects.exclude(status="withdrawn").filter(code=to).first()
        if self.point is None:
            raise forms.ValidationError(f"There is no learning point {to}.")
        return to

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("to") != self.NEW:
            return data
        statement = (data.get("statement") or "").strip()
        if not statement:
            self.add_error("statement", "Say in one sentence what is learned, or choose a learning point above.")
            return data
        self.twins = similar(LearningPoint, statement, least=NEARLY)
        if self.twins and not data.get("all_the_same"):
            codes = ", ".join(one.row.code for one in self.twins)
            self.add_error(
                "statement", f"Nearly the same is said already: {codes}. Is it the same finding? Choose it above."
            )
        return data

    @property
    def relations(self) -> dict[str, Any]:
        return {"themes": self.cleaned_data["themes"], "sectors": self.cleaned_data["sectors"]}

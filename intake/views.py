"""Pages of the desk for files: bring one in, match its columns, see what it would do, import it, undo it, take one out."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from exports.formats.csv_table import harmless
from intake import actions, store, waiting
from intake.exporting import FORMATS, pieces
from intake.files import BadFileError, open_table
from intake.forms import ExportForm, FileForm, MatchForm
from intake.kinds import KINDS, Kind
from intake.models import Line, Mapping, Run
from publishing.models import Publishable, Status

State = Run.State
STEPS = {
    "import": (State.QUEUED, (State.CHECKED,)),
    "good": (State.QUEUED, (State.CHECKED,)),
    "again": (State.WAITING, (State.CHECKED,)),
    "discard": (State.DISCARDED, (State.CHECKED, State.MATCHING, State.WAITING)),
    "undo": (State.UNDOING, (State.DONE,)),
}


def _kinds(request: HttpRequest, *actions_needed: str) -> list[Kind]:
    """The kinds of row whose models the user may do this with."""
    return [
        kind
        for kind in KINDS.values()
        if all(
            request.user.has_perm(f"{kind.model._meta.app_label}.{one}_{kind.model._meta.model_name}")
            for one in actions_needed
        )
    ]


def _allow(request: HttpRequest, run: Run, admin: Any) -> None:
    """Whoever takes a step with a run may write rows of its kind."""
    if not admin.has_add_permission(request) or KINDS[run.kind] not in _kinds(request, "add", "change"):
        raise PermissionDenied


def _page(admin: Any, request: HttpRequest, template: str, title: str, **context: Any) -> TemplateResponse:
    whole = {**admin.admin_site.each_context(request), "title": title, "opts": Run._meta, **context}
    return TemplateResponse(request, f"admin/intake/{template}.html", whole)


def bring_in(admin: Any, request: HttpRequest) -> HttpResponse:
    """The form for a file; what comes is stored and looked at no further than its heading."""
    kinds = _kinds(request, "add", "change")
    if not admin.has_add_permission(request) or not kinds:
        raise PermissionDenied
    too_large = getattr(request, "upload_too_large", False) if request.POST else False
    form = FileForm(request.POST or None, request.FILES or None, kinds=kinds, too_large=too_large)
    if request.method == "POST" and form.is_valid():
        try:
            run = _received(request, form.cleaned_data)
        except BadFileError as error:
            form.add_error("file", str(error))
        else:
            return redirect("admin:intake_match" if run.state == State.MATCHING else "admin:intake_run_change", run.pk)
    return _page(admin, request, "bring_in", "Bring in a file", form=form)


def _received(request: HttpRequest, said: dict[str, Any]) -> Run:
    """The run of an uploaded file, waiting to be tried or to be matched; raises BadFileError."""
    upload, mapping = said["file"], said["mapping"]
    draft = store.directory() / f"{request.user.pk}-{timezone.now():%H%M%S%f}.part"
    try:
        with draft.open("wb") as target:
            shutil.copyfileobj(upload, target, 1 << 20)
        options = {name: said[name] for name in ("existing", "sheet", "encoding")}
        run = actions.receive(
            path=draft,
            name=upload.name,
            kind=said["kind"],
            by=request.user,
            mapping=mapping.slug if mapping else "",
            **options,
        )
        run.state = State.WAITING if _is_known(run, draft) else State.MATCHING
        run.save()
        draft.replace(store.file_of(run.pk))
    finally:
        draft.unlink(missing_ok=True)
    if run.state == State.WAITING:
        waiting.start()
    return run


def _is_known(run: Run, path: Path) -> bool:
    """Whether a mapping fits the file. Where one was chosen that does not, BadFileError says what it needs."""
    with open_table(path, encoding=run.encoding, sheet=run.sheet) as table:
        try:
            actions.mapping_for(run, table.heading, table.how)
        except BadFileError:
            if run.mapping:
                raise
            return False
    return True


def match(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Which column of the file is which of ours."""
    run = get_object_or_404(Run, pk=pk)
    _allow(request, run, admin)
    if run.state != State.MATCHING or not store.file_of(pk).exists():
        return redirect("admin:intake_run_change", pk)
    with open_table(store.file_of(pk), encoding=run.encoding, sheet=run.sheet) as table:
        heading, sample = table.heading, [row for row, _n in zip(table.rows(), range(3), strict=False)]
    form = MatchForm(request.POST or None, kind=KINDS[run.kind], heading=heading)
    if request.method == "POST" and form.is_valid():
        mapping = form.save()
        if waiting.ask(
            run=run, state=State.WAITING, allowed=(State.MATCHING,), mapping=mapping.slug, existing=mapping.existing
        ):
            waiting.start()
        return redirect("admin:intake_run_change", pk)
    rows = [[row.cells.get(name, "")[:120] for name in heading] for row in sample]
    return _page(admin, request, "match", f"Match the columns of {run}", run=run, form=form, heading=heading, rows=rows)


def show(admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """What a file would do or has done, row by row; while it is worked on, how far that is."""
    if not admin.has_view_permission(request):
        raise PermissionDenied
    waiting.give_back_broken_off()
    run = get_object_or_404(
        Run.objects.select_related("author", "undone_by"), pk=object_id if object_id.isdecimal() else 0
    )
    chosen = request.GET.get("outcome", "")
    lines = run.lines.filter(outcome=chosen) if chosen in Line.Outcome.values else run.lines.all()
    page = Paginator(lines, 100, allow_empty_first_page=True).get_page(request.GET.get("page"))
    labels = [(value, label, run.counts.get(value, 0)) for value, label in Line.Outcome.choices]
    return _page(
        admin,
        request,
        "run",
        str(run),
        run=run,
        kind=KINDS[run.kind],
        mapping=Mapping.objects.filter(slug=run.mapping).first() if run.mapping else None,
        progress=store.progress_of(run.pk) if run.is_under_way else None,
        is_idle=run.is_under_way and not store.is_worked_on(run.pk),
        page=page,
        chosen=chosen,
        outcomes=[one for one in labels if one[2]],
        refused=run.counts.get("refused", 0),
        writes=sum(run.counts.get(name, 0) for name in ("made", "changed", "waits")),
        may=admin.has_add_permission(request) and KINDS[run.kind] in _kinds(request, "add", "change"),
    )


def do(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """A step that the page of a run offers."""
    run = get_object_or_404(Run, pk=pk)
    _allow(request, run, admin)
    step = request.POST.get("step", "")
    if step == "start" and run.is_under_way:
        waiting.start()
        return redirect("admin:intake_run_change", pk)
    if step not in STEPS:
        raise PermissionDenied
    state, allowed = STEPS[step]
    fields = {"undone_by": request.user} if step == "undo" else {}
    fields |= {"good_rows_only": step == "good"} if step in ("import", "good") else {}
    if not waiting.ask(run=run, state=state, allowed=allowed, **fields):
        messages.warning(request, "It has moved on meanwhile: see below where it stands.")
    elif step == "discard":
        store.drop(pk)
    else:
        waiting.start()
    return redirect("admin:intake_run_change", pk)


def refused(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """The rows that were refused, as they came, with the reasons: to be mended and brought in again."""
    run = get_object_or_404(Run, pk=pk)
    _allow(request, run, admin)
    answer = StreamingHttpResponse(_refused_pieces(run), content_type=FORMATS["csv"])
    answer["Content-Disposition"] = f'attachment; filename="refused-{pk}.csv"'
    return answer


def _refused_pieces(run: Run) -> Iterator[bytes]:
    lines = run.lines.filter(outcome=Line.Outcome.REFUSED).order_by("number", "pk")
    first = lines.first()
    heading = [name for name, _text in first.cells] if first else []
    yield b"\xef\xbb\xbf" + _line([*heading, "row", "why it was refused"])
    for line in lines.iterator(chunk_size=500):
        why = "; ".join(f"{one['column']}: {one['text']}" if one["column"] else one["text"] for one in line.messages)
        cells = dict(line.cells)
        yield _line([*(cells.get(name, "") for name in heading), str(line.number), why])


def _line(cells: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow([harmless(cell) for cell in cells])
    return text.getvalue().encode()


def take_out(admin: Any, request: HttpRequest) -> HttpResponse:
    """Rows as a file: those that the user may see in admin."""
    kinds = _kinds(request, "view")
    if not kinds:
        raise PermissionDenied
    form = ExportForm(request.GET or None, kinds=kinds, statuses=list(Status.choices))
    if not form.is_valid():
        return _page(admin, request, "take_out", "Take out a file", form=form)
    kind, extension, status = (form.cleaned_data[name] for name in ("kind", "format", "status"))
    rows: Any = KINDS[kind].model._default_manager.all()
    if status and issubclass(KINDS[kind].model, Publishable):
        rows = rows.filter(status=status)
    answer = StreamingHttpResponse(pieces(kind, extension, rows), content_type=FORMATS[extension])
    answer["Content-Disposition"] = f'attachment; filename="{kind}-{timezone.localdate().isoformat()}.{extension}"'
    return answer

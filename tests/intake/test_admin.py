"""The desk for files, by role: a file is tried, looked at, imported, undone; and whoever may not, may not."""

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from intake import store, waiting
from intake.models import Line, Mapping, Run
from reviews.models import CaseReview
from tests import factories as make
from themes.models import Theme

pytestmark = pytest.mark.django_db
CSV = b"reference,title,review_type\nF-1,Fictional review 1,FKR\nF-2,Fictional review 2,FKR\n"
BAD = CSV + b"F-3,,FKR\n"


@pytest.fixture(autouse=True)
def by_timer(settings: Any) -> None:
    """No process of its own: the test does its work (the whole way stands in test_processes.py)."""
    settings.IMPORT_BY_TIMER = True
    make.review_type("Fictional kind of review", abbreviation="FKR")


@pytest.fixture
def user_of(django_user_model: Any, client: Any) -> Any:
    def log_in(role: str) -> Any:
        user = django_user_model.objects.create_user(f"a-{role}", password="x", is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        client.force_login(user)
        return client

    return log_in


@pytest.fixture
def curator(user_of: Any) -> Any:
    return user_of("contributor")


def bring(client: Any, content: bytes = CSV, name: str = "table.csv", **fields: str) -> Any:
    data = {"kind": "reviews", "file": SimpleUploadedFile(name, content), "mapping": "", "existing": "", **fields}
    return client.post(reverse("admin:intake_run_add"), data)


def work() -> None:
    call_command("import_waiting", verbosity=0)


def page(client: Any, query: str = "") -> str:
    return client.get(reverse("admin:intake_run_change", args=[Run.objects.get().pk]) + query).content.decode()


def take(client: Any, step: str) -> Any:
    return client.post(reverse("admin:intake_do", args=[Run.objects.get().pk]), {"step": step}, follow=True)


def test_a_file_is_tried_then_imported_then_undone(curator):
    assert bring(curator).status_code == 302
    assert Run.objects.get().state == "waiting"
    assert "<progress" in page(curator)
    work()
    assert not CaseReview.objects.exists()
    assert "Import all of it" in page(curator)
    take(curator, "import")
    work()
    assert CaseReview.objects.count() == 2
    assert {row.created_by.username for row in CaseReview.objects.all()} == {"a-contributor"}
    assert not store.file_of(Run.objects.get().pk).exists()
    take(curator, "undo")
    work()
    run = Run.objects.get()
    assert (run.state, run.undone_by.username) == ("undone", "a-contributor")
    assert not CaseReview.objects.exists()


def test_a_workbook_comes_in_at_the_desk_as_a_csv_does(curator, tmp_path):
    book = Workbook()
    for cells in (["reference", "title", "review_type"], ["F-1", "Fictional review 1", "FKR"]):
        book.active.append(cells)
    book.save(tmp_path / "table.xlsx")
    assert bring(curator, (tmp_path / "table.xlsx").read_bytes(), "table.xlsx").status_code == 302
    work()
    assert "Import all of it" in page(curator)
    take(curator, "import")
    work()
    assert CaseReview.objects.get().title == "Fictional review 1"


def test_a_file_with_bad_rows_offers_the_good_ones_and_the_refused_ones_to_mend(curator):
    bring(curator, BAD)
    work()
    shown = page(curator)
    assert "Import all of it" not in shown
    assert "is needed for what is new" in shown
    answer = curator.get(reverse("admin:intake_refused", args=[Run.objects.get().pk]))
    assert b'F-3,,FKR,4,"title: is needed' in b"".join(answer.streaming_content)
    take(curator, "good")
    work()
    assert CaseReview.objects.count() == 2
    assert Run.objects.get().good_rows_only


def test_rows_are_shown_by_outcome(curator):
    bring(curator, BAD)
    work()
    assert "Fictional review 1" not in page(curator, "?outcome=refused")
    assert "Fictional review 1" in page(curator, "?outcome=made")
    assert "Fictional review 1" in page(curator, "?outcome=nonsense&page=zero")


def test_a_discarded_file_is_gone(curator):
    bring(curator)
    work()
    take(curator, "discard")
    run = Run.objects.get()
    assert run.state == "discarded"
    assert not store.file_of(run.pk).exists()


def test_a_file_that_nobody_decided_on_is_discarded_after_thirty_days(curator):
    bring(curator)
    work()
    run = Run.objects.get()
    for days, state in ((29, "checked"), (31, "discarded")):
        Run.objects.update(created_at=timezone.now() - datetime.timedelta(days=days))
        work()
        run.refresh_from_db()
        assert (run.state, store.file_of(run.pk).exists()) == (state, state == "checked")
    assert "Nobody decided on it for 30 days" in page(curator)


def test_a_button_pressed_twice_does_its_work_once(curator):
    bring(curator)
    work()
    take(curator, "import")
    assert "moved on meanwhile" in take(curator, "import").content.decode()
    work()
    assert "moved on meanwhile" in take(curator, "good").content.decode()
    assert CaseReview.objects.count() == 2


def test_an_import_whose_rows_have_gone_bad_since_its_trial_changes_nothing(curator):
    bring(curator)
    work()
    make.withdrawn(make.case_review(reference="F-1"))
    take(curator, "import")
    work()
    run = Run.objects.get()
    assert run.state == "checked"
    assert "Row 2" in run.message
    assert "was withdrawn" in run.message
    assert not CaseReview.objects.filter(reference="F-2").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7", "is a PDF"),
        (b"", "is empty"),
        (b"reference,reference\n", "stands there twice"),
        (b"PK\x03\x04nonsense", "cut off or damaged"),
    ],
)
def test_a_bad_file_is_refused_at_the_form_and_leaves_nothing(curator, content, words):
    answer = bring(curator, content)
    assert words in answer.content.decode()
    assert not Run.objects.exists()
    assert not [path for path in store.directory().iterdir() if path.suffix in (".file", ".part")]


def test_a_file_that_is_bad_further_down_is_refused_by_its_trial(curator):
    bring(curator, CSV + b'F-3,"never closed,FKR\n')
    work()
    run = Run.objects.get()
    assert run.state == "refused"
    assert "Row 4: a quotation mark" in run.message
    assert not Line.objects.exists()


def test_a_file_that_is_too_large_is_refused_in_words(curator, settings):
    settings.UPLOAD_MAX_MB = 1
    answer = bring(curator, CSV + b"x" * (2 << 20))
    assert "larger than 1 MB" in answer.content.decode()
    assert not Run.objects.exists()


def test_many_files_fill_no_more_room_than_one_may(client, settings):
    settings.UPLOAD_MAX_MB = 1
    files = {f"file{n}": SimpleUploadedFile(f"{n}.csv", b"x" * (600 << 10)) for n in range(5)}
    answer = client.post(reverse("alerts:link"), files)
    kept = [one.size for one in answer.wsgi_request.FILES.values()]
    assert sum(kept) <= 1 << 20


def test_unknown_columns_are_matched_once_and_the_next_file_is_read_without_asking(curator):
    other = b"Nr,Report title,Sort\nX-1,Fictional report,Fictional kind of review\n"
    answer = bring(curator, other)
    matching = reverse("admin:intake_match", args=[Run.objects.get().pk])
    assert answer.url == matching
    assert b'<option value="Report title" selected>' in curator.get(matching).content
    said = {"name": "Elsewhere", "existing": "fill", "from-reference": "Nr", "from-title": "Report title"}
    assert b"Say where these come from: review_type" in curator.post(matching, said).content
    curator.post(matching, {**said, "from-review_type": "Sort", "always-nation": "wales"})
    work()
    assert Run.objects.get().state == "checked"
    take(curator, "import")
    work()
    assert CaseReview.objects.get(reference="X-1").nation == "wales"
    assert Mapping.objects.get().slug == "elsewhere"
    Run.objects.all().delete()
    bring(curator, other)
    assert Run.objects.get().state == "waiting"


def test_a_mapping_that_says_nonsense_is_refused(user_of):
    client = user_of("contributor")
    data = {
        "slug": "a",
        "name": "A",
        "kind": "reviews",
        "existing": "fill",
        "only": "{}",
        "columns": '{"tittle": {"from": "T"}}',
    }
    answer = client.post(reverse("admin:intake_mapping_add"), data)
    assert "‘tittle’ is no column" in answer.content.decode()


# -- who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["viewer", "administrator"])
def test_who_may_not_write_may_not_bring_in(user_of, curator, role):
    bring(curator)
    work()
    client = user_of(role)
    assert client.get(reverse("admin:intake_run_add")).status_code == 403 or role == "administrator"
    assert bring(client).status_code != 302
    assert client.post(reverse("admin:intake_do", args=[Run.objects.get().pk]), {"step": "import"}).status_code == 403
    assert Run.objects.get().state == "checked"


def test_a_contributor_may_not_bring_in_a_vocabulary(curator):
    answer = bring(curator, b"label,code\nFictional,F1\n", kind="themes")
    assert answer.status_code == 200
    work()
    assert not Theme.objects.exists()


@pytest.mark.parametrize("name", ["intake_run_add", "intake_run_changelist", "intake_out"])
def test_a_stranger_is_asked_to_log_in(client, name):
    assert client.get(reverse(f"admin:{name}")).url.startswith("/admin/login/")


@pytest.mark.parametrize("name", ["intake_do", "intake_match", "intake_refused", "intake_run_change"])
def test_a_stranger_sees_no_run(client, name):
    run = Run.objects.create(kind="reviews", file_name="a", file_hash="b", file_size=1)
    method = client.post if name == "intake_do" else client.get
    assert method(reverse(f"admin:{name}", args=[run.pk])).url.startswith("/admin/login/")


def test_nobody_deletes_a_run(admin_client):
    run = Run.objects.create(kind="reviews", file_name="a", file_hash="b", file_size=1)
    assert admin_client.post(reverse("admin:intake_run_delete", args=[run.pk])).status_code == 403


def test_a_step_is_never_taken_by_a_link(curator):
    bring(curator)
    assert curator.get(reverse("admin:intake_do", args=[Run.objects.get().pk])).status_code == 405


# -- out -------------------------------------------------------------------------------------------------------------


def test_what_a_user_may_see_goes_out(user_of):
    client = user_of("viewer")
    make.case_review(draft=True, title="Fictional draft")
    address = reverse("admin:intake_out")
    answer = client.get(address, {"kind": "reviews", "format": "csv"})
    assert b"Fictional draft" in b"".join(answer.streaming_content)
    assert "attachment" in answer["Content-Disposition"]
    answer = client.get(address, {"kind": "reviews", "format": "csv", "status": "published"})
    assert b"Fictional draft" not in b"".join(answer.streaming_content)
    assert "Only reviews go out as RIS" in client.get(address, {"kind": "themes", "format": "ris"}).content.decode()


# -- broken off ------------------------------------------------------------------------------------------------------


def test_a_run_whose_process_died_is_given_back(curator):
    bring(curator)
    work()
    Run.objects.update(state="importing")
    assert waiting.BROKEN_OFF in page(curator)
    assert Run.objects.get().state == "checked"


def test_a_run_that_is_worked_on_is_left_alone(curator):
    bring(curator)
    run = Run.objects.get()
    with store.at_work(run.pk) as mine:
        assert mine
        Run.objects.update(state="checking")
        waiting.give_back_broken_off()
        assert Run.objects.get().state == "checking"
        with store.at_work(run.pk) as other:
            assert not other


def test_an_error_of_the_site_is_said_and_changes_nothing(curator, monkeypatch, caplog):
    bring(curator)
    work()
    take(curator, "import")

    def fail(**_anything: Any) -> None:
        raise RuntimeError("a fictional failure")

    monkeypatch.setattr("intake.actions.carry_out", fail)
    work()
    run = Run.objects.get()
    assert (run.state, run.message) == ("checked", waiting.FAILED)
    assert "a fictional failure" in caplog.text

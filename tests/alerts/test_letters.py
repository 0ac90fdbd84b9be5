"""What mails say: the same in both parts, in two languages, valid, and nothing on a lock screen."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy

import html5lib
import pytest
from django.utils import translation

from alerts import actions
from alerts.letters import letter_of
from alerts.models import Mail
from alerts.outgoing import message_of
from publishing import actions as publishing
from publishing.snapshots import snapshot
from search.listings import LISTINGS
from tests import factories as make
from tests.alerts.mailing import follow, queue
from tests.pages import hooks, text_of

pytestmark = pytest.mark.django_db
LANGUAGES = ["en-gb", "cy"]
#: Words that a stranger must not read on a locked screen.
TELLING = re.compile(r"child|abuse|safeguard|review|death|plant|cam-drin|diogelu|adolyg|marw", re.IGNORECASE)


def content():
    theme = make.theme("Fictional theme", label_cy="Thema ffuglennol")
    review = make.case_review("A <fictional> review & more ‘quoted’", themes=[theme])
    make.learning_point("A fictional child is heard.", sources=[review], themes=[theme])
    make.recommendation("Fictional partners listen.", sources=[review])
    make.briefing("A fictional briefing", items=[])
    return theme


def news(kind, language):
    theme = content()
    query = f"theme={theme.slug}" if kind in ("review", "learning") else ""
    follow("reader@example.org", kind, query, language=language)
    content_again = {"review": make.case_review, "learning": make.learning_point}.get(kind)
    if content_again:
        content_again("A <fictional> new thing & more ‘quoted’.", themes=[theme])
    elif kind == "recommendation":
        make.recommendation("A <fictional> new thing & more ‘quoted’.")
    else:
        make.briefing("A <fictional> new thing & more ‘quoted’.", items=[])
    queue()
    return Mail.objects.get(what="news")


def confirmation(language):
    content()
    wish = {"kind": "review", "query": "nation=england", "frequency": "weekly"}
    return actions.ask(address="reader@example.org", language=language, **wish)


def link(language):
    follow("reader@example.org")
    return actions.ask_for_link(address="reader@example.org", language=language)


MAILS = {kind: lambda language, kind=kind: news(kind, language) for kind in LISTINGS}
MAILS |= {"confirm": confirmation, "link": link}


@dataclass(frozen=True)
class Made:
    """A mail as it leaves, and what the outbox has of it."""

    raw: bytes
    what: str
    message_id: str

    @property
    def message(self):
        return message_from_bytes(self.raw, policy=policy.default)

    def part(self, kind):
        return self.message.get_body((kind,)).get_content()


def made_of(mail):
    related = "subscriber", "alert__subscriber", "alert__followed", "batch__followed"
    mail = Mail.objects.select_related(*related).get(pk=mail.pk)
    with translation.override(mail.language):
        raw = message_of(mail, letter_of(mail)).message().as_bytes(linesep="\r\n")
    return Made(raw, mail.what, mail.message_id)


_made = {}


@pytest.fixture(params=[(name, language) for name in MAILS for language in LANGUAGES], ids="-".join)
def mail(request):
    """Each is made once; every test looks at the same one."""
    name, language = request.param
    if request.param not in _made:
        _made[request.param] = made_of(MAILS[name](language))
    return _made[request.param]


def test_html_is_valid_and_loads_nothing(mail):
    html = mail.part("html")
    root = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    assert not list(root.iter("img"))
    assert not hooks(root, "src")
    assert not hooks(root, "background")
    assert not list(root.iter("script"))
    assert not list(root.iter("link"))
    assert "url(" not in html
    assert text_of(root.find("head/title"))


def words(text):
    """Words and addresses, without the marks by which a text stands for a heading or an item."""
    return [word for word in text.split() if word.strip("-·")]


def test_text_says_the_same_as_html(mail):
    made = mail.message
    root = html5lib.HTMLParser(namespaceHTMLElements=False).parse(made.get_body(("html",)).get_content())
    said = words(" ".join(root.find("body").itertext()))
    addresses = [one.attrib["href"] for one in root.iter("a")]
    assert sorted(words(made.get_body(("plain",)).get_content())) == sorted(said + addresses)


def test_nothing_counts_who_opens_it_or_follows_a_link(mail, settings):
    """Every address is of the site, and only those that act for the subscriber carry a key."""
    for address in re.findall(r"https?://\S+", mail.part("plain")):
        assert address.startswith(settings.SITE_URL + "/")
        if "key=" in address:
            assert re.search(r"/alerts/(confirm|manage|end)/\?key=", address)
        else:
            assert "utm" not in address


def test_lock_screen_shows_nothing_of_the_matter(mail):
    """Subject, sender, and the first line of the text, which phones show beside them."""
    made = mail.message
    assert not TELLING.search(str(made["Subject"]))
    assert not TELLING.search(str(made["From"]))
    assert not TELLING.search(" ".join(mail.part("plain").split())[:140])


def test_operator_chooses_sender_and_subject(settings):
    settings.ALERTS_FROM, settings.ALERTS_SUBJECT = "Post <post@example.org>", "Reading"
    made = made_of(news("review", "en-gb")).message
    assert made["From"] == "Post <post@example.org>"
    assert made["Subject"] == "Reading"


def test_headers_let_a_mail_program_end_the_alert_at_one_press(mail, settings):
    made = mail.message
    if mail.what == Mail.What.NEWS:
        address = made["List-Unsubscribe"].strip(" <>")
        assert address.startswith(f"{settings.SITE_URL}/")
        assert "/alerts/end/?key=" in address
        assert made["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    else:
        assert made["List-Unsubscribe"] is None
    assert made["Message-ID"] == mail.message_id
    assert made["Auto-Submitted"] == "auto-generated"


def test_parts_are_seven_bit_and_lines_short(mail):
    assert mail.raw.isascii()
    assert max(map(len, mail.raw.split(b"\r\n"))) <= 998


def test_welsh_mail_marks_what_is_in_english_alone():
    html = made_of(news("review", "cy")).part("html")
    assert '<html lang="cy">' in html
    assert 'lang="en">A &lt;fictional&gt; new thing' in html
    assert "Thema ffuglennol" in html


def test_draft_and_pending_texts_are_in_no_mail():
    follow("reader@example.org")
    row = make.case_review("Public words")
    changed = snapshot(row)
    changed["fields"]["title"] = "Secret pending"
    publishing.save_pending(row=row, content=changed)
    make.case_review("Secret draft", draft=True)
    queue()
    said = made_of(Mail.objects.get()).part("plain")
    assert row.title in said
    assert "Secret" not in said


def test_fictional_thing_says_so():
    follow("reader@example.org")
    row = make.case_review("Made up")
    type(row).objects.update(fictional=True)
    queue()
    assert "Not a real review" in made_of(Mail.objects.get()).part("plain")

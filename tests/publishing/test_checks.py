"""A look before publishing: what is found, what is not, and the page that asks the editor."""

import datetime

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from publishing import actions, checks, identifying, wording
from publishing.checks import Text
from publishing.links.models import Link
from publishing.models import Status
from publishing.snapshots import snapshot
from reviews.models import LearningPoint
from search.similar import NEARLY, likeness, similar, stems
from tests import factories as make
from tests.pages import form_data, parsed

SOME = "A plain sentence."


class Bare:
    """A draft of some texts, without a row."""

    def __init__(self, *texts, place=""):
        self.texts = [Text("text", text) for text in texts]
        self.row = type("Row", (), {"place_fields": ("area",), "area": place})()


def problems(check, text, place=""):
    return [one.problem for one in check(Bare(text, place=place))]


# -- tables of examples ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "He was born on 3 March 2014.",
        "Born 03/03/2014, he lived with his aunt.",
        "DOB 2014-03-03",
        "D.O.B. 3.3.14",
        "She died on the 21st of December 2019 in hospital.",
        "The baby’s death on December 21st, 2019 was not expected.",
        "On 9 May she was killed.",
        "It was a suicide. It followed on 1 Sept 2020 the murder of his mother.",
    ],
)
def test_day_of_a_birth_or_a_death_is_found(text):
    assert problems(identifying.dates, text)


@pytest.mark.parametrize(
    "text",
    [
        "He was born in 2014.",
        "She died in March 2019.",
        "The inspection began on 3 March 2020.",
        "The Act came into force on 1 October 2021. Nobody died.",
        "A birth plan was made in May 2020.",
        "Deaths rose by 3 March to March.",
        "In 2019 to 2020 there were 12 deaths.",
        "Version 1.2.3 of the form asks about deaths.",
    ],
)
def test_other_dates_are_left_alone(text):
    assert not problems(identifying.dates, text)


@pytest.mark.parametrize(
    "text",
    [
        "The boy, aged 14, was known to nobody.",
        "A 7-week-old baby was injured.",
        "She was 3 years old.",
        "He was fifteen years old when he came.",
        "At 22 months of age she was weighed.",
        "A baby at the age of 9 weeks",
        "An 11 month old child was left alone.",
    ],
)
def test_exact_age_with_a_small_area_is_found(text):
    assert problems(identifying.ages, text, place="Fictional-on-Sea")
    assert problems(identifying.ages, f"{text} It happened in the village of Nowhere.")
    assert not problems(identifying.ages, text)


@pytest.mark.parametrize(
    "text",
    [
        "Children aged 16 and 17 who are homeless",
        "children aged 16 or 17",
        "young people aged 16 to 19",
        "children aged 10–15",
        "children under the age of 5",
        "everyone over 18 years of age",
        "homeless 16- and 17-year-olds",
        "three-year-olds in nurseries",
        "children between seven and 15 years old",
        "until the age of 25",
        "aged 65 and over",
        "The pages 14 to 16 say more.",
    ],
)
def test_ages_of_groups_are_left_alone(text):
    assert not problems(identifying.ages, text, place="Fictional-on-Sea")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Mr Fictional did not answer.", "Fictional"),
        ("A visit by Mrs Nobody-Smith", "Nobody-Smith"),
        ("Dr. Nobody saw the child.", "Nobody"),
        ("Her mother Jane came.", "Jane"),
        ("her brother, Jack, saw it", "Jack"),
        ("his stepfather called Peter", "Peter"),
        ("the older half-sister named Anna", "Anna"),
        ("a girl known as Molly", "Molly"),
        ("Miss O’Nobody taught him.", "O’Nobody"),
    ],
)
def test_name_after_a_title_or_a_relation_is_found(text, name):
    assert any(f"‘{name}’" in problem for problem in problems(identifying.names, text))


@pytest.mark.parametrize(
    "text",
    [
        "Mr A and Ms B", "Child Q’s mother", "The mother was not asked.", "Her mother Child A", "the father. Police came",
        "a partner in England", "her sister on Monday", "The brother, Adult Z", "the son, Baby T", "a Dr and a nurse",
        "called the police", "Mother and Father", "the mother Polish by birth", "The Master’s degree",
    ],
)  # fmt: skip
def test_pseudonyms_and_roles_are_left_alone(text):
    assert not problems(identifying.names, text)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("They lived at SW1A 1AA.", "postcode"),
        ("M1 1AE", "postcode"),
        ("near CF101BH in 2019", "postcode"),
        ("Call 01632 960123.", "telephone"),
        ("on (01632) 960 123", "telephone"),
        ("+44 7700 900123", "telephone"),
        ("0044 (0)7700 900123", "telephone"),
        ("07700900123", "telephone"),
        ("NHS number 943 476 5919", "NHS"),
        ("9434765919", "NHS"),
        ("943-476-5919", "NHS"),
        ("case number 2019/0451", "case"),
        ("Crime ref. 42CR1234", "case"),
        ("hospital no. A12345", "case"),
        ("[2020] EWFC 12", "case"),
        ("in ZC14C00123", "case"),
        ("QQ would not do, AB 12 34 56 C does", "National Insurance"),
        ("write to someone@agency.example", "e-mail"),
        ("at 12 Nowhere Street", "address"),
        ("at 4b, Old Mill Lane", "address"),
    ],
)
def test_numbers_and_addresses_are_found(text, what):
    assert any(what in problem for problem in problems(identifying.numbers, text))


@pytest.mark.parametrize(
    "text",
    [
        "In 2019 to 2020, 1,234,567,890 pounds were spent.",
        "a set of 72 reviews",
        "943 476 5918",
        "1111111111",
        "002952-2013",
        "Part 2 of 10",
        "the case numbers grew",
        "No case number was given.",
        "section 47 enquiries",
        "GP 24 hours",
        "Call 999 or 101.",
        "Key Stage 2 in Year 6",
        "page 3 of 36",
        "E10000020",
        "1st Street-based team",
        "10.1016/0145-2134",
        "0145-2134(20)12",
    ],
)
def test_other_numbers_are_left_alone(text):
    assert not problems(identifying.numbers, text)


@pytest.mark.parametrize(("number", "right"), [("9434765919", True), ("4010232137", True), ("9434765918", False),
                                               ("943476591", False), ("", False), ("2222222222", False)])  # fmt: skip
def test_check_digit_of_an_nhs_number(number, right):
    assert identifying.is_nhs_number(number) is right


# -- the house style -------------------------------------------------------------------------------------------------


def test_there_is_one_list_and_every_phrase_of_it_is_found_with_its_advice():
    table = wording.house_style().read_text().partition(wording.HEADING)[2]
    rows = [line for line in table.splitlines() if line.startswith("|")][2:]
    phrases = [phrase.strip() for row in rows for phrase in row.split("|")[1].split(";")]
    assert len(rows) == 32
    assert set(wording.advice()) == {one if one.isupper() else one.casefold() for one in phrases}
    for phrase in phrases:
        found = [one.phrase for _match, one in wording.avoided(f"They said {phrase}, and went on.")]
        assert found, phrase
        assert wording.advice()[phrase if phrase.isupper() else phrase.casefold()].prefer


@pytest.mark.parametrize(
    "text",
    [
        "The source speaks of ‘domestic violence’.",
        "He said “a toxic relationship” to her.",
        "The Domestic Violence Disclosure Scheme was used.",
        "Independent domestic violence advisers came.",
        "SCR (England) and MAPPA SCR",
        "a lac insect",
        "claimedly", "evilness",
        "Workers worked particularly hard to engage him.",
        "the disabled children’s team",
        "a Battersea tale",
    ],
)  # fmt: skip
def test_quotations_and_kept_names_are_left_alone(text):
    assert not list(wording.avoided(text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The child’s ‘own’ words, and domestic\nviolence.", "domestic violence"),
        ("An SCR was held.", "SCR"),
        ("LAC reviews", "LAC"),
        ("Lessons have been learned.", "lessons have been learned"),
        ("The mother failed to protect", "failed to protect"),
    ],
)
def test_words_that_the_style_avoids_are_found_in_any_shape(text, found):
    assert [one.phrase for _match, one in wording.avoided(text)] == [found]


# -- rows ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def point(db):
    return make.learning_point("Agencies listen to a child.", draft=True)


def found(row, words):
    return [one for one in checks.look(row) if words in one.problem]


@pytest.mark.django_db
class TestRow:
    def test_plain_row_is_let_through(self, point):
        assert checks.look(point) == []

    def test_place_of_a_finding_is_named_down_to_the_piece_of_evidence(self, point):
        make.evidence(point, make.case_review(), note="Her brother Jack told it.", order=2)
        assert [one.place for one in found(point, "Jack")] == ["evidence 2, note"]

    def test_missing_evidence_blocks(self, db):
        [one] = checks.look(make.learning_point(draft=True, sources=[]))
        assert one.blocks
        assert "no evidence" in one.problem

    def test_date_in_the_future_blocks_and_refuses_by_whatever_way(self, point):
        point.as_at, point.as_at_precision = timezone.localdate() + datetime.timedelta(days=1), "day"
        point.save()
        assert [one.blocks for one in found(point, "future")] == [True]
        with pytest.raises(actions.Refused, match="lies in the future"):
            actions.publish(row=point)

    def test_today_is_not_the_future(self, point):
        point.as_at, point.as_at_precision = timezone.localdate(), "day"
        point.save()
        actions.publish(row=point)

    def test_future_date_of_a_change_refuses_it(self, db):
        point = make.learning_point()
        content = snapshot(point)
        content["fields"] |= {"as_at": "2999-01-01", "as_at_precision": "day"}
        actions.save_pending(row=point, content=content)
        with pytest.raises(actions.Refused, match="lies in the future"):
            actions.publish_pending(row=point)

    def test_dead_link_of_a_cited_document_is_found(self, db):
        dead = make.document(url="https://gone.example/")
        Link.objects.create(url=dead.url, status="dead", failures=2)
        point = make.learning_point(draft=True)
        point.evidence.update(document=dead)
        assert [one.place for one in found(point, "link")] == ["evidence 1, document"]
        review = make.case_review(draft=True, documents=[dead])
        assert [one.place for one in found(review, "link")] == ["documents"]

    def test_exact_age_beside_a_review_of_one_area_is_found(self, db):
        of_area = make.case_review(area_name="Fictional-on-Sea")
        point = make.learning_point("A boy aged 12 was not asked.", draft=True, sources=[of_area])
        assert found(point, "Fictional-on-Sea")
        make.evidence(point, make.case_review(), note="Nothing of that.")
        assert not found(point, "small area")
        point.evidence.filter(review=of_area).update(note="The boy was 12 years old.")
        assert [one.place for one in found(point, "small area")] == ["evidence 1, note"]

    def test_area_of_a_review_and_an_age_in_it_are_found(self, db):
        review = make.case_review(draft=True, area_name="Fictional-on-Sea", summary="A baby, 7 weeks old, was injured.")
        assert found(review, "small area")

    @pytest.mark.parametrize("draft", [True, False])
    def test_twin_is_found_among_drafts_and_published_rows(self, db, draft):
        first = make.learning_point("Agencies should ask the child about the home, and act on the answer.", draft=draft)
        twin = make.learning_point("Agencies should ask a child about home and act on the answers.", draft=True)
        assert [first.code in one.problem for one in found(twin, "says the same")] == [True]

    def test_same_review_title_is_found_and_one_of_another_place_is_not(self, db):
        make.case_review("Fictional Town: how agencies protect children who live with domestic abuse")
        other = make.case_review("Nowhere: how agencies protect children who live with domestic abuse", draft=True)
        assert not found(other, "says")
        again = make.case_review(
            "Fictional town: How agencies protect children who live with domestic abuse", draft=True
        )
        assert found(again, "says the same")

    def test_change_is_looked_at_and_undone(self, db):
        point = make.learning_point()
        content = snapshot(point)
        content["fields"]["statement"] = "Her brother Jack was not asked."
        findings = checks.look_at_pending(point, content)
        assert [one.place for one in findings] == ["statement"]
        assert snapshot(LearningPoint.objects.get()) == snapshot(point)


@pytest.mark.django_db
class TestSimilar:
    def test_most_alike_come_first_and_the_row_itself_is_left_out(self):
        one = make.learning_point("Workers ask the child what home is like.")
        two = make.learning_point("Workers ask what home is like for the child and the baby.", draft=True)
        make.learning_point("Letters are sent in time.")
        assert [found.row for found in similar(LearningPoint, one.statement)] == [one, two]
        assert [found.row for found in similar(LearningPoint, one.statement, besides=one)] == [two]

    @pytest.mark.parametrize("text", ["", "   ", "the of and", "\x00", "日本", "-police", '"', "x" * 5000])
    def test_any_text_may_be_asked(self, text):
        make.learning_point()
        assert similar(LearningPoint, text) == []

    def test_changed_word_keeps_a_sentence_near_and_another_sentence_is_far(self):
        one = stems("Practitioners speak with the child alone and write down what the child said.")
        near = stems("Practitioners talk with the child alone and write down what the child said.")
        far = stems("Practitioners read the records of other agencies before a visit.")
        assert likeness(one, near) >= NEARLY > likeness(one, far)

    def test_rows_cost_no_statement_each(self, django_assert_max_num_queries):
        for _ in range(5):
            make.learning_point("Workers ask the child what home is like.")
        similar(LearningPoint, "Workers")  # the synonyms are read once for each version of the content
        with django_assert_max_num_queries(10):
            assert len(similar(LearningPoint, "Workers ask the child what home is like.")) == 5


# -- the page --------------------------------------------------------------------------------------------------------

LIST = reverse("admin:reviews_learningpoint_changelist")


@pytest.fixture
def desk(client, db, settings):
    settings.TWO_PAIRS_OF_EYES = False  # here it is the look that is tested
    client.force_login(get_user_model().objects.create_superuser("fictional-editor"))
    return client


def publish(desk, *rows, action="publish", **more):
    chosen = {"action": action, "_selected_action": [row.pk for row in rows], "confirmed": "yes"}
    return desk.post(LIST, chosen | more, follow=True)


def test_warning_is_shown_with_its_place_and_remedy_before_anything_is_published(desk):
    point = make.learning_point("Her brother Jack was not asked.", draft=True)
    page = publish(desk, point).content.decode()
    assert "Nothing is published yet" in page
    for words in ("Statement.", "‘Jack’ after ‘brother’", "Use the pseudonym"):
        assert words in page
    point.refresh_from_db()
    assert point.status == Status.DRAFT


def test_editor_who_confirms_publishes(desk):
    point = make.learning_point("Her brother Jack was not asked.", draft=True)
    data = form_data(parsed(publish(desk, point), strict=False), "look")
    assert "may_stay" not in data
    assert "Tick the box" in desk.post(LIST, data, follow=True).content.decode()
    desk.post(LIST, data | {"may_stay": [str(point.pk)]})
    assert LearningPoint.objects.get().is_published


def test_what_came_up_after_the_look_is_shown_again(desk):
    point = make.learning_point("Her brother Jack was not asked.", draft=True)
    data = form_data(parsed(publish(desk, point), strict=False), "look") | {"may_stay": [str(point.pk)]}
    LearningPoint.objects.update(statement="Her brother Jack and Mr Nobody were not asked.")
    assert "Nobody" in desk.post(LIST, data, follow=True).content.decode()
    assert not LearningPoint.objects.get().is_published


def test_seal_made_by_hand_publishes_nothing(desk):
    point = make.learning_point("Her brother Jack was not asked.", draft=True)
    publish(desk, point, look="0" * 20, may_stay=str(point.pk))
    assert not LearningPoint.objects.get().is_published


def test_blocked_row_has_no_box_and_is_not_published(desk):
    point = make.learning_point(draft=True, sources=[])
    page = publish(desk, point)
    data = form_data(parsed(page, strict=False), "look")
    assert "cannot be published until" in page.content.decode()
    assert 'value="Publish"' not in page.content.decode()
    desk.post(LIST, data | {"may_stay": [str(point.pk)]})
    assert not LearningPoint.objects.get().is_published


def test_change_that_waits_is_shown_before_it_is_swapped_in(desk):
    point = make.learning_point()
    content = snapshot(point)
    content["fields"]["statement"] = "Her brother Jack was not asked."
    actions.save_pending(row=point, content=content)
    page = publish(desk, point, action="publish_changes")
    assert "Jack" in page.content.decode()
    data = form_data(parsed(page, strict=False), "look") | {"may_stay": [str(point.pk)]}
    desk.post(LIST, data)
    assert LearningPoint.objects.get().statement == "Her brother Jack was not asked."


def test_markup_of_a_text_is_shown_as_text(desk):
    point = make.learning_point("Her brother Jack <script>alert(1)</script> was not asked.", draft=True)
    assert "<script>alert(1)" not in publish(desk, point).content.decode()

"""Words and numbers that may identify a person: dates, ages, names, addresses, numbers of records.

A warning is a question, not a verdict: a pattern cannot know who is meant. What is measured over real texts, and how
often it is wrong there, stands in docs/curating.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from publishing.checks import Draft, Finding, Text, around

MONTHS = (
    "Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    "|Nov(?:ember)?|Dec(?:ember)?"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
FULL_DATE = re.compile(
    rf"\b(?:{_DAY}(?:st|nd|rd|th)?(?:\s+of)?\s+(?:{MONTHS})\b\.?(?:,?\s+\d{{4}})?"
    rf"|(?:{MONTHS})\.?\s+{_DAY}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?(?![\d%])"
    rf"|{_DAY}\s?[/.-]\s?(?:0?[1-9]|1[0-2])\s?[/.-]\s?(?:\d{{4}}|\d{{2}})(?!\d)"
    rf"|\d{{4}}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d))",
    re.IGNORECASE,
)
#: Words of a life, its beginning and its end; in the same sentence they make a date one of a person.
LIFE = re.compile(
    r"\b(?:born|birth|birthday|d\.?o\.?b\.?|dies|died|dying|death|dead|deceased|killed|killing|murder(?:ed)?"
    r"|manslaughter|stillborn|passed away|took (?:his|her|their) own life|suicide|drowned|stabbed|found unresponsive"
    r"|fatal(?:ly)?|funeral|inquest)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?](?=\s+[A-Z‘“])|\n+")

_NUMBER = (
    r"(?:\d{1,3}(?!\d)|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
    r"|seventeen|eighteen|nineteen)"
)
#: One person's age: ‘aged 14’, ‘7-week-old’, ‘3 years and 2 months old’. Ranges and groups are not.
AGE = re.compile(
    rf"\b(?:aged?\s+(?:of\s+)?{_NUMBER}(?:\s*(?:years?|months?|weeks?|days?))?"
    r"(?!\s*(?:to|and\s+(?:over|under|above|older|younger)|or\s+(?:over|under|older|younger|more)|-|–|—|\+|,?\s*(?:and|or)\s+\d|/|%))"
    rf"|{_NUMBER}[\s-]+(?:year|month|week|day)s?[\s-]+old(?!s)\b"
    rf"|{_NUMBER}\s+(?:years?|months?|weeks?|days?)\s+of\s+age\b(?!\s*(?:and|or)\s+(?:over|under|older|younger)))",
    re.IGNORECASE,
)
_RANGE_BEFORE = re.compile(
    r"(?:under|over|below|above|least|between|from|to|after|before|until|since|by|than|reach(?:es|ed|ing)?|beyond|[–-]"
    r"|(?:\d|one|two|three|four|five|six|seven|eight|nine|ten)-?\s+(?:and|or))"
    r"\s*(?:the\s*)?$",
    re.IGNORECASE,
)
#: Places that only some hundred people live or learn in.
SMALL_PLACE = re.compile(
    r"\b(?!The\s)(?:[A-Z][\w’'-]+\s+){1,3}(?:Street|Road|Avenue|Lane|Close|Drive|Crescent|Terrace|Estate|Village|Nursery"
    r"|(?:Primary|Infant|Junior|Secondary|High|Grammar|Community)?\s?School|Academy|College|Surgery|Children[’']s Centre|Church)\b"
    r"|\b(?:village|hamlet|suburb|estate|small town)\s+of\s+[A-Z][a-z]+"
)

#: What follows a title or a relation and is no name.
NOT_A_NAME = frozenset(
    [
        "Adult",
        "Anonymous",
        "Baby",
        "Boy",
        "Carer",
        "Child",
        "Family",
        "Father",
        "Girl",
        "Infant",
        "Male",
        "Female",
        "Mother",
        "Parent",
        "Partner",
        "Person",
        "Sibling",
        "Step",
        "Stepfather",
        "Subject",
        "Unborn",
        "Young",
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "England",
        "Wales",
        "Scotland",
        "Ireland",
        "Northern",
        "British",
        "English",
        "Welsh",
        "Scottish",
        "Irish",
        "Black",
        "White",
        "Asian",
        "African",
        "Polish",
        "Romanian",
        "Pakistani",
        "Indian",
        "Bangladeshi",
        "Muslim",
        "Christian",
        "Jewish",
        "Roma",
        "Traveller",
        "Gypsy",
        "Council",
        "Social",
        "Services",
        "Service",
        "Police",
        "Hospital",
        "Health",
        "Act",
        "Court",
        "Safeguarding",
        "Children",
        "Domestic",
        "The",
        "In",
        "On",
        "At",
        "When",
        "While",
        "Where",
        "After",
        "Before",
        "During",
        "He",
        "She",
        "They",
        "It",
        "This",
        "That",
        "There",
        "His",
        "Her",
        "Their",
        "And",
        "But",
        "As",
        "If",
        "For",
        "To",
        "From",
        "With",
        "Who",
        "Was",
        "Were",
        "Had",
        "Has",
        "Is",
        "Are",
        "Did",
        "Not",
        "No",
        "One",
        "Two",
        "Both",
        "Each",
        "Some",
        "Many",
        "Most",
        "All",
        "Of",
        "Or",
        "Nor",
        "So",
        "Then",
        "Thus",
        "What",
    ]
)
TITLE = re.compile(
    r"\b(?P<title>Mr|Mrs|Ms|Miss|Master|Dr|Doctor|Prof|Professor|PC|Sir|Lady)\b\.?\s+(?P<name>[A-Z][\w’'-]+)"
)
RELATION = re.compile(
    r"\b(?P<title>(?:step|half[- ]|grand|great[- ]?grand|god|foster )?-?(?:mother|father|mum|mummy|dad|daddy|brother|sister|son"
    r"|daughter|sibling|parent)|twin|uncle|aunt|auntie|cousin|nephew|niece|partner|husband|wife|boyfriend|girlfriend|fiancé"
    r"|stepfather|stepmother|grandma|grandad|granny|nan|friend)\b,?\s+(?:(?:was\s+)?(?:called|named)\s+)?"
    r"(?P<name>[A-Z][a-z][\w’'-]*)",
)
CALLED = re.compile(r"\b(?P<title>called|named|known as)\s+(?P<name>[A-Z][a-z][\w’'-]+)(?:\s+[A-Z][a-z]+)?")

_AREAS = (
    "AB|AL|BA|BB|BD|BF|BH|BL|BN|BR|BS|BT|BX|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|EC|EH|EN|EX|FK|FY|GL"
    "|GU|GY|HA|HD|HG|HP|HR|HS|HU|HX|IG|IM|IP|IV|JE|KA|KT|KW|KY|LA|LD|LE|LL|LN|LS|LU|ME|MK|ML|NE|NG|NN|NP|NR|NW|OL|OX|PA|PE"
    "|PH|PL|PO|PR|RG|RH|RM|SA|SE|SG|SK|SL|SM|SN|SO|SP|SR|SS|ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS|TW|UB|WA|WC|WD|WF|WN|WR|WS|WV|YO"
    "|ZE|B|E|G|L|M|N|S|W"
)
POSTCODE = re.compile(rf"\b(?:(?:{_AREAS})\d[A-Z\d]?\s?\d[ABD-HJLNP-UW-Z]{{2}}|GIR\s?0AA)\b")
HOUSE = re.compile(
    r"\b\d{1,4}[A-Za-z]?,?\s+(?:[A-Z][\w’'-]+\s+){1,3}(?:Street|Road|Avenue|Lane|Close|Drive|Crescent|Terrace|Way|Place|Gardens)\b"
)
EMAIL = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")
PHONE = re.compile(
    r"(?<![\d.,/])(?:(?:\+|00)44[\s-]?(?:\(0\)\s?)?|\(?0)(?=[\s-]*[1-35789])(?=(?:[\s)-]{0,2}\d){9,10}(?!\d))"
    r"(?:[\s-]?\d){2,5}\)?(?:[\s-]{0,2}\d){4,8}(?![\d/(]|[.,]\d)"
)
TEN_FIGURES = re.compile(r"(?<![\d.,/-])\d{3}([\s-]?)\d{3}\1\d{4}(?![\d/-]|[.,]\d)")
INSURANCE = re.compile(r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D]\b")
#: ‘case number 2019/0451’, ‘crime ref. 42CR/123’, and the forms of the courts: [2020] EWFC 12, ZC14C00123.
CASE_NUMBER = re.compile(
    r"\b(?:case|crime|court|police|hospital|patient|social care|file|incident|log|record|inquest|child)\s+"
    r"(?:reference\s+|ref\.?\s+)?(?:number|no\.?|ref\.?|reference|id)\s*(?:is|was|of|:)?\s*(?=[\w/-]*\d)[A-Z\d][\w/-]{3,}"
    r"|\[\d{4}\]\s+(?:EW(?:FC|HC|CA|COP)|UKSC|NIFam|CSIH|CSOH)(?:\s+(?:Civ|Crim|Fam))?\s*\d+"
    r"|\b[A-Z]{2}\d{2}[A-Z]\d{5}\b",
    re.IGNORECASE,
)


def is_nhs_number(text: str) -> bool:
    """Ten figures of which the last checks the others, modulo 11 (NHS Data Dictionary, 'NHS NUMBER').

    >>> is_nhs_number("943 476 5919"), is_nhs_number("943 476 5918")
    (True, False)
    """
    figures = [int(one) for one in text if one.isdigit()]
    if len(figures) != 10 or len(set(figures)) == 1:
        return False
    check = 11 - sum(figure * weight for figure, weight in zip(figures, range(10, 1, -1), strict=False)) % 11
    return check % 11 == figures[9] and check != 10


def _found(text: Text, match: re.Match[str], problem: str, remedy: str) -> Finding:
    return Finding(text.place, problem, remedy, around(text.text, match.start(), match.end()))


def _sentence(text: str, start: int, end: int) -> str:
    """The sentence around a place in the text."""
    before = [one.end() for one in _SENTENCE.finditer(text, 0, start)]
    after = _SENTENCE.search(text, end)
    return text[before[-1] if before else 0 : after.start() if after else len(text)]


def dates(draft: Draft) -> Iterator[Finding]:
    """A day of a birth, a death, or what led to it."""
    for text in draft.texts:
        for match in FULL_DATE.finditer(text.text):
            if LIFE.search(_sentence(text.text, match.start(), match.end())):
                yield _found(
                    text,
                    match,
                    "The day of a birth or a death may identify the child.",
                    "Give the year, or leave it out.",
                )


def exact_ages(text: str) -> Iterator[re.Match[str]]:
    """Ages of one person, not ranges (‘aged 10 to 15’, ‘under the age of 5’) and not groups (‘14-year-olds’)."""
    for match in AGE.finditer(text):
        if not _RANGE_BEFORE.search(text, max(0, match.start() - 30), match.start()):
            yield match


def small_place(draft: Draft) -> str:
    """A place that is small enough to know a child in: one that the row names, or its area."""
    named = next((match for text in draft.texts for match in SMALL_PLACE.finditer(text.text)), None)
    fields = getattr(type(draft.row), "place_fields", ())
    return named[0] if named else next((value for name in fields if (value := getattr(draft.row, name))), "")


def ages(draft: Draft) -> Iterator[Finding]:
    place = small_place(draft)
    for text in draft.texts if place else ():
        for match in exact_ages(text.text):
            yield age_with_place(text, match, place)


def age_with_place(text: Text, match: re.Match[str], place: str) -> Finding:
    problem = f"An exact age together with a small area (‘{place}’) may identify the child."
    return _found(text, match, problem, "Give the age stage (‘a baby’, ‘an adolescent’), or leave the area out.")


def names(draft: Draft) -> Iterator[Finding]:
    """What looks like a name after a title or a relation. Single letters are pseudonyms."""
    for text in draft.texts:
        for pattern in (TITLE, RELATION, CALLED):
            for match in pattern.finditer(text.text):
                name = re.sub(r"[’']s?$", "", match["name"])
                if len(name) > 2 and name not in NOT_A_NAME and not name.isupper():
                    yield _found(
                        text,
                        match,
                        f"‘{name}’ after ‘{match['title']}’ may be a person’s name.",
                        "Use the pseudonym of the report, or the role: ‘the mother’, ‘a teacher’.",
                    )


#: (pattern, what it may be, what to do)
NUMBERS = (
    (POSTCODE, "This looks like a postcode.", "Name the local authority, or no place at all."),
    (HOUSE, "This looks like the address of a house.", "Leave it out."),
    (EMAIL, "This is an e-mail address.", "Leave it out; name the organisation."),
    (PHONE, "This looks like a telephone number.", "Leave it out; numbers to call stand on the help page, checked."),
    (INSURANCE, "This looks like a National Insurance number.", "Leave it out."),
    (CASE_NUMBER, "This looks like the number of a case or of a record.", "Leave it out."),
)


def numbers(draft: Draft) -> Iterator[Finding]:
    for text in draft.texts:
        for pattern, problem, remedy in NUMBERS:
            yield from (_found(text, match, problem, remedy) for match in pattern.finditer(text.text))
        for match in TEN_FIGURES.finditer(text.text):
            if is_nhs_number(match[0]):
                yield _found(text, match, "This is an NHS number: its check digit is right.", "Leave it out.")


def all_of(draft: Draft) -> Iterable[Finding]:
    for check in (dates, ages, names, numbers):
        yield from check(draft)

"""The vocabularies as linked data, read by rdflib."""

import pytest
import rdflib
import rdflib.compare
from rdflib import DCTERMS, FOAF, OWL, RDF, SKOS, Literal, URIRef

from exports.data_views import FORMS
from exports.records.vocabularies import NAMES
from tests import factories as make
from themes import actions

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings(
        "ignore:ConjunctiveGraph is deprecated:DeprecationWarning"
    ),  # rdflib's own JSON-LD reader
]


def read(client, name, extension):
    answer = client.get(f"/data/vocabularies/{name}.{extension}")
    assert answer.status_code == 200
    return rdflib.Graph().parse(data=answer.getvalue(), format=FORMS[extension][0])


@pytest.fixture
def names(settings):
    settings.SITE_URL = "https://site.example"
    parent = make.theme("Fictional broader theme")
    make.theme(
        "Fictional theme", label_cy="Thema ffug", alt_labels=["other words"], scope_note="What it is.", parent=parent
    )
    return rdflib.Namespace("https://site.example/data/vocabularies/themes#")


@pytest.mark.parametrize("extension", FORMS)
def test_concept_says_what_the_term_says(client, names, extension):
    graph = read(client, "themes", extension)
    one, scheme = names["fictional-theme"], URIRef("https://site.example/data/vocabularies/themes")
    assert (one, RDF.type, SKOS.Concept) in graph
    assert set(graph.objects(one, SKOS.prefLabel)) == {Literal("Fictional theme", "en"), Literal("Thema ffug", "cy")}
    assert set(graph.objects(one, SKOS.altLabel)) == {Literal("other words", "en")}
    assert set(graph.objects(one, SKOS.scopeNote)) == {Literal("What it is.", "en")}
    assert set(graph.objects(one, SKOS.inScheme)) == {scheme}
    assert set(graph.objects(one, SKOS.broader)) == {names["fictional-broader-theme"]}
    assert set(graph.objects(scheme, SKOS.hasTopConcept)) == {names["fictional-broader-theme"]}
    assert set(graph.objects(one, FOAF.page)) == {URIRef("https://site.example/themes/fictional-theme/")}


def test_both_forms_say_the_same(client, names):
    assert rdflib.compare.isomorphic(*(read(client, "all", extension) for extension in FORMS))


def test_term_that_was_merged_leads_to_its_successor(client, names):
    old, new = make.theme("Fictional old"), make.theme("Fictional new")
    actions.merge(term=old, into=new)
    graph = read(client, "themes", "ttl")
    assert (names["fictional-old"], DCTERMS.isReplacedBy, names["fictional-new"]) in graph
    assert (names["fictional-old"], OWL.deprecated, Literal(True)) in graph


@pytest.mark.parametrize("name", NAMES)
def test_name_of_a_vocabulary_leads_to_the_form_that_is_asked_for(client, name):
    answer = client.get(f"/data/vocabularies/{name}", headers={"accept": "application/ld+json"})
    assert (answer.status_code, answer["Location"]) == (303, f"/data/vocabularies/{name}.jsonld")
    assert client.get(f"/data/vocabularies/{name}")["Location"].endswith(".ttl")
    assert "Accept" in answer["Vary"]


def test_vocabulary_that_is_not_there_is_not_found(client):
    for path in ("none", "none.ttl", "themes.rdf"):
        assert client.get(f"/data/vocabularies/{path}").status_code == 404


def test_vocabulary_takes_a_fixed_number_of_statements(client, names, django_assert_max_num_queries):
    client.get("/data/vocabularies/all.ttl")
    with django_assert_max_num_queries(8):
        client.get("/data/vocabularies/all.ttl")

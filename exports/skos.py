"""The vocabularies as SKOS (W3C Recommendation of 18 August 2009): concepts with their labels in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rdflib import DCTERMS, FOAF, OWL, RDF, RDFS, SKOS, Graph, Literal, Namespace, URIRef

from exports.records.parts import absolute
from exports.records.vocabularies import NAMES
from themes.attach import vocabulary
from themes.models import Term

#: What the JSON-LD names in short.
CONTEXT = {
    "skos": str(SKOS),
    "dcterms": str(DCTERMS),
    "owl": str(OWL),
    "rdfs": str(RDFS),
    "foaf": str(FOAF),
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def scheme_of(name: str) -> URIRef:
    return URIRef(absolute(f"/data/vocabularies/{name}"))


def concept(name: str, slug: str) -> URIRef:
    """The name of a term in linked data: it stays as its slug stays."""
    return Namespace(f"{scheme_of(name)}#")[slug]


def graph_of(names: Iterable[str]) -> Graph:
    graph = Graph()
    for prefix in ("skos", "dcterms", "owl", "foaf", "rdfs"):
        graph.bind(prefix, CONTEXT[prefix])
    for name in names:
        _add_scheme(graph, name)
    return graph


def _add_scheme(graph: Graph, name: str) -> None:
    model, scheme = NAMES[name], scheme_of(name)
    graph.add((scheme, RDF.type, SKOS.ConceptScheme))
    graph.add((scheme, DCTERMS.title, Literal(str(model._meta.verbose_name_plural).capitalize(), "en")))
    for term in vocabulary(model).values():
        _add(graph, name, term, scheme)


def _add(graph: Graph, name: str, term: Any, scheme: URIRef) -> None:
    about = concept(name, term.slug)
    graph.add((about, RDF.type, SKOS.Concept))
    graph.add((about, SKOS.inScheme, scheme))
    graph.add((about, SKOS.prefLabel, Literal(term.label, "en")))
    if term.label_cy:
        graph.add((about, SKOS.prefLabel, Literal(term.label_cy, "cy")))
    for label in term.alt_labels:
        graph.add((about, SKOS.altLabel, Literal(label, "en")))
    if term.scope_note:
        graph.add((about, SKOS.scopeNote, Literal(term.scope_note, "en")))
    _add_place(graph, name, term, scheme)
    if page := term.get_absolute_url():
        graph.add((about, FOAF.page, URIRef(absolute(page))))
    if term.retired:
        graph.add((about, OWL.deprecated, Literal(True)))
    if term.replaced_by:
        graph.add((about, DCTERMS.isReplacedBy, concept(name, term.replaced_by.slug)))


def _add_place(graph: Graph, name: str, term: Any, scheme: URIRef) -> None:
    """Under its broader term, or at the top of the scheme."""
    about, parent = concept(name, term.slug), _parent(term)
    if parent is None:
        graph.add((about, SKOS.topConceptOf, scheme))
        graph.add((scheme, SKOS.hasTopConcept, about))
    else:
        graph.add((about, SKOS.broader, concept(name, parent.slug)))
        graph.add((concept(name, parent.slug), SKOS.narrower, about))


def _parent(term: Term) -> Term | None:
    key = getattr(term, "parent_id", None)
    return vocabulary(type(term))[key] if key else None


def write(names: Iterable[str], serialiser: str) -> bytes:
    """The vocabularies of those names, by one of rdflib's serialisers."""
    options: dict[str, Any] = {"context": CONTEXT, "indent": 1} if serialiser == "json-ld" else {}
    return graph_of(names).serialize(format=serialiser, encoding="utf-8", **options)

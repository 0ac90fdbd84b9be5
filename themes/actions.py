"""Changes to vocabularies that touch what readers see."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from publishing.history import Step, record, record_many
from publishing.writes import announce_change
from themes.models import Term


@transaction.atomic
def save(*, term: Term, by: Any = None, comment: str = "") -> None:
    """Save a term. Labels stand on every page, so the published content moves on."""
    term.save()
    record(row=term, step=Step.SAVED, by=by, comment=comment)
    announce_change(term)


@transaction.atomic
def merge(*, term: Term, into: Term, by: Any = None, comment: str = "") -> None:
    """Retire `term`, give all that carried it to `into`, and let its old address lead there."""
    if type(term) is not type(into) or term.pk == into.pk:
        raise ValidationError(_("A term is merged into another one of the same vocabulary."))
    if into.retired:
        raise ValidationError(_("‘%(term)s’ is retired itself.") % {"term": into})
    touched: list[Any] = []
    for relation in term._meta.related_objects:
        touched += relation.related_model._default_manager.filter(**{relation.field.name: term})
        if relation.many_to_many:
            through, name = relation.through, relation.field.m2m_reverse_field_name()
            owner = relation.field.m2m_field_name()
            theirs = through._default_manager.filter(**{name: into}).values(owner)
            through._default_manager.filter(**{name: term}, **{f"{owner}__in": theirs}).delete()
            through._default_manager.filter(**{name: term}).update(**{name: into})
        else:
            pointing = relation.related_model._default_manager.filter(**{relation.field.name: term})
            if relation.related_model is type(into):
                pointing = pointing.exclude(pk=into.pk)
            pointing.update(**{relation.field.name: into})
    term.retired, term.replaced_by = True, into
    term.alt_labels, into.alt_labels = [], list(dict.fromkeys([*into.alt_labels, term.label, *term.alt_labels]))
    into.save()
    term.save()
    words = comment or _("‘%(term)s’ into ‘%(into)s’") % {"term": term, "into": into}
    record_many(rows=[*touched, into, term], step=Step.MERGED, by=by, comment=words)
    announce_change(into)
    announce_change(term)


@transaction.atomic
def retire(*, term: Term, by: Any = None, comment: str = "") -> None:
    """Take a term out of use without a successor; what carries it keeps it."""
    term.retired = True
    term.save()
    record(row=term, step=Step.RETIRED, by=by, comment=comment)
    announce_change(term)

"""The index: one row per published thing, and the words that all of them use."""

from __future__ import annotations

from django.db import models


class SearchDocument(models.Model):
    """The texts of one published thing, as shown in snippets. Written by search/index.py alone.

    The id carries kind and object (documents.document_id), so what full-text search finds needs no look-up here. What
    is searched stands beside it: on SQLite the FTS5 table search_fts, on PostgreSQL the column `vector` with its index;
    search/migrations/0002 makes them, and Django does not know of them.
    """

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    title = models.TextField(blank=True)
    learning = models.TextField(blank=True)
    summary = models.TextField(blank=True)
    body = models.TextField(blank=True)
    alt = models.TextField(blank=True, help_text="Other labels of the terms that it carries; searched, never shown.")
    date = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_document_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class SearchWord(models.Model):
    """A word of the indexed texts, for spelling suggestions and for prefix*; gone when no published text has it."""

    word = models.CharField(max_length=40, primary_key=True)
    uses = models.IntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(uses__gte=0), name="search_word_uses_counted")]

    def __str__(self) -> str:
        return self.word

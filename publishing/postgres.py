"""How PostgreSQL is asked for what it keeps the plan of."""

from __future__ import annotations

from typing import Any

import psycopg
from django.conf import settings


class KeptStatements(psycopg.Cursor[Any]):
    """Has the server keep each statement that it executes, with values apart from the text. Django leaves this off
    (`prepare_threshold`), and for all that is asked otherwise it stays off: psycopg would hold what readers look for."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> KeptStatements:
        if not settings.PREPARED_STATEMENTS:
            return super().execute(query, params, prepare=False, **options)
        before, self.connection.prepare_threshold = self.connection.prepare_threshold, 0
        try:
            return super().execute(query, params, prepare=True, **options)
        finally:
            self.connection.prepare_threshold = before

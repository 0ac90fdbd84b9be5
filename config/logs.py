"""What may stand in a log: the path of a request, never its query string (a reader's search words)."""

import logging
import re

QUERY = re.compile(r"(?<=\S)\?\S+")


class PathOnly(logging.Filter):
    """Cuts the query string out of every message and its arguments: '/search/?q=neglect' is logged as '/search/'."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if "?" in message:
            record.msg, record.args = QUERY.sub("", message), ()
        return True

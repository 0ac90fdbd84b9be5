"""What may stand in a log: the path of a request, never its query string (a reader's search words)."""

import logging
import re
import traceback

QUERY = re.compile(r"(?<=\S)\?\S+")


class PathOnly(logging.Filter):
    """Cuts the query string out of every message and its arguments: '/search/?q=neglect' is logged as '/search/'."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if "?" in message:
            record.msg, record.args = QUERY.sub("", message), ()
        return True


class WithoutWords(logging.Formatter):
    """Of an error in a request: where it came up and its kind, and not what it says. A database repeats what it was asked,
    and Python what it could not read: the words of a reader."""

    def format(self, record: logging.LogRecord) -> str:
        if record.exc_info and record.exc_info[1] and hasattr(record, "request"):
            record.exc_text = "\n".join(_places(record.exc_info[1]))
        return super().format(record)


def _places(error: BaseException | None) -> list[str]:
    """Each error of the chain, the first cause first, by the lines of code that it passed and its class."""
    found: list[str] = []
    while error is not None:
        kind = f"{type(error).__module__}.{type(error).__qualname__} (its words are not logged)"
        found.insert(0, "".join(traceback.format_tb(error.__traceback__)) + kind)
        error = error.__cause__ or error.__context__
    return found

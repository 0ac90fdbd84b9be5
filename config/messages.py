"""Which words of the Python code are for readers, and so need a translation (babel.cfg names this extractor).

Names and help texts of model fields are for curators: the admin is in English and has no address in another language.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from io import BytesIO
from typing import IO, Any

from babel.messages.extract import extract_python

#: Calls and keywords whose words stand in the admin alone.
FIELDS = ("Field", "ForeignKey")
NAMES = {"verbose_name", "verbose_name_plural", "help_text"}


def _is_field(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr.endswith(FIELDS)


def _is_name(node: ast.AST) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else []
    return any(isinstance(target, ast.Name) and target.id in NAMES for target in targets)


def curators_lines(source: bytes) -> set[int]:
    """Numbers of the lines of every field and of every name of a model."""
    found = (node for node in ast.walk(ast.parse(source)) if _is_field(node) or _is_name(node))
    return {line for node in found for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)}  # type: ignore[attr-defined]


def for_readers(
    file: IO[bytes], keywords: Any, comment_tags: Any, options: Any
) -> Iterator[tuple[int, str, Any, list[str]]]:
    """Babel's messages of a Python file, without those for curators."""
    source = file.read()
    skipped = curators_lines(source)
    for message in extract_python(BytesIO(source), keywords, comment_tags, options):
        if message[0] not in skipped:
            yield message

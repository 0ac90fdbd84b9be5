"""Run as a process of its own: a PDF comes in, the text of its pages goes out as JSON, or a word for what is wrong.

A PDF is a program by whoever wrote it: pypdf reads it within limits of time and memory that the system holds, and what
breaks here breaks nothing of the site. Imports nothing of the site.
"""

import io
import json
import resource
import sys

MEMORY = 1_000_000_000
MOST_CHARACTERS = 3_000_000


def read(content: bytes, first: int, last: int) -> dict:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, PdfReadError

    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            return {"wrong": "encrypted"}
        count = len(reader.pages)
        pages, size = [], 0
        for number in range(first, min(last, count) + 1):
            text = reader.pages[number - 1].extract_text() or ""
            pages.append([number, text])
            size += len(text)
            if size > MOST_CHARACTERS:
                return {"wrong": "too long", "count": count}
    except DependencyError:
        return {"wrong": "encrypted"}
    except MemoryError:
        return {"wrong": "memory"}
    except (PdfReadError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError):
        return {"wrong": "broken"}
    return {"count": count, "pages": pages}


if __name__ == "__main__":
    seconds = int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    answer = read(sys.stdin.buffer.read(), int(sys.argv[1]), int(sys.argv[2]))
    sys.stdout.buffer.write(json.dumps(answer).encode("utf-8", "replace"))

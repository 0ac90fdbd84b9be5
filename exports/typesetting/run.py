"""One PDF, in a process of its own that can be ended: JSON on standard input, the file on standard output.

Not imported by the site (exports/typesetting/__init__.py starts it), so that a text which keeps the typesetter busy
costs a bounded time and takes nothing down with it.
"""

import json
import os
import resource
import sys

import typst


def main() -> int:
    """Write the PDF and answer 0, or a sentence on standard error and answer 1."""
    job = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_CPU, (job["seconds"], job["seconds"]))
    os.nice(5)
    try:
        pdf = typst.compile(
            job["template"],
            root=job["root"],
            font_paths=job["fonts"],
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(job["data"])},
            pdf_standards=["ua-1"],
        )
    except typst.TypstError as error:
        sys.stderr.write(str(error))
        return 1
    sys.stdout.buffer.write(pdf)
    return 0


sys.exit(main())

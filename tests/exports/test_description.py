"""The API is as its description says: schemathesis, as a program of its own, asks the running site."""

import re
import subprocess
import sys
from pathlib import Path

from tests import factories as make

#: What schemathesis tries on each address, with all of its checks. One vocabulary stands for the others: they are one view.
RUN = ["--phases", "examples,coverage,fuzzing", "--max-examples", "4", "--seed", "1", "--no-color", "--workers", "2"]
RUN += ["--exclude-path-regex", "sectors|age-stages|harms|principles|sets"]


def test_no_answer_differs_from_the_description(live_server, settings, tmp_path):
    settings.API_RATE = "100000/second"
    theme = make.theme("Fictional theme")
    review = make.case_review(themes=[theme], publishers=[make.publisher()])
    point = make.learning_point(sources=[review, make.evidence_set()], themes=[theme])
    make.recommendation(answers=[point])
    make.briefing(items=[point])
    program = Path(sys.executable).parent / "schemathesis"
    done = subprocess.run(
        [program, "run", f"{live_server.url}/api/v1/openapi.json", "--url", live_server.url, *RUN],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout[-9000:] + done.stderr[-2000:]
    assert int(re.findall(r"(\d+) passed", done.stdout)[-1]) > 300

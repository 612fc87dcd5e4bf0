"""Reading and proving a long process file: seconds of CPU and megabytes for its lines. One JSON line each.

A file as a PMO might write it is built in the style of the shipped ones: phases with gates, criteria and deliverables
with their acceptance criteria and RASCI. `sound` is accepted; `broken` has a wrong name in every deliverable, all of
which are told. The process's imports are done before. Run as `python -m benchmarks.validate --lines 2000`.
"""

import argparse
import json
import resource
import tempfile
import time
from pathlib import Path

from lifecycle.errors import DefinitionError
from lifecycle.library import read_process

HEAD = """\
process: long
version: "1"
title: Long
purpose: To be read.
manager: pm
roles:
  - {id: pm, title: Project manager, duties: Leads the work and answers for it.}
  - {id: sponsor, title: Sponsor, duties: Pays for it and decides at the gates.}
  - {id: board, title: Board, duties: Decides at the gates with the sponsor.}
phases:
"""
PHASE = """\
  - id: phase-{n}
    title: Phase {n}
    purpose: To do the part of the work that comes as number {n} of them.{closing}
    deliverables:
"""
DELIVERABLE = """\
      - id: document-{n}-{m}
        title: Document {n}.{m}
        owner: {owner}
        acceptance:
          by: sponsor
          criteria:
            - It says what it has to say about {n}.{m}
            - It is complete and dated
        rasci: {{pm: R, sponsor: A, board: I}}
"""
GATE = """\
    gates:
      - id: G{n}
        title: Gate {n}
        question: Is the part of the work with number {n} done, and is the next one worth doing?
        approvers: [sponsor, board]
        policy: all
        chair: sponsor
        waiver_by: board
        due_days: 5
        rounds: 3
        criteria:
          - id: risks
            text: No high risk is without a response
            expression: risks.high_without_response == 0 && risks.open < {n} + 100
            owner: pm
          - id: plan
            text: The plan is there and affordable
            expression: plan.submitted && plan.cost_within_budget
            owner: pm
"""
DOCUMENTS = 12


def text(lines: int, owner: str = "pm") -> str:
    """A process file of about so many lines."""
    each = (PHASE + DELIVERABLE * DOCUMENTS + GATE).count("\n")
    count = max(1, (lines - HEAD.count("\n")) // each)
    parts = [HEAD]
    for n in range(1, count + 1):
        parts.append(PHASE.format(n=n, closing="\n    closing: true" if n == count else ""))
        parts += [DELIVERABLE.format(n=n, m=m, owner=owner) for m in range(1, DOCUMENTS + 1)]
        parts.append(GATE.format(n=n))
    return "".join(parts)


def measured(name: str, content: str, folder: Path) -> dict[str, object]:
    """Read one file, and say what it cost."""
    file = folder / f"{name}.yaml"
    file.write_text(content, encoding="utf-8")
    before, problems = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, 0
    wall, began = time.perf_counter(), time.process_time()
    try:
        read_process(file, ())
    except DefinitionError as error:
        problems = len(error.problems)
    return {
        "benchmark": f"validate {name}",
        "lines": content.count("\n"),
        "cpu_s": round(time.process_time() - began, 3),
        "wall_s": round(time.perf_counter() - wall, 3),
        "rss_growth_mb": round((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024, 1),
        "problems": problems,
    }


def main() -> None:
    """Measure a sound and a broken file; a small one first, so that libraries are loaded."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--lines", type=int, default=2000)
    lines = options.parse_args().lines
    with tempfile.TemporaryDirectory() as folder:
        measured("warm", text(100), Path(folder))
        for name, owner in (("sound", "pm"), ("broken", "pn")):
            print(json.dumps(measured(name, text(lines, owner), Path(folder))))


if __name__ == "__main__":
    main()

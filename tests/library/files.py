"""A small good process file, and ways to write a broken one from it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lifecycle.errors import DefinitionError

TEMPLATES = ("thing.md.j2",)
SMALL = """\
process: small
version: "1"
title: Small
purpose: To show the form.
manager: pm
roles:
  - {id: pm, title: Project manager, duties: Runs it.}
  - {id: sponsor, title: Sponsor, duties: Pays for it.}
phases:
  - id: work
    title: Work
    purpose: To get it done.
    deliverables:
      - id: thing
        title: Thing
        owner: pm
        acceptance: {by: sponsor}
        template: thing.md.j2
    gates:
      - id: G1
        title: Done?
        question: Is it done?
        approvers: [sponsor]
        criteria:
          - id: risks
            text: No high risk is open.
            expression: risks.high == 0
            owner: pm
  - id: closing
    title: Closing
    purpose: To end it.
    closing: true
    gates:
      - {id: G2, title: "End?", question: "End it?", approvers: [sponsor]}
"""
AFTERWARDS = """\
  - id: party
    title: Party
    purpose: To have fun.
    gates:
      - {id: G3, title: Fun, question: Fun, approvers: [sponsor]}
"""
CIRCLE = """\
  - {id: watch, title: Watch, purpose: Watch, beside: guard}
  - {id: guard, title: Guard, purpose: Guard, beside: watch}
"""


def small(*changes: tuple[str, str]) -> str:
    """The small process with texts replaced, each where it stands first."""
    text = SMALL
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def problems(read: Callable[[Path], object], path: Path, content: str | bytes) -> list[tuple[int, int, str]]:
    """What a reader says about a file of that content: line, column, message."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(DefinitionError) as refusal:
        read(path)
    assert {problem.file for problem in refusal.value.problems} == {str(path)}
    return [(problem.line, problem.column, problem.message) for problem in refusal.value.problems]


def places(found: list[tuple[int, int, str]]) -> list[tuple[int, int]]:
    """Only the lines and columns."""
    return [(line, column) for line, column, _ in found]

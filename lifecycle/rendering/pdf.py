"""PDF by Typst: the template is layout, the report comes in as JSON, so nothing a user wrote is ever markup."""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from lifecycle.errors import DefinitionError, Problem
from lifecycle.rendering.plain import plain, spoken

ARCHIVE = ["a-2a", "ua-1"]
"""Archivable (PDF/A-2a) and accessible (PDF/UA-1)."""
Options = dict[str, Any]
ATTEMPTS: tuple[Options, ...] = (
    {"pdf_standards": ARCHIVE, "ignore_system_fonts": True},
    {"pdf_standards": ARCHIVE},
    {},
)
"""The same bytes everywhere with the fonts inside Typst; for letters these lack, the machine's fonts; then without
the standards, which forbid a letter that no font has."""
NO_LETTER = "could not be displayed"
PLACE = re.compile(r"┌─ (?P<file>[^\n]*?):(?P<line>\d+):(?P<column>\d+)")


def render_pdf(template: Path, report: dict[str, Any], made: datetime) -> bytes:
    """Lay a report out; `made` is the PDF's date. DefinitionError, with its place, for a faulty template."""
    if not template.is_file():
        raise DefinitionError([Problem(str(template), 0, 0, "there is no such template")])
    _refuse_packages(template.parent)
    given = {"report": json.dumps(spoken(plain(report)), ensure_ascii=False)}
    return _pages(template, {"sys_inputs": given, "timestamp": int(made.timestamp())}, ATTEMPTS)


def _pages(template: Path, fixed: Options, attempts: Sequence[Options]) -> bytes:
    import typst

    try:
        pages: Any = typst.compile(template, root=template.parent, **fixed, **attempts[0])
    except typst.TypstError as failure:
        if NO_LETTER in failure.message and attempts[1:]:
            return _pages(template, fixed, attempts[1:])
        raise DefinitionError([_problem(template, failure)]) from failure
    return bytes(pages)


def _problem(template: Path, failure: Any) -> Problem:
    found = PLACE.search(failure.diagnostic)
    if not found:
        return Problem(str(template), 0, 0, failure.message)
    file = template.parent / Path(found["file"]).name
    return Problem(str(file), int(found["line"]), int(found["column"]) + 1, failure.message)


def _refuse_packages(folder: Path) -> None:
    """Typst would fetch a package from the network; a report is made without."""
    for file in sorted(folder.glob("*.typ")):
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            if '"@' in line:
                message = "packages from the network are not allowed in a report"
                raise DefinitionError([Problem(str(file), number, line.index('"@') + 1, message)])

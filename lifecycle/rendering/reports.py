"""Reports as files: one value, and for each format its template."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from lifecycle.errors import BadInput
from lifecycle.history.closing import ReportKind
from lifecycle.rendering.pdf import render_pdf
from lifecycle.reports.head import Head
from lifecycle.value import digest

BLANK_LINES = re.compile(r"\n{3,}")
FORMATS = ("html", "pdf", "md", "json")


class Report(Protocol):
    """Any report value: it has a head, and its plain data is complete."""

    @property
    def head(self) -> Head:
        """What stands at the top."""
        ...

    def model_dump(self, *, mode: str = "python") -> dict[str, Any]:
        """The report as plain data."""
        ...


def render_report(
    report: Report, kind: ReportKind, formats: Iterable[str], templates: Path, out: Path
) -> dict[str, str]:
    """Write a report in each format into `out` and return file names with their SHA-256.

    `templates` is the folder that holds `reports/`. The same report gives the same bytes. DefinitionError
    for a faulty template, BadInput for a format that reports do not come in.
    """
    written = {}
    for form in formats:
        content = _content(report, kind, form, templates / "reports")
        name = f"{stem(report.head)}.{form}"
        _write(out, name, content)
        written[name] = digest(content)
    return written


def stem(head: Head) -> str:
    """The file name of a report without its ending: `website-gate-G2-1`."""
    return f"{head.project}-{head.kind}" + (f"-{head.subject}" if head.subject != "final" else "")


def _content(report: Report, kind: ReportKind, form: str, folder: Path) -> bytes:
    if form == "json":
        return (json.dumps(report.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n").encode()
    if form == "pdf":
        return render_pdf(folder / f"{kind}.typ", report.model_dump(), report.head.made)
    if form not in FORMATS:
        raise BadInput(f"Reports come as {', '.join(FORMATS)}, not as '{form}'.")
    return _text(folder, f"{kind}.{form}.j2", report).encode()


def _text(folder: Path, name: str, report: Report) -> str:
    from lifecycle.rendering import sandbox

    given = {"report": report.model_dump()}
    if name.endswith(".html.j2"):
        return sandbox.render(folder, name, given, sandbox.HTML)
    return BLANK_LINES.sub("\n\n", sandbox.render(folder, name, given, sandbox.MARKDOWN)).strip() + "\n"


def _write(out: Path, name: str, content: bytes) -> None:
    """Write a file whole or not at all. What failed takes no room."""
    out.mkdir(parents=True, exist_ok=True)
    part = out / f".{name}.part"
    try:
        part.write_bytes(content)
        part.replace(out / name)
    finally:
        part.unlink(missing_ok=True)

"""Commands that write reports, each in the formats asked for."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lifecycle.cli import words
from lifecycle.cli.command import Answer, command, group
from lifecycle.cli.desk import Desk
from lifecycle.cli.options import Format, Formats, Gate, Out, Project, formats_of

if TYPE_CHECKING:
    from lifecycle.history.closing import ReportKind

app = group("report", "Reports: every figure carries the record that it comes from.")

Program = Annotated[str, typer.Argument(metavar="PROGRAM", help="The program's id.", show_default=False)]
HERE = Path("out")


@command(app, "closure", "phasegate report closure website --format pdf --out out")
def closure(desk: Desk, project: Project, format: Formats = None, out: Out = HERE) -> Answer:
    """Write the closure report of a project that has ended."""
    return written(desk, "closure", subject=project, formats=format, out=out)


@command(app, "status", "phasegate report status website --format html --format md --out out")
def status(desk: Desk, project: Project, format: Formats = None, out: Out = HERE) -> Answer:
    """Write the status report of a project as it stands today."""
    return written(desk, "status", subject=project, formats=format, out=out)


@command(app, "gate", "phasegate report gate website G0 --format html --out out")
def gate(desk: Desk, project: Project, gate: Gate, format: Formats = None, out: Out = HERE) -> Answer:
    """Write the report of a gate's newest review. With evidence, votes, outcome, conditions."""
    return written(desk, "gate", subject=project, gate=gate, formats=format, out=out)


@command(app, "program", "phasegate report program digital-platform --format html --out out")
def program(desk: Desk, program: Program, format: Formats = None, out: Out = HERE) -> Answer:
    """Write the consolidated report of a program as it stands today."""
    return written(desk, "program", subject=program, formats=format, out=out)


@command(app, "list", "phasegate report list website")
def list_reports(desk: Desk, project: Project) -> Answer:
    """List the reports filed, and those to come. With whom each is for, by the report plan."""
    from lifecycle.actions.reporting import reports_of

    found = reports_of(desk.work, project)
    filed = words.table(
        ("report", "subject", "issued", "to", "file"),
        ((one.report, one.subject, one.issued, words.joined(one.to) if one.to else "", one.files[0])
         for one in found.filed),
    )  # fmt: skip
    coming = words.table(
        ("comes next", "due", "by", "to"),
        ((one.title, one.due, words.joined(one.by), words.joined(one.to)) for one in found.coming),
    )
    none = f"No report of {project} was filed yet."
    return Answer(found, words.paragraphs(filed if found.filed else none, coming if found.coming else ""))


def written(
    desk: Desk, kind: "ReportKind", *, subject: str, gate: str | None = None, formats: list[Format] | None, out: Path
) -> Answer:
    """Write a report and name its files."""
    from lifecycle.actions.reporting import make_report

    files = make_report(desk.work, kind, subject=subject, gate=gate, formats=formats_of(formats), out=out)
    return Answer({"files": files}, "\n".join(["Written:", words.bullets(files)]))

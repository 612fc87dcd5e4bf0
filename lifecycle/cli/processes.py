"""Commands around standard processes: what there is, is it sound, and the words one may use in it."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lifecycle.cli import words
from lifecycle.cli.command import Answer, command, group
from lifecycle.cli.desk import Desk
from lifecycle.cli.options import Process
from lifecycle.cli.refusals import CHECK_FAILED

if TYPE_CHECKING:
    from lifecycle.errors import Problem
    from lifecycle.history.editions import Edition
    from lifecycle.process.definition import ProcessDefinition

app = group("process", "Standard processes: what a PMO writes and projects follow.")


class Form(StrEnum):
    """The forms in which a process is shown."""

    TEXT = "text"
    MD = "md"
    MERMAID = "mermaid"
    SVG = "svg"
    SOURCE = "source"


class ListForm(StrEnum):
    """The forms in which differences are listed."""

    TEXT = "text"
    MD = "md"


@command(app, "list", "phasegate process list")
def list_processes(desk: Desk) -> Answer:
    """List the standard processes. Shows the file's version, the published one, and whether they say the same."""
    published = _published(desk)
    listed = [_entry(desk, name, published.get(name)) for name in desk.library.processes()]
    table = words.register(listed, f"There is no process in {desk.library.config / 'processes'}.")
    return Answer(listed, table).then("process show predictive")


def _published(desk: Desk) -> "dict[str, Edition]":
    """The published version of each process; none where nothing was recorded yet."""
    if desk.empty:
        return {}
    from lifecycle.actions.processes import published_processes

    return published_processes(desk.work)


def _entry(desk: Desk, name: str, published: "Edition | None") -> dict[str, object]:
    """A process in the list; one that is not sound is listed, too."""
    from lifecycle.errors import DefinitionError

    known = {"published": published.version if published else None, "file": None}
    try:
        found = desk.library.process(name)
    except DefinitionError as error:
        problems = words.counted(len(error.problems), "problem")
        nothing = {"level": None, "phases": None, "gates": None}
        return {"process": name, "version": None, **known, **nothing, "title": problems}
    return {
        "process": name,
        "version": found.version,
        **known,
        "file": published and standing(published, found),
        "level": found.level,
        "phases": len(found.phases),
        "gates": len(found.gates),
        "title": found.title,
    }


@command(app, "show", "phasegate process show predictive --format svg --out predictive.svg")
def show(
    desk: Desk,
    process: Process,
    form: Annotated[Form, typer.Option("--format", help="Text, a page, a picture, or its file.")] = (Form.TEXT),
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it to this file.")] = None,
) -> Answer:
    """Show a process, as tables or as a picture. Phases, gates with their approvers, deliverables, roles."""
    definition = named(desk, process)
    text = _source(desk, process) if form is Form.SOURCE else _shown(definition, form)
    if out:
        out.write_text(f"{text}\n" if form is Form.TEXT else text, encoding="utf-8")
        return Answer({"process": definition.process, "format": form.value, "file": out}, f"Written: {out}")
    value = definition if form is Form.TEXT else {"process": definition.process, "format": form.value, "text": text}
    return Answer(value, text)


@command(app, "diff", "phasegate process diff predictive our-pmo/config/processes/predictive.yaml")
def diff(
    desk: Desk,
    old: Annotated[str, typer.Argument(metavar="OLD", help="A name, a file, or NAME@VERSION.", show_default=False)],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The one to compare it with.", show_default=False)],
    form: Annotated[ListForm, typer.Option("--format", help="Text or Markdown.")] = ListForm.TEXT,
) -> Answer:
    """Say what changed between two processes. In the words of the process, not in lines: phases, gates, who decides."""
    from lifecycle.process.comparison import differences, grouped

    before, after = named(desk, old), named(desk, new)
    found = differences(before, after)
    names = [f"{one.process} {one.version}" for one in (before, after)]
    value = {"old": names[0], "new": names[1], "differences": [one._asdict() for one in found]}
    head = f"{words.line(names[0])} -> {words.line(names[1])}: {words.counted(len(found), 'difference')}"
    bold = "**" if form is ListForm.MD else ""
    groups = (
        f"{bold}{title}{bold}\n{'' if form is ListForm.TEXT else chr(10)}{words.bullets(one.text for one in ones)}"
        for title, ones in grouped(found).items()
    )
    return Answer(value, words.paragraphs(f"{'# ' if bold else ''}{head}", *groups))


@command(app, "validate", "phasegate process validate config/processes/predictive.yaml")
def validate(
    desk: Desk, file: Annotated[list[Path], typer.Argument(metavar="FILE...", help="The process files to check.")]
) -> Answer:
    """Check process files. Reports all problems at once, each with its line and column."""
    from lifecycle.errors import DefinitionError

    problems: list[Problem] = []
    for path in file:
        try:
            desk.library.validate(path)
        except DefinitionError as error:
            problems.extend(error.problems)
    value = {"valid": not problems, "files": file, "problems": [problem._asdict() for problem in problems]}
    if problems:
        count = words.counted(len(problems), "problem")
        return Answer(value, "", CHECK_FAILED, "\n".join([*map(str, problems), f"{count} found."]))
    return Answer(value, f"{words.joined(map(str, file))}: no problem found.")


@command(app, "facts", "phasegate process facts")
def facts(desk: Desk) -> Answer:
    """List the facts that criteria of gates may ask about. Tailoring rules ask those that a charter answers."""
    from lifecycle.process.facts import FACTS

    listed = [fact._asdict() for fact in FACTS.values()]
    rows = [fact | {"charter": "yes" if fact["charter"] else ""} for fact in listed]
    return Answer(listed, words.register(rows, "There are no facts."))


@command(app, "schema", "phasegate process schema")
def schema(
    desk: Desk,
    kind: Annotated[
        Literal["process", "overlay", "charter", "program", "organisation"], typer.Argument(help="Which kind of file.")
    ] = "process",
) -> Answer:
    """Print the JSON Schema of a kind of file, for editors."""
    from lifecycle.cli.command import document
    from lifecycle.library.schema import schema as schema_of

    found = schema_of(kind)
    return Answer(found, document(found))


def named(desk: Desk, reference: str) -> "ProcessDefinition":
    """The process that somebody means; the records are only opened for NAME@VERSION."""
    if not _of_record(reference):
        return desk.library.named(reference)
    from lifecycle.actions.processes import process_named

    return process_named(desk.work, reference)


def _of_record(reference: str) -> bool:
    return "@" in reference and not Path(reference).is_file()


def _source(desk: Desk, reference: str) -> str:
    """The text of a process's file, as it stands or as it was when that version was drafted."""
    if not _of_record(reference):
        return desk.library.written(desk.library.place_of(reference))[0]
    from lifecycle.actions.processes import source_named

    return source_named(desk.work, reference)


def standing(published: "Edition", found: "ProcessDefinition") -> str:
    """Whether a process's file says what is published: `same` or `differs`."""
    from lifecycle.history.editions import content_of

    return "same" if content_of(found) == published.draft.digest else "differs"


def _shown(definition: "ProcessDefinition", form: Form) -> str:
    from lifecycle.process.drawing import svg
    from lifecycle.process.markdown import markdown
    from lifecycle.process.mermaid import mermaid
    from lifecycle.process.picture import picture

    if form is Form.TEXT:
        return _page(definition)
    if form is Form.MD:
        return markdown(definition)
    return (svg if form is Form.SVG else mermaid)(picture(definition))


def _page(definition: "ProcessDefinition") -> str:
    head = f"{definition.process} {definition.version}: {words.line(definition.title)}"
    return words.paragraphs(
        f"{head}\n{words.line(definition.purpose)}",
        _phases(definition),
        _gates(definition),
        _deliverables(definition),
        _reports(definition),
        _tolerances(definition),
        _tailoring(definition),
        words.table(("role", "title", "duties"), ((r.id, r.title, r.duties) for r in definition.roles)),
    )


def _phases(definition: "ProcessDefinition") -> str:
    rows = (
        (phase.id, ", ".join(gate.id for gate in phase.gates), phase.beside, phase.purpose)
        for phase in definition.phases
    )
    return words.table(("phase", "gates", "beside", "purpose"), rows)


def _gates(definition: "ProcessDefinition") -> str:
    from lifecycle.process.picture import policy_in_words

    rows = (
        (gate.id, ", ".join(gate.approvers), policy_in_words(gate.policy), words.days(gate.due_days), gate.question)
        for gate in definition.gates
    )
    return words.table(("gate", "approvers", "policy", "due in", "question"), rows)


def _deliverables(definition: "ProcessDefinition") -> str:
    rows = (
        (item.id, phase.id, item.gate, item.owner, item.acceptance.by, "yes" if item.optional else "")
        for phase in definition.phases
        for item in phase.deliverables
    )
    return words.table(("deliverable", "phase", "gate", "owner", "accepted by", "optional"), rows)


def _reports(definition: "ProcessDefinition") -> str:
    """The report plan; nothing where there is none."""
    from lifecycle.process.report_plan import rhythm

    rows = [
        (one.id, f"every {words.days(rhythm(definition, one))}", ", ".join(one.during), one.by, ", ".join(one.to))
        for one in definition.reports
    ]
    return words.table(("report", "when", "during", "by", "to"), rows) if rows else ""


def _tolerances(definition: "ProcessDefinition") -> str:
    """How far forecasts may stray at each level, and who is asked then."""
    from lifecycle.process.tolerances import rows

    heads = ("tolerance of a", "measure", "amount", "asked on a breach")
    return words.table(heads, rows(definition)) if definition.tolerances else ""


def _tailoring(definition: "ProcessDefinition") -> str:
    """The rules by which a project may do without some of the process."""
    rows = (
        (rule.id, rule.when, ", ".join(rule.leave_out), ", ".join(rule.make_optional), rule.text)
        for rule in definition.tailoring
    )
    heads = ("tailoring rule", "when", "leaves out", "makes optional", "for whom")
    return words.table(heads, rows) if definition.tailoring else ""

"""Commands around standard processes: what there is, is it sound, and the words one may use in it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lifecycle.cli import review, words
from lifecycle.cli.command import Answer, command, group
from lifecycle.cli.desk import Desk
from lifecycle.cli.refusals import CHECK_FAILED

if TYPE_CHECKING:
    from lifecycle.errors import Problem
    from lifecycle.process.definition import ProcessDefinition

app = group("process", "Standard processes: what a PMO writes and projects follow.")


@command(app, "list", "phasegate process list")
def list_processes(desk: Desk) -> Answer:
    """List the standard processes."""
    listed = [_entry(desk, name) for name in desk.library.processes()]
    table = words.register(listed, f"There is no process in {desk.library.config / 'processes'}.")
    return Answer(listed, words.paragraphs(table, words.following("process show predictive")))


def _entry(desk: Desk, name: str) -> dict[str, object]:
    """A process in the list; one that is not sound is listed, too."""
    from lifecycle.errors import DefinitionError

    try:
        found = desk.library.process(name)
    except DefinitionError as error:
        problems = words.counted(len(error.problems), "problem")
        return {"process": name, "version": None, "level": None, "phases": None, "gates": None, "title": problems}
    return {
        "process": name,
        "version": found.version,
        "level": found.level,
        "phases": len(found.phases),
        "gates": len(found.gates),
        "title": found.title,
    }


@command(app, "show", "phasegate process show predictive")
def show(desk: Desk, process: Annotated[str, typer.Argument(metavar="PROCESS", help="The process's name.")]) -> Answer:
    """Show a process: its phases, gates, deliverables and roles."""
    definition = desk.library.process(process)
    return Answer(definition, _page(definition))


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
    """List the facts that the criteria of gates may ask about."""
    from lifecycle.process.facts import FACTS

    listed = [fact._asdict() for fact in FACTS.values()]
    return Answer(listed, words.register(listed, "There are no facts."))


@command(app, "schema", "phasegate process schema")
def schema(
    desk: Desk,
    kind: Annotated[Literal["process", "charter", "program"], typer.Argument(help="Which kind of file.")] = "process",
) -> Answer:
    """Print the JSON Schema of process or charter files, for editors."""
    from lifecycle.cli.command import document
    from lifecycle.history.charter import Charter, ProgramCharter
    from lifecycle.process.definition import ProcessDefinition
    from lifecycle.value import Value

    models: dict[str, type[Value]] = {"process": ProcessDefinition, "charter": Charter, "program": ProgramCharter}
    found = {"$schema": "https://json-schema.org/draft/2020-12/schema", **models[kind].model_json_schema()}
    return Answer(found, document(found))


def _page(definition: "ProcessDefinition") -> str:
    head = f"{definition.process} {definition.version}: {words.line(definition.title)}"
    return words.paragraphs(
        f"{head}\n{words.line(definition.purpose)}",
        _phases(definition),
        _gates(definition),
        _deliverables(definition),
        words.table(("role", "title", "duties"), ((r.id, r.title, r.duties) for r in definition.roles)),
    )


def _phases(definition: "ProcessDefinition") -> str:
    rows = (
        (phase.id, ", ".join(gate.id for gate in phase.gates), phase.beside, phase.purpose)
        for phase in definition.phases
    )
    return words.table(("phase", "gates", "beside", "purpose"), rows)


def _gates(definition: "ProcessDefinition") -> str:
    rows = (
        (gate.id, ", ".join(gate.approvers), review.policy(gate.policy), words.days(gate.due_days), gate.question)
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

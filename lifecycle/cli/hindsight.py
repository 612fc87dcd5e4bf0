"""A draft of a process held against what happened: which gates would have gone differently?"""

from typing import TYPE_CHECKING, Annotated

import typer

from lifecycle.cli import words
from lifecycle.cli.command import Answer, command
from lifecycle.cli.desk import Desk
from lifecycle.cli.processes import named as process_named
from lifecycle.cli.publishing import app

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lifecycle.rehearsal.hindsight import GateInHindsight, ProjectInHindsight

__all__ = ["app"]

Draft = Annotated[
    str,
    typer.Argument(metavar="DRAFT", help="The draft's file, a process's name, or NAME@VERSION.", show_default=False),
]
Projects = Annotated[
    list[str] | None,
    typer.Argument(metavar="[PROJECT]...", help="The projects to look at. Default: all that have ended."),
]
Named = Annotated[list[str] | None, typer.Option("--projects", metavar="PROJECT...", help="The same.")]


@command(app, "replay", "phasegate process replay predictive --projects website")
def replay(desk: Desk, draft: Draft, projects: Projects = None, named: Named = None) -> Answer:
    """Hold a draft against past projects. Says which gates would have gone differently; writes nothing.

    Each review is held once more by the draft's rules, as the project stood when it was submitted: with the facts
    of its dossier, the people, deliverables and waivers of that time, and the votes that were given. Nobody's vote
    is guessed: where somebody else would have had to vote, that is the answer. Each review is looked at by itself.
    """
    from lifecycle.actions.hindsight import replay_process

    found = replay_process(desk.work, process_named(desk, draft), (*(named or ()), *(projects or ())))
    gates = [gate for project in found for gate in project.gates]
    same = sum(gate.verdict == "same" for gate in gates)
    value = {"same": same, "gates": len(gates), "projects": found}
    if not found:
        return Answer(value, "No project of that kind has ended yet. Name some with --projects.")
    summary = f"{same} of {words.counted(len(gates), 'gate review')} would have gone the same way."
    return Answer(value, words.paragraphs(*map(_page, found), summary))


def _page(project: "ProjectInHindsight") -> str:
    head = f"{project.project}: {words.line(project.title)} ({project.process})"
    return f"{head}\n{_table(project.gates)}" if project.gates else f"{head}\nNo gate was reviewed."


def _table(gates: "Sequence[GateInHindsight]") -> str:
    rows = (
        (gate.gate, gate.round, gate.was.replace("_", " "), _by_draft(gate), " ".join(gate.reasons)) for gate in gates
    )
    return words.table(("gate", "round", "it was", "by the draft", "why"), rows)


def _by_draft(gate: "GateInHindsight") -> str:
    if gate.verdict in ("same", "other"):
        return "the same" if gate.verdict == "same" else str(gate.would).replace("_", " ")
    return gate.verdict

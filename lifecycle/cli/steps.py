"""Commands for automated steps: what they found, and to let one run again."""

from typing import Annotated

import typer

from lifecycle.cli import words
from lifecycle.cli.command import Answer, command, group
from lifecycle.cli.desk import Desk
from lifecycle.cli.options import Project

app = group("step", "Automated steps: what they found, and to let one run again.")

Step = Annotated[str, typer.Argument(metavar="STEP", help="The step's id in the process.", show_default=False)]


@command(app, "list", "phasegate step list website")
def list_steps(desk: Desk, project: Project) -> Answer:
    """List the automated steps of a project. With the gate that needs each, and its newest result."""
    from lifecycle.actions.steps import step_list

    listed = step_list(desk.work, project)
    if not listed:
        return Answer(listed, f"The process of {project} has no automated steps.")
    heads = ("step", "gate", "result", "run", "owner", "detail", "title")
    rows = (
        (s.step, s.gate, f"{s.result}{' (advisory)' if s.advisory else ''}", s.run, s.owner, s.detail, s.title)
        for s in listed
    )
    return Answer(listed, words.table(heads, rows))


@command(app, "run", "phasegate step run website documents-complete --as amara.okafor")
def run_step(desk: Desk, project: Project, step: Step) -> Answer:
    """Let an automated step run again. The flows run it; `phasegate step list` shows what it found."""
    from lifecycle.actions.steps import request_step

    asked = request_step(desk.work, project, step, by=desk.person)
    text = f"Run {asked.run} of {step} in {project} is asked for by {words.line(asked.by)}."
    return Answer(asked, text).then("worker", f"step list {project}")

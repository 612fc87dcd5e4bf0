"""Commands around automated steps: what they found, and having one run again."""

from typing import Annotated

import typer

from lifecycle.cli import words
from lifecycle.cli.command import Answer, command, group
from lifecycle.cli.desk import Desk
from lifecycle.cli.options import Project

app = group("step", "Automated steps: checks that the engine makes by itself.")

Step = Annotated[str, typer.Argument(metavar="STEP", help="The step's id, e.g. link-check.", show_default=False)]


@command(app, "list", "phasegate step list website")
def list_steps(desk: Desk, project: Project) -> Answer:
    """List a project's automated steps with what they found."""
    from lifecycle.actions.steps import steps_of

    found = steps_of(desk.work, project)
    rows = ((s.step, s.phase, s.state, s.run or "", "yes" if s.advisory else "", s.owner, s.text) for s in found)
    table = words.table(("step", "phase", "state", "run", "advisory", "owner", "found"), rows)
    none = "The process of this project has no automated steps."
    return Answer(found, words.paragraphs(table if found else none, words.following(f"project why {project}")))


@command(app, "run", "phasegate step run website link-check --as priya.nair")
def run(desk: Desk, project: Project, step: Step) -> Answer:
    """Have an automated step run again. The flows do it: at once with `phasegate up`, else with `phasegate worker`."""
    from lifecycle.actions.steps import request_step

    asked = request_step(desk.work, project, step, by=desk.person)
    text = f"Run {asked.run} of {step} in {asked.phase} is asked for by {words.line(asked.by)}."
    return Answer(asked, words.paragraphs(text, words.following("worker", f"step list {project}")))

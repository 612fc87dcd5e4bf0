"""The small process with automated steps, and functions for them in a folder of the organisation."""

from typing import Any

from lifecycle.actions.workspace import Workspace
from lifecycle.process.definition import ProcessDefinition, StepDefinition
from tests.builders import definition, execution, planning, wind_up


def step(id: str, **changes: Any) -> StepDefinition:
    """A step that runs the function of its name in the module `odd`; the engineer puts right what it finds."""
    fields = {"id": id, "title": id.capitalize(), "run": f"odd:{id.replace('-', '_')}", "owner": "engineer"}
    return StepDefinition(**(fields | changes))


def with_steps(*steps: StepDefinition) -> ProcessDefinition:
    """The small process with these steps in its first phase."""
    return definition(planning(steps=steps), execution(), wind_up())


def allow(work: Workspace, module: str, source: str) -> None:
    """Put a module of the organisation where steps find it, and allow it."""
    folder = work.library.config / "steps"
    folder.mkdir(exist_ok=True)
    (folder / f"{module}.py").write_text(source)
    (work.library.config / "organisation.yaml").write_text(f"steps: {{allowed: [{module}]}}\n")

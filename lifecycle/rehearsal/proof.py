"""Before a process becomes a standard: does it make sense, and does every way through it come to an end?"""

from collections.abc import Collection

from lifecycle.process import soundness
from lifecycle.process.definition import ProcessDefinition
from lifecycle.process.expansion import expand
from lifecycle.rehearsal.assumptions import Assumptions
from lifecycle.rehearsal.simulation import rehearse
from lifecycle.rehearsal.staffing import staffed


def obstacles(definition: ProcessDefinition, templates: Collection[str]) -> tuple[str, ...]:
    """Say why a process cannot become a standard; nothing is wrong when the answer is empty.

    `templates` are the names below templates/documents. Each repeating phase is walked once, with as many people in
    each role as it takes, up to 25.
    """
    unsound = tuple(problem.message for problem in soundness.problems(definition, templates))
    if unsound:
        return unsound
    expanded = expand(definition, {})
    found = rehearse(expanded, staffed(expanded), Assumptions(), runs=1, seed=1)
    return (
        *found.undecidable,
        *(f"no decisions lead to closure from: {state}" for state in found.stuck),
        *(f"this could go round for ever: {state}" for state in found.endless),
    )

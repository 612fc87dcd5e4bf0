"""A draft tried on the projects that are over: which of their gates would have gone differently? Writes nothing."""

from collections.abc import Sequence

from lifecycle.actions.workspace import Workspace
from lifecycle.errors import BadInput
from lifecycle.process.definition import ProcessDefinition
from lifecycle.records.days import ENDED
from lifecycle.rehearsal.hindsight import ProjectInHindsight, in_hindsight


def replay_process(
    work: Workspace, draft: ProcessDefinition, projects: Sequence[str] = ()
) -> tuple[ProjectInHindsight, ...]:
    """Hold the reviews of projects once more under a draft; of all that have ended when none is named.

    Only programs are held against a draft for programs. NotFound for a project that was never started.
    """
    with work.look() as store:
        ended = [line.id for line in store.listings() if line.state in ENDED and line.level == draft.level]
        histories = [store.glance(project) for project in dict.fromkeys(projects or ended)]
    for history in histories:
        if history.definition.level != draft.level:
            raise BadInput(
                f"{history.project} is a {history.definition.level}, and {draft.process} is for a {draft.level}. "
                "Name projects of that kind."
            )
    return tuple(in_hindsight(history, draft) for history in histories)

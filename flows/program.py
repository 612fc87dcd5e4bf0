"""A program as a flow: carry on every project that is ready, then bring their states together."""

import asyncio
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows import tasks
from flows.labels import about, own_tags
from flows.phase import state_of
from flows.project import project_lifecycle

AT_ONCE = 4
"""How many child flows run beside each other."""


@flow(name="program-coordination", flow_run_name="{program}", **tasks.RUN)
@own_tags
async def program_coordination(program: str, projects: list[str]) -> State[Any]:
    """Carry on the program itself and the projects named, then those they made ready; consolidate.

    The result says which projects' runs broke, and why.
    """
    failures: dict[str, str] = {}
    ready = [*dict.fromkeys([*projects, *tasks.members_to_advance(program)])]
    while ready:
        states = await _advance(program, ready)
        failures |= {name: str(state.message) for name, state in states.items() if not state.is_completed()}
        ready = [name for name in tasks.members_to_advance(program) if name not in failures]
    await tasks.consolidate(program, failures)
    return state_of(tasks.next_step(program)).model_copy(update={"data": failures})


async def _advance(program: str, projects: list[str]) -> dict[str, State[Any]]:
    """Run the child flows, a few at a time; a failed child is a state, not an exception."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def child(project: str) -> State[Any]:
        async with slots:
            with about(program=program, project=project):
                return await project_lifecycle(project, return_state=True)

    states = await asyncio.gather(*map(child, projects))
    return dict(zip(projects, states, strict=True))

"""Tags, by which Prefect's pages find the runs of a project, a phase or a gate: `project:website`, `gate:G2`.

Prefect asks its concurrency limits, one request each, for all tasks that have tags when they start. So flows
do not hand theirs down, and tasks take them over once they run.
"""

from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from prefect import Task
from prefect.client.schemas.objects import State, TaskRun
from prefect.context import FlowRunContext, TagsContext

P = ParamSpec("P")
R = TypeVar("R")


def about(**subject: object) -> AbstractContextManager[object]:
    """Tag the flow run that is started inside with what it is about."""
    return TagsContext(current_tags={f"{word}:{name}" for word, name in subject.items() if name is not None})


def own_tags(body: Callable[P, Coroutine[Any, Any, R]]) -> Callable[P, Coroutine[Any, Any, R]]:
    """Keep a flow's tags from the tasks and flows that its body calls."""

    @wraps(body)
    async def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with TagsContext():
            return await body(*args, **kwargs)

    return run


def tag_like_its_flow(_task: Task[..., Any], run: TaskRun, _state: State[Any]) -> None:
    """Give a running task the tags of its flow run, to be recorded with its next state."""
    if (flow := FlowRunContext.get()) and flow.flow_run:
        run.tags = sorted(flow.flow_run.tags)

"""Tags, by which Prefect's pages find the runs of a project, a phase or a gate: `project:website`, `gate:G2`.

Prefect asks its concurrency limits, one request each, for all tasks that have tags when they start. So flows
do not hand theirs down, and tasks take them over once they run.
"""

from collections.abc import Callable, Collection, Coroutine
from contextlib import AbstractContextManager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from prefect import Task
from prefect.client.schemas.objects import State, TaskRun
from prefect.context import FlowRunContext, TagsContext

P = ParamSpec("P")
R = TypeVar("R")
RUNNER = "runner"
runner: ContextVar[str | None] = ContextVar("runner", default=None)
"""Who starts the runs: the installation and the token of its lease, by which left runs are found."""


def about(**subject: object) -> AbstractContextManager[object]:
    """Tag the flow run that is started inside with what it is about."""
    marks = subject | {RUNNER: runner.get()}
    return TagsContext(current_tags={f"{word}:{name}" for word, name in marks.items() if name is not None})


def subject_of(tags: Collection[str], word: str) -> str:
    """What a run is about: `website` for the word `project`; empty when it does not say."""
    return next((tag.partition(":")[2] for tag in tags if tag.startswith(f"{word}:")), "")


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

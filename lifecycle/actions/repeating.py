"""A request that may arrive twice: it is done once, and whoever asks again gets the same answer."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from lifecycle.actions.workspace import Workspace
from lifecycle.value import Value

V = TypeVar("V", bound=Value)


class Request(NamedTuple):
    """What a person asks for, and the key under which they may ask for it again; `what` is plain, as JSON is."""

    verb: str
    project: str
    by: str
    what: dict[str, Any]
    key: str | None = None


def once(work: Workspace, request: Request, kind: type[V], act: Callable[[Workspace], V]) -> V:
    """Act and keep the answer in one transaction; without a key, only act.

    The same key gives the same answer again; KeyReused when it was used for something else.
    """
    if request.key is None:
        return act(work)
    asked = {"verb": request.verb, "project": request.project, **request.what}
    with work.change(request.verb, request.project, request.by) as store:
        given = store.answered(request.key, request.project, asked)
        if given is None:
            given = store.answer(request.key, asked, act(work.inside(store)).model_dump_json())
    return kind.model_validate_json(given)

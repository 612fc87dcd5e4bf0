"""A process file with broken fields, without them: so that the rest can be proved and told in one go."""

from copy import deepcopy
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lifecycle.process.definition import ProcessDefinition
from lifecycle.process.soundness import Loc

_PLACEHOLDER = "unreadable"
_PLACEHOLDERS: dict[str | int, Any] = {"approvers": [_PLACEHOLDER], "acceptance": {"by": _PLACEHOLDER}}
_LOAD_BEARING = frozenset(("id", "roles", "phases", "gates", "beside", "closing"))
"""Without these, whatever else is found may not be true."""


def mended(value: Any, error: ValidationError) -> tuple[ProcessDefinition, frozenset[Loc]] | None:
    """Return the process without its broken fields, and where those are; None when too little is left of it.

    First the broken values go, then those that cannot be missing get a placeholder.
    """
    value, broken = deepcopy(value), set()
    for _ in range(2):
        paths = [_path(value, item) for item in error.errors(include_url=False)]
        if not all(paths) or any(path[-1] in _LOAD_BEARING for path in paths):
            return None
        for path in dict.fromkeys(paths):
            _mend(value, path)
        broken.update(paths)
        try:
            return ProcessDefinition.model_validate(value), frozenset(broken)
        except ValidationError as left:
            error = left
    return None


def _path(value: Any, item: ErrorDetails) -> Loc:
    """Where in a value a complaint is about: the way along its loc, without the steps that are not there."""
    path: Loc = ()
    for part in item["loc"]:
        inside = part in value if isinstance(value, dict) else isinstance(value, list) and isinstance(part, int)
        path, value = ((*path, part), value[part]) if inside else (path, value)
    return (*path, item["loc"][-1]) if item["type"] == "missing" else path


def _mend(value: Any, path: Loc) -> None:
    """Take a value out, or put a placeholder where one is missing; what is gone already needs neither."""
    *way, last = path
    for part in way:
        if isinstance(value, dict) and part not in value:
            return
        value = value[part]
    if isinstance(value, dict) and last in value:
        del value[last]
    else:
        value[last] = deepcopy(_PLACEHOLDERS.get(last, _PLACEHOLDER))

"""A runner that dies by kill -9 at a point chosen before, so that every point is hit and not only likely ones."""

import asyncio
import os
import signal
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

PRELOADED = ("flows.dispatch", "flows.server", "tests.flows.carrying")


def perish(*_: object, **__: object) -> Any:
    """End this process as kill -9 does."""
    os.kill(os.getpid(), signal.SIGKILL)


def deliver_until_death(folder: Path, api_url: str, place: str, when: str) -> None:
    """Carry everything on, but die before or after `module:Class.function` when it is first called.

    Leaving alive is exit code 0, so that the test sees when a point was not reached.
    """
    from flows.server import client_settings
    from tests.flows import carrying

    module, _, path = place.partition(":")
    owner, name = import_module(module), path
    if "." in path:
        owner, name = getattr(owner, path.split(".")[0]), path.split(".")[1]
    setattr(owner, name, _deadly(getattr(owner, name), when))
    with client_settings(api_url):
        asyncio.run(carrying.drain(carrying.reopened(folder), "doomed"))


def _deadly(function: Callable[..., Any], when: str) -> Callable[..., Any]:
    @wraps(function)
    def before(*args: Any, **kwargs: Any) -> Any:
        perish()

    @wraps(function)
    def after(*args: Any, **kwargs: Any) -> Any:
        function(*args, **kwargs)
        perish()

    return before if when == "before" else after

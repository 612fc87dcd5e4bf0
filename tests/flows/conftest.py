"""One Prefect server for all flow tests of a session, and the demo, which plays beside them on the second core."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from flows.server import EmbeddedServer
from tests.flows.processes import ROOT, beside


class Performance(NamedTuple):
    """The demo as it plays: its process, and where its answer and its reports go."""

    process: subprocess.Popen[bytes]
    folder: Path


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """A running server; flows use it inside `client_settings(server.api_url)`."""
    with EmbeddedServer(tmp_path_factory.mktemp("prefect")) as started:
        started.start()
        yield started


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of the demo come last; it plays while the others run."""
    items.sort(key=watches_demo)


@pytest.fixture(scope="session", autouse=True)
def performance(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Performance | None]:
    """The demo, begun when the session begins; None when no test wants to see it."""
    if not any(map(watches_demo, request.session.items)):
        yield None
        return
    folder = tmp_path_factory.mktemp("demo")
    asked = [sys.executable, "-m", "flows", "demo", "--out", str(folder / "reports"), "--json"]
    with beside(folder, asked, os.environ | {"PYTHONPATH": str(ROOT)}) as process:
        yield Performance(process, folder)


def watches_demo(item: pytest.Item) -> bool:
    return item.path.name == "test_demo.py"

"""The API on the records that people at the command line work on, answered by a real server."""

from collections.abc import Iterator

import pytest

from lifecycle.web.serving import listening, serving
from tests.cli.conftest import executing, lived, started, submitted, terminal
from tests.cli.terminal import Terminal
from tests.web.client import Client

__all__ = ["executing", "lived", "started", "submitted", "terminal"]


@pytest.fixture
def api(terminal: Terminal) -> Iterator[Client]:
    """A server on the terminal's records, whatever was lived through there."""
    work = terminal.work
    work.database.login = None  # as for every server
    with listening("127.0.0.1", 0) as at, serving(work, at):
        yield Client(work, at.getsockname()[1])
    work.database.close()

"""Projects that were lived through once on each engine, and are copied for every test that goes on from there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lifecycle.actions import backups, gates, projects
from lifecycle.actions.workspace import Workspace
from tests import postgres
from tests.workspaces import (
    borrowed,
    carry_on,
    charter_file,
    copied,
    hand_in,
    pass_first_gate,
    pass_last_gate,
    pass_second_gate,
    workspace,
)


@pytest.fixture(scope="session")
def lived_started(tmp_path_factory: pytest.TempPathFactory, database_server: str | None) -> Workspace:
    folder = tmp_path_factory.mktemp("started")
    work = workspace(folder, url=postgres.new(database_server) if database_server else None)
    projects.start_project(work, charter_file(folder), "sam")
    carry_on(work)
    return work


@pytest.fixture(scope="session")
def lived_submitted(lived_started: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    work = copied(lived_started, tmp_path_factory.mktemp("submitted"))
    hand_in(work, "plan", "erik")
    gates.submit_gate(work, "app", "G1", "paula")
    return work


@pytest.fixture(scope="session")
def lived_executing(lived_started: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    work = copied(lived_started, tmp_path_factory.mktemp("executing"))
    pass_first_gate(work)
    return work


@pytest.fixture(scope="session")
def closed(lived_executing: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The project went through its three gates; only to be looked at."""
    work = copied(lived_executing, tmp_path_factory.mktemp("closed"))
    pass_second_gate(work)
    pass_last_gate(work)
    return work


@pytest.fixture
def started(lived_started: Workspace, tmp_path: Path) -> Iterator[Workspace]:
    """The project `app` has begun: Paula prepares gate G1."""
    with borrowed(lived_started, tmp_path) as work:
        yield work


@pytest.fixture
def submitted(lived_submitted: Workspace, tmp_path: Path) -> Iterator[Workspace]:
    """Gate G1 waits for Sam and Cora."""
    with borrowed(lived_submitted, tmp_path) as work:
        yield work


@pytest.fixture
def executing(lived_executing: Workspace, tmp_path: Path) -> Iterator[Workspace]:
    """The plan is the baseline, and its work begins."""
    with borrowed(lived_executing, tmp_path) as work:
        yield work


@pytest.fixture
def saved(submitted: Workspace, tmp_path: Path) -> Path:
    """A backup of the moment at which gate G1 was submitted."""
    backups.make(submitted, tmp_path / "saved")
    return tmp_path / "saved"

"""A program of three projects: the backend feeds the app and the website; started as one, dated as one."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lifecycle.actions import plans, programs, projects, views
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import BadInput, Conflict, NotFound
from lifecycle.history.charter import Charter, Dependency, TimeLimit
from lifecycle.history.control import ExceptionEnded, ExceptionRaised
from lifecycle.history.plan import ProgressLine
from tests import builders, postgres
from tests.workspaces import borrowed, charter_file, copied, history, on, pass_first_gate, workspace

INTERFACE = Dependency(id="D1", text="The interface", before="backend/A2", after="app/A1")
GATE = Dependency(id="D2", text="No website without a backend", before="backend/G2", after="website/execution")
MEMBERS = ("app", "backend", "website")
NEVER_LATE = builders.constraints(time=TimeLimit(start=date(2026, 1, 5), finish=date(2027, 12, 31)))


def files(folder: Path, *dependencies: Dependency, **members: Charter) -> Path:
    """The charters of a program and its projects as files; the program's."""
    common: dict[str, Any] = {"plan": "plan.csv"}
    charters = {name: builders.charter(name, **common) for name in MEMBERS}
    charters["backend"] = builders.charter("backend", constraints=NEVER_LATE, **common)
    for name, charter in (charters | members).items():
        charter_file(folder, charter).rename(folder / f"{name}.yaml")
    return charter_file(folder, builders.program_charter(*dependencies, projects=MEMBERS))


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory, database_server: str | None) -> Workspace:
    """The program has begun; only to be looked at."""
    folder = tmp_path_factory.mktemp("program")
    work = workspace(folder, url=postgres.new(database_server) if database_server else None)
    programs.start_program(work, files(folder, INTERFACE, GATE), "sam")
    return work


@pytest.fixture(scope="module")
def lived_building(begun: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    work = copied(begun, tmp_path_factory.mktemp("building"))
    for name in ("app", "backend"):
        pass_first_gate(work, name)
    return work


@pytest.fixture
def building(lived_building: Workspace, tmp_path: Path) -> Iterator[Workspace]:
    """The app and the backend have a baseline and are being built; the website has not begun."""
    with borrowed(lived_building, tmp_path) as work:
        yield work


def report(work: Workspace, project: str, day: date, remaining: int) -> None:
    """On that day, the first activity runs since the start and needs this many days more."""
    on(work, day)
    line = ProgressLine(
        activity="A1", percent=50, actual_start=date(2026, 1, 5), actual_cost=Decimal(30_000), remaining=remaining
    )
    plans.record_progress(work, project, day, line, "paula")


def test_a_program_starts_with_all_its_projects(begun: Workspace) -> None:
    listed = {line.id: line.program for line in views.project_list(begun)}
    assert listed == {"digital": None, "app": "digital", "backend": "digital", "website": "digital"}
    assert {entry.at for entry in views.journal_of(begun, None)} == {"2026-01-05T09:00:00Z"}


def test_plans_are_dated_together_so_that_nothing_starts_before_what_it_waits_for(begun: Workspace) -> None:
    plans_ = {name: history(begun, name).plan for name in MEMBERS}
    app, backend, website = (plan.schedule for plan in plans_.values() if plan)
    assert (backend.start, backend.of("A2").finish) == (date(2026, 1, 5), date(2026, 2, 13))
    assert app.of("A1").start == date(2026, 2, 16)
    assert website.of("A1").start == date(2026, 1, 5)


def test_a_program_is_started_once(building: Workspace) -> None:
    before = history(building, "digital").records
    with pytest.raises(Conflict, match="There is a project 'digital' already"):
        programs.start_program(building, building.files.data.parent / "digital.yaml", "sam")
    assert history(building, "digital").records == before


def test_when_one_project_exists_already_none_is_started(tmp_path: Path) -> None:
    work = workspace(tmp_path)
    program = files(tmp_path)
    projects.start_project(work, tmp_path / "website.yaml", "sam")
    with pytest.raises(Conflict, match="There is a project 'website' already"):
        programs.start_program(work, program, "sam")
    assert [line.id for line in views.project_list(work)] == ["website"]


def refused(folder: Path, *dependencies: Dependency, **members: Charter) -> str:
    """What is said when a program cannot be started; nothing of it is."""
    work = workspace(folder)
    with pytest.raises(BadInput) as refusal:
        programs.start_program(work, files(folder, *dependencies, **members), "sam")
    assert views.project_list(work) == ()
    return str(refusal.value)


def test_a_charter_must_be_the_one_that_the_program_names(tmp_path: Path) -> None:
    said = refused(tmp_path, website=builders.charter("shop"))
    assert "its project is 'shop'" in said
    assert "wants 'website' here" in said


def test_a_project_stands_in_a_program_once(tmp_path: Path) -> None:
    work = workspace(tmp_path)
    files(tmp_path)
    once = builders.program_charter(projects=("app",))
    file = charter_file(tmp_path, once.model_copy(update={"projects": once.projects * 2}))
    with pytest.raises(BadInput, match="each name once"):
        programs.start_program(work, file, "sam")
    assert views.project_list(work) == ()


def test_a_program_in_a_program_is_refused(tmp_path: Path) -> None:
    inner = builders.program_charter(projects=("shop",), project="website")
    assert "cannot be programs themselves" in refused(tmp_path, website=inner)


def test_a_project_that_cannot_be_started_keeps_the_others_from_starting(tmp_path: Path) -> None:
    people = tuple(person for person in builders.PEOPLE if person.id != "sam")
    assert "cannot be started" in refused(tmp_path, website=builders.charter("website", people=people))


def test_dependencies_that_do_not_fit_are_all_named(tmp_path: Path) -> None:
    moon = Dependency(id="D3", text="Needed", before="moon/G1", after="app/execution")
    circle = Dependency(id="D4", text="Needed", before="app/G2", after="backend/closing")
    said = refused(tmp_path, INTERFACE, moon, circle)
    assert "the dependencies do not fit" in said
    assert "D3: there is no project 'moon'" in said
    assert "in a circle" in said


def test_a_milestone_of_a_project_without_a_plan_is_named(tmp_path: Path) -> None:
    said = refused(tmp_path, INTERFACE, backend=builders.charter("backend"))
    assert "D1: backend has no gate and no activity 'A2'" in said


def test_a_project_s_charter_starts_no_program(tmp_path: Path) -> None:
    work = workspace(tmp_path)
    files(tmp_path)
    with pytest.raises(BadInput, match="phasegate project start"):
        programs.start_program(work, tmp_path / "app.yaml", "sam")


def test_the_engine_may_carry_on_whoever_waits_for_nobody(building: Workspace) -> None:
    assert programs.members_to_advance(building, "digital") == ("digital", "website")
    pass_first_gate(building, "website")
    assert programs.members_to_advance(building, "digital") == ("digital",)
    assert views.why(building, "website").dependencies == (
        "D2: backend has not passed G2 (No website without a backend)",
    )


def test_a_project_is_no_program(building: Workspace) -> None:
    with pytest.raises(NotFound, match="no program 'app'"):
        programs.program_status(building, "app")
    with pytest.raises(NotFound, match="no program 'app'"):
        programs.raise_exceptions(building, "app")


# A delay that comes from another project


def test_as_long_as_all_is_on_time_nothing_is_written(building: Workspace) -> None:
    entries = views.journal_of(building, None)
    assert programs.raise_exceptions(building, "digital") == ()
    assert views.journal_of(building, None) == entries


def test_a_slip_of_its_predecessor_raises_an_exception_in_a_project_once(building: Workspace) -> None:
    report(building, "backend", date(2026, 1, 16), remaining=110)
    assert history(building, "backend").all(ExceptionRaised) == history(building, "app").all(ExceptionRaised) == ()
    (raised,) = programs.raise_exceptions(building, "digital")
    assert isinstance(raised, ExceptionRaised)
    assert (raised.project, raised.measure, raised.limit) == ("app", "time", "2026-07-10")
    assert raised.forecast == str(views.project_status(building, "app").forecast_finish)
    assert history(building, "app").all(ExceptionRaised) == (raised,)
    assert views.project_status(building, "app").open_exceptions == (raised.id,)
    assert programs.raise_exceptions(building, "digital") == ()


def test_the_exception_ends_when_the_predecessor_catches_up(building: Workspace) -> None:
    report(building, "backend", date(2026, 1, 16), remaining=110)
    programs.raise_exceptions(building, "digital")
    report(building, "backend", date(2026, 1, 23), remaining=5)
    (ended,) = programs.raise_exceptions(building, "digital")
    assert isinstance(ended, ExceptionEnded)
    assert ended.id == "app:exception:1:ended"
    assert views.project_status(building, "app").open_exceptions == ()
    assert programs.raise_exceptions(building, "digital") == ()


def test_a_project_without_a_baseline_is_held_to_nothing(begun: Workspace, tmp_path: Path) -> None:
    work = copied(begun, tmp_path)
    pass_first_gate(work, "backend")
    report(work, "backend", date(2026, 1, 16), remaining=110)
    assert programs.raise_exceptions(work, "digital") == ()


def test_what_a_project_caused_itself_is_raised_with_its_report(building: Workspace) -> None:
    report(building, "app", date(2026, 1, 16), remaining=150)
    (raised,) = history(building, "app").all(ExceptionRaised)
    assert raised.measure == "time"
    assert programs.raise_exceptions(building, "digital") == ()

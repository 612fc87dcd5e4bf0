"""The example program is real input: its files are sound, its figures fit, its diary could have happened."""

import shlex
from collections.abc import Iterator
from datetime import date
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer
from pydantic import Field

from lifecycle.cli.main import app
from lifecycle.control.earned_value import measure
from lifecycle.control.tolerances import time_limit
from lifecycle.governance.roster import dead_gates
from lifecycle.history.charter import Charter, Dependency, ProgramCharter
from lifecycle.history.control import BaselineSet
from lifecycle.history.plan import Plan, ProgressLine, Schedule
from lifecycle.library import Library, read, read_charter, read_plan, read_progress
from lifecycle.planning import checks
from lifecycle.planning.calendar import MONDAY_TO_FRIDAY
from lifecycle.planning.forecast import forecast
from lifecycle.planning.network import schedule
from lifecycle.process.definition import Name, ProcessDefinition, Text
from lifecycle.process.expansion import expand
from lifecycle.value import Value
from tests.builders import START

CONFIG = Path(__file__).resolve().parents[1] / "config"
EXAMPLE = CONFIG / "examples" / "digital-platform"
PROJECTS = ("backend", "chat-assistant", "mobile-app", "website")
BUILT = ("backend", "mobile-app", "website")
PLANS = sorted(EXAMPLE.glob("*/plan*.csv"))
APPROVED = {"backend": "plan.csv", "mobile-app": "plan-2.csv", "website": "plan.csv"}
CHANGED = {"backend": (date(2026, 5, 5), "plan-change-1.csv")}
"""Which plan an approved change made the baseline, and when."""


class Entry(Value):
    """A line of the diary."""

    on: date
    person: Name = Field(alias="as")
    say: str = ""
    run: Text
    refused: bool = False


class Diary(Value):
    """The story."""

    events: tuple[Entry, ...]


class Command(NamedTuple):
    """A diary entry as the command line understood it: `gate submit` with its parameters."""

    entry: Entry
    verb: str
    given: dict[str, Any]


@cache
def program() -> ProgramCharter:
    charter = read_charter(EXAMPLE / "program.yaml")
    assert isinstance(charter, ProgramCharter)
    return charter


@cache
def charter_of(project: str) -> Charter:
    return program() if project == program().project else read_charter(EXAMPLE / project / "charter.yaml")


@cache
def process_of(project: str) -> ProcessDefinition:
    charter = charter_of(project)
    standard = Library.find(CONFIG).process(charter.process)
    return expand(standard, charter.stages, charter.deliverables)


@cache
def plan_of(path: Path) -> Plan:
    return read_plan(path)


@cache
def commands() -> tuple[Command, ...]:
    root = typer.main.get_command(app)
    return tuple(parsed(root, entry) for entry in read(EXAMPLE / "diary.yaml", Diary).events)


def parsed(root: Any, entry: Entry) -> Command:
    """Let the command line read an entry without running it; it raises for what it does not understand."""
    noun, verb, *rest = shlex.split(entry.run)
    group = root.commands[noun]
    context = group.commands[verb].make_context(f"{noun} {verb}", [*rest, "--as", entry.person])
    return Command(entry, f"{noun} {verb}", context.params)


def done(verb: str, **given: object) -> Iterator[Command]:
    """The commands of a verb that were not refused, with these parameters."""
    for command in commands():
        wanted = command.verb == verb and not command.entry.refused
        if wanted and all(command.given[name] == value for name, value in given.items()):
            yield command


def baseline_of(project: str, day: date) -> BaselineSet:
    changed, file = CHANGED.get(project, (date.max, ""))
    plan = plan_of(EXAMPLE / project / (file if day > changed else APPROVED[project]))
    limits = charter_of(project).constraints
    dated = schedule(plan, limits.time.start)
    return BaselineSet(
        project=project, at=START, by="x", number=1, plan=plan, schedule=dated, constraints=limits, source="x"
    )


def reports(project: str) -> Iterator[tuple[date, dict[str, ProgressLine]]]:
    """Each status date with all that was known then."""
    known: dict[str, ProgressLine] = {}
    for file in sorted((EXAMPLE / project / "progress").glob("*.csv")):
        for day, lines in read_progress(file):
            assert day.isoformat() == file.stem
            known = known | {line.activity: line for line in lines}
            yield day, known


def as_of(project: str, day: date, **not_before: date) -> Schedule:
    known = dict(reports(project))
    return forecast(baseline_of(project, day), known[day], day, MONDAY_TO_FRIDAY, not_before)


@pytest.mark.parametrize("project", ["digital-platform", *PROJECTS])
def test_a_charter_can_be_started_and_all_its_gates_can_be_decided(project: str) -> None:
    assert dead_gates(process_of(project), charter_of(project)) == ()


def test_the_people_of_the_charters_are_those_of_the_organisation() -> None:
    known = {person.id: person for person in Library.find(CONFIG).organisation.people}
    for project in ("digital-platform", *PROJECTS):
        for member in charter_of(project).people:
            assert member.name == known[member.id].name
            if project != "digital-platform":
                assert set(member.roles) <= set(known[member.id].roles), (project, member.id)


@pytest.mark.parametrize("path", PLANS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_plan_is_sound_and_inside_the_limits_of_its_charter(path: Path) -> None:
    plan, charter = plan_of(path), charter_of(path.parent.name)
    products = {item.id for item in charter.deliverables}
    assert checks.problems(plan) == ()
    assert all(charter.holders(activity.owner) for activity in plan.activities)
    assert {activity.deliverable for activity in plan.activities if activity.deliverable} <= products
    assert sum(activity.cost for activity in plan.activities) <= charter.constraints.cost.budget
    # what an approved change added: 24 days
    finish = charter.constraints.time.finish if "change" not in path.stem else date(2026, 8, 24)
    assert schedule(plan, charter.constraints.time.start).finish <= finish


def test_the_large_plans_have_links_of_several_types_and_the_small_one_is_small() -> None:
    sizes = {path.parent.name: len(plan_of(path).activities) for path in PLANS if path.stem == "plan"}
    links = {link.type for path in PLANS for activity in plan_of(path).activities for link in activity.links}
    assert all(25 <= sizes[project] <= 60 for project in BUILT)
    assert sizes["chat-assistant"] < 10
    assert links >= {"FS", "SS", "FF"}


@pytest.mark.parametrize("dependency", program().dependencies, ids=attrgetter("id"))
def test_a_dependency_names_what_exists(dependency: Dependency) -> None:
    for end in (dependency.before, dependency.after):
        project, name = end.split("/")
        process = process_of(project)
        known = {phase.id for phase in process.phases} | {gate.id for gate in process.gates}
        for path in (EXAMPLE / project).glob("plan*.csv"):
            assert name in known | {activity.id for activity in plan_of(path).activities}


@pytest.mark.parametrize("project", BUILT)
def test_progress_is_about_the_baseline_and_its_figures_are_sensible(project: str) -> None:
    days = [day for day, _ in reports(project)]
    assert 4 <= len(days) <= 7
    for day, known in reports(project):
        value = measure(baseline_of(project, day), known, day, MONDAY_TO_FRIDAY)
        assert value.cpi is not None and value.spi is not None
        assert 0.85 <= value.spi <= 1.1 and 0.85 <= value.cpi <= 1.1, (day, value.spi, value.cpi)
        assert value.eac is not None and value.eac <= charter_of(project).constraints.cost.budget * 105 / 100
    assert all(line.percent == 100 for line in known.values())
    assert set(known) == {activity.id for activity in baseline_of(project, days[-1]).plan.activities}


def test_the_late_interface_moves_the_app_beyond_its_tolerance_and_the_website_not_at_all() -> None:
    before = as_of("backend", date(2026, 3, 27)).of("B43").finish
    late = as_of("backend", date(2026, 4, 24))
    interface = late.of("B43").finish
    assert 3 * 7 <= (interface - before).days <= 4 * 7
    assert late.finish > time_limit(charter_of("backend").constraints)
    app_ = charter_of("mobile-app").constraints
    may = date(2026, 5, 1)
    assert as_of("mobile-app", may).finish <= app_.time.finish
    assert as_of("mobile-app", may, A30=interface).finish > time_limit(app_)
    assert as_of("website", date(2026, 5, 8), W40=interface).finish == as_of("website", date(2026, 5, 8)).finish


def test_the_backend_recovers_by_its_change_and_the_app_by_working_faster() -> None:
    assert as_of("backend", date(2026, 5, 15)).finish <= date(2026, 8, 24)
    interface = date(2026, 6, 18)
    june = as_of("mobile-app", date(2026, 6, 26), A31=interface)
    assert june.finish <= time_limit(charter_of("mobile-app").constraints)


def test_the_diary_is_in_order_and_everybody_in_it_belongs_to_the_project() -> None:
    days = [command.entry.on for command in commands()]
    assert days == sorted(days)
    for command in commands()[1:]:
        project = command.given.get("project") or command.given.get("program")
        assert charter_of(str(project)).person(command.entry.person), command.entry.run


def test_the_diary_names_only_what_exists() -> None:
    for command in commands():
        given, run = command.given, command.entry.run
        process = process_of(str(given.get("project") or "digital-platform"))
        criteria = {one.id for one in charter_of(str(given.get("project") or "digital-platform")).success_criteria}
        names = {
            "gate": {gate.id for gate in process.gates},
            "deliverable": {d.id for d in process.deliverables},
        }
        for kind, known in names.items():
            assert given.get(kind) in (None, *known), run
        if command.verb == "project judge":
            assert given["criterion"] in criteria, run
        for kind in ("file", "plan"):
            assert given.get(kind) is None or (EXAMPLE / given[kind]).is_file(), run


def test_every_file_of_the_example_is_used() -> None:
    named = {path for command in commands() for kind in ("file", "plan") if (path := command.given.get(kind))}
    charters = {Path(member.charter) for member in program().projects}
    plans = {Path(project) / plan for project in PROJECTS if (plan := charter_of(project).plan)}
    there = {path.relative_to(EXAMPLE) for path in EXAMPLE.rglob("*") if path.is_file()}
    assert there == named | charters | plans | {Path("diary.yaml")}


def submissions() -> list[tuple[str, str, int]]:
    """Every gate submission that was not refused: project, gate, place in the diary."""
    order = commands()
    return [(c.given["project"], c.given["gate"], order.index(c)) for c in done("gate submit")]


@pytest.mark.parametrize(("project", "gate", "place"), submissions())
def test_a_gate_is_submitted_when_what_it_needs_is_there(project: str, gate: str, place: int) -> None:
    earlier = commands()[:place]
    handed_in = {c.given["deliverable"] for c in done("project submit-deliverable", project=project) if c in earlier}
    accepted = {c.given["deliverable"] for c in done("project accept-deliverable", project=project) if c in earlier}
    waived = {c.given["criterion"] for c in done("gate waive", project=project, gate=gate)}
    for item in process_of(project).deliverables_for(gate):
        if not item.optional and f"deliverable.{item.id}" not in waived:
            assert item.id in (accepted if item.product else handed_in), item.id


def test_nobody_votes_on_what_they_submitted_or_wrote() -> None:
    for vote in done("gate decide"):
        project, gate = vote.given["project"], vote.given["gate"]
        needed = {item.id for item in process_of(project).deliverables_for(gate)}
        authors = {
            c.entry.person
            for c in done("project submit-deliverable", project=project)
            if c.given["deliverable"] in needed
        }
        submitters = {c.entry.person for c in done("gate submit", project=project, gate=gate)}
        assert vote.entry.person not in authors | submitters, vote.entry.run


def test_the_story_shows_every_kind_of_outcome() -> None:
    choices = {(c.given["vote"], c.given["propose"]) for c in done("gate decide")}
    verdicts = {c.given["verdict"] for c in done("change decide")}
    assert choices >= {("reject", "hold"), ("reject", "recycle"), ("reject", "kill"), ("approve", None)}
    assert ("approve_with_conditions", None) in choices
    assert verdicts == {"accept", "modify", "reject"}
    assert sum(command.entry.refused for command in commands()) >= 3


@pytest.mark.parametrize("project", BUILT)
def test_a_project_that_reaches_its_end_is_judged_handed_over_and_released(project: str) -> None:
    judged = {c.given["criterion"] for c in done("project judge", project=project)}
    handed = {c.given["deliverable"] for c in done("project hand-over", project=project)}
    assert judged == {one.id for one in charter_of(project).success_criteria}
    assert handed == {item.id for item in process_of(project).deliverables if item.product}
    assert list(done("project release", project=project)) and list(done("lesson add", project=project))

"""What projects need of each other."""

import pytest

from lifecycle.governance import closing
from lifecycle.history import History
from lifecycle.history.charter import Dependency, ProgramCharter
from lifecycle.program import dependency_problems, ready, step_of, unmet_dependencies
from lifecycle.progress import AwaitPredecessor, OpenPhase
from tests.builders import (
    START,
    activity,
    charter,
    decided,
    definition,
    finished,
    lesson,
    opened,
    plan,
    planned,
    prepared,
    program_charter,
    released,
    started,
    stopped,
    submitted,
)

GATE = Dependency(id="D1", text="No app without a backend", before="backend/G2", after="app/execution")
MILESTONE = Dependency(id="D2", text="The interface", before="backend/B1", after="app/A1")


def project(name: str) -> History:
    return started(charter(name))


def needs(*dependencies: Dependency) -> ProgramCharter:
    return program_charter(*dependencies, projects=("backend", "app"))


def unmet(**members: History) -> tuple[str, ...]:
    return unmet_dependencies(needs(GATE, MILESTONE), members, "app", "execution")


def test_a_phase_waits_until_its_predecessor_passed_the_gate() -> None:
    backend = decided(project("backend"), "G1")
    assert unmet(backend=backend) == ("D1: backend has not passed G2 (No app without a backend)",)
    assert unmet(backend=decided(backend, "G2")) == ()


def test_a_gate_passed_conditionally_is_passed_and_a_refused_one_is_not() -> None:
    backend = decided(project("backend"), "G1")
    assert unmet(backend=decided(backend, "G2", "conditional_go")) == ()
    assert unmet(backend=decided(backend, "G2", "recycle"))


def test_a_predecessor_that_has_not_started_keeps_its_successor_waiting() -> None:
    assert unmet() == ("D1: backend has not started, so G2 is not passed (No app without a backend)",)


def test_a_predecessor_that_was_stopped_or_closed_early_says_so() -> None:
    backend = stopped(opened(project("backend")))
    assert "backend was stopped and will not pass G2" in unmet(backend=backend)[0]
    backend = released(lesson(submitted(backend, "final-report", "paula")))
    backend = backend.and_then(closing.close(backend, "paula", START, "0" * 64))
    assert "backend was closed early and will not pass G2" in unmet(backend=backend)[0]


def test_a_predecessor_that_was_stopped_after_the_gate_has_passed_it() -> None:
    assert unmet(backend=stopped(decided(decided(project("backend"), "G1"), "G2"))) == ()


def test_other_phases_and_other_projects_do_not_wait() -> None:
    assert unmet_dependencies(needs(GATE), {}, "app", "planning") == ()
    assert unmet_dependencies(needs(GATE), {}, "web", "execution") == ()


def test_a_milestone_never_holds_back_a_phase() -> None:
    odd = Dependency(id="D3", text="Named like a phase", before="backend/B1", after="app/execution")
    assert unmet_dependencies(needs(odd), {"backend": project("backend")}, "app", "execution") == ()


def test_a_project_s_next_step_waits_for_its_predecessor() -> None:
    members = {"app": decided(project("app"), "G1"), "backend": project("backend")}
    step = step_of(needs(GATE), members, "app")
    assert isinstance(step, AwaitPredecessor)
    assert step.dependencies == ("D1: backend has not passed G2 (No app without a backend)",)


def test_a_repeated_attempt_and_an_early_closing_wait_for_nobody() -> None:
    passed_once = opened(decided(project("app"), "G1"), "execution")
    again = decided(passed_once, "G2", "recycle")
    assert step_of(needs(GATE), {"app": again}, "app") == OpenPhase(phase="execution", attempt=2)
    killed = decided(passed_once, "G2", "kill")
    assert step_of(needs(GATE), {"app": killed}, "app") == OpenPhase(phase="closing", attempt=1, premature=True)


def test_ready_are_those_in_which_the_engine_acts_next() -> None:
    last_gate_passed = decided(decided(decided(project("web"), "G1"), "G2"), "G3")
    members = {
        "backend": project("backend"),
        "app": decided(project("app"), "G1"),
        "web": last_gate_passed,
        "shop": opened(project("shop")),
        "docs": prepared(project("docs"), "G1"),
        "done": finished(charter("done")),
    }
    assert ready(needs(GATE), members) == ("backend", "web")


def test_every_member_is_ready_once_its_predecessor_is_through() -> None:
    backend = decided(decided(project("backend"), "G1"), "G2")
    assert ready(needs(GATE), {"backend": backend, "app": decided(project("app"), "G1")}) == (
        "backend",
        "app",
    )


# Checks at the start


def problems(*dependencies: Dependency) -> tuple[str, ...]:
    definitions = {"backend": definition(), "app": definition(), "web": definition()}
    plans = {"backend": plan(activity("B1", 5)), "app": plan(activity("A1", 5))}
    return dependency_problems(needs(*dependencies), definitions, plans)


def link(before: str, after: str) -> Dependency:
    return Dependency(id="D9", text="Needed", before=before, after=after)


def test_sound_dependencies_have_no_problems() -> None:
    assert problems(GATE, MILESTONE) == ()


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("moon/G1", "app/execution", "no project 'moon'"),
        ("backend/G1", "moon/execution", "no project 'moon'"),
        ("backend/G1", "app/party", "app has no phase 'party' that gate G1 could open"),
        ("backend/G1", "app/control", "app has no phase 'control'"),
        ("backend/G1", "app/A1", "app has no phase 'A1'"),
        ("backend/B7", "app/A1", "backend has no gate and no activity 'B7'"),
        ("backend/B1", "app/A7", "app has no activity 'A7'"),
        ("backend/B1", "app/execution", "app has no activity 'execution'"),
        ("backend/B1", "web/W1", "web has no activity 'W1'"),
        ("backend/B1", "backend/B1", "backend cannot depend on itself"),
    ],
)
def test_what_nobody_knows_is_named(before: str, after: str, words: str) -> None:
    (problem,) = problems(link(before, after))
    assert problem.startswith("D9: ")
    assert words in problem


def test_all_problems_come_at_once() -> None:
    assert len(problems(link("moon/G1", "mars/execution"), link("backend/B7", "app/A7"))) == 4


def test_projects_that_wait_for_each_other_are_refused_with_the_circle() -> None:
    back = link("app/G1", "backend/closing")
    (problem,) = problems(GATE, back)
    assert "wait for each other in a circle: " in problem
    assert "backend -> app" in problem
    assert "app -> backend" in problem


def test_a_plan_that_is_there_is_enough_for_a_milestone() -> None:
    history = planned(opened(project("app")), activity("A1", 3))
    assert history.plan
    plans = {"backend": plan(activity("B1", 5)), "app": history.plan.plan}
    definitions = {"backend": definition(), "app": definition()}
    assert dependency_problems(needs(MILESTONE), definitions, plans) == ()

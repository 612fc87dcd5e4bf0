"""The real actions against a model with rules of its own: whatever anybody does in whatever order, both agree."""

import shutil
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from lifecycle.actions import gates, phases, projects, registers
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import LifecycleError
from lifecycle.history.gates import GateDecided, VoteCast
from lifecycle.process.definition import AtLeast, AuthorityDefinition, ProcessDefinition
from lifecycle.progress import gate_at
from lifecycle.records.checkpoints import Place
from lifecycle.records.database import KNOWN, Database
from lifecycle.records.files import Files
from tests import builders
from tests.faults import model, oracle, profile
from tests.workspaces import charter_file, history, vote, workspace

STEPS = 50
LIVES = profile.size(6, 600)
"""How many projects are lived through, of so many steps each."""

PEOPLE = st.sampled_from(sorted(model.ROLES))
GATES = st.sampled_from(sorted(model.APPROVERS))
CHOICES = st.sampled_from(("approve", "approve", "approve_with_conditions", "reject", "abstain"))
LIKELY = st.sampled_from(("approve",) * 6 + ("approve_with_conditions",) * 2 + ("reject",) * 3 + ("abstain",))
PROPOSALS = st.sampled_from((None, "hold", "recycle", "kill"))
CONDITION = {"text": "Write the tests.", "owner": "erik", "due": date(2026, 12, 31)}


def process() -> ProcessDefinition:
    """What the model's tables say, as a PMO would write it."""
    policies: dict[str, Any] = {"G1": "all", "G2": AtLeast(at_least=2), "G9": "any"}
    owned = {"paper": "engineer", "app": "engineer"}
    parts = []
    for name, gate in model.GATE.items():
        approvers = sorted(model.APPROVERS[gate])
        end = builders.gate(gate, *approvers, policy=policies[gate], chair=model.CHAIR[gate], rounds=model.ROUNDS[gate])
        wanted = model.PAPER[gate]
        items = (builders.deliverable(wanted, owned[wanted], "sponsor"),) if wanted else ()
        parts.append(builders.phase(name, gates=(end,), deliverables=items, closing=name == "closing"))
    return builders.definition(*parts, authority=(AuthorityDefinition(decision="stop", roles=("sponsor",)),))


@cache
def begun() -> Workspace:
    """A project that has just started; its records are in memory, to be copied for every life."""
    place = Path(mkdtemp())
    work = replace(workspace(place, process()), database=Database("sqlite://"))
    people = tuple(builders.person(name, *sorted(roles)) for name, roles in model.ROLES.items() if roles)
    projects.start_project(work, charter_file(place, builders.charter(people=people)), "paula")
    shutil.rmtree(place)
    return work


def born(folder: Path) -> Workspace:
    """A copy of it that keeps its files in this folder."""
    database = Database("sqlite://")
    with begun().database.bare.connect() as source, database.bare.connect() as target:
        source.connection.backup(target.connection.dbapi_connection)
    KNOWN.clear()  # all lives are one installation, and only one of them is true at a time
    return replace(begun(), database=database, files=Files(folder), checkpoints=Place.at(folder / "checkpoints"))


class Lives(RuleBasedStateMachine):
    """One project; each rule is done by the actions and by the model, which must both allow or both refuse it."""

    seen: Counter[str] = Counter()
    """How often each verb was done and refused, and each outcome reached, in all lives together."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.work = born(Path(self.folder.name))
        self.model = model.Project()

    def teardown(self) -> None:
        self.seen.update(outcome for _, _, outcome in self.model.outcomes)
        assert oracle.anomalies(self.work) == []
        self.work.database.close()
        self.folder.cleanup()

    def both(self, allowed: bool, act: Callable[[], object]) -> None:
        """The action must do what the model allows, and refuse what it does not."""
        verb = sys._getframe(1).f_code.co_name.lstrip("_")
        self.seen[f"{verb} {'done' if allowed else 'refused'}"] += 1
        try:
            done = act()
        except LifecycleError as refusal:
            assert not allowed, f"refused, though the rules allow it: {refusal}"
        else:
            assert allowed == (done is not False), "done, though the rules do not allow it"

    @rule()
    def engine(self) -> None:
        """The engine's turn, if it is."""
        if following := self.model.next_phase():
            self.open(*following)
        self.both(self.model.close("phasegate"), lambda: phases.close_passed_project(self.work, "app"))

    @rule(phase=st.sampled_from(model.PHASES), attempt=st.integers(1, 2))
    def open(self, phase: str, attempt: int) -> None:
        """A flow, or somebody who runs one by hand, says that a phase begins."""
        self.both(self.model.open_phase(phase, attempt), lambda: phases.open_phase(self.work, "app", phase, attempt))

    @rule(which=st.integers(0, 5), choice=LIKELY, proposal=PROPOSALS)
    def expected(self, which: int, choice: str, proposal: str | None) -> None:
        """What the project waits for, by one of those it waits for; else few lives would come far."""
        turn, gate, wanted = self.model.turn, self.model.gate, model.PAPER[self.model.gate]
        if turn in ("open phase", "closing"):
            self.engine()
        elif turn == "preparing" and wanted and not self.model.ready():
            self.hand_in(wanted, "erik", "a")
        elif turn == "preparing":
            self.submit(gate, ("paula", "petra")[which % 2])
        elif turn == "awaiting decision" and self.model.review:
            left = sorted(self.model.review.seats - {vote[0] for vote in self.model.review.votes})
            if self.model.conditions:
                self.clear(("sam", "cora")[which % 2], 0, False)
            self.vote_in_form(left[which % len(left)], choice, proposal)
        elif turn == "on hold":
            self.resume(("sam", "cora")[which % 2])
        elif turn == "closing early":
            self.wind_up("paula")

    @rule(which=st.integers(0, 5), choice=LIKELY, proposal=PROPOSALS)
    def expected_next(self, which: int, choice: str, proposal: str | None) -> None:
        self.expected(which, choice, proposal)
        self.both_are_at_the_same_point()
        self.expected(which + 1, choice, proposal)

    @rule(which=st.integers(0, 5), choice=LIKELY, proposal=PROPOSALS)
    def expected_for_long(self, which: int, choice: str, proposal: str | None) -> None:
        for more in range(4):
            self.expected(which + more, choice if more else "approve", proposal)
            self.both_are_at_the_same_point()

    @rule(gate=GATES, by=PEOPLE)
    def submit(self, gate: str, by: str) -> None:
        self.both(self.model.submit(gate, by), lambda: gates.submit_gate(self.work, "app", gate, by))

    @rule(gate=GATES, by=PEOPLE, choice=CHOICES, proposal=PROPOSALS, conditions=st.integers(0, 2), right=st.booleans())
    def vote_anything(self, gate: str, by: str, **said: Any) -> None:
        right = said.pop("right")
        allowed = self.model.vote(gate, by, right_digest=right, **said)
        named = said | {"conditions": [CONDITION] * said["conditions"]} | ({} if right else {"digest": "0" * 64})
        self.both(allowed, lambda: vote(self.work, gate, by, **named))

    @rule(by=PEOPLE, choice=CHOICES, proposal=PROPOSALS)
    def vote_in_form(self, by: str, choice: str, proposal: str | None) -> None:
        proposal = proposal if choice == "reject" else None
        conditions = int(choice == "approve_with_conditions")
        said = {"choice": choice, "proposal": proposal, "conditions": conditions, "right": True}
        self.vote_anything(self.model.gate, by, **said)

    @rule(by=st.none() | PEOPLE, gate=st.none() | GATES)
    def withdraw(self, gate: str | None, by: str | None) -> None:
        """Anybody; the submitter when nobody is named."""
        submitter = self.model.review.by if self.model.review else "paula"
        self._withdraw(gate or self.model.gate, by or submitter)

    def _withdraw(self, gate: str, by: str) -> None:
        self.both(self.model.withdraw(gate, by), lambda: gates.withdraw_gate(self.work, "app", gate, by))

    @rule(deliverable=st.sampled_from(("paper", "app")), by=PEOPLE, content=st.sampled_from("abc"))
    def hand_in(self, deliverable: str, by: str, content: str) -> None:
        file = Path(self.folder.name) / content
        file.write_text(content)
        self.both(
            self.model.hand_in(deliverable, by, content),
            lambda: projects.submit_deliverable(self.work, "app", deliverable=deliverable, by=by, file=file),
        )

    @rule(by=PEOPLE)
    def resume(self, by: str) -> None:
        gate = self.model.gate
        self.both(self.model.resume(gate, by), lambda: gates.resume_gate(self.work, "app", gate, "Go on.", by))

    @rule(by=PEOPLE, gate=GATES)
    def waive(self, gate: str, by: str) -> None:
        asked = {"gate": gate, "criterion": f"deliverable.{model.PAPER[gate]}", "reason": "Not needed.", "by": by}
        self.both(self.model.waive(gate, by), lambda: gates.waive_criterion(self.work, "app", **asked))

    @rule(by=PEOPLE, which=st.integers(0, 3), waive=st.booleans())
    def clear(self, by: str, which: int, waive: bool) -> None:
        name = (*self.model.conditions, "G1.1.1", "G1.1.1", "G1.1.1", "G1.1.1")[which]
        self.both(
            self.model.clear(name, by, waive),
            lambda: gates.clear_condition(self.work, "app", name=name, evidence="Seen.", by=by, waive=waive),
        )

    @rule(by=PEOPLE, sure=st.integers(0, 5))
    def stop(self, by: str, sure: int) -> None:
        if sure == 0 or self.model.stopped or "sponsor" not in model.ROLES[by]:
            self.both(self.model.stop(by), lambda: projects.stop_project(self.work, "app", "No longer wanted.", by))

    @rule(by=PEOPLE)
    def wind_up(self, by: str) -> None:
        """Write a lesson, set everybody free, and close: each by the same person."""
        winding = self.model.turn == "closing early"
        if winding and by != "zoe":
            registers.record_lesson(self.work, "app", "Ask first.", recommendation="Ask earlier.", by=by)
            self.model.lessons = True
        if winding and "manager" in model.ROLES[by] and not self.model.released:
            projects.release_people(self.work, "app", (), by)
            self.model.released = True
        self.both(self.model.close(by), lambda: projects.close_project(self.work, "app", by))

    @invariant()
    def both_are_at_the_same_point(self) -> None:
        step = phases.current_step(self.work, "app")
        now = history(self.work)
        assert step.word == self.model.turn
        assert [(one.gate, one.round, one.outcome) for one in now.all(GateDecided)] == self.model.outcomes
        assert {condition.name for condition in now.open_conditions} == set(self.model.conditions)
        if gate := gate_at(step):
            assert (gate, getattr(step, "attempt", None)) == (self.model.gate, self.model.attempt)
        if self.model.turn == "awaiting decision" and self.model.review:
            here = (self.model.gate, self.model.review.round)
            found = [(one.by, one.choice) for one in now.all(VoteCast) if (one.gate, one.round) == here]
            assert found == [vote[:2] for vote in self.model.review.votes]


@pytest.mark.timeout(1800)
def test_the_actions_allow_and_refuse_what_the_rules_say_in_any_order() -> None:
    """R-26 to R-43 as far as gates go: submit, vote, withdraw, hand in, resume, waive, clear, stop, open, close."""
    dice = profile.chance("model")
    chosen = settings(
        max_examples=LIVES,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink) if profile.FULL else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(dice.randrange(2**32))(Lives), settings=chosen)
    print(f"{Lives.seen.total()} steps and outcomes: {dict(sorted(Lives.seen.items()))}")
    if profile.FULL:
        verbs = {name.partition(" ")[0] for name in Lives.seen if " " in name}
        wanted = {f"{verb} {end}" for verb in verbs for end in ("done", "refused")}
        assert wanted | {"go", "conditional_go", "hold", "recycle", "kill"} <= Lives.seen.keys()

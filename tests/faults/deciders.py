"""Processes that decide, and a way to kill them: each acknowledges what it was answered, after it was answered."""

import multiprocessing
import os
import random
import time
from collections.abc import Iterator
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

from lifecycle.actions import gates, phases, projects, registers, views
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import Conflict, RecordsUnreachable, RuleViolation
from lifecycle.history import History
from lifecycle.progress import AwaitClosing, AwaitDecision, CloseProject, Ended, OnHold, OpenPhase, PrepareGate
from tests.faults import ground
from tests.faults.ground import Place

AT_ONCE = 3
"""How many projects all processes work on together, so that they meet."""
FIELDS = 4
AGAIN = 0.1
"""How often somebody asks once more for a vote already given, with the same key."""

PRELOADED = ["tests.faults.deciders", "tests.faults.points", "tests.faults.pairs"]
PRELOADED += ["sqlalchemy.dialects.sqlite", "sqlalchemy.dialects.postgresql.psycopg"]
"""What every process needs; the dialects would be imported by each as soon as it opens its records."""


def forkserver() -> ForkServerContext:
    """Where processes come from that have the engine imported already; starting one takes milliseconds."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    return context


class Diary:
    """What one process was answered, a line each, written at once; a kill loses none of them."""

    def __init__(self, place: Place, name: str) -> None:
        folder = place.folder / "acknowledged"
        folder.mkdir(exist_ok=True)
        self._file = os.open(folder / name, os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    def note(self, what: str, by: str, key: str, answer: str) -> None:
        """Note a vote with its answer, a record that was written, or a refusal."""
        os.write(self._file, "\t".join((what, by, key, " ".join(answer.split()))).encode() + b"\n")


def acknowledged(place: Place, what: str) -> list[tuple[str, str, str]]:
    """What all processes together noted: person, key, answer. A last line cut off by a kill was not noted."""
    text = "".join(file.read_text() for file in sorted((place.folder / "acknowledged").glob("*")))
    lines = (line.split("\t") for line in text.split("\n") if line.count("\t") == FIELDS - 1)
    return [(by, key, answer) for kind, by, key, answer in lines if kind == what]


def decide_until_told(place: Place, seed: int, name: str) -> None:
    """Carry projects through their gates, whichever step is next, until there is enough."""
    work, diary, dice = ground.opened(place), Diary(place, name), random.Random(f"{seed}:{name}")
    going = _unfinished(work)
    current = [next(going) for _ in range(AT_ONCE)]
    while not (place.folder / "enough").exists():
        project = dice.choice(current)
        try:
            if _step(work, project, seed, dice=dice, diary=diary, folder=place.folder / name):
                current[current.index(project)] = next(going)
        except (Conflict, RuleViolation) as refusal:
            diary.note("refused", project, refusal.code, str(refusal))
        except RecordsUnreachable as error:
            diary.note("unavailable", project, error.code, str(error))
            time.sleep(0.05)
    work.database.close()


def _unfinished(work: Workspace) -> Iterator[str]:
    """The names of the projects that are not closed yet, without end."""
    while True:
        try:
            closed = {line.id for line in views.project_list(work) if line.state.startswith("closed")}
            break
        except RecordsUnreachable:
            time.sleep(0.05)
    number = 0
    while True:
        if f"p{number}" not in closed:
            yield f"p{number}"
        number += 1


def _step(work: Workspace, project: str, seed: int, *, dice: random.Random, diary: Diary, folder: Path) -> bool:
    """Do what comes next in a project, start it if it is not there; whether it is closed."""
    with work.look() as store:
        history = store.glance(project) if project in store.projects() else None
    if history is None:
        ground.start(work, folder, ground.charter(project))
        diary.note("record", "paula", project, "")
        return False
    step = phases.current_step(work, project)
    if isinstance(step, OpenPhase):
        phases.open_phase(work, project, step.phase, step.attempt)
    elif isinstance(step, PrepareGate):
        diary.note("record", "paula", gates.submit_gate(work, project, step.gate, "paula").id, "")
    elif isinstance(step, OnHold):
        diary.note("record", "sam", gates.resume_gate(work, project, step.gate, "Go on.", "sam").id, "")
    elif isinstance(step, AwaitDecision):
        _decide(work, history, step.gate, seed, dice=dice, diary=diary)
    elif isinstance(step, CloseProject):
        phases.close_passed_project(work, project)
    elif isinstance(step, AwaitClosing):
        registers.record_lesson(work, project, "Ask first.", recommendation="Ask earlier.", by="erik")
        projects.release_people(work, project, (), "paula")
        diary.note("record", "paula", projects.close_project(work, project, "paula").id, "")
    return isinstance(step, Ended)


def _decide(work: Workspace, history: History, gate: str, seed: int, *, dice: random.Random, diary: Diary) -> None:
    """Vote for somebody on the board, or clear a condition that keeps everybody from voting."""
    review = history.open_review(gate)
    if review is None:
        return
    if history.open_conditions:
        name = history.open_conditions[0].name
        diary.note(
            "record", "sam", gates.clear_condition(work, history.project, name=name, evidence="Seen.", by="sam").id, ""
        )
        return
    voted = {vote.by for vote in history.votes(review)}
    left = [seat.person for seat in review.seats if seat.person not in voted]
    by = dice.choice([seat.person for seat in review.seats] if dice.random() < AGAIN else left)
    vote = ground.ballot(review, by, seed)
    key = ground.key_of(vote, review)
    diary.note("vote", by, key, gates.decide_gate(work, history.project, vote, key).model_dump_json())


class Crew:
    """Deciding processes, some of which get killed and replaced."""

    def __init__(self, place: Place, seed: int, size: int) -> None:
        self._context, self._place, self._seed, self.killed = forkserver(), place, seed, 0
        self._numbers = iter(range(1_000_000))
        self.members = [self._hired() for _ in range(size)]

    def _hired(self) -> ForkServerProcess:
        asked = (self._place, self._seed, f"decider-{next(self._numbers)}")
        member = self._context.Process(target=decide_until_told, args=asked, daemon=True)
        member.start()
        return member

    def kill_one(self, dice: random.Random) -> None:
        """Kill a member with kill -9, and let another one go on."""
        number = dice.randrange(len(self.members))
        self.members[number].kill()
        self.members[number].join(30)
        assert self.members[number].exitcode == -9, "it had ended by itself"
        self.killed += 1
        self.members[number] = self._hired()

    def decisions(self) -> int:
        """How many different votes were acknowledged so far."""
        return len({(by, key) for by, key, _ in acknowledged(self._place, "vote")})

    def dismiss(self) -> list[int | None]:
        """Let all come to an end; their exit codes."""
        (self._place.folder / "enough").touch()
        for member in self.members:
            member.join(90)
        return [member.exitcode for member in self.members]

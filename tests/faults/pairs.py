"""Two people doing two things at the same moment, of which the records must make one story.

A pair is arranged in a project of its own, then both sides act in processes of their own. To add a pair (an
expiry, a delegation, a change of roles), write its arrangement and its two sides, and put it into PAIRS with the
results that are right: what the left and the right side hear, whoever was first.
"""

import random
import time
from collections.abc import Callable
from datetime import date
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any, NamedTuple

from lifecycle.actions import gates, migration, phases, projects
from lifecycle.actions.migration import Destination
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import LifecycleError
from lifecycle.process.definition import AuthorityDefinition, ProcessDefinition
from tests import builders
from tests.faults import ground
from tests.faults.ground import Place
from tests.workspaces import carry_on, hand_in, history, vote

Side = Callable[[Workspace, str], str]
"""Does something in a project, and says in a word what came of it."""
JITTERS = (0.003, 0.03)
"""Seconds by which the sides miss each other at most, so that each is first sometimes, the slower one as well."""


class Pair(NamedTuple):
    """How a race begins, its two sides, and all results that are right."""

    name: str
    arrange: Callable[[Workspace, str], None]
    left: Side
    right: Side
    right_results: frozenset[tuple[str, str]]


def process() -> ProcessDefinition:
    """A paper, a gate of two sponsors who must both approve, and the closing."""
    paper = builders.deliverable("paper", "engineer", "customer")
    work = builders.phase("work", deliverables=(paper,), gates=(builders.gate("G1", "sponsor", rounds=20),))
    end = builders.phase("closing", closing=True, gates=(builders.gate("G9", "sponsor", policy="any"),))
    authority = (AuthorityDefinition(decision="stop", roles=("sponsor",)),)
    return builders.definition(work, end, process="storm", authority=authority)


def started(work: Workspace, project: str) -> None:
    """The first phase is not open yet."""
    members = (*ground.people(("sam", "cora")), builders.person("petra", "manager"))
    ground.begin(work, builders.charter(project, process="storm", people=members))


def prepared(work: Workspace, project: str) -> None:
    """The paper is handed in, and the gate can be submitted by Paula or Petra."""
    started(work, project)
    carry_on(work, project)
    hand_in(work, "paper", "erik", project=project)


def submitted(work: Workspace, project: str) -> None:
    prepared(work, project)
    gates.submit_gate(work, project, "G1", "paula")


def one_vote_left(work: Workspace, project: str) -> None:
    """Sam has approved: Cora's approval settles the gate."""
    submitted(work, project)
    vote(work, "G1", "sam", project)


def on_hold(work: Workspace, project: str) -> None:
    submitted(work, project)
    vote(work, "G1", "sam", project, choice="reject", proposal="hold")


def with_condition(work: Workspace, project: str) -> None:
    submitted(work, project)
    condition = {"text": "Write the tests.", "owner": "erik", "due": date(2026, 12, 31)}
    vote(work, "G1", "sam", project, choice="approve_with_conditions", conditions=[condition])
    vote(work, "G1", "cora", project)


def approve(by: str, choice: str = "approve", **changes: Any) -> Side:
    def side(work: Workspace, project: str) -> str:
        return vote(work, "G1", by, project, choice=choice, **changes).outcome or "open"

    return side


def approve_what_was_read(work: Workspace, project: str) -> str:
    """Cora read the dossier of the first round, and her vote says so."""
    read = history(work, project).review("G1")
    return vote(work, "G1", "cora", project, digest=read.digest if read and read.round == 1 else "0" * 64).outcome or ""


def withdraw(work: Workspace, project: str) -> str:
    gates.withdraw_gate(work, project, "G1", "paula")
    return "done"


def new_evidence(work: Workspace, project: str) -> str:
    file = work.files.data / f"{project}.md"
    file.write_text("another paper")
    projects.submit_deliverable(work, project, deliverable="paper", by="erik", file=file)
    return "done"


def new_evidence_submitted(work: Workspace, project: str) -> str:
    """The review that was open gives way to one on the new paper."""
    new_evidence(work, project)
    gates.submit_gate(work, project, "G1", "paula")
    return "done"


def stop(work: Workspace, project: str) -> str:
    projects.stop_project(work, project, "No longer wanted.", "sam")
    return "done"


def resume(by: str) -> Side:
    def side(work: Workspace, project: str) -> str:
        gates.resume_gate(work, project, "G1", "Go on.", by)
        return "done"

    return side


def submit(by: str) -> Side:
    def side(work: Workspace, project: str) -> str:
        gates.submit_gate(work, project, "G1", by)
        return "done"

    return side


def clear(by: str) -> Side:
    def side(work: Workspace, project: str) -> str:
        gates.clear_condition(work, project, name="G1.1.1", evidence="Seen.", by=by)
        return "done"

    return side


def moving(work: Workspace, project: str) -> None:
    """Sam has approved, and Paula asks to move to rules by which the review goes back."""
    one_vote_left(work, project)
    strict = process()
    work_ = strict.phases[0].model_copy(update={"gates": (builders.gate("G1", "sponsor", rounds=20, due_days=9),)})
    file = work.files.data / f"{project}.yaml"
    new = strict.model_copy(update={"version": "2", "phases": (work_, *strict.phases[1:])})
    file.write_text(new.model_dump_json(exclude_none=True))
    migration.request_migration(work, project, Destination(str(file)), "Better.", "paula")


def confirm(by: str) -> Side:
    def side(work: Workspace, project: str) -> str:
        migration.confirm_migration(work, project, by)
        return "done"

    return side


def open_first(work: Workspace, project: str) -> str:
    return "done" if phases.open_phase(work, project, "work", 1) else "nothing to do"


def nothing(work: Workspace, project: str) -> None:
    """The project is not there yet."""


def start(side: str) -> Side:
    def begin(work: Workspace, project: str) -> str:
        ground.start(work, work.files.data / side, ground.charter(project))
        return "done"

    return begin


def either(first: str, second: str) -> frozenset[tuple[str, str]]:
    """Whoever is first hears the one, the other side the other."""
    return frozenset({(first, second), (second, first)})


def results(*each: tuple[str, str]) -> frozenset[tuple[str, str]]:
    return frozenset(each)


TOO_LATE, CLOSED, CHANGED = "transition_not_allowed", "review_closed", "evidence_changed"
SETTLED = "settled_before"
hold = approve("cora", "reject", proposal="hold")
PAIRS = (
    Pair("approve and approve", submitted, approve("sam"), approve("cora"), either("open", "go")),
    Pair("approve and reject", submitted, approve("sam"), hold, results(("open", "hold"), (CLOSED, "hold"))),
    Pair("approve and withdraw", one_vote_left, approve("cora"), withdraw, results(("go", CLOSED), (CLOSED, "done"))),
    Pair(
        "approve and new evidence",
        one_vote_left,
        approve("cora"),
        new_evidence,
        results(("go", "done"), (CHANGED, "done")),
    ),
    Pair(
        "approve what was read and new evidence submitted",
        one_vote_left,
        approve_what_was_read,
        new_evidence_submitted,
        results(("go", TOO_LATE), (CHANGED, "done")),
    ),
    Pair("approve and stop", one_vote_left, approve("cora"), stop, results(("go", "done"), (TOO_LATE, "done"))),
    Pair("resume and resume", on_hold, resume("sam"), resume("cora"), either("done", TOO_LATE)),
    Pair("submit and submit", prepared, submit("paula"), submit("petra"), either("done", TOO_LATE)),
    Pair("clear and clear", with_condition, clear("sam"), clear("cora"), either("done", SETTLED)),
    Pair("start and start", nothing, start("left"), start("right"), either("done", "conflict")),
    Pair("confirm and confirm a move", moving, confirm("sam"), confirm("cora"), either("done", TOO_LATE)),
    Pair("approve and move", moving, approve("cora"), confirm("sam"), results(("go", CHANGED), (CHANGED, "done"))),
    Pair("open and open", started, open_first, open_first, either("done", "nothing to do")),
)


def race(place: Place, side: int, orders: Connection, together: Barrier) -> None:
    """Take orders (pair, project, seed) until None comes; act at the same moment as the other side, tell the result."""
    work = ground.opened(place)
    while order := orders.recv():
        pair, project, seed = order
        act = (PAIRS[pair].left, PAIRS[pair].right)[side]
        dice = random.Random(f"{seed}:{side}")
        pause = dice.uniform(0, dice.choice(JITTERS))
        together.wait(60)
        time.sleep(pause)
        orders.send(result(act, work, project))
    work.database.close()


def result(act: Side, work: Workspace, project: str) -> str:
    """What a side hears: its own word, or the code of the refusal."""
    try:
        return act(work, project)
    except LifecycleError as refusal:
        return refusal.code
    except Exception as error:
        return f"{type(error).__name__}: {error}"

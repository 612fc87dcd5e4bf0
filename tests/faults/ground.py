"""The ground for storms: a process whose gates yield many decisions, and its records as any process opens them."""

import random
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple

from lifecycle.actions import projects
from lifecycle.actions.workspace import Workspace
from lifecycle.governance.voting import Ballot
from lifecycle.history.charter import Charter, Member
from lifecycle.history.gates import ConditionText, ReviewRequested
from lifecycle.library import Library
from lifecycle.process.definition import AtLeast, AuthorityDefinition, ProcessDefinition
from tests import builders, workspaces

ROUNDS, NEEDED = 20, 3
BOARD = ("sam", "cora", "ada", "bela", "dora")
"""Five sponsors with a seat each; three of them must approve."""
CHOICES = {"approve": 38, "approve_with_conditions": 4, "reject": 38, "abstain": 20}
PROPOSALS = {"hold": 4, "recycle": 4, "kill": 1}


class Place(NamedTuple):
    """Where the records of a test are: the folder of its workspace, and the database's URL when it is no file there."""

    folder: Path
    url: str | None = None


def process(phases: int = 3, needed: int = NEEDED) -> ProcessDefinition:
    """So many phases of work with a gate of the whole board each, then the closing."""
    work = (
        builders.phase(
            f"work-{number}",
            gates=(builders.gate(f"G{number}", "sponsor", policy=AtLeast(at_least=needed), rounds=ROUNDS),),
        )
        for number in range(1, phases + 1)
    )
    end = builders.phase("closing", closing=True, gates=(builders.gate("G9", "sponsor", policy="any", rounds=ROUNDS),))
    authority = (AuthorityDefinition(decision="stop", roles=("sponsor",)),)
    return builders.definition(*work, end, process="storm", authority=authority)


def people(board: tuple[str, ...] = BOARD) -> tuple[Member, ...]:
    """A manager, an engineer, and everybody on the board as a sponsor."""
    others = (("customer", "carl"), ("architect", "aron"), ("engineer", "erik"))
    return (
        builders.person("paula", "manager"),
        *(builders.person(name, role) for role, name in others),
        *(builders.person(name, "sponsor") for name in board),
    )


def charter(project: str, board: tuple[str, ...] = BOARD) -> Charter:
    return builders.charter(project, process="storm", people=people(board))


def laid_out(place: Place, *definitions: ProcessDefinition) -> Workspace:
    """The workspace, made in the place's folder; its records are the place's."""
    workspaces.workspace(place.folder, *(definitions or (process(),)))
    return opened(place)


def opened(place: Place) -> Workspace:
    """The workspace as another process, or another connection, opens it."""
    return Workspace.open(place.folder / "data", Library.find(place.folder), workspaces.Clock(), place.url)


def start(work: Workspace, folder: Path, of: Charter) -> None:
    """Start a project from a charter written into a folder that nobody else writes to."""
    folder.mkdir(parents=True, exist_ok=True)
    projects.start_project(work, workspaces.charter_file(folder, of), "paula")


def begin(work: Workspace, of: Charter) -> None:
    """Start a project from a charter that is at hand: to read it from a file takes longer than all the rest."""
    started, first = projects.beginning(work, of, Path("charter.yaml"), "paula")
    with work.change("start project", of.project, "paula") as store:
        store.append(started, *first)


def ballot(review: ReviewRequested, by: str, seed: int) -> Ballot:
    """The vote that a person gives in a review: whoever asks, and however often, it is the same."""
    dice = random.Random(f"{seed}:{review.id}:{by}")
    choice = dice.choices(tuple(CHOICES), tuple(CHOICES.values()))[0]
    proposal = dice.choices(tuple(PROPOSALS), tuple(PROPOSALS.values()))[0]
    if proposal == "recycle" and review.attempt >= ROUNDS:
        proposal = "hold"
    if review.gate == "G9" and choice == "approve_with_conditions":
        choice = "approve"
    condition = ConditionText(text="Write the tests.", owner="erik", due=date(2026, 12, 31))
    return Ballot.model_validate(
        {
            "gate": review.gate,
            "by": by,
            "choice": choice,
            "reason": "I read the dossier.",
            "proposal": proposal if choice == "reject" else None,
            "conditions": (condition,) if choice == "approve_with_conditions" else (),
            "digest": review.digest,
        }
    )


def key_of(vote: Ballot, review: ReviewRequested) -> str:
    """The idempotency key of a person's vote in a review; others may have the same."""
    return f"{review.id}/{vote.choice}"


def wait_for(fulfilled: Callable[[], bool], seconds: float = 60) -> None:
    """Look again and again; fail when it does not happen."""
    deadline = time.monotonic() + seconds
    while not fulfilled():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.002)

"""An action cut off at any point leaves all of itself or nothing, and done again it comes to the same end."""

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

import pytest
from sqlalchemy import text

from lifecycle.actions import gates, migration, projects, vouching
from lifecycle.actions.migration import Destination
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import TransitionNotAllowed
from tests import builders, moves, workspaces
from tests.faults import ground, oracle, points, profile
from tests.faults.deciders import forkserver
from tests.faults.ground import Place
from tests.workspaces import carry_on, hand_in, vote

TABLES = ("record", "journal", "outbox", "answer", "awaited", "project")
IN_THE_QUICK_SIZE = ("settle", "move")
TIMES = profile.size(1, 12)
"""How often an action is cut off at each of its points; some 1,500 times in all."""
Fresh = Callable[[], Path]

pytestmark = pytest.mark.timeout(900)


class Rehearsed(NamedTuple):
    """A place just before an action, all its points, what all tables hold before and after it, and its answer."""

    folder: Path
    action: str
    points: list[str]
    before: dict[str, list[Any]]
    after: dict[str, list[Any]]
    answer: str

    @property
    def committed(self) -> int:
        """The first point at which everything is kept: what comes after is the checkpoint, and the answer."""
        last_written = max(n for n, point in enumerate(self.points) if point.startswith("before INSERT"))
        assert "before the commit" in self.points[last_written:], "the answer came before the commit"
        return self.points.index("before the commit", last_written) + 1


@pytest.fixture(scope="module", params=list(points.ACTIONS) if profile.FULL else IN_THE_QUICK_SIZE)
def rehearsed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Rehearsed:
    """Each action once without a fault, in a copy of where it begins."""
    folder, twin = tmp_path_factory.mktemp("begin"), tmp_path_factory.mktemp("twin")
    work = workspaces.workspace(folder)
    projects.start_project(work, workspaces.charter_file(folder), "sam")
    carry_on(work)
    hand_in(work, "plan", "erik")
    gates.submit_gate(work, "app", "G1", "paula")
    if request.param == "resume":
        vote(work, "G1", "sam", choice="reject", proposal="hold")
    else:
        vote(work, "G1", "sam")
    if request.param == "move":
        ask_to_move(work)
    vouching.write(work.database, work.checkpoints, work.now())  # the signing key is on record, as it is in real life
    before = everything(work)
    copy = workspaces.copied(work, twin)
    found, answer = points.rehearse(copy, points.ACTIONS[request.param])
    after = everything(copy)
    copy.database.close()
    return Rehearsed(folder, request.param, found, before, after, answer)


def ask_to_move(work: Workspace) -> None:
    """Paula asks to move to a version by which the open review goes back."""
    own = builders.planning().gates[0].model_copy(update={"due_days": 9})
    new = moves.version(builders.planning(gates=(own,)), builders.execution(), moves.CONTROL, builders.wind_up())
    file = work.files.data.parent / "second.yaml"
    file.write_text(new.model_dump_json(exclude_none=True))
    migration.request_migration(work, "app", Destination(str(file)), "Better.", "paula")


def test_an_action_killed_at_any_point_is_kept_whole_or_not_at_all(rehearsed: Rehearsed, fresh: Fresh) -> None:
    """R-01, R-05, R-06: kill -9 before each statement, at the commit, and after it before the answer."""
    context, answered = forkserver(), len(rehearsed.points) - 1
    for at in range(len(rehearsed.points)):
        for _ in range(TIMES):
            place = copy_of(rehearsed, fresh())
            process = context.Process(target=points.act_until, args=(place, rehearsed.action, at, "kill"))
            process.start()
            process.join(60)
            assert process.exitcode == -signal.SIGKILL, f"{rehearsed.points[at]} was not reached"
            assert_whole_or_nothing(rehearsed, place, kept=at >= rehearsed.committed, told=at >= answered)
    print(f"{rehearsed.action}: {len(rehearsed.points)} points: {', '.join(rehearsed.points)}")


def test_an_action_that_breaks_at_any_point_leaves_nothing_and_can_be_done_again(
    rehearsed: Rehearsed, fresh: Fresh
) -> None:
    """R-06: an exception before each statement and at the commit; the process goes on with what it remembers."""
    for at in range(rehearsed.committed):
        for _ in range(TIMES):
            work = ground.opened(copy_of(rehearsed, fresh()))
            broken = points.Points(work, at, break_)
            with pytest.raises(ZeroDivisionError):
                points.ACTIONS[rehearsed.action](work)
            assert broken.passed[at : at + 1] == [rehearsed.points[at]]
            assert everything(work) == rehearsed.before
            assert points.ACTIONS[rehearsed.action](work) == rehearsed.answer
            assert everything(work) == rehearsed.after
            work.database.close()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="whether a process stands still is seen in /proc")
def test_an_action_that_stands_still_at_any_point_is_not_overtaken_or_doubled(
    rehearsed: Rehearsed, fresh: Fresh
) -> None:
    """R-06: SIGSTOP at each point, the same request from elsewhere meanwhile, SIGCONT: one effect, one answer."""
    context, again = forkserver(), points.ACTIONS[rehearsed.action]
    if rehearsed.action != "settle":
        return  # only a vote has a key, so that asking twice means the same
    for at in range(0, len(rehearsed.points), profile.size(4, 1)):
        for _ in range(profile.size(1, 3)):
            place, answers = copy_of(rehearsed, fresh()), list[str]()
            process = context.Process(target=points.act_until, args=(place, rehearsed.action, at, "stop"))
            process.start()
            ground.wait_for(lambda: standing(process.pid, place.folder / "stopped"))  # noqa: B023
            work = ground.opened(place)
            other = Thread(target=lambda: answers.append(again(work)))  # noqa: B023
            other.start()
            other.join(0.05)
            os.kill(int(process.pid or 0), signal.SIGCONT)
            other.join(60)
            process.join(60)
            assert process.exitcode == 0
            assert [*answers, (place.folder / "answer").read_text()] == [rehearsed.answer] * 2
            assert everything(work) == rehearsed.after
            work.database.close()


def assert_whole_or_nothing(rehearsed: Rehearsed, place: Place, *, kept: bool, told: bool) -> None:
    """What is found after the kill, and after the action was done again."""
    work = ground.opened(place)
    assert everything(work) == (rehearsed.after if kept else rehearsed.before)
    assert (place.folder / "answer").exists() == told
    if rehearsed.action == "settle" or not kept:
        assert points.ACTIONS[rehearsed.action](work) == rehearsed.answer
    elif rehearsed.action == "resume":
        with pytest.raises(TransitionNotAllowed):
            points.ACTIONS[rehearsed.action](work)
    if rehearsed.action == "settle" or not kept:
        assert everything(work) == rehearsed.after
    assert oracle.anomalies(work) == []
    work.database.close()
    shutil.rmtree(place.folder)


def everything(work: Workspace) -> dict[str, list[Any]]:
    """All rows of all tables that an action writes."""
    with work.look() as store:
        return {
            name: sorted(map(tuple, store.connection.execute(text(f"SELECT * FROM {name}"))), key=str)
            for name in TABLES
        }


def copy_of(rehearsed: Rehearsed, folder: Path) -> Place:
    shutil.copytree(rehearsed.folder, folder, dirs_exist_ok=True)
    return Place(folder)


def break_() -> None:
    raise ZeroDivisionError("on purpose")


def standing(pid: int | None, marker: Path) -> bool:
    """Whether a process has stopped itself."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return marker.exists() and state == "T"

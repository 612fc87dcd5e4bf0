"""From the outbox to flows: each message starts the flow of its project or program, in order.

A message is marked delivered after its flow has ended. A crash in between runs the flow once more, which
changes nothing: every step looks at the records first, and every record can be written only once.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

import httpx
from prefect.client.schemas.objects import State
from prefect.exceptions import PrefectException
from prefect.states import Crashed

from flows import labels, tasks, upkeep
from flows.labels import about
from flows.program import program_coordination
from flows.project import planned_reports, project_lifecycle
from lifecycle.actions import vouching
from lifecycle.actions.deadlines import Watch, clock_warning
from lifecycle.actions.workspace import Workspace, system_clock
from lifecycle.errors import (
    LeaseLost,
    LifecycleError,
    NoSpaceLeft,
    RecordsBusy,
    RecordsHeld,
    RecordsReplaced,
    RecordsUnreachable,
)
from lifecycle.history import SYSTEM
from lifecycle.history.reporting import ReportDue
from lifecycle.records import outbox
from lifecycle.records.listing import Message
from lifecycle.records.outbox import Lease

LEASE = "dispatch"
LEASE_SECONDS = 15
AT_ONCE = 4
"""How many projects and programs are carried on beside each other."""
LONGEST_PAUSE = 30.0
"""Seconds before a flow that could not be run is tried again, at the most."""
PASSES = (NoSpaceLeft, RecordsBusy, RecordsHeld, RecordsReplaced, RecordsUnreachable)
"""What keeps records from being read or written for a while; it ends without anybody starting the work again."""
STORE_AGAIN_AFTER = 2.0
"""Seconds before records are written again that could not be written."""
ENGINES_TURN = ("open phase", "closing")


class Dispatcher:
    """Starts flows for what waits in the outbox. Of several, only the one that holds the lease does."""

    def __init__(self, work: Workspace, owner: str, say: Callable[[str], None] = lambda _: None) -> None:
        """Work for a workspace under a name of its own; `say` hears of runs that broke."""
        self._say = say
        self.work, self.owner = work, owner
        self._lease_until = 0.0
        self._again_at: dict[str, float] = {}
        self._in_hand: set[str] = set()
        self._left: frozenset[UUID] = frozenset()
        self._lease: Lease | None = None
        self._watch = Watch(work)
        self._doubt: str | None = None
        self._slots = asyncio.Semaphore(AT_ONCE)
        self.trouble: LifecycleError | None = None
        self._store_again_at = 0.0
        tasks.current.set(work)

    def holds_lease(self) -> bool:
        """Take or keep the lease; False while another dispatcher has it."""
        if time.monotonic() < self._lease_until - LEASE_SECONDS / 2:
            return True
        with self.work.database.writing(SYSTEM, self.work.now()) as store:
            token = outbox.take_lease(store.connection, LEASE, self.owner, system_clock(), LEASE_SECONDS)
        self._lease = Lease(LEASE, self.owner, token) if token else None
        self._lease_until = time.monotonic() + LEASE_SECONDS if token else 0.0
        return token is not None

    def ready(self) -> bool:
        """Whether to begin anything: the lease is ours, and what comes of it can be written.

        A disk that is full, and records that are busy, held or out of reach, are waited out. `trouble` is what is in
        the way.
        """
        if time.monotonic() < self._store_again_at:
            return False
        with self._waiting_it_out():
            self.work.database.require_room()
            held = self.holds_lease()
            if held and self.trouble:
                self._say("The records can be written again; the work goes on.")
                self.trouble = None
            return held
        return False

    def release(self) -> None:
        """Give the lease back; where that cannot be written it runs out by itself."""
        with self._waiting_it_out(), self.work.database.writing(SYSTEM, self.work.now()) as store:
            outbox.release_lease(store.connection, LEASE, self.owner, system_clock())

    @contextmanager
    def _waiting_it_out(self) -> Iterator[None]:
        """Leave for later what cannot be read or written now, and say so once; nothing is lost by that."""
        try:
            yield
        except PASSES as error:
            if self.trouble is None:
                self._say(f"{error} The work waits meanwhile. Nothing is lost, and it is tried again and again.")
            self.trouble = error
            self._lease_until, self._store_again_at = 0.0, time.monotonic() + STORE_AGAIN_AFTER

    async def deliver(self) -> int:
        """Carry on everything that has news, and wait until that is done; the number of flows run."""
        async with asyncio.TaskGroup() as flows:
            return self.begin(flows)

    def begin(self, flows: asyncio.TaskGroup) -> int:
        """Begin to carry on everything that has news and is not in hand yet; the number of flows begun."""
        with self._waiting_it_out():
            return self._begin(flows, self._news())
        return 0

    def reconcile(self, flows: asyncio.TaskGroup) -> int:
        """Begin to carry on every project in which the engine has the next turn, told of it or not."""
        with self._waiting_it_out():
            with self.work.look() as store:
                roots = {store.program_of(project) or project for project in store.in_state(*ENGINES_TURN)}
            return self._begin(flows, dict.fromkeys(roots - self._news().keys(), ()))
        return 0

    async def pass_time(self) -> None:
        """Let time pass in all projects; say when the clock holds it up."""
        with self._waiting_it_out():
            passed = await asyncio.to_thread(self._watch.tick)
            if passed.doubt and passed.doubt != self._doubt:
                self._say(passed.doubt)
            self._doubt = passed.doubt

    async def vouch(self) -> None:
        """Vouch for all there is in the journal, outside the database."""
        await asyncio.to_thread(vouching.keep_up, self.work)

    async def tidy(self) -> None:
        """End what a dead runner left under way on Prefect's pages; while Prefect is away that waits."""
        if self._lease is None:
            return
        try:
            with self._waiting_it_out():
                self._left = await upkeep.end_left_runs(self.work, self._lease, self._in_hand.copy, self._left)
        except (httpx.HTTPError, PrefectException, LeaseLost) as error:
            self._say(f"Runs that were left behind are ended later. {error}")

    def watch_clock(self) -> None:
        """Begin to watch the clock, and say what looks wrong with it."""
        self._watch = Watch(self.work)
        if warning := clock_warning(self.work):
            self._say(warning)

    def _fenced(self) -> Workspace:
        """The workspace as runs get it: with the lease under which they begin."""
        return self.work.fenced(self._lease) if self._lease else self.work

    def _begin(self, flows: asyncio.TaskGroup, news: Mapping[str, Sequence[Message]]) -> int:
        due = {root: batch for root, batch in news.items() if root not in self._in_hand}
        for root, batch in due.items():
            self._in_hand.add(root)
            flows.create_task(self._carry_on(root, batch))
        return len(due)

    def _news(self) -> dict[str, Sequence[Message]]:
        """The messages that are due by the program, or the project without one, that has to hear of them."""
        grouped: dict[str, list[Message]] = defaultdict(list)
        pausing = {project for project, again_at in self._again_at.items() if time.monotonic() < again_at}
        with self.work.look() as store:
            for message in outbox.waiting(store.connection, but=pausing):
                grouped[store.program_of(message.project) or message.project].append(message)
        return dict(grouped)

    async def _carry_on(self, root: str, batch: Sequence[Message]) -> None:
        work = self._fenced()
        tasks.current.set(work)
        labels.runner.set(upkeep.runner_of(work))
        try:
            with self._waiting_it_out():
                for errand in _errands(batch):
                    async with self._slots:
                        ran = await self._run(root, errand)
                    self._note(work, errand, *ran)
        except LeaseLost as lost:
            self._say(f"{root}: {lost}")
        finally:
            self._in_hand.discard(root)

    async def _run(self, root: str, batch: Sequence[Message]) -> tuple[State[Any], Mapping[str, str]]:
        """Run the flow of a program or project; how it ended, and the projects whose runs broke."""
        with self.work.look() as store:
            program = root if store.program_of(root) == root else None
        projects = list(dict.fromkeys(message.project for message in batch))
        restored = self.work.database.epoch > 1  # runs of before a restore are told apart by their tag
        epoch = self.work.database.epoch if restored else None
        state: State[Any]
        try:
            if _only_reports(batch):
                root = projects[0]
                with about(program=program, project=root, epoch=epoch):
                    state = await planned_reports(root, return_state=True)
            elif program:
                with about(program=root, epoch=epoch):
                    state = await program_coordination(root, projects, return_state=True)
            else:
                with about(project=root, epoch=epoch):
                    state = await project_lifecycle(root, return_state=True)
            if state.is_completed():
                broken: Any = await state.aresult()
                return state, broken or {}
        except Exception as error:  # whatever breaks one run must not stop the others
            state = Crashed(message=f"{type(error).__name__}: {error}")
        return state, {root: str(state.message)}

    def _note(self, work: Workspace, batch: Sequence[Message], state: State[Any], broken: Mapping[str, str]) -> None:
        """Mark delivered what arrived; what concerns a run that broke is told again after a pause."""
        addressed = {message.project for message in batch}
        # a run that broke without a message of its own was set in motion by all of them
        again = [message for message in batch if message.project in broken or not broken.keys() <= addressed]
        arrived = [message for message in batch if message not in again]
        for project, why in broken.items():
            self._say(f"{project} could not be carried on; it is tried again. {why}")
        with work.writing(SYSTEM) as store:
            outbox.delivered(store.connection, arrived, str(state.state_details.flow_run_id), self.work.now())
            outbox.failed(store.connection, again, "; ".join(broken.values()))
        for message in batch:
            self._again_at.pop(message.project, None)
        for message in again:
            self._again_at[message.project] = time.monotonic() + pause_after(message.attempts)


def pause_after(attempts: int) -> float:
    """Seconds before a flow is tried again; twice as many after each try, which after ten is the longest pause."""
    return float(min(LONGEST_PAUSE, 0.5 * 2 ** min(attempts, 10)))


def _errands(batch: Sequence[Message]) -> Iterator[Sequence[Message]]:
    """What one run each takes up: all that happened; where only reports have come round, those of each project."""
    if not _only_reports(batch):
        yield batch
        return
    project = attrgetter("project")
    for _, own in groupby(sorted(batch, key=project), project):
        yield tuple(own)


def _only_reports(batch: Sequence[Message]) -> bool:
    return {message.kind for message in batch} == {ReportDue.kind}

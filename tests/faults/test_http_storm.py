"""kill -9 of API servers while people decide through them: what was answered is there, once, and right.

The engine's own steps are taken beside it on the service layer, as a runner takes them.
"""

import itertools
import json
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from lifecycle.actions import phases, projects, registers
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import Conflict
from lifecycle.history.gates import ReviewRequested
from lifecycle.progress import AwaitClosing, CloseProject, Ended, OpenPhase
from tests.faults import ground, oracle, profile
from tests.faults.ground import Place
from tests.faults.servers import Caller, Server, serving, tokens
from tests.web.client import Said

SERVERS, CLIENTS, AT_ONCE = 3, 12, 8
DESK = "sam"
"""Who resumes gates and clears conditions; one client alone, so that nobody else was first by another key."""
KILL_EVERY = profile.size(4, 5) / 2
"""Seconds between two kills: in full, more than a server takes to start on two busy cores."""
AGAIN = 0.1
"""How often somebody sends once more what was answered already, with the same key."""

pytestmark = pytest.mark.timeout(1800)


class Storm:
    """What everybody knows: the projects that are on, and whether there is enough."""

    def __init__(self, work: Workspace, place: Place, seed: int) -> None:
        self.work, self.place, self.seed = work, place, seed
        self.enough, self.votes, self.refused = Event(), list[tuple[str, str, str]](), Counter[str]()
        self.told: dict[str, str] = {}
        """The first refusal with each code, in full."""

    def decisions(self) -> int:
        """How many different votes were acknowledged."""
        return len({(by, key) for by, key, _ in self.votes.copy()})

    def run_projects(self) -> None:
        """Take the engine's steps in a few projects at a time, and start the next when one is closed."""
        names = (f"p{number}" for number in itertools.count())
        current: list[str] = []
        while not self.enough.wait(0.02):
            while len(current) < AT_ONCE:
                current.append(next(names))
                ground.start(self.work, self.place.folder / "charters", ground.charter(current[-1]))
            current = [project for project in current if not self._carried_to_its_end(project)]

    def _carried_to_its_end(self, project: str) -> bool:
        step = phases.current_step(self.work, project)
        try:
            if isinstance(step, OpenPhase):
                phases.open_phase(self.work, project, step.phase, step.attempt)
            elif isinstance(step, CloseProject):
                phases.close_passed_project(self.work, project)
            elif isinstance(step, AwaitClosing):
                registers.record_lesson(self.work, project, "Ask first.", recommendation="Ask earlier.", by="erik")
                projects.release_people(self.work, project, (), "paula")
                projects.close_project(self.work, project, "paula")
        except Conflict:
            return False
        return isinstance(step, Ended)


class Person:
    """A client of the API: looks into an inbox, does what stands there, and sends it again until it is answered."""

    def __init__(self, storm: Storm, caller: Caller, people: tuple[str, ...]) -> None:
        self.storm, self.caller, self.people = storm, caller, people

    def work(self) -> None:
        """Go on until there is enough."""
        dice = self.caller.dice
        while not self.storm.enough.is_set():
            by = dice.choice(self.people)
            items = [item for item in self._read(by, "/inbox") if item["what"] in ("decide", "submit", "resume")]
            if items:
                self._do(by, dice.choice(items))
            else:
                time.sleep(0.2)

    def _do(self, by: str, item: dict[str, str]) -> None:
        gate = f"/projects/{item['project']}/gates/{item['subject']}"
        if item["what"] == "submit":
            self._send(by, f"{gate}/reviews", {})
        elif item["what"] == "resume" and by == DESK:
            self._send(by, f"{gate}/resumptions", {"reason": "Go on."})
        elif item["what"] == "decide":
            self._decide(by, item["project"], gate)

    def _decide(self, by: str, project: str, gate: str) -> None:
        view = self._read(by, gate)
        if view["open_conditions"]:
            if by == DESK:
                path = f"/projects/{project}/conditions/{view['open_conditions'][0]}/clearances"
                self._send(by, path, {"evidence": "Seen."})
            return
        if view["outcome"]:
            return
        review = ReviewRequested.model_validate(view["review"])
        vote = ground.ballot(review, by, self.storm.seed)
        said = vote.model_dump(mode="json", include={"choice", "reason", "proposal", "conditions"})
        self._vote(by, f"{gate}/votes", said | {"digest": review.digest}, ground.key_of(vote, review))

    def _vote(self, by: str, path: str, vote: dict[str, Any], key: str) -> None:
        value = {name: item for name, item in vote.items() if name != "digest"}
        said = self._send(by, path, value, key, If_Match=f'"{vote["digest"]}"')
        if said.status == 201:
            self.storm.votes.append((by, key, said.body.decode()))
            if self.caller.dice.random() < AGAIN:
                again = self._send(by, path, value, key, If_Match=f'"{vote["digest"]}"')
                assert again.body == said.body

    def _send(self, by: str, path: str, value: object, key: str | None = None, **headers: str) -> Said:
        said = self.caller.ask(by, "POST", path, value, Idempotency_Key=key or uuid.uuid4().hex, **headers)
        if said.status != 201:
            self.storm.refused[said.code] += 1
            self.storm.told.setdefault(said.code, f"{by} {path} {value}: {said.value['detail']}")
        return said

    def _read(self, by: str, path: str) -> Any:
        said = self.caller.ask(by, "GET", path)
        assert said.status == 200, said
        return json.loads(said.body)


def test_no_answered_decision_is_lost_or_doubled_when_servers_are_killed(place: Place) -> None:
    """R-01, R-05, R-06, R-78: several servers on one database, killed while clients repeat what broke."""
    dice = profile.chance("storm over HTTP")
    decisions, kills = profile.size(200, 3_000), profile.size(3, 25)
    work = ground.laid_out(place)
    storm = Storm(work, place, dice.randrange(2**32))
    known = tokens(work, "paula", *ground.BOARD)
    began, killed = time.monotonic(), 0
    with serving(place, SERVERS) as servers, ThreadPoolExecutor(CLIENTS + 1) as crowd:
        callers = [Caller([s.port for s in servers], known, profile.chance(f"client {n}")) for n in range(CLIENTS)]
        people = [("paula",), (DESK,), *[ground.BOARD[1:]] * (CLIENTS - 2)]
        clients = [Person(storm, caller, those) for caller, those in zip(callers, people, strict=True)]
        jobs = [crowd.submit(storm.run_projects), *(crowd.submit(client.work) for client in clients)]
        try:
            while storm.decisions() < decisions or killed < kills:
                assert not any(job.done() for job in jobs), [job.exception() for job in jobs if job.done()]
                time.sleep(KILL_EVERY)
                kill_one(servers, dice.randrange(SERVERS))
                killed += 1
        finally:
            storm.enough.set()
        for job in jobs:
            job.result()
    seconds, broken = time.monotonic() - began, sum(caller.broken for caller in callers)
    print(
        f"{storm.decisions()} decisions ({len(storm.votes)} answers), {killed} kills, {broken} broken calls, "
        f"{seconds:.0f} s, refused {storm.refused}"
    )
    assert broken
    assert set(storm.refused) <= {"review_closed", "evidence_changed", "conflict"}, storm.told
    assert set.union(*(caller.seen for caller in callers)) <= {200, 201, 409, 503}
    assert oracle.anomalies(work) == []
    assert list(oracle.unkept(work, storm.votes)) == []
    work.database.close()


def kill_one(servers: list[Server], number: int) -> None:
    """One of them is killed, unless it is just being started."""
    ground.wait_for(servers[number].answers)
    servers[number].kill_and_restart()

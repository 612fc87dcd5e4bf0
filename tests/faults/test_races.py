"""Two people at the same moment: whoever is first, the records tell one story, and each side hears which.

There is no HTTP interface yet: the two sides are processes on the service layer.
"""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection

import pytest
from sqlalchemy import select, text

from lifecycle.actions import gates
from lifecycle.errors import Conflict
from lifecycle.governance import voting
from lifecycle.records import store
from lifecycle.records.statements import Statement
from tests import builders
from tests.builders import START
from tests.faults import ground, oracle, pairs, profile
from tests.faults.deciders import forkserver
from tests.faults.ground import Place
from tests.faults.pairs import PAIRS

RACES = profile.size(3, 500)
"""How often each pair meets."""
WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")

pytestmark = pytest.mark.timeout(1800)


def test_whoever_is_first_there_is_one_story(place: Place) -> None:
    """R-08, R-44: one outcome and one message a round; no vote on evidence that its voter did not see."""
    dice, heard = profile.chance("races"), Counter[tuple[int, str, str]]()
    work = ground.laid_out(place, pairs.process())
    with racers(place) as sides:
        for number, pair in enumerate(PAIRS):
            for again in range(RACES):
                project = f"race-{number}-{again}"
                pair.arrange(work, project)
                for side in sides:
                    side.send((number, project, dice.randrange(2**32)))
                left, right = (side.recv() for side in sides)
                heard[number, left, right] += 1
    for number, pair in enumerate(PAIRS):
        results = {(left, right): times for (which, left, right), times in heard.items() if which == number}
        print(f"{pair.name}: {results}")
        assert set(results) <= pair.right_results, pair.name
        assert set(results) == pair.right_results or not profile.FULL, f"{pair.name}: the same side was first always"
    assert oracle.anomalies(work) == []
    work.database.close()


@pytest.mark.postgres
def test_a_forgotten_lock_is_a_conflict_and_never_a_second_vote(
    on_postgres: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-08: the natural keys stand behind the locks. SQLite has one writer at a time, so nobody can forget."""
    work = ground.laid_out(on_postgres, pairs.process())
    pairs.submitted(work, "app")
    monkeypatch.setattr(store, "LOCKED", Statement(select(1)))
    others = ground.opened(on_postgres)
    sam, again = (builders.ballot("G1", "sam", choice) for choice in ("approve", "reject"))
    with pytest.raises(Conflict), others.change("vote", "app", "sam") as late:
        voting.cast(late.history("app"), again, START)
        gates.decide_gate(work, "app", sam)
        late.append(*voting.cast(late.history("app"), again, START))
    assert [vote["choice"] for vote in oracle.Rows(work).of("vote")] == ["approve"]
    assert oracle.anomalies(work) == []
    others.database.close()
    work.database.close()


@pytest.mark.postgres
def test_the_same_request_twice_at_once_is_answered_twice_and_done_once(on_postgres: Place) -> None:
    """R-02: both wait for the project, and whoever comes second hears the answer to the first."""
    work = ground.laid_out(on_postgres, pairs.process())
    pairs.submitted(work, "app")
    sam = builders.ballot("G1", "sam", "approve")
    with ThreadPoolExecutor(2) as threads:
        with work.writing("paula") as held:
            held.history("app")
            asked = [threads.submit(gates.decide_gate, work, "app", sam, "key") for _ in range(2)]
            ground.wait_for(lambda: held.connection.execute(WAITING).scalar_one() == 2)
        assert asked[0].result() == asked[1].result()
    assert [vote["by"] for vote in oracle.Rows(work).of("vote")] == ["sam"]
    work.database.close()


@contextmanager
def racers(place: Place) -> Iterator[tuple[Connection, Connection]]:
    """Two processes that act at the same moment."""
    context = forkserver()
    together = context.Barrier(2)
    ends = [context.Pipe() for _ in range(2)]
    sides = [
        context.Process(target=pairs.race, args=(place, side, theirs, together))
        for side, (_, theirs) in enumerate(ends)
    ]
    for process in sides:
        process.start()
    for _, theirs in ends:
        theirs.close()
    try:
        yield ends[0][0], ends[1][0]
    finally:
        for ours, _ in ends:
            ours.send(None)
        for process in sides:
            process.join(60)
    assert [process.exitcode for process in sides] == [0, 0]

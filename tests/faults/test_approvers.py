"""Many approvers on the same gates at once over HTTP, some asking twice: the quorum is exact, nobody hears of locks."""

import random
from collections import Counter, defaultdict

import pytest

from lifecycle.actions import gates
from lifecycle.actions.workspace import Workspace
from tests.faults import ground, oracle, profile
from tests.faults.crowd import Asked, Way, vote_all
from tests.faults.deciders import acknowledged, forkserver
from tests.faults.ground import Place
from tests.faults.servers import serving, tokens
from tests.workspaces import carry_on

APPROVERS, GATES = profile.size(40, 100), profile.size(2, 20)
PROCESSES, THREADS = profile.size(2, 4), profile.size(20, 25)
SERVERS = 2
NEEDED = APPROVERS * 6 // 10
TWICE, OTHERWISE = 0.10, 0.05
"""How many ask twice the same, and how many something else with the same key."""

pytestmark = pytest.mark.timeout(900)


def test_a_crowd_of_approvers_meets_the_quorum_exactly(place: Place) -> None:
    """R-02, R-03, R-04, R-07, R-09: same key, same answer; another request is a conflict; a key is its person's own."""
    dice = profile.chance("crowd")
    board = tuple(f"person-{number}" for number in range(APPROVERS))
    work = ground.laid_out(place, ground.process(1, NEEDED))
    for number in range(GATES):
        submitted(work, place, f"p{number}", board)
    asked = [one for number in range(GATES) for by in board for one in requests(f"p{number}", by, dice)]
    known = tokens(work, *board)
    with serving(place, SERVERS) as servers:
        ask_all(place, asked, Way([server.port for server in servers], known, THREADS), dice)

    votes, refused = acknowledged(place, "vote"), Counter(code for _, code, _ in acknowledged(place, "refused"))
    took = sorted(float(seconds) for _, _, seconds in acknowledged(place, "took"))
    p50, p99 = took[len(took) // 2], took[-len(took) // 100]
    print(f"{len(asked)} requests, refused {refused}, p50 {p50:.3f} s, p99 {p99:.3f} s")
    assert acknowledged(place, "broken") == []
    assert set(refused) <= {"key_reused", "review_closed"}
    assert len(votes) + refused.total() == len(asked)
    assert oracle.anomalies(work) == []
    assert list(oracle.unkept(work, votes)) == []
    counted = Counter(vote["project"] for vote in oracle.Rows(work).of("vote"))
    assert counted == {f"p{number}": NEEDED for number in range(GATES)}
    assert_one_request_stands_for_each_key(place)
    work.database.close()


def submitted(work: Workspace, place: Place, project: str, board: tuple[str, ...]) -> None:
    """A project whose gate waits for everybody on the board."""
    ground.start(work, place.folder / "charters", ground.charter(project, board))
    carry_on(work, project)
    gates.submit_gate(work, project, "G1", "paula")


def requests(project: str, by: str, dice: random.Random) -> list[Asked]:
    """What one person asks: to vote, perhaps a second time, perhaps in other words with the same key."""
    once = Asked(project, by, "I read it.")
    twice = [once] if dice.random() < TWICE else []
    otherwise = [once._replace(reason="I read it twice.")] if dice.random() < OTHERWISE else []
    return [once, *twice, *otherwise]


def ask_all(place: Place, asked: list[Asked], way: Way, dice: random.Random) -> None:
    """All at once, from all processes; whoever asks twice does so from anywhere."""
    context, shares = forkserver(), defaultdict[int, list[Asked]](list)
    dice.shuffle(asked)
    asked.sort(key=lambda one: int(one.project.removeprefix("p")) // 4)  # four gates at a time, so that they meet
    for number, one in enumerate(asked):
        shares[number % PROCESSES].append(one)
    together = context.Barrier(PROCESSES)
    crowd = [
        context.Process(target=vote_all, args=(place, number, share, way, together)) for number, share in shares.items()
    ]
    for process in crowd:
        process.start()
    for process in crowd:
        process.join(600)
    assert [process.exitcode for process in crowd] == [0] * PROCESSES


def assert_one_request_stands_for_each_key(place: Place) -> None:
    """Of two different requests with one key, only one was ever answered."""
    answered = defaultdict[tuple[str, str], set[str]](set)
    for by, project, reason in acknowledged(place, "asked"):
        answered[by, project].add(reason)
    assert [key for key, reasons in answered.items() if len(reasons) > 1] == []

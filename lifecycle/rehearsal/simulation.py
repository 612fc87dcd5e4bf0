"""Many runs of a process taken together: how long it takes, who is waited for, and what a recycle costs."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import ceil, sqrt
from random import Random
from statistics import fmean, stdev

from lifecycle.governance.roster import dead_gates
from lifecycle.history.charter import Charter
from lifecycle.process.definition import ProcessDefinition
from lifecycle.rehearsal.assumptions import Assumptions
from lifecycle.rehearsal.moves import beginning
from lifecycle.rehearsal.run import Clockwork, Run
from lifecycle.rehearsal.walk import Walk, walk
from lifecycle.value import Value

PATHS = 5
"""How many of the paths that were taken most are told."""


class Spread(Value):
    """Durations in calendar days: the mean with its standard error, and the days that 10, 50 and 90 % do not exceed."""

    mean: float
    error: float
    p10: float
    p50: float
    p90: float


class PathFigures(Value):
    """A way through the process and the share of runs that took it."""

    path: str
    share: float


class GateFigures(Value):
    """A gate in the runs: reviews per run, days from submission to outcome, and what one recycle costs in days.

    The cost goes from the outcome `recycle` to the next outcome of the same gate; None when there was none.
    """

    gate: str
    reviews: float
    wait: float | None
    recycles: int
    recycle_cost: float | None


class RoleFigures(Value):
    """A role in the runs: what it writes and accepts once, its votes per run, and for how long it is waited for.

    `settled` is the share of reviews that ended with a vote of this role; `waited` the days per run for which
    the project waited until that vote, `share` that part of all waiting for votes.
    """

    role: str
    writes: int
    accepts: int
    votes: float
    settled: float
    waited: float
    share: float


class Rehearsal(Value):
    """What a rehearsal found.

    `undecidable` says which gates nobody could ever decide, and why; `stuck` and `endless` name the states
    without a way to closure, and those that come round without a person. There are no figures when either is so.
    """

    process: str
    version: str
    people: int
    runs: int
    seed: int
    assumptions: Assumptions
    undecidable: tuple[str, ...] = ()
    states: int = 0
    stuck: tuple[str, ...] = ()
    endless: tuple[str, ...] = ()
    paths: int = 0
    closed: float = 0
    duration: Spread | None = None
    work: float = 0
    waiting: float = 0
    held: float = 0
    taken: tuple[PathFigures, ...] = ()
    gates: tuple[GateFigures, ...] = ()
    roles: tuple[RoleFigures, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether every gate can be decided, and every project comes to an end."""
        return not (self.undecidable or self.stuck or self.endless)


def rehearse(
    definition: ProcessDefinition, charter: Charter, assumptions: Assumptions, *, runs: int, seed: int
) -> Rehearsal:
    """Walk every way through an expanded process, then run it `runs` times; the same seed gives the same answer."""
    head = Rehearsal(
        process=definition.process, version=definition.version, people=len(charter.people), runs=runs, seed=seed,
        assumptions=assumptions, undecidable=dead_gates(definition, charter),
    )  # fmt: skip
    if head.undecidable:
        return head
    walked = walk(beginning(definition, charter))
    exact = {
        "states": len(walked.ways),
        "stuck": tuple(map(str, walked.stuck)),
        "endless": tuple(map(str, walked.endless)),
        "paths": walked.paths,
    }
    head = head.model_copy(update=exact)
    return head.model_copy(update=_figures(definition, walked, head)) if head.sound else head


def _figures(definition: ProcessDefinition, walked: Walk, head: Rehearsal) -> Mapping[str, object]:
    dice, clockwork = Random(head.seed), Clockwork(definition, walked, head.assumptions)  # noqa: S311 - no secret
    runs = [clockwork.run(dice) for _ in range(head.runs)]
    taken = Counter(run.path for run in runs)
    return {
        "closed": fmean(run.end == "closed" for run in runs),
        "duration": spread([run.days for run in runs]),
        "work": fmean(run.work for run in runs),
        "waiting": fmean(run.waiting for run in runs),
        "held": fmean(run.held for run in runs),
        "taken": tuple(
            PathFigures(path=path, share=count / len(runs))
            for path, count in sorted(taken.items(), key=lambda item: (-item[1], item[0]))[:PATHS]
        ),
        "gates": tuple(_gate(gate.id, runs) for gate in definition.gates),
        "roles": _roles(definition, runs),
    }


def spread(days: Sequence[float]) -> Spread:
    """The figures of durations; there is at least one."""
    ordered = sorted(days)

    def quantile(share: float) -> float:
        return ordered[ceil(share * len(ordered)) - 1]

    error = stdev(ordered) / sqrt(len(ordered)) if len(ordered) > 1 else 0.0
    return Spread(mean=fmean(ordered), error=error, p10=quantile(0.1), p50=quantile(0.5), p90=quantile(0.9))


def _gate(gate: str, runs: Sequence[Run]) -> GateFigures:
    waits: list[float] = []
    costs: list[float] = []
    recycles = 0
    for run in runs:
        reviews = [review for review in run.reviews if review.gate == gate]
        waits += [review.voted.days for review in reviews]
        recycles += sum(review.voted.outcome == "recycle" for review in reviews)
        for one, following in pairwise(reviews):
            if one.voted.outcome == "recycle":
                costs.append(following.day + following.voted.days - one.day - one.voted.days)
    return GateFigures(
        gate=gate, reviews=len(waits) / len(runs), wait=_mean(waits), recycles=recycles, recycle_cost=_mean(costs)
    )


def _roles(definition: ProcessDefinition, runs: Sequence[Run]) -> tuple[RoleFigures, ...]:
    """Every role, the one that is waited for longest first."""
    votes: Counter[str] = Counter()
    settled: Counter[str] = Counter()
    waited: defaultdict[str, float] = defaultdict(float)
    for review in (review.voted for run in runs for review in run.reviews):
        votes.update(seat.role for seat, _ in review.votes)
        last = review.votes[-1][0].role
        settled[last] += 1
        waited[last] += review.days
    reviews, days = max(1, settled.total()), sum(waited.values()) or 1
    found = [
        RoleFigures(
            role=role.id,
            writes=sum(item.owner == role.id and not item.optional for item in definition.deliverables),
            accepts=sum(item.acceptance.by == role.id and not item.optional for item in definition.deliverables),
            votes=votes[role.id] / len(runs),
            settled=settled[role.id] / reviews,
            waited=waited[role.id] / len(runs),
            share=waited[role.id] / days,
        )
        for role in definition.roles
    ]
    return tuple(sorted(found, key=lambda figures: (-figures.waited, -figures.votes)))


def _mean(values: Iterable[float]) -> float | None:
    there = [*values]
    return fmean(there) if there else None

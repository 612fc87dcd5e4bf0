"""How long a schedule takes: random plans with two links of all types per activity. One JSON line per size.

`passes` is the arithmetic alone on a network already built, `schedule` everything from plan to dates.
"""

import argparse
import json
import random
import resource
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from statistics import median, quantiles
from typing import get_args

from lifecycle.history.plan import Activity, Link, LinkType, Plan
from lifecycle.planning.network import nodes_of, schedule, sequenced
from lifecycle.planning.passes import positions

START = date(2026, 1, 5)


def random_plan(size: int, seed: int) -> Plan:
    """A plan without circles whose links reach back at most a hundred activities."""
    source = random.Random(seed)
    types = get_args(LinkType)

    def links(number: int) -> tuple[Link, ...]:
        before = {source.randrange(max(0, number - 100), number) for _ in range(2)} if number else set()
        return tuple(
            Link(predecessor=f"A{one}", type=source.choice(types), lag=source.randint(-2, 5)) for one in before
        )

    activities = (
        Activity(
            id=f"A{number}",
            name="Work",
            wbs="1",
            duration=source.randint(0, 8),
            links=links(number),
            owner="engineer",
            cost=Decimal(100),
        )
        for number in range(size)
    )
    return Plan(activities=tuple(activities))


def milliseconds(rounds: int, work: Callable[[], object]) -> dict[str, float]:
    """Median and 95th percentile of the elapsed time, and the processor time per round."""
    elapsed, cpu = [], time.process_time()
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        elapsed.append(1000 * (time.perf_counter() - begin))
    used = 1000 * (time.process_time() - cpu) / rounds
    return {
        "median_ms": round(median(elapsed), 2),
        "p95_ms": round(quantiles(elapsed, n=20, method="inclusive")[-1], 2),
        "cpu_ms": round(used, 2),
    }


def main() -> None:
    """Measure the sizes given on the command line."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("sizes", type=int, nargs="*", default=[50, 1000, 10_000])
    arguments.add_argument("--rounds", type=int, default=5)
    wanted = arguments.parse_args()
    for size in wanted.sizes:
        plan = random_plan(size, seed=size)
        nodes = nodes_of(sequenced(plan), 0, {})
        line = {
            "benchmark": "schedule",
            "n": size,
            "links": sum(len(activity.links) for activity in plan.activities),
            "rounds": wanted.rounds,
            "passes": milliseconds(wanted.rounds, partial(positions, nodes)),
            "schedule": milliseconds(wanted.rounds, partial(schedule, plan, START)),
            "max_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }
        print(json.dumps(line))


if __name__ == "__main__":
    main()

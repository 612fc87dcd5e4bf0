"""The arithmetic of the critical path on whole numbers: forward pass, backward pass, float.

Times are points: point `t` is the morning of working day `t`. Work of duration `d` that starts at `s`
takes the days `s` to `s + d - 1` and is finished at point `s + d`. Every link type then says the same
thing, "start no earlier than the predecessor's start plus a gap", which keeps both passes to one line.
Source of the method: Kelley and Walker, "Critical-path planning and scheduling" (1959); precedence links
with lags as in PMI's Practice Standard for Scheduling.
"""

from collections.abc import Sequence
from typing import NamedTuple

from lifecycle.history.plan import Link


class Wait(NamedTuple):
    """A node starts no earlier than `gap` after the start of node number `node`.

    `by_finish` tells that the end of the predecessor is meant, not its beginning.
    """

    node: int
    gap: int
    by_finish: bool


class Node(NamedTuple):
    """A stretch of work in a network; its waits lead to nodes earlier in the sequence.

    `evening`: it ends with a day's work. None lets the pass find out for a milestone, which lies on the
    evening of its predecessor's last day when only that holds it, and on a morning otherwise.
    """

    duration: int
    floor: int
    waits: Sequence[Wait]
    evening: bool | None


class Position(NamedTuple):
    """Where the passes put a node: its start point, its total float, and whether it ends on an evening."""

    start: int
    total_float: int
    evening: bool


def wait_of(link: Link, node: int, before: int, own: int) -> Wait:
    """Turn a link into a wait; `before` and `own` are the durations of predecessor and activity."""
    by_finish = link.type[0] == "F"
    gap = link.lag + (before if by_finish else 0) - (own if link.type[1] == "F" else 0)
    return Wait(node, gap, by_finish)


def positions(nodes: Sequence[Node]) -> list[Position]:
    """Place every node as early as it can be, and say how far it could slip without moving the end.

    Linear in nodes plus waits. Starts are never before a node's floor; late dates are never beyond the
    finish of the whole, so no float is negative.
    """
    starts, evenings = earliest(nodes)
    finish = max(start + node.duration for start, node in zip(starts, nodes, strict=True))
    latest = _latest(nodes, finish)
    floats = (late - early for late, early in zip(latest, starts, strict=True))
    return [Position(*line) for line in zip(starts, floats, evenings, strict=True)]


def earliest(nodes: Sequence[Node]) -> tuple[list[int], list[bool]]:
    """Forward pass: the early start of each node, and whether it ends on an evening."""
    starts: list[int] = []
    evenings: list[bool] = []
    for node in nodes:
        start = node.floor
        for wait in node.waits:
            start = max(start, starts[wait.node] + wait.gap)
        starts.append(start)
        evenings.append(_on_evening(node, starts, evenings) if node.evening is None else node.evening)
    return starts, evenings


def _on_evening(node: Node, starts: list[int], evenings: list[bool]) -> bool:
    """Whether nothing but work ending on an evening holds the node that was placed last."""
    start = starts[-1]
    binding = [wait for wait in node.waits if starts[wait.node] + wait.gap == start]
    return node.floor < start and all(wait.by_finish and evenings[wait.node] for wait in binding)


def _latest(nodes: Sequence[Node], finish: int) -> list[int]:
    """Backward pass: the late start of each node that still keeps the finish."""
    latest = [finish - node.duration for node in nodes]
    for index in range(len(nodes) - 1, -1, -1):
        for wait in nodes[index].waits:
            latest[wait.node] = min(latest[wait.node], latest[index] - wait.gap)
    return latest

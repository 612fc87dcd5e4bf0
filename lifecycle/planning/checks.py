"""What is wrong with a plan before it can have dates: every problem at once, in sentences."""

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from lifecycle.history.plan import Activity, Plan
from lifecycle.planning.sequence import in_sequence


def problems(plan: Plan) -> tuple[str, ...]:
    """Say what keeps a plan from being scheduled; empty when nothing does."""
    if not plan.activities:
        return ("The plan has no activities. Give it at least one.",)
    found = (*_duplicates(plan.activities), *_bad_links(plan.activities))
    return tuple(found) or tuple(map(_cycle_sentence, cycles(plan.activities)))


def cycles(activities: Sequence[Activity]) -> tuple[tuple[str, ...], ...]:
    """The circles in the links, each in working order; every stuck activity leads back into one of them."""
    known = {activity.id: activity for activity in activities}
    stuck = set(known).difference(in_sequence(activities))
    seen: set[str] = set()
    found = []
    for name in known:
        if name in stuck and name not in seen:
            found.append(_circle(name, known, stuck, seen))
    return tuple(circle for circle in found if circle)


def _circle(name: str, known: dict[str, Activity], stuck: set[str], seen: set[str]) -> tuple[str, ...]:
    """Walk back from predecessor to predecessor until one comes a second time; () when others were here."""
    walk: list[str] = []
    while name not in seen:
        seen.add(name)
        walk.append(name)
        name = next(link.predecessor for link in known[name].links if link.predecessor in stuck)
    return tuple(reversed(walk[walk.index(name) :])) if name in walk else ()


def _cycle_sentence(circle: tuple[str, ...]) -> str:
    round_trip = " -> ".join((*circle, circle[0]))
    return f"These activities wait for each other in a circle: {round_trip}. Remove one of these links."


def _duplicates(activities: Sequence[Activity]) -> Iterator[str]:
    for name, times in Counter(activity.id for activity in activities).items():
        if times > 1:
            yield f"The id {name} is given to {times} activities. Give each activity an id of its own."


def _bad_links(activities: Sequence[Activity]) -> Iterator[str]:
    known = {activity.id for activity in activities}
    for activity in activities:
        for name in dict.fromkeys(link.predecessor for link in activity.links):
            if name == activity.id:
                yield f"{name} waits for itself. Remove this link."
            elif name not in known:
                yield f"{activity.id} waits for {name}, which is not in the plan.{_suggestion(name, known)}"


def _suggestion(name: str, known: set[str]) -> str:
    close = get_close_matches(name, sorted(known), n=1)
    return f" Did you mean {close[0]}?" if close else ""

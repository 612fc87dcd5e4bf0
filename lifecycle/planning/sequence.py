"""The order in which activities can be worked out: predecessors first."""

from collections.abc import Sequence

from lifecycle.history.plan import Activity


def in_sequence(activities: Sequence[Activity]) -> list[str]:
    """The ids with every predecessor before its successors; those in or behind a circle are left out.

    Kahn's algorithm ("Topological sorting of large networks", 1962): linear in activities plus links.
    Predecessors that are not in the plan are not waited for.
    """
    followers: dict[str, list[str]] = {activity.id: [] for activity in activities}
    waiting = dict.fromkeys(followers, 0)
    for activity in activities:
        for link in activity.links:
            if link.predecessor in followers:
                followers[link.predecessor].append(activity.id)
                waiting[activity.id] += 1
    ready = [name for name, count in waiting.items() if not count]
    # the list grows while it is read: that is the queue
    for name in ready:
        for follower in followers[name]:
            waiting[follower] -= 1
            if not waiting[follower]:
                ready.append(follower)
    return ready

"""A new day in a project: what the passing of time demands is written before anything else happens on it.

While the clock is in doubt time does not pass: nobody is reminded, nothing is escalated, no review ends.
"""

from datetime import timedelta

from lifecycle.actions.settling import settle
from lifecycle.governance.deadlines import Ahead, ahead, demanded
from lifecycle.governance.report_plan import come_round, next_day
from lifecycle.records import days
from lifecycle.records.days import Late
from lifecycle.records.store import Store

BEHIND = timedelta(seconds=60)
"""How far the clock may be behind the journal's newest entry; clocks of several machines differ a little."""
MASS, MASS_PERCENT = 20, 20
"""More reviews than this, and more than this share of the open ones, do not end on one day by themselves."""
AWAITING = "awaiting decision"


def pass_day(store: Store, project: str) -> None:
    """Bring a project to this day: write what time demands, once, whoever comes first."""
    history = store.history(project)
    if days.is_behind(store.connection, project, store.now.date()):
        store.append(*demanded(history, store.now), *come_round(history, store.now))
        settle(store, project)
        days.advance(store.connection, [project], store.now.date())


def demands(store: Store, behind: dict[str, Late]) -> tuple[str, ...]:
    """Those of the projects that are behind for which the new day changes something."""
    today = store.now.date()
    overdue = days.newly_overdue(store.connection, today)
    return tuple(
        project for project, late in behind.items() if project in overdue or _ahead(store, project, late).next <= today
    )


def doubt(store: Store) -> str | None:
    """Why the clock cannot be trusted to end reviews: it went back, or it would end too many at once."""
    newest = store.newest()
    if newest and store.now < newest - BEHIND:
        return (
            f"The clock says {store.now:%Y-%m-%d %H:%M} UTC, but the newest journal entry is of "
            f"{newest:%Y-%m-%d %H:%M} UTC. Until the clock has caught up no review ends by itself."
        )
    today, waiting = store.now.date(), store.in_state(AWAITING)
    behind = {name: late for name, late in days.behind(store.connection, today).items() if late.state == AWAITING}
    if len(behind) <= MASS:
        return None
    ending = sum(_ahead(store, project, late).hold <= today for project, late in behind.items())
    if ending <= MASS or 100 * ending <= MASS_PERCENT * len(waiting):
        return None
    return (
        f"{ending} of {len(waiting)} open reviews would go on hold at once; it is {store.now:%Y-%m-%d} by the clock. "
        "If that is right: phasegate gate deadlines --accept-clock"
    )


def _ahead(store: Store, project: str, late: Late) -> Ahead:
    """The days ahead of a project. Days pass without a look at its history, until that has changed."""

    def look() -> Ahead:
        history = store.glance(project)
        found = ahead(history, store.now)
        return found._replace(next=min(found.next, next_day(history, store.now)))

    return store.known.ahead(project, late.version, look)

"""A new day in a project: what the passing of time demands is written before anything else happens on it.

While the clock is in doubt time does not pass: nobody is reminded, nothing is escalated, no review ends.
"""

from datetime import timedelta

from lifecycle.actions.settling import settle
from lifecycle.governance.deadlines import demanded
from lifecycle.governance.report_plan import come_round
from lifecycle.records import days
from lifecycle.records.store import Store

BEHIND = timedelta(seconds=60)
"""How far the clock may be behind the journal's newest entry; clocks of several machines differ a little."""
MASS, MASS_PERCENT = 20, 20
"""More reviews than this, and more than this share of the open ones, do not end on one day by themselves."""
AWAITING = "awaiting decision"


def pass_day(store: Store, project: str) -> None:
    """Bring a project to this day: write what time demands, once, whoever comes first."""
    history = store.history(project)
    if days.is_due(store.connection, project, store.now.date()):
        store.append(*demanded(history, store.now), *come_round(history, store.now))
        settle(store, project)


def doubt(store: Store) -> str | None:
    """Why the clock cannot be trusted to end reviews: it went back, or it would end too many at once."""
    newest = store.newest()
    if newest and store.now < newest - BEHIND:
        return (
            f"The clock says {store.now:%Y-%m-%d %H:%M} UTC, but the newest journal entry is of "
            f"{newest:%Y-%m-%d %H:%M} UTC. Until the clock has caught up no review ends by itself."
        )
    ending = days.ending(store.connection, store.now.date())
    if ending <= MASS or 100 * ending <= MASS_PERCENT * (waiting := len(store.in_state(AWAITING))):
        return None
    return (
        f"{ending} of {waiting} open reviews would go on hold at once; it is {store.now:%Y-%m-%d} by the clock. "
        "If that is right: phasegate gate deadlines --accept-clock"
    )

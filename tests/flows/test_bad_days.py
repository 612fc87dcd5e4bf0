"""Prefect away, slow, overloaded, closed to us, or failing after it did what was asked: no decision waits for it,
none is lost, and nothing happens twice."""

import asyncio
from pathlib import Path

import pytest

from flows.dispatch import Dispatcher
from flows.server import EmbeddedServer, client_settings, flow_runs, one_client
from lifecycle.actions.workspace import Workspace
from tests.faults.profile import FULL
from tests.flows import carrying
from tests.flows.bad_days import Fault, proxy_before
from tests.flows.carrying import assert_whole, carry_on, carry_on_without_flows, decide, drain, start, submit, table
from tests.flows.test_faults import comparable, undisturbed

pytestmark = pytest.mark.flows

FAULTS = [fault for fault in Fault if fault is not Fault.NONE]
FIRST, MIDDLE = 0, 8
"""After how many requests it goes wrong: a project's run with its phase makes 15."""
DAYS = (
    [(fault, after) for fault in FAULTS for after in range(15)]
    if FULL
    else [(fault, MIDDLE) for fault in FAULTS] + [(Fault.AWAY, FIRST), (Fault.AFTER_EFFECT, FIRST)]
)


def begin(work: Workspace, folder: Path) -> None:
    """One project waits for its first decision, and another one for its flow."""
    start(work, folder, "backend")
    carry_on_without_flows(work)
    submit(work, "G1", "backend")
    start(work, folder, "app")


def live(work: Workspace, folder: Path) -> None:
    begin(work, folder)
    decide(work, "G1", "backend")


@pytest.mark.parametrize(("fault", "after"), DAYS, ids=str)
def test_whatever_prefect_does_decisions_are_taken_and_nothing_happens_twice(
    fault: Fault, after: int, server: EmbeddedServer, tmp_path: Path
) -> None:
    """R-11, R-12, R-13: a run that Prefect made and denied is ended there, and what it began is done once."""
    work = carrying.workspace(tmp_path)
    begin(work, tmp_path)
    with proxy_before(server.port) as proxy:
        proxy.day.begin(fault, after)
        with client_settings(proxy.api_url, retries=0):
            asyncio.run(drain(work))
        asked = len(proxy.day.asked)
        assert any(one.fault is fault for one in proxy.day.asked), "nothing went wrong"
        assert any(not row.delivered for row in table(work, "outbox")) == (fault is not Fault.SLOW)

        decide(work, "G1", "backend")

        assert len(proxy.day.asked) == asked, "a decision asks nothing of Prefect"
        proxy.day.lift()
        carry_on(work, proxy.api_url)
    assert comparable(work) == undisturbed(live, tmp_path / "twin")
    assert_whole(work)
    tidy(work, server)
    assert [run["name"] for run in runs_of(work, server) if run["state_type"] not in ENDED] == []
    work.database.close()


ENDED = ("COMPLETED", "CRASHED", "CANCELLED", "FAILED")


def tidy(work: Workspace, server: EmbeddedServer) -> None:
    """What the next holder of the lease does with runs that were left behind."""

    async def twice() -> None:
        dispatcher = Dispatcher(work, "next")
        assert dispatcher.holds_lease()
        async with one_client():
            await dispatcher.tidy()
            await dispatcher.tidy()
        dispatcher.release()

    with client_settings(server.api_url):
        asyncio.run(twice())


def runs_of(work: Workspace, server: EmbeddedServer) -> list[dict[str, object]]:
    """This installation's runs on Prefect's pages."""
    mark = f"runner:{work.database.instance[:8]}-"
    return [run for run in flow_runs(server.api_url) if any(tag.startswith(mark) for tag in run["tags"])]

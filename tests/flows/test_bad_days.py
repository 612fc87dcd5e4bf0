"""Prefect away, slow, overloaded, closed to us, or failing after it did what was asked: no decision waits for it,
none is lost, and nothing happens twice."""

import asyncio
from collections import Counter
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from prefect.client.schemas.objects import FlowRun

from flows import dispatch, upkeep
from flows.dispatch import Dispatcher
from flows.server import EmbeddedServer, client_settings, one_client
from lifecycle.actions.workspace import Workspace
from lifecycle.records import outbox
from lifecycle.records.database import WRITING
from tests.faults.profile import FULL
from tests.flows import carrying
from tests.flows.bad_days import Fault, proxy_before
from tests.flows.carrying import (
    Trace,
    assert_whole,
    carry_on,
    carry_on_without_flows,
    decide,
    drain,
    start,
    submit,
    table,
)
from tests.flows.test_faults import comparable, undisturbed

pytestmark = pytest.mark.flows

FAULTS = [fault for fault in Fault if fault is not Fault.NONE]
CREATES, MIDDLE = 2, 8
"""After how many requests it goes wrong: when runs are created, and when they begin. Two projects make 36 in all."""
POINTS = (0, CREATES, MIDDLE, 14, 20, 28)
DAYS = (
    [(fault, after) for fault in FAULTS for after in POINTS if fault is not Fault.FORGOTTEN or after >= MIDDLE]
    if FULL
    else [*((fault, MIDDLE) for fault in FAULTS), (Fault.AWAY, 0), (Fault.AFTER_EFFECT, CREATES)]
)
ENDED = ("COMPLETED", "CRASHED", "CANCELLED", "FAILED")


def begin(work: Workspace, folder: Path) -> None:
    """One project waits for its first decision, and another one for its flow."""
    start(work, folder, "backend")
    carry_on_without_flows(work)
    submit(work, "G1", "backend")
    start(work, folder, "app")


def live(work: Workspace, folder: Path) -> None:
    begin(work, folder)
    decide(work, "G1", "backend")


@pytest.fixture(scope="module")
def a_good_day(tmp_path_factory: pytest.TempPathFactory) -> Trace:
    """What is left of the same day when nothing goes wrong."""
    return undisturbed(live, tmp_path_factory.mktemp("good") / "day")


@pytest.fixture
def one_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """What broke is not tried again by the same runner, however long the other runs take."""
    monkeypatch.setattr(dispatch, "pause_after", lambda _: dispatch.LONGEST_PAUSE)


@pytest.mark.usefixtures("one_try")
@pytest.mark.parametrize(("fault", "after"), DAYS, ids=str)
def test_whatever_prefect_does_decisions_are_taken_and_nothing_happens_twice(
    fault: Fault, after: int, server: EmbeddedServer, tmp_path: Path, a_good_day: Trace
) -> None:
    """R-11, R-12, R-13, R-20: a run that Prefect made and denied is ended there, and what it began is done once."""
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
    assert comparable(work) == a_good_day
    assert_whole(work)
    tidy(work, server)
    assert [run["name"] for run in runs_of(work, server) if run["state_type"] not in ENDED] == []
    work.database.close()


@pytest.mark.parametrize("after", POINTS if FULL else [CREATES])
def test_an_answer_that_got_lost_once_costs_a_line_on_prefects_pages_and_nothing_else(
    after: int, server: EmbeddedServer, tmp_path: Path
) -> None:
    """R-13: Prefect's own client asks again and makes a second run; nobody carries on the first one, so it is ended."""
    work = carrying.workspace(tmp_path)
    begin(work, tmp_path)
    with proxy_before(server.port) as proxy, client_settings(proxy.api_url):
        proxy.day.begin(Fault.LOST, after, times=1)
        asyncio.run(drain(work))
        [lost] = [one for one in proxy.day.asked if one.fault is Fault.LOST]
        carry_on(work, proxy.api_url)
    assert comparable(work) == undisturbed(begin, tmp_path / "twin")
    assert_whole(work)
    tidy(work, server)
    states = Counter(str(run["state_type"]) for run in runs_of(work, server))
    assert states.keys() <= {"COMPLETED", "CRASHED", "FAILED"}
    assert states["CRASHED"] + states["FAILED"] <= 1
    assert states == Counter(COMPLETED=4, CRASHED=1) or lost.path != "/api/flow_runs/"
    work.database.close()


def test_a_run_that_stays_broken_for_days_disturbs_nobody_and_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-12: the pause before the next try has an end, however many there were."""

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the template is faulty")

    monkeypatch.setattr(dispatch, "project_lifecycle", broken)
    work, heard = carrying.workspace(tmp_path), list[str]()
    start(work, tmp_path, "app")
    with work.database.begin(WRITING) as connection:
        connection.execute(carrying.TABLES["outbox"].update().values(attempts=100_000))
    dispatcher = Dispatcher(work, "test", heard.append)
    assert dispatcher.holds_lease()
    assert [asyncio.run(dispatcher.deliver()) for _ in range(2)] == [1, 0]
    assert [row.attempts for row in table(work, "outbox")] == [100_001]
    assert ["the template is faulty" in line for line in heard] == [True]
    monkeypatch.setattr(outbox.waiting, "__defaults__", (1,))
    start(work, tmp_path, "backend")
    assert asyncio.run(dispatcher.deliver()) == 1, "the messages of the broken run hide no others"
    work.database.close()


def test_a_run_that_is_gone_before_it_can_be_ended_ends_nothing_else(
    server: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-20: Prefect's database was thrown away between the look for runs left behind and their end."""
    work, heard = carrying.workspace(tmp_path), list[str]()
    start(work, tmp_path, "app")

    async def seen_a_moment_ago() -> list[FlowRun]:
        tags = [f"runner:{work.database.instance[:8]}-0", "project:app"]
        return [FlowRun(flow_id=uuid4(), tags=tags)]

    async def tidied() -> None:
        dispatcher = Dispatcher(work, "test", heard.append)
        assert dispatcher.holds_lease()
        async with one_client():
            await dispatcher.tidy()
        dispatcher.release()

    monkeypatch.setattr(upkeep, "_under_way", seen_a_moment_ago)
    with client_settings(server.api_url):
        asyncio.run(tidied())
    assert ["are ended later" in line for line in heard] == [True]
    work.database.close()


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
    marks = [f"runner:{work.database.instance[:8]}-{token}" for token in range(5)]
    asked = httpx.post(f"{server.api_url}/flow_runs/filter", json={"flow_runs": {"tags": {"any_": marks}}}, timeout=30)
    found: list[dict[str, object]] = asked.raise_for_status().json()
    return found

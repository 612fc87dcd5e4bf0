"""The warm runner: keeps Prefect's server alive and carries projects on as soon as something happens."""

import asyncio
import os
import signal
import sys
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from flows.dispatch import Dispatcher
from flows.server import EmbeddedServer, ServerUnavailable, client_settings, one_client
from lifecycle.cli.command import Answer
from lifecycle.cli.desk import Desk
from lifecycle.web.serving import address, listening, serving

LOOK_EVERY = 0.1
"""Seconds between two looks into the outbox; a look is one indexed query."""
WATCH_EVERY = 0.5
"""Seconds between two looks at the server and the lease."""
VOUCH_EVERY = 60.0
"""Seconds between two checkpoints of the journal, at the most; each outcome brings one forward."""
START_AGAIN_AFTER = 5.0
"""Seconds before a server is started again that did not start."""
RECONCILE_EVERY = 30.0
"""Seconds between two looks for what nobody told of: projects, due dates, runs that were left behind."""


def serve(desk: Desk, port: int, prefect_port: int) -> Answer:
    """Answer requests, run Prefect's server and carry projects on until Ctrl-C or a polite end of the process."""
    with listening("127.0.0.1", port) as at, serving(desk.served, at):
        _say(f"The API is at {address(at)}/api/v1.")
        asyncio.run(_until_stopped(desk, prefect_port))
    return Answer({"stopped": True}, "Stopped. Every project waits where it was.")


def carry_on_once(desk: Desk) -> Answer:
    """Carry on every project that has news until none has, and leave."""
    carried_on = asyncio.run(_drain(desk))
    if carried_on is None:
        return Answer({"carried_on": 0}, "Another runner has these projects in hand; nothing was done here.")
    return Answer({"carried_on": carried_on}, f"{carried_on} project run(s) carried on.")


async def _until_stopped(desk: Desk, port: int) -> None:
    stop = asyncio.Event()
    for polite in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(polite, stop.set)
    dispatcher = _dispatcher(desk)
    if not dispatcher.holds_lease():
        _say("Another runner has these projects in hand. This one takes over when it is gone; Ctrl-C to leave.")
    while not stop.is_set() and not dispatcher.ready():
        await _pause(stop, 2 * WATCH_EVERY)
    if not stop.is_set():
        async with equipped(dispatcher, EmbeddedServer(_home(desk), port)) as server:
            dispatcher.watch_clock()
            _say(f"Ready. Prefect's pages: {server.api_url.removesuffix('/api')}. Stop with Ctrl-C.")
            await carry_on(dispatcher, stop)


async def carry_on(dispatcher: Dispatcher, stop: asyncio.Event) -> None:
    """Carry projects on until told to stop; what runs then is finished first."""
    reconcile_at = vouch_at = time.monotonic()
    async with asyncio.TaskGroup() as flows:
        while not stop.is_set():
            if dispatcher.ready():
                if dispatcher.begin(flows) or time.monotonic() >= vouch_at:
                    flows.create_task(dispatcher.vouch())
                    vouch_at = time.monotonic() + VOUCH_EVERY
                if time.monotonic() >= reconcile_at:
                    dispatcher.reconcile(flows)
                    flows.create_task(dispatcher.pass_time())
                    flows.create_task(dispatcher.tidy())
                    reconcile_at = time.monotonic() + RECONCILE_EVERY
            await _pause(stop, LOOK_EVERY)


async def _drain(desk: Desk) -> int | None:
    """Carry on everything that has news, until there is none; the number of runs, None without the lease."""
    dispatcher = _dispatcher(desk)
    if not dispatcher.holds_lease():
        return None
    async with equipped(dispatcher, EmbeddedServer(_home(desk))):
        dispatcher.watch_clock()
        await dispatcher.pass_time()
        await dispatcher.tidy()
        async with asyncio.TaskGroup() as flows:
            total = dispatcher.reconcile(flows)
        while (ran := await dispatcher.deliver()) and dispatcher.trouble is None:
            total += ran
        if dispatcher.trouble:
            raise dispatcher.trouble
        await dispatcher.vouch()
    return total


@asynccontextmanager
async def equipped(dispatcher: Dispatcher, server: EmbeddedServer) -> AsyncIterator[EmbeddedServer]:
    """Keep Prefect's server up and the lease ours for what runs inside; both are let go afterwards."""
    watches = [asyncio.create_task(_keep_lease(dispatcher))]
    try:
        with server:
            await asyncio.to_thread(server.start, _say)
            watches.append(asyncio.create_task(_keep_up(server)))
            with client_settings(server.api_url):
                async with one_client():
                    yield server
    finally:
        for watch in watches:
            watch.cancel()
        dispatcher.release()


async def _keep_lease(dispatcher: Dispatcher) -> None:
    while True:
        dispatcher.ready()
        await asyncio.sleep(WATCH_EVERY)


async def _keep_up(server: EmbeddedServer) -> None:
    """Start a server that died again, so that flows which wait for it go on; what keeps it down is said once."""
    said: set[str] = set()
    while True:
        await asyncio.sleep(WATCH_EVERY)
        if server.alive():
            said.clear()
            continue
        try:
            _say_once("Prefect's server is gone; starting it again.", said)
            await asyncio.to_thread(server.restart)
        except (ServerUnavailable, OSError) as error:
            _say_once(str(error), said)
            await asyncio.sleep(START_AGAIN_AFTER)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return


def _home(desk: Desk) -> Path:
    return desk.data / "prefect"


def _dispatcher(desk: Desk) -> Dispatcher:
    return Dispatcher(desk.records, f"{os.getpid()}-{uuid.uuid4().hex[:8]}", _say)


def _say_once(text: str, said: set[str]) -> None:
    if text not in said:
        _say(text)
    said.add(text)


def _say(text: str) -> None:
    with suppress(OSError):  # standard error may go to a file on a disk that is full
        print(text, file=sys.stderr, flush=True)

"""The demo: a program's diary, lived through the same commands, flows and records as real life."""

import asyncio
import json
import os
import shlex
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from itertools import groupby
from pathlib import Path
from typing import Any

from pydantic import Field

from flows.server import EmbeddedServer, client_settings, flow_runs, one_client
from lifecycle.cli.command import Answer
from lifecycle.cli.desk import Desk
from lifecycle.cli.main import run
from lifecycle.errors import BadInput, LifecycleError
from lifecycle.library import read
from lifecycle.value import Value

EXAMPLE = Path("examples/digital-platform")


class Event(Value):
    """A line of the diary: on this day this person runs this command; `refused` where the rules say no."""

    on: date
    person: str = Field(alias="as")
    say: str = ""
    run: str
    refused: bool = False


class Diary(Value):
    """What happens in the example, day by day."""

    events: tuple[Event, ...]


def perform(desk: Desk, out: Path) -> Answer:
    """Live through the example in a data folder of its own below `out`, and gather the reports."""
    out = out.absolute()
    data = _fresh(out / "data")
    config = desk.library.config.absolute()
    events = read(config / EXAMPLE / "diary.yaml", Diary).events
    with _stage(data, config) as clock, EmbeddedServer(data / "prefect") as server:
        server.start(_say)
        with client_settings(server.api_url):
            asyncio.run(_live(Desk.of(None, data, config, json=False), events, clock))
        runs = flow_runs(server.api_url)
        projects = [_asked("project", "show", line["id"]) for line in _asked("project", "list")]
    result = {"flow_runs": runs, "projects": projects, "reports": _gather(data / "reports", out)}
    return Answer(result, _summary(result, data), code=3 if _red(runs) else 0)


async def _live(desk: Desk, events: tuple[Event, ...], clock: Path) -> None:
    """Take the diary's events in order; after each, flows carry on what it set in motion."""
    from flows.dispatch import Dispatcher  # loaded while the server started

    _set(clock, next(_moments(events)))
    dispatcher = Dispatcher(desk.work, "demo", _say)
    async with one_client():
        for event, moment in zip(events, _moments(events), strict=True):
            _set(clock, moment)
            _act(event)
            while await dispatcher.deliver():
                pass
    dispatcher.release()


def _moments(events: Iterable[Event]) -> Iterator[datetime]:
    """Nine o'clock for the first event of a day, a minute more for each further one."""
    for day, of_that_day in groupby(events, key=lambda event: event.on):
        for minute, _ in enumerate(of_that_day):
            yield datetime.combine(day, time(9), UTC) + timedelta(minutes=minute)


def _set(clock: Path, moment: datetime) -> None:
    clock.write_text(moment.isoformat())


def _act(event: Event) -> None:
    """Run the event's command as its person, and hold the answer against what the diary expects."""
    if event.say:
        _say(f"{event.on}  {event.say}")
    words, errors = StringIO(), StringIO()
    with redirect_stdout(words), redirect_stderr(errors):
        code = run([*shlex.split(event.run), "--as", event.person])
    if bool(code) != event.refused:
        raise LifecycleError(
            f"{event.on} {event.person}: phasegate {event.run}\n{errors.getvalue() or words.getvalue()}"
        )
    if event.refused:
        _say(f"            refused: {errors.getvalue().strip().splitlines()[0]}")


@contextmanager
def _stage(data: Path, config: Path) -> Iterator[Path]:
    """A clock of its own, the example as working folder, and the data folder for every command."""
    clock = data / "clock"
    before = dict(os.environ)
    os.environ |= {
        "PHASEGATE_DATA": str(data),
        "PHASEGATE_CONFIG": str(config),
        "PHASEGATE_CLOCK_FILE": str(clock),
    }
    try:
        with chdir(config / EXAMPLE):
            yield clock
    finally:
        os.environ.clear()
        os.environ.update(before)


def _fresh(data: Path) -> Path:
    """An empty data folder; what an earlier demo left there goes, and nothing else does."""
    if data.exists() and not (data / "clock").exists():
        raise BadInput(f"{data} is there already and was not made by a demo. Choose another --out folder.")
    shutil.rmtree(data, ignore_errors=True)
    shutil.rmtree(data.with_name(f"{data.name}-checkpoints"), ignore_errors=True)
    data.mkdir(parents=True)
    (data / "clock").touch()
    return data


def _asked(*command: str) -> Any:
    """The JSON answer of a command."""
    words = StringIO()
    with redirect_stdout(words):
        run([*command, "--json"])
    return json.loads(words.getvalue())


def _gather(reports: Path, out: Path) -> list[str]:
    """Copy the reports to where the user asked for them; their paths."""
    shutil.copytree(reports, out, dirs_exist_ok=True)
    return sorted(str(out / file.relative_to(reports)) for file in reports.rglob("*") if file.is_file())


def _summary(result: dict[str, Any], data: Path) -> str:
    """The end of every project, where the reports lie, and what to try next."""
    pages = [report for report in result["reports"] if report.endswith(".html")]
    closures = [page for page in pages if "-closure." in page]
    planned = [page for page in pages if "-status-" in page]
    delay = next((page for page in pages if page.endswith("program-2026-04-24.html")), pages[-1])
    red = ", ".join(_red(result["flow_runs"])) or "none"
    lines = (
        *_table(result["projects"]),
        "",
        f"{len(result['flow_runs'])} flow runs, of them red: {red}. {len(result['reports'])} report files, among them:",
        *(f"  {page}" for page in closures),
        f"  {len(planned)} reports that came round by the processes' own plans, e.g.:",
        *(f"  {page}" for page in planned[:1]),
        f"  {len(pages) - len(closures) - len(planned)} program reports, e.g. the one of the delay that hits the app:",
        f"  {delay}",
        "",
        "Try next:",
        f"  phasegate project show backend --data {data}",
        f"  phasegate gate show website G2 --data {data}",
        f"  phasegate audit verify --data {data}",
    )
    return "\n".join(lines)


def _table(projects: list[dict[str, Any]]) -> Iterator[str]:
    """A line for each project: how it ended, and what each round of its gates came to."""
    yield f"{'PROJECT':<18}{'STATE':<14}GATES"
    for project in projects:
        rounds = {gate["gate"]: [one["outcome"] or "returned" for one in gate["rounds"]] for gate in project["gates"]}
        gates = (f"{gate} {' + '.join(outcomes) or '-'}" for gate, outcomes in rounds.items())
        yield f"{project['project']:<18}{project['state']:<14}{', '.join(gates)}".replace("_", " ")


def _red(runs: list[dict[str, Any]]) -> list[str]:
    return [run["name"] for run in runs if run["state_type"] in ("FAILED", "CRASHED")]


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)

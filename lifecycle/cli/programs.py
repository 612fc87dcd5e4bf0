"""Commands around a program: start it with its projects, look at the whole, report."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lifecycle.cli import advice, reports, words
from lifecycle.cli.command import Answer, command, group
from lifecycle.cli.desk import Desk
from lifecycle.cli.options import File, Formats, Out

if TYPE_CHECKING:
    from lifecycle.program.consolidation import ProgramStatus

app = group("program", "Programs: projects that need each other.")


@command(app, "start", "phasegate program start config/examples/digital-platform/program.yaml --as marcus.weber")
def start(desk: Desk, file: File) -> Answer:
    """Start a program and its projects from its charter. That is a YAML file that names theirs."""
    from lifecycle.actions.programs import start_program

    program, *members = start_program(desk.work, file, by=desk.person)
    names = words.joined(member.project for member in members)
    text = f"{words.line(program.charter.title)} ({program.project}) has started with {names}."
    value = {"program": program.project, "projects": [member.project for member in members], "at": program.at}
    return Answer(value, text).then("worker", f"program show {program.project}")


@command(app, "show", "phasegate program show digital-platform")
def show(desk: Desk, program: reports.Program) -> Answer:
    """Show a program. Its projects, money, shared milestones, and the decisions it waits for."""
    from lifecycle.actions.programs import program_status

    status = program_status(desk.work, program)
    return Answer(status, page(status)).then(f"project why {program}", f"program report {program}")


@command(app, "report", "phasegate program report digital-platform --format html --out out")
def report(desk: Desk, program: reports.Program, format: Formats = None, out: Out = reports.HERE) -> Answer:
    """Write the consolidated report of a program as it stands today."""
    return reports.written(desk, "program", subject=program, formats=format, out=out)


def page(status: "ProgramStatus") -> str:
    """A program on one day."""
    own = status.own
    head = f"{status.program}: {words.line(status.title)}, as of {status.as_of}"
    where = f" in {own.phase}" if own.phase and advice.stays(own.state) else ""
    state = f"State: {words.state(own.state)}{where}. Light: {own.rag}, {words.line(own.reason)}."
    return words.paragraphs(
        f"{head}\n{state}",
        _projects(status),
        words.fields(dict(_figures(status))),
        _impacts(status),
        _decisions(status),
    )


def _projects(status: "ProgramStatus") -> str:
    heads = ("project", "light", "state", "phase", "complete", "cpi", "spi", "forecast", "budget", "why")
    rows = (
        (
            p.project,
            p.rag,
            words.state(p.state),
            p.phase,
            "-" if p.percent_complete is None else f"{p.percent_complete:.0f} %",
            words.number(p.cpi),
            words.number(p.spi),
            f"{words.day(p.forecast_finish)}, {words.lateness(p.days_late)}" if p.forecast_finish else "",
            words.money(p.budget, p.currency),
            p.reason,
        )
        for p in status.projects
    )
    return words.table(heads, rows) if status.projects else "It has no projects."


def _figures(status: "ProgramStatus") -> Iterator[tuple[str, object]]:
    for total in status.totals:
        money = (total.budget, total.actual, total.forecast)
        budget, actual, forecast = (words.money(amount, total.currency) for amount in money)
        yield f"Money ({total.currency})", f"budget {budget}, spent {actual}, forecast {forecast}"
    for failure in status.failures:
        yield f"Failed: {failure.project}", failure.text


def _impacts(status: "ProgramStatus") -> str:
    if not status.impacts:
        return ""
    return "Shared milestones\n" + words.bullets(impact.sentence for impact in status.impacts)


def _decisions(status: "ProgramStatus") -> str:
    if not status.decisions:
        return "No decision is waited for."
    rows = ((d.project, d.person, d.text, words.day(d.due)) for d in status.decisions)
    return "Decisions waited for\n" + words.table(("project", "person", "decision", "due"), rows)

"""The reports: composed from the record, rendered, and filed with their digests."""

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from lifecycle.actions.programs import consolidated
from lifecycle.actions.settling import status_of
from lifecycle.actions.workspace import Workspace
from lifecycle.control.success import verdict
from lifecycle.errors import BadInput, TransitionNotAllowed
from lifecycle.governance import report_plan
from lifecycle.governance.people import holders
from lifecycle.history import SYSTEM, History
from lifecycle.history.closing import ReportIssued, ReportKind
from lifecycle.program import ProgramStatus
from lifecycle.records.store import Store
from lifecycle.rendering.reports import FORMATS, Report, render_report
from lifecycle.reports.closure import ClosureReport, closure_report
from lifecycle.reports.gate import GateReport, gate_report
from lifecycle.reports.program import ProgramReport, program_report
from lifecycle.reports.status import StatusReport, status_report
from lifecycle.status import ProjectStatus
from lifecycle.value import Value, digest

REPORTS: Mapping[ReportKind, type[ClosureReport | GateReport | ProgramReport | StatusReport]] = {
    "closure": ClosureReport,
    "gate": GateReport,
    "program": ProgramReport,
    "status": StatusReport,
}


class ReportLine(Value):
    """A report that was filed; `to` are the persons it was for by the report plan."""

    report: str
    subject: str
    issued: date
    to: tuple[str, ...]
    files: tuple[str, ...]


class PlannedLine(Value):
    """A report of the plan that comes next."""

    report: str
    title: str
    due: date
    by: tuple[str, ...]
    to: tuple[str, ...]


class ReportList(Value):
    """The reports of a project: those filed, and those to come."""

    filed: tuple[ReportLine, ...]
    coming: tuple[PlannedLine, ...]


def make_report(
    work: Workspace, kind: ReportKind, *, subject: str, gate: str | None, formats: Sequence[str], out: Path
) -> tuple[Path, ...]:
    """Write a report where the user wants it; nothing is filed."""
    with work.look() as store:
        report = _composed(store, kind, subject, gate)
    written = render_report(report, kind, formats or FORMATS, work.library.templates_with("reports"), out)
    return tuple(out / name for name in written)


def issue_closure_report(work: Workspace, project: str) -> list[str]:
    """Write the closure report of a closed project and file it with its digests, once."""
    with work.look() as store:
        if filed := store.history(project).last(ReportIssued, report="closure"):
            return sorted(filed.files)
        report = _composed(store, "closure", project, None)
    return _issue(work, "closure", report, None)


def issue_program_report(work: Workspace, program: str, failures: Mapping[str, str]) -> list[str]:
    """Write and file the program report when a colour, a state or a gate has changed since the last one."""
    with work.look() as store:
        history = store.glance(program)
        today = consolidated(store, program, failures)
        last, gist = history.last(ReportIssued, report="program"), digest(_gist(today))
        if last and last.gist == gist:
            return []
        report = program_report(history, today, store.now)
    return _issue(work, "program", _named_apart(report, history), gist)


def reports_due(work: Workspace, project: str) -> bool:
    """Whether a report of the plan has come round that nobody has written."""
    with work.look() as store:
        return bool(report_plan.unwritten(store.history(project)))


def issue_due_reports(work: Workspace, project: str) -> list[str]:
    """Write and file the reports of the plan that have come round, each once; the files' names."""
    with work.look() as store:
        history = store.history(project)
        today = status_report(history, status_of(store, project), store.now)
    written: list[str] = []
    for report, due in report_plan.unwritten(history):
        head = today.head.model_copy(update={"title": report.title, "subject": due.subject})
        to = holders(history.charter, report.to)
        written += _issue(work, "status", today.model_copy(update={"head": head}), None, to)
    return written


def reports_of(work: Workspace, project: str) -> ReportList:
    """The reports of a project that were filed, newest first, and those that come next by its plan."""
    with work.look() as store:
        history = store.history(project)
    folder = work.files.reports(project)
    filed = (
        ReportLine(
            report=one.report,
            subject=one.subject,
            issued=one.at.date(),
            to=one.to,
            files=tuple(str(folder / name) for name in sorted(one.files)),
        )
        for one in reversed(history.all(ReportIssued))
    )
    coming = (
        PlannedLine(
            report=period.report.id,
            title=period.report.title,
            due=period.following,
            by=holders(history.charter, (period.report.by,)),
            to=holders(history.charter, period.report.to),
        )
        for period in report_plan.periods(history, work.today())
    )
    return ReportList(filed=tuple(filed), coming=tuple(coming))


def _named_apart(report: ProgramReport, history: History) -> ProgramReport:
    """A second report of the same day gets a number, so that none replaces another."""
    day = report.head.subject
    earlier = [filed for filed in history.all(ReportIssued) if filed.subject.startswith(day)]
    subject = f"{day}-{len(earlier) + 1}" if earlier else day
    return report.model_copy(update={"head": report.head.model_copy(update={"subject": subject})})


def _gist(today: ProgramStatus) -> dict[str, Any]:
    """What a program board wants to hear of at once."""
    everybody = (today.own, *today.projects)
    return {
        "states": {one.project: [one.rag, one.phase, [gate.outcome for gate in one.gates]] for one in everybody},
        "failures": [failure.project for failure in today.failures],
    }


def _issue(work: Workspace, kind: ReportKind, report: Report, gist: str | None, to: Sequence[str] = ()) -> list[str]:
    """Render a report in all formats and file it; a second one of the same name stays what it was.

    Its files come into their place in the transaction that files it, so that whoever comes too late, or has lost
    the lease, replaces nothing.
    """
    project, subject = report.head.project, report.head.subject
    folder, templates = work.files.reports(project), work.library.templates_with("reports")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{project}.", suffix=".part") as rendered:
        files = render_report(report, kind, FORMATS, templates, Path(rendered))
        about: dict[str, Any] = {"report": kind, "subject": subject, "files": files, "gist": gist, "to": tuple(to)}
        with work.change("issue report", project, SYSTEM) as store:
            filed = ReportIssued(project=project, at=store.now, by=SYSTEM, **about)
            if not store.history(project).has(filed.id):
                for name in files:
                    (Path(rendered) / name).replace(folder / name)
                store.append(filed)
    return sorted(files)


def file_again(work: Workspace, person: str, instead: str, out: Path) -> tuple[ReportIssued, ...]:
    """Render the filed reports that hold a person's name once more without it; the records that file them.

    Those of each project come into its folder in `out`, to be put in place once they are on record.
    """
    with work.look() as store:
        projects = [project for project in store.projects() if work.files.reports(project).exists()]
    return tuple(filed for name in projects for filed in _filed_again(work, name, person, instead, out / name))


def without(store: Store, person: str, project: str, instead: str) -> Callable[[str], str]:
    """What writes other words in place of a person's name, in what a project or its program wrote."""
    program = store.program_of(project)
    family = {project} if program is None else {program, *store.projects(program=program)}
    return store.private.without(person, family, instead)


def _filed_again(work: Workspace, project: str, person: str, instead: str, out: Path) -> Iterator[ReportIssued]:
    with work.look() as store:
        reports = store.glance(project).all(ReportIssued)
        clean = without(store, person, project, instead)
    newest = {name: report for report in reports for name in report.files}
    for name, filed in newest.items():
        place = work.files.reports(project) / name
        if not name.endswith(".json") or not place.exists():
            continue
        before = json.loads(place.read_text())
        if (plain := _each_text(before, clean)) == before:
            continue
        again = REPORTS[filed.report].model_validate(plain)
        files = render_report(again, filed.report, FORMATS, work.library.templates_with("reports"), out)
        subject = f"{filed.subject.partition(':')[0]}:without:{person}"
        times = sum(one.report == filed.report and one.subject.startswith(subject) for one in reports)
        subject = f"{subject}:{times + 1}" if times else subject
        yield filed.model_copy(update={"at": work.now(), "by": SYSTEM, "subject": subject, "files": files})


def _each_text(value: Any, clean: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {key: _each_text(item, clean) for key, item in value.items()}
    if isinstance(value, list):
        return [_each_text(item, clean) for item in value]
    return clean(value) if isinstance(value, str) else value


def phase_strip(work: Workspace, project: str) -> str:
    """The phases and gates of a project as a Markdown table."""
    with work.look() as store:
        status = status_of(store, project)
    rows = [f"| {phase.title} | {phase.state} | {_gates_in_words(status, phase.phase)} |" for phase in status.phases]
    return "\n".join((f"**{status.title}**: {status.state}", "", "| Phase | State | Gates |", "|---|---|---|", *rows))


def _gates_in_words(status: ProjectStatus, phase: str) -> str:
    return ", ".join(f"{gate.gate} {gate.state}" for gate in status.gates if gate.phase == phase)


def _composed(store: Store, kind: ReportKind, subject: str, gate: str | None) -> Report:
    """The complete value of a report, before any rendering."""
    if kind == "program":
        return program_report(store.history(subject), consolidated(store, subject, {}), store.now)
    history = store.history(subject)
    if kind == "gate":
        if gate is None:
            raise BadInput("Say which gate: phasegate report gate PROJECT GATE")
        return gate_report(history, gate, None, store.now)
    if kind == "status":
        return status_report(history, status_of(store, subject), store.now)
    if history.closed is None:
        raise TransitionNotAllowed(f"{history.charter.title} is not closed yet. Try: phasegate report status {subject}")
    closed = history.closed
    return closure_report(history, status_of(store, subject), verdict(history), closed.journal_head, closed.at)

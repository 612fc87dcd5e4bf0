"""Plans (CSV or YAML) and progress (CSV) as people hand them in."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from lifecycle.history.plan import Activity, Link, Plan, ProgressLine
from lifecycle.library.definitions import read
from lifecycle.library.sheets import Row, Sheet, read_sheet
from lifecycle.process.facts import suggestion

PLAN = ("id", "name", "wbs", "duration", "predecessors", "owner", "cost")
PROGRESS = ("status_date", "activity", "percent", "actual_start", "actual_finish", "actual_cost", "remaining")

_DATES = ("status_date", "actual_start", "actual_finish")
_LINK = re.compile(r"(?P<predecessor>.+?)\s*(?P<type>FS|SS|FF|SF)?\s*(?P<lag>[+-]\s*\d{1,9})?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


class _ProgressRow(ProgressLine):
    """A line of progress with the day on which it was true."""

    status_date: date


def read_plan(path: Path) -> Plan:
    """Read a plan from CSV, or from YAML by the file's ending; DefinitionError with all problems.

    CSV has the columns of `PLAN` and optionally `deliverable`. Predecessors are written `A1; A2SS+2; A3FF-1`.
    Circles in the links are found when the plan gets its dates.
    """
    if path.suffix in (".yaml", ".yml"):
        return read(path, Plan)
    sheet = read_sheet(path, PLAN, ("deliverable",))
    _complain_of_twins(sheet, ("id",))
    known = {row.cells["id"] for row in sheet.rows if "id" in row.cells}
    activities = [_activity(sheet, row, known) for row in sheet.rows]
    if not activities and not sheet.found:
        sheet.found.append((1, 1, "the plan has no activities; write one on each line below the first"))
    if sheet.found:
        raise sheet.error()
    return Plan(activities=tuple(activity for activity in activities if activity))


def read_progress(path: Path) -> tuple[tuple[date, tuple[ProgressLine, ...]], ...]:
    """Read progress from CSV with the columns of `PROGRESS`: for each status date, oldest first, its lines.

    DefinitionError with all problems.
    """
    sheet = read_sheet(path, PROGRESS)
    _complain_of_twins(sheet, ("status_date", "activity"))
    by_date: dict[date, list[ProgressLine]] = defaultdict(list)
    for row in sheet.rows:
        if line := _progress(sheet, row):
            by_date[line.status_date].append(ProgressLine.model_validate(line.model_dump(exclude={"status_date"})))
    if not sheet.rows and not sheet.found:
        sheet.found.append((1, 1, "there is no progress here; write one activity on each line below the first"))
    if sheet.found:
        raise sheet.error()
    return tuple((day, tuple(lines)) for day, lines in sorted(by_date.items()))


def _complain_of_twins(sheet: Sheet, columns: Sequence[str]) -> None:
    """No two rows are about the same thing."""
    first: dict[tuple[str | None, ...], int] = {}
    for row in sheet.rows:
        name = tuple(row.cells.get(column) for column in columns)
        line = first.setdefault(name, row.line)
        if line != row.line and all(name):
            message = f"'{' '.join(map(str, name))}' stands here twice (first on line {line}); keep one"
            sheet.complain(row, columns[-1], message)


def _activity(sheet: Sheet, row: Row, known: Collection[str]) -> Activity | None:
    links = [link for part in _parts(row) if (link := _link(sheet, row, part, known))]
    cells = {name: cell for name, cell in row.cells.items() if name in (*PLAN, "deliverable")}
    cells.pop("predecessors", None)
    return sheet.value(row, Activity, {**cells, "links": links})


def _parts(row: Row) -> list[str]:
    return [part.strip() for part in row.cells.get("predecessors", "").split(";") if part.strip()]


def _link(sheet: Sheet, row: Row, part: str, known: Collection[str]) -> Link | None:
    """One predecessor: an activity, then how they are linked and the lag, both if wanted: `A3FF-1`.

    An activity may be called `STAFF` or `A-1`, so what is an activity's name as a whole is just that.
    """
    cells = {"predecessor": part} if part in known else _pieces(part)
    name = cells["predecessor"]
    if name not in known:
        hint = suggestion(name, known) or "; write activities like A1; A2SS+2; A3FF-1"
        sheet.complain(row, "predecessors", f"there is no activity '{name}' to wait for{hint}")
        return None
    if name == row.cells.get("id"):
        sheet.complain(row, "predecessors", f"'{name}' waits for itself; remove it")
        return None
    try:
        return Link.model_validate(cells)
    except ValidationError:
        sheet.complain(row, "predecessors", f"the lag in '{part}' must be -1000 to 1000 working days")
        return None


def _pieces(part: str) -> dict[str, str]:
    match = _LINK.fullmatch(part)
    found = match.groupdict() if match else {"predecessor": part}
    return {name: text if name == "predecessor" else text.replace(" ", "") for name, text in found.items() if text}


def _progress(sheet: Sheet, row: Row) -> _ProgressRow | None:
    """A row of progress whose dates are real and in order."""
    wrong = [name for name in _DATES if not _DATE.fullmatch(row.cells.get(name, "2000-01-01"))]
    for name in wrong:
        sheet.complain(row, name, f"'{name}' must be a date, written 2026-01-31, not '{row.cells[name]}'")
    cells = {name: cell for name, cell in row.cells.items() if name in PROGRESS}
    line = sheet.value(row, _ProgressRow, {**cells, **dict.fromkeys(wrong, "2000-01-01")})
    if line is None or wrong:
        return None
    for name, message in _disorder(line):
        sheet.complain(row, name, message)
    return line


def _disorder(line: _ProgressRow) -> Iterator[tuple[str, str]]:
    """Progress tells of the past, and an activity begins before it ends."""
    for name, day in (("actual_start", line.actual_start), ("actual_finish", line.actual_finish)):
        if day and day > line.status_date:
            yield name, f"'{name}' {day} lies after the status date {line.status_date}; progress tells of the past"
    if line.actual_start and line.actual_finish and line.actual_finish < line.actual_start:
        yield "actual_finish", f"'actual_finish' {line.actual_finish} lies before the start {line.actual_start}"

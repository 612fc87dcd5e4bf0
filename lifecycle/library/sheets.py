"""A table (CSV) as rows with their places, and what is wrong with its form."""

import csv
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import ValidationError

from lifecycle.errors import DefinitionError
from lifecycle.library.sentences import sentence
from lifecycle.library.text import read_text, refusal
from lifecycle.process.facts import suggestion
from lifecycle.value import Value

BYTES = 1024 * 1024
ROWS = 10_000
COLUMNS = 256

V = TypeVar("V", bound=Value)


class Row(NamedTuple):
    """A line of a table: its number in the file, its filled cells by column, and where each column begins."""

    line: int
    cells: dict[str, str]
    columns: dict[str, int]


@dataclass
class Sheet:
    """The rows of a table, and the problems found so far: line, column, message."""

    path: Path
    rows: list[Row] = field(default_factory=list)
    found: list[tuple[int, int, str]] = field(default_factory=list)

    def complain(self, row: Row, column: str, message: str) -> None:
        """Note what is wrong with one cell."""
        self.found.append((row.line, row.columns.get(column, 1), message))

    def value(self, row: Row, model: type[V], cells: object) -> V | None:
        """Make a value of a row's cells; None when they are wrong, which is noted."""
        try:
            return model.model_validate(cells)
        except ValidationError as error:
            for item in error.errors(include_url=False):
                column = str(item["loc"][0])
                empty = f"'{column}' is empty; fill it in"
                self.complain(row, column, empty if item["type"] == "missing" else sentence(item, f"'{column}'"))
            return None

    def error(self) -> DefinitionError:
        """Everything that is wrong with the table."""
        return refusal(self.path, self.found)


def read_sheet(path: Path, required: Sequence[str], optional: Collection[str] = ()) -> Sheet:
    """Read a table whose first line names its columns; DefinitionError when it is none, or when one is missing."""
    lines = _lines(path, read_text(path, BYTES))
    header = f"the first line must name the columns: {','.join([*required, *optional])}"
    number, first = next(lines, (1, []))
    if not any(first):
        raise refusal(path, [(1, 1, f"the file is empty; {header}")])
    if len(first) > COLUMNS:
        raise refusal(path, [(number, 1, f"the first line has {len(first)} columns, more than {COLUMNS}; {header}")])
    names = [name.strip().lower() for name in first]
    sheet = Sheet(path, found=list(_wrong_columns(number, names, [*required, *optional])))
    missing = [name for name in required if name not in names]
    if missing:
        sheet.found.append((number, 1, f"column '{missing[0]}' is missing; {header}"))
        raise sheet.error()
    for line, cells in lines:
        _add(sheet, names, line, cells)
    return sheet


def _lines(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line on which it begins. Spreadsheets in half of Europe write ';' between cells."""
    first = text.partition("\n")[0]
    reader = csv.reader(StringIO(text), strict=True, delimiter=";" if first.count(";") > first.count(",") else ",")
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
            if line > ROWS:
                raise refusal(path, [(line, 1, f"the table has more than {ROWS} lines; split it")])
    except csv.Error as error:
        message = "a quote is not closed, or text follows one; write two quotes for one inside a cell"
        raise refusal(path, [(line, 1, f"{message} ({error})")]) from None


def _wrong_columns(line: int, names: Sequence[str], known: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    for n, name in enumerate(names):
        if name and name not in known:
            hint = suggestion(name, known) or f"; known are {', '.join(known)}"
            yield line, _begin(names, n), f"column '{name}' is not known{hint}"
        elif name and name in names[:n]:
            yield line, _begin(names, n), f"column '{name}' stands here twice; keep one"


def _add(sheet: Sheet, names: Sequence[str], line: int, cells: list[str]) -> None:
    """Add a record to the sheet; empty lines are passed over, and empty cells and columns are as good as none."""
    filled = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if cell.strip()}
    columns = {name: _begin(cells, n) for n, name in enumerate(names)}
    if len(cells) > len(names):
        message = f"{len(cells)} cells, but {len(names)} columns; put a text with a comma in double quotes"
        sheet.found.append((line, _begin(cells, len(names)), message))
    elif filled:
        sheet.rows.append(Row(line, filled, columns))


def _begin(cells: Sequence[str], n: int) -> int:
    """The column at which the n-th cell begins; quotes count when the cell needs them."""
    return 1 + sum(len(cell) + 1 + _quotes(cell) for cell in cells[:n])


def _quotes(cell: str) -> int:
    return 2 + cell.count('"') if any(sign in cell for sign in ',;"\n') else 0

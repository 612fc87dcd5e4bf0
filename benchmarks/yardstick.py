"""What the machine can do with none of our code: durable transactions of five statements in SQLite. JSON lines.

A look, three new rows and a changed one, first by the bare driver, then through SQLAlchemy Core as one writes it by
default. Absolute figures belong to a machine and a day; a benchmark that tells its own in these transactions can be
held against one of another day. Run as `python -m benchmarks.yardstick`.
"""

import json
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import create_engine, event, text

TABLES = "CREATE TABLE head (size INTEGER); CREATE TABLE entry (seq INTEGER PRIMARY KEY, body TEXT)"
STATEMENTS = (
    "SELECT size FROM head",
    *3 * ("INSERT INTO entry (body) VALUES (:body)",),
    "UPDATE head SET size = size + 1",
)
BODY = {"body": "x" * 200}
DURABLE = "PRAGMA synchronous=FULL"
Transaction = Callable[[], None]


def bare(database: Path) -> Transaction:
    """The five statements by the driver."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute(DURABLE)

    def transaction() -> None:
        connection.execute("BEGIN IMMEDIATE")
        for statement in STATEMENTS:
            connection.execute(statement, BODY).fetchall()
        connection.execute("COMMIT")

    return transaction


def core(database: Path) -> Transaction:
    """The five statements through SQLAlchemy Core."""
    engine = create_engine(f"sqlite:///{database}")
    event.listen(engine, "connect", lambda connection, _: connection.execute(DURABLE))
    statements = [(text(one), BODY if ":body" in one else {}) for one in STATEMENTS]

    def transaction() -> None:
        with engine.begin() as connection:
            for statement, values in statements:
                found = connection.execute(statement, values)
                if found.returns_rows:
                    found.all()

    return transaction


def measured(name: str, opened: Callable[[Path], Transaction], count: int = 2000) -> dict[str, Any]:
    """Run so many transactions in a new database; the figures."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "yardstick.db"
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(f"{TABLES}; INSERT INTO head VALUES (0)")
        transaction = opened(database)
        transaction()
        seconds: list[float] = []
        cpu = time.process_time()
        for _ in range(count):
            at = time.perf_counter()
            transaction()
            seconds.append(time.perf_counter() - at)
        used = time.process_time() - cpu
    return {
        "benchmark": f"yardstick {name}",
        "n": count,
        "p50_ms": round(1000 * median(seconds), 3),
        "transactions_per_s": round(count / sum(seconds)),
        "cpu_ms": round(1000 * used / count, 3),
    }


def main() -> float:
    """Measure both; the milliseconds of CPU that a transaction through SQLAlchemy Core takes here."""
    found = [measured(name, opened) for name, opened in (("bare", bare), ("core", core))]
    for one in found:
        print(json.dumps(one), flush=True)
    return float(found[-1]["cpu_ms"])


if __name__ == "__main__":
    main()

"""The store of a run through Arrow: results in Parquet parts, and questions to it in SQL by DuckDB.

SQL here sees nothing but the run, and changes nothing of it: its tables are handed over in memory, DuckDB may open no file, attach
no database, load no extension and look at no Python variable, and its settings are locked before the question is read.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from .needs import needs

if TYPE_CHECKING:
    from ..jobs.store import Store

SECONDS = 300.0  # that a question may take
MEMORY = "4GB"
SAFE = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
    "threads": "1",
    "memory_limit": MEMORY,
}


@dataclass(frozen=True)
class Rows:
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]

    def __len__(self) -> int:
        return len(self.rows)


def write(path: Path, keys: Sequence[str], results: Sequence[str]) -> None:
    """A part: key and result, both text."""
    arrow, parquet = needs("pyarrow", "parts", "store"), needs("pyarrow.parquet", "parts", "store")
    table = arrow.table(
        {"key": arrow.array(keys, arrow.string()), "result": arrow.array(results, arrow.large_string())}
    )
    parquet.write_table(table, path, compression="zstd")


def read(path: Path) -> tuple[list[str], list[str]]:
    """(keys, results) of a part. Raises OSError."""
    table = needs("pyarrow.parquet", "parts", "store").read_table(path)
    return table.column("key").to_pylist(), table.column("result").to_pylist()


def query(store: Store, sql: str) -> Rows:
    """Ask a store. `jobs`: key, function, arguments, state, attempts, seconds, worker, ended, error; `results`: key, function,
    arguments, result, the last two as JSON (`result ->> 'name'`). Raises InputError for SQL that fails, MissingExtra."""
    duckdb = needs("duckdb", "store.query", "store")
    jobs, results = _tables(store)
    with duckdb.connect(":memory:") as connection:
        for name, value in SAFE.items():
            connection.execute(f"SET {name} = '{value}'")
        connection.register("jobs", jobs)
        connection.register("parts", results)
        connection.execute(
            "CREATE TEMP VIEW results AS SELECT key, function, arguments::JSON AS arguments, result::JSON AS result "
            "FROM jobs JOIN parts USING (key)"
        )
        connection.execute("SET lock_configuration = true")
        alarm = threading.Timer(SECONDS, connection.interrupt)
        alarm.daemon = True
        alarm.start()
        try:
            cursor = connection.execute(sql)
            columns = tuple(c[0] for c in cursor.description or ())
            return Rows(columns, cursor.fetchall() if columns else [])
        except duckdb.Error as error:
            raise InputError(
                where="the question", needed="SQL over jobs and results", found=str(error).splitlines()[0]
            ) from None
        finally:
            alarm.cancel()


def _tables(store: Store) -> tuple[Any, Any]:
    """Jobs as an Arrow table; results as a dataset of what is in the index and the parts, read as they are needed."""
    arrow, datasets = needs("pyarrow", "store.query", "store"), needs("pyarrow.dataset", "store.query", "store")
    text, whole, number = arrow.string(), arrow.int64(), arrow.float64()
    kinds = {"key": text, "function": text, "arguments": arrow.large_string(), "state": text, "attempts": whole}
    kinds |= {"seconds": number, "worker": text, "ended": number, "error": arrow.large_string()}
    store.index.execute("BEGIN")  # one moment of it, though the driver goes on writing
    try:
        rows = store.index.execute(f"SELECT {', '.join(kinds)} FROM jobs ORDER BY key").fetchall()
        loose = store.index.execute("SELECT key, result FROM results ORDER BY key").fetchall()
        paths = [str(path) for path in store.paths()]
    finally:
        store.index.execute("COMMIT")
    columns = list(zip(*rows, strict=True)) or [()] * len(kinds)
    jobs = arrow.table({n: arrow.array(c, k) for (n, k), c in zip(kinds.items(), columns, strict=True)})
    schema = arrow.schema({"key": text, "result": arrow.large_string()})
    keys, values = list(zip(*loose, strict=True)) or [(), ()]
    inside = arrow.table({"key": arrow.array(keys, text), "result": arrow.array(values, arrow.large_string())})
    if not paths:
        return jobs, inside
    parts = datasets.dataset(paths, schema=schema, format="parquet")
    return jobs, datasets.dataset([parts, datasets.dataset(inside)]) if loose else parts

"""Reading an archive back: everything is checked before the first row is written, then all of it is, or nothing.

The file comes from outside, so nothing in it is believed: it is opened for reading only, every value is read by the
kind of its column, counts and hashes are made again, and every reference and unique key is looked up.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from kb import audit
from kb.archive.format import CHOICES, CONTENT, DESCRIPTION, FILES, FORMAT, Content, Counts, Progress, understand
from kb.errors import Conflict, Invalid, Unreadable
from kb.shelf import Shelf
from kb.storage import Store, Transaction
from kb.storage.rows import BATCH, SCHEMA, ColumnShape, TableShape, shapes

_MAGIC = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class Source:
    """One table of an archive: its shape here, which of its columns the archive has, and what the archive says it
    holds."""

    shape: TableShape
    columns: tuple[ColumnShape, ...]
    rows: int
    sha256: str


def import_archive(
    store: Store, file: Path, progress: Progress | None = None, replace: bool = False, shelf: Shelf | None = None
) -> Counts:
    """Take in an archive; the number of rows of each table. Into an empty knowledge base, or in place of all it holds.

    Conflict when it is not empty and `replace` is not said, Unreadable with the table and row when the file is not what
    it says it is; then nothing was changed. Nobody can sign in afterwards until they choose a password anew."""
    if not replace:
        with store.read() as tx:
            _require_empty(tx)
    with _opened(file) as archive:
        sources = _described(archive, file)
        for source in sources:
            _check_rows(archive, file, source, sources, progress)
        for source in sources:
            _check_references(archive, file, source)
        files = _take_in_files(archive, file, shelf)
        try:
            with store.write() as tx:
                if not replace:
                    _require_empty(tx)
                _take_in(archive, tx, sources, progress)
        except (Conflict, Invalid) as error:
            if isinstance(error, _NotEmpty):
                raise
            raise Unreadable(f"{file} cannot be taken in: {error}") from error
    return {source.shape.name: source.rows for source in sources} | ({"attached file": files} if files else {})


def _take_in_files(archive: Any, file: Path, shelf: Shelf | None) -> int:
    """Put the attached files on the shelf, each when its hash is true; how many. Before the rows that name them: files
    that nothing names are swept."""
    if shelf is None or FILES not in archive.table_names():
        return 0
    many = 0
    for sha256, content in archive.execute(f"select sha256, content from [{FILES}]"):
        if not isinstance(content, bytes) or hashlib.sha256(content).hexdigest() != sha256:
            raise Unreadable(f"{file}, table {FILES}: the file {sha256!r} was changed after the archive was written.")
        shelf.put(content)
        many += 1
    return many


class _NotEmpty(Conflict):
    pass


def _require_empty(tx: Transaction) -> None:
    found = [f"{rows} {shape.name}" for shape in shapes() if shape.name != "setting" and (rows := tx.rows.count(shape))]
    if found:
        raise _NotEmpty(
            f"This knowledge base is not empty (rows: {', '.join(found)}). Import into a new one (another "
            "QUISAIT_DATA or QUISAIT_DATABASE_URL), or ask for all of it to be replaced (--replace)."
        )


def _take_in(archive: Any, tx: Transaction, sources: Sequence[Source], progress: Progress | None) -> None:
    replaced = tx.audit.head()
    tx.rows.remove_all()
    total, done = sum(each.rows for each in sources), 0
    for source in sources:
        shape = source.shape
        inward = [each.name for each in source.columns if each.refers and each.refers[0] == shape.name]
        later: dict[str, list[tuple[Any, Any]]] = {name: [] for name in inward}
        batch: list[dict[str, Any]] = []
        for values in _rows(archive, source):
            row = {
                column.name: None if value is None else understand(column.kind, value)
                for column, value in zip(source.columns, values, strict=True)
            }
            for name in inward:  # the row referred to may come later: set when all are there
                if row[name] is not None:
                    later[name].append((row[shape.key[0]], row[name]))
                    row[name] = None
            batch.append(row)
            if len(batch) == BATCH:
                tx.rows.add(shape, batch)
                done += len(batch)
                batch = []
                if progress:
                    progress("importing", done, total)
        tx.rows.add(shape, batch)
        done += len(batch)
        for name, references in later.items():
            tx.rows.refer(shape, name, references)
        if progress:
            progress("importing", done, total)
    tx.rows.settle()
    tx.changes.renew_identity()
    before = {"entries": replaced.count, "head": replaced.hash} if replaced else None
    audit.record(tx, None, "import", ("archive", ""), {"replaced": before})


@contextmanager
def _opened(file: Path) -> Iterator[Any]:
    """The archive as one unchanging view of it; whatever SQLite says against the file is Unreadable."""
    try:
        with file.open("rb") as start:
            magic = start.read(len(_MAGIC))
    except OSError as error:
        raise Unreadable(f"{file} cannot be read: {error.strerror}.") from error
    if magic != _MAGIC:
        raise Unreadable(f"{file} is not an archive: it is not an SQLite file.")
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("pragma trusted_schema = off")
            connection.execute("pragma cell_size_check = on")
            connection.execute("begin")
            found = " ".join(connection.execute("pragma quick_check(1)").fetchone()[0].split())
            if found != "ok":
                raise Unreadable(f"{file} is damaged or was cut off: {found}. Take another copy of it.")
            yield Database(connection, recursive_triggers=False, execute_plugins=False)
    except sqlite3.Error as error:
        raise Unreadable(f"{file} is damaged or was cut off: {error}. Take another copy of it.") from error


def _described(archive: Any, file: Path) -> Sequence[Source]:
    """What the archive says of itself, as far as it can be true."""
    real = {name for (name,) in archive.execute("select name from sqlite_master where type = 'table'")}
    if not {DESCRIPTION, CONTENT} <= real:
        raise Unreadable(f"{file} is an SQLite file, but not an archive of Quisait: it has no table {DESCRIPTION}.")
    about = dict(archive.execute(f"select name, value from {DESCRIPTION}"))
    try:
        form, schema = int(about["format"]), int(about["schema"])
        listed = {
            name: (int(rows), str(sha256), [str(each) for each in json.loads(columns)])
            for name, rows, sha256, columns in archive.execute(f"select name, rows, sha256, columns from {CONTENT}")
        }
    except (KeyError, ValueError, TypeError):
        raise Unreadable(
            f"{file} does not say what it holds: its tables {DESCRIPTION} and {CONTENT} are damaged."
        ) from None
    if form > FORMAT or schema > SCHEMA:
        raise Unreadable(
            f"{file} was written by a newer Quisait (format {form}, schema {schema}; this one knows "
            f"{FORMAT} and {SCHEMA}). Install the newer one first."
        )
    sources = []
    for shape in shapes():
        if shape.name not in listed or shape.name not in real:
            if schema == SCHEMA or shape.name in listed:
                raise Unreadable(f"{file} lacks the table {shape.name}.")
            continue  # it came with a later schema than the archive's
        rows, sha256, names = listed.pop(shape.name)
        known = {each.name: each for each in shape.columns}
        there = {name for (name,) in archive.execute("select name from pragma_table_info(?)", [shape.name])}
        lacking = [
            each.name for each in shape.columns if each.name not in names and (schema == SCHEMA or not each.optional)
        ]
        lacking += [name for name in names if name not in there]
        if lacking:
            raise Unreadable(f"{file} lacks the column {lacking[0]} of the table {shape.name}.")
        if strange := [name for name in names if name not in known]:
            raise Unreadable(f"{file} has a column {strange[0]} in the table {shape.name} that nobody knows here.")
        sources.append(Source(shape, tuple(known[name] for name in names), rows, sha256))
    if listed:
        raise Unreadable(f"{file} has a table {next(iter(listed))} that nobody knows here.")
    return sources


def _rows(archive: Any, source: Source) -> Iterator[Sequence[Any]]:
    columns = ", ".join(f"[{each.name}]" for each in source.columns)
    order = ", ".join(f"[{name}] collate binary" for name in source.shape.key)
    yield from archive.execute(f"select {columns} from [{source.shape.name}] order by {order}")


def _check_rows(archive: Any, file: Path, source: Source, sources: Sequence[Source], progress: Progress | None) -> None:
    shape, content = source.shape, Content()
    before = sum(each.rows for each in sources[: sources.index(source)])
    keys = [index for index, each in enumerate(source.columns) if each.name in shape.key]
    for values in _rows(archive, source):
        for column, value in zip(source.columns, values, strict=True):
            try:
                if value is None and column.nullable:
                    continue
                understood = understand(column.kind, value)
                allowed = CHOICES.get((shape.name, column.name))
                if allowed is not None and understood not in allowed:
                    raise ValueError(f"{value!r}, which is none of {', '.join(sorted(map(str, allowed)))}")
            except ValueError as error:
                row = _named(shape, [values[index] for index in keys])
                raise Unreadable(f"{file}, table {shape.name}, row {row}: {column.name} holds {error}.") from None
        content.add(values)
        if progress and content.rows % BATCH == 0:
            progress("checking", before + content.rows, sum(each.rows for each in sources))
    if content.rows != source.rows:
        raise Unreadable(
            f"{file}, table {shape.name}: there are {content.rows} rows, and it says {source.rows}. It was changed by "
            "something else than Quisait, or cut off."
        )
    if content.sha256 != source.sha256:
        raise Unreadable(
            f"{file}, table {shape.name}: its rows were changed after the archive was written (the hash differs)."
        )


def _check_references(archive: Any, file: Path, source: Source) -> None:
    shape, name = source.shape, source.shape.name
    keys = ", ".join(f"[{name}].[{key}]" for key in shape.key)
    for column in source.columns:
        if column.refers is None:
            continue
        table, key = column.refers
        lost = archive.execute(
            f"select [{name}].[{column.name}], {keys} from [{name}] where [{name}].[{column.name}] is not null "
            f"and not exists (select 1 from [{table}] as there where there.[{key}] = [{name}].[{column.name}]) limit 1"
        ).fetchone()
        if lost:
            row = _named(shape, lost[1:])
            raise Unreadable(
                f"{file}, table {name}, row {row}: {column.name} names the {table} {lost[0]!r}, which is not there."
            )
    for expressions in (shape.key, *shape.unique):
        present = " and ".join(f"({each}) is not null" for each in expressions)
        twice = archive.execute(
            f"select {keys} from [{name}] where {present} group by {', '.join(expressions)} having count(*) > 1 limit 1"
        ).fetchone()
        if twice:
            raise Unreadable(f"{file}, table {name}, row {_named(shape, twice)}: it stands there twice.")


def _named(shape: TableShape, key: Sequence[Any]) -> str:
    return ", ".join(str(each) for each in key) if len(key) == 1 else repr(tuple(key))

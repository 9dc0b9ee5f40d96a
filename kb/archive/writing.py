"""Writing an archive: one moment of the knowledge base, streamed into a file beside the target, then put in its place.

Killed at any time, the target is the old file or the new one, never a part. The file can be read by its owner only: it
holds what restricted spaces hold.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from kb import audit
from kb.archive.format import CONTENT, DESCRIPTION, FILES, FORMAT, SEARCHED, Content, Counts, Progress, Value, spell
from kb.errors import Conflict
from kb.files import written_whole
from kb.shelf import Shelf
from kb.storage import Store, Transaction
from kb.storage.rows import BATCH, SCHEMA, Kind, TableShape, shapes

_TYPES = {Kind.INTEGER: int, Kind.TRUTH: int, Kind.REAL: float}


def export_archive(
    store: Store, file: Path, progress: Progress | None = None, shelf: Shelf | None = None
) -> Counts:
    """Write everything but secrets and jobs to `file`, replacing it as a whole; the number of rows of each table, and
    of "attached file" and "lost file": those that are no longer on the shelf.

    Unavailable when the file cannot be written, Conflict when it is the knowledge base itself."""
    if store.file is not None and file.exists() and store.file.exists() and file.samefile(store.file):
        raise Conflict("That file is the knowledge base itself. Choose another name for the archive.")
    with store.write() as tx:
        audit.record(tx, None, "export", ("archive", ""))  # before, and so in the archive itself
    with written_whole(file) as part, closing(sqlite3.connect(part)) as connection:
        connection.execute("pragma journal_mode = off")
        connection.execute("pragma synchronous = off")
        archive = Database(connection, execute_plugins=False)
        with store.read() as tx:
            counts = _fill(archive, tx, progress)
            counts |= _shelve(archive, tx, shelf)
        connection.commit()
    return counts


def _fill(archive: Any, tx: Transaction, progress: Progress | None) -> Counts:
    total = sum(tx.rows.count(shape) for shape in shapes()) if progress else 0
    counts: Counts = {}
    described: list[dict[str, Value]] = []
    for shape in shapes():
        content = Content()
        _create(archive, shape)
        names = [each.name for each in shape.columns]
        rows = _spelled(tx, shape, content, progress, sum(counts.values()), total)
        archive[shape.name].insert_all(chain([names], rows), batch_size=BATCH)
        _index(archive, shape)
        counts[shape.name] = content.rows
        described.append(
            {"name": shape.name, "rows": content.rows, "sha256": content.sha256, "columns": spell(Kind.LIST, names)}
        )
    about = {"format": FORMAT, "schema": SCHEMA, "exported": spell(Kind.MOMENT, tx.now)}
    archive[DESCRIPTION].create({"name": str, "value": str}, pk="name")
    archive[DESCRIPTION].insert_all([{"name": name, "value": str(value)} for name, value in about.items()])
    archive[CONTENT].create({"name": str, "rows": int, "sha256": str, "columns": str}, pk="name")
    archive[CONTENT].insert_all(described)
    return counts


def _shelve(archive: Any, tx: Transaction, shelf: Shelf | None) -> Counts:
    """The content of what is attached, one file in memory at a time."""
    archive[FILES].create({"sha256": str, "content": bytes}, pk="sha256")
    there = lost = 0
    for sha256 in tx.attachments.hashes():
        place = shelf.find(sha256) if shelf else None
        there, lost = there + (place is not None), lost + (place is None)
        if place:
            archive[FILES].insert({"sha256": sha256, "content": place.read_bytes()})
    return {name: many for name, many in (("attached file", there), ("lost file", lost)) if many}


def _spelled(
    tx: Transaction, shape: TableShape, content: Content, progress: Progress | None, before: int, total: int
) -> Iterator[Sequence[Value]]:
    kinds = [each.kind for each in shape.columns]
    for row in tx.rows.stream(shape):
        values = [spell(kind, value) for kind, value in zip(kinds, row, strict=True)]
        content.add(values)
        if progress and content.rows % BATCH == 0:
            progress("exporting", before + content.rows, total)
        yield values
    if progress:
        progress("exporting", before + content.rows, total)


def _create(archive: Any, shape: TableShape) -> None:
    archive[shape.name].create(
        {each.name: _TYPES.get(each.kind, str) for each in shape.columns},
        pk=shape.key if len(shape.key) > 1 else shape.key[0],
        not_null={each.name for each in shape.columns if not each.nullable},
        foreign_keys=[(each.name, *each.refers) for each in shape.columns if each.refers],
    )


def _index(archive: Any, shape: TableShape) -> None:
    for column in shape.columns:
        if column.indexed:
            archive[shape.name].create_index([column.name])
    for expressions in shape.unique:
        name = f"{shape.name}_{'_'.join(each.split('.')[-1].partition(',')[0] for each in expressions)}"
        plain = ", ".join(each.replace(f"{shape.name}.", "") for each in expressions)
        archive.execute(f"create unique index [{name}] on [{shape.name}] ({plain})")
    if shape.name in SEARCHED:
        archive[shape.name].enable_fts(SEARCHED[shape.name], tokenize="unicode61 remove_diacritics 2")

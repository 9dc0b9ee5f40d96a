"""`audit verify`, `audit head`, `audit export`: the audit trail, for whoever keeps the data folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from web.commands.surroundings import Complaint, json_option, open_settings
from web.commands.terminal import say

if TYPE_CHECKING:
    from kb.storage import Transaction

_FAULTS = {
    "altered": "Entry {first} was altered: its content does not fit its hash.",
    "missing": "Entries {first} to {last} are missing.",
    "unlinked": "Entry {first} does not follow the one before it: one of the two was replaced or moved.",
    "truncated": "The end is cut off: entries {first} to {last} are missing.",
    "beyond": "Entries from {first} on were added after the head was set: they stand under no head.",
    "head": "The head kept apart is not the hash of the last entry, {last}.",
    "unknown": "No entry bears the head you gave: this is another trail, or it was written anew.",
}


@click.group()
def audit() -> None:
    """The audit trail: check it, note its head, take it along."""


@audit.command()
@click.option("--head", "known", default="", metavar="HASH", help="A head that was written down elsewhere.")
@json_option
def verify(known: str, as_json: bool) -> None:
    """Find every entry that was altered, removed or moved; ends with 1 when there is one."""
    import kb.audit

    _, store = open_settings()
    found = kb.audit.verify(store, known)
    if as_json:
        faults = [{"kind": each.kind, "first": each.first, "last": each.last} for each in found.faults]
        told = {"sound": found.sound, "entries": found.count, "head": found.head, "fault_count": found.fault_count}
        click.echo(json.dumps(told | {"faults": faults}))
    elif found.sound:
        click.echo(f"The trail is whole: {found.count:,} {'entry' if found.count == 1 else 'entries'}.")
        click.echo(f"Head: {found.head}")
    else:
        for each in found.faults:
            click.echo(_FAULTS[each.kind.value].format(first=each.first, last=each.last))
        if (more := found.fault_count - len(found.faults)) > 0:
            click.echo(f"... and {more:,} more.")
    if not found.sound:
        raise SystemExit(1)


@audit.command()
def head() -> None:
    """Print the number of entries and the hash of the last: note it where nobody here can change it."""
    import kb.audit

    _, store = open_settings()
    found = kb.audit.head(store)
    if found is None:
        raise Complaint("Nothing was recorded yet.")
    click.echo(f"{found.count} {found.hash}")


@audit.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export(file: Path) -> None:
    """Write every entry to FILE, as JSON Lines (the exact content) or, where the name ends in .csv, as a table."""
    import kb.audit
    from kb.files import written_whole

    if file.suffix not in (".jsonl", ".csv"):
        raise Complaint(f"{file} should end in .jsonl (exact) or .csv (for a spreadsheet).")
    _, store = open_settings()
    with store.write() as tx:
        kb.audit.record(tx, None, "export", ("audit", ""))
    with written_whole(file) as part, part.open("w", encoding="utf-8", newline="") as written, store.read() as tx:
        count = 0
        for text in _csv(tx) if file.suffix == ".csv" else _lines(tx):
            written.write(text)
            count += 1
    say(f"{file}: {count - (file.suffix == '.csv'):,} entries.")


def _lines(tx: Transaction) -> Iterator[str]:
    from kb.rules_audit import content

    for each in tx.audit.stream():
        row = {"number": each.number, **content(each), "previous": each.previous, "hash": each.hash}
        yield json.dumps(row, ensure_ascii=False) + "\n"


def _csv(tx: Transaction) -> Iterator[str]:
    from web.lists import csv_text

    names = ("number", "at", "actor", "action", "kind", "id", "space", "detail", "salt", "previous", "hash")
    yield csv_text([names])
    for line in _lines(tx):
        row = json.loads(line)
        row["detail"] = json.dumps(row["detail"], ensure_ascii=False)
        yield csv_text([[row[name] for name in names]])

"""`export` and `import`: the whole knowledge base as one open file, and back; procedures as a folder of Markdown."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from web.commands.surroundings import Complaint, open_settings
from web.commands.terminal import Progress, say

if TYPE_CHECKING:
    from kb import Store


@click.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--procedures", "folder", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER",
              help="Write the procedures in force as Markdown files, to be kept in git and loaded again.")  # fmt: skip
@click.option("--space", help="With --procedures: of this space alone.")
def export_(file: Path | None, folder: Path | None, space: str | None) -> None:
    """Write the whole knowledge base to one SQLite file (no secrets), or its procedures to a folder."""
    if (file is None) == (folder is None) or (space and folder is None):
        raise click.UsageError("Name a file, or --procedures FOLDER [--space S].")
    config, store = open_settings()
    if folder is not None:
        _procedures(store, folder, space)
        return
    assert file is not None
    from kb.archive import export_archive
    from web.opening import open_shelf

    _require_ours(file)
    with Progress() as progress:
        counts = export_archive(store, file, progress, open_shelf(config))
    click.echo(f"{file}: {_told(counts)}.")


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--replace", is_flag=True, help="In place of all that the knowledge base holds.")
@click.option("--no-index", is_flag=True, help="Do not index what was taken in.")
def import_(file: Path, replace: bool, no_index: bool) -> None:
    """Take in a file that `export` wrote."""
    from kb.archive import import_archive
    from web.commands.loading import index_now
    from web.opening import open_shelf

    config, store = open_settings()
    with Progress() as progress:
        counts = import_archive(store, file, progress, replace, open_shelf(config))
    click.echo(f"Taken in: {_told(counts)}.")
    if not no_index:
        index_now(config, store)
    say("Nobody has a password here yet: make links with `quisait invite EMAIL`.")


def _procedures(store: Store, folder: Path, space: str | None) -> None:
    from kb.procedure_files import write_folder

    written = write_folder(store, folder, space)
    for name in written.files:
        say(f"{folder / name}")
    for problem in written.problems:
        say(problem)
    click.echo(f"{folder}: {len(written.files):,} files written, {written.unchanged:,} said the same already.")
    if written.problems:
        raise SystemExit(1)


def _require_ours(file: Path) -> None:
    """An export replaces an older one, and nothing else that a slip of the keyboard may name."""
    if not file.parent.is_dir():
        raise Complaint(f"The folder {file.parent} does not exist. Make it, or choose another.")
    if not file.exists() or file.stat().st_size == 0:
        return
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as found:
            ours = found.execute("select 1 from sqlite_master where name = 'quisait_table'").fetchone() is not None
    except sqlite3.Error:
        ours = False
    if not ours:
        raise Complaint(f"{file} exists and is not an export of Quisait: it was left alone. Choose another name.")


def _told(counts: dict[str, int]) -> str:
    return ", ".join(f"{many:,} {name.replace('_', ' ')}" for name, many in counts.items() if many) or "nothing"

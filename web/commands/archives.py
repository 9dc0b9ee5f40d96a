"""`export` and `import`: the whole knowledge base as one open file, and back."""

from __future__ import annotations

from pathlib import Path

import click

from web.commands.surroundings import open_settings
from web.commands.terminal import Progress, say


@click.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export_(file: Path) -> None:
    """Write the whole knowledge base to one SQLite file (no secrets)."""
    from kb.archive import export_archive

    _, store = open_settings()
    with Progress() as progress:
        counts = export_archive(store, file, progress)
    click.echo(f"{file}: {_told(counts)}.")


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--replace", is_flag=True, help="In place of all that the knowledge base holds.")
@click.option("--no-index", is_flag=True, help="Do not index what was taken in.")
def import_(file: Path, replace: bool, no_index: bool) -> None:
    """Take in a file that `export` wrote."""
    from kb.archive import import_archive
    from web.commands.loading import index_now

    config, store = open_settings()
    with Progress() as progress:
        counts = import_archive(store, file, progress, replace)
    click.echo(f"Taken in: {_told(counts)}.")
    if not no_index:
        index_now(config, store)
    say("Nobody has a password here yet: make links with `quisait invite EMAIL`.")


def _told(counts: dict[str, int]) -> str:
    return ", ".join(f"{many:,} {name.replace('_', ' ')}" for name, many in counts.items() if many) or "nothing"

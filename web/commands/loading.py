"""`load`: procedures, people, communities into the knowledge base; every bad row is told; then all is indexed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from web.commands.surroundings import open_settings
from web.commands.terminal import Progress, say

if TYPE_CHECKING:
    from kb import Store
    from kb.loading import LoadReport
    from web.config import Config

GUESTS = 5  # named of those without a sponsor
SHOWN = 100  # problems told in words
_MANY = {"person": "people"}


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--stackexchange", "dump", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False),
              help="A Stack Exchange dump (the folder of Posts.xml).")  # fmt: skip
@click.option("--space", help="The space of what names none.")
@click.option(
    "--open-new-spaces", is_flag=True, help="Spaces that are named but described nowhere are for every employee."
)
@click.option(
    "--prefix", default="", help="Put before every id (but people's and a dump's), to keep communities apart."
)
@click.option("--dry-run", is_flag=True, help="Only tell, file by file, what would be added or changed.")
@click.option("--no-index", is_flag=True, help="Do not index what was loaded.")
def load(
    paths: tuple[Path, ...], dump: Path | None, space: str | None, open_new_spaces: bool, prefix: str, dry_run: bool,
    no_index: bool,
) -> None:  # fmt: skip
    """Load procedures, people, communities. Loading twice changes nothing."""
    if not paths and dump is None:
        raise click.UsageError("Name what to load: a folder or files, or --stackexchange DIR.")
    config, store = open_settings()
    try:
        reports = _load(store, paths, dump, prefix, space=space, open_new_spaces=open_new_spaces, dry_run=dry_run)
    except KeyboardInterrupt:
        say("Stopped. What was written is kept; `quisait load` again goes on, `quisait index` indexes it.")
        raise
    for report in reports:
        _tell(report)
    if not dry_run and not no_index:
        index_now(config, store)
    if any(count.bad for report in reports for count in report.counts.values()):
        raise SystemExit(1)


def _load(store: Store, paths: tuple[Path, ...], dump: Path | None, prefix: str, **options: Any) -> list[LoadReport]:
    """`options` are those that both kinds of load share."""
    from indexer.language import detect
    from kb import loading

    reports = []
    with Progress() as progress:
        if paths:
            reports.append(loading.load(store, list(paths), prefix=prefix, detect=detect, progress=progress, **options))
        if dump is not None:
            reports.append(loading.load_stackexchange(store, dump, detect=detect, progress=progress, **options))
    return reports


def _tell(report: LoadReport) -> None:
    for kind, count in report.counts.items():
        parts = [("added", count.added), ("changed", count.changed), ("unchanged", count.unchanged), ("bad", count.bad)]
        said = ", ".join(f"{many:,} {name}" for name, many in parts if many)
        if said:
            click.echo(f"{_MANY.get(kind, f'{kind}s')}: {said}")
    if report.dry_run:
        for fared in report.fared:
            what = f" ({fared.what})" if fared.what else ""
            click.echo(f"{fared.fate.value:<9}  {fared.kind} {fared.name}{what}  {fared.file}")
    for closed in report.closed:
        say(click.style("CLOSED", fg="yellow", bold=True) + f"  {closed}")
    if report.guests:
        named = ", ".join(report.guests[:GUESTS]) + (", ..." if len(report.guests) > GUESTS else "")
        say(f"{len(report.guests):,} guests have no sponsor and no last day yet ({named}): nothing ends their access. "
            "An administrator gives them both, on the page of each.")  # fmt: skip
    for problem in report.problems[:SHOWN]:
        place = f"{problem.file}:{problem.line}" if problem.line else problem.file
        say(f"{place}: {problem.reason}")
    if (more := report.problem_count - min(len(report.problems), SHOWN)) > 0:
        say(f"... and {more:,} more.")
    if report.dry_run:
        say("Nothing was written (--dry-run).")


def index_now(config: Config, store: Store) -> None:
    """Index what is new; stopped, `quisait index` goes on. A process that is at it already does it for us."""
    from web import opening

    with Progress() as progress:
        try:
            encoder = opening.open_encoder(config, progress.say)
            if not opening.catch_up(config, store, encoder, progress):
                progress.say("Another process is indexing; it takes this in too.")
        except KeyboardInterrupt:
            progress.say("Stopped. Everything is loaded, and indexed so far; `quisait index` goes on.")
            raise

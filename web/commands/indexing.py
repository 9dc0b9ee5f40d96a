"""`index` and `evaluate`: bringing the index up to date, making it anew, and measuring how good finding is."""

from __future__ import annotations

import json
from pathlib import Path

import click

from web.commands.surroundings import Complaint, json_option, open_settings, settings
from web.commands.terminal import Progress, table


@click.command()
@click.option("--rebuild", is_flag=True, help="Make it anew beside the one in use, then switch.")
@click.option("--status", is_flag=True, help="Only tell how far it is.")
def index(rebuild: bool, status: bool) -> None:
    """Bring the index up to date with the knowledge base."""
    from indexer import sync
    from web import opening

    config, store = open_settings()
    with Progress() as progress:
        encoder = opening.open_encoder(config, progress.say)
        if not status and rebuild:
            sync.rebuild(store, opening.index_folder(config), encoder, progress)
        elif not status:
            opening.open_indexer(config, store, encoder).catch_up(progress)
    told = opening.open_indexer(config, store, encoder).status()
    click.echo(f"{told.passages:,} passages, {told.applied:,} of {told.last:,} changes, made with {told.encoder}.")
    if told.stale:
        raise Complaint(told.stale)


@click.command()
@click.argument("kit", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--pipeline", metavar="NAME", help="Only this one.")
@click.option(
    "--run", "run_file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="Write the run."
)
@json_option
def evaluate(kit: Path, pipeline: str | None, run_file: Path | None, as_json: bool) -> None:
    """Measure finding on judged questions: MRR, MAP, P@1, S@5, R@10, nDCG@10."""
    from indexer.evaluate import evaluate as measured
    from indexer.language import detect
    from web import opening

    config = settings()
    with Progress() as progress:
        encoder = opening.open_encoder(config, progress.say)
        rows = measured(kit, config.data, encoder, pipeline, run_file, detect, progress)
    click.echo(json.dumps(rows, ensure_ascii=False, indent=2) if as_json else table(rows))

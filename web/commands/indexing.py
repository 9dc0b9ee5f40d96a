"""`index` and `evaluate`: bringing the index up to date, making it anew, and measuring how good finding is."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from web.commands.surroundings import Complaint, json_option, open_settings, settings
from web.commands.terminal import Progress, colours, table, width

if TYPE_CHECKING:
    from indexer.comparing import Comparison
    from indexer.lesson import Lesson


@click.command()
@click.option("--rebuild", is_flag=True, help="Make it anew beside the one in use, then switch.")
@click.option("--status", is_flag=True, help="Only tell how far it is.")
@click.option("--learn", is_flag=True, help="Then learn from the site's own past how evidence counts.")
def index(rebuild: bool, status: bool, learn: bool) -> None:
    """Bring the index up to date with the knowledge base."""
    from indexer import sync
    from indexer.learning import teach
    from web import opening

    if status and (rebuild or learn):
        raise click.UsageError("--status only tells: leave out --rebuild and --learn.")
    config, store = open_settings()
    with Progress() as progress:
        encoder = opening.open_encoder(config, progress.say)
        if not status and rebuild:
            sync.rebuild(store, opening.index_folder(config), encoder, progress)
        elif not status:
            opening.open_indexer(config, store, encoder).catch_up(progress)
        indexer = opening.open_indexer(config, store, encoder)
        if learn:
            teach(store, indexer, opening.open_finder(config, store, encoder), progress, anew=True)
    told, lesson = indexer.status(), indexer.lesson()
    click.echo(f"{told.passages:,} passages, {told.applied:,} of {told.last:,} changes, made with {told.encoder}.")
    if lesson is not None and lesson.sample:
        click.echo(
            f"Learned on {lesson.at[:10]} from {lesson.sample} past questions: who answered is named at a mean "
            f"reciprocal rank of {lesson.after:.3f} (as shipped {lesson.before:.3f}). Weights: {_weights(lesson)}."
        )
    elif learn:
        click.echo("Too little was answered so far to learn from: evidence counts as shipped.")
    if lesson is not None and lesson.told:
        slope, height = lesson.line
        click.echo(
            f"{lesson.told} searches told whether what they were shown answered: the log-odds of that are multiplied "
            f"by {slope:g} and moved by {height:+g}."
        )
    if told.stale:
        raise Complaint(told.stale)


def _weights(lesson: Lesson) -> str:
    """By part; votes and tags by the days after which evidence counts half."""
    from indexer.experts import AGES, COLUMNS

    told: dict[str, list[str]] = {}
    for name, weight in zip(COLUMNS, lesson.weights, strict=True):
        told.setdefault(name, []).append(f"{weight:g}")
    ages = "/".join(str(days) for days in AGES)
    return ", ".join(
        f"{name} {'/'.join(each)}" + (f" (half after {ages} days)" if len(each) > 1 else "")
        for name, each in told.items()
    )


@click.command()
@click.argument("kit", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--pipeline", metavar="NAME", help="Only this one.")
@click.option(
    "--run", "run_file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="Write the run."
)
@click.option("--compare", "pair", nargs=2, metavar="A B", help="Is B better than A? Pipelines or run files.")
@json_option
def evaluate(
    kit: Path, pipeline: str | None, run_file: Path | None, pair: tuple[str, str] | None, as_json: bool
) -> None:
    """Measure finding on judged questions: MRR, MAP, P@1, S@5, R@10, nDCG@10."""
    from indexer.evaluate import evaluate as measured
    from indexer.language import detect
    from web import opening

    if pair is not None:
        if pipeline or run_file:
            raise click.UsageError("--compare measures two rankings: leave out --pipeline and --run.")
        _compare(kit, pair, as_json)
        return
    config = settings()
    with Progress() as progress:
        encoder = opening.open_encoder(config, progress.say)
        rows = measured(kit, config.data, encoder, pipeline, run_file, detect, progress)
    click.echo(json.dumps(rows, ensure_ascii=False, indent=2) if as_json else table(rows))


def _compare(kit: Path, pair: tuple[str, str], as_json: bool) -> None:
    """Print whether the second is better than the first; the model is loaded only for pipelines."""
    from indexer.comparing import compare
    from indexer.evaluate import Runs, ranked
    from indexer.language import detect
    from web import opening

    config = settings()
    with Progress() as progress:

        def rank(names: Sequence[str]) -> dict[str, Runs]:
            encoder = opening.open_encoder(config, progress.say)
            return ranked(kit, config.data, encoder, names, detect, progress)

        found = compare(kit, *pair, rank)
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2))
    else:
        for line in _compared(found):
            click.echo(line, color=colours())


def _compared(found: Comparison) -> Iterator[str]:
    """A table of the measures, then the questions that changed most, each with what stood first instead."""
    yield f"{found.kit}, {found.queries:,} judged questions. A: {found.a}. B: {found.b}."
    yield ""
    yield table([
        {"measure": each.measure, "A": each.a, "B": each.b, "B - A": each.gain, "p": each.p, "B won": each.won,
         "lost": each.lost, "tied": each.tied}
        for each in found.differences
    ])  # fmt: skip
    if found.changed:
        yield ""
        yield click.style("What changed most: the rank of the first right one in A and in B", bold=True)
    for each in found.changed:
        ranks = " > ".join("none" if rank is None else str(rank) for rank in (each.rank_a, each.rank_b))
        yield f"{ranks:>11}  {textwrap.shorten(each.text, width() - 14, placeholder=' …')}"
        for about, id in (("right", each.right), ("first in A", each.first_a), ("first in B", each.first_b)):
            if id is not None and (id == each.right) == (about == "right"):
                named = f"{textwrap.shorten(found.titles.get(id, ''), width() - 30, placeholder=' …')} ({id})"
                yield f"{'':13}{click.style(f'{about:11}', dim=True)}{named.strip()}"

"""`simulate KIT`: routing on an expert kit's later questions, beside two other ways of asking."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import click

from web.commands.surroundings import Complaint, json_option, settings
from web.commands.terminal import Progress, table


@click.command()
@click.argument("kit", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--run", "run_file", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Take the ranking of a run file (evaluate --run), without a model.",
)  # fmt: skip
@click.option("--near", type=click.IntRange(1, 100), help="The nearest candidates, who are asked first.")
@click.option("--day-cap", type=click.IntRange(1, 100), help="Requests to one person a day, at most.")
@click.option("--week-cap", type=click.IntRange(1, 500), help="Requests to one person in seven days, at most.")
@json_option
def simulate(
    kit: Path, run_file: Path | None, near: int | None, day_cap: int | None, week_cap: int | None, as_json: bool
) -> None:
    """Replay an expert kit's later questions: who would be asked, who answers, how the load is spread."""
    from indexer import kits, replaying
    from indexer.comparing import read_run
    from indexer.evaluate import ranked
    from indexer.language import detect
    from indexer.simulation import simulate as simulated
    from kb.routing import Numbers
    from web import opening

    if kits.meta(kit)["task"] != "experts":
        raise Complaint(f"{kit.resolve().name} judges texts, not people: only an expert kit can be simulated.")
    if run_file is not None:
        found = read_run(kit, run_file, kits.queries(kit))
    else:
        config = settings()
        with Progress() as progress:
            encoder = opening.open_encoder(config, progress.say)
            found = ranked(kit, config.data, encoder, ["experts"], detect, progress)["experts"]
    given = {"near": near, "day_cap": day_cap, "week_cap": week_cap}
    numbers = replace(Numbers(), **{name: value for name, value in given.items() if value is not None})
    numbers = replace(numbers, wide=max(numbers.wide, numbers.near))
    reports = [asdict(each) for each in simulated(replaying.cases(kit, found), replaying.history(kit), numbers)]
    click.echo(json.dumps({"kit": kit.resolve().name, "ways": reports}) if as_json else table(reports))

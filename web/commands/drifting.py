"""`drift --pairs FILE`: the judge of procedures against practices, on pairs that somebody brings."""

from __future__ import annotations

import json
from pathlib import Path

import click

from web.commands.surroundings import json_option
from web.commands.terminal import say


@click.command()
@click.option(
    "--pairs", "file", required=True, metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="JSON Lines of id, language, duty, practice.",
)  # fmt: skip
@json_option
def drift(file: Path, as_json: bool) -> None:
    """Judge whether each practice contradicts its duty, and in which way."""
    from indexer.drift import judge
    from indexer.drift.pairs import BadLine, pairs

    bad = 0
    for pair in pairs(file):
        if isinstance(pair, BadLine):
            bad += 1
            say(f"{file.name}:{pair.number}: {pair.reason}")
            continue
        found = judge(pair.duty, pair.practice)
        if as_json:
            told = {"id": pair.id, "conflict": found.conflict, "kind": found.kind, "evidence": list(found.evidence)}
            click.echo(json.dumps(told, ensure_ascii=False))
        elif found.conflict:
            rule, said = found.evidence
            click.echo(f"{pair.id}: conflict, {found.kind}: “{rule}” / “{said}”")
        else:
            click.echo(f"{pair.id}: no conflict")
    if bad:
        raise SystemExit(1)

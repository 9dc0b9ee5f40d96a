"""`register load`, `register show`: the clause map in a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import click

from web.commands.surroundings import as_option, find_reader, json_option, open_settings
from web.commands.terminal import say


@click.group()
def register() -> None:
    """What regulations ask, and which procedures answer it."""


@register.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def load(file: Path) -> None:
    """Take in clauses from a CSV: reference, regulation, title, also. Loading it again changes nothing."""
    import kb.clauses

    _, store = open_settings()
    taken = kb.clauses.load(store, file.read_bytes())
    click.echo(f"clauses: {taken.added} added, {taken.changed} changed, {taken.unchanged} unchanged")
    for each in taken.bad:
        say(f"{file.name}:{each.line}: {each.error}")
    if taken.bad:
        raise SystemExit(1)


@register.command()
@as_option
@json_option
def show(email: str | None, as_json: bool) -> None:
    """Every clause with the procedures that answer it; gaps and references that no clause bears."""
    import kb.clauses

    config, store = open_settings()
    found = kb.clauses.clause_map(store, find_reader(config, store, email))
    if as_json:
        lines = [
            {"reference": each.clause.reference, "regulation": each.clause.regulation, "title": each.clause.title,
             "procedures": [{"key": one.procedure.key, "duties": list(one.steps)} for one in each.by]}
            for each in found.lines
        ]  # fmt: skip
        unknown = [{"reference": name, "procedures": [each.key for each in by]} for name, by in found.unknown]
        click.echo(json.dumps({"clauses": lines, "unknown": unknown}, ensure_ascii=False))
        return
    for each in found.lines:
        by = ", ".join(f"{one.procedure.key}{_steps(one.steps)}" for one in each.by) or "nobody"
        click.echo(f"{each.clause.reference}: {by}")
    for name, procedures in found.unknown:
        click.echo(f"not in the map: {name} ({', '.join(each.key for each in procedures)})")
    say(f"{len(found.lines)} clauses, {len(found.gaps)} nobody answers, {len(found.overlaps)} several answer.")


@register.command()
@as_option
def retention(email: str | None) -> None:
    """List the texts that were kept long enough. Nothing is released here: that takes two people, on the site."""
    import kb.retention

    config, store = open_settings()
    person = find_reader(config, store, email)
    due = kb.retention.due(store, person)
    for each in due:
        click.echo(f"{each.procedure.key} {each.revision.name}: in force until {each.left}, kept until {each.until}")
    say(f"{len(due)} {'text was' if len(due) == 1 else 'texts were'} kept long enough.")


def _steps(steps: tuple[str, ...]) -> str:
    return f" ({', '.join(steps)})" if steps else ""

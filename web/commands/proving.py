"""`proof`: what was official on a day, as a zip that a stranger can check."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from web.commands.surroundings import Complaint, open_settings
from web.commands.terminal import say


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--on", "day", type=click.DateTime(["%Y-%m-%d"]), required=True, metavar="DATE", help="The day: 2026-12-31."
)
@click.option("--space", help="Of this space alone.")
def proof(file: Path, day: datetime, space: str | None) -> None:
    """Write what was official on a day to FILE.zip: texts, approvals, acknowledgements, reviews, audit trail; README.md
    in it says how to check it without Quisait."""
    import kb.proof
    from kb.files import written_whole
    from web import proof_pack

    if file.suffix != ".zip":
        raise Complaint(f"{file} should end in .zip.")
    if not file.parent.is_dir():
        raise Complaint(f"The folder {file.parent} does not exist. Make it, or choose another.")
    config, store = open_settings()
    found = kb.proof.prove(store, None, day.date(), space)
    with written_whole(file) as part:
        proof_pack.write(store, found, space is None, part, config.organisation)
    rows = {each.name: f"{len(each.rows):,}" for each in found.sheets}
    say(f"{file}: {rows['procedures']} texts in force, {rows['approvals']} decisions, {rows['coverage']} people asked, "
        f"{rows['overdue-reviews']} overdue reviews, {found.entries:,} audit entries.")  # fmt: skip

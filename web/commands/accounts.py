"""`invite` and `token`: letting people in, and programs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from web.commands.surroundings import Complaint, by_email, open_settings

if TYPE_CHECKING:
    from kb import Store
    from kb.model import Person


@click.command()
@click.argument("email")
@click.option("--admin", is_flag=True, help="Make them an administrator.")
@click.option("--name", help="Their name, when nobody has this e-mail address yet: they are added.")
def invite(email: str, admin: bool, name: str | None) -> None:
    """Print a one-use link with which a person chooses a password."""
    import kb.accounts
    import kb.people

    config, store = open_settings()
    person = _add(store, email, name) if name and not _known(store, email) else by_email(store, email)
    if admin and not person.admin:
        person = kb.people.put(store, replace(person, admin=True))
    secret = kb.accounts.invite(store, person)
    site = config.url or f"http://{config.host}:{config.port}"
    click.echo(f"{site}/invite/{secret}")
    click.echo(f"For {person.name}, once, within {kb.accounts.INVITE.days} days.", err=True)


@click.command()
@click.argument("email")
@click.option("--label", default="command line", show_default=True, help="What it is for.")
def token(email: str, label: str) -> None:
    """Print a token for the API with the rights of a person."""
    import kb.accounts

    _, store = open_settings()
    person = by_email(store, email)
    click.echo(kb.accounts.issue_token(store, person, label))
    click.echo(f"Send it as `Authorization: Bearer`. It runs until {person.name} revokes it (page /tokens).", err=True)


def _known(store: Store, email: str) -> bool:
    with store.read() as tx:
        return tx.people.find_email(email) is not None


def _add(store: Store, email: str, name: str) -> Person:
    import kb.people
    from kb.model import Person
    from kb.rules import clean, slug

    email, name = email.strip(), clean("name", " ".join(name.split()), 120, required=True)
    if email.count("@") != 1 or any(letter.isspace() for letter in email) or len(email) > 200:
        raise Complaint(f"{email!r} is not an e-mail address.")
    id = slug(name) or slug(email)
    with store.read() as tx:
        if tx.people.find(id) is not None:
            id = f"{id}-{slug(email)}"
    return kb.people.put(store, Person(id=id, name=name, email=email))

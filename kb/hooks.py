"""Webhooks of a space: what is asked, answered and solved there is sent to an address its keepers set up.

`announce` is called in the transaction of what happened and only notes what is to be sent; a worker leases it, reads
the question anew (what was deleted meanwhile is not sent), and tries for a day. Each delivery keeps its id for ever, so
that a receiver knows what it got twice, and can be sent again from the log.
"""

from __future__ import annotations

import secrets
from base64 import b64encode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from kb.errors import Invalid, NotFound
from kb.model import Person, Question, new_id
from kb.permissions import Action, require
from kb.storage import Store, Transaction
from kb.webhooks import Delivery, Hook, HookKind

TRIES = (5, 300, 1_800, 7_200, 18_000, 36_000)  # seconds before each further try
LEASE = 60.0
SHOWN = 50


class Event(StrEnum):
    ASKED = "asked"
    ANSWERED = "answered"
    SOLVED = "solved"


@dataclass(frozen=True, slots=True)
class Taken:
    """A delivery to be sent now, with the question as it stands."""

    delivery: Delivery
    lease: str
    hook: Hook
    question: Question
    by: Person | None


def add(store: Store, keeper: Person, space: str, kind: str, url: str, events: Collection[str]) -> Hook:
    """Set one up. A signed one gets a secret, which `hook.secret` holds."""
    if kind not in set(HookKind):
        raise Invalid("kind", "Choose what reads it.")
    parts = urlsplit(url.strip())
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.username or len(url) > 1000:
        raise Invalid("url", "Write the whole address, like https://hooks.example.org/services/abc.")
    if not events or set(events) - set(Event):
        raise Invalid("events", "Choose what is sent.")
    secret = f"whsec_{b64encode(secrets.token_bytes(24)).decode()}" if kind == HookKind.SIGNED else ""
    with store.write() as tx:
        require(keeper, Action.MANAGE, tx.spaces.get(space))
        hook = Hook(new_id(), space, HookKind(kind), url.strip(), secret, tuple(sorted(set(events))), keeper.id, tx.now)
        tx.hooks.add(hook)
        tx.changes.add("add", "hook", hook.id, keeper.id)
        return hook


def of_space(store: Store, keeper: Person, space: str) -> tuple[tuple[Hook, tuple[Delivery, ...]], ...]:
    """The webhooks of a space with what was sent lately, for those who keep it."""
    with store.read() as tx:
        require(keeper, Action.MANAGE, tx.spaces.get(space))
        return tuple((each, tuple(tx.hooks.deliveries(each.id, SHOWN))) for each in tx.hooks.list(space))


def remove(store: Store, keeper: Person, hook: str) -> str:
    """Nothing is sent there any more; the id of its space."""
    with store.write() as tx:
        found = _kept(tx, keeper, hook)
        tx.hooks.remove(hook)
        tx.changes.add("remove", "hook", hook, keeper.id)
        return found.space


def send_again(store: Store, keeper: Person, delivery: str) -> str:
    """Send a delivery of the log once more, under its own id; the id of its space."""
    with store.write() as tx:
        found = tx.hooks.get_delivery(delivery)
        hook = _kept(tx, keeper, found.hook)
        tx.hooks.renew(delivery)
        tx.changes.add("send again", "hook", hook.id, keeper.id)
        return hook.space


def announce(tx: Transaction, asked: Question, event: str, by: str | None, answer: str | None = None) -> None:
    """Note what is to be sent of this to the webhooks of its space."""
    for hook in tx.hooks.list(asked.space):
        if event in hook.events:
            tx.hooks.add_delivery(Delivery(f"msg_{new_id()}", hook.id, event, asked.id, answer, by, tx.now, tx.now))


def take(store: Store) -> Taken | None:
    """The next delivery that is due, leased; None when none is. What is about nothing any more is done with."""
    with store.read() as tx:
        if not tx.hooks.any_due():
            return None
    while True:
        with store.write() as tx:
            leased = tx.hooks.lease(LEASE)
            if leased is None:
                return None
            delivery, lease = leased
            hook, question = tx.hooks.find(delivery.hook), tx.questions.find(delivery.question)
            if hook is not None and question is not None and question.space == hook.space:
                by = tx.people.find(delivery.by) if delivery.by else None
                return Taken(delivery, lease, hook, question, by)
            tx.hooks.finish(delivery.id, lease, None, "There is nothing left to send.")


def sent(store: Store, taken: Taken, status: int) -> None:
    with store.write() as tx:
        tx.hooks.finish(taken.delivery.id, taken.lease, status, None)


def failed(store: Store, taken: Taken, error: str, status: int | None = None) -> None:
    """Try again later, less and less often; 410 means that nobody wants any more, and ends the webhook."""
    with store.write() as tx:
        attempts = taken.delivery.attempts
        if status == 410:
            tx.hooks.remove(taken.hook.id)
        elif attempts >= len(TRIES):
            tx.hooks.finish(taken.delivery.id, taken.lease, status, error)
        else:
            due: datetime = tx.now + timedelta(seconds=TRIES[attempts])
            tx.hooks.put_off(taken.delivery.id, taken.lease, due, status, error)


def _kept(tx: Transaction, keeper: Person, hook: str) -> Hook:
    found = tx.hooks.find(hook)
    if found is None:
        raise NotFound("webhook", hook)
    require(keeper, Action.MANAGE, tx.spaces.get(found.space))
    return found

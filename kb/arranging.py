"""The first page as somebody wants it: which blocks, in which order. Who chose nothing gets what suits their part:
somebody new sees their first weeks first, a compliance owner what they look after.

A choice is one's own: nobody else reads it, and neither the change log nor the trail says anything of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kb.errors import Invalid
from kb.model import Person
from kb.permissions import oversees
from kb.starting import is_new
from kb.storage import Store


class Block(StrEnum):
    """What the first page may show, in the order of somebody who neither is new nor looks after official texts."""

    ASKED = "asked"  # questions that the person was asked
    TASKS = "tasks"  # official texts to read, to decide on, to look at again
    DECIDE = "decide"  # posts that were flagged or wait to be posted, in the spaces one keeps, and one's own
    MINE = "mine"  # the person's questions that are still open
    STUCK = "stuck"  # questions that nobody could answer so far
    START = "start"  # the first weeks
    OVERSIGHT = "oversight"  # how the official texts of one's spaces stand
    UNANSWERED = "unanswered"  # what waits for an answer in one's spaces
    RECENT = "recent"  # what was answered lately
    TEXTS = "texts"  # official texts that came into force lately


_NEW = (Block.START, Block.TASKS, Block.ASKED, Block.MINE)
_KEEPER = (Block.OVERSIGHT, Block.TASKS, Block.ASKED)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """`blocks` in their order, each with whether it is shown; `chosen` tells whether the person said so."""

    blocks: tuple[tuple[Block, bool], ...]
    chosen: bool

    @property
    def shown(self) -> tuple[Block, ...]:
        return tuple(block for block, shown in self.blocks if shown)


def arrangement(store: Store, person: Person) -> Arrangement:
    """What the person chose of what suits their part now, else all of that. Blocks that came later than the choice
    stand at its end."""
    suited = _suited(store, person)
    with store.read() as tx:
        said = tx.arrangements.find(person.id)
    chosen = [(Block(each.lstrip("-")), not each.startswith("-")) for each in said if each.lstrip("-") in set(suited)]
    named = {block for block, _shown in chosen}
    rest = [(block, True) for block in suited if block not in named]
    return Arrangement((*chosen, *rest), bool(chosen))


def arrange(store: Store, person: Person, order: Sequence[str], hidden: Sequence[str]) -> None:
    """Keep the order and what is hidden. Invalid when a name is no block or is named twice."""
    if len(set(order)) != len(order) or not {*order, *hidden} <= set(Block):
        raise Invalid("blocks", "Choose among the blocks offered, each once.")
    with store.write() as tx:
        tx.arrangements.set(person.id, [f"-{each}" if each in hidden else each for each in order])


def forget(store: Store, person: Person) -> None:
    """Back to what suits the person's part."""
    with store.write() as tx:
        tx.arrangements.remove(person.id)


def _suited(store: Store, person: Person) -> tuple[Block, ...]:
    first = _NEW if is_new(store, person) else _KEEPER if oversees(person) else ()
    without = {Block.START} if first is not _NEW else set()
    without |= {Block.OVERSIGHT} if not oversees(person) else set()
    return tuple(dict.fromkeys(block for block in (*first, *Block) if block not in without))

"""The first page as somebody wants it: what suits their part until they choose, and their choice after."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

import kb.arranging
from kb import Store
from kb.arranging import Block
from kb.errors import Invalid
from kb.model import Person
from tests import people


def test_who_chose_nothing_sees_what_suits_their_part(store: Store, alice: Person, bob: Person, erik: Person) -> None:
    assert kb.arranging.arrangement(store, alice).shown[0] is Block.OVERSIGHT
    assert kb.arranging.arrangement(store, erik).shown[0] is Block.OVERSIGHT
    plain = kb.arranging.arrangement(store, bob)
    assert plain.shown[0] is Block.ASKED and not plain.chosen
    assert Block.OVERSIGHT not in plain.shown and Block.START not in plain.shown


def test_a_newcomer_sees_the_first_weeks_first(store: Store, bob: Person) -> None:
    with store.write() as tx:
        tx.people.put([replace(tx.people.get("bob"), id="gina", email="gina@x.example", created=None)])
        began = tx.now
        tx.people.put([replace(tx.people.get("bob"), created=began - timedelta(days=800))])
        tx.people.put([replace(tx.people.get("gina"), created=began - timedelta(days=3))])
    assert kb.arranging.arrangement(store, people.get(store, "gina")).shown[0] is Block.START


def test_a_choice_is_kept_and_what_was_hidden_stays_hidden(store: Store, bob: Person, alice: Person) -> None:
    order = [block for block, _shown in kb.arranging.arrangement(store, bob).blocks]
    kb.arranging.arrange(store, bob, order[::-1], [Block.RECENT])
    chosen = kb.arranging.arrangement(store, bob)
    assert chosen.chosen and [block for block, _shown in chosen.blocks] == order[::-1]
    assert Block.RECENT not in chosen.shown and len(chosen.shown) == len(order) - 1
    assert not kb.arranging.arrangement(store, alice).chosen
    kb.arranging.forget(store, bob)
    assert kb.arranging.arrangement(store, bob).blocks == tuple((block, True) for block in order)


def test_a_block_that_came_after_the_choice_stands_at_its_end(store: Store, bob: Person) -> None:
    kb.arranging.arrange(store, bob, [Block.MINE], [])
    shown = kb.arranging.arrangement(store, bob).shown
    assert shown[0] is Block.MINE and set(shown) > {Block.MINE, Block.ASKED}


def test_what_is_no_block_or_named_twice_is_refused(store: Store, bob: Person) -> None:
    for order in (["weather"], [Block.MINE, Block.MINE]):
        with pytest.raises(Invalid):
            kb.arranging.arrange(store, bob, order, [])


def test_what_no_longer_suits_ones_part_is_gone_from_a_choice(store: Store, bob: Person) -> None:
    kb.arranging.arrange(store, bob, [Block.OVERSIGHT, Block.MINE], [])
    assert Block.OVERSIGHT not in kb.arranging.arrangement(store, bob).shown

"""A new text is announced to those whom it changes something for, and to nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kb import Store, announcing, approving, confirming, drafting, notices, practices, questions
from kb.advice import Verdict
from kb.errors import NotFound
from kb.model import Audience, Duty, NoticeKind, Person
from kb.practices import Words
from tests import official, people
from tests.people import COMMON

CHANGED = replace(official.TEXT, duties=(replace(official.DUTIES[0], what="Books ten days before"), official.DUTIES[1]))


@pytest.fixture
def kept(store: Store, settled: Store) -> Store:
    official.found(store)
    return store


def holding(store: Store, id: str, *roles: str, languages: tuple[str, ...] = ("en",)) -> None:
    with store.write() as tx:
        tx.people.put([replace(people.get(store, id), holds=roles, languages=languages)])


def in_force(store: Store, text: drafting.Text = CHANGED) -> str:
    """`text` published, and announced as the worker does."""
    revision = official.approved(store, text=text)
    approving.publish_due(store)
    announcing.announce(store, "TRV-01", revision.name)
    return revision.name


def told(store: Store, id: str) -> list[object]:
    found = notices.inbox(store, people.get(store, id))
    return [each.notice.params["steps"] for each in found if each.notice.kind is NoticeKind.CHANGED]


def test_those_whose_role_is_in_a_changed_duty_are_told_of_that_duty_alone(kept: Store) -> None:
    holding(kept, "alice", "Traveller")
    holding(kept, "dora", "Manager")
    name = in_force(kept)
    assert told(kept, "alice") == ["1"] and told(kept, "erik") == []
    assert told(kept, "dora") == ["2"]  # new in this text
    found = announcing.changes(kept, people.get(kept, "alice"), "TRV-01", name)
    assert found is not None and [each.kind for each in found.pairs] == ["changed", "added"]
    assert found.mine == {0}


def test_those_who_used_a_duty_are_told_whatever_their_role(kept: Store) -> None:
    asked = questions.ask(kept, people.get(kept, "erik"), COMMON, "When do I book?", id="q1")
    questions.answer(kept, people.get(kept, "dora"), asked.id, "Early.", id="a1")
    practices.promote(
        kept, people.get(kept, "dora"), COMMON, Words("Booking", "Early.", helps=("TRV-01#1",)), ["a1"], "p"
    )
    confirming.judge_practice(kept, people.get(kept, "erik"), "p", Verdict.WORKS)
    in_force(kept)
    assert told(kept, "erik") == ["1"] and told(kept, "dora") == ["1"] and told(kept, "alice") == []


def test_who_wrote_it_keeps_it_or_reads_another_language_is_not_told(kept: Store) -> None:
    holding(kept, "bob", "Traveller")
    with kept.write() as tx:
        text = official.in_force(kept)
        tx.procedures.add_revisions([replace(text, language="fr", number=1)])
    holding(kept, "alice", "Traveller", languages=("fr", "en"))
    in_force(kept)
    assert told(kept, "bob") == [] and told(kept, "alice") == []


def test_nobody_is_told_when_no_duty_changed_and_nobody_twice(kept: Store) -> None:
    holding(kept, "alice", "Traveller")
    first = in_force(kept)
    assert announcing.announce(kept, "TRV-01", first) == 0
    in_force(kept, replace(CHANGED, body="Second class, always.", change="Shorter"))
    assert told(kept, "alice") == ["1"]


def test_a_duty_of_everybody_is_told_to_those_whom_the_procedure_concerns(kept: Store) -> None:
    with kept.write() as tx:
        tx.people.put(
            [replace(people.get(kept, "alice"), unit="Finance"), replace(people.get(kept, "erik"), unit="IT")]
        )
        tx.procedures.put([replace(tx.procedures.get("TRV-01"), audience=Audience(units=("Finance",)))])
    in_force(kept, replace(CHANGED, duties=(Duty("1", "Employee", "Books"), official.DUTIES[1])))
    assert told(kept, "alice") == ["1"] and told(kept, "erik") == []


def test_publication_leaves_a_job_that_announces(kept: Store) -> None:
    official.approved(kept)
    approving.publish_due(kept)
    with kept.write() as tx:
        leased = tx.jobs.lease()
        while leased is not None and leased[0].kind != announcing.JOB:
            leased = tx.jobs.lease()
    assert leased is not None and leased[0].payload == {"procedure": "TRV-01", "revision": "en.2"}


def test_the_changes_are_unknown_to_who_may_not_read_the_procedure(kept: Store, charlie: Person) -> None:
    name = in_force(kept)
    with pytest.raises(NotFound):
        announcing.changes(kept, charlie, "TRV-01", name)
    assert announcing.changes(kept, people.get(kept, "alice"), "TRV-01", "en.9") is None

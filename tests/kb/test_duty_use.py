"""How duties are used, by counts alone; what nobody uses is proposed for removal, never removed."""

from __future__ import annotations

import pytest

from kb import Store, campaigns, duty_use, questions
from kb.campaigns import Wish
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.model import Revision, RevisionStatus
from tests import official
from tests.official import DUTIES, KEY, submitted, who
from tests.people import COMMON, PARTNER, Clock


@pytest.fixture
def house(settled: Store, clock: Clock) -> Store:
    """A text with two duties that has been in force for more than a year."""
    official.found(settled)
    with settled.write() as tx:
        tx.procedures.add_revisions([Revision(KEY, "en", 2, "Travelling", "Who.", duties=DUTIES, created=tx.now)])
    clock.forward(days=400)
    return settled


def used(store: Store, person: str = "bob") -> dict[str, tuple[int, int]]:
    use = duty_use.of_procedure(store, who(store, person), KEY, "en")
    return {each.duty.step: (each.found, each.linked) for each in use.duties}


def test_what_is_opened_is_counted_by_month_and_forgotten_after_twelve(house: Store, clock: Clock) -> None:
    duty_use.note(house, {(KEY, ""): 5, (KEY, "1"): 2, ("GONE", ""): 1})
    duty_use.note(house, {(KEY, "1"): 1})
    assert used(house) == {"1": (3, 0), "2": (0, 0)}
    use = duty_use.of_procedure(house, who(house, "bob"), KEY, "en")
    assert use.read == 5 and [each.duty.step for each in use.unused] == ["2"]
    clock.forward(days=400)
    assert used(house) == {"1": (0, 0), "2": (0, 0)}


def test_links_are_counted_where_the_reader_may_read_them(house: Store) -> None:
    link = f"See [step 2](/procedures/{KEY}?language=en#step-2) and /procedures/{KEY}-x#step-1."
    asked = questions.ask(house, who(house, "alice"), COMMON, "Who approves my journey?", link, language="en")
    questions.answer(house, who(house, "dora"), asked.id, f"https://q.example/procedures/{KEY}#step-2.", "en")
    questions.ask(house, who(house, "alice"), "finance", "Secret", link, language="en")
    questions.ask(house, who(house, "charlie"), PARTNER, "Shared", f"/procedures/{KEY}#step-1", language="en")
    assert used(house) == {"1": (0, 1), "2": (0, 2)}


def test_a_new_text_or_one_that_nobody_opened_proposes_nothing(house: Store, clock: Clock) -> None:
    use = duty_use.of_procedure(house, who(house, "bob"), KEY, "en")
    assert use.told and use.unused == () and use.read == 0
    official.approved(house)
    from kb import approving

    approving.publish_due(house)
    duty_use.note(house, {(KEY, ""): 1})
    assert not duty_use.of_procedure(house, who(house, "bob"), KEY, "en").told


def test_acknowledgements_of_the_year_count_each_person_once(house: Store, clock: Clock) -> None:
    campaigns.start(house, who(house, "bob"), KEY, Wish(clock.now.date(), spaces=(COMMON,), renew_months=1))
    campaigns.acknowledge(house, who(house, "alice"), KEY, "en.2")
    clock.forward(days=31)
    campaigns.acknowledge(house, who(house, "alice"), KEY, "en.2")
    assert duty_use.of_procedure(house, who(house, "bob"), KEY, "en").acknowledged == 1


def test_the_next_text_begins_without_what_nobody_uses_and_goes_the_usual_way(house: Store) -> None:
    bob = who(house, "bob")
    with pytest.raises(Invalid):
        duty_use.begin_without(house, bob, KEY, "en", [])
    draft = duty_use.begin_without(house, bob, KEY, "en", ["2"])
    assert draft.status is RevisionStatus.DRAFT and [each.step for each in draft.duties] == ["1"]
    assert len(official.in_force(house).duties) == 2, "nothing is removed from the text in force"


def test_only_its_keepers_look_and_a_text_with_its_approvers_is_not_changed(house: Store) -> None:
    for person, error in (("alice", Forbidden), ("erik", Forbidden), ("charlie", NotFound)):
        with pytest.raises(error):
            used(house, person)
        with pytest.raises(error):
            duty_use.begin_without(house, who(house, person), KEY, "en", ["2"])
    submitted(house)
    with pytest.raises(Conflict):
        duty_use.begin_without(house, who(house, "bob"), KEY, "en", ["2"])

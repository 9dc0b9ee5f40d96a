"""Writing a text: who may, what is kept, what a lost update would have cost, and what must be there to submit it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kb import Store, approving, drafting, procedures
from kb.drafting import Overwritten, Text
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.model import Duty, Person, ProcedureStatus, Revision, RevisionStatus
from kb.official import Charter
from tests import official
from tests.official import DUTIES, KEY, TEXT, statuses, submitted, who
from tests.people import COMMON, FINANCE


@pytest.fixture
def house(settled: Store) -> Store:
    official.found(settled)
    return settled


def test_the_next_text_begins_as_the_one_in_force_and_everybody_goes_on_reading_that(house: Store, bob: Person) -> None:
    draft = drafting.begin(house, bob, KEY, "en")
    assert (draft.number, draft.status, draft.base, draft.duties) == (2, RevisionStatus.DRAFT, 1, DUTIES[:1])
    assert drafting.begin(house, bob, KEY, "en") == draft  # a double click begins nothing twice
    saved = drafting.save(house, bob, KEY, "en", TEXT, 0)
    assert (saved.saves, saved.title, saved.duties, saved.change) == (1, "Travelling", DUTIES, "New: Act 13")
    assert official.in_force(house).number == 1


@pytest.mark.parametrize("person", ["bob", "dora", "carla"])
def test_the_owner_the_deputy_and_the_compliance_owner_may_write(house: Store, person: str) -> None:
    assert drafting.begin(house, who(house, person), KEY, "fr").language == "fr"


@pytest.mark.parametrize("person", ["alice", "erik"])
def test_others_may_not_not_even_an_approver_or_an_administrator(house: Store, person: str) -> None:
    for act in (drafting.begin, drafting.withdraw, drafting.discard):
        with pytest.raises(Forbidden):
            act(house, who(house, person), KEY, "en")


def test_a_guest_does_not_learn_that_there_is_anything(house: Store, charlie: Person) -> None:
    with pytest.raises(NotFound):
        drafting.begin(house, charlie, KEY, "en")


def test_a_draft_is_seen_by_those_who_may_edit_and_by_nobody_else(house: Store, bob: Person, alice: Person) -> None:
    drafting.begin(house, bob, KEY, "en")
    assert [each.name for each in procedures.history(house, who(house, "carla"), KEY)] == ["en.2", "en.1"]
    for person in ("alice", "erik"):
        assert [each.name for each in procedures.history(house, who(house, person), KEY)] == ["en.1"]
    assert procedures.in_work(house, alice) == ()
    assert [each.revision.name for each in procedures.in_work(house, bob)] == ["en.2"]


def test_whoever_saved_over_unseen_words_is_refused_and_shown_them(house: Store, bob: Person, dora: Person) -> None:
    drafting.begin(house, bob, KEY, "en")
    drafting.save(house, dora, KEY, "en", TEXT, 0)
    mine = replace(TEXT, title="Mine")
    with pytest.raises(Overwritten) as lost:
        drafting.save(house, bob, KEY, "en", mine, 0)
    assert lost.value.standing.title == "Travelling"
    assert drafting.save(house, bob, KEY, "en", mine, lost.value.standing.saves).title == "Mine"
    assert drafting.save(house, bob, KEY, "en", mine, 0).saves == 2  # the same words sent twice are no clash
    with pytest.raises(Overwritten):
        drafting.submit(house, bob, KEY, "en", 1)


def test_everybody_who_saved_is_a_writer(house: Store, bob: Person, dora: Person) -> None:
    drafting.begin(house, bob, KEY, "en")
    saved = drafting.save(house, dora, KEY, "en", TEXT, 0)
    assert saved.writers == ("bob", "dora") and saved.author == "bob"


def test_an_unfinished_draft_is_kept_without_blank_rows_and_steps_fill_themselves_in(house: Store, bob: Person) -> None:
    drafting.begin(house, bob, KEY, "en")
    rows = (Duty("", "", "  "), Duty("2", "Buyer", ""), Duty("", " A  clerk ", "files"), Duty("", "", "", "Act 9"))
    saved = drafting.save(house, bob, KEY, "en", Text(duties=rows), 0)
    assert [(each.step, each.role) for each in saved.duties] == [("2", "Buyer"), ("1", "A clerk"), ("3", "")]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (Text(duties=(Duty("1", "A", "b"), Duty("1", "C", "d"))), "duties"),
        (Text(duties=(Duty("1 bis", "A", "b"),)), "duties"),
        (Text(duties=tuple(Duty(str(number), "A", "b") for number in range(70))), "duties"),
        (Text(title="t" * 201), "title"),
        (Text(body="b" * 30_001), "body"),
        (Text(summary="a\x00b"), "summary"),
        (Text(tags=("no spaces here!",)), "tags"),
        (Text(effective=date(2999, 1, 1)), "effective"),
    ],
)
def test_what_cannot_be_kept_is_named_with_its_field(house: Store, bob: Person, text: Text, field: str) -> None:
    drafting.begin(house, bob, KEY, "en")
    with pytest.raises(Invalid) as refused:
        drafting.save(house, bob, KEY, "en", text, 0)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"summary": ""}, "summary"),
        ({"duties": ()}, "duties"),
        ({"duties": (Duty("1", "", "Books"),)}, "duties"),
        ({"duties": (Duty("1", "Traveller", ""),)}, "duties"),
        ({"change": ""}, "change"),
        ({"effective": date(2026, 11, 22)}, "effective"),
    ],
)
def test_what_an_approver_needs_must_be_there(house: Store, bob: Person, change: dict[str, object], field: str) -> None:
    drafting.begin(house, bob, KEY, "en")
    drafting.save(house, bob, KEY, "en", replace(TEXT, **change), 0)  # type: ignore[arg-type]
    with pytest.raises(Invalid) as refused:
        drafting.submit(house, bob, KEY, "en", 1)
    assert refused.value.field == field
    assert statuses(house)["en.2"] == "draft"


def test_a_text_with_its_approvers_is_changed_only_after_it_was_taken_back(house: Store, bob: Person) -> None:
    submitted(house)
    with pytest.raises(Conflict, match="Take it back"):
        drafting.save(house, bob, KEY, "en", replace(TEXT, title="Other"), 1)
    drafting.withdraw(house, bob, KEY, "en")
    assert drafting.save(house, bob, KEY, "en", replace(TEXT, title="Other"), 1).title == "Other"
    with pytest.raises(Conflict):
        drafting.withdraw(house, bob, KEY, "en")


def test_a_discarded_text_stays_in_the_history_and_its_number_is_not_used_again(house: Store, bob: Person) -> None:
    submitted(house)
    drafting.discard(house, bob, KEY, "en")
    assert statuses(house) == {"en.1": "published", "en.2": "discarded"}
    assert drafting.begin(house, bob, KEY, "en", source="en.2").title == TEXT.title
    assert statuses(house)["en.3"] == "draft"
    with pytest.raises(NotFound):
        drafting.begin(house, bob, KEY, "fr", source="fr.9")


def test_a_space_without_approvers_says_so(house: Store, bob: Person) -> None:
    with house.write() as tx:
        tx.charters.put(Charter(COMMON))
    with pytest.raises(Conflict, match="names its approvers|name its approvers"):
        submitted(house)


def test_a_text_written_by_those_who_approve_could_never_pass(house: Store) -> None:
    with house.write() as tx:
        tx.procedures.put([replace(tx.procedures.get(KEY), owner="alice")])
    with pytest.raises(Conflict, match="too few approvers"):
        submitted(house, "alice")


def test_a_new_procedure_is_begun_by_a_keeper_of_the_space(house: Store, dora: Person, bob: Person) -> None:
    draft = drafting.create(house, dora, COMMON, "TRV-02", "Trains", "en", owner="bob")
    assert (draft.number, draft.title, draft.base) == (1, "Trains", None)
    with house.read() as tx:
        procedure = tx.procedures.get("TRV-02")
    assert (procedure.owner, procedure.status, procedure.revisions) == ("bob", ProcedureStatus.DRAFT, ())
    with pytest.raises(Forbidden):
        drafting.create(house, bob, COMMON, "TRV-03", "Trains", "en")
    with pytest.raises(Invalid, match="taken"):
        drafting.create(house, dora, COMMON, KEY, "Trains", "en")
    with pytest.raises(Invalid, match="letters, digits"):
        drafting.create(house, dora, COMMON, "a/b", "Trains", "en")
    with pytest.raises(Invalid):
        drafting.create(house, dora, FINANCE, "TRV-04", "Trains", "en")
    with pytest.raises(Invalid):
        drafting.create(house, dora, COMMON, "TRV-04", "Trains", "en", owner="charlie")


def test_a_procedure_that_never_was_in_force_exists_for_those_who_may_edit_it(house: Store, dora: Person) -> None:
    drafting.create(house, dora, COMMON, "TRV-02", "Trains", "en")
    assert procedures.get(house, who(house, "carla"), "TRV-02").key == "TRV-02"
    for person in ("alice", "erik", "charlie"):
        for read in (procedures.get, procedures.history, procedures.reviews):
            with pytest.raises(NotFound):
                read(house, who(house, person), "TRV-02")
        assert "TRV-02" not in {each.key for each in procedures.readable(house, who(house, person))}


def test_a_draft_overtaken_by_a_loaded_text_cannot_be_submitted_and_a_new_one_begins(house: Store, bob: Person) -> None:
    drafting.begin(house, bob, KEY, "en")
    drafting.save(house, bob, KEY, "en", TEXT, 0)
    with house.write() as tx:
        tx.procedures.add_revisions([Revision(KEY, "en", 3, "Loaded", "s", duties=DUTIES)])
    with pytest.raises(Conflict, match="later text came into force"):
        drafting.submit(house, bob, KEY, "en", 1)
    fresh = drafting.begin(house, bob, KEY, "en")
    assert (fresh.number, fresh.title) == (4, "Loaded")
    assert statuses(house)["en.2"] == "discarded"


def test_an_approved_text_that_was_overtaken_goes_back_instead_of_coming_into_force(house: Store) -> None:
    official.approved(house)
    with house.write() as tx:
        tx.procedures.add_revisions([Revision(KEY, "en", 3, "Loaded", "s", duties=DUTIES)])
    assert approving.publish_due(house) == ()
    assert statuses(house) == {"en.1": "superseded", "en.2": "draft", "en.3": "published"}


def test_the_summary_of_a_translation_is_not_asked_for(house: Store, bob: Person) -> None:
    draft = drafting.begin(house, bob, KEY, "fr")
    assert (draft.number, draft.base, draft.title) == (1, None, "Travelling")
    drafting.save(house, bob, KEY, "fr", replace(TEXT, title="Voyager", change=""), 0)
    assert drafting.submit(house, bob, KEY, "fr", 1).status is RevisionStatus.IN_REVIEW


def test_the_day_a_text_begins_may_be_today(house: Store) -> None:
    today = house.clock().date()
    assert submitted(house, text=replace(TEXT, effective=today)).effective == today
    assert today + timedelta(days=1) > today

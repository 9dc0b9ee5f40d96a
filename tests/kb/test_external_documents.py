"""Documents of external origin: kept by somebody, looked at again in time, read by whoever reads the space."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kb import Store, audit, external_documents
from kb.errors import Forbidden, Invalid, NotFound
from kb.model import Person
from kb.records import AuditSearch, ExternalDocument
from tests.people import COMMON, FINANCE, Clock

IFRS = ExternalDocument(
    "ifrs", FINANCE, "IFRS 16", "IASB", "2019", "https://example.org/ifrs", "alice", date(2026, 11, 1), 6, "In binder 3"
)  # fmt: skip


def test_a_document_is_kept_looked_at_and_taken_out(settled: Store, alice: Person, clock: Clock) -> None:
    assert external_documents.put(settled, alice, IFRS) == replace(IFRS, created=clock.now)
    assert [each.id for each in external_documents.readable(settled, alice, due=True)] == ["ifrs"]
    after = external_documents.check(settled, alice, "ifrs")
    assert (after.checked, after.checked_by, after.next_check) == (date(2026, 11, 23), "alice", date(2027, 5, 23))
    assert external_documents.readable(settled, alice, due=True) == []
    changed = external_documents.put(settled, alice, replace(IFRS, edition="2027"))
    assert (changed.edition, changed.checked_by, changed.created) == ("2027", "alice", clock.now)
    external_documents.put(settled, alice, replace(changed, owner="alice"))  # as it was
    external_documents.remove(settled, alice, "ifrs")
    with pytest.raises(NotFound):
        external_documents.get(settled, alice, "ifrs")
    told = audit.entries(settled, alice, AuditSearch(about="external document"))
    assert [each.action for each in told] == ["remove", "change", "check", "add"]
    assert {each.space for each in told} == {FINANCE}


def test_whoever_reads_the_space_reads_its_documents_and_nobody_else(
    settled: Store, alice: Person, bob: Person, erik: Person, charlie: Person
) -> None:
    external_documents.put(settled, alice, IFRS)
    for who in (bob, erik, charlie):
        assert external_documents.readable(settled, who) == []
        for act in (external_documents.get, external_documents.check, external_documents.remove):
            with pytest.raises(NotFound):
                act(settled, who, "ifrs")


def test_a_document_is_changed_by_who_keeps_the_space_or_the_document(
    settled: Store, alice: Person, bob: Person, dora: Person
) -> None:
    guide = ExternalDocument("guide", COMMON, "Guide", owner="bob")
    with pytest.raises(Forbidden):
        external_documents.put(settled, bob, guide)
    external_documents.put(settled, dora, guide)
    assert external_documents.check(settled, bob, "guide").checked_by == "bob"
    with pytest.raises(Forbidden):
        external_documents.check(settled, alice, "guide")
    with pytest.raises(Forbidden):
        external_documents.put(settled, alice, replace(guide, title="Mine"))
    with pytest.raises(Invalid, match="one of your spaces"):
        external_documents.put(settled, dora, replace(guide, space=FINANCE))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"), ({"link": "javascript:alert(1)"}, "link"), ({"link": "https://"}, "link"),
        ({"check_months": 0}, "check_months"), ({"owner": "bob"}, "owner"), ({"owner": "fanny"}, "owner"),
        ({"space": "nowhere"}, "space"), ({"note": "\x00"}, "note"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_names_its_field(
    settled: Store, alice: Person, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        external_documents.put(settled, alice, replace(IFRS, **changes))  # type: ignore[arg-type]
    assert refused.value.field == field

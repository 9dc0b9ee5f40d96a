"""Two texts side by side: each duty beside what it was, whatever happened to its number."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kb.comparing import Kind, compare
from kb.model import Duty, Revision

BOOKS = Duty("1", "Traveller", "Books the train in the travel portal", "Act 12")
ASKS = Duty("2", "Traveller", "Asks before a flight inside the country", "Act 12")
PAYS = Duty("3", "Accounts", "Pays within thirty days of the claim", "Act 40")
KEEPS = Duty("4", "Accounts", "Keeps the tickets for ten years", "Act 41")


def rows(before: list[Duty], after: list[Duty]) -> list[tuple[str, str, str]]:
    made = compare(Revision("P", "en", 1, "t", duties=tuple(before)), Revision("P", "en", 2, "t", duties=tuple(after)))
    return [(each.kind.value, each.before.what[:4] if each.before else "", each.after.what[:4] if each.after else "")
            for each in made.duties]  # fmt: skip


def moved(duty: Duty, step: str, **words: str) -> Duty:
    return replace(duty, step=step, **words)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([BOOKS, PAYS], [BOOKS, PAYS], ["same Book Book", "same Pays Pays"]),
        ([BOOKS], [BOOKS, moved(PAYS, "2")], ["same Book Book", "added  Pays"]),
        ([BOOKS, ASKS, PAYS], [BOOKS, moved(PAYS, "2")], ["same Book Book", "removed Asks ", "changed Pays Pays"]),
        ([ASKS, PAYS], [PAYS], ["removed Asks ", "same Pays Pays"]),
        ([BOOKS], [moved(BOOKS, "1", rule="Act 13")], ["changed Book Book"]),
        ([BOOKS, PAYS], [moved(PAYS, "1"), moved(BOOKS, "2")], ["changed Pays Pays", "changed Book Book"]),
        ([PAYS], [moved(KEEPS, "3")], ["changed Pays Keep"]),
        ([BOOKS, KEEPS], [], ["removed Book ", "removed Keep "]),
        ([], [BOOKS], ["added  Book"]),
        ([BOOKS], [moved(BOOKS, "7", what="Books the train in the new travel portal")], ["changed Book Book"]),
        ([BOOKS], [Duty("1", "Lawyer", "Signs", "")], ["removed Book ", "added  Sign"]),
        ([ASKS, BOOKS, PAYS, KEEPS], [BOOKS, KEEPS],
         ["removed Asks ", "same Book Book", "removed Pays ", "same Keep Keep"]),
    ],
)  # fmt: skip
def test_each_duty_stands_beside_what_it_was(before: list[Duty], after: list[Duty], expected: list[str]) -> None:
    assert [" ".join(each) for each in rows(before, after)] == expected


def test_what_changed_is_named_for_those_whom_it_concerns() -> None:
    one = Revision("P", "en", 1, "t", duties=(BOOKS, PAYS))
    two = Revision("P", "en", 2, "t", duties=(BOOKS, moved(PAYS, "3", what="Pays within ten days of the claim"), KEEPS))
    made = compare(one, two)
    assert [each.step for each in made.changed] == ["3", "4"]
    assert [each.kind for each in made.duties] == [Kind.SAME, Kind.CHANGED, Kind.ADDED]


def test_no_row_is_lost_or_doubled() -> None:
    before = [moved(BOOKS, str(number), what=f"Does the thing number {number}") for number in range(12)]
    after = [moved(each, each.step + "a") for each in reversed(before[3:])] + [PAYS]
    made = compare(Revision("P", "en", 1, "t", duties=tuple(before)), Revision("P", "en", 2, "t", duties=tuple(after)))
    assert [each.after for each in made.duties if each.after] == after
    assert sorted((each.before.step for each in made.duties if each.before), key=int) == [each.step for each in before]

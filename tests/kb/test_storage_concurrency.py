"""Four writers at once: no update is lost, change numbers rise in commit order, nobody waits for ever.

These tests were seen red with `begin` instead of `begin immediate`, and without `for update`.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from kb import Store, questions, routes, spaces
from kb.errors import Forbidden, Invalid, NotFound
from kb.model import Answer, Band, Membership, Person, Question, QuestionStatus, Role
from kb.permissions import KEEPERS
from kb.routing import Candidate, Numbers
from tests import people
from tests.people import COMMON, FINANCE

WRITERS, TIMES = 4, 50


def _together(work: Callable[[int], object], writers: int = WRITERS) -> list[object]:
    """`work(0)`, `work(1)`... at once; the first exception is raised here."""
    start = threading.Barrier(writers)

    def run(number: int) -> object:
        start.wait(10)
        return work(number)

    with ThreadPoolExecutor(writers) as pool:
        return list(pool.map(run, range(writers)))


def test_no_vote_of_four_voters_at_once_is_lost(settled: Store, alice: Person) -> None:
    voters = [Person(f"v{number}", "V") for number in range(WRITERS * TIMES)]
    with settled.write() as tx:
        tx.people.put(voters)
    asked = questions.ask(settled, alice, COMMON, "How?")
    given = questions.answer(settled, alice, asked.id, "So.")
    known = {each.id: each for each in (people.get(settled, voter.id) for voter in voters)}

    def vote(number: int) -> None:
        for voter in voters[number::WRITERS]:
            questions.vote(settled, known[voter.id], asked.id, given.id, 1)

    _together(vote)
    with settled.read() as tx:
        assert tx.answers.get(given.id).score == WRITERS * TIMES


def test_one_voter_in_four_windows_votes_once(settled: Store, alice: Person, bob: Person) -> None:
    asked = questions.ask(settled, alice, COMMON, "How?")

    def toggle(number: int) -> None:
        for time in range(TIMES // 2):
            questions.vote(settled, bob, asked.id, None, (-1, 0, 1)[(time + number) % 3])

    _together(toggle)
    with settled.read() as tx:
        assert tx.questions.get(asked.id).score == sum(each.value for each in tx.votes.list(asked.id))


def test_every_edit_of_four_editors_at_once_builds_on_the_one_before(settled: Store, alice: Person) -> None:
    asked = questions.ask(settled, alice, COMMON, "How?", "0")

    def edit(number: int) -> None:
        for time in range(TIMES):
            questions.edit_question(settled, alice, asked.id, "How?", f"{number} {time}", [])

    _together(edit)
    earlier = [each.body for each in questions.history(settled, alice, asked.id)]
    with settled.read() as tx:
        last = tx.questions.get(asked.id).body
    assert len(earlier) == WRITERS * TIMES
    assert len({*earlier, last}) == WRITERS * TIMES + 1  # a lost update would have left the same text behind twice


def test_reading_then_writing_under_a_lock_counts_every_step(settled: Store) -> None:
    with settled.write() as tx:
        tx.questions.put([Question("q", COMMON, "0")])

    def count(_number: int) -> None:
        for _ in range(TIMES):
            with settled.write() as tx:
                before = tx.questions.get("q", lock=True)
                tx.questions.put([Question("q", COMMON, str(int(before.title) + 1))])

    _together(count)
    with settled.read() as tx:
        assert tx.questions.get("q").title == str(WRITERS * TIMES)


def test_profile_edits_do_not_undo_each_other(settled: Store, alice: Person, erik: Person) -> None:
    from kb import people as use_cases

    def edit(number: int) -> None:
        if number == 0:
            for time in range(TIMES):
                use_cases.edit_profile(settled, alice, alice.id, [f"skill {time}"], ["fr"], "About")
        else:
            for _ in range(TIMES):
                with settled.write() as tx:
                    tx.people.lock([alice.id])
                    tx.connection.exec_driver_sql("update person set title = title || 'x' where id = 'alice'")

    _together(edit)
    after = people.get(settled, "alice")
    assert after.title == "Accountant" + "x" * TIMES * (WRITERS - 1)


def test_a_follower_sees_every_change_once_and_in_order_while_four_write(settled: Store) -> None:
    with settled.read() as tx:
        start = tx.changes.last()
    writing = threading.Event()
    writing.set()

    def follow() -> list[int]:
        seen, at = [], start
        while True:
            ended = not writing.is_set()
            with settled.read() as tx:
                found = tx.changes.since(at, limit=7)
            seen += [each.number for each in found]
            at = seen[-1] if seen else at
            if ended and not found:
                return seen

    def write(number: int) -> None:
        for time in range(TIMES):
            with settled.write() as tx:
                tx.people.put([Person(f"n{number}-{time}", "N")])
                tx.changes.add_all("put", "person", [f"n{number}-{time}"] * (1 + time % 3))
                tx.people.put([Person(f"m{number}-{time}", "M")])

    with ThreadPoolExecutor(1) as pool:
        following = pool.submit(follow)
        try:
            _together(write)
        finally:
            writing.clear()
        seen = following.result(30)
    with settled.read() as tx:
        assert seen == list(range(start + 1, tx.changes.last() + 1))


def test_use_cases_on_one_thread_never_block_each_other_for_good(settled: Store, alice: Person, dora: Person) -> None:
    asked = questions.ask(settled, alice, COMMON, "How?")
    with settled.write() as tx:
        tx.answers.put([Answer(f"a{number}", asked.id, "So.", author="alice") for number in range(20)])

    def work(number: int) -> None:
        for time in range(20):
            id = f"a{time}"
            if number == 0:
                questions.vote(settled, dora, asked.id, "a19", (time % 2))
            elif number == 1:
                questions.edit_answer(settled, alice, "a19", f"Text {time}")
            elif number == 2 and time < 19:
                questions.delete_answer(settled, alice, id)
            else:
                questions.accept(settled, alice, asked.id, "a19" if time % 2 else None)
                questions.comment(settled, dora, asked.id, "Hm.")

    _together(work)
    with settled.read() as tx:
        assert [each.id for each in tx.answers.list([asked.id])] == ["a19"]


def test_two_questions_closed_as_each_others_duplicate_at_once_make_no_circle(settled: Store, dora: Person) -> None:
    for round in range(10):
        pair = [questions.ask(settled, dora, COMMON, f"How {round}?").id for _ in range(2)]

        def close(number: int, pair: list[str] = pair) -> None:
            with contextlib.suppress(Invalid):
                questions.close_as_duplicate(settled, dora, pair[number], pair[1 - number])

        _together(close, 2)
        with settled.read() as tx:
            closed = [each for each in tx.questions.list(ids=pair) if each.status is QuestionStatus.DUPLICATE]
        assert len(closed) == 1


def test_two_questions_routed_at_once_keep_to_the_cap_of_the_one_invited(
    settled: Store, alice: Person, bob: Person
) -> None:
    made = [questions.ask(settled, alice, COMMON, "How?") for _ in range(WRITERS)]
    candidates = [Candidate(bob.id, 1.0, 0.5)]
    _together(lambda number: routes.begin(settled, made[number].id, Band.ASK, 0.2, "v1", candidates))
    assert len(routes.waiting_for(settled, bob)) == Numbers().day_cap


def test_two_keepers_who_send_each_other_away_at_once_leave_one(settled: Store, alice: Person) -> None:
    for _ in range(10):
        spaces.put_member(settled, alice, FINANCE, "bob", Role.ANIMATOR)
        pair = [people.get(settled, id) for id in ("alice", "bob")]

        def away(number: int, pair: list[Person] = pair) -> None:
            with contextlib.suppress(Invalid, NotFound, Forbidden):
                if number < 2:
                    spaces.remove_member(settled, pair[number], FINANCE, pair[1 - number].id)
                else:
                    spaces.put_member(settled, pair[number - 2], FINANCE, pair[number - 2].id, Role.MEMBER)

        _together(away)
        with settled.write() as tx:
            keepers = [each.person for each in tx.spaces.members(FINANCE) if each.role in KEEPERS]
            tx.spaces.put_members([Membership(FINANCE, "alice", Role.COMPLIANCE_OWNER, tx.now)])
        assert len(keepers) == 1


def test_administrators_who_dismiss_each_other_at_once_leave_one(settled: Store, erik: Person) -> None:
    from kb import people as use_cases

    for _ in range(10):
        pair = [erik, use_cases.set_administrator(settled, erik, "bob", True)]

        def away(number: int, pair: list[Person] = pair) -> None:
            change, on = (use_cases.set_administrator, False) if number < 2 else (use_cases.set_left, True)
            with contextlib.suppress(Invalid):
                change(settled, pair[number % 2], pair[1 - number % 2].id, on)

        _together(away)
        with settled.write() as tx:
            standing = [each.id for each in tx.people.list() if each.admin and each.ended is None]
            tx.people.put([erik, replace(pair[1], admin=False)])
        assert len(standing) == 1
